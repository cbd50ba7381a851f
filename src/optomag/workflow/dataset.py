"""`optomag dataset`: simulated pairs of beam weights and magnetization, chunk by chunk into one store."""

from __future__ import annotations

import functools
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.grid import Grid
from optomag.io.result_folder import SavedResult, new_result, require_free
from optomag.io.sample_store import SampleSource, SampleStore, open_sample_store, sample_store
from optomag.io.samples import Samples, open_samples
from optomag.learning.four_beam_kernels import basis_fields, four_beam_kernels, magnetization_of
from optomag.learning.laws import Law, law_named
from optomag.optics.objective import Objective
from optomag.workflow.cluster import require_scheduler, run_pieces
from optomag.workflow.config import DatasetConfig
from optomag.workflow.progress import Progress
from optomag.workflow.sizes import require_dataset

STORE = "dataset.zarr"
PLACE: Final[dict[str, Any]] = {
    "kind": "optomag-dataset",
    "command": "optomag dataset",
    "writes": (),
    "kept": (STORE,),
}
TEST_SHARE = 5
"""One sample in so many tests, as in the paper: 50,000 of 250,000."""


def run_dataset(config: DatasetConfig, *, progress: Progress) -> Path:
    """Make a dataset, or complete one that was stopped, and tell what there is.

    Parameters
    ----------
    config : DatasetConfig
        Law, number of samples, seed, lens, for volumes the cube and, for a cluster, its scheduler.
    progress : Progress
        Where progress and the result are shown.

    Returns
    -------
    Path
        The store `dataset.zarr` in `config.out`, beside `manifest.json`. One that is complete already is left
        as it is.

    Raises
    ------
    InvalidInputError
        If the folder cannot be written to, or holds another dataset under that name, or another result.
    StorageError
        Where the file system refuses; samples written before stay.
    KeyboardInterrupt
        After Ctrl-C, with a message that says what was saved and how to go on.
    """
    store = make_dataset(config, progress=progress)
    source = store.source
    tested = source.samples - source.train_samples
    progress.tell(f"{source.samples:,} samples, {tested:,} of them to test on, in {store.path}")
    record = {"folder": config.out, "law": source.law, "samples": source.samples, "test_samples": tested}
    progress.record(record)
    return store.path


def make_dataset(config: DatasetConfig, *, progress: Progress) -> SampleStore:
    """The complete store of `run_dataset`, which raises the same."""
    started = time.time()
    law, lens = law_named(config.law), config.lens.objective()
    require_scheduler(config.scheduler)
    require_dataset(config.samples, config.volume_points, config.out / STORE)
    folder, former = require_free(config.out, **PLACE)
    path = folder / STORE
    store = open_sample_store(path, _source(config, law, lens))
    missing = store.missing_chunks()
    if missing:
        _complete(config, store, missing, progress)
    else:
        progress.say(f"{path} is complete and left as it is.")
    if missing or former is None or "format" not in former:
        with new_result(folder, **PLACE) as result:
            result.seal(config=config.manifest(), seed=config.seed, started=started)
    return store


def samples_in(result: SavedResult) -> Samples:
    """The samples of an open result.

    Raises
    ------
    InvalidInputError
        If a file is missing or has other bytes than were written.
    """
    return open_samples(result.require_whole().folder / STORE)


def _source(config: DatasetConfig, law: Law, lens: Objective) -> SampleSource:
    half_width = config.volume_half_width_wavelengths * lens.wavelength
    points = config.volume_points
    return SampleSource(
        law=law.name,
        e_rho=law.radial.rule,
        magnetization=law.scale.rule,
        seed=config.seed,
        lens={"na": lens.na, "index": lens.index, "wavelength_m": lens.wavelength},
        samples=config.samples,
        train_samples=config.samples - config.samples // TEST_SHARE,
        grid=None if points is None else Grid.cube(half_width=half_width, points=points),
    )


def _complete(config: DatasetConfig, store: SampleStore, missing: list[int], progress: Progress) -> None:
    """Make and write the missing chunks."""
    source = store.source
    sizes = {index: store.chunk(index).stop - store.chunk(index).start for index in missing}
    done = source.samples - sum(sizes.values())
    work = functools.partial(write_chunk, config, str(store.path.resolve()))
    with progress.task("samples", source.samples, unit="samples", done=done) as task:
        try:
            for index, _ in run_pieces(work, missing, scheduler=config.scheduler):
                done += sizes[index]
                task.update(done)
        except KeyboardInterrupt:
            saved = f"{done:,} of {source.samples:,} samples are saved in {store.path}."
            raise KeyboardInterrupt(f"{saved} Run the same command again to go on from there.") from None
        finally:
            _volume_kernels.cache_clear()


def write_chunk(config: DatasetConfig, path: str, index: int) -> None:
    """Make and write one chunk of the store at `path`, which exists; on whatever machine sees it."""
    law, lens = law_named(config.law), config.lens.objective()
    source = _source(config, law, lens)
    store = sample_store(Path(path), source)
    part = store.chunk(index)
    weights = law.weights(source.seed, start=part.start, count=part.stop - part.start)
    kernels = None if source.grid is None else _volume_kernels(lens, source.grid)
    store.write(index, _arrays(weights, law, lens, kernels))


@lru_cache(maxsize=1)
def _volume_kernels(lens: Objective, grid: Grid) -> np.ndarray:
    return four_beam_kernels(basis_fields(lens, grid))


def _arrays(
    weights: np.ndarray, law: Law, lens: Objective, kernels: np.ndarray | None
) -> dict[str, np.ndarray]:
    """What is stored of weights (n, 4)."""
    arrays = {"weights": weights[:, :3], "magnetization": law.magnetization(weights, lens)}
    if kernels is not None:
        scale = law.scale.of(weights, lens).reshape(-1, 1, 1, 1, 1)
        arrays["volume"] = (magnetization_of(weights, kernels) / scale).astype(np.float32)
    return arrays
