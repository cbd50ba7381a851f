"""Error against time: the engine at several tolerances and the yardstick at several counts, as a figure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

import optomag as om
from fields import CONVERGED, INDEX, NA, VOLTS_PER_METRE, WAVELENGTH, FieldCase, cases
from optomag.optics.description import figure_heading
from optomag.plot.style import headed, new_figure, render_png, styled
from table import Section, machine, paired_seconds
from yardstick import NodeCount, relative_error, smallest_count, yardstick_field

TOLERANCES = (1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12)
YARDSTICK_ERRORS = (1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12)
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "accuracy.png"

Curve = list[tuple[float, float]]
"""(seconds, relative error) of each setting."""


def curves(case: FieldCase) -> tuple[Curve, Curve]:
    """Engine and yardstick on one case, timed in turns."""
    lens = om.Objective(na=NA, index=INDEX, wavelength=WAVELENGTH)
    axes = tuple(axis / WAVELENGTH for axis in (case.grid.x, case.grid.y, case.grid.z))
    reference = yardstick_field(case.jones, NA, INDEX, axes, CONVERGED) * VOLTS_PER_METRE

    def engine(rtol: float) -> Callable[[], np.ndarray]:
        return lambda: om.focus_field(case.beam, lens, case.grid, rtol=rtol).block_until_ready()

    def yardstick(count: NodeCount) -> Callable[[], np.ndarray]:
        return lambda: yardstick_field(case.jones, NA, INDEX, axes, count)

    counts = [smallest_count(case.jones, NA, INDEX, axes, error) for error in YARDSTICK_ERRORS]
    calls = [engine(rtol) for rtol in TOLERANCES] + [yardstick(count) for count in counts]
    scales = [1.0] * len(TOLERANCES) + [VOLTS_PER_METRE] * len(counts)
    errors = [
        relative_error(np.asarray(call()) * scale, reference)
        for call, scale in zip(calls, scales, strict=True)
    ]
    points = list(zip(paired_seconds(calls, repeats=5), errors, strict=True))
    return points[: len(TOLERANCES)], points[len(TOLERANCES) :]


@styled
def accuracy_figure(measured: dict[str, tuple[Curve, Curve]]) -> Figure:
    """One panel a case: relative error against time."""
    figure = new_figure(7.0, 5.2)
    panels = figure.subplots(2, 2, sharey=True)
    for axes, (name, pair) in zip(panels.flat, measured.items(), strict=True):
        for points, label, style in zip(pair, ("optomag", "plain NumPy"), ("o-", "s--"), strict=True):
            seconds, errors = np.array(points).T
            axes.loglog(1e3 * seconds, np.maximum(errors, 1e-16), style, ms=4, label=label)
        axes.set_title(name, fontsize=8)
        axes.grid(True, lw=0.3)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(FormatStrFormatter("%g"))
        axes.xaxis.set_minor_formatter(NullFormatter())
    for axes in panels[1]:
        axes.set_xlabel("time [ms]")
    for axes in panels[:, 0]:
        axes.set_ylabel("relative error")
    panels[0, 0].legend()
    figure.tight_layout()
    lens = om.Objective(na=NA, index=INDEX, wavelength=WAVELENGTH)
    return headed(figure, figure_heading(lens, shown="E at all points against the converged integral"))


def section() -> Section:
    """Errors that each tolerance reaches; draws the figure on the way."""
    measured = {case.name: curves(case) for case in cases()}
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_bytes(render_png(accuracy_figure(measured)))
    rows = [
        [name, *(f"{error:.0e}, {1e3 * seconds:.3g}" for seconds, error in engine)]
        for name, (engine, _) in measured.items()
    ]
    return Section(
        title="Accuracy that was asked for",
        header=("case: relative error, time [ms]", *(f"rtol {rtol:.0e}" for rtol in TOLERANCES)),
        rows=rows,
        note=f"![Relative error against time](images/accuracy.png)\n\n{machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
