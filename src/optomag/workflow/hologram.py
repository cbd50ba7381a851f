"""`optomag hologram`: a picture in, spots for a scan and what light shows of them out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from optomag.errors import refuse
from optomag.holography.hologram import Hologram, hologram
from optomag.holography.hologram_files import FORMAT, SPOTS, WRITES, write_hologram
from optomag.holography.patch import Patch, require_side
from optomag.holography.quality import resized
from optomag.io.files import require_file
from optomag.io.picture_file import KINDS, RULE, deep_greys, read_picture
from optomag.io.result_folder import require_free
from optomag.workflow.hologram_config import HologramConfig
from optomag.workflow.progress import Progress

COMMAND = "optomag hologram"


def run_hologram(picture: Path, config: HologramConfig, *, progress: Progress) -> Hologram:
    """Make the hologram of a picture, or of two, and write it to a folder.

    Parameters
    ----------
    picture : Path
        PNG, TIFF, JPEG, BMP, GIF or WebP file.
    config : HologramConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    Hologram

    Raises
    ------
    InvalidInputError
        If a picture, a setting or the folder cannot be used.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    lens = config.lens.objective()
    pitch = config.pitch_wavelengths * lens.wavelength
    image = read_page(picture, "picture", config.side)
    second = None if config.second is None else read_page(config.second, "second", len(image))
    Patch(lens, pitch, len(image))
    require_free(config.out, kind=FORMAT, command=COMMAND, writes=WRITES)
    with progress.task("hologram", 3, unit="steps") as task:
        made = hologram(image, lens, pitch=pitch, second=second, seed=config.seed)
        task.update(1, note="simulated")
        _ = made.metrics
        task.update(2, note="written")
        result, record = write_hologram(
            made,
            config.out,
            command=COMMAND,
            config={"picture": str(picture), **config.manifest()},
            photons=config.photons,
            picture=not config.no_picture,
            name="out",
        )
        task.update(3)
    for line in summary(made, record):
        progress.tell(line)
    if sentence := result.replaced():
        progress.say(sentence)
    progress.tell(f"spots, views and numbers in {result.folder}; optomag scan takes {result.folder / SPOTS}")
    progress.record({"folder": result.folder, **record})
    return made


def read_page(path: Path, name: str, side: int | None) -> np.ndarray:
    """A picture as grey values from 0 to 1, black around it where it is not square: (side, side).

    Without a side, that of the picture itself, one more where it is odd.

    Raises
    ------
    InvalidInputError
        If the file is no such picture, is black all over, is too large or too small without a side, or has
        more pixels than Pillow takes for an honest picture, some 90 million.
    """
    file = require_file(path, name=name)
    page = _read_grey(file, name, side)
    if not page.any():
        refuse(name, "a picture with some light", f"{file}, which is black")
    longest = max(page.shape)
    more = longest % 2 if side is None else 0
    if side is not None:  # before there are margins: those of a thin picture are its longer side squared
        rows, columns = (max(1, round(n * side / longest)) for n in page.shape)
        page = resized(page, rows, columns)
        longest = side
    above, before = ((longest - n) // 2 for n in page.shape)
    square = np.zeros((longest, longest))
    square[above : above + page.shape[0], before : before + page.shape[1]] = page
    return np.pad(square, (0, more))  # a picture of an odd side keeps its pixels


def _read_grey(file: Path, name: str, side: int | None) -> np.ndarray:
    """Grey values of a file's pixels, whose number is looked at before they are decoded."""
    check = None if side is not None else partial(require_side, name=name, told=str(file))
    image = read_picture(file, name=name, kinds=KINDS, rule=RULE, check=check)
    return _grey(ImageOps.exif_transpose(image), name)


def _grey(image: Image.Image, name: str) -> np.ndarray:
    """Grey values from 0 to 1; transparent pixels are black."""
    if (deep := deep_greys(image, name=name)) is not None:
        return deep
    pixels = np.asarray(image.convert("LA"))
    return pixels[..., 0] * pixels[..., 1].astype(np.uint16) / 255**2


def summary(made: Hologram, record: dict[str, Any]) -> list[str]:
    """The numbers as plain lines."""
    found, patch, noisy = record["metrics"], made.patch, record["photons"]
    lines = [
        f"{patch.side} x {patch.side} spots, light at {record['incidence_deg']:.1f} degrees, page within "
        f"{record['half_field_deg']:.1f} degrees of the normal",
        f"TM light, circular analyser: PSNR {found['psnr_db']:.1f} dB, SSIM {found['ssim']:.4f}, "
        f"{found['efficiency']:.2e} (theta_F t)^2 of the light; {noisy['psnr_db']:.1f} dB with "
        f"{noisy['count']:.3g} photons",
    ]
    if not made.search.reached:
        lines.append(
            f"the search for the spots stopped after {made.search.steps} steps, with an error of "
            f"{made.search.error:.1e} of the light's amplitude: the pages are not as near as they could be"
        )
    if made.second is not None:
        lines.append(
            f"TE light, crossed analyser, second page: PSNR {found['second_psnr_db']:.1f} dB, "
            f"SSIM {found['second_ssim']:.4f}, {found['second_efficiency']:.2e} (theta_F t)^2"
        )
    ordinary, wrong = record["faraday"], record["correlation_in_wrong_light"]
    lines += [
        f"M_z alone on the same patch: PSNR {ordinary['psnr']:.1f} dB, SSIM {ordinary['ssim']:.4f}, half the "
        f"pixels, {ordinary['efficiency']:.2e} (theta_F t)^2",
        f"other light and analysers: correlation with the page up to {max(wrong.values()):.2f}",
    ]
    return lines
