"""Three numbers of many angles, in degrees."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.workflow.spread import spread_of_angles


def test_the_numbers_are_those_of_all_angles():
    found = spread_of_angles(np.radians(np.arange(101.0)))
    assert found == pytest.approx({"median": 50.0, "p99": 99.0, "worst": 100.0}, rel=1e-12)
