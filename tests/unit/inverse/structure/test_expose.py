"""Several exposures for one structure: they beat one, they are what the engine says, and they come back."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.structure.expose import expose, most_steps
from optomag.inverse.structure.saved_structure import load_structure

LENS = om.Objective(na=0.95, wavelength=532e-9)
FILM = om.Film([(2.2, 300e-9)], 2.2)
NEEL = om.Texture(om.neel_skyrmion(532e-9).directions[::4, ::4], 532e-9)
SAME = 1e-6
"""Search and engine: the free pupil's samples leave 1e-8 of the field."""
BOUNDED = 0.02
"""Two bounds of one problem: each is as tight as L-BFGS went far."""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("undrawn")]


@pytest.fixture(scope="module")
def found():
    return om.shape(NEEL, LENS, pupil=om.FreePupil(), exposures=2)


def test_two_exposures_write_what_one_cannot(found):
    one = om.shape(NEEL, LENS, pupil=om.FreePupil())
    assert found.metrics["mean_angle_deg"] < 2.0 < one.metrics["mean_angle_deg"]
    assert found.metrics["mean_magnetization"] > 3 * one.metrics["mean_magnetization"]


def test_the_numbers_are_the_engine_s_for_all_exposures_together(found):
    M = sum(
        energy * np.asarray(light.reduced_magnetization(light.points))
        for energy, light in zip(found.exposures.energies, found.exposures, strict=True)
    )
    np.testing.assert_allclose(found.magnetization, M, rtol=SAME, atol=SAME)
    assert found.exposures.energies.sum() == pytest.approx(1.0)
    assert np.all(np.diff(found.exposures.energies) <= 0), "that of most energy first"
    for light in found.exposures:
        assert float(light.beam.power) == pytest.approx(1.0, rel=1e-9)


def test_the_certificate_is_near_and_never_below_one(found):
    assert 1.0 <= found.certificate.ratio < 1.5
    assert (
        f"The least convex loss of 2 exposures is {100 * (found.certificate.ratio - 1):.2g} %" in found.status
    )


def test_several_exposures_have_no_single_light(found, refusal):
    message = refusal(lambda: found.light)
    assert message.startswith("light of a structure must be that of one exposure; got 2.")


def test_it_comes_back_from_its_folder(found, tmp_path):
    found.save(tmp_path / "two")
    again = load_structure(tmp_path / "two")
    assert again.metrics == found.metrics
    assert again.certificate == found.certificate
    np.testing.assert_array_equal(again.exposures.energies, found.exposures.energies)
    np.testing.assert_array_equal(again.magnetization, found.magnetization)
    assert (tmp_path / "two" / "structure.png").exists()


def test_fields_of_all_exposures_are_exported(found, tmp_path):
    made = om.export(
        found, tmp_path / "cells", cell=[50e-9], size=[200e-9, 200e-9, 50e-9], quantities=["spin"]
    )
    (spin,) = made.fields
    lone = [
        om.export(light, tmp_path / f"{k}", cell=[50e-9], size=[200e-9, 200e-9, 50e-9], quantities=["spin"])
        for k, light in enumerate(found.exposures)
    ]
    total = sum(e * one.fields[0].values for e, one in zip(found.exposures.energies, lone, strict=True))
    np.testing.assert_allclose(spin.values, total, rtol=1e-9, atol=1e-12 * np.abs(total).max())


@pytest.mark.parametrize(
    ("pupil", "options"),
    [
        pytest.param(om.FlatPupil(), {}, id="flat"),
        pytest.param(om.PixelPupil(24), {}, marks=pytest.mark.long, id="pixels"),
        pytest.param(om.FreePupil(), {"film": FILM}, id="film"),
        pytest.param(om.FreePupil(), {"four_pi": True}, marks=pytest.mark.long, id="4pi"),
    ],
)  # pixels and two lenses in one exposure: tests/physics/test_structures.py
def test_every_pupil_and_medium_serves(pupil, options):
    target = om.SpotArray([[0.0, 0.0], [4e-7, 0.0], [0.0, 4e-7]], np.eye(3))
    steps = om.Search(steps=60)
    found = om.shape(target, LENS, pupil=pupil, exposures=2, effort=steps, **options)
    assert len(found.exposures) == 2
    assert found.metrics["worst_angle_deg"] < 20
    assert found.metrics["efficiency"] < 1 or found.metrics["worst_angle_deg"] > 1
    assert most_steps(steps) == most_steps(steps, given=True) + 60


