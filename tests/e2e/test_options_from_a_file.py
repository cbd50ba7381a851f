"""Every option of every command can be given in a TOML file, by its name or in the table of its group."""

from __future__ import annotations

import json
from functools import reduce

import pytest
from tests.e2e.every_option import Option, every_option

from optomag.errors import InvalidInputError
from optomag.workflow.config import DatasetConfig
from optomag.workflow.config_file import merge_file
from optomag.workflow.scan_config import ScanConfig

OPTIONS = every_option()


@pytest.fixture
def toml(tmp_path):
    def write(text):
        (tmp_path / "run.toml").write_text(text, encoding="utf-8")
        return tmp_path / "run.toml"

    return write


def at(record, place):
    return reduce(getattr, place, record)


def expected(option: Option):
    """The record that the value makes where the record has it."""
    values = option.takes()
    for name in reversed(option.place):
        values = {name: values}
    return option.record.model_validate(values)


@pytest.mark.filterwarnings("ignore::optomag.errors.UnitWarning")
@pytest.mark.parametrize("option", OPTIONS, ids=lambda each: f"{each.command}{each.name}")
def test_each_option_is_read_by_its_name_with_dashes_underscores_and_in_its_table(option, toml):
    value = json.dumps(option.takes())
    key = option.name.removeprefix("--")
    *tables, last = option.place
    texts = [f"{key} = {value}\n", f"{key.replace('-', '_')} = {value}\n"]
    texts.append("".join(f"[{name}]\n" for name in tables) + f"{last} = {value}\n")
    for text in texts:
        read = merge_file(option.record(), toml(text))
        assert at(read, option.place) == at(expected(option), option.place)
        assert read == expected(option)


@pytest.mark.filterwarnings("ignore::optomag.errors.UnitWarning")
@pytest.mark.parametrize("command", sorted({each.command for each in OPTIONS}))
def test_all_options_of_a_command_lie_in_one_file_and_what_is_typed_wins(command, toml):
    mine = [each for each in OPTIONS if each.command == command]
    path = toml("".join(f"{each.name.removeprefix('--')} = {json.dumps(each.takes())}\n" for each in mine))
    record = mine[0].record
    read = merge_file(record(), path)
    assert all(at(read, each.place) == at(expected(each), each.place) for each in mine)
    typed = record.model_validate({"cache": "typed"})
    assert str(merge_file(typed, path).cache) == "typed"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("n_a = 0.5", "n_a must be the name of an option; got an unknown one."),
        ("[lens]\nnaa = 0.5", r"lens.naa must be one of na, index, wavelength_nm; .* Did you mean na\?"),
        ("wavelength = 5", r"Did you mean wavelength_nm\?"),
        ("out = ''", r"out must be the path of a file or folder; got nothing\."),
        ("samples = true", r"samples must be a plain number.*; got true\."),
        ("na = 0.5\n[lens]\nna = 0.6", r"lens must be given once; got it twice\."),
        ("volume-points = 3\nvolume_points = 4", r"volume_points must be given once; got it twice\."),
        ("na = 'x'", r"lens.na must be a finite number > 0; got x\."),
    ],
)
def test_names_that_cannot_be_used_are_refused(text, said, toml):
    with pytest.raises(InvalidInputError, match=rf"run.toml: .*{said}"):
        merge_file(DatasetConfig(), toml(text))


def test_an_option_that_bears_the_name_of_its_table_is_both(toml):
    assert merge_file(ScanConfig(), toml('film = ["2.3:80"]')).film.film == ("2.3:80",)
    assert merge_file(ScanConfig(), toml('[film]\nfilm = ["2.3:80"]')).film.film == ("2.3:80",)
