"""The live page by keyboard, by touch, by ear, and for eyes that see colours otherwise."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from optomag.page.live_page import live_page

TEXT, LARGE_OR_EDGE = 4.5, 3.0
"""Contrast of text, and of large text, of edges of controls and of lines (WCAG 2.2, 1.4.3 and 1.4.11)."""

APART = 20.0
"""CIE 1976 colour difference that nobody overlooks: some ten times what is just seen."""

REDRAWN = 10
"""Of 255, by which a colour may change where the same is drawn again."""

SEEN = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
"""Linear colours as they are seen (Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1)."""

TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])

CONTRASTS = """() => {
  const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const pairs = [];
  for (const node of document.querySelectorAll('body *')) {
    if (!node.checkVisibility() || ['SCRIPT', 'CANVAS', 'OPTION'].includes(node.tagName)) continue;
    const style = getComputedStyle(node), name = `${node.tagName} ${node.id || node.textContent.trim().slice(0, 30)}`;
    const control = ['INPUT', 'SELECT', 'BUTTON'].includes(node.tagName), drawn = ['range', 'checkbox'].includes(node.type);
    const written = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (written || (control && !drawn)) pairs.push([name, parts(style.color).slice(0, 3), behind(node), large ? 'large' : 'text']);
    if (control && !drawn) pairs.push([name, parts(style.borderTopColor).slice(0, 3), behind(node.parentElement), 'edge']);
  }
  return pairs;
}"""

LISTEN = """() => {
  window.visited = [];
  document.addEventListener('focusin', ({ target }) => {
    const style = getComputedStyle(target);
    const seen = target.matches(':focus-visible') && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const by = target.getAttribute('aria-labelledby');
    const name = target.labels?.[0]?.innerText || target.getAttribute('aria-label') ||
      (by && document.getElementById(by).innerText) || (['BUTTON', 'SUMMARY'].includes(target.tagName) && target.innerText);
    window.visited.push([controls.indexOf(target), seen, name || '', target.closest('section, header')?.className || '']);
  });
  document.getElementById('aberration').open = true;
  window.controls = [...document.querySelectorAll('button, input, select, summary, [tabindex="0"]')].filter((node) => node.checkVisibility());
  return controls.length;
}"""


def linear(colour):
    share = np.asarray(colour, dtype=float) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    darker, lighter = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def lab(colour, seen):
    """Of a colour as an eye sees it."""
    xyz = TO_XYZ @ np.clip(np.asarray(seen) @ linear(colour), 0, 1) / (TO_XYZ @ np.ones(3))
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one, other, seen):
    return float(np.linalg.norm(lab(one, seen) - lab(other, seen)))


@pytest.fixture(scope="module")
def colours():
    """Those of the page's drawings that mean something, [0..255] x 3."""
    page = live_page()
    named = dict(re.findall(r'\b(INK|FAINT|RIGHT|LEFT|WISH) = "(#\w{6})"', page))
    named |= {f"cut {axis}": colour for axis, colour in re.findall(r'\b([xyz]): \["(#\w{6})"', page)}
    assert len(named) == 8
    return {name: [int(text[i : i + 2], 16) for i in (1, 3, 5)] for name, text in named.items()}


def test_differences_of_colour_are_those_of_the_textbook():
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert lab([255, 0, 0], np.eye(3)) == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    assert all(np.allclose(np.sum(seen, axis=1), 1, atol=1e-3) for seen in SEEN.values())


@pytest.mark.parametrize("seen", SEEN.values(), ids=SEEN.keys())
def test_colours_with_a_meaning_stay_apart(colours, seen):
    for one, other in (("RIGHT", "LEFT"), ("RIGHT", "INK"), ("LEFT", "INK"), ("WISH", "INK")):
        assert difference(colours[one], colours[other], seen) > APART
    maps = json.loads(re.search(r"const MAPS = (.*);\n", live_page())[1])
    for name in ("mz", "strength"):
        steps = [maps[name][i] for i in np.linspace(0, 63, 5).astype(int)]
        assert all(difference(*pair, seen) > APART for pair in pairwise(steps)), name
    assert difference(maps["mz"][0], maps["mz"][-1], seen) > APART


def test_lines_and_letters_of_the_drawings_stand_out(colours):
    white = [255, 255, 255]
    for name in ("INK", "FAINT"):
        assert contrast(colours[name], white) > TEXT
    for name in ("RIGHT", "LEFT", "cut x", "cut y", "cut z"):  # ellipses have a white edge
        assert contrast(colours[name], white) > LARGE_OR_EDGE
    assert len({dash for _, dash in re.findall(r'\b([xyz]): \["#\w{6}", (\[.*?\])\]', live_page())}) == 3


@pytest.mark.slow
@pytest.mark.parametrize("line", ["wish=0,0,1&medium=faraday&value=100&ms=100000", "wish=1,0,1&inner=0.95"])
def test_everything_written_can_be_read(tab, line):
    tab.evaluate(
        "line => { optomag.show(line); optomag.refuse('A sentence.'); document.getElementById('aberration').open = true; }",
        line,
    )
    tab.wait_for_function("line => document.getElementById('command').textContent.includes(line)", arg=line)
    tab.wait_for_selector("#fault:not([hidden])")
    pairs = tab.evaluate(CONTRASTS)
    assert len(pairs) > 100
    dim = [pair for pair in pairs if contrast(*pair[1:3]) < (TEXT if pair[3] == "text" else LARGE_OR_EDGE)]
    assert not dim


