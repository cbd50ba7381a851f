"""A structure that was found: the light of one exposure or several, and what it writes, re-simulated."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import jax
import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import refuse, require_choice
from optomag.inverse.structure.coherency import Certificate
from optomag.inverse.structure.pupil import Parameters, Pupil
from optomag.inverse.structure.search import Step
from optomag.inverse.structure.target import Target
from optomag.light.exposures import Exposures
from optomag.light.light import Light
from optomag.optics.beam import Beam
from optomag.optics.description import setup_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ONE_BY_ONE = "Take `structure.lights` one by one, each with its part of `structure.energies`."


@dataclass(frozen=True, eq=False)
class Structure(Displayed):
    """What `shape` returns.

    Attributes
    ----------
    target : Target
        What was wanted.
    pupil : Pupil
        From which pupils it was chosen.
    parameters : dict of str to float64 arrays
        Which pupil of the set; of several exposures, first axis, which pupils.
    exposures : Exposures
        The beams at unit power and all that they cross, with the target's control points: one light, or
        several and the part of the energy that each gets.
    magnetization : float64, shape (n, 3)
        Re-simulated M at these points: gamma = 1, dimensionless field of unit power, of several exposures
        together. Elsewhere `exposures.reduced_magnetization` says it.
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
    certificate : Certificate or None
        Of several exposures: how near to the best that any number of them, of any amplitude, could do.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> spots = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    >>> found = om.shape(spots, lens, effort=om.FastArrays(starts=1, oversampling=3))
    >>> found.converged, found.magnetization.shape, found.metrics["worst_angle_deg"] < 0.05
    (True, (2, 3), True)
    """

    target: Target
    pupil: Pupil
    parameters: Parameters
    exposures: Exposures
    magnetization: Float64[np.ndarray, "n 3"]
    metrics: dict[str, float]
    status: str
    converged: bool
    stopped: bool
    history: tuple[Step, ...]
    seed: int
    seconds: float
    certificate: Certificate | None = None

    @property
    def lights(self) -> tuple[Light, ...]:
        """The light of each exposure, at unit power."""
        return self.exposures.lights

    @property
    def energies(self) -> Float64[np.ndarray, " k"]:
        """Part of the energy that each exposure gets, of sum 1."""
        return self.exposures.energies

    @property
    def light(self) -> Light:
        """The light of its one exposure.

        Raises
        ------
        InvalidInputError
            If there are several; take them one by one.
        """
        if len(self.exposures) > 1:
            refuse("light of a structure", "that of one exposure", f"{len(self.exposures)}", ONE_BY_ONE)
        return self.exposures.lights[0]

    @property
    def beam(self) -> Beam:
        """The pupil at unit power."""
        return self.light.beam

    @property
    def counter(self) -> Beam | None:
        """In 4pi that of the second lens, as its mirror image."""
        return self.light.counter

    def plot(self, what: str = "plane") -> Figure:
        """Draw what is written, simulated by the engine.

        Parameters
        ----------
        what : {"plane", "volume"}
            |M| in the target's plane beside the pupils, of several exposures with what was wanted, as
            `structure.png` of the folder that `save` writes; or the structure in 3-D, as `structure-3d.png`.

        Returns
        -------
        matplotlib.figure.Figure
            Some seconds.
        """
        from optomag.inverse.structure.structure_figure import structure_figure, structure_volume

        if require_choice("what", what, ("plane", "volume")) == "volume":
            return structure_volume(self.target, self.exposures)[0]
        kind = type(self.pupil).__name__
        return structure_figure(self.target, self.exposures, metrics=self.metrics, pupil=kind)

    def _facts_(self) -> dict[str, str]:
        known = {
            "efficiency": ("efficiency", ".3f"),
            "mean_angle_deg": ("mean angle", ".3g"),
            "worst_angle_deg": ("worst angle", ".3g"),
        }
        numbers = {
            name: f"{self.metrics[key]:{form}}{' deg' if key.endswith('deg') else ''}"
            for key, (name, form) in known.items()
            if np.isfinite(self.metrics.get(key, np.nan))
        }
        made = {"": f"{type(self.target).__name__} by {type(self.pupil).__name__}"}
        several = {"exposures": f"{len(self.exposures)}"} if len(self.exposures) > 1 else {}
        return made | several | {"strength": f"{self.metrics.get('strength', np.nan):.4g}"} | numbers

    def _table_(self) -> dict[str, str] | None:
        first = self.exposures.lights[0]
        found = {"lens and film": setup_line(first.lens, first.film)} | self._facts_()
        other = {key: f"{value:.4g}" for key, value in self.metrics.items() if np.isfinite(value)}
        return found | {"status": self.status} | other

    def _preview_(self) -> Figure:
        return self.exposures._preview_()

    def save(self, folder: str | os.PathLike[str], *, replace: bool = False) -> Path:
        """Write beam, numbers, figure and manifest to a folder; `load_structure` reads it back.

        See `optomag.inverse.structure.structure_files.write_structure` for the files.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        replace : bool, default False
            Whether another structure there may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, target or pupil are such that no file can describe
            them, or the folder cannot be used.
        StorageError
            Where the file system refuses; what was there stays.
        """
        from optomag.inverse.structure.structure_files import write_structure

        return write_structure(self, folder, replace=replace).folder


def stacked(parameters: list[Parameters]) -> Parameters:
    """Parameters of exposures as those of a structure: of a single one as they are."""
    if len(parameters) == 1:
        return plain(parameters[0])
    return {name: np.stack([plain(one)[name] for one in parameters]) for name in parameters[0]}


def unstacked(parameters: Parameters, exposures: int) -> list[Parameters]:
    """Parameters of each exposure out of those of a structure."""
    if exposures == 1:
        return [parameters]
    return [{name: value[k] for name, value in parameters.items()} for k in range(exposures)]


def plain(parameters: Parameters) -> Parameters:
    """The same parameters as NumPy arrays."""
    return {name: np.asarray(jax.device_get(value)) for name, value in parameters.items()}
