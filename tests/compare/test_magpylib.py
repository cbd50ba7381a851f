"""Fields of cells against magpylib's cuboids, an independent program."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

magpylib = pytest.importorskip("magpylib", reason="an optional comparison; install magpylib to run it")

STEPS, THICKNESS = (20e-9, 31e-9), 45e-9
PERMEABILITY = 1e-9
"""Relative: its mu0 may be that of another year's CODATA, 1.3e-10 away."""


@pytest.mark.parametrize("height", [5e-9, 60e-9, 300e-9])
def test_random_cells(height):
    M = 1e5 * np.random.default_rng(1).normal(size=(8, 7, 3))
    x, y = (np.arange(n) * step for n, step in zip(M.shape[:2], STEPS, strict=True))
    points = np.stack(np.meshgrid(x, y, [height], indexing="ij"), axis=-1)
    cells = [
        magpylib.magnet.Cuboid(
            magnetization=M[i, j], dimension=(*STEPS, THICKNESS), position=(x[i], y[j], -0.5 * THICKNESS)
        )
        for i in range(8)
        for j in range(7)
    ]
    theirs = magpylib.getB(cells, points, sumup=True).reshape(8, 7, 3)
    ours = om.stray_field(M, THICKNESS, height, step=STEPS)
    assert np.abs(ours - theirs).max() < PERMEABILITY * np.abs(theirs).max()
