"""Two modes of light for each component of the magnetization: one that reads, one that is detected."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optomag.optics.beam import Beam
from optomag.optics.elementary import linear, radial
from optomag.optics.masks import phase_step


class ModePair(NamedTuple):
    """A beam that reads and the mode that is detected.

    Attributes
    ----------
    read : Beam
        What shines on the film.
    detect : Beam
        The mode that is detected, as the beam that is its reversal: focused by the lens that collects, it
        would run the mode's way backwards. For real pupil fields it is the mode itself.

    Examples
    --------
    >>> import optomag as om
    >>> pair = om.ModePair(read=om.linear(), detect=om.radial())  # what tells My
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> pairs = (om.radial_pairs()[0], pair, om.radial_pairs()[2])
    >>> om.Reader(lens, geometry="transmission", pairs=pairs).phases.shape
    (3,)
    """

    read: Beam
    detect: Beam


def radial_pairs() -> tuple[ModePair, ModePair, ModePair]:
    """Linear light, detected radially polarised or crossed: separate Mx, My and Mz at the focus.

    E_read x E_det is y x z = x, x x z = -y and x x y = z on the axis. A vortex retarder in front of the
    analyser detects radial light.

    Returns
    -------
    tuple of three ModePair
        For Mx, My and Mz, as `Reader` takes them.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> reader = om.Reader(lens, geometry="transmission", pairs=om.radial_pairs())
    >>> round(float(reader.transfer_function([0.0, 0.0])[2, 2].real), 6)  # of a uniform film along z
    1.0
    """
    x, y, z = linear(0.0), linear(0.5 * np.pi), radial()
    return ModePair(y, z), ModePair(x, z), ModePair(x, y)


def split_pairs() -> tuple[ModePair, ModePair, ModePair]:
    """Linear light, crossed analyser and a detector of two halves for Mx and My; no special optics.

    The difference of two halves is the overlap with light whose pupil has a phase step: along its edge it has
    a field E_z at the focus. The halves are those across the analysed polarisation's own gradient, two thirds
    as strong as radial detection.

    Returns
    -------
    tuple of three ModePair
        For Mx, My and Mz, as `Reader` takes them.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> alone = om.scan([[0, 0]], [[1, 0, 0]], lens)
    >>> read = []
    >>> for pairs in (om.split_pairs(), om.radial_pairs()):
    ...     reader = om.Reader(lens, geometry="transmission", pairs=pairs)
    ...     read.append(om.read_out(alone, reader, full_scale=1.0).values[0, 0])
    >>> round(float(read[0] / read[1]), 2)  # halves against radial detection, of a spot along x
    0.66
    """
    x, y = linear(0.0), linear(0.5 * np.pi)
    return ModePair(y, x * phase_step("y")), ModePair(x, y * phase_step("x")), ModePair(x, y)


PAIRS = {"radial": radial_pairs, "split": split_pairs}
"""Names of the sets of pairs in files and commands."""
