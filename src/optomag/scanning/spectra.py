"""Spectra of kernels, and their product with those of the sources: only what does not vanish is kept.

Most kernels vanish by symmetry or have one parity: their spectra are real (even) or imaginary (odd). Of three
beams with 27 components of kernels, 12 real arrays remain at the focus. Nothing of that is assumed: what is
small is left out, in a film and off the focus too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from optomag.scanning.pair_kernels import VANISHING


@dataclass(frozen=True, eq=False)
class KernelSpectra:
    """Real and imaginary parts of the kernels' spectra that do not vanish.

    Attributes
    ----------
    shape : tuple of int
        Of each spectrum.
    parts : list of list
        For every product of weights: component, factor (1 or i) and float64 values of that shape.
    """

    shape: tuple[int, ...]
    parts: list[list[tuple[int, complex, np.ndarray]]]

    @classmethod
    def of(
        cls,
        kernels: Iterable[tuple[int, int, np.ndarray]],
        products: int,
        shape: tuple[int, ...],
        transform: Callable[[np.ndarray], np.ndarray],
    ) -> KernelSpectra:
        """Transform kernels, given by product, component and values (n, m), into spectra of a shape."""
        parts: list[list[tuple[int, complex, np.ndarray]]] = [[] for _ in range(products)]
        for product, component, values in kernels:
            spectrum = transform(values)
            least = VANISHING * np.abs(spectrum).max()
            for factor, part in ((1, np.real(spectrum)), (1j, np.imag(spectrum))):
                if max(part.max(), -part.min()) > least:
                    parts[product].append((component, factor, np.ascontiguousarray(part)))
        return cls(shape, parts)

    def times(self, sources: Iterable[np.ndarray]) -> np.ndarray:
        """Sum over the products of kernels times sources: complex128 (3, *shape).

        Parameters
        ----------
        sources : iterable of complex128
            One spectrum for each product, each like a spectrum of a kernel or without its first axis.
        """
        found = np.zeros((3, *self.shape), dtype=np.complex128)
        for source, parts in zip(sources, self.parts, strict=True):
            turned = 1j * source if any(factor != 1 for _, factor, _ in parts) else source
            for component, factor, values in parts:
                right = source if factor == 1 else turned
                if right.ndim == values.ndim:
                    found[component] += values * right
                    continue
                for sums, part in zip(found[component], values, strict=True):
                    sums += part * right
        return found
