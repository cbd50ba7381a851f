"""The design methods by name, and their settings as plain values."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

from optomag.errors import refuse
from optomag.inverse.orientation.flat_amplitude import FlatAmplitude
from optomag.inverse.orientation.four_beam_method import FourBeam
from optomag.inverse.orientation.linear_methods import CompletedBasis, LinearBasis, Optimal, ReversedDipoles
from optomag.inverse.orientation.method import Method
from optomag.inverse.orientation.network_method import Network

METHODS: dict[str, type[Method]] = {
    kind.slug: kind
    for kind in (
        Optimal,
        FlatAmplitude,
        LinearBasis,
        CompletedBasis,
        FourBeam,
        ReversedDipoles,
        Network,
    )
}
"""Every method that the command line and files know, by its slug."""

NAMES = {kind.name: kind for kind in METHODS.values()}


def describe_method(method: Method) -> dict[str, Any]:
    """Name and settings of a method as JSON values.

    Raises
    ------
    InvalidInputError
        For a method of one's own, or a basis of one's own beams, which no file can describe.
    """
    known = NAMES.get(method.name) is type(method)
    if not known or (isinstance(method, LinearBasis) and method.beams is not None):
        advice = "Save the beam's pupil map instead: its evaluate() gives it point by point."
        refuse("method of a saved design", "one of " + ", ".join(NAMES), method, advice)
    settings = asdict(method)  # type: ignore[call-overload]
    # A file lies beside the description, not where it happened to be on the machine that made it.
    settings.pop("path", None)
    return {"name": method.name, "settings": settings}


def method_from(values: Any, *, network: str | os.PathLike[str] | None = None) -> Method:
    """The method that `describe_method` described.

    Parameters
    ----------
    values : mapping
    network : path, optional
        The network file that lay beside the description.

    Raises
    ------
    InvalidInputError
        If the name or a setting is not known, or is the path of a file.
    """
    try:
        kind, settings = NAMES[values["name"]], values["settings"]
        if "path" in settings:
            raise KeyError
        beside = {} if network is None else {"path": network}
        return kind(**settings, **beside)
    except (KeyError, TypeError):
        refuse("method of a file", "a name and settings of " + ", ".join(NAMES), values)
