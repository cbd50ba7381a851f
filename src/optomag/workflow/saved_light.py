"""What lies in a saved folder, as light: beams, lens and film, whoever designed them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation import saved_design
from optomag.inverse.orientation.design import Design
from optomag.inverse.orientation.saved_design import RECORD, load_design
from optomag.inverse.structure import saved_structure
from optomag.inverse.structure.saved_structure import load_structure
from optomag.inverse.structure.structure import Structure
from optomag.io.files import read_json
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.focus import focus_field
from optomag.optics.objective import Objective


@dataclass(frozen=True, eq=False)
class SavedLight:
    """Beams of unit power and what they cross.

    Parameters
    ----------
    beam : Beam
    counter : Beam or None
        Of a second lens.
    lens : Objective
    film : Film or None
    points : float64, shape (n, 3) [m]
        Where the magnetization was wanted.
    target : float64, shape (3,), or None
        Along which direction, where it is one.
    """

    beam: Beam
    counter: Beam | None
    lens: Objective
    film: Film | None
    points: np.ndarray
    target: np.ndarray | None

    def field(self, where: object, *, power: float) -> np.ndarray:
        """Field on a grid or at points [V/m], for `power` [W] in all beams together."""
        options = {"film": self.film, "counter": self.counter, "power": power}
        return np.asarray(focus_field(self.beam, self.lens, where, **options))


def load_saved(folder: Path) -> Design | Structure:
    """Read a folder that `optomag design` or `optomag shape` wrote, or `save` of what they return.

    Raises
    ------
    InvalidInputError
        If there is none, it is damaged, or it holds designs of several directions.
    """
    readers = {saved_design.FORMAT: load_design, saved_structure.FORMAT: load_structure}
    record = read_json(folder / RECORD, name="design")
    kind = record.get("format") if isinstance(record, dict) else None
    if not isinstance(kind, str) or kind not in readers:
        refuse("design", f"a file of format {' or '.join(readers)}", folder / RECORD)
    found = readers[kind](folder)
    if isinstance(found, Design) and found.target.ndim > 1:
        refuse("design", "of one direction", f"{len(found)} in {folder}", "Save one of them, as design[0].")
    return found


def load_light(folder: Path) -> SavedLight:
    """The same as light; raises as `load_saved` does."""
    found = load_saved(folder)
    if isinstance(found, Structure):
        points = np.asarray(found.target.control_points(found.lens))
        return SavedLight(found.beam, found.counter, found.lens, found.film, points, None)
    setup = found.setup
    points = np.array([setup.at])
    return SavedLight(found.beam, found.counter, setup.lens, setup.film, points, found.target)
