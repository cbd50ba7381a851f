"""Masks of several exposures: which images are shown one after the other, and with how much energy."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import refuse
from optomag.io.files import write_text
from optomag.io.fingerprint import identity_of
from optomag.io.plain_numbers import plain_real
from optomag.io.result_folder import SavedResult, new_result, require_free
from optomag.io.table import table_rows, table_text
from optomag.light.exposures import exposures_of
from optomag.magnetism.direction import angle_error
from optomag.slm.device import Device
from optomag.slm.mask_files import FORMATS, identity_of_masks, require_formats, write_masks
from optomag.slm.mask_set import MOST_POINTS, MaskSet, device_of, masks
from optomag.slm.playlist import PLAYLIST, Shown, image_names, playlist_table, require_rate
from optomag.slm.room import require_masks_room
from optomag.slm.rounding import Rounding
from optomag.slm.saved_masks import load_masks

FORMAT, TABLE = "optomag-schedule", "schedule.csv"
COLUMNS = ("order", "energy", "laser_energy", "throughput", "first_lens", "images", "second_images")


@dataclass(frozen=True, eq=False)
class Schedule(Displayed):
    """Masks of exposures, in the order in which they are shown.

    Attributes
    ----------
    masks : tuple of MaskSet
        One for each exposure.
    energies : float64, shape (k,)
        Part of the energy in the pupil that each exposure gets, of sum 1.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> lights = [om.Light(om.circular(+1), lens), om.Light(om.linear(), lens)]
    >>> found = om.schedule(om.Exposures(lights, [0.75, 0.25]), device)
    >>> len(found.masks), found.energies.tolist(), round(float(found.laser_energies.sum()), 9)
    (2, [0.75, 0.25], 1.0)
    """

    masks: tuple[MaskSet, ...]
    energies: Float64[np.ndarray, " k"]

    @property
    def throughput(self) -> Float64[np.ndarray, " k"]:
        """Part of the laser's light that each exposure brings to the pupil."""
        return np.array([made.both.throughput for made in self.masks])

    @property
    def first_lens(self) -> Float64[np.ndarray, " k"]:
        """Part of each exposure's laser energy that goes to the first lens; 1 where it is alone."""
        own = [made.share / made.verified.throughput for made in self.masks]
        return np.array(own) * self.throughput

    @property
    def laser_energies(self) -> Float64[np.ndarray, " k"]:
        """Part of the laser's energy that each exposure takes, of sum 1: more where its images lose more."""
        needed = self.energies / self.throughput
        return needed / needed.sum()

    @cached_property
    def magnetization(self) -> Float64[np.ndarray, "n 3"]:
        """Sum that all images write, per energy in the pupil, at the points at which masks are verified."""
        written = [np.atleast_2d(made.both.magnetization) for made in self.masks]
        return np.tensordot(self.energies, np.array(written), axes=1)

    @property
    def angle_error(self) -> float:
        """Largest angle [rad] between the sum and what the beams themselves add up to."""
        wanted = [np.atleast_2d(made.both.wanted) for made in self.masks]
        total = np.tensordot(self.energies, np.array(wanted), axes=1)
        return float(np.max(np.asarray(angle_error(self.magnetization, total))))

    def save(
        self,
        folder: str | os.PathLike[str],
        *,
        formats: tuple[str, ...] = FORMATS,
        rate: float | None = None,
        replace: bool = False,
    ) -> Path:
        """Write the images of each exposure, the schedule and, with a rate [Hz], a playlist.

        See `optomag.slm.schedule.write_schedule`.

        Parameters
        ----------
        folder : path
        formats : tuple of str
            Of the images.
        rate : float [Hz], optional
            At which a playlist shows them.
        replace : bool, default False
            Whether another schedule there, or other masks in the folders of the exposures, may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, a format is unknown, the rate is no positive number,
            or the folder cannot be used.
        StorageError
            Where the file system refuses; what was there stays.
        """
        return write_schedule(self, folder, formats=formats, rate=rate, replace=replace).folder


class WrittenSchedule(NamedTuple):
    """What `write_schedule` returns: the folder, and one sentence on a former schedule there."""

    folder: Path
    replaced: str | None


