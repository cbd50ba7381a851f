"""Angles as figures and sentences say them; no graphics are loaded for a sentence."""

from __future__ import annotations


def angle_text(degrees: float) -> str:
    """An angle in two digits, of large ones whole degrees: 0.012°, 9.7°, 158°."""
    return f"{degrees:.2g}°" if degrees < 99.5 else f"{degrees:.0f}°"
