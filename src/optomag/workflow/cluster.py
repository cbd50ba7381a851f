"""Pieces of work one after the other here, or side by side on a Dask cluster that exists already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from optomag.errors import OptomagError, refuse
from optomag.interrupts import unwrapped_interrupts

SECONDS_TO_CONNECT = 5
AHEAD = 2
"""Pieces handed to the cluster for each of its threads: enough to keep it busy, few enough to lose little."""

ATTEMPTS = 3
"""Workers that a piece may lose before it counts as what kills them."""

Item = TypeVar("Item")


def run_pieces(
    work: Callable[[Any], Any], items: Iterable[Item], *, scheduler: str | None
) -> Iterator[tuple[Item, Any]]:
    """Do pieces of work and give each with its result, as soon as it is done.

    Parameters
    ----------
    work : callable
        A function of a module, or a partial one, that takes an item; what it needs and returns travels
        between machines.
    items : iterable
        The pieces.
    scheduler : str, optional
        Address of a Dask scheduler; without it the pieces are done here, in their order.

    Yields
    ------
    item, result
        On a cluster in the order in which they are finished. A piece whose worker is lost is done again on
        another one; the others are not touched.

    Raises
    ------
    InvalidInputError
        If there is no scheduler at the address, or the extra `cluster` is not installed.
    OptomagError
        If the cluster is lost, or a piece keeps killing its workers; and whatever a piece raises.
    """
    if scheduler is None:
        for item in items:
            with unwrapped_interrupts():
                result = work(item)
            yield item, result
    else:
        yield from _on_cluster(work, items, scheduler)


def require_scheduler(scheduler: str | None) -> None:
    """Refuse an address where no Dask scheduler answers; what a command calls before its work starts.

    Raises
    ------
    InvalidInputError
        If none answers, or the extra `cluster` is not installed.
    """
    if scheduler is not None:
        _connected(scheduler).close()


def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client  # pyright: ignore[reportMissingImports]
    except ImportError:
        advice = "Install it with pip install 'optomag[cluster]'."
        refuse("scheduler", "used where dask.distributed is installed", scheduler, advice)
    try:
        return Client(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        refuse("scheduler", "the address of a running Dask scheduler, such as tcp://host:8786", scheduler)


def _on_cluster(
    work: Callable[[Any], Any], items: Iterable[Item], scheduler: str
) -> Iterator[tuple[Item, Any]]:
    client = _connected(scheduler)
    from distributed import as_completed  # pyright: ignore[reportMissingImports]
    from distributed.scheduler import KilledWorker  # pyright: ignore[reportMissingImports]

    with client:
        waiting = iter(items)
        running: dict[Any, Any] = {}
        done = as_completed(loop=client.loop)

        def submit(count: int) -> None:
            for item in islice(waiting, count):
                future = client.submit(work, item, pure=False)
                running[future] = item
                done.add(future)

        try:
            submit(AHEAD * max(1, sum(client.nthreads().values())))
            while running:
                future = next(done)
                item = running.pop(future)
                try:
                    result = future.result()
                except KilledWorker as error:
                    raise OptomagError(
                        f"The cluster lost {ATTEMPTS} workers or more over piece {item}; see their logs."
                    ) from error
                submit(1)
                yield item, result
        except OptomagError:
            raise
        except (OSError, TimeoutError) as error:
            raise OptomagError(f"The Dask cluster at {scheduler} was lost: {error}.") from error
        finally:
            client.cancel(list(running), force=True)
