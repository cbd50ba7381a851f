"""The figure of a scan, from its stored tiles."""

from __future__ import annotations

from typing import Any

from optomag.io.scan_store import ScanStore
from optomag.scanning.scan_picture import ScanPicture
from optomag.workflow.scan_job import ScanJob


def scan_png(picture: ScanPicture, job: ScanJob, store: ScanStore, record: dict[str, Any]) -> bytes:
    """The figure as the bytes of a PNG file; of the pattern one tile at a time lies in memory.

    Parameters
    ----------
    picture : ScanPicture
        Which knows the spots already.
    job : ScanJob
    store : ScanStore
        Of a pattern without missing tiles.
    record : dict
        With the crosstalk of all spots.
    """
    from optomag.plot.style import render_png

    raster, config = job.raster, job.config
    for number in range(raster.tiles[0] * raster.tiles[1]):
        part = raster.slices(number)
        picture.add(part, store.pattern(part))
    film = config.film.stack(config.lens)
    return render_png(picture.figure(record["crosstalk"], film=film, method=record["method"]))
