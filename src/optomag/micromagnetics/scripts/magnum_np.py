"""Script for magnum.np, which computes with PyTorch and takes fields in A/m."""

from __future__ import annotations

from string import Template
from typing import Final

from optomag.micromagnetics.drive import Drive
from optomag.micromagnetics.scripts.python_parts import HEAD
from optomag.micromagnetics.scripts.values import python_values

NAME: Final = "run_magnumnp.py"
"""Not magnumnp.py: that would hide the package of this name."""

_TEXT: Final = Template('''\
"""Light on a magnet, made by optomag: python $script, run in this folder.

Arrays of fields.vti are effective fields at the peaks of pulses, in tesla. magnum.np takes A/m.
"""

import math

try:
    import numpy as np
    import torch

    torch.set_default_dtype(torch.float64)  # before magnum.np makes its first array

    import magnumnp as mn
except ImportError as missing:
    raise SystemExit(f"$script needs magnum.np: pip install magnumnp ({missing})") from None

mn.set_log_level(30)  # warnings

$head
$record_class

$charge_function

$start_functions

_, fields = mn.read_vti("fields.vti")
H = [fields[name] / mn.constants.mu_0 for name, *_ in LIGHT]

state = mn.State(mn.Mesh(CELLS, EDGES, CORNER, IMAGES))
state.material = {"Ms": MS, "A": A, "alpha": ALPHA, "Ku": KU, "Ku_axis": [0.0, 0.0, 1.0], "Di": DMI}
state.m = state.Constant([float(x) for x in START])
mn.normalize(state.m)

magnet = [mn.DemagField(), mn.ExchangeField()]
magnet += [mn.UniaxialAnisotropyField()] if KU else []
magnet += [mn.InterfaceDMIField()] if DMI else []


def light(state):
    return sum(shape(state.t, peak, width) * h for h, (_, peak, width, shape) in zip(H, LIGHT))


def m():
    return state.m.detach().cpu().numpy()


def main():
    if RELAX:
        print("relaxing the start", flush=True)
        mn.LLGSolver(magnet).relax(state)
    state.m = torch.as_tensor(tilted(m()), device=state.m.device)
    state.t = 0.0
    record = Record()
    record.row(0.0, m(), snapshot=True)
    for begin, end, rows, frames in PHASES:

        def look(_, step=(end - begin) / rows):
            # a solver for each row: the last step of a row can be of rounding only, and would be kept
            mn.LLGSolver([*magnet, mn.ExternalField(light)], dt=step).step(state, step)
            return m()

        record.phase(begin, end, rows, frames, look)
    record.finish(m())


if __name__ == "__main__":
    main()
''')


def magnum_np_script(drive: Drive) -> str:
    """Python script for magnum.np that applies the terms of a drive, arrays of fields.vti [T -> A/m].

    Raises
    ------
    InvalidInputError
        If the shape of a pulse is none that the script can spell.
    """
    values = python_values(drive, program="magnumnp", array_module="torch")
    return _TEXT.substitute(values, script=NAME, head=HEAD.substitute(values))
