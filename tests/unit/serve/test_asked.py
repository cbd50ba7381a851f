"""What a request may ask, and what it may not: files, folders and other machines."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

import optomag as om
from optomag.serve.asked import FocusAsked, JobAsked, LightAsked, read_request, require_no_files
from optomag.serve.commands import COMMANDS, prepare
from optomag.serve.upload import Upload
from optomag.workflow.masks_config import MasksConfig
from optomag.workflow.shape_config import ShapeConfig

FILM = {"film": ["2.0:5", "2.9+3.6j:20"], "substrate": "1.46", "layer": 2}
SKYRMION = "[target]\nkind = 'neel-skyrmion'\n"


def test_a_request_is_read_into_the_options_of_the_commands():
    asked = read_request(
        json.dumps({"state": "wish=0,0,1&na=0.9", "film": FILM, "points": 21}).encode(), FocusAsked
    )
    config = asked.design_config()
    assert (config.lens.na, config.direction, asked.points) == (0.9, (0.0, 0.0, 1.0), 21)
    assert config.film.stack(config.lens) == om.Film([(2.0, 5e-9), (2.9 + 3.6j, 20e-9)], 1.46, magnet=2)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b"\xff",
        b'{"points": NaN}',
        b'{"points": 1e999}',
        b'{"points": 1}',
        b'{"points": "nine"}',
        b'{"points": 10000}',
        b'{"unknown": 1}',
        b'{"state": 3}',
        b'{"film": {"layer": 0}}',
        b"[" * 100_000,
        b'{"state": "\\ud800"}',
    ],
)
def test_what_means_nothing_is_refused_in_a_sentence(body):
    with pytest.raises(om.InvalidInputError) as refused:
        read_request(body, FocusAsked).page_state()
    assert str(refused.value).endswith((".", ").")), refused.value


@pytest.mark.parametrize(
    ("layers", "rule"), [(["2.0:5"] * 65, "at most 64 layers"), (["2.0:10001"], "at most 10 um")]
)
def test_a_film_for_the_page_has_few_and_thin_layers(layers, rule):
    with pytest.raises(om.InvalidInputError, match=rule):
        LightAsked.model_validate({"film": {"film": layers, "layer": 1}}).design_config()


@pytest.mark.parametrize(
    ("config", "options", "name"),
    [
        (ShapeConfig, {"start": "/somewhere"}, "start"),
        (ShapeConfig, {"out": "here"}, "out"),
        (ShapeConfig, {"cache": "here"}, "cache"),
        (ShapeConfig, {"target": {"kind": "picture", "file": "a.png"}}, "file"),
        (MasksConfig, {"device": "mine.toml"}, "device"),
        (MasksConfig, {"measured": "fit"}, "measured"),
        (COMMANDS["scan"].config, {"scheduler": "tcp://host:8786"}, "scheduler"),
    ],
)
def test_no_option_names_a_file_or_a_machine(config, options, name):
    with pytest.raises(om.InvalidInputError, match=f"^{name} must be"):
        require_no_files(config.model_validate(options))


PNG = b"\x89PNG\r\n\x1a\n and so on"


def sent(name: str, data: bytes) -> Upload:
    return Upload(name=name, content=base64.b64encode(data).decode())


def test_a_file_that_was_sent_may_be_read(tmp_path):
    toml = "[target]\nkind = 'picture'\nradius_nm = 500\nfile = 'whatever'\n"
    work = prepare(JobAsked(command="shape", toml=toml, file=sent("../../x.PNG", PNG)), tmp_path, None)
    assert work.options["target"]["file"] == str(tmp_path / "sent.png")
    assert (tmp_path / "sent.png").read_bytes() == PNG
    assert sorted(path.name for path in tmp_path.iterdir()) == ["options.toml", "sent.png"]


def test_a_picture_that_was_sent_is_the_target(tmp_path):
    picture = io.BytesIO()
    Image.new("RGB", (9, 9), (255, 0, 0)).save(picture, "PNG")  # the colour of +x
    toml = "[target]\nkind = 'picture'\nradius_nm = 500\n"
    work = prepare(
        JobAsked(command="shape", toml=toml, file=sent("m.png", picture.getvalue())), tmp_path, None
    )
    config = ShapeConfig.model_validate(work.options)
    assert config.target is not None
    wanted = config.target.target().wanted(config.lens.objective())
    assert np.abs(wanted - [1.0, 0.0, 0.0]).max() < 1e-6


@pytest.mark.parametrize("name", ["a.toml", "a", "a.png/..", ".csv.exe", ""])
def test_only_files_of_some_kinds_may_be_sent(name):
    with pytest.raises(om.InvalidInputError, match="name of the file must be"):
        sent(name, PNG).suffix()


@pytest.mark.parametrize(
    ("command", "file", "fault"),
    [
        ("shape", sent("a.csv", b"x_nm"), "name of the file must be one that ends in .png, .jpg"),
        ("shape", sent("a.jpg", PNG), "content of the file must be that of a .jpg file"),
        ("scan", sent("a.npy", b""), "content of the file must be that of a .npy file"),
        ("export", sent("a.ovf", b"# OOMMF"), "file must be left out for export"),
    ],
)
def test_what_is_sent_is_what_the_command_reads(command, file, fault, tmp_path):
    with pytest.raises(om.InvalidInputError, match=fault):
        prepare(JobAsked(command=command, file=file), tmp_path, None)


@pytest.mark.parametrize(
    "values",
    [
        {"command": "shape"},
        {"command": "shape", "toml": "target ="},
        {"command": "shape", "toml": SKYRMION, "light": {}},
        {"command": "shape", "toml": SKYRMION, "options": {"exposures": 0}},
        {"command": "design"},
        {"command": "design", "light": {}, "options": {"method": "optimal"}},
        {"command": "design", "light": {"film": {"film": ["2.3"]}}},
        {"command": "masks"},
        {"command": "scan"},
        {"command": "scan", "file": {"name": "a.csv", "content": "%"}},
        {"command": "export", "light": {}, "options": {"to": []}},
    ],
)
def test_work_that_cannot_be_done_is_refused_before_it_begins(values, tmp_path):
    with pytest.raises(om.InvalidInputError):
        prepare(JobAsked.model_validate(values), tmp_path, None)


def test_the_file_of_a_structure_is_that_of_the_command(tmp_path):
    toml = "out = 'elsewhere'\nsteps = 7\n[target]\nkind = 'needle'\n[lens]\nna = 0.8\n"
    work = prepare(JobAsked(command="shape", toml=toml, options={"steps": 9}), tmp_path, None)
    config = ShapeConfig.model_validate(work.options)
    assert (config.steps, config.lens.na, config.out) == (9, 0.8, ShapeConfig().out)
