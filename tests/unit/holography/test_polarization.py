"""Light of dipoles, the lens and the analyser."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.holography.polarization import (
    ANALYSERS,
    LIGHTS,
    analysed,
    collected,
    detection_vectors,
    incident_field,
    radiated_field,
)

RNG = np.random.default_rng(5)
ROUNDING = 1e-13


def directions(count=40):
    found = RNG.normal(size=(count, 3))
    found[:, 2] = np.abs(found[:, 2]) + 0.2
    found[0] = (0, 0, 1)
    return found / np.linalg.norm(found, axis=-1, keepdims=True)


def test_a_uniform_film_along_the_light_turns_it_by_the_faraday_angle():
    x, z = np.array([1.0, 0, 0]), np.array([0, 0, 1.0])
    np.testing.assert_array_equal(radiated_field(z + 0j, x, z), [0, 1, 0])


@pytest.mark.parametrize("light", LIGHTS)
def test_light_is_a_unit_wave_across_its_direction(light):
    field = incident_field(light, 1.2)
    assert np.linalg.norm(field) == pytest.approx(1)
    assert field @ [np.sin(1.2), 0, np.cos(1.2)] == pytest.approx(0, abs=ROUNDING)


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("analyser", ANALYSERS)
def test_what_is_detected_is_what_is_radiated(light, analyser):
    """Reciprocity: E_read x E_det against the radiated wave behind the lens and the analyser."""
    s = directions()
    m = RNG.normal(size=(len(s), 3, 2)) @ [1, 1j]
    field = incident_field(light, 1.2)
    radiated = analysed(collected(radiated_field(m, field, s), s), analyser)
    detected = np.sum(detection_vectors(field, analyser, s) * m, axis=-1)
    np.testing.assert_allclose(detected, radiated, rtol=0, atol=ROUNDING * np.abs(radiated).max() * 10)


def test_the_lens_keeps_the_power_of_a_transverse_wave():
    s = directions()
    across = np.cross(s, RNG.normal(size=s.shape)) + 1j * np.cross(s, RNG.normal(size=s.shape))
    power = np.sum(np.abs(across) ** 2, axis=-1) * s[:, 2]
    np.testing.assert_allclose(np.sum(np.abs(collected(across, s)) ** 2, axis=-1), power, rtol=1e-12)


def test_tm_light_and_a_circular_analyser_read_the_in_plane_phase():
    """Along the normal, M at azimuth b gives light of phase b or -b, of the same strength for all b."""
    s = np.array([[0.0, 0, 1]])
    field = incident_field("TM", 1.2)
    azimuth = np.linspace(0, 2 * np.pi, 9)
    m = np.stack([np.cos(azimuth), np.sin(azimuth), 0 * azimuth], axis=-1)
    for analyser, sign in (("circular", -1), ("opposite", 1)):
        seen = m @ detection_vectors(field, analyser, s)[0]
        np.testing.assert_allclose(seen / seen[0], np.exp(sign * 1j * azimuth), atol=1e-12)


@pytest.mark.parametrize("light", LIGHTS)
def test_a_mirror_image_is_read_by_the_mirrored_analyser(light):
    """y -> -y: M is an axial vector, circular light changes its sense, and the light that comes stays."""
    s = directions()
    mirrored = s * (1, -1, 1)
    m = RNG.normal(size=(len(s), 3))
    field = incident_field(light, 1.2)
    one = np.sum(detection_vectors(field, "circular", s) * m, axis=-1)
    other = np.sum(detection_vectors(field, "opposite", mirrored) * m * (-1, 1, -1), axis=-1)
    sign = 1 if light == "TM" else -1  # TE light itself is reversed
    np.testing.assert_allclose(other, sign * one, rtol=1e-12, atol=ROUNDING)
