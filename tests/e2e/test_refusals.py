"""Whatever is typed wrongly is refused in one line, in the same form, with the help of its command."""

from __future__ import annotations

import re

import pytest
from tests.e2e.command import contents
from tests.e2e.every_option import Option, commands, every_option, positional

from optomag.cli import main
from optomag.workflow.export_config import ExportConfig
from optomag.workflow.refusals import as_typed

OPTIONS = every_option()
FIRST = {each.home: each.command for each in reversed(OPTIONS)}
"""The first command that has an option: there every wrong value is tried, in others that share it only one."""
QUICK = ("design", "shape")
FOREIGN = re.compile(
    r"Input should|Value should|greater than|valid (integer|number|string)|unable to|Parameter|Invalid value for|"
    r"pydantic|Token|Traceback|unparsable|\[type="
)
"""Words of the libraries below."""


def refusal(typed, capfd) -> str:
    """The one line with which something is refused."""
    code = main(typed)
    shown, said = capfd.readouterr()
    assert (code, shown) == (2, ""), (typed, said)
    lines = said.splitlines()
    assert len(lines) == 1, (typed, said)
    assert FOREIGN.search(lines[0]) is None, lines[0]
    return lines[0]


def marked(command):
    return pytest.param(command, marks=() if command in QUICK else pytest.mark.slow)


@pytest.mark.parametrize("command", [*map(marked, commands())])
def test_every_wrong_value_of_every_option_is_refused_in_one_form(command, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    mine: list[Option] = [each for each in OPTIONS if each.command == command]
    form = re.compile(rf"optomag: (--[a-z0-9-]+) must be .+; got .+\. (.+ )?See optomag {command} --help\.")
    for option in mine:
        every = option.refuses()
        for wrong in every if FIRST[option.home] == command else every[-1:]:
            line = refusal([command, *positional(command), *wrong], capfd)
            found = form.fullmatch(line)
            assert found is not None, line
            assert found[1] == option.name, line
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("command", [*map(marked, commands())])
def test_misspelt_options_and_words_too_many_are_refused_with_what_was_meant(command, capfd):
    known = [each.name for each in OPTIONS if each.command == command]
    if not known:
        pytest.skip("no options")
    need = positional(command)
    long = max(known, key=len)
    line = refusal([command, *need, long[:-1] + "qz", "1"], capfd)
    assert line.startswith(f"optomag: option must be one of optomag {command}; got {long[:-1]}qz. "), line
    assert f"Did you mean {long[:6]}" in line
    if need and command != "export":
        line = refusal([command, *need, "more"], capfd)
        assert "every value must follow its option, as in --out DIR; got more alone." in line
        line = refusal([command], capfd)
        assert re.match(r"optomag: [A-Z_]+ must be given: .+; got nothing\.", line), line
    assert line.endswith(f"See optomag {command} --help.")


@pytest.mark.parametrize("command", [*map(marked, commands())])
def test_a_file_of_options_that_cannot_be_read_is_refused(command, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "cut.toml").write_text("out = ")
    (tmp_path / "unknown.toml").write_text('oot = "x"\n')
    (tmp_path / "json.toml").write_text('json = "perhaps"\n')
    said = {
        "folder": "--config must be an existing file; got folder (a folder).",
        "nowhere.toml": "--config must be an existing file; got nowhere.toml (missing).",
        "cut.toml": "--config must be a complete TOML file; got cut.toml.",
        "unknown.toml": "unknown.toml: oot must be the name of an option; got an unknown one.",
        "json.toml": "json.toml: as_json must be true or false; got perhaps.",
    }
    if "--config" not in known_names(command):
        pytest.skip("no options")
    for name, start in said.items():
        line = refusal([command, *positional(command), "--config", name], capfd)
        assert line.startswith(f"optomag: {start}"), line
        assert line.endswith(f"See optomag {command} --help."), line


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("delays must be increasing; got 3.", "--delay-ps must be increasing; got 3."),
        ("energies must be of sum 1; got 2.", "--energy-share must be of sum 1; got 2."),
        (
            "cell must be one number or three; got 2 numbers.",
            "--cell-nm must be one number or three; got 2 numbers.",
        ),
        ("size must be whole cells; got 2.", "--size-nm must be whole cells; got 2."),
        ("manifest must be whole; got half.", "manifest must be whole; got half."),
    ],
)
def test_what_the_library_calls_otherwise_is_named_as_it_was_typed(said, typed):
    assert as_typed(said, ExportConfig) == typed


def test_an_impossible_value_is_refused_without_a_doubt_before_it(capfd):
    line = refusal(["export", "x", "--saturation-magnetization", "-10"], capfd)
    assert line.startswith("optomag: --saturation-magnetization must be a finite number > 0; got -10.")


def known_names(command):
    from optomag.cli import app

    return [name for each in app[command].assemble_argument_collection() for name in each.names]


def test_near_names_of_files_and_choices_are_offered(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "needle.toml").write_text('[target]\nkind = "needel"\n')
    assert "Did you mean needle.toml?" in refusal(["shape", "neeedle.toml"], capfd)
    line = refusal(["shape", "needle.toml"], capfd)
    assert "target.kind must be one of spots, neel-skyrmion," in line
    assert "got needel. Did you mean needle?" in line
    (tmp_path / "needle.toml").write_text('[target]\nkind = "needle"\nlenght_nm = 3\n')
    line = refusal(["shape", "needle.toml"], capfd)
    assert "target.lenght_nm must be one of kind, length_nm, direction; got an unknown name." in line
    assert "Did you mean length_nm?" in line
    assert "Did you mean linear-basis?" in refusal(["scan", "x", "--method", "linear-bases"], capfd)
    assert "Did you mean fit?" in refusal(["fut"], capfd)
