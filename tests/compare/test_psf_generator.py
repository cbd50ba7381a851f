"""The whole complex vector field against psf-generator's spherical propagator, an independent program.

It integrates over theta by Simpson's rule and does the azimuth with Bessel functions, so it shares neither
quadrature nor code with this engine. Nothing is fitted: the one factor between the two fields follows from
what each program calls a unit beam (`field_of_unit_power`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import scipy.special
from tests.oracle.focal_integral import si_factor

import optomag as om

HOW_TO_INSTALL = "an optional comparison; install optomag[compare] to run it"
torch = pytest.importorskip("torch", reason=HOW_TO_INSTALL)
pytest.importorskip("psf_generator", reason=HOW_TO_INSTALL)
vectorial = pytest.importorskip("psf_generator.propagators.vectorial_spherical_propagator")

AS_INSTALLED = 5e-7
"""Relative L2 in each plane: torch's Bessel functions are off by up to 4.6e-7 beyond an argument of 5, in
double precision as well as in single."""
REPAIRED = 1e-11
"""Relative L2 in each plane: what is left is Simpson's remainder for NODES, 5e-12 for the widest cone."""
FOURTH_ORDER = pytest.approx(16, abs=0.5)
"""Fall of Simpson's error when its step is halved; the next order adds 1 % at 64 steps."""

WAVELENGTH = 600e-9
DEFOCUS = 450e-9
HALF_WIDTH = 900e-9
POINTS = 41
NODES = 2049
NANOMETRE = 1e-9

LENSES = {"air 0.95": (0.95, 1.0), "oil 1.4": (1.4, 1.518), "water 0.6": (0.6, 1.33)}


class Pair(NamedTuple):
    """A beam in both programs."""

    beam: om.Beam
    jones: tuple[complex, complex]
    fill: float | None = None


PAIRS = {
    "linear x": Pair(om.linear(0.0), (1, 0)),
    "linear y": Pair(om.linear(np.pi / 2), (0, 1)),
    "linear 45": Pair(om.linear(np.pi / 4), (1, 1)),
    "circular +1": Pair(om.circular(+1), (1, 1j)),
    "circular -1": Pair(om.circular(-1), (1, -1j)),
    "circular, Gaussian fill": Pair(om.circular(+1) * om.gaussian(fill=0.8), (1, 1j), 0.8),
}


@pytest.fixture
def repaired(monkeypatch):
    """Double precision throughout, and SciPy's Bessel functions for torch's."""
    for name, exact in (("bessel_j0", scipy.special.j0), ("bessel_j1", scipy.special.j1)):
        monkeypatch.setattr(vectorial, name, lambda x, exact=exact: torch.from_numpy(exact(x.numpy())))
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)  # it belongs to the whole process


def propagator(lens: str, pair: Pair, nodes: int):
    """Planes z = -DEFOCUS, 0, DEFOCUS on POINTS^2 points; its lengths are nanometres.

    Its axis of n points spans n pix_size, so neighbours are pix_size n/(n - 1) apart. The planes run from
    -n_defocus defocus_step/2 to the opposite, both rounded down to whole nanometres.
    """
    na, index = LENSES[lens]
    pitch = 2 * HALF_WIDTH / (POINTS - 1)
    made = vectorial.VectorialSphericalPropagator(
        n_pix_pupil=nodes,
        n_pix_psf=POINTS,
        e0x=pair.jones[0],
        e0y=pair.jones[1],
        wavelength=WAVELENGTH / NANOMETRE,
        na=na,
        n_i=index,
        n_i0=index,
        pix_size=pitch * (POINTS - 1) / POINTS / NANOMETRE,
        n_defocus=3,
        defocus_step=round(2 * DEFOCUS / 3 / NANOMETRE),
        apod_factor=True,
        envelope=None if pair.fill is None else pair.fill * na / index,
    )
    if made.thetas.dtype == torch.float64:
        # the amplitude over the pupil stays in single precision otherwise
        amplitude = torch.sqrt(torch.cos(made.thetas))
        if pair.fill is not None:
            amplitude = amplitude * torch.exp(-((torch.sin(made.thetas) / made.envelope) ** 2))
        made.correction_factor = amplitude.to(torch.complex128)
    return made


def field_of_unit_power(computed, na: float, index: float, pair: Pair) -> np.ndarray:
    """Its field (z, component, y, x) as (x, y, z, component) in V/m at 1 W.

    It computes 1/(2 sqrt(n)) times the theta integral that the azimuthal one leaves, for a pupil field equal
    to the Jones vector. Here that integral has the factor pi, and a beam of unit power fills the pupil's
    area pi sin(alpha)^2 with a field of the length 1/(sqrt(pi) sin(alpha)).
    """
    factor = 2 * np.sqrt(np.pi * index) / (na / index) / np.linalg.norm(pair.jones)
    return computed.numpy().transpose(3, 2, 0, 1) * factor * si_factor(WAVELENGTH, index, 1.0)


def deviations(lens: str, pair: Pair, nodes: int = NODES) -> np.ndarray:
    """Relative L2 distance between the two fields in each plane."""
    na, index = LENSES[lens]
    expected = field_of_unit_power(propagator(lens, pair, nodes).compute_focus_field(), na, index, pair)
    line = np.linspace(-HALF_WIDTH, HALF_WIDTH, POINTS)
    grid = om.Grid(line, line, [-DEFOCUS, 0.0, DEFOCUS])
    lens_here = om.Objective(na=na, index=index, wavelength=WAVELENGTH)
    field = np.asarray(om.focus_field(pair.beam, lens_here, grid, rtol=1e-12))
    squares = [np.sum(np.abs(values) ** 2, axis=(0, 1, 3)) for values in (field - expected, expected)]
    return np.sqrt(squares[0] / squares[1])


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("name", PAIRS)
def test_as_it_is_installed(lens, name):
    assert deviations(lens, PAIRS[name]).max() < AS_INSTALLED


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("name", PAIRS)
def test_in_double_precision_with_exact_bessel_functions(lens, name, repaired):
    assert deviations(lens, PAIRS[name]).max() < REPAIRED


@pytest.mark.parametrize("lens", LENSES)
def test_what_is_left_is_its_quadrature(lens, repaired):
    """Halving its step brings it 16 times closer to this engine's field: both have one limit."""
    coarse, fine = (deviations(lens, PAIRS["circular +1"], nodes) for nodes in (65, 129))
    assert list(coarse / fine) == [FOURTH_ORDER] * 3


def test_the_comparison_sees_swapped_axes_and_the_other_handedness(repaired):
    """What a wrong convention would cost, so that agreement means something."""
    swapped = Pair(om.linear(np.pi / 2), (1, 0))
    mirrored = Pair(om.circular(-1), (1, 1j))
    assert min(deviations("air 0.95", pair).min() for pair in (swapped, mirrored)) > 1
