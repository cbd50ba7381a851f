"""The live page with panels for what only the engine can do."""

from __future__ import annotations

from importlib import resources

from optomag.page.live_page import live_page


def served_page() -> str:
    """HTML of the page."""
    folder = resources.files("optomag.page")
    script, style = (
        (folder / name).read_text(encoding="utf-8").replace('"use strict";\n', "")
        for name in ("served.js", "served.css")
    )
    before, end, after = live_page().rpartition("})();")
    more = "const plainFill = fillForms; fillForms = (n) => { plainFill(n); laterExact(); }; serveHere(); window.optomag.exact = () => exact;\n"
    return (before + script + more + end + after).replace("</style>", style + "</style>", 1)
