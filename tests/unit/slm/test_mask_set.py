"""Masks as a whole: grey levels, run forwards and focused, write the magnetization that was wanted."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest

import optomag as om
from optomag.optics.elementary import pixels
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.slm.device import SECTIONS, Illumination
from optomag.slm.device_file import device_from, load_device
from optomag.slm.mask_set import MOST_POINTS, masks, throughput
from optomag.slm.panel import window_of
from optomag.slm.pupil_field import pupil_field
from optomag.slm.rounding import Nearest

LENS = om.Objective(na=0.95, wavelength=532e-9)
EXAMPLE = om.four_beam(0.398, -0.611, 0.467)
"""The paper's worked example."""

BAR_DEGREES, BAR_STRENGTH = 0.2, 0.002
"""What 8 bits and a pupil of 300 pixels must reach on the example."""
DITHERED_DEGREES, DITHERED_STRENGTH = 0.02, 0.001
"""Dither leaves a scattered 1e-4 of the power and next to no systematic error."""
ROUNDING = 1e-12
"""Of sums over the same pixels in another order; |M| is some 3."""
SMALL_PUPIL = np.radians(0.5)
"""Angle error of smooth beams on 40 pixels, 8 bit."""


def small_device(bits: int = 8, radius: float = 20.0, **changes):
    """Four sections on the quarters of one panel, wide apart; `changes` apply to every section."""
    place = [(29.5 + 60 * (i % 2), 29.5 + 60 * (i // 2)) for i in range(4)]
    sections = [
        {"name": name, "radius": radius, "centre": centre, **changes}
        for name, centre in zip(SECTIONS["vector-generator"], place, strict=True)
    ]
    panel = {"width": 120, "height": 120, "pitch_um": 8.0, "bits": bits}
    return device_from({"name": "small", "panel": panel, "section": sections})


def with_less_of_the_panel(name: str, times: float):
    """A device of the table whose sections are so many times smaller."""
    device = load_device(name)
    sections = [replace(s, radius=s.radius / times, centre=(s.centre[0], 539.5)) for s in device.section]
    return replace(device, section=tuple(sections))


@pytest.fixture(scope="module", params=[EXAMPLE, om.circular(+1)], ids=["shaped", "uniform"])
def apart(request):
    """A beam, and its masks on sections that lie wide apart."""
    return request.param, masks(request.param, small_device(), lens=LENS)


CORRECTED = om.four_beam(0.3, -0.5, 0.4) * om.zernike({(3, 1): 0.05})


@pytest.fixture(scope="module")
def plain():
    return masks(CORRECTED, small_device(), lens=LENS)


@pytest.fixture(scope="module")
def example_nearest():
    return masks(EXAMPLE, lens=LENS, rounding=Nearest())


@pytest.mark.slow
def test_the_papers_example_through_eight_bits_and_the_conventions_rounding(example_nearest):
    found = example_nearest.verified
    per_laser = found.strength * found.throughput / throughput(EXAMPLE, example_nearest.device)
    assert np.degrees(found.angle_error) <= BAR_DEGREES
    assert abs(per_laser - 1) <= BAR_STRENGTH
    assert found.throughput == pytest.approx(0.732, abs=0.001)


@pytest.mark.slow
def test_dither_removes_what_rounding_did(example_nearest):
    found = masks(EXAMPLE, lens=LENS).verified
    per_laser = found.strength * found.throughput / throughput(EXAMPLE, example_nearest.device)
    assert np.degrees(found.angle_error) <= DITHERED_DEGREES
    assert abs(found.strength - 1) <= DITHERED_STRENGTH
    assert abs(per_laser - 1) <= DITHERED_STRENGTH


def test_masks_make_the_beams_own_pupil_field():
    made = masks(EXAMPLE, small_device(bits=16), lens=LENS)
    lattice = pixel_lattice(40)
    inside = lattice.area > 1e-12
    wanted = sampled_jones(EXAMPLE, 40)[inside]
    found = pupil_field(made.levels, made.device, made.scheme, 40).jones[inside]
    ratio = np.vdot(wanted, found) / np.vdot(wanted, wanted)
    assert np.abs(found / ratio - wanted).max() < 1e-3, "16 bits and dither"
    assert abs(np.angle(ratio)) < 1e-4, "the phase of the whole is kept"


@pytest.mark.slow
def test_uniform_amplitude_keeps_all_the_light():
    found = om.design([0.3, -0.5, 0.8], LENS, method=om.FlatAmplitude())
    made = masks(found, small_device())
    assert not made.amplitude
    assert made.verified.throughput == pytest.approx(1.0, abs=1e-12)
    assert made.verified.angle_error < SMALL_PUPIL
    np.testing.assert_allclose(made.wanted, found.magnetization, atol=ROUNDING)
    shaped = masks(om.design([0.3, -0.5, 0.8], LENS), small_device())
    assert shaped.amplitude
    assert shaped.verified.throughput < 0.5
    assert shaped.verified.throughput == pytest.approx(
        throughput(om.design([0.3, -0.5, 0.8], LENS).beam, shaped.device), rel=0.01
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"flip_x": True},
        {"flip_x": True, "flip_y": True},
        {"offset": (2.0, -3.0)},
        {"zernike": ((2, 2, 0.1), (3, -1, 0.05))},
        {"lut": tuple(np.linspace(0.2, 7.9, 256))},
        {"radius": 20.4, "offset": (0.3, -0.2)},
    ],
)
def test_flips_offsets_corrections_and_tables_change_the_images_and_not_the_light(plain, changes):
    changed = masks(CORRECTED, small_device(**changes), lens=LENS)
    assert not np.array_equal(plain.levels[0], changed.levels[0])
    assert changed.verified.angle_error < 2 * SMALL_PUPIL
    assert changed.verified.strength == pytest.approx(plain.verified.strength, abs=0.02)


def test_sections_may_differ_in_flip_and_size():
    device = small_device()
    sections = [replace(s, flip_x=i % 2 == 1, radius=20.0 + i) for i, s in enumerate(device.section)]
    made = masks(EXAMPLE, replace(device, section=tuple(sections)), lens=LENS)
    assert made.verified.angle_error < 3 * SMALL_PUPIL


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_sections_whose_squares_overlap_keep_their_own_pupils(apart, order):
    beam, expected = apart
    wide = expected.device
    centres = [(19.5 + 30 * i, 19.5 + 30 * i) for i in order]  # circles of radius 20, 2.4 pixels apart
    sections = [replace(s, centre=centre) for s, centre in zip(wide.section, centres, strict=True)]
    panel = replace(wide.panel, width=130, height=130)
    close = replace(wide, panel=panel, section=tuple(sections))
    found = masks(beam, close, lens=LENS)
    for one, other in zip(close.section, wide.section, strict=True):
        here, there = window_of(one), window_of(other)
        inside = here.touches_pupil().T
        for kind in ("levels", "commands"):
            shown = getattr(found, kind)[0][here.rows, here.columns][inside]
            alone = getattr(expected, kind)[0][there.rows, there.columns][inside]
            np.testing.assert_array_equal(shown, alone)
    written = (made.verified.magnetization for made in (found, expected))
    np.testing.assert_allclose(*written, atol=ROUNDING)
    around = window_of(close.named("amplitude"))
    corner = found.commands[0][around.rows, around.columns][0, -1]
    assert corner == (np.pi if found.amplitude else 0.0), "blocked, whatever lies beside it"


def test_a_gaussian_illumination_is_taken_out_of_shaped_beams():
    light = Illumination(profile="gaussian", fill=1.0)
    device = replace(small_device(bits=12), illumination=light)
    shaped = masks(om.circular(+1), device, lens=LENS, amplitude=True).verified
    assert shaped.angle_error < 1e-3
    assert shaped.strength == pytest.approx(1.0, abs=0.01)
    lost = masks(om.circular(+1), device, lens=LENS).verified
    assert lost.throughput == pytest.approx(1.0, abs=1e-12)
    assert lost.strength < 0.99, "the rim lacks light"
    assert shaped.throughput == pytest.approx(throughput(om.circular(+1), device), rel=0.01)
    assert shaped.throughput < 0.5


def test_a_misplaced_panel_is_seen_by_the_verification():
    made = masks(EXAMPLE, small_device(), lens=LENS)
    moved = made.with_levels(tuple(np.roll(levels, 1, axis=1) for levels in made.levels))
    assert moved.verified.angle_error > 5 * made.verified.angle_error


@pytest.mark.slow
@pytest.mark.parametrize(("name", "lowest"), [("holoeye-pluto-2-pair", 0.3), ("ti-dlp6500", 0.03)])
def test_holograms_write_the_example(name, lowest):
    found = masks(EXAMPLE, with_less_of_the_panel(name, 2.5), lens=LENS).verified
    assert np.degrees(found.angle_error) < 0.5
    assert abs(found.strength - 1) < 0.02
    assert lowest < found.throughput < 0.5


@pytest.mark.slow
def test_several_points_are_verified_together():
    at = 50e-9 * np.array([[0.0, 0, 0], [1, 0, 0], [0, -1, 1]])
    found = masks(EXAMPLE, small_device(bits=12), lens=LENS, at=at).verified
    single = [masks(EXAMPLE, small_device(bits=12), lens=LENS, at=one).verified for one in at]
    assert found.magnetization.shape == (3, 3)
    assert found.angle_error == pytest.approx(max(one.angle_error for one in single), rel=1e-6)
    lengths = [np.linalg.norm([getattr(one, name) for one in single]) for name in ("magnetization", "wanted")]
    assert found.strength == pytest.approx(lengths[0] / lengths[1], rel=1e-9)


@pytest.mark.slow
def test_a_flat_beam_for_three_spots_is_verified_at_each():
    spots = 0.7e-6 * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]])  # where 50 pixels diffract little light away
    beam = om.flat_dipoles([[1, 1j, 0]] * 3, LENS, at=spots)  # what `om.shape` finds is such a beam
    made = masks(beam, small_device(bits=12, radius=25.0), lens=LENS, at=spots)
    assert made.verified.angle_error < SMALL_PUPIL
    assert made.verified.strength == pytest.approx(1.0, abs=0.01)
    assert np.all(made.wanted[:, 2] > 0.5)


