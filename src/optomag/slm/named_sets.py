"""Where the mask sets of a series come from: lights of which they are made, or others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from optomag.errors import InvalidInputError
from optomag.io.fingerprint import identity_of
from optomag.light.light_files import describe_light
from optomag.slm.device import Device, describe_device
from optomag.slm.many_lights import ManyLights
from optomag.slm.wavefront_file import read_wavefront


class NamedSets(ABC):
    """Where the sets of a series come from."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """What each set is called; its folder, where it is saved."""

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
class MadeSets(NamedSets):
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
    def names(self) -> tuple[str, ...]:
        """Those of the lights."""
        return self.lights.names

    @property
    def device(self) -> Device:
        """That they are made for."""
        return self.for_device

    def one(self, number: int) -> Any:
        """Made anew."""
        return self.make(self.lights[number], self.device)

    def made_from(self, number: int) -> str | None:
        """Of light, device and settings; None for beams that no file can describe."""
        tensors: dict[str, Any] = {}
        try:
            light = describe_light(self.lights[number], tensors)
        except InvalidInputError:
            return None
        for section in self.device.section:
            if (array := read_wavefront(section, self.device)) is not None:
                tensors[f"wavefront {section.name}"] = array
        how = repr(sorted(self.how.items()))
        return identity_of([light, describe_device(self.device), how], tensors)


@dataclass(frozen=True, eq=False)
class SomeSets(NamedSets):
    """Some sets of others, by their numbers."""

    sets: NamedSets
    numbers: range

    @property
    def names(self) -> tuple[str, ...]:
        """Of these sets."""
        return tuple(self.sets.names[number] for number in self.numbers)

    @property
    def device(self) -> Device:
        """That of all."""
        return self.sets.device

    def one(self, number: int) -> Any:
        """The set of that number among these."""
        return self.sets.one(self.numbers[number])

    def made_from(self, number: int) -> str | None:
        """Of the set of that number among these."""
        return self.sets.made_from(self.numbers[number])
