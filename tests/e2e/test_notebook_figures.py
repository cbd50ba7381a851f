"""The figures of commands are those of `.plot()`: the same bytes from what is loaded again."""

from __future__ import annotations

import pytest
from tests.e2e.command import SMALL_DEVICE, in_json

import optomag as om
from optomag.plot.style import render_png

pytestmark = pytest.mark.slow


def drawn(saved, picture: str) -> bool:
    """Whether a folder's picture is what its result draws."""
    return (saved / picture).read_bytes() == render_png(om.load(saved).plot())


@pytest.fixture(scope="module")
def design(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    in_json("design", "--direction", 0.3, -0.4, 0.8, "--out", folder / "design")
    return folder / "design"


def test_that_of_a_design_is_its_plot(design):
    assert drawn(design, "design.png")


def test_that_of_many_designs_is_their_plot(tmp_path):
    lens = om.Objective(na=0.95, wavelength=532e-9)
    assert drawn(om.design([[0, 0, 1], [1, 0, 0]], lens).save(tmp_path / "many"), "designs.png")


def test_that_of_light_is_its_plot(tmp_path):
    lens = om.Objective(na=0.95, wavelength=532e-9)
    assert drawn(om.Light(om.circular(+1), lens).save(tmp_path / "light"), "light.png")


def test_those_of_masks_are_their_plots(design, tmp_path):
    (tmp_path / "device.toml").write_text(SMALL_DEVICE)
    device = om.load_device(tmp_path / "device.toml")
    found = om.load(design)
    made = om.masks(found, device)
    assert drawn(made.save(tmp_path / "masks"), "masks.png")
    shown = made._repr_html_()
    assert "data:image/png;base64," in shown
    assert made.verified.lines[0] in shown
    series = om.masks([found.light, found.light], device)
    saved = series.save(tmp_path / "series")
    assert (saved / "series.png").read_bytes() == render_png(series.plot())
    assert drawn(saved, "series.png")


def test_those_of_a_structure_are_its_plots(tmp_path):
    lens = om.Objective(na=0.95, wavelength=532e-9)
    array = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    saved = om.shape(array, lens, pupil=om.FlatPupil()).save(tmp_path / "structure")
    found = om.load(saved)
    assert (saved / "structure.png").read_bytes() == render_png(found.plot())
    assert (saved / "structure-3d.png").read_bytes() == render_png(found.plot("volume"))


def test_that_of_tolerances_is_their_plot(design, tmp_path):
    out = tmp_path / "tolerance"
    in_json("tolerance", design, "--draws", 3, "--pixels", 32, "--out", out)
    found = om.tolerance(om.load(design), draws=3, pixels=32, seed=0)
    assert (out / "tolerance.png").read_bytes() == render_png(found.plot())
