"""One tile of a scan, made from what lies in the scan's folder: here, or on any machine that sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.method import Method
from optomag.inverse.orientation.methods import METHODS
from optomag.io.files import storage_errors
from optomag.io.row_bins import RowBins
from optomag.io.scan_store import scan_store
from optomag.optics.setup import Setup
from optomag.optics.spectrum import sample_spectrum
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.neighbours import neighbour_effect
from optomag.scanning.pattern import TileScanner
from optomag.scanning.raster import Raster, tile_scanner
from optomag.scanning.reach import Window
from optomag.scanning.table import PACKED, PLACE, Spots, unpack_spots
from optomag.workflow.scan_config import ScanConfig
from optomag.workflow.scan_files import BINS, STARTS, STORE


@dataclass(frozen=True)
class ScanJob:
    """Everything that a tile depends on besides the spots.

    Attributes
    ----------
    config : ScanConfig
    raster : Raster
    window : Round or Square
        Of the kernels; that of the settings, or what suits the pattern where they leave it open.
    folder : str
        Where the spots lie sorted and the pattern goes.
    """

    config: ScanConfig
    raster: Raster
    window: Window
    folder: str

    def spots(self, number: int) -> Iterator[tuple[np.ndarray, Spots]]:
        """Numbers and spots of one tile, block by block."""
        return map(unpack_spots, self._bins.rows(number))

    def positions(self, number: int) -> np.ndarray:
        """Positions (n, 2) [m] of the spots of one tile, in the same order."""
        return np.concatenate([np.empty((0, 2)), *(rows[:, PLACE] for rows in self._bins.rows(number))])

    @property
    def _bins(self) -> RowBins:
        path = Path(self.folder) / STARTS
        with storage_errors(path, "read"):
            starts = np.load(path)
        return RowBins(Path(self.folder) / BINS, starts, packed_columns(self.config))


def scan_method(config: ScanConfig) -> tuple[Method, BeamBasis, tuple[str, ...]]:
    """The method, its beams in the scan's set-up, and their names."""
    lens, film = config.lens.objective(), config.film.stack(config.lens)
    method = METHODS[config.method]()
    basis = method.family(Setup(lens, film, four_pi=config.four_pi))
    return method, basis, beam_names(config)  # type: ignore[return-value]


def beam_names(config: ScanConfig) -> tuple[str, ...]:
    """What the table calls the beams of the first lens, and those of a second one."""
    names = tuple(METHODS[config.method].beam_names)
    return (*names, *(f"back_{name}" for name in names)) if config.four_pi else names


def packed_columns(config: ScanConfig) -> int:
    """Numbers of a packed spot of this scan."""
    return PACKED + 2 * len(beam_names(config))


def scan_kernels(config: ScanConfig, window: Window) -> ScanKernels:
    """The kernels of the scan's beams."""
    return ScanKernels(scan_method(config)[1], window)


def scan_tile(job: ScanJob, number: int) -> int:
    """Sum the exposures over tile `number`, write it, and return how many spots lie in it."""
    raster, scanner = job.raster, _scanner(job.config.model_dump_json(), job.raster, job.window)
    near = raster.around(number, scanner.kernels.radius)
    blocks = (spots for tile in near for _, spots in job.spots(tile))
    pattern = scanner.magnetization(blocks, raster.corner(number))
    part = raster.slices(number)
    x, y = raster.axes
    found = {"spot": [], "angle_error": [], "length_ratio": []}
    for numbers, spots in job.spots(number):
        angle, ratio = neighbour_effect(pattern.at(spots.positions), spots)
        for values, block in zip(found.values(), (numbers, angle, ratio), strict=True):
            values.append(block)
    joined = {name: np.concatenate(values) for name, values in found.items() if values}
    written = pattern.on_grid(x[part[0]], y[part[1]]).astype(np.float32)
    scan_store(Path(job.folder) / STORE).write(number, part, written, joined)
    return len(joined["spot"]) if joined else 0


@lru_cache(maxsize=1)
def _scanner(settings: str, raster: Raster, window: Window) -> TileScanner | LatticeScanner:
    config = ScanConfig.model_validate_json(settings)
    scanner = tile_scanner(raster, scan_kernels(config, window), config.rtol)
    _ = scanner.response
    sample_spectrum.cache_clear()  # up to a quarter of a gigabyte, which nobody needs again
    return scanner
