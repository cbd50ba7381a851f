"""A lens in words: its cone, and how fine it can focus."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np


@runtime_checkable
class Cone(Protocol):
    """What is told of `optomag.optics.objective.Objective`."""

    @property
    def na(self) -> float: ...

    @property
    def index(self) -> float: ...

    @property
    def wavelength(self) -> float: ...

    @property
    def alpha(self) -> float: ...


def lens_words(lens: Cone) -> dict[str, str]:
    """Numbers of a lens as text by name.

    Notes
    -----
    With n = index and k = 2 pi/wavelength, transverse wave numbers reach up to k NA and axial ones from
    k n cos(alpha) to k n. A field has no period below wavelength/NA across the axis, and none of its
    intensity below half of it; along the axis |E|^2 has none below wavelength/(n (1 - cos(alpha))).
    """
    cosine = float(np.cos(lens.alpha))
    return {
        "": f"NA {lens.na:g} in n = {lens.index:g}, {lens.wavelength * 1e9:.6g} nm",
        "half angle": f"{np.degrees(lens.alpha):.2f} degrees",
        "solid angle": f"{2 * np.pi * (1 - cosine):.3f} sr, {0.5 * (1 - cosine):.1%} of the sphere",
        "finest period of |E|² across": _length(lens.wavelength / (2 * lens.na)),
        "along the axis": _length(lens.wavelength / (lens.index * (1 - cosine))),
        "wavelength in the medium": f"{lens.wavelength / lens.index * 1e9:.6g} nm",
    }


def _length(metres: float) -> str:
    return f"{metres * 1e9:.4g} nm" if metres < 9.9995e-6 else f"{metres * 1e6:.4g} µm"
