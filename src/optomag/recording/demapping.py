"""What readings say of bits: exact likelihoods for Gaussian noise, and how much information they hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Float32, Int, UInt8
from scipy.special import logsumexp

from optomag.errors import refuse, require_finite_array

CHUNK = 1 << 20
"""Numbers that are held at a time: readings times points."""


def bit_likelihoods(
    readings: Float[np.ndarray, "n 3"],
    means: Float[np.ndarray, "count 3"],
    covariance: Float[np.ndarray, "*count 3 3"],
    labels: Int[np.ndarray, " count"],
) -> Float32[np.ndarray, "n bits"]:
    """Log-likelihood ratios ln P(reading | bit = 0)/P(reading | bit = 1), all points being equally likely.

    Parameters
    ----------
    readings : float (n, 3)
        In any unit.
    means : float (N, 3)
        Mean reading of each point.
    covariance : float (3, 3) or (N, 3, 3)
        Of the readings of a point: the same for all, or one each.
    labels : int (N,)
        As in `Constellation`.

    Returns
    -------
    float32 (n, bits)
        Column b is bit b of the labels, the least first. Positive: 0. Exact: sums over all points, not the
        nearest two.

    Raises
    ------
    InvalidInputError
        For shapes that do not fit, values that are not finite, or a covariance that is not positive definite.

    Examples
    --------
    Two points at z = -1 and 1 and noise of variance 1: the ratio is -2 z.

    >>> import numpy as np
    >>> from optomag.recording.demapping import bit_likelihoods
    >>> ends = np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]])
    >>> bit_likelihoods(np.array([[0.3, 0.0, 0.5]]), ends, np.eye(3), np.array([0, 1])).tolist()
    [[-1.0]]
    """
    count = len(means)
    labels = np.asarray(labels)
    if not np.array_equal(np.sort(labels), np.arange(count)) or count & (count - 1) or count < 2:
        refuse("labels", f"each of 0..{count - 1} once, a power of two of them", labels)
    ones = (labels[:, None] >> np.arange(count.bit_length() - 1) & 1).astype(bool)
    found = np.empty((len(readings), ones.shape[1]), np.float32)
    for part, logs in _log_densities(readings, means, covariance):
        for bit, one in enumerate(ones.T):
            found[part, bit] = logsumexp(logs[:, ~one], axis=1) - logsumexp(logs[:, one], axis=1)
    return found


def hard_symbols(
    readings: Float[np.ndarray, "n 3"],
    means: Float[np.ndarray, "count 3"],
    covariance: Float[np.ndarray, "*count 3 3"],
) -> Int[np.ndarray, " n"]:
    """The likeliest point of each reading; parameters as in `bit_likelihoods`."""
    found = np.empty(len(readings), np.int64)
    for part, logs in _log_densities(readings, means, covariance):
        found[part] = logs.argmax(axis=1)
    return found


def mutual_information(
    readings: Float[np.ndarray, "n 3"],
    symbols: Int[np.ndarray, " n"],
    means: Float[np.ndarray, "count 3"],
    covariance: Float[np.ndarray, "*count 3 3"],
) -> float:
    """Bits per spot that readings hold of what was written, for a reader who takes noise as Gaussian.

    log2 N + mean log2 (p(reading | its point) / sum over all points): what any code can reach with all points
    equally likely; a lower bound of the true information where noise is not Gaussian.

    Parameters
    ----------
    readings, means, covariance
        As in `bit_likelihoods`. Take means and covariance from other readings than these.
    symbols : int (n,)
        The point of each spot.

    Returns
    -------
    float [bit]
        Never above log2 N; below 0 where the model does not fit.

    Raises
    ------
    InvalidInputError
        As for `bit_likelihoods`, and for symbols that are no points.
    """
    symbols = np.asarray(symbols)
    if symbols.shape != (len(readings),) or symbols.min() < 0 or symbols.max() >= len(means):
        refuse("symbols", f"{len(readings)} numbers from 0 to {len(means) - 1}", symbols)
    total = 0.0
    for part, logs in _log_densities(readings, means, covariance):
        own = np.take_along_axis(logs, symbols[part, None], axis=1)[:, 0]
        total += float((own - logsumexp(logs, axis=1)).sum())
    return float(np.log2(len(means)) + total / np.log(2.0) / len(readings))


def bitwise_information(likelihoods: Float[np.ndarray, "n bits"], bits: UInt8[np.ndarray, "n bits"]) -> float:
    """Bits per spot that a code can use which takes each bit for itself (bit-interleaved coded modulation).

    sum over bits of 1 - mean log2(1 + exp(-(+-1) L)): Caire, Taricco and Biglieri, IEEE Trans. Inf. Theory
    44, 927 (1998), doi:10.1109/18.669123.

    Parameters
    ----------
    likelihoods : float (n, bits)
        From `bit_likelihoods`.
    bits : uint8 (n, bits)
        What was written.

    Raises
    ------
    InvalidInputError
        For shapes that differ.
    """
    if likelihoods.shape != bits.shape or likelihoods.ndim != 2 or likelihoods.size == 0:
        refuse("bits", f"of the likelihoods' shape {likelihoods.shape}, (n, bits)", f"shape {bits.shape}")
    agreeing = np.where(bits == 0, likelihoods, -likelihoods).astype(np.float64)
    return float((1.0 - np.logaddexp(0.0, -agreeing) / np.log(2.0)).mean(axis=0).sum())


def _log_densities(
    readings: np.ndarray, means: np.ndarray, covariance: np.ndarray
) -> Iterator[tuple[slice, np.ndarray]]:
    """Parts of the readings with ln p(reading | point), less a constant, (part, N)."""
    readings = require_finite_array("readings", readings, shape="(n, 3)", ndim=2, last=3)
    means = require_finite_array("means", means, shape="(N, 3)", ndim=2, last=3)
    count = len(means)
    covariance = np.asarray(covariance, np.float64)
    if covariance.shape not in ((3, 3), (count, 3, 3)) or not np.isfinite(covariance).all():
        refuse("covariance", f"finite, of shape (3, 3) or ({count}, 3, 3)", f"shape {covariance.shape}")
    try:
        roots = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        refuse("covariance", "positive definite", covariance)
    whitening = np.linalg.inv(roots)
    centres = (whitening @ means[..., None])[..., 0]
    half_log_det = np.log(np.diagonal(roots, axis1=-2, axis2=-1)).sum(axis=-1)
    step = max(1, CHUNK // (3 * count))
    for start in range(0, len(readings), step):
        part = slice(start, min(start + step, len(readings)))
        if covariance.ndim == 2:
            white = (readings[part] @ whitening.T)[:, None] - centres
        else:
            white = np.einsum("sij,nj->nsi", whitening, readings[part]) - centres
        yield part, -0.5 * np.einsum("nsi,nsi->ns", white, white) - half_log_det
