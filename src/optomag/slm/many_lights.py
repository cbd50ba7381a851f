"""Several lights, one for each set of masks: a list, a design of many directions, a batch of beams."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optomag.errors import InvalidInputError, refuse
from optomag.io.names import numbered_names
from optomag.light.light import Light
from optomag.optics.beam import Beam


@dataclass(frozen=True, eq=False)
class ManyLights:
    """Lights that are made when they are asked for.

    Attributes
    ----------
    names : tuple of str
        What each is called.
    sources : sequence
        What each is the light of.
    light : callable
        From one of them to its `Light`.
    """

    names: tuple[str, ...]
    sources: Any
    light: Callable[[Any], Light]

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, number: int) -> Light:
        return self.light(self.sources[number])


def many_lights(source: Any, light: Callable[[Any], Light]) -> ManyLights | None:
    """The lights of something that has several, or None where it has one.

    Parameters
    ----------
    source : list or tuple of lights, a design of many directions, or a batch of light or beams
    light : callable
        From one of them to its `Light`; it refuses what has none.

    Raises
    ------
    InvalidInputError
        If a list is empty, or one of its members has no light; that one is named.
    """
    if isinstance(source, (list, tuple)):
        if not source:
            refuse("light of masks", "one or more, in a list", "an empty one")
        return ManyLights(numbered_names(len(source)), source, _named(source, light))
    names = getattr(source, "names", ())
    if getattr(getattr(source, "target", None), "ndim", 1) == 2 and names:
        return ManyLights(names, source, light)
    batch = source if isinstance(source, (Light, Beam)) else None
    if batch is None or not batch.batch_size:
        return None
    return ManyLights(numbered_names(batch.batch_size), _Batch(batch), light)


def _named(sources: Sequence[Any], light: Callable[[Any], Light]) -> Callable[[Any], Light]:
    """The lights of a list, each looked at before any work."""
    for number, source in enumerate(sources):
        try:
            light(source)
        except InvalidInputError as error:
            raise InvalidInputError(f"number {number} of a list: {error}") from error
    return light


@dataclass(frozen=True, eq=False)
class _Batch:
    """A batch, one by one."""

    whole: Light | Beam

    def __getitem__(self, number: int) -> Light | Beam:
        whole = self.whole
        if isinstance(whole, Beam):
            return _one_beam(whole, number)
        counter = None if whole.counter is None else _one_beam(whole.counter, number)
        return replace(whole, beam=_one_beam(whole.beam, number), counter=counter)


def _one_beam(batch: Beam, number: int) -> Beam:
    weights: Any = batch.weight_vector
    maps: Any = batch.pixel_maps
    return Beam(tuple(weights[number]), batch.modes, tuple(jones[number] for jones in maps))
