"""A pulse's peak power, duration and bandwidth are those of the curve that it draws."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

SHAPES = [om.GaussianShape(), om.SechSquaredShape()]
QUADRATURE = 1e-9  # the trapezoidal rule over a smooth pulse that has decayed at both ends
SPECTRUM = 1e-4  # linear interpolation between the bins of a discrete spectrum


@pytest.fixture(params=SHAPES, ids=lambda shape: type(shape).__name__)
def pulse(request):
    return om.Pulse(energy=3e-9, duration=80e-15, shape=request.param)


def test_the_power_adds_up_to_the_energy(pulse):
    time = np.linspace(-30, 30, 20_001) * pulse.duration
    assert np.trapezoid(pulse.power_at(time), time) == pytest.approx(pulse.energy, rel=QUADRATURE)


def test_half_the_peak_is_reached_half_a_duration_from_it(pulse):
    power = pulse.power_at([-0.5 * pulse.duration, 0.0, 0.5 * pulse.duration])
    np.testing.assert_allclose(power / pulse.peak_power, [0.5, 1.0, 0.5], rtol=1e-12)


def test_the_peak_lasting_for_the_effective_duration_delivers_the_energy(pulse):
    assert pulse.peak_power * pulse.effective_duration == pytest.approx(pulse.energy, rel=1e-14)


def test_the_bandwidth_is_that_of_the_amplitude_spectrum(pulse):
    time = np.linspace(-300, 300, 2**16) * pulse.duration
    amplitude = np.sqrt(pulse.power_at(time))
    spectrum = np.abs(np.fft.rfft(amplitude)) ** 2
    frequency = np.fft.rfftfreq(len(time), time[1] - time[0])
    half = np.interp(-0.5 * spectrum[0], -spectrum, frequency)
    assert 2 * half == pytest.approx(pulse.bandwidth, rel=SPECTRUM)


def test_textbook_factors():
    gaussian, sech = SHAPES
    assert gaussian.peak_factor == pytest.approx(0.939437, abs=1e-6)
    assert sech.peak_factor == pytest.approx(0.881374, abs=1e-6)
    assert gaussian.bandwidth_product == pytest.approx(0.441271, abs=1e-6)
    assert sech.bandwidth_product == pytest.approx(0.314833, abs=1e-6)


def test_far_wings_vanish_without_overflow(pulse):
    assert pulse.power_at(1.0) == 0.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"energy": 0.0},
        {"energy": -1e-9},
        {"duration": 0.0},
        {"duration": np.nan},
        {"energy": np.inf},
        {"duration": "100 fs"},
    ],
)
def test_impossible_pulses_are_refused(wrong):
    with pytest.raises(om.InvalidInputError, match=next(iter(wrong))):
        om.Pulse(**{"energy": 1e-9, "duration": 1e-13} | wrong)


def test_the_name_of_a_shape_is_no_shape(pulse):
    # set behind its back, for the type checker of the tests would be faster
    object.__setattr__(pulse, "shape", "gaussian")
    with pytest.raises(om.InvalidInputError, match="shape must be a pulse shape"):
        pulse.__post_init__()


def test_pulses_are_frozen_records(pulse):
    assert pulse == om.Pulse(energy=3e-9, duration=80e-15, shape=pulse.shape)
    with pytest.raises(AttributeError):
        pulse.energy = 1.0


def test_long_after_the_pulse_no_power_is_left(pulse):
    np.testing.assert_array_equal(pulse.power_at([1e300, -1e300, 1.0]), 0.0)


def test_times_that_are_none_are_refused(pulse, refusal):
    for time in (None, "now", [[1.0], [1.0, 2.0]], np.nan, np.ma.array([1.0], mask=[True])):
        assert "must be " in refusal(pulse.power_at, time)
