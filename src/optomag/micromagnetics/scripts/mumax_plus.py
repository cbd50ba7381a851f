"""Script for mumax+, which needs a CUDA GPU and takes fields in tesla."""

from __future__ import annotations

from string import Template
from typing import Final

from optomag.micromagnetics.drive import Drive
from optomag.micromagnetics.scripts.python_parts import HEAD
from optomag.micromagnetics.scripts.values import python_values

NAME: Final = "run_mumaxplus.py"

_TEXT: Final = Template('''\
"""Light on a magnet, made by optomag: python $script, run in this folder.

The OVF files are effective fields at the peaks of pulses, in tesla, as mumax+ takes them. Needs a CUDA GPU.
"""

import math

try:
    import numpy as np
    from mumaxplus import Ferromagnet, Grid, World
except ImportError as missing:
    raise SystemExit(f"$script needs mumax+: pip install mumaxplus ({missing})") from None

$head
$record_class

$charge_function

$start_functions

def read_ovf(name):
    """Values of a vector field, (3, nz, ny, nx); mumax+'s own reader takes single precision only."""
    with open(name, "rb") as file:
        _, _, rest = file.read().partition(b"# Begin: Data ")
    line, _, data = rest.partition(b"\\n")
    count = 3 * int(np.prod(CELLS))
    if line.strip().lower() == b"text":
        values = np.array(data.partition(b"#")[0].split(), dtype=float)
    else:
        size = int(line.split()[-1])  # bytes of a number; one that is a check comes first
        values = np.frombuffer(data, f"<f{size}", count, offset=size)
    return np.ascontiguousarray(values.reshape(*CELLS[::-1], 3).transpose(3, 0, 1, 2), dtype=float)


def to_mumax(m):
    """From (nx, ny, nz, 3) to the order of mumax+, (3, nz, ny, nx)."""
    return np.ascontiguousarray(m.transpose(3, 2, 1, 0))


def main():
    repeated = tuple(n if k else 0 for n, k in zip(CELLS, IMAGES))
    world = World(cellsize=EDGES, pbc_repetitions=IMAGES, mastergrid=Grid(repeated))
    magnet = Ferromagnet(world, Grid(CELLS))
    magnet.msat, magnet.aex, magnet.alpha = MS, A, ALPHA
    if KU:
        magnet.ku1, magnet.anisU = KU, (0, 0, 1)
    if DMI:
        magnet.dmi_tensor.set_interfacial_dmi(DMI)
    magnet.magnetization = START
    if RELAX:
        print("relaxing the start", flush=True)
        magnet.relax()

    def m():
        return magnet.magnetization.eval().transpose(3, 2, 1, 0)

    if TILT:
        magnet.magnetization = to_mumax(tilted(m()))
    for name, peak, width, shape in LIGHT:

        def term(t, peak=peak, width=width, shape=shape):
            return (shape(t, peak, width),) * 3

        magnet.bias_magnetic_field.add_time_term(term, read_ovf(f"{name}.ovf"))

    record = Record()
    record.row(0.0, m(), snapshot=True)
    for begin, end, rows, frames in PHASES:

        def look(_, step=(end - begin) / rows):
            world.timesolver.run(step)
            return m()

        record.phase(begin, end, rows, frames, look)
    record.finish(m())


if __name__ == "__main__":
    main()
''')


def mumax_plus_script(drive: Drive) -> str:
    """Python script for mumax+ that applies the terms of a drive [T].

    Raises
    ------
    InvalidInputError
        If the shape of a pulse is none that the script can spell.
    """
    values = python_values(drive, program="mumaxplus", array_module="np")
    return _TEXT.substitute(values, script=NAME, head=HEAD.substitute(values))
