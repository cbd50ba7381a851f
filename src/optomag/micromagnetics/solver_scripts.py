"""Scripts that shake a magnet with the exported field: for mumax3, Ubermag (OOMMF) and magnum.np.

Each applies B_eff as a pulse, times the envelope of the light's power, and then lets the magnet go. All three
programs take steps as long as their error control allows, which would jump over a pulse of femtoseconds: each
script bounds the step while the pulse lasts.

Units: mumax3 takes tesla. Ubermag and magnum.np take A/m: the scripts divide by mu0. Names and arguments are
those of mumax3 3.11, micromagneticmodel 0.65 with oommfc 0.66, and magnum.np 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import Final

from optomag.errors import refuse
from optomag.io.cell_field import CellBox
from optomag.optics.pulse import GaussianShape, Pulse, PulseShape, SechSquaredShape

MUMAX3, UBERMAG, MAGNUM_NP = "run_mumax3.mx3", "run_ubermag.py", "run_magnumnp.py"
"""File names. Not ubermag.py and magnumnp.py: those would hide the packages of these names."""


@dataclass(frozen=True)
class Envelope:
    """The relative power P(t)/P_peak in the languages of the scripts, and when it begins.

    Parameters
    ----------
    mumax3, numpy, torch : str
        Expressions in t, the time of the peak and the full width at half maximum.
    lead : float
        Widths before the peak at which the pulse begins: the power is below 1e-8 of its peak.
    """

    mumax3: str
    numpy: str
    torch: str
    lead: float


ENVELOPES: Final[dict[type[PulseShape], Envelope]] = {
    GaussianShape: Envelope(
        "exp(-4*log(2)*pow((t-pulsePeak)/pulseWidth, 2))",
        "np.exp2(-4 * ((t - PEAK) / WIDTH) ** 2)",
        "torch.exp2(-4 * ((t - PEAK) / WIDTH) ** 2)",
        lead=3.0,
    ),
    SechSquaredShape: Envelope(
        "pow(1/cosh(2*log(1+sqrt(2))*(t-pulsePeak)/pulseWidth), 2)",
        "1 / np.cosh(2 * np.arcsinh(1.0) * (t - PEAK) / WIDTH) ** 2",
        "1 / torch.cosh(2 * np.arcsinh(1.0) * (t - PEAK) / WIDTH) ** 2",
        lead=6.0,
    ),
}

STEPS_PER_WIDTH: Final = 20
"""Solver steps, at least, within the full width at half maximum of a pulse."""

EXCHANGE, DAMPING, AFTERWARDS = 4e-12, 0.01, 100e-12
"""Exchange stiffness [J/m], damping and time after the pulse [s] that a user has to replace."""

_MUMAX3: Final = Template("""\
// A light pulse on a magnet, made by optomag: mumax3 $script, run in this folder.
// B_eff.ovf is the effective field at the peak of the pulse, in tesla, as mumax3 takes it.

SetGridSize($nx, $ny, $nz)
SetCellSize($dx, $dy, $dz)

Msat  = $saturation   // A/m, the value that B_eff was made with
Aex   = $exchange   // J/m: replace it by yours
alpha = $damping    // replace it by yours
m = Uniform(0, 0, 1)
Relax()

pulseWidth := $width   // s, full width at half maximum of the power
pulsePeak := $peak   // s
B_ext.Add(LoadFile("B_eff.ovf"), $envelope)

TableAdd(B_ext)
TableAutoSave($step)
MaxDt = $step   // the solver must not step over the pulse
Run($end)
Save(m)

MaxDt = 0
TableAutoSave($table)
Run($afterwards)
Save(m)
""")

_UBERMAG: Final = Template('''\
"""A light pulse on a magnet, made by optomag: python $script, run in this folder.

B_eff.ovf is the effective field at the peak of the pulse, in tesla. Ubermag takes A/m.
"""

import discretisedfield as df
import micromagneticmodel as mm
import numpy as np
import oommfc as oc

MS = $saturation  # A/m, the value that B_eff was made with
A = $exchange  # J/m: replace it by yours
ALPHA = $damping  # replace it by yours
WIDTH = $width  # s, full width at half maximum of the power
PEAK = $peak  # s
END = $end  # s
STEP = $step  # s


def pulse(t):
    return float($envelope)


B = df.Field.from_file("B_eff.ovf")
H = df.Field(B.mesh, nvdim=3, value=B.array / mm.consts.mu0)

system = mm.System(name="optomag_pulse")
system.energy = mm.Exchange(A=A) + mm.Demag()
system.dynamics = mm.Precession(gamma0=mm.consts.gamma0) + mm.Damping(alpha=ALPHA)
system.m = df.Field(B.mesh, nvdim=3, value=(0, 0, 1), norm=MS)


def main():
    oc.MinDriver().drive(system)
    # as many stages as steps: the solver must not step over the pulse
    system.energy += mm.Zeeman(H=H, func=pulse, dt=STEP, name="light")
    oc.TimeDriver().drive(system, t=END, n=round(END / STEP))
    # each drive begins at t = 0 again, so the light must be gone before the next
    system.energy -= system.energy.light
    oc.TimeDriver().drive(system, t=$afterwards, n=100)
    system.m.to_file("m_after.omf")


if __name__ == "__main__":
    main()
''')

_MAGNUM_NP: Final = Template('''\
"""A light pulse on a magnet, made by optomag: python $script, run in this folder.

