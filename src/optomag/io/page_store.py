"""Pages of a recording on disk: written one by one, and taken up again where a run stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, refuse
from optomag.io.resumable_store import (
    ELSEWHERE,
    PlannedArray,
    StoredParts,
    StorePlan,
    existing_store,
    open_store,
    store_marks,
)

FORMAT, FORMAT_VERSION = "optomag-pages", 1

PAGES = "magnetization"
UNITS = {
    "units": "1",
    "description": "to be written at each spot; one of length 1 has |M| = 1 at its centre by itself",
}


@dataclass(frozen=True, eq=False)
class PageStore(StoredParts):
    """Pages, read when they are asked for: float64 (rows, columns, 3).

    They are stored in single precision, which changes readings by some 1e-8 of the full rotation.
    """

    def missing(self) -> list[int]:
        """Which pages do not read back whole."""
        return self.store.missing({PAGES: page} for page in range(len(self)))

    def write(self, number: int, page: np.ndarray) -> None:
        """Write a page (rows, columns, 3).

        Raises
        ------
        StorageError
            Where the file system refuses; the pages written before stay whole.
        """
        self.store.write({PAGES: (number, page.astype(np.float32))})

    @property
    def shape(self) -> tuple[int, ...]:
        """Pages, rows, columns and components."""
        return self.store.array(PAGES).shape

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, number: int) -> np.ndarray:
        page = self.store.read(PAGES, range(len(self))[number])
        if not np.isfinite(page).all():
            refuse(self.store.name, "of finite numbers", f"others in page {number} of {self.path}")
        return page.astype(np.float64)

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[page] for page in range(len(self)))


def open_page_store(
    path: Path, attributes: Mapping[str, Any], *, pages: int, rows: int, columns: int
) -> PageStore:
    """Return the store at `path`, created where there is none (see `open_store`).

    Parameters
    ----------
    path : path
        The folder of the store; the folder around it must exist.
    attributes : mapping
        What makes this recording itself and no other, as JSON values.
    pages, rows, columns : int
    """
    over = "page", "row", "column", "component"
    planned = PlannedArray((pages, rows, columns, 3), (1, rows, columns, 3), "float32", over, UNITS)
    plan = StorePlan(FORMAT, FORMAT_VERSION, attributes, {PAGES: planned}, "a recording")
    return PageStore(open_store(path, plan))


def page_store(path: Path) -> PageStore:
    """The store that `open_page_store` made, for one who writes some of its pages."""
    return PageStore(existing_store(path))


def finished_pages(path: Path) -> PageStore:
    """The store of a finished recording, for one who only reads it.

    Raises
    ------
    InvalidInputError
        If there is none, or it is none of float32 numbers (pages, rows, columns, 3), a chunk a page.
    """
    pages = PageStore(existing_store(path, name="pages", mode="r", advice="Record again."))
    array = pages.store.array(PAGES)
    other = array.dtype != np.float32 or array.shape[-1:] != (3,)
    if other or array.ndim != 4 or array.chunks != (1, *array.shape[1:]):
        rule = "float32 numbers (pages, rows, columns, 3), a chunk a page"
        refuse("pages", rule, f"{array.dtype} of {array.shape} in chunks of {array.chunks} in {path}")
    return pages


def begun_attributes(path: Path) -> dict[str, Any]:
    """Attributes of the store at `path`; none where there is no such store, whatever else lies there."""
    try:
        return store_marks(path, FORMAT, FORMAT_VERSION, name="out", contents="a recording", advice=ELSEWHERE)
    except InvalidInputError:
        return {}
