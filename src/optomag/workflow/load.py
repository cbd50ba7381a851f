"""Any saved result out of its folder, by its own word for what it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from optomag.errors import refuse, require_path
from optomag.io.manifest import NAME
from optomag.io.names import place_of
from optomag.io.result_folder import SavedResult, open_result

READERS = {
    "optomag-design": "optomag.inverse.orientation.saved_design:design_of",
    "optomag-structure": "optomag.inverse.structure.saved_structure:structure_of",
    "optomag-pupil": "optomag.optics.saved_pupil:pupil_in",
    "optomag-beam": "optomag.optics.saved_beam:beam_in",
    "optomag-light": "optomag.light.saved_light:light_in",
    "optomag-masks": "optomag.slm.saved_masks:masks_in",
    "optomag-mask-series": "optomag.slm.saved_series:series_in",
    "optomag-schedule": "optomag.slm.schedule:schedule_in",
    "optomag-recording": "optomag.recording.saved_recording:recording_in",
    "optomag-hologram": "optomag.holography.saved_hologram:hologram_in",
    "optomag-card": "optomag.identity.saved_card:card_in",
    "optomag-scan": "optomag.workflow.saved_scan:scan_in",
    "optomag-fit": "optomag.retrieval.saved_fit:fit_in",
    "optomag-dataset": "optomag.workflow.dataset:samples_in",
}
"""Which function makes of an open result what was saved, by the format that its manifest names."""


MEASURED = ("optomag-fit", "optomag-pupil")
"""Formats of results that say what a set-up does to the pupil."""

WITH_MEMBERS = ("optomag-design",)
"""Formats of results of which one may hold many, that have names in one file."""


def load(folder: str | os.PathLike[str]) -> Any:
    """Read any result that was saved.

    Parameters
    ----------
    folder : path
        What a command wrote, or `save` of a design, a structure, a beam, light or masks.

    Returns
    -------
    Design, Structure, Beam, Light, MeasuredPupil, PupilFit, MaskSet, MaskSeries, Schedule, Recording,
    Hologram, SavedCard, Scan or Samples
        The very same beams, images or spots, simulated again, a card's readings, or the samples of a dataset.
        Of every other command a `SavedResult`: its folder, manifest, files and records. All are compared with
        their fingerprints. One of many designs is read as FOLDER/NAME, or by its number, as FOLDER/3.

    Raises
    ------
    InvalidInputError
        If there is no result, a file of it is missing, edited, or named outside the folder, or what it
        records is not what its beams write.
    StorageError
        Where it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> light = om.Light(om.circular(+1), om.Objective(na=0.95, wavelength=532e-9))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     same = om.load(light.save(folder + "/light"))
    >>> type(same).__name__, round(same.beam.power, 9)
    ('Light', 1.0)
    """
    place, result = require_path("folder", folder), opened(folder)
    found = _reader(result.kind)(result)
    return _one_of(found, place) if is_member(place) else found


def opened(folder: str | os.PathLike[str]) -> SavedResult:
    """The result in a folder, or that which has it as FOLDER/NAME, before anything of it is read.

    Raises
    ------
    InvalidInputError
        If there is no result, or its manifest is damaged, edited or of a former version.
    """
    place = require_path("folder", folder)
    if not is_member(place):
        return open_result(place)
    result = open_result(place.parent)
    if result.kind not in WITH_MEMBERS:
        refuse("folder", "an existing one", place)
    return result


def require_measured(folder: Path) -> None:
    """Refuse what is neither a measured pupil nor a fit of one.

    Raises
    ------
    InvalidInputError
        As `opened` does.
    """
    found = opened(folder)
    if found.kind not in MEASURED:
        rule = "the folder of `optomag fit`, or of a saved MeasuredPupil"
        refuse("measured", rule, f"{folder} of format {found.kind}")


def is_member(place: Path) -> bool:
    """Whether a path names one of many designs, as FOLDER/NAME."""
    return not place.exists() and (place.parent / NAME).is_file()


def _one_of(many: Any, place: Path) -> Any:
    """One of the designs in a folder, by its name or its number."""
    return many[require_member(many.names if many.target.ndim > 1 else (), place)]


def require_member(names: Sequence[str], place: Path) -> int:
    """Where the design that FOLDER/NAME asks for stands among those of the folder.

    Raises
    ------
    InvalidInputError
        If none of them has the name, or the number.
    """
    number = place_of(names, place.name)
    if number is None:
        known = f"{names[0]} to {names[-1]}, or a number to {len(names)}" if names else "a folder"
        refuse(f"design in {place.parent}", known, place.name)
    return number


def _reader(kind: str) -> Callable[[SavedResult], Any]:
    if kind not in READERS:
        return SavedResult.require_whole
    module, _, name = READERS[kind].partition(":")
    return getattr(import_module(module), name)
