"""Kinds of lists that people write: which columns they have, and what messages call them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListKind:
    """A kind of list, each row of which has a direction.

    Attributes
    ----------
    what : str
        What messages call the rows.
    files : str
        Which files are read.
    example : str
        A first line.
    columns : str
        Which columns there are.
    quantities : tuple of str
        That every list has beside a direction.
    more : tuple of str
        That a list may have.
    text : str
        Name of the column of text; empty where all are numbers.
    """

    what: str
    files: str
    example: str
    columns: str
    quantities: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    text: str = ""


SPOTS = ListKind(
    what="spots",
    files="a CSV file of plain text in UTF-8, a NetCDF, .npy or .ovf file, or a Zarr folder",
    example="x_nm,y_nm,mx,my,mz",
    columns="x_nm, y_nm, either mx, my, mz or azimuth_deg, polar_deg, and perhaps exposure",
    quantities=("x", "y"),
    more=("exposure",),
)

DIRECTIONS = ListKind(
    what="directions",
    files="a CSV file of plain text in UTF-8, or a .npy file",
    example="name,mx,my,mz",
    columns="either mx, my, mz or azimuth_deg, polar_deg, and perhaps name",
    text="name",
)
