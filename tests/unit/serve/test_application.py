"""The whole application against who means it harm: every request is answered, or refused in a sentence."""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import Any

import numpy as np
import pytest
from tests.asgi import Answer, request

pytest.importorskip("starlette", reason="needs the extra [serve]")

from optomag.serve import application as application_module
from optomag.serve import guard
from optomag.serve.application import application
from optomag.serve.commands import RESULT, prepare
from optomag.serve.job import Job
from optomag.serve.jobs import Jobs

TOKEN = "only-here"
HERE = {"host": "127.0.0.1:8000", "authorization": f"Bearer {TOKEN}"}
NAME = "001-export"


class Idle(Jobs):
    """Jobs that are checked as all are, and then not begun."""

    def start(self, asked):
        """Prepare the work, and leave it there."""
        folder = self._new_folder(asked.command)
        try:
            prepare(asked, folder, None if asked.source is None else self.finished(asked.source).result)
        finally:
            shutil.rmtree(folder)
        return Job(folder.name, asked.command, folder)


@pytest.fixture(scope="module")
def jobs(tmp_path_factory, leave_result):
    """One result of an earlier server, and a file beside its folder."""
    out = tmp_path_factory.mktemp("serve")
    leave_result(out / NAME / RESULT)
    (out / "secret.txt").write_text(TOKEN, encoding="utf-8")
    idle = Idle(out)
    idle.find_earlier()
    return idle


@pytest.fixture(scope="module")
def app(jobs):
    return application(jobs, token=TOKEN, host="127.0.0.1")


def refused(answer: Answer) -> str:
    """What a refusal says: a sentence or two, and nothing of the program's insides."""
    assert 400 <= answer.status < 500, answer
    values = answer.json()
    assert list(values) == ["error"]
    text = values["error"]
    assert text.endswith((".", "?")), text
    assert not {"Traceback", TOKEN} & set(text.split())
    assert "\n" not in text
    assert answer.headers["x-content-type-options"] == "nosniff"
    return text


def routes(app) -> list[tuple[str, str]]:
    """Method and path of all that the application knows, with a job and a file that are there."""
    names = {"{name}": NAME, "{file:path}": "result/export.json"}
    found = []
    for route in app.app.routes:
        path = route.path
        for part, value in names.items():
            path = path.replace(part, value)
        assert "{" not in path, "a new parameter needs a value here"
        found += [(method, path) for method in sorted(route.methods)]
    return found


def test_every_route_but_the_page_wants_the_token(app):
    known = routes(app)
    assert len(known) > 8
    for method, path in known:
        for given in (
            "",
            "Bearer",
            "Bearer ",
            "Bearer wrong",
            f"Basic {TOKEN}",
            f"Bearer {TOKEN}x",
            "Bearer \xe9",
        ):
            answer = request(app, method, path, b"{}", {**HERE, "authorization": given})
            if path == "/":
                assert answer.status == 200
            else:
                assert answer.status == 401, (method, path)
                refused(answer)
        doubled = [
            ("host", HERE["host"]),
            ("authorization", "Bearer x"),
            ("authorization", HERE["authorization"]),
        ]
        assert request(app, method, path, b"{}", doubled).status == (200 if path == "/" else 401)


def test_every_route_wants_this_host_and_this_page(app):
    for method, path in routes(app):
        for status, headers in (
            (421, {"host": "rebound.example"}),
            (421, {"host": "127.0.0.1.rebound.example:8000"}),
            (421, {"host": "localhost@rebound.example"}),
            (421, {"host": "2130706433.example"}),
            (421, {"host": ""}),
            (403, {"origin": "http://elsewhere.example"}),
            (403, {"origin": "null"}),
            (403, {"origin": "http://127.0.0.1:8000.elsewhere.example"}),
            (403, {"origin": "http://localhost:8000"}),
        ):
            answer = request(app, method, path, b"{}", {**HERE, **headers})
            assert answer.status == status, (method, path, headers)
            refused(answer)


