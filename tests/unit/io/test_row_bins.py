"""Rows sorted into bins on disk come back bin by bin, in their order."""

from __future__ import annotations

import numpy as np

from optomag.io import row_bins
from optomag.io.row_bins import BinWriter


def test_rows_come_back_in_their_bins(tmp_path, monkeypatch):
    monkeypatch.setattr(row_bins, "ROWS_AT_ONCE", 7)
    rng = np.random.default_rng(0)
    numbers = rng.integers(0, 5, 100)
    numbers[numbers == 3] = 2  # an empty bin
    rows = rng.normal(size=(100, 4))
    writer = BinWriter(tmp_path / "rows", np.bincount(numbers, minlength=5), 4)
    for start in range(0, 100, 30):
        part = slice(start, start + 30)
        writer.put(numbers[part], rows[part])
    for number in range(5):
        blocks = list(writer.bins.rows(number))
        assert all(len(block) <= 7 for block in blocks)
        found = np.concatenate(blocks) if blocks else np.empty((0, 4))
        assert np.array_equal(found, rows[numbers == number])
