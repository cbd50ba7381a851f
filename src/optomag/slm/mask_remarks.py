"""What there is to know before masks are used: stroke, fringing and lost light, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from optomag.slm.device import Device
from optomag.slm.gray_levels import response_of
from optomag.slm.phase_table import in_pi
from optomag.slm.scheme import Scheme
from optomag.slm.vector_generator import VectorGenerator
from optomag.slm.verification import Verified

NOTHING_MISSING = 1e-3
"""Share of phases out of reach that is not worth a word: far below a level."""

MUCH = 0.5
"""Throughput below which a picture of masks says where the light goes, and what would keep it."""


class Remark(NamedTuple):
    """One sentence, and whether it is a warning."""

    text: str
    warns: bool


def stroke_line(device: Device, verified: Sequence[Verified]) -> str | None:
    """The stroke of the panels and what a short one costs the worst of some masks; nothing for mirrors."""
    strokes: dict[str, list[str]] = {}
    missing = 0.0
    for section in device.section:
        response = response_of(section, device)
        if response.step == 0:
            return None  # mirrors have no phase
        strokes.setdefault(in_pi(response.stroke), []).append(section.name)
        missing = max(missing, response.unreachable)
    several = len(strokes) > 1
    parts = [f"{stroke} ({', '.join(names)})" if several else stroke for stroke, names in strokes.items()]
    line = f"stroke {'; '.join(parts)}"
    if missing < NOTHING_MISSING:
        return line
    worst = max(verified, key=lambda one: one.angle_error)
    better = "" if worst.full_stroke is None else f"; with all of them: {worst.full_stroke}"
    return f"{line}: {100 * missing:.1f} % of the phases cannot be shown{better}"


def remarks(device: Device, scheme: Scheme, verified: Verified) -> tuple[Remark, ...]:
    """Stroke, fringing and throughput of masks, for their picture.

    Parameters
    ----------
    device : Device
    scheme : Scheme
        How it is used.
    verified : Verified
        What the images do.
    """
    found = []
    if (stroke := stroke_line(device, [verified])) is not None:
        short = verified.missing_phases > NOTHING_MISSING
        found.append(Remark(_sentence(stroke), short))
    if verified.fringing is None:
        text = (
            "Fringing of the panel is not known and not included: pixels run into one another, so phase "
            'steps are softer than drawn. Measure it and write "fringing" into the device\'s file.'
        )
        found.append(Remark(text, True))
    elif verified.without_fringing is not None:
        cost = (
            f"Fringing of {verified.fringing:g} pixels is included; without it: {verified.without_fringing}."
        )
        found.append(Remark(cost, False))
    found.append(_light(scheme, verified))
    return tuple(found)


def _light(scheme: Scheme, verified: Verified) -> Remark:
    """Where the light goes, and what would keep it."""
    part = f"Of 1 W of laser light on the first section {verified.throughput:.3g} W reach the pupil"
    warns = verified.throughput < MUCH
    if not isinstance(scheme, VectorGenerator):
        rest = "the rest goes to the holograms' other orders, which the iris stops"
        return Remark(f"{part}; {rest}.", warns)
    lost = []
    if scheme.amplitude:
        single = np.ndim(verified.wanted) == 1
        better = " (optomag design --method flat-amplitude)" if single else ""
        lost.append(
            f"the amplitude section absorbs the rest. Light of uniform amplitude{better} would keep it; "
            "per watt in the pupil it writes less"
        )
    if scheme.absorbed_to < 1:
        lost.append(f"the pixels' dead space leaves {100 * scheme.absorbed_to**2:.1f} %")
    return Remark(f"{'; '.join([part, *lost])}.", warns)


def _sentence(line: str) -> str:
    return f"{line[0].upper()}{line[1:]}."