def test_with_all_of_that_it_answers(app):
    for method, path in routes(app):
        if method in ("GET", "HEAD", "DELETE"):
            assert request(app, method, path, headers=HERE).status == 200, (method, path)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE", "POST", "QUERY", "\u00e9", ""])
def test_a_method_that_is_none_is_said(app, method):
    for path in ("/", "/api/choices", f"/api/jobs/{NAME}", f"/api/jobs/{NAME}/zip"):
        answer = request(app, method, path, headers=HERE)
        assert answer.status == 405
        assert "this server knows" in refused(answer)


@pytest.mark.parametrize(
    "path", ["", "//", "/api/jobs/", "/api", "/api/", "/API/jobs", "/favicon.ico", "/docs", "/a\0b"]
)
def test_an_address_that_is_none_is_said(app, path):
    answer = request(app, "GET", path, headers=HERE)
    assert answer.status == 404
    refused(answer)


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "../../secret.txt",
        "result/../../secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "result//export.json",
        "result\\..\\..\\secret.txt",
        "C:/secret.txt",
        "nothing",
        "result",
        "",
        ".",
        "\0",
        "a" * 300,
        "result/" * 200,
        "~",
    ],
)
def test_no_name_leads_out_of_a_jobs_folder(app, name):
    refused(request(app, "GET", f"/api/jobs/{NAME}/files/{name}", headers=HERE))


@pytest.mark.parametrize(
    "name", ["..", ".", "secret.txt", "002-scan", "001-Export", "x" * 5000, "\0", "%2e%2e"]
)
def test_a_job_that_is_none_is_not_opened(app, name):
    for method, end in (("GET", ""), ("DELETE", ""), ("GET", "/zip"), ("GET", "/files/result/export.json")):
        answer = request(app, method, f"/api/jobs/{name}{end}", headers=HERE)
        assert answer.status == 404
        refused(answer)


DEEP = 100_000
BODIES = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"state": "\xff"}',
    b'{"state": "\\ud800"}',
    b'{"state": "\\u0000"}',
    b'{"points": NaN}',
    b'{"points": Infinity}',
    b'{"points": 1e999}',
    b'{"points": ' + b"9" * 5000 + b"}",
    b'{"points": true}',
    b'{"points": [1]}',
    b"[" * DEEP,
    b'{"film": ' * DEEP,
    b'{"film": {"film": [' + b'"2.3:80",' * 5000 + b'"2.3:80"]}}',
    b'{"film": {"film": ["2.3:1e999"]}}',
    b'{"film": {"film": ["nan:80"]}}',
    b'{"film": {"film": ["2.3:-80"]}}',
    b'{"film": {"substrate": "1+"}}',
    b'{"state": "na=7"}',
    b'{"state": "wish=0,0,0"}',
    b'{"state": "wish=1e308,1e308,1e308&na=nan"}',
    b'{"state": "paint=0x9999"}',
    b'{"made_for": "M"}',
    b'{"__class__": "os"}',
    b'{"state": "", "state ": ""}',
    b'{"command": "rm"}',
    b'{"command": "shape", "toml": "a = "}',
    b'{"command": "shape", "toml": "' + b"[" * 2000 + b'"}',
    b'{"command": "shape", "toml": "a.' + b"a." * 2000 + b'a = 1"}',
    b'{"command": "shape", "toml": "out = \'/\'"}',
    b'{"command": "shape", "options": {"start": "/etc/passwd"}}',
    b'{"command": "shape", "options": {"config": "/etc/passwd"}}',
    b'{"command": "shape", "toml": "[target]\\nkind = \'picture\'\\nradius_nm = 9\\nfile = \'/etc/passwd\'"}',
    b'{"command": "scan", "file": {"name": "/etc/passwd", "content": ""}}',
    b'{"command": "scan", "file": {"name": "a.npy", "content": "gASVAAAA"}}',
    b'{"command": "export", "source": "../.."}',
    b'{"command": "export", "source": "/"}',
    b'{"command": "masks", "source": "001-export", "light": {}}',
    b'{"command": "masks", "light": {}, "options": {"device": "/etc/passwd"}}',
]


