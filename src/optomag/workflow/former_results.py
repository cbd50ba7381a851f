"""No result takes the place of another in silence: a folder goes on, or is replaced on purpose.

Looked at before anything is computed, so that a refusal costs nothing; `optomag.io.result_folder` has the
last word on what lies in a folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from optomag.errors import OptomagError, refuse
from optomag.workflow.config import READ, FolderCommand
from optomag.workflow.option_rules import Place, options_of

ASIDE = {"out", "no_picture", "scheduler", "formats"}
"""Settings that change no result, or only in which files it lies."""


def require_same_making(settings: FolderCommand, command: str, sources: Sequence[object]) -> None:
    """Refuse a folder that holds the result of another command or of other settings.

    Parameters
    ----------
    settings : FolderCommand
        What the command was told.
    command : str
        What would write there, such as "optomag design".
    sources : sequence
        What was typed without a name: files and folders that it reads.

    Raises
    ------
    InvalidInputError
        If there is such a result, and `settings.replace` does not say that it may go.
    """
    folder = settings.folder
    former = None if settings.replace else _manifest(folder)
    if former is None:
        return
    advice = "Choose another --out, or replace it by --replace."
    if former["command"] != command:
        made, advice = f"the result of {former['command']}", "Choose another --out, or move it away."
    elif (other := _other(former, settings, sources)) is not None:
        made = f"the result of {command} with {other}"
    else:
        return
    rule = "a folder without a result, or with that of the same command and settings"
    refuse("--out", rule, f"{folder} with {made}", advice)


def _manifest(folder: Path) -> dict[str, Any] | None:
    """What made the result in a folder; None where there is none that this version knows."""
    from optomag.io.files import read_json  # not at the top: help needs no arrays
    from optomag.io.manifest import NAME

    try:
        content = read_json(folder / NAME) if (folder / NAME).is_file() else None
    except OptomagError:
        return None  # the folder itself is refused, in its own words, where it is written to
    if not isinstance(content, dict) or not isinstance(content.get("format"), str):
        return None
    return content if {"command", "config"} <= content.keys() else None


def _other(manifest: dict[str, Any], settings: FolderCommand, sources: Sequence[object]) -> str | None:
    """The first setting of a former result that is not the same now, or None.

    What is left out, then or now, means what it came to mean then: all else is the same, or is refused.
    Files and results that were read are the same by their content, and by their names where it is unknown.
    """
    now, kind = settings.manifest(), type(settings)
    former, resolved = (_table(manifest.get(name)) for name in ("config", "resolved"))
    content = _Content(_table(former.get(READ)), _table(now.get(READ)))
    read = [value for name, value in former.items() if name not in now and not name.endswith("sha256")]
    if not all(isinstance(name, (str, list)) for name in read):
        return "settings of another version"
    if other := _other_source(read, list(map(str, sources)), content):
        return other
    try:
        fields = kind.model_fields
        then = kind.model_validate({k: v for k, v in former.items() if k in now and k in fields}).manifest()
    except (ValidationError, ValueError):  # of another version
        return "settings of another version"
    onward = {"start"} if now.get("start") == now.get("out") else set()  # a result that goes on from itself
    options = {place: name for name, place in reversed(options_of(kind).items())}
    for place in dict.fromkeys([*_places(then), *_places(now)]):
        if place[0] in ASIDE | onward | {READ}:
            continue
        value, current, option = _at(then, place), _at(now, place), options.get(place)
        meant, same = resolved.get(option or ""), content.same(".".join(place))
        if same or (same is None and _same(_known(value, meant), _known(current, meant))):
            continue
        if option is None:
            return f"another {place[0]}"
        another = "another " if same is False and value == current else ""
        told = "left out" if value in (None, False) else f"{another}{_brief(value)}"
        return f"--{option.replace('_', '-')} {told}"
    return None


def _other_source(read: Sequence[Any], typed: Sequence[str], content: _Content) -> str | None:
    """What was read then, without a name of its own, where it is not what is read now."""
    names = [name for value in read for name in (value if isinstance(value, list) else [value])]
    if read and len(names) != len(typed):
        return _brief(names)
    for k, (name, now) in enumerate(zip(names, typed, strict=False), 1):
        same = content.same(str(k))
        if same is False or (same is None and name != now):
            return f"another {name}" if name == now else _brief(names)
    return None


@dataclass(frozen=True)
class _Content:
    """Fingerprints of what was read, then and now."""

    then: Mapping[str, Any]
    now: Mapping[str, Any]

    def same(self, name: str) -> bool | None:
        """Whether what goes by a name has the same content; None where that is not known."""
        known = name in self.then and name in self.now
        return self.then[name] == self.now[name] if known else None


def _places(values: Any, above: Place = ()) -> Iterator[Place]:
    """Where the values of nested settings lie."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _places(value, (*above, name))
        else:
            yield (*above, name)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _known(value: Any, meant: Any) -> Any:
    return meant if value is None else value


def _at(values: Any, place: Sequence[str]) -> Any:
    for name in place:
        values = values.get(name) if isinstance(values, dict) else None
    return values


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one; a length for all axes is as good as equal ones for each."""
    lists = isinstance(one, list) and isinstance(other, list) and one and other
    return one == other or bool(lists and all(each == other[0] for each in one + other))


def _brief(value: Any) -> str:
    several = value if isinstance(value, (list, tuple)) else [value]
    return " ".join(f"{each:g}" if isinstance(each, float) else str(each) for each in several)
