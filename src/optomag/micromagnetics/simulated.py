"""What a script of an export has simulated: the magnet over time, read back and checked."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import refuse, require_choice, require_path, require_real
from optomag.io.cell_field import CellBox
from optomag.io.files import read_json, read_npy, require_file
from optomag.io.ovf import read_ovf
from optomag.io.spot_csv import Rows, csv_table
from optomag.magnetism.texture import skyrmion_number
from optomag.micromagnetics.drive import Term
from optomag.micromagnetics.export import RECORD
from optomag.micromagnetics.scripts.envelope import ENVELOPES
from optomag.micromagnetics.scripts.times import peak_times
from optomag.optics.pulse import Pulse

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PROGRAMS: Final = {"neuralmag": "NeuralMag", "magnumnp": "magnum.np", "ubermag": "Ubermag (OOMMF)"}
COLUMNS: Final = ["t", "mx", "my", "mz", "N", "frame"]

UNIT: Final = 0.02
"""What |m| may differ from 1 by: NeuralMag and magnum.np keep the length of m only as well as they step."""

SAME: Final = 2e-3
"""What N of a frame may differ by from the table's: frames are kept in single precision."""


@dataclass(frozen=True, eq=False)
class Simulated(Displayed):
    """A magnet over time.

    Attributes
    ----------
    program : str
        Which script made it.
    box : CellBox
        The cells.
    times : float64, shape (n,) [s]
        From the beginning.
    magnetization : float64, shape (n, 3)
        Mean of m over all cells.
    charge : float64, shape (n,)
        Topological charge N of the layer in the middle.
    light : float64, shape (n,)
        Power of the light, relative to the largest of its peaks.
    frame_times : float64, shape (frames,) [s]
        Of the frames.
    frames : float64, shape (frames, nx, ny, 3)
        m in the layer in the middle.
    setup : str
        Lens and film of the light, in words; nothing where the export does not say them.

    Examples
    --------
    >>> import optomag as om
    >>> box = om.CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(4, 4, 1))
    >>> up, zero = np.tile([0.0, 0.0, 1.0], (1, 4, 4, 1)), np.zeros(1)
    >>> run = om.Simulated("mine", box, zero, up[:, 0, 0], zero, zero, zero, up)  # as of read_simulation
    >>> run.charge[-1].item(), run.magnetization[-1].tolist()
    (0.0, [0.0, 0.0, 1.0])
    """

    program: str
    box: CellBox
    times: Float64[np.ndarray, " n"]
    magnetization: Float64[np.ndarray, "n 3"]
    charge: Float64[np.ndarray, " n"]
    light: Float64[np.ndarray, " n"]
    frame_times: Float64[np.ndarray, " frames"]
    frames: Float64[np.ndarray, "frames nx ny 3"]
    setup: str = ""

    def plot(self, *, heading: str = "") -> Figure:
        """Draw frames of m in a row, over N, <m_z> and the light in time.

        Parameters
        ----------
        heading : str, optional
            Over the figure, below lens and film; by default which program made it.

        Returns
        -------
        matplotlib Figure
        """
        from optomag.plot.film_strip import FilmStrip, film_strip_figure

        grid = self.box.grid
        strip = FilmStrip(
            *(grid.x, grid.y, self.frame_times, self.frames, self.times),
            charge=self.charge,
            m_z=self.magnetization[:, 2],
            light=self.light,
        )
        told = heading or f"m(t), simulated with {PROGRAMS[self.program]}"
        return film_strip_figure(strip, heading=f"{self.setup}\n{told}".strip())


def read_simulation(folder: str | os.PathLike[str], program: str = "neuralmag") -> Simulated:
    """What a script of an export wrote into its folder, checked against itself.

    Parameters
    ----------
    folder : path
        Of the export, in which `run_neuralmag.py`, `run_magnumnp.py` or `run_ubermag.py` has run to its end.
    program : {"neuralmag", "magnumnp", "ubermag"}

    Returns
    -------
    Simulated

    Raises
    ------
    InvalidInputError
        If a file is missing or damaged, m is no direction somewhere, or the topological charge of a frame is
        not the one that the table says.
    StorageError
        Where a file cannot be read.

    Examples
    --------
    >>> run = read_simulation("my-export")  # doctest: +SKIP
    >>> run.charge[-1]  # doctest: +SKIP
    -1.0
    """
    path = require_path("folder", folder)
    require_choice("program", program, tuple(PROGRAMS))
    advice = f"run_{program}.py writes it; run it there, or name another program: program=."
    table = _table(require_file(path / f"table_{program}.csv", name="table", advice=advice))
    box = read_ovf(path / f"m_{program}.ovf").box
    times, frame_numbers = table[:, 0], table[:, 5]
    kept = frame_numbers >= 0
    stored = read_npy(path / f"frames_{program}.npy", name="frames")
    shape = (int(kept.sum()), *box.shape[:2], 3)
    if stored.shape != shape or stored.dtype.kind != "f":
        refuse("frames", f"numbers of shape {shape}, as the table says", f"{stored.shape}")
    frames = stored.astype(np.float64)
    if not np.array_equal(frame_numbers[kept], np.arange(len(frames))):
        refuse("frames in the table", "numbered from 0 in order", frame_numbers[kept].tolist())
    lengths = np.linalg.norm(frames, axis=-1)
    if not np.all(np.abs(lengths - 1) <= UNIT):
        refuse("m in the frames", "of length 1", f"lengths from {lengths.min():.3g} to {lengths.max():.3g}")
    for frame, said in zip(frames, table[kept, 4], strict=True):
        if min(box.shape[:2]) > 1 and not math.isclose(skyrmion_number(frame), said, abs_tol=SAME):
            refuse("N of a frame", f"the table's {said:.4f}", f"{skyrmion_number(frame):.4f}")
    record = read_json(path / RECORD, name="record of the export")
    light = _light(path, record, times)
    return Simulated(
        program,
        box,
        times,
        table[:, 1:4],
        table[:, 4],
        light,
        times[kept],
        frames,
        str(record.get("setup", "")),
    )


def _table(file: Path) -> Float64[np.ndarray, "n 6"]:
    parts = csv_table(file)
    names = next(parts)
    if names != COLUMNS:
        refuse("columns of the table", ", ".join(COLUMNS), f"{file}, {names}")
    rows = [part.numbers for part in parts if isinstance(part, Rows)]
    table = np.concatenate([np.empty((0, len(COLUMNS))), *rows])
    if len(table) < 2 or not np.all(np.diff(table[:, 0]) > 0):
        refuse("times of the table", "two or more, in order", str(file))
    return table


def _light(folder: Path, record: Any, times: Float64[np.ndarray, " n"]) -> Float64[np.ndarray, " n"]:
    """Power over time of the pulses that the export's record names."""
    try:
        terms = [_term(term) for term in record["terms"]]
    except (KeyError, TypeError, AttributeError, StopIteration):
        refuse("record of the export", "one of this version, with its terms", str(folder / RECORD))
    power = np.zeros(len(times))
    for term, peak in zip(terms, peak_times(terms), strict=True):
        power += term.pulse.power_at(times - peak)
    return power / max(term.pulse.peak_power for term in terms)


def _term(described: Any) -> Term:
    pulse = described["pulse"]
    shape = next(shape for shape in ENVELOPES if shape.__name__ == pulse["shape"])()
    found = Pulse(energy=pulse["energy_j"], duration=pulse["duration_s"], shape=shape)
    return Term(field="B_eff", pulse=found, delay=require_real("delay", described["delay_s"]))
