"""Kinds of targets and their keys, for the help of `optomag shape`, from the records that read them."""

from __future__ import annotations

from textwrap import fill
from typing import Any

from pydantic import BaseModel

from optomag.workflow.option_rules import kinds_of, rule_of
from optomag.workflow.shape_config import ShapeConfig

WIDTH = 79
"""Columns of the text."""

NAME = 15
"""Columns of a key's name."""


def targets_help() -> str:
    """Every kind of [target] with its keys, what they must be, their defaults, and an example."""
    kinds: dict[type[BaseModel], list[str]] = {}
    for name, record in kinds_of(ShapeConfig.model_fields["target"]).items():
        kinds.setdefault(record, []).append(name)
    parts = ["The TOML file has a table [target] with one of these kinds, and its keys:"]
    parts += [_described(record, names) for record, names in kinds.items()]
    return "\n\n".join(parts)


def _described(record: type[BaseModel], names: list[str]) -> str:
    title = _filled("kind = " + " | ".join(f'"{name}"' for name in names), 0)
    lines = [title, _filled((record.__doc__ or "").strip(), 2)]
    for name, field in record.model_fields.items():
        if name != "kind":
            words = [field.description or "", f"{rule_of(field)}".capitalize() + ".", _default(field)]
            start = f"  {name}"
            gap = " " * max(1, NAME + 2 - len(start))
            text = " ".join(word for word in words if word)
            lines.append(_filled(f"{start}{gap}{text}", NAME + 2, first=""))
    lines.append(_filled(f"Example: {_example(record, names[0])}", 2))
    return "\n".join(lines)


def _default(field: Any) -> str:
    if field.is_required():
        return "[required]"
    default = field.get_default(call_default_factory=True)
    return "" if default is None else f"[default: {_written(default)}]"


def _example(record: type[BaseModel], kind: str) -> str:
    """A table as TOML has it in one line: the kind with what it needs, or with its first keys."""
    given: dict[str, Any] = {"kind": kind, **record.model_config.get("json_schema_extra", {})}  # type: ignore[arg-type]
    return f"target = {{ {', '.join(f'{name} = {_written(value)}' for name, value in given.items())} }}"


def _written(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, float):
        return f"{value:g}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _filled(text: str, indent: int, *, first: str | None = None) -> str:
    margin = " " * indent
    return fill(
        text,
        WIDTH,
        initial_indent=margin if first is None else first,
        subsequent_indent=margin or "  ",
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
        replace_whitespace=False,
    )
