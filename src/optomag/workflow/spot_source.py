"""Where the spots of a scan come from: a list, a grid or a picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse, require_path
from optomag.io.picture_file import is_picture, require_picture, require_pitch
from optomag.io.spot_grid import Thinning
from optomag.io.spot_list import read_spots, require_list, require_spots
from optomag.workflow.scan_config import ScanConfig
from optomag.workflow.sizes import QUICKLY_READ

MANY, FEWER = 4_000_000, 1_000_000
"""Spots of a picture that deserve a remark, and those that it proposes instead."""


@dataclass(frozen=True, eq=False)
class SpotSource:
    """Spots, block by block.

    Attributes
    ----------
    blocks : iterator of float64, shape (n, 6)
        x, y [m], direction, and exposure, NaN where there is none.
    lengths : bool
        Whether the length of a direction is |M| of the spot by itself.
    resolved : mapping
        What options that were left out came to mean.
    """

    blocks: Iterator[np.ndarray]
    lengths: bool = False
    resolved: Mapping[str, Any] = field(default_factory=dict)


def require_source(path: Path, config: ScanConfig) -> None:
    """Refuse spots that are not there, settings that do not fit them, and, of short files, what is in them.

    Raises
    ------
    InvalidInputError
        As `spot_source`.
    """
    _require_kind(path, config)
    if is_picture(path):
        require_pitch(config.pitch)
        require_picture(path, name="picture")
        return
    settings: Any = {"pitch": config.pitch, "thinning": thinning_of(config)}
    require_spots(path, **settings)
    if path.is_file() and path.stat().st_size <= QUICKLY_READ:
        require_list(path, **settings)


def thinning_of(config: ScanConfig) -> Thinning:
    """Which nodes of a grid become spots."""
    return Thinning(config.every, config.average, config.layer)


def _require_kind(path: Path, config: ScanConfig) -> None:
    """Refuse settings of pictures for other spots, and the other way round."""
    if config.pixels is not None and not is_picture(path):
        refuse("pixels", "left out where the spots are no picture", f"it with {path}")
    if config.layer is not None and is_picture(path):
        refuse("layer", "left out for a picture", f"it with {path}")


def spot_source(path: Path, config: ScanConfig, tell: Callable[[str], object]) -> SpotSource:
    """The spots of a file, as `optomag.io.spot_list.read_spots` or a picture has them.

    Parameters
    ----------
    path : path
    config : ScanConfig
        Whose pitch, choice of nodes and meaning of pixels count.
    tell : callable
        Gets what the user should know of the file.

    Raises
    ------
    InvalidInputError
        If a setting does not fit the file, or a picture cannot be used; of lists and grids, while they are
        read.
    """
    path, thinning = require_path("spots", path), thinning_of(config)
    _require_kind(path, config)
    if not is_picture(path):
        return SpotSource(read_spots(path, pitch=config.pitch, thinning=thinning, tell=tell))
    from optomag.scanning.picture import picture_grid

    grid = picture_grid(path, config.pitch, config.pixels)
    tell(grid.told)
    count = (len(grid.x) // config.every) * (len(grid.y) // config.every)
    if count > MANY:
        every = math.ceil(config.every * math.sqrt(count / FEWER))
        tell(f"{count:,} pixels are as many spots; --every {every} --average makes about {FEWER:,} of them.")
    return SpotSource(grid.blocks(thinning), lengths=True, resolved={"pixels": grid.pixels})
