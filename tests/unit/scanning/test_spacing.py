"""How far apart spots lie, whatever their order, and the one line where they overlap."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.optics.objective import Objective
from optomag.scanning import spacing
from optomag.scanning.spacing import overlap_warning, usual_spacing

LENS = Objective(na=0.95, wavelength=532e-9)


def lattice(pitch, count):
    i, j = np.divmod(np.arange(count * count), count)
    return np.column_stack([i, j]) * pitch


def found(places):
    return usual_spacing(places[: spacing.SAMPLED], places.min(axis=0), places.max(axis=0), len(places))


def warned(places, **options):
    return overlap_warning(found(places), places.min(axis=0), places.max(axis=0), LENS, **options)


@pytest.mark.parametrize("order", ["sorted", "shuffled"])
@pytest.mark.parametrize("repeats", [1, 3])
def test_the_pitch_of_a_lattice_in_any_order(order, repeats):
    places = np.repeat(lattice(3.9e-9, 40), repeats, axis=0)
    if order == "shuffled":
        np.random.default_rng(0).shuffle(places)
    assert found(places) == pytest.approx(3.9e-9, rel=1e-9)


def test_the_first_spots_of_a_long_shuffled_list_lie_farther_apart_than_all(monkeypatch):
    monkeypatch.setattr(spacing, "SAMPLED", 100)
    places = lattice(4e-9, 100)
    np.random.default_rng(0).shuffle(places)
    assert found(places) == pytest.approx(4e-9, rel=1e-9)


def test_single_places_have_no_neighbours():
    assert found(np.zeros((5, 2))) == np.inf
    assert warned(np.zeros((5, 2))) == ""


def test_spots_on_a_line():
    assert found(np.column_stack([np.arange(50) * 1e-7, np.zeros(50)])) == pytest.approx(1e-7)


def test_the_warning_names_pitch_and_size_and_what_to_do():
    said = warned(lattice(3.9e-9, 256))
    assert "spots 3.9 nm apart overlap, as one is 280 nm wide, wavelength/(2 NA)" in said
    assert "--every 137, with --average" in said
    assert "\n" not in said
    assert "--every 137," in warned(lattice(39e-9, 100), every=10)


def test_a_grid_no_wider_than_a_spot_is_not_told_to_take_every_node_of_it():
    said = warned(lattice(3.9e-9, 64))
    assert "all 245.7 x 245.7 nm are no wider than one or two" in said
    assert "--every" not in said


@pytest.mark.parametrize(("pitch", "warns"), [(139e-9, True), (141e-9, False), (239e-9, False)])
def test_spots_up_to_half_a_spot_apart_overlap(pitch, warns):
    assert bool(warned(lattice(pitch, 12))) is warns
