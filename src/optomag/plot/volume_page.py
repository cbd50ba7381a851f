"""A magnetization structure in three dimensions, as a web page to be turned by hand: one file, no network."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import matplotlib as mpl
import numpy as np

from optomag.plot.volume_figure import LYING, UPWARD_MAP
from optomag.plot.volume_scene import MagnetizationVolume, Scene, Solid, build_scene

LEVELS = (0.5, 0.3, 0.8)
"""Fractions of the largest |M| whose surfaces the page offers; the first is shown when it opens."""

SURFACE_OPACITY = 0.4
"""Of the surface, through which its arrows are seen."""

MOST_TRIANGLES = 45_000
"""In one page, of all its surfaces: more make it large and slow, and a coarser grid shows the same."""

MOST_CORNERS = 65_000
"""That 16 bits can count; larger solids are cut into parts."""

COLOURS = 33
"""Of the palette from down to up."""

UNITS = (("_deg", " [°]"), ("_wavelengths", " [λ]"))
"""Endings of the names of numbers, and how the page writes them."""

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0 auto; max-width: 1180px; padding: 12px 14px; color: #222;
  font: 15px/1.45 system-ui, sans-serif }}
h1 {{ font-size: 19px; margin: 0 }} p {{ margin: 2px 0 6px; color: #555 }}
#surfaces, #key {{ display: none }} .alive #surfaces {{ display: block }} .alive #key {{ display: flex }}
button {{ font: inherit; padding: 3px 10px; border: 1px solid #999; border-radius: 4px; background: #fff }}
button[aria-pressed=true] {{ background: #0072b2; border-color: #0072b2; color: #fff }}
#view {{ position: relative; height: min(86vw, 70vh); min-height: 300px }}
#view canvas {{ position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none }}
#view canvas:focus-visible {{ outline: 2px solid #0072b2 }}
#view img {{ max-width: 100%; max-height: 100%; display: block; margin: auto }}
#view img[hidden] {{ display: none }}
#key {{ align-items: center; gap: 8px; font-size: 13px }}
#key i {{ width: 140px; height: 12px; background: linear-gradient(90deg, {gradient}) }}
table {{ border-collapse: collapse; margin-top: 10px; font-size: 14px }}
th {{ text-align: left; font-weight: normal; padding-right: 24px }}
td {{ font-variant-numeric: tabular-nums }}
th, td {{ border-bottom: 1px solid #e4e4e4; padding-top: 2px; padding-bottom: 2px }}
</style></head>
<body><h1>{title}</h1><p>{heading}</p>
<div id="surfaces" role="group" aria-label="Surface of |M|">Surface at {buttons}</div>
<div id="view"><img src="data:image/png;base64,{picture}" alt="{title}: surface of |M| and arrows along M">
<canvas aria-hidden="true"></canvas>
<canvas tabindex="0" role="img"
  aria-label="{title} in 3-D: arrow keys turn it, + and - zoom, 0 sets it back"></canvas>
</div>
<div id="key"><span>M<sub>z</sub>/|M|</span> −1 <i></i> +1
<span>drag or arrow keys: turn; wheel, + and −: zoom; 0: back</span></div>
{numbers}
<script type="application/json" id="scene">{scene}</script><script>{viewer}</script></body></html>
"""


def volume_page(
    volume: MagnetizationVolume,
    *,
    wavelength: float,
    spacing: float | None = None,
    title: str = "Magnetization",
    heading: str = "",
    numbers: Mapping[str, float] | None = None,
    picture: bytes = b"",
) -> str:
    """HTML page with the surface of |M| and arrows along M, to turn, zoom and switch.

    Parameters
    ----------
    volume : MagnetizationVolume
    wavelength : float [m]
        The unit of the axes.
    spacing : float, optional [m]
        Between arrows; by default a little more than the structure is thick.
    title, heading : str
        Plain text above the picture: what it is; lens, film and unit.
    numbers : mapping of str to float, optional
        Shown in a table below, those that are finite.
    picture : bytes
        A PNG file, for browsers without scripts or WebGL.

    Returns
    -------
    str
        Below 2 MB; opens without a network.

    Raises
    ------
    InvalidInputError
        As `build_scene` does.
    """
    lowest = _lowest_level(volume)
    levels = [level for level in LEVELS if level > lowest] or [LEVELS[0]]
    every = 1
    while True:
        scenes = [
            build_scene(_thinned(volume, every), wavelength=wavelength, level=level, spacing=spacing)
            for level in levels
        ]
        count = len(scenes[0].arrows.triangles) + sum(len(scene.surface.triangles) for scene in scenes)
        if count <= MOST_TRIANGLES or min(map(len, volume.axes)) < 16 * (every + 1):
            break
        every += 1
    palette = (mpl.colormaps[UPWARD_MAP](np.linspace(0, 1, COLOURS))[:, :3] * 255).round().astype(int)
    names = [f"{100 * level:.0f} %" for level in levels] + ["none"]
    buttons = " ".join(
        f'<button type="button" aria-pressed="{str(n == 0).lower()}">{name}</button>'
        for n, name in enumerate(names)
    )
    return _PAGE.format(
        title=html.escape(title),
        heading=html.escape(heading).replace("\n", "<br>"),
        buttons=buttons,
        gradient=", ".join(f"rgb({r} {g} {b})" for r, g, b in palette[::4]),
        picture=base64.b64encode(picture).decode(),
        numbers=_table(numbers or {}),
        scene=json.dumps(_described(scenes, palette.tolist())),
        viewer=files("optomag.plot").joinpath("volume_viewer.js").read_text(encoding="utf-8"),
    )


