"""Genuine cards and forgeries by the hundred thousand, through the same decision as `verify`, and counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from optomag.errors import refuse, require_integer, require_real
from optomag.identity.card import Card
from optomag.identity.enrolment import Enrolled, estimate, fingerprint_coefficients
from optomag.identity.fit import fit
from optomag.identity.key_derivation import card_directions
from optomag.identity.medium import Medium
from optomag.identity.prediction import Prediction, reading_map
from optomag.identity.stripe import Stripe
from optomag.identity.verdict import Thresholds
from optomag.identity.verify import judge
from optomag.reading.full_scale import full_scale

CARDS_PER_KEY = 500
AT_ONCE = 20
"""Cards that are simulated and judged together: what a processor's cache holds."""

DEGREE = 4
"""Of the polynomials that simulate: those that predict have a higher one, so that they are not the same."""

CONFIDENCE = 0.95

Writer = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]
"""From the true directions (n, 3) to the vectors (cards, n, 3) that somebody writes on so many cards."""


def _true(directions: np.ndarray, cards: int, generator: np.random.Generator) -> np.ndarray:
    return np.broadcast_to(directions, (cards, *directions.shape))


def _guessed(directions: np.ndarray, cards: int, generator: np.random.Generator) -> np.ndarray:
    drawn = generator.normal(size=(cards, *directions.shape))
    return drawn / np.linalg.norm(drawn, axis=-1, keepdims=True)


def _projected(directions: np.ndarray, cards: int, generator: np.random.Generator) -> np.ndarray:
    return _true(directions * np.array([0.0, 0.0, 1.0]), cards, generator)


def _signs(directions: np.ndarray, cards: int, generator: np.random.Generator) -> np.ndarray:
    up = np.zeros_like(directions)
    up[:, 2] = np.where(directions[:, 2] >= 0, 1.0, -1.0)
    return _true(up, cards, generator)


WRITERS: dict[str, Writer] = {
    "genuine": _true,
    "guess": _guessed,
    "projected": _projected,
    "signs": _signs,
    "copy": _true,
    "mimic": _true,
}
"""Who writes a card: its owner; who knows nothing; who knows all and writes M_z only, as it is or at full
length with its sign; who knows all, on another medium; who has also read what the genuine medium made
of it, and writes that. Each card has a medium of its own."""


@dataclass(frozen=True, eq=False)
class Count:
    """What became of many cards.

    Attributes
    ----------
    writer : str
    accepted : int
        How many were.
    score, in_plane, fingerprint : float64, shape (trials,)
        Their scores; fingerprints are NaN where no medium was enrolled.
    """

    writer: str
    accepted: int
    score: np.ndarray
    in_plane: np.ndarray
    fingerprint: np.ndarray

    @property
    def trials(self) -> int:
        """How many cards there were."""
        return len(self.score)

    @property
    def rate_limits(self) -> tuple[float, float]:
        """95 % limits of the rate of acceptance (`clopper_pearson`)."""
        return clopper_pearson(self.accepted, self.trials)

    @classmethod
    def joined(cls, parts: list[Count]) -> Count:
        """Several counts of one writer as one."""
        scores = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("score", "in_plane", "fingerprint")
        )
        return cls(parts[0].writer, sum(part.accepted for part in parts), *scores)


