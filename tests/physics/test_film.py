"""Layered films: Fresnel, Maxwell and Poynting hold in every layer, and an independent matrix method agrees."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad, quad_vec

import optomag as om
from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY
from optomag.optics.focus import field_scale

WAVELENGTH = 532e-9
AIR = om.Objective(na=0.95, wavelength=WAVELENGTH)
OIL = om.Objective(na=1.4, index=1.515, wavelength=WAVELENGTH)
ROUNDING = 1e-12
"""Equal integrals, taken on different waves in double precision."""
ACCURACY = 1e-10
"""The promised relative error of the field."""
PRINTED_COUPLING, PRINTED_SMALL, PRINTED_ANGLE = 5.1e-4, 5.1e-5, 0.051
"""Half a unit of the last printed digit of g, of the smallest g, and of angles [deg]."""

FILMS = {
    "half-space": om.Film([], 2.3),
    "garnet on garnet": om.Film([(2.3, 0.15 * WAVELENGTH)], 1.95),
    "garnet on glass, tilted up": om.Film([(2.3, 0.03 * WAVELENGTH)], 1.46, surface=-0.4 * WAVELENGTH),
    "metal": om.Film([(2.9 + 3.6j, 0.025 * WAVELENGTH)], 1.46),
    "stack": om.Film(
        [(1.46, 0.2 * WAVELENGTH), (2.9 + 3.6j, 0.03 * WAVELENGTH), (2.1 + 0.01j, 0.4 * WAVELENGTH)],
        3.9 + 0.02j,
        surface=0.25 * WAVELENGTH,
    ),
}


def field_of(beam, lens, where, film, **options):
    return np.asarray(om.focus_field(beam, lens, where, film=film, **options)) / field_scale(lens)


# --- an oracle: characteristic matrices ---------------------------------------------------------------------


def _state(film, lens, theta, z, polarization):
    """(U, V, n) at height z of the wave that the bare lens would give unit amplitude at the focus.

    s: U = E_phi, V = H_rho; p: U = H_phi, V = E_rho, in units in which a unit incident wave has U = 1 (s) or
    U = n1 (p). F. Abeles, Ann. Phys. (Paris) 12, 596 (1950); Born and Wolf, section 1.6.2.
    """
    k0 = 2 * np.pi / lens.wavelength
    q = lens.index * np.sin(theta)

    def admittance(n):
        k = np.sqrt(complex(n) ** 2 - q**2 + 0j)
        k = -k if k.imag < 0 else k
        return k, k if polarization == "s" else k / complex(n) ** 2

    def advance(state, n, distance):
        k, y = admittance(n)
        phase = k0 * k * distance
        c, s = np.cos(phase), 1j * np.sin(phase)
        return np.array([[c, s / y], [s * y, c]]) @ state

    tops = film.interfaces
    last = np.array([1.0, admittance(film.substrate)[1]])
    inside, index = None, None
    if z >= tops[-1]:
        inside, index = (
            last * np.exp(1j * k0 * admittance(film.substrate)[0] * (z - tops[-1])),
            film.substrate,
        )
    state = last
    for (n, d), top in zip(film.layers[::-1], tops[-2::-1], strict=True):
        if top <= z < top + d:
            inside, index = advance(state, n, z - top - d), n
        state = advance(state, n, -d)
    if z < tops[0]:
        inside, index = advance(state, lens.index, z - tops[0]), lens.index
    k, y = admittance(lens.index)
    incident = 0.5 * (state[0] + state[1] / y)
    wanted = np.exp(1j * k0 * k * tops[0]) * (1 if polarization == "s" else lens.index)
    return (*(inside * wanted / incident), complex(index))


def oracle(jones, lens, film, points, critical=()):
    """Focal field of a pupil jones(r, phi) without jumps, ring by ring."""
    phi = 2 * np.pi * np.arange(96) / 96

    def ring(theta):
        e_rho, e_phi = jones(np.full_like(phi, np.sin(theta) / lens.sine), phi)
        q = lens.index * np.sin(theta)
        value = []
        for x, y, z in points:
            s, _, _ = _state(film, lens, theta, z, "s")
            h, rho, n = _state(film, lens, theta, z, "p")
            along_z = h * q / n**2
            phase = np.exp(-1j * lens.wavenumber * np.sin(theta) * (x * np.cos(phi) + y * np.sin(phi)))
            e_x = e_rho * rho * np.cos(phi) - e_phi * s * np.sin(phi)
            e_y = e_rho * rho * np.sin(phi) + e_phi * s * np.cos(phi)
            value.append([np.mean(part * phase) for part in (e_x, e_y, e_rho * along_z)])
        return 2 * np.pi * np.sqrt(np.cos(theta)) * np.sin(theta) / lens.sine * np.array(value)

    value, error = quad_vec(ring, 0, lens.alpha, epsabs=1e-12, epsrel=1e-12, norm="max", points=critical)
    assert error < 1e-9
    return value


def _smooth(r, phi):
    along_x = 1 + 0.4j * r * np.cos(phi)
    return along_x * np.cos(phi) + 0.7 * r, -along_x * np.sin(phi) + 0.5j * r


SCATTERED = WAVELENGTH * np.array([[0.3, -0.2, 0.0], [-0.1, 0.4, 0.1], [0.5, 0.1, 0.5], [0.0, 0.2, -0.3]])


@pytest.mark.parametrize("name", FILMS)
def test_characteristic_matrices_give_the_same_field(name):
    ours = field_of(om.pupil_function(_smooth), AIR, SCATTERED, FILMS[name], rtol=1e-12)
    theirs = oracle(_smooth, AIR, FILMS[name], SCATTERED)
    assert np.abs(ours - theirs).max() < ROUNDING * np.abs(theirs).max()


@pytest.mark.slow
def test_characteristic_matrices_agree_beyond_the_critical_angle():
    film = om.Film([(1.2, 0.3 * WAVELENGTH)], 1.0)
    ours = field_of(om.pupil_function(_smooth), OIL, SCATTERED, film, rtol=1e-12)
    theirs = oracle(_smooth, OIL, film, SCATTERED, critical=np.arcsin(np.array([1.0, 1.2]) / 1.515))
    assert np.abs(ours - theirs).max() < ROUNDING * np.abs(theirs).max()


# --- limits -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("surface", [-0.7, 0.0, 0.33])
@pytest.mark.parametrize("lens", [AIR, OIL], ids=["air", "oil"])
def test_a_film_of_the_immersion_medium_is_no_film(lens, surface):
    n = lens.index
    film = om.Film([(n, 0.2 * WAVELENGTH), (n, 0.1 * WAVELENGTH)], n, surface=surface * WAVELENGTH)
    beam = om.circular(+1) + 0.5 * om.radial() * om.sector(0.3, 2.0)
    line = WAVELENGTH * np.linspace(-1, 1, 7)
    grid = om.Grid(line, line[:3], line)
    with_film, bare = field_of(beam, lens, grid, film), field_of(beam, lens, grid, None)
    assert np.linalg.norm(with_film - bare) < ACCURACY * np.linalg.norm(bare)


@pytest.mark.parametrize("index", [2.3, 2.9 + 3.6j])
def test_two_halves_are_one_layer(index):
    d = 0.3 * WAVELENGTH
    whole, halves = (om.Film(layers, 1.46) for layers in ([(index, d)], [(index, d / 2)] * 2))
    grid = om.Grid([0.0, 0.3 * WAVELENGTH], [0.1 * WAVELENGTH], d * np.array([-1.0, 0.2, 0.6, 1.5]))
    one, two = (field_of(om.linear(), AIR, grid, film) for film in (whole, halves))
    assert np.linalg.norm(one - two) < ROUNDING * np.linalg.norm(one)


RING = 1e-3
"""Width of a ring in r: quantities of its middle are met to its square, times derivatives of order 10."""
RING_ERROR = 1e-5


def reflectance(lens, film, theta, polarization):
    """Reflection coefficient at the first interface, z = 0, from the standing wave on the axis."""
    middle = np.sin(theta) / lens.sine
    ring = om.annulus(middle - RING / 2, middle + RING / 2)
    beam = (om.radial() if polarization == "p" else om.azimuthal() * om.vortex(1)) * ring
    z = -WAVELENGTH * np.linspace(0.02, 0.3, 8)
    field = field_of(beam, lens, np.stack([0 * z, 0 * z, z], axis=1), film)
    along = field[:, 2 if polarization == "p" else 0]
    k = lens.wavenumber * np.cos(theta)
    waves = np.exp(1j * k * np.stack([z, -z], axis=1))
    (forward, backward), *_ = np.linalg.lstsq(waves, along)
    return backward / forward


@pytest.mark.parametrize("degrees", [10.0, 45.0, 70.0])
@pytest.mark.parametrize("polarization", ["s", "p"])
def test_a_single_interface_reflects_as_fresnel_says(degrees, polarization):
    theta = np.radians(degrees)
    behind = np.arcsin(np.sin(theta) / 2.3)
    fresnel = {
        "s": -np.sin(theta - behind) / np.sin(theta + behind),
        "p": np.tan(theta - behind) / np.tan(theta + behind),
    }[polarization]
    assert abs(reflectance(AIR, om.Film([], 2.3), theta, polarization) - fresnel) < RING_ERROR


def test_nothing_is_reflected_at_brewsters_angle():
    assert abs(reflectance(AIR, om.Film([], 2.3), np.arctan(2.3), "p")) < RING_ERROR
    assert abs(reflectance(AIR, om.Film([], 2.3), np.arctan(2.3), "s")) > 0.5


def test_everything_is_reflected_beyond_the_critical_angle():
    theta = np.radians(55.0)
    for polarization in "sp":
        assert abs(abs(reflectance(OIL, om.Film([], 1.0), theta, polarization)) - 1) < RING_ERROR
        frustrated = om.Film([(1.0, 0.1 * WAVELENGTH)], 1.515)
        assert abs(reflectance(OIL, frustrated, theta, polarization)) < 0.95


@pytest.mark.parametrize(("index", "dark"), [(2.3, False), (np.sqrt(1.95), True)])
def test_a_quarter_wave_layer_of_the_geometric_mean_does_not_reflect_at_normal_incidence(index, dark):
    film = om.Film([(index, WAVELENGTH / (4 * index))], 1.95)
    reflected = abs(reflectance(AIR, film, 2 * RING, "s"))
    assert (reflected < RING_ERROR) == dark


def test_the_tail_behind_total_reflection_decays_as_its_wave_number_says():
    inner, outer = 0.9, 0.9 + RING
    z = WAVELENGTH * np.linspace(0.05, 0.8, 6)
    field = field_of(
        om.radial() * om.annulus(inner, outer), OIL, np.stack([0 * z, 0 * z, z], axis=1), om.Film([], 1.0)
    )
    slopes = -np.diff(np.log(np.abs(field[:, 2]))) / np.diff(2 * np.pi * z / WAVELENGTH)
    slowest, fastest = (np.sqrt((1.4 * r) ** 2 - 1) for r in (inner, outer))
    assert np.all((slowest < slopes) & (slopes < fastest))


def test_a_thick_absorber_stays_finite_and_dark():
    depths = WAVELENGTH * np.array([0.0, 0.1, 0.2, 1.0, 50.0, 499.0])
    film = om.Film([(2.9 + 3.6j, 500 * WAVELENGTH)], 1.46)
    beam = om.linear()
    points = np.stack([0 * depths, 0 * depths, depths], axis=1)
    size = np.linalg.norm(field_of(beam, AIR, points, film), axis=1)
    assert np.all(np.isfinite(size))
    assert size[0] > 0.1
    # every wave decays at least as fast as the one at normal incidence, exp(-kappa k0 z)
    least = np.exp(-2 * np.pi * 3.6 * depths[1:] / WAVELENGTH)
    assert np.all(size[1:] <= size[0] * least)
    half_space = field_of(beam, AIR, points[:3], om.Film([], 2.9 + 3.6j))
    np.testing.assert_allclose(
        field_of(beam, AIR, points[:3], film), half_space, rtol=0, atol=ROUNDING * size[0]
    )


# --- Maxwell ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("lens", [AIR, OIL], ids=["air", "oil"])
@pytest.mark.parametrize("name", FILMS)
def test_tangential_e_and_normal_d_are_continuous(name, lens):
    film = FILMS[name]
    layers = film.layers, film.substrate, film.surface
    before, behind = (om.Film(*layers, front_owns=owns) for owns in (True, False))
    line = WAVELENGTH * np.array([-0.4, 0.0, 0.3])
    grid = om.Grid(line, line, film.interfaces)
    beam = om.circular(+1) + 0.6 * om.radial()
    one, two = (field_of(beam, lens, grid, side) for side in (before, behind))
    size = np.abs(one).max()
    np.testing.assert_allclose(one[..., :2], two[..., :2], rtol=0, atol=ROUNDING * size)
    displaced = [e[..., 2] * f.index_at(grid.z, lens) ** 2 for e, f in ((one, before), (two, behind))]
    np.testing.assert_allclose(*displaced, rtol=0, atol=ROUNDING * np.abs(displaced[0]).max())
    assert np.abs(one[..., 2] - two[..., 2]).max() > 0.01 * size, "the normal field itself jumps"


NODES = 14
"""Chebyshev nodes along each side of a box; the box is small enough for them in every medium here."""
DIVERGENCE = 1e-9
"""Differentiation costs three digits of the field on these short boxes."""


def chebyshev_derivative(count):
    """Nodes on [-1, 1], increasing, and the differentiation matrix (Trefethen 2000, program 'cheb')."""
    nodes = -np.cos(np.pi * np.arange(count) / (count - 1))
    ends = np.where((np.arange(count) == 0) | (np.arange(count) == count - 1), 2.0, 1.0)
    weights = ends * (-1.0) ** np.arange(count)
    matrix = np.outer(weights, 1 / weights) / (nodes[:, None] - nodes[None, :] + np.eye(count))
    return nodes, matrix - np.diag(matrix.sum(axis=1))


def derivative(matrix, field, axis):
    return np.moveaxis(np.tensordot(matrix, field, axes=(1, axis)), 0, axis)


@pytest.mark.slow
@pytest.mark.parametrize("medium", range(5))
def test_divergence_and_helmholtz_hold_inside_every_medium(medium):
    film = FILMS["stack"]
    ends = np.array([film.interfaces[0] - 0.3 * WAVELENGTH, *film.interfaces, film.interfaces[-1] + 1e-7])
    low, high = ends[medium : medium + 2] + np.diff(ends)[medium] * np.array([1e-6, -1e-6])
    nodes, matrix = chebyshev_derivative(NODES)
    side, middle = 0.12 * WAVELENGTH, 0.5 * (low + high)
    height = min(0.5 * (high - low), side)
    grid = om.Grid(0.2 * WAVELENGTH + side * nodes, side * nodes, middle + height * nodes)
    field = field_of(om.linear() * om.sector(0.5, 3.0), AIR, grid, film, rtol=1e-13)
    along = [matrix / half for half in (side, side, height)]
    n = complex(film.index_at([middle], AIR)[0])
    k = 2 * np.pi / WAVELENGTH * abs(n)
    size = np.linalg.norm(field)

    divergence = sum(derivative(along[i], field[..., i], i) for i in range(3))
    assert np.linalg.norm(divergence) < DIVERGENCE * np.linalg.norm(along[2], 2) * size
    laplacian = sum(derivative(along[i] @ along[i], field, i) for i in range(3))
    remainder = laplacian + (2 * np.pi * n / WAVELENGTH) ** 2 * field
    assert np.linalg.norm(remainder) < 1e-10 * np.linalg.norm(along[2] @ along[2], 2) * size
    assert np.linalg.norm(laplacian) > 0.1 * k**2 * size


# --- energy -------------------------------------------------------------------------------------------------


TAIL = 1e-10
"""The sums are exact for band-limited fields; what leaves the window on one side comes back on the other."""
STEP, COUNT = 0.45, 48


def _soft(r, phi):
    window = (1 - r**2) ** 6
    return window * (np.cos(phi) + 1.5 * r), window * (-np.sin(phi) + 0.8j * r)


def _line():
    return STEP * WAVELENGTH * (np.arange(COUNT) - COUNT // 2)


def flux_through(film, z, beam):
    """Power [W] through the plane at z: S_z of E and of H = curl E/(i w mu0), by Parseval."""
    nodes, matrix = chebyshev_derivative(10)
    height = 0.02 * WAVELENGTH
    grid = om.Grid(_line(), _line(), z + height * nodes)
    field = np.asarray(om.focus_field(beam, AIR, grid, film=film, rtol=1e-9))
    e_x, e_y, e_z = np.moveaxis(np.fft.fft2(field, axes=(0, 1)) / COUNT, 3, 0)
    k = 2 * np.pi * np.fft.fftfreq(COUNT, STEP * WAVELENGTH)
    k_x, k_y = k[:, None, None], k[None, :, None]
    omega_mu = 2 * np.pi / WAVELENGTH / (VACUUM_PERMITTIVITY * SPEED_OF_LIGHT)
    h_x = (1j * k_y * e_z - derivative(matrix / height, e_y, 2)) / (1j * omega_mu)
    h_y = (derivative(matrix / height, e_x, 2) - 1j * k_x * e_z) / (1j * omega_mu)
    planes = 0.5 * np.real(e_x * h_y.conj() - e_y * h_x.conj()).sum(axis=(0, 1)) * (STEP * WAVELENGTH) ** 2
    # the ends of a Chebyshev interval are where differentiation is least exact
    return float(np.mean(planes[3:-3]))


@pytest.mark.slow
def test_a_lossless_stack_passes_on_what_enters_it():
    film = om.Film([(2.3, 0.15 * WAVELENGTH), (1.46, 0.2 * WAVELENGTH)], 1.95)
    beam = om.pupil_function(_soft)
    heights = WAVELENGTH * np.array([-0.3, 0.07, 0.25, 0.8])
    flux = [flux_through(film, z, beam) for z in heights]
    np.testing.assert_allclose(flux, flux[0], rtol=TAIL)
    bare = flux_through(None, 0.0, beam)
    assert bare == pytest.approx(beam.power, rel=TAIL)
    assert 0.3 * bare < flux[0] < 0.95 * bare


@pytest.mark.slow
def test_what_an_absorber_takes_becomes_heat():
    film = om.Film([(2.9 + 3.6j, 0.05 * WAVELENGTH)], 1.46)
    beam = om.pupil_function(_soft)
    front, behind = (flux_through(film, z, beam) for z in WAVELENGTH * np.array([-0.2, 0.2]))
    nodes, weights = np.polynomial.legendre.leggauss(8)
    half = 0.5 * film.thickness
    grid = om.Grid(_line(), _line(), half * (1 + nodes))
    field = np.asarray(om.focus_field(beam, AIR, grid, film=film, rtol=1e-9))
    intensity = np.sum(np.abs(field) ** 2, axis=(0, 1, 3)) * (STEP * WAVELENGTH) ** 2
    omega = 2 * np.pi * SPEED_OF_LIGHT / WAVELENGTH
    heat = 0.5 * omega * VACUUM_PERMITTIVITY * ((2.9 + 3.6j) ** 2).imag * half * np.sum(weights * intensity)
    assert front - behind == pytest.approx(heat, rel=TAIL)


# --- the table ----------------------------------------------------------------------------------------------

TABLE = {
    "half-space n = 2.3": (om.Film([], 2.3), 0.0, 1.010, 0.107, 0.0, 20.7),
    "film .15": (om.Film([(2.3, 0.15 * WAVELENGTH)], 1.95), 0.075, 0.907, 0.112, -7.5, 21.3),
    "film .03": (om.Film([(2.3, 0.03 * WAVELENGTH)], 1.46), 0.015, 1.655, 0.080, -14.4, 35.7),
    "metal film .025": (
        om.Film([(2.9 + 3.6j, 0.025 * WAVELENGTH)], 1.46),
        0.0125,
        0.333,
        0.0045,
        -83.6,
        61.6,
    ),
}
"""Film, depth [wavelengths], gx, gz, phase of kz/k [deg], direction error of the paper's example [deg]."""


