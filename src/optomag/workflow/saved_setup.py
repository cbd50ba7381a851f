"""What the record of saved light says before a beam is simulated: lens, film, and of how many beams it is."""

from __future__ import annotations

import os
from dataclasses import dataclass

from optomag.errors import refuse, require_path
from optomag.io.names import numbered_names
from optomag.io.result_folder import SavedResult
from optomag.optics.description import film_from
from optomag.optics.film import Film
from optomag.workflow.config import LensConfig
from optomag.workflow.load import is_member, opened, require_member

SHINING = {
    "optomag-design": "design.json",
    "optomag-structure": "design.json",
    "optomag-light": "light.json",
}
"""Formats of results that have light, and where their record lies."""


@dataclass(frozen=True)
class SavedSetup:
    """What light crosses.

    Attributes
    ----------
    lens : LensConfig
        Of plain numbers: an `Objective` would load what computes.
    film : Film or None
    four_pi : bool
        Whether a second lens shines from the other side.
    designs : int
        Of a list of directions; 0 of one direction and of other light.
    exposures : int
        Of a structure; 1 of other light.
    """

    lens: LensConfig
    film: Film | None
    four_pi: bool
    designs: int = 0
    exposures: int = 1


def setup_in(
    folder: str | os.PathLike[str],
    *,
    name: str,
    many: bool = False,
    several: bool = True,
    others: tuple[str, ...] = (),
) -> SavedSetup | None:
    """The set-up of the light in a folder, or of one of its designs as FOLDER/NAME.

    Parameters
    ----------
    folder : path
    name : str
        What messages call the light.
    many : bool, default False
        Whether many designs at once will do.
    several : bool, default True
        Whether several exposures of a structure will do.
    others : tuple of str
        Formats that will do besides those of light, of which nothing is told here.

    Returns
    -------
    SavedSetup or None
        None of other formats, and of a record that cannot be read, which is refused when it is loaded.

    Raises
    ------
    InvalidInputError
        If there is no result, no light, or no such design in it.
    """
    place, result = require_path("folder", folder), opened(folder)
    if result.kind in others:
        return None
    if result.kind not in SHINING:
        rule = "Light, or what has it: a design, a structure"
        refuse(name, rule, f"{place} of format {result.kind}")
    found, names = _described(result)
    if found is None:
        return None
    if is_member(place):
        require_member(names, place)
        return SavedSetup(found.lens, found.film, found.four_pi)
    if found.designs and not many:
        advice = "Take one, by index, or as FOLDER/NAME."
        refuse(name, "of one beam", f"a batch of {found.designs}", advice)
    if found.exposures > 1 and not several:
        refuse(name, "of one exposure", f"{found.exposures} in {place}", "`optomag export` sums them.")
    return found


def _described(result: SavedResult) -> tuple[SavedSetup | None, tuple[str, ...]]:
    """The set-up that a record describes, and the names of its designs."""
    record = result.json(SHINING[result.kind])
    try:
        setup = record["setup"] if result.kind == "optomag-design" else record
        said, four_pi = setup["lens"], setup.get("four_pi", setup.get("counter") is not None)
        lens = LensConfig(na=said["na"], index=said["index"], wavelength_nm=said["wavelength_m"] * 1e9)
        designs = record.get("directions", 0)  # of a list of them
        names = tuple(record.get("names", numbered_names(designs)))
        exposures = len(record.get("energies", [1.0]))
        found = SavedSetup(lens, film_from(setup["film"]), bool(four_pi), designs, exposures)
    except (AttributeError, KeyError, TypeError, ValueError):  # edited, or of another version
        return None, ()
    return found, names
