"""Textures by name: their numbers, their symmetries, and pictures out of files."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.structure.pictures import picture_from_ovf
from optomag.inverse.structure.textures import (
    bimeron,
    magnetic_antivortex,
    magnetic_vortex,
    skyrmion,
    skyrmionium,
)
from optomag.io.cell_field import CellBox, CellField
from optomag.io.ovf import write_ovf
from optomag.magnetism.texture import skyrmion_number
from optomag.workflow.shape_config import PictureConfig, SkyrmionConfig, TextureConfig

RADIUS = 1e-6
LATTICE = 0.02
"""What the triangles along the rim leave out."""
ROUNDING = 1e-12


def number(texture) -> float:
    sites = len(texture.directions)
    axis = np.linspace(-1.0, 1.0, sites)
    inside = np.hypot(axis[:, None], axis) <= 1 + ROUNDING
    return skyrmion_number(texture.directions, inside=inside)


@pytest.mark.parametrize("winding", [1, -1, 2])
@pytest.mark.parametrize("polarity", [1, -1])
@pytest.mark.parametrize("rim", [np.pi, 0.5 * np.pi])
def test_the_number_follows_winding_polarity_and_rim(winding, polarity, rim):
    found = number(skyrmion(RADIUS, winding=winding, polarity=polarity, rim=rim, helicity=0.4))
    expected = polarity * winding * 0.5 * (1 - np.cos(rim))
    assert found == pytest.approx(expected, abs=LATTICE * abs(winding))


@pytest.mark.parametrize(
    ("texture", "expected"),
    [(skyrmionium, 0.0), (bimeron, 1.0), (magnetic_vortex, 0.5), (magnetic_antivortex, -0.5)],
)
def test_each_kind_has_its_number(texture, expected):
    assert number(texture(RADIUS)) == pytest.approx(expected, abs=LATTICE)


def test_directions_have_unit_length_and_point_where_the_words_say():
    middle = 32
    for texture in (
        skyrmionium(RADIUS),
        magnetic_vortex(RADIUS),
        magnetic_antivortex(RADIUS),
        bimeron(RADIUS),
    ):
        np.testing.assert_allclose(np.linalg.norm(texture.directions, axis=-1).max(), 1.0, rtol=1e-6)
    np.testing.assert_allclose(bimeron(RADIUS).directions[middle, middle], [1, 0, 0], atol=ROUNDING)
    np.testing.assert_allclose(magnetic_vortex(RADIUS).directions[middle, middle], [0, 0, 1], atol=ROUNDING)
    np.testing.assert_allclose(magnetic_vortex(RADIUS).directions[-1, middle], [0, 1, 0], atol=ROUNDING)
    np.testing.assert_allclose(magnetic_antivortex(RADIUS).directions[middle, -1], [0, -1, 0], atol=ROUNDING)
    np.testing.assert_allclose(skyrmion(RADIUS, polarity=-1).directions[middle, middle], [0, 0, -1])
    np.testing.assert_allclose(skyrmionium(RADIUS).directions[-1, middle], [0, 0, 1], atol=ROUNDING)


def test_a_picture_out_of_a_file_is_the_same_directions(tmp_path):
    wanted = om.bloch_skyrmion(RADIUS).directions
    box = CellBox.centred(cell=[2 * RADIUS / 64, 2 * RADIUS / 64, 5e-9], shape=(65, 65, 1))
    write_ovf(tmp_path / "m.ovf", CellField(box, wanted[:, :, None], "m", "1"))
    found = picture_from_ovf(tmp_path / "m.ovf")
    np.testing.assert_allclose(found.directions, wanted / np.abs(wanted).max(), rtol=ROUNDING)
    assert found.radius == pytest.approx(RADIUS)
    told = PictureConfig(kind="picture", file=tmp_path / "m.ovf", radius_nm=500.0).target()
    assert told.radius == pytest.approx(500e-9)


@pytest.mark.parametrize(
    ("shape", "cell", "said"),
    [
        ((8, 9, 1), (1e-8, 1e-8, 1e-8), "picture must be n x n x 1 cells"),
        ((8, 8, 2), (1e-8, 1e-8, 1e-8), "picture must be n x n x 1 cells"),
        ((8, 8, 1), (1e-8, 2e-8, 1e-8), "cells of a picture must be square"),
    ],
)
def test_files_that_are_no_picture_are_refused(tmp_path, refusal, shape, cell, said):
    box = CellBox.centred(cell=list(cell), shape=shape)
    write_ovf(tmp_path / "m.ovf", CellField(box, np.ones((*shape, 3)), "m", "1"))
    assert refusal(picture_from_ovf, tmp_path / "m.ovf").startswith(said)


@pytest.mark.parametrize(
    ("make", "options", "said"),
    [
        (skyrmion, {"polarity": 0}, "polarity must be 1 or -1"),
        (skyrmion, {"winding": 0.5}, "winding must be a whole number"),
        (magnetic_vortex, {"core": 2e-6}, "core must be smaller than the radius"),
        (magnetic_vortex, {"core": -1.0}, "core must be a finite number > 0"),
    ],
)
def test_numbers_that_make_no_texture_are_refused(make, options, said, refusal):
    assert refusal(make, RADIUS, **options).startswith(said)


def test_the_command_knows_them():
    told = SkyrmionConfig(kind="skyrmion", radius_nm=1000, helicity_deg=90, winding=-1, polarity=-1).target()
    same = skyrmion(RADIUS, helicity=0.5 * np.pi, winding=-1, polarity=-1)
    np.testing.assert_allclose(told.directions, same.directions, atol=ROUNDING)
    for kind in ("skyrmionium", "bimeron", "magnetic-vortex", "magnetic-antivortex"):
        assert TextureConfig(kind=kind, radius_nm=1000).target().radius == pytest.approx(RADIUS)
