"""Temperatures beside the fields of an export."""

from __future__ import annotations

import json

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.io.manifest import changed_files
from optomag.workflow.export import run_export
from optomag.workflow.export_config import ExportConfig
from optomag.workflow.progress import SilentProgress

pytestmark = pytest.mark.usefixtures("undrawn")

FILM = om.Film([(2.9 + 3.6j, 20e-9)], substrate=1.46)
LIGHT = om.Light(om.circular(+1), om.Objective(na=0.9, wavelength=532e-9), film=FILM)


@pytest.fixture(scope="module")
def saved(tmp_path_factory, undrawn):
    return LIGHT.save(tmp_path_factory.mktemp("saved") / "light")


class Listener(SilentProgress):
    """Keeps what was told."""

    def __init__(self):
        self.lines = []

    def tell(self, line):
        self.lines.append(line)


@pytest.mark.slow
def test_an_export_writes_temperatures_that_are_read_back(saved, tmp_path):
    listener = Listener()
    settings = {
        "out": tmp_path / "out",
        "cell_nm": (50.0, 50.0, 10.0),
        "size_nm": (200.0, 200.0, 20.0),
        "pulse": {"energy_nj": 0.002},
        "heat": {"media": ("GdFeCo", "fused silica"), "times_ps": (0.1, 0.3), "ambient_k": 300.0},
    }
    made = run_export(saved, ExportConfig.model_validate(settings), progress=listener)
    warm = made.temperature
    assert warm is not None
    assert warm.has_electrons
    names = {"T_0.1ps.ovf", "T_0.3ps.ovf", "Te_0.1ps.ovf", "Te_0.3ps.ovf", "temperature.nc"}
    assert names <= {path.name for path in made.folder.iterdir()}
    assert changed_files(made.folder) == []
    np.testing.assert_array_equal(om.read_ovf(made.folder / "T_0.3ps.ovf").values, warm.lattice[1])
    np.testing.assert_array_equal(om.read_ovf(made.folder / "Te_0.1ps.ovf").values, warm.electrons[0])
    np.testing.assert_array_equal(om.open_dataset(made.folder / "temperature.nc").Te, warm.electrons)
    told = json.loads((made.folder / "export.json").read_text())["temperature"]
    assert told["hottest"]["lattice"]["kelvin"] == warm.lattice.max() > 300.0
    assert told["hottest"]["electrons"]["kelvin"] == warm.electrons.max() > warm.lattice.max()
    assert told["media"] == ["GdFeCo", "fused silica"]
    assert sum(line.startswith("hottest") for line in listener.lines) == 2
    # light that is exported again without heat leaves no temperatures behind
    run_export(saved, ExportConfig.model_validate(settings | {"heat": {}}), progress=listener)
    assert not names & {path.name for path in made.folder.iterdir()}


@pytest.mark.parametrize(
    ("heat", "text"),
    [
        ({"media": ("GdFeCo", "fused silica")}, "times-ps must be given with --media"),
        ({"times_ps": (1.0,)}, "media must be given with --times-ps"),
        ({"front": "silicon"}, "front must be left out without --media and --times-ps"),
        ({"ambient_k": 300.0}, "ambient-k must be left out without --media and --times-ps"),
    ],
)
def test_media_and_times_come_together(saved, tmp_path, heat, text):
    config = ExportConfig.model_validate({"out": tmp_path / "out", "heat": heat})
    with pytest.raises(InvalidInputError, match=text):
        run_export(saved, config, progress=SilentProgress())


def test_names_of_the_files():
    found = om.Heating(media=["fused silica"], times=[1e-12, 1.5e-9])
    assert found.files == ("T_1ps.ovf", "T_1500ps.ovf", "temperature.nc")
