"""Reading is exact to first order: against 4 x 4 matrices, coupled waves and sums over the written pattern."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.linalg import expm

import optomag as om
from optomag.reading.read_out import noiseless
from optomag.reading.reader_kernels import reader_kernels

WAVELENGTH = 532e-9
LENS = om.Objective(na=0.95, wavelength=WAVELENGTH)
GARNET = om.Film([(2.3, 0.15 * WAVELENGTH)], 1.95)
STACKS = {
    "garnet on garnet": GARNET,
    "metal magnet on glass": om.Film([(2.9 + 3.6j, 0.03 * WAVELENGTH)], 1.46),
    "garnet over silver": om.Film(
        [(2.3 + 0.02j, 0.12 * WAVELENGTH), (0.13 + 3.2j, 0.3 * WAVELENGTH)], 1.46, magnet=1
    ),
    "capped metal magnet": om.Film(
        [(2.0, 0.02 * WAVELENGTH), (2.9 + 3.6j, 0.03 * WAVELENGTH), (1.46, 0.1 * WAVELENGTH)], 1.46
    ),
    "tilted up, capped below": om.Film(
        [(2.3, 0.2 * WAVELENGTH), (1.46, 0.3 * WAVELENGTH), (2.0 + 0.5j, 0.1 * WAVELENGTH)],
        1.7,
        surface=-0.3 * WAVELENGTH,
        magnet=1,
    ),
}
FIRST_ORDER = 1e-8
"""Error of a fourth-order difference in g = 1e-3, and of the pupil's quadrature."""
COUPLED = 1e-7
"""Waves scattered twice by a grating of g = 1e-4, squared in a central difference."""
TAIL = 2e-5
"""A kernel's transform, cut where r^-3 has fallen to 1e-5 of the peak."""
DIRECT = 1e-6
"""A sum of r^-6 over the pattern, cut at 30 wavelengths."""
PRINTED = 6e-4
"""Half of the last digit of published readings, and what the pattern's edge adds."""


# --- an oracle: 4 x 4 matrices of gyrotropic layers, Berreman, J. Opt. Soc. Am. 62, 502 (1972) ---------------


