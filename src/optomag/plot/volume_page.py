"""A magnetization structure in three dimensions, as a web page to be turned by hand: one file, no network."""

from __future__ import annotations

import html
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_hex

from optomag.plot.volume_figure import UPWARD_MAP
from optomag.plot.volume_scene import MagnetizationVolume, Scene, Solid, build_scene

LEVELS = (0.5, 0.3, 0.8)
"""Fractions of the largest |M| whose surfaces the page offers; the first is shown when it opens."""

SURFACE_OPACITY = 0.35
"""Of the surface, through which its arrows are seen."""

LARGEST_SIDE = 1.6
"""Longest side of the box, where 1 or so fills the window."""

VIEWPOINT = (0.85, -1.45, 0.65)
"""Direction of the first view, as in the printed figure."""

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>html, body {{ height: 100%; margin: 0; font: 15px/1.45 system-ui, sans-serif; color: #222 }}
body {{ display: flex; flex-direction: column }}
header {{ padding: 12px 18px 0 }} h1 {{ font-size: 18px; margin: 0 }} p {{ margin: 2px 0 0; color: #555 }}
main {{ flex: 1; min-height: 420px }} main > div {{ height: 100% }}</style></head>
<body><header><h1>{title}</h1><p>{caption}</p></header><main>{picture}</main></body></html>
"""


def volume_page(
    volume: MagnetizationVolume,
    *,
    wavelength: float,
    spacing: float | None = None,
    title: str = "Magnetization",
    caption: str = "",
) -> str:
    """HTML page with the surface of |M| and arrows along M, to turn, zoom and switch.

    Parameters
    ----------
    volume : MagnetizationVolume
    wavelength : float [m]
        The unit of the axes.
    spacing : float, optional [m]
        Between arrows; by default a little more than the structure is thick.
    title, caption : str
        Plain text above the picture.

    Returns
    -------
    str
        About 5 MB, nearly all of which is the drawing program (plotly.js); opens without a network.

    Raises
    ------
    InvalidInputError
        As `build_scene` does.
    """
    # Plotly takes a second to import and only this page needs it.
    import plotly.graph_objects as go

    lowest = _lowest_level(volume)
    levels = [level for level in LEVELS if level > lowest]
    scenes = [build_scene(volume, wavelength=wavelength, level=level, spacing=spacing) for level in levels]
    scenes = scenes or [build_scene(volume, wavelength=wavelength, level=0.5, spacing=spacing)]
    figure = go.Figure()
    for number, scene in enumerate(scenes):
        figure.add_trace(
            go.Mesh3d(_mesh(scene.surface), opacity=SURFACE_OPACITY, name="surface", visible=number == 0)
        )
    figure.add_trace(go.Mesh3d(_mesh(scenes[0].arrows), name="arrows", showscale=False))
    figure.update_layout(
        scene=_axes(scenes[0]),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        updatemenus=[_menu(levels, len(scenes))],
    )
    picture = figure.to_html(
        full_html=False,
        include_plotlyjs=True,
        div_id="structure",
        default_height="100%",
        config={"displaylogo": False, "responsive": True, "toImageButtonOptions": {"scale": 3}},
    )
    return _PAGE.format(title=html.escape(title), caption=html.escape(caption), picture=picture)


def _mesh(solid: Solid) -> dict[str, Any]:
    """Corners, faces and colours of a solid; equal corners once, so that it is shaded smoothly."""
    corners, index = np.unique(solid.triangles.reshape(-1, 3).round(5), axis=0, return_inverse=True)
    faces = index.reshape(-1, 3)
    colours = [to_hex(rgb) for rgb in mpl.colormaps[UPWARD_MAP](np.linspace(0, 1, 17))]
    x, y, z = corners.astype(np.float32).T
    # Plotly lights the side from which corners run clockwise.
    i, k, j = faces.astype(np.int32).T
    return {
        "x": x,
        "y": y,
        "z": z,
        "i": i,
        "j": j,
        "k": k,
        "intensity": solid.upward.astype(np.float32),
        "intensitymode": "cell",
        "colorscale": [[n / 16, colour] for n, colour in enumerate(colours)],
        "cmin": -1.0,
        "cmax": 1.0,
        "colorbar": {
            "title": {"text": "M<sub>z</sub> / |M|"},
            "len": 0.5,
            "thickness": 14,
            "tickvals": [-1, 0, 1],
        },
        "lighting": {"ambient": 0.75, "diffuse": 0.45, "specular": 0.1, "roughness": 0.6},
        "lightposition": {"x": 3000.0, "y": -4500.0, "z": 6000.0},
        "hoverinfo": "skip",
    }


def _axes(scene: Scene) -> dict[str, Any]:
    size = np.ptp(scene.box, axis=0) * scene.scale
    layout: dict[str, Any] = {
        "aspectmode": "manual",
        "aspectratio": dict(zip("xyz", (LARGEST_SIDE * size / size.max()).tolist(), strict=True)),
        "camera": {
            "eye": dict(zip("xyz", VIEWPOINT, strict=True)),
            "center": {"x": 0.0, "y": 0.0, "z": -0.05},
            "projection": {"type": "orthographic"},
        },
    }
    for i, name in enumerate("xyz"):
        low, high = scene.box[:, i]
        most = 8 if size[i] > 0.35 * size.max() else 4
        step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1e9) if (high - low) / s <= most)
        ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step + 0.0
        layout[f"{name}axis"] = {
            "title": {"text": f"{name} / λ"},
            "range": [low * scene.scale[i], high * scene.scale[i]],
            "tickvals": (ticks * scene.scale[i]).tolist(),
            "ticktext": [f"{tick:g}" for tick in ticks],
            "backgroundcolor": "white",
            "gridcolor": "#dddddd",
            "zerolinecolor": "#bbbbbb",
        }
    return layout


def _menu(levels: list[float], count: int) -> dict[str, Any]:
    """Buttons that choose the surface, the last one none; the arrows stay."""
    names = [f"{level:.0%}".replace("%", " %") for level in levels] + ["arrows only"]
    shown = [[number == chosen for number in range(count)] + [True] for chosen in range(count + 1)]
    return {
        "type": "buttons",
        "direction": "right",
        "showactive": True,
        "x": 0.02,
        "y": 0.99,
        "xanchor": "left",
        "yanchor": "top",
        "buttons": [
            {"label": name, "method": "restyle", "args": [{"visible": visible}]}
            for name, visible in zip(names, shown, strict=True)
        ],
    }


def _lowest_level(volume: MagnetizationVolume) -> float:
    """Smallest |M| over the largest: surfaces below it do not exist."""
    strength = np.linalg.norm(volume.magnetization, axis=-1)
    return float(strength.min() / strength.max())
