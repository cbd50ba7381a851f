"""The gallery as a list: names, unit power, references only where they hold."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.gallery.catalogue import GALLERY, NO_REFERENCE, named_design, reference_of

LENS = om.Objective(na=0.95, wavelength=532e-9)
POWER_TOLERANCE = 1e-10


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in GALLERY if not name.startswith("array")])
def test_every_design_has_its_name_a_source_and_unit_power(name):
    design = named_design(name, LENS)
    assert design.name == name
    assert design.title
    assert design.pupil
    assert design.source
    assert design.beam.power == pytest.approx(1.0, abs=POWER_TOLERANCE)
    assert (design.counter is not None) == name.endswith("4pi")
    if design.counter is not None:
        assert design.counter.power == pytest.approx(1.0, abs=POWER_TOLERANCE)
    if design.direction is not None:
        assert np.linalg.norm(design.direction) == pytest.approx(1.0, abs=POWER_TOLERANCE)
    assert np.any(np.all(design.light.points == 0, axis=-1)), "the focus is one of the spots"


@pytest.mark.slow
def test_titles_are_told_apart():
    assert (
        len({named_design(n, LENS).title for n in GALLERY if not n.startswith("array")}) == len(GALLERY) - 3
    )


def test_an_unknown_name_is_refused_with_those_that_are_known(refusal):
    assert "azimuthal-vortex" in refusal(named_design, "banana", LENS)


@pytest.mark.parametrize(
    "lens",
    [
        om.Objective(na=0.9, wavelength=532e-9),
        om.Objective(na=0.95, index=1.33, wavelength=532e-9),
        om.Objective(na=0.95, wavelength=532e-9, apodization=om.Herschel()),
    ],
    ids=["aperture", "medium", "apodisation"],
)
def test_references_hold_for_their_lens_only(lens):
    assert reference_of("circular", lens) is NO_REFERENCE
    assert reference_of("circular", LENS).length == 3.001
    assert reference_of("circular", om.Objective(na=0.95, wavelength=1e-6)).length == 3.001
    assert reference_of("array-saxton-vector", LENS) is NO_REFERENCE
