"""How records show themselves: one line in a console, a table and a picture in a notebook.

A record says its numbers once, by `_facts_`, and both are made of them. What draws stands above what is
drawn, so that pictures are looked up by name, and matplotlib is loaded with the first of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

LONGEST = 118
"""Characters of a line."""

LONGEST_PART = 48
"""Characters of a value within it."""

FEW = 4
"""Items of a sequence or an array that are shown one by one."""


class Displayed:
    """Records with a line for consoles and HTML for notebooks.

    Whatever inherits from it is shown by the names and values of its fields, arrays by shape and range.
    It may say something better: `_facts_`, text by name, and `_preview_`, a figure in a second or two.
    """

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__repr__" not in cls.__dict__:  # or a dataclass would print its arrays, line by line
            setattr(cls, "__repr__", one_line)  # noqa: B010 - a method whose name of itself pyright would check

    def _facts_(self) -> dict[str, str] | None:
        """Its numbers as text with units, by what they are called; None for the fields as they are."""
        return None

    def _table_(self) -> dict[str, str] | None:
        """What notebooks say beside it, where the line that makes it again is not what a reader looks for."""
        return self._facts_()

    def _preview_(self) -> Any:
        """A figure that takes a second or two at most; None where there is none."""
        return None

    def _repr_html_(self) -> str:
        """What notebooks show. It never raises, and takes no network."""
        return drawn("optomag.plot.display:display_html", self)


def drawn(where: str, *args: Any, **options: Any) -> Any:
    """Call a function of a room above, which is named "module:function"."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)(*args, **options)


def one_line(record: Any) -> str:
    """A record as one line of at most 118 characters; a call that makes it again, where that is short.

    Examples
    --------
    >>> from optomag.optics.objective import Objective
    >>> one_line(Objective(na=0.95, wavelength=532e-9))
    'Objective(na=0.95, index=1.0, wavelength=5.32e-07, apodization=AbbeSine())'
    """
    name = type(record).__name__
    try:
        facts = record._facts_()
        if facts is not None:
            return clipped(f"{name}({', '.join(_said(key, value) for key, value in facts.items())})")
        parts = _fields(record)
        exact = f"{name}({', '.join(f'{key}={value!r}' for key, value in parts.items())})"
        if all(map(_is_plain, parts.values())) and len(exact) <= LONGEST:
            return exact
        return clipped(f"{name}({', '.join(f'{key}={summary(value)}' for key, value in parts.items())})")
    except Exception:  # a record that is broken still has a name
        return f"<{name} that cannot be shown>"


def exact(value: Any) -> str:
    """A value as text that holds all of it, whatever its length: for fingerprints and files.

    Examples
    --------
    >>> from optomag.optics.film import Film
    >>> exact(Film([(2.3, 80e-9)], 1.46).layers)
    '(((2.3+0j), 8e-08),)'
    """
    if not isinstance(value, type) and dataclasses.is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.repr}
        return f"{type(value).__name__}({', '.join(f'{key}={exact(part)}' for key, part in parts.items())})"
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return f"({', '.join(map(exact, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


def facts_of(record: Any) -> dict[str, str]:
    """What a record says of itself, text by name."""
    facts = record._table_() if isinstance(record, Displayed) else None
    return {key: summary(value) for key, value in _fields(record).items()} if facts is None else facts


def summary(value: Any) -> str:
    """A value in a few words: arrays by shape and range, long sequences by their number.

    Examples
    --------
    >>> summary(np.zeros((201, 201, 3))), summary([1.0, 2.0]), summary("x")
    ('(201, 201, 3) of 0', '[1.0, 2.0]', "'x'")
    """
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return clipped(_array(value), LONGEST_PART)
    if isinstance(value, (tuple, list, frozenset, set)) and len(value) > FEW:
        kinds = {type(item).__name__ for item in value}
        return f"{len(value)} {kinds.pop() if len(kinds) == 1 else 'values'}"
    if isinstance(value, (tuple, list)):
        open_, close = "()" if isinstance(value, tuple) else "[]"
        inside = ", ".join(summary(item) for item in value)
        return clipped(
            f"{open_}{inside}{',' if open_ == '(' and len(value) == 1 else ''}{close}", LONGEST_PART
        )
    if isinstance(value, Mapping):
        inside = "{" + ", ".join(f"{key!r}: {summary(item)}" for key, item in value.items()) + "}"
        return inside if len(inside) <= LONGEST_PART else f"{len(value)} entries"
    if callable(value) and hasattr(value, "__name__"):
        return value.__name__
    said = repr(value)
    if len(said) <= LONGEST_PART and "\n" not in said:
        return said
    return clipped(said, LONGEST_PART) if isinstance(value, (str, bytes)) else f"{type(value).__name__}(...)"


def clipped(line: str, longest: int = LONGEST) -> str:
    """A line that is short enough, its end left out."""
    line = " ".join(line.split())
    return line if len(line) <= longest else f"{line[: longest - 4].rstrip(' ,')} ..."


def nanometres(*lengths: Any) -> str:
    """Lengths [m] as text, such as -798 to 798 nm.

    Examples
    --------
    >>> nanometres(-798e-9, 798e-9), nanometres(0.0)
    ('-798 to 798 nm', '0 nm')
    """
    return " to ".join(f"{round(1e9 * float(length), 6) + 0.0:.6g}" for length in lengths) + " nm"


def plural(count: int, what: str) -> str:
    """A number of things, such as 3 beams."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _said(key: str, value: str) -> str:
    return f"{key} {value}" if key else value


def _fields(record: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(record):
        names = [field.name for field in dataclasses.fields(record) if field.init and field.repr]
        return {name: getattr(record, name) for name in names if hasattr(record, name)}
    return {key: value for key, value in vars(record).items() if not key.startswith("_")}


def _is_plain(value: Any) -> bool:
    """Whether its own `repr` makes it again and is short."""
    if isinstance(value, tuple):
        return len(value) <= FEW and all(map(_is_plain, value))
    return value is None or isinstance(value, (bool, int, float, complex, str, Displayed))


def _array(values: Any) -> str:
    """Shape and range of an array; a few numbers as they are."""
    shape = tuple(values.shape)
    try:
        array = np.asarray(values)
    except Exception:  # traced by JAX: its values are not known yet
        return f"{values.dtype} {shape}"
    if array.size == 0 or array.dtype.kind not in "biufc":
        return f"{array.dtype} {shape}"
    if array.size <= FEW and array.ndim <= 1:
        numbers = [f"{number:.4g}" for number in np.atleast_1d(array).tolist()]
        return numbers[0] if array.ndim == 0 else f"[{', '.join(numbers)}]"
    size = np.abs(array) if array.dtype.kind == "c" else array
    low, high = np.nanmin(size).item(), np.nanmax(size).item()
    spread = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    return f"{shape} of {'modulus ' if array.dtype.kind == 'c' else ''}{spread}"
