"""`optomag scan`: a list of spots in, a table for the stage and the pattern of all exposures out."""

from __future__ import annotations

import functools
import hashlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from optomag.io.files import atomic_path, npy_bytes, storage_errors, write_bytes, write_json
from optomag.io.result_folder import new_result, require_free
from optomag.io.row_bins import BinWriter
from optomag.io.scan_names import ZARR
from optomag.io.scan_store import ScanStore, open_scan_store
from optomag.io.scan_table import LISTED, ScanTableWriter, add_crosstalk, write_crosstalk
from optomag.io.spot_csv import ROWS_AT_ONCE
from optomag.optics.objective import Objective
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.lattice import LatticeFinder
from optomag.scanning.neighbours import NeighbourStatistics
from optomag.scanning.raster import Raster, SpotField, plan_raster, raster_step
from optomag.scanning.reach import Window
from optomag.scanning.scan_picture import ScanPicture
from optomag.scanning.spacing import SAMPLED, overlap_warning, usual_spacing
from optomag.scanning.table import Spots, design_spots, pack_spots
from optomag.workflow.cluster import require_scheduler, run_pieces
from optomag.workflow.config import READ
from optomag.workflow.progress import Progress
from optomag.workflow.scan_config import ScanConfig
from optomag.workflow.scan_files import BINS, CROSSTALK, FIGURE, PLACE, RECORD, STARTS, STORE
from optomag.workflow.scan_job import (
    ScanJob,
    packed_columns,
    scan_kernels,
    scan_method,
    scan_tile,
)
from optomag.workflow.scan_png import scan_png
from optomag.workflow.spot_source import SpotSource, spot_source

RAW_COLUMNS = 6


@dataclass(frozen=True, eq=False)
class _List:
    """What one pass over the list found: number and fingerprint of the spots, their field, and a warning."""

    count: int
    digest: str
    field: SpotField
    overlap: str


def run_scan(spots: Path, config: ScanConfig, *, progress: Progress) -> dict[str, Any]:
    """Make the scan table and the pattern, or complete a pattern that was stopped.

    Parameters
    ----------
    spots : path
        The list, grid or picture, as `optomag.workflow.spot_source.spot_source` takes it.
    config : ScanConfig
        Method, raster, reach, lens, film and, for a cluster, its scheduler.
    progress : Progress
        Where progress and results are shown.

    Returns
    -------
    dict
        The content of `scan.json`: what was written, with the crosstalk.

    Raises
    ------
    InvalidInputError
        If the list, the folder or a setting cannot be used, the list would be overwritten, or the folder
        holds another scan or another result.
    StorageError
        Where the file system refuses; tiles written before stay.
    KeyboardInterrupt
        After Ctrl-C, with a message that says what was saved and how to go on.
    """
    started = time.time()
    lens = config.lens.objective()
    config.require_usable(spots)
    # Whatever is wrong with the lens or the film is said before a long list is read.
    _, basis, _ = scan_method(config)
    require_scheduler(config.scheduler)
    step = None if config.step_nm is None else config.step_nm * 1e-9
    margin = config.margin_wavelengths * lens.wavelength
    with _aside(config.out) as raw:  # the list as plain numbers, which are read faster than text
        source = spot_source(spots, config, progress.say)
        checked = _copied(source, raw, lens, step, every=config.every)
        window = checked.field.window(basis, margin=margin, reach=config.reach_wavelengths)
        kernels = scan_kernels(config, window)
        raster = plan_raster(checked.field, kernels, margin=margin)
        folder, _ = require_free(config.out, **PLACE)
        if checked.overlap:
            progress.say(checked.overlap)
        counts = _spots_per_tile(raw, raster)
        store = open_scan_store(
            folder / STORE,
            _attributes(config, checked, raster, window),
            axes=dict(zip(("u", "v") if raster.angle else ("x", "y"), raster.axes, strict=True)),
            side=raster.side,
            capacity=int(counts.max()),
            tiles=len(counts),
        )
        job = ScanJob(config, raster, window, str(folder.resolve()))
        exact = window.covers(checked.field.extent(lens, margin))
        with new_result(folder, **PLACE) as result:
            unreachable = _write_table(job, raw, result.path, counts, progress, source.lengths)
            raw.close()
            seconds = _complete(job, store, counts, progress)
            picture = None if config.no_picture else ScanPicture(raster, checked.field, lens, checked.count)
            record = {
                **_summary(store, unreachable, job, picture),
                **_described(kernels, job, exact=exact),
                "seconds_of_tiles": round(seconds, 3),
            }
            _write_results(job, store, record, result.path, picture)
            settings = {"spots": str(spots), **config.manifest()}
            extra = {"spots_sha256": checked.digest, "resolved": source.resolved}
            result.seal(config=settings, seed=None, started=started, extra=extra)
    for name in (BINS, STARTS):
        (folder / name).unlink(missing_ok=True)
    if sentence := result.replaced():
        progress.say(sentence)
    _tell(record, folder, progress)
    progress.record({"folder": folder, **record})
    return record


