"""The lens as a record: what it derives and what it refuses."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from optomag.optics.objective import Objective

ROUNDING = 1e-15


def test_what_follows_from_the_three_numbers():
    lens = Objective(na=1.4, index=1.515, wavelength=532e-9)
    assert lens.sine == 1.4 / 1.515
    assert lens.alpha == pytest.approx(np.arcsin(1.4 / 1.515), rel=ROUNDING)
    assert lens.wavenumber == pytest.approx(2 * np.pi * 1.515 / 532e-9, rel=ROUNDING)


def test_numbers_of_any_kind_become_floats_and_the_index_is_that_of_air():
    lens = Objective(na=np.float32(0.5), index=1, wavelength=np.array(1e-6))
    assert [type(value) for value in (lens.na, lens.index, lens.wavelength)] == [float] * 3
    assert lens == Objective(na=0.5, wavelength=1e-6)
    assert hash(lens) == hash(Objective(na=0.5, wavelength=1e-6))
    assert lens != Objective(na=0.5, wavelength=1.1e-6)


def test_a_lens_is_frozen():
    lens = Objective(na=0.5, wavelength=1e-6)
    with pytest.raises(FrozenInstanceError):
        lens.na = 0.6  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("name", ["na", "index", "wavelength"])
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, "0.5", None, [0.5], 0.5j, True])
def test_values_that_no_lens_has_are_refused(name, value, refusal):
    message = refusal(Objective, **{"na": 0.5, "index": 1.5, "wavelength": 1e-6, name: value})
    assert message.startswith(f"{name} must be a finite number > 0; got ")


@pytest.mark.parametrize(("na", "index"), [(1.0, 1.0), (1.2, 1.0), (1.6, 1.515)])
def test_no_aperture_reaches_the_index(na, index, refusal):
    message = refusal(Objective, na=na, index=index, wavelength=1e-6)
    assert message.startswith(f"na must be < index = {index:g}; got {na}. ")
