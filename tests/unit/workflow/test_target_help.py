"""`optomag shape --help` lists every kind of target with its keys, and its examples are read."""

from __future__ import annotations

import re
import tomllib

from optomag.cli import main
from optomag.workflow.option_rules import kinds_of
from optomag.workflow.shape_config import ShapeConfig

KINDS = kinds_of(ShapeConfig.model_fields["target"])


def shown(monkeypatch, capfd):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["shape", "--help"]) == 0
    return capfd.readouterr().out


def test_every_kind_and_every_key_is_there_in_eighty_columns(monkeypatch, capfd):
    text = shown(monkeypatch, capfd)
    assert max(map(len, text.splitlines())) <= 80
    assert all(f'"{kind}"' in text for kind in KINDS)
    for record in KINDS.values():
        about = text.partition(" ".join((record.__doc__ or "").split()[:4]))[2].partition("Example: ")[0]
        keys = re.findall(r"^  (\w+) ", about, re.MULTILINE)
        assert [key for key in record.model_fields if key != "kind" and key not in keys] == []


def test_every_example_is_a_target(monkeypatch, capfd):
    examples = re.findall(r"Example: (.+)", shown(monkeypatch, capfd))
    assert len(examples) == len(set(KINDS.values()))
    read = [ShapeConfig.model_validate(tomllib.loads(example)).target for example in examples]
    assert {type(each) for each in read} == set(KINDS.values())
    assert all(each.model_fields_set > {"kind"} for each in read if each is not None)
