"""Script for NeuralMag, which computes with JAX on a CPU or GPU and takes fields in A/m."""

from __future__ import annotations

from string import Template
from typing import Final

from optomag.micromagnetics.drive import Drive
from optomag.micromagnetics.scripts.python_parts import HEAD
from optomag.micromagnetics.scripts.values import python_values

NAME: Final = "run_neuralmag.py"

_TEXT: Final = Template('''\
"""Light on a magnet, made by optomag: python $script, run in this folder.

Arrays of fields.vti are effective fields at the peaks of pulses, in tesla. NeuralMag takes A/m.
"""

import math
import os

os.environ.setdefault("NM_BACKEND", "jax")
os.environ.setdefault("NM_DTYPE", "float64")

try:
    import neuralmag as nm  # before JAX
    import jax.numpy as jnp
    import numpy as np
    import pyvista
    from scipy import constants
    from scipy.interpolate import make_interp_spline
except ImportError as missing:
    raise SystemExit(f"$script needs NeuralMag: pip install 'neuralmag[jax]' ({missing})") from None

nm.set_log_level(30)  # warnings

$head
$record_class

$charge_function

$start_functions

# NeuralMag has m on the nodes, the corners of cells. On cells (VectorCellFunction) its exchange does not see
# what alternates from cell to cell, and a relaxed magnet falls apart into single cells.
CENTRES = [(np.arange(n) + 0.5) * d for n, d in zip(CELLS, EDGES)]
NODES = [np.arange(n + 1) * d for n, d in zip(CELLS, EDGES)]
FLAT = CELLS[2] == 1  # one layer of nodes
OPEN = slice(None, -1 if IMAGES[0] else None)  # the last nodes of a repeated box are the first again


def moved(f, start, to):
    """A field between centres and nodes, by cubic splines along each axis."""
    for axis in range(2 if FLAT else 3):
        if f.shape[axis] == 1:
            f = np.repeat(f, len(to[axis]), axis=axis)
        else:
            degree = 3 if f.shape[axis] > 3 else 1
            f = make_interp_spline(start[axis], f, k=degree, axis=axis)(to[axis])
    return f


fields = pyvista.read("fields.vti").cell_data
H = []
for name, *_ in LIGHT:
    h = moved(fields[name].reshape((*CELLS, 3), order="F") / constants.mu_0, CENTRES, NODES)
    H.append(jnp.asarray((h[:, :, 0] if FLAT else h)[OPEN, OPEN]))

state = nm.State(nm.Mesh(CELLS[:2] if FLAT else CELLS, EDGES, CORNER, IMAGES))
state.material.Ms, state.material.A, state.material.alpha = MS, A, ALPHA


def put(m):
    """Set m on the nodes."""
    m = m / np.linalg.norm(m, axis=-1, keepdims=True)
    state.m = nm.VectorFunction(state, tensor=state.tensor(m))


def m():
    """The magnet on the cells."""
    m = np.asarray(state.m.tensor)
    if IMAGES[0]:
        m = np.concatenate([m, m[:1]])
        m = np.concatenate([m, m[:, :1]], axis=1)
    m = moved(m[:, :, None] if FLAT else m, NODES, CENTRES)
    return m / np.linalg.norm(m, axis=-1, keepdims=True)


def relax():
    """Let m fall with strong damping until it moves by less than 1e-4 in 10 ps, but for 2 ns at most."""
    state.material.alpha = 1.0
    solver = nm.LLGSolver(state, scale_t=1e-12, max_steps=1_000_000)
    for _ in range(200):
        before = state.m.tensor
        solver.step(1e-11)
        if jnp.abs(state.m.tensor - before).max() < 1e-4:
            break
    else:
        print("the start is not at rest after 2 ns")
    state.material.alpha, state.t = ALPHA, 0.0


def light(t):
    return sum(shape(t, peak, width) * h for h, (_, peak, width, shape) in zip(H, LIGHT))


def main():
    nodes = nm.VectorFunction(state).tensor.shape
    put(np.broadcast_to(np.array(START, dtype=float), nodes))
    terms = ["exchange", "demag"]
    nm.ExchangeField().register(state, "exchange")
    nm.DemagField().register(state, "demag")
    if KU:
        state.material.Ku, state.material.Ku_axis = KU, [0, 0, 1]
        nm.UniaxialAnisotropyField().register(state, "anisotropy")
        terms.append("anisotropy")
    if DMI:
        state.material.Di, state.material.Di_axis = -DMI, [0, 0, 1]  # the opposite sign of mumax3's Dind
        nm.InterfaceDMIField().register(state, "dmi")
        terms.append("dmi")
    if RELAX:
        print("relaxing the start", flush=True)
        nm.TotalField(*terms).register(state)
        relax()
    put(tilted(np.asarray(state.m.tensor)))
    nm.ExternalField(light).register(state, "light")
    nm.TotalField(*terms, "light").register(state)

    record = Record()
    record.row(0.0, m(), snapshot=True)
    solver = nm.LLGSolver(state, scale_t=1e-12, max_steps=1_000_000)
    for begin, end, rows, frames in PHASES:

        def look(_, step=(end - begin) / rows):
            solver.step(step)
            return m()

        record.phase(begin, end, rows, frames, look)
    record.finish(m())


if __name__ == "__main__":
    main()
''')


def neuralmag_script(drive: Drive) -> str:
    """Python script for NeuralMag that applies the terms of a drive, arrays of fields.vti [T -> A/m].

    Raises
    ------
    InvalidInputError
        If the shape of a pulse is none that the script can spell.
    """
    values = python_values(drive, program="neuralmag", array_module="jnp")
    return _TEXT.substitute(values, script=NAME, head=HEAD.substitute(values))
