"""The live page: one file, and in a browser the very fields of the library."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image
from tests.e2e.command import in_json
from tests.sealing import sealed

import optomag as om
from optomag.cli import main
from optomag.io.files import write_json
from optomag.io.page_line import CELLS, PAGE_METHODS
from optomag.optics.focus import field_scale
from optomag.optics.jones import sampled_jones
from optomag.page.live_page import live_page
from optomag.page.state import page_state

AGREES = 1e-6
"""Largest difference of the page's field from the library's, over its largest value: what is promised."""

WIDTHS = 2e-5
"""Wavelengths, by which widths may differ: the library's splines."""

MAP_POINTS = 101
"""Along each axis of the page's maps."""

LEVELS, BLURRED = 3, 12
"""Of 255, by which colours of a map may differ from the library's: the page's map has 64 colours, a picture that is
drawn larger is smoothed, too."""

SVG = "{http://www.w3.org/2000/svg}"

POINTS = 9
"""Along each axis of the planes that are compared."""

LARGEST_PAGE = 1_000_000
"""Bytes that a page may have."""

WISHES = [
    "-0.559,-0.479,-0.56",
    "0,0,1",
    "0,0,-1",
    "1,0,0",
    "-1,0,0",
    "0,1,0",
    "0,-1,0",
    "-1,0,0.0000001",
    "0.25,0.433,0.866",
    "-0.25,-0.433,0.866",
    "-0.75,0.433,-0.5",
    "-0.433,-0.25,0.866",
]
"""The page's presets."""


STRONG = [
    "wish=1,2,3&method=optimal&zernike=6,6:1",
    "wish=1,2,3&method=four-beam&half=3&zernike=5,5:0.5",
    "wish=1,2,3&method=flat-amplitude&inner=0.3&vortex=3&step=x&zernike=3,3:-1_4,2:0.6_6,0:0.5",
]
"""Phases that turn many times around the pupil, as far as a line may tell."""


def random_states(count: int) -> list[str]:
    generator = np.random.default_rng(18)
    lines = []
    for number in range(count):
        wish = ",".join(f"{part:.5g}" for part in generator.normal(size=3))
        line = f"wish={wish}&na={generator.uniform(0.3, 1.35):.4g}&index=1.45&method={generator.choice(PAGE_METHODS)}"
        if number % 3 == 1:
            line += f"&inner={generator.uniform(0.1, 0.95):.3g}"
        if number % 3 == 2:
            line += f"&vortex={generator.integers(-2, 3)}&step={generator.choice(['x', 'y'])}"
        if number % 2:
            orders = ((2, 0), (2, 2), (3, 1), (4, 0), (3, -3))
            line += "&zernike=" + "_".join(f"{n},{m}:{generator.uniform(-0.15, 0.15):.3g}" for n, m in orders)
        if number % 5 == 4:
            line += "&paint=" + ".".join(map(str, generator.integers(0, 8, CELLS**2)))
        lines.append(line + f"&half={generator.choice(['0.5', '1', '1.5', '3'])}")
    return lines


def test_the_page_is_one_small_file_that_asks_no_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = in_json("page", "--out", "mine.html")
    text = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert text == live_page()
    assert said.record["bytes"] == len(text.encode()) < LARGEST_PAGE
    assert "mine.html" in said.told[-1]
    without_names = text.replace("http://www.w3.org/2000/svg", "")
    assert not any(word in without_names for word in ("http:", "https:", "fetch(", "XMLHttp", "import("))


