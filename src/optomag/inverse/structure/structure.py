"""A structure that was found: the beam, and what it writes, re-simulated."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import jax
import numpy as np
from jaxtyping import Float64

from optomag.inverse.structure.pupil import Parameters, Pupil
from optomag.inverse.structure.search import Step
from optomag.inverse.structure.target import Target
from optomag.light.light import Light
from optomag.optics.beam import Beam


@dataclass(frozen=True, eq=False)
class Structure:
    """What `shape` returns.

    Attributes
    ----------
    target : Target
        What was wanted.
    pupil : Pupil
        From which pupils it was chosen.
    parameters : dict of str to float64 arrays
        Which pupil of the set.
    light : Light
        The beams at unit power and all that they cross, with the target's control points.
    magnetization : float64, shape (n, 3)
        Re-simulated M at these points: gamma = 1, dimensionless field of unit power. Elsewhere
        `light.reduced_magnetization` says it.
    metrics : dict of str to float
        What the beam writes, by the focusing engine: strength (sum M.m/sum m.m of the pattern m); where
        known, bound (no light of unit power exceeds it), efficiency (strength over the bound) and
        estimate_far_apart (no bound: what parts that share no light would reach), and those of the target;
        NaN where it cannot be measured.
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
    parameters: Parameters
    light: Light
    magnetization: Float64[np.ndarray, "n 3"]
    metrics: dict[str, float]
    status: str
    converged: bool
    stopped: bool
    history: tuple[Step, ...]
    seed: int
    seconds: float

    @property
    def beam(self) -> Beam:
        """The pupil at unit power."""
        return self.light.beam

    @property
    def counter(self) -> Beam | None:
        """In 4pi that of the second lens, as its mirror image."""
        return self.light.counter

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write beam, numbers, figure and manifest to a folder; `load_structure` reads it back.

        See `optomag.inverse.structure.structure_files.write_structure` for the files and the errors.
        """
        from optomag.inverse.structure.structure_files import write_structure

        return write_structure(self, folder).folder


def plain(parameters: Parameters) -> Parameters:
    """The same parameters as NumPy arrays."""
    return {name: np.asarray(jax.device_get(value)) for name, value in parameters.items()}
