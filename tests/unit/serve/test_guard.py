"""Who is let in: this machine's own page with the token, and nobody else."""

from __future__ import annotations

import asyncio
import json

import pytest

starlette = pytest.importorskip("starlette", reason="needs the extra [serve]")

from optomag.serve.guard import LARGEST_BODY, Guard, answer  # noqa: E402

TOKEN = "secret"


def asked(path="/api/jobs", body=b"", **headers: str) -> tuple[int, dict]:
    """Status and values of one request, without a network."""

    async def app(scope, receive, send):
        await answer({"let": "in"})(scope, receive, send)

    usual = {"host": "127.0.0.1:8000", "authorization": f"Bearer {TOKEN}", **headers}
    pairs = [(name.encode(), value.encode()) for name, value in usual.items()]
    sent: list[dict] = []
    parts = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": pairs}
    asyncio.run(Guard(app, TOKEN, "127.0.0.1")(scope, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost:1", "localhost", "[::1]:8000", "192.168.0.7:8000"]
)
def test_an_address_or_this_machine_is_let_in(host):
    assert asked(host=host) == (200, {"let": "in"})
    assert asked(host=host, origin=f"http://{host}")[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "localhost.evil:1"]
)
def test_a_name_that_may_mean_anything_is_not(host):
    assert asked(host=host)[0] == 421
    assert asked("/", host=host)[0] == 421


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:8000", "http://127.0.0.1:8001", ""]
)
def test_other_pages_are_not_let_in(origin):
    assert asked(origin=origin)[0] == 403


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer wrong", "Bearer sécret", "Basic secret"])
def test_all_but_the_page_needs_the_token(given):
    status, values = asked(authorization=given)
    assert status == 401
    assert values["error"].startswith("token must be")
    assert TOKEN not in values["error"]
    assert asked("/", authorization=given)[0] == 200


@pytest.mark.parametrize(
    ("length", "status"),
    [(str(LARGEST_BODY), 200), (str(LARGEST_BODY + 1), 413), ("9" * 30, 400), ("-1", 400), ("x", 400)],
)
def test_a_body_has_a_length(length, status):
    assert asked(**{"content-length": length})[0] == status
