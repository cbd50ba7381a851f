"""One file that opens in any browser: styles, program and constants in one page, without a server."""

from __future__ import annotations

import json
from importlib import resources

import matplotlib as mpl
import numpy as np

from optomag.magnetism.material_table import MATERIALS
from optomag.plot.style import INTENSITY_MAP
from optomag.plot.volume_figure import UPWARD_MAP

PROGRAM = (
    "optics.js",
    "methods.js",
    "state.js",
    "light.js",
    "colours.js",
    "views.js",
    "words.js",
    "svg.js",
    "takeaway.js",
    "keys.js",
    "app.js",
)
"""Parts of the program, each of which knows those before it."""

CYCLIC_MAP = "twilight"

SAMPLES = 64
"""Of each colour map; the page interpolates between them."""


def live_page(*, markup: str = "", script: str = "") -> str:
    """HTML of the page, some 117 kB, which asks nothing of any network.

    Parameters
    ----------
    markup : str
        HTML between the focus and what can be taken away: what a server offers besides.
    script : str
        JavaScript after the page's own, which sees all of it, `window.optomag` first: the end of app.js says
        what that has.

    Examples
    --------
    >>> page = live_page()
    >>> len(page) < 1_000_000, "http" in page.replace("http://www.w3.org/2000/svg", "")
    (True, False)
    """
    program = "\n".join([_constants(), *map(_part, PROGRAM), script]).replace('"use strict";\n', "")
    closure = f'(() => {{\n"use strict";\n{program}\n}})();'
    page = _part("page.html").replace("/*STYLE*/", _part("page.css"))
    return page.replace("/*MARKUP*/\n", markup).replace("/*SCRIPT*/", closure)


def _part(name: str) -> str:
    return (resources.files("optomag.page") / name).read_text(encoding="utf-8")


def _constants() -> str:
    """Colour maps of the library's figures, and magneto-optical constants of its table, as JavaScript."""
    names = {"strength": INTENSITY_MAP, "mz": UPWARD_MAP, "phase": CYCLIC_MAP}
    maps = {
        key: (255 * mpl.colormaps[name](np.linspace(0, 1, SAMPLES))[:, :3]).round(1).tolist()
        for key, name in names.items()
    }
    constants = {
        "spin": {"value": 0, "ms": 0},
        "verdet": {"value": _constant("terbium gallium garnet", "verdet"), "ms": 0},
        "faraday": {
            "value": _constant("bismuth iron garnet", "faraday_rotation"),
            "ms": _constant("bismuth iron garnet", "saturation_magnetization"),
        },
    }
    return f"const MAPS = {json.dumps(maps)};\nconst CONSTANTS = {json.dumps(constants)};"


def _constant(material: str, name: str) -> float:
    """A number of the library's table."""
    return float(getattr(MATERIALS[material], name).value)
