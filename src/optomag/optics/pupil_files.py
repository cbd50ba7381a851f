"""The files of a measured pupil: its lens and its terms."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from optomag.io.files import write_json
from optomag.io.fingerprint import identity_of
from optomag.io.plain_records import Catalogue
from optomag.io.result_folder import new_result
from optomag.optics.description import describe_lens
from optomag.optics.objective import Objective
from optomag.optics.transmission import Transmission

FORMAT, VERSION, RECORD = "optomag-pupil", 1, "pupil.json"

TRANSMISSIONS = Catalogue("transmission of a file", {"Transmission": "optomag.optics.transmission"})


@runtime_checkable
class Pupil(Protocol):
    """What is written of `optomag.optics.measured_pupil.MeasuredPupil`, which saves itself by it."""

    @property
    def lens(self) -> Objective: ...

    @property
    def x(self) -> Transmission: ...

    @property
    def y(self) -> Transmission: ...


def describe_pupil(pupil: Pupil) -> dict[str, Any]:
    """The pupil as JSON values.

    Raises
    ------
    InvalidInputError
        For a lens whose apodization no file can describe.
    """
    parts = {name: getattr(pupil, name) for name in ("x", "y")}
    return {"lens": describe_lens(pupil.lens)} | {
        name: TRANSMISSIONS.describe(part, {}, name=name) for name, part in parts.items()
    }


def write_pupil(pupil: Pupil, folder: str | os.PathLike[str], *, replace: bool = True) -> Path:
    """Write a pupil to a folder, whole or not at all.

    Parameters
    ----------
    pupil : MeasuredPupil
    folder : path
        Made if it does not exist; files that are no pupil's are left alone.
    replace : bool, default True
        Whether another pupil there may go; the same one always may.

    Returns
    -------
    Path
        The folder, with `pupil.json` and `manifest.json`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or the lens is one that no file can describe.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    started = time.time()
    record = {"format": FORMAT, "version": VERSION, **describe_pupil(pupil)}
    place: dict[str, Any] = {
        "kind": FORMAT,
        "command": "MeasuredPupil.save",
        "writes": (RECORD,),
        "name": "folder",
    }
    own: dict[str, Any] = {"identity": identity_of(record), "replace": replace}
    with new_result(folder, **place, **own) as result:
        write_json(result.path / RECORD, record)
        result.seal(config={"lens": record["lens"]}, seed=None, started=started)
    return result.folder
