"""`optomag devices`: a table of the shipped ones on standard output, and a template that loads as it is."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from optomag.cli import main
from optomag.slm.device import Device, Illumination, Panel, Section
from optomag.slm.device_file import load_device, shipped_devices


def test_the_list_names_every_device_with_its_panel(capsys):
    assert main(["devices"]) == 0
    shown, complaints = capsys.readouterr()
    lines = shown.splitlines()
    assert complaints == ""
    assert [line.split()[0] for line in lines[1:]] == list(shipped_devices())
    for line, name in zip(lines[1:], shipped_devices(), strict=True):
        device = load_device(name)
        for said in (
            f"{device.panel.width} x {device.panel.height}",
            f"{device.panel.pitch_um:g} um",
            device.scheme,
        ):
            assert said in line


def test_the_template_loads_as_it_is(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    assert main(["devices", "--template", str(path)]) == 0
    assert str(path) in capsys.readouterr().out
    assert load_device(path).name == "my bench"
    text = path.read_text(encoding="utf-8")
    for kind in (Device, Panel, Illumination, Section):
        for each in fields(kind):
            assert re.search(rf"^(# )?{each.name} = |^(# )?\[+{each.name}\]+", text, re.MULTILINE), each.name


@pytest.mark.parametrize(
    ("name", "said"),
    [("mine.toml", "a new file"), ("a.txt", "ends in .toml"), ("no/a.toml", "folder that exists")],
)
def test_nothing_is_overwritten(tmp_path, capsys, name, said):
    (tmp_path / "mine.toml").write_text("mine")
    assert main(["devices", "--template", str(tmp_path / name)]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]
    assert (tmp_path / "mine.toml").read_text() == "mine"