def clopper_pearson(found: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Exact two-sided limits of a rate of which so many were found in so many trials.

    Examples
    --------
    >>> low, high = clopper_pearson(0, 100_000)
    >>> low, f"{high:.2e}"
    (0.0, '3.69e-05')
    """
    half = 0.5 * (1 - confidence)
    low = 0.0 if found == 0 else float(betaincinv(found, trials - found + 1, half))
    high = 1.0 if found == trials else float(betaincinv(found + 1, trials - found, 1 - half))
    return low, high


def count_cards(
    stripe: Stripe,
    writer: str,
    *,
    level: float,
    trials: int,
    enrolments: int = 0,
    thresholds: Thresholds | None = None,
    length: float = 0.1,
    direction: float = 0.05,
    seed: int = 0,
) -> Count:
    """Have many cards written, read and judged.

    Parameters
    ----------
    stripe : Stripe
    writer : str
        One of `WRITERS`.
    level : float [dB]
        S0 of the readings.
    trials : int
        Cards; 500 of each key, whose place under the reader is random within the limits.
    enrolments : int
        Readings, at one place, with which the medium of a genuine card was enrolled, one card of each key; by
        default none.
        The genuine cards are then that card, again and again.
    thresholds : Thresholds, optional
    length, direction : float
        Of each `Medium`.
    seed : int
        Of everything: keys, media, places and noise.

    Returns
    -------
    Count

    Raises
    ------
    InvalidInputError
        If a value cannot be used.
    """
    if writer not in WRITERS:
        refuse("writer", "one of " + ", ".join(WRITERS), writer)
    total, enrolled = require_integer("trials", trials, at_least=1), require_integer("enrolments", enrolments)
    noise = 10 ** (-require_real("level", level) / 20)
    bench = _Bench(stripe, noise, Medium(0, length, direction), np.random.default_rng(seed), enrolled)
    limits = Thresholds() if thresholds is None else thresholds
    sizes = [min(CARDS_PER_KEY, total - done) for done in range(0, total, CARDS_PER_KEY)]
    return Count.joined([bench.presented(writer, size, limits) for size in sizes])


class _Bench:
    """Writes and reads cards with random numbers of its own."""

    def __init__(
        self, stripe: Stripe, noise: float, medium: Medium, generator: np.random.Generator, enrolments: int
    ) -> None:
        self.stripe, self.noise, self.medium = stripe, noise, medium
        self.generator, self.enrolments = generator, enrolments
        self.chart = reading_map(stripe, DEGREE)
        example = card_directions(bytes(16), "", stripe.spots)
        self.full_scale = full_scale(Card("", stripe, example).scan)

    def presented(self, writer: str, cards: int, thresholds: Thresholds) -> Count:
        """Cards that claim to be one genuine card, with a key of its own."""
        directions = card_directions(self.generator.bytes(32), writer, self.stripe.spots)
        prediction = Prediction(self.stripe, directions, np.eye(3))
        fingerprint = own = None
        if self.enrolments:
            own = self.medium.varied(directions, self.generator)
            fingerprint = self.enrolled(own, prediction)
        counts = []
        for done in range(0, cards, AT_ONCE):
            some = min(AT_ONCE, cards - done)
            known = directions if own is None or writer != "mimic" else own
            vectors = self.medium.varied(WRITERS[writer](known, some, self.generator), self.generator)
            if writer == "genuine" and own is not None:
                vectors = np.broadcast_to(own, (some, *own.shape))
            found = judge(self.read(vectors, prediction), prediction, thresholds, fingerprint)
            marks = np.full(some, np.nan) if found.fingerprint is None else found.fingerprint
            scores = found.fitted.score, found.fitted.in_plane, marks
            counts.append(Count(writer, int(found.accepted.sum()), *scores))
        return Count.joined(counts)

    def enrolled(self, own: np.ndarray, prediction: Prediction) -> np.ndarray:
        """The fingerprint of a genuine card, from the mean of noisy readings of it at one place."""
        readings = self.read(own[None], prediction, self.noise / np.sqrt(self.enrolments))
        deviations = estimate(readings, fit(readings, prediction), prediction)
        return fingerprint_coefficients(Enrolled("", self.stripe, deviations), prediction)

    def read(self, vectors: np.ndarray, prediction: Prediction, noise: float | None = None) -> np.ndarray:
        """Readings (cards, n, 3) over theta_F t of what is written, each at a random place."""
        sigma = self.noise if noise is None else noise
        places = self.generator.uniform(-1, 1, (len(vectors), 4))
        offsets = np.einsum("bp,pni->bni", places, prediction.motions)
        coefficients = self.chart.coefficients(self.stripe.products(vectors).astype(np.float32))
        clean = self.chart.readings(coefficients, offsets) / self.full_scale
        return clean + sigma * self.generator.normal(size=clean.shape)
