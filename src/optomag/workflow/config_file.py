"""Settings from a file, under those that were typed; and what is wrong with either, in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from optomag.errors import InvalidInputError
from optomag.workflow.config import Command

Kind = TypeVar("Kind", bound=Command)


def merge_file(options: Kind, path: Path | None) -> Kind:
    """Return the record that the TOML file at `path` describes; what `options` sets wins.

    Parameters
    ----------
    options : Command
        What the command line said; only names that were set count.
    path : Path, optional
        A TOML file with the names of the record, nested ones as tables (`[lens]`).

    Raises
    ------
    InvalidInputError
        Where the file is missing, is not TOML, or has an unknown name or a bad value.
    """
    if path is None:
        return options
    from optomag.io.files import read_toml  # not at the top: help needs no arrays

    values = read_toml(path, name="config")
    try:
        from_file = type(options).model_validate(values)
    except ValidationError as error:
        raise InvalidInputError(f"{path}: {explain(error)}") from error
    said = options.model_dump(exclude_unset=True)
    return type(options).model_validate(overlay(from_file.model_dump(exclude_unset=True), said))


def explain(error: ValidationError, *, prefix: str = "", nested: bool = True) -> str:
    """Return the first fault of a pydantic error as the library's one sentence.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    prefix : str
        Put before the name, such as "--" for options.
    nested : bool
        Name a nested value in full (`lens.na`, as in files) or by its last part (`na`, as in options).
    """
    fault = error.errors(include_url=False)[0]
    names = [str(part) for part in fault["loc"] if isinstance(part, str)] or ["configuration"]
    name = ".".join(names) if nested else names[-1].replace("_", "-")
    if fault["type"] == "extra_forbidden":
        return f"{prefix}{name} is not a known name. See the command's --help for those that are."
    if fault["type"] == "too_short":
        return f"{prefix}{name} must be at least one value; got none."
    if fault["type"] == "implausible":
        return f"{prefix}{name} must be {fault['msg']}".rstrip()
    if isinstance(own := fault.get("ctx", {}).get("error"), InvalidInputError):
        return f"{prefix}{name}{str(own).removeprefix(names[-1])}"
    rule = fault["msg"].removeprefix("Input should be ").partition(", unable to parse")[0]
    given = fault["input"]
    got = " ".join(map(str, given)) if isinstance(given, (list, tuple)) else given
    return f"{prefix}{name} must be {rule}; got {got}."


def overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Nested values of two records; those above win."""
    merged = dict(below)
    for name, value in above.items():
        nested = isinstance(value, dict) and isinstance(below.get(name), dict)
        merged[name] = overlay(below[name], value) if nested else value
    return merged