def test_an_earlier_page_is_replaced_and_nothing_else(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert main(["page", "--out", "page.html"]) == 0
    assert main(["page", "--out", "page.html"]) == 0
    mine = tmp_path / "mine.html"
    mine.write_text("<p>mine</p>", encoding="utf-8")
    capfd.readouterr()
    assert main(["page", "--out", "mine.html"]) == 2
    assert "something else" in capfd.readouterr().err
    assert mine.read_text(encoding="utf-8") == "<p>mine</p>"
    assert main(["page", "--out", "page.txt"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [f"wish={wish}&method={method}" for wish in WISHES for method in PAGE_METHODS]
    + random_states(50)
    + STRONG,
)
def test_fields_are_those_of_the_library(tab, line):
    light = page_state(line).light
    half = page_state(line).half * light.lens.wavelength
    across, along = (
        part.ravel() for part in np.meshgrid(*2 * [np.linspace(-half, half, POINTS)], indexing="ij")
    )
    planes = [np.stack([across, along, 0 * along], axis=-1), np.stack([across, 0 * along, along], axis=-1)]
    numbers = tab.evaluate(
        "([line, n]) => ['xy', 'xz'].flatMap((names) => optomag.field(line, names, n))", [line, POINTS]
    )
    parts = np.reshape(numbers, (2 * POINTS**2, 3, 2))
    shown = parts[..., 0] + 1j * parts[..., 1]
    wanted = np.asarray(light.field(np.concatenate(planes), rtol=1e-9)) / field_scale(light.lens)
    turn = np.vdot(shown, wanted)  # a phase that nobody sees, free where a weight vanishes
    errors = np.abs(shown * turn / abs(turn) - wanted).reshape(2, -1).max(axis=-1)
    assert np.all(errors < AGREES * np.abs(wanted).reshape(2, -1).max(axis=-1))


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "wish=1,0,1",  # missed, and by how much is no part of the efficiency
        "wish=0,0,1&method=optimal&zernike=2,0:0.5",  # along z half of a weak focus is far away
        f"wish=1,0,1&method=optimal&step=x&paint=3x{CELLS**2 // 2}.0x{CELLS**2 // 2}",
    ],
)
def test_numbers_are_those_of_the_library(tab, line):
    tab.evaluate("line => optomag.show(line)", line)
    tab.wait_for_function("line => document.getElementById('command').textContent.includes(line)", arg=line)
    shown, state = tab.evaluate("optomag.numbers()"), page_state(line)
    spot, bound = om.spot_numbers(state.light), float(om.magnetization_bound(state.wish, state.lens))
    assert shown["efficiency"] == pytest.approx(spot.length / bound, abs=AGREES)
    assert shown["purity"] == pytest.approx(spot.purity, abs=AGREES)
    assert np.allclose(shown["widths"], spot.widths / state.lens.wavelength, rtol=0, atol=WIDTHS)
    if not state.masked:
        assert shown["efficiency"] == pytest.approx(float(state.design.efficiency), abs=AGREES)


@pytest.mark.slow
def test_the_address_follows_and_goes_back(tab):
    tab.evaluate("location.hash = ''")
    tab.select_option("#method", "optimal")
    tab.wait_for_function("optomag.state().includes('method=optimal')")
    assert "method=optimal" in tab.url
    tab.select_option("#preset", "+x")
    tab.wait_for_function("optomag.state().startsWith('wish=1,0,0')")
    tab.go_back()
    tab.wait_for_function("!optomag.state().startsWith('wish=1,0,0')")
    tab.focus("#sphere")
    before = tab.evaluate("optomag.state()")
    tab.keyboard.press("Shift+ArrowRight")
    tab.wait_for_function("before => optomag.state() !== before", arg=before)


@pytest.mark.slow
@pytest.mark.parametrize(("value", "told"), [("-36.4", False), ("36.4", True)])
def test_a_magnet_that_turns_against_the_spin_is_told(tab, value, told):
    assert (om.magneto_optical_constant(float(value), index=1.0, wavelength=532e-9) < 0) is told
    tab.evaluate("hash => { location.hash = hash }", f"#wish=0,0,1&medium=verdet&value={value}")
    tab.wait_for_function("value => optomag.state().includes(`value=${value}`)", arg=value)
    tab.wait_for_function("told => document.getElementById('against').hidden !== told", arg=told)


@pytest.mark.slow
@pytest.mark.parametrize(
    "hash",
    [
        "#wish=0,0,0",
        "#wish=1e400,0,0",
        "#na=3",
        "#na=0.9&na=0.8",
        "#na",
        "#colour=red",
        "#value=1e12",
        "#zernike=2,1:1",
        "#zernike=2,2:0.1_2,2:0.1",
        "#nm=%zz",
    ],
)
def test_an_address_that_means_nothing_is_said(tab, hash):
    tab.evaluate("hash => { location.hash = hash }", hash)
    tab.wait_for_selector("#fault:not([hidden])")
    assert "not understood" in tab.inner_text("#fault")


@pytest.mark.slow
def test_what_is_typed_is_taken_or_refused_in_a_sentence(tab):
    tab.evaluate("optomag.show('wish=0,0,1')")
    for field, typed, taken in [
        ("na", "0,85", "na=0.85"),
        ("mW", "2,5", "mW=2.5"),
        ("mx", "0,3", "wish=0.3,"),
    ]:
        tab.fill(f"#{field}", "")
        tab.type(f"#{field}", typed)
        tab.keyboard.press("Tab")
        tab.wait_for_function("taken => optomag.state().includes(taken)", arg=taken)
    before = tab.evaluate("optomag.state()")
    for field, typed, told in [
        ("azimuth", "", "no number"),
        ("polar", "200", "0 to 180"),
        ("my", "", "finite numbers"),
        ("nm", "1e999", "wavelength must be"),
    ]:
        tab.evaluate("before => optomag.show(before)", before)
        tab.fill(f"#{field}", "")
        tab.type(f"#{field}", typed)
        tab.keyboard.press("Tab")
        tab.wait_for_selector(f"#fault:has-text('{told}')")
        assert tab.evaluate("optomag.state()") == before