@pytest.mark.slow
def test_a_dark_system_leaves_colours_that_mean_something(tab):
    shown = []
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        picture = Image.open(io.BytesIO(tab.screenshot()))
        shown.append(np.asarray(picture.convert("RGB"), dtype=int))
    assert np.abs(shown[0] - shown[1]).max() < REDRAWN


@pytest.mark.slow
def test_keys_reach_and_move_everything(browser, page_file):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(page_file.as_uri())
    page.wait_for_selector("body[data-ready]")
    count = page.evaluate(LISTEN)
    for _ in range(count):
        page.keyboard.press("Tab")
    visited = page.evaluate("visited")
    assert [place for place, *_ in visited] == list(
        range(count)
    )  # each once, as they stand: nothing holds the focus
    assert all(seen for _, seen, *_ in visited)
    assert all(name.strip() for _, _, name, _ in visited)
    panels = [panel for *_, panel in visited if panel]
    assert list(dict.fromkeys(panels)) == ["wish", "pupil", "focus", "away"]

    for aim, keys, part in (
        ("#na", "ArrowUp", "na=0.96"),
        ("#z1", "ArrowRight ArrowRight", "zernike=2,2:0.01"),
        ("#cure", "Space", "cure=1"),
        ("#method", "ArrowUp", "method=completed-basis"),
        ("#show", "ArrowDown", "show=strength"),
        ("#flat", "Enter", "method=completed-basis&show=strength"),
        ("#sphere", "ArrowDown", "na=0.96"),
    ):
        page.focus(aim)
        for key in keys.split():
            page.keyboard.press(key)
        page.wait_for_function("part => optomag.state().includes(part)", arg=part)

    words = "['sphere', 'pupil', 'xy', 'xz', 'key', 'cut'].map((id) => document.getElementById(id).getAttribute('aria-label'))"
    before = page.evaluate(words)
    page.evaluate("optomag.show('wish=1,0,0&method=optimal&na=0.7&nm=800&show=mz')")
    page.wait_for_function("optomag.numbers().M[0] > 0.5")
    assert all(was != now for was, now in zip(before, page.evaluate(words), strict=True))

    before = page.evaluate("history.length")
    page.focus("#sphere")
    for _ in range(3):
        page.keyboard.down("ArrowRight")  # held: it repeats
    page.keyboard.up("ArrowRight")
    page.wait_for_function("Math.abs(optomag.numbers().M[1]) > 0.01")
    assert page.evaluate("history.length") == before + 1
    page.focus("#undo")
    page.keyboard.press("Enter")
    page.wait_for_function("optomag.state().startsWith('wish=1,0,0&')")
    page.close()


@pytest.mark.slow
def test_a_drag_is_one_step_back(tab):
    tab.evaluate("optomag.show('wish=0,0,1&method=optimal')")
    tab.evaluate("document.getElementById('aberration').open = true")
    for aim, part in (("#z0", "zernike="), ("#sphere", "wish=")):
        before, length = tab.evaluate("[optomag.state(), history.length]")
        box = tab.locator(aim).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        tab.mouse.move(x, y)
        tab.mouse.down()
        for step in range(1, 5):
            tab.mouse.move(x + 6 * step, y + 2)
        tab.mouse.up()
        tab.wait_for_function("before => optomag.state() !== before", arg=before)
        assert part in tab.url
        assert tab.evaluate("history.length") == length + 1
        tab.go_back()
        tab.wait_for_function("before => optomag.state() === before", arg=before)
        tab.go_forward()


@pytest.mark.slow
def test_fingers_turn_and_paint_and_the_page_stays(browser, page_file):
    phone = browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    page = phone.new_page()
    page.goto(page_file.as_uri())
    page.wait_for_selector("body[data-ready]")
    fingers = phone.new_cdp_session(page)

    def drag(aim: str, up: float) -> float:
        """How far the page went while a finger went up from the middle of something."""
        page.locator(aim).scroll_into_view_if_needed()
        before, box = page.evaluate("scrollY"), page.locator(aim).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 9):
            points = [{"x": x + step, "y": y - up * step / 8}]
            fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(100)
        return page.evaluate("scrollY") - before

    def pinch(aim: str) -> float:
        """By how much two fingers on something enlarge the page."""
        page.locator(aim).scroll_into_view_if_needed()
        box = page.locator(aim).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for step in range(9):
            points = [{"x": x - side * (20 + 10 * step), "y": y, "id": side + 1} for side in (1, -1)]
            kind = "touchMove" if step else "touchStart"
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            page.wait_for_timeout(20)
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(100)
        scale = page.evaluate("visualViewport.scale")
        fingers.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
        return scale

    first = page.evaluate("optomag.state()")
    assert pinch("#sphere") > 1.05
    assert page.evaluate("optomag.state()") == first
    assert drag("#sphere", 60) == 0
    page.wait_for_function("first => optomag.state() !== first", arg=first)
    page.check("#painting")
    assert drag("#pupil", 80) == 0
    page.wait_for_function("optomag.state().includes('paint=')")
    page.uncheck("#painting")
    page.evaluate("document.getElementById('aberration').open = true")
    before = page.evaluate("optomag.state()")
    for aim in ("#z1", "#pupil", "#xy", "#pupil-note"):  # whatever a finger begins at, it moves the page
        assert drag(aim, 200) > 50
    assert pinch("#xy") > 1.05
    assert page.evaluate("optomag.state()") == before
    page.locator("#xy").tap()
    assert page.inner_text("#hover").startswith("x = ")
    box, bottom = page.locator("#hover").bounding_box(), page.viewport_size["height"]
    assert box["y"] + box["height"] <= bottom  # the answer is seen beside the map
    assert page.evaluate("document.getAnimations().length") == 0  # nothing moves by itself
    phone.close()
