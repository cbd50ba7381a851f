"""What a design method is: from directions to beams of one family."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import numpy as np

from optomag.displayed import Displayed
from optomag.optics.beam import Beam
from optomag.optics.setup import Setup


class BeamFamily(ABC):
    """Beams that rows of numbers choose from, with the field that each brings to the point."""

    setup: Setup

    @abstractmethod
    def focal_field(self, rows: Any) -> jax.Array:
        """Dimensionless field at the point, simulated: rows (n, k) to complex (n, 3)."""

    @abstractmethod
    def beams(self, rows: np.ndarray) -> tuple[Beam, Beam | None]:
        """The beam of a row (k,), or the batch of beams of rows (n, k), and that of the second lens."""


@dataclass(frozen=True)
class Answer:
    """What a method proposes.

    Attributes
    ----------
    rows : ndarray, shape (n, k)
        Which beam of the family for each direction, at unit power.
    reachable : bool, shape (n,), optional
        Whether the family can write the direction at all; by default it can write every one.
    """

    rows: np.ndarray
    reachable: np.ndarray | None = None


class Method(Displayed, ABC):
    """A way to find beams for directions; a small frozen record of its settings.

    Attributes
    ----------
    name : str
        What files call it: its class, "FlatAmplitude".
    slug : str
        What the command line calls it: "flat-amplitude".
    beam_names : tuple of str
        What tables call its beams, where it always weighs the same few; else empty.
    """

    name: ClassVar[str]
    slug: ClassVar[str]
    beam_names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Take both names from the class, of a method of one's own too."""
        super().__init_subclass__()
        cls.name = cls.__name__
        cls.slug = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    @property
    def label(self) -> str:
        """What figures and tables for people say, settings included: "flat amplitude"."""
        return self.slug.replace("-", " ")

    @abstractmethod
    def family(self, setup: Setup) -> BeamFamily:
        """The beams that the method chooses from.

        Parameters
        ----------
        setup : Setup
            Lens, film, point and whether a second lens shines.
        """

    @abstractmethod
    def solve(self, directions: np.ndarray, family: Any) -> Answer:
        """Choose beams for unit vectors (n, 3) from the family that `family` gave.

        Parameters
        ----------
        directions : float64, shape (n, 3)
            Unit vectors.
        family : BeamFamily
            What `family` made.
        """
