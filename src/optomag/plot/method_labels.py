"""The methods of an evaluation as figures and pages call them."""

from __future__ import annotations

METHOD_LABELS = {
    "network_gauss_newton": "network, then Gauss-Newton",
    "four_beam": "closed form, four beams",
}


def method_label(name: str) -> str:
    """Name of a method as a person reads it: "network_t10" is "network, best of 10"."""
    if name.startswith("network_t"):
        count = int(name.removeprefix("network_t"))
        return "network, one pass" if count == 1 else f"network, best of {count}"
    return METHOD_LABELS[name]
