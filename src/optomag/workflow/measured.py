"""The measured pupil that a command is told of: the folder of a fit, or of a saved pupil."""

from __future__ import annotations

from pathlib import Path

from optomag.errors import refuse
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.workflow.load import load


def load_measured(folder: Path) -> MeasuredPupil:
    """The pupil in a folder.

    Raises
    ------
    InvalidInputError
        If there is no result, a file of it is missing or edited, or it is neither a pupil nor a fit of one.
    """
    found = load(folder)
    pupil = found if isinstance(found, MeasuredPupil) else getattr(found, "pupil", None)
    if not isinstance(pupil, MeasuredPupil):
        rule = "the folder of `optomag fit`, or of a saved MeasuredPupil"
        refuse("measured", rule, f"{folder} with a {type(found).__name__}")
    return pupil
