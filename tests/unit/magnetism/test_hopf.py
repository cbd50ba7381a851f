"""Hopf index on a lattice: against exact maps, a linking number that is counted, and what has none."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.magnetism.hopf import hopf_index
from optomag.magnetism.texture import spherical_triangle

COARSE = 0.03
"""Of a lattice of 33 points across: 1 % a turn, up to four turns."""
WHOLE = 1e-9
"""Linking numbers of closed polygons are whole to rounding."""
SECOND_ORDER = 0.15
"""By which four times the error of half the step may differ from the error."""


def wound(points, p=1, q=1):
    """(z1^p, z0^q) of the Hopf map of a ball, on its lattice: index p q."""
    line = np.linspace(-1.0, 1.0, points)
    x, y, z = np.meshgrid(line, line, line, indexing="ij")
    r = np.minimum(np.sqrt(x**2 + y**2 + z**2), 1.0)
    slope = np.pi * np.sinc(r)
    first = (np.cos(np.pi * r) + 1j * slope * z) ** q
    second = (slope * (x + 1j * y)) ** p
    product, size = 2 * first.conj() * second, np.abs(first) ** 2 + np.abs(second) ** 2
    m = np.stack([product.real, product.imag, np.abs(first) ** 2 - np.abs(second) ** 2], axis=-1)
    return m / size[..., None]


def preimage(m, direction):
    """Segments (n, 2, 3) of the curves along which m has a direction, along the flux.

    A curve crosses a triangle of a face where the triangle's directions contain its own; within a cell each
    entry is joined to an exit.
    """
    cells: dict[tuple[int, ...], tuple[list, list]] = {}
    shape = np.array(m.shape[:3])
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        e = np.eye(3, dtype=int)
        for corners in ((0 * e[0], e[j], e[j] + e[k]), (0 * e[0], e[j] + e[k], e[k])):
            a, b, c = (np.roll(m, tuple(-corner), (0, 1, 2)) for corner in corners)
            p = np.broadcast_to(direction, a.shape)
            parts = np.stack(
                [np.sum(p * np.cross(u, v), axis=-1) for u, v in ((b, c), (c, a), (a, b))], axis=-1
            )
            solid = spherical_triangle(a, b, c)
            hit = (np.all(parts > 0, axis=-1) & (solid > 0)) | (np.all(parts < 0, axis=-1) & (solid < 0))
            hit &= np.sum(p * (a + b + c), axis=-1) > 0
            for site in np.argwhere(hit):
                if np.any(site + 1 >= shape):
                    continue
                weights = np.abs(parts[tuple(site)])
                place = site + weights @ np.array(corners) / weights.sum()
                up = solid[tuple(site)] > 0
                before, after = tuple(site - e[i]), tuple(site)
                cells.setdefault(after if up else before, ([], []))[0].append(place)
                cells.setdefault(before if up else after, ([], []))[1].append(place)
    assert all(len(entries) == len(exits) for entries, exits in cells.values())
    return np.array([pair for entries, exits in cells.values() for pair in zip(entries, exits, strict=True)])


def linking_number(first, second):
    """Gauss's integral of two sets of segments: each pair spans a quadrangle on the sphere."""
    a, b = first[:, None, 0], first[:, None, 1]
    c, d = second[None, :, 0], second[None, :, 1]
    corners = [u / np.linalg.norm(u, axis=-1, keepdims=True) for u in (c - a, d - a, d - b, c - b)]
    one = spherical_triangle(corners[0], corners[1], corners[2])
    other = spherical_triangle(corners[0], corners[2], corners[3])
    return -float(np.sum(one + other)) / (4 * np.pi)


def test_the_oracle_counts_two_linked_squares():
    square = np.array([[1, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0]], float)
    first = np.stack([square, np.roll(square, -1, axis=0)], axis=1)
    second = first[..., [0, 2, 1]] + np.array([1.0, 0.0, 0.0])
    # The first turns counter-clockwise about +z; the second passes through it downwards.
    assert linking_number(first, second) == pytest.approx(-1.0, abs=WHOLE)
    assert linking_number(first, second[:, ::-1]) == pytest.approx(1.0, abs=WHOLE)
    assert linking_number(first, second + 5.0) == pytest.approx(0.0, abs=WHOLE)