def _aside(out: Path) -> IO[bytes]:
    """A file without a name, on the disk of the results."""
    out = out.absolute()
    place = next(folder for folder in (out, *out.parents) if folder.is_dir())
    with storage_errors(place):
        return tempfile.TemporaryFile(dir=place)


def _copied(source: SpotSource, raw: IO[bytes], lens: Objective, step: float | None, *, every: int) -> _List:
    """Read the whole list, so that whatever is wrong with it is said before anything is written."""
    digest, count, first = hashlib.sha256(b"lengths" if source.lengths else b""), 0, np.empty((0, 2))
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    finder = LatticeFinder(lens.wavelength, raster_step(lens))
    for block in source.blocks:
        numbers = np.ascontiguousarray(block).tobytes()
        digest.update(numbers)
        with storage_errors("a temporary file"):
            raw.write(numbers)
        count += len(block)
        if len(first) < SAMPLED:
            first = np.concatenate([first, block[: SAMPLED - len(first), :2]])
        finder.add(block[:, :2])
        low, high = np.minimum(low, block[:, :2].min(axis=0)), np.maximum(high, block[:, :2].max(axis=0))
    field = SpotField.of(low, high, lens, step=step, lattice=finder.lattice)
    overlap = overlap_warning(usual_spacing(first, low, high, count), low, high, lens, every=every)
    return _List(count, digest.hexdigest(), field, overlap)


def _blocks(raw: IO[bytes]) -> Iterator[np.ndarray]:
    raw.seek(0)
    with storage_errors("a temporary file", "read"):
        while numbers := raw.read(ROWS_AT_ONCE * RAW_COLUMNS * 8):
            yield np.frombuffer(numbers).reshape(-1, RAW_COLUMNS)


def _spots_per_tile(raw: IO[bytes], raster: Raster) -> np.ndarray:
    tiles = raster.tiles[0] * raster.tiles[1]
    counts = np.zeros(tiles, dtype=np.int64)
    for block in _blocks(raw):
        counts += np.bincount(raster.tile_of(block[:, :2]), minlength=tiles)
    return counts


def _attributes(config: ScanConfig, checked: _List, raster: Raster, window: Window) -> dict[str, Any]:
    """What makes this scan itself; not where it goes, who computes it and whether it is drawn."""
    chosen = "every", "average", "layer", "pixels"  # which the spots' own fingerprint tells
    aside = "pitch_nm", "out", "scheduler", "no_picture", READ, *chosen
    settings = {k: v for k, v in config.manifest().items() if k not in aside}
    pitch = config.pitch_nm
    return {
        "pitch_nm": None if pitch is None else [pitch[0], pitch[-1]],  # one number stands for two equal ones
        "spots": checked.count,
        "spots_sha256": checked.digest,
        "scan": settings,
        "raster": asdict(raster),
        "window": {"kind": type(window).__name__, **asdict(window), "reach": window.reach},
    }


def _write_table(
    job: ScanJob, raw: IO[bytes], place: Path, counts: np.ndarray, progress: Progress, lengths: bool
) -> int:
    """Choose all beams, write the table to `place`, and sort the spots by tile; return how many fail."""
    method, basis, names = scan_method(job.config)
    folder, total = Path(job.folder), int(counts.sum())
    done = unreachable = 0
    with (
        atomic_path(folder / BINS) as sorted_spots,
        progress.task("beams", total, unit="spots") as task,
        ScanTableWriter(place, names, count=total) as table,
    ):
        bins = BinWriter(sorted_spots, counts, packed_columns(job.config))
        write_bytes(folder / STARTS, npy_bytes(bins.bins.starts))
        for block in _blocks(raw):
            spots = _designed(block, method, basis, lengths)
            table.write(
                spots.positions, spots.directions, spots.exposures, spots.rows, spots.alone, spots.reachable
            )
            bins.put(job.raster.tile_of(spots.positions), pack_spots(spots, done))
            unreachable += int(np.count_nonzero(~spots.reachable))
            done += len(block)
            task.update(done)
    return unreachable


