"""The measured pupil that a command is told of: the folder of a fit, or of a saved pupil."""

from __future__ import annotations

from pathlib import Path

from optomag.optics.measured_pupil import MeasuredPupil
from optomag.workflow.load import load, require_measured


def load_measured(folder: Path) -> MeasuredPupil:
    """The pupil in a folder.

    Raises
    ------
    InvalidInputError
        If there is no result, a file of it is missing or edited, or it is neither a pupil nor a fit of one.
    """
    require_measured(folder)
    found = load(folder)
    return found if isinstance(found, MeasuredPupil) else found.pupil
