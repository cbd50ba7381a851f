"""From images of a focus to masks that are right: a pupil that nobody knows, fitted and undone.

The images are made of grey levels and the true pupil by the focusing engine, not by the model that is fitted.
"""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.cli import main
from optomag.slm.pupil_field import pupil_field
from optomag.tolerances.mask_cure import magnetization_through

pytestmark = pytest.mark.slow

LENS = om.Objective(na=0.95, wavelength=532e-9)
TARGET = [-0.559, -0.479, -0.560]
TRUE = om.MeasuredPupil(
    LENS,
    om.Transmission({(2, 2): 0.1, (3, 1): 0.1}, nepers={(2, 0): -0.1, (1, 1): 0.05}),
    om.Transmission(
        {(0, 0): 0.05, (2, 2): 0.08, (3, 1): 0.1, (4, 0): 0.03}, nepers={(0, 0): -0.05, (2, 0): -0.15}
    ),
)
ANALYSERS = (0.0, 45.0, 90.0, 135.0)
HEIGHTS_NM = (-1000.0, -500.0, 0.0, 500.0, 1000.0)
PIXEL_NM, SIDE = 100.0, 32
PHOTONS, BACKGROUND = 2000, 2

BAR = 0.5
"""Of the magnetization that corrected masks write [degree]."""
WAVES = 2e-3
"""Of each term: some 1e6 photons [waves rms]."""


@pytest.fixture(scope="module")
def stack():
    """Counts (planes, analysers, rows, columns) of a small scatterer that is moved through the focus."""
    made = om.masks(om.circular(1), lens=LENS)
    jones = pupil_field(made.levels, made.device, made.scheme, 256).jones * TRUE.on_pixels(256)
    axis = (np.arange(SIDE) - 0.5 * (SIDE - 1)) * PIXEL_NM * 1e-9
    grid = om.Grid(axis, axis, np.array(HEIGHTS_NM) * 1e-9)
    x, y, z = np.moveaxis(np.asarray(om.focus_field(om.pixels(jones), LENS, grid)), -1, 0)
    seen = [np.abs(np.cos(a) * x + np.sin(a) * y) ** 2 + 0.5 * np.abs(z) ** 2 for a in np.radians(ANALYSERS)]
    images = np.stack(seen).transpose(3, 0, 2, 1)[:, :, ::-1]  # rows from the top, where y is largest
    mean = PHOTONS * images / images.max() + BACKGROUND
    return np.random.default_rng(0).poisson(mean).astype(np.float64)


@pytest.fixture(scope="module")
def design():
    return om.design(TARGET, LENS, method=om.FlatAmplitude())


def degrees_off(made: om.MaskSet) -> float:
    """Angle [degree] of what grey levels write through the true pupil to what is wanted."""
    written = magnetization_through(made, TRUE).magnetization
    return float(np.degrees(om.angle_between(written, [TARGET])[0]))


def test_an_unknown_pupil_is_fitted_and_undone(stack, design):
    fit = om.fit_pupil(
        stack,
        LENS,
        pixel=PIXEL_NM * 1e-9,
        zs=np.array(HEIGHTS_NM) * 1e-9,
        light=om.LaserFocus(om.circular(1)),
        polarisers=np.radians(ANALYSERS),
        degree=4,
        noise=om.CameraNoise(model=0.0),
    )
    for found, true in ((fit.pupil.x, TRUE.x), (fit.pupil.y, TRUE.y)):
        terms = dict(found.waves)
        for order, waves in true.waves:
            assert terms.get(order, 0.0) == pytest.approx(waves, abs=WAVES)
    assert degrees_off(om.masks(design)) > 10
    assert degrees_off(om.masks(design, measured=fit)) < BAR
    assert np.degrees(om.precompensate(design, fit).levelled) < 1e-6


@pytest.mark.slow
@pytest.mark.long
def test_the_same_by_commands(stack, design, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    np.save("stack.npy", stack)
    design.save("design", pixels=16)
    images = ["--light", "laser", "--beam", "circular", "--pixel-nm", f"{PIXEL_NM:g}"]
    images += ["--z-nm", *(f"{z:g}" for z in HEIGHTS_NM)]
    images += ["--polarisers-deg", *(f"{angle:g}" for angle in ANALYSERS), "--orders", "4"]
    lens = ["--na", "0.95", "--wavelength-nm", "532"]
    assert main(["fit", "stack.npy", *images, *lens, "--no-picture", "--out", "fit"]) == 0
    assert (
        main(["masks", "design", "--measured", "fit", "--formats", "png", "--no-picture", "--out", "m"]) == 0
    )
    assert "uncorrected, through the measured pupil" in capfd.readouterr().out
    made = om.load("m")
    assert made.measured == om.load("fit").pupil
    assert degrees_off(made) < BAR
    judged = ["--draws", "1", "--pixels", "24", "--no-picture", "--out", "t"]
    assert main(["tolerance", "design", "--measured", "fit", *judged]) == 0
    assert "with the amplitudes levelled too" in capfd.readouterr().out
