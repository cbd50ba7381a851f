"""What a loop found: round by round, and the pupil and the masks at its end."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optomag.displayed import Displayed
from optomag.hardware.measuring import Measuring
from optomag.light.light import Light
from optomag.optics.description import figure_heading
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.slm.mask_set import MaskSet
from optomag.slm.verification import with_uncertainty

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWN = {
    "before": "angle_before",
    "after": "angle_after",
    "uncertainty": "angle_uncertainty",
    "true_before": "true_before",
    "true_after": "true_after",
    "true_without": "true_without",
    "seen_before": "seen_before",
    "seen_after": "seen_after",
    "seen_noise": "seen_noise",
}
"""Of the figure's record, and of a round."""


@dataclass(frozen=True)
class CalibrationRound(Displayed):
    """One turn of the loop: probe, fit, correct, look again.

    Attributes
    ----------
    frames : int
        Captured since the loop began, to the end of this round.
    terms : dict of (n, m) to float [waves rms]
        Wavefront of E_x as it is known now; with a trend, as it is expected in the middle of the next round.
    change : float [waves rms]
        What this round added to it.
    repeatability : float [waves rms]
        Difference of the wavefronts of two halves of the data.
    centre : (float, float, float) [m]
        Where the focus lies from the middle of the frames and the height that the stage told: tilts and
        defocus, which no mask is corrected for.
    doubts : tuple of str
        What the fit cannot tell, and what looks wrong with the frames.
    angle_before, angle_after : float [rad]
        Direction error of M through the pupil as it is known now: of the masks that the round began with, and
        of those that it made.
    angle_uncertainty : float [rad]
        Of both, from the fit's noise and the repeatability.
    seen_before, seen_after, seen_noise : float
        Relative difference of frames that no fit has used to those that should be seen, with both masks, and
        what the camera's noise alone would leave of it; NaN without such frames.
    true_before, true_after, true_without : float [rad]
        Direction error through the pupil as it is, of the masks that the round began with, just before it
        corrected them; of those that it made, at its end; and of those of the loop's beginning. NaN on a real
        bench, which does not tell.

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
    >>> one = found.rounds[0]
    >>> one.frames, one.terms.keys() >= {(2, 2)}, one.angle_after >= 0
    (4, True, True)
    """

    frames: int
    terms: dict[tuple[int, int], float]
    change: float
    repeatability: float
    centre: tuple[float, float, float]
    doubts: tuple[str, ...]
    angle_before: float
    angle_after: float
    angle_uncertainty: float
    seen_before: float
    seen_after: float
    seen_noise: float
    true_before: float = float("nan")
    true_after: float = float("nan")
    true_without: float = float("nan")

    def __str__(self) -> str:
        spread = np.degrees(self.angle_uncertainty)
        before, after = (
            with_uncertainty(np.degrees(angle), spread) for angle in (self.angle_before, self.angle_after)
        )
        text = f"{self.frames} frames: M off by {before} degrees before and {after} after"
        if not np.isnan(self.seen_after):
            seen = f"{100 * self.seen_before:.1f} % and {100 * self.seen_after:.1f} %"
            text += f", images by {seen}, noise alone {100 * self.seen_noise:.1f} %"
        if not np.isnan(self.true_after):
            truth = f"{np.degrees(self.true_before):.3f} and {np.degrees(self.true_after):.3f}"
            text += f"; in truth {truth} degrees"
        return text


@dataclass(frozen=True, eq=False)
class Calibration(Displayed):
    """What `calibrate` or `follow` found.

    Attributes
    ----------
    measuring : Measuring
        The bench, the device and how the focus was seen.
    light : Light
        What is to be written.
    pupil : MeasuredPupil
        At the end.
    masks : MaskSet
        For the light, corrected for that pupil: what to show now.
    rounds : tuple of CalibrationRound
        What each round found.
    status : str
        How the loop ended, a sentence.
    finished : bool
        Whether all rounds were made.
    bound : float [rad] or None
        What `follow` was to keep M within.

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
    >>> found.finished, len(found.rounds)
    (True, 1)
    >>> bool(abs(found.pupil.terms[2, 2] - 0.05) < 0.02), found.within
    (True, None)
    """

    measuring: Measuring
    light: Light
    pupil: MeasuredPupil
    masks: MaskSet
    rounds: tuple[CalibrationRound, ...]
    status: str
    finished: bool = True
    bound: float | None = None

    @property
    def angle_error(self) -> float:
        """Of M [rad], through the pupil as it was found, at the end."""
        return self.rounds[-1].angle_after

    @property
    def uncertainty(self) -> float:
        """Of that angle [rad]."""
        return self.rounds[-1].angle_uncertainty

    @property
    def worst(self) -> float:
        """Largest direction error [rad] that masks had before a round of `follow` corrected them.

        As it was found; the masks of the first round, which nobody has corrected yet, do not count.
        """
        return max((one.angle_before for one in self.rounds[1:]), default=self.rounds[0].angle_before)

    @property
    def within(self) -> bool | None:
        """Whether M stayed within the bound; None without one."""
        return None if self.bound is None else self.worst <= self.bound

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each round, each doubt once, and how it ended."""
        found = [f"round {i}: {one}" for i, one in enumerate(self.rounds, 1)]
        found += dict.fromkeys(doubt for one in self.rounds for doubt in one.doubts)
        if self.bound is not None:
            kept = "stayed within" if self.within else "left"
            limit = f"{np.degrees(self.bound):g} degrees"
            found.append(f"M {kept} {limit}: {np.degrees(self.worst):.3f} degrees at most between rounds")
        return (*found, self.status)

    def describe(self) -> dict[str, Any]:
        """The numbers as plain JSON values; orders as "n,m"."""
        rounds = []
        for one in self.rounds:
            values = {name: _plain(value) for name, value in asdict(one).items()}
            rounds.append(values | {"terms": {f"{n},{m}": waves for (n, m), waves in one.terms.items()}})
        return {"status": self.status, "finished": self.finished, "bound": self.bound, "rounds": rounds}

    def plot(self) -> Figure:
        """Draw the direction error and the images' difference round by round."""
        from optomag.plot.loop_figure import LoopHistory, loop_figure

        columns = {
            name: np.array([getattr(one, field) for one in self.rounds]) for name, field in DRAWN.items()
        }
        told = f"{self.rounds[-1].frames} frames in {len(self.rounds)} rounds"
        heading = figure_heading(self.measuring.lens, shown=told)
        return loop_figure(LoopHistory(**columns, bound=self.bound, heading=heading))

    def __str__(self) -> str:
        return "\n".join(self.lines)


def _plain(value: Any) -> Any:
    """NaN, which JSON does not have, as None."""
    return None if isinstance(value, float) and np.isnan(value) else value
