"""What a fit of a pupil found, and how far it may be trusted."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.displayed import Displayed
from optomag.errors import require_choice
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.objective import Objective
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.pupil_polynomials import Order
from optomag.retrieval.seen_light import SeenLight

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class PupilFit(Displayed):
    """A pupil that was fitted to images, with the images and the numbers that judge it.

    Attributes
    ----------
    pupil : MeasuredPupil
        What the optics do to E_x and E_y; both alike for a bead.
    jones : complex128, shape (N, N, 2)
        (E_x, E_y) that arrived in the pupil, laid as `optomag.pixels` takes it: of a laser the beam that was
        sent, changed by the optics, in units of that beam; of a bead the transmission of a beam of 1.
    light : SeenLight
    noise : CameraNoise
    pixel : float [m]
    zs : float64, shape (frames,) [m]
    images, model : float64, shape (frames, analysers, ny, nx) [counts]
        What was fitted, NaN where there is no data, and what the fit says; of a bead the part of the images
        around it. Rows from the top, where y is largest, as pictures are stored.
    window : tuple of int
        First row and first column of that part in the images that were given.
    positions : float64, shape (frames, 3) [m]
        Where the light lies in each frame: x and y from the middle of the window, z in addition to `zs`.
    brightness : float64, shape (frames,)
        Of each frame, over their mean.
    background : float64, shape (frames,) [counts]
    blur : float [m]
        Gaussian blur (rms) beyond what is known, such as the area of a pixel.
    chi2 : float
        Mean over the pixels of (image - model)^2/variance: 1 where noise alone is left.
    held_out : float
        Relative error of the odd frames that a fit to the even frames alone predicts (L2 over the light above
        the background). What only the frame itself can tell, its brightness and where the stage stood,
        is taken from it where the fit leaves it free.
    repeatability : float [waves rms]
        Difference of the wavefronts of two fits, to the even and to the odd frames; NaN for one frame.
    errors : dict of (n, m) to float [waves rms]
        Standard deviations of the wavefront's terms of E_x, from noise alone.
    unknown : tuple of str
        What the images cannot tell, in sentences.
    doubts : tuple of str
        What looks wrong with the input, such as a step in other units, in sentences.
    pixel_scale, step_scale : float
        By what `pixel` and `step` would have to be multiplied to fit best; 1 within a few per cent is right.
    converged : bool
    shown : tuple of phases, Mask, Beam or None
        What the modulator showed in each frame, as it was given; none where nothing was.
    analysers : float64, shape (analysers, 2), or None
        Unit vectors along the polarisers.
    crosstalk : float64, shape (analysers, analysers)

    Examples
    --------
    >>> import optomag as om
    >>> pupil = om.MeasuredPupil(om.Objective(na=0.8, wavelength=520e-9), om.Transmission({(2, 2): 0.08}))
    >>> seen = {"zs": np.linspace(-1e-6, 1e-6, 3), "pixel": 1.2e-7}
    >>> stack = om.focus_images(pupil, shape=(24, 24), brightness=1e4, background=50.0, **seen)
    >>> fit = om.fit_pupil(stack, pupil.lens, degree=2, amplitude_degree=0, **seen)
    >>> round(fit.terms[2, 2], 3), round(fit.wavefront_rms, 3), fit.residual < 0.01
    (0.08, 0.08, True)
    """

    pupil: MeasuredPupil
    jones: Complex128[np.ndarray, "N N 2"]
    light: SeenLight
    noise: CameraNoise
    pixel: float
    zs: Float64[np.ndarray, " frames"]
    images: Float64[np.ndarray, "frames analysers ny nx"]
    model: Float64[np.ndarray, "frames analysers ny nx"]
    window: tuple[int, int]
    positions: Float64[np.ndarray, "frames 3"]
    brightness: Float64[np.ndarray, " frames"]
    background: Float64[np.ndarray, " frames"]
    blur: float
    chi2: float
    held_out: float
    repeatability: float
    errors: dict[Order, float]
    unknown: tuple[str, ...]
    doubts: tuple[str, ...]
    pixel_scale: float
    step_scale: float
    converged: bool
    shown: tuple[Any, ...]
    analysers: Float64[np.ndarray, "analysers 2"] | None
    crosstalk: Float64[np.ndarray, "analysers analysers"]

    @property
    def lens(self) -> Objective:
        """Whose pupil it is."""
        return self.pupil.lens

    @property
    def terms(self) -> dict[Order, float]:
        """Wavefront of E_x [waves rms] by order (n, m), without the piston."""
        return self.pupil.terms

    @property
    def wavefront_rms(self) -> float:
        """Of all terms together [waves rms]; tilts and defocus are positions, not terms."""
        return self.pupil.x.rms

    @property
    def residual(self) -> float:
        """Relative error of the model over all frames (L2 over the light above the background)."""
        return relative_error(self.model, self.images, self.background)

    @property
    def residuals(self) -> Float64[np.ndarray, "frames analysers ny nx"]:
        """(image - model)/standard deviation of each pixel."""
        return (self.images - self.model) / np.sqrt(self.noise.variance(self.model))

    def save(self, folder: str | os.PathLike[str], *, replace: bool = False) -> Path:
        """Write the fit to a folder, whole or not at all; `optomag.load` reads it back.

        See `optomag.retrieval.fit_files.write_fit` for the files.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        replace : bool, default False
            Whether another fit there may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, a lens or beam is one that no file can describe,
            or the folder cannot be used.
        StorageError
            Where the file system refuses; what was there stays.
        """
        from optomag.retrieval.fit_files import write_fit

        return write_fit(self, folder, replace=replace)[0].folder

    def plot(self, what: str = "pupil") -> Figure:
        """Draw the fit.

        Parameters
        ----------
        what : str, default "pupil"
            "pupil": wavefront, amplitude and terms with their errors. "images": some of the images, the model
            and the difference in standard deviations.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        InvalidInputError
            If it is neither.
        """
        from optomag.retrieval.fit_figures import images_figure, pupil_figure

        figures = {"pupil": pupil_figure, "images": images_figure}
        return figures[require_choice("what", what, tuple(figures))](self)


def relative_error(
    model: Float64[np.ndarray, "frames analysers ny nx"],
    images: Float64[np.ndarray, "frames analysers ny nx"],
    background: Float64[np.ndarray, " frames"],
) -> float:
    """L2 norm of model - images over that of the images above their background, where there is data."""
    light = images - background[:, None, None, None]
    return float(np.sqrt(np.nansum((model - images) ** 2) / np.nansum(light**2)))
