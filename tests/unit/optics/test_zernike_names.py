"""Names and indices of Zernike terms."""

from __future__ import annotations

import pytest

from optomag.optics.zernike_index import noll_index, osa_index, zernike_index
from optomag.optics.zernike_names import zernike_name


def test_indices_are_those_that_instruments_print():
    for index in range(1, 400):
        assert noll_index(*zernike_index(noll=index)) == index
        assert osa_index(*zernike_index(osa=index)) == index


def test_each_term_has_a_name_of_its_own():
    orders = [(n, m) for n in range(13) for m in range(-n, n + 1, 2)]
    assert len({zernike_name(*order) for order in orders}) == len(orders)


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ((0, 0), "piston"),
        ((2, -2), "astigmatism 45°"),
        ((3, 3), "trefoil 0°"),
        ((3, -3), "trefoil 30°"),
        ((4, 2), "secondary astigmatism 0°"),
        ((6, 0), "secondary spherical aberration"),
        ((8, 0), "tertiary spherical aberration"),
        ((9, 1), "4th coma x"),
        ((7, -7), "7-foil 12.9°"),
    ],
)
def test_names_that_people_use(order, name):
    assert zernike_name(*order) == name
