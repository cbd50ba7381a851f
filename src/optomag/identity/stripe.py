"""A magnetic stripe: where its spots lie and what reads them. Nothing of it is secret."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_integer, require_real
from optomag.identity.stripe_pitch import require_pitch, unit_of
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.optics.setup import Setup
from optomag.reading.reader import ROTATION, Reader
from optomag.scanning.scan import Scan
from optomag.scanning.spot_writer import SpotWriter

FEWEST_SPOTS, MOST_SPOTS = 64, 4096
"""A stripe of fewer could be guessed; of more, checking would take minutes."""

ROWS = 8
PITCH = 0.8
"""Wavelengths at NA 0.95: nearer, neighbours blur the in-plane readings; farther, nothing is gained."""


@dataclass(frozen=True)
class Stripe(Displayed):
    """Spots on a lattice, `rows` along y and the others along x, and the light that writes and reads them.

    Parameters
    ----------
    lens : Objective
        It writes and reads.
    spots : int, default 256
        64 to 4096, a multiple of the rows.
    rows : int, default 8
    pitch : float, optional [m]
        Distance of neighbours; by default 0.76 wavelength/NA, 0.8 wavelengths at NA 0.95.
    film : Film, optional
        As for `Reader`: a film of its own index by default.
    geometry : {"reflection", "transmission"}
    rotation : float [rad]
        theta_F t of the film, see `Reader`.

    Raises
    ------
    InvalidInputError
        If a value cannot be used.

    Examples
    --------
    >>> import optomag as om
    >>> stripe = om.Stripe(om.Objective(na=0.95, wavelength=532e-9), spots=64)
    >>> stripe.columns, stripe.positions.shape, round(stripe.pitch / 532e-9, 2)
    (8, (64, 2), 0.8)
    """

    lens: Objective
    spots: int = 256
    rows: int = ROWS
    pitch: Any = None
    film: Film | None = None
    geometry: str = "reflection"
    rotation: float = ROTATION

    def __post_init__(self) -> None:
        if not isinstance(self.lens, Objective):
            refuse("lens", "an optomag Objective", self.lens)
        spots = require_integer("spots", self.spots, at_least=FEWEST_SPOTS)
        rows = require_integer("rows", self.rows, at_least=2)
        if spots > MOST_SPOTS or spots % rows or spots // rows < 2:
            rule = f"at most {MOST_SPOTS}, and a multiple, at least twice, of the {rows} rows"
            refuse("spots", rule, spots)
        pitch = PITCH * self.unit if self.pitch is None else require_real("pitch", self.pitch)
        require_pitch(pitch, self.unit)
        object.__setattr__(self, "pitch", pitch)
        self.reader  # noqa: B018  (refuses what nobody can read)

    @property
    def unit(self) -> float:
        """Wavelength [m] times 0.95/NA: what foci scale with."""
        return unit_of(self.lens.na, self.lens.wavelength)

    @property
    def columns(self) -> int:
        """Spots along x."""
        return self.spots // self.rows

    @cached_property
    def positions(self) -> np.ndarray:
        """Centres of the spots around the stripe's middle, y fastest, float64 (n, 2) [m]."""
        x, y = (self.pitch * (np.arange(n) - 0.5 * (n - 1)) for n in (self.columns, self.rows))
        return np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)

    @cached_property
    def reader(self) -> Reader:
        """What reads the stripe."""
        return Reader(self.lens, self.film, self.geometry, rotation=self.rotation)

    @cached_property
    def writer(self) -> SpotWriter:
        """The beams that write, weighted sums of linear x, linear y and radial."""
        return SpotWriter.of(Setup(self.lens, self.film))

    def written(self, vectors: np.ndarray) -> Scan:
        """The scan that writes vectors at the spots: each with the light that magnetizes along it.

        Parameters
        ----------
        vectors : float64, shape (n, 3)
        """
        writer = self.writer
        return Scan.of(writer.spots(self.positions, vectors), writer.basis)

    def products(self, vectors: np.ndarray) -> np.ndarray:
        """The same as products of weights, float64 (..., 9), what its readings are linear in.

        Parameters
        ----------
        vectors : float64, shape (..., 3)
        """
        return self.writer.products(vectors.reshape(-1, 3)).reshape(*vectors.shape[:-1], -1)
