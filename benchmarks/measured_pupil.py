"""From images of a focus to masks that undo what they tell: unknown pupils of the default device's set-up.

The images come from grey levels, through the true pupil, by the focusing engine and not by the model that is
fitted: a small scatterer is moved through the laser's focus, behind four analysers, with photon noise.
"""

from __future__ import annotations

import time

import numpy as np

import optomag as om
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.fit_pupil import fit_pupil
from optomag.retrieval.seen_light import LaserFocus
from optomag.slm.pupil_field import pupil_field
from optomag.tolerances.aim import aimed_light, deviation
from optomag.tolerances.mask_cure import magnetization_through
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
TARGET = (-0.559, -0.479, -0.560)
SENT = om.circular(+1)
ANALYSERS = np.radians([0.0, 45.0, 90.0, 135.0])
HEIGHTS = np.linspace(-1e-6, 1e-6, 9)
PIXEL, SIDE, COUNT = 100e-9, 32, 256
BACKGROUND = 2.0
PUPILS, PHOTONS = range(3), (200, 1000, 5000)


def unknown_pupil(seed: int) -> MeasuredPupil:
    """A tenth of a wave of astigmatism and of coma along any axes, others, amplitudes, and E_y by itself."""
    rng = np.random.default_rng(seed)
    turn, other = rng.uniform(0, 2 * np.pi, 2)
    large = {(2, 2): np.cos(turn), (2, -2): np.sin(turn), (3, 1): np.cos(other), (3, -1): np.sin(other)}
    small = dict.fromkeys([*large, (3, 3), (3, -3), (4, 0), (4, 2)], 0.0)

    def transmission(retardance: float) -> om.Transmission:
        waves = {order: 0.1 * large.get(order, 0.0) + 0.02 * rng.normal() for order in small}
        nepers = {(2, 0): -0.1 + 0.05 * rng.normal(), (1, 1): 0.05 * rng.normal()}
        return om.Transmission({(0, 0): retardance, **waves}, nepers={(0, 0): -retardance, **nepers})

    return MeasuredPupil(LENS, transmission(0.0), transmission(0.05))


def focus_images(truth: MeasuredPupil, photons: float, seed: int) -> np.ndarray:
    """Counts (planes, analysers, rows, columns) of the focus that the device's grey levels make of `SENT`."""
    made = om.masks(SENT, lens=LENS)
    jones = pupil_field(made.levels, made.device, made.scheme, COUNT).jones * truth.on_pixels(COUNT)
    axis = (np.arange(SIDE) - 0.5 * (SIDE - 1)) * PIXEL
    x, y, z = np.moveaxis(
        np.asarray(om.focus_field(om.pixels(jones), LENS, om.Grid(axis, axis, HEIGHTS))), -1, 0
    )
    seen = [np.abs(np.cos(a) * x + np.sin(a) * y) ** 2 + 0.5 * np.abs(z) ** 2 for a in ANALYSERS]
    images = np.stack(seen).transpose(3, 0, 2, 1)[:, :, ::-1]  # rows from the top, where y is largest
    mean = photons * images / images.max() + BACKGROUND
    return np.random.default_rng(seed).poisson(mean).astype(float)


def one(design: om.Design, truth: MeasuredPupil, photons: float, seed: int) -> tuple[float, ...]:
    """Errors of the wavefront [waves rms], directions [degree] without and with the cure, |M|, seconds."""
    stack = focus_images(truth, photons, seed)
    started = time.process_time()
    fit = fit_pupil(
        stack,
        LENS,
        pixel=PIXEL,
        zs=HEIGHTS,
        light=LaserFocus(SENT),
        polarisers=ANALYSERS,
        degree=4,
        noise=CameraNoise(model=0.0),
    )
    seconds = time.process_time() - started
    wrong = max(
        np.sqrt(sum((dict(found.waves).get(key, 0.0) - value) ** 2 for key, value in true.waves))
        for found, true in ((fit.pupil.x, truth.x), (fit.pupil.y, truth.y))
    )
    aim = aimed_light(design)
    angles = [
        deviation(
            magnetization_through(om.masks(design, measured=measured), truth, aim).magnetization, aim.target
        )
        for measured in (None, fit)
    ]
    (uncorrected, _), (corrected, strength) = angles
    return wrong, np.degrees(uncorrected), np.degrees(corrected), strength, seconds


def section() -> Section:
    """Every brightness as one row, over all pupils."""
    design = om.design(TARGET, LENS, method=om.FlatAmplitude())
    rows = []
    for photons in PHOTONS:
        found = np.array([one(design, unknown_pupil(seed), photons, seed) for seed in PUPILS])
        wrong, uncorrected, corrected, strength, seconds = found.T
        degrees = f"{uncorrected.min():.1f} to {uncorrected.max():.1f}"
        rows.append([photons, wrong.max(), degrees, corrected.max(), strength.min(), np.median(seconds)])
    return Section(
        "Measured pupils",
        (
            "photons in the brightest pixel",
            "wavefront, worst error [waves rms]",
            "uncorrected masks [degree]",
            "corrected masks, worst [degree]",
            "\\|M\\| of them, least",
            "fit [s]",
        ),
        rows,
        f"{len(PUPILS)} unknown pupils of NA {LENS.na:g}: 0.1 waves rms of astigmatism and of coma along any "
        "axes, 0.02 of each other term, amplitudes, and E_y with a wavefront, a retardance and an amplitude "
        f"of its own. Images: {len(HEIGHTS)} planes, {len(ANALYSERS)} analysers, {SIDE} x {SIDE} pixels of "
        f"{PIXEL * 1e9:g} nm. The masks are those of the default device; their grey levels go through the "
        f"true pupil. Processor seconds of the fit, its halves included. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
