"""One small stripe for all tests of the room: its kernels take a second."""

from __future__ import annotations

import pytest

import optomag as om
from optomag.identity.card import card

KEY = bytes(range(32))
LENS = om.Objective(na=0.95, wavelength=532e-9)


@pytest.fixture(scope="session")
def small():
    """A card of 64 spots."""
    return card(KEY, "no. 1", LENS, spots=64)
