"""`optomag docs` opens what came along: the built site, or else the pages themselves."""

from __future__ import annotations

import re
import webbrowser
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.e2e.command import in_json

from optomag.cli import BAD_INPUT, DONE, main
from optomag.io.shipped import shipped
from optomag.workflow import docs

ROOT = Path(__file__).parents[2]


@pytest.fixture
def no_site(monkeypatch):
    """As in a checkout without a built site, also where the package is installed from a wheel, with one."""
    monkeypatch.setattr(docs, "shipped", {"site": None, "docs": ROOT / "docs"}.get)


@pytest.fixture
def opened(monkeypatch):
    addresses: list[str] = []
    monkeypatch.setattr(webbrowser, "open_new_tab", lambda address: addresses.append(address) or True)
    return addresses


def test_pages_are_set_with_their_pictures_and_every_link_leads_somewhere(no_site, opened, tmp_path):
    said = in_json("docs", "--out", tmp_path / "docs", "--no-browser")
    first = Path(said.record["file"])
    assert first == tmp_path / "docs" / "index.html"
    assert said.record["site"] is False
    assert opened == []
    pages = sorted(first.parent.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        if page.name == "live.html":
            continue
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"#]+)', text):
            if "://" not in target:
                assert (page.parent / unquote(target)).exists(), (
                    page.name,
                    target,
                )


def test_every_page_is_reached_from_the_first(no_site, tmp_path):
    assert main(["docs", "--out", str(tmp_path / "docs"), "--no-browser"]) == DONE
    text = (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")
    linked = set(re.findall(r'href="([\w-]+)\.html', text))
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} <= linked


def test_a_built_site_is_opened_where_it_is(monkeypatch, opened, tmp_path):
    (tmp_path / "index.html").write_text("the site")
    monkeypatch.setattr(docs, "shipped", lambda name: tmp_path if name == "site" else shipped(name))
    assert main(["docs"]) == DONE
    assert opened == [(tmp_path / "index.html").as_uri()]


def test_a_folder_of_something_else_is_left_alone(no_site, tmp_path, capsys):
    (tmp_path / "index.html").write_text("mine")
    assert main(["docs", "--out", str(tmp_path), "--no-browser"]) == BAD_INPUT
    assert (tmp_path / "index.html").read_text() == "mine"
    assert "index.html" in capsys.readouterr().err
