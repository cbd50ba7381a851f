"""Who may ask: the right host, no foreign page, the token for all but the page, and no endless body."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from anyio import move_on_after  # pyright: ignore[reportMissingImports]
from starlette.responses import Response  # pyright: ignore[reportMissingImports]

from optomag.io.files import json_text

LARGEST_BODY: Final = 2**25
"""Bytes of a request."""

DRAINED: Final = 8 * LARGEST_BODY
"""Bytes of a refused body that are still taken from the line."""

PATIENCE: Final = 60.0
"""Seconds within which a body must have come."""

SCHEME: Final = "Bearer "
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer: nothing is kept, framed, guessed or fetched from elsewhere."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


def answer(values: Any, status: int = 200) -> Response:
    """Plain values as JSON, in ASCII."""
    return Response(json_text(values, ascii_only=True), status, HEADERS, "application/json")


def fault(sentence: str, status: int) -> Response:
    """A refusal, in one sentence."""
    return answer({"error": sentence}, status)


@dataclass(frozen=True)
class Guard:
    """Lets through what may be asked.

    Parameters
    ----------
    app : ASGI application
    token : str
        That every request but that for the page itself must carry, as `Authorization: Bearer TOKEN`.
    host : str
        Address that the server listens on.
    """

    app: Any
    token: str
    host: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            if (refusal := self._refusal(scope)) is not None:
                with move_on_after(PATIENCE):
                    await _drain(receive)
                await refusal(scope, receive, send)
            else:
                await self.app(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    def _refusal(self, scope: Scope) -> Response | None:
        headers = _once(scope["headers"])
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._is_here(host):
            # a page elsewhere whose name was made to mean this machine comes with that name
            return fault("Host must be an address of this server, or localhost; got another name.", 421)
        if origin is not None and origin != f"http://{host}":
            return fault("Origin must be this server's own page; got another one.", 403)
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or len(length) > 18:
            return fault("Content-Length must be a number of bytes; got something else.", 400)
        if int(length) > LARGEST_BODY:
            return too_large()
        if scope["path"] == "/":
            return None
        given = headers.get("authorization", "").removeprefix(SCHEME)
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            advice = "Open the address that optomag serve printed."
            return fault(f"token must be the one of this server; got another one or none. {advice}", 401)
        return None

    def _is_here(self, host: str) -> bool:
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name.lower() in ("localhost", self.host.lower()):
            return True
        try:
            ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return True  # no name, so nobody gave it another meaning


async def _drain(receive: Receive) -> None:
    """Take the rest of a body without keeping it: who is still sending reads no answer."""
    length, more = 0, True
    while more and length < DRAINED:
        message = await receive()
        length += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)


def too_large() -> Response:
    """The refusal of a body that is too long."""
    return fault(f"request must be at most {LARGEST_BODY // 2**20} MiB; got more. Use the commands.", 413)


def _once(pairs: Any) -> dict[str, str]:
    """Headers; one that is given twice means nothing."""
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.decode("latin-1").lower()
        found[key] = value.decode("latin-1") if key not in found else "\0"
    return found
