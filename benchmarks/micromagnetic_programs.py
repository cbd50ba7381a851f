"""Which micromagnetic program ran its script to the end, in which version, and how well they agree.

    python benchmarks/micromagnetic_programs.py                             programs of this environment
    python benchmarks/micromagnetic_programs.py --neuralmag PYTHON --magnumnp PYTHON --ubermag PYTHON

Each program may have a Python of its own: together they weigh many gigabytes. Ubermag needs OOMMF besides
(OOMMFTCL). Writes `docs/micromagnetic-programs.json` and the tables of `docs/micromagnetics.md`; what is not
there keeps its former rows.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

import optomag as om
from optomag.io.cell_field import CellBox, CellField
from optomag.micromagnetics.drive import Drive, Simulation, Term
from optomag.micromagnetics.scripts.write import write_scripts

ROOT = Path(__file__).resolve().parents[1]
RECORD, PAGE = ROOT / "docs" / "micromagnetic-programs.json", ROOT / "docs" / "micromagnetics.md"
PROGRAMS = {
    "neuralmag": ("NeuralMag", "run_neuralmag.py", ("neuralmag",)),
    "magnumnp": ("magnum.np", "run_magnumnp.py", ("magnumnp",)),
    "ubermag": ("Ubermag (OOMMF)", "run_ubermag.py", ("oommfc",)),
}
GAMMA = 1.76085963e11
WIDTH = 1e-13
GAUSSIAN, SECH = om.GaussianShape(), om.SechSquaredShape()
WEAK = {"exchange": 1e-17, "damping": 1e-4, "relax": False, "start": (0.0, 0.6, 0.8), "afterwards": 1e-14}
"""A magnet whose own fields are weak: the light alone counts."""
STRONG, EDGE = ("garnet", "interfacial film"), 3
"""Cases whose programs are compared, and cells at the edges that are left out besides."""


def cases() -> dict[str, tuple[float, tuple[float, tuple[om.PulseShape, ...]], CellBox, dict[str, Any]]]:
    """Ms [A/m], scale of the fields and shapes of pulses, box, and what else is simulated."""
    small = CellBox.centred(cell=(10e-9, 10e-9, 5e-9), shape=(16, 12, 2))
    film = CellBox.centred(cell=(4e-9, 4e-9, 1e-9), shape=(40, 40, 1))
    ferromagnet = {"exchange": 15e-12, "damping": 0.3, "anisotropy": 0.7e6, "dmi": 2e-3}
    return {
        "gaussian": (200.0, (1.0, (GAUSSIAN,)), small, WEAK),
        "two pulses": (200.0, (1.0, (GAUSSIAN, SECH)), small, WEAK),
        "garnet": (1.11e5, (1.0, (GAUSSIAN,)), small, {"afterwards": 5e-12}),
        "interfacial film": (5.8e5, (20.0, (GAUSSIAN,)), film, ferromagnet | {"afterwards": 5e-12}),
    }


def light_on(box: CellBox, scale: float) -> list[CellField]:
    """Two smooth fields that point elsewhere in each cell."""
    x, y = (np.repeat(line[..., None], box.shape[2], axis=2) / 50e-9 for line in plane(box))
    spot = np.exp(-(x**2 + y**2))
    first = 3.0 * scale * np.stack([spot, x * spot, 0.5 * spot**2], axis=-1)
    second = 2.0 * scale * np.stack([-y * spot, spot, -0.3 * spot], axis=-1)
    return [CellField(box, first, "B_eff", "T"), CellField(box, second, "B_eff_2", "T")]


def plane(box: CellBox) -> list[np.ndarray]:
    """x and y of the cells [m]."""
    return list(np.meshgrid(box.grid.x, box.grid.y, indexing="ij"))


def make(folder: Path, case: str) -> tuple[Drive, list[CellField]]:
    """Fields and scripts of a case."""
    saturation, (scale, shapes), box, given = cases()[case]
    fields = light_on(box, scale)[: len(shapes)]
    terms = []
    for number, (field, shape) in enumerate(zip(fields, shapes, strict=True)):
        pulse = om.Pulse(energy=1e-9, duration=WIDTH, shape=shape)
        terms.append(Term(field=field.name, pulse=pulse, delay=number * 1.2e-12))
        om.write_ovf(folder / f"{field.name}.ovf", field)
    om.write_vti(folder / "fields.vti", fields)
    simulation = Simulation(**given)
    drive = Drive(box=box, terms=tuple(terms), saturation_magnetization=saturation, simulation=simulation)
    write_scripts(drive, folder, ["ovf", "vti"])
    return drive, fields


def light_alone(m: np.ndarray, drive: Drive, fields: list[CellField]) -> np.ndarray:
    """m turned about B of each pulse by gamma times its integral, exactly."""
    for term, field in zip(drive.terms, fields, strict=True):
        length = np.linalg.norm(field.values, axis=-1, keepdims=True)
        axis, angle = field.values / length, GAMMA * term.pulse.effective_duration * length
        along = axis * np.sum(axis * m, axis=-1, keepdims=True)
        m = along + (m - along) * np.cos(angle) + np.cross(axis, m) * np.sin(angle)
    return m


def run(folder: Path, python: str, script: str) -> float:
    """Seconds that a script took."""
    began = time.perf_counter()
    with (folder / "said.txt").open("a") as said:  # no pipe: OOMMF's servers would hold it open
        subprocess.run([python, script], cwd=folder, stdout=said, stderr=said, check=True, env=outside())
    return time.perf_counter() - began


def outside() -> dict[str, str]:
    """The environment without what leads Python to optomag's packages."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def version(python: str, packages: tuple[str, ...]) -> str | None:
    """Versions of a program's packages, or None where one is missing."""
    code = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    done = subprocess.run([python, "-c", code, *packages], capture_output=True, text=True, env=outside())
    return done.stdout.strip() if done.returncode == 0 else None