def delta_matrix(epsilon, q):
    """d/dz of (Ex, Hy, Ey, -Hx) is i k0 times this, for waves exp(i k0 q x); eps complex (3, 3)."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = epsilon
    return np.array(
        [
            [-q * zx / zz, 1 - q * q / zz, -q * zy / zz, 0],
            [xx - xz * zx / zz, -q * xz / zz, xy - xz * zy / zz, 0],
            [0, 0, 0, 1],
            [yx - yz * zx / zz, -q * yz / zz, yy - yz * zy / zz - q * q, 0],
        ],
        dtype=complex,
    )


def tensor(index, gyration=(0.0, 0.0, 0.0)):
    """D = eps0 (n^2 E + i E x g)."""
    gx, gy, gz = gyration
    return complex(index) ** 2 * np.eye(3) + 1j * np.array([[0, gz, -gy], [-gz, 0, gx], [gy, -gx, 0]])


def half_space(index, q, sign):
    """State vectors of p and s waves that run along sign z: E_p = (sign cos, 0, -q/n), E_s = y."""
    n = complex(index)
    cosine = np.sqrt(n**2 - q**2) / n
    return np.array([[sign * cosine, n, 0, 0], [0, 0, 1, sign * n * cosine]], dtype=complex).T


def berreman(film, q, gyration, k0):
    """Reflected and transmitted (p, s) amplitudes from (p, s) at z = 0 and at the last interface."""
    propagator = np.eye(4, dtype=complex)
    for number, (index, thickness) in enumerate(film.layers):
        epsilon = tensor(index, gyration if number == film.magnet_layer - 1 else (0, 0, 0))
        propagator = expm(1j * k0 * thickness * delta_matrix(epsilon, q)) @ propagator
    into, back = half_space(1.0, q, 1), half_space(1.0, q, -1)
    out = half_space(film.substrate, q, 1)
    # propagator (into a + back r) = out t
    solved = np.linalg.solve(np.hstack([propagator @ back, -out]), -propagator @ into)
    phase = np.exp(1j * k0 * np.sqrt(1 - q * q) * film.surface)
    return solved[:2] * phase**2, solved[2:] * phase


def change_by_oracle(film, q, axis, k0, step=1e-3):
    """d(reflected, transmitted)/dg for unit gyration along an axis, by a fourth-order difference."""
    found = []
    for part in (0, 1):
        values = [berreman(film, q, scale * step * np.eye(3)[axis], k0)[part] for scale in (-2, -1, 1, 2)]
        found.append((values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * step))
    return found


def changes(film, q, k0):
    """d(reflected)/dg and d(transmitted)/dg for unit gyration along three axes, each (3, 2, 2)."""
    pairs = [change_by_oracle(film, q, axis, k0) for axis in range(3)]
    return [np.stack(part) for part in zip(*pairs, strict=True)]


def uniform_by_oracle(film, geometry, pairs):
    """Amplitude in each mode for a film of g = L n/(pi t), (pair, axis): theta_F t = 1, summed over the pupil.

    A wave from the pupil point (r, phi) runs along phi + pi: its (p, s) amplitudes are (-E_rho, -E_phi). What
    comes back, or through, meets the reversed mode at phi + pi.
    """
    k0 = 2 * np.pi / WAVELENGTH
    nodes, weights = np.polynomial.legendre.leggauss(36)
    azimuths = 2 * np.pi / 12 * np.arange(12)
    total = np.zeros((3, 3), dtype=complex)
    index, thickness = film.layers[film.magnet_layer - 1]
    for r, weight in zip(0.5 * (nodes + 1), 0.5 * weights, strict=True):
        q = LENS.na * r
        reflected, transmitted = changes(film, q, k0)
        if geometry == "reflection":
            matrices = reflected * np.array([-1, 1])[:, None]
        else:
            across, behind = np.sqrt(1 - q * q), np.sqrt(film.substrate**2 - q * q)
            origin = np.exp(-1j * k0 * behind * film.interfaces[-1])
            matrices = transmitted * np.sqrt(behind / across) * origin
        for phi in azimuths:
            local = np.array([[-np.cos(phi), -np.sin(phi), 0], [np.sin(phi), -np.cos(phi), 0], [0, 0, 1]])
            for number, (read, detect) in enumerate(pairs):
                one = -np.asarray(read.evaluate(r, phi))
                other = np.asarray(detect.evaluate(r, phi + np.pi))
                amplitudes = np.einsum("a,xab,b->x", other, matrices, one)
                total[number] += r * weight * 2 * np.pi / 12 * (amplitudes @ local)
    return total * WAVELENGTH * index / (np.pi * thickness)


@pytest.mark.parametrize("name", STACKS)
def test_uniform_films_change_what_comes_back_as_4_by_4_matrices_say(name):
    reader = om.Reader(LENS, STACKS[name])
    exact = uniform_by_oracle(STACKS[name], "reflection", reader.pairs)
    assert_same_up_to_one_phase(reader, exact)


@pytest.mark.parametrize("name", ["garnet on garnet", "metal magnet on glass", "capped metal magnet"])
def test_uniform_films_change_what_goes_through_as_4_by_4_matrices_say(name):
    reader = om.Reader(LENS, STACKS[name], "transmission")
    exact = uniform_by_oracle(STACKS[name], "transmission", reader.pairs)
    assert_same_up_to_one_phase(reader, exact)


def assert_same_up_to_one_phase(reader, exact):
    """The engine leaves a factor out that is common to all beams: the phase on the way through the lens."""
    for common in (1, -1, 1j, -1j):
        expected = np.real(reader.phases[:, None] * common * exact)
        found = np.real(reader.transfer_function([0.0, 0.0]))
        if np.abs(found - expected).max() < FIRST_ORDER * np.abs(exact).max():
            return
    raise AssertionError(f"{found} is not {exact} times {reader.phases}")


# --- coupled waves: the film's gyration is a grating, g cos(G x) --------------------------------------------

ORDERS = np.arange(-2, 3)


def grating_matrix(index, gyration, q, wave):
    """`delta_matrix` for five coupled orders q + m wave; gyration (3,) times cos(G x)."""
    count = len(ORDERS)
    side = 0.5 * (np.eye(count, k=1) + np.eye(count, k=-1))
    orders = np.diag(q + ORDERS * wave).astype(complex)
    blocks = [
        [n * np.eye(count) + (g * side) for n, g in zip(row, twist, strict=True)]
        for row, twist in zip(tensor(index), tensor(index, gyration) - tensor(index), strict=True)
    ]
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = blocks
    inverse = np.linalg.inv(zz)
    nothing, one = np.zeros((count, count)), np.eye(count)
    ez = [-inverse @ zx, -inverse @ orders, -inverse @ zy, nothing]
    rows = [
        [orders @ ez[0], one + orders @ ez[1], orders @ ez[2], nothing],
        [xx + xz @ ez[0], xz @ ez[1], xy + xz @ ez[2], nothing],
        [nothing, nothing, nothing, one],
        [yx + yz @ ez[0], yz @ ez[1], yy + yz @ ez[2] - orders @ orders, nothing],
    ]
    return np.block(rows)


def diffracted(film, gyration, q, wave, k0):
    """Amplitudes (p, s) of the reflected order +1 from (p, s) in order 0, (2, 2)."""
    count = len(ORDERS)

    def waves(n, sign):
        cosine = np.sqrt(complex(n) ** 2 - (q + ORDERS * wave) ** 2 + 0j) / n
        nothing, one = np.zeros((count, count)), np.eye(count)
        p = np.vstack([np.diag(sign * cosine), n * one, nothing, nothing])
        s = np.vstack([nothing, nothing, one, np.diag(sign * n * cosine)])
        return p, s

    propagator = np.eye(4 * count, dtype=complex)
    for number, (index, thickness) in enumerate(film.layers):
        turned = gyration if number == film.magnet_layer - 1 else np.zeros(3)
        propagator = expm(1j * k0 * thickness * grating_matrix(index, turned, q, wave)) @ propagator
    into, back = (np.hstack(waves(1.0, sign)) for sign in (1, -1))
    out = np.hstack(waves(complex(film.substrate), 1))
    middle = [count // 2, count + count // 2]
    solved = np.linalg.solve(np.hstack([propagator @ back, -out]), -propagator @ into[:, middle])
    return solved[[middle[0] + 1, middle[1] + 1]]


@pytest.mark.parametrize("name", ["garnet on garnet", "garnet over silver"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_gratings_diffract_what_the_reader_sees_of_a_wave(name, axis):
    """Between two plane waves: the integrand of the transfer function, s and p, read and detected."""
    film, k0 = STACKS[name], 2 * np.pi / WAVELENGTH
    q, wave, step = 0.3, 0.45, 1e-4
    along = np.eye(3)[axis] * step
    exact = (diffracted(film, along, q, wave, k0) - diffracted(film, -along, q, wave, k0)) / (2 * step)
    depths, thickness = om.Reader(LENS, film).depths, film.layers[film.magnet_layer - 1][1]
    angles = np.arcsin([q, q + wave])
    s, p, normal = film.axial_response(LENS, angles, depths.heights).T
    none = np.zeros(len(depths.heights))
    into = [np.stack([p[:, 0], none, -normal[:, 0]], -1), np.stack([none, s[:, 0], none], -1)]
    # the reversal of what runs along +x after reflection
    reverse = [np.stack([p[:, 1], none, normal[:, 1]], -1), np.stack([none, s[:, 1], none], -1)]
    integrals = [[depths.weights @ np.cross(one, two)[:, axis] for one in into] for two in reverse]
    # half of the cosine, i k0/(2 cos) i (E_read x E_rev); p vectors of the reflected wave are reversed
    found = 0.5 * k0 * thickness / (2 * np.cos(angles[1])) * np.array(integrals) * np.array([[-1], [1]])
    assert np.abs(found - exact).max() < COUPLED * np.abs(exact).max()


# --- from waves to what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize("geometry", ["reflection", "transmission"])
@pytest.mark.parametrize("film", [None, GARNET], ids=["matched", "garnet"])
def test_kernels_are_the_transform_of_the_transfer_function(film, geometry):
    reader = om.Reader(LENS, film, geometry)
    step, count = 0.22 * WAVELENGTH, 180
    line = np.arange(-count, count + 1) * step
    kernels = np.zeros((3, 3, len(line), len(line)))
    for channel, component, values in reader_kernels(reader, np.full(2, step), (count, count)):
        kernels[channel, component] = values
    for wave in (np.array([0.7, 0.4]), np.array([-0.2, 1.1])):
        waves = [np.exp(2j * np.pi / WAVELENGTH * part * line) for part in wave]
        found = np.einsum("ckij,i,j->ck", kernels, *waves) * step**2
        assert np.abs(found - reader.transfer_function(2 * np.pi / WAVELENGTH * wave)).max() < TAIL


@pytest.mark.parametrize("na", [0.1, 0.5, 0.9, 0.99])
def test_uniform_films_turn_light_by_the_faraday_rotation_at_every_aperture(na):
    reader = om.Reader(om.Objective(na=na, wavelength=WAVELENGTH), geometry="transmission")
    assert reader.transfer_function([0.0, 0.0])[2, 2] == pytest.approx(1, abs=FIRST_ORDER)


def ways_of_reading():
    """Film, direction, pairs and places; any two of them meet in the suite, all of them in the long tier."""
    quick = {
        ("matched", "reflection", "radial", "scattered"),
        ("matched", "transmission", "split", "lattice"),
        ("matched", "reflection", "split", "scattered"),
        ("garnet", "transmission", "radial", "scattered"),
        ("garnet", "reflection", "radial", "lattice"),
    }
    layers = (
        ("matched", "radial"),
        ("matched", "split"),
        ("garnet", "radial"),
    )  # split in a film: the same path
    for (film, pairs), geometry, places in product(
        layers, ("reflection", "transmission"), ("lattice", "scattered")
    ):
        way = film, geometry, pairs, places
        yield pytest.param(*way, id="-".join(way), marks=() if way in quick else pytest.mark.long)


@pytest.mark.parametrize(("film", "geometry", "pairs", "places"), list(ways_of_reading()))
def test_readings_are_sums_over_the_written_pattern(film, geometry, pairs, places):
    film, pairs = GARNET if film == "garnet" else None, om.split_pairs() if pairs == "split" else None
    scatter = 0.1 if places == "scattered" else 0.0
    rng = np.random.default_rng(3)
    reader = om.Reader(LENS, film, geometry, pairs=pairs)
    nodes = np.stack(np.meshgrid(np.arange(4), np.arange(3), indexing="ij"), axis=-1).reshape(-1, 2)
    places = (0.45 * nodes + scatter * rng.normal(size=nodes.shape)) * WAVELENGTH
    written = om.scan(places, rng.normal(size=(*places.shape[:1], 3)), LENS, film=film)
    read = noiseless(written, reader)
    step, count = 0.22 * WAVELENGTH, 130
    line = np.arange(-count, count + 1) * step
    M = written.magnetization(places[5, 0] + line, places[5, 1] + line)
    direct = np.zeros(3)
    for channel, component, values in reader_kernels(reader, np.full(2, step), (count, count)):
        direct[channel] += np.vdot(values, M[..., component]) * step**2
    assert np.abs(read[5] - direct).max() < DIRECT * np.abs(read).max()


@pytest.mark.parametrize(
    ("geometry", "pairs", "printed"),
    [
        ("transmission", om.radial_pairs(), (0.298, 0.474)),
        ("transmission", om.split_pairs(), (0.197, 0.474)),
        ("reflection", om.radial_pairs(), (0.286, 0.474)),
        ("reflection", om.split_pairs(), (0.167, 0.474)),
    ],
)
def test_single_spots_are_read_as_printed(geometry, pairs, printed):
    reader = om.Reader(LENS, geometry=geometry, pairs=pairs)
    for axis, strength in enumerate((printed[0], *printed)):
        read = noiseless(om.scan([[0, 0]], [np.eye(3)[axis]], LENS), reader)[0]
        assert read[axis] == pytest.approx(strength, abs=PRINTED)
        assert np.abs(np.delete(read, axis)).max() < DIRECT
