"""Every number that every command takes is bounded, or known not to change the work; all found in the records."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from optomag import cli
from optomag.errors import InvalidInputError
from optomag.workflow.config import Options
from optomag.workflow.config_file import explain
from optomag.workflow.shape_config import TargetConfig
from optomag.workflow.sizes import require_dataset

HUGE = "1" + 400 * "0"
NEVER = ("nan", "inf", HUGE)
"""No option of any kind takes them."""

NO_SIZE = {
    *("na", "index", "wavelength-nm", "learning-rate", "learning-rates", "at-nm", "surface-nm"),
    *("energy-nj", "peak-power-w", "duration-fs", "verdet", "faraday-rotation", "saturation-magnetization"),
    *("magnet-index", "direction", "angles", "level-db", "power-uw", "dwell-us", "medium", "grain-nm"),
    *("jitter-nm", "rotation-mrad", "start", "magnetized"),
}
"""Real numbers that may be of any size here: the work does not grow with them, or what they describe is
refused where it is built."""

WEIGHED_LATER = {
    "volume-half-width-wavelengths": "the engine refuses waves of too high a degree",
    "cell-nm": "`box_for` weighs the cells",
    "size-nm": "`box_for` weighs the cells",
    "step-nm": "`plan_raster` weighs the raster",
    "margin-wavelengths": "`plan_raster` weighs the raster",
    "reach-wavelengths": "`require_reach` has limits",
    "pitch-nm": "`plan_raster` weighs the raster",
    "pitch-wavelengths": "`plan_raster` weighs the raster",
}


class _BegunError(Exception):
    """A command would start its work now."""


def _numbers(annotation: Any) -> Iterator[tuple[type, int]]:
    """Kind and count of the numbers that an annotation takes: (int, 1), (float, 3), ..."""
    if annotation in (int, float):
        yield annotation, 1
    elif get_origin(annotation) is tuple:
        parts = [part for part in get_args(annotation) if part is not ...]
        count = 1 if ... in get_args(annotation) else len(parts)
        yield from {(kind, count) for part in parts for kind, _ in _numbers(part)}
    elif get_origin(annotation) is not typing.Literal:
        for part in get_args(annotation):
            if not isinstance(part, type) or part in (int, float):
                yield from _numbers(part)


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, type, int]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Options):
            yield from _fields(inner)
        else:
            for kind, count in _numbers(inner):
                yield name.replace("_", "-"), kind, count


def _commands() -> Iterator[tuple[str, int, type[BaseModel]]]:
    """Name, number of positional arguments and record of each command."""
    for name in cli.app:
        function = None if name.startswith("-") else cli.app[name].default_command
        if function is None:
            continue
        hint = typing.get_type_hints(function).get("options")
        if hint is None:  # no options
            continue
        model = next(part for part in get_args(hint) if part is not type(None))
        kinds = [p.kind for p in inspect.signature(function).parameters.values()]
        yield name, kinds.count(inspect.Parameter.POSITIONAL_ONLY), model


OPTIONS = [
    (name, positional, option, kind, count)
    for name, positional, model in _commands()
    for option, kind, count in _fields(model)
]


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Commands stop where they would begin; returns a target's file."""
    real = cli._merged

    def merged(options: Any, path: Path | None, *sources: object, **more: str) -> Any:
        real(options, path, *sources, **more)
        raise _BegunError

    monkeypatch.setattr(cli, "_merged", merged)
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "target.toml"
    target.write_text('[target]\nkind = "chain"\n')
    return target


def _code(words: list[str]) -> int | None:
    """Exit code; None where the work would begin."""
    try:
        return cli.main(words)
    except _BegunError:
        return None


@pytest.mark.parametrize(
    ("command", "positional", "option", "kind", "count"),
    OPTIONS,
    ids=[f"{command}-{option}" for command, _, option, *_ in OPTIONS],
)
def test_no_number_starts_endless_work(
    command: str,
    positional: int,
    option: str,
    kind: type,
    count: int,
    stopped: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    start = [command, *[str(stopped)] * positional, f"--{option}"]
    for value in (*NEVER, "1e18", "-1", "0"):
        code = _code([*start, *[value] * count])
        said = capsys.readouterr().err
        assert code in (2, None), (value, said)
        if code == 2:
            refused = [line for line in said.splitlines() if "warning: " not in line]
            assert len(refused) == 1, said
            assert "Traceback" not in said
        elif value in NEVER or (value == "1e18" and kind is int):
            pytest.fail(f"{command} --{option} {value[:20]} would start")
        elif value == "1e18":
            assert option in NO_SIZE or option in WEIGHED_LATER, option
    assert not list(stopped.parent.glob("optomag-out*"))


def test_all_commands_are_looked_at() -> None:
    assert {command for command, *_ in OPTIONS} >= {"dataset", "scan", "shape", "export", "card", "hologram"}
    assert len(OPTIONS) > 100


@pytest.mark.parametrize("model", get_args(get_args(TargetConfig)[0]), ids=lambda model: model.__name__)
def test_no_whole_number_of_a_target_is_without_bound(model: type[BaseModel]) -> None:
    kinds = get_args(model.model_fields["kind"].annotation)
    for name, field in model.model_fields.items():
        for kind, count in _numbers(field.annotation):
            for value in (float("nan"), float("inf"), *((10**18, 10**400) if kind is int else ())):
                given = {"kind": kinds[0], "file": "f.ovf", name: value if count == 1 else [value] * count}
                with pytest.raises(ValidationError) as refused:
                    model.model_validate(given)
                assert "\n" not in explain(refused.value, model)


def test_volumes_are_weighed_and_the_largest_fits(tmp_path: Path) -> None:
    store = tmp_path / "dataset.zarr"
    with pytest.raises(
        InvalidInputError, match=r"volume-points must .* memory; .* fits is (\d+), not 1000"
    ) as e:
        require_dataset(1, 1000, store)
    largest = int(str(e.value).split("fits is ")[1].split(",")[0])
    require_dataset(1, largest, store)
    with pytest.raises(InvalidInputError, match="volume-points"):
        require_dataset(1, largest + 1, store)
    with pytest.raises(InvalidInputError, match=r"samples must .* of free disk; .* The largest that fits is"):
        require_dataset(10**10, 100, store)
    store.mkdir()
    require_dataset(10**10, 100, store)  # begun with room for all of it
