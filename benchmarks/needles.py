"""Needles and chains: what binary rings reach, next to the literature, as a table and a figure."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

import optomag as om
from optomag.inverse.structure.chain import Chain
from optomag.inverse.structure.needle import Needle
from optomag.inverse.structure.ring_pupil import RingPupil
from optomag.inverse.structure.shape import shape
from optomag.inverse.structure.structure import Structure
from optomag.plot.style import render_png
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
WAVELENGTH = LENS.wavelength
DOTS = 120
"""In an inch of the picture, which is wide."""

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


def stacked(pictures: list[bytes]) -> bytes:
    """PNG files one below the other."""
    images = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in pictures]
    size = max(image.width for image in images), sum(image.height for image in images)
    sheet, top = Image.new("RGB", size, "white"), 0
    for image in images:
        sheet.paste(image, (0, top))
        top += image.height
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def section() -> Section:
    """Every case as one row; draws the figure on the way."""
    rows, found = [], {}
    for case in cases():
        start = time.perf_counter()
        found[case.name] = write(case)
        rows.append(row(case, found[case.name], time.perf_counter() - start))
    drawn = [
        render_png(found[name].plot(), dots_per_inch=DOTS) for name in ("needle along z", "chain of 5, 4pi")
    ]
    PICTURE.write_bytes(stacked(drawn))
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
