"""Many spots from one pupil: the Dirac comb phase, and its spots made equal by Gerchberg and Saxton.

A pupil of one spot times exp(i arg sum_m w_m exp(i p_m - i k s.r_m)) has a spot at each r_m. Phase only:
what the sum's amplitude would do is lost, and with it the equality of the spots.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optomag.gallery.named_design import NamedDesign
from optomag.gallery.spots import UP
from optomag.light.light import Light
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.beam import Beam
from optomag.optics.elementary import azimuthal, pixels
from optomag.optics.focus import focus_field
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.optics.masks import vortex
from optomag.optics.objective import Objective

PIXELS = 200
"""Along each side of the phase map."""

STEPS = 30
"""Of Gerchberg and Saxton."""

SEED = 0
"""Of the comb's random phases: equal ones would pile the light up in bright pixels of the sum."""

Spots = np.ndarray
Amplitudes = Callable[[np.ndarray], np.ndarray]
"""From a phase map (N, N) [rad] to the complex amplitude of each spot."""


def square_array(lens: Objective, *, count: int = 3, pitch: float | None = None) -> Spots:
    """Points of a count x count square in the focal plane, shape (count^2, 3) [m].

    The pitch is 1.9 wavelengths/NA unless given [m]: 2 wavelengths at NA 0.95.
    """
    line = (np.arange(count) - 0.5 * (count - 1)) * (
        1.9 * lens.wavelength / lens.na if pitch is None else pitch
    )
    x, y = np.meshgrid(line, line, indexing="ij")
    return np.stack([x, y, np.zeros_like(x)], axis=-1).reshape(-1, 3)


def comb_array(lens: Objective, spots: Spots | None = None, *, seed: int = SEED) -> NamedDesign:
    """Azimuthal vortex times a Dirac comb phase with random p_m and equal w_m."""
    places = square_array(lens) if spots is None else spots
    phase = comb_phase(lens, places, np.exp(1j * random_phases(len(places), seed=seed)))
    source = "Z. Nie et al., Light Sci. Appl. 6, e17032 (2017)"
    return _array("array-comb", "3 × 3 array, comb phase", source, lens, places, phase)


def scalar_saxton_array(lens: Objective, spots: Spots | None = None, *, seed: int = SEED) -> NamedDesign:
    """The comb phase after 30 weighted Gerchberg-Saxton steps on scalar amplitudes, as traps are made."""
    places = square_array(lens) if spots is None else spots
    amplitudes = scalar_amplitudes(lens, places)
    phase = weighted_gerchberg_saxton(amplitudes, lens, places, start=random_phases(len(places), seed=seed))
    source = "R. Di Leonardo, F. Ianni and G. Ruocco, Opt. Express 15, 1913 (2007)"
    return _array("array-saxton", "3 × 3 array, Gerchberg–Saxton", source, lens, places, phase)


def vector_saxton_array(lens: Objective, spots: Spots | None = None, *, seed: int = SEED) -> NamedDesign:
    """The same with the weights led by |M| of each spot, simulated."""
    places = square_array(lens) if spots is None else spots
    amplitudes = vector_amplitudes(_one_spot(), lens, places)
    phase = weighted_gerchberg_saxton(amplitudes, lens, places, start=random_phases(len(places), seed=seed))
    source = "Di Leonardo's weights, led by |M|"
    return _array("array-saxton-vector", "3 × 3 array, led by |M|", source, lens, places, phase)


def comb_phase(lens: Objective, spots: Spots, weights: np.ndarray) -> np.ndarray:
    """arg sum_m w_m exp(-i k s.r_m) at the pixels of the pupil, for complex w_m; (N, N) [rad]."""
    return np.angle(np.tensordot(weights, _waves(lens, spots).conj(), axes=1))


def weighted_gerchberg_saxton(
    amplitudes: Amplitudes, lens: Objective, spots: Spots, *, start: np.ndarray, steps: int = STEPS
) -> np.ndarray:
    """Comb phase whose weights and phases make all spots equally bright.

    Parameters
    ----------
    amplitudes : callable
        From a phase map to the complex amplitudes V_m of the spots: `scalar_amplitudes`, `vector_amplitudes`.
    lens : Objective
    spots : ndarray, shape (n, 3) [m]
    start : ndarray, shape (n,) [rad]
        Phases p_m to start from.
    steps : int, default 30

    Returns
    -------
    float64, shape (N, N) [rad]
        After each step p_m = arg V_m and w_m grows by mean|V|/|V_m|.

    Notes
    -----
    R. Di Leonardo, F. Ianni and G. Ruocco, Opt. Express 15, 1913 (2007), eqs. 16-18,
    doi:10.1364/OE.15.001913.
    """
    weights = np.exp(1j * start)
    phase = comb_phase(lens, spots, weights)
    for _ in range(steps):
        V = amplitudes(phase)
        lengths = np.abs(weights) * np.abs(V).mean() / np.abs(V)
        weights = lengths * np.exp(1j * np.angle(V))
        phase = comb_phase(lens, spots, weights)
    return phase


def scalar_amplitudes(lens: Objective, spots: Spots) -> Amplitudes:
    """V_m as scalar optics has it: the phase factors summed over the pupil, polarisation left out."""
    waves, area = _waves(lens, spots), pixel_lattice(PIXELS).area
    return lambda phase: np.tensordot(waves, area * np.exp(1j * phase), axes=2)


def vector_amplitudes(base: Beam, lens: Objective, spots: Spots) -> Amplitudes:
    """V_m with |V_m|^2 = |M(r_m)|, in the phase in which the base pupil's own focal field comes back."""
    own = np.asarray(focus_field(base, lens, [[0.0, 0.0, 0.0]])[0])

    def amplitudes(phase: np.ndarray) -> np.ndarray:
        E = focus_field(with_phase(base, phase), lens, spots)
        lengths = np.linalg.norm(induced_magnetization(E), axis=-1)
        return np.sqrt(lengths) * np.exp(1j * np.angle(E @ own.conj()))

    return amplitudes


def with_phase(base: Beam, phase: np.ndarray) -> Beam:
    """A beam behind a phase map (N, N) [rad], on its pixels."""
    return pixels(sampled_jones(base, len(phase)) * np.exp(1j * phase)[..., None])


def random_phases(count: int, *, seed: int) -> np.ndarray:
    """Phases in [0, 2 pi), shape (count,)."""
    return 2 * np.pi * np.random.default_rng(seed).random(count)


def _one_spot() -> Beam:
    return azimuthal() * vortex(+1)


def _array(
    name: str, title: str, source: str, lens: Objective, spots: Spots, phase: np.ndarray
) -> NamedDesign:
    return NamedDesign(
        name=name,
        title=title,
        pupil="e_φ exp(iφ) exp(i arg Σ w exp(ip − iks·r))",
        source=source,
        light=Light(with_phase(_one_spot(), phase).normalized(), lens, points=spots),
        direction=UP,
    )


def _waves(lens: Objective, spots: Spots) -> np.ndarray:
    """exp(i k s.r_m) at the centres of the pixels, shape (n, N, N)."""
    lattice = pixel_lattice(PIXELS)
    theta = np.asarray(lens.polar_angle(lattice.radius))
    sine = np.sin(theta)
    s = [-sine * np.cos(lattice.azimuth), -sine * np.sin(lattice.azimuth), np.cos(theta)]
    return np.exp(1j * lens.wavenumber * np.tensordot(spots, np.stack(s), axes=1))
