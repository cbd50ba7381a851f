"""Run the benchmarks, each in a process of its own; write `docs/benchmarks.md` and `docs/benchmarks.json`.

    python benchmarks/run_all.py                         all but the long ones: minutes
    python benchmarks/run_all.py --all                   the long ones too: an hour or more
    python benchmarks/run_all.py --only needles scan     these
    python benchmarks/run_all.py --list                  names, and which are long

What is not run keeps the section of an earlier run, with its date and commit.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from results import Result, read_results, write_results
from table import Section

SCRIPTS = (
    "fields",
    "accuracy",
    "derivatives_and_batches",
    "large_volume",
    "designs",
    "orientation",
    "spot_arrays",
    "learned_spots",
    "exposures",
    "hopfions",
    "exposure_speed",
    "moving_spots",
    "needles",
    "training_throughput",
    "gauge_fixed_network",
    "readings",
    "table1_seeds",
    "dataset_rate",
    "masks",
    "many_at_once",
    "measured_pupil",
    "closed_loop",
    "error_correction",
    "capacity",
    "commands",
    "refusals",
    "scan",
    "scan_cut_off",
    "scan_picture",
    "recording",
    "card",
    "page_frames",
)
"""In the order of the page."""

LONG = (
    "large_volume",
    "spot_arrays",
    "learned_spots",
    "exposures",
    "hopfions",
    "needles",
    "many_at_once",
    "error_correction",
    "capacity",
    "gauge_fixed_network",
    "readings",
    "table1_seeds",
    "scan_picture",
    "recording",
    "card",
    "page_frames",
)
"""Minutes each, gigabytes of disk, or a browser: run only when asked for."""


def measure(script: str) -> Section:
    """The section of one script."""
    return importlib.import_module(script).section()


def run(scripts: Sequence[str]) -> None:
    """Measure and print sections, and write them between those of earlier runs as soon as they are there."""
    known = read_results()
    fresh = multiprocessing.get_context("spawn")
    # What one benchmark compiled or holds in memory must not help or burden the next.
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as pool:
        for script, section in zip(scripts, pool.map(measure, scripts), strict=True):
            known[script] = Result.now(script, section)
            print(known[script].to_markdown(), flush=True)
            results = [known[name] for name in SCRIPTS if name in known]
            write_results(results, unrun=[name for name in SCRIPTS if name not in known])


def main() -> None:
    """Choose scripts and run them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--all", action="store_true", help="the long ones too")
    choice.add_argument("--only", nargs="+", metavar="NAME", choices=SCRIPTS, help="these scripts")
    choice.add_argument("--list", action="store_true", help="say which scripts there are")
    options = parser.parse_args()
    if options.list:
        print("\n".join(name + " (long)" * (name in LONG) for name in SCRIPTS))
        return
    scripts = options.only or [name for name in SCRIPTS if options.all or name not in LONG]
    if not (options.all or options.only):
        print(f"Left out, because they are long: {', '.join(LONG)}. --all runs them too.\n", flush=True)
    run(scripts)


if __name__ == "__main__":
    main()
