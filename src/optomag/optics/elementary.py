"""Elementary beams: uniform amplitude over the pupil, unit power, one polarisation pattern each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from optomag.errors import InvalidInputError, refuse, require_items, require_members, require_real
from optomag.optics.arrays import PupilAmplitude, PupilCoordinate
from optomag.optics.beam import Beam, single_mode
from optomag.optics.masks import PhaseStep
from optomag.optics.mode import PupilFunction
from optomag.optics.pixel_maps import require_map
from optomag.plausible import ANGLE, require_plausible

MOST_BREAKS = 1000
"""Each begins a panel of its own."""

_UNIT_POWER = 1 / np.sqrt(np.pi)

ROUNDED_SUM = 1e-12
"""By how much rounding may lift the sum of squared weights above 1."""


@dataclass(frozen=True)
class UniformPolarization(PupilFunction):
    """Amplitude 1/sqrt(pi) with the polarisation along x, along y, along rho or along phi."""

    along: Literal["x", "y", "rho", "phi"]

    def field(self, r: PupilCoordinate, phi: PupilCoordinate) -> tuple[PupilAmplitude, PupilAmplitude]:
        """(E_rho, E_phi) of the unit vector, at unit power."""
        rho_part, phi_part = {
            "x": lambda: (np.cos(phi), -np.sin(phi)),
            "y": lambda: (np.sin(phi), np.cos(phi)),
            "rho": lambda: (np.ones_like(phi), np.zeros_like(phi)),
            "phi": lambda: (np.zeros_like(phi), np.ones_like(phi)),
        }[self.along]()
        return _UNIT_POWER * rho_part, _UNIT_POWER * phi_part


@dataclass(frozen=True, eq=False)
class CallablePupil(PupilFunction):
    """A pupil field that a caller wrote, with the jumps that the caller declared.

    Two are equal if they hold the very same function: what a function does cannot be compared, and not every
    callable can be hashed.
    """

    function: Callable[[np.ndarray, np.ndarray], Any]
    radial_jumps: tuple[float, ...]
    azimuthal_jumps: tuple[float, ...]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, CallablePupil)
            and self.function is other.function
            and (self.r_breaks, self.phi_breaks) == (other.r_breaks, other.phi_breaks)
        )

    def __hash__(self) -> int:
        return hash((id(self.function), self.radial_jumps, self.azimuthal_jumps))

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """The declared radii."""
        return self.radial_jumps

    @property
    def phi_breaks(self) -> tuple[float, ...]:
        """The declared azimuths [rad]."""
        return self.azimuthal_jumps

    def field(self, r: PupilCoordinate, phi: PupilCoordinate) -> tuple[PupilAmplitude, PupilAmplitude]:
        """(E_rho, E_phi) as the function returns them, checked."""
        rule = "a function f(r, phi) that returns (E_rho, E_phi), each a number or an array like r"
        try:
            # The function may be written with jax.numpy, and be called while an outer function is traced.
            with jax.ensure_compile_time_eval():
                parts = self.function(r, phi)
                rho_part, phi_part = (np.asarray(part, dtype=np.complex128) for part in parts)
            return np.broadcast_to(rho_part, r.shape), np.broadcast_to(phi_part, r.shape)
        except (TypeError, ValueError) as error:
            raise InvalidInputError(f"pupil function must be {rule}; got an error: {error}.") from error


def linear(angle: Any = 0.0) -> Beam:
    """Beam polarised along one direction.

    Parameters
    ----------
    angle : float [rad], default 0
        Direction of the electric field, from x towards y. May be traced by JAX.

    Returns
    -------
    Beam
        Uniform amplitude, unit power.

    Raises
    ------
    InvalidInputError
        If the angle is not a finite number, or so large that it cannot be in radians.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.5, wavelength=532e-9)
    >>> E = om.focus_field(om.linear(np.pi / 2), lens, [[0.0, 0.0, 0.0]])  # along y
    >>> round(om.linear(np.pi / 2).power, 12), bool(abs(E[0, 0]) < 1e-6 * abs(E[0, 1]))
    (1.0, True)
    """
    along_x, along_y = (single_mode(UniformPolarization(axis)) for axis in ("x", "y"))
    if isinstance(angle, Tracer):
        return jnp.cos(angle) * along_x + jnp.sin(angle) * along_y
    angle = require_plausible(ANGLE, "angle", angle, above=None)
    return along_x if angle == 0.0 else np.cos(angle) * along_x + np.sin(angle) * along_y


def circular(handedness: int = +1) -> Beam:
    """Circularly polarised beam, (x + i handedness y)/sqrt(2).

    Parameters
    ----------
    handedness : {1, -1}, default 1
        +1 has its spin, and writes M, along +z for light that travels along +z; -1 along -z.

    Returns
    -------
    Beam
        Uniform amplitude, unit power.

    Raises
    ------
    InvalidInputError
        If it is neither 1 nor -1.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> M = om.Light(om.circular(-1), lens).reduced_magnetization([[0.0, 0.0, 0.0]])
    >>> (M.round(3) + 0.0).tolist()
    [[0.0, 0.0, -3.001]]
    """
    if (
        not isinstance(handedness, (int, float, np.integer, np.floating))
        or isinstance(handedness, bool)
        or handedness not in (+1, -1)
    ):
        refuse("handedness", "+1 or -1", handedness)
    return (linear() + 1j * handedness * single_mode(UniformPolarization("y"))) / np.sqrt(2)


def radial() -> Beam:
    """Radially polarised beam, along e_rho everywhere.

    Returns
    -------
    Beam
        Uniform amplitude, unit power. Its field at the focus is along z.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> E = om.focus_field(om.radial(), lens, [[0.0, 0.0, 0.0]])
    >>> bool(abs(E[0, 2]) > 1e6 * abs(E[0, 0]))
    True
    """
    return single_mode(UniformPolarization("rho"))


def azimuthal() -> Beam:
    """Azimuthally polarised beam, along e_phi everywhere.

    Returns
    -------
    Beam
        Uniform amplitude, unit power. Dark at the focus, and without E_z everywhere.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> E = om.focus_field(om.azimuthal(), lens, [[0.0, 0.0, 0.0], [0.5 * 532e-9, 0.0, 0.0]])
    >>> (abs(E[:, 1]) > 1e6).tolist(), bool(abs(E[1, 2]) < 1e-3)
    ([False, True], True)
    """
    return single_mode(UniformPolarization("phi"))


def pupil_function(
    function: Callable[[np.ndarray, np.ndarray], Any],
    *,
    r_breaks: Iterable[float] = (),
    phi_breaks: Iterable[float] = (),
) -> Beam:
    """Beam whose pupil field is any function of the pupil point.

    Parameters
    ----------
    function : callable
        f(r, phi) -> (E_rho, E_phi): arrays of equal shape in, numbers or arrays of that shape out. Not
        renormalised: |E|^2 r dr dphi integrates to the power. What it returns is remembered: a function must
        give the same field whenever it is called.
    r_breaks : iterable of float
        Radii in (0, 1) at which the field or its derivatives jump.
    phi_breaks : iterable of float [rad]
        Azimuths at which they jump.

    Returns
    -------
    Beam
        Of the power that |E|^2 r dr dphi integrates to.

    Raises
    ------
    InvalidInputError
        If `function` is not callable or a break is out of range; on use, if the function returns something
        else than two finite fields, or is not smooth between its declared jumps.

    Examples
    --------
    >>> half = pupil_function(lambda r, phi: (phi < np.pi, 0.0), phi_breaks=[0.0, np.pi])
    >>> round(half.power, 9)
    1.570796327
    """
    if not callable(function):
        refuse("pupil function", "callable as f(r, phi) -> (E_rho, E_phi)", function)
    r_breaks, phi_breaks = (
        require_items(name, breaks, "a sequence of numbers", most=MOST_BREAKS)
        for name, breaks in (("r_breaks", r_breaks), ("phi_breaks", phi_breaks))
    )
    radii = tuple(require_real("r_breaks", b, above=0.0, below=1.0) for b in r_breaks)
    azimuths = tuple(require_real("phi_breaks", b) for b in phi_breaks)
    return single_mode(CallablePupil(function, radii, azimuths))


def pixels(jones: Any, *, order: str = "xy") -> Beam:
    """Beam given pixel by pixel, e.g. as a spatial light modulator makes it.

    Parameters
    ----------
    jones : complex array_like, shape (N, N, 2)
        (E_x, E_y) over the square around the pupil; axis 0 runs along x and axis 1 along y, pixel (i, j) has
        its centre at x = (2 i + 1)/N - 1, y = (2 j + 1)/N - 1 pupil radii. May be traced by JAX. Not
        renormalised: |E|^2 integrates over the pupil to the power. NaN in a cell without any area in the
        pupil counts as nothing.
    order : str
        "xy", or "image" for a map as pictures are stored: axis 0 runs along rows from the top, where y is
        largest, and axis 1 along x. The components are E_x and E_y in both.

    Returns
    -------
    Beam
        The map, one field for each pixel.

    Raises
    ------
    InvalidInputError
        If the shape is wrong, the array is masked or a pixel with a part in the pupil is not finite; but for
        what JAX traces, whose values are not known yet.

    Notes
    -----
    A cell that the rim cuts counts with its area inside the pupil. The focal field of a smooth beam sampled
    on pixels converges to the exact one with 1/N^2.

    Examples
    --------
    >>> jones = np.zeros((200, 200, 2), dtype=complex)
    >>> jones[..., 0] = 1 / np.sqrt(np.pi)
    >>> round(pixels(jones).power, 12)
    1.0

    One half dark: x < 0, or, in a map as pictures are stored, y > 0.

    >>> jones[:100] = 0.0
    >>> left, right = (abs(pixels(jones).evaluate(0.5, phi)[0]) for phi in (np.pi, 0.0))
    >>> above, below = (abs(pixels(jones, order="image").evaluate(0.5, phi)[1]) for phi in (1.57, -1.57))
    >>> [round(float(part), 3) for part in (left, right, above, below)]
    [0.0, 0.564, 0.0, 0.564]
    """
    return Beam((), (), (require_map(jones, order),))


def stack_beams(beams: Sequence[Beam]) -> Beam:
    """One beam with a leading batch axis out of several beams; `focus_field` then returns them all at once.

    Beams of different make are brought to the union of their modes, with zero weights where they lack one.

    Parameters
    ----------
    beams : sequence of Beam
        One or more, each a single beam.

    Returns
    -------
    Beam
        A batch: `weight_vector` has the shape (beams, modes), fields a leading axis of as many.

    Raises
    ------
    InvalidInputError
        If there is no beam, or some but not all have pixel maps of one size.

    Examples
    --------
    >>> import optomag as om
    >>> both = om.stack_beams([om.circular(+1), om.radial()])
    >>> both.batch_size, both.power.round(12).tolist()
    (2, [1.0, 1.0])
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> om.focus_field(both, lens, [[0.0, 0.0, 0.0]]).shape
    (2, 1, 3)
    """
    beams = require_members("beams", beams, Beam, "a sequence of one or more optomag Beams")
    modes = tuple(dict.fromkeys(mode for beam in beams for mode in beam.modes))
    rows = [dict(zip(beam.modes, beam.weights, strict=True)) for beam in beams]
    weights = tuple(_column([row.get(mode, 0.0) for row in rows]) for mode in modes)
    sizes = [tuple(np.shape(jones) for jones in beam.pixel_maps) for beam in beams]
    if len(set(sizes)) > 1:
        refuse("pixel maps of stacked beams", "of the same sizes", sizes)
    maps = tuple(jnp.stack(group) for group in zip(*(beam.pixel_maps for beam in beams), strict=True))
    return Beam(weights, modes, maps)


def _column(values: list[Any]) -> Any:
    if any(isinstance(value, jax.Array) for value in values):
        return jnp.stack([jnp.asarray(value, dtype=jnp.complex128) for value in values])
    return np.array(values, dtype=np.complex128)


def four_beam(e_ax: Any, e_ay1: Any, e_ay2: Any, e_rho: Any = None) -> Beam:
    """The four beams of arXiv:2103.13592: three stepped azimuthal ones and a radial one (its figure 1a).

    E = i e_ax V_x e_phi + (e_ay1 + i e_ay2) V_y e_phi + e_rho e_rho, with the pi phase steps
    V_x = sign(sin phi) and V_y = sign(cos phi).

    Parameters
    ----------
    e_ax, e_ay1, e_ay2 : float
        Real amplitude weights. May be traced by JAX.
    e_rho : float, optional
        Radial weight; by default the one that completes the power to 1.

    Returns
    -------
    Beam
        Of the power e_ax^2 + e_ay1^2 + e_ay2^2 + e_rho^2, as the four are orthogonal.

    Raises
    ------
    InvalidInputError
        If a weight is not finite, or their squares add up to more than 1 while `e_rho` is left out.

    Examples
    --------
    >>> round(four_beam(0.398, -0.611, 0.467).power, 12)
    1.0
    """
    weights = [e_ax, e_ay1, e_ay2] + ([] if e_rho is None else [e_rho])
    if any(isinstance(weight, Tracer) for weight in weights):
        if e_rho is None:
            e_rho = jnp.sqrt(1.0 - (e_ax**2 + e_ay1**2 + e_ay2**2))
    else:
        e_ax, e_ay1, e_ay2 = (
            require_real(name, weight)
            for name, weight in zip(("e_ax", "e_ay1", "e_ay2"), weights, strict=False)
        )
        if e_rho is None:
            left = 1.0 - (e_ax**2 + e_ay1**2 + e_ay2**2)
            if left < -ROUNDED_SUM:
                refuse("sum of the squared weights", "<= 1", 1.0 - left, "Scale them down or give e_rho.")
            e_rho = np.sqrt(max(left, 0.0))
        e_rho = require_real("e_rho", e_rho)
    step_x, step_y = PhaseStep("x"), PhaseStep("y")
    steps = azimuthal() * step_x, azimuthal() * step_y
    return e_ax * (1j * steps[0]) + (e_ay1 * steps[1] + e_ay2 * (1j * steps[1])) + e_rho * radial()
