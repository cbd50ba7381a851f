"""Temperatures through time, by an implicit-explicit Runge-Kutta method of order 4 with error control.

Along z, where cells are thin and metals fast, and between electrons and lattice, each step is implicit;
across the columns, some tens of nanometres apart, it is explicit. Kennedy and Carpenter's ARK4(3)6L: Appl.
Numer. Math. 44, 139 (2003), from diffrax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import diffrax as dfx
import equinox as eqx
import jax.numpy as jnp
import numpy as np
import optimistix as optx

from optomag.errors import OptomagError
from optomag.heat.block_tridiagonal import BlockTridiagonal
from optomag.heat.heat_flow import PICOSECOND, HeatFlow, heat_flow
from optomag.heat.stack_grid import StackGrid
from optomag.optics.pulse import Pulse

RTOL: Final = 3e-5
"""Of each step, relative to the temperature there and to the largest of all."""

ROOT: Final = 1e-6
"""Of implicit equations: far below that of a step, and far above rounding."""

PULSE_ENDS: Final = 4.0
"""Widths from the peak; what comes before and after, 2e-6 of the energy at most, is added between."""

PULSE_STEPS: Final = 5.0
"""Steps within a width, at least, so that none passes over the pulse."""

PULSE_SAMPLES: Final = 4001
"""Of the pulse's power, between which it is linear: an error of 4e-6 of its peak."""

RELAXED: Final = 1e-2
"""Difference of the two temperatures, in largest rises, below which one describes both."""

STOPS_PER_DECADE: Final = 4
"""Where progress is told."""

MOST_STEPS: Final = 10**6


class Chord(dfx.VeryChord):
    """Newton's iteration with one matrix for a step, done when it moves less than its tolerance.

    diffrax's own also asks for a rate of convergence, which is noise where the first guess is exact: in the
    dark before and after the pulse.
    """

    def terminate(self, fn: Any, y: Any, args: Any, options: Any, state: Any, tags: Any) -> tuple[Any, Any]:
        """Whether to stop, and why."""
        done = state.diffsize < self.kappa
        worse = ~jnp.isfinite(state.diffsize) | (state.diffsize > 2 * state.diffsize_prev)
        lost = (state.step >= 2) & worse
        failed = lost & ~done
        result = optx.RESULTS.where(failed, optx.RESULTS.nonlinear_divergence, optx.RESULTS.successful)
        return done | failed, result


def evolve(
    grid: StackGrid,
    heat: np.ndarray,
    pulse: Pulse,
    times: np.ndarray,
    *,
    ambient: float,
    rtol: float = RTOL,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[HeatFlow, np.ndarray]]:
    """Rises of temperature at each time, one after the other.

    Parameters
    ----------
    grid : StackGrid
    heat : float64, shape (nz, nx, ny) [W/m^3]
        Absorbed at the peak of the pulse, means over the cells.
    pulse : Pulse
    times : float64, increasing [s]
        From the peak of the pulse.
    ambient : float [K]
    rtol : float
    progress : function of (done, total), optional

    Yields
    ------
    HeatFlow
        The equations that hold at this time.
    float64, shape (nz, fields, nx, ny) [K]
        Of lattice and electrons, or of both together.
    """
    two = any(one.has_electrons for one in grid.media)
    edge = PULSE_ENDS * pulse.duration
    moments = np.linspace(-edge, edge, PULSE_SAMPLES)
    power = pulse.power_at(moments)
    power *= pulse.effective_duration / np.trapezoid(power, moments)
    common = {"power_times": moments, "power": power, "ambient": ambient}
    flow = heat_flow(grid, heat, two=two, **common)
    scale = _largest_rise(flow, heat, pulse)
    stops = _stops(times, edge)
    y = jnp.zeros((grid.shape[2], flow.fields, *grid.shape[:2]))
    now, guess = -edge, pulse.duration / PULSE_STEPS
    for number, stop in enumerate(stops):
        if stop > now:
            longest = pulse.duration / PULSE_STEPS if stop <= edge else np.inf
            y, steps = _advance(flow, y, now, stop, min(guess, stop - now), longest, rtol, scale)
            guess = (stop - now) / max(1, steps)
            now = stop
        if np.any(times == stop):
            yield flow, np.asarray(y)
        if flow.fields == 2 and stop >= edge and _are_equal(flow, y):
            y, flow = flow.common(y), heat_flow(grid, heat, two=False, **common)
        if progress is not None:
            progress(number + 1, len(stops))


def _advance(
    flow: HeatFlow, y: Any, start: float, stop: float, step: float, longest: float, rtol: float, scale: float
) -> tuple[Any, int]:
    # arrays, because plain numbers would be compiled in
    begin, end, first, most = (
        jnp.asarray(float(t) / PICOSECOND) for t in (start, stop, step, min(longest, 1.0))
    )
    y, steps, success = _solve(flow, y, begin, end, first, most, jnp.asarray(rtol), jnp.asarray(scale))
    if not bool(success):
        raise OptomagError(f"heat could not be followed from {start:g} s to {stop:g} s in {MOST_STEPS} steps")
    return y, int(steps)


@eqx.filter_jit
def _solve(
    flow: HeatFlow, y: Any, start: Any, stop: Any, step: Any, longest: Any, rtol: Any, scale: Any
) -> Any:
    root = Chord(rtol=ROOT, atol=ROOT * scale, norm=optx.max_norm, linear_solver=BlockTridiagonal())
    found = dfx.diffeqsolve(
        dfx.MultiTerm(dfx.ODETerm(flow.lateral), dfx.ODETerm(flow.vertical)),
        dfx.KenCarp4(root_finder=root),
        t0=start,
        t1=stop,
        dt0=step,
        y0=y,
        stepsize_controller=dfx.PIDController(
            rtol=rtol, atol=rtol * scale, dtmax=longest, norm=optx.max_norm, pcoeff=0.3, icoeff=0.3
        ),
        saveat=dfx.SaveAt(t1=True),
        adjoint=dfx.ForwardMode(),
        max_steps=MOST_STEPS,
        throw=False,
    )
    states: Any = found.ys
    return states[0], found.stats["num_steps"], found.result == dfx.RESULTS.successful


def _largest_rise(flow: HeatFlow, heat: np.ndarray, pulse: Pulse) -> float:
    """The rise [K] if nothing flowed: the scale of errors."""
    capacity = np.asarray(flow.capacity + flow.gamma * flow.ambient)
    return float(np.max(heat.max(axis=(1, 2)) * pulse.effective_duration / capacity))


def _are_equal(flow: HeatFlow, y: Any) -> bool:
    """Whether electrons have come to the temperature of their lattice."""
    apart = jnp.where((flow.gamma > 0)[:, None, None], jnp.abs(y[:, 1] - y[:, 0]), 0.0)
    return bool(apart.max() <= RELAXED * jnp.abs(y[:, 0]).max())


def _stops(times: np.ndarray, edge: float) -> np.ndarray:
    """The times themselves, the end of the pulse, and points between."""
    last = float(times[-1])
    decades = max(0.0, np.log10(max(last, edge) / edge))
    between = np.geomspace(edge, max(last, edge), int(np.ceil(STOPS_PER_DECADE * decades)) + 1)
    inside = between[(between > edge) & (between < last)]
    return np.unique(np.concatenate([times, inside, [edge] if edge < last else []]))