@pytest.mark.slow
def test_pixel_maps_and_both_conventions():
    jones = np.zeros((40, 40, 2), complex)
    jones[..., 0], jones[..., 1] = 1.0, 1j
    device = small_device()
    other = device_from({**asdict(device), "convention": "slmsuite"})
    vendor, slmsuite = (masks(pixels(jones), d, lens=LENS, rounding=Nearest()) for d in (device, other))
    assert vendor.verified.angle_error < 1e-3
    assert slmsuite.verified.angle_error < 1e-3
    assert vendor.levels[0][0, 0] == 0
    assert slmsuite.levels[0][0, 0] == 255


@pytest.mark.slow
def test_what_is_no_beam_for_masks_is_refused(refusal):
    device = small_device()
    assert "lens must be an optomag Objective" in refusal(masks, om.linear(), device)
    assert "power must be > 0" in refusal(masks, 0 * om.linear(), device, lens=LENS)
    assert "number 1 of a list: light of masks must be Light" in refusal(
        masks, [om.design([0, 0, 1], LENS), "beam"], device
    )
    assert "one or more, in a list" in refusal(masks, [], device)
    assert "light of masks must be Light" in refusal(masks, "beam", device)
    found = om.design([0, 0, 1], LENS)
    for name, value in (("lens", LENS), ("film", om.Film([(2.0, 1e-8)])), ("at", (0, 0, 0))):
        said = refusal(masks, found, device, **{name: value})
        assert f"{name} of masks must be left to the light" in said
    assert "OrderedDither() or Nearest()" in refusal(masks, om.linear(), device, lens=LENS, rounding=1)


