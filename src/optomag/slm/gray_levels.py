"""Grey levels and the phases that they stand for, both ways and for every convention."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from jaxtyping import Float64, Integer, UInt

from optomag.slm.device import Device, Section

_TURN = 2 * np.pi

SAME = 1e-9
"""Distance [rad] of phases that are one, up to rounding."""

Steps = Float64[np.ndarray, "..."] | float


@dataclass(frozen=True)
class Response(ABC):
    """How a panel of `bits` bits answers to grey levels."""

    shows_phase: ClassVar[bool] = True

    bits: int

    @property
    def dtype(self) -> np.dtype:
        """Smallest unsigned type that holds the levels."""
        return np.dtype(np.uint8 if self.bits <= 8 else np.uint16)

    @property
    def step(self) -> float:
        """Mean distance of neighbouring levels [rad]; 0 where there is nothing between them."""
        return _TURN / 2**self.bits

    @property
    def stroke(self) -> float:
        """Largest difference of the phases of two levels [rad]."""
        return self.step * (2**self.bits - 1)

    @property
    def unreachable(self) -> float:
        """Share of all phases that lie in the gap of a panel whose stroke is below 2 pi.

        One step of it is no loss, because a panel of N levels needs only (N - 1)/N of a turn.
        """
        return max(0.0, 1 - (self.stroke + self.step) / _TURN) if self.step else 0.0

    @property
    def direction(self) -> int:
        """1 where the phase rises with the level, -1 where it falls."""
        return 1

    @abstractmethod
    def levels(
        self, command: Float64[np.ndarray, "*shape"], nudge: Steps = 0.0
    ) -> UInt[np.ndarray, "*shape"]:
        """Levels for commanded values: phases [rad], wrapped or not, or transmissions.

        Parameters
        ----------
        command : float64 array
        nudge : float64 array or float, default 0
            In steps between the two shown phases that enclose a wanted one, within (-1/2, 1/2), as a
            `Rounding` gives it: 0 takes the nearer one. Between the last phase and the first one, a turn
            later, it counts nothing: neighbouring pixels would jump by the whole stroke there.
        """

    @abstractmethod
    def shown(self, levels: Integer[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """What the levels really do: phases [rad], not wrapped, or transmissions.

        Between two levels a panel passes all phases between.
        """


class PhaseResponse(Response):
    """Of phase panels: levels in the order of the phases that they show, over one turn."""

    @property
    @abstractmethod
    def order(self) -> UInt[np.ndarray, " n"]:
        """Levels, their phases ascending."""

    @abstractmethod
    def place(self, command: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Where phases [rad] lie in that order, a fraction between two levels; n is the first one again."""

    def rounded(self, place: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """The nearest whole number, of two the larger."""
        return np.floor(place + 0.5)

    def levels(
        self, command: Float64[np.ndarray, "*shape"], nudge: Steps = 0.0
    ) -> UInt[np.ndarray, "*shape"]:
        """One of the two levels that enclose the phase."""
        order, place = self.order, self.place(command)
        enclosed = place < len(order) - 1
        nearest = self.rounded(place + nudge * enclosed).astype(np.intp)
        return order[np.where(nearest < len(order), nearest, 0)]


class StraightResponse(PhaseResponse):
    """2^bits phases in equal steps over a turn."""

    def place(self, command: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Phase over step, wrapped."""
        count = 2**self.bits
        steps = command * (count / _TURN)
        return steps - count * np.floor(steps / count)


class VendorResponse(StraightResponse):
    """gray = floor(phase 2^bits/2 pi + 1/2) mod 2^bits: 0 is black, and brighter is later in phase.

    >>> VendorResponse(8).levels(np.array([0.0, np.pi])).tolist()
    [0, 128]
    """

    @property
    def order(self) -> UInt[np.ndarray, " n"]:
        """Upwards."""
        return np.arange(2**self.bits).astype(self.dtype)

    def shown(self, levels: Integer[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """2 pi gray/2^bits."""
        return levels * (_TURN / 2**self.bits)


class SlmsuiteResponse(StraightResponse):
    """gray = (rint(-phase 2^bits/2 pi) - 1) mod 2^bits, as slmsuite 0.5 converts: 0 is white.

    >>> SlmsuiteResponse(8).levels(np.array([0.0, np.pi])).tolist()
    [255, 127]
    """

    @property
    def direction(self) -> int:
        """Falls."""
        return -1

    @property
    def order(self) -> UInt[np.ndarray, " n"]:
        """Downwards."""
        return np.arange(2**self.bits)[::-1].astype(self.dtype)

    def rounded(self, place: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """The nearest whole number, of two the even one."""
        return np.rint(place)

    def shown(self, levels: Integer[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """-2 pi (gray + 1)/2^bits, a turn later."""
        return (2**self.bits - 1 - levels.astype(np.int64)) * (_TURN / 2**self.bits)


@dataclass(frozen=True)
class TableResponse(PhaseResponse):
    """A measured panel: phase of each grey level [rad], in any order.

    Of a stroke of more than a turn the first turn from the lowest phase is used: two levels that show the
    same phase up to turns would differ by a whole turn where they meet. Of equal phases the level farthest
    from the table's ends is used, where panels stop answering.
    """

    phases: tuple[float, ...]

    @property
    def step(self) -> float:
        """Mean distance [rad] of the table's phases."""
        return self.stroke / (len(self.phases) - 1)

    @property
    def stroke(self) -> float:
        """Span of the table's phases [rad]."""
        return float(np.ptp(self.phases))

    @property
    def direction(self) -> int:
        """As its ends say."""
        return 1 if self.phases[-1] > self.phases[0] else -1

    @cached_property
    def _turn(self) -> tuple[Float64[np.ndarray, " n"], Integer[np.ndarray, " n"]]:
        """Phases from the lowest one, ascending, up to the first one a whole turn later; their levels."""
        count = len(self.phases)
        inner = np.argsort(np.abs(2 * np.arange(count) - count + 1), kind="stable")
        phases, first = np.unique(np.asarray(self.phases)[inner], return_index=True)
        levels = inner[first]
        last = int(np.searchsorted(phases, phases[0] + _TURN - SAME))
        return phases[: last + 1] - phases[0], levels[: last + 1]

    @property
    def order(self) -> UInt[np.ndarray, " n"]:
        """As the table says."""
        return self._turn[1].astype(self.dtype)

    def place(self, command: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Interpolated; what rounding puts just below the lowest phase is that phase."""
        ring, _ = self._turn
        if ring[-1] < _TURN - SAME:
            ring = np.append(ring, _TURN)
        above = command - min(self.phases)
        above = above - _TURN * np.floor((above + SAME) / _TURN)
        return np.interp(above, ring, np.arange(len(ring), dtype=np.float64))

    def shown(self, levels: Integer[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """The table's phases."""
        return np.asarray(self.phases)[levels]


@dataclass(frozen=True)
class MirrorResponse(Response):
    """A mirror array: 1 sends light on, 0 sends it away."""

    shows_phase: ClassVar[bool] = False

    @property
    def step(self) -> float:
        """Mirrors have no states between."""
        return 0.0

    def levels(
        self, command: Float64[np.ndarray, "*shape"], nudge: Steps = 0.0
    ) -> UInt[np.ndarray, "*shape"]:
        """The transmissions themselves."""
        return command.astype(self.dtype)

    def shown(self, levels: Integer[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Transmission 0 or 1."""
        return levels.astype(np.float64)


def response_of(section: Section, device: Device) -> Response:
    """How the part of the panel under a section answers."""
    bits = device.panel.bits
    if device.scheme == "lee-hologram":
        return MirrorResponse(bits)
    if (phases := device.phases(section)) is not None:
        return TableResponse(bits, tuple(phases.tolist()))
    return VendorResponse(bits) if device.convention == "vendor" else SlmsuiteResponse(bits)


def missing_phases(device: Device) -> float:
    """Share of all phases that the section of the shortest stroke cannot show, see `Response.unreachable`."""
    return max(response_of(section, device).unreachable for section in device.section)
