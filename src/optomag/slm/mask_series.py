"""A series of mask sets: images that are shown one after the other on one device."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from optomag.displayed import Displayed, plural
from optomag.errors import refuse
from optomag.io.names import place_of
from optomag.slm.device import Device
from optomag.slm.named_sets import NamedSets, SomeSets

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class MaskSeries(Displayed):
    """Mask sets of many beams; `series[3]` or `series["north"]` makes or reads one `MaskSet`.

    Attributes
    ----------
    sets : NamedSets
        Where they come from: lights, or a folder.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design([[0, 0, 1], [1, 0, 0]], lens, names=["up", "ahead"])
    >>> series = om.masks(found, device)
    >>> series.names, bool(series["up"].verified.angle_error < 0.02)  # [rad], of 25 pixels along the radius
    (('up', 'ahead'), True)
    """

    sets: NamedSets

    @property
    def names(self) -> tuple[str, ...]:
        """What each set is called; its folder, where the series is saved."""
        return self.sets.names

    @property
    def device(self) -> Device:
        """The device that all are for."""
        return self.sets.device

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Any]:
        return (self[number] for number in range(len(self)))

    @overload
    def __getitem__(self, which: int | str) -> Any: ...

    @overload
    def __getitem__(self, which: slice) -> MaskSeries: ...

    def __getitem__(self, which: int | str | slice) -> Any:
        if isinstance(which, slice):
            return MaskSeries(SomeSets(self.sets, range(len(self))[which]))
        if isinstance(which, str):
            number = place_of(self.names, which)
            if number is None:
                refuse("name of a mask set", f"one of {self.names[0]} to {self.names[-1]}", which)
            return self.sets.one(number)
        return self.sets.one(range(len(self))[which])

    def plot(self) -> Figure:
        """Draw the panels of the first sets, with what they write.

        Returns
        -------
        matplotlib.figure.Figure
            As `series.png` of the folder that `save` writes. Sets that lie in no folder are made for it, a
            second or more for each.
        """
        from optomag.slm.series_files import plot_series

        return plot_series(self.sets)

    def _facts_(self) -> dict[str, str]:
        return {"": plural(len(self), "mask set"), "for": self.device.name}

    def save(
        self,
        folder: str | os.PathLike[str],
        *,
        formats: tuple[str, ...] = ("png",),
        rate: float | None = None,
        replace: bool = False,
    ) -> Path:
        """Write a folder for each set, a table, a sheet and, with a rate [Hz], a playlist.

        Sets that lie there complete are not made again; see `optomag.slm.series_files.write_series`.

        Parameters
        ----------
        folder : path
        formats : tuple of str, default ("png",)
            Of the images.
        rate : float [Hz], optional
            At which a playlist shows them.
        replace : bool, default False
            Whether another series there, or other masks in the folders of its sets, may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, a format is unknown, the rate is no positive number,
            or the folder cannot be used.
        StorageError
            Where the file system refuses; what was there stays.
        """
        from optomag.slm.series_files import write_series

        return write_series(self.sets, folder, formats=formats, rate=rate, replace=replace).folder
