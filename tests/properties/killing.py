"""Kills a process before every single operation on files, one after the other, and looks what it left.

Runs as a program, for it forks: what it imports must not have started threads.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np

from optomag.io import result_folder
from optomag.io.files import write_text
from optomag.io.result_folder import new_result, open_result
from optomag.io.resumable_store import PlannedArray, StorePlan, open_store

OPERATIONS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}

PARTS = 3
PLAN = StorePlan(
    "optomag-killed",
    1,
    {"seed": 1},
    {
        "values": PlannedArray((2 * PARTS, 3), (2, 3), "float64", ("sample", "axis"), {"units": "1"}),
        "spot": PlannedArray((PARTS, 4), (1, 4), "int64", ("tile", "place"), {"units": "1"}, compressed=True),
    },
    "numbers",
    {"x": np.linspace(-1e-6, 1e-6, 5)},
)

OLD = {"numbers.json": "1", "only-old.png": "old", "masks/0.png": "old", "masks/deep/1.png": "old"}
NEW = {"numbers.json": "2", "only-new.png": "new", "masks/0.png": "new"}
MINE = {"notes.txt": "mine", "other/mine.txt": "mine"}
WRITES = ("numbers.json", "only-old.png", "only-new.png", "masks")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def in_a_child(work: Callable[[], None], folder: Path, *, kill_at: int | None = None) -> int:
    """Exit status of a process that works, and is killed before its operation of that number."""
    process = os.fork()
    if process:
        return os.waitpid(process, 0)[1]
    done = 0

    def before(event: str, arguments: tuple) -> None:
        nonlocal done
        # names relative to an open folder, as `shutil.rmtree` gives them, count too
        there = arguments and isinstance(arguments[0], str | os.PathLike)
        if (
            event in OPERATIONS
            and there
            and not os.fspath(arguments[0]).startswith(("/proc", "/usr", "/sys"))
        ):
            if done == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1

    status = 1
    try:
        if kill_at is not None:
            sys.addaudithook(before)
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def killed_everywhere(
    folder: Path, prepare: Callable[[], None], work: Callable[[], None], check: Callable[[], None]
) -> int:
    """Kill the work before each operation and check what is left; return how many kills that were."""
    for number in count():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if in_a_child(prepare, folder):
            raise RuntimeError("could not be prepared")
        finished = in_a_child(work, folder, kill_at=number) == 0
        if in_a_child(check, folder):
            raise RuntimeError(f"killed before operation {number}: {sorted(contents(folder))}")
        if finished:
            return number
    raise RuntimeError("never ends")


def complete_store(path: Path) -> None:
    """Open the store and write what is missing."""
    store = open_store(path, PLAN)
    parts = [{"values": slice(2 * n, 2 * n + 2), "spot": (n, slice(4))} for n in range(PARTS)]
    for n in store.missing(parts):
        store.write(
            {"values": (parts[n]["values"], np.full((2, 3), n)), "spot": (parts[n]["spot"], np.full(4, n))}
        )


def kill_stores(top: Path) -> int:
    """Every kill leaves a store that completes to the same bytes, and nothing beside it."""
    reference, folder = top / "reference", top / "killed"
    reference.mkdir()
    if in_a_child(lambda: complete_store(reference / "store.zarr"), reference):
        raise RuntimeError("could not be completed")
    wanted = contents(reference)

    def check() -> None:
        complete_store(folder / "store.zarr")
        if contents(folder) != wanted:
            raise RuntimeError(f"other bytes: {sorted(set(contents(folder)) ^ set(wanted))}")

    return killed_everywhere(folder, lambda: None, lambda: complete_store(folder / "store.zarr"), check)


def write_result(folder: Path, files: dict[str, str]) -> None:
    """Write a result of these files."""
    with new_result(folder, kind="killed", command="kill", writes=WRITES) as result:
        for name, text in files.items():
            (result.path / name).parent.mkdir(parents=True, exist_ok=True)
            write_text(result.path / name, text)
        result.seal(config={}, seed=None, started=0.0)


def kill_results(top: Path) -> int:
    """Every kill leaves the old result or the new one, whole, and what is somebody else's."""
    folder = top / "killed"

    def prepare() -> None:
        write_result(folder, OLD)
        for name, text in MINE.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)

    def check() -> None:
        found = open_result(folder).require_whole()
        read = {name: found.path(name).read_text() for name in found.files}
        left = {name: data.decode() for name, data in contents(folder).items() if ".part-" not in name}
        del left["manifest.json"]
        if read not in (OLD, NEW) or left != {**read, **MINE}:
            raise RuntimeError(f"a mix: {left}")
        write_result(folder, OLD)
        if set(contents(folder)) != {*OLD, *MINE, "manifest.json"}:
            raise RuntimeError(f"leftovers: {sorted(contents(folder))}")

    return killed_everywhere(folder, prepare, lambda: write_result(folder, NEW), check)


if __name__ == "__main__":
    result_folder.machine = dict  # JAX starts threads
    kills = {"stores": kill_stores, "results": kill_results}[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.write(json.dumps({"kills": kills}))
