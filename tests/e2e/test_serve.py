"""`optomag serve` as a user meets it: an address, the page, long work beside it, and its end."""

from __future__ import annotations

import base64
import contextlib
import http.client
import io
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.e2e.command import in_json, start

import optomag as om
from optomag.cli import BAD_INPUT, INTERRUPTED, main
from optomag.optics.focus import field_scale
from optomag.page.state import page_state

pytest.importorskip("starlette", reason="needs the extra [serve]")
pytest.importorskip("uvicorn", reason="needs the extra [serve]")

pytestmark = pytest.mark.slow

EQUAL = 1e-12
"""Of the largest field: what the server sends is what the library computes."""

PATIENCE = 200.0
"""Seconds that are waited for something that takes a few."""

FILM = {"film": ["2.0:5", "2.9+3.6j:20", "2.0:60"], "substrate": "1.46", "layer": 2}
LAYERS = om.Film([(2.0, 5e-9), (2.9 + 3.6j, 20e-9), (2.0, 60e-9)], 1.46, magnet=2)
LONG = {
    "command": "shape",
    "toml": "steps = 100000\n[target]\nkind = 'neel-skyrmion'\n",
    "options": {"no_picture": True},
}
SPOT = "[target]\nkind = 'spots'\npositions_nm = [[0, 0, 0]]\ndirections = [[0, 0, 1]]\n"


