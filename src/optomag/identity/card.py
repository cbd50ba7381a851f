"""A card: a stripe whose directions follow from a key and the card's name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_real
from optomag.identity.key_derivation import card_directions, require_card_id, require_key
from optomag.identity.medium import Medium
from optomag.identity.prediction import reading_map
from optomag.identity.registration import FARTHEST, Registration
from optomag.identity.stripe import ROWS, Stripe
from optomag.identity.stripe_readings import StripeReadings
from optomag.optics.description import SUMMED, figure_heading
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.reading.full_scale import full_scale
from optomag.reading.noise import Noise
from optomag.reading.reader import ROTATION
from optomag.scanning.scan import Scan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVEL = 25.0
"""S0 [dB] at which all default thresholds hold, that of the fingerprint too; see `Thresholds`."""
"""S0 = 20 log10(theta_F t/sigma) [dB] of readings that are simulated."""

POINTS_PER_PITCH = 12
"""Of the picture."""

_NOISE = 1
"""So that noise and a medium of the same seed have nothing in common."""


@dataclass(frozen=True, eq=False)
class Card(Displayed):
    """A card that was issued, or is to be written; made by `card`.

    Attributes
    ----------
    card_id : str
        Which card it is. Not secret.
    stripe : Stripe
        Where the spots lie. Not secret.
    directions : float64, shape (n, 3)
        What is written at them: the secret. Whoever has them can write the card; no folder and no text holds
        them unless they are asked for by name.

    Examples
    --------
    >>> import optomag as om
    >>> key = bytes(range(32))  # for example only: secrets.token_bytes(32)
    >>> one = om.card(key, "no. 1", om.Objective(na=0.95, wavelength=532e-9), spots=64)
    >>> one.directions.shape, one.read(seed=1).values.shape
    ((64, 3), (64, 3))
    """

    card_id: str
    stripe: Stripe
    directions: np.ndarray = field(repr=False)

    @cached_property
    def scan(self) -> Scan:
        """What writes the stripe, with all its spots: the secret."""
        return self.stripe.written(self.directions)

    def read(
        self,
        *,
        level: float = LEVEL,
        medium: Medium | None = None,
        registration: Registration | None = None,
        seed: int = 0,
    ) -> StripeReadings:
        """Simulate a reading of the card.

        Parameters
        ----------
        level : float, default 25 [dB]
            S0 = 20 log10(theta_F t/sigma), sigma the noise of each reading.
        medium : Medium, optional
            Its own variations; by default those of an ideal medium, none.
        registration : Registration, optional
            Where it lies under the reader; by default exactly where it is meant to.
        seed : int
            Of the noise.

        Returns
        -------
        StripeReadings

        Raises
        ------
        InvalidInputError
            If a value cannot be used, or the stripe lies farther off than `verify` searches.

        Notes
        -----
        The same as `read_out` of `scan` to 1e-3 of the readings' rms, in milliseconds (`ReadingMap`).
        """
        sigma = Noise.at_level(require_real("level", level), self.stripe.rotation).rotation
        chart, place = reading_map(self.stripe), registration or Registration()
        written = self.directions if medium is None else medium.vectors(self.directions)
        offsets = (place.places(self.stripe) - self.stripe.positions) / self.stripe.unit
        if not np.abs(offsets).max() <= FARTHEST:
            rule = "within the limits that are searched, `registration.limits`"
            refuse("registration", rule, registration)
        coefficients = chart.coefficients(self.stripe.products(written)[None])
        clean = chart.readings(coefficients, offsets[None])[0] * self.stripe.rotation / self.full_scale
        generator = np.random.default_rng([seed, _NOISE])
        values = clean + sigma * generator.normal(size=clean.shape)
        return StripeReadings(self.stripe, values, sigma**2 * np.eye(3))

    @cached_property
    def full_scale(self) -> float:
        """The |M| of the stripe that is full magnetization, see `read_out`."""
        return full_scale(self.scan)

    def pattern(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What is written: x (nx,), y (ny,) [m] and M (nx, ny, 3) there. As secret as the directions."""
        edge, step = 0.6 * self.stripe.pitch, self.stripe.pitch / POINTS_PER_PITCH
        x, y = (np.arange(-limit - edge, limit + edge, step) for limit in self.stripe.positions.max(axis=0))
        return x, y, self.scan.magnetization(x, y)

    def plot(self) -> Figure:
        """Draw the stripe, coloured by direction. As secret as the directions."""
        from optomag.plot.card_figure import stripe_figure
        from optomag.plot.style import headed

        return headed(
            stripe_figure(*self.pattern()), figure_heading(self.stripe.lens, self.stripe.film, shown=SUMMED)
        )


def card(
    key: bytes,
    card_id: str,
    lens: Objective,
    *,
    spots: int = 256,
    rows: int = ROWS,
    pitch: float | None = None,
    film: Film | None = None,
    geometry: str = "reflection",
    rotation: float = ROTATION,
) -> Card:
    """A card whose magnetic stripe only the owner of a key can write.

    Parameters
    ----------
    key : bytes
        The secret, at least 16 bytes, such as `secrets.token_bytes(32)`. It is used here and not kept.
    card_id : str
        Which card: printable text, no secret.
    lens : Objective
        It writes and reads.
    spots, rows, pitch, film, geometry, rotation
        Of the `Stripe`.

    Returns
    -------
    Card

    Raises
    ------
    InvalidInputError
        If the key is too short or another value cannot be used.

    Notes
    -----
    Directions are uniform on the sphere, from HKDF-SHA256 (RFC 5869) of the key, with the name of the card.

    Examples
    --------
    >>> key = bytes(range(32))  # for example only: secrets.token_bytes(32)
    >>> one = card(key, "no. 1", Objective(na=0.95, wavelength=532e-9))
    >>> len(one.stripe.positions), one.stripe.columns
    (256, 32)
    """
    secret, name = require_key(key), require_card_id(card_id)
    stripe = Stripe(lens, spots, rows, pitch, film, geometry, rotation)
    return Card(name, stripe, card_directions(secret, name, stripe.spots))