TAKEN = [
    "wish=1,0,1&na=1.2&index=1.45&nm=635&method=flat-amplitude&inner=0.3&vortex=1&step=y&zernike=2,2:0.05_3,-1:-0.02",
    "wish=0.433012702,-0.25,0.866025404&method=completed-basis&medium=verdet&value=-36.4",
    f"wish=0,0,1&method=optimal&paint=3x{CELLS**2 // 2}.0x{CELLS**2 // 2}",
]


@pytest.mark.slow
@pytest.mark.parametrize("line", TAKEN)
def test_the_lines_and_the_table_to_take_away_are_what_is_shown(tab, line):
    tab.evaluate("line => optomag.show(line)", line)
    tab.wait_for_function("line => document.getElementById('command').textContent.includes(line)", arg=line)
    assert tab.inner_text("#command") == f'optomag design --state "{line}"'
    with tab.expect_download() as waiting:
        tab.click("#csv")
    rows = np.loadtxt(waiting.value.path(), delimiter=",", skiprows=2)[::97]
    names: dict[str, om.Light] = {}
    exec(tab.inner_text("#python"), names)
    points = np.column_stack([rows[:, :2] * 1e-9, np.zeros(len(rows))])
    wanted = np.asarray(names["light"].reduced_magnetization(points))
    assert np.abs(rows[:, 2:] - wanted).max() < AGREES * np.abs(wanted).max()


def taken(tab: Any, button: str) -> bytes:
    """The file that a button of the page gives."""
    with tab.expect_download() as waiting:
        tab.click(button)
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.slow
def test_figures_that_are_taken_away_carry_the_map(tab):
    line = "wish=1,0,-1&method=optimal&show=mz"
    tab.evaluate("line => optomag.show(line)", line)
    tab.wait_for_function("line => document.getElementById('command').textContent.includes(line)", arg=line)
    tab.uncheck("#marks")  # they lie on the map
    figure, png = ElementTree.fromstring(taken(tab, "#svg")), Image.open(io.BytesIO(taken(tab, "#png")))
    tab.check("#marks")
    light = page_state(line).light
    axis = np.linspace(-1, 1, MAP_POINTS) * light.lens.wavelength
    M = np.asarray(light.reduced_magnetization(om.Grid(axis, axis, np.zeros(1))))[:, :, 0]
    share = 0.5 + 0.5 * M[..., 2] / np.linalg.norm(M, axis=-1).max()
    wanted = 255 * np.transpose(mpl.colormaps["coolwarm"](share)[..., :3], (1, 0, 2))[::-1]  # y upwards

    texts = ["".join(text.itertext()) for text in figure.iter(f"{SVG}text")]
    assert "NA 0.95, index 1, 532 nm" in figure.find(f"{SVG}title").text
    assert texts.count("200 nm = 0.38 λ") == 2  # one bar on each map
    assert {"x / wavelength", "y / wavelength", "z / wavelength", "M_z/γ / (V²/m²)"} < set(texts)
    pictures = [image.get("href").partition(",")[2] for image in figure.iter(f"{SVG}image")]
    pupil, xy, xz = (np.asarray(Image.open(io.BytesIO(base64.b64decode(text)))) for text in pictures)
    assert xy.shape == xz.shape == (MAP_POINTS, MAP_POINTS, 4)
    assert pupil[..., 3].any()
    assert np.abs(xy[..., :3] - wanted).max() < LEVELS

    box = {name: tab.locator(f"#{name}").bounding_box() for name in ("pupil", "xy", "xz", "key")}
    wide = sum(box[name]["width"] for name in ("pupil", "xy", "xz"))
    high = box["pupil"]["height"] + 30 + box["key"]["height"]
    assert np.allclose(png.size, (wide, high), atol=3)
    left, top, side = tab.evaluate("optomag.frame('xy')")
    at = np.linspace(0.1, 0.9, 9)  # clear of the ticks and the bar, but for its corner
    columns, rows = (
        np.round(begin + side * at).astype(int) for begin in (box["pupil"]["width"] + left, 30 + top)
    )
    shown = np.asarray(png.convert("RGB"), dtype=float)[rows][:, columns]
    places = np.round((MAP_POINTS - 1) * at).astype(int)
    clear = ~((at[:, None] > 0.8) & (at[None, :] > 0.4))
    assert np.abs(shown - wanted[places][:, places])[clear].max() < BLURRED

    masks = np.asarray(Image.open(io.BytesIO(taken(tab, "#masks"))).convert("L"), dtype=int)
    side = len(masks) // 2
    centres = (2 * np.arange(side) + 1) / side - 1
    inside = np.hypot(centres[:, None], centres) < 1
    # component, row from the top, column
    jones = np.transpose(sampled_jones(light.beam, side), (2, 1, 0))[:, ::-1] * inside
    for c, part in enumerate(jones):
        phases, sizes = masks[:side, c * side :][:, :side], masks[side:, c * side :][:, :side]
        off = phases - np.angle(part) * 128 / np.pi
        lit = np.abs(part) > 0.01 * np.abs(jones).max()
        assert np.abs((off + 128) % 256 - 128)[lit].max() < 0.51
        assert np.abs(sizes - 255 * np.abs(part) / np.abs(jones).max()).max() < 1


