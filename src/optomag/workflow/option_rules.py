"""What each option must be, in words, and by which names it goes: read from the records that hold them.

Refusals, files of options and the help of targets all say the same, because all of them ask here.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Len, Lt, MaxLen, MinLen
from cyclopts import Parameter
from pydantic import BaseModel
from pydantic.fields import FieldInfo

Place = tuple[str, ...]

WORDS = {
    bool: ("true or false", "values true or false"),
    int: ("a whole number", "whole numbers"),
    float: ("a finite number", "finite numbers"),
    str: ("text", "texts"),
    Path: ("the path of a file or folder", "paths of files or folders"),
}
"""One of a kind, and several of them."""

COUNTS = {2: "two", 3: "three"}


def rule_of(field: FieldInfo) -> str:
    """What a value of the field must be, such as "a finite number > 0" or "one of flat, free"."""
    return _rule(field.annotation, list(field.metadata), several=False)


def options_of(kind: type[BaseModel]) -> dict[str, Place]:
    """Every name of every option of a record, with underscores, and where its value lies in the record."""
    return {name: place for place, names in _options(kind) for name in names}


def option_at(kind: type[BaseModel], place: Place) -> str | None:
    """The option, as it is typed, whose value lies at a place of the record; None where there is none."""
    for each, names in _options(kind):
        if each == place:
            return "--" + names[0].replace("_", "-")
    return None


class Found(NamedTuple):
    """Where a place leads in a record.

    Attributes
    ----------
    place : tuple of str
        Its names as files have them, without the tags of tables of several kinds.
    field : FieldInfo or None
        What lies there; None where nothing of that name does.
    record : type or None
        The record that has it, or would.
    """

    place: Place
    field: FieldInfo | None
    record: type[BaseModel] | None


def look(kind: type[BaseModel], place: Iterable[str]) -> Found:
    """What lies at a place of a record, as pydantic names places."""
    records: dict[str, type[BaseModel]] = {"": kind}
    names: list[str] = []
    field, record = None, None
    for name in place:
        if name and name in records:  # of several kinds of table, this one
            records = {"": records[name]}
        elif "" in records:
            record = records[""]
            names.append(name)
            field = record.model_fields.get(name)
            records = {} if field is None else _records(field.annotation)
    return Found(tuple(names), field, record)


def kinds_of(field: FieldInfo) -> dict[str, type[BaseModel]]:
    """Records that a table of several kinds may be, by the words that its key `kind` takes."""
    return {tag: record for tag, record in _records(field.annotation).items() if tag}


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """Words of which the field takes one or several; empty where it takes others."""
    return choices_in(field.annotation)


def nested_record(field: FieldInfo) -> type[BaseModel] | None:
    """The record that a field holds, or None."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _options(kind: type[BaseModel]) -> Iterator[tuple[Place, tuple[str, ...]]]:
    for name, field in kind.model_fields.items():
        spoken = next((each for each in field.metadata if isinstance(each, Parameter)), Parameter())
        if (record := nested_record(field)) is not None:
            yield from (((name, *place), names) for place, names in _options(record))
        elif spoken.parse is not False:
            names = tuple(str(each).removeprefix("--").replace("-", "_") for each in spoken.name or ())
            yield (name,), names or (name,)


def _records(kind: Any) -> dict[str, type[BaseModel]]:
    """Records of an annotation by their tags; the only one by no name."""
    found = [each for each in _members(kind) if isinstance(each, type) and issubclass(each, BaseModel)]
    tags = {tag: each for each in found for tag in _tags(each)}
    return {"": found[0]} if len(found) == 1 and not tags else tags


def _tags(kind: type[BaseModel]) -> tuple[str, ...]:
    field = kind.model_fields.get("kind")
    return () if field is None else choices_in(field.annotation)


def choices_in(kind: Any) -> tuple[str, ...]:
    """Words of which a value of an annotation is one; empty where it may be others."""
    members = _members(kind)
    for each in members if str not in members else ():
        if get_origin(each) is Literal:
            return tuple(map(str, get_args(each)))
        if get_origin(each) is tuple and (found := choices_in(get_args(each)[0])):
            return found
    return ()


def _members(kind: Any) -> list[Any]:
    """The kinds of a union without None, out of their annotations; a single kind is alone."""
    if get_origin(kind) is Annotated:
        return _members(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return [one for each in get_args(kind) if each is not type(None) for one in _members(each)]
    return [kind]


def _rule(kind: Any, limits: list[Any], *, several: bool) -> str:
    if get_origin(kind) is Annotated:
        kind, *more = get_args(kind)
        return _rule(kind, limits + more, several=several)
    if get_origin(kind) in (Union, types.UnionType):
        inner = [_rule(each, limits, several=several) for each in get_args(kind) if each is not type(None)]
        return " or ".join(dict.fromkeys(inner))
    if get_origin(kind) is Literal:
        words = list(map(str, get_args(kind)))
        return f"words of {', '.join(words)}" if several else _one_of(words)
    if get_origin(kind) is tuple:
        return _several(get_args(kind), _flat(limits), rows=several)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "a table"
    words = next((words for each, words in WORDS.items() if kind is each), ("a value", "values"))
    return " ".join([words[several], *_bounds(_flat(limits))])


def _one_of(words: list[str]) -> str:
    return f"one of {', '.join(words)}" if len(words) > 1 else words[0]


def _several(kinds: tuple[Any, ...], limits: list[Any], *, rows: bool) -> str:
    """Of how many values of which kind a list consists."""
    within = [each for each in limits if isinstance(each, (Gt, Ge, Lt, Le))]
    what = _rule(kinds[0], within, several=True)
    if kinds[-1] is not Ellipsis:
        count = f"{COUNTS.get(len(kinds), len(kinds))} {what}"
        return f"rows of {count}" if rows else count
    least = next((each.min_length for each in limits if isinstance(each, (MinLen, Len))), 0)
    most = next((each.max_length for each in limits if isinstance(each, (MaxLen, Len))), None)
    how_many = "one or more" if most is None else f"{max(least, 1)} to {most}"
    return f"{how_many} {what}"


def _flat(limits: Iterable[Any]) -> list[Any]:
    """Limits, those inside of a field's description too."""
    return [one for each in limits for one in (each.metadata if isinstance(each, FieldInfo) else [each])]


def _bounds(limits: list[Any]) -> list[str]:
    signs: dict[type, tuple[str, str]] = {
        Gt: (">", "gt"),
        Ge: (">=", "ge"),
        Lt: ("<", "lt"),
        Le: ("<=", "le"),
    }
    said = [
        f"{sign} {_number(getattr(each, name))}"
        for kind, (sign, name) in signs.items()
        for each in limits
        if isinstance(each, kind)
    ]
    return [" and ".join(said)] if said else []


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
