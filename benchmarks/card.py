"""Cards and forgeries: how many of a hundred thousand each are accepted, with exact limits of the rates.

python benchmarks/card.py                     the table: minutes
python benchmarks/card.py --trials 2000       sooner
python benchmarks/card.py --picture FILE      draws the counted scores too
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from matplotlib.figure import Figure

import optomag as om
from optomag.identity.card import card
from optomag.identity.stripe import Stripe
from optomag.identity.trials import Count, count_cards
from optomag.identity.verdict import Thresholds
from optomag.optics.description import SUMMED, figure_heading
from optomag.plot.card_figure import Histogram, card_figure
from optomag.plot.style import headed, render_png
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
STRIPE = Stripe(LENS)
TRIALS, SEED, WORKERS = 100_000, 2024, 2
FEWER = 10_000
"""Of what is accepted as a matter of course."""

ENROLMENTS = 16
NAMES = {
    "genuine": "genuine",
    "guess": "guesses",
    "projected": "knows all, writes Mz",
    "signs": "knows all, writes the sign of Mz",
    "copy": "perfect copy, another medium",
    "mimic": "copy that imitates the medium too",
}


@dataclass(frozen=True)
class Case:
    """One row: who writes, and how it is read."""

    writer: str
    level: float
    enrolments: int = 0
    stripe: Stripe = field(default=STRIPE)
    trials: int = TRIALS

    def count(self) -> tuple[Count, float]:
        """The counts, and the processor time [s] that they took."""
        started = time.process_time()
        # every row has random numbers of its own
        seed = (
            SEED + 1000 * int(10 * self.level) + 10 * list(NAMES).index(self.writer) + bool(self.enrolments)
        )
        found = count_cards(
            self.stripe,
            self.writer,
            level=self.level,
            trials=self.trials,
            enrolments=self.enrolments,
            seed=seed,
        )
        return found, time.process_time() - started


CASES = [
    *(Case(writer, 15.0) for writer in ("genuine", "guess", "projected", "signs")),
    Case("copy", 15.0, trials=FEWER),
    *(Case(writer, 25.0, ENROLMENTS) for writer in ("genuine", "copy")),
    Case("mimic", 25.0, ENROLMENTS, trials=FEWER),
]


def counted(cases: list[Case]) -> list[tuple[Count, float]]:
    """All rows, two at a time."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=fresh) as pool:
        return list(pool.map(Case.count, cases))


def section(trials: int = TRIALS, picture: Path | None = None) -> Section:
    """The whole table."""
    cases = [replace(case, trials=min(case.trials, trials)) for case in CASES]
    found = counted(cases)
    seconds = sum(spent for _, spent in found)
    if picture is not None:
        picture.write_bytes(render_png(picture_of(cases, [count for count, _ in found])))
    limits = Thresholds()
    return Section(
        title="Cards accepted",
        header=(
            *("card", "S0 [dB]", "medium enrolled", "accepted", "of", "95 % limits of the rate"),
            *("score", "in-plane", "fingerprint"),
        ),
        rows=[row_of(case, count) for case, (count, _) in zip(cases, found, strict=True)],
        note=(
            "256 spots at 0.8 wavelengths, NA 0.95, a thin sheet read in reflection; media vary by 10 % in "
            "length and 5 % in direction from spot to spot; 500 cards of each key, at random places. Limits "
            "are Clopper-Pearson's; scores are the least and the largest. Thresholds "
            f"{limits.score:g}, {limits.in_plane:g} and {limits.fingerprint:g}. Enrolled with {ENROLMENTS} "
            "readings at the same S0. "
            f"{seconds:.0f} s of processor time in all. {machine()}"
        ),
    )


def row_of(case: Case, count: Count) -> list[object]:
    """One line of the table."""
    low, high = count.rate_limits
    ranges = (f"{s.min():.3f} to {s.max():.3f}" for s in (count.score, count.in_plane))
    marks = f"{count.fingerprint.min():.3f} to {count.fingerprint.max():.3f}" if case.enrolments else ""
    digits = 2 if low < 0.5 else 7
    rate = f"{low:.{digits}g} to {high:.{digits}g}"
    return [
        *(NAMES[case.writer], f"{case.level:g}", "yes" if case.enrolments else "no"),
        *(f"{count.accepted:,}", f"{count.trials:,}", rate, *ranges, marks),
    ]


def picture_of(cases: list[Case], counts: list[Count]) -> Figure:
    """Stripe and histograms."""
    limits = Thresholds()
    at_15 = [(NAMES[c.writer], n) for c, n in zip(cases, counts, strict=True) if not c.enrolments]
    at_25 = [(NAMES[c.writer], n) for c, n in zip(cases, counts, strict=True) if c.enrolments]
    panels = [
        Histogram("score", "$S_0$ = 15 dB", {name: n.score for name, n in at_15}, limits.score),
        Histogram(
            "in-plane score", "$S_0$ = 15 dB", {name: n.in_plane for name, n in at_15}, limits.in_plane
        ),
        Histogram(
            "fingerprint score",
            "$S_0$ = 25 dB, enrolled",
            {name: n.fingerprint for name, n in at_25},
            limits.fingerprint,
        ),
    ]
    shown = card(bytes(range(32)), "no. 1", LENS)
    heading = figure_heading(LENS, shown=f"(a) {SUMMED}")
    return headed(card_figure(*shown.pattern(), panels), heading)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=TRIALS, help="cards in each row")
    parser.add_argument("--picture", type=Path, help="PNG file for the figure")
    options = parser.parse_args()
    print(section(options.trials, options.picture).to_markdown())


if __name__ == "__main__":
    main()
