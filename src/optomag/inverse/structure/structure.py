"""A structure that was found: the beam, and what it writes, re-simulated."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from optomag.grid import Grid
from optomag.inverse.structure.pupil import Parameters, Pupil
from optomag.inverse.structure.search import Step
from optomag.inverse.structure.simulate import simulate_magnetization
from optomag.inverse.structure.target import Target
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.objective import Objective


@dataclass(frozen=True, eq=False)
class Structure:
    """What `shape` returns.

    Attributes
    ----------
    target : Target
        What was wanted.
    pupil : Pupil
        From which pupils it was chosen.
    lens, film, four_pi
        Through what.
    parameters : dict of str to float64 arrays
        Which pupil of the set.
    beam : Beam
        The pupil at unit power.
    counter : Beam or None
        In 4pi that of the second lens, as its mirror image.
    metrics : dict of str to float
        What the beam writes, by the focusing engine: strength (sum M.m/sum m.m of the wanted pattern m),
        efficiency (strength over the bound, where one is known) and those of the target; NaN where it cannot
        be measured.
    status : str
        One sentence on how the search ended.
    converged : bool
        Whether the target's equations hold, to 1e-3 of |M|. False for targets that are no equations: their
        gradient merely runs out of steps.
    stopped : bool
        Whether Ctrl-C ended it; this is then the best until that moment.
    history : tuple of Step
    seed : int
    seconds : float [s]
        How long it took.
    """

    target: Target
    pupil: Pupil
    lens: Objective
    film: Film | None
    four_pi: bool
    parameters: Parameters
    beam: Beam
    counter: Beam | None
    metrics: dict[str, float]
    status: str
    converged: bool
    stopped: bool
    history: tuple[Step, ...]
    seed: int
    seconds: float

    def magnetization(self, where: Grid | Any) -> np.ndarray:
        """Re-simulated M on a grid (nx, ny, nz, 3) or at points (n, 3) [m]: dimensionless field of unit
        power, gamma = 1."""
        return simulate_magnetization(self.beam, self.counter, self.lens, self.film, where)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write beam, numbers, figure and manifest to a folder; `load_structure` reads it back.

        See `optomag.inverse.structure.saved_structure.save_structure` for the files and the errors.
        """
        from optomag.inverse.structure.saved_structure import save_structure

        return save_structure(self, folder)


def plain(parameters: Parameters) -> Parameters:
    """The same parameters as NumPy arrays."""
    return {name: np.asarray(jax.device_get(value)) for name, value in parameters.items()}
