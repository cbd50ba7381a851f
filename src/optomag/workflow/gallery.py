"""`optomag gallery`: every earlier design on one page, simulated, measured, compared with what is known."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

import optomag
from optomag.gallery.catalogue import GALLERY, Reference, named_design, reference_of
from optomag.gallery.named_design import NamedDesign
from optomag.gallery.spot_numbers import (
    FIRST_REACH,
    PITCHES,
    PLANE_POINTS,
    SpotNumbers,
    finest_periods,
    focal_plane,
    magnetization_of,
    spot_numbers,
)
from optomag.gallery.structures import STRUCTURES, named_structure, structure_reference
from optomag.grid import Grid
from optomag.inverse.structure.structure import Structure
from optomag.io.files import write_bytes, write_json, write_text
from optomag.io.manifest import machine
from optomag.io.result_folder import new_result, require_free
from optomag.optics.description import figure_heading
from optomag.optics.objective import Objective
from optomag.plot.contact_sheet import ContactPrint, contact_sheet
from optomag.plot.pages import gallery as gallery_page
from optomag.plot.style import headed, render_png
from optomag.workflow.gallery_config import GalleryConfig
from optomag.workflow.progress import Progress

COMMAND: Final = "optomag gallery"
RECORD, TABLE, FIGURE = "gallery.json", "gallery.csv", "gallery.png"
STRUCTURE_TABLE = "structures.csv"

ALL: Final = "all"

QUANTITIES: Final = (
    "mean_angle_deg",
    "worst_angle_deg",
    "mean_magnetization",
    "least_over_mean",
    "skyrmion_number",
    "skyrmion_number_wanted",
    "hopf_index",
    "hopf_index_wanted",
    "elsewhere_over_mean",
    "share_inside",
)
"""Of a structure, as its metrics name them."""

PLACE: Final[dict[str, Any]] = {
    "kind": "optomag-gallery",
    "command": COMMAND,
    "writes": (RECORD, TABLE, STRUCTURE_TABLE, FIGURE, gallery_page.NAME),
}


BEYOND: Final = 1.0
"""How far the plane along the axis reaches at least for structures in a plane [wavelengths in the medium]."""


@dataclass(frozen=True, eq=False)
class GalleryEntry:
    """One design with its numbers, what is known of it, and its picture."""

    design: NamedDesign
    numbers: SpotNumbers
    reference: Reference
    picture: ContactPrint

    def row(self) -> dict[str, Any]:
        """Every number under the name it has in the files; lengths in wavelengths, angles in degrees.

        What does not apply is NaN; what no earlier calculation says is None.
        """
        numbers, wavelength = self.numbers, self.design.lens.wavelength
        known = self.reference
        return {
            "name": self.design.name,
            "title": self.design.title,
            **{
                f"magnetization_{axis}": float(m)
                for axis, m in zip("xyz", numbers.magnetization, strict=True)
            },
            "length": numbers.length,
            "length_reference": known.length,
            "polar_angle_deg": float(np.degrees(numbers.polar_angle)),
            "polar_angle_deg_reference": known.polar_angle,
            "angle_error_deg": float(np.degrees(numbers.angle_error)),
            "angle_error_deg_reference": known.angle_error,
            **{f"fwhm_{axis}": float(w / wavelength) for axis, w in zip("xyz", numbers.widths, strict=True)},
            **{
                f"fwhm_{axis}_reference": w
                for axis, w in zip("xyz", known.widths or (None, None, None), strict=True)
            },
            "purity": numbers.purity,
            "purity_reference": known.purity,
            "efficiency": numbers.efficiency,
            "uniformity": numbers.uniformity,
            "uniformity_reference": known.uniformity,
            **{f"crosstalk_{d:g}": float(c) for d, c in zip(PITCHES, numbers.crosstalk, strict=True)},
        }


@dataclass(frozen=True, eq=False)
class StructureEntry:
    """One structure of several exposures with its numbers and its picture."""

    name: str
    found: Structure
    picture: ContactPrint

    def row(self) -> dict[str, Any]:
        """Every number under the name it has in the files; angles in degrees, lengths in wavelengths.

        What does not apply is NaN; what no earlier calculation says is None.
        """
        named, metrics, certificate = STRUCTURES[self.name], self.found.metrics, self.found.certificate
        reference = structure_reference(self.name, self.found.exposures.lens)
        return {
            "name": self.name,
            "title": named.title,
            "pupil": type(named.pupil).__name__,
            "exposures": named.exposures,
            "lenses": 1 + named.four_pi,
            **{quantity: metrics.get(quantity, float("nan")) for quantity in QUANTITIES},
            "mean_angle_deg_reference": reference.mean_angle,
            "mean_magnetization_reference": reference.mean_magnetization,
            "loss_over_bound": float("nan") if certificate is None else certificate.ratio,
        }


def run_gallery(config: GalleryConfig, *, progress: Progress) -> tuple[GalleryEntry, ...]:
    """Simulate the designs; write gallery.csv, gallery.json, gallery.png, gallery.html and the manifest.

    Raises
    ------
    InvalidInputError
        If a name is not in the gallery or the folder cannot be used.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    started = time.time()
    names = config.designs or tuple(GALLERY)
    asked = tuple(STRUCTURES) if ALL in config.structures else config.structures
    lens = config.lens.objective()
    require_free(config.out, **PLACE)
    entries = []
    with progress.task("gallery", len(names), unit="designs") as task:
        for done, name in enumerate(names, start=1):
            entries.append(gallery_entry(name, lens))
            task.update(done, note=entries[-1].design.title)
    structures = _structures(asked, lens, progress=progress) if asked else []
    prints = [entry.picture for entry in (*entries, *structures)]
    sheet = contact_sheet(prints, wavelength=lens.wavelength)
    picture = render_png(headed(sheet, figure_heading(lens)))
    rows = [entry.row() for entry in entries]
    run = {"config": config.manifest(), "seed": None}
    known = {
        "command": COMMAND,
        "version": optomag.__version__,
        "machine": machine(),
        "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        "duration_seconds": time.time() - started,
    }
    sources = [(entry.design.title, entry.design.pupil, entry.design.source) for entry in entries]
    found = [entry.row() for entry in structures]
    page = gallery_page.page(rows, sources, picture, structures=found, run={**run, **known})
    with new_result(config.out, **PLACE) as result:
        record = {
            "lens": config.manifest()["lens"],
            "designs": _with_sources(entries),
            "structures": found,
        }
        write_json(result.path / RECORD, record)
        write_text(result.path / TABLE, as_csv(rows))
        if found:
            write_text(result.path / STRUCTURE_TABLE, as_csv(found))
        write_bytes(result.path / FIGURE, picture)
        write_text(result.path / gallery_page.NAME, page)
        result.seal(started=started, **run)
    if sentence := result.replaced():
        progress.say(sentence)
    more = f" and {len(found)} structures" if found else ""
    progress.tell(f"{len(entries)} designs{more} in {result.folder / gallery_page.NAME}")
    progress.record({"folder": result.folder, **record})
    return tuple(entries)


