"""Where the spots of a scan come from: a list, a grid or a picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import require_path
from optomag.io.picture_file import is_picture
from optomag.io.spot_list import read_spots
from optomag.workflow.scan_config import ScanConfig

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
    path, thinning = require_path("spots", path), config.thinning
    config.require_kind(path)
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
