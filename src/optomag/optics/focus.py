"""The focal field of a beam: vector diffraction by a lens, exact at every jump of the pupil."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex, Float64

from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY
from optomag.errors import refuse, require_finite_array, require_real
from optomag.grid import Grid
from optomag.optics.arrays import add
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.flat_map import with_flat_maps
from optomag.optics.objective import Objective
from optomag.optics.pixels import focus_pixels
from optomag.optics.plan import plan_grid, plan_points
from optomag.optics.sums import sum_at_points, sum_on_grid
from optomag.plausible import POWER, require_places, require_plausible

DEFAULT_RTOL = 1e-10
SMALLEST_RTOL, LARGEST_RTOL = 1e-13, 1e-2
DEFAULT_MEMORY = 8 * 2**30
"""Bytes that a field may take before it is refused."""

MIRROR = np.array([1.0, 1.0, -1.0])


@dataclass(frozen=True)
class _Request:
    """What is asked of every beam of one lens."""

    lens: Objective
    film: Film | None
    power: float
    rtol: float
    dtype: np.dtype

    def from_both_sides(self) -> tuple[_Request, _Request]:
        """Half of the power for this lens, half for the equal one that sees everything from behind."""
        front = replace(self, power=0.5 * self.power)
        return front, front if self.film is None else replace(front, film=self.film.mirrored(self.lens))


def focus_field(
    beam: Beam,
    lens: Objective | Sequence[Objective],
    where: Grid | Any,
    *,
    film: Film | None = None,
    counter: Beam | None = None,
    power: float = 1.0,
    rtol: float = DEFAULT_RTOL,
    dtype: Any = np.complex128,
    memory: float = DEFAULT_MEMORY,
) -> Complex[Array, "*shape 3"]:
    """Electric field of a beam near the focus of a lens.

    Parameters
    ----------
    beam : Beam
        Pupil field. Weights and pixels may be traced by JAX, and may have one leading batch axis
        (`stack_beams`).
    lens : Objective, or sequence of Objective
        The focusing lens, or several for the same beam, each with its own sampling.
    where : Grid, or array_like of shape (n, 3) [m]
        Tensor grid or scattered points around the focus at the origin.
    film : Film, optional
        Layered medium behind the lens; z = 0 stays where the bare lens would focus.
    counter : Beam, optional
        Beam of a second, equal lens from the other side (4pi), written as its mirror image z -> -z; each
        lens gets half the power. Behind a film, the substrate must have the lens' index.
    power : float [W], default 1
        Power that a beam with `beam.power` = 1 carries; the field is linear in the beam.
    rtol : float, default 1e-10
        Largest relative error of the field (L2 norm over the points against the exact integral), between
        1e-13 and 1e-2. All sampling of the pupil follows from it; a pixel map is what it is.
    dtype : complex64 or complex128
        Precision of the sums; complex64 reaches about 1e-6 and is up to twice as fast.
    memory : float [bytes], default 8 GiB
        Size of the result above which the call is refused; `stream_field` writes larger ones to disk.

    Returns
    -------
    complex, shape (nx, ny, nz, 3) on a grid or (n, 3) at points [V/m]
        Components along x, y, z, behind the batch axis of the beam and, as the very first, that of a
        sequence of lenses.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind, not finite, out of range, too large, or the beam carries no
        power.

    Notes
    -----
    E(r) = (n/L) sqrt(2 power/(n eps0 c))/h(alpha)
           * integral of P E_in a(theta) exp(i k s.r) sin theta dtheta dphi,

    with a = sqrt(cos theta) and h = sin for an aplanatic lens,
    B. Richards and E. Wolf, Proc. R. Soc. Lond. A 253, 358 (1959), eqs. 2.26 and 3.7,
    doi:10.1098/rspa.1959.0200, in the signs of `optomag.conventions`. Valid for distances far below the
    focal length (Debye approximation). In a film each plane wave meets its own Fresnel coefficients
    (P. Torok, P. Varga, Z. Laczik and G. R. Booker, J. Opt. Soc. Am. A 12, 325 (1995),
    doi:10.1364/JOSAA.12.000325).

    The integrand is cut at every jump and critical angle and integrated by Gauss-Legendre panels whose
    counts follow from the degrees of the pupil and of the waves.

    Examples
    --------
    >>> from optomag.optics.elementary import circular
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> E = focus_field(circular(+1), lens, [[0.0, 0.0, 0.0]])
    >>> bool(abs(E[0, 1] / E[0, 0] - 1j) < 1e-12)
    True
    >>> weaker = Objective(na=0.6, wavelength=532e-9)
    >>> focus_field(circular(+1), [lens, weaker], [[0.0, 0.0, 0.0]]).shape
    (2, 1, 3)
    """
    lenses = _lenses(lens)
    kind = complex_type(dtype)
    where = _check(beam, where, film, counter, rtol, memory, vector=3 * kind.itemsize * len(lenses))
    power = require_plausible(POWER, "power", power)
    requests = [_Request(one, film, power, float(rtol), kind) for one in lenses]
    if counter is None:
        fields = [_field(beam, where, request) for request in requests]
    else:
        pairs = [request.from_both_sides() for request in requests]
        fields = [
            _both_sides(
                _field(beam, where, front),
                _from_behind(counter, where, back),
                on_grid=isinstance(where, Grid),
            )
            for front, back in pairs
        ]
    return fields[0] if isinstance(lens, Objective) else jnp.stack(fields)


def focus_error(
    beam: Beam,
    lens: Objective | Sequence[Objective],
    where: Grid | Any,
    *,
    film: Film | None = None,
    counter: Beam | None = None,
    rtol: float = DEFAULT_RTOL,
    dtype: Any = np.complex128,
) -> float:
    """Relative error of `focus_field`, measured against its finest sampling.

    Parameters
    ----------
    beam, lens, where, film, counter, rtol, dtype
        As for `focus_field`.

    Returns
    -------
    float
        L2 norm of the difference over that of the field. Below 1e-12 it shows rounding rather than sampling.
        Taken over all beams and lenses of a batch together. Costs about two evaluations.

    Raises
    ------
    InvalidInputError
        As `focus_field` does.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> points = [[0.0, 0.0, 0.0], [1e-6, 0.0, 0.0]]
    >>> om.focus_error(om.radial(), lens, points, rtol=1e-4) < 1e-4
    True
    """
    rough, fine = (
        np.asarray(focus_field(beam, lens, where, film=film, counter=counter, rtol=r, dtype=d))
        for r, d in ((rtol, dtype), (SMALLEST_RTOL, np.complex128))
    )
    return float(np.linalg.norm(rough - fine) / np.linalg.norm(fine))


def field_scale(lens: Objective) -> float:
    """Field [V/m] that one unit of the dimensionless focal field stands for, at 1 W in the pupil.

    (n/L) sqrt(2 P/(n eps0 c)) with P = 1 W: the flux through the pupil equals the flux through the focus.
    """
    # A plain number, because a NumPy one would lift single precision to double.
    per_watt = 2.0 / (lens.index * VACUUM_PERMITTIVITY * SPEED_OF_LIGHT)
    return lens.index / lens.wavelength * math.sqrt(per_watt)


def _field(
    beam: Beam, where: Grid | Float64[np.ndarray, "n 3"], request: _Request
) -> Complex[Array, "*shape 3"]:
    lens, scale = request.lens, field_scale(request.lens) * math.sqrt(request.power)
    beam = with_flat_maps(beam, lens)
    parts = []
    if beam.modes:
        weights = jnp.asarray(beam.weight_vector * scale, dtype=request.dtype)
        settings = (lens, request.film)
        if isinstance(where, Grid):
            parts.append(
                sum_on_grid(weights, plan_grid(beam.modes, *settings, where, request.rtol, request.dtype))
            )
        else:
            plan = plan_points(beam.modes, *settings, where.tobytes(), request.rtol, request.dtype)
            parts.append(sum_at_points(weights, plan))
    for jones in beam.pixel_maps:
        scaled = jnp.asarray(jones, dtype=request.dtype) * scale
        parts.append(focus_pixels(scaled, lens, request.film, where, request.rtol, request.dtype))
    return add(parts)


def _from_behind(
    beam: Beam, where: Grid | Float64[np.ndarray, "n 3"], request: _Request
) -> Complex[Array, "*shape 3"]:
    """Field of a beam in the coordinates of its own lens, z reversed."""
    if isinstance(where, Grid):
        return _field(beam, Grid(where.x, where.y, -where.z[::-1]), request)
    return _field(beam, where * MIRROR, request)


@partial(jax.jit, static_argnames="on_grid")
def _both_sides(
    front: Complex[Array, "*shape 3"], behind: Complex[Array, "*other 3"], *, on_grid: bool
) -> Complex[Array, "*sum 3"]:
    """Sum of a field and that of a beam which is written as its mirror image z -> -z, compiled as one."""
    if on_grid:
        behind = behind[..., ::-1, :]
    return add([front, behind * MIRROR.astype(behind.dtype).reshape(*[1] * (behind.ndim - 1), 3)])


def _lenses(lens: Any) -> tuple[Objective, ...]:
    lenses = tuple(lens) if isinstance(lens, Sequence) else (lens,)
    if not lenses or not all(isinstance(one, Objective) for one in lenses):
        refuse("lens", "an optomag Objective or a list of them", lens)
    return lenses


def _check(
    beam: Any, where: Any, film: Any, counter: Any, rtol: float, memory: float, *, vector: int
) -> Grid | Float64[np.ndarray, "n 3"]:
    for name, light in (("beam", beam), ("counter", counter)):
        if light is None and name == "counter":
            continue
        if not isinstance(light, Beam):
            refuse(name, "an optomag Beam", light, "Build one from linear(), radial(), pupil_function(), ...")
        light.require_power()
    if film is not None and not isinstance(film, Film):
        refuse("film", "an optomag Film", film)
    if not SMALLEST_RTOL <= require_real("rtol", rtol, above=0.0) <= LARGEST_RTOL:
        refuse("rtol", "between 1e-13 and 1e-2", rtol)
    if not isinstance(where, Grid):
        where = require_finite_array("points", where, shape="(n, 3)", ndim=2, last=3)
        require_places("points", where)
    count = np.prod(where.shape[:3], dtype=float) if isinstance(where, Grid) else len(where)
    sizes = {light.batch_size for light in (beam, counter) if light is not None} - {0}
    if len(sizes) > 1:
        refuse("batches of beam and counter", "equally long", f"{beam.batch_size} and {counter.batch_size}")
    needed = vector * count * max(sizes, default=1)
    if needed > require_real("memory", memory, above=0.0):
        refuse(
            "field",
            f"at most {memory / 2**30:.3g} GiB",
            f"{needed / 2**30:.3g} GiB",
            "Use stream_field, a smaller grid or a larger memory=.",
        )
    return where


def complex_type(dtype: Any) -> np.dtype:
    """Return complex64 or complex128 as a NumPy type; refuse any other."""
    try:
        kind = np.dtype(dtype)
    except Exception:  # NumPy raises many things, for many kinds of values
        refuse("dtype", "complex64 or complex128", dtype)
    if kind not in (np.dtype(np.complex64), np.dtype(np.complex128)):
        refuse("dtype", "complex64 or complex128", dtype)
    if not jax.config.read("jax_enable_x64"):
        refuse("jax_enable_x64", "on, as optomag sets it", "off", "The wave vectors need double precision.")
    return kind
