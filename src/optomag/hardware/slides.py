"""What panels show one after the other: images, how long, and what it is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from optomag.errors import dimensions, refuse, require_integer, require_path, require_real
from optomag.io.plain_numbers import plain_real
from optomag.io.result_folder import open_result
from optomag.io.safe_name import inside
from optomag.io.table import table_rows
from optomag.slm.device import Device
from optomag.slm.device_file import device_from
from optomag.slm.mask_files import COUNTER, RECORD, VERSION
from optomag.slm.mask_files import FORMAT as MASKS
from optomag.slm.mask_images import image_name, read_levels
from optomag.slm.mask_set import MaskSet
from optomag.slm.schedule import Schedule

TABLES = "playlist.csv", "schedule.csv", "series.csv"
"""Tables with a column of images, the first of them that is there counts."""

LONGEST, SHORTEST = 1e6, 1e-3
"""Seconds of a slide that are believed."""


class Slide(NamedTuple):
    """Images that stand at once.

    Attributes
    ----------
    images : tuple of unsigned arrays, shape (height, width)
        One for each panel, of two lenses the first one's first.
    seconds : float or None [s]
        How long; None until a key is pressed.
    name : str
    """

    images: tuple[np.ndarray, ...]
    seconds: float | None
    name: str


@dataclass(frozen=True, eq=False)
class Slides:
    """Slides of one device, read when they are asked for.

    Attributes
    ----------
    device : Device
    names : tuple of str
    seconds : tuple of float or None [s]
        How long each stands.
    energies : tuple of float
        Part of the laser's energy that each gets, in any unit; all alike where nobody says.
    read : callable
        From the number of a slide to its images.
    count : int
        Images of a slide.
    """

    device: Device
    names: tuple[str, ...]
    seconds: tuple[float | None, ...]
    energies: tuple[float, ...]
    read: Any
    count: int

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, number: int) -> Slide:
        k = range(len(self))[number]
        return Slide(self.read(k), self.seconds[k], self.names[k])

    def __iter__(self) -> Iterator[Slide]:
        return (self[number] for number in range(len(self)))

    def timed(self, *, rate: float | None = None, seconds: float | None = None) -> Slides:
        """The same with other times.

        Parameters
        ----------
        rate : float, optional [Hz]
            Slides per second, all equally long.
        seconds : float, optional [s]
            Of all slides together, shared as the laser's energy is: a laser of constant power then gives
            each exposure what it needs.
        """
        if rate is None and seconds is None:
            return self
        if rate is not None and seconds is not None:
            refuse("times of slides", "given by one of rate and seconds", "both")
        if rate is not None:
            times = [1 / require_real("rate", rate, above=0.0)] * len(self)
        else:
            whole = require_real("seconds", seconds, above=0.0) / sum(self.energies)
            times = [whole * energy for energy in self.energies]
        if not all(SHORTEST <= time <= LONGEST for time in times):
            rule = f"between {SHORTEST:g} s and {LONGEST:g} s"
            refuse("time of a slide", rule, f"{min(times):.3g} s to {max(times):.3g} s")
        return Slides(self.device, self.names, tuple(times), self.energies, self.read, self.count)

    def of_panels(self, panels: Any) -> Slides:
        """The same with only some of the images, by their number in a slide."""
        if panels is None:
            return self
        if isinstance(panels, str) or dimensions(panels) != 1:
            refuse("panels", "a sequence of numbers", panels)
        chosen = [require_integer("panel", number, at_least=0) for number in panels]
        if not chosen or max(chosen) >= self.count or len(set(chosen)) != len(chosen):
            refuse("panels", f"different ones of 0 to {self.count - 1}", list(panels))

        def some(number: int) -> tuple[np.ndarray, ...]:
            images = self.read(number)
            return tuple(images[k] for k in chosen)

        return Slides(self.device, self.names, self.seconds, self.energies, some, len(chosen))


def slides_of(source: Any) -> Slides:
    """The slides of masks, of a schedule, or of several mask sets; or of a folder in which these lie.

    Parameters
    ----------
    source : MaskSet, Schedule, sequence of MaskSet, or path
        A folder of `optomag masks`: a single set, or several with `playlist.csv` or `schedule.csv`, whose
        images are read one by one and compared with their fingerprints.

    Raises
    ------
    InvalidInputError
        If it is something else, empty, of several devices, or a file is missing, edited or foreign.
    """
    if isinstance(source, (str, os.PathLike)):
        return _of_folder(require_path("folder of masks", source))
    if isinstance(source, MaskSet):
        return _of_sets([source], ("masks",), (1.0,))
    if isinstance(source, Schedule):
        names = tuple(f"exposure-{k + 1}" for k in range(len(source.masks)))
        return _of_sets(list(source.masks), names, tuple(source.laser_energies.tolist()))
    rule = "masks, a schedule, several mask sets, or a folder of them"
    if not isinstance(source, Sequence) or not source:
        refuse("what is shown", rule, source)
    sets = list(source)
    for one in sets:
        if not isinstance(one, MaskSet):
            refuse("what is shown", rule, one)
    return _of_sets(sets, tuple(f"masks {k + 1}" for k in range(len(sets))), (1.0,) * len(sets))


def _of_sets(sets: list[MaskSet], names: tuple[str, ...], energies: tuple[float, ...]) -> Slides:
    def images(number: int) -> tuple[np.ndarray, ...]:
        made = sets[number]
        return made.levels if made.counter is None else (*made.levels, *made.counter.levels)

    device, count = sets[0].device, len(images(0))
    for number, made in enumerate(sets):
        if made.device.panel != device.panel or len(images(number)) != count:
            refuse("masks that are shown together", "for the same panels", made.device.name)
    return Slides(device, names, (None,) * len(sets), energies, images, count)


def _of_folder(folder: Path) -> Slides:
    table = next((folder / name for name in TABLES if (folder / name).is_file()), None)
    if table is None:
        advice = "Give a folder that `optomag masks` wrote."
        if not (folder / RECORD).is_file():
            refuse("folder to show", f"one with {RECORD}, {' or '.join(TABLES)}", folder, advice)
        return _of_places([folder], [{"name": folder.name}])
    return from_table(folder, open_result(folder, name="folder to show").path(table.name))


def from_table(folder: Path, table: Path) -> Slides:
    """The slides that a table in a folder of several mask sets names, in its columns images, name, duration_s
    and laser_energy; raises as `slides_of` does."""
    rows = _rows(table)
    firsts = (row["images"].split()[0] for row in rows)
    return _of_places([inside(folder, first, what="image of a table").parent for first in firsts], rows)


def _of_places(places: list[Path], rows: list[dict[str, str]]) -> Slides:
    """Slides from folders of one mask set each."""
    first = open_result(places[0], kind=MASKS, name="masks").record(RECORD, version=VERSION)
    device = device_from(_without_corrections(first["device"]), name=str(places[0] / RECORD))
    two_lenses = first["two_lenses"] is True
    inner = [image_name(k) for k in range(device.panel.count)]
    inner += [f"{COUNTER}/{name}" for name in inner] if two_lenses else []

    def images(number: int) -> tuple[np.ndarray, ...]:
        result = open_result(places[number], kind=MASKS, name="masks")
        return tuple(read_levels(result.path(name), device) for name in inner)

    names = tuple(row.get("name") or place.name for row, place in zip(rows, places, strict=True))
    times = tuple(_number(row, "duration_s") for row in rows)
    energies = tuple(1.0 if (part := _number(row, "laser_energy")) is None else part for row in rows)
    return Slides(device, names, times, energies, images, len(inner))


def _rows(table: Path) -> list[dict[str, str]]:
    """Lines of a table that name images."""
    rows = table_rows(table, name="table of images")
    for row in rows:
        if not row.get("images", "").split():
            refuse("table of images", 'one with a column "images"', table)
    if not rows:
        refuse("table of images", "of at least one line", table)
    return rows


def _number(row: dict[str, str], name: str) -> float | None:
    """A number of a row; None where the table has none there."""
    if not (cell := row.get(name, "")):
        return None
    number = plain_real(cell)
    if number is None or number < 0:
        refuse(f"{name} of a table of images", "a number >= 0, or empty", cell)
    return number


def _without_corrections(values: dict[str, Any]) -> dict[str, Any]:
    """A described device for its panels alone; the images hold its corrections already."""
    sections = [{**section, "wavefront": None, "wavefront_unit": None} for section in values["section"]]
    return {**values, "section": sections}
