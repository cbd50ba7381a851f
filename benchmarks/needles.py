"""Needles and chains: what binary rings reach, next to the literature, as a table and a figure."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import optomag as om
from optomag.inverse.structure.axial_profile import lateral_widths
from optomag.inverse.structure.chain import Chain
from optomag.inverse.structure.needle import Needle
from optomag.inverse.structure.ring_pupil import RingPupil
from optomag.inverse.structure.shape import shape, written_by
from optomag.inverse.structure.structure import Structure
from optomag.plot.style import INTENSITY_MAP, LINE_COLOURS, new_figure, render_png, styled, tag_panel
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
WAVELENGTH = LENS.wavelength
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "needles.png"


@dataclass(frozen=True)
class Case:
    """One structure and the rings that are to write it."""

    name: str
    target: Needle | Chain
    pupil: RingPupil
    seed: int = 0

    @property
    def four_pi(self) -> bool:
        """Whether it takes two lenses."""
        return isinstance(self.target, Chain)


def cases() -> list[Case]:
    """The needles and chains of `docs/needles.md`."""
    length = 10.2 * WAVELENGTH
    return [
        Case("needle along z", Needle(length), RingPupil(rings=24)),
        Case("needle along z, opaque disc r < 0.8", Needle(length), RingPupil(rings=10, inner=0.8)),
        Case(
            "needle, M tilted by 45°",
            Needle(length, (1, 0, 1)),
            RingPupil(rings=24),
        ),
        Case(
            "needle, M along x",
            Needle(length, (1, 0, 0)),
            RingPupil(rings=24),
        ),
        Case("chain of 5, 4pi", Chain(5), RingPupil(rings=20)),
        Case("chain of 9, 4pi", Chain(9), RingPupil(rings=24)),
    ]


def write(case: Case) -> Structure:
    """Search and re-simulate one case."""
    return shape(case.target, LENS, pupil=case.pupil, four_pi=case.four_pi, seed=case.seed)


def row(case: Case, found: Structure, seconds: float) -> list[object]:
    """The numbers of one case; those that it has not are dashes."""
    metrics = found.metrics
    at_input = metrics["strength"] * (1 - case.pupil.inner**2)

    def percent(name: str) -> str:
        return f"{100 * metrics[name]:.1f}" if name in metrics else "-"

    width = [metrics.get(f"width_{which}_wavelengths") for which in ("smallest", "largest")]
    return [
        case.name,
        case.pupil.rings,
        f"{metrics['length_wavelengths']:.2f}" if "length_wavelengths" in metrics else "-",
        "–".join(f"{w:.3f}" for w in width if w is not None),
        percent("ripple"),
        percent("ripple_over_sum"),
        f"{int(metrics['equal_spots'])}, {percent('spread')} %" if "equal_spots" in metrics else "-",
        f"{metrics['purity']:.4f}",
        f"{metrics['strength']:.4f}",
        f"{at_input:.4f}",
        f"{metrics.get('brightest_elsewhere_on_axis', float('nan')):.2f}",
        f"{seconds:.0f}",
    ]


@styled
def needle_figure(needle: Structure, chain: Structure) -> Figure:
    """Maps of the needle and the chain, the needle on the axis and its width at every height."""
    figure = new_figure(7.0, 4.6)
    panels = figure.subplots(2, 2, width_ratios=[1.0, 1.0])
    _map(panels[0, 0], needle, reach=8.0)
    _map(panels[1, 0], chain, reach=4.0)
    tag_panel(panels[0, 0], "a", "needle, $xz$ plane")
    tag_panel(panels[1, 0], "c", "chain of five in 4π")
    heights = np.linspace(-16, 16, 1281)
    for axes, found, letter in ((panels[0, 1], needle, "b"), (panels[1, 1], chain, "d")):
        along = _on_axis(found, heights)
        axes.plot(heights, along / along[len(along) // 2], color=LINE_COLOURS[0])
        axes.axhline(0.5, color="#999999", lw=0.6, ls=":")
        axes.set(xlabel=r"$z\,/\,\lambda$", ylabel="$M_z$ on the axis / focus", ylim=(0, None))
        tag_panel(axes, letter, "along the axis")
    panels[0, 1].set_xlim(-16, 16)
    panels[1, 1].set_xlim(-6, 6)
    narrow = np.linspace(-5, 5, 41)
    widths = lateral_widths(
        written_by(needle.light), narrow * WAVELENGTH, direction=(0.0, 0.0, 1.0), reach=0.6 * WAVELENGTH
    )
    beside = panels[0, 1].twinx()
    beside.plot(narrow, widths.max(axis=1) / WAVELENGTH, color=LINE_COLOURS[1])
    beside.set(ylim=(0.3, 0.5), ylabel=r"lateral FWHM $/\,\lambda$")
    beside.yaxis.label.set_color(LINE_COLOURS[1])
    figure.tight_layout()
    return figure


def _map(axes: Axes, found: Structure, *, reach: float) -> None:
    x, z = np.linspace(-1.5, 1.5, 121), np.linspace(-reach, reach, 481)
    M = found.light.reduced_magnetization(om.Grid(x * WAVELENGTH, [0.0], z * WAVELENGTH))[:, 0]
    intensity = np.linalg.norm(M, axis=-1)
    focus = intensity[60, 240]
    image = axes.imshow(
        intensity / focus,
        origin="lower",
        extent=(-reach, reach, -1.5, 1.5),
        cmap=INTENSITY_MAP,
        vmin=0,
        vmax=1.1,
        aspect="auto",
        interpolation="bilinear",
    )
    axes.figure.colorbar(image, ax=axes, extend="max").set_label(r"$|M|\,/\,|M(0)|$")
    axes.set(xlabel=r"$z\,/\,\lambda$", ylabel=r"$x\,/\,\lambda$")


def _on_axis(found: Structure, heights: np.ndarray) -> np.ndarray:
    return found.light.reduced_magnetization(om.Grid([0.0], [0.0], heights * WAVELENGTH))[0, 0, :, 2]


def section() -> Section:
    """Every case as one row; draws the figure on the way."""
    rows, found = [], {}
    for case in cases():
        start = time.perf_counter()
        found[case.name] = write(case)
        rows.append(row(case, found[case.name], time.perf_counter() - start))
    PICTURE.write_bytes(render_png(needle_figure(found["needle along z"], found["chain of 5, 4pi"])))
    return Section(
        "Needles and chains by binary rings, NA 0.95 in air",
        (
            "structure",
            "rings",
            "length [λ]",
            "lateral FWHM [λ]",
            "ripple, (max - min)/mean [%]",
            "(max - min)/(max + min) [%]",
            "equal spots, max/min - 1",
            "purity",
            "M(0), unit power behind the mask",
            "M(0), unit power before it",
            "brightest elsewhere on the axis / M(0)",
            "search [s]",
        ),
        rows,
        "Ripple over the middle 8.16 wavelengths; lateral FWHM over 10.2 wavelengths, along x, y and both "
        f"diagonals; purity over that whole volume. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
