"""A Chromium with the live page in it, for the tests that drive it."""

from __future__ import annotations

import shutil

import pytest

from optomag.page.live_page import live_page


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra [browser]")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(live_page(), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def tab(browser, page_file):
    page, faults = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if "file:" not in request.url else None)
    page.goto(page_file.as_uri())
    page.wait_for_selector("body[data-ready]")
    yield page
    assert not faults