def oommf_version() -> str | None:
    """Of the OOMMF that oommfc would start."""
    program = os.environ.get("OOMMFTCL")
    if program is None or shutil.which("tclsh") is None:
        return None
    done = subprocess.run(["tclsh", program, "+version"], capture_output=True, text=True)
    found = re.search(r"OOMMF (\d\S*)", done.stdout + done.stderr)
    return found[1] if found else "unknown"


def iterations(folder: Path) -> int | None:
    """Of OOMMF while the light lasts: the last number in the table of its drive."""
    drives = sorted(
        (folder / "ubermag" / "light").glob("drive-*"), key=lambda path: int(path.name.split("-")[1])
    )
    tables = [table for drive in drives for table in drive.glob("*.odt") if "TimeDriver" in table.read_text()]
    if not tables:
        return None
    lines = tables[0].read_text().splitlines()
    names = re.findall(r"\{[^}]*\}|\S+", next(line for line in lines if line.startswith("# Columns:"))[10:])
    place = next(i for i, name in enumerate(names) if name.strip("{}").endswith("TimeDriver::Iteration"))
    return int(float([line for line in lines if not line.startswith("#")][-1].split()[place]))


def measure(pythons: dict[str, str], chosen: Collection[str]) -> dict[str, Any]:
    """Rows of every program that is there, and how the programs agree, in the chosen cases."""
    found = json.loads(RECORD.read_text()) if RECORD.exists() else {"programs": {}, "pairs": {}}
    versions = {name: version(python, PROGRAMS[name][2]) for name, python in pythons.items()}
    if versions["ubermag"] is not None:
        oommf = oommf_version()
        versions["ubermag"] = None if oommf is None else f"{versions['ubermag']}, OOMMF {oommf}"
    here = {name: python for name, python in pythons.items() if versions[name] is not None}
    for name in here:
        found["programs"].setdefault(name, {"cases": {}})["version"] = versions[name]
    for case in chosen:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            drive, fields = make(folder, case)
            ends = {}
            for name, python in here.items():
                print(f"{case}: {name}", flush=True)
                seconds = run(folder, python, PROGRAMS[name][1])
                m = ends[name] = om.read_ovf(folder / f"m_{name}.ovf").values
                row = {"seconds": round(seconds, 1), "N": float(last_row(folder, name)[4])}
                if drive.simulation.afterwards < WIDTH:  # the end is that of the light
                    start = np.broadcast_to(drive.simulation.start, m.shape)
                    wanted = light_alone(start, drive, fields)
                    row["impulse_law"] = norm(m - wanted) / norm(wanted - start)
                if name == "ubermag":
                    row["iterations"] = iterations(folder)
                found["programs"][name]["cases"][case] = row
            for one, two in combinations(sorted(ends), 2):
                shares = [difference(ends[one], ends[two], left_out=cells) for cells in (0, EDGE)]
                found["pairs"].setdefault(f"{one}, {two}", {})[case] = dict(
                    zip(("everywhere", "inside"), shares, strict=True)
                )
    return found


