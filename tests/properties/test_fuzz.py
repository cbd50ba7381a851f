"""Wrong arguments and damaged files: nothing but optomag's own errors comes out of a public function."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import optomag

TESTS = Path(__file__).parents[1]
CALLS = 800
"""For each part: some ten seconds. `python tests/fuzz.py --minutes 10` tries more."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, where beartype does not answer instead of the library."""
    environment = os.environ | {"PYTHONPATH": str(Path(optomag.__file__).parents[1])}
    command = [sys.executable, str(TESTS / "fuzz.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)


def test_only_optomags_own_errors_come_out() -> None:
    found = run("--minutes", "0.3", "--calls", str(CALLS), "--seed", "16")
    assert found.returncode == 0, found.stdout + found.stderr
    assert re.search(r" 0 foreign \(none\), 0 hung$", found.stdout), found.stdout


def test_every_public_name_is_tried_or_made_by_another() -> None:
    names = re.findall(r" as (\w+)$", Path(optomag.__file__).with_suffix(".pyi").read_text(), re.MULTILINE)
    told = subprocess.run(
        [sys.executable, "-c", "import fuzz_arguments as f; print(*{n.split('.')[0] for n in f.VALID} | f.MADE_BY_OTHERS)"],
        env=os.environ | {"PYTHONPATH": f"{Path(optomag.__file__).parents[1]}{os.pathsep}{TESTS}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(names) == set(told.stdout.split())


def test_a_foreign_exception_is_counted_and_named() -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests'); import fuzz, fuzz_arguments as f, optomag as om;"
        "f.function_named = lambda name: len; sys.argv = ['', '--part', 'arguments', '--calls', '5', '--only', 'ripple'];"
        "sys.exit(fuzz.main())"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(optomag.__file__).parents[1])}
    command = [sys.executable, "-c", program]
    found = subprocess.run(
        command, env=environment, cwd=TESTS.parent, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1, found.stderr
    assert "ripple(" in found.stdout
