"""What does not fit is refused with the largest that does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.optics.description import film_from
from optomag.room import disk_limit, largest_fitting, memory_limit, require_disk


@pytest.mark.parametrize(("power", "largest"), [(1, 10**6), (2, 1000), (3, 100)])
def test_the_largest_is_the_estimate_inverted(power: int, largest: int) -> None:
    assert largest_fitting(lambda count: float(count) ** power, 1e6, below=10**30) == largest


def test_limits_are_those_of_the_machine(tmp_path: Path) -> None:
    assert 0 < memory_limit() <= 8 * 2**30
    assert disk_limit(tmp_path / "not" / "there") == pytest.approx(disk_limit(tmp_path), rel=0.1)
    with pytest.raises(InvalidInputError, match="of free disk"):
        require_disk("samples", 10**400, lambda count: 48.0 * count, tmp_path)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: om.zernike({(1000000, 0): 0.1}),
        lambda: om.Grid.plane("xy", half_width=1e-6, points=2**31),
        lambda: om.Grid.cube(half_width=1e-6, points=100_000).points,
        lambda: om.binary_rings(np.linspace(0, 1, 10**7 + 2)[1:-1]),
        lambda: om.binary_rings(iter(lambda: 0.5, None)),
        lambda: om.tolerance(om.design([0, 0, 1], om.Objective(na=0.9, wavelength=532e-9)), pixels=10**6),
        lambda: om.Film([(1.5, 1e-7)] * 10**6, 1.5),
        lambda: film_from(
            {
                "layers": [{"index": [10**400, 0], "thickness_m": 1e-7}],
                "heights_m": None,
                "substrate": [1.5, 0],
                "surface_m": 0.0,
                "front_owns": False,
            }
        ),
        lambda: om.export(
            om.Light(om.circular(1), om.Objective(na=0.9, wavelength=532e-9)), "not-written", cell=[1e-15]
        ),
    ],
)
def test_sizes_without_end_are_refused_at_once(asked) -> None:
    with pytest.raises(InvalidInputError) as refused:
        asked()
    assert "\n" not in str(refused.value)
    assert not Path("not-written").exists()
