"""Modes of control points: the same by either way of finding them."""

from __future__ import annotations

import numpy as np

from optomag.inverse.structure import modes
from optomag.inverse.structure.plane_waves import plane_waves
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
LEFT = 1e-4
"""Of an eigenvalue, what Cholesky's factor leaves out; 1e-9 of the larger ones."""


def test_a_factor_with_pivots_has_the_same_modes(monkeypatch):
    line = 1e-7 * np.arange(-3, 4)
    points = np.stack(np.meshgrid(line, line, [-2e-7, 0.0], indexing="ij"), axis=-1).reshape(-1, 3)
    waves = plane_waves(points, LENS)
    exact = modes.pupil_modes(waves)
    monkeypatch.setattr(modes, "MOST_EQUATIONS", 0)
    factored = modes.pupil_modes(waves)
    assert factored.rank == exact.rank < 3 * len(points)
    sizes = [np.linalg.norm(found.fields, axis=(0, 1)) ** 2 for found in (exact, factored)]
    np.testing.assert_allclose(sizes[1], sizes[0], rtol=LEFT)
    assert np.all(np.diff(sizes[1]) <= 0)
    gram = waves.gram()
    flat = factored.fields.reshape(len(gram), -1)
    assert np.abs(flat @ flat.conj().T - gram).max() < 1e-6 * np.abs(gram).max()
