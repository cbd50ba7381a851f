"""What training reports after each epoch, and its files history.csv and history.jsonl."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from optomag.errors import refuse, require_integer, require_real
from optomag.io.files import storage_errors, write_text
from optomag.io.table import table_lines, table_text

CSV_NAME = "history.csv"
JSONL_NAME = "history.jsonl"


@dataclass(frozen=True)
class EpochRecord:
    """One epoch of training.

    Parameters
    ----------
    epoch : int
        Counted from 1.
    train_mse, test_mse : float
        Mean squared error of the weights, dimensionless. The training value is the mean over the epoch's
        batches, each taken before its own step; the test value is taken after the epoch.
    seconds : float [s]
        Wall time of learning.
    test_seconds : float [s]
        Wall time of measuring the test value.
    samples_per_second : float [1/s]
        Training samples divided by `seconds`.
    gflops : float [GFLOP/s]
        Speed of the matrix products that learning needs (see `optomag.learning.epoch.training_flops`).
    time_left : float [s]
        Until the last epoch at the mean speed of this run, test set included.
    """

    epoch: int
    train_mse: float
    test_mse: float
    seconds: float
    test_seconds: float
    samples_per_second: float
    gflops: float
    time_left: float


def checked_history(records: Any, record: type = EpochRecord) -> tuple[Any, ...]:
    """The epochs that a file lists, as JSON values.

    Parameters
    ----------
    records : list of dict
    record : type, default EpochRecord
        A frozen record of numbers >= 0, the first of which is `epoch`.

    Raises
    ------
    InvalidInputError
        If they do not count 1, 2, 3, ..., or one has other entries than the record, or one that is not
        a finite number >= 0.
    """
    names = [field.name for field in fields(record)]
    if not isinstance(records, list) or not all(isinstance(r, dict) and [*r] == names for r in records):
        refuse("history", f"a list of records of {', '.join(names)}", "others")
    for number, entries in enumerate(records, 1):
        if require_integer(f"epoch of record {number}", entries["epoch"]) != number:
            refuse(f"epoch of record {number}", str(number), entries["epoch"])
        for name in names[1:]:
            if require_real(f"{name} of epoch {number}", entries[name]) < 0:
                refuse(f"{name} of epoch {number}", ">= 0", entries[name])
    return tuple(record(**entries) for entries in records)


def write_history(folder: Path, history: Sequence[EpochRecord]) -> None:
    """Write both files anew, each whole or not at all.

    Raises
    ------
    StorageError
        Where the file system refuses.
    """
    names = [field.name for field in fields(EpochRecord)]
    write_text(folder / CSV_NAME, table_text(names, [asdict(record) for record in history]))
    write_text(folder / JSONL_NAME, "".join(_json_line(record) for record in history))


def append_history(folder: Path, record: EpochRecord) -> None:
    """Add one epoch to both files, which `write_history` has made.

    Raises
    ------
    StorageError
        Where the file system refuses.
    """
    csv_line = table_lines([list(asdict(record).values())])
    for name, line in ((CSV_NAME, csv_line), (JSONL_NAME, _json_line(record))):
        with storage_errors(folder / name), open(folder / name, "a", encoding="utf-8", newline="") as file:
            file.write(line)


def _json_line(record: EpochRecord) -> str:
    return json.dumps(asdict(record)) + "\n"
