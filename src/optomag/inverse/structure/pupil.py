"""Which pupils may be used: sets of pupil fields, each chosen from by real parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Complex128, Float64

from optomag.displayed import Displayed
from optomag.inverse.structure.target import Target
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.objective import Objective

Parameters = dict[str, Any]
"""Named real float64 arrays: what is optimised, and what a saved structure keeps."""


class Pupil(Displayed, ABC):
    """A set of pupils: frozen, of plain numbers and arrays that the keywords of its class rebuild.

    Examples
    --------
    >>> import optomag as om
    >>> sets = om.FlatPupil(), om.FreePupil(), om.PixelPupil(64), om.RingPupil(rings=8)
    >>> all(isinstance(one, om.Pupil) for one in sets)
    True

    One of your own is in CONTRIBUTING.md.
    """

    @abstractmethod
    def bind(
        self,
        points: Float64[np.ndarray, "n 3"],
        lens: Objective,
        *,
        film: Film | None = None,
        four_pi: bool = False,
    ) -> BoundPupil:
        """Prepare this set for one lens and for the points at which the field is wanted.

        Parameters
        ----------
        points : float64, shape (n, 3) [m]
        lens : Objective
        film : Film, optional
            Layered medium behind the lens.
        four_pi : bool, default False
            Whether a second, equal lens shines from the other side.

        Raises
        ------
        InvalidInputError
            If this kind of pupil does not serve the film, 4pi or the lens.
        """

    def beams(
        self,
        parameters: Parameters,
        points: Float64[np.ndarray, "n 3"],
        lens: Objective,
        *,
        film: Film | None = None,
        four_pi: bool = False,
    ) -> tuple[Beam, Beam | None]:
        """The pupil that parameters choose, for `focus_field`: the beam, and in 4pi the counter beam.

        Parameters
        ----------
        parameters : dict of str to float64 arrays
            Which pupil of the set.
        points, lens, film, four_pi
            As for `bind`.
        """
        return self.bind(points, lens, film=film, four_pi=four_pi).beams(parameters)


class BoundPupil(Displayed, ABC):
    """A set of pupils at work in one lens, one film and at fixed points.

    One that holds large arrays should be an `equinox.Module` too, so that they are passed to compiled code
    instead of being built into it.

    Examples
    --------
    >>> import jax
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> spots = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    >>> bound = om.FreePupil().bind(spots.control_points(lens), lens)
    >>> bound.fields(bound.start(spots, jax.random.key(0))).shape
    (2, 3)
    """

    @abstractmethod
    def start(self, target: Target, key: jax.Array) -> Parameters:
        """Parameters to begin with; another key gives another start.

        Parameters
        ----------
        target : Target
            Whose `starting_phases` and `wanted` it may use.
        key : jax.Array
            Key of `jax.random`.
        """

    @abstractmethod
    def fields(self, parameters: Parameters) -> Complex128[Array, "n 3"]:
        """Dimensionless field at the points, complex128 (n, 3), at unit power.

        In 4pi the power is that of both lenses together. Pure JAX: differentiable, and runs under `jax.jit`.
        |i E x E*| = 3.001 for a circular beam at the focus of NA 0.95; times `field_scale(lens)` the field in
        V/m at 1 W.

        Parameters
        ----------
        parameters : dict of str to float64 arrays
        """

    @abstractmethod
    def beams(self, parameters: Parameters) -> tuple[Beam, Beam | None]:
        """The very same pupil for `focus_field`: the beam, and in 4pi the counter beam, else None.

        Parameters
        ----------
        parameters : dict of str to float64 arrays
        """

    def refined(self) -> BoundPupil:
        """The same set sampled more finely, for the last digits; by default the set itself."""
        return self

    def normalize(self, parameters: Parameters) -> Parameters:
        """The same pupil with parameters of ordinary size; by default as they are.

        Parameters
        ----------
        parameters : dict of str to float64 arrays
        """
        return parameters