def schedule(
    source: Any,
    device: Device | str | os.PathLike[str] | None = None,
    *,
    amplitude: bool | None = None,
    rounding: Rounding | None = None,
    measured: Any = None,
) -> Schedule:
    """Masks for every exposure of something.

    Parameters
    ----------
    source : Exposures, a structure, or whatever has light
    device, amplitude, rounding, measured
        As for `masks`.

    Returns
    -------
    Schedule
        All are verified at the same points: the `MOST_POINTS` at which the sum is largest.

    Raises
    ------
    InvalidInputError
        As for `masks`.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> lights = [om.Light(om.circular(+1), lens), om.Light(om.circular(-1), lens)]
    >>> found = om.schedule(om.Exposures(lights, [0.75, 0.25]), device)  # or of om.shape(..., exposures=2)
    >>> bool(found.magnetization[0, 2] > 0), found.energies.tolist()
    (True, [0.75, 0.25])
    """
    exposures, device = exposures_of(source), device_of(device)
    require_masks_room(device, sum(len(light.sides) for light in exposures))
    lengths = np.linalg.norm(exposures.reduced_magnetization(exposures.points), axis=-1)
    points = exposures.points[np.sort(np.argsort(-lengths, kind="stable")[:MOST_POINTS])]
    how: dict[str, Any] = {"amplitude": amplitude, "rounding": rounding, "measured": measured}
    lights = (replace(light, points=points, target=None) for light in exposures)
    made = tuple(masks(light, device, **how) for light in lights)
    return Schedule(made, exposures.energies)


def write_schedule(
    made: Schedule,
    folder: str | os.PathLike[str],
    *,
    formats: tuple[str, ...] = FORMATS,
    rate: float | None = None,
    picture: bool = True,
    command: str = "Schedule.save",
    config: Mapping[str, Any] | None = None,
    name: str = "folder",
    replace: bool = True,
) -> WrittenSchedule:
    """Write the masks of each exposure into a folder of its own, and the schedule beside them.

    Parameters
    ----------
    made : Schedule
    folder : path
        Gets `exposure-1`, `exposure-2`, ..., each as `write_masks` writes it, and `schedule.csv`: order,
        part of the energy in the pupils, part of the laser's energy, throughput, part of that exposure's
        laser energy for the first lens, names of its images and of the second lens'. With a rate also
        `playlist.csv`.
    rate : float, optional [Hz]
        Images per second of the playlist.
    formats, picture, command, config, name, replace
        As for `write_masks`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or the rate is no positive number.
    StorageError
        Where the file system refuses, or gives other grey levels back than were written.
    """
    device = made.masks[0].device
    require_formats(formats, device)
    rate = require_rate(rate, device)
    started = time.time()
    place: dict[str, Any] = {"kind": FORMAT, "command": command, "writes": (TABLE, PLAYLIST)}
    energies = [f"{energy:.8g}" for energy in made.energies]  # as the table has them
    own = identity_of([[identity_of_masks(one) for one in made.masks], energies])
    place |= {"identity": own, "replace": replace}
    target, _ = require_free(folder, **place, name=name)
    rows, shown = [], []
    for k, one in enumerate(made.masks):
        own = f"exposure-{k + 1}"
        write_masks(
            one,
            target / own,
            formats=formats,
            picture=picture,
            command=command,
            config=config,
            name=name,
            replace=replace,
        )
        images, behind = image_names(own, device, two_lenses=one.counter is not None)
        shown.append(Shown(own, one.counter is not None, float(made.laser_energies[k])))
        numbers = (made.energies[k], made.laser_energies[k], made.throughput[k], made.first_lens[k])
        rows.append([k + 1, *(f"{number:.8g}" for number in numbers), images, behind])
    with new_result(folder, **place, name=name) as result:
        write_text(result.path / TABLE, table_text(COLUMNS, rows))
        if rate is not None:
            write_text(result.path / PLAYLIST, playlist_table(shown, device, rate))
        settings = config or {"exposures": len(rows), "formats": list(formats)}
        result.seal(config=settings, seed=None, started=started)
    return WrittenSchedule(result.folder, result.replaced())


def schedule_in(result: SavedResult) -> Schedule:
    """The schedule in an open result, each exposure's images simulated again.

    Raises
    ------
    InvalidInputError
        If a file is missing, edited or foreign, or the images write something else than was recorded.
    """
    energies = []
    for row in table_rows(result.path(TABLE), name="schedule"):
        energy = plain_real(row.get("energy", ""))
        if energy is None or energy <= 0:
            rule = f"a table with the columns {', '.join(COLUMNS)}, energies above 0"
            refuse("schedule", rule, result.folder / TABLE)
        energies.append(energy)
    found = [load_masks(result.folder / f"exposure-{k + 1}") for k in range(len(energies))]
    return Schedule(tuple(found), np.array(energies))
