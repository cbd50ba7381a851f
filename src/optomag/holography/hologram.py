"""A page of two images in magnetization: written spot by spot, seen in diffracted light."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import anderson

from optomag.errors import refuse, require_finite_array, require_integer, require_real
from optomag.holography.far_field import OWN_ANALYSER, Illumination
from optomag.holography.page_design import PageOperator, page_directions
from optomag.holography.view import View
from optomag.inverse.orientation.method import Method
from optomag.optics.objective import Objective
from optomag.optics.setup import Setup
from optomag.reading.full_scale import full_scale
from optomag.scanning.raster import raster_step
from optomag.scanning.scan import Scan
from optomag.scanning.spot_writer import SpotWriter

LARGEST = 1024
"""Pixels along a side."""

ROUNDS = 20
"""Of the fixed point that cures what is not linear in the magnetization."""

MEMORY = 8
"""Of these that Anderson's mixing looks back at."""

LONGEST = 0.995
"""Part of the spots that are not longer than 1."""

MARGIN = 8.0
"""Wavelengths around the spots that are summed."""


@dataclass(frozen=True, eq=False)
class Hologram:
    """Magnetizations of N x N spots whose diffracted light is one image, or two.

    Attributes
    ----------
    image : float64, shape (N, N)
        In TM light through a circular analyser; row 0 on top.
    second : float64, shape (N, N // 2 - 1), optional
        In TE light through a crossed analyser, the right half of the view; left is its twin.
    magnetizations : float64, shape (N, N, 3)
        Of the spots along x and y.
    writer : SpotWriter
    pitch : float [m]
    """

    image: np.ndarray
    second: np.ndarray | None
    magnetizations: np.ndarray
    writer: SpotWriter
    pitch: float

    @property
    def lens(self) -> Objective:
        """That writes; its wavelength is also that of the view."""
        return self.writer.basis.setup.lens

    @cached_property
    def scan(self) -> Scan:
        """All spots, as `optomag.scan` gives them."""
        return hologram_scan(self.magnetizations, self.writer, self.pitch)

    @cached_property
    def full_scale(self) -> float:
        """The |M| of the pattern that is full magnetization."""
        return full_scale(self.scan)

    def view(
        self, light: str = "TM", *, analyser: str | None = None, photons: float | None = None, seed: int = 0
    ) -> View:
        """What a camera in the pupil of a lens behind the film sees.

        Parameters
        ----------
        light : {"TM", "TE"}
            E in the plane of incidence, or across.
        analyser : {"right", "left", "x", "y"}, optional
            By default the circular one for TM, which shows the page, and the crossed one, x, for TE.
        photons : float, optional
            In the whole view; without, no noise.
        seed : int
            Of the photons.

        Returns
        -------
        View

        Raises
        ------
        InvalidInputError
            If an argument cannot be used.

        Notes
        -----
        A sum over the pattern M(x, y) that the scan writes, tails around it included, at the centres of the
        pixels: none of what designed the page is used. Between the centres the light of neighbouring pixels,
        whose phases are random, interferes.
        """
        own = OWN_ANALYSER.get(light, "x") if analyser is None else analyser
        wavelength = self.lens.wavelength
        illumination = Illumination(wavelength / self.pitch, light, own)
        size = len(self.image)
        directions = page_directions(size, self.pitch / wavelength)
        x, y, M = self._pattern
        wavenumber = 2 * np.pi / wavelength
        across = np.exp(-1j * wavenumber * np.outer(directions[:, 0, 0] - illumination.sine, x))
        along = np.exp(-1j * wavenumber * np.outer(y, directions[0, :, 1]))
        waves = np.stack([across @ M[..., axis] @ along for axis in range(3)], axis=-1)
        waves *= (x[1] - x[0]) * (y[1] - y[0]) / (size * self.pitch) ** 2 / self.full_scale
        found = View(as_image(np.abs((illumination.responses(directions) * waves).sum(axis=-1)) ** 2))
        return found if photons is None else found.counted(photons, seed)

    def second_view(self, *, photons: float | None = None, seed: int = 0) -> View:
        """The half of the TE view that shows the second image.

        Raises
        ------
        InvalidInputError
            If there is none.
        """
        if self.second is None:
            refuse("hologram", "one of two images", "one of a single image")
        half = self.view("TE").part(slice(None), slice(self.image.shape[1] - self.second.shape[1], None))
        return half if photons is None else half.counted(photons, seed)

    @cached_property
    def _pattern(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        wavelength = self.lens.wavelength
        side = (len(self.image) - 1) * self.pitch
        step = raster_step(self.lens)
        line = np.arange(-MARGIN * wavelength, side + MARGIN * wavelength, step)
        return line, line, self.scan.magnetization(line, line)


def hologram(
    image: Any,
    lens: Objective,
    *,
    pitch: float,
    second: Any = None,
    method: Method | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Hologram:
    """Spots that show an image in diffracted light, and perhaps a second one in light of another kind.

    Parameters
    ----------
    image : array_like, shape (N, N)
        Brightness >= 0 of the pixels, row 0 on top; N from 8 to 1,024. As many spots as pixels are written.
    lens : Objective
        That writes, into a matched medium; the page is seen in light of its wavelength.
    pitch : float [m]
        Between spots: longer than a wavelength, and up to NA wide enough that the light comes in under sin a
        = wavelength/pitch. The page fills |s_x|, |s_y| <= wavelength/(2 pitch) around the normal.
    second : array_like, shape (N, N // 2 - 1), optional
        A second image, for the right half of the view in TE light; there is none on the line between it and
        its twin.
    method : Method, default LinearBasis()
    rounds : int
        Of the fixed point.
    seed : int
        Of the random phases of the pixels, by which all spots are magnetized about as strongly.

    Returns
    -------
    Hologram

    Raises
    ------
    InvalidInputError
        If an argument cannot be used.

    Notes
    -----
    TM light under sin a = wavelength/pitch leaves the lattice about the normal; its magneto-optic light is
    E x m, (sin a m_y, -sin a m_x - cos a m_z) there, so that a circular analyser shows m_y -+ i m_x: the
    in-plane direction is the phase of the light, the amplitude is complex, and there is no twin image. TE
    light makes m_z along x: real, so that its image comes with a twin. Each wave of the magnetization is
    solved for both (`PageOperator`).

    Examples
    --------
    >>> page = np.zeros((16, 16))
    >>> page[4:12, 6] = 1.0
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> made = hologram(page, lens, pitch=1.06 * 532e-9)
    >>> bool(made.view().compared(page)[0] > 30)  # dB
    True
    """
    picture = _require_image("image", image)
    size = len(picture)
    if picture.shape != (size, size) or not 8 <= size <= LARGEST:
        refuse("image", f"square, from 8 to {LARGEST} pixels wide", f"shape {picture.shape}")
    other = None if second is None else _require_image("second", second)
    if other is not None and other.shape != (size, size // 2 - 1):
        refuse(
            "second", f"of shape ({size}, {size // 2 - 1}), half of the page without its middle", other.shape
        )
    writer = SpotWriter.of(Setup(lens), method)
    sine = lens.wavelength / require_real("pitch", pitch, above=0.0)
    if not sine < 1 - 1e-9:
        refuse("pitch", "longer than a wavelength, for light to come in under wavelength/pitch", pitch)
    if sine + 0.5 * sine > 2 * lens.na:
        refuse("pitch", f"at least {0.75 / lens.na:.3g} wavelengths for this lens", pitch)
    lights = [Illumination(sine, "TM", OWN_ANALYSER["TM"])]
    wanted = [_amplitudes(as_plane(picture), np.random.default_rng(seed))]
    if other is not None:
        lights.append(Illumination(sine, "TE", OWN_ANALYSER["TE"]))
        half = np.full((size, size), np.nan)
        half[:, size - other.shape[1] :] = other
        plane = as_plane(half)
        filled = _amplitudes(np.where(np.isnan(plane), 0.0, plane), np.random.default_rng(seed + 1))
        wanted.append(np.where(np.isnan(plane), np.nan, filled))
    operator = PageOperator(writer, pitch, size, lights)
    found = solve_page(operator, np.stack(wanted), require_integer("rounds", rounds, at_least=0))
    return Hologram(picture, other, found, writer, pitch)


def solve_page(operator: PageOperator, wanted: np.ndarray, rounds: int) -> np.ndarray:
    """Magnetizations (N, N, 3), nearly all up to 1, for amplitudes (pages, N, N) up to a common factor."""
    first = operator.solved(wanted)
    scale = 1 / np.quantile(np.linalg.norm(first, axis=-1), LONGEST)
    wanted, found = wanted * scale, first * scale
    if not rounds:
        return found

    def missing(magnetizations: np.ndarray) -> np.ndarray:
        return operator.solved(wanted - operator.amplitudes(magnetizations))

    return np.asarray(anderson(missing, found, iter=rounds, alpha=1.0, M=MEMORY, line_search=None))


def hologram_scan(magnetizations: np.ndarray, writer: SpotWriter, pitch: float) -> Scan:
    """Spots (N, N, 3) on a square lattice from the origin on, as a scan."""
    nx, ny = magnetizations.shape[:2]
    nodes = np.stack(np.meshgrid(np.arange(nx), np.arange(ny), indexing="ij"), axis=-1).reshape(-1, 2)
    return Scan.of(writer.spots(nodes * pitch, magnetizations.reshape(-1, 3)), writer.basis)


def as_plane(image: np.ndarray) -> np.ndarray:
    """From rows and columns, row 0 on top, to values over s_x and s_y in the order of a transform."""
    return np.fft.ifftshift(image[::-1].T)


def as_image(values: np.ndarray) -> np.ndarray:
    """`as_plane`, undone."""
    return np.fft.fftshift(values).T[::-1]


def _amplitudes(brightness: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Amplitudes of random phases, the mean brightness being 1."""
    phases = np.exp(2j * np.pi * generator.random(brightness.shape))
    return np.sqrt(brightness / brightness.mean()) * phases


def _require_image(name: str, image: Any) -> np.ndarray:
    values = require_finite_array(name, image, shape="(rows, columns)", ndim=2)
    if values.min() < 0 or values.max() <= 0:
        refuse(
            name, "of brightness >= 0, and > 0 somewhere", f"values from {values.min():g} to {values.max():g}"
        )
    return values