def difference(one: np.ndarray, two: np.ndarray, *, left_out: int) -> float:
    """Norm of the difference of two m relative to the way from +z, without some cells at the edges."""
    inner = slice(left_out, -left_out or None)
    return norm((one - two)[inner, inner]) / norm((one - [0.0, 0.0, 1.0])[inner, inner])


def norm(vectors: np.ndarray) -> float:
    """Root of the sum of squares."""
    return float(np.linalg.norm(vectors))


def last_row(folder: Path, name: str) -> np.ndarray:
    """Of the table: t, <m> and N."""
    return np.loadtxt(folder / f"table_{name}.csv", delimiter=",", skiprows=1)[-1]


def tables(found: dict[str, Any]) -> str:
    """The rows as the page shows them."""
    lines = [
        "| program | version | impulse law: Gaussian | two pulses, Gaussian and sech2 | seconds, each case |"
    ]
    lines += ["|---|---|---|---|---|"]
    for name, program in found["programs"].items():
        rows = {case: program["cases"][case] for case in cases()}
        laws = [f"{100 * rows[case]['impulse_law']:.2g} %" for case in ("gaussian", "two pulses")]
        seconds = ", ".join(f"{row['seconds']:.0f}" for row in rows.values())
        lines.append(f"| {PROGRAMS[name][0]} | {program['version']} | {laws[0]} | {laws[1]} | {seconds} |")
    lines += ["", "| m of | garnet | without 3 cells at the edges | film with DMI | without 3 cells |"]
    lines += ["|---|---|---|---|---|"]
    for pair, rows in found["pairs"].items():
        names = " and ".join(PROGRAMS[name][0] for name in pair.split(", "))
        shares = [f"{100 * share:.2g} %" for case in STRONG for share in rows[case].values()]
        lines.append(f"| {names} | {' | '.join(shares)} |")
    return "\n".join(lines)


def put_tables(found: dict[str, Any], page: Path) -> None:
    """Put the tables into the page."""
    begin, end = "<!-- programs -->\n", "\n<!-- end of programs -->"
    text = page.read_text(encoding="utf-8")
    before, after = text.split(begin)[0], text.split(end)[1]
    page.write_text(f"{before}{begin}{tables(found)}{end}{after}", encoding="utf-8")


def main() -> None:
    """Measure, and write the record and the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in PROGRAMS:
        parser.add_argument(f"--{name}", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--cases", nargs="+", choices=cases(), default=list(cases()))
    given = vars(parser.parse_args())
    found = measure({name: given[name] for name in PROGRAMS}, given["cases"])
    RECORD.write_text(json.dumps(found, indent=1) + "\n")
    put_tables(found, PAGE)


if __name__ == "__main__":
    main()
