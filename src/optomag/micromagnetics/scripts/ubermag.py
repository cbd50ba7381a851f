"""Script for Ubermag, which drives OOMMF and takes fields in A/m."""

from __future__ import annotations

from string import Template
from typing import Final

from optomag.micromagnetics.drive import Drive
from optomag.micromagnetics.scripts.python_parts import HEAD
from optomag.micromagnetics.scripts.values import envelopes_in, python_values

NAME: Final = "run_ubermag.py"

_TEXT: Final = Template('''\
"""Light on a magnet, made by optomag: python $script, run in this folder.

The OVF files are effective fields at the peaks of pulses, in tesla. Ubermag takes A/m and drives OOMMF.
"""

import shutil
from pathlib import Path

try:
    import discretisedfield as df
    import micromagneticmodel as mm
    import numpy as np
    import oommfc as oc
except ImportError as missing:
    raise SystemExit(f"$script needs Ubermag: pip install oommfc ({missing})") from None

$head
$record_class

$charge_function

$start_functions

def light(number, name, peak, width, envelope, begin):
    """A term as OOMMF wants it: with its derivative in time; each drive counts time from 0 again.

    It is named after its pulse, for one field may come several times.
    """
    pulse = f"light_{number}"
    text = f"proc {pulse} {{ total_time }} {{\\n{envelope}"
    text += "  return [list $$f $$f $$f $$df $$df $$df]\\n}\\n\\n"
    text = text.replace("PEAK", repr(peak - begin)).replace("WIDTH", repr(width))
    B = df.Field.from_file(f"{name}.ovf")
    tcl = {"script": text, "energy": "Oxs_TransformZeeman", "type": "diagonal"}
    tcl |= {"script_args": "total_time", "script_name": pulse}
    H = df.Field(MESH, nvdim=3, value=B.array / mm.consts.mu0)
    return mm.Zeeman(H=H, tcl_strings=tcl, name=pulse)


HOME = Path("ubermag")
MESH = df.Mesh(p1=CORNER, p2=tuple(c + n * d for c, n, d in zip(CORNER, CELLS, EDGES)), n=CELLS)


def field(m):
    return df.Field(MESH, nvdim=3, value=m, norm=MS)


def main():
    shutil.rmtree(HOME, ignore_errors=True)  # of a former run
    HOME.mkdir()
    magnet = mm.Exchange(A=A) + mm.Demag()
    if KU:
        magnet += mm.UniaxialAnisotropy(K=KU, u=(0, 0, 1))
    if DMI:
        magnet += mm.DMI(D=-DMI, crystalclass="Cnv_z")  # the opposite sign of mumax3's Dind
    system = mm.System(name="light")
    system.energy = magnet
    system.dynamics = mm.Precession(gamma0=mm.consts.gamma0) + mm.Damping(alpha=ALPHA)
    system.m = field(np.broadcast_to(np.array(START, dtype=float), (*CELLS, 3)))
    if RELAX:
        print("relaxing the start", flush=True)
        oc.MinDriver().drive(system, dirname=str(HOME), verbose=0)
    system.m = field(tilted(system.m.array / MS))

    record = Record()
    record.row(0.0, system.m.array / MS, snapshot=True)
    for begin, end, rows, frames in PHASES:
        terms = [light(i, *term, begin) for i, term in enumerate(LIGHT)]
        system.energy = magnet
        for term in terms:
            system.energy += term
        # as many stages as rows: the solver must not step over a pulse
        number = system.drive_number
        oc.TimeDriver().drive(system, t=end - begin, n=rows, dirname=str(HOME), verbose=0)
        files = sorted((HOME / "light" / f"drive-{number}").glob("*Magnetization*.omf"))
        record.phase(begin, end, rows, frames, lambda i: df.Field.from_file(files[i - 1]).array / MS)
    record.finish(system.m.array / MS)


if __name__ == "__main__":
    main()
''')


def ubermag_script(drive: Drive) -> str:
    """Python script for Ubermag and OOMMF that applies the terms of a drive [T -> A/m].

    Raises
    ------
    InvalidInputError
        If the shape of a pulse is none that the script can spell.
    """
    values = python_values(drive, program="ubermag", array_module="np")
    values["envelopes"] = "\n".join(
        f'{envelope.name} = """\\\n{envelope.tcl}"""  # f and df/dt, in OOMMF\'s language'
        for envelope in envelopes_in(drive)
    )
    return _TEXT.substitute(values, script=NAME, head=HEAD.substitute(values))
