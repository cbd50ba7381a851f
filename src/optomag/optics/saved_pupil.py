"""A measured pupil out of its folder."""

from __future__ import annotations

from typing import Any

from optomag.errors import refuse
from optomag.io.result_folder import SavedResult
from optomag.optics.description import lens_from
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.pupil_files import RECORD, TRANSMISSIONS, VERSION


def pupil_in(result: SavedResult) -> MeasuredPupil:
    """The pupil in an open result.

    Raises
    ------
    InvalidInputError
        If its file is missing, edited or of another version, or describes no pupil.
    """
    return pupil_from(result.record(RECORD, version=VERSION))


def pupil_from(plain: Any) -> MeasuredPupil:
    """The pupil that `optomag.optics.pupil_files.describe_pupil` described.

    Raises
    ------
    InvalidInputError
        If the values describe none.
    """
    if not isinstance(plain, dict) or not plain.keys() >= {"lens", "x", "y"}:
        refuse("pupil of a file", "a table of lens, x and y", plain)
    x, y = (TRANSMISSIONS.restore(plain[name], {}) for name in ("x", "y"))
    return MeasuredPupil(lens_from(plain["lens"]), x, y)
