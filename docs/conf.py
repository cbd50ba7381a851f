"""The documentation site: `sphinx-build -W --keep-going docs build/site`, or docs/build_site.py."""

from __future__ import annotations

import inspect
import os
import re
import sys
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
sys.path.insert(0, str(Path(__file__).parent))

from blocks import LONG_PAGES, to_run

import optomag as om
from optomag.page.live_page import live_page

project, author, release = "optomag", "The optomag authors", om.__version__
project_copyright = "The optomag authors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
exclude_patterns = ["README.md"]

html_theme = "furo"
html_title = f"optomag {release}"
html_show_sourcelink = False
html_copy_source = False

myst_heading_anchors = 4
nb_execution_mode = "cache"
nb_execution_in_temp = True
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
suppress_warnings = ["myst-nb.lexer"]  # cells that do not run say no language

autodoc_typehints = "none"  # numpydoc's Parameters say type, shape and unit
autodoc_member_order = "bysource"
autosummary_generate = False
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

LIVE_PAGE = "live.html"
"""At the root of the site."""

CODE = re.compile(r"(`[^`]*`)")
MARKUP = re.compile(r"[|*]|(?<=\w)_(?!\w)")
NAMES = re.compile(r"^```names\n(.*?)^```", re.MULTILINE | re.DOTALL)


def setup(app):
    """Pages are changed as they are read; the live page stands beside them when all is built."""
    app.connect("source-read", read_page)
    app.connect("autodoc-process-docstring", spelled_out, priority=400)  # before numpydoc
    app.connect("build-finished", write_live_page)


def read_page(app, docname, source):
    """Python blocks become cells that run, and lists of public names become their descriptions."""
    if docname.startswith("api/"):
        source[0] = NAMES.sub(lambda found: described(found[1].split()), source[0])
    elif docname + ".md" not in LONG_PAGES and app.builder.format == "html":
        source[0] = to_run(source[0])


def described(names: list[str]) -> str:
    """A table of the names, and then each with all that its docstring says."""
    lines = [".. currentmodule:: optomag", "", ".. autosummary::", "   :nosignatures:", ""]
    lines += [f"   {name}" for name in names]
    for name in names:
        thing = getattr(om, name)
        if inspect.isclass(thing):
            lines += ["", f".. autoclass:: {name}", "   :members:"]
        elif callable(thing):
            lines += ["", f".. autofunction:: {name}"]
        else:
            lines += ["", f".. autodata:: {name}", "   :no-value:"]
    return "```{eval-rst}\n" + "\n".join(lines) + "\n```"


def spelled_out(app, what, name, thing, options, lines):
    """|M| and E* stay what they are: docstrings are read in a terminal, too, and have no markup but code."""
    example = False
    for i, line in enumerate(lines):
        example = line.strip() != "" and (example or line.lstrip().startswith(">>>"))
        if not example:
            parts = CODE.split(line)
            lines[i] = "".join(
                part if k % 2 else MARKUP.sub(r"\\\g<0>", part) for k, part in enumerate(parts)
            )


def write_live_page(app, exception):
    """`optomag page` at the root."""
    if exception is None and app.builder.format == "html":
        Path(app.outdir, LIVE_PAGE).write_text(live_page(), encoding="utf-8")
