"""Links between the glossary, the page on methods and the thumbnails lead to headings and pictures that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import optomag as om
from optomag.inverse.orientation.method import Method

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("choose.md", "glossary.md", "thumbnails.md")


def anchors(page: Path) -> list[str]:
    """Of the headings, as repository browsers and the site make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_headings(name):
    targets = re.findall(r"\]\(([\w./-]*)#([^)]+)\)", (DOCS / name).read_text(encoding="utf-8"))
    assert [
        (page, heading) for page, heading in targets if heading not in anchors(DOCS / (page or name))
    ] == []


def test_tutorials_lead_to_headings():
    for tutorial in (DOCS / "tutorials").glob("*.ipynb"):
        for page, heading in re.findall(
            r"\]\(\.\./([\w-]+\.md)#([^)]+)\)", tutorial.read_text(encoding="utf-8")
        ):
            assert heading in anchors(DOCS / page)


def test_each_term_is_explained_once():
    terms = anchors(DOCS / "glossary.md")
    assert len(terms) == len(set(terms))


def test_the_page_on_methods_has_a_row_for_each():
    text = (DOCS / "choose.md").read_text(encoding="utf-8")
    methods = {
        name
        for name in om.__all__
        if isinstance(getattr(om, name), type) and issubclass(getattr(om, name), Method)
    }
    assert methods
    assert [name for name in sorted(methods) if f"| `{name}(" not in text] == []


@pytest.mark.parametrize("name", [*om.GALLERY, *om.STRUCTURES])
def test_everything_of_the_gallery_has_a_thumbnail_with_the_line_that_gives_it(name):
    call = "named_design" if name in om.GALLERY else "named_structure"
    text = (DOCS / "thumbnails.md").read_text(encoding="utf-8")
    assert (DOCS / "images" / "thumbnails" / f"{name}.png").exists()
    assert f"images/thumbnails/{name}.png)<br>" in text
    assert f'`om.{call}("{name}", lens)`' in text
