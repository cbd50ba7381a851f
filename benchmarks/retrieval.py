"""The pupil from images: a measured bead, where its stack is at hand, and the protocol of in-situ tomography.

python benchmarks/retrieval.py [STACK.tif] [--seeds N]
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import optomag as om
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice

TOMOGRAPHY = om.Objective(na=1.35, index=1.518, wavelength=640e-9)
ANALYSERS, CROSSTALK = (0.0, np.pi / 2), ((0.97, 0.03), (0.05, 0.95))


def bead(path: str) -> None:
    """Held-out planes and halves of a stack: NA 0.85, 520 nm, planes 300 nm apart, pixels of 130 nm."""
    import tifffile

    stack = tifffile.imread(path)
    lens = om.Objective(na=0.85, wavelength=520e-9)
    for name, options in (
        ("stage and lamp may waver", {}),
        ("a steady stage and lamp", {"wander": 0.0, "flicker": 0.0}),
    ):
        begin, used = time.perf_counter(), time.process_time()
        fit = om.fit_pupil(stack, lens, pixel=130e-9, step=300e-9, **options)
        wall, cpu = time.perf_counter() - begin, time.process_time() - used
        print(
            f"bead, {name}: residual {fit.residual:.4f}, held-out {fit.held_out:.4f}, even against odd planes "
            f"{fit.repeatability:.5f} waves, chi2 {fit.chi2:.2f}, blur {1e9 * fit.blur:.0f} nm, wavefront "
            f"{fit.wavefront_rms:.4f} waves; {cpu:.1f} s of processor, {wall:.1f} s by the clock"
        )


def terms(first: int, last: int, rms: float, generator: np.random.Generator) -> dict[tuple[int, int], float]:
    """Random Zernike terms of orders first to last, without defocus."""
    orders = [(n, m) for n in range(first, last + 1) for m in range(-n, n + 1, 2) if (n, m) != (2, 0)]
    values = generator.standard_normal(len(orders))
    return dict(zip(orders, (rms * values / np.linalg.norm(values)).tolist(), strict=True))


def tomography(seed: int, degree: int) -> None:
    """Ten frames with random phases and defocus; fine structure beyond the polynomials that are fitted."""
    generator = np.random.default_rng(seed)

    def channel() -> om.Transmission:
        waves = {**terms(2, 6, 0.12, generator), **terms(9, 16, 0.004, generator)}
        return om.Transmission(
            waves, nepers={**terms(1, 4, 0.15, generator), **terms(9, 16, 0.015, generator)}
        )

    pupil, sent = om.MeasuredPupil(TOMOGRAPHY, channel(), channel()), om.circular(+1)
    options = {
        "light": om.LaserFocus(sent, om.Scatterer(axial=0.0)),
        "shown": [om.zernike(terms(2, 5, 0.5, generator)) for _ in range(10)],
        "polarisers": ANALYSERS,
        "crosstalk": CROSSTALK,
        "pixel": 120e-9,
        "zs": generator.uniform(-0.6e-6, 0.6e-6, 10),
    }
    mean = om.focus_images(pupil, shape=(64, 64), brightness=300.0, background=10.0, **options)
    begin, used = time.perf_counter(), time.process_time()
    fit = om.fit_pupil(generator.poisson(mean), TOMOGRAPHY, degree=degree, judged=False, **options)
    wall, cpu = time.perf_counter() - begin, time.process_time() - used
    error = relative_error(fit.jones, sampled_jones(pupil.through(sent), len(fit.jones)))
    print(
        f"tomography, seed {seed}, degree {degree}: vector pupil within {100 * error:.2f} %, chi2 {fit.chi2:.3f}; "
        f"{cpu:.1f} s of processor, {wall:.1f} s by the clock",
        flush=True,
    )


def relative_error(found: np.ndarray, true: np.ndarray) -> float:
    """L2 over the pupil, after one complex factor for both components."""
    area = pixel_lattice(len(found)).area[..., None]
    factor = np.sum(area * found.conj() * true) / np.sum(area * abs(found) ** 2)
    return float(np.sqrt(np.sum(area * abs(factor * found - true) ** 2) / np.sum(area * abs(true) ** 2)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stack", nargs="?", help="TIFF of the bead")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    for seed in range(options.seeds):
        tomography(seed, 6)
    if options.stack:
        bead(options.stack)


if __name__ == "__main__":
    main()
