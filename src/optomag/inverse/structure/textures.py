"""Textures by name: skyrmions, merons and their kin as directions over a disc."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse, require_integer, require_real
from optomag.inverse.structure.target import FINEST
from optomag.inverse.structure.texture import Texture
from optomag.magnetism.direction import direction_of
from optomag.plausible import ANGLE, LENGTH, TURNS, require_plausible


def skyrmion(
    radius: float,
    *,
    helicity: float = 0.0,
    rim: float = np.pi,
    winding: int = 1,
    polarity: int = 1,
    height: float = 0.0,
) -> Texture:
    """Texture whose direction turns evenly from +-z at the centre by the angle `rim` at the rim.

    m = (sin b cos(w phi + helicity), sin b sin(w phi + helicity), p cos b) with b = rim rho/radius, winding w
    and polarity p, so that N = p w (1 - cos rim)/2.

    Parameters
    ----------
    radius : float [m]
        Of the disc.
    helicity : float [rad], default 0
        0 outwards and pi inwards (Néel); -pi/2 clockwise and pi/2 counter-clockwise (Bloch), seen against
        the light. Light that travels along +z writes both Néel types equally well, but of the Bloch types
        with a core along +z it finds the clockwise one easily and the other not.
    rim : float [rad], default pi
        pi for a skyrmion, pi/2 for a meron, 2 pi for a skyrmionium.
    winding : int, default 1
        How often the direction in the plane turns along a circle; -1 for an antiskyrmion.
    polarity : {1, -1}, default 1
        Whether the core points along +z or -z.
    height : float [m], default 0
        z of the plane.

    Returns
    -------
    Texture
        A target for `shape`; unit vectors over the disc.

    Raises
    ------
    InvalidInputError
        If a number is not finite, the radius not positive, the winding not whole or the polarity not 1 or -1.

    Examples
    --------
    >>> skyrmion(1e-6, polarity=-1).directions[32, [32, 64]].round(6).tolist()
    [[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]]
    """
    radius = require_plausible(LENGTH, "radius", radius)
    turn, ahead = (
        require_plausible(TURNS, "rim", rim, above=None),
        require_plausible(ANGLE, "helicity", helicity, above=None),
    )
    times, core = require_integer("winding", winding, **FINEST), require_integer("polarity", polarity)
    if core not in (1, -1):
        refuse("polarity", "1 or -1", polarity)

    def m(
        x: Float64[np.ndarray, "*shape"], y: Float64[np.ndarray, "*shape"]
    ) -> Float64[np.ndarray, "*shape 3"]:
        tilt, azimuth = turn * np.hypot(x, y) / radius, times * np.arctan2(y, x) + ahead
        return direction_of(azimuth, tilt) * np.array([1.0, 1.0, core])

    return Texture.from_function(m, radius=radius, height=height)


def neel_skyrmion(radius: float, *, height: float = 0.0) -> Texture:
    """Skyrmion that turns outwards from +z at the centre to -z at the rim; N = 1.

    Parameters
    ----------
    radius : float [m]
        Of the disc.
    height : float [m], default 0
        z of the plane.

    Returns
    -------
    Texture
        A target for `shape`; unit vectors over the disc.

    Raises
    ------
    InvalidInputError
        If the radius is not a finite length > 0, or the height is not finite.

    Examples
    --------
    >>> import optomag as om
    >>> texture = om.neel_skyrmion(532e-9)
    >>> middle = len(texture.directions) // 2
    >>> (texture.directions[[middle, -1], middle].round(6) + 0.0).tolist()  # centre and rim
    [[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]]
    >>> round(om.skyrmion_number(texture.directions, inside=np.any(texture.directions, axis=-1)), 1)
    1.0
    """
    return skyrmion(radius, helicity=0.0, height=height)


def bloch_skyrmion(radius: float, *, height: float = 0.0) -> Texture:
    """Skyrmion that turns clockwise around the radius from +z at the centre to -z at the rim; N = 1.

    Parameters
    ----------
    radius : float [m]
        Of the disc.
    height : float [m], default 0
        z of the plane.

    Returns
    -------
    Texture
        A target for `shape`; unit vectors over the disc.

    Raises
    ------
    InvalidInputError
        If the radius is not a finite length > 0, or the height is not finite.

    Examples
    --------
    >>> import optomag as om
    >>> texture = om.bloch_skyrmion(532e-9)
    >>> middle = len(texture.directions) // 2
    >>> (texture.directions[[middle, -1], middle].round(6) + 0.0).tolist()  # centre and rim
    [[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]]
    >>> round(om.skyrmion_number(texture.directions, inside=np.any(texture.directions, axis=-1)), 1)
    1.0
    """
    return skyrmion(radius, helicity=-0.5 * np.pi, height=height)


def neel_meron(radius: float, *, height: float = 0.0) -> Texture:
    """Half a Néel skyrmion: from +z at the centre outwards into the plane at the rim; N = 1/2.

    Parameters
    ----------
    radius : float [m]
        Of the disc.
    height : float [m], default 0
        z of the plane.

    Returns
    -------
    Texture
        A target for `shape`; unit vectors over the disc.

    Raises
    ------
    InvalidInputError
        If the radius is not a finite length > 0, or the height is not finite.

    Examples
    --------
    >>> import optomag as om
    >>> texture = om.neel_meron(532e-9)
    >>> middle = len(texture.directions) // 2
    >>> (texture.directions[[middle, -1], middle].round(6) + 0.0).tolist()  # centre and rim
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    >>> round(om.skyrmion_number(texture.directions, inside=np.any(texture.directions, axis=-1)), 1)
    0.5
    """
    return skyrmion(radius, helicity=0.0, rim=0.5 * np.pi, height=height)


def bloch_meron(radius: float, *, height: float = 0.0) -> Texture:
    """Half a Bloch skyrmion: from +z at the centre clockwise into the plane at the rim; N = 1/2.

    Parameters
    ----------
    radius : float [m]
        Of the disc.
    height : float [m], default 0
        z of the plane.

    Returns
    -------
    Texture
        A target for `shape`; unit vectors over the disc.

    Raises
    ------
    InvalidInputError
        If the radius is not a finite length > 0, or the height is not finite.

    Examples
    --------
    >>> import optomag as om
    >>> texture = om.bloch_meron(532e-9)
    >>> middle = len(texture.directions) // 2
    >>> (texture.directions[[middle, -1], middle].round(6) + 0.0).tolist()  # centre and rim
    [[0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]
    >>> round(om.skyrmion_number(texture.directions, inside=np.any(texture.directions, axis=-1)), 1)
    0.5
    """
    return skyrmion(radius, helicity=-0.5 * np.pi, rim=0.5 * np.pi, height=height)


def skyrmionium(radius: float, *, helicity: float = 0.0, height: float = 0.0) -> Texture:
    """Skyrmion within a skyrmion: from +z over -z to +z at the rim; N = 0.

    Parameters
    ----------
    radius : float [m]
        Of the disc.
    helicity : float [rad], default 0
        As for `skyrmion`.
    height : float [m], default 0
        z of the plane.

    Returns
    -------
    Texture
        A target for `shape`; unit vectors over the disc.

    Raises
    ------
    InvalidInputError
        If a number is not finite, or the radius is not > 0.

    Examples
    --------
    >>> import optomag as om
    >>> texture = om.skyrmionium(532e-9)
    >>> middle = len(texture.directions) // 2
    >>> (texture.directions[[middle, -1], middle].round(6) + 0.0).tolist()  # centre and rim
    [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
    >>> round(om.skyrmion_number(texture.directions, inside=np.any(texture.directions, axis=-1)), 1)
    0.0
    """
    return skyrmion(radius, helicity=helicity, rim=2 * np.pi, height=height)


def bimeron(radius: float, *, helicity: float = 0.0, height: float = 0.0) -> Texture:
    """Skyrmion turned into the plane: its core along +x, its rim along -x; N = 1.

    The directions of `skyrmion`, turned by a quarter about y, so that N is the same. M_z is positive on one
    side and negative on the other: two merons.

    Parameters
    ----------
    radius : float [m]
        Of the disc.
    helicity : float [rad], default 0
        Of the skyrmion that is turned.
    height : float [m], default 0
        z of the plane.

    Returns
    -------
    Texture
        A target for `shape`; unit vectors over the disc.

    Raises
    ------
    InvalidInputError
        If a number is not finite, or the radius is not > 0.

    Examples
    --------
    >>> import optomag as om
    >>> texture = om.bimeron(532e-9)
    >>> middle = len(texture.directions) // 2
    >>> (texture.directions[[middle, -1], middle].round(6) + 0.0).tolist()  # centre and rim
    [[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]]
    >>> round(om.skyrmion_number(texture.directions, inside=np.any(texture.directions, axis=-1)), 1)
    1.0
    """
    x, y, z = np.moveaxis(skyrmion(radius, helicity=helicity).directions, -1, 0)
    return Texture(np.stack([z, y, -x], axis=-1), radius, height)


def magnetic_vortex(
    radius: float,
    *,
    core: float | None = None,
    helicity: float = 0.5 * np.pi,
    winding: int = 1,
    height: float = 0.0,
) -> Texture:
    """In-plane directions that turn around a core along +z; N = winding/2.

    Parameters
    ----------
    radius : float [m]
        Of the disc.
    core : float [m], optional
        Where the direction has come down into the plane, evenly from the centre; by default half the radius.
    helicity : float [rad], default pi/2
        Of the direction on the x axis: pi/2 around the core, 0 away from it.
    winding : int, default 1
        -1 for an antivortex.
    height : float [m], default 0
        z of the plane.

    Returns
    -------
    Texture
        A target for `shape`; unit vectors over the disc.

    Raises
    ------
    InvalidInputError
        If a number is not finite, a length not positive, the core not smaller than the disc, or the winding
        not whole.

    Examples
    --------
    >>> import optomag as om
    >>> texture = om.magnetic_vortex(532e-9)
    >>> middle = len(texture.directions) // 2
    >>> (texture.directions[[middle, -1], middle].round(6) + 0.0).tolist()  # centre and rim
    [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    >>> round(om.skyrmion_number(texture.directions, inside=np.any(texture.directions, axis=-1)), 1)
    0.5
    """
    radius = require_plausible(LENGTH, "radius", radius)
    inner = require_real("core", 0.5 * radius if core is None else core, above=0.0)
    if inner >= radius:
        refuse("core", f"smaller than the radius, {radius:g} m", inner)
    ahead, times = (
        require_plausible(ANGLE, "helicity", helicity, above=None),
        require_integer("winding", winding, **FINEST),
    )

    def m(
        x: Float64[np.ndarray, "*shape"], y: Float64[np.ndarray, "*shape"]
    ) -> Float64[np.ndarray, "*shape 3"]:
        tilt = 0.5 * np.pi * np.minimum(np.hypot(x, y) / inner, 1.0)
        return direction_of(times * np.arctan2(y, x) + ahead, tilt)

    return Texture.from_function(m, radius=radius, height=height)


def magnetic_antivortex(
    radius: float, *, core: float | None = None, helicity: float = 0.0, height: float = 0.0
) -> Texture:
    """Vortex that turns the other way along a circle; N = -1/2.

    Parameters
    ----------
    radius, core, helicity, height
        As for `magnetic_vortex`.

    Returns
    -------
    Texture
        A target for `shape`; unit vectors over the disc.

    Raises
    ------
    InvalidInputError
        As `magnetic_vortex` does.

    Examples
    --------
    >>> import optomag as om
    >>> texture = om.magnetic_antivortex(532e-9)
    >>> middle = len(texture.directions) // 2
    >>> (texture.directions[[middle, -1], middle].round(6) + 0.0).tolist()  # centre and rim
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    >>> round(om.skyrmion_number(texture.directions, inside=np.any(texture.directions, axis=-1)), 1)
    -0.5
    """
    return magnetic_vortex(radius, core=core, helicity=helicity, winding=-1, height=height)
