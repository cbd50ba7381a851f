"""Real shells complete what was typed so far, from the script of `optomag completion`, without starting Python."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import get_args

import pytest

import optomag
from optomag.cli import app, main
from optomag.gallery.structures import STRUCTURES
from optomag.workflow.completion import completion_script
from optomag.workflow.device_names import KnownDevice
from optomag.workflow.gallery_config import DesignName, StructureName
from optomag.workflow.material_names import MaterialName

BASH = r"""
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
_optomag
printf '%s\n' "${COMPREPLY[@]}"
complete -p optomag >&2
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    for shell in ("bash", "zsh", "fish"):
        (folder / shell).write_text(completion_script(app, shell), encoding="utf-8")
    return folder


@pytest.fixture
def place(tmp_path):
    (tmp_path / "my design").mkdir()
    (tmp_path / "needle.toml").write_text("")
    return tmp_path


def need(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    return found


def bash(scripts, place, *words):
    command = [need("bash"), "--norc", "-c", BASH, "bash", str(scripts / "bash"), *words]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:-1], done.stderr


def fish(scripts, place, line):
    command = [need("fish"), "--no-config", "-c", f"source {scripts / 'fish'}; complete -C '{line}'"]
    environment = {"HOME": str(place), "PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": str(place)}
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True, env=environment)
    return [row.partition("\t")[0] for row in done.stdout.splitlines()]


def test_the_command_prints_the_script(scripts, capfd):
    for shell in ("bash", "zsh", "fish"):
        assert main(["completion", shell]) == 0
        assert capfd.readouterr() == ((scripts / shell).read_text(encoding="utf-8"), "")
    assert main(["completion", "bsh"]) == 2
    assert "SHELL must be one of bash, zsh, fish; got bsh. Did you mean bash?" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["des"], ["design"]),
        (["design", "--meth"], ["--method"]),
        (["design", "--method", "f"], ["flat-amplitude", "four-beam"]),
        (["masks", "x", "--device", "santec"], ["santec-slm-200"]),
        (["masks", "x", "--device", "ti"], ["ti-dlp6500"]),
        (["export", "x", "--to", "n"], ["netcdf"]),
        (["train", "--preset", ""], ["quick", "paper"]),
        (["shape", "nee"], ["needle.toml"]),
        (["tolerance", "my"], ["my design"]),
        (["design", "--out", "my"], ["my design"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
    ],
)
def test_bash_completes_commands_options_choices_and_files(scripts, place, words, offered):
    found, registered = bash(scripts, place, "optomag", *words)
    assert found == offered
    assert "-o filenames" in registered, "so that bash puts a slash behind folders and quotes blanks"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("optomag des", {"design"}),
        ("optomag design --meth", {"--method"}),
        ("optomag design --method f", {"flat-amplitude", "four-beam"}),
        ("optomag masks x --device santec", {"santec-slm-200"}),
        ("optomag shape nee", {"needle.toml"}),
        ("optomag design --out my", {"my design/"}),
    ],
)
def test_fish_completes_the_same(scripts, place, line, offered):
    assert offered <= {each.replace("\\ ", " ") for each in fish(scripts, place, line)}


TYPED_IN_ZSH = [
    ("optomag des", ["optomag design "]),
    ("optomag design --meth", ["optomag design --method "]),
    ("optomag design --method f", ["flat-amplitude", "four-beam"]),
    ("optomag masks x --device sant", ["--device santec-slm-200 "]),
    ("optomag design --material fus", ["--material fused\\ silica "]),
    ("optomag train --preset ", ["paper", "quick"]),
    ("optomag shape nee", ["optomag shape needle.toml "]),
    ("optomag design --out my", ["--out my\\ design/"]),
    ("optomag completion ", ["bash", "fish", "zsh"]),
]
"""What is typed before the key TAB, and what is read then."""


def test_zsh_completes_where_someone_types(scripts, place):
    """A terminal for zsh, and one session for all lines."""
    zsh = need("zsh")
    import pty  # not at the top: where there is no zsh, there may be no terminals

    (place / "_optomag").write_bytes((scripts / "zsh").read_bytes())
    (place / ".zshrc").write_text(
        "PS1='> '; fpath=($HOME $fpath); autoload -Uz compinit; compinit -u -D; bindkey -e\n"
    )
    ours, theirs = pty.openpty()
    environment = {"HOME": str(place), "PATH": "/usr/bin:/bin", "TERM": "xterm", "LANG": "C.UTF-8"}
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    shell = subprocess.Popen([zsh, "-d", "-i"], cwd=place, env=environment, start_new_session=True, **streams)
    try:
        seen_on(ours, ["> "])
        for line, offered in TYPED_IN_ZSH:
            os.write(ours, f"{line}\t".encode())
            found = seen_on(ours, offered)
            assert [each for each in offered if each not in found] == [], (line, found)
            os.write(ours, b"\x15")  # control U: a new line
    finally:
        shell.kill()
        shell.wait()
        os.close(ours)
        os.close(theirs)


def seen_on(terminal: int, wanted: list[str]) -> str:
    """What stands on a terminal, as soon as all that is wanted does, or half a minute later."""
    seen, end = "", time.monotonic() + 30
    while not all(each in seen for each in wanted) and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65536).decode(errors="replace")
            seen = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r|.\x08", "", seen)
    return seen


def test_the_names_that_completion_offers_are_those_that_come_along():
    folder = Path(optomag.__file__).parent / "slm" / "devices"
    assert sorted(get_args(KnownDevice)) == sorted(path.stem for path in folder.glob("*.toml"))
    assert get_args(MaterialName) == tuple(optomag.MATERIALS)
    assert get_args(DesignName) == tuple(optomag.GALLERY)
    assert get_args(StructureName) == (*STRUCTURES, "all")
