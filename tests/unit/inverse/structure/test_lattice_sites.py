"""Sites that control a texture: reaching its surface, evenly, and symmetric as the lattice is."""

from __future__ import annotations

import numpy as np
from scipy.spatial import KDTree

from optomag.inverse.structure.lattice_sites import (
    around_circle,
    every,
    nearest_outermost,
    over_spheroid,
    unit_ball,
)


def test_the_middle_is_one_of_every_so_many():
    assert every((11, 9), (4, 3)).nonzero()[0].tolist()[0] == 1
    assert every((11, 9), (4, 3))[5, 4]
    assert np.count_nonzero(every((11, 9), (4, 3))) == 9


def test_places_on_a_circle_are_as_close_as_asked():
    circle = around_circle(10.0, 1.5)
    assert np.linalg.norm(np.diff(circle, axis=0), axis=1).max() <= 1.5
    assert len(circle) % 4 == 0
    assert around_circle(0.0, 1.0).tolist() == [[0, 0]] * 4


def test_places_on_a_spheroid_leave_no_gap():
    places = over_spheroid(1.0, 2.0, 0.2, 0.4)
    np.testing.assert_allclose(np.sum((places / [1, 1, 2]) ** 2, axis=1), 1.0, rtol=1e-12)
    polar, turn = np.random.default_rng(0).uniform(0, 1, (2, 2000)) * np.array([[np.pi], [2 * np.pi]])
    anywhere = np.stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar)], axis=-1)
    near, _ = KDTree(places / [0.2, 0.2, 0.4]).query(anywhere * [1, 1, 2] / [0.2, 0.2, 0.4])
    assert near.max() < 0.75, "half a diagonal of a square of that spacing"


def test_outermost_sites_have_a_neighbour_outside_and_ties_are_all_taken():
    disc = unit_ball((9, 9))
    chosen = nearest_outermost(disc, 4 + around_circle(4.0, 1.0))
    assert np.array_equal(chosen, np.rot90(chosen))
    assert np.array_equal(chosen, chosen.T)
    assert not np.any(chosen & ~disc)
    assert not np.any(chosen[3:6, 3:6])
    between = nearest_outermost(np.ones((4, 4), bool), np.array([[1.5, 0.0]]))
    assert np.argwhere(between).tolist() == [[1, 0], [2, 0]]