def test_a_lens_that_bends_the_pixels_is_refused_before_anything_is_written(tmp_path):
    mirror = om.Objective(na=0.95, wavelength=532e-9, apodization=om.Herschel())
    with pytest.raises(om.InvalidInputError, match="aplanatic"):
        masks(EXAMPLE, small_device(), lens=mirror).save(tmp_path / "masks")
    assert not (tmp_path / "masks").exists()


def test_a_beam_without_magnetization_is_said_to_have_none():
    assert "writes no magnetization" in str(masks(om.linear(), small_device(), lens=LENS).verified)


def test_structures_and_designs_of_the_gallery_have_masks():
    named = om.named_design("half-pupil", LENS)
    assert masks(named, small_device(bits=12)).verified.angle_error < SMALL_PUPIL
    assert masks(om.Light(EXAMPLE, LENS), small_device(bits=12)).verified.angle_error < SMALL_PUPIL


@pytest.mark.slow
def test_light_of_two_lenses_has_images_for_each():
    both = om.design([0.2, 0.4, -0.5], LENS, four_pi=True)
    made = masks(both, small_device(bits=12))
    assert made.counter.verified.angle_error < SMALL_PUPIL
    assert masks(both.light.sides[1], small_device(bits=12)).verified.describe() == (
        made.counter.verified.describe()
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("device", "angle"),
    [
        (small_device(bits=12), SMALL_PUPIL),
        (with_less_of_the_panel("holoeye-pluto-2-pair", 2.0), 5e-3),
        (with_less_of_the_panel("ti-dlp6500", 2.0), 5e-3),
    ],
    ids=["vector-generator", "two-modulators", "lee-hologram"],
)
def test_images_of_both_lenses_write_together_what_the_light_does(device, angle):
    """They interfere: their phases have to agree, not only what each writes by itself."""
    points = [[0, 0, 0], [1e-7, 0, 5e-8], [0, -1e-7, -9e-8]]
    light = om.Light(om.circular(+1), LENS, counter=0.5 * om.radial() + 0.5j * om.linear(), points=points)
    made = masks(light, device)
    assert made.share == pytest.approx(2 / 3)
    assert made.counter.share == pytest.approx(1 / 3)
    np.testing.assert_allclose(made.both.wanted, light.reduced_magnetization(points), atol=1e-9)
    alone = made.share * made.verified.magnetization
    assert np.abs(alone - made.both.magnetization).max() > 0.1
    assert made.both.angle_error < angle
    assert made.both.strength == pytest.approx(1.0, abs=4 * angle)


def test_many_points_are_verified_at_the_strongest():
    points = 1e-7 * np.stack([np.arange(30), np.zeros(30), np.zeros(30)], axis=-1)
    made = masks(om.Light(EXAMPLE, LENS, points=points), small_device(bits=12))
    lengths = np.linalg.norm(om.Light(EXAMPLE, LENS).reduced_magnetization(points), axis=-1)
    assert len(made.side.points) == MOST_POINTS
    assert np.linalg.norm(made.wanted, axis=-1).min() == pytest.approx(np.sort(lengths)[-MOST_POINTS])
