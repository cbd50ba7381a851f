"""The stack to scale: which layers are named, and where the names stand."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import optomag as om
from optomag.plot.film_stack import MAGNET_COLOUR, MOST_LABELS, Surroundings, apart, draw_stack


def test_labels_stand_apart_in_order():
    places = apart(np.array([0.0, 0.1, 0.2, 9.9, 10.0]), 1.0, 0.0, 10.0)
    assert np.diff(places).min() > 1.0 - 1e-12
    assert places.min() >= 0.5 - 1e-12
    assert places.max() <= 9.5 + 1e-12


def test_labels_in_each_other_s_way_give_way_on_both_sides():
    assert apart(np.array([2.0, 4.9, 5.1, 8.0]), 1.0, 0.0, 10.0) == pytest.approx([2.0, 4.5, 5.5, 8.0])


@pytest.mark.parametrize("layers", [MOST_LABELS, 30])
def test_of_many_layers_the_magnet_the_first_and_the_last_are_named(layers):
    panel = Figure().add_subplot()
    media = tuple(f"medium {i}" for i in range(layers + 1))
    around = Surroundings(np.arange(layers) * 1e-8, media, 5, np.empty((0, 3)))
    draw_stack(panel, around, np.array([4e-8, 5e-8]), unit=1e-9, unit_name="nm")
    named = [text.get_text() for text in panel.texts if text.get_text().startswith("medium")]
    numbers = range(layers + 1) if layers <= MOST_LABELS else (0, 1, 5, layers)
    assert named == [f"medium {i}" for i in numbers]


def test_only_a_named_magnet_has_its_colour():
    layers = [(1.5, 2e-8), (1.6, 2e-8)]
    for film, coloured in ((om.Film(layers, 1.46), 0), (om.Film(layers, 1.46, magnet=2), 1)):
        patches = film.plot().axes[0].patches
        assert [to_hex(each.get_facecolor()) for each in patches].count(to_hex(MAGNET_COLOUR)) == coloured
