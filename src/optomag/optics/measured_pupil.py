"""The pupil of a real set-up, as it was measured: what its optics do to light, and how that is undone."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Complex128

from optomag.displayed import Displayed
from optomag.errors import refuse, require_integer, require_kind, require_yes_or_no
from optomag.optics.arrays import product
from optomag.optics.beam import Beam
from optomag.optics.channels import channels_on_pixels, in_channels
from optomag.optics.description import setup_line
from optomag.optics.mode import Mode
from optomag.optics.objective import Objective, require_lens
from optomag.optics.transmission import Transmission

SAME = 1e-6
"""Relative difference of lenses that is rounding of what was typed."""

HOW = "Make one: Transmission({(n, m): waves})."


@dataclass(frozen=True)
class MeasuredPupil(Displayed):
    """What the optics do to E_x and E_y on the way to the pupil of a lens: a diagonal Jones matrix.

    Parameters
    ----------
    lens : Objective
        Whose pupil it is.
    x : Transmission
        Of E_x.
    y : Transmission, optional
        Of E_y; by default as of E_x.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> pupil = MeasuredPupil(lens, Transmission({(2, 2): 0.1}, nepers={(2, 0): -0.2}))
    >>> pupil.terms
    {(2, 2): 0.1}
    >>> from optomag.optics.elementary import circular
    >>> sent = pupil.undone(circular(+1), amplitude=True)
    >>> arrived = pupil.through(sent).evaluate(0.3, 0.7)
    >>> bool(np.allclose(arrived, circular(+1).evaluate(0.3, 0.7), 0, 1e-12))
    True
    """

    lens: Objective
    x: Transmission
    y: Any = None

    def __post_init__(self) -> None:
        require_lens(self.lens)
        object.__setattr__(self, "y", self.x if self.y is None else self.y)
        for name, part in (("x", self.x), ("y", self.y)):
            require_kind(f"{name} of a measured pupil", part, Transmission, "an optomag Transmission", HOW)

    @property
    def is_scalar(self) -> bool:
        """Whether both components are changed alike."""
        return self.x == self.y

    @property
    def levels(self) -> bool:
        """Whether there are amplitudes to level."""
        return bool(self.x.nepers or self.y.nepers)

    @property
    def terms(self) -> dict[tuple[int, int], float]:
        """Wavefront of E_x [waves rms] by order (n, m), without the piston, that nobody sees."""
        return {order: waves for order, waves in self.x.waves if order != (0, 0)}

    def through(self, beam: Beam) -> Beam:
        """What arrives in the pupil when `beam` is sent; power is lost or gained with the amplitudes.

        Parameters
        ----------
        beam : Beam
            What is sent.
        """
        return _times(beam, self.x, self.y)

    def undone(self, beam: Beam, *, amplitude: bool = False) -> Beam:
        """What to send so that `beam` arrives.

        Parameters
        ----------
        beam : Beam
        amplitude : bool, default False
            Whether to level the amplitudes too, and not the phases alone.
        """
        if require_yes_or_no("amplitude", amplitude):
            return _times(beam, self.x.inverse, self.y.inverse)
        return _times(beam, self.x.conjugate, self.y.conjugate)

    def on_pixels(self, count: int) -> Complex128[np.ndarray, "N N 2"]:
        """Factors of (E_x, E_y) at the centres of pixels, complex128 (N, N, 2), laid as `optomag.pixels`.

        Parameters
        ----------
        count : int
            N, pixels along each side.
        """
        return channels_on_pixels(self.x, self.y, require_integer("count", count, at_least=1))

    def require_lens(self, lens: Objective, *, name: str = "lens of the light") -> None:
        """Refuse a lens whose pupil is another one.

        Parameters
        ----------
        lens : Objective
        name : str
            What the message calls it.

        Raises
        ------
        InvalidInputError
            If its aperture, index, wavelength or apodization is not that of the measured lens.
        """
        own = self.lens
        lens = require_kind(name, lens, Objective, "an optomag Objective")
        pairs = ((own.na, lens.na), (own.index, lens.index), (own.wavelength, lens.wavelength))
        alike = all(math.isclose(*pair, rel_tol=SAME) for pair in pairs)
        if not alike or own.apodization != lens.apodization:
            rule = f"that of the measured pupil, {setup_line(own)}"
            advice = "Measure it with this lens, or give the pupil this one: MeasuredPupil(lens, x, y)."
            refuse(name, rule, setup_line(lens), advice)

    def save(self, folder: str | os.PathLike[str], *, replace: bool = False) -> Path:
        """Write the pupil to a folder, whole or not at all; `optomag.load` reads it back.

        See `optomag.optics.pupil_files.write_pupil` for the files.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        replace : bool, default False
            Whether another pupil there may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, the lens is one that no file can describe, or the
            folder cannot be used.
        StorageError
            Where the file system refuses; what was there stays.
        """
        from optomag.optics.pupil_files import write_pupil

        return write_pupil(self, folder, replace=replace)


def pupil_of(source: Any, lens: Objective, *, name: str = "measured pupil") -> MeasuredPupil:
    """The measured pupil that something is, has or describes, for light of a lens.

    Parameters
    ----------
    source : MeasuredPupil, whatever has one as `.pupil`, or mapping of (n, m) to float [waves rms]
        A pupil, the fit that found it, or the terms of a wavefront that both components share.
    lens : Objective
        Of the light.
    name : str
        What messages call it.

    Raises
    ------
    InvalidInputError
        If it is none of these, or the pupil of another lens.
    """
    if isinstance(source, Mapping):
        if not source:
            refuse(name, "a mapping {(n, m): waves rms} with one or more entries", source)
        return MeasuredPupil(lens, Transmission(source))
    pupil = source if isinstance(source, MeasuredPupil) else getattr(source, "pupil", None)
    if not isinstance(pupil, MeasuredPupil):
        rule = "a MeasuredPupil, a fit of one, or a mapping {(n, m): waves rms}"
        refuse(name, rule, source)
    pupil.require_lens(lens)
    return pupil


def _times(beam: Beam, x: Transmission, y: Transmission) -> Beam:
    """The beam with its components transmitted."""
    if not isinstance(beam, Beam):
        refuse("beam of a measured pupil", "an optomag Beam", beam, "Light has one: light.beam.")
    if x == y:
        return beam if x.is_identity else beam * x
    modes = tuple(Mode(in_channels(mode.function, x, y), mode.masks) for mode in beam.modes)
    return Beam(beam.weights, modes, tuple(_map_times(jones, x, y) for jones in beam.pixel_maps))


def _map_times(jones: Any, x: Transmission, y: Transmission) -> Any:
    """A map, or a batch of them, pixel by pixel."""
    shape = np.shape(jones)
    return product(jones, channels_on_pixels(x, y, shape[-2]).reshape(*[1] * (len(shape) - 3), *shape[-3:]))
