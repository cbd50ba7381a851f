"""The state of a training run on disk: a run that is killed goes on from here, to the same last bit.

A checkpoint is two files: `epoch-00012.safetensors` holds every array, `epoch-00012.json` everything else and
the SHA-256 of the arrays. Both are written whole or not at all, the JSON last: only with it the checkpoint
counts. The one before is kept, so at no moment is there less than one good checkpoint.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, OptomagError, refuse
from optomag.io.files import read_json, sha256_of, storage_errors, write_json
from optomag.io.weights import load_tensors, save_tensors
from optomag.learning.history import EpochRecord, checked_history

FILE_FORMAT = "optomag-checkpoint"
FILE_VERSION = 1

KEPT = 2
"""Checkpoints on disk: the newest, and one in case that disk or user damages it."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Training after a whole number of epochs.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        Layers and the optimiser's memory, by name.
    run : mapping
        What makes this run itself and no other (configuration, fingerprint of the data), as JSON values.
    history : tuple of EpochRecord, or of another record
        The epochs so far.
    """

    tensors: Mapping[str, np.ndarray]
    run: Mapping[str, Any]
    history: tuple[Any, ...]


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint beside the one before it, and only then remove what is older.

    Raises
    ------
    StorageError
        Where the file system refuses; earlier checkpoints stay.
    """
    stem = _stem(len(checkpoint.history))
    tensors = folder / f"{stem}.safetensors"
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    metadata = {"format": FILE_FORMAT, "version": str(FILE_VERSION)}
    save_tensors(tensors, checkpoint.tensors, metadata=metadata)
    description = {
        "format": FILE_FORMAT,
        "version": FILE_VERSION,
        "run": checkpoint.run,
        "history": [asdict(record) for record in checkpoint.history],
        "tensors_sha256": sha256_of(tensors),
    }
    write_json(folder / f"{stem}.json", description)
    _remove_all_but(folder, [path.stem for path in _newest_first(folder)[:KEPT]])


def load_checkpoint(folder: Path, *, run: Mapping[str, Any], record: type = EpochRecord) -> Checkpoint | None:
    """Return the newest checkpoint in `folder`; None where there is none.

    Parameters
    ----------
    folder : path
        Where `save_checkpoint` wrote.
    run : mapping
        What the checkpoint's `run` must be.
    record : type, default EpochRecord
        What its history consists of.

    Raises
    ------
    InvalidInputError
        If the newest checkpoint is truncated, damaged, foreign or of another run. The message says from which
        epoch the last good one would go on.
    """
    descriptions = _newest_first(folder)
    if not descriptions:
        return None
    newest, *older = descriptions
    try:
        checkpoint = _read(newest, record)
    except OptomagError as error:
        raise InvalidInputError(f"{error} {_way_out(newest, older, record)}") from error
    _require_same_run(newest, checkpoint.run, run)
    return checkpoint


def _stem(epochs: int) -> str:
    return f"epoch-{epochs:05d}"


def _read(description: Path, record: type) -> Checkpoint:
    """Return a checkpoint whose two files are whole and belong together."""
    content = read_json(description, name="checkpoint")
    rule = f"a description of format {FILE_FORMAT}, version {FILE_VERSION}"
    try:
        known = (content["format"], content["version"]) == (FILE_FORMAT, FILE_VERSION)
        records, run, digest = content["history"], content["run"], content["tensors_sha256"]
    except (TypeError, KeyError):
        refuse("checkpoint", rule, description)
    if not known or not isinstance(run, dict):
        refuse("checkpoint", rule, description)
    history = checked_history(records, record)
    if description.stem != _stem(len(history)):
        refuse("history of the checkpoint", "complete", f"{len(history)} epochs in {description}")
    tensors = description.with_suffix(".safetensors")
    if sha256_of(tensors) != digest:
        refuse("checkpoint", "as it was written", f"{tensors} with another SHA-256")
    # checked above
    found, _ = load_tensors(tensors, kind=FILE_FORMAT, name="checkpoint", checked_elsewhere=True)
    return Checkpoint(found, run, history)


def _way_out(newest: Path, older: Sequence[Path], record: type) -> str:
    files = f"{newest.name} and {newest.with_suffix('.safetensors').name}"
    for description in older:
        try:
            epoch = len(_read(description, record).history)
        except OptomagError:
            continue
        return f"Delete {files} to go on from the last good checkpoint, after epoch {epoch}."
    return f"No good checkpoint is left: delete the folder {newest.parent} to start anew."


def _require_same_run(path: Path, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    wanted = json.loads(json.dumps(wanted))
    for name in wanted:
        if found.get(name) != wanted[name]:
            advice = "Choose another folder, or delete it to start anew."
            refuse(name, f"that of the checkpoint {path} ({found.get(name)})", wanted[name], advice)


def _newest_first(folder: Path) -> list[Path]:
    """Descriptions in the folder; by length and then by letter, names sort like their epochs."""
    return sorted(folder.glob("epoch-*.json"), key=lambda path: (len(path.name), path.name), reverse=True)


def _remove_all_but(folder: Path, stems: Sequence[str]) -> None:
    with storage_errors(folder, "cleaned up"):
        # JSON sorts before safetensors: a kill in between leaves arrays that no description names
        for path in sorted(folder.glob("epoch-*.*")):
            if path.stem not in stems:
                path.unlink(missing_ok=True)
