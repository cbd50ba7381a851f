"""Quasi-cyclic low-density parity-check codes: what a base matrix means, how it encodes and decodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Int, UInt8

from optomag.errors import refuse, require_integer
from optomag.recording.min_sum import Decoded, Row, decode_words

EMPTY = -1
"""In a base matrix: no circulant here."""


@dataclass(frozen=True, eq=False)
class ParityCheckCode:
    """A systematic code: message bits first, parity bits after them.

    Entry s >= 0 of the base matrix stands for a circulant Q^s, ones at (i, (i + s) mod Z); -1 stands for
    zeros. The parity part is an accumulator: with m block rows, its first column holds Q^1, Q^0 and Q^1 at
    the top, in the middle (row m // 2) and at the bottom, and column j > 0 holds Q^0 in rows j - 1 and j.
    The sum of all rows then is p_0, and the other parity blocks follow one from the other.

    Parameters
    ----------
    name : str
        The rate as a fraction, such as "3/4".
    base : int (block rows, block columns)
        Shifts.
    circulant : int
        Z, the size of a circulant.
    """

    name: str
    base: Int[np.ndarray, "rows columns"]
    circulant: int

    def __post_init__(self) -> None:
        rows, columns = self.base.shape
        parity = accumulator(rows)
        if columns <= rows or not np.array_equal(self.base[:, columns - rows :], parity):
            refuse("base", f"a matrix that ends in the accumulator {parity.tolist()}", self.base.tolist())
        if self.base.min() < EMPTY or self.base.max() >= self.circulant:
            refuse("base", f"shifts from -1 to {self.circulant - 1}", self.base.tolist())

    @property
    def length(self) -> int:
        """Bits of a code word."""
        return self.base.shape[1] * self.circulant

    @property
    def dimension(self) -> int:
        """Message bits of a code word."""
        return (self.base.shape[1] - self.base.shape[0]) * self.circulant

    @property
    def rate(self) -> float:
        """Message bits per bit."""
        return self.dimension / self.length

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """(block column, shift) of the circulants of each block row."""
        return tuple(
            tuple((int(column), int(row[column])) for column in np.flatnonzero(row != EMPTY))
            for row in self.base
        )

    def encode(self, bits: UInt8[np.ndarray, "frames dimension"]) -> UInt8[np.ndarray, "frames length"]:
        """Code words of messages, in time that grows with the length.

        Parameters
        ----------
        bits : uint8 (frames, dimension)
            Zeros and ones.

        Returns
        -------
        uint8 (frames, length)
            The message, followed by its parity bits.

        Raises
        ------
        InvalidInputError
            For another number of bits or other values.
        """
        bits = _checked_bits(bits, self.dimension)
        block_rows, z = len(self.base), self.circulant
        blocks = bits.reshape(len(bits), -1, z)
        sums = np.zeros((block_rows, len(bits), z), np.uint8)
        for total, row in zip(sums, self.rows, strict=True):
            for column, shift in row:
                if column < blocks.shape[1]:
                    total ^= np.roll(blocks[:, column], -shift, axis=1)
        parity = np.zeros_like(sums)
        parity[0] = np.bitwise_xor.reduce(sums, axis=0)
        turned = np.roll(parity[0], -1, axis=1)
        for row in range(block_rows - 1):
            parity[row + 1] = sums[row] ^ (turned if row == 0 else parity[row])
            if row == block_rows // 2:
                parity[row + 1] ^= parity[0]
        return np.concatenate([bits, np.moveaxis(parity, 0, 1).reshape(len(bits), -1)], axis=1)

    def decode(self, likelihoods: np.ndarray, *, iterations: int = 40) -> Decoded:
        """Messages from what is known of each bit.

        Parameters
        ----------
        likelihoods : float32 (frames, length)
            Log-likelihood ratios ln P(0)/P(1), finite; 0 for a bit of which nothing is known.
        iterations : int
            Most rounds through all checks.

        Returns
        -------
        Decoded
            Message bits, whether all checks hold, and rounds, frame by frame.

        Raises
        ------
        InvalidInputError
            For another number of bits, NaN or infinities.
        """
        values = np.asarray(likelihoods)
        if values.ndim != 2 or values.shape[1] != self.length or values.dtype.kind != "f":
            refuse("likelihoods", f"an array of real numbers of shape (frames, {self.length})", values.shape)
        if not np.isfinite(values).all():
            refuse("likelihoods", "finite numbers", f"{np.count_nonzero(~np.isfinite(values))} that are not")
        require_integer("iterations", iterations, at_least=1)
        found = decode_words(
            values.astype(np.float32), rows=self.rows, circulant=self.circulant, iterations=iterations
        )
        return Decoded(found.bits[:, : self.dimension], found.converged, found.iterations)

    def holds(self, words: UInt8[np.ndarray, "frames length"]) -> Bool[np.ndarray, " frames"]:
        """Whether H x = 0, word by word."""
        blocks = _checked_bits(words, self.length).reshape(len(words), -1, self.circulant)
        right = np.ones(len(words), bool)
        for row in self.rows:
            checks = [np.roll(blocks[:, column], -shift, axis=1) for column, shift in row]
            right &= ~np.bitwise_xor.reduce(checks, axis=0).any(axis=1)
        return right


def accumulator(rows: int) -> Int[np.ndarray, "rows rows"]:
    """Base matrix of the parity part with so many block rows (at least 3)."""
    require_integer("rows", rows, at_least=3)
    base = np.full((rows, rows), EMPTY)
    base[[0, rows // 2, rows - 1], 0] = [1, 0, 1]
    for column in range(1, rows):
        base[[column - 1, column], column] = 0
    return base


def _checked_bits(bits: np.ndarray, count: int) -> np.ndarray:
    bits = np.asarray(bits)
    if (
        bits.ndim != 2
        or bits.shape[1] != count
        or bits.dtype.kind not in "iub"
        or np.any((bits != 0) & (bits != 1))
    ):
        refuse("bits", f"zeros and ones of shape (frames, {count})", f"{bits.dtype} of shape {bits.shape}")
    return bits.astype(np.uint8)
