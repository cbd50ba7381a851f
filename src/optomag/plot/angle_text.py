"""Angles as figures and sentences say them; no graphics are loaded for a sentence."""

from __future__ import annotations


def angle_text(degrees: float) -> str:
    """An angle in two digits, of large ones whole degrees: 0.012°, 9.7°, 158°."""
    return f"{degrees:.2g}°" if degrees < 99.5 else f"{degrees:.0f}°"


EXACT = 1e-4
"""Angle error [degree] below which its digits say nothing."""


def error_text(degrees: float) -> str:
    """An angle error, of which rounding is none: < 0.0001°, 0.012°."""
    return angle_text(degrees) if degrees >= EXACT else f"< {EXACT:g}°"
