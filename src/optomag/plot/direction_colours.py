"""The colour sphere: hue for the azimuth of a direction, towards white for +z and towards black for -z."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64
from matplotlib.colors import hsv_to_rgb, rgb_to_hsv

GREY = (0.5, 0.5, 0.5)
"""Colour of a place without magnetization: between white for +z and black for -z."""

FADING = 0.6
"""Power of |M| by which colours leave grey."""


def direction_colours(M: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Colours of directions, float64 (..., 3) in red, green, blue from 0 to 1.

    Parameters
    ----------
    M : float64, shape (..., 3)
    strength : float64, shape (...)
        From 0, grey, to 1, the full colour.

    Notes
    -----
    The hue is the azimuth, red along +x; the saturation 1 - m_z^2 where m_z > 0, and the value 1 - m_z^2
    where m_z < 0.
    """
    length = np.linalg.norm(M, axis=-1)
    m = M / np.where(length > 0, length, 1.0)[..., None]
    hue = np.arctan2(m[..., 1], m[..., 0]) / (2 * np.pi) % 1.0
    pale = np.clip(m[..., 2], 0, 1)
    dark = np.clip(-m[..., 2], 0, 1)
    full = hsv_to_rgb(np.stack([hue, 1 - pale**2, 1 - dark**2], axis=-1))
    weight = np.clip(strength, 0.0, 1.0)[..., None] ** FADING
    return weight * full + (1 - weight) * np.array(GREY)


def colour_directions(
    colours: Float64[np.ndarray, "*shape 3"],
) -> tuple[Float64[np.ndarray, "*shape 3"], Float64[np.ndarray, "*shape"]]:
    """Directions of full colours: the inverse of `direction_colours` at strength 1.

    Parameters
    ----------
    colours : float64, shape (..., 3)
        Red, green, blue from 0 to 1.

    Returns
    -------
    m : float64, shape (..., 3)
        Unit vectors of the nearest colours of the sphere.
    distance : float64, shape (...)
        By how much a channel of these differs at most. On the sphere the brightest channel is 1 or the
        darkest is 0.

    Notes
    -----
    Colours of 8 bits leave directions open by 0.2 degrees in the mean, by less than one where they are 13
    degrees from a pole and 4 from the plane, and by up to 3.2 there, where colours change with the square of
    the angle.

    Examples
    --------
    >>> m, distance = colour_directions(np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 0.0], [0.5, 0.5, 0.5]]))
    >>> m[0].tolist(), distance.tolist()
    ([0.0, 0.0, 1.0], [0.0, 0.0, 0.5])
    """
    brightest, darkest = colours.max(axis=-1), colours.min(axis=-1)
    upward = 1 - brightest <= darkest
    # The nearest colour of the upper half has its brightest channels, that of the lower its darkest, moved.
    nearest = np.where(
        upward[..., None],
        np.where(colours == brightest[..., None], 1.0, colours),
        np.where(colours == darkest[..., None], 0.0, colours),
    )
    hue, saturation, value = np.moveaxis(rgb_to_hsv(nearest), -1, 0)
    z = np.where(upward, np.sqrt(1 - saturation), -np.sqrt(1 - value))
    across, azimuth = np.sqrt(1 - z**2), 2 * np.pi * hue
    m = np.stack([across * np.cos(azimuth), across * np.sin(azimuth), z], axis=-1)
    return m, np.minimum(1 - brightest, darkest)


def colour_vectors(colours: Float64[np.ndarray, "*shape 3"]) -> Float64[np.ndarray, "*shape 3"]:
    """Vectors of any colours: the inverse of `direction_colours`, whose strength is their length.

    Parameters
    ----------
    colours : float64, shape (..., 3)
        Red, green, blue from 0 to 1.

    Returns
    -------
    float64, shape (..., 3)
        Of length 0, in the middle of the cube of colours, to 1, all over its surface.

    Notes
    -----
    Full colours are the surface of the cube, and those of shorter vectors lie between it and the middle: so
    every colour has one vector. What 8 bits leave open of its direction grows as the colour fades.

    Examples
    --------
    >>> colour_vectors(np.array([[1.0, 1.0, 1.0], [0.75, 0.25, 0.25], [0.5, 0.5, 0.5]])).round(3).tolist()
    [[0.0, 0.0, 1.0], [0.315, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    away = colours - np.array(GREY)
    weight = 2 * np.abs(away).max(axis=-1, keepdims=True)
    full = np.array(GREY) + away / np.where(weight > 0, weight, 1.0)
    m, _ = colour_directions(np.clip(full, 0.0, 1.0))
    return weight ** (1 / FADING) * m
