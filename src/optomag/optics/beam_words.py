"""A beam in words: its power, and of which modes or pixels it is made."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np
from jax.core import Tracer

from optomag.displayed import plural

NAMES = {"rho": "radial", "phi": "azimuthal", "x": "linear x", "y": "linear y"}
"""Of uniform polarisations."""

MOST_TERMS = 4
"""Modes that are named one by one."""


@runtime_checkable
class Modes(Protocol):
    """What is told of `optomag.optics.beam.Beam`, which tells itself by it."""

    @property
    def weights(self) -> tuple[Any, ...]: ...

    @property
    def modes(self) -> tuple[Any, ...]: ...

    @property
    def pixel_maps(self) -> tuple[Any, ...]: ...

    @property
    def batch_size(self) -> int: ...

    @property
    def power(self) -> Any: ...


def beam_words(beam: Modes) -> dict[str, str]:
    """Power and make of a beam, as text by name."""
    found = {"batch": plural(beam.batch_size, "beam")} if beam.batch_size else {}
    few = len(beam.modes) <= MOST_TERMS
    if few and not any(map(_is_foreign, (beam, *(mode.function for mode in beam.modes)))):
        found["power"] = _power(beam.power)
    if beam.modes:
        named = few and not beam.batch_size
        terms = [_term(*pair) for pair in zip(beam.weights, beam.modes, strict=True)] if named else []
        found["of"] = " + ".join(terms).replace("+ -", "- ") if named else plural(len(beam.modes), "mode")
    for jones in beam.pixel_maps:
        side = np.shape(jones)[-2]
        found["pixels"] = f"{side} x {side}"
    return found


def _is_foreign(part: Any) -> bool:
    """Whether its power takes a function of the user's, or a sum over pixels: not for one line of words."""
    return bool(getattr(part, "pixel_maps", ())) or hasattr(part, "function")


def _power(power: Any) -> str:
    if isinstance(power, Tracer):
        return "not known yet"
    numbers = np.atleast_1d(np.asarray(power))
    low, high = numbers.min(), numbers.max()
    return f"{low:.6g}" if np.isclose(low, high, 1e-6, 0) else f"{low:.4g} to {high:.4g}"


def _term(weight: Any, mode: Any) -> str:
    """One mode with its weight, such as 0.398i azimuthal PhaseStep."""
    kind = mode.function
    name = NAMES.get(getattr(kind, "along", ""), type(kind).__name__)
    return " ".join([_weight(weight), name, *(type(mask).__name__ for mask in mode.masks)])


def _weight(weight: Any) -> str:
    if isinstance(weight, Tracer):
        return "traced"
    number = complex(weight)
    if number.imag == 0:
        return f"{number.real:.3g}"
    return f"{number.imag:.3g}i" if number.real == 0 else f"({number.real:.3g}{number.imag:+.3g}i)"
