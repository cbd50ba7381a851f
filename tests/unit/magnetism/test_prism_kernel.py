"""Derivatives of the integral of 1/r over a prism: closed form, nodes far away, and where the two meet."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from optomag.magnetism.prism_kernel import RULES, prism_kernel

EDGES = (20e-9, 31e-9, 45e-9)
NODES = 1e-10
"""Of the kernel, what rounding of eight corners leaves where nodes take over, and what the nodes leave."""
DIFFERENCES = 5e-8
"""Of the kernel, what central differences of fourth order leave over a 400th of the distance."""

SECOND = [(2, 0, 0), (0, 2, 0), (0, 0, 2), (1, 1, 0), (1, 0, 1), (0, 1, 1)]
DISTANCES = [0.0, *(limit * f * EDGES[2] for limit, _ in RULES[1:] for f in (0.9, 1.1))]


def once_more(orders, axis):
    return tuple(order + (n == axis) for n, order in enumerate(orders))


def reference(orders, x, y, height):
    """Sum over corners, in 50 digits, of numerical derivatives of the potential's own antiderivative."""

    def potential(u, v, w):
        r = mpmath.sqrt(u * u + v * v + w * w)
        logs = v * w * mpmath.asinh(u / mpmath.hypot(v, w)) + u * w * mpmath.asinh(v / mpmath.hypot(u, w))
        logs += u * v * mpmath.asinh(w / mpmath.hypot(u, v))
        angles = u * u * mpmath.atan(v * w / (u * r)) + v * v * mpmath.atan(u * w / (v * r))
        return logs - (angles + w * w * mpmath.atan(u * v / (w * r))) / 2

    with mpmath.workdps(50):
        total = mpmath.mpf(0)
        for sx in (1, -1):
            for sy in (1, -1):
                for z, sz in ((height + EDGES[2], 1), (height, -1)):
                    corner = (x + sx * EDGES[0] / 2, y + sy * EDGES[1] / 2, z)
                    # in units of 10 nm, so that steps of the differences fit
                    place = tuple(mpmath.mpf(c) * 10**8 for c in corner)
                    total += sx * sy * sz * mpmath.diff(potential, place, orders)
        return float(total / (4 * mpmath.pi)) * 1e8 ** (sum(orders) - 2)


@pytest.mark.parametrize("orders", [*SECOND[:1], *SECOND[3:5], (3, 0, 0), (2, 0, 1), (1, 1, 1), (0, 0, 3)])
def test_it_is_the_derivative_of_the_potential(orders):
    for x, y in ((0.0, 0.0), (40e-9, 31e-9), (7 * EDGES[0], 12 * EDGES[1])):
        found = prism_kernel(orders, np.array([x]), np.array([y]), 60e-9, edges=EDGES)[0, 0]
        exact = reference(orders, x, y, 60e-9)
        size = np.prod(EDGES) / (4 * np.pi * np.linalg.norm([x, y, 82.5e-9]) ** (1 + sum(orders)))
        assert abs(found - exact) < NODES * size


@pytest.mark.parametrize("x", [13e-9, 200e-9, 5e-6, 4e-5])
@pytest.mark.parametrize("orders", SECOND)
def test_third_derivatives_are_slopes_of_second_ones(orders, x):
    place = np.array([x, 33e-9, 60e-9])
    distance = float(np.linalg.norm(place))
    size = np.prod(EDGES) / (4 * np.pi * distance**4)
    for axis in range(3):
        step = distance / 400 * np.eye(3)[axis]

        def at(shift, orders, step=step):
            u, v, height = place + shift * step
            return prism_kernel(orders, np.array([u]), np.array([v]), height, edges=EDGES)[0, 0]

        slope = (8 * (at(1, orders) - at(-1, orders)) - (at(2, orders) - at(-2, orders))) / (12 * step[axis])
        assert abs(at(0, once_more(orders, axis)) - slope) < DIFFERENCES * size


@pytest.mark.parametrize("distance", DISTANCES)
def test_no_charges_outside_near_and_far(distance):
    """The three second derivatives along one axis each sum to zero, across all rules."""
    parts = [
        prism_kernel(o, np.array([distance]), np.array([0.0]), 50e-9, edges=EDGES)[0, 0] for o in SECOND[:3]
    ]
    assert abs(sum(parts)) < NODES * max(abs(p) for p in parts)


@pytest.mark.parametrize("orders", [*SECOND, (3, 0, 0), (2, 1, 0), (1, 1, 1), (0, 0, 3)])
def test_the_rules_meet(orders):
    """Where one takes over from the other they agree: nothing jumps but by the slope."""
    for limit, _ in RULES[1:]:
        at = limit * EDGES[2] / np.sqrt(3)
        inside, outside = (np.array([at * (1 + s * 1e-12)]) for s in (-1, 1))
        height = at - 0.5 * EDGES[2]
        low, high = (prism_kernel(orders, x, x, height, edges=EDGES)[0, 0] for x in (inside, outside))
        size = np.prod(EDGES) / (4 * np.pi * (limit * EDGES[2]) ** (1 + sum(orders)))
        assert abs(high - low) < NODES * size
