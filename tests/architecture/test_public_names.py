"""What `__init__.pyi` promises is there, and says what it is."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from pathlib import Path

import pytest

import optomag

STUB = Path(optomag.__file__).with_suffix(".pyi")
NAMES = sorted(
    alias.asname or alias.name
    for node in ast.walk(ast.parse(STUB.read_text(encoding="utf-8")))
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
)
CONTRACT = set(
    """
    Objective linear circular radial azimuthal vortex phase_step annulus binary_rings gaussian zernike sector
    four_beam pupil_function Grid focus_field induced_magnetization similarity OptomagError InvalidInputError
    """.split()  # noqa: SIM905
)
"""Names that other people's scripts depend on; it only grows."""


def test_the_names_of_the_contract_are_public():
    assert set(NAMES) >= CONTRACT
    assert sorted(optomag.__all__) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_can_be_used_and_is_documented(name):
    thing = getattr(optomag, name)
    if isinstance(thing, Mapping):
        assert all(inspect.getdoc(type(value)) for value in thing.values()), (
            f"{name} holds what has no docstring"
        )
        return
    documentation = inspect.getdoc(thing) or ""
    assert documentation.strip(), f"{name} has no docstring"
    if inspect.isfunction(thing):
        unmentioned = [
            parameter for parameter in inspect.signature(thing).parameters if parameter not in documentation
        ]
        assert unmentioned == [], name


@pytest.mark.parametrize("name", [name for name in NAMES if inspect.isclass(getattr(optomag, name))])
def test_every_public_method_is_documented(name):
    members = vars(getattr(optomag, name))
    undocumented = [
        member
        for member, value in members.items()
        if not member.startswith("_")
        and (callable(value) or isinstance(value, property | classmethod | staticmethod))
        and not inspect.getdoc(value)
    ]
    assert undocumented == []


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="focus_feild"):
        optomag.focus_feild  # noqa: B018