class Server:
    """A running `optomag serve`, and what it answers."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process, self.folder, lines = process, folder, []
        assert process.stdout is not None
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1], process.stderr and process.stderr.read()
        self.said = json.loads("".join(lines))
        self.port, self.token, self.address = (self.said[name] for name in ("port", "token", "address"))

    def raw(
        self, path: str, body: Any = None, method: str | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Status and bytes of an answer."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {self.token}", **headers}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, given, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def asked(self, *arguments: Any, **more: Any) -> tuple[int, dict[str, Any]]:
        """Status and values of an answer."""
        status, data = self.raw(*arguments, **more)
        return status, json.loads(data)

    def ended(self, name: str) -> dict[str, Any]:
        """A job when it has ended."""
        return self.when(name, lambda job: job["state"] not in ("running", "stopping"))

    def when(self, name: str, reached: Any) -> dict[str, Any]:
        """A job when something is reached."""
        end = time.monotonic() + PATIENCE
        while not reached(job := self.asked(f"/api/jobs/{name}")[1]):
            assert time.monotonic() < end, job
            time.sleep(0.1)
        return job

    def children(self) -> set[int]:
        """Its processes."""
        listed = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(number) for task in listed for number in task.read_text(encoding="ascii").split()}


@contextlib.contextmanager
def serving(folder: Path):
    process = start(["serve", "--json", "--out", folder], folder.parent)
    try:
        yield Server(process, folder)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("serve") / "out") as running:
        yield running


@pytest.fixture(scope="module")
def job(server):
    """Name of a piece of work that is done."""
    asked = {"command": "shape", "toml": SPOT, "options": {"no_picture": True}}
    name = server.asked("/api/jobs", asked)[1]["name"]
    assert server.ended(name)["state"] == "done"
    return name


def sentence(values: dict[str, Any]) -> str:
    """What a refusal says; tests/unit/serve/test_application.py has all of them."""
    assert list(values) == ["error"]
    assert values["error"].endswith("."), values
    return values["error"]


def test_the_page_comes_without_a_token_and_takes_nothing_from_elsewhere(server):
    request = urllib.request.Request(f"http://localhost:{server.port}/")
    with urllib.request.urlopen(request) as answer:
        text, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    assert '<section class="served"' in text
    assert server.token not in text
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy


def test_what_comes_over_the_line_is_refused_in_a_sentence(server):
    for status, method, headers in (
        (401, "GET", {"Authorization": "Bearer wrong"}),
        (421, "GET", {"Host": "rebound.example"}),
        (403, "POST", {"Origin": "http://elsewhere.example"}),
        (405, "PUT", {}),
    ):
        told, values = server.asked(
            "/api/jobs", b"" if method in ("POST", "PUT") else None, method, **headers
        )
        assert told == status
        sentence(values)
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as line:
        line.sendall(b"GARBAGE \x00\xff\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_body_without_end_is_refused(server):
    status, values = server.asked("/api/jobs", b" " * (2**25 + 1))
    assert status == 413
    sentence(values)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        headers = {"Authorization": f"Bearer {server.token}", "Transfer-Encoding": "chunked"}
        with contextlib.suppress(ConnectionError):  # it may be closed before all is sent
            connection.request("POST", "/api/jobs", iter([b" " * 2**20] * 33), headers, encode_chunked=True)
        answer = connection.getresponse()
        assert answer.status == 413
        sentence(json.loads(answer.read()))


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "wish=0,0,1&method=optimal", "film": FILM, "points": 15, "heights": 11},
        {
            "state": "wish=1,0,1&na=1.3&index=1.5&method=completed-basis&inner=0.2&zernike=3,1:0.1",
            "points": 9,
        },
    ],
)
def test_a_field_is_the_librarys(server, asked):
    status, said = server.asked("/api/focus", asked)
    assert status == 200
    page = page_state(asked["state"])
    film = LAYERS if "film" in asked else None
    method = om.Optimal() if "optimal" in asked["state"] else om.CompletedBasis()
    beam = page.behind_masks(om.design(page.wish, page.lens, method=method, film=film).beam).normalized()
    require_equal(said, beam, page.lens, film)


def require_equal(said: dict[str, Any], beam: Any, lens: om.Objective, film: om.Film | None) -> None:
    """What was sent, against `om.focus_field` at the same points."""
    x, z = np.array(said["x_nm"]) * 1e-9, np.array(said["z_nm"]) * 1e-9
    height = [said["height_nm"] * 1e-9]
    for name, grid in (("xy", om.Grid(x, x, height)), ("xz", om.Grid(x, [0.0], z))):
        wanted = np.asarray(om.focus_field(beam, lens, grid, film=film)) / field_scale(lens)
        shown = np.frombuffer(base64.b64decode(said["fields"][name]), "<f8").view(np.complex128)
        assert np.abs(shown - wanted.ravel()).max() < EQUAL * np.abs(wanted).max()


def test_work_is_that_of_the_library_and_can_be_fetched(server, job):
    job = server.asked(f"/api/jobs/{job}")[1]
    same = om.shape(
        om.SpotArray([[0.0, 0.0, 0.0]], [[0.0, 0.0, 1.0]]), om.Objective(na=0.95, wavelength=532e-9)
    )
    made = om.load(server.folder / job["name"] / "result")
    assert made.metrics == pytest.approx(same.metrics, rel=1e-9, abs=1e-9)
    status, archive = server.raw(f"/api/jobs/{job['name']}/zip")
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        assert {name.partition("/")[2] for name in packed.namelist()} == {
            file["name"] for file in job["files"]
        }
    status, record = server.raw(f"/api/jobs/{job['name']}/files/result/design.json")
    assert json.loads(record) == json.loads((server.folder / job["name"] / "result/design.json").read_bytes())
    assert job["name"] in {each["name"] for each in server.asked("/api/jobs")[1]["jobs"]}
    exported = {"command": "export", "source": job["name"], "options": {"cell_nm": [50], "no_picture": True}}
    assert server.ended(server.asked("/api/jobs", exported)[1]["name"])["state"] == "done"


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..%2f..%2fmanifest.json",
        "%2e%2e/x",
        "/etc/passwd",
        "result/..%5c..%5cx",
        "nothing",
        "%00",
        "C:/x",
        "result",
    ],
)
def test_no_name_leads_out_of_a_jobs_folder(server, job, name):
    status, values = server.asked(f"/api/jobs/{job}/files/{name}")
    assert status in (400, 404)
    sentence(values)


def test_fields_are_answered_while_two_structures_are_made(server):
    names = [server.asked("/api/jobs", LONG)[1]["name"] for _ in range(2)]
    for name in names:
        server.when(name, lambda job: job["reading"])
    for number in range(3):
        assert server.asked("/api/focus", {"state": f"wish=0,{number},1"})[0] == 200
    assert [server.asked(f"/api/jobs/{name}")[1]["state"] for name in names] == ["running", "running"]
    for name in names:
        server.asked(f"/api/jobs/{name}", method="DELETE")
    for name in names:
        job = server.ended(name)
        assert job["state"] == "stopped"
        if "best until then" in job["sentence"]:
            assert om.load(server.folder / name / "result").stopped


def gone(numbers: set[int]) -> bool:
    """Whether no process of these numbers runs."""
    states = []
    for number in numbers:
        with contextlib.suppress(OSError):
            states.append(
                Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            )
    return all(state == "Z" for state in states)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are counted as Linux tells them")
@pytest.mark.parametrize("ending", [pytest.param("SIGTERM", marks=pytest.mark.long), "SIGKILL"])
def test_whatever_ends_the_server_ends_its_workers(tmp_path, ending):
    with serving(tmp_path / "out") as server:
        ends_with_its_workers(server, ending)


def ends_with_its_workers(server: Server, ending: str) -> str:
    """Send a signal to a server that works; its remarks, once nothing of it is left."""
    name = server.asked("/api/jobs", LONG)[1]["name"]
    server.when(name, lambda job: job["reading"])
    children = server.children()
    assert children
    server.process.send_signal(getattr(signal, ending))
    remarks = server.process.communicate(timeout=PATIENCE)[1]
    end = time.monotonic() + PATIENCE
    while not gone(children):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert "Traceback" not in remarks
    return remarks


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_in_json_the_address_comes_first(tmp_path):
    port = free_port()

    def end_it() -> None:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                time.sleep(0.5)
                signal.raise_signal(signal.SIGINT)
                return
            time.sleep(0.1)

    threading.Thread(target=end_it, daemon=True).start()
    said = in_json("serve", "--port", port, "--out", tmp_path / "out", code=INTERRUPTED)
    assert said.record["address"] == f"http://127.0.0.1:{port}/?token={said.record['token']}"
    assert said.told == [f"serving at {said.record['address']}"]


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host", ""])
def test_an_address_that_is_not_here_is_refused(host, tmp_path, capfd):
    assert main(["serve", "--host", host, "--out", str(tmp_path)]) == BAD_INPUT
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_a_port_in_use_is_refused(tmp_path, capfd):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port, "--out", str(tmp_path)]) == BAD_INPUT
    assert port in capfd.readouterr().err


def test_without_the_extra_it_is_named(tmp_path, capfd, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve", "--out", str(tmp_path)]) == BAD_INPUT
    assert "pip install 'optomag[serve]'" in capfd.readouterr().err


@pytest.fixture(scope="module")
def tab(server):
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra [browser]")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page, faults = browser.new_page(viewport={"width": 1280, "height": 900}), []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{server.address}#wish=0,0,1&method=optimal")
        page.wait_for_selector(".served[data-exact*='wish=0,0,1']")
        yield page
        browser.close()
    assert not faults


def test_the_page_shows_the_exact_field_of_its_state_in_a_film(server, tab):
    assert "token" not in tab.url, "the address can be copied without it"
    said = tab.evaluate("""() => { const { light, fields, ...rest } = optomag.exact();
        return { ...rest, light, fields: Object.fromEntries(Object.entries(fields).map(([name, part]) => [name, Array.from(part)])) } }""")
    page = page_state(said["light"]["state"])
    assert str(page) == tab.evaluate("optomag.state()") == "wish=0,0,1&method=optimal"
    film = om.Film([(2.3, 80e-9)], 1.46)
    beam = om.design(page.wish, page.lens, film=film).beam
    packed = {
        name: base64.b64encode(np.array(part, "<f8").tobytes()) for name, part in said["fields"].items()
    }
    require_equal({**said, "fields": packed}, beam, page.lens, film)
    assert "layer 1 of 1" in tab.inner_text("#exact-told")
    tab.wait_for_selector("#numbers:not(:has-text('…'))")
    bar = {
        cell[0]: cell[1:]
        for cell in tab.evaluate(
            "[...document.querySelectorAll('#numbers div')].map(cell => [...cell.children].map(part => part.innerText))"
        )
    }
    light = om.design(page.wish, page.lens, film=film)
    spot = om.spot_numbers(light)
    assert bar["|M| at unit power"][1] == f"{spot.length:.4f}" != bar["|M| at unit power"][0]
    assert (
        bar["width x"][1] == f"{spot.widths[0] / page.lens.wavelength:.3f} λ = {spot.widths[0] * 1e9:.0f} nm"
    )
    assert bar["purity"][1] == f"{spot.purity:.3f}"
    assert bar["efficiency"] == ["100.0 %", "100.0 %"]
    assert ["bare focus", "in the film"] in bar.values()
    tab.fill("#film-layers input[type=text]", "2,9 + 3,6 i")
    tab.press("#film-layers input[type=text]", "Tab")
    assert tab.input_value("#film-layers input[type=text]") == "2.9+3.6j"
    tab.select_option("#film-preset", "none: the bare focus")
    assert tab.locator("#numbers .in-film").count() == 0


def test_the_page_makes_a_scan_and_says_what_is_wrong(tab):
    tab.click("#served-tab-scan")
    tab.click("#scan-go")
    tab.wait_for_selector("#scan-job img", timeout=1000 * PATIENCE)
    assert "done" in tab.inner_text("#scan-job [role=status]")
    tab.fill("#scan-every", "0")
    tab.click("#scan-go")
    tab.wait_for_selector("#scan-fault:not([hidden])")
    assert "every must be" in tab.inner_text("#scan-fault")


def test_the_page_sends_pictures_and_lists_what_was_made(tab, tmp_path):
    tab.click("#served-tab-shape")
    assert tab.is_hidden("#shape-file")
    tab.select_option("#shape-kind", "a picture or OVF file of your own")
    tab.click("#shape-go")
    assert "must be chosen" in tab.inner_text("#shape-fault:not([hidden])")
    (tmp_path / "m.png").write_bytes(b"no picture")
    tab.set_input_files("#shape-file", tmp_path / "m.png")
    tab.click("#shape-go")
    tab.wait_for_selector("#shape-fault:has-text('that of a .png file')")
    tab.click("#served-tab-results")
    tab.click("#results-list tr:has-text('-scan') button")
    tab.wait_for_selector("#results-job img")
    assert "done" in tab.inner_text("#results-job [role=status]")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_panel_is_wider_than_the_window(tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    for name in ("film", "masks", "shape", "scan", "export", "results"):
        tab.click(f"#served-tab-{name}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, name


def test_another_tab_without_the_token_is_told_so(server, tab):
    other = tab.context.browser.new_page()
    other.goto(f"http://127.0.0.1:{server.port}/")
    other.wait_for_selector("#exact-fault:not([hidden])")
    assert "token" in other.inner_text("#exact-fault")
    other.close()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are counted as Linux tells them")
def test_ctrl_c_ends_everything_and_says_where_it_lies(server):
    remarks = ends_with_its_workers(server, "SIGINT")  # the last test here: the server is gone
    assert server.process.returncode == INTERRUPTED
    assert remarks.splitlines()[-1].startswith("optomag: stopped by Ctrl-C. What was made is in")
