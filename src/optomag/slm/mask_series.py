"""A series of mask sets: images that are shown one after the other on one device."""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from optomag.errors import InvalidInputError, refuse
from optomag.io.files import json_text, npy_bytes
from optomag.io.names import place_of
from optomag.light.light_files import describe_light
from optomag.slm.device import Device, describe_device
from optomag.slm.many_lights import ManyLights
from optomag.slm.wavefront_file import read_wavefront

if TYPE_CHECKING:  # a set of masks makes series, not the other way round
    from optomag.slm.mask_set import MaskSet


class Sets(ABC):
    """Where the sets of a series come from."""

    @property
    @abstractmethod
    def device(self) -> Device:
        """The device that all are for."""

    @abstractmethod
    def one(self, number: int) -> Any:
        """The set of that number, from 0."""

    @abstractmethod
    def made_from(self, number: int) -> str | None:
        """A fingerprint of all that decides its images; None where nobody can tell."""


@dataclass(frozen=True, eq=False)
class MaskSeries:
    """Mask sets of many beams; `series[3]` or `series["north"]` makes or reads one.

    Attributes
    ----------
    names : tuple of str
        What each set is called; its folder, where the series is saved.
    sets : Sets
        Where they come from: lights, or a folder.
    """

    names: tuple[str, ...]
    sets: Sets

    @property
    def device(self) -> Device:
        """The device that all are for."""
        return self.sets.device

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[MaskSet]:
        return (self[number] for number in range(len(self)))

    @overload
    def __getitem__(self, which: int | str) -> MaskSet: ...

    @overload
    def __getitem__(self, which: slice) -> MaskSeries: ...

    def __getitem__(self, which: int | str | slice) -> MaskSet | MaskSeries:
        if isinstance(which, slice):
            numbers = range(len(self))[which]
            return MaskSeries(tuple(self.names[number] for number in numbers), _Some(self.sets, numbers))
        if isinstance(which, str):
            number = place_of(self.names, which)
            if number is None:
                refuse("name of a mask set", f"one of {self.names[0]} to {self.names[-1]}", which)
            return self.sets.one(number)
        return self.sets.one(range(len(self))[which])

    def save(
        self,
        folder: str | os.PathLike[str],
        *,
        formats: tuple[str, ...] = ("png",),
        rate: float | None = None,
    ) -> Path:
        """Write a folder for each set, a table, a sheet and, with a rate [Hz], a playlist.

        Sets that lie there complete are not made again; see `optomag.slm.series_files.write_series`.
        """
        from optomag.slm.series_files import write_series

        return write_series(self, folder, formats=formats, rate=rate).folder


@dataclass(frozen=True, eq=False)
class MadeSets(Sets):
    """Sets that are made of lights.

    Attributes
    ----------
    lights : ManyLights
    for_device : Device
    make : callable
        From a light and the device to its masks.
    how : mapping
        Its settings.
    """

    lights: ManyLights
    for_device: Device
    make: Callable[..., Any]
    how: Mapping[str, Any]

    @property
    def device(self) -> Device:
        """That they are made for."""
        return self.for_device

    def one(self, number: int) -> MaskSet:
        """Made anew."""
        return self.make(self.lights[number], self.device)

    def made_from(self, number: int) -> str | None:
        """Of light, device and settings; None for beams that no file can describe."""
        tensors: dict[str, Any] = {}
        try:
            light = describe_light(self.lights[number], tensors)
        except InvalidInputError:
            return None
        digest = hashlib.sha256(json_text([light, describe_device(self.device), sorted(tensors)]).encode())
        digest.update(repr(sorted(self.how.items())).encode())
        for name in sorted(tensors):
            digest.update(npy_bytes(tensors[name]))
        for section in self.device.section:
            if (array := read_wavefront(section, self.device)) is not None:
                digest.update(array.tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class _Some(Sets):
    """Some sets of others, by their numbers."""

    sets: Sets
    numbers: range

    @property
    def device(self) -> Device:
        return self.sets.device

    def one(self, number: int) -> Any:
        return self.sets.one(self.numbers[number])

    def made_from(self, number: int) -> str | None:
        return self.sets.made_from(self.numbers[number])
