"""The pupil of a real set-up from images of a focus."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from optomag.errors import UnitWarning, refuse, require_kind, require_real
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.objective import Objective, require_lens
from optomag.optics.pixels import require_aplanatic
from optomag.optics.transmission import Transmission
from optomag.plausible import LENGTH, require_plausible
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.damped_fit import Problem, Solution
from optomag.retrieval.freedom import Values, anything, low_orders, position
from optomag.retrieval.judgement import ROUGH, halves, order_doubts, scales, term_errors, what_is_unknown
from optomag.retrieval.measured_frames import require_analysers, require_degree, require_frames
from optomag.retrieval.pupil_fit import PupilFit
from optomag.retrieval.pupil_polynomials import Order, orders_up_to
from optomag.retrieval.seen_light import FluorescentBead, LaserFocus, SeenLight
from optomag.retrieval.setting import Setting, of_degree, require_light, require_shown
from optomag.retrieval.start import first_values, window

A_POINT, PHOTONS = FluorescentBead(), CameraNoise()
"""A bead too small to matter, and a camera that counts photons."""

FIRST_DEGREE = 4
"""Of the polynomials of a first, coarse fit: far aberrations are found with few terms."""


def fit_pupil(
    stack: Any,
    lens: Objective,
    *,
    pixel: float,
    step: float | None = None,
    zs: Any = None,
    light: SeenLight = A_POINT,
    shown: Any = None,
    polarisers: Any = None,
    crosstalk: Any = None,
    noise: CameraNoise = PHOTONS,
    degree: int = 6,
    amplitude_degree: int | None = None,
    wander: float | None = None,
    flicker: float | None = None,
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
    light : FluorescentBead or LaserFocus, default FluorescentBead()
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
    wander : float [m], optional
        By how much (rms) the stage stands elsewhere in each frame than it should, in every direction: each
        frame gets a place of its own, held back by as much. By default 50 nm for a bead, 0 for a laser.
    flicker : float, optional
        By how much (rms, relative) the brightness differs from frame to frame, likewise; by default 0.05 for
        a bead, 0 for a laser.
    saturated : float [counts], optional
        Level from which on a pixel is no measurement.

    Returns
    -------
    PupilFit
        With the pupil, the numbers that judge it, and the images of the model.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind or shape, frames are saturated, empty or without data, angles of
        polarisers are missing, or nothing in the images looks like the light.

    Warns
    -----
    UnitWarning
        Where pixel or step look wrong, or frames out of order; `PupilFit.doubts` holds the same sentences.

    Notes
    -----
    The images are those of the vector theory of `focus_field` for a laser, and of dipoles seen by reciprocity
    for a bead (`FluorescentBead`, `Scatterer` and `Relay` say what is assumed), with the area of the pixels,
    a Gaussian blur, brightness and background. The pupil is exp(a + 2 pi i W) with a and W sums of Zernike
    polynomials, fitted by damped Gauss-Newton steps with the derivatives of the model
    (`optomag.retrieval.damped_fit`). Phase retrieval from planes through focus: R. W. Gerchberg and W. O.
    Saxton, Optik 35, 237 (1972); with known phases, B. M. Hanser, M. G. L. Gustafsson, D. A. Agard and J. W.
    Sedat, J. Microsc. 216, 32 (2004), doi:10.1111/j.0022-2720.2004.01393.x.

    Only aplanatic lenses. Tilts and defocus are where the light is: `positions`, not terms.

    Examples
    --------
    >>> from optomag.optics.measured_pupil import MeasuredPupil
    >>> from optomag.optics.transmission import Transmission
    >>> from optomag.retrieval.focus_images import focus_images
    >>> lens = Objective(na=0.8, wavelength=520e-9)
    >>> pupil = MeasuredPupil(lens, Transmission({(2, 2): 0.08}))
    >>> zs = np.linspace(-1e-6, 1e-6, 5)
    >>> stack = focus_images(pupil, zs=zs, pixel=1.2e-7, shape=(24, 24), brightness=1e4, background=50.0)
    >>> fit = fit_pupil(stack, lens, pixel=1.2e-7, zs=zs, degree=3)
    >>> round(fit.terms[2, 2], 4)
    0.08
    """
    lens = require_lens(lens)
    require_aplanatic(lens)
    light = require_light(light)
    pixel = require_plausible(LENGTH, "pixel", pixel)
    noise = require_kind("noise", noise, CameraNoise, "CameraNoise(...)")
    frames = require_frames(stack, step, zs, saturated)
    analysers, crosstalk = require_analysers(polarisers, crosstalk, frames.images.shape[1])
    known = require_shown(shown, len(frames.images), light)
    degree = require_degree("degree", degree)
    amplitudes = _amplitudes(amplitude_degree, degree, light)
    is_bead = isinstance(light, FluorescentBead)
    wander = _small("wander", 50e-9 if is_bead else 0.0, wander)
    flicker = _small("flicker", 0.05 if is_bead else 0.0, flicker)
    rows, columns = window(frames, light, lens, pixel)
    images = frames.images[:, :, rows, columns]
    setting = Setting(
        lens=lens,
        light=light,
        pixel=pixel,
        shape=(images.shape[2], images.shape[3]),
        heights=frames.heights,
        shown=known,
        analysers=analysers,
        crosstalk=crosstalk,
        noise=noise,
        wander=wander if len(images) > 1 else 0.0,
        flicker=flicker if len(images) > 1 else 0.0,
    )
    problem = setting.problem(images, max(degree, *(n for n, _ in amplitudes), 0), amplitudes)
    solution, placed = _solve(problem)
    return _judged(setting, problem, solution, placed, (frames.images.shape[2] - rows.stop, columns.start))


