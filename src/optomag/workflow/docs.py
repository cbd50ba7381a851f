"""`optomag docs`: opens the documentation that came along with the package.

A release brings the site that Sphinx built, with every name and a search. Where there is none, as in a
checkout, the pages themselves are set in HTML, in the order of their index.
"""

from __future__ import annotations

import re
import shutil
import time
import webbrowser
from pathlib import Path

from optomag.errors import refuse
from optomag.io.files import storage_errors, write_text
from optomag.io.manifest import version
from optomag.io.result_folder import new_result
from optomag.io.shipped import shipped
from optomag.page.live_page import live_page
from optomag.plot.pages.markup import Html, element, fill, joined
from optomag.plot.pages.report_prose import PAGE, STYLE
from optomag.workflow.docs_config import DocsConfig
from optomag.workflow.progress import Progress

COMMAND, FORMAT = "optomag docs", "optomag-docs"
LIVE_PAGE = "live.html"

BESIDE = {".png", ".json", ".ipynb"}
"""What pages show and link."""

LINK = re.compile(r'(href=")([\w./-]+)\.md((?:#[^"]*)?")')
LISTED = re.compile(r"^```\{toctree\}\n(.*?)^```", re.MULTILINE | re.DOTALL)
CAPTION = re.compile(r"^:caption: (.+)$", re.MULTILINE)


def run_docs(config: DocsConfig, *, progress: Progress) -> Path:
    """Open the first page in a browser, or say where it is.

    Raises
    ------
    InvalidInputError
        If the folder for the pages cannot be used, or no pages came along.
    StorageError
        Where the file system refuses.
    """
    site = shipped("site")
    first = (site if site is not None else _set_pages(config.out)) / "index.html"
    if not config.no_browser and not webbrowser.open_new_tab(first.resolve().as_uri()):
        progress.say("no browser was found; open the file in one")
    progress.tell(f"the documentation of this version begins in {first}")
    progress.record({"file": first, "site": site is not None})
    return first


def _set_pages(out: Path) -> Path:
    """All pages as HTML in a folder, with their pictures, the tutorials and the live page."""
    source = shipped("docs")
    if source is None:
        refuse(
            "documentation",
            "installed with the package",
            "none",
            "Install optomag from a wheel or a checkout.",
        )
    started = time.time()
    pages = {page.relative_to(source).with_suffix(".html"): page for page in sorted(source.rglob("*.md"))}
    beside = [path for path in source.rglob("*") if path.suffix in BESIDE]
    names = (*pages, *(path.relative_to(source) for path in beside), Path(LIVE_PAGE))
    writes = {name.parts[0] for name in names}
    with new_result(out, kind=FORMAT, command=COMMAND, writes=sorted(writes)) as result:
        for name in names:
            with storage_errors(result.path / name):
                (result.path / name).parent.mkdir(parents=True, exist_ok=True)
        for path in beside:
            target = result.path / path.relative_to(source)
            with storage_errors(target):
                shutil.copyfile(path, target)
        for name, page in pages.items():
            write_text(result.path / name, _page(page, "../" * (len(name.parts) - 1)))
        write_text(result.path / LIVE_PAGE, live_page())
        result.seal(config={}, seed=None, started=started)
    return out


def _page(page: Path, up: str) -> str:
    """A page in HTML: Markdown as it stands, and of an index what it lists."""
    from markdown_it import MarkdownIt

    text = LISTED.sub(lambda found: _contents(found[1], page.parent), page.read_text(encoding="utf-8"))
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    linked = Html(LINK.sub(r"\1\2.html\3", html))
    ways = [element("a", "optomag", href=f"{up}index.html"), element("a", "live page", href=up + LIVE_PAGE)]
    body = joined([element("nav", joined(ways, " · "), class_="byline"), linked], "\n")
    style = Html(
        STYLE + "img { max-width: 100%; }\npre { overflow-x: auto; background: #f4f4f2; padding: .8rem; }\n"
    )
    return fill(PAGE, version=version(), title=_title(page), style=style, body=body)


def _contents(listed: str, folder: Path) -> str:
    """What an index lists, as links under its caption."""
    caption = CAPTION.search(listed)
    lines = ["", f"**{caption[1]}**" if caption else "", ""]
    for name in (line.strip() for line in listed.splitlines() if line.strip() and line[0] != ":"):
        page = folder / f"{name}.md"
        lines.append(f"* [{_title(page)}]({name}.md)" if page.is_file() else f"* [{name}]({name}.ipynb)")
    return "\n".join([*lines, ""])


def _title(page: Path) -> str:
    """The heading of a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return next((line[2:] for line in lines if line.startswith("# ")), page.stem)
