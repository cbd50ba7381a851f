"""Designs out of their folders, as the very same beams: what was recorded is simulated again and compared."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, refuse
from optomag.inverse.orientation.design import Design, simulated
from optomag.inverse.orientation.design_files import BEAM, FORMAT, NETWORK, RECORD, VERSION
from optomag.inverse.orientation.methods import method_from
from optomag.inverse.orientation.shown_live import page_line_of
from optomag.io.agreement import agree
from optomag.io.names import numbered_names, require_names
from optomag.io.page_line import read_page_line
from optomag.io.result_folder import SavedResult, open_result
from optomag.io.weights import load_tensors
from optomag.light.saved_light import require_agreement
from optomag.magnetism.made_for import made_for_from
from optomag.optics.setup import setup_from

AGREEMENT = 1e-6
"""Of recorded and simulated numbers: angles [degree], efficiencies and components of M."""


def load_design(folder: str | os.PathLike[str]) -> Design:
    """Read a design that `Design.save` or `optomag design` wrote, and simulate it again.

    Parameters
    ----------
    folder : path
        That `Design.save` wrote.

    Returns
    -------
    Design
        The same beams; what they write is computed anew.

    Raises
    ------
    InvalidInputError
        If a file is missing, truncated, edited or not of a design, or its beams write something else than
        was recorded.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> found = om.design([1, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = found.save(folder + "/design", pixels=32)
    ...     same = om.load_design(saved)
    >>> bool(np.allclose(same.magnetization, found.magnetization))
    True
    """
    return design_of(open_result(folder, kind=FORMAT, name="design"))


def design_of(result: SavedResult) -> Design:
    """The design in an open result; raises as `load_design` does."""
    record = result.record(RECORD, version=VERSION)
    tensors, _ = load_tensors(result.path(BEAM), kind=FORMAT, name="beam")
    if tensors.keys() != {"target", "real", "imaginary", "magnetization", "reachable"}:
        refuse("beam", "a table of target, real, imaginary, magnetization and reachable", sorted(tensors))
    if record.get("beam_sha256") != result.files.get(BEAM):
        refuse("beam of a design", "the one that its record was written with", result.folder / BEAM)
    _require_fit(tensors, result)
    setup = setup_from(record.get("setup"))
    network = result.path(NETWORK) if result.has(NETWORK) else None
    method = method_from(record.get("method"), network=network)
    made_for = made_for_from(record.get("made_for"))
    rows = np.atleast_2d(tensors["real"] + 1j * tensors["imaginary"])
    target, reachable = np.atleast_2d(tensors["target"]), np.atleast_1d(tensors["reachable"])
    try:
        found = simulated(target, setup, method, method.family(setup), rows, reachable, made_for)
    except (TypeError, ValueError) as error:  # rows of another family, or of another number of directions
        rule = "what its method and set-up take"
        raise InvalidInputError(f"beam of a design must be {rule}; got {result.folder / BEAM}.") from error
    require_agreement(np.atleast_2d(tensors["magnetization"]), found.magnetization, result)
    found = found[0] if tensors["target"].ndim == 1 else found
    if not agree(record, found.numbers(), tolerance=AGREEMENT):
        rule = "what its beams write when they are simulated again"
        refuse("numbers of a design", rule, f"others in {result.folder / RECORD}")
    _require_page(record, found, result)
    return replace(found, names=_names(record, tensors["target"], result))


def _require_page(record: dict[str, Any], found: Design, result: SavedResult) -> None:
    """Refuse a line of the live page that gives something else; designs of former versions have none."""
    line = record.get("page")
    own = page_line_of(found.target, found.setup, found.method, found.made_for)
    if line is not None and (own is None or read_page_line(line) != read_page_line(own)):
        rule = "the line of the live page that gives its beam"
        refuse("page of a design", rule, f"another in {result.folder / RECORD}")


def _names(record: dict[str, Any], target: np.ndarray, result: SavedResult) -> tuple[str, ...]:
    """What the directions are called; a design of one may have no name."""
    count = len(np.atleast_2d(target))
    names = record.get("names", [] if target.ndim == 1 else list(numbered_names(count)))
    if names == [] and target.ndim == 1:
        return ()
    return require_names(f"name in {result.folder / RECORD}", names, count=count)


def _require_fit(tensors: dict[str, np.ndarray], result: SavedResult) -> None:
    """Refuse tables that do not belong to the same directions."""
    target, rows, reachable = (tensors[name] for name in ("target", "real", "reachable"))
    sizes = {np.atleast_2d(tensors[name]).shape for name in ("real", "imaginary")}
    good = (
        target.ndim in (1, 2)
        and target.shape[-1] == 3
        and target.size > 0
        and rows.ndim == target.ndim
        and np.allclose(np.linalg.norm(target, axis=-1), 1.0, 0.0, 1e-9)
        and rows.shape[:-1] == target.shape[:-1] == reachable.shape
        and len(sizes) == 1
        and reachable.dtype == bool
    )
    if not good:
        refuse("beam of a design", "a table of unit vectors with a row for each", result.folder / BEAM)
