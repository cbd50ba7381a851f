"""A measured pupil undone: phases by phases, amplitudes by amplitudes, and each component by itself."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import optomag as om

LENS = om.Objective(na=0.95, wavelength=532e-9)
PUPIL = om.MeasuredPupil(
    LENS,
    om.Transmission({(2, 2): 0.1, (3, 1): 0.1}, nepers={(2, 0): -0.1, (1, 1): 0.05}),
    om.Transmission({(2, 2): 0.08, (4, 0): 0.03, (0, 0): 0.05}, nepers={(2, 0): -0.15, (0, 0): -0.05}),
)

EXACT = 1e-6
"""Degrees; closed forms end at rounding."""


@pytest.fixture(scope="module")
def design():
    return om.design([-0.559, -0.479, -0.560], LENS, method=om.FlatAmplitude())


@pytest.fixture(scope="module")
def cure(design):
    return om.precompensate(design, PUPIL)


def test_levelled_light_arrives_as_it_was_meant(design, cure):
    assert np.degrees(cure.aberrated) > 10
    assert np.degrees(cure.levelled) < EXACT
    assert cure.levelled_strength == pytest.approx(1.0, abs=1e-9)
    arrived = PUPIL.through(cure.beam).normalized()
    written = np.asarray(om.Light(arrived, LENS).reduced_magnetization([[0.0, 0.0, 0.0]]))[0]
    np.testing.assert_allclose(written, design.magnetization, atol=1e-9 * np.linalg.norm(written))


def test_phases_alone_leave_what_the_amplitudes_do(design, cure):
    phases = om.precompensate(design, PUPIL, amplitude=False)
    assert 0.5 < np.degrees(phases.cured) == np.degrees(cure.cured) < 5
    arrived = om.Light(PUPIL.through(phases.beam), LENS)
    written = np.asarray(arrived.reduced_magnetization([[0.0, 0.0, 0.0]]))
    assert float(om.angle_between(written, design.target)[0]) == pytest.approx(phases.cured, rel=1e-9)


def test_weights_are_found_anew_through_both_channels(cure):
    assert np.degrees(cure.reweighted) < EXACT
    assert 0 < cure.reweighted_strength < 1


def test_terms_pupils_and_fits_are_one(design):
    terms = {(2, 2): 0.1, (3, 1): 0.1}
    pupil = om.MeasuredPupil(LENS, om.Transmission(terms))
    found = [om.precompensate(design, each) for each in (terms, pupil, SimpleNamespace(pupil=pupil))]
    assert len({(each.aberrated, each.cured, each.reweighted) for each in found}) == 1
    assert all(each.pupil == pupil for each in found)
    assert found[0].levelled == found[0].cured


@pytest.mark.parametrize(
    ("measured", "message"),
    [
        ({}, "terms must be a mapping"),
        ("astigmatism", "terms must be a MeasuredPupil, a fit of one, or a mapping"),
        (
            om.MeasuredPupil(om.Objective(na=0.9, wavelength=532e-9), om.Transmission()),
            "lens of the light must",
        ),
    ],
)
def test_what_is_no_pupil_of_this_lens_is_refused(design, measured, message):
    with pytest.raises(om.InvalidInputError, match=message):
        om.precompensate(design, measured)
