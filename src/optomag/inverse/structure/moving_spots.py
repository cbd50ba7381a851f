"""Spots that move: one array after another at a steady rate, each from the phases of the one before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.displayed import Displayed
from optomag.errors import refuse, require_integer, require_kind, require_yes_or_no
from optomag.inverse.structure.array_solver import solve_array
from optomag.inverse.structure.dipole_pupils import FlatPupil
from optomag.inverse.structure.fast_arrays import FastArrays
from optomag.inverse.structure.pixel_pupil import PixelPupil
from optomag.inverse.structure.pupil import Parameters, Pupil
from optomag.inverse.structure.spot_array import SpotArray
from optomag.light.light import Light
from optomag.optics.film import Film
from optomag.optics.magnet_place import warn_outside
from optomag.optics.objective import Objective

STEADY = FastArrays(starts=1, phase_steps=1, exact_steps=20, oversampling=3.0)
"""Steps for each array after the first; see docs/spot-arrays.md for what more and fewer phase steps do."""


@dataclass(frozen=True, eq=False)
class Frame(Displayed):
    """One array of a sequence, and the light that writes it.

    Attributes
    ----------
    target : SpotArray
    lens : Objective
    film : Film or None
    four_pi : bool
    pupil : Pupil
    parameters : dict of str to float64 arrays
        Which pupil of the set.
    strength, error : float
        s = sum M.m/sum m.m of the pattern m, and the root mean square of M/s - m over that of m; by the
        solver's own sampling of the pupil. Beyond 1e-3 the array was not solved, from the phases before nor
        from new ones.
    turned : float64, shape (n,) [rad]
        By how much the phase of each spot changed against the frame before, from -pi to pi, beyond what all
        have in common; zero in the first.

    Examples
    --------
    >>> import optomag as om
    >>> lens, wl = om.Objective(na=0.95, wavelength=532e-9), 532e-9
    >>> path = [om.SpotArray([[-wl, 0], [wl + k * 3e-8, 0]], [[1, 0, 0], [0, 1, 1]]) for k in range(2)]
    >>> first, second = om.moving_spots(path, lens)
    >>> second.error < 1e-3, second.turned.shape
    (True, (2,))
    """

    target: SpotArray
    lens: Objective
    film: Film | None
    four_pi: bool
    pupil: Pupil
    parameters: Parameters
    strength: float
    error: float
    turned: Float64[np.ndarray, " n"]

    @cached_property
    def light(self) -> Light:
        """The beam at unit power, with the spots as its points: for `masks` and all else that takes light."""
        points, setup = self.target.positions, {"film": self.film, "four_pi": self.four_pi}
        beam, counter = self.pupil.beams(self.parameters, points, self.lens, **setup)
        wanted = self.target.wanted(self.lens)
        return Light(beam, self.lens, film=self.film, counter=counter, points=points, target=wanted)


def moving_spots(
    arrays: Iterable[SpotArray],
    lens: Objective,
    *,
    pupil: Pupil | None = None,
    film: Film | None = None,
    four_pi: bool = False,
    effort: FastArrays = STEADY,
    seed: int = 0,
) -> Iterator[Frame]:
    """Find the pupil of one array after another; the phase of each spot goes on from where it was.

    Parameters
    ----------
    arrays : iterable of SpotArray
        As many spots each, in the same order; any iterable, also one that makes up the next array while the
        last is shown.
    lens : Objective
    pupil : FlatPupil or PixelPupil, default FlatPupil()
        Of uniform amplitude.
    film, four_pi
        As for `shape`.
    effort : FastArrays
        For each array after the first, which `FastArrays()` finds, as it does one that cannot be solved from
        the phases before: so many phase steps and exact steps. No phase steps keep the phases steadiest, many
        keep the light strongest; a smaller `oversampling` is faster and less exact.
    seed : int, default 0
        Of the random phases with which the first array starts.

    Returns
    -------
    iterator of Frame
        One for each array, as soon as it is asked for. Nothing is re-simulated by the engine: `frame.light`
        does that, and `shape(..., start=)` judges single arrays.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind, or does not serve such pupils; later, if an array has another
        number of spots.

    Examples
    --------
    >>> lens, wl = Objective(na=0.95, wavelength=532e-9), 532e-9
    >>> path = [SpotArray([[-wl, 0], [wl + 0.05 * k * wl, 0]], [[1, 0, 0], [0, 1, 1]]) for k in range(3)]
    >>> [bool(frame.error < 1e-3) for frame in moving_spots(path, lens)]
    [True, True, True]
    """
    pupil = FlatPupil() if pupil is None else pupil
    require_kind("lens", lens, Objective, "an optomag Objective")
    if film is not None:
        require_kind("film", film, Film, "an optomag Film")
    require_kind("effort", effort, FastArrays, "an optomag FastArrays")
    if not isinstance(pupil, Pupil) or not FastArrays.flat(pupil):
        refuse("pupil", "FlatPupil() or a PixelPupil without amplitude", pupil)
    if isinstance(pupil, PixelPupil):
        pupil.require_setup(lens, four_pi=four_pi)
    require_yes_or_no("four_pi", four_pi)
    try:
        sequence = iter(arrays)
    except TypeError:
        refuse("arrays", "a sequence of SpotArray", arrays)
    seed = require_integer("seed", seed, at_least=0)
    return _frames(sequence, lens, pupil, film, four_pi, effort, seed)


def _frames(
    arrays: Iterator[SpotArray],
    lens: Objective,
    pupil: Pupil,
    film: Film | None,
    four_pi: bool,
    effort: FastArrays,
    seed: int,
) -> Iterator[Frame]:
    moments: Complex128[np.ndarray, "n 3"] | None = None
    for number, target in enumerate(arrays):
        if not isinstance(target, SpotArray):
            refuse(f"array {number} (from 0)", "an optomag SpotArray", target)
        if moments is not None and len(target.positions) != len(moments):
            refuse(f"array {number} (from 0)", f"of {len(moments)} spots", f"one of {len(target.positions)}")
        if number == 0:
            warn_outside(film, target.positions[:, 2], what="spot")
        setup: dict[str, Any] = {"film": film, "four_pi": four_pi, "seed": seed}
        solved = None
        if moments is not None:
            solved = solve_array(target, pupil, lens, **setup, effort=effort, start=moments)
        if solved is None or not (solved.found.converged or solved.found.stopped):
            anew = solve_array(target, pupil, lens, **setup, effort=FastArrays())
            if solved is None or anew.found.stopped or anew.error < solved.error:
                solved = anew
        if solved.found.stopped:  # the solver keeps its best, but a sequence ends here
            raise KeyboardInterrupt
        turned = _turned(solved.moments if moments is None else moments, solved.moments, solved.coupling)
        moments = solved.moments
        yield Frame(
            target,
            lens,
            film,
            four_pi,
            pupil,
            solved.found.parameters,
            solved.strength,
            solved.error,
            turned,
        )


def _turned(
    before: Complex128[np.ndarray, "n 3"],
    after: Complex128[np.ndarray, "n 3"],
    coupling: Float64[np.ndarray, "n 3"],
) -> Float64[np.ndarray, " n"]:
    """Pancharatnam's phase between the light of the dipoles of each spot, beyond that of all together."""
    overlap = np.sum(coupling * after * before.conj(), axis=-1)
    return np.angle(overlap * np.exp(-1j * np.angle(overlap.sum())))