@pytest.mark.slow
def test_phase_is_painted_and_maps_are_read_by_keys(tab):
    tab.evaluate("optomag.show('wish=0,0,1&method=optimal')")
    tab.check("#painting")
    tab.focus("#pupil")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Space")
    tab.wait_for_function("optomag.state().includes('paint=')")
    assert page_state(tab.evaluate("optomag.state()")).paint[(CELLS // 2 + 1) * CELLS + CELLS // 2] == 4
    tab.go_back()
    tab.wait_for_function("!optomag.state().includes('paint=')")
    tab.uncheck("#painting")
    tab.focus("#xy")
    tab.keyboard.press("Shift+ArrowLeft")
    assert tab.inner_text("#hover").startswith("x = -106 nm, y = 0 nm")


@pytest.mark.slow
def test_more_in_the_page_hears_each_change(browser, tmp_path):
    file = tmp_path / "page.html"
    script = 'optomag.onChange((line, lasting) => { $("heard").textContent = `${lasting} ${line}`; });'
    file.write_text(
        live_page(markup='<section><p id="heard"></p></section>', script=script), encoding="utf-8"
    )
    page = browser.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("#heard:has-text('true wish=-0.559,-0.479,-0.56')")
    assert page.get_attribute("#undo", "aria-disabled") == "true"  # it does not leave the page
    page.evaluate("document.getElementById('undo').click(), optomag.show('wish=0,0,1&method=optimal')")
    page.wait_for_selector("#heard:has-text('true wish=0,0,1&method=optimal')")
    assert page.evaluate("optomag.numbers().efficiency") == pytest.approx(1)
    page.click("#undo")
    page.wait_for_selector("#heard:has-text('true wish=-0.559,-0.479,-0.56')")
    page.go_forward()
    page.wait_for_selector("#heard:has-text('true wish=0,0,1&method=optimal')")
    page.evaluate("optomag.show('wish=0,0,0')")
    assert "not all 0" in page.inner_text("#fault")
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 768, 390])
def test_nothing_is_wider_than_the_window(tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_a_state_of_the_page_is_designed_by_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = "wish=1,0,1&na=0.9&nm=635&method=optimal"
    said = in_json("design", "--state", line, "--no-picture", "--out", "d")
    assert said.told[0].startswith("NA 0.9")
    assert said.record["efficiency"] == pytest.approx(1.0)
    found = om.load("d")
    assert (found.light.lens.na, found.light.lens.wavelength) == (0.9, pytest.approx(635e-9))


def test_a_state_with_masks_is_written_as_light(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = "wish=0,0,1&method=optimal&inner=0.5&zernike=2,2:0.05"
    said = in_json("design", "--state", line, "--no-picture", "--out", "d")
    assert said.record["state"] == line
    assert not (tmp_path / "d" / "light.png").exists()
    point = np.zeros((1, 3))
    saved = np.asarray(om.load("d").reduced_magnetization(point))
    record = json.loads((tmp_path / "d" / "light.json").read_text(encoding="utf-8"))
    assert record["page"] == line
    assert np.allclose(saved, np.asarray(page_state(line).light.reduced_magnetization(point)), atol=1e-12)
    write_json(tmp_path / "d" / "light.json", record | {"page": line + "&na=0.9"})
    sealed(tmp_path / "d")
    with pytest.raises(om.InvalidInputError, match="page of light must be"):
        om.load("d")


def test_light_that_writes_nothing_has_no_direction(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = in_json("design", "--state", "wish=0,0,1&method=optimal&vortex=2", "--no-picture", "--out", "d")
    assert (said.record["angle_error_deg"], said.record["efficiency"]) == (90, 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--state", "wish=0,0,1", "--na", "0.9"],
        ["--state", "wish=0,0,1", "--direction", "0", "0", "1"],
        ["--state", "wish=0,0,0"],
        ["--state", "wish=0,0,1&inner=0.5", "--device", "holoeye-pluto-2"],
    ],
)
def test_a_state_that_cannot_be_taken_is_refused(arguments, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert main(["design", *arguments, "--out", "d"]) == 2
    assert len(capfd.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "d").exists()
