"""One rule for every `save`: the same result is written again, another one goes only on purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.e2e.command import SMALL_DEVICE, contents
from tests.unit.retrieval.made_fit import made_fit

import optomag as om
from optomag.light.exposures import Exposures

LENS = om.Objective(na=0.95, wavelength=532e-9)
X, Z = om.design([1, 0, 0], LENS), om.design([0, 0, 1], LENS)


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    path = tmp_path_factory.mktemp("device") / "small.toml"
    path.write_text(SMALL_DEVICE)
    return om.load_device(path)


def schedule(device, share):
    lights = [om.Light(om.circular(+1), LENS), om.Light(om.circular(-1), LENS)]
    return om.schedule(Exposures(lights, [share, 1 - share]), device)


PAIRS = {
    "Beam": lambda device: (om.circular(+1), om.circular(-1)),
    "Light": lambda device: (X.light, Z.light),
    "Design": lambda device: (X, Z),
    "Designs": lambda device: (om.design(np.eye(3), LENS), om.design(np.eye(2, 3), LENS)),
    "MaskSet": lambda device: (om.masks(X, device), om.masks(Z, device)),
    "MaskSeries": lambda device: tuple(om.masks([a, X.light], device) for a in (X.light, Z.light)),
    "Schedule": lambda device: (schedule(device, 1 / 3), schedule(device, 0.25)),
    "MeasuredPupil": lambda device: tuple(
        om.MeasuredPupil(LENS, om.Transmission({(2, 2): w})) for w in (0.1, 0.2)
    ),
    "PupilFit": lambda device: (made_fit(), replace(made_fit(), converged=not made_fit().converged)),
}


@pytest.fixture
def without_pictures(monkeypatch):
    """Files as they are, with empty pictures: what is drawn decides nothing here."""
    for place in (
        "optomag.optics.beam_picture.beam_picture",
        "optomag.light.light_figure.light_figure",
        "optomag.inverse.orientation.design.Design.plot",
        "optomag.slm.mask_set.MaskSet.plot",
        "optomag.slm.series_files.series_figure",
        "optomag.retrieval.fit_figures.pupil_figure",
        "optomag.retrieval.fit_figures.images_figure",
    ):
        monkeypatch.setattr(place, lambda *given, **how: (None, "page"))
    monkeypatch.setattr("optomag.plot.style.render_png", lambda figure: b"picture")


@pytest.mark.slow
@pytest.mark.parametrize("noun", PAIRS)
def test_another_result_goes_only_on_purpose(noun, device, tmp_path, without_pictures):
    one, other = PAIRS[noun](device)
    folder = one.save(tmp_path / "out")
    (folder / "notes.txt").write_text("mine")
    om.load(folder).save(folder)  # the same
    before = contents(folder)
    with pytest.raises(
        om.InvalidInputError, match=r"or with this very one; got .* replace it by replace=True"
    ):
        other.save(folder)
    assert contents(folder) == before
    other.save(folder, replace=True)
    assert contents(folder) != before
    assert (folder / "notes.txt").read_text() == "mine"
    with pytest.raises(om.InvalidInputError, match="this very one"):
        one.save(folder)


def test_a_result_of_another_kind_is_moved_by_hand(tmp_path, without_pictures):
    om.circular(+1).save(tmp_path)
    for way in (False, True):
        with pytest.raises(om.InvalidInputError, match=r"former one of optomag-light; .* or move it away"):
            X.light.save(tmp_path, replace=way)
