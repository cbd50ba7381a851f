"""Throw wrong arguments and damaged files at the library: only its own errors may come out.

    python tests/fuzz.py --minutes 10 [--seed N] [--only NAME] [--part arguments|files] [--calls N] [--skip NAMES]

Ends with exit code 1 where something else came out, or nothing within `PATIENCE`, and says what.
`fuzz_arguments.cases` and `fuzz_files.cases` give the calls: pairs of a name, which begins with the function's
and a bracket, and of a callable.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

PARTS = ("arguments", "files")
PATIENCE = 20
"""Seconds of processor time after which a call hangs: other work on the machine does not count."""
ROOM = 6 * 2**30
"""Bytes of addresses that calls may take beyond what is there at the beginning."""


class Hung(BaseException):
    """Raised by the alarm; no `except Exception` stops it."""


def main() -> int:
    """Run the parts, print what happened and return the exit code."""
    arguments = _arguments()
    here = Path(__file__).parent
    sys.path[:0] = [str(here), str(here.parent)]
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGPROF, _give_up)
    counted: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for part in arguments.part or PARTS:
                _run(part, arguments, counted, examples)
        finally:
            os.chdir(before)
    return _report(counted, examples)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="for each part")
    parser.add_argument("--calls", type=int, default=sys.maxsize, help="at most, for each part")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="functions with this in their names")
    parser.add_argument("--skip", default="", help="functions with these names, parted by commas")
    parser.add_argument("--part", action="append", choices=PARTS)
    return parser.parse_args()


def _run(part: str, arguments: argparse.Namespace, counted: Counter, examples: dict) -> None:
    try:
        module = importlib.import_module(f"fuzz_{part}")
    except ModuleNotFoundError as error:
        if error.name != f"fuzz_{part}":
            raise
        return
    _limit_memory()
    end = time.monotonic() + 60 * arguments.minutes
    skipped = arguments.skip.split(",")
    cases = module.cases(random.Random(arguments.seed), arguments.only)
    for _, (name, call) in zip(range(arguments.calls), cases, strict=False):
        if time.monotonic() > end:
            break
        if name.split("(")[0] in skipped:
            continue
        outcome, why = _outcome(call)
        key = (outcome, name.split("(")[0])
        counted[key] += 1
        if outcome not in ("accepted", "refused"):
            examples.setdefault(key, f"{name}: {why}")


def _outcome(call: Any) -> tuple[str, str]:
    from optomag import OptomagError

    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        call()
        return "accepted", ""
    except OptomagError:
        return "refused", ""
    except Hung as error:
        return "hung", _last_lines(error)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # SystemExit too is foreign
        return type(error).__name__, _last_lines(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _last_lines(error: BaseException) -> str:
    """The message, and the library's last line on the way there."""
    text = " ".join(str(error).split())[:120]
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "optomag" in frame.filename]
    where = f" at {'/'.join(Path(ours[-1].filename).parts[-2:])}:{ours[-1].lineno}" if ours else ""
    return f"{text}{where}"


def _give_up(*_: Any) -> None:
    raise Hung


def _limit_memory() -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _report(counted: Counter, examples: dict) -> int:
    out: Counter[str] = Counter()
    for (outcome, _), number in counted.items():
        out[outcome] += number
    foreign = {kind: number for kind, number in out.items() if kind not in ("accepted", "refused", "hung")}
    for key, text in sorted(examples.items()):
        print(f"{key[0]:16} {counted[key]:5}  {text}")
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(foreign.items())) or "none"
    print(
        f"{out.total()} calls, {out['refused']} refused, {out['accepted']} accepted, "
        f"{sum(foreign.values())} foreign ({kinds}), {out['hung']} hung"
    )
    return int(bool(examples))


if __name__ == "__main__":
    raise SystemExit(main())
