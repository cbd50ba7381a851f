"""Sizes, heights, phases and light that `optomag fit` is told."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError, UnitWarning
from optomag.io.image_stack import ImageStack
from optomag.workflow.fit_config import FitConfig
from optomag.workflow.fit_inputs import heights_of, pixel_of, read_heights, shown_phases
from optomag.workflow.fit_light import sent_beam


def stack(pixel=None, step=None, heights=None):
    return ImageStack(np.ones((3, 8, 8)), pixel, step, heights, None, "s.tif")


def test_what_the_file_says_is_taken_where_nothing_was_typed():
    assert pixel_of(stack(pixel=1.3e-7), FitConfig()) == 1.3e-7
    assert heights_of(stack(step=3e-7), FitConfig()) == 3e-7
    heights = np.array([0.0, 1e-7, 3e-7])
    np.testing.assert_array_equal(heights_of(stack(heights=heights), FitConfig()), heights)


def test_what_was_typed_wins_and_a_contradiction_is_doubted():
    with pytest.warns(UnitWarning, match="--pixel-nm 65 is used, and the file says 130 nm"):
        assert pixel_of(stack(pixel=1.3e-7), FitConfig(pixel_nm=65.0)) == pytest.approx(6.5e-8)
    assert heights_of(stack(step=3e-7), FitConfig(step_nm=-300.0)) == pytest.approx(-3e-7), "the other way"


def test_without_a_size_the_option_is_named():
    with pytest.raises(InvalidInputError, match="Say --pixel-nm"):
        pixel_of(stack(), FitConfig())
    with pytest.raises(InvalidInputError, match="Say --step-nm"):
        heights_of(stack(), FitConfig())


def test_heights_are_given_once_and_for_each_frame(tmp_path):
    assert heights_of(stack(), FitConfig(z_nm=(0.0, 100.0, 300.0))).tolist() == pytest.approx([0, 1e-7, 3e-7])
    with pytest.raises(InvalidInputError, match="a height for each of 3 frames; got 2 heights"):
        heights_of(stack(), FitConfig(z_nm=(0.0, 100.0)))
    with pytest.raises(InvalidInputError, match="--step-nm and --z-nm"):
        FitConfig(step_nm=300.0, z_nm=(0.0, 100.0, 200.0)).require_usable()


def test_frames_with_phases_may_have_one_height(tmp_path):
    assert heights_of(stack(), FitConfig(shown=tmp_path)) is None


@pytest.mark.parametrize("text", ["z_nm\n0\n100\n300\n", "0\n100\n300", "plane,z_nm\n1,0\n2,100\n3,300\n\n"])
def test_heights_out_of_a_table(tmp_path, text):
    (tmp_path / "z.csv").write_text(text)
    assert read_heights(tmp_path / "z.csv") == [0.0, 100.0, 300.0]


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "z_nm\n1_0\n", "z_nm\nnan\n", "plane,z_nm\n1\n", "z_nm\n1e999\n", "\xff"]
)
def test_tables_without_heights_are_refused(tmp_path, text):
    (tmp_path / "z.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(InvalidInputError, match="z_csv must be"):
        read_heights(tmp_path / "z.csv")


def test_phases_out_of_a_file_or_of_files_in_the_order_of_their_numbers(tmp_path):
    phases = np.arange(3 * 4 * 4).reshape(3, 4, 4) / 10
    np.save(tmp_path / "all.npy", phases)
    (tmp_path / "each").mkdir()
    for number, one in zip((2, 9, 10), phases, strict=True):
        np.save(tmp_path / "each" / f"phase{number}.npy", one)
    for path in (tmp_path / "all.npy", tmp_path / "each"):
        np.testing.assert_array_equal(shown_phases(path, 3), phases)


def test_phases_for_other_frames_are_refused(tmp_path):
    np.save(tmp_path / "all.npy", np.zeros((3, 4, 5)))
    with pytest.raises(InvalidInputError, match=r"shape \(3, N, N\)"):
        shown_phases(tmp_path / "all.npy", 3)
    (tmp_path / "each").mkdir()
    with pytest.raises(InvalidInputError, match=r"a folder of 3 \.npy files"):
        shown_phases(tmp_path / "each", 3)
    for number, shape in enumerate([(4, 4), (4, 4), (5, 5)]):
        np.save(tmp_path / "each" / f"{number}.npy", np.zeros(shape))
    with pytest.raises(InvalidInputError, match="files of shape"):
        shown_phases(tmp_path / "each", 3)


def test_beams_by_name_or_out_of_a_folder(tmp_path):
    lens = om.Objective(na=0.9, wavelength=532e-9)
    om.Light(om.radial(), lens).save(tmp_path / "light")
    for text in ("radial", str(tmp_path / "light")):
        beam = sent_beam(text)
        np.testing.assert_allclose(beam.evaluate(0.5, 1.0), om.radial().evaluate(0.5, 1.0), atol=1e-15)


def test_what_is_no_beam_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="one of linear, linear-y"):
        FitConfig(light="laser", beam="purple").require_usable()
    with pytest.raises(InvalidInputError):
        sent_beam(str(tmp_path))
    lens = om.Objective(na=0.9, wavelength=532e-9)
    om.Light(om.radial(), lens, counter=om.radial()).save(tmp_path / "both")
    with pytest.raises(InvalidInputError, match="through one lens"):
        sent_beam(str(tmp_path / "both"))
