"""The part of a plane wave that one layer of a film absorbs."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float64

from optomag.errors import require_integer, require_kind
from optomag.optics.film import Film
from optomag.optics.objective import Objective, require_lens
from optomag.quadrature import gauss_legendre

SPARE_NODES = 6
"""Beyond one node for each radian of phase over half the layer: what is left is rounding."""


def layer_absorptance(film: Film, lens: Objective, layer: int) -> float:
    """Part of a plane wave's power, at normal incidence, that a layer absorbs.

    Parameters
    ----------
    film : Film
    lens : Objective
        Gives the wavelength, and the medium from which the wave comes.
    layer : int
        Number of the layer, from 1 at the light's side.

    Returns
    -------
    float
        (k0/n1) Im(n^2) integral of |E/E0|^2 dz over the layer, interference in the stack included.

    Raises
    ------
    InvalidInputError
        If film or lens are none, or the film has no such layer.

    Notes
    -----
    The heat of Poynting's theorem over the intensity n1 eps0 c |E0|^2/2 of the wave; the field is that of
    `Film.axial_response`. A threshold of incident fluence, measured with a broad spot, times this is what
    the magnet had absorbed per area.

    Examples
    --------
    >>> film = Film([(2.9 + 3.6j, 20e-9)], 1.46)
    >>> round(layer_absorptance(film, Objective(na=0.9, wavelength=532e-9), 1), 4)
    0.3795
    """
    require_kind("film", film, Film, "an optomag Film")
    wavelength, medium = require_lens(lens).wavelength, lens.index
    number = require_integer("layer", layer, at_least=1, at_most=len(film.layers))
    index = film.layers[number - 1][0]
    z, weights = depths(film, lens, number)
    E = film.axial_response(lens, np.zeros(1), z)[0, :, 0]
    k0 = 2 * np.pi / wavelength
    return float(k0 / medium * (index**2).imag * (weights @ np.abs(E) ** 2))


def depths(
    film: Film, lens: Objective, layer: int
) -> tuple[Float64[np.ndarray, " z"], Float64[np.ndarray, " z"]]:
    """Heights z in a layer, and weights [m] that integrate what is of second order in the field."""
    index, thickness = film.layers[layer - 1]
    radians = 2 * np.pi / lens.wavelength * abs(index) * thickness
    t, weights = gauss_legendre(SPARE_NODES + math.ceil(radians))
    middle = 0.5 * float(film.interfaces[layer - 1] + film.interfaces[layer])
    return middle + 0.5 * thickness * t, 0.5 * thickness * weights
