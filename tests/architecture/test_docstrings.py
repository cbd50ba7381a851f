"""Docstrings of public names have the sections of numpydoc, and these tell what the signatures do."""

from __future__ import annotations

import dataclasses
import doctest
import importlib
import inspect
import re
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import optomag

ORDER = ("Parameters", "Attributes", "Returns", "Yields", "Raises", "Warns", "See Also", "Notes", "Examples")
"""Of the sections that are there; numpydoc's, with the attributes of a record where its parameters would be."""

STUB = Path(optomag.__file__).with_suffix(".pyi")
MADE_BY_OTHERS = runpy.run_path(str(Path(__file__).parents[1] / "fuzz_arguments.py"))["MADE_BY_OTHERS"]

THINGS = {name: getattr(optomag, name) for name in optomag.__all__}
DATA = {name: thing for name, thing in THINGS.items() if isinstance(thing, Mapping)}
FUNCTIONS = {name: thing for name, thing in THINGS.items() if inspect.isfunction(thing)}
CLASSES = {
    name: thing
    for name, thing in THINGS.items()
    if inspect.isclass(thing) and not issubclass(thing, Exception)  # what a message says is its own story
}

NEVER_REFUSE = {
    "Scan": "a record; `scan` checks what it is made of",
    "Temperature": "a record; `temperature` checks what it is made of",
    "Magnet": "a record; `export` checks what it is asked for",
    "ModePair": "a pair; `Reader` checks it",
    "Registration": "a record; `Card.read` checks it",
}
"""Classes with parameters that look at none of them, and who does."""

NOT_RUN = {
    "read_simulation": "another program writes what it reads",
    "named_structure": "some ten seconds",
    "temperature": "some ten seconds",
    "screens": "needs a display",
    "Screens": "needs a display",
    "show": "needs a display",
}
"""Whose examples doctest skips."""


def sections(documentation: str) -> dict[str, str]:
    """Texts of the sections by name, in their order; the summary is the one without a name."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}\n", documentation, flags=re.M)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def items(section: str) -> set[str]:
    """Names that a section of parameters or attributes describes: `a, b : float [m]` or `a, b`."""
    heads = [line.split(" : ")[0] for line in section.splitlines() if re.match(r"[\w*]", line)]
    return {name.strip(" *") for head in heads for name in head.split(",")}


def parameters(function: object) -> set[str]:
    """Names in a signature, but for the object itself."""
    return set(inspect.signature(function).parameters) - {"self", "cls"}  # type: ignore[arg-type]


def members() -> Iterator[tuple[str, type, str, object]]:
    """Public methods of public classes: name for people, class, name, function."""
    for name, thing in CLASSES.items():
        for member, value in vars(thing).items():
            function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
            if not member.startswith("_") and inspect.isfunction(function):
                yield f"{name}.{member}", thing, member, function


METHODS = {name: (owner, member, function) for name, owner, member, function in members()}


def shown(section: str, name: str) -> bool:
    """Whether there are examples that run and say something."""
    examples = doctest.DocTestParser().get_examples(section)
    if name in NOT_RUN:
        return bool(examples)
    return any(one.want and doctest.SKIP not in one.options for one in examples)


def faults(name: str, thing: object) -> list[str]:
    """What a docstring of a function, or of a class that users call, lacks or has too much."""
    parts, taken = sections(inspect.getdoc(thing) or ""), parameters(thing)
    told = parts.get("Parameters") or (parts.get("Attributes", "") if name in NEVER_REFUSE else "")
    found = [f"parameter {one}" for one in items(told) ^ taken]
    if taken and name not in NEVER_REFUSE and "Raises" not in parts:
        found.append("Raises")
    if not shown(parts.get("Examples", ""), name):
        found.append("Examples")
    if inspect.isfunction(thing):
        returns = inspect.signature(thing).return_annotation not in ("None", None)
        found += ["Returns"] * (returns != ("Returns" in parts))
    return found


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_whole(name):
    assert faults(name, FUNCTIONS[name]) == []


@pytest.mark.parametrize("name", sorted(set(CLASSES) - MADE_BY_OTHERS))
def test_a_class_that_users_call_is_whole(name):
    assert faults(name, CLASSES[name]) == []


@pytest.mark.parametrize("name", sorted(set(CLASSES) & MADE_BY_OTHERS))
def test_a_class_that_functions_return_tells_its_fields(name):
    thing = CLASSES[name]
    parts = sections(inspect.getdoc(thing) or "")
    told = items(parts.get("Parameters", "")) | items(parts.get("Attributes", ""))
    fields = {one.name for one in dataclasses.fields(thing)} if dataclasses.is_dataclass(thing) else set()
    assert fields - told == set()
    assert shown(parts.get("Examples", ""), name)


@pytest.mark.parametrize("name", DATA)
def test_data_are_told_by_their_module(name):
    module = importlib.import_module(place_of(name))
    parts = sections(inspect.getdoc(module) or "")
    assert f"`{name}`" in parts[""]
    assert f"om.{name}" in parts.get("Examples", "")
    assert shown(parts["Examples"], name)


def place_of(name: str) -> str:
    """The module that the declaration of a public name imports it from."""
    found = re.search(rf"^from \.([\w.]+) import {name} as", STUB.read_text(encoding="utf-8"), flags=re.M)
    assert found, name
    return f"optomag.{found[1]}"


@pytest.mark.parametrize("name", METHODS)
def test_a_method_tells_its_parameters(name):
    owner, member, function = METHODS[name]
    versions = [vars(kind)[member] for kind in owner.__mro__ if member in vars(kind)]
    told = [sections(inspect.getdoc(version) or "").get("Parameters", "") for version in versions]
    # what overrides a method means by its parameters what that one does
    assert items(next((text for text in told if text), "")) >= parameters(function)
    assert items(told[0]) <= parameters(function)


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLASSES, *METHODS])
def test_sections_stand_in_their_order(name):
    thing = METHODS[name][2] if name in METHODS else THINGS[name]
    named = [part for part in sections(inspect.getdoc(thing) or "") if part]
    assert named == sorted(named, key=ORDER.index)


def test_faults_are_seen():
    def odd(length: float, width: float) -> float:
        """Area.

        Parameters
        ----------
        length : float [m]
        height : float [m]
        """
        return length * width

    assert sorted(faults("odd", odd)) == [
        "Examples",
        "Raises",
        "Returns",
        "parameter height",
        "parameter width",
    ]
