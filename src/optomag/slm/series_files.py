"""A series of mask sets in a folder: one folder a set, a table, a sheet of thumbnails and a playlist."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optomag.errors import InvalidInputError
from optomag.io.files import json_value, write_bytes, write_text
from optomag.io.fingerprint import identity_of
from optomag.io.manifest import version
from optomag.io.names import require_names
from optomag.io.result_folder import new_result, open_result, require_free
from optomag.io.table import table_text
from optomag.optics.description import film_from, lens_from, setup_line
from optomag.plot.angle_text import error_text
from optomag.room import require_disk
from optomag.slm.device import Device
from optomag.slm.mask_files import FORMAT as SET_FORMAT
from optomag.slm.mask_files import RECORD, require_formats, write_masks
from optomag.slm.mask_files import VERSION as SET_VERSION
from optomag.slm.mask_images import image_name, read_levels
from optomag.slm.named_sets import NamedSets
from optomag.slm.playlist import PLAYLIST, Shown, even_energies, image_names, playlist_table, require_rate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMAT, TABLE, SHEET = "optomag-mask-series", "series.csv", "series.png"
COLUMNS = (
    *("order", "name"),
    *("mx", "my", "mz"),
    *("angle_error_deg", "strength", "throughput", "laser_energy"),
    *("images", "second_images"),
)
MOST_SHOWN = 24
"""Sets on the sheet."""

NUMBERS = ("angle_error", "strength", "throughput")
"""Of a side-car; one is None where nothing is wanted."""

TINY = 1e-300
"""Below any |M|."""

NOTHING = "the beam writes no magnetization there"

FORMAT_BYTES = {"png": 1, "npy": 4, "h5": 6, "bmp": 1, "csv": 4}
"""Of a pixel in the files of a format, at most: those of 8 bits; text of three digits."""


class SetNumbers(NamedTuple):
    """What the images of one set write, as its side-car says it."""

    magnetization: np.ndarray
    angle_error: float
    strength: float
    throughput: float
    two_lenses: bool
    setup: str


class WrittenSeries(NamedTuple):
    """What `write_series` returns.

    Attributes
    ----------
    folder : Path
    names : tuple of str
    numbers : tuple of SetNumbers
        From the grey levels as they were read back.
    kept : int
        Sets that lay there complete.
    shown : int
        Sets on the sheet.
    replaced : str or None
        One sentence on a former series there.
    left : tuple of str
        Sets of a former series that are no part of this one, and stay.
    """

    folder: Path
    names: tuple[str, ...]
    numbers: tuple[SetNumbers, ...]
    kept: int
    shown: int
    replaced: str | None
    left: tuple[str, ...]


Counted = Callable[[int], AbstractContextManager[Callable[[int], object]]]
"""From how many sets are complete to what is called with the number of those done."""


def write_series(
    series: NamedSets,
    folder: str | os.PathLike[str],
    *,
    formats: tuple[str, ...] = ("png",),
    rate: float | None = None,
    picture: bool = True,
    command: str = "MaskSeries.save",
    config: Mapping[str, Any] | None = None,
    name: str = "folder",
    replace: bool = True,
    counted: Counted = lambda kept: nullcontext(int),
) -> WrittenSeries:
    """Write a series, going on where a former run stopped.

    Parameters
    ----------
    series : NamedSets
    folder : path
        Gets a folder for each set, called by its name, as `write_masks` writes it; `series.csv`, a row for
        each: M that its images write at its strongest point per energy in the pupil, angle error, strength,
        throughput, the laser energy at which all write the same |M| (the largest is 1), and the names of its
        images; `series.png`, thumbnails of the first sets; and with a rate `playlist.csv`.
    formats : tuple of str
        As for `write_masks`.
    rate : float, optional [Hz]
        Images per second of the playlist.
    picture : bool, default True
        Whether to draw the sheet. Sets have no pictures of their own.
    command, config, name, replace
        As for `write_masks`.
    counted : callable, optional
        Gets how many sets are complete before work, and gives, in a context, what is called with the number
        of those done.

    Returns
    -------
    WrittenSeries

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, the disk is too small, a name is one of the series' own files, or the
        rate is no positive number.
    StorageError
        Where the file system refuses, or gives other grey levels back than were written.
    """
    started = time.time()
    device = series.device
    require_formats(formats, device)
    rate = require_rate(rate, device)
    require_names("name of a mask set", series.names, taken=(TABLE, SHEET, PLAYLIST))
    place: dict[str, Any] = {"kind": FORMAT, "command": command, "writes": (TABLE, SHEET, PLAYLIST)}
    settings = [_settings(series, number, formats) for number in range(len(series.names))]
    origins = [(one["name"], one["made_from"]) for one in settings]
    place |= {"identity": identity_of([device.name, origins]), "replace": replace}
    target, former = require_free(folder, **place, name=name)
    seals = [_complete(target / own, each) for own, each in zip(series.names, settings, strict=True)]
    kept = sum(seal is not None for seal in seals)
    _require_disk(device, formats, len(series.names) - kept, target)
    with counted(kept) as tell:
        lost = [number for number, seal in enumerate(seals) if seal is None]
        for done, number in enumerate(lost, start=kept + 1):
            own = target / series.names[number]
            how: dict[str, Any] = {"picture": False, "command": command, "config": settings[number]}
            write_masks(series.one(number), own, formats=formats, **how, name=name, replace=replace)
            seals[number] = str(open_result(own).manifest["sha256"])
            tell(done)
    numbers = tuple(_numbers(target / own) for own in series.names)
    shown = min(len(series.names), MOST_SHOWN) if picture else 0
    with new_result(folder, **place, name=name) as result:
        _write_tables(series.names, numbers, device, rate, result.path)
        if picture:
            from optomag.plot.style import render_png

            def levels(number: int) -> list[np.ndarray]:
                place = target / series.names[number]
                return [read_levels(place / image_name(i), device) for i in range(device.panel.count)]

            sheet = series_figure(series, numbers.__getitem__, levels, shown)
            write_bytes(result.path / SHEET, render_png(sheet))
        own_settings = config or {"sets": len(series.names), "formats": list(formats), "rate": rate}
        sets = dict(zip(series.names, seals, strict=True))
        result.seal(config=own_settings, seed=None, started=started, extra={"sets": sets})
    before = former.get("sets") if former else None
    left = tuple(sorted(set(before) - set(series.names))) if isinstance(before, dict) else ()
    return WrittenSeries(result.folder, series.names, numbers, kept, shown, result.replaced(), left)


def _settings(series: NamedSets, number: int, formats: Sequence[str]) -> dict[str, Any]:
    """What the manifest of a set says."""
    return {
        "name": series.names[number],
        "device": series.device.name,
        "formats": list(formats),
        "made_from": series.made_from(number),
    }


def _complete(place: Path, settings: Mapping[str, Any]) -> str | None:
    """The seal of a set that lies there as this program would make it, or None."""
    if settings["made_from"] is None or not place.is_dir():
        return None
    try:
        found = open_result(place, kind=SET_FORMAT).require_whole()
    except InvalidInputError:
        return None
    same = found.manifest.get("config") == json_value(settings) and found.manifest.get("version") == version()
    return str(found.manifest["sha256"]) if same else None


def _require_disk(device: Device, formats: Sequence[str], count: int, target: Path) -> None:
    panel = device.panel
    level = 1 if panel.bits <= 8 else 2
    pixel = level * sum(FORMAT_BYTES[each] for each in {"png", *formats})
    each = float(panel.count * panel.width * panel.height * pixel)
    if count:
        advice = "Or leave out the formats npy and h5."
        require_disk("mask sets", count, lambda sets: each * sets, target, advice=advice)


def _numbers(place: Path) -> SetNumbers:
    """From the side-car of a set."""
    record = open_result(place, kind=SET_FORMAT).record(RECORD, version=SET_VERSION)
    light = record["light"]
    setup = setup_line(lens_from(light["lens"]), film_from(light["film"]))
    return _numbers_of(record["both"] or record["verified"], bool(record["two_lenses"]), setup)


def _numbers_of(found: Mapping[str, Any], two_lenses: bool, setup: str) -> SetNumbers:
    """From what `Verified.describe` says."""
    written = np.atleast_2d(found["magnetization"])
    strongest = written[np.argmax(np.linalg.norm(np.atleast_2d(found["wanted"]), axis=-1))]
    numbers = (np.nan if found[name] is None else found[name] for name in NUMBERS)
    return SetNumbers(strongest, *numbers, two_lenses=two_lenses, setup=setup)


def _write_tables(
    names: Sequence[str], numbers: Sequence[SetNumbers], device: Device, rate: float | None, place: Path
) -> None:
    strengths = [float(np.linalg.norm(one.magnetization)) for one in numbers]
    energies = even_energies(strengths, [one.throughput for one in numbers])
    rows = [
        (
            number + 1,
            own,
            *(f"{part:.8g}" for part in one.magnetization),
            *(
                "" if np.isnan(x) else f"{x:.6g}"
                for x in (np.degrees(one.angle_error), one.strength, one.throughput, energy)
            ),
            *image_names(own, device, two_lenses=one.two_lenses),
        )
        for number, (own, one, energy) in enumerate(zip(names, numbers, energies, strict=True))
    ]
    write_text(place / TABLE, table_text(COLUMNS, rows))
    if rate is not None:
        shown = [
            Shown(own, one.two_lenses, float(energy))
            for own, one, energy in zip(names, numbers, energies, strict=True)
        ]
        write_text(place / PLAYLIST, playlist_table(shown, device, rate))


def series_figure(
    series: NamedSets,
    numbers: Callable[[int], SetNumbers],
    levels: Callable[[int], Iterable[np.ndarray]],
    count: int,
) -> Figure:
    """Thumbnails of the first sets: what each writes, and the levels of its panels, by number."""
    from optomag.slm.series_sheet import MaskPrint, series_sheet, thinned

    device, prints = series.device, []
    for number, own in enumerate(series.names[:count]):
        one = numbers(number)
        unit = one.magnetization / max(float(np.linalg.norm(one.magnetization)), TINY)
        vector = ", ".join(f"{np.round(part, 2) + 0.0:.2f}" for part in unit)
        change = (
            f"{error_text(float(np.degrees(one.angle_error)))} off, |M| {100 * (one.strength - 1):+.2g} %"
        ).replace("-", "−")
        said = f"{change if one.strength > 0 else NOTHING}, throughput {100 * one.throughput:.0f} %"
        prints.append(MaskPrint(f"{own}  writes ({vector})", said, tuple(map(thinned, levels(number)))))
    shown = f"{count}" if count == len(series.names) else f"the first {count} of {len(series.names):,}"
    setups = dict.fromkeys(numbers(number).setup for number in range(count))
    heading = f"{' or '.join(setups)}\n{device.name}; mask sets written and read back: {shown}"
    return series_sheet(prints, device, heading=heading)


def plot_series(series: NamedSets) -> Figure:
    """The sheet of sets that may lie in no folder: they are made, or read, for it."""
    count, sets = min(len(series.names), MOST_SHOWN), {}

    def one(number: int) -> Any:
        if number not in sets:
            sets.clear()  # one set at a time: their images are large
            sets[number] = series.one(number)
        return sets[number]

    def numbers(number: int) -> SetNumbers:
        made = one(number)
        setup = setup_line(made.side.lens, made.side.film)
        return _numbers_of(made.both.describe(), made.counter is not None, setup)

    return series_figure(series, numbers, lambda number: one(number).levels, count)
