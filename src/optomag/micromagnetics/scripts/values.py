"""What all scripts of a drive have in common: numbers of the magnet, terms of the light, and the times."""

from __future__ import annotations

from typing import Any

from optomag.micromagnetics.drive import Drive
from optomag.micromagnetics.scripts.envelope import Envelope, envelope_of
from optomag.micromagnetics.scripts.python_parts import CHARGE, RECORD, START
from optomag.micromagnetics.scripts.times import peak_times, phases_of


def envelopes_in(drive: Drive) -> list[Envelope]:
    """Every envelope that the terms need, once."""
    return list(dict.fromkeys(envelope_of(term.pulse) for term in drive.terms))


def magnet_values(drive: Drive) -> dict[str, Any]:
    """Numbers of the box, of the magnet and of its start, by the names of the templates."""
    simulation = drive.simulation
    return {
        "saturation": repr(drive.saturation_magnetization),
        "exchange": repr(simulation.exchange),
        "damping": repr(simulation.damping),
        "anisotropy": repr(simulation.anisotropy),
        "dmi": repr(simulation.dmi),
        "start": repr(simulation.start),
        "tilt": repr(simulation.tilt),
        "seed": repr(simulation.seed),
        "cells": repr(drive.box.shape),
        "edges": repr(drive.box.cell),
        "corner": repr(drive.box.corner),
        "images": repr(simulation.images),
    }


def python_values(drive: Drive, *, program: str, array_module: str) -> dict[str, str]:
    """Those values, and the texts that the scripts in Python share.

    Parameters
    ----------
    drive : Drive
    program : str
        Ends the names of the files that the script writes.
    array_module : str
        In which the envelopes are written: "np", "torch" or "jnp".
    """
    functions = [
        f"def {envelope.name}(t, peak, width):\n{envelope.python.replace('XP', array_module)}\n"
        for envelope in envelopes_in(drive)
    ]
    light = [
        f"    ({term.field!r}, {peak!r}, {term.pulse.duration!r}, {envelope_of(term.pulse).name}),\n"
        for term, peak in zip(drive.terms, peak_times(drive.terms), strict=True)
    ]
    phases = [f"    ({p.start!r}, {p.end!r}, {p.rows}, {p.frames}),\n" for p in phases_of(drive)]
    return {
        **magnet_values(drive),
        "program": program,
        "envelopes": "\n\n".join(functions),
        "light": f"LIGHT = [\n{''.join(light)}]",
        "phases": f"PHASES = [\n{''.join(phases)}]",
        "relax": repr(drive.simulation.relax),
        "charge_function": CHARGE,
        "record_class": RECORD.substitute(program=program),
        "start_functions": START,
    }