@pytest.mark.parametrize(
    "body", BODIES, ids=lambda body: body[:60].decode("latin-1").encode("unicode_escape").decode()
)
def test_what_means_nothing_is_refused_in_a_sentence(app, jobs, body):
    first_view = body.strip(b"\xef\xbb\xbf{}") == b""
    for path in ("/api/jobs",) if first_view else ("/api/focus", "/api/jobs"):
        refused(request(app, "POST", path, body, HERE))
    assert [path.name for path in jobs.out.iterdir() if path.name[0] == "0"] == [NAME], "nothing is left"


def drawn(generator: np.random.Generator, depth: int = 0) -> Any:
    """Some value that JSON knows, often one of the names that requests have."""
    words = [
        "state",
        "film",
        "command",
        "options",
        "toml",
        "light",
        "source",
        "file",
        "points",
        "shape",
        "scan",
    ]
    texts = [*words, "wish=0,0,0", "../..", "2.3:80", "", "\u20ac\u0000", "x" * 5000]
    kind = generator.integers(0, 9 if depth < 3 else 7)
    if kind < 3:
        return str(generator.choice(texts))
    if kind < 5:
        return generator.choice([0, -1, 3, 1e300, -2.5, 10**17]).item()
    if kind < 7:
        return None if kind == 5 else bool(generator.integers(0, 2))
    if kind == 7:
        return [drawn(generator, depth + 1) for _ in range(generator.integers(0, 4))]
    return {
        str(generator.choice(words)): drawn(generator, depth + 1) for _ in range(generator.integers(0, 5))
    }


def test_whatever_is_sent_is_answered_with_a_sentence(app):
    generator = np.random.default_rng(18)
    for number in range(200):
        values = drawn(generator)
        if number % 2 and isinstance(values, dict):
            values = {
                "command": str(generator.choice(["shape", "scan", "masks", "export", "design", "rm"])),
                **values,
            }
        body = json.dumps(values).encode()
        if number % 5 == 4:
            body = body[: generator.integers(0, len(body))] + generator.bytes(3)
        for path in ("/api/focus", "/api/jobs"):
            answer = request(app, "POST", path, body, HERE)
            if answer.status not in (200, 201):
                refused(answer)


def test_a_body_without_end_or_haste_is_refused(app, monkeypatch):
    parts = [b" " * 2**20] * 33
    answer = request(app, "POST", "/api/jobs", parts, HERE)
    assert answer.status == 413
    refused(answer)
    monkeypatch.setattr(application_module, "PATIENCE", 0.05)
    monkeypatch.setattr(guard, "PATIENCE", 0.05)
    for status, token in ((408, TOKEN), (401, "wrong")):
        sent: list[dict[str, Any]] = []

        async def slow(scope, *, sent=sent):
            first = [{"type": "http.request", "body": b"{", "more_body": True}]

            async def receive():
                if not first:
                    await asyncio.sleep(600)
                return first.pop()

            async def send(message):
                sent.append(message)

            await app(scope, receive, send)

        headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {token}".encode())]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/api/jobs",
            "headers": headers,
            "query_string": b"",
        }
        asyncio.run(slow(scope))
        assert sent[0]["status"] == status


def test_no_socket_but_for_requests(app):
    sent: list[dict[str, Any]] = []

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": "websocket", "path": "/", "headers": []}, None, send))
    assert sent == [{"type": "websocket.close"}]


def test_earlier_results_are_listed_and_can_be_fetched(app):
    (job,) = request(app, "GET", "/api/jobs", headers=HERE).json()["jobs"]
    assert (job["name"], job["state"], job["command"]) == (NAME, "done", "export")
    files = request(app, "GET", f"/api/jobs/{NAME}", headers=HERE).json()["files"]
    assert [file["name"] for file in files] == ["result/export.json", "result/manifest.json"]
    assert request(app, "GET", f"/api/jobs/{NAME}/files/result/export.json", headers=HERE).body == b"{}"
    assert request(app, "GET", f"/api/jobs/{NAME}/zip", headers=HERE).body[:2] == b"PK"
    assert request(app, "DELETE", f"/api/jobs/{NAME}", headers=HERE).json()["state"] == "done"
