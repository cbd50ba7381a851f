"""Lenses and films survive JSON."""

from __future__ import annotations

import json

import pytest

from optomag.errors import InvalidInputError
from optomag.optics.apodization import AbbeSine, ParabolicMirror
from optomag.optics.description import describe_film, describe_lens, film_from, lens_from
from optomag.optics.film import Film
from optomag.optics.objective import Objective


@pytest.mark.parametrize(
    "lens",
    [
        Objective(na=0.95, wavelength=532e-9),
        Objective(na=1.4, index=1.515, wavelength=1e-6, apodization=ParabolicMirror()),
    ],
)
def test_lenses(lens):
    assert lens_from(json.loads(json.dumps(describe_lens(lens)))) == lens


@pytest.mark.parametrize(
    "film",
    [
        None,
        Film((), 1.5),
        Film([(2.3, 8e-8)], 1.0, front_owns=True),
        Film([(2.3, 8e-8), (1.5, 3e-9)], 1.0).mirrored(Objective(na=0.5, wavelength=1e-6)),
        Film([(2.3 + 1j, 8e-8), (1.5, 1e-9)], 1.46 + 2j, -3e-9),
        Film([(2.3, 8e-8), (1.5, 3e-9)], 1.0, magnet=3),
    ],
)
def test_films(film):
    assert film_from(json.loads(json.dumps(describe_film(film)))) == film


def test_films_older_than_named_magnets():
    """Where readers read the first layer of several, and nobody else had chosen one."""
    several, one = Film([(2.3, 8e-8), (1.5, 3e-9)], 1.0), Film([(2.3, 8e-8)], 1.0)
    for film, number in ((several, 1), (one, None)):
        older = describe_film(film)
        del older["magnet"]
        assert film_from(older) == film
        assert film_from(older, before=1).magnet == number
    assert film_from(describe_film(several), before=1) == several


class _Own(AbbeSine):
    pass


def test_what_a_file_cannot_say_is_refused():
    with pytest.raises(InvalidInputError):
        describe_lens(Objective(na=0.5, wavelength=1e-6, apodization=_Own()))
    for bad in (None, {}, {"na": 0.5, "index": 1.0, "wavelength_m": 1e-6, "apodization": "Own"}):
        with pytest.raises(InvalidInputError):
            lens_from(bad)
    for bad in ({}, {"layers": [1], "substrate": [1, 0], "surface_m": 0}, "film"):
        with pytest.raises(InvalidInputError):
            film_from(bad)
