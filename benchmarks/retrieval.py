"""Pupils from images: of a measured bead, and of a simulated focus whose pupil no polynomials describe.

    python benchmarks/retrieval.py [STACK.tif]

The stack is that of a fluorescent bead by an air lens of NA 0.85 at 520 nm: planes 300 nm apart, pixels of
130 nm. It is not part of the project; without it only the simulated focus is measured.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

import optomag as om
from optomag.hardware.focus_image import FocusImage
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from table import Section, machine

BEAD_LENS = om.Objective(na=0.85, wavelength=520e-9)
BEAD_PIXEL, BEAD_STEP = 130e-9, 300e-9

LENS = om.Objective(na=1.35, index=1.518, wavelength=640e-9)
SENT = om.circular(+1)
ANALYSERS = np.array([0.0, np.pi / 2])
CROSSTALK = np.array([[0.97, 0.03], [0.05, 0.95]])
PIXEL, SIDE, PHOTONS, BACKGROUND = 120e-9, 64, 300.0, 10.0
FRAMES, DEFOCUS, KNOWN = 10, 0.6e-6, 0.5
WAVES, NEPERS = 0.12, 0.12
COARSEST = 0.7
"""Pupil radii over which the true pupil changes."""

FINE = 256
"""Pixels along the pupil of the simulation; the fit takes 50."""

SEEDS = range(4)

Pupil = Callable[[int], np.ndarray]


def bead_section(path: Path) -> Section:
    """The whole stack, its halves, and one half against the whole."""
    stack = om.read_stack(path).images
    zs = (np.arange(len(stack)) - len(stack) // 2) * BEAD_STEP

    def fitted(part: slice) -> tuple[om.PupilFit, float]:
        started = time.process_time()
        fit = om.fit_pupil(stack[part], BEAD_LENS, pixel=BEAD_PIXEL, zs=zs[part])
        return fit, time.process_time() - started

    whole, seconds = fitted(slice(None))
    half, _ = fitted(slice(None, None, 2))
    orders = whole.terms.keys() | half.terms.keys()
    apart = [whole.terms.get(order, 0.0) - half.terms.get(order, 0.0) for order in orders]
    against_whole = float(np.linalg.norm(apart))
    row = [whole.residual, whole.held_out, whole.repeatability, against_whole, whole.wavefront_rms, seconds]
    return Section(
        "The pupil from a measured bead",
        (
            "residual",
            "held-out planes",
            "half against half [waves rms]",
            "half against whole [waves rms]",
            "wavefront [waves rms]",
            "fit [s]",
        ),
        [row],
        f"{len(stack)} planes of NA {BEAD_LENS.na:g}. Relative errors (L2 over the light above the "
        f"background). Processor seconds of the fit, its halves included. {machine()}",
    )


def unknown_pupil(rng: np.random.Generator) -> Pupil:
    """Factors of (E_x, E_y) on any lattice: exponentials of waves of random directions across the pupil."""

    def smooth(rms: float) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        across, phases = rng.normal(scale=1 / COARSEST, size=(2, 40)), rng.uniform(0, 2 * np.pi, 40)
        size = rms * np.sqrt(2 / 40)
        return lambda x, y: (
            size * np.cos(x[..., None] * across[0] + y[..., None] * across[1] + phases).sum(axis=-1)
        )

    parts = [(smooth(NEPERS), smooth(WAVES)) for _ in "xy"]

    def on_pixels(count: int) -> np.ndarray:
        axis = pixel_lattice(count).axis
        x, y = np.meshgrid(axis, axis, indexing="ij")
        return np.stack([np.exp(a(x, y) + 2j * np.pi * w(x, y)) for a, w in parts], axis=-1)

    return on_pixels


def known_phase(rng: np.random.Generator) -> om.Mask:
    """Random aberrations of all orders from n = 2 to 4."""
    orders = [(n, m) for n in (2, 3, 4) for m in range(-n, n + 1, 2)]
    values = rng.standard_normal(len(orders))
    return om.zernike(dict(zip(orders, (KNOWN * values / np.linalg.norm(values)).tolist(), strict=True)))


def tomography(seen: om.Scatterer | om.Relay, seed: int) -> list[float]:
    """Relative error of (E_x, E_y), the same of a perfect pupil, chi^2, held-out frames and seconds."""
    rng = np.random.default_rng(seed)
    truth = unknown_pupil(rng)
    shown = [known_phase(rng) for _ in range(FRAMES)]
    zs = rng.uniform(-DEFOCUS, DEFOCUS, FRAMES)
    camera = om.Camera(pixel=PIXEL, shape=(SIDE, SIDE))
    image = FocusImage(LENS, camera, seen, ANALYSERS, CROSSTALK)
    sent = [sampled_jones(SENT * phase, FINE) * truth(FINE) for phase in shown]
    images = np.stack([image.of(jones, float(z)) for jones, z in zip(sent, zs, strict=True)])
    stack = rng.poisson(PHOTONS * images / images.max() + BACKGROUND).astype(float)
    started = time.process_time()
    fit = om.fit_pupil(
        stack,
        LENS,
        pixel=PIXEL,
        zs=zs,
        light=om.LaserFocus(SENT, seen),
        shown=shown,
        polarisers=ANALYSERS,
        crosstalk=CROSSTALK,
        noise=om.CameraNoise(model=0.0),
    )
    seconds = time.process_time() - started
    count = len(fit.jones)
    true = sampled_jones(SENT, count) * truth(count)
    found = fit.jones * place(fit, count)
    wrong, ideal = (apart(jones, true) for jones in (found, sampled_jones(SENT, count)))
    return [wrong, ideal, fit.chi2, fit.held_out, seconds]


def place(fit: om.PupilFit, count: int) -> np.ndarray:
    """The phase over the pupil that moves a focus to where the fit places it."""
    lattice = pixel_lattice(count)
    x0, y0, z0 = fit.positions[0]
    across = LENS.sine * (lattice.axis[:, None] * x0 + lattice.axis * y0)
    along = np.cos(LENS.polar_angle(np.minimum(lattice.radius, 1.0))) * z0
    return np.exp(1j * LENS.wavenumber * (across + along))[..., None]


def apart(found: np.ndarray, true: np.ndarray) -> float:
    """|found - true|/|true|, up to a common amplitude and a phase of each component, which no image tells."""
    area = pixel_lattice(len(true)).area[..., None]
    overlap = np.sum(area * found.conj() * true, axis=(0, 1))
    aligned = found * overlap / np.abs(overlap)
    scale = np.abs(overlap).sum() / np.sum(area * np.abs(found) ** 2)
    return float(
        np.sqrt(np.sum(area * np.abs(scale * aligned - true) ** 2) / np.sum(area * np.abs(true) ** 2))
    )


def tomography_section() -> Section:
    """Every way of seeing the focus as one row, over all seeds."""
    rows = []
    for name, seen in (("second lens", om.Relay()), ("scatterer", om.Scatterer(axial=0.0))):
        found = np.array([tomography(seen, seed) for seed in SEEDS])
        wrong, ideal, chi2, held_out, seconds = found.T
        rows.append(
            [name, wrong.max(), np.median(wrong), ideal.min(), chi2.max(), held_out.max(), seconds.max()]
        )
    return Section(
        "The vector pupil from a simulated focus",
        (
            "seen by",
            "(E_x, E_y), worst error",
            "median",
            "without a fit, least",
            "chi^2, largest",
            "held-out frames, worst",
            "fit, longest [s]",
        ),
        rows,
        f"{len(SEEDS)} random pupils of NA {LENS.na:g} in {LENS.index:g}, {WAVES:g} waves and {NEPERS:g} "
        f"nepers rms in each component, not made of polynomials; {FRAMES} frames with random phases of "
        f"{KNOWN:g} waves rms and random defocus within {DEFOCUS * 1e6:g} um, two analysers with crosstalk, "
        f"{SIDE} x {SIDE} pixels of {PIXEL * 1e9:g} nm, {PHOTONS:g} photons at most and {BACKGROUND:g} of "
        "background. Images on a lattice of their own, five times as fine as that of the fit. Processor "
        f"seconds of the fit, its halves included. {machine()}",
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore", om.UnitWarning)
    for stack in sys.argv[1:2]:
        print(bead_section(Path(stack)).to_markdown())
    print(tomography_section().to_markdown())
