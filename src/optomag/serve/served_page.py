"""The live page with panels for what only the engine can do."""

from __future__ import annotations

from importlib import resources

from optomag.page.live_page import live_page


def served_page() -> str:
    """HTML of the page; its panels ask the server that it comes from."""
    folder = resources.files("optomag.page")
    script, style = ((folder / name).read_text(encoding="utf-8") for name in ("served.js", "served.css"))
    markup = f'<style>{style}</style>\n<section class="served" aria-label="Exact engine"></section>\n'
    return live_page(markup=markup, script=script)
