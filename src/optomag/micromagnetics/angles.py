"""How far B_eff and M point from what was wanted, over the magnet's cells: a spot is more than its middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from optomag.io.cell_field import CellField
from optomag.light.light import Light
from optomag.magnetism.direction import angle_between
from optomag.magnetism.inverse_faraday import MagneticTerm, induced_magnetization
from optomag.magnetism.made_for import SPIN, SYMBOLS, MadeFor
from optomag.micromagnetics.magnet import Magnet
from optomag.micromagnetics.source import Lights, Source
from optomag.optics.magnet_place import outside_magnet

STRONG: Final = 0.5
"""Part of the largest length from which on a cell counts: at less, the magnet hardly feels the light."""


@dataclass(frozen=True)
class Angles:
    """Angles between one quantity and the wanted direction.

    Attributes
    ----------
    quantity : {"B_eff", "M", "spin"}
    at_point : float or None [rad]
        At the design's point; None where that lies outside the magnet, or the field vanishes.
    median, largest : float or None [rad]
        Over the cells of the magnet in which the quantity has at least half of its largest length; None where
        no cell is in the magnet, or all are dark.
    cells : int
        How many those are.
    against : bool
        Whether the quantity lies against what the design was made for, by the signs of their constants.
    """

    quantity: str
    at_point: float | None
    median: float | None
    largest: float | None
    cells: int
    against: bool

    @property
    def sentence(self) -> str:
        """The angles in words."""
        name, degrees = self.quantity, np.degrees
        if self.at_point is None:
            point = "is not there at the design's point"
        else:
            point = f"is {degrees(self.at_point):.3g} degrees from the target at the design's point"
        if self.median is None or self.largest is None:
            return f"{name} {point}; in the box no cell of the magnet has any"
        spread = f"median {degrees(self.median):.3g}, largest {degrees(self.largest):.3g} degrees"
        where = f"over {self.cells} cells with at least half of its largest length"
        return f"{name} {point}; {where}: {spread}"

    def record(self) -> dict[str, Any]:
        """The same as JSON values, in degrees."""
        numbers = {"at_point_deg": self.at_point, "median_deg": self.median, "largest_deg": self.largest}
        return {
            **{key: None if value is None else float(np.degrees(value)) for key, value in numbers.items()},
            "cells": self.cells,
            "against": self.against,
        }


def angles_of(
    fields: Sequence[CellField], source: Source, magnet: Magnet, made_for: MadeFor = SPIN
) -> tuple[Angles, ...]:
    """Angles of B_eff and M, or where neither is known of the spin, to what the light was designed for.

    Parameters
    ----------
    fields : sequence of CellField
        That were exported.
    source : Source
        What shines; single light has the wish, and may come several times.
    magnet : Magnet
        Where it lies, and the signs of its constants.
    made_for : MadeFor
        Of what the wanted direction is; the target of the light is that of the spin.

    Returns
    -------
    tuple of Angles
        None unless one light has one point with a target.
    """
    light = source.light
    single = isinstance(source, Lights) and len(set(map(id, source.lights))) == 1
    if not single or light.target is None or len(light.points) > 1:
        return ()
    wanted, height = made_for.sign * light.target[0], light.points[0, 2]
    film = None if light.film is None else light.film.with_magnet(magnet.layer)
    inside = np.ones(fields[0].box.shape[2], bool)
    if light.film is not None and magnet.layer is not None:
        inside = light.film.medium_at(fields[0].box.grid.z) == magnet.layer
    # where light comes several times at several energies, its fields differ by a factor
    first = {field.name.removesuffix("_1"): field for field in fields}
    names = [name for name in first if name in ("B_eff", "M")] or [name for name in first if name == "spin"]
    there = not outside_magnet(film, height).any()
    found = []
    for name in names:
        sign = sign_in(magnet, name)
        effect = sign * _effect_at_point(light, magnet if name != "spin" else None)
        at_point = float(angle_between(effect, wanted)) if there and np.any(effect) else None
        against = sign != made_for.sign
        found.append(_over_cells(name, first[name], wanted, inside, at_point, against=against))
    return tuple(found)


def _effect_at_point(light: Light, magnet: Magnet | None) -> np.ndarray:
    """What B_eff and M are in proportion to at the light's point; the optical spin without a magnet."""
    term = None
    if magnet is not None and magnet.chi:
        term = MagneticTerm(H=light.magnetic_field(light.points), chi=magnet.chi, index=magnet.index)
    return np.asarray(induced_magnetization(light.field(light.points), magnetic=term))[0]


def sign_in(magnet: Magnet, quantity: str) -> int:
    """1 where the quantity lies along the optical spin in a magnet, -1 where it lies against it."""
    constant = {"B_eff": magnet.faraday_rotation, "M": magnet.verdet}.get(quantity)
    return -1 if constant is not None and constant > 0 else 1


def against_sentence(angles: Angles, made_for: MadeFor) -> str:
    """What to say where a quantity lies against what the design was made for."""
    name = angles.quantity
    line = f"{name} is antiparallel to the target: the design was made for {made_for.sentence}"
    if name not in SYMBOLS:
        return line
    here = "<" if made_for.sign < 0 else ">"
    return f"{line}; in this magnet {SYMBOLS[name]} {here} 0 (optomag design --for {name} turns it)"


def _over_cells(
    name: str,
    field: CellField,
    wanted: np.ndarray,
    inside: np.ndarray,
    at_point: float | None,
    *,
    against: bool,
) -> Angles:
    values = field.values[:, :, inside]
    lengths = np.linalg.norm(values, axis=-1)
    largest = lengths.max(initial=0.0)
    if largest == 0:
        return Angles(name, at_point, None, None, 0, against)
    found = np.asarray(angle_between(values[lengths >= STRONG * largest], wanted))
    return Angles(name, at_point, float(np.median(found)), float(found.max()), len(found), against)
