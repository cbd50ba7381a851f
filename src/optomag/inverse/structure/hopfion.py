"""Hopfions: textures in space whose curves of equal direction are all linked with one another."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse, require_integer, require_real
from optomag.inverse.structure.target import FINEST
from optomag.inverse.structure.volume_texture import SITES, VolumeTexture
from optomag.plausible import ANGLE, LENGTH, require_plausible


def hopfion(
    radius: float,
    *,
    index: int = 1,
    stretch: float = 1.0,
    polarity: int = 1,
    helicity: float | None = None,
    spacing: tuple[float, float] | None = None,
    sites: int = SITES,
) -> VolumeTexture:
    """Texture in a ball, all +z at its surface and its centre, -z on a ring between, with a Hopf index.

    m = (2 Re Z, 2 Im Z, |z0|^2 - |z1|^2) with Z = z0* z1, both over |z0|^2 + |z1|^2, and
    z0 = (cos(pi r) +- i sin(pi r) z/r)^|H|, z1 = sin(pi r) (x + i y)/r e^{i helicity}, lengths in radii.

    Parameters
    ----------
    radius : float [m]
        Of the ball, across the optical axis. One wavelength is about the least that light can fill.
    index : int, default 1
        Hopf index H; its sign, the one in z0, is the hand.
    stretch : float, default 1
        How much longer it is along the optical axis. One lens needs 2 or more.
    polarity : {1, -1}, default 1
        Whether surface and centre point along +z or -z.
    helicity : float, optional [rad]
        Direction near the centre in the plane z = 0 as it is on the x axis: 0 outwards, -pi/2 clockwise. By
        default a quarter turn with the sign of -index polarity, the one that light writes most strongly.
    spacing : pair of float, optional [m]
        Of the control points, as for `VolumeTexture`.
    sites : int, default 41
        Of the lattice along each axis.

    Returns
    -------
    VolumeTexture
        A target for `shape`.

    Raises
    ------
    InvalidInputError
        If a number is not finite, a length not positive, the index not whole or zero, or the polarity not 1
        or -1.

    Notes
    -----
    H. Hopf, Math. Ann. 104, 637 (1931), doi:10.1007/BF01457962. For two facing lenses both hands are equally
    hard: a mirror at the focal plane turns one into the other.

    Examples
    --------
    >>> (hopfion(5e-7).directions[[20, 30, 40], 20, 20].round(6) + 0.0).tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.0, -1.0], [0.0, 0.0, 1.0]]
    """
    radius, stretch = require_plausible(LENGTH, "radius", radius), require_real("stretch", stretch, above=0.0)
    wound, core = require_integer("index", index, **FINEST), require_integer("polarity", polarity)
    if wound == 0:
        refuse("index", "1, -1, 2, ...", index)
    if core not in (1, -1):
        refuse("polarity", "1 or -1", polarity)
    hand = 1 if wound > 0 else -1
    ahead = (
        -0.5 * np.pi * hand * core
        if helicity is None
        else require_plausible(ANGLE, "helicity", helicity, above=None)
    )

    def m(
        x: Float64[np.ndarray, "*shape"],
        y: Float64[np.ndarray, "*shape"],
        z: Float64[np.ndarray, "*shape"],
    ) -> Float64[np.ndarray, "*shape 3"]:
        x, y, z = x / radius, y / radius, z / (stretch * radius)
        r = np.minimum(np.sqrt(x**2 + y**2 + z**2), 1.0)
        over_r = np.pi * np.sinc(r)
        first = (np.cos(np.pi * r) + 1j * hand * over_r * z) ** abs(wound)
        second = over_r * (x + 1j * y) * np.exp(1j * ahead)
        product, up, down = 2 * first.conj() * second, np.abs(first) ** 2, np.abs(second) ** 2
        return np.stack([product.real, product.imag, core * (up - down)], axis=-1) / (up + down)[..., None]

    return VolumeTexture.from_function(
        m,
        radius=radius,
        half_height=stretch * radius,
        spacing=spacing,
        surrounding=(0.0, 0.0, float(core)),
        sites=require_integer("sites", sites, at_least=5),
    )
