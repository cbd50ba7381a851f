"""`optomag serve`: from a port to a running server, and its end."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import stat
import webbrowser
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from optomag.errors import refuse
from optomag.io.files import require_writable_folder
from optomag.operating_system import is_mine, others_may
from optomag.workflow.progress import Progress
from optomag.workflow.serve_config import LOOPBACK, ServeConfig

INSTALL = "pip install 'optomag[serve]'"
NEEDED = ("anyio", "starlette", "uvicorn")
COMPILED = "compiled"
SECONDS_TO_END = 2
"""That requests have when the server ends."""


def run_serve(config: ServeConfig, *, progress: Progress) -> Callable[[], None]:
    """Make everything ready for a server, tell its address, and return what serves until Ctrl-C.

    Parameters
    ----------
    config : ServeConfig
        What the command was told.
    progress : Progress
        Where the address is told.

    Raises
    ------
    InvalidInputError
        If the extra `serve` is not installed, the port is in use, the host is no address of this machine, or
        nothing can be written to the folder.
    """
    if any(find_spec(name) is None for name in NEEDED):
        refuse("serving", "done with the libraries starlette and uvicorn", "none installed", f"{INSTALL}.")
    out = require_writable_folder(config.out)
    listening, token = _listening(config), secrets.token_urlsafe()
    port = listening.getsockname()[1]
    address = f"http://{_in_address(config.host)}:{port}/?token={token}"
    if config.host != LOOPBACK:
        progress.say(
            "Other machines may come in: whoever has the token can use this one, and nothing is encrypted."
        )
    progress.tell(f"serving at {address}")
    progress.say(f"Results go to {out}. Ctrl-C ends the server and all that it runs.")
    progress.record({"address": address, "port": port, "token": token, "folder": out})

    def serve() -> None:
        if config.open:
            webbrowser.open_new_tab(address)
        with contextlib.suppress(KeyboardInterrupt):
            _serve(config, listening, token)
        raise KeyboardInterrupt(f"What was made is in {out}.")

    return serve


def _serve(config: ServeConfig, listening: socket.socket, token: str) -> None:
    """Import everything, which takes seconds in which whoever came to the address waits, and answer."""
    import uvicorn  # pyright: ignore[reportMissingImports]

    from optomag.serve.application import application
    from optomag.serve.jobs import Jobs

    jobs = Jobs(config.out, cache=_kept(config))
    settings = uvicorn.Config(
        application(jobs, token=token, host=config.host),
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=SECONDS_TO_END,
    )
    try:
        uvicorn.Server(settings).run(sockets=[listening])
    finally:
        jobs.close()


def _kept(config: ServeConfig) -> Path | None:
    """Folder of compiled code, of this process, too: that of the option, or one beside the results.

    Code in it is run. Where others may write beside the results and could put another in its place, only the
    option has one. A folder that JAX was told by its own variable is left, and workers are told it, too.
    """
    if config.cache is not None:
        return config.cache
    if (
        "JAX_COMPILATION_CACHE_DIR" in os.environ
        or not is_mine(config.out)
        or others_may(config.out, stat.S_IWGRP | stat.S_IWOTH)
    ):
        return None
    from optomag.workflow.compiled_code import keep_compiled

    place = config.out / COMPILED
    keep_compiled(place)
    return place


def _listening(config: ServeConfig) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    if not config.host:  # which would be every address
        refuse("host", "an address of this machine", "none")
    try:
        return socket.create_server((config.host, config.port), family=family)
    except (OSError, UnicodeError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        got = f"{config.host}:{config.port} ({reason})"
        refuse("host and port", "free, and of this machine", got, "Leave the port out for one that is free.")


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