@pytest.mark.parametrize(("p", "q"), [(1, 1), (2, 1), (1, 2), (2, 2), (1, 0)])
def test_it_is_the_product_of_both_windings(p, q):
    """With q = 0 it is a skyrmion's tube bent into a ring, and none of its preimages are linked."""
    assert hopf_index(wound(33, p, q)) == pytest.approx(p * q, abs=COARSE * max(p * q, 1))


@pytest.mark.parametrize(("p", "q"), [(1, 1), (2, 1), (1, 2), (1, 0)])
def test_it_is_how_often_preimages_are_linked(p, q):
    m = wound(25, p, q)
    m += 0.15 * np.sin(np.arange(75).reshape(25, 3) * 0.4) * np.all(m != [0, 0, 1], axis=-1)[..., None]
    m /= np.linalg.norm(m, axis=-1, keepdims=True)
    directions = np.random.default_rng(1).normal(size=(3, 3))
    curves = [preimage(m, one / np.linalg.norm(one)) for one in directions]
    counted = [linking_number(curves[i], curves[j]) for i, j in ((0, 1), (1, 2), (2, 0))]
    assert counted == pytest.approx([p * q] * 3, abs=WHOLE)
    assert hopf_index(m) == pytest.approx(p * q, abs=2 * COARSE * max(p * q, 1))


def test_the_error_falls_with_the_square_of_the_step():
    coarse, fine = (1 - hopf_index(wound(points)) for points in (17, 33))
    assert 4 * fine == pytest.approx(coarse, rel=SECOND_ORDER)


def test_mirrored_in_space_it_changes_sign_and_turned_or_mirrored_in_direction_not():
    m = wound(25)
    found = hopf_index(m)
    for axis in range(3):
        assert hopf_index(np.flip(m, axis)) == pytest.approx(-found, abs=COARSE)
    turned = np.moveaxis(m, (0, 1, 2), (1, 2, 0))
    assert hopf_index(turned) == pytest.approx(found, abs=COARSE)
    assert hopf_index(-m, surrounding=[0, 0, -1]) == pytest.approx(found, abs=COARSE)
    assert hopf_index(m[..., [1, 2, 0]], surrounding=[0, 1, 0]) == pytest.approx(found, abs=COARSE)


def test_lengths_steps_and_what_lies_outside_do_not_count():
    m, noise = wound(25), np.random.default_rng(0).normal(size=(25, 25, 25, 3))
    line = np.linspace(-1, 1, 25)
    inside = line[:, None, None] ** 2 + line[:, None] ** 2 + line**2 < 1
    changed = np.where(inside[..., None], (1 + noise[..., :1] ** 2) * m, noise)
    assert hopf_index(changed, inside=inside) == pytest.approx(hopf_index(m), rel=WHOLE)
    unknown = np.where(inside[..., None], m, np.nan)
    assert hopf_index(unknown, inside=inside) == pytest.approx(hopf_index(m), rel=WHOLE)
    for scale in (1e200, 1e-200):
        assert hopf_index(scale * m, surrounding=(0, 0, scale)) == pytest.approx(hopf_index(m), rel=WHOLE)
    flat = m[:, :, ::2]
    assert hopf_index(flat) == pytest.approx(1, abs=3 * COARSE)


def test_a_tube_that_ends_has_bloch_points_and_no_index(refusal):
    line = np.linspace(-1.02, 1.0, 24)
    x, y, z = np.meshgrid(line, line, line, indexing="ij")
    tilt = np.pi * np.clip(1 - np.hypot(x, y), 0, 1) * (np.abs(z) < 0.5)
    azimuth = np.arctan2(y, x)
    m = np.stack([np.sin(tilt) * np.cos(azimuth), np.sin(tilt) * np.sin(azimuth), np.cos(tilt)], axis=-1)
    said = refusal(hopf_index, m)
    assert said.startswith(
        "texture with a Hopf index must be free of Bloch points; got M that vanishes in 2 cells"
    )


@pytest.mark.parametrize(
    ("M", "options", "said"),
    [
        (np.ones((4, 4, 3)), {}, "magnetization must be "),
        (np.zeros((4, 4, 4, 3)), {}, "magnetization must be non-zero"),
        (np.ones((4, 4, 4, 3)), {"inside": np.ones((4, 4), bool)}, "inside must be True or False"),
        (np.ones((4, 4, 4, 3)), {"surrounding": [0, 0, 0]}, "surrounding must be a direction"),
    ],
)
def test_bad_input_is_refused(M, options, said, refusal):
    assert refusal(hopf_index, M, **options).startswith(said)
