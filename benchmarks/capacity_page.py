"""The figures and tables of `docs/capacity.md`, from what `capacity.py` measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from optomag.plot.direction_colours import direction_colours
from optomag.plot.style import (
    LINE_COLOURS,
    REFERENCE_COLOUR,
    headed,
    new_figure,
    render_png,
    styled,
    tag_panel,
)
from table import Section

PAGE = Path(__file__).resolve().parents[1] / "docs" / "capacity.md"
IMAGES = PAGE.parent / "images"
END = "<!-- end of table -->"

EVEN, THRICE_Z, ONLY_Z = [1.0, 1.0, 1.0], [0.0, 0.0, 3.0], [0.0, 0.0, 1.0]
UNEVEN = ([1.25, 1.25, 0.5], EVEN, [0.75, 0.75, 1.5])
LEVELS = (25.0, 35.0, 45.0)
SHOWN = (0.3, 0.35, 0.4, 0.5, 0.8)
"""Pitches of the table of gains [wavelength]."""

Row = dict[str, Any]

BLUE, ORANGE, GREEN = LINE_COLOURS[:3]
CURVES = (
    ("directions", [EVEN], "with", {"color": BLUE, "ls": "-", "marker": "o"}),
    ("directions", [EVEN], "without", {"color": BLUE, "ls": "--", "marker": ""}),
    ("ball", [EVEN], "with", {"color": GREEN, "ls": "-", "marker": ""}),
    ("levels", [THRICE_Z, EVEN], "with", {"color": ORANGE, "ls": "-", "marker": "s"}),
    ("levels", [THRICE_Z, EVEN], "without", {"color": ORANGE, "ls": "--", "marker": ""}),
    ("levels", [ONLY_Z], "with", {"color": ORANGE, "ls": ":", "marker": ""}),
)
NAMES = (
    "directions (2 to 128), crosstalk cured",
    "directions, not cured",
    "ball (32 and 128 points), cured",
    "$M_z$ (2 to 32 levels), equal photons, cured",
    "$M_z$, equal photons, not cured",
    "$M_z$, a third of the photons, cured",
    "Gaussian, ideal receiver, directions",
    "Gaussian, ideal receiver, $M_z$",
)


def select(
    rows: Iterable[Row],
    medium: str,
    level: float,
    kind: str,
    dwells: Sequence[list[float]],
    *,
    gaussian: bool = False,
) -> list[Row]:
    """Rows of one kind of points."""
    return [
        row
        for row in rows
        if (row["medium"], row["level"], row["kind"]) == (medium, level, kind)
        and row["dwell"] in dwells
        and (row["cure"] == "Gaussian") == gaussian
    ]


def against_pitch(rows: Sequence[Row], key: str) -> tuple[np.ndarray, np.ndarray]:
    """Pitches, and bits per spot of the best points at each."""
    pitches = sorted({row["pitch"] for row in rows})
    return np.array(pitches), np.array([max(row[key] for row in rows if row["pitch"] == p) for p in pitches])


def best(rows: Sequence[Row], key: str) -> Row:
    """The row with most bits per area."""
    return max(rows, key=lambda row: row[key] / row["pitch"] ** 2)


@styled
def draw_curves(rows: Sequence[Row], *, heading: str) -> None:
    """Bits per spot and per area against pitch."""
    figure = new_figure(7.4, 8.7)
    axes = figure.subplots(4, 3, sharex=True)
    figure.subplots_adjust(0.075, 0.125, 0.985, 0.97, wspace=0.2, hspace=0.27)
    letters = iter("abcdefghijkl")
    for block, medium in enumerate(("matched", "film")):
        for line in range(2):
            for column, level in enumerate(LEVELS):
                panel = axes[2 * block + line, column]
                _curves(panel, rows, medium, level, per_area=line == 1)
                name = "matched medium" if medium == "matched" else "garnet film"
                tag_panel(panel, next(letters), f"{name}, $S_0$ = {level:g} dB")
                if column == 0:
                    panel.set_ylabel("bits per spot" if line == 0 else "bits per $\\lambda^2$")
                if (block, line) == (1, 1):
                    panel.set_xlabel("pitch / $\\lambda$")
    handles = [Line2D([], [], ms=3, **look) for *_, look in CURVES]
    handles += [Line2D([], [], color=REFERENCE_COLOUR, lw=0.8, ls=ls) for ls in ("-", "--")]
    figure.legend(handles, NAMES, loc="lower center", ncols=2, bbox_to_anchor=(0.53, 0.0), handlelength=2.6)
    (IMAGES / "capacity.png").write_bytes(render_png(headed(figure, heading)))


def _curves(panel: Axes, rows: Sequence[Row], medium: str, level: float, *, per_area: bool) -> None:
    top = 0.0
    for kind, ls in (("directions", "-"), ("levels", "--")):
        dwell = EVEN if kind == "directions" else THRICE_Z
        pitch, bits = against_pitch(select(rows, medium, level, kind, [dwell], gaussian=True), "with")
        panel.plot(pitch, bits / (pitch**2 if per_area else 1), color=REFERENCE_COLOUR, lw=0.8, ls=ls)
    for kind, dwells, key, look in CURVES:
        pitch, bits = against_pitch(select(rows, medium, level, kind, dwells), key)
        values = bits / (pitch**2 if per_area else 1)
        top = max(top, values.max())
        panel.plot(pitch, values, ms=3, **look)
    panel.set_xlim(0.28, 0.82)
    panel.set_ylim(0, 1.12 * top)
    panel.grid(True)


DARKER = 0.85
"""Of colours on white paper, where +z is white."""

CLOUD_LEVELS = {"matched": 35.0, "film": 45.0}
"""S0 [dB] of the clouds in each medium."""


@styled
def draw_clouds(
    found: dict[tuple[str, bool], tuple[np.ndarray, np.ndarray, np.ndarray]], *, heading: str
) -> None:
    """What is read of 32 directions, seen along (1, 1, 1): the half that faces the viewer."""
    towards = np.ones(3) / np.sqrt(3)
    right = np.array([-1.0, 1.0, 0.0]) / np.sqrt(2)
    up = np.cross(towards, right)
    figure = new_figure(6.6, 6.8)
    axes = figure.subplots(2, 2)
    figure.subplots_adjust(0.08, 0.07, 0.98, 0.95, wspace=0.12, hspace=0.2)
    titles = {False: "not cured", True: "crosstalk cured"}
    for panel, letter, ((medium, cured), (readings, sent, points)) in zip(
        axes.flat,
        "abcd",
        sorted(found.items(), key=lambda item: (item[0][0] != "matched", item[0][1])),
        strict=True,
    ):
        facing = points @ towards > -0.05
        shown = facing[sent]
        colours = DARKER * direction_colours(points, np.ones(len(points)))[sent[shown]]
        panel.scatter(readings[shown] @ right, readings[shown] @ up, s=2.5, c=colours, lw=0)
        ends = points[facing]
        panel.plot(ends @ right, ends @ up, "+", color="black", ms=5, mew=0.7)
        circle = np.exp(1j * np.linspace(0, 2 * np.pi, 181))
        panel.plot(circle.real, circle.imag, color="0.6", lw=0.7, ls="--")
        panel.set_aspect("equal")
        panel.set_xlim(-2.1, 2.1)
        panel.set_ylim(-2.1, 2.1)
        name = "matched medium" if medium == "matched" else "garnet film"
        tag_panel(panel, letter, f"{name}, {CLOUD_LEVELS[medium]:g} dB, {titles[cured]}")
        if panel in axes[1]:
            panel.set_xlabel(r"$(m_y - m_x)/\sqrt{2}$ as read")
        if panel in axes[:, 0]:
            panel.set_ylabel(r"$(2m_z - m_x - m_y)/\sqrt{6}$ as read")
    (IMAGES / "capacity-clouds.png").write_bytes(render_png(headed(figure, heading)))


GAIN_HEADER = (
    "medium, S0 [dB]",
    "directions [bit/λ²]",
    "Mz, equal photons",
    "Mz, a third of the photons",
    "gain of directions",
    "of ball or directions, dwell as pays off",
    "not cured: directions, Mz",
    "Gaussian: directions, Mz",
)


def gains(rows: Sequence[Row]) -> list[list[object]]:
    """A line for each medium and level of noise."""
    found = []
    for medium in dict.fromkeys(row["medium"] for row in rows):
        for level in LEVELS:
            found.append(_gain(rows, medium, level))
    return found


def _gain(rows: Sequence[Row], medium: str, level: float) -> list[object]:
    def of(kind: str, dwells: Sequence[list[float]]) -> list[Row]:
        return select(rows, medium, level, kind, dwells)

    directions, mz = of("directions", [EVEN]), of("levels", [THRICE_Z, EVEN])
    free = of("directions", UNEVEN) + of("ball", UNEVEN)
    gaussian = [
        density(best(select(rows, medium, level, kind, [dwell], gaussian=True), "with"), "with")
        for kind, dwell in (("directions", EVEN), ("levels", THRICE_Z))
    ]
    most = density(best(mz, "with"), "with")
    return [
        f"{medium}, {level:g}",
        described(best(directions, "with")),
        described(best(mz, "with")),
        f"{density(best(of('levels', [ONLY_Z]), 'with'), 'with'):.1f}",
        f"**{density(best(directions, 'with'), 'with') / most:.2f}**",
        f"{density(best(free, 'with'), 'with') / most:.2f}",
        ", ".join(f"{density(best(part, 'without'), 'without'):.1f}" for part in (directions, mz)),
        ", ".join(f"{value:.0f}" for value in gaussian),
    ]


def density(row: Row, key: str) -> float:
    """Bits per square wavelength."""
    return row[key] / row["pitch"] ** 2


def described(row: Row) -> str:
    """Density, and where it was reached."""
    return f"{density(row, 'with'):.1f} ({row['points']} at {row['pitch']:g})"


def put_tables(measured: dict[str, list[Row]], page: Path = PAGE) -> None:
    """Replace the page's tables by those of what was measured."""
    put("gains", GAIN_HEADER, gains(measured["curves"]), page)
    put("pitches", *_ratios(measured["curves"]), page)
    put("threshold", *_threshold(measured["threshold"]), page)
    put("recordings", *_recordings(measured["recordings"]), page)


