"""How many spots one exposure can write: error and efficiency against their number.

Resumable: each array is a saved structure in --out, and is not made again. `--draw` only tabulates and draws
what is there; `--most` skips larger arrays. `--solvers` instead times both solvers for uniform amplitude, one
after the other in this process, each without the judgement: `--solvers 5 16`.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import optomag as om
from optomag.inverse.structure.attempts import Effort, Question, answer
from optomag.inverse.structure.dipole_pupils import FlatPupil, FreePupil
from optomag.inverse.structure.fast_arrays import FastArrays
from optomag.inverse.structure.saved_structure import load_structure
from optomag.inverse.structure.search import Search
from optomag.inverse.structure.shape import shape, written_by
from optomag.inverse.structure.spot_array import SpotArray
from optomag.magnetism.metrics import uniformity
from optomag.optics.description import figure_heading
from optomag.plot.style import LINE_COLOURS, headed, new_figure, render_png, styled
from optomag.workflow.progress import duration
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
PITCH = 2 * LENS.wavelength
HERE = Path(__file__).parent
IMAGE = HERE.parent / "docs" / "images" / "spot-arrays.png"

SAVED = Path("optomag-out/spot-arrays")

ARRAYS = {
    "2 x 2": (2, 1),
    "3 x 3": (3, 1),
    "5 x 5": (5, 1),
    "7 x 7": (7, 1),
    "5 x 5 x 3": (5, 3),
    "10 x 10": (10, 1),
    "16 x 16": (16, 1),
}
"""Spots along each side, and planes; planes lie two pitches apart."""

QUICK = Search(steps=60, exact_steps=30)
"""For 49 spots and more, where each step takes seconds."""

HEADER = (
    "array",
    "spots",
    "pupil",
    "worst angle [deg]",
    "uniformity",
    "sum of M",
    "efficiency",
    "over the estimate",
    "elsewhere / mean",
    "at [λ]",
    "share inside",
    "s",
)

RANDOM_PHASES = 9 * np.pi / 32
"""Power that uniform amplitude keeps of a sum of many beams with random phases: <|v|>^2/<|v|^2> of two
complex normal components."""


def target(side: int, planes: int) -> SpotArray:
    """Spots along random directions."""
    line = PITCH * (np.arange(side) - (side - 1) / 2)
    heights = 2 * PITCH * (np.arange(planes) - (planes - 1) / 2)
    places = np.stack(np.meshgrid(line, line, heights, indexing="ij"), axis=-1).reshape(-1, 3)
    return SpotArray(places, np.random.default_rng(0).normal(size=places.shape))


def place(folder: Path, name: str, pupil: FlatPupil | FreePupil) -> Path:
    """Where an array is saved."""
    return folder / f"{type(pupil).__name__}-{name.replace(' ', '')}"


def measured(name: str, pupil: FlatPupil | FreePupil, folder: Path) -> list[object]:
    """One row of the table; made now unless a former run saved it."""
    saved = place(folder, name, pupil)
    if not (saved / "design.json").exists():
        wanted = target(*ARRAYS[name])
        free = QUICK if len(wanted.positions) >= 49 else Search()
        found = shape(wanted, LENS, pupil=pupil, effort=None if isinstance(pupil, FlatPupil) else free)
        saved.parent.mkdir(parents=True, exist_ok=True)
        found.save(saved)
    found = load_structure(saved)
    m = found.metrics
    return [
        name,
        len(found.target.control_points(LENS)),
        "flat" if isinstance(pupil, FlatPupil) else "free",
        m["worst_angle_deg"],
        f"{m['uniformity']:.5f}",
        m["sum_magnetization"],
        m["efficiency"],
        m["strength"] / m["estimate_far_apart"],
        m["elsewhere_over_mean"],
        m["elsewhere_from_spot_wavelengths"],
        m["share_inside"],
        found.seconds,
    ]


def compared(side: int) -> list[list[object]]:
    """Rows for `FastArrays`, twice, and for `Search`: what they find, by the engine, and their time."""
    wanted = target(side, 1)
    question = Question(wanted, FlatPupil(), LENS, None, False, 0)
    search = QUICK if side >= 7 else Search()
    efforts: tuple[tuple[str, Effort], ...] = (
        ("FastArrays", FastArrays()),
        ("FastArrays again", FastArrays()),
        ("Search", search),
    )
    rows = []
    for name, effort in efforts:
        wall, processor = time.perf_counter(), time.process_time()
        _, (beam, _) = answer(question, (effort,))
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        judged = time.process_time()
        M = written_by(om.Light(beam, LENS, points=wanted.positions))(wanted.positions)
        judged = time.process_time() - judged
        angles = np.degrees(om.angle_between(M, wanted.directions))
        lengths = np.linalg.norm(M, axis=-1)
        share = np.mean(np.sum(M * wanted.directions, axis=-1)) / wanted.estimate(LENS)
        numbers = (angles.max(), f"{uniformity(lengths):.5f}", share, wall, processor, judged)
        rows.append([f"{side} x {side}", name, *numbers])
    bound = time.process_time()
    wanted.bound(LENS)
    return [[*row, time.process_time() - bound] for row in rows]


def solvers(sides: list[int]) -> Section:
    """Both solvers for uniform amplitude."""
    header = ("array", "solver", "worst angle [deg]", "uniformity", "over the estimate", "solver [s]")
    judging = ("solver, processor [s]", "engine at the spots, processor [s]", "bound, processor [s]")
    rows = [row for side in sides for row in compared(side)]
    return Section("Solvers of spot arrays", (*header, *judging), rows, f"First calls compile. {machine()}")


@styled
def figure(rows: list[list[object]]) -> Figure:
    """Strength over the bound and over the estimate, and the angle error, against the number of spots."""
    drawn = new_figure(7.0, 2.8)
    drawn.set_layout_engine("constrained")
    left, right = drawn.subplots(1, 2)
    for kind, mark, colour in (("free", "s", LINE_COLOURS[1]), ("flat", "o", LINE_COLOURS[0])):
        chosen = sorted((row for row in rows if row[2] == kind), key=lambda row: row[1])
        spots = [row[1] for row in chosen]
        left.semilogx(
            spots, [row[6] for row in chosen], f"{mark}-", color=colour, label=f"{kind}, over the bound"
        )
        faint = {"color": colour, "markerfacecolor": "none", "linewidth": 0.8}
        left.semilogx(
            spots, [row[7] for row in chosen], f"{mark}:", label=f"{kind}, over the estimate", **faint
        )
        right.loglog(spots, [row[3] for row in chosen], f"{mark}-", color=colour, label=kind)
    left.axhline(1.0, color="black", linewidth=0.8)
    left.axhline(RANDOM_PHASES, color="grey", linestyle="--", linewidth=0.8, label="9π/32")
    left.set_ylabel("strength, relative")
    left.set_ylim(0.5, 1.2)
    left.text(75, 0.68, "3 planes", ha="center", va="top", fontsize=6)
    right.axhline(0.25, color="grey", linestyle=":", label="0.25°")
    right.set_ylabel("worst angle [°]")
    for panel in (left, right):
        panel.set_xlabel("spots")
    left.legend(ncols=2, fontsize=6, loc="lower left")
    right.legend()
    told = "arrays two wavelengths apart, M of unit power at the spots"
    drawn.get_layout_engine().execute(drawn)
    drawn.set_layout_engine("none")
    return headed(drawn, figure_heading(LENS, shown=told))


def section(out: Path = SAVED, *, most: int = 10**6, only_saved: bool = False) -> Section:
    """Make what is missing, draw the figure, and give the table."""
    rows = []
    for pupil in (FlatPupil(), FreePupil()):
        for name, (side, planes) in ARRAYS.items():
            saved = (place(out, name, pupil) / "design.json").exists()
            if (only_saved and not saved) or side * side * planes > most:
                continue
            rows.append(measured(name, pupil, out))
            sys.stderr.write(f"{name} {rows[-1][2]} {duration(float(rows[-1][-1]))}\n")
    IMAGE.write_bytes(render_png(figure(rows)))
    return Section(
        title="Spot arrays",
        header=HEADER,
        rows=rows,
        note=f"NA 0.95, pitch 2 wavelengths, planes 4 apart, random directions, one exposure. {machine()}",
    )


def main() -> None:
    """Print the table of what the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=SAVED)
    parser.add_argument("--most", type=int, default=10**6, help="most spots in an array")
    parser.add_argument("--draw", action="store_true", help="only what is saved")
    parser.add_argument("--solvers", type=int, nargs="+", metavar="SIDE", help="compare both solvers")
    options = parser.parse_args()
    if options.solvers:
        print(solvers(options.solvers).to_markdown())
        return
    print(section(options.out, most=options.most, only_saved=options.draw).to_markdown())


if __name__ == "__main__":
    main()
