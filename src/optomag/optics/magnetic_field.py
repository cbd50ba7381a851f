"""The magnetic field of light in the focus, by the symmetry between E and H.

A plane wave along k has H = (n/Z0) k x E/|k|, Z0 = 1/(eps0 c). The lens turns e_rho into k-perpendicular
P e_rho and leaves e_phi, and k x P e_rho = |k| e_phi, k x e_phi = -|k| P e_rho. So H of the pupil field
(E_rho, E_phi) is n/Z0 times the electric field of (-E_phi, E_rho), the same turned by 90 degrees. Behind a
film the turned pupil's e_phi part comes from the p waves and its e_rho part from the s waves; the factors of
`Film.axial_response` give both exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex, Complex128, Float64

from optomag.conventions import VACUUM_IMPEDANCE
from optomag.errors import refuse
from optomag.grid import Grid
from optomag.optics.arrays import PupilAmplitude, PupilCoordinate
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.flat_map import with_flat_maps
from optomag.optics.focus import DEFAULT_RTOL, MIRROR, focus_field
from optomag.optics.mode import Mode, PupilFunction
from optomag.optics.objective import Objective, require_lens
from optomag.plausible import POWER, require_plausible


def magnetic_field(
    beam: Beam,
    lens: Objective,
    where: Grid | Any,
    *,
    film: Film | None = None,
    counter: Beam | None = None,
    power: float = 1.0,
    rtol: float = DEFAULT_RTOL,
) -> Complex[Array, "*shape 3"]:
    """Magnetic field H of a beam near the focus of a lens: that of `focus_field`, curl E = i w mu0 H.

    Parameters
    ----------
    beam, film, counter, power
        As for `focus_field`.
    lens : Objective
        One.
    where : Grid, or array_like of shape (n, 3) [m]
        Tensor grid or scattered points around the focus at the origin.
    rtol : float, default 1e-10
        Largest relative error of H, as of E for `focus_field`.

    Returns
    -------
    complex128, shape (nx, ny, nz, 3) on a grid or (n, 3) at points [A/m]
        Behind the batch axis of the beam. Continuous at interfaces, as no medium is magnetic at the frequency
        of light.

    Raises
    ------
    InvalidInputError
        As `focus_field` does.

    Notes
    -----
    Maxwell's equations for non-magnetic media: J. D. Jackson, Classical Electrodynamics, 3rd ed., section
    7.1. The electric field of the pupil turned by 90 degrees, times n/Z0; in a film with the factors
    (F_s - B_s) k_i, (F_s + B_s) q and (F_p + B_p) n_i of the waves of `Film`.

    Examples
    --------
    >>> from optomag.optics.elementary import azimuthal, circular
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> focus = [[0.0, 0.0, 0.0]]
    >>> E, H = focus_field(circular(+1), lens, focus), magnetic_field(circular(+1), lens, focus)
    >>> bool(np.allclose(H, -1j * E / VACUUM_IMPEDANCE))
    True
    >>> H = magnetic_field(azimuthal(), lens, focus)  # no electric field there, but a magnetic one along z
    >>> bool(abs(H[0, 2]) > 1e5), bool(abs(H[0, 0]) < 1e-3)
    (True, True)
    """
    lens = require_lens(lens)
    if not isinstance(beam, Beam):
        refuse("beam", "an optomag Beam", beam, "Build one from linear(), radial(), pupil_function(), ...")
    if film is not None and not isinstance(film, Film):
        refuse("film", "an optomag Film", film)
    power = require_plausible(POWER, "power", power)
    if counter is None:
        return _of_one(beam, lens, where, film, power=power, rtol=rtol)
    if not isinstance(counter, Beam):
        refuse("counter", "an optomag Beam", counter)
    if counter.batch_size != beam.batch_size and counter.batch_size and beam.batch_size:
        refuse("batches of beam and counter", "equally long", f"{beam.batch_size} and {counter.batch_size}")
    share: dict[str, Any] = {"power": 0.5 * power, "rtol": rtol}
    front = _of_one(beam, lens, where, film, **share)
    behind = None if film is None else film.mirrored(lens)
    # H is an axial vector: a mirror z -> -z turns the parts along x and y around, and keeps that along z.
    if isinstance(where, Grid):
        mirrored = Grid(where.x, where.y, -where.z[::-1])
        back = _of_one(counter, lens, mirrored, behind, **share)[..., ::-1, :]
    else:
        back = _of_one(counter, lens, np.asarray(where) * MIRROR, behind, **share)
    axial = (-MIRROR).astype(np.complex128).reshape(*[1] * (back.ndim - 1), 3)
    return front + back * axial


def _of_one(
    beam: Beam, lens: Objective, where: Any, film: Film | None, *, power: float, rtol: float
) -> Complex[Array, "*shape 3"]:
    """H of the light of one lens."""
    turned = _turned(with_flat_maps(beam, lens))
    if film is None:
        return focus_field(turned, lens, where, power=power, rtol=rtol) * (lens.index / VACUUM_IMPEDANCE)
    dual = _MagneticFilm(
        film.layers, film.substrate, film.surface, front_owns=film.front_owns, heights=film.heights
    )
    return focus_field(turned, lens, where, film=dual, power=power, rtol=rtol) * (1 / VACUUM_IMPEDANCE)


class _MagneticFilm(Film):
    """A film that answers a turned pupil with Z0 H in place of E."""

    def axial_response(
        self, lens: Objective, theta: Float64[np.ndarray, " t"], z: Float64[np.ndarray, " z"]
    ) -> Complex128[np.ndarray, "t z 3"]:
        """The factors of e_phi, e_rho and e_z of Z0 H, for the pupil (-E_phi, E_rho)."""
        response = np.empty((len(theta), len(z), 3), dtype=np.complex128)
        for here, waves, k, n, q in self._waves(lens, theta, z):
            (s_down, s_up), (p_down, p_up) = waves
            response[:, here, 0] = (p_down + p_up) * n
            response[:, here, 1] = (s_down - s_up) * k[:, None]
            response[:, here, 2] = (s_down + s_up) * q[:, None]
        return response


@dataclass(frozen=True)
class _Turned(PupilFunction):
    """A pupil function whose vectors are turned by 90 degrees, from x to y."""

    function: PupilFunction

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """Those of the function."""
        return self.function.r_breaks

    @property
    def phi_breaks(self) -> tuple[float, ...]:
        """Those of the function."""
        return self.function.phi_breaks

    @property
    def r_roots(self) -> tuple[float, ...]:
        """Those of the function."""
        return self.function.r_roots

    @property
    def known_power(self) -> float | None:
        """That of the function."""
        return self.function.known_power

    def field(self, r: PupilCoordinate, phi: PupilCoordinate) -> tuple[PupilAmplitude, PupilAmplitude]:
        """(-E_phi, E_rho)."""
        along, around = self.function.field(r, phi)
        return -around, along


def _turned(beam: Beam) -> Beam:
    modes = tuple(Mode(_Turned(mode.function), mode.masks) for mode in beam.modes)
    maps = tuple(
        jnp.stack([-jnp.asarray(jones)[..., 1], jnp.asarray(jones)[..., 0]], axis=-1)
        for jones in beam.pixel_maps
    )
    return Beam(beam.weights, modes, maps)
