"""Folders that come along with the package: inside it when it is installed, beside it in a checkout."""

from __future__ import annotations

import os
from pathlib import Path

from optomag.errors import nearest, refuse

PACKAGE = Path(__file__).parents[1]
CHECKOUT = PACKAGE.parents[1]

IN_CHECKOUT = {"docs": "docs", "examples": "examples", "site": "build/site"}
"""Folders that come along, and where a checkout has them (`setup.py` puts them into the package)."""


def shipped(name: str) -> Path | None:
    """The folder of that name, one of `IN_CHECKOUT`, or None where it did not come along.

    >>> shipped("examples") is None or (shipped("examples") / "needle.toml").is_file()
    True
    """
    places = [PACKAGE / name]
    if (CHECKOUT / "pyproject.toml").is_file() and PACKAGE.parent.name == "src":
        places.append(CHECKOUT / IN_CHECKOUT[name])
    return next((place for place in places if place.is_dir() and any(place.iterdir())), None)


def example(path: Path) -> Path:
    """The file that came along under that name, if nobody has a file of this path; otherwise the path.

    Raises
    ------
    InvalidInputError
        If there is neither, and one that came along has a similar name.

    >>> [example(Path(each)).name for each in ("needle", "examples/needle.toml", "mine.toml")]
    ['needle.toml', 'needle.toml', 'mine.toml']
    """
    folder = shipped("examples")
    if folder is None or os.path.exists(path) or path.parent not in (Path("."), Path("examples")):
        return path
    names = sorted(each.stem for each in folder.glob("*.toml"))
    if path.stem in names:
        return folder / f"{path.stem}.toml"
    if not path.suffix and (advice := nearest(path.stem, names)):  # a file is looked for among files
        refuse("TARGET", "an existing file or an example's name", f"{path} (missing)", advice)
    return path
