"""Masks that undo a measured pupil, verified through it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import optomag as om
from optomag.io.agreement import agree
from optomag.optics.jones import sampled_jones
from optomag.slm.device import SECTIONS
from optomag.slm.device_file import device_from
from optomag.slm.pupil_field import pupil_field
from optomag.slm.schedule import schedule
from optomag.slm.verification import simulate

pytestmark = pytest.mark.usefixtures("undrawn")

LENS = om.Objective(na=0.95, wavelength=532e-9)
X = om.Transmission({(2, 2): 0.08, (3, 1): 0.05}, nepers={(2, 0): -0.1})
Y = om.Transmission({(2, 2): 0.06, (0, 0): 0.03}, nepers={(1, 1): 0.1})
PUPIL = om.MeasuredPupil(LENS, X, Y)
FLAT = om.Light(om.circular(1) * om.vortex(1), LENS, points=[[2e-7, 0.0, 0.0]])

SMALL_PUPIL = np.radians(0.5)
"""Angle error of smooth beams on 40 pixels, 10 bit."""

EXACT = 1e-9
"""Relative, of the same sums twice."""


def small_device():
    place = [(29.5 + 60 * (i % 2), 29.5 + 60 * (i // 2)) for i in range(4)]
    sections = [
        {"name": name, "radius": 20, "centre": centre}
        for name, centre in zip(SECTIONS["vector-generator"], place, strict=True)
    ]
    panel = {"width": 120, "height": 120, "pitch_um": 8.0, "bits": 10}
    return device_from({"name": "small", "panel": panel, "section": sections})


DEVICE = small_device()


@pytest.fixture(scope="module")
def made():
    return om.masks(FLAT, DEVICE, measured=PUPIL)


def test_they_are_those_of_the_light_that_must_be_sent(made):
    sent = om.masks(PUPIL.undone(FLAT.beam, amplitude=True), DEVICE, lens=LENS)
    assert made.amplitude
    for one, other in zip(made.levels, sent.levels, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_arrives_is_what_was_meant_and_uncorrected_is_not(made):
    found = made.verified
    assert found.angle_error < SMALL_PUPIL < 5 * SMALL_PUPIL < found.uncorrected.angle_error
    plain = om.masks(FLAT, DEVICE)
    through = simulate(plain.levels, DEVICE, plain.scheme, FLAT, PUPIL).magnetization
    assert float(om.angle_between(through, made.wanted)[0]) == pytest.approx(
        found.uncorrected.angle_error, rel=EXACT
    )
    assert "uncorrected, through the measured pupil" in str(found)
    assert plain.verified.uncorrected is None


def test_the_simulation_multiplies_the_pupil_by_the_measured_one():
    """Against the engine's own way from a pixel map to the focus, per light that arrives."""
    plain = om.masks(FLAT, DEVICE)
    found = simulate(plain.levels, DEVICE, plain.scheme, FLAT, PUPIL)
    count = 80
    while True:
        jones = pupil_field(plain.levels, DEVICE, plain.scheme, count, fineness=count / 80).jones
        arrived = om.pixels(jones * PUPIL.on_pixels(count)).normalized()
        expected = np.asarray(FLAT.reduced_magnetization(FLAT.points, beam=arrived))
        if np.allclose(found.magnetization, expected, atol=1e-6):
            return
        count *= 2
        assert count <= 2048, "at none of the sizes that the simulation tries"


def test_without_the_amplitude_section_the_common_amplitude_is_left():
    open_section = om.masks(FLAT, DEVICE, measured=PUPIL, amplitude=False)
    assert not open_section.amplitude
    assert open_section.verified.throughput == pytest.approx(1.0)
    # the polarisation is right: what arrives is the wanted field times a real number
    jones = pupil_field(open_section.levels, DEVICE, open_section.scheme, 40).jones * PUPIL.on_pixels(40)
    ratio = np.mean(jones / sampled_jones(FLAT.beam, 40), axis=-1)[12:28, 12:28]
    assert np.ptp(np.angle(ratio)) < 0.02, "10 bits, dithered"
    assert np.ptp(np.abs(ratio)) > 0.1


def test_terms_pupils_and_fits_of_them_are_the_same():
    terms = {(2, 2): 0.08}
    pupil = om.MeasuredPupil(LENS, om.Transmission(terms))
    sources = (terms, pupil, SimpleNamespace(pupil=pupil))
    levels = [om.masks(FLAT, DEVICE, measured=source).levels for source in sources]
    for others in levels[1:]:
        for one, other in zip(levels[0], others, strict=True):
            np.testing.assert_array_equal(one, other)


def test_series_know_the_pupil_before_any_work_and_alike_in_every_run(refusal):
    lights = [FLAT, om.Light(om.circular(-1), LENS)]
    one, other = (om.masks(lights, DEVICE, measured=SimpleNamespace(pupil=PUPIL)) for _ in range(2))
    assert one.sets.made_from(0) == other.sets.made_from(0) != om.masks(lights, DEVICE).sets.made_from(0)
    elsewhere = om.MeasuredPupil(om.Objective(na=0.9, wavelength=532e-9), X)
    assert "that of the measured pupil" in refusal(om.masks, lights, DEVICE, measured=elsewhere)


def test_they_are_saved_with_the_pupil_and_simulated_through_it(made, tmp_path):
    made.save(tmp_path / "masks", formats=("png",))
    again = om.load(tmp_path / "masks")
    assert again.measured == PUPIL
    assert agree(again.verified.describe(), made.verified.describe(), tolerance=EXACT)
    anew = om.rebuild_masks(tmp_path / "masks")
    for one, other in zip(anew.levels, made.levels, strict=True):
        np.testing.assert_array_equal(one, other)
    om.masks(FLAT, DEVICE).save(tmp_path / "plain", formats=("png",))
    assert om.load(tmp_path / "plain").measured is None


def test_schedules_undo_it_in_every_exposure():
    shown = schedule(om.Exposures([FLAT, om.Light(om.circular(-1), LENS)]), DEVICE, measured=PUPIL)
    assert [one.measured for one in shown.masks] == [PUPIL, PUPIL]
    assert shown.angle_error < SMALL_PUPIL


def test_other_pupils_are_refused(refusal):
    other = om.MeasuredPupil(om.Objective(na=0.9, wavelength=532e-9), X)
    assert "that of the measured pupil" in refusal(om.masks, FLAT, DEVICE, measured=other)
    assert refusal(om.masks, FLAT, DEVICE, measured={}).startswith("measured pupil must be a mapping")
    assert refusal(om.masks, FLAT, DEVICE, measured="fit").startswith(
        "measured pupil must be a MeasuredPupil"
    )
    both = om.Light(om.circular(1), LENS, counter=om.circular(1))
    assert refusal(om.masks, both, DEVICE, measured=PUPIL).startswith("light of a measured pupil must be of")
