"""Settings from a file, under those that were typed; and what is wrong with either, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from optomag.errors import InvalidInputError, nearest
from optomag.workflow.config import Command
from optomag.workflow.option_rules import (
    choices_of,
    kinds_of,
    look,
    nested_record,
    option_at,
    options_of,
    rule_of,
)

Kind = TypeVar("Kind", bound=Command)


def merge_file(options: Kind, path: Path | None, *, name: str = "--config") -> Kind:
    """Return the record that the TOML file at `path` describes; what `options` sets wins.

    Parameters
    ----------
    options : Command
        What the command line said; only names that were set count.
    path : Path, optional
        A TOML file with the names of the options, with dashes or underscores; those of a part of the record,
        such as the lens, may lie in a table of its name (`[lens]`).
    name : str
        What messages call the file.

    Raises
    ------
    InvalidInputError
        Where the file is missing, is not TOML, or has an unknown name or a bad value.
    """
    if path is None:
        return options
    from optomag.io.files import read_toml  # not at the top: help needs no arrays

    kind = type(options)
    try:
        values = _placed(read_toml(path, name=name), kind)
        from_file = kind.model_validate(values)
    except ValidationError as error:
        raise InvalidInputError(f"{path}: {explain(error, kind)}") from error
    except _UnusableNameError as fault:
        raise InvalidInputError(f"{path}: {fault}") from fault
    said = options.model_dump(exclude_unset=True)
    return kind.model_validate(overlay(from_file.model_dump(exclude_unset=True), said))


def explain(error: ValidationError, kind: type[BaseModel], *, typed: bool = False) -> str:
    """Return the first fault of a pydantic error as the library's one sentence.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    kind : type
        The record that was to be made.
    typed : bool
        Name a value as the option that it is (`--na`), not as it is written in files (`lens.na`).
    """
    fault = error.errors(include_url=False)[0]
    found = look(kind, (part for part in fault["loc"] if isinstance(part, str)))
    field, last = found.field, found.place[-1] if found.place else ""
    name = (option_at(kind, found.place) if typed else None) or ".".join(found.place) or "configuration"
    if fault["type"].startswith("union_tag") and field is not None:  # the table's key `kind` is at fault
        given = fault["input"].get("kind") if isinstance(fault["input"], Mapping) else None
        kinds = kinds_of(field)
        rule = f"{name}.kind must be one of {', '.join(kinds)}; got {_shown(given)}."
        return f"{rule} {nearest(str(given), kinds)}".rstrip()
    if fault["type"] == "extra_forbidden":
        names = [] if found.record is None else list(found.record.model_fields)
        rule = f"{name} must be one of {', '.join(names)}; got an unknown name."
        return f"{rule} {nearest(last, names)}".rstrip()
    if fault["type"] == "implausible":
        return f"{name} must be {fault['msg']}".rstrip()
    if isinstance(own := fault.get("ctx", {}).get("error"), InvalidInputError):
        return f"{name}{str(own).removeprefix(last)}"
    if field is None or fault["type"] == "not_plain":
        return f"{name} must be {fault['msg']}; got {_shown(fault['input'])}."
    if fault["type"] == "tuple_type" and isinstance(fault["input"], str):
        return f'{name} must be {rule_of(field)}, as a list; got text. Write it as ["{fault["input"]}"].'
    given = None if fault["type"] == "missing" else fault["input"]
    meant = nearest(str(given), choices_of(field))
    return f"{name} must be {rule_of(field)}; got {_shown(given)}. {meant}".rstrip()


class _UnusableNameError(ValueError):
    """A name in a file that cannot be used; the message says why."""


def _placed(values: Mapping[str, Any], kind: type[BaseModel]) -> dict[str, Any]:
    """The values of a file where the record has them, whether a table was written around them or not."""
    found: dict[str, Any] = {}
    places = options_of(kind)
    for written, value in values.items():
        key = written.replace("-", "_")
        field = kind.model_fields.get(key)
        if field is not None and nested_record(field) is not None and isinstance(value, Mapping):
            inside = _placed_table(written, value, nested_record(field))
            given = {(key, name): each for name, each in inside.items()}
        elif key in places:
            given = {places[key]: value}
        elif field is not None:
            given = {(key,): value}
        else:
            known = sorted({*places, *_tables(kind)})
            rule = f"{written} must be the name of an option; got an unknown one."
            raise _UnusableNameError(f"{rule} {nearest(key, known)}".rstrip())
        for place, each in given.items():
            _put(found, place, each, written)
    return found


def _placed_table(table: str, values: Mapping[str, Any], kind: type[BaseModel] | None) -> dict[str, Any]:
    names = [] if kind is None else list(kind.model_fields)
    found: dict[str, Any] = {}
    for written, value in values.items():
        key = written.replace("-", "_")
        if key not in names:
            rule = f"{table}.{written} must be one of {', '.join(names)}; got an unknown name."
            raise _UnusableNameError(f"{rule} {nearest(key, names)}".rstrip())
        _put(found, (key,), value, f"{table}.{written}")
    return found


def _put(record: dict[str, Any], place: tuple[str, ...], value: Any, written: str) -> None:
    for name in place[:-1]:
        record = record.setdefault(name, {})
    if place[-1] in record:
        raise _UnusableNameError(f"{written} must be given once; got it twice.")
    record[place[-1]] = value


def _tables(kind: type[BaseModel]) -> list[str]:
    """Names of the record that files have and the command line has not."""
    known = {place[0] for place in options_of(kind).values() if len(place) == 1}
    return [name for name, field in kind.model_fields.items() if name not in known]


def _shown(given: Any) -> str:
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return str(given).lower()
    text = " ".join(map(str, given)) if isinstance(given, (list, tuple)) else str(given)
    return " ".join(text.split()) or "nothing"


def overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Nested values of two records; those above win."""
    merged = dict(below)
    for name, value in above.items():
        nested = isinstance(value, dict) and isinstance(below.get(name), dict)
        merged[name] = overlay(below[name], value) if nested else value
    return merged