def put(name: str, header: Sequence[str], rows: Sequence[Sequence[object]], page: Path) -> None:
    """Replace what stands between the marks of a table."""
    start = f"<!-- table {name} of benchmarks/capacity.py -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(start)
    if not found:
        raise ValueError(f"{page.name} has no mark {start}")
    lines = Section("", header, rows).to_markdown().split("\n", 2)[2]
    page.write_text(f"{before}{start}\n\n{lines}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def _ratios(rows: Sequence[Row]) -> tuple[Sequence[str], list[list[object]]]:
    """Gain of directions at some pitches by themselves."""
    found: list[list[object]] = []
    for medium in ("matched", "film"):
        for level in LEVELS:
            pitch, one = against_pitch(select(rows, medium, level, "directions", [EVEN]), "with")
            _, other = against_pitch(select(rows, medium, level, "levels", [THRICE_Z, EVEN]), "with")
            shown = [f"{one[at] / other[at]:.2f}" for at in range(len(pitch)) if pitch[at] in SHOWN]
            found.append([f"{medium}, {level:g}", *shown])
    return ("medium, S0 [dB]", *(f"{pitch:g} λ" for pitch in SHOWN)), found


def _threshold(rows: Sequence[Row]) -> tuple[Sequence[str], list[list[object]]]:
    """Bits per area of two points, and of the better of 32 and 128."""
    pitches = sorted({row["pitch"] for row in rows})
    found: list[list[object]] = []
    for medium in ("matched", "film"):
        for part in sorted({row["threshold"] for row in rows}):
            cells = []
            for pitch in pitches:
                wanted = (medium, part, pitch, 35.0)
                keys = ("medium", "threshold", "pitch", "level")
                held = [row for row in rows if tuple(row[key] for key in keys) == wanted]
                two, more = ([row for row in held if (row["points"] == 2) is few] for few in (True, False))
                cells.append(
                    ", ".join(f"{max(density(best(part, 'bits'), 'bits'), 0):.1f}" for part in (two, more))
                )
            found.append([f"{medium}, {part:g}", *cells])
    return ("medium, threshold", *(f"{pitch:g} λ" for pitch in pitches)), found


def _recordings(rows: Sequence[Row]) -> tuple[Sequence[str], list[list[object]]]:
    header = (
        "medium, S0 [dB]",
        "pitch [λ]",
        "points",
        "rate",
        "code [bit/λ²]",
        "user, margins and all [bit/λ²]",
        "bits read",
        "errors",
    )
    return header, [
        [
            f"{row['medium']}, {row['level']:g}",
            f"{row['pitch']:g}",
            f"{row['points']} {row['kind']}",
            row["rate"],
            f"{row['code_density']:.1f}",
            f"{row['user_density']:.1f}",
            f"{row['bits']:.1e}",
            0 if row["right"] else "not readable",
        ]
        for row in rows
    ]
