"""Beams in folders: back to the last bit, or refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import optomag as om

pytestmark = pytest.mark.usefixtures("undrawn")

lens = om.Objective(na=0.95, wavelength=532e-9)
measured = om.MeasuredPupil(lens, om.Transmission({(2, 2): 0.05}), om.Transmission({(3, 1): 0.1}))
jones = np.random.default_rng(3).normal(size=(2, 24, 24, 2)).view(complex).reshape(24, 24, 2)
BEAMS = {
    "sum": om.four_beam(0.398, -0.611, 0.467),
    "masks": om.circular(-1) * om.vortex(charge=2) * om.annulus(0.2, 0.9) * om.zernike({(2, 2): 0.05, (3, -1): 0.02})
    + 0.3j * om.radial() * om.binary_rings([0.3, 0.6]) * om.sector(0.0, 1.0) * om.gaussian(fill=0.8),
    "pixels": om.pixels(jones),
    "pixels and modes": om.pixels(jones) + 0.1 * om.azimuthal() * om.phase_step("y"),
    "through a measured pupil": measured.through(om.circular(+1)),
    "through a measured pupil, pixels": measured.through(om.pixels(jones)),
    "batch": om.stack_beams([om.circular(+1), 0.5j * om.radial()]),
    "dipole": om.dipole([0.0, 0.0, 1.0], lens),
}  # fmt: skip


@pytest.mark.parametrize("name", BEAMS)
def test_a_beam_comes_back_to_the_last_bit(name, tmp_path):
    beam = BEAMS[name]
    found = om.load(beam.save(tmp_path / "beam"))
    assert found.modes == beam.modes
    assert np.array_equal(found.weight_vector, beam.weight_vector)
    assert len(found.pixel_maps) == len(beam.pixel_maps)
    for mine, saved in zip(beam.pixel_maps, found.pixel_maps, strict=True):
        assert np.array_equal(np.asarray(mine), np.asarray(saved))


def test_the_folder_has_a_map_that_pixels_takes(tmp_path):
    beam = BEAMS["sum"]
    folder = beam.save(tmp_path / "beam")
    assert om.pixels(np.load(folder / "pupil.npy")).power == pytest.approx(beam.power, rel=1e-3)
    assert set(json.loads((folder / "manifest.json").read_text())["files"]) >= {"beam.json", "beam.png"}


def test_a_function_of_ones_own_is_refused_with_advice(tmp_path):
    beam = om.pupil_function(lambda r, phi: (r, 0.0 * phi))
    with pytest.raises(om.InvalidInputError, match="Save it as pixels"):
        beam.save(tmp_path / "beam")
    assert not (tmp_path / "beam" / "manifest.json").exists()


def test_an_edited_beam_is_refused(tmp_path):
    folder = BEAMS["pixels"].save(tmp_path / "beam")
    data = bytearray((folder / "beam.safetensors").read_bytes())
    data[-9] ^= 1
    (folder / "beam.safetensors").write_bytes(bytes(data))
    with pytest.raises(om.InvalidInputError):
        om.load(folder)


def test_darkness_is_refused(tmp_path):
    with pytest.raises(om.InvalidInputError, match="power must be > 0"):
        (om.radial() * 0.0).save(tmp_path / "beam")
