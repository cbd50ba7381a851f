"""All readings of a stripe as a linear map of what its spots write, wherever the reader lies beside them.

A reading at a distance u beside its spot is the sum over spots of products of weights times kernels,
y(s, u) = sum of q(s') G(r_s - r_s' + u). Around each node the kernels are polynomials of u, with which the
sums over spots are discrete convolutions; the same coefficients give readings, and their slopes, anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2

from optomag.identity.registration import FARTHEST
from optomag.identity.stripe import Stripe
from optomag.reading.reading_kernels import ReadingKernels, reading_window

DEGREE = 6
"""Of the polynomials: readings are exact to 1e-3 of their rms over the whole range of places."""

SAMPLES = 10
"""Kernels' points for each wavelength at NA 0.95, or more, that the polynomials are fitted to."""


@dataclass(frozen=True, eq=False)
class ReadingMap:
    """Readings of a stripe, over theta_F t, for |M| = 1 at a spot by itself.

    Parameters
    ----------
    stripe : Stripe
    degree : int
        Of the polynomials in the distance from the spot.
    """

    stripe: Stripe
    degree: int = DEGREE

    @cached_property
    def powers(self) -> np.ndarray:
        """Exponents of u_x and u_y in each term, (terms, 2)."""
        n = self.degree + 1
        return np.array([(i, j) for i in range(n) for j in range(n - i)])

    def terms(self, offsets: np.ndarray) -> np.ndarray:
        """The terms at offsets (..., 2) [unit], (..., terms)."""
        x, y = np.moveaxis(offsets / FARTHEST, -1, 0)
        ones, n = np.ones_like(x), self.degree
        x_powers, y_powers = (list(accumulate([ones] + [z] * n, np.multiply)) for z in (x, y))
        found = np.empty((*x.shape, len(self.powers)))
        for term, (i, j) in enumerate(self.powers.tolist()):
            np.multiply(x_powers[i], y_powers[j], out=found[..., term])
        return found

    def slope(self, axis: int) -> np.ndarray:
        """Coefficients' derivatives along x or y [1/unit] as a matrix, (terms, terms)."""
        one, number = (
            np.eye(2, dtype=int)[axis],
            {tuple(pair): i for i, pair in enumerate(self.powers.tolist())},
        )
        found = np.zeros((len(self.powers), len(self.powers)))
        for i, pair in enumerate(self.powers):
            if pair[axis]:
                found[number[tuple((pair - one).tolist())], i] = pair[axis] / FARTHEST
        return found

    @cached_property
    def kernels(self) -> np.ndarray:
        """Coefficients around each node, float64 (terms, channels, products, 2 columns - 1, 2 rows - 1)."""
        stripe, unit = self.stripe, self.stripe.unit
        per_pitch = int(np.ceil(SAMPLES * stripe.pitch / unit))
        step = stripe.pitch / per_pitch
        around = int(np.ceil(FARTHEST * unit / step))
        last = np.array([stripe.columns - 1, stripe.rows - 1])
        counts = last * per_pitch + around
        window = reading_window(counts * step / stripe.lens.wavelength, stripe.lens)
        kernels = ReadingKernels(stripe.writer.basis, stripe.reader, window)
        line = np.arange(-around, around + 1)
        samples = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
        fit = np.linalg.pinv(self.terms(samples * step / unit))
        i, j = (
            (np.arange(-n, n + 1) * per_pitch)[:, None] + line + count
            for n, count in zip(last, counts, strict=True)
        )
        nodes = (2 * last + 1).tolist()
        found = np.zeros((len(self.powers), 3, kernels.products, *nodes))
        for product, channel, values in kernels.faded(np.full(2, step), (int(counts[0]), int(counts[1]))):
            patches = values[i[:, None, :, None], j[None, :, None, :]].reshape(*nodes, -1)
            found[:, channel, product] = np.moveaxis(patches @ fit.T, -1, 0)
        return found

    @cached_property
    def _spectra(self) -> tuple[tuple[int, int], np.ndarray]:
        """Shape of the periodic lattice; the kernels' spectra, (frequencies, terms x channels, products)."""
        columns, rows = self.stripe.columns, self.stripe.rows
        shape = tuple(int(next_fast_len(2 * n - 1, real=True) or 0) for n in (columns, rows))
        placed = np.zeros((*self.kernels.shape[:3], *shape))
        around = np.ix_(*(np.arange(1 - n, n) % size for n, size in zip((columns, rows), shape, strict=True)))
        placed[:, :, :, *around] = self.kernels
        spectra = np.asarray(rfft2(placed)).reshape(-1, self.kernels.shape[2], shape[0] * (shape[1] // 2 + 1))
        return (shape[0], shape[1]), np.ascontiguousarray(np.moveaxis(spectra, -1, 0))

    def coefficients(self, products: np.ndarray) -> np.ndarray:
        """Polynomials of the readings of many stripes at once.

        Parameters
        ----------
        products : float, shape (stripes, n, products)
            See `Stripe.products`; single precision is kept.

        Returns
        -------
        float, shape (stripes, n, terms, 3)
        """
        shape, spectra = self._spectra
        columns, rows, many = self.stripe.columns, self.stripe.rows, len(products)
        single = products.dtype == np.float32
        lattice = np.moveaxis(products, -1, 0).reshape(-1, many, columns, rows)
        sources = np.asarray(rfft2(lattice, shape)).reshape(len(lattice), many, -1)
        response = spectra.astype(np.complex64) if single else spectra
        found = response @ np.ascontiguousarray(np.moveaxis(sources, -1, 0))  # (frequencies, terms x 3, many)
        there = np.ascontiguousarray(np.moveaxis(found, 0, -1)).reshape(-1, many, shape[0], shape[1] // 2 + 1)
        read = np.asarray(irfft2(there, shape))[:, :, :columns, :rows].reshape(-1, 3, many, columns * rows)
        return np.moveaxis(read, (2, 3), (0, 1))

    def readings(self, coefficients: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        """Readings (stripes, n, 3) at offsets (stripes, n, 2) [unit] from the spots."""
        return np.einsum("bnk,bnkc->bnc", self.terms(offsets).astype(coefficients.dtype), coefficients)
