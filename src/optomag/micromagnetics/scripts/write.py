"""All scripts of a drive, into a folder."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from optomag.io.files import write_text
from optomag.micromagnetics.drive import Drive
from optomag.micromagnetics.scripts import magnum_np, mumax3, mumax_plus, neuralmag, ubermag

MAKERS: Final[dict[str, dict[str, Callable[[Drive], str]]]] = {
    "ovf": {
        mumax3.NAME: mumax3.mumax3_script,
        ubermag.NAME: ubermag.ubermag_script,
        mumax_plus.NAME: mumax_plus.mumax_plus_script,
    },
    "vti": {
        neuralmag.NAME: neuralmag.neuralmag_script,
        magnum_np.NAME: magnum_np.magnum_np_script,
    },
}
"""Which scripts read which files, by the names of the scripts."""

SCRIPTS: Final = tuple(name for makers in MAKERS.values() for name in makers)
"""Names of all scripts."""


def write_scripts(drive: Drive, folder: Path, to: Collection[str]) -> list[str]:
    """Write the scripts that read the files of the formats `to`; return their names.

    Raises
    ------
    InvalidInputError
        If the shape of a pulse is none that a script can spell.
    StorageError
        Where the file system refuses.
    """
    makers = {name: maker for format in to for name, maker in MAKERS.get(format, {}).items()}
    if drive.simulation.images:
        makers.pop(ubermag.NAME, None)  # OOMMF's demagnetisation repeats a box along one axis only
    for name, maker in makers.items():
        write_text(folder / name, maker(drive))
    return list(makers)
