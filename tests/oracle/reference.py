"""Reference fields, computed once; `python -m tests.oracle.reference` in the root makes them anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from .cases import CASES, FAR_POINTS, LENSES, NEAR_POINTS
from .focal_integral import focal_field

REFERENCE_FILE = Path(__file__).with_name("reference.npz")


@cache
def reference_fields() -> dict[str, np.ndarray]:
    """Fields (n, 3) by 'lens | case | near' and 'lens | case | far', in the oracle's units."""
    with np.load(REFERENCE_FILE, allow_pickle=False) as stored:
        return dict(stored)


def reference_field(lens: str, case: str, region: str) -> np.ndarray:
    """Field (n, 3) of one case at `NEAR_POINTS` or `FAR_POINTS` (`region` is 'near' or 'far')."""
    return reference_fields()[f"{lens} | {case} | {region}"]


def compute_reference_fields() -> dict[str, np.ndarray]:
    """All fields of `reference_fields`, computed anew."""
    return {
        f"{lens} | {case} | {region}": focal_field(CASES[case].pupil, *LENSES[lens], points)
        for lens in LENSES
        for case in CASES
        for region, points in (("near", NEAR_POINTS), ("far", FAR_POINTS))
    }


if __name__ == "__main__":
    np.savez(REFERENCE_FILE, **compute_reference_fields())
