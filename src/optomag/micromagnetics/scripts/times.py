"""When the pulses of a drive come, and where a solver's step has to be bounded."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from optomag.micromagnetics.drive import Drive, Term
from optomag.micromagnetics.scripts.envelope import envelope_of

STEPS_PER_WIDTH: Final = 20
"""Solver steps, at least, within the full width at half maximum of a pulse."""

ROWS_WITHOUT_LIGHT: Final = 100
"""Rows of the table after the light; a gap between pulses has a tenth of them."""

DIGITS: Final = 12
"""Of times, which are products: the rest is rounding."""


@dataclass(frozen=True)
class Phase:
    """A part of the simulation.

    Parameters
    ----------
    start, end : float [s]
    rows : int
        Equal parts, at each of whose ends the magnet is looked at; no solver step is longer than a part.
    light : bool
        Whether a pulse lasts.
    frames : int
        Pictures of the magnet that are kept, of its rows.
    """

    start: float
    end: float
    rows: int
    light: bool
    frames: int

    @property
    def step(self) -> float:
        """Length of a part [s]."""
        return tidy((self.end - self.start) / self.rows)


def tidy(seconds: float) -> float:
    """A time without the digits that are rounding."""
    return float(f"{seconds:.{DIGITS}g}")


def peak_times(terms: Sequence[Term]) -> list[float]:
    """When each term has its peak [s]; the script begins, at 0, where the first pulse does."""
    begins = min(term.delay - envelope_of(term.pulse).lead * term.pulse.duration for term in terms)
    return [tidy(term.delay - begins) for term in terms]


def phases_of(drive: Drive) -> list[Phase]:
    """Parts of the simulation, in order and without gaps.

    While pulses last, a part is as long as a twentieth of the shortest of their widths, at most: left to
    their error control, the programs step over 100 fs and see no pulse. Between distant pulses and after the
    last the solver may do as it likes.
    """
    spans = []
    for term, peak in zip(drive.terms, peak_times(drive.terms), strict=True):
        lead = envelope_of(term.pulse).lead * term.pulse.duration
        spans.append((max(0.0, tidy(peak - lead)), tidy(peak + lead), term.pulse.duration))
    edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
    phases = []
    for start, end in itertools.pairwise(edges):
        widths = [width for low, high, width in spans if low < end and high > start]
        if widths:
            rows = math.ceil((end - start) / (min(widths) / STEPS_PER_WIDTH) * (1 - 1e-9))
            phases.append(Phase(start, end, rows, light=True, frames=4))
        else:
            phases.append(Phase(start, end, ROWS_WITHOUT_LIGHT // 10, light=False, frames=1))
    end = tidy(edges[-1] + drive.simulation.afterwards)
    return [*phases, Phase(edges[-1], end, ROWS_WITHOUT_LIGHT, light=False, frames=10)]
