"""The live page with panels for what only the engine can do."""

from __future__ import annotations

from importlib import resources

from optomag.page.live_page import live_page

PROGRAM = ("served.js", "served_film.js", "served_jobs.js", "served_work.js", "served_section.js")
"""Parts of the panels' program, each of which knows those before it."""


def served_page() -> str:
    """HTML of the page; its panels ask the server that it comes from."""
    folder = resources.files("optomag.page")
    *parts, style = ((folder / name).read_text(encoding="utf-8") for name in (*PROGRAM, "served.css"))
    markup = f'<style>{style}</style>\n<section class="served" aria-label="Exact engine"></section>\n'
    return live_page(markup=markup, script="\n".join(parts))
