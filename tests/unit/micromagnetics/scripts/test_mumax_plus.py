"""mumax+'s script on mumax+'s own Python layer; its compiled module, which needs a GPU, is replaced."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import optomag as om

pytestmark = pytest.mark.slow

STAND_IN = Path(__file__).with_name("mumax_stand_in.py")
BEFORE = f"""
import importlib.util, runpy, sys
spec = importlib.util.spec_from_file_location("_mumaxpluscpp_single", {str(STAND_IN)!r})
module = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = module
spec.loader.exec_module(module)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
LAW = 1e-4
"""Single precision of the masks, damping, and the steps of the stand-in."""


@pytest.mark.skipif(find_spec("pyovf") is None, reason="pyovf, which mumax+ imports, is not installed")
@pytest.mark.parametrize("representation", ["binary 8", "binary 4", "text"])
def test_the_script_runs_on_its_python_layer(laboratory, representation):
    shapes = (om.GaussianShape(), om.SechSquaredShape())
    made = laboratory(shapes, damping=1e-6, anisotropy=3e5, dmi=1e-3, relax=True, start=(0.0, 0.6, 0.8))
    for field in made.fields:
        om.write_ovf(made.folder / f"{field.name}.ovf", field, representation=representation)
    made.run("run_mumaxplus.py", package="mumaxplus", before=BEFORE)
    start = np.broadcast_to([0.0, 0.6, 0.8], (12, 10, 2, 3))
    wanted = made.light_alone(start, [0, 1])
    found = made.after("mumaxplus")
    assert np.linalg.norm(found - wanted) < LAW * np.linalg.norm(wanted - start)
    calls = json.loads((made.folder / "calls.json").read_text())
    assert [calls[name] for name in ("msat", "aex", "alpha", "ku1")] == [200.0, 1e-17, 1e-6, 3e5]
    assert calls["anisU"] == [0.0, 0.0, 1.0]
    assert calls["relaxed"] == 1
    assert {name for name, value in calls["dmi"].items() if value != 0.0} == {"xxz", "yyz"}
    assert calls["dmi"]["xxz"] == calls["dmi"]["yyz"] == 1e-3
    assert calls["cellsize"] == [1e-8, 1e-8, 5e-9]
