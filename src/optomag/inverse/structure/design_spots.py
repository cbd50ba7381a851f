"""Spot arrays at video rate: what a panel needs, without the judgement of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed, plural
from optomag.errors import require_integer, require_kind, require_yes_or_no
from optomag.inverse.structure.array_solver import ArraySolver
from optomag.inverse.structure.dipole_pupils import FlatPupil
from optomag.inverse.structure.fast_arrays import FastArrays
from optomag.inverse.structure.learned_phases import LearnedPhases
from optomag.inverse.structure.pupil import Parameters
from optomag.inverse.structure.spot_array import SpotArray
from optomag.inverse.structure.spot_newton import spin
from optomag.light.exposures import Exposures
from optomag.light.light import Light
from optomag.magnetism.direction import angle_error
from optomag.optics.description import setup_line
from optomag.optics.film import Film
from optomag.optics.magnet_place import warn_outside
from optomag.optics.objective import Objective

if TYPE_CHECKING:
    from matplotlib.figure import Figure

VIDEO = FastArrays(starts=1, phase_steps=4, phases=LearnedPhases(), oversampling=2.5, coarse=1.0)
"""Phases by the network, and steps on as few waves as the spots need; the fine pupil leaves 0.07 degree of
25 spots, less than a modulator of 8 bits does."""


@dataclass(frozen=True, eq=False)
class SpotDesign(Displayed):
    """A pupil of uniform amplitude for an array, as its solver sees it.

    Attributes
    ----------
    target : SpotArray
        What was wanted.
    lens : Objective
    film : Film or None
    four_pi : bool
    effort : FastArrays
    seed : int
        `om.shape(target, lens, film=film, four_pi=four_pi, effort=effort, seed=seed)` finds the same, and
        judges it by the engine.
    parameters : dict of str to float64 arrays
        The pupil, as of `FlatPupil`.
    magnetization : float64, shape (n, 3)
        M at the spots by the solver's fine pupil: gamma = 1, dimensionless field of unit power.
    strength, error : float
        s = sum M.m/sum m.m of the pattern m, and root mean square of M/s - m over that of m.
    converged : bool
        Whether the equations M = s m hold to 1e-3.
    status : str
        One sentence on how the solver ended, and where the phases come from.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design_spots([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]], lens)
    >>> found.error < 1e-3, bool(np.degrees(found.angle_error).max() < 0.2)
    (True, True)
    """

    target: SpotArray
    lens: Objective
    film: Film | None
    four_pi: bool
    effort: FastArrays
    seed: int
    parameters: Parameters
    magnetization: Float64[np.ndarray, "n 3"]
    strength: float
    error: float
    converged: bool
    status: str

    @cached_property
    def light(self) -> Light:
        """The light, for masks, tolerances, exports and figures; built when it is first asked for."""
        points, setup = self.target.positions, {"film": self.film, "four_pi": self.four_pi}
        beam, counter = FlatPupil().beams(self.parameters, points, self.lens, **setup)
        return Light(beam, self.lens, film=self.film, counter=counter, points=points)

    def plot(self) -> Figure:
        """Draw |M| in the plane of the spots, simulated by the engine, and the pupil.

        Returns
        -------
        matplotlib.figure.Figure
            As that of a structure. A second or two.
        """
        from optomag.inverse.structure.structure_figure import structure_figure

        light = Exposures([self.light])
        return structure_figure(self.target, light, metrics={}, pupil="FlatPupil")

    def _facts_(self) -> dict[str, str]:
        worst = float(np.degrees(np.max(self.angle_error)))
        return {
            "": plural(len(self.target.positions), "spot"),
            "through": setup_line(self.lens, self.film) + (", two lenses" if self.four_pi else ""),
            "strength": f"{self.strength:.4g}",
            "worst angle": f"{worst:.3g} deg",
        }

    def _preview_(self) -> Figure:
        return self.light._preview_()

    @property
    def angle_error(self) -> Float64[np.ndarray, " n"]:
        """Angle between what is written and what is wanted, spot by spot [rad], as the solver's pupil sees
        it; with `VIDEO` the engine sees 0.07 degree more."""
        return np.asarray(angle_error(self.magnetization, self.target.directions))


def design_spots(
    positions: Any,
    directions: Any,
    lens: Objective,
    *,
    weights: Any = None,
    film: Film | None = None,
    four_pi: bool = False,
    effort: FastArrays = VIDEO,
    seed: int = 0,
) -> SpotDesign:
    """Find light of uniform amplitude for an array of spots, in milliseconds.

    Parameters
    ----------
    positions : array_like, shape (n, 3) or (n, 2) [m]
        Where; two coordinates lie in the focal plane.
    directions : array_like, shape (n, 3) or (3,)
        Along what, of any non-zero length.
    lens : Objective
        Aplanatic.
    weights : array_like, shape (n,), optional
        Relative |M|; by default all equal.
    film : Film, optional
        Layered medium in which the spots are wanted.
    four_pi : bool, default False
        Whether a second, equal lens shines from the other side.
    effort : FastArrays, default VIDEO
        A network's phases, four Gerchberg-Saxton steps, and equations solved to 1e-3.
        `replace(VIDEO, starts=10)` keeps the strongest of ten proposals.
    seed : int, default 0
        Another seed is another proposal.

    Returns
    -------
    SpotDesign
        Its `light` is what masks and figures take. What the solver says of M is not re-simulated; `om.shape`
        does that.

    Raises
    ------
    InvalidInputError
        As `SpotArray` and `FastArrays` do, if an argument is of another kind, or the film does not say which
        of several layers is the magnet.

    Warns
    -----
    MagnetWarning
        If spots lie outside the film's magnet.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> found = design_spots([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]], lens)
    >>> found.converged, found.magnetization.shape
    (True, (2, 3))
    """
    require_kind("lens", lens, Objective, "an optomag Objective")
    if film is not None:
        require_kind("film", film, Film, "an optomag Film")
    require_kind("effort", effort, FastArrays, "an optomag FastArrays")
    target, seed = SpotArray(positions, directions, weights), require_integer("seed", seed, at_least=0)
    require_yes_or_no("four_pi", four_pi)
    target.require_setup(lens, film=film, four_pi=four_pi)
    warn_outside(film, target.positions[:, 2], what="spot")
    solver = ArraySolver(target, FlatPupil(), lens, film=film, four_pi=four_pi, effort=effort)
    solver.run(np.random.default_rng(seed))
    return SpotDesign(
        target=target,
        lens=lens,
        film=film,
        four_pi=four_pi,
        effort=effort,
        seed=seed,
        parameters=solver.parameters,
        magnetization=spin(solver.fields),
        strength=solver.strength,
        error=solver.error,
        converged=solver.converged,
        status=solver.sentence + ("" if solver.converged else target.doubt(lens)),
    )