def _designed(block: np.ndarray, method: Any, basis: Any, lengths: bool) -> Spots:
    """Beams of a block; short blocks of long lists are filled up, so that nothing is compiled twice."""
    count = len(block)
    size = 1 << max(count - 1, 1).bit_length()
    filled = np.concatenate([block, np.repeat(block[:1], size - count, axis=0)])
    times = None if np.isnan(block[0, 5]) else filled[:, 5]
    strong = np.linalg.norm(filled[:, 2:5], axis=1) if lengths else None
    return design_spots(filled[:, :2], filled[:, 2:5], method, basis, exposures=times, lengths=strong)[:count]


def _complete(job: ScanJob, store: ScanStore, counts: np.ndarray, progress: Progress) -> float:
    """Make the missing tiles; return the seconds that this took."""
    tiles = ((job.raster.slices(number), count) for number, count in enumerate(counts.tolist()))
    missing = store.missing_tiles(tiles)
    total, done = len(counts), len(counts) - len(missing)
    if not missing:
        progress.say(f"{store.path} is complete and left as it is.")
    start = time.monotonic()
    with progress.task("tiles", total, unit="tiles", done=done) as task:
        try:
            work = functools.partial(scan_tile, job)
            for _ in run_pieces(work, missing, scheduler=job.config.scheduler):
                done += 1
                task.update(done)
        except KeyboardInterrupt:
            saved = f"{done:,} of {total:,} tiles are saved in {store.path}."
            raise KeyboardInterrupt(f"{saved} Run the same command again to go on from there.") from None
    return time.monotonic() - start


def _summary(store: ScanStore, unreachable: int, job: ScanJob, picture: ScanPicture | None) -> dict[str, Any]:
    summary = NeighbourStatistics()
    for number, tile in enumerate(store.spots()):
        summary.add(tile["spot"], tile["angle_error"], tile["length_ratio"])
        if picture is not None:
            picture.spots.add(job.positions(number), tile["angle_error"])
    return {"crosstalk": summary.numbers(), "unreachable": unreachable}


def _described(kernels: ScanKernels, job: ScanJob, *, exact: bool) -> dict[str, Any]:
    raster = job.raster
    reach = kernels.window.reach
    sums: dict[str, Any] = {"exact": exact, "rtol": job.config.rtol, "reach_wavelengths": reach}
    if not exact:
        point, area = kernels.tail
        sums |= {"largest_kernel_cut_relative": point, "area_bound_square_wavelengths": area}
    return {
        "method": job.config.method,
        "raster": {
            "points": [raster.nx, raster.ny],
            "step_nm": [step * 1e9 for step in raster.steps],
            "angle_deg": float(np.degrees(raster.angle)),
            "tiles": raster.tiles,
            "lattice": raster.pitch is not None,
        },
        "sum": sums,
    }


def _write_results(
    job: ScanJob, store: ScanStore, record: dict[str, Any], place: Path, picture: ScanPicture | None
) -> None:
    total = record["crosstalk"]["spots"]
    write_json(place / RECORD, record)
    if total <= LISTED:
        write_crosstalk(place / CROSSTALK, store.spots())
    else:
        add_crosstalk(place / ZARR, store.spots(), total)
    if picture is not None:
        write_bytes(place / FIGURE, scan_png(picture, job, store, record))


def _tell(record: dict[str, Any], folder: Path, progress: Progress) -> None:
    found = record["crosstalk"]
    angle, length = found["angle_error_deg"], found["length_ratio"]
    for line in (
        f"{found['spots']:,} spots by {record['method']}, pattern of {record['raster']['points'][0]:,} x "
        f"{record['raster']['points'][1]:,} points in {record['seconds_of_tiles']:.1f} s",
        f"after all exposures: angle error median {angle['median']:.2g}, 99 % below {angle['p99']:.2g}, "
        f"worst {angle['worst']:.2g} degrees (spot {angle['worst_spot']})",
        f"|M| against each spot by itself: {length['mean']:.4f} +- {length['standard_deviation']:.4f}, from "
        f"{length['shortest']:.4f} to {length['longest']:.4f}",
    ):
        progress.tell(line)
    if record["unreachable"]:
        progress.tell(f"{record['unreachable']:,} directions cannot be written by four real beams.")
    progress.tell(_told_sum(record["sum"]))
    progress.tell(f"scan table, pattern and crosstalk in {folder}")


def _told_sum(sums: dict[str, Any]) -> str:
    if sums["exact"]:
        return f"every exposure counts at every point: exact to {sums['rtol']:.0e} of the largest |M|"
    area = sums["area_bound_square_wavelengths"]
    return (
        f"cut off: {sums['reach_wavelengths']:g} wavelengths from a spot; what that takes from |M| is below "
        f"{area:.1g} times the spots per square wavelength"
    )
