"""A spot of light against the magnet writes a skyrmion, from the design to what the program simulated."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

import optomag as om

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

WHOLE = 0.03
"""What N may differ from a whole number by: the box repeats, so that only the lattice is coarse."""


@pytest.mark.parametrize(
    ("program", "script"), [("neuralmag", "run_neuralmag.py"), ("magnumnp", "run_magnumnp.py")]
)
def test_light_against_the_magnet_writes_a_skyrmion(tmp_path, program, script):
    if importlib.util.find_spec(program) is None:
        pytest.skip(f"{program} is not installed")
    lens = om.Objective(na=0.95, wavelength=300e-9)
    found = om.design([0, 0, -1], lens, film=om.Film([(2.0, 1e-9)], substrate=1.5))
    magnet = om.Magnet(
        name="film", index=2.0, layer=1, faraday_rotation=-1.36e5, saturation_magnetization=5.8e5
    )
    film = {"exchange": 15e-12, "damping": 0.3, "anisotropy": 0.7e6, "dmi": 3e-3}
    simulation = om.Simulation(**film, tilt=0.02, images=1, relax=False, afterwards=50e-12)
    box = {"cell": [6e-9, 6e-9, 1e-9], "size": [288e-9, 288e-9, 1e-9]}
    plain = {"magnet": magnet, "picture": False, **box}
    probe = om.export(found, tmp_path / "probe", pulse=om.Pulse(energy=1e-9, duration=50e-12), **plain)
    field = next(field.largest for field in probe.fields if field.name == "B_eff")
    pulse = om.Pulse(energy=1e-9 * 4.0 / field, duration=50e-12)
    om.export(found, tmp_path, pulse=pulse, simulation=simulation, **plain)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TORCHDYNAMO_DISABLE": "1"}
    for name in ("JAX_NUMPY_RANK_PROMOTION", "JAX_NUMPY_DTYPE_PROMOTION"):
        environment.pop(name, None)  # strictness is for optomag's own code
    subprocess.run([sys.executable, script], cwd=tmp_path, check=True, env=environment, timeout=280)
    run = om.read_simulation(tmp_path, program)
    assert run.charge[0] == pytest.approx(0, abs=WHOLE)
    assert run.charge[-1] == pytest.approx(-1, abs=WHOLE)
    assert run.frames[-1][24, 24, 2] < -0.9