def _solve(problem: Problem) -> tuple[Solution, Values]:
    """The best pupil, and the values at which an ideal one was placed."""
    placed = of_degree(problem, 1).fit(first_values(problem), position, ROUGH, reweighted=0).values
    start = placed
    if problem.model.polynomials.degree > FIRST_DEGREE:
        coarse = of_degree(problem, FIRST_DEGREE)
        start = coarse.fit(start, low_orders(FIRST_DEGREE), ROUGH, reweighted=0).values
    return problem.fit(start, anything), placed


def _judged(
    setting: Setting, problem: Problem, solution: Solution, placed: Values, window: tuple[int, int]
) -> PupilFit:
    held_out, repeatability = halves(problem, placed)
    pixel_scale, step_scale, wrong = scales(problem, solution)
    doubts = (*order_doubts(problem, solution), *wrong)  # a wrong order makes a right step look wrong
    for sentence in doubts:
        warnings.warn(sentence, UnitWarning, stacklevel=3)
    imaging = problem.model.at(solution.p)
    unknowns, numbers = problem.model.unknowns, range(len(problem.data))
    each = {
        kind: np.array([unknowns.value(solution.p, kind, number) for number in numbers])
        for kind in ("x", "y", "z", "brightness", "background")
    }
    brightness = np.exp(each["brightness"] - each["brightness"].max())
    pupil = _measured_pupil(problem, solution)
    return PupilFit(
        pupil=pupil,
        jones=_arrived(setting, problem, imaging.pupil),
        light=setting.light,
        noise=setting.noise,
        pixel=setting.pixel,
        zs=setting.heights,
        images=problem.data[:, :, ::-1],
        model=imaging.images()[:, :, ::-1],
        window=window,
        positions=np.stack([each["x"], each["y"], each["z"]], axis=-1),
        brightness=brightness / brightness.mean(),
        background=each["background"],
        blur=float(np.sqrt(unknowns.value(solution.p, "blur"))),
        chi2=solution.chi2,
        held_out=held_out,
        repeatability=repeatability,
        errors=term_errors(solution),
        unknown=what_is_unknown(problem, solution),
        doubts=doubts,
        pixel_scale=pixel_scale,
        step_scale=step_scale,
        converged=solution.converged,
        shown=() if all(one is None for one in setting.shown) else setting.shown,
        analysers=setting.analysers,
        crosstalk=setting.crosstalk,
    )


def _measured_pupil(problem: Problem, solution: Solution) -> MeasuredPupil:
    """The polynomials as transmissions; a component that carries no light is changed as the other is."""
    nepers, waves = problem.model.unknowns.coefficients(solution.p)
    orders = problem.model.polynomials.orders
    parts = [
        Transmission(
            {order: float(value) for order, value in zip(orders, w, strict=True) if value},
            nepers={order: float(value) for order, value in zip(orders, a, strict=True) if value},
        )
        for field, a, w in zip(problem.model.base, nepers, waves, strict=True)
        if np.any(field)
    ]
    return MeasuredPupil(problem.model.scene.lens, *parts)


def _arrived(setting: Setting, problem: Problem, fields: np.ndarray) -> np.ndarray:
    """(E_x, E_y) that arrived, axis 0 along x."""
    lit = pixel_lattice(fields.shape[-1]).area[..., None] > 0
    maps = np.moveaxis(fields, 0, -1).swapaxes(0, 1) * lit
    if isinstance(setting.light, LaserFocus) and np.all(problem.model.base == 1):
        return maps * sampled_jones(setting.light.beam, len(maps))
    return np.repeat(maps, 2 // maps.shape[-1], axis=-1)


def _amplitudes(value: Any, degree: int, light: SeenLight) -> tuple[Order, ...]:
    """Orders of the amplitude."""
    if value is None:
        orders = orders_up_to(degree)
        return (
            tuple(order for order in orders if order[1] == 0)
            if isinstance(light, FluorescentBead)
            else orders
        )
    return orders_up_to(require_degree("amplitude_degree", value))


def _small(name: str, usual: float, value: Any) -> float:
    """A spread >= 0."""
    if value is None:
        return usual
    number = require_real(name, value)
    if number < 0:
        refuse(name, ">= 0", value)
    if name == "wander" and number:
        require_plausible(LENGTH, name, number)
    return number
