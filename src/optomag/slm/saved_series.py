"""Mask series out of their folders; each set is read and simulated again when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from optomag.errors import refuse
from optomag.io.names import require_names
from optomag.io.result_folder import SavedResult, open_result
from optomag.slm.device import Device
from optomag.slm.mask_files import FORMAT as SET_FORMAT
from optomag.slm.mask_series import MaskSeries
from optomag.slm.named_sets import NamedSets
from optomag.slm.saved_masks import load_masks
from optomag.slm.series_files import TABLE


def series_in(result: SavedResult) -> MaskSeries:
    """The series in an open result; each set is read, and simulated again, when it is asked for.

    Raises
    ------
    InvalidInputError
        If the table is missing, edited or foreign.
    """
    sets = result.manifest.get("sets")
    if not isinstance(sets, dict) or not sets or not all(isinstance(seal, str) for seal in sets.values()):
        refuse("manifest of a mask series", "one with its sets", result.folder)
    result.path(TABLE)
    names = require_names(f"name of a mask set in {result.folder}", tuple(sets))
    return MaskSeries(SavedSets(result.folder, names, tuple(sets.values())))


class SavedSets(NamedSets):
    """Sets in the folders of a saved series."""

    def __init__(self, folder: Path, names: tuple[str, ...], seals: Sequence[str]) -> None:
        self._folder, self._names, self._seals = folder, names, seals

    @property
    def names(self) -> tuple[str, ...]:
        """Those of the folders."""
        return self._names

    @property
    def device(self) -> Device:
        """That of the first set."""
        return self.one(0).device

    def one(self, number: int) -> Any:
        """Read, compared with its fingerprints and simulated again."""
        return load_masks(self._open(number).folder)

    def made_from(self, number: int) -> str | None:
        """What was written with it; None where nobody could tell then."""
        config = self._open(number).manifest.get("config")
        return config.get("made_from") if isinstance(config, dict) else None

    def _open(self, number: int) -> SavedResult:
        place = self._folder / self._names[number]
        found = open_result(place, kind=SET_FORMAT, name="masks")
        if found.manifest["sha256"] != self._seals[number]:
            advice = "It was made again since; make the series again."
            refuse("mask set of a series", "the one that its manifest names", place, advice)
        return found
