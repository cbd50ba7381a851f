"""Recordings in folders: header, pages and what was found while they were made."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, refuse, require_real
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.methods import describe_method, method_from
from optomag.io.agreement import agree
from optomag.io.page_store import PageStore, finished_pages
from optomag.io.result_folder import SavedResult
from optomag.optics.setup import describe_setup, setup_from
from optomag.reading.description import FIRST
from optomag.recording.header import Header
from optomag.recording.recorder import Recorder, Trial
from optomag.recording.recording import Recording

FORMAT, VERSION = "optomag-recording", 1
HEADER, RECORD, STORE = "header.json", "record.json", "pages.zarr"

AGREEMENT = 1e-6
"""Of recorded and simulated numbers: means and covariances over theta_F t, full scale, capacity [bits]."""


def describe_recorder(recorder: Recorder) -> dict[str, Any]:
    """What the header leaves out, because only writing needs it, as JSON values."""
    return {
        "setup": describe_setup(recorder.basis.setup),
        "method": describe_method(recorder.method),
        "regularisation": recorder.regularisation,
    }


def recorder_from(plain: Any, header: Header) -> Recorder:
    """The recorder that `describe_recorder` described.

    Raises
    ------
    InvalidInputError
        If the values describe none, or one that does not go with the header.
    """
    if not isinstance(plain, dict) or not plain.keys() >= {"setup", "method", "regularisation"}:
        refuse("recorder of a file", "a table of setup, method and regularisation", plain)
    setup, method = setup_from(plain["setup"], before=FIRST), method_from(plain["method"])
    basis, price = method.family(setup), plain["regularisation"]
    if not isinstance(basis, BeamBasis):
        refuse("method of a recording", "one that weights a few beams", plain["method"])
    if setup.film != header.reader.film:
        refuse("film of a recording", f"that of its reader, {header.reader.film}", setup.film)
    price = None if price is None else require_real("regularisation", price, above=0.0)
    layout = header.layout
    recorder = Recorder(basis, method, header.reader, layout.pitch, header.constellation, price)
    if layout.pages > 1 and layout.gap != (nodes := layout.gap_for(layout.pitch, recorder.margin)):
        refuse("gap between the pages of a recording", f"{nodes} nodes, as its lens needs", layout.gap)
    return recorder


def trial_numbers(trial: Trial) -> dict[str, Any]:
    """What is simulated again when a recording is opened."""
    return {
        "full_scale": trial.full_scale,
        "means": trial.means,
        "residual": trial.residual,
        "capacity": trial.information,
    }


def recording_in(result: SavedResult) -> Recording:
    """The recording in an open result.

    Raises
    ------
    InvalidInputError
        If a file is missing, damaged or edited, its parts do not belong together, or a sample page written
        and read again has other means, crosstalk or full scale than the header says.
    """
    header, record = _parts(result.require_whole())
    recorder = recorder_from(record.get("recorder"), header)
    found = trial_numbers(recorder.trial(header.level))
    said = {
        "full_scale": header.full_scale,
        "means": header.means,
        "residual": header.residual,
        "capacity": record.get("capacity_bits_per_spot"),
    }
    if not agree(said, found, tolerance=AGREEMENT):
        where = f"others in {result.folder / HEADER} or {RECORD}"
        refuse("numbers of a recording", "what a sample page says when it is written and read again", where)
    return Recording(header, recorder, pages_of(result, header), float(found["capacity"]))


def pages_of(result: SavedResult, header: Header) -> PageStore:
    """The pages of an open result; those of another layout are refused."""
    pages, layout = finished_pages(result.folder / STORE), header.layout
    wanted = (layout.pages, layout.rows, layout.columns, 3)
    if pages.shape != wanted:
        refuse("pages of a recording", f"of shape {wanted}, as its header says", pages.shape)
    return pages


def _parts(result: SavedResult) -> tuple[Header, dict[str, Any]]:
    record = result.record(RECORD, version=VERSION)
    try:
        header = Header.of(result.json(HEADER))
    except InvalidInputError as error:
        raise InvalidInputError(f"{result.folder / HEADER}: {error}") from error
    if record.get("sha256") != header.sha256:
        refuse("header of a recording", "that of what is recorded", result.folder / HEADER)
    return header, record


def numbers_of(recording: Recording) -> dict[str, Any]:
    """What a recording holds, and how densely, as JSON values."""
    header = recording.header
    layout = header.layout
    return {
        "bytes": header.total_bytes,
        "sha256": header.sha256,
        "spots": layout.pages * layout.spots,
        "pages": layout.pages,
        "rows": layout.rows,
        "columns": layout.columns,
        "pitch_m": layout.pitch,
        "constellation": {"kind": header.constellation.kind, "points": len(header.constellation.points)},
        "code": header.code.name,
        "level_db": header.level,
        "full_scale": header.full_scale,
        "residual_rms": float(np.sqrt(np.trace(header.residual) / 3)),
        "capacity_bits_per_spot": recording.capacity,
        "user_density_bits_per_square_wavelength": recording.user_density,
        "code_density_bits_per_square_wavelength": recording.code_density,
        "recorder": describe_recorder(recording.recorder),
    }