B_eff in fields.vti is the effective field at the peak of the pulse, in tesla. magnum.np takes A/m.
"""

import numpy as np
import torch

torch.set_default_dtype(torch.float64)  # before magnum.np makes its first array

from magnumnp import DemagField, ExchangeField, ExternalField, LLGSolver, MinimizerBB  # noqa: E402
from magnumnp import Mesh, ScalarLogger, State, constants, read_vti  # noqa: E402

MS = $saturation  # A/m, the value that B_eff was made with
A = $exchange  # J/m: replace it by yours
ALPHA = $damping  # replace it by yours
WIDTH = $width  # s, full width at half maximum of the power
PEAK = $peak  # s
END = $end  # s
STEP = $step  # s


def pulse(t):
    return $envelope


_, fields = read_vti("fields.vti")
H = fields["B_eff"] / constants.mu_0

state = State(Mesh(($nx, $ny, $nz), ($dx, $dy, $dz), ($x, $y, $z)))
state.material = {"Ms": MS, "A": A, "alpha": ALPHA}
state.m = state.Constant([0.0, 0.0, 1.0])

demag, exchange = DemagField(), ExchangeField()
light = ExternalField(lambda state: pulse(state.t) * H)


def main():
    MinimizerBB([demag, exchange]).minimize(state)
    solver = LLGSolver([demag, exchange, light])
    logger = ScalarLogger("log.dat", ["t", "m"])
    # the solver must not step over the pulse
    for _ in range(round(END / STEP)):
        solver.step(state, STEP)
        logger << state
    solver = LLGSolver([demag, exchange])
    for _ in range(100):
        solver.step(state, $afterwards / 100)
        logger << state
    state.write_vtk({"m": state.m}, "m_after")


if __name__ == "__main__":
    main()
''')


def mumax3_script(box: CellBox, pulse: Pulse, *, saturation_magnetization: float) -> str:
    """Input file for mumax3 that applies B_eff.ovf [T] to a magnet of the box's cells.

    Parameters
    ----------
    box : CellBox
        Cells of B_eff.ovf; mumax3 does not care where they are.
    pulse : Pulse
        Gives envelope and duration.
    saturation_magnetization : float [A/m]

    Raises
    ------
    InvalidInputError
        If the shape of the pulse is none that the script can spell.
    """
    envelope = _envelope(pulse)
    values = _values(box, pulse, envelope, saturation_magnetization)
    return _MUMAX3.substitute(values, script=MUMAX3, envelope=envelope.mumax3)


def ubermag_script(box: CellBox, pulse: Pulse, *, saturation_magnetization: float) -> str:
    """Python script for Ubermag and OOMMF that applies B_eff.ovf [T -> A/m]; see `mumax3_script`."""
    envelope = _envelope(pulse)
    values = _values(box, pulse, envelope, saturation_magnetization)
    return _UBERMAG.substitute(values, script=UBERMAG, envelope=envelope.numpy)


def magnum_np_script(box: CellBox, pulse: Pulse, *, saturation_magnetization: float) -> str:
    """Python script for magnum.np that applies B_eff of fields.vti [T -> A/m]; see `mumax3_script`."""
    envelope = _envelope(pulse)
    values = _values(box, pulse, envelope, saturation_magnetization)
    return _MAGNUM_NP.substitute(values, script=MAGNUM_NP, envelope=envelope.torch)


def _envelope(pulse: Pulse) -> Envelope:
    if type(pulse.shape) not in ENVELOPES:
        known = " or ".join(kind.__name__ for kind in ENVELOPES)
        refuse("shape of a pulse in a script", known, pulse.shape)
    return ENVELOPES[type(pulse.shape)]


def _values(box: CellBox, pulse: Pulse, envelope: Envelope, saturation: float) -> dict[str, str]:
    peak = envelope.lead * pulse.duration
    numbers = {
        **dict(zip(("nx", "ny", "nz"), box.shape, strict=True)),
        **dict(zip(("dx", "dy", "dz"), box.cell, strict=True)),
        **dict(zip("xyz", box.corner, strict=True)),
        "saturation": saturation,
        "exchange": EXCHANGE,
        "damping": DAMPING,
        "width": pulse.duration,
        "peak": peak,
        "end": 2 * peak,
        "step": pulse.duration / STEPS_PER_WIDTH,
        "afterwards": AFTERWARDS,
        "table": AFTERWARDS / 100,
    }
    return {name: f"{value:.12g}" if name in _ROUNDED else repr(value) for name, value in numbers.items()}


_ROUNDED: Final = {"width", "peak", "end", "step", "table"}
"""Times that are products, whose last digits are rounding."""
