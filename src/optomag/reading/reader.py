"""A confocal reader: what light tells of a film's magnetization, to first order in the Faraday rotation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_choice, require_finite_array, require_real
from optomag.inverse.orientation.beam_basis import Side
from optomag.optics.beam import Beam
from optomag.optics.elementary import stack_beams
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.objective import Objective
from optomag.optics.setup import default_point
from optomag.reading.depths import Depths, depths_of
from optomag.reading.mode_pair import ModePair, radial_pairs
from optomag.reading.transfer import overlap

GEOMETRIES = ("reflection", "transmission")
ROTATION = 13.6e-3
"""Of 100 nm of bismuth iron garnet at 635 nm [rad]."""


@dataclass(frozen=True)
class Reader(Displayed):
    """A lens that reads, and perhaps a second one that collects.

    Parameters
    ----------
    lens : Objective
        It focuses the light that reads; its wavelength and aperture need not be those of writing.
    film : Film, optional
        With the layer that is the magnet (`Film.magnet_layer`). Without, a thin magnetic sheet in the focal
        plane, of the lens' own index.
    geometry : {"reflection", "transmission"}
        Collected by the same lens, or by one of equal NA behind the substrate, immersed in it.
    pairs : sequence of three ModePair, optional
        For Mx, My and Mz; by default `radial_pairs()`.
    rotation : float [rad], default 13.6e-3
        theta_F t: Faraday rotation of the saturated film along its magnetization, thickness t, in a wave that
        passes once; of 100 nm bismuth iron garnet by default.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind, or the film's magnet is not one of its layers; in transmission,
        if the substrate absorbs or its index is not above the lens' NA.

    Notes
    -----
    With D = eps0 (n^2 E + i E x g) and g = (L n/pi) theta_F m, reciprocity gives the amplitude that appears
    in a mode, over that of the light that reads, for any stack:

        delta a = n sqrt(n1 n2) theta_F integral of m . (E_read x E_det) d^3r / L^2,

    n1 and n2 the media of the two lenses, L the vacuum wavelength, fields in the engine's units (over
    `field_scale`; E_det that of the reversed mode). First order in theta_F: no repeated magneto-optic
    scattering and no Voigt effect, which goes with M^2. The phase of the reference light with which the
    amplitude is compared is the one for which each pair tells most of its own component.

    L. D. Landau, E. M. Lifshitz and L. P. Pitaevskii, Electrodynamics of Continuous Media, sections 89
    (reciprocity) and 101 (gyrotropic media). With magnetization m uniform through the film's thickness.

    Examples
    --------
    >>> reader = Reader(Objective(na=0.95, wavelength=532e-9), geometry="transmission")
    >>> reader.transfer_function([0.0, 0.0])[2, 2].real.round(6)  # a uniform film turns light by theta_F t
    np.float64(1.0)
    """

    lens: Objective
    film: Film | None = None
    geometry: str = "reflection"
    pairs: Any = None
    rotation: float = ROTATION

    def __post_init__(self) -> None:
        if not isinstance(self.lens, Objective):
            refuse("lens", "an optomag Objective", self.lens)
        if self.film is not None and not (isinstance(self.film, Film) and self.film.layers):
            refuse("film", "an optomag Film, one of whose layers is the magnet", self.film)
        if self.film is not None and self.film.magnet_layer > len(self.film.layers):
            refuse("magnet of the film", "a layer, for a reader", "the substrate, which has no thickness")
        require_choice("geometry", self.geometry, GEOMETRIES)
        object.__setattr__(self, "pairs", _require_pairs(self.pairs))
        object.__setattr__(self, "rotation", require_real("rotation", self.rotation, above=0.0))
        self.collector  # noqa: B018  (refuses what no lens collects)

    @cached_property
    def collector(self) -> Objective:
        """The lens that collects the light."""
        lens, film = self.lens, self.film
        if self.geometry == "reflection" or film is None:
            return lens
        index = complex(film.substrate)
        if index.imag != 0 or index.real <= lens.na:
            rule = f"transparent, of an index above the collecting lens' NA {lens.na:g}, in transmission"
            refuse("substrate", rule, film.substrate, 'Read in reflection: geometry="reflection".')
        return Objective(
            na=lens.na, index=index.real, wavelength=lens.wavelength, apodization=lens.apodization
        )

    @property
    def height(self) -> float:
        """z [m] of the plane that is read: the focus, or the middle of the film's magnet."""
        return default_point(self.film)[2]

    @property
    def strength(self) -> complex:
        """Factor n sqrt(n1 n2) of the integral of m . (E_read x E_det)."""
        index = self.lens.index if self.film is None else self.film.indices[self.film.magnet_layer - 1]
        return index * float(np.sqrt(self.lens.index * self.collector.index))

    @property
    def highest_frequency(self) -> float:
        """Beyond which a reading knows nothing of the magnetization, 2 NA/wavelength [1/m]."""
        return 2 * self.lens.na / self.lens.wavelength

    @cached_property
    def depths(self) -> Depths:
        """Planes through the film; one without a film."""
        return depths_of(self.film, self.lens, behind=self.geometry == "transmission")

    @cached_property
    def phases(self) -> np.ndarray:
        """Factors exp(i phase) of the reference light of each pair, complex128 (3,).

        They make the kernel of each pair's own component positive on the axis.
        """
        found = np.zeros(3, dtype=np.complex128)
        for (first, second), weight in zip(self.depths.sides(self.pairs), self.depths.weights, strict=True):
            read, detect = (
                on_axis(side, lens) for side, lens in ((first, self.lens), (second, self.collector))
            )
            found += weight * np.diagonal(np.cross(read, detect))
        return np.exp(-1j * np.angle(self.strength * found))

    def transfer_function(self, wavevectors: Any) -> np.ndarray:
        """Readings of magnetization waves m exp(i G . r), over theta_F t.

        Parameters
        ----------
        wavevectors : array_like, shape (..., 2) [rad/m]
            G in the plane of the film; (0, 0) is a uniform film.

        Returns
        -------
        complex128, shape (..., 3, 3)
            Reading of each pair for m along x, y and z, at the wave's origin. Zero beyond 4 pi NA/wavelength.
            Exact to 1e-10 for pupils without jumps.

        Raises
        ------
        InvalidInputError
            If the wavevectors are no finite pairs.
        """
        given = np.asarray(wavevectors)
        if given.ndim < 1 or given.shape[-1] != 2:
            refuse("wavevectors", "an array of shape (..., 2)", wavevectors)
        waves = require_finite_array("wavevectors", given.reshape(-1, 2), shape="(..., 2)", ndim=2, last=2)
        lenses, factors = (self.lens, self.collector), self.phases[:, None]
        found = np.empty((len(waves), 3, 3), dtype=np.complex128)
        for n, wave in enumerate(waves):
            # the real part of a kernel times its phase
            one, other = (self.strength * overlap(w, self.pairs, lenses, self.depths) for w in (wave, -wave))
            found[n] = 0.5 * (factors * one + np.conj(factors * other))
        return found.reshape(*given.shape[:-1], 3, 3)


def on_axis(side: Side, lens: Objective) -> np.ndarray:
    """Dimensionless field of each beam on the axis, complex128 (n, 3)."""
    point = np.array([[0.0, 0.0, side.height]])
    found = np.asarray(focus_field(stack_beams(side.beams), lens, point, film=side.film))
    return found[:, 0] / field_scale(lens) * side.factors


def _require_pairs(pairs: Any) -> tuple[ModePair, ...]:
    if pairs is None:
        return radial_pairs()
    rule = "three pairs of beams without pixel maps, those for Mx, My and Mz"
    if not isinstance(pairs, (tuple, list)) or not all(isinstance(one, (tuple, list)) for one in pairs):
        refuse("pairs", rule, pairs)
    if any(len(one) != 2 for one in pairs):
        refuse("pairs", rule, pairs)
    found = tuple(ModePair(*pair) for pair in pairs)
    beams = [beam for pair in found for beam in pair]
    if len(found) != 3 or not all(isinstance(beam, Beam) and not beam.pixel_maps for beam in beams):
        refuse("pairs", rule, pairs)
    return tuple(ModePair(pair.read.normalized(), pair.detect.normalized()) for pair in found)