def gallery_entry(name: str, lens: Objective) -> GalleryEntry:
    """Make, measure and photograph one design of the gallery."""
    design = named_design(name, lens)
    numbers = spot_numbers(design)
    return GalleryEntry(design, numbers, reference_of(name, lens), _picture(design, numbers))


def _structures(names: tuple[str, ...], lens: Objective, *, progress: Progress) -> list[StructureEntry]:
    found = []
    with progress.task("structures", len(names), unit="structures") as task:
        for done, name in enumerate(names, start=1):
            found.append(structure_entry(name, lens))
            task.update(done, note=STRUCTURES[name].title)
    return found


def structure_entry(name: str, lens: Objective) -> StructureEntry:
    """Find, measure and photograph one structure of the gallery."""
    found = named_structure(name, lens)
    low, high = found.target.box(lens)
    reach = max(float(high[2] - low[2]) / 2, BEYOND * lens.wavelength / lens.index)
    x = np.linspace(low[0], high[0], PLANE_POINTS)
    z = np.linspace(-reach, reach, PLANE_POINTS) + 0.5 * float(low[2] + high[2])
    middle = 0.5 * float(low[2] + high[2])
    planes = Grid(x, x, [middle]), Grid(x, [0.0], z)
    xy, xz = (np.asarray(found.exposures.reduced_magnetization(plane)) for plane in planes)
    metrics = found.metrics
    symbol, number = ("H", "hopf_index") if "hopf_index" in metrics else ("N", "skyrmion_number")
    charge = f"{symbol} {metrics[number]:.3f}".replace("-", "−")
    small = (
        f"|M| {metrics['mean_magnetization']:#.3g} · {charge} · "
        f"{metrics['mean_angle_deg']:.2g}° off · {len(found.exposures)} exposures"
    )
    return StructureEntry(
        name, found, ContactPrint(STRUCTURES[name].title, small, x, z, xy[:, :, 0], xz[:, 0])
    )


def as_csv(rows: list[dict[str, Any]]) -> str:
    """The table as comma-separated values; what does not apply or is not known is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _picture(design: NamedDesign, numbers: SpotNumbers) -> ContactPrint:
    light = design.light
    plane = focal_plane(light)
    _, along = finest_periods(light.lens, four_pi=light.four_pi)
    length = numbers.widths[2] if np.isfinite(numbers.widths[2]) else FIRST_REACH * along
    outermost = np.abs(light.points[:, 2]).max()
    reach = max(plane.x[-1], length, outermost + length)
    z = np.linspace(-reach, reach, PLANE_POINTS)
    xy = magnetization_of(light, plane)[:, :, 0]
    xz = magnetization_of(light, Grid(plane.x, [0.0], z))[:, 0]
    return ContactPrint(design.title, _small_print(design, numbers), plane.x, z, xy, xz)


def _small_print(design: NamedDesign, numbers: SpotNumbers) -> str:
    widths = ", ".join(f"{width:#.3g}" for width in numbers.widths / design.lens.wavelength)
    quality = (
        f"purity {numbers.purity:.3f}"
        if np.isnan(numbers.uniformity)
        else f"uniformity {numbers.uniformity:.3f}"
    )
    return f"|M| {numbers.length:#.3g} · FWHM {widths} · {quality}"


def _with_sources(entries: list[GalleryEntry]) -> list[dict[str, Any]]:
    return [
        {
            **entry.row(),
            "pupil": entry.design.pupil,
            "source": entry.design.source,
            "spots_m": entry.design.light.points,
            "four_pi": entry.design.counter is not None,
        }
        for entry in entries
    ]


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value
