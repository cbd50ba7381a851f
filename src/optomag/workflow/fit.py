"""`optomag fit`: from images of a focus to the pupil of the set-up that made them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from optomag.io.files import sha256_of
from optomag.io.result_folder import require_free
from optomag.io.stack_file import read_stack
from optomag.optics.description import setup_line
from optomag.optics.zernike_names import zernike_name
from optomag.retrieval.fit_figures import terms_of
from optomag.retrieval.fit_files import FORMAT, WRITES, write_fit
from optomag.retrieval.fit_pupil import fit_pupil
from optomag.retrieval.pupil_fit import PupilFit
from optomag.retrieval.seen_light import FluorescentBead, LaserFocus, Relay, Scatterer, SeenLight
from optomag.workflow.fit_config import FitConfig
from optomag.workflow.fit_inputs import arguments_of, images_of
from optomag.workflow.fit_light import sent_beam
from optomag.workflow.progress import Progress

COMMAND = "optomag fit"
POOR = 0.3
"""Residual of images that a pupil does not explain; out-of-focus rings alone are as much of the light."""

TOLD_TERMS = 5
"""Of the wavefront, the largest ones."""


def run_fit(source: Path, config: FitConfig, *, progress: Progress) -> PupilFit:
    """Fit the pupil to the images of a file, and write it to a folder.

    Parameters
    ----------
    source : Path
        As `optomag.read_stack` takes it.
    config : FitConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    PupilFit

    Raises
    ------
    InvalidInputError
        If the images, a setting or the folder cannot be used.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    config.require_usable(source)
    lens, light = config.lens.objective(), seen_light(config)
    stack = read_stack(source)
    arguments = arguments_of(stack, config)
    images, place = images_of(stack, arguments["pixel"], config)
    require_free(config.out, kind=FORMAT, command=COMMAND, writes=WRITES)
    digest = sha256_of(source) if source.is_file() else None
    with progress.task("fit", 2, unit="steps") as task:
        fit = fit_pupil(images, lens, light=light, **arguments)
        task.update(1, note="fitted")
        result, record = write_fit(
            fit,
            config.out,
            command=COMMAND,
            config={"stack": str(source), "stack_sha256": digest, **config.manifest()},
            picture=not config.no_picture,
            name="out",
        )
        task.update(2, note="written")
    progress.tell(setup_line(lens))
    progress.tell(f"{stack.source}; {_sizes(arguments)}{place}")
    for line in summary(fit):
        progress.tell(line)
    if sentence := result.replaced():
        progress.say(sentence)
    progress.tell(f"your pupil in {result.folder}; optomag tolerance DESIGN --measured {result.folder}")
    progress.record(
        {"folder": result.folder, "stack": stack.source, "stack_sha256": digest} | told(fit, record)
    )
    return fit


def seen_light(config: FitConfig) -> SeenLight:
    """What the images show, by the options.

    Raises
    ------
    InvalidInputError
        If an option is for the other kind of light, or the beam is none.
    """
    config.require_light()
    if config.light == "bead":
        return FluorescentBead(config.bead_nm * 1e-9)
    return LaserFocus(sent_beam(config.beam), Scatterer() if config.seen == "scatterer" else Relay())


def summary(fit: PupilFit) -> list[str]:
    """The numbers as plain lines."""
    terms = terms_of(fit)
    order = np.argsort(-np.abs(terms.waves), kind="stable")[:TOLD_TERMS]
    largest = [f"{terms.names[i]} {_measured(float(terms.waves[i]), float(terms.errors[i]))}" for i in order]
    rows, columns = fit.images.shape[-2:]
    first_row, first_column = fit.window
    halves = "" if math.isnan(fit.repeatability) else f"; halves agree to {fit.repeatability:.4f} waves rms"
    held = "" if math.isnan(fit.held_out) else f", of held-out frames {100 * fit.held_out:.1f} %"
    lines = [
        f"fitted: {columns} x {rows} pixels from column {first_column}, row {first_row}",
        f"wavefront {fit.wavefront_rms:.4f} waves rms without tilts and defocus",
        f"largest terms [waves rms, ± by noise alone]: {', '.join(largest)}",
        f"residual {100 * fit.residual:.1f} %{held}; {fit.chi2:.2f} times the noise's variance{halves}",
        f"blur {fit.blur * 1e9:.0f} nm rms; background {np.median(fit.background):.4g} counts; light at "
        + ", ".join(
            f"{axis} = {value * 1e9:+.0f} nm" for axis, value in zip("xyz", _place(fit), strict=True)
        ),
        f"pixel would fit best times {fit.pixel_scale:.3f}, step times {fit.step_scale:.3f}",
    ]
    if fit.residual > POOR:
        lines.append(
            f"these images are not understood: of their light, {100 * fit.residual:.0f} % is left over; are "
            "aperture, wavelength, pixel and step right?"
        )
    if not fit.converged:
        lines.append("the search had not ended: the pupil may not be the best one")
    return lines + [f"not told by these images: {sentence}" for sentence in fit.unknown]


def told(fit: PupilFit, record: dict[str, Any]) -> dict[str, Any]:
    """The numbers for a program."""
    orders = sorted(fit.terms)
    return {
        "terms": [
            {
                "n": n,
                "m": m,
                "name": zernike_name(n, m),
                "waves_rms": fit.terms[n, m],
                "error_waves_rms": fit.errors.get((n, m)),
            }
            for n, m in orders
        ],
        **{
            name: record[name]
            for name in (
                *("wavefront_rms", "residual", "held_out", "repeatability", "chi2", "blur", "window"),
                *("pixel_scale", "step_scale", "unknown", "doubts", "converged"),
            )
        },
        "background": float(np.median(fit.background)),
        "place_m": _place(fit),
    }


def _place(fit: PupilFit) -> list[float]:
    """Where the light lies, in the middle of the frames [m]."""
    return [float(value) for value in np.median(fit.positions, axis=0)]


def _measured(value: float, error: float) -> str:
    """A term with its standard deviation."""
    return f"{value:+.4f}" if math.isnan(error) else f"{value:+.4f} ± {error:.4f}"


def _sizes(arguments: dict[str, Any]) -> str:
    """Pixel and heights as they are used."""
    pixel = f"pixel {arguments['pixel'] * 1e9:.6g} nm"
    if "step" in arguments:
        return f"{pixel}, step {arguments['step'] * 1e9:.6g} nm"
    heights = arguments["zs"] * 1e9
    return f"{pixel}, heights {heights.min():.6g} to {heights.max():.6g} nm" if np.ptp(heights) else pixel