def _thinned(volume: MagnetizationVolume, every: int) -> MagnetizationVolume:
    part = slice(None, None, every)
    x, y, z = (line[part] for line in volume.axes)
    return MagnetizationVolume(x, y, z, volume.magnetization[part, part, part])


def _described(scenes: list[Scene], palette: list[list[int]]) -> dict[str, Any]:
    """What the viewer reads: lengths in wavelengths from the middle of the box, as it is drawn."""
    first = scenes[0]
    middle, size = first.box.mean(axis=0) * first.scale, np.ptp(first.box, axis=0) * first.scale
    return {
        "size": size.tolist(),
        "palette": palette,
        "opacity": SURFACE_OPACITY,
        "view": _view(bool(size[2] > LYING * size[:2].max())),
        "names": [f"{name} / λ" for name in "xyz"],
        "ticks": [_ticks(first, i, float(middle[i]), float(size.max())) for i in range(3)],
        "arrows": _mesh(first.arrows, middle, size),
        "surfaces": [_mesh(scene.surface, middle, size) for scene in scenes],
    }


def _view(lying: bool) -> list[list[float]]:
    """Rows to the right, up and to the reader of the first view: z up, or to the right of needles."""
    axes = np.eye(3)[[2, 0, 1]] if lying else np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    spin, tilt = np.radians(-16.0 if lying else -30.0), np.radians(22.0)
    c, s, d, t = np.cos(spin), np.sin(spin), np.cos(tilt), np.sin(tilt)
    aside = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    down = np.array([[1, 0, 0], [0, d, -t], [0, t, d]])
    return (down @ aside @ axes).tolist()


def _mesh(solid: Solid, middle: np.ndarray, size: np.ndarray) -> list[dict[str, str]]:
    """Corners, normals, colours and faces of a solid, in parts that 16 bits can count."""
    most = MOST_CORNERS // 3
    parts = range(0, len(solid.triangles), most)
    return [_part(solid.triangles[k : k + most], solid.upward[k : k + most], middle, size) for k in parts]


def _part(triangles: np.ndarray, upward: np.ndarray, middle: np.ndarray, size: np.ndarray) -> dict[str, str]:
    # Arrows may reach a little beyond the box.
    at = np.clip((triangles - middle) / size + 0.5, 0, 1)
    corners, index = np.unique((65535 * at).round().astype("<u2").reshape(-1, 3), axis=0, return_inverse=True)
    faces = index.reshape(-1, 3)
    across = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    normals, shade, count = np.zeros((len(corners), 3)), np.zeros(len(corners)), np.zeros(len(corners))
    for corner in faces.T:
        np.add.at(normals, corner, across)
        np.add.at(shade, corner, upward)
        np.add.at(count, corner, 1)
    length = np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-30)
    colours = np.rint((0.5 + 0.5 * shade / count) * (COLOURS - 1)).clip(0, COLOURS - 1)
    arrays = {
        "corners": corners,
        "normals": np.rint(127 * normals / length).astype("i1"),
        "colours": colours.astype("u1"),
        "faces": faces.astype("<u2"),
    }
    return {name: base64.b64encode(values.tobytes()).decode() for name, values in arrays.items()}


def _ticks(scene: Scene, i: int, middle: float, longest: float) -> list[tuple[float, str]]:
    """Places along an axis, from the middle of the box as it is drawn, and what stands there."""
    low, high = scene.box[:, i]
    drawn = (high - low) * scene.scale[i]
    most = 6 if drawn > 0.35 * longest else 3
    step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1e9) if (high - low) / s <= most)
    edge = 0.06 * (high - low)  # clear of the corners, where the labels of two axes would meet
    ticks = np.arange(np.ceil((low + edge) / step), np.floor((high - edge) / step) + 1) * step + 0.0
    return [(tick * scene.scale[i] - middle, f"{tick:g}".replace("-", "−")) for tick in ticks.tolist()]


def _table(numbers: Mapping[str, float]) -> str:
    rows = "".join(
        f"<tr><th>{html.escape(_named(name))}</th><td>{_digits(value)}</td></tr>"
        for name, value in numbers.items()
        if np.isfinite(value)
    )
    return f"<table>{rows}</table>" if rows else ""


def _digits(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _named(name: str) -> str:
    for ending, unit in UNITS:
        name = name.replace(ending, unit) if name.endswith(ending) else name
    return name.replace("_", " ")


def _lowest_level(volume: MagnetizationVolume) -> float:
    """Smallest |M| over the largest: surfaces below it do not exist."""
    strength = np.linalg.norm(volume.magnetization, axis=-1)
    return float(strength.min() / strength.max())
