"""Films as records: what they accept, where their media lie. Their optics is in tests/physics."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.optics.elementary import linear
from optomag.optics.film import Film
from optomag.optics.focus import focus_field
from optomag.optics.objective import Objective

LENS = Objective(na=1.4, index=1.515, wavelength=532e-9)
STACK = Film([(2.3, 50e-9), (1.46 + 0.2j, 100e-9)], substrate=1.0, surface=-20e-9)
ROUNDING = 1e-14


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (([(2.3, 0.0)],), "thickness of layer 1 must be a finite number > 0; got 0.0."),
        (([(2.3, 1e-8), (1.5, -1e-8)],), "thickness of layer 2 must be a finite number > 0; got -1e-08."),
        (([(2.3, np.nan)],), "thickness of layer 1 must be a finite number > 0; got nan."),
        (([(2.3, np.inf)],), "thickness of layer 1 must be a finite number > 0; got inf."),
        (([(2.3, "thin")],), "thickness of layer 1 must be "),
        (([(2.3 - 0.1j, 1e-8)],), "index of layer 1 must be a complex number n + i kappa"),
        (([(np.nan, 1e-8)],), "index of layer 1 must be "),
        (([(complex(1.0, np.inf), 1e-8)],), "index of layer 1 must be "),
        (([(0.0, 1e-8)],), "index of layer 1 must be "),
        (([(-1.5, 1e-8)],), "index of layer 1 must be "),
        (([("glass", 1e-8)],), "index of layer 1 must be "),
        (([2.3, 1e-8],), "layers must be a sequence of pairs (index, thickness in m); got "),
        (([(2.3, 1e-8, 0.0)],), "layers must be a sequence of pairs"),
        ((None,), "layers must be a sequence of pairs"),
        (([], 1.5 - 1e-9j), "substrate must be a complex number n + i kappa"),
        (([], None), "substrate must be "),
        (([], 1.5, np.nan), "surface must be a finite number; got nan."),
    ],
)
def test_impossible_films_are_refused(arguments, start, refusal):
    assert refusal(Film, *arguments).startswith(start)


def test_gain_is_named_as_what_is_not_modelled(refusal):
    assert refusal(Film, [], 1.5 - 0.1j).endswith("gain media are not modelled.")


@pytest.mark.parametrize("film", [2.3, [(2.3, 1e-8)], "film"])
def test_only_films_are_films(film, refusal):
    assert refusal(focus_field, linear(), LENS, np.zeros((1, 3)), film=film).startswith(
        "film must be an optomag Film"
    )


def test_an_aperture_above_the_immersion_is_refused(refusal):
    assert refusal(Objective, na=1.4, index=1.33, wavelength=532e-9).startswith(
        "na must be < index = 1.33; got 1.4."
    )


def test_media_from_front_to_back():
    np.testing.assert_allclose(STACK.interfaces, [-20e-9, 30e-9, 130e-9], rtol=ROUNDING)
    assert STACK.thickness == pytest.approx(150e-9, rel=ROUNDING)
    assert STACK.indices == (2.3, 1.46 + 0.2j, 1.0)
    heights = np.array([-21e-9, 0.0, 100e-9, 131e-9])
    np.testing.assert_array_equal(STACK.medium_at(heights), [0, 1, 2, 3])
    np.testing.assert_array_equal(STACK.index_at(heights, LENS), [1.515, 2.3, 1.46 + 0.2j, 1.0])


def test_who_owns_the_interfaces():
    front = Film(STACK.layers, STACK.substrate, STACK.surface, front_owns=True)
    np.testing.assert_array_equal(STACK.medium_at(STACK.interfaces), [1, 2, 3])
    np.testing.assert_array_equal(front.medium_at(front.interfaces), [0, 1, 2])


def test_equal_films_are_equal_and_hashable():
    again = Film([(np.float64(2.3), 50e-9), (np.complex128(1.46 + 0.2j), 100e-9)], 1, -20e-9)
    assert again == STACK
    assert hash(again) == hash(STACK)
    assert Film([], 1.5) != Film([], 1.6)


def test_the_mirror_image_turns_the_stack_around():
    film = Film(STACK.layers, LENS.index, STACK.surface)
    mirrored = film.mirrored(LENS)
    assert mirrored.layers == film.layers[::-1]
    np.testing.assert_allclose(mirrored.interfaces, -film.interfaces[::-1], rtol=ROUNDING)
    # the very points of the interfaces stay with the same media
    np.testing.assert_array_equal(
        mirrored.index_at(mirrored.interfaces, LENS), film.index_at(film.interfaces, LENS)[::-1]
    )
    back = mirrored.mirrored(LENS)
    assert back.layers == film.layers
    assert back.front_owns == film.front_owns
    assert back.surface == pytest.approx(film.surface, rel=ROUNDING)


@pytest.mark.parametrize("substrate", [1.0, 1.515 + 0.1j])
def test_only_films_on_the_immersion_medium_have_a_mirror_image(substrate, refusal):
    assert refusal(Film([], substrate).mirrored, LENS).startswith("substrate must be the lens' index 1.515")


def test_critical_angles_are_those_of_transparent_media_inside_the_cone():
    film = Film([(1.33, 1e-7), (0.2 + 3.0j, 1e-8), (1.45, 1e-7)], 1.0)
    np.testing.assert_allclose(
        film.critical_angles(LENS), np.arcsin(np.array([1.0, 1.33]) / 1.515), rtol=ROUNDING
    )
    assert Film([], 2.3).critical_angles(LENS) == ()


def test_points_on_both_sides_are_served_at_once_and_alone():
    heights = np.array([-1e-7, 0.0, 5e-8, 3e-7])
    points = np.stack([0 * heights + 2e-8, 0 * heights, heights], axis=1)
    together = np.asarray(focus_field(linear(), LENS, points, film=STACK))
    alone = np.concatenate(
        [np.asarray(focus_field(linear(), LENS, [p], film=STACK)) for p in points.tolist()]
    )
    assert np.linalg.norm(together - alone) < 1e-10 * np.linalg.norm(alone)


def test_heights_that_do_not_follow_from_the_layers_are_refused(refusal):
    for heights in ((0.0, 5e-7), (0.0,), (0.0, 1e-7, 2e-7), (1e-9, 1e-7), (0.0, np.nan), "ab", 7):
        assert refusal(Film, [(2.0, 1e-7)], 1.5, heights=heights).startswith("heights must be ")


def test_heights_that_differ_by_rounding_are_taken():
    film = Film([(2.3, 1e-7), (1.7, 2e-7), (1.9, 3e-7)], 1.0, surface=-1e-7)
    air = Objective(na=0.9, wavelength=532e-9)
    back = film.mirrored(air)
    assert back.mirrored(air).interfaces.tolist() == film.interfaces.tolist()


def test_what_is_no_lens_or_no_height_is_refused(refusal):
    assert refusal(STACK.index_at, 0.0, "lens").startswith("lens must be an optomag Objective")
    assert refusal(STACK.critical_angles, None).startswith("lens must be an optomag Objective")
    assert refusal(STACK.medium_at, [[0.0], [1.0, 2.0]]).startswith("z must be ")


MAGNETS = {
    "half-space": (Film([], 2.3), 1, (0.0, np.inf), 0.0),
    "only layer": (Film([(2.3, 80e-9)], 1.5), 1, (0.0, 80e-9), 40e-9),
    "on a mirror": (Film([(2.3 + 0.1j, 80e-9)], 1.5 + 3j), 1, (0.0, 80e-9), 40e-9),
    "the one that absorbs": (STACK, 2, (30e-9, 130e-9), 80e-9),
    "named": (Film(STACK.layers, 1.0, magnet=1), 1, (0.0, 50e-9), 25e-9),
    "named substrate": (Film(STACK.layers, 1.0, magnet=3), 3, (150e-9, np.inf), 150e-9),
}


@pytest.mark.parametrize(("film", "number", "span", "middle"), MAGNETS.values(), ids=MAGNETS)
def test_which_medium_is_the_magnet(film, number, span, middle):
    assert film.magnet_layer == number
    assert film.magnet_span == pytest.approx(span, abs=1e-21)
    assert film.magnet_middle == pytest.approx(middle, abs=1e-21)


AMBIGUOUS = {
    "two that absorb": ([(2.0, 5e-9), (2.9 + 3.6j, 1e-8), (2 + 0.5j, 1e-8)], "2 (2.9+3.6j), 3 (2+0.5j)"),
    "none that absorbs": ([(2.0, 5e-9), (2.3, 1e-8)], "1 (2+0j), 2 (2.3+0j)"),
}


@pytest.mark.parametrize(("layers", "told"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_magnet_that_may_be_several_is_asked_for(layers, told):
    with pytest.raises(InvalidInputError, match="magnet of the film must be named") as refused:
        _ = Film(layers, 1.46).magnet_layer
    assert told in str(refused.value)
    assert "--layer" in str(refused.value)
    assert Film(layers, 1.46, magnet=2).magnet_layer == 2


def test_a_transparent_layer_on_a_metal_may_be_its_cap():
    with pytest.raises(InvalidInputError, match="magnet of the film must be named") as refused:
        _ = Film([(2.0, 5e-9)], 2.9 + 3.6j).magnet_layer
    assert "1 (2+0j), 2 (2.9+3.6j)" in str(refused.value)
    assert Film([(2.0, 5e-9)], 2.9 + 3.6j, magnet=2).magnet_layer == 2


@pytest.mark.parametrize("number", [0, 4, 1.5, True, "2"])
def test_magnets_that_are_no_medium_are_refused(number, refusal):
    assert refusal(Film, STACK.layers, 1.0, magnet=number).startswith("magnet must be ")


@pytest.mark.parametrize("number", [1, 2])
def test_the_mirror_image_has_the_same_magnet(number):
    film = Film(STACK.layers, LENS.index, magnet=number)
    mirrored = film.mirrored(LENS)
    assert mirrored.indices[mirrored.magnet_layer - 1] == film.indices[number - 1]
    np.testing.assert_allclose(mirrored.magnet_span, [-z for z in film.magnet_span[::-1]], rtol=ROUNDING)
    assert Film(STACK.layers, LENS.index, magnet=3).mirrored(LENS).magnet is None


def test_points_name_the_layer_that_holds_them_where_nothing_else_does():
    assert STACK.with_magnet(heights=[0.0, 20e-9]).magnet == 1
    assert STACK.with_magnet(heights=[50e-9]) == STACK  # which the rule finds too
    assert STACK.with_magnet(heights=[0.0, 50e-9]) == STACK
    assert STACK.with_magnet(heights=[-1e-7]) == STACK
    assert STACK.with_magnet(1).with_magnet(heights=[50e-9]).magnet == 1
    assert STACK.with_magnet(1).with_magnet(2).magnet == 2
