"""One record is the options, the TOML file and the manifest entry; the command line wins over the file."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from optomag.errors import InvalidInputError
from optomag.workflow.config import (
    DatasetConfig,
    EvaluateConfig,
    FilmOptions,
    LensConfig,
    MagnetFilmOptions,
    ReproduceConfig,
    ScanFilmOptions,
    SweepConfig,
    TrainConfig,
)
from optomag.workflow.config_file import explain, merge_file
from optomag.workflow.design_config import DesignConfig
from optomag.workflow.switching_config import DichroismOptions
from optomag.workflow.tolerance_config import ToleranceConfig

RECORDS = [ReproduceConfig, DatasetConfig, TrainConfig, EvaluateConfig, SweepConfig]


@pytest.fixture
def toml(tmp_path):
    def write(text):
        (tmp_path / "run.toml").write_text(text, encoding="utf-8")
        return tmp_path / "run.toml"

    return write


def test_the_defaults_are_the_papers_case():
    config = ReproduceConfig()
    assert config.samples == 250_000
    assert config.directions == 10_000
    assert config.training.preset == "quick"
    lens = config.lens.objective()
    assert (lens.na, lens.index) == (0.95, 1.0)
    assert lens.wavelength == pytest.approx(532e-9, rel=1e-15)


def test_each_command_reads_by_default_what_the_one_before_it_writes():
    assert TrainConfig().data == SweepConfig().data == DatasetConfig().out / "dataset.zarr"
    assert EvaluateConfig().model == TrainConfig().out / "model.safetensors"


@pytest.mark.parametrize("record", RECORDS)
def test_the_manifest_entry_is_json_and_makes_the_same_record_again(record):
    entry = json.loads(json.dumps(record().manifest()))
    assert record.model_validate(entry) == record()


@pytest.mark.parametrize("record", RECORDS)
def test_every_option_says_what_it_is(record):
    def undescribed(model):
        for name, field in model.model_fields.items():
            if hasattr(field.annotation, "model_fields"):
                yield from undescribed(field.annotation)
            elif not field.description:
                yield name

    assert list(undescribed(record)) == []


def test_a_file_fills_what_the_command_line_left_out(toml):
    path = toml('out = "of-the-file"\nseed = 3\n[training]\nepochs = 5\nbatch_size = 50\n')
    typed = TrainConfig.model_validate({"seed": 4, "training": {"epochs": 6}})
    merged = merge_file(typed, path)
    assert merged.seed == 4
    assert merged.training.epochs == 6
    assert merged.training.batch_size == 50
    assert merged.out == Path("of-the-file")
    assert merged.data == TrainConfig().data


def test_a_value_typed_wins_even_where_it_is_the_default(toml):
    typed = DatasetConfig.model_validate({"samples": 250_000})
    assert merge_file(typed, toml("samples = 10")).samples == 250_000


def test_without_a_file_the_options_are_what_was_typed():
    typed = DatasetConfig(seed=5)
    assert merge_file(typed, None) is typed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("samples = 0", r"run.toml: samples must be a whole number >= 1 and .*; got 0\."),
        ("[lens]\nna = -1", r"run.toml: lens.na must be a finite number > 0; got -1\."),
        ("[lens]\nna = nan", r"run.toml: lens.na must be a finite number > 0; got nan\."),
        ("smaples = 5", r"run.toml: smaples must be the name of an option; got .* Did you mean samples\?"),
        ('law = "U"', r"run.toml: law must be one of unit-sum-peak, .* got U\."),
        ("samples = ", r"config must be a complete TOML file; got .*run.toml\. Invalid value"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence_that_names_it(toml, text, said):
    with pytest.raises(InvalidInputError, match=said) as caught:
        merge_file(DatasetConfig(), toml(text))
    assert "\n" not in str(caught.value)


def test_a_missing_or_binary_file_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match=r"config must be an existing file; got .*none\.toml"):
        merge_file(DatasetConfig(), tmp_path / "none.toml")
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\r\n\xff\xfe")
    with pytest.raises(InvalidInputError, match="config must be a TOML file in UTF-8"):
        merge_file(DatasetConfig(), tmp_path / "picture.toml")


def test_records_do_not_change():
    with pytest.raises(ValidationError, match="frozen"):
        LensConfig().na = 0.5  # pyright: ignore[reportAttributeAccessIssue]


def test_a_fault_is_named_as_it_was_typed():
    with pytest.raises(ValidationError) as caught:
        ReproduceConfig.model_validate({"lens": {"wavelength_nm": -1}})
    assert explain(caught.value, ReproduceConfig, typed=True) == (
        "--wavelength-nm must be a finite number > 0; got -1."
    )


@pytest.mark.parametrize(
    "text", ["2 3:8 0", "2_3:8_0", "٢:80", "2.3:", ":80", "2.3", "2.9 + 3.6j:13", "2,3:80"]
)
def test_layers_of_other_than_plain_numbers_are_refused(text):
    with pytest.raises(InvalidInputError, match="film must be"):
        FilmOptions(film=(text,)).stack(LensConfig())


def test_layers_of_plain_numbers_are_read():
    film = FilmOptions(film=("2.3:80", "2.9+3.6j:1.3e1"), substrate="1.46").stack(LensConfig())
    assert film is not None
    assert film.layers == ((2.3, 80 * 1e-9), (2.9 + 3.6j, 13 * 1e-9))
    assert film.substrate == 1.46


@pytest.mark.parametrize("term", ["2_0,2:0.1", "2,2:0_1", "2.0,2:1", "2,2:0,1", "٢,2:1", "2 2,2:1"])
def test_zernike_terms_of_other_than_plain_numbers_are_refused(term):
    with pytest.raises(InvalidInputError, match="zernike must be terms"):
        ToleranceConfig(zernike=(term,)).terms()


@pytest.mark.parametrize(
    ("record", "values"),
    [
        (LensConfig, {"na": "0.9_5"}),
        (LensConfig, {"na": True}),
        (DatasetConfig, {"samples": "1_000"}),
        (DatasetConfig, {"samples": True}),
        (DesignConfig, {"direction": ("1_0", "0", "0")}),
        (DesignConfig, {"direction": [True, 0, 0]}),
    ],
)
def test_a_number_of_an_option_is_a_plain_one(record, values):
    with pytest.raises(ValidationError) as caught:
        record.model_validate(values)
    assert " must be a plain number, such as 12 or -1.5e-3; got " in explain(caught.value, record)


def test_a_number_in_a_table_is_named_in_full(toml):
    with pytest.raises(InvalidInputError, match=r"run.toml: lens.na must be a plain number.* got 0.9_5\."):
        merge_file(DatasetConfig(), toml('[lens]\nna = "0.9_5"'))


def test_plain_text_and_numbers_of_options_are_read():
    assert LensConfig.model_validate({"na": " 9.5e-1 "}).na == 0.95
    assert DatasetConfig.model_validate({"samples": "1000", "lens": {"na": 1}}).samples == 1000


def _records():
    modules = ("config", "card_config", "hologram_config", "recording_config", "shape_config")
    for module in modules:
        for name, record in vars(importlib.import_module(f"optomag.workflow.{module}")).items():
            if inspect.isclass(record) and issubclass(record, BaseModel):
                for field, told in record.model_fields.items():
                    if re.search(r"\bint\b", str(told.annotation)):
                        yield pytest.param(record, field, id=f"{name}.{field}")


@pytest.mark.parametrize(("record", "field"), list(_records()))
@pytest.mark.parametrize("count", [10**15, 10**400])
def test_every_whole_number_that_is_typed_has_an_upper_bound(record, field, count):
    """So that a new option cannot ask for work without end: what fits is weighed, or bounded, when it is read."""
    for given in (count, (count,), (count, count)):
        with pytest.raises(ValidationError):
            record.__pydantic_validator__.validate_assignment(record.model_construct(), field, given)


STACK = {"film": ("2.0:5", "2.3:10"), "substrate": "1.46"}


@pytest.mark.parametrize(
    ("options", "name", "option"),
    [(MagnetFilmOptions, "layer", "layer"), (ScanFilmOptions, "magnet_layer", "magnet-layer")],
)
def test_the_magnet_is_named_beside_the_film(options, name, option, refusal):
    lens = LensConfig()
    assert options(**STACK, **{name: 2}).stack(lens).magnet == 2
    assert options(**STACK).stack(lens).magnet is None
    said = refusal(options(**STACK, **{name: 4}).stack, lens)
    assert said.startswith(f"{option} must be at most 3, the substrate; got 4")
    assert "for there is no film" in refusal(options(**{name: 1}).stack, lens)
    assert FilmOptions(**STACK).stack(lens).magnet is None


def test_a_direction_without_dichroism_is_refused(refusal):
    options = DichroismOptions(magnetized=(1.0, 0.0, 0.0))
    assert refusal(lambda: options.axis).startswith("magnetized must be left out without --mcd")
    assert DichroismOptions(mcd=0.01, magnetized=(1.0, 0.0, 0.0)).axis == (1.0, 0.0, 0.0)
