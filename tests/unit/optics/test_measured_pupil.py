"""The measured pupil: what arrives, what to send, on pixels, in files."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optomag as om
from optomag.optics.beam_description import beam_from, describe_beam
from optomag.optics.flat_map import with_flat_maps
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.optics.measured_pupil import MeasuredPupil

LENS = om.Objective(na=0.95, wavelength=532e-9)
X = om.Transmission({(1, 1): 0.05, (2, 2): 0.1, (3, -1): -0.05}, nepers={(2, 0): -0.1})
Y = om.Transmission({(0, 0): 0.1, (4, 0): 0.07}, nepers={(0, 0): 0.1, (1, -1): 0.05})
ALIKE, APART = MeasuredPupil(LENS, X), MeasuredPupil(LENS, X, Y)
PUPILS = pytest.mark.parametrize("pupil", [ALIKE, APART], ids=["x = y", "x and y apart"])
BEAM = om.circular(1) * om.phase_step("x") + 0.4j * om.radial() * om.annulus(0.3)
POINTS = np.array([[0.0, 0.0, 0.0], [2e-7, -1e-7, 3e-7], [-4e-7, 3e-7, -1e-7]])

ROUNDING = 1e-12
"""Of fields of order one, there and back."""

MAP = 2e-4
"""Of the largest field: pixels of 1/256 of the pupil, whose error falls with their area."""


@PUPILS
def test_each_component_is_multiplied_by_its_own_transmission(pupil):
    lattice = pixel_lattice(16)
    for part, mask in enumerate((pupil.x, pupil.y)):
        factor = mask.transmission(lattice.radius, lattice.azimuth)
        expected = sampled_jones(BEAM, 16)[..., part] * factor
        np.testing.assert_allclose(sampled_jones(pupil.through(BEAM), 16)[..., part], expected, atol=ROUNDING)
        np.testing.assert_allclose(pupil.on_pixels(16)[..., part], factor, rtol=ROUNDING)


@PUPILS
@pytest.mark.parametrize("film", [None, om.Film([(2.3 + 0.1j, 80e-9)], 1.46)])
def test_the_field_is_that_of_the_pixel_map_of_what_arrives(pupil, film):
    beam = om.circular(1) * om.vortex(1) + 0.4j * om.radial()
    exact = np.asarray(om.focus_field(pupil.through(beam), LENS, POINTS, film=film))
    jones = sampled_jones(beam, 256) * pupil.on_pixels(256)
    sampled = np.asarray(om.focus_field(om.pixels(jones), LENS, POINTS, film=film))
    np.testing.assert_allclose(exact, sampled, atol=MAP * np.abs(exact).max())


@PUPILS
def test_pixel_maps_and_batches_go_through(pupil):
    jones = np.stack([sampled_jones(BEAM, 8), sampled_jones(om.azimuthal(), 8)])
    (found,) = pupil.through(om.pixels(jones)).pixel_maps
    np.testing.assert_allclose(np.asarray(found), jones * pupil.on_pixels(8), atol=ROUNDING)
    both = pupil.through(om.stack_beams([om.radial(), BEAM]))
    np.testing.assert_allclose(
        both.evaluate(0.7, 2.0)[1], pupil.through(BEAM).evaluate(0.7, 2.0), atol=ROUNDING
    )


@PUPILS
def test_what_was_undone_arrives_as_it_was_meant(pupil):
    arrived = pupil.through(pupil.undone(BEAM, amplitude=True))
    np.testing.assert_allclose(sampled_jones(arrived, 16), sampled_jones(BEAM, 16), atol=ROUNDING)
    arrived = pupil.through(pupil.undone(BEAM))
    amplitudes = np.abs(pupil.on_pixels(16))
    np.testing.assert_allclose(
        sampled_jones(arrived, 16), amplitudes * sampled_jones(BEAM, 16), atol=ROUNDING
    )


def test_channels_that_cancel_leave_the_modes_that_were_there():
    assert APART.through(APART.undone(BEAM, amplitude=True)).modes == BEAM.modes
    (there,) = APART.through(APART.through(om.radial())).modes
    assert there.function.x == X.followed_by(X)
    assert APART.through(BEAM).modes[0].phi_breaks == BEAM.modes[0].phi_breaks


@PUPILS
def test_gradients_pass(pupil):
    def brightness(weight):
        field = om.focus_field(pupil.through(weight * om.radial() + om.linear()), LENS, POINTS)
        return jnp.sum(jnp.abs(field) ** 2)

    step = 1e-4
    slope = (brightness(0.5 + step) - brightness(0.5 - step)) / (2 * step)
    np.testing.assert_allclose(jax.grad(brightness)(0.5), slope, rtol=1e-7)  # of a quadratic: rounding / step


def test_many_flat_dipoles_are_still_focused_as_a_map():
    dipoles = om.flat_dipoles([[1, 1j, 0], [0, 1, 1j]], LENS, at=[[-6e-7, 0, 0], [6e-7, 0, 0]])
    (jones,) = with_flat_maps(APART.through(dipoles), LENS).pixel_maps
    held = pixel_lattice(len(jones)).area[..., None] > 0
    expected = held * sampled_jones(dipoles, len(jones)) * APART.on_pixels(len(jones))
    np.testing.assert_allclose(held * np.asarray(jones), expected, atol=ROUNDING)


@PUPILS
def test_beams_behind_it_are_described_and_restored(pupil):
    tensors: dict[str, np.ndarray] = {}
    beam = pupil.through(BEAM)
    again = beam_from(describe_beam(beam, tensors, name="beam"), tensors, name="beam")
    assert again.modes == beam.modes
    np.testing.assert_array_equal(again.weight_vector, beam.weight_vector)


@PUPILS
def test_saved_pupils_are_read_back(pupil, tmp_path):
    pupil.save(tmp_path / "pupil")
    assert om.load(tmp_path / "pupil") == pupil


def test_terms_leave_the_piston_out():
    both = om.Transmission({(0, 0): 0.3, (2, 0): 0.1, (1, 1): 0.2})
    assert MeasuredPupil(LENS, both, X).terms == {(1, 1): 0.2, (2, 0): 0.1}


@pytest.mark.parametrize(
    "other",
    [
        om.Objective(na=0.9, wavelength=532e-9),
        om.Objective(na=0.95, wavelength=633e-9),
        om.Objective(na=0.95, index=1.1, wavelength=532e-9),
        om.Objective(na=0.95, wavelength=532e-9, apodization=om.Herschel()),
    ],
)
def test_another_lens_has_another_pupil(other):
    ALIKE.require_lens(om.Objective(na=0.95, wavelength=532.00001e-9))
    with pytest.raises(om.InvalidInputError, match="lens of the light must be that of the measured pupil"):
        ALIKE.require_lens(other)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MeasuredPupil("0.95", X), "lens must be an optomag Objective"),
        (lambda: MeasuredPupil(LENS, om.zernike({(2, 2): 0.1})), "x of a measured pupil must be an optomag"),
        (lambda: MeasuredPupil(LENS, X, {(2, 2): 0.1}), "y of a measured pupil must be an optomag"),
        (lambda: ALIKE.through(om.Light(BEAM, LENS)), "beam of a measured pupil must be an optomag Beam"),
        (lambda: ALIKE.undone(BEAM, amplitude="yes"), "amplitude must be"),
        (lambda: ALIKE.on_pixels(0), "count must be a whole number >= 1"),
        (lambda: ALIKE.on_pixels(10**6), "pixels must be"),
        (lambda: ALIKE.require_lens("lens"), "lens of the light must be an optomag Objective"),
        (lambda: X.followed_by(om.vortex(1)), "other must be an optomag Transmission"),
    ],
)
def test_wrong_arguments_are_refused(refusal, call, message):
    assert refusal(call).startswith(message)
