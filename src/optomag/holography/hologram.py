"""Pages of light in the directions of spots: `om.hologram`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import dimensions, refuse, require_finite_array, require_integer, require_real
from optomag.holography.channel import Channel, random_phases, upper_half
from optomag.holography.faraday_hologram import FaradayHologram, faraday_hologram
from optomag.holography.layout import as_field, as_image, turned
from optomag.holography.patch import Patch
from optomag.holography.polarization import ANALYSERS, LIGHTS, USUAL, require_light
from optomag.holography.quality import correlation, peak_signal_to_noise, resized, structural_similarity
from optomag.holography.simulation import WrittenPattern
from optomag.holography.spot_vectors import Convergence
from optomag.holography.writing import write_channels
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.scanning.scan import Scan

if TYPE_CHECKING:
    from matplotlib.figure import Figure


MANY = 1e15
"""Photons that a view has less of: counts of more digits are no whole numbers in double precision."""


@dataclass(frozen=True, eq=False)
class Hologram(Displayed):
    """Spots whose directions show a page in TM light, and perhaps a second one in TE light.

    Attributes
    ----------
    image : float64, shape (side, side)
        The page, from 0 to 1; the top row is seen at the largest theta_y, the left column at the smallest
        theta_x.
    second : float64, shape (side/2 - 1, side), or None
        The second page, in the upper half of the field of view: the first rows of its views.
    pattern : WrittenPattern
        The spots and what they write together.
    brightness : float
        Diffracted part of the light that is a grey value of 1 in one pixel, over (theta_F t)^2 and for a
        full scale of |M| = 1.
    seed : int
        Of the phases of the pixels.
    search : Convergence
        How the search for the vectors of the spots ended: its `steps`, its last `error`, and whether it
        `reached` 1e-6.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> page = om.hologram(np.eye(16), lens, pitch=1.06 * lens.wavelength)
    >>> page.vectors.shape, page.search.reached, page.metrics["psnr_db"] > 30
    ((16, 16, 3), True, True)
    """

    image: np.ndarray
    second: np.ndarray | None
    pattern: WrittenPattern
    brightness: float
    seed: int
    search: Convergence

    @property
    def scan(self) -> Scan:
        """The spots: `spots.positions`, `directions` and `exposures` are what a stage writes."""
        return self.pattern.scan

    @property
    def patch(self) -> Patch:
        """Lattice, illumination, and where the pixels are seen."""
        return self.pattern.patch

    @property
    def vectors(self) -> np.ndarray:
        """M that each spot writes at its centre by itself, gamma = 1: float64 (side, side, 3), x first.

        Nearly all are shorter than 1; the azimuth is the phase of the light that the spot sends to the page.
        """
        return self.scan.spots.alone.reshape(self.patch.side, self.patch.side, 3)

    def view(
        self,
        light: str = "TM",
        *,
        analyser: str | None = None,
        photons: float | None = None,
        seed: int = 0,
        fill: float = 0.0,
    ) -> np.ndarray:
        """What a camera sees, by the far field of the pattern that the scan writes.

        Parameters
        ----------
        light : {"TM", "TE"}
            Polarisation of the light: in the plane of incidence, or across it.
        analyser : {"circular", "opposite", "x", "y"}, optional
            Behind the lens that collects; by default circular for TM light, crossed, "x", for TE light.
        photons : float, optional
            That the camera counts in the whole view, in the mean, below 1e15; by default as many as there is
            no noise.
        seed : int
            Of the photons.
        fill : float, default 0
            Part of a pixel's side over which the camera averages, up to 1; 0 is the middle of the pixel.

        Returns
        -------
        float64, shape (side, side)
            In the grey values of the page, the top row first.

        Raises
        ------
        InvalidInputError
            If an argument cannot be used.

        Notes
        -----
        Photons that the camera counts are efficiency x (theta_F t)^2 of those that fall on the patch. The
        pixels are as narrow as the patch can resolve, and their phases are random, so that between the
        middles of neighbours the light interferes: speckle, which pixels of a large fill average.
        """
        chosen = require_light(light, analyser)
        count = None if photons is None else require_real("photons", photons, above=0.0, below=MANY)
        start = require_integer("seed", seed, at_least=0)
        part = require_real("fill", fill)
        if not 0 <= part <= 1:
            refuse("fill", "from 0 to 1", fill)
        seen = as_image(self.pattern.intensity(light, chosen, part)) / self.brightness
        if count is None:
            return seen
        unit = float(seen.sum()) / count
        return np.random.default_rng(start).poisson(seen / unit) * unit

    @cached_property
    def metrics(self) -> dict[str, float]:
        """Numbers of both pages, from their views without noise.

        `psnr_db` and `ssim` of the page, `efficiency`: diffracted light in the page, behind the analyser,
        over the light on the patch and (theta_F t)^2; the same with `second_` for a second page;
        `full_scale`, the |M| that is full magnetization; `twin_correlation` of the view with the page turned
        by 180 degrees, beside the `twin_correlation_of_page` that the page has with it anyway;
        `search_steps` and `search_error`, how the search for the vectors ended.
        """
        seen = self.view("TM")
        unit = self.brightness / self.pattern.full_scale**2
        twin = turned(self.image)
        found = {
            "psnr_db": peak_signal_to_noise(seen, self.image),
            "ssim": structural_similarity(seen, self.image),
            "efficiency": float(seen.sum()) * unit,
            "full_scale": self.pattern.full_scale,
            "twin_correlation": correlation(seen, twin),
            "twin_correlation_of_page": correlation(self.image, twin),
            "search_steps": self.search.steps,
            "search_error": self.search.error,
        }
        if self.second is not None:
            part = self.view("TE")[: len(self.second)]
            found |= {
                "second_psnr_db": peak_signal_to_noise(part, self.second),
                "second_ssim": structural_similarity(part, self.second),
                "second_efficiency": float(part.sum()) * unit,
            }
        return found

    @cached_property
    def wrong_light(self) -> dict[str, float]:
        """Correlation with the page of what other light and analysers show: how much of it they give away."""
        return {
            f"{light} {name}": correlation(self.view(light, analyser=name), self.image)
            for light in LIGHTS
            for name in ANALYSERS
            if (light, name) != ("TM", USUAL["TM"])
        }

    @cached_property
    def faraday(self) -> FaradayHologram:
        """An ordinary hologram, of M_z alone, of the same page on the same patch."""
        return faraday_hologram(self.image, self.patch, seed=self.seed)

    def save(self, folder: str | os.PathLike[str], *, replace: bool = False) -> Path:
        """Write the hologram to a folder, whole or not at all; `optomag.load` reads it back.

        See `optomag.holography.hologram_files.write_hologram` for the files.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        replace : bool, default False
            Whether another hologram there may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, the lens is one that no file can describe, or the
            folder cannot be used.
        StorageError
            Where the file system refuses; what was there stays.
        """
        from optomag.holography.hologram_files import write_hologram

        return write_hologram(self, folder, replace=replace)[0].folder

    def plot(self) -> Figure:
        """Figure of the pages, their views and the spots."""
        from optomag.holography.hologram_picture import picture_of

        return picture_of(self)


def hologram(
    image: Any,
    lens: Objective,
    *,
    pitch: float,
    second: Any = None,
    film: Film | None = None,
    seed: int = 0,
) -> Hologram:
    """Spots whose directions show a page in plane-wave light.

    Parameters
    ----------
    image : array_like, shape (side, side)
        Grey values from 0, black, to 1; an even number of pixels from 16 to 256 along each side, one spot for
        each.
    lens : Objective
        It writes the spots, in a thin film of its own medium's index.
    pitch : float [m]
        Distance of the spots, above wavelength/n: light comes at sin a = wavelength/(n pitch), and the page
        leaves about the normal.
    second : array_like, shape (side, side), optional
        A page for TE light. Squeezed to side/2 - 1 rows: it fills one half of the field of view, and its twin
        the other.
    film : None
        Holograms are of thin films of the index around them; a `Film` is refused.
    seed : int
        Of the phases of the pixels.

    Returns
    -------
    Hologram

    Raises
    ------
    InvalidInputError
        If an argument cannot be used.

    Notes
    -----
    TM light at the angle a, behind a circular analyser, reads M_y -+ i M_x times sin a (and M_z times cos a):
    the azimuth of a spot is the phase of its light, as in a complex hologram, and there is no twin. TE light
    behind a crossed analyser reads mostly M_z, which is real. At each spatial frequency the amplitudes of the
    page at f and -f and that of the second page are three linear equations for the three components of the
    spots' spectrum; what the beams write beyond this linear part is cured by iteration. Views are simulated
    from the scanned pattern, by none of this.

    To first order in theta_F, for a film of the index around it: light that reflects at a film's faces and
    changes through its depth is not modelled.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> ramp = np.tile(np.linspace(0, 1, 16), (16, 1))
    >>> page = hologram(ramp, lens, pitch=1.06 * lens.wavelength)
    >>> bool(np.abs(page.view(light="TM") - ramp).max() < 0.02)
    True
    """
    if film is not None:
        refuse("film", "None, a thin film of the index around it", film, "Reflecting faces are not modelled.")
    side = len(image) if dimensions(image) == 2 else 0
    start = require_integer("seed", seed, at_least=0)
    page = require_page("image", image, side)
    patch = Patch(lens, pitch, side)
    everywhere = np.ones((side, side), dtype=bool)
    channels = [Channel("TM", "circular", random_phases(as_field(page), start), everywhere)]
    squeezed = None
    if second is not None:
        squeezed = resized(require_page("second", second, side), side // 2 - 1, side)
        whole = np.zeros((side, side))
        whole[: len(squeezed)] = squeezed
        wanted = random_phases(as_field(whole), start + 1)
        channels.append(Channel("TE", "x", wanted, upper_half(side)))
    pattern, brightness, search = write_channels(patch, channels)
    return Hologram(page, squeezed, pattern, brightness, start, search)


def require_page(name: str, image: Any, side: int) -> np.ndarray:
    """Grey values from 0 to 1, float64 (side, side)."""
    page = require_finite_array(name, image, shape="(side, side)", ndim=2)
    if page.shape != (side, side):
        refuse(name, f"of shape ({side}, {side})", f"an array of shape {page.shape}")
    if page.min() < 0 or page.max() > 1 or not page.any():
        got = f"values from {page.min():.4g} to {page.max():.4g}"
        refuse(name, "grey values from 0, black, to 1, not all black", got)
    return page
