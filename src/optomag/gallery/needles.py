"""Long and repeated spots: needles from thin rings, and chains from two needles that meet."""

from __future__ import annotations

import numpy as np

from optomag.gallery.named_design import NamedDesign
from optomag.gallery.spots import UP
from optomag.light.light import Light
from optomag.optics.elementary import azimuthal, radial
from optomag.optics.focus import focus_field
from optomag.optics.masks import annulus, vortex
from optomag.optics.objective import Objective

BEADS = 5
"""Peaks of a chain that count as its spots."""


def needle(lens: Objective, *, inner: float = 0.95) -> NamedDesign:
    """Azimuthal vortex through a thin ring: long, narrow and purely longitudinal.

    A ring of width d(cos theta) writes a needle about 0.886 wavelengths/(n d(cos theta)) long.

    Parameters
    ----------
    lens : Objective
    inner : float
        Inner radius of the ring over that of the pupil.
    """
    return NamedDesign(
        name=f"needle-{100 * inner:.0f}",
        title=f"needle, ring r > {inner:.2f}",
        pupil=f"e_φ exp(iφ) for r > {inner:.2f}",
        source="W. Ma et al., Chin. Opt. Lett. 13, 052101 (2015)",
        light=Light((azimuthal() * vortex(+1) * annulus(inner)).normalized(), lens),
        direction=UP,
    )


def tilted_needle(lens: Objective, *, inner: float = 0.95, polar: float = 0.25 * np.pi) -> NamedDesign:
    """Azimuthal vortex and radial light through the same ring: a needle of any direction in the xz plane.

    The vortex brings (1, i, 0) t to the focus and the radial light (0, 0, c); with weights 1 and
    -tan(polar) t/c the field is t (1, i, -tan polar), and M points along (sin polar, 0, cos polar).

    Parameters
    ----------
    lens : Objective
    inner : float
        Inner radius of the ring over that of the pupil.
    polar : float [rad]
        Polar angle of M at the focus, below pi/2.
    """
    turning, axial = azimuthal() * vortex(+1) * annulus(inner), radial() * annulus(inner)
    t, c = (np.asarray(focus_field(beam, lens, [[0.0, 0.0, 0.0]])[0]) for beam in (turning, axial))
    return NamedDesign(
        name="needle-tilted",
        title=f"needle tilted by {np.degrees(polar):.0f}°",
        pupil=f"e_φ exp(iφ) + w e_ρ for r > {inner:.2f}",
        source="L. Hang, Y. Wang and P. Chen, arXiv:1912.05803",
        light=Light((turning - complex(np.tan(polar) * t[0] / c[2]) * axial).normalized(), lens),
        direction=(float(np.sin(polar)), 0.0, float(np.cos(polar))),
    )


def chain(lens: Objective, *, inner: float = 0.98, phase: float = 0.0) -> NamedDesign:
    """Two needles from opposite sides: a chain of spots with the period wavelength/(2 n cos theta0).

    Parameters
    ----------
    lens : Objective
    inner : float
        Inner radius of the ring over that of the pupil; theta0 is the ring's middle in cos(theta).
    phase : float [rad], default 0
        Of the second beam; it slides the chain by period * phase/(2 pi).
    """
    beam = needle(lens, inner=inner).beam
    period = chain_period(lens, inner=inner)
    steps = np.arange(BEADS) - BEADS // 2 + phase / (2 * np.pi)
    return NamedDesign(
        name="chain-4pi",
        title="chain, 4π",
        pupil=f"e_φ exp(iφ) for r > {inner:.2f}, from both sides",
        source="Z. Nie et al., Opt. Express 23, 21296 (2015)",
        light=Light(beam, lens, counter=beam * np.exp(1j * phase), points=np.outer(steps * period, UP)),
        direction=UP,
    )


def chain_period(lens: Objective, *, inner: float) -> float:
    """Period [m] of a chain from a ring with inner <= r <= 1: wavelength/(2 n cos theta0)."""
    cosine = np.cos(lens.polar_angle(np.array([inner, 1.0]))).mean()
    return float(lens.wavelength / (2 * lens.index * cosine))
