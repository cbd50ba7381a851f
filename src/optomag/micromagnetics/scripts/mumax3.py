"""Input file for mumax3, which takes fields in tesla; names of mumax3 3.11."""

from __future__ import annotations

from string import Template
from typing import Final

from optomag.micromagnetics.drive import Drive
from optomag.micromagnetics.scripts.envelope import envelope_of
from optomag.micromagnetics.scripts.times import Phase, peak_times, phases_of
from optomag.micromagnetics.scripts.values import magnet_values

NAME: Final = "run_mumax3.mx3"

_TEXT: Final = Template("""\
// Light on a magnet, made by optomag: mumax3 $script, run in this folder.
// The OVF files are effective fields at the peaks of pulses, in tesla, as mumax3 takes them.

SetGridSize($nx, $ny, $nz)
SetCellSize($dx, $dy, $dz)
$periodic
Msat  = $saturation   // A/m, the value that B_eff was made with
Aex   = $exchange   // J/m
alpha = $damping
$anisotropy_and_dmi
m = Uniform($start_x, $start_y, $start_z)
$relax_and_tilt
// each field times its envelope; peaks and full widths at half maximum of the power in seconds
$light
TableAdd(B_ext)
TableAdd(ext_topologicalchargelattice)   // N: 1 or -1 for a skyrmion
Save(m)

$phases""")

_PERIODIC: Final = Template("SetPBC($images, $images, 0)   // copies of the box on each side\n")
_TILT: Final = Template("""\
randSeed($seed)
for k := 0; k < $nz; k++ {
    for j := 0; j < $ny; j++ {
        for i := 0; i < $nx; i++ {
            v := m.GetCell(i, j, k)
            m.SetCell(i, j, k, vector(v.X()+$tilt*randNorm(), v.Y()+$tilt*randNorm(), v.Z()+$tilt*randNorm()))
        }
    }
}""")
"""Random tilts [rad], cell by cell: a field exactly against m has no torque."""


def mumax3_script(drive: Drive) -> str:
    """Input file for mumax3 that applies the terms of a drive [T] to a magnet of the box's cells.

    Raises
    ------
    InvalidInputError
        If the shape of a pulse is none that the script can spell.
    """
    simulation = drive.simulation
    values = magnet_values(drive)
    extra = []
    if simulation.anisotropy:
        extra += [f"Ku1   = {simulation.anisotropy!r}   // J/m^3", "anisU = vector(0, 0, 1)"]
    if simulation.dmi:
        extra += [f"Dind  = {simulation.dmi!r}   // J/m^2"]
    prepared = ["Relax()"] if simulation.relax else []
    if simulation.tilt:
        prepared.append(
            _TILT.substitute(values, **dict(zip(("nx", "ny", "nz"), drive.box.shape, strict=True)))
        )
    names = ["n" + axis for axis in "xyz"] + ["d" + axis for axis in "xyz"]
    return _TEXT.substitute(
        values,
        **dict(zip(names, (*drive.box.shape, *drive.box.cell), strict=True)),
        **dict(zip(("start_x", "start_y", "start_z"), simulation.start, strict=True)),
        script=NAME,
        periodic=_PERIODIC.substitute(values) if simulation.images else "",
        anisotropy_and_dmi="".join(f"{line}\n" for line in extra),
        relax_and_tilt="".join(f"{line}\n" for line in prepared),
        light=_light(drive),
        phases="\n".join(_phase(phase) for phase in phases_of(drive)),
    )


def _light(drive: Drive) -> str:
    lines = []
    for number, (term, peak) in enumerate(zip(drive.terms, peak_times(drive.terms), strict=True), start=1):
        expression = envelope_of(term.pulse).mumax3
        expression = expression.replace("PEAK", f"peak{number}").replace("WIDTH", f"width{number}")
        lines += [
            f"peak{number} := {peak!r}",
            f"width{number} := {term.pulse.duration!r}",
            f'B_ext.Add(LoadFile("{term.field}.ovf"), {expression})',
        ]
    return "".join(f"{line}\n" for line in lines)


def _phase(phase: Phase) -> str:
    """MaxDt bounds the step while a pulse lasts; 0 leaves it to the error control."""
    bound = f"{phase.step!r}   // the solver must not step over the pulse" if phase.light else "0"
    part = (phase.end - phase.start) / phase.frames
    runs = f"Run({part:.12g})\nSave(m)\n" * phase.frames
    return f"MaxDt = {bound}\nTableAutoSave({phase.step!r})\n{runs}"
