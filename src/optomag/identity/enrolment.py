"""What the issuer learns of a card's own medium: by how much each spot differs from what was written."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_finite_array
from optomag.identity.fit import Fitted, correlation, without
from optomag.identity.prediction import Prediction, reading_map
from optomag.identity.stripe import Stripe

EXPECTED = 0.1
"""Deviation of a spot's vector that is foreseen, where readings are too few to tell."""

SMALL = 1e-3
"""Of a vector, for derivatives."""


@dataclass(frozen=True, eq=False)
class Enrolled(Displayed):
    """The fingerprint of one card's medium, made by `enrol`.

    Attributes
    ----------
    card_id : str
        Whose medium it is.
    stripe : Stripe
        Where the spots lie.
    deviations : float64, shape (n, 3)
        Vector that each spot holds less that which was to be written. They go along with the direction of the
        spot more than across it, so keep them to yourself.

    Raises
    ------
    InvalidInputError
        If the deviations are not finite or not as many as the spots.

    Examples
    --------
    >>> import optomag as om
    >>> key = bytes(range(32))  # for example only: secrets.token_bytes(32)
    >>> one = om.card(key, "no. 1", om.Objective(na=0.95, wavelength=532e-9), spots=64)
    >>> readings = [one.read(medium=om.Medium(seed=5), level=35.0, seed=seed) for seed in range(4)]
    >>> om.enrol(readings, key, "no. 1").deviations.shape
    (64, 3)
    """

    card_id: str
    stripe: Stripe
    deviations: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        count = self.stripe.spots
        found = require_finite_array("deviations", self.deviations, shape=f"({count}, 3)", ndim=2, last=3)
        if len(found) != count:
            refuse("deviations", f"of all {count} spots of the stripe", f"those of {len(found)}")


def estimate(readings: np.ndarray, fitted: Fitted, prediction: Prediction) -> np.ndarray:
    """Deviations of the spots of one card.

    Parameters
    ----------
    readings : float64, shape (k, n, 3)
        Several of the same card, over theta_F t and whitened.
    fitted : Fitted
        Of these.
    prediction : Prediction

    Returns
    -------
    float64, shape (n, 3)

    Notes
    -----
    Least squares over all readings, each at its own place, amplitude and place free, with the noise that is
    left for a weight and deviations of `EXPECTED` for a prior.
    """
    count = readings[0].size
    normal, right = np.zeros((count, count)), np.zeros(count)
    model = free_parts(fitted)
    rests = without(readings.reshape(len(readings), -1), model)
    strengths = amplitudes(readings, fitted)
    for parameters, free, rest, strength in zip(fitted.parameters, model, rests, strengths, strict=True):
        matrix = strength * response(prediction, parameters)
        matrix -= free.T @ np.linalg.solve(free @ free.T, free @ matrix)
        normal += matrix.T @ matrix
        right += matrix.T @ rest
    noise = float(np.mean(rests**2))
    return np.linalg.solve(normal + noise / EXPECTED**2 * np.eye(count), right).reshape(-1, 3)


def fingerprint_coefficients(enrolled: Enrolled, prediction: Prediction) -> np.ndarray:
    """Polynomials (n, terms, 3) of what the deviations add to the readings."""
    written = prediction.directions
    changed = np.stack([written + enrolled.deviations, written])
    with_them, without_them = prediction.known(prediction.stripe.products(changed))
    return with_them - without_them


def fingerprint_score(
    readings: np.ndarray, fitted: Fitted, prediction: Prediction, coefficients: np.ndarray
) -> np.ndarray:
    """Correlation (cards,) of what readings (cards, n, 3) leave unexplained with the enrolled deviations'."""
    shape, model = (len(readings), -1), free_parts(fitted)
    foretold = prediction.evaluate(coefficients, fitted.parameters)
    return correlation(*(without(part.reshape(shape), model) for part in (readings, foretold)))


def free_parts(fitted: Fitted) -> np.ndarray:
    """What amplitude and place explain of readings, (cards, 5, 3 n)."""
    parts = np.concatenate([fitted.read.whole[:, None], fitted.read.slopes], axis=1)
    return parts.reshape(len(parts), 5, -1)


def amplitudes(readings: np.ndarray, fitted: Fitted) -> np.ndarray:
    """Of the prediction in readings, (cards,)."""
    whole = fitted.read.whole
    return np.einsum("bnc,bnc->b", readings, whole) / np.einsum("bnc,bnc->b", whole, whole)


def response(prediction: Prediction, parameters: np.ndarray) -> np.ndarray:
    """Readings at one place as a matrix of small vectors that are added at the spots, (3 n, 3 n)."""
    stripe, chart = prediction.stripe, reading_map(prediction.stripe)
    columns, rows, count = stripe.columns, stripe.rows, stripe.spots
    steps = SMALL * np.concatenate([np.eye(3), -np.eye(3)])[:, None]
    up, down = np.split(stripe.products(prediction.directions + steps), 2)
    slopes = (up - down) / (2 * SMALL)  # (3 components, n, products)
    terms = chart.terms(np.tensordot(parameters, prediction.motions, 1))
    found = np.empty((count, 3, count, 3))
    for spot, place in enumerate(terms):
        i, j = divmod(spot, rows)
        kernels = np.tensordot(place, chart.kernels, 1)  # (channels, products, nodes along x, along y)
        # seen from this spot, the others lie the other way round
        near = kernels[:, :, i : i + columns, j : j + rows][..., ::-1, ::-1].reshape(3, -1, count)
        found[spot] = np.einsum("cps,asp->csa", near, slopes)
    return np.einsum("dc,scta->sdta", prediction.whitening, found).reshape(3 * count, 3 * count)
