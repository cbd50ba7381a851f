"""Noise of readings is what it says, and what cannot be read is refused."""

from __future__ import annotations

import warnings
from importlib import import_module

import numpy as np
import pytest

import optomag as om

WAVELENGTH = 532e-9
LENS = om.Objective(na=0.95, wavelength=WAVELENGTH)
DRAWN = 0.1
"""Relative error of a covariance of 800 draws."""


@pytest.fixture(scope="module")
def written():
    rng = np.random.default_rng(0)
    nodes = np.stack(np.meshgrid(np.arange(40), np.arange(20), indexing="ij"), axis=-1).reshape(-1, 2)
    return om.scan(nodes * 0.6 * WAVELENGTH, rng.normal(size=(800, 3)), LENS)


@pytest.fixture(scope="module")
def reader():
    return om.Reader(LENS, geometry="transmission")


@pytest.fixture(scope="module")
def silent(written, reader):
    return om.read_out(written, reader)


def test_without_noise_there_is_none(silent):
    assert not silent.covariance.any()
    assert silent.full_scale > 1, "neighbours add up"
    assert np.asarray(silent).shape == (800, 3) == (len(silent), 3)


@pytest.mark.parametrize(
    ("noise", "light"),
    [
        (None, {"power": 1e-4, "dwell": 1e-6}),
        (om.Noise(rotation=2e-4), {}),
        (om.Noise(medium=0.1, grain=50e-9), {}),
        (om.Noise(rotation=1e-5, jitter=10e-9), {"power": 1e-4, "dwell": 1e-6}),
    ],
    ids=["photons", "electronics", "grains", "jitter"],
)
def test_what_is_drawn_has_the_covariance_that_is_told(written, reader, silent, noise, light):
    noisy = om.read_out(written, reader, noise=noise, seed=1, **light)
    drawn = noisy.values - silent.values
    found = drawn.T @ drawn / len(drawn)
    assert np.abs(found - noisy.covariance).max() < DRAWN * np.abs(noisy.covariance).max()


def test_photons_are_counted_at_the_readers_wavelength(written):
    red = om.Reader(om.Objective(na=0.95, wavelength=635e-9), geometry="transmission")
    y = om.read_out(written, red, power=1e-4, dwell=1e-6)
    assert np.sqrt(y.covariance[0, 0]) == pytest.approx(om.shot_noise(1e-4, 1e-6, 635e-9))


def test_readings_elsewhere_are_those_of_spots_when_they_meet(written, reader, silent):
    y = om.read_out(written, reader, at=written.spots.positions[:7], full_scale=silent.full_scale)
    assert np.abs(y.values - silent.values[:7]).max() < 1e-6 * np.abs(silent.values).max()


def test_light_that_stands_over_a_mirror_is_told(monkeypatch):
    silver = 0.13 + 3.2j
    film = om.Film([(2.3, 0.3 * WAVELENGTH), (silver, 0.4 * WAVELENGTH)], 1.46, magnet=1)
    alone = om.scan([[0, 0]], [[0, 0, 1]], LENS, film=film)
    with monkeypatch.context() as patch:
        # what is read is no part of it, and takes as long as the rest
        patch.setattr(import_module("optomag.reading.read_out"), "noiseless", lambda *_: np.zeros((1, 3)))
        with pytest.warns(UserWarning, match="light stands in the film"):
            om.read_out(alone, om.Reader(LENS, film))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        om.read_out(alone, om.Reader(LENS, film), full_scale=2.0)


def refusals(written, reader):
    film = om.Film([(2.3, 1e-7)], 1.95)
    yield lambda: om.Reader(LENS, geometry="sideways"), "geometry"
    yield lambda: om.Reader(LENS, om.Film([], 1.5)), "film"
    yield lambda: om.Reader(LENS, om.Film([(2.3, 1e-7)], 1.5, magnet=2)), "magnet of the film"
    yield lambda: om.Reader(LENS, om.Film([(2.3, 1e-7), (1.5, 1e-7)], 1.5)), "magnet of the film"
    yield lambda: om.Reader(LENS, om.Film([(2.3, 1e-7)], 0.1 + 3j, magnet=1), "transmission"), "substrate"
    yield lambda: om.Reader(LENS, pairs=[(om.linear(), om.radial())]), "pairs"
    yield lambda: om.Reader(LENS, rotation=-1.0), "rotation"
    yield lambda: om.Noise(medium=-0.1), "medium"
    yield lambda: om.Noise(grain=0.0), "grain"
    yield lambda: om.shot_noise(0.0, 1e-6, 5e-7), "power"
    yield lambda: om.read_out(written, om.Reader(LENS, film)), "film of the reader"
    yield lambda: om.read_out(written, reader, power=1e-4), "power and dwell"
    yield lambda: om.read_out(written, reader, at=[[np.nan, 0]]), "at"
    yield lambda: om.read_out(written, reader, full_scale=0.0), "full_scale"
    yield lambda: reader.transfer_function([1.0, 2.0, 3.0]), "wavevectors"


def test_refusals(written, reader):
    for call, name in refusals(written, reader):
        with pytest.raises(om.InvalidInputError, match=f"^{name}"):
            call()


def test_a_jitter_that_no_spot_survives_is_refused(refusal):
    assert refusal(om.Noise, jitter=0.5).startswith("jitter must be a finite number < 1e-05; got 0.5")
