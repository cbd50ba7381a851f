"""The pupil of a real set-up from images of a focus."""

from __future__ import annotations

from typing import Any

from optomag.optics.objective import Objective
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.pupil_fit import PupilFit
from optomag.retrieval.seen_light import Bead, SeenLight


def fit_pupil(
    stack: Any,
    lens: Objective,
    *,
    pixel: float,
    step: float | None = None,
    zs: Any = None,
    light: SeenLight = Bead(),
    shown: Any = None,
    polarisers: Any = None,
    crosstalk: Any = None,
    noise: CameraNoise = CameraNoise(),
    degree: int = 6,
    amplitude_degree: int | None = None,
    detail: int | None = None,
    saturated: float | None = None,
) -> PupilFit:
    """Fit the pupil of a set-up to images of its focus.

    Parameters
    ----------
    stack : array_like, shape (frames, ny, nx) or (frames, analysers, ny, nx) [counts]
        Images, rows from the top, where y is largest, as pictures are stored. NaN is no data.
    lens : Objective
        Whose pupil is fitted; of a bead at the wavelength of its emission.
    pixel : float [m]
        Side of a pixel in the focal plane: that of the camera over the magnification, or the step of a scan.
    step : float [m], optional
        From one frame to the next, along the light that the lens focuses; negative where frames go against
        it. A bead's z grows where it moves away from the lens, or the lens away from the bead.
    zs : array_like, shape (frames,) [m], optional
        The z of each frame, instead of `step`.
    light : Bead or LaserFocus, default Bead()
    shown : sequence, one for each frame, optional
        What was shown on the modulator: phases (N, N) [rad] laid as `optomag.pixels` (None for none), masks,
        or whole beams that were sent in place of that of `light`.
    polarisers : sequence of float [rad], optional
        Angles of the analysers from x towards y, one for each image of a frame.
    crosstalk : array_like, shape (analysers, analysers), optional
        Image a holds crosstalk[a, b] of what belongs into image b.
    noise : CameraNoise
    degree : int, default 6
        Of the Zernike polynomials of the wavefront.
    amplitude_degree : int, optional
        Of those of the amplitude; by default round ones up to `degree` for a bead, all up to `degree` for a
        laser.
    detail : int, optional
        Pixels of a free map of the arrived pupil, fitted on top of the polynomials.
    saturated : float [counts], optional
        Level from which on a pixel is no measurement.

    Returns
    -------
    PupilFit
    """
    raise NotImplementedError