@pytest.mark.parametrize(("stage", "done"), [("optimum", 500), ("exposures", 1025)])
def test_ctrl_c_keeps_the_best_until_then(stage, done):
    def interrupt(step):
        if step.stage == stage:
            raise KeyboardInterrupt

    found = om.shape(NEEL, LENS, pupil=om.FreePupil(), exposures=2, on_step=interrupt)
    assert found.stopped
    assert found.status.startswith(f"Stopped by hand after {done} of 1600 steps")
    assert found.certificate is None


def test_flat_exposures_are_held_against_the_same_bound(found):
    flat = om.shape(NEEL, LENS, exposures=2, effort=om.Search(steps=100))
    assert flat.certificate.bound == pytest.approx(found.certificate.bound, rel=BOUNDED)
    assert flat.certificate.ratio > found.certificate.ratio


@pytest.mark.parametrize("pupil", [om.FreePupil(), om.FlatPupil(), om.PixelPupil(24)], ids=repr)
def test_a_search_goes_on_from_former_exposures(pupil):
    target = om.SpotArray([[0.0, 0.0], [4e-7, 0.0], [0.0, 4e-7]], np.eye(3))
    first = om.shape(target, LENS, pupil=pupil, exposures=2, effort=om.Search(steps=60))
    again = om.shape(target, LENS, pupil=pupil, exposures=2, effort=om.Search(steps=1), start=first)
    assert again.status.startswith("L-BFGS from former exposures")
    np.testing.assert_allclose(again.energies, first.energies, atol=0.02)
    close = 0.05 * np.abs(first.magnetization).max()
    np.testing.assert_allclose(again.magnetization, first.magnetization, atol=close)


def test_rings_serve_one_exposure_only(refusal):
    target = om.Needle(10 * 532e-9)
    message = refusal(om.shape, target, LENS, pupil=om.RingPupil(8), exposures=2)
    assert message.startswith("pupil of several exposures must be FreePupil, FlatPupil or PixelPupil")


@pytest.mark.parametrize("count", [0, 1.5, True, 1000])
def test_numbers_of_exposures_that_make_no_sense_are_refused(count, refusal):
    assert refusal(om.shape, NEEL, LENS, exposures=count).startswith("exposures must be ")


def test_expose_is_deterministic():
    import jax

    target = om.SpotArray([[0.0, 0.0], [4e-7, 0.0], [0.0, 4e-7]], np.eye(3))
    bound = om.FreePupil().bind(target.control_points(LENS), LENS)
    ends = [
        expose(target, LENS, bound, exposures=2, effort=om.Search(steps=30), key=jax.random.key(3))
        for _ in range(2)
    ]
    np.testing.assert_array_equal(ends[0].energies, ends[1].energies)


def test_exposures_that_carry_no_light_are_left_out():
    alone = om.SpotArray([[0.0, 0.0]], [0, 0, 1])
    found = om.shape(alone, LENS, pupil=om.FreePupil(), exposures=5, effort=om.Search(steps=40))
    assert len(found.exposures) < 5
    assert found.status.endswith(
        f"Of the 5 exposures that were asked for {len(found.exposures)} carry light."
    )
    again = om.shape(alone, LENS, pupil=om.FreePupil(), exposures=5, effort=om.Search(steps=0), start=found)
    assert again.metrics["strength"] == pytest.approx(found.metrics["strength"], rel=0.05)
    assert again.status.startswith("No steps were asked for")