@pytest.mark.parametrize("name", TABLE)
def test_couplings_and_phase_of_the_film_table(name):
    film, depth, gx, gz, phase, _ = TABLE[name]
    z = depth * WAVELENGTH

    def density(theta, kind):
        s, p, axial = film.axial_response(AIR, np.array([theta]), np.array([z]))[0, 0]
        across = np.pi * (abs(s) ** 2 + abs(p) ** 2)
        return np.sin(theta) * (across if kind == "x" else 2 * np.pi * abs(axial) ** 2)

    couplings = [quad(density, 0, AIR.alpha, args=(kind,))[0] for kind in "xz"]
    smallest = PRINTED_SMALL if gz < 0.01 else PRINTED_COUPLING
    assert couplings[0] == pytest.approx(gx, abs=PRINTED_COUPLING)
    assert couplings[1] == pytest.approx(gz, abs=smallest)

    point = [[0.0, 0.0, z]]
    radial = field_of(om.radial(), AIR, point, film)[0, 2]
    across = field_of(om.azimuthal() * om.phase_step("y"), AIR, point, film)[0, 1]
    assert np.degrees(np.angle(radial / across)) == pytest.approx(phase, abs=PRINTED_ANGLE)


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLE)
def test_a_film_turns_what_was_designed_in_air(name):
    film, depth, *_, turned = TABLE[name]
    beam = om.four_beam(0.398, -0.611, 0.467)
    fields = field_of(beam, AIR, [[0, 0, depth * WAVELENGTH]], film), field_of(beam, AIR, [[0, 0, 0]], None)
    similarity = om.similarity(*(om.induced_magnetization(field) for field in fields))
    assert np.degrees(np.arccos(float(similarity[0]))) == pytest.approx(turned, abs=PRINTED_ANGLE)
