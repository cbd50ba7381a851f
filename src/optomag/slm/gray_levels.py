"""Grey levels and the phases that they stand for, both ways and for every convention."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Integer, UInt

from optomag.slm.device import Device, Section

_TURN = 2 * np.pi


@dataclass(frozen=True)
class Response(ABC):
    """How a panel of `bits` bits answers to grey levels."""

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
        """Share of all phases that lie in the gap of a panel whose stroke is below 2 pi."""
        return max(0.0, 1 - (self.stroke + self.step) / _TURN) if self.step else 0.0

    @property
    def direction(self) -> int:
        """1 where the phase rises with the level, -1 where it falls."""
        return 1

    @abstractmethod
    def levels(self, command: Float64[np.ndarray, "*shape"]) -> UInt[np.ndarray, "*shape"]:
        """Levels nearest to commanded values: phases [rad], wrapped or not, or transmissions."""

    @abstractmethod
    def shown(self, levels: Integer[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """What the levels really do: phases in [0, 2 pi) [rad], or transmissions."""


@dataclass(frozen=True)
class VendorResponse(Response):
    """gray = floor(phase 2^bits/2 pi + 1/2) mod 2^bits: 0 is black, and brighter is later in phase.

    >>> VendorResponse(8).levels(np.array([0.0, np.pi])).tolist()
    [0, 128]
    """

    def levels(self, command: Float64[np.ndarray, "*shape"]) -> UInt[np.ndarray, "*shape"]:
        """Nearest levels."""
        steps = np.floor(command * (2**self.bits / _TURN) + 0.5)
        return (steps.astype(np.int64) & (2**self.bits - 1)).astype(self.dtype)

    def shown(self, levels: Integer[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """2 pi gray/2^bits."""
        return levels * (_TURN / 2**self.bits)


@dataclass(frozen=True)
class SlmsuiteResponse(Response):
    """gray = (rint(-phase 2^bits/2 pi) - 1) mod 2^bits, as slmsuite 0.5 converts: 0 is white.

    >>> SlmsuiteResponse(8).levels(np.array([0.0, np.pi])).tolist()
    [255, 127]
    """

    @property
    def direction(self) -> int:
        """Falls."""
        return -1

    def levels(self, command: Float64[np.ndarray, "*shape"]) -> UInt[np.ndarray, "*shape"]:
        """Nearest levels."""
        steps = np.rint(command * (-(2**self.bits) / _TURN)) - 1
        return (steps.astype(np.int64) & (2**self.bits - 1)).astype(self.dtype)

    def shown(self, levels: Integer[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """-2 pi (gray + 1)/2^bits, wrapped."""
        return (2**self.bits - 1 - levels.astype(np.int64)) * (_TURN / 2**self.bits)


@dataclass(frozen=True)
class TableResponse(Response):
    """A measured panel: phase of each grey level [rad], monotonic but for noise."""

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

    def levels(self, command: Float64[np.ndarray, "*shape"]) -> UInt[np.ndarray, "*shape"]:
        """Levels whose phase is nearest on the circle; of equal ones that farthest from the table's ends,
        where panels stop answering."""
        wrapped = np.mod(self.phases, _TURN)
        inner = np.argsort(np.abs(2 * np.arange(len(wrapped)) - len(wrapped) + 1), kind="stable")
        order = inner[np.unique(wrapped[inner], return_index=True)[1]]
        ring = np.concatenate([[wrapped[order[-1]] - _TURN], wrapped[order], [wrapped[order[0]] + _TURN]])
        level = np.concatenate([order[-1:], order, order[:1]]).astype(self.dtype)
        return level[np.searchsorted(0.5 * (ring[1:] + ring[:-1]), np.mod(command, _TURN))]

    def shown(self, levels: Integer[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """The table's phases, wrapped."""
        return np.mod(self.phases, _TURN)[levels]


@dataclass(frozen=True)
class MirrorResponse(Response):
    """A mirror array: 1 sends light on, 0 sends it away."""

    @property
    def step(self) -> float:
        """Mirrors have no states between."""
        return 0.0

    def levels(self, command: Float64[np.ndarray, "*shape"]) -> UInt[np.ndarray, "*shape"]:
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
