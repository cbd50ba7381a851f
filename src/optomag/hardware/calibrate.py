"""Calibrate a bench: random known phases, fit, correct, verify; and follow a pupil that drifts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from optomag.errors import (
    refuse,
    require_callable,
    require_integer,
    require_kind,
    require_real,
    require_yes_or_no,
)
from optomag.hardware.bench import Bench, require_bench
from optomag.hardware.calibration import Calibration, CalibrationRound
from optomag.hardware.focus_image import require_polarisers
from optomag.hardware.loop import Plan, turn
from optomag.hardware.measuring import Measuring
from optomag.light.light import Light, light_of
from optomag.optics.beam import Beam
from optomag.optics.elementary import circular
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.objective import Objective, require_lens
from optomag.optics.pixels import require_aplanatic
from optomag.optics.transmission import Transmission
from optomag.plausible import LENGTH, require_plausible
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.seen_light import Detection, Scatterer
from optomag.slm.mask_set import device_of
from optomag.slm.rounding import Rounding

MOST_FRAMES, MOST_ROUNDS, HIGHEST = 1000, 100_000, 10
"""That are believed; a loop of a million frames a second apart takes twelve days."""

LARGEST_PHASE = 1.0
"""Waves rms of known phases."""

FEWEST_FRAMES = 2
"""That tell a pupil from its mirror image."""


def calibrate(
    bench: Bench,
    device: Any,
    lens: Objective,
    *,
    pixel: float,
    light: Any = None,
    probe: Beam | None = None,
    pupil: MeasuredPupil | None = None,
    rounds: int = 2,
    frames: int = 8,
    checks: int = 2,
    highest: int = 4,
    amplitudes: int = 2,
    waves: float = 0.15,
    reach: float | None = None,
    seen: Detection | None = None,
    polarisers: Any = None,
    crosstalk: Any = None,
    noise: CameraNoise | None = None,
    alike: bool | None = None,
    rounding: Rounding | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    on_round: Callable[[CalibrationRound], None] | None = None,
) -> Calibration:
    """Find what the optics behind a modulator do to light, and masks with which it does not matter.

    Parameters
    ----------
    bench : Bench
        What shows images and captures frames: `SimulatedBench`, `SlmsuiteBench`, or any object with these two
        calls. With a third one, `move(z)` [m], it moves what is looked at along the axis; without it the
        panels show the phase that does the same.
    device : Device, name or path
        The modulator, as `optomag.masks` takes it.
    lens : Objective
        Aplanatic.
    pixel : float [m]
        Side of a pixel of the frames, in the focus.
    light : Light, or whatever has it, or Beam, optional
        What is to be written in the end; by default the probe itself.
    probe : Beam, optional
        Whose focus is looked at, by default circularly polarised light, which fills both components.
    pupil : MeasuredPupil, optional
        Where to begin, such as the last calibration's; by default nothing is known.
    rounds : int, default 2
        The second finds what was too large for the first, or what it had confused.
    frames, checks : int, default 8 and 2
        Frames in each round that a fit uses, and frames for looking again before and after it, which no fit
        uses.
    highest : int, default 4
        Radial order of the Zernike terms that are shown and fitted.
    amplitudes : int, default 2
        Radial order of the terms of the amplitude; 0 leaves only the ratio of E_x and E_y.
    waves : float [waves rms], default 0.15
        Size of the known, random phases.
    reach : float [m], optional
        Defocus of the frames to either side; by default that which turns the rim by half a wave.
    seen : Scatterer or Relay, default Scatterer()
        How the focus is seen.
    polarisers : array_like, shape (p,) [rad], optional
        Angles of analysers; frames then are (p, ny, nx).
    crosstalk : array_like, shape (p, p), optional
        Image a holds crosstalk[a, b] of what belongs into image b.
    noise : CameraNoise, optional
        Of the camera: what the frames' pixels are weighted by.
    alike : bool, optional
        Whether the optics are taken to change E_x and E_y alike, as lenses without stress do; by default
        where there are no polarisers, without which their difference is told badly.
    rounding : Rounding, optional
        Of the masks, as `optomag.masks` takes it.
    seed : int, default 0
        Of the random phases.
    progress : callable with two numbers, optional
        Told frames taken and frames in all.
    on_round : callable with a CalibrationRound, optional
        Told what each round found.

    Returns
    -------
    Calibration
        The pupil, corrected masks, and the numbers of each round. Ctrl-C, or a fault of the camera, after the
        first round leaves what was found (`Calibration.status`).

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind or out of range, or a frame of the first round is empty, saturated
        or not of the shape of those before it.

    Notes
    -----
    Every round corrects the probe for the pupil that is known, adds random phases, and fits what is left
    (`optomag.fit_pupil`); pupils multiply, so that small errors remain small. What a focus cannot tell,
    piston and where the camera stands, is not corrected.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> places = {"phase": (9, 9), "amplitude": (29, 9), "rotation": (9, 29), "retardance": (29, 29)}
    >>> sections = tuple(Section(name=one, radius=8.0, centre=at) for one, at in places.items())
    >>> panel = Panel(width=40, height=40, pitch_um=8.0, bits=8)
    >>> device = om.Device(name="small", panel=panel, section=sections)
    >>> lens, camera = om.Objective(na=0.95, wavelength=532e-9), om.Camera(pixel=1e-7, shape=(9, 9))
    >>> wrong = om.MeasuredPupil(lens, om.Transmission({(2, 2): 0.05}))
    >>> bench = om.SimulatedBench(device, lens, pupil=wrong, camera=camera)
    >>> few = {"rounds": 1, "frames": 4, "checks": 0, "highest": 2, "amplitudes": 0}
    >>> found = om.calibrate(bench, device, lens, pixel=1e-7, **few)
    >>> bool(found.rounds[-1].angle_after < 0.1), bool(abs(found.pupil.terms[2, 2] - 0.05) < 0.02)
    (True, True)
    """
    known_lens = require_lens(lens)
    require_aplanatic(known_lens)
    sent = circular(+1) if probe is None else require_kind("probe", probe, Beam, "an optomag Beam")
    sent.require_power()
    start = MeasuredPupil(known_lens, Transmission()) if pupil is None else pupil
    require_kind("pupil", start, MeasuredPupil, "a MeasuredPupil").require_lens(known_lens)
    wanted = Light(sent, known_lens) if light is None else _light(light, known_lens)
    detection = Scatterer() if seen is None else seen
    angles, shared = require_polarisers(polarisers, crosstalk)
    if rounding is not None:
        require_kind("rounding", rounding, Rounding, "OrderedDither() or Nearest()")
    measuring = Measuring(
        bench=require_bench(bench),
        device=device_of(device),
        lens=known_lens,
        probe=sent,
        pixel=require_plausible(LENGTH, "pixel", pixel),
        seen=require_kind("seen", detection, Detection, "Scatterer() or Relay()"),
        polarisers=angles,
        crosstalk=shared,
        noise=CameraNoise() if noise is None else require_kind("noise", noise, CameraNoise, "a CameraNoise"),
        alike=angles is None if alike is None else require_yes_or_no("alike", alike),
        rounding=rounding,
    )
    deep = _half_a_wave(known_lens) if reach is None else require_plausible(LENGTH, "reach", reach)
    plan = _plan(rounds, frames, checks, highest, amplitudes, waves, deep, seed)
    _require_told(progress, on_round)
    return turn(measuring, wanted, start, plan, progress=progress, on_round=on_round)


def follow(
    bench: Bench,
    found: Calibration,
    *,
    rounds: int = 10,
    frames: int = 4,
    checks: int = 0,
    highest: int = 3,
    amplitudes: int = 0,
    waves: float = 0.15,
    reach: float | None = None,
    trend: float = 0.2,
    bound: float | None = None,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
    on_round: Callable[[CalibrationRound], None] | None = None,
) -> Calibration:
    """Keep the masks of a calibration right while the pupil drifts, with few terms from few frames.

    Parameters
    ----------
    bench : Bench
        The calibrated one.
    found : Calibration
        Where to begin; lens, device, light, probe and camera are its own.
    rounds : int, default 10
    frames, checks : int, default 4 and 0
        In each round, as `calibrate` takes them.
    highest : int, default 3
        Radial order of the terms that are fitted anew; those above stay as they were.
    amplitudes : int, default 0
        Likewise, of the amplitude.
    waves, reach : float, optional
        As `calibrate` takes them.
    trend : float, default 0.2
        Part of what a round finds that is taken for steady drift, expected of every later round and corrected
        for in advance: 0 lags behind a steady drift, more follows noise.
    bound : float [rad], optional
        That M is to be kept within; `Calibration.within` tells whether it was, and `Calibration.worst` by how
        much M was off at most before a round corrected it. Where it was not, take rounds more often.
    seed : int, default 1
    progress, on_round : callable, optional
        As `calibrate` takes them.

    Returns
    -------
    Calibration
        The pupil and masks at the end, and the numbers of each round.

    Raises
    ------
    InvalidInputError
        As `calibrate` does.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> places = {"phase": (9, 9), "amplitude": (29, 9), "rotation": (9, 29), "retardance": (29, 29)}
    >>> sections = tuple(Section(name=one, radius=8.0, centre=at) for one, at in places.items())
    >>> panel = Panel(width=40, height=40, pitch_um=8.0, bits=8)
    >>> device = om.Device(name="small", panel=panel, section=sections)
    >>> lens, camera = om.Objective(na=0.95, wavelength=532e-9), om.Camera(pixel=1e-7, shape=(9, 9))
    >>> wrong = om.MeasuredPupil(lens, om.Transmission({(2, 2): 0.05}))
    >>> bench = om.SimulatedBench(device, lens, pupil=wrong, camera=camera)
    >>> few = {"rounds": 1, "frames": 4, "checks": 0, "highest": 2, "amplitudes": 0}
    >>> found = om.calibrate(bench, device, lens, pixel=1e-7, **few)
    >>> kept = om.follow(bench, found, rounds=1, frames=2, highest=2, bound=np.radians(10))
    >>> kept.within, kept.finished
    (True, True)
    """
    require_kind("found", found, Calibration, "a Calibration", "Call calibrate(...) first.")
    own = found.measuring
    deep = _half_a_wave(own.lens) if reach is None else require_plausible(LENGTH, "reach", reach)
    plan = _plan(rounds, frames, checks, highest, amplitudes, waves, deep, seed, require_real("trend", trend))
    if not 0 <= plan.trend <= 1:
        refuse("trend", "from 0 to 1", trend)
    limit = None if bound is None else require_real("bound", bound, above=0.0, below=np.pi)
    _require_told(progress, on_round)
    return turn(
        own.at(require_bench(bench)),
        found.light,
        found.pupil,
        plan,
        uncorrected=found.masks,
        bound=limit,
        progress=progress,
        on_round=on_round,
    )


def _light(source: Any, lens: Objective) -> Light:
    """What is to be written, in one lens, that of the bench."""
    if isinstance(source, Beam):
        source.require_power()
        return Light(source, lens)
    light = light_of(source)
    if light.four_pi:
        refuse("light", "of one lens", "that of two lenses", "Calibrate each lens by itself.")
    if light.lens != lens:
        refuse("lens of the light", f"that of the bench, {lens}", light.lens)
    return light


def _half_a_wave(lens: Objective) -> float:
    """Defocus [m] that turns the waves of the rim by half a wave against the axis."""
    return 0.5 * lens.wavelength / (lens.index * (1 - np.cos(lens.alpha)))


def _plan(
    rounds: Any,
    frames: Any,
    checks: Any,
    highest: Any,
    amplitudes: Any,
    waves: Any,
    reach: float,
    seed: Any,
    trend: float = 0.0,
) -> Plan:
    return Plan(
        rounds=require_integer("rounds", rounds, at_least=1, at_most=MOST_ROUNDS),
        frames=require_integer("frames", frames, at_least=FEWEST_FRAMES, at_most=MOST_FRAMES),
        checks=require_integer("checks", checks, at_least=0, at_most=MOST_FRAMES),
        highest=require_integer("highest", highest, at_least=2, at_most=HIGHEST),
        amplitudes=require_integer("amplitudes", amplitudes, at_least=0, at_most=HIGHEST),
        waves=_known_waves(waves),
        reach=reach,
        seed=require_integer("seed", seed, at_least=0),
        trend=trend,
    )


def _known_waves(waves: Any) -> float:
    size = require_real("waves", waves, above=0.0)
    if size > LARGEST_PHASE:
        refuse("waves", f"at most {LARGEST_PHASE:g} waves rms", size, "Larger phases leave no focus to see.")
    return size


def _require_told(progress: Any, on_round: Any) -> None:
    require_callable("progress", progress, "a function of two numbers")
    require_callable("on_round", on_round, "a function of a CalibrationRound")
