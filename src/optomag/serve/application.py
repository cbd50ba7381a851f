"""The routes: the page, exact fields at once, and long work that is started, watched, stopped and fetched."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from anyio import CapacityLimiter, fail_after, to_thread  # pyright: ignore[reportMissingImports]
from starlette.applications import Starlette  # pyright: ignore[reportMissingImports]
from starlette.exceptions import HTTPException  # pyright: ignore[reportMissingImports]
from starlette.requests import ClientDisconnect, Request  # pyright: ignore[reportMissingImports]
from starlette.responses import FileResponse, Response, StreamingResponse  # pyright: ignore[reportMissingImports]
from starlette.routing import Route  # pyright: ignore[reportMissingImports]

from optomag.errors import InvalidInputError, OptomagError
from optomag.magnetism.material_table import MATERIALS
from optomag.serve.asked import FocusAsked, JobAsked, LightAsked, read_request
from optomag.serve.downloads import archive_of, file_in, files_of
from optomag.serve.focused import focus_answer, spot_answer
from optomag.serve.guard import HEADERS, LARGEST_BODY, PATIENCE, Guard, answer, fault, too_large
from optomag.serve.jobs import BusyError, Jobs, UnknownJobError
from optomag.serve.served_page import served_page
from optomag.serve.warm import warm
from optomag.slm.device_file import load_device, shipped_devices

AT_ONCE = 4
"""Fields that are computed at a time; more wait, and nothing else waits for them."""


@dataclass(eq=False)
class Served:
    """The handlers of a server.

    Parameters
    ----------
    jobs : Jobs
    """

    jobs: Jobs
    limiter: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))

    async def page(self, request: Request) -> Response:
        """The live page, with panels for what only the engine can do."""
        return Response(served_page(), 200, HEADERS, "text/html")

    async def choices(self, request: Request) -> Response:
        """What can be chosen: devices and materials."""
        return answer(await to_thread.run_sync(_choices))

    async def focus(self, request: Request) -> Response:
        """The exact field of light on two planes."""
        asked = read_request(await _body(request), FocusAsked)
        return answer(await to_thread.run_sync(focus_answer, asked, limiter=self.limiter))

    async def spot(self, request: Request) -> Response:
        """How wide and how pure the spot of light is."""
        asked = read_request(await _body(request), LightAsked)
        return answer(await to_thread.run_sync(spot_answer, asked, limiter=self.limiter))

    async def start(self, request: Request) -> Response:
        """Begin long work."""
        asked = read_request(await _body(request), JobAsked)
        return answer((await to_thread.run_sync(self.jobs.start, asked)).view(), 201)

    async def all(self, request: Request) -> Response:
        """All jobs, the newest first."""
        return answer({"jobs": [job.view() for job in self.jobs.all()]})

    async def one(self, request: Request) -> Response:
        """Where a job stands, with the files that it has."""
        job = self.jobs.get(request.path_params["name"])
        return answer({**job.view(), "files": await to_thread.run_sync(files_of, job.folder)})

    async def stop(self, request: Request) -> Response:
        """Stop a job."""
        job = await to_thread.run_sync(self.jobs.stop, request.path_params["name"])
        return answer(job.view())

    async def file(self, request: Request) -> Response:
        """One file of a job."""
        job = self.jobs.get(request.path_params["name"])
        path = await to_thread.run_sync(file_in, job.folder, request.path_params["file"])
        kind = "image/png" if path.suffix == ".png" else "application/octet-stream"
        return FileResponse(path, headers=HEADERS, media_type=kind)

    async def archive(self, request: Request) -> Response:
        """All files of a job."""
        job = self.jobs.finished(request.path_params["name"])
        return StreamingResponse(archive_of(job.folder), headers=HEADERS, media_type="application/zip")


def application(jobs: Jobs, *, token: str, host: str) -> Guard:
    """The whole server as an ASGI application.

    Parameters
    ----------
    jobs : Jobs
        Ended when the server ends.
    token : str
        See `Guard`.
    host : str
        Address that it listens on.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        for begin in (jobs.get_ready, jobs.find_earlier, partial(warm, jobs.busy)):
            threading.Thread(target=begin, daemon=True).start()
        try:
            yield
        finally:
            jobs.close()

    served = Served(jobs)
    job = "/api/jobs/{name}"
    routes = [
        Route("/", served.page),
        Route("/api/choices", served.choices),
        Route("/api/focus", served.focus, methods=["POST"]),
        Route("/api/spot", served.spot, methods=["POST"]),
        Route("/api/jobs", served.start, methods=["POST"]),
        Route("/api/jobs", served.all),
        Route(job, served.one),
        Route(job, served.stop, methods=["DELETE"]),
        Route(f"{job}/zip", served.archive),
        Route(f"{job}/files/{{file:path}}", served.file),
    ]
    refusals: dict[Any, Callable[..., Any]] = {
        UnknownJobError: _told(404),
        BusyError: _told(409),
        InvalidInputError: _told(400),
        OptomagError: _told(422),
        _TooLargeError: _too_large,
        TimeoutError: _too_slow,
        ClientDisconnect: _gone,
        HTTPException: _http,
        Exception: _own_fault,
    }
    app = Starlette(routes=routes, exception_handlers=refusals, lifespan=lifespan)
    app.router.redirect_slashes = False  # an address is known or not
    return Guard(app, token, host)


def _choices() -> dict[str, Any]:
    devices = [{"name": name, "title": load_device(name).name} for name in shipped_devices()]
    materials = [
        {"name": name, "B_eff": _has(material, "faraday_rotation"), "M": _has(material, "verdet")}
        for name, material in MATERIALS.items()
    ]
    return {"devices": devices, "materials": materials}


def _has(material: Any, name: str) -> bool:
    return getattr(material, name) is not None


class _TooLargeError(Exception):
    """A body that goes on and on."""


async def _body(request: Request) -> bytes:
    """The whole body, of a length that was said or not."""
    parts, length = [], 0
    with fail_after(PATIENCE):
        async for part in request.stream():
            parts.append(part)
            length += len(part)
            if length > LARGEST_BODY:
                raise _TooLargeError
    return b"".join(parts)


def _told(status: int) -> Callable[[Request, Exception], Response]:
    def tell(request: Request, error: Exception) -> Response:
        return fault(" ".join(str(error).split()), status)

    return tell


def _too_large(request: Request, error: Exception) -> Response:
    return too_large()


def _too_slow(request: Request, error: Exception) -> Response:
    return fault(f"request must be sent within {PATIENCE:g} s; got only a part of it.", 408)


def _gone(request: Request, error: Exception) -> Response:
    return fault("request must be whole; got a part of it.", 400)  # which nobody reads


def _http(request: Request, error: HTTPException) -> Response:
    what = "method" if error.status_code == 405 else "address"
    return fault(
        f"{what} must be one that this server knows; got {request.method} {request.url.path[:200]}.",
        error.status_code,
    )


def _own_fault(request: Request, error: Exception) -> Response:
    """What nobody foresaw; uvicorn logs it."""
    return fault("A fault of optomag itself; the server's terminal says more.", 500)
