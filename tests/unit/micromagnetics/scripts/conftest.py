"""A small export whose light is known, the scripts run on it, and what light alone would do."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import optomag as om
from optomag.io.cell_field import CellBox, CellField
from optomag.micromagnetics.drive import Drive, Simulation, Term
from optomag.micromagnetics.scripts.write import write_scripts

GAMMA = 1.76085963e11
"""Electron's, rad/(s T); programs differ by 0.1 %."""

WIDTH, DELAY, RADIUS = 1e-13, 1.2e-12, 50e-9
PATIENCE = 280
"""Seconds that a script may take."""


@dataclass(frozen=True)
class Laboratory:
    """Two fields of light on a box, pulses for them, and a folder."""

    folder: Path
    drive: Drive
    fields: tuple[CellField, ...]

    def run(self, script: str, *, package: str, before: str = "") -> str:
        """Run a script as a user would; its output. Skips where its program is not installed."""
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
        command = [sys.executable, script] if not before else [sys.executable, "-c", before, script]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "TORCHDYNAMO_DISABLE": "1"}
        for name in ("JAX_NUMPY_RANK_PROMOTION", "JAX_NUMPY_DTYPE_PROMOTION"):
            environment.pop(name, None)  # strictness is for optomag's own code
        said = self.folder / "said.txt"
        # into a file: servers that OOMMF starts would hold a pipe open after the script has ended
        with said.open("w") as output:
            done = subprocess.run(
                command, cwd=self.folder, stdout=output, stderr=output, timeout=PATIENCE, env=environment
            )
        text = said.read_text()
        assert done.returncode == 0, text[-3000:]
        return text

    def light_alone(self, m: np.ndarray, terms: Iterable[int]) -> np.ndarray:
        """m turned about B of each pulse by gamma times its integral: dm/dt = -gamma m x B, exactly."""
        for number in terms:
            pulse = self.drive.terms[number].pulse
            B = self.fields[number].values
            angle = GAMMA * pulse.effective_duration * np.linalg.norm(B, axis=-1, keepdims=True)
            axis = B / np.linalg.norm(B, axis=-1, keepdims=True)
            along = axis * np.sum(axis * m, axis=-1, keepdims=True)
            m = along + (m - along) * np.cos(angle) + np.cross(axis, m) * np.sin(angle)
        return m

    def table(self, program: str) -> np.ndarray:
        """t, <m>, N and the number of the frame, a row each."""
        return np.loadtxt(self.folder / f"table_{program}.csv", delimiter=",", skiprows=1)

    def snapshots(self, program: str) -> tuple[np.ndarray, np.ndarray]:
        table = self.table(program)
        return table[table[:, 5] >= 0, 0], np.load(self.folder / f"frames_{program}.npy")

    def after(self, program: str) -> np.ndarray:
        """The magnet at the end."""
        found = om.read_ovf(self.folder / f"m_{program}.ovf")
        assert found.box == self.drive.box
        return found.values


def fields_of_light(box: CellBox) -> tuple[CellField, CellField]:
    """Two smooth fields of some tesla that point elsewhere in each cell."""
    x, y = (
        np.asarray(line)[..., None] / RADIUS for line in np.meshgrid(box.grid.x, box.grid.y, indexing="ij")
    )
    x, y = (np.broadcast_to(line, box.shape) for line in (x, y))
    spot = np.exp(-(x**2 + y**2))
    first = 3.0 * np.stack([spot, x * spot, 0.5 * spot**2], axis=-1)
    second = 2.0 * np.stack([-y * spot, spot, -0.3 * spot], axis=-1)
    return CellField(box, first, "B_eff", "T"), CellField(box, second, "B_eff_2", "T")


@pytest.fixture
def laboratory(tmp_path):
    """Make an export of one pulse or two; `start` of the magnet and more as `Simulation` takes them."""

    def make(
        shapes: tuple[om.PulseShape, ...],
        *,
        layers: int = 2,
        saturation: float = 200.0,
        again: bool = False,
        **given,
    ) -> Laboratory:
        box = CellBox.centred(cell=(10e-9, 10e-9, 5e-9), shape=(12, 10, layers))
        fields = fields_of_light(box)[: len(shapes)]
        if again:  # one field in every pulse
            fields = fields[:1] * len(shapes)
        terms = tuple(
            Term(
                field=field.name,
                pulse=om.Pulse(energy=1e-9, duration=WIDTH, shape=shape),
                delay=number * DELAY,
            )
            for number, (field, shape) in enumerate(zip(fields, shapes, strict=True))
        )
        # a magnet whose own fields are weak, so that the light alone counts
        numbers = {"exchange": 1e-17, "damping": 1e-4, "afterwards": 1e-14, "relax": False} | given
        drive = Drive(
            box=box, terms=terms, saturation_magnetization=saturation, simulation=Simulation(**numbers)
        )
        written = fields[:1] if again else fields
        for field in written:
            om.write_ovf(tmp_path / f"{field.name}.ovf", field)
        om.write_vti(tmp_path / "fields.vti", written)
        write_scripts(drive, tmp_path, ["ovf", "vti"])
        return Laboratory(tmp_path, drive, fields)

    return make
