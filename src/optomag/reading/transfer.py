"""What a reader sees of a wave of magnetization: a product of two pupils, shifted by the wave.

The fields are sums of plane waves, e(r) = g integral of b(q) exp(i k q . r) d^2q/cos(theta) over q, the
transverse part of the direction, with 1/g the radius of the pupil. A wave exp(i G . r) couples those
with q1 + q2 + G/k = 0, so that the Fourier transform of a reading kernel is a finite integral over the
region where two discs overlap.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.reading.depths import Depths
from optomag.reading.mode_pair import ModePair

NODES = 32
"""Gauss-Legendre nodes along both sides of each part of the overlap."""


def overlap(
    wave: np.ndarray, pairs: Sequence[ModePair], lenses: tuple[Objective, Objective], depths: Depths
) -> np.ndarray:
    """Fourier transform of E_read x E_det in the plane, averaged through the film.

    Parameters
    ----------
    wave : float64, shape (2,) [rad/m]
        G, of exp(i G . r).
    pairs : sequence of three ModePair
    lenses : pair of Objective
        The one that reads and the one that collects, of equal NA.
    depths : Depths

    Returns
    -------
    complex128, shape (3, 3)
        Pairs before components; times n sqrt(n1 n2), of kernels in units of 1/wavelength^2.
    """
    first, second = lenses
    wavenumber = 2 * np.pi / first.wavelength
    length = float(np.hypot(*wave)) / wavenumber  # of G, as a transverse index like those of the pupils
    if length >= 2 * first.na:
        return np.zeros((3, 3), dtype=np.complex128)
    along = wave / np.hypot(*wave) if length > 0 else np.array([1.0, 0.0])
    u, v, area = _shifted_discs(first.na, length)
    there = np.stack([u * along[0] - v * along[1], u * along[1] + v * along[0]], axis=-1)
    here = -there - length * along
    total = np.zeros((3, 3), dtype=np.complex128)
    for channel, (read, detect) in enumerate(pairs):
        one = _plane_waves(read, first, depths.read_film, depths.heights, here)
        other = _plane_waves(detect, second, depths.detect_film, depths.detect_heights, there)
        spin = np.cross(one, other * depths.mirror)
        total[channel] = np.einsum("dnc,n,d->c", spin, area, depths.weights)
    # a solid angle d^2q/n^2 for each pupil, one d^2q of which the delta function takes
    return total / (first.rim * first.index**2 * second.rim * second.index**2)


def _shifted_discs(radius: float, shift: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes u, v and areas over the overlap of a disc around zero and one around (-shift, 0).

    In polar coordinates around zero, where a radially polarised pupil has no direction, and is smooth in the
    polar angle alone. Rays from there enter the other disc at `near` and leave it at `far`.
    """
    meeting = np.arccos(-0.5 * shift / radius)  # where the circles meet
    if shift < radius:  # zero lies in both; where rays graze the circle, `far` is almost a root of the angle
        panels = [(0.0, 0.5 * np.pi), (meeting, 0.5 * np.pi), (meeting, np.pi)]
    else:
        grazing = np.pi - np.arcsin(radius / shift)
        panels = [(np.pi, meeting), (meeting, grazing)]
    x, weights = np.polynomial.legendre.leggauss(NODES)
    x, weights = 0.5 * (x + 1), 0.5 * weights
    parts = []
    for start, end in panels:
        phi = end - (end - start) * (1 - x) ** 2
        turn = np.abs(end - start) * 2 * (1 - x) * weights
        root = np.sqrt(np.maximum(radius**2 - (shift * np.sin(phi)) ** 2, 0.0))
        near = np.maximum(-shift * np.cos(phi) - root, 0.0) if shift >= radius else np.zeros_like(phi)
        far = np.minimum(-shift * np.cos(phi) + root, radius)
        r = near + (far - near) * x[:, None]
        area = weights[:, None] * (far - near) * r * turn
        for side in (1, -1):
            parts.append([(r * np.cos(phi)).ravel(), side * (r * np.sin(phi)).ravel(), area.ravel()])
    u, v, area = np.concatenate(parts, axis=1)
    return u, v, area


def _plane_waves(
    beam: Beam, lens: Objective, film: Film | None, heights: np.ndarray, transverse: np.ndarray
) -> np.ndarray:
    """Amplitudes b/cos(theta) of waves with transverse indices (n, 2), complex128 (heights, n, 3)."""
    sine = np.minimum(np.hypot(*transverse.T) / lens.index, lens.sine)
    theta, phi = np.arcsin(sine), np.arctan2(-transverse[:, 1], -transverse[:, 0])
    pupil = np.asarray(beam.evaluate(lens.pupil_radius(theta), phi))
    cosine = np.cos(theta)
    ray = lens.apodization.amplitude(theta) / cosine
    radial, azimuthal = ray * pupil[:, 0], ray * pupil[:, 1]
    if film is None:
        waves = np.exp(1j * lens.wavenumber * np.outer(heights, cosine))
        s, p, normal = waves, waves * cosine, waves * sine
    else:
        s, p, normal = film.axial_response(lens, theta, heights).T
    parts = [
        radial * p * np.cos(phi) - azimuthal * s * np.sin(phi),
        radial * p * np.sin(phi) + azimuthal * s * np.cos(phi),
        radial * normal,
    ]
    return np.stack(parts, axis=-1)
