"""Is this the card that the key's owner wrote? One decision, for one card or for a hundred thousand."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from optomag.errors import refuse, require_finite_array
from optomag.identity.enrolment import (
    Enrolled,
    estimate,
    fingerprint_coefficients,
    fingerprint_score,
)
from optomag.identity.fit import Fitted, fit
from optomag.identity.key_derivation import card_directions, require_card_id, require_key
from optomag.identity.prediction import Prediction, whitening_of
from optomag.identity.registration import FARTHEST, Registration
from optomag.identity.stripe import Stripe
from optomag.identity.stripe_readings import StripeReadings
from optomag.identity.verdict import Thresholds, Verdict, reason_for
from optomag.reading.read_out import Readings


class Judged(NamedTuple):
    """Decisions on many readings at once, with the scores behind them."""

    accepted: np.ndarray
    fitted: Fitted
    fingerprint: np.ndarray | None


MOST_ENROLLED = 1024
"""Spots whose deviations are solved for together: matrices of three times as many rows, 75 MB each."""


def judge(
    readings: np.ndarray,
    prediction: Prediction,
    thresholds: Thresholds,
    fingerprint: np.ndarray | None = None,
) -> Judged:
    """Decide on readings.

    Parameters
    ----------
    readings : float64, shape (cards, n, 3)
        Over theta_F t, not whitened.
    prediction : Prediction
        Of the card that all of them claim to be.
    thresholds : Thresholds
    fingerprint : float64, shape (n, terms, 3), optional
        Of the enrolled medium (`fingerprint_coefficients`).
    """
    whitened = readings @ prediction.whitening.T
    fitted = fit(whitened, prediction)
    # comparisons with NaN are false: what cannot be scored is not accepted
    accepted = (fitted.score >= thresholds.score) & (fitted.in_plane >= thresholds.in_plane)
    if fingerprint is None:
        return Judged(accepted, fitted, None)
    score = fingerprint_score(whitened, fitted, prediction, fingerprint)
    return Judged(accepted & (score >= thresholds.fingerprint), fitted, score)


def verify(
    y: Any,
    key: bytes,
    card_id: str,
    enrolled: Enrolled | None = None,
    *,
    stripe: Stripe | None = None,
    thresholds: Thresholds | None = None,
) -> Verdict:
    """Compare readings of a stripe with what the key predicts for a card.

    Parameters
    ----------
    y : StripeReadings, Readings or array_like, shape (n, 3) [rad]
        What was read at the spots, x columns after each other, y fastest; `Card.read` gives it, and so does
        `read_out`, together with `stripe`.
    key : bytes
        The secret, at least 16 bytes.
    card_id : str
        Which card it claims to be.
    enrolled : Enrolled, optional
        What `enrol` learned of the genuine card's medium. Without, a perfect copy passes.
    stripe : Stripe, optional
        What was read, where `y` does not say so.
    thresholds : Thresholds, optional

    Returns
    -------
    Verdict
        False in a condition where the card was rejected.

    Raises
    ------
    InvalidInputError
        If the readings are not finite or not as many as the stripe has spots, the key is too short, or the
        enrolled medium is that of another card or stripe.

    Notes
    -----
    The place of the stripe under the reader, moved by up to 0.15 wavelengths (at NA 0.95), turned and
    stretched, is fitted. Scores are normalised correlations, with the covariance of the noise for a metric,
    so that they do not ask how strong the film or the light is.

    Whoever can feed readings to the verifier can replay old ones: the reader must be trusted.

    Examples
    --------
    >>> from optomag.identity.card import card
    >>> from optomag.optics.objective import Objective
    >>> key = bytes(range(32))  # for example only: secrets.token_bytes(32)
    >>> genuine = card(key, "no. 1", Objective(na=0.95, wavelength=532e-9), spots=64)
    >>> y = genuine.read(seed=3)
    >>> verify(y, key, "no. 1").accepted, verify(y, key, "no. 2").accepted
    (True, False)
    """
    secret, name = require_key(key), require_card_id(card_id)
    limits = Thresholds() if thresholds is None else thresholds
    if not isinstance(limits, Thresholds):
        refuse("thresholds", "optomag Thresholds", thresholds)
    read = stripe_readings(y, stripe)
    if enrolled is not None:
        _require_same(enrolled, name, read.stripe)
    directions = card_directions(secret, name, read.stripe.spots)
    prediction = Prediction(read.stripe, directions, whitening_of(read.covariance))
    fingerprint = None if enrolled is None else fingerprint_coefficients(enrolled, prediction)
    values = read.values[None] / read.stripe.rotation
    found = judge(values, prediction, limits, fingerprint)
    own = None if found.fingerprint is None else float(found.fingerprint[0])
    score, in_plane = float(found.fitted.score[0]), float(found.fitted.in_plane[0])
    return Verdict(
        accepted=bool(found.accepted[0]),
        score=score,
        in_plane_score=in_plane,
        fingerprint_score=own,
        thresholds=limits,
        registration=Registration.of(found.fitted.parameters[0], read.stripe),
        reason=reason_for(score, in_plane, own, limits),
    )


def enrol(readings: Any, key: bytes, card_id: str, *, stripe: Stripe | None = None) -> Enrolled:
    """Learn the medium of a genuine card, when it is issued.

    Parameters
    ----------
    readings : sequence of StripeReadings, Readings or arrays (n, 3) [rad]
        Several of the same card; a place under the reader may differ from one to the next. Their noise goes
        down with their number; at 25 dB take 64.
    key, card_id, stripe
        As for `verify`.

    Returns
    -------
    Enrolled
        What `verify` compares later readings with.

    Raises
    ------
    InvalidInputError
        As `verify` does, or if a reading is not accepted as that of the card, or the stripes differ.

    Examples
    --------
    >>> import optomag as om
    >>> key = bytes(range(32))  # for example only: secrets.token_bytes(32)
    >>> one = om.card(key, "no. 1", om.Objective(na=0.95, wavelength=532e-9), spots=64)
    >>> medium = om.Medium(seed=5)
    >>> how = {"medium": medium, "level": 35.0}
    >>> known = om.enrol([one.read(seed=seed, **how) for seed in range(16)], key, "no. 1")
    >>> genuine = om.verify(one.read(seed=99, **how), key, "no. 1", known)
    >>> copy = om.verify(one.read(medium=om.Medium(seed=6), level=35.0, seed=99), key, "no. 1", known)
    >>> genuine.accepted, copy.accepted
    (True, False)
    """
    secret, name = require_key(key), require_card_id(card_id)
    if not isinstance(readings, (list, tuple)) or not readings:
        refuse("readings", "a list of readings of one card", readings)
    read = [stripe_readings(one, stripe) for one in readings]
    first = read[0]
    if any(one.stripe != first.stripe for one in read):
        refuse("readings", "of one stripe", "those of several")
    if first.stripe.spots > MOST_ENROLLED:
        refuse("stripe to enrol", f"of at most {MOST_ENROLLED:,} spots", f"one of {first.stripe.spots:,}")
    directions = card_directions(secret, name, first.stripe.spots)
    prediction = Prediction(first.stripe, directions, whitening_of(first.covariance))
    values = np.stack([one.values for one in read]) / first.stripe.rotation
    found = judge(values, prediction, Thresholds())
    if not found.accepted.all():
        number = int(np.argmin(found.accepted))
        refuse("readings", "of the genuine card", f"number {number}, which is not accepted")
    whitened = values @ prediction.whitening.T
    return Enrolled(name, first.stripe, estimate(whitened, found.fitted, prediction))


def stripe_readings(y: Any, stripe: Stripe | None) -> StripeReadings:
    """Readings with their stripe, checked."""
    if isinstance(y, StripeReadings):
        if stripe is not None and not (isinstance(stripe, Stripe) and stripe == y.stripe):
            refuse("stripe", "that of the readings, or left out", stripe)
        return y
    if not isinstance(stripe, Stripe):
        refuse("stripe", "an optomag Stripe, where readings do not have one", stripe, "See Card.stripe.")
    if isinstance(y, Readings):
        if y.positions.shape != stripe.positions.shape:
            refuse("y", f"read at all {stripe.spots} spots of the stripe", f"readings of {len(y)} places")
        off = float(np.abs(y.positions - stripe.positions).max()) / stripe.unit
        if not off <= FARTHEST:
            refuse("y", "read at the stripe's spots", f"readings up to {off:.3g} wavelengths away")
        noisy = bool(np.any(y.covariance))  # readings without noise have no metric of their own
        return StripeReadings(stripe, y.values, y.covariance if noisy else None)
    values = require_finite_array("y", y, shape="(n, 3)", ndim=2, last=3)
    return StripeReadings(stripe, values)


def _require_same(enrolled: Any, card_id: str, stripe: Stripe) -> None:
    if not isinstance(enrolled, Enrolled):
        refuse("enrolled", "what optomag's enrol learned", enrolled)
    if enrolled.card_id != card_id:
        refuse("enrolled", f"of the card {card_id}", f"that of {enrolled.card_id}")
    if enrolled.stripe != stripe:
        refuse("enrolled", "of the stripe that was read", "that of another one")
