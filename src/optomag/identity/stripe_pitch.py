"""How far apart the spots of a stripe may lie."""

from __future__ import annotations

from optomag.errors import refuse

REFERENCE_NA = 0.95
CLOSEST, FARTHEST = 0.5, 4.0
"""Pitches [wavelengths at NA 0.95]."""


def unit_of(na: float, wavelength: float) -> float:
    """Wavelength [m] times 0.95/NA: what foci scale with."""
    return wavelength * REFERENCE_NA / na


def require_pitch(pitch: float, unit: float) -> None:
    """Refuse spots [m] that are too close to be read, or too far apart, in units of `unit_of`.

    Raises
    ------
    InvalidInputError
    """
    if not CLOSEST * unit <= pitch <= FARTHEST * unit:
        bounds = f"{CLOSEST * unit:.3g} to {FARTHEST * unit:.3g} m"
        refuse("pitch", f"{bounds}, {CLOSEST:g} to {FARTHEST:g} wavelengths at NA 0.95", pitch)
