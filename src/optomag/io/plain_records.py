"""Frozen records as plain JSON values with arrays aside, and back: one description for all kinds of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, refuse


class Catalogue:
    """The kinds of records that a file may hold, each by its name and the module where it is.

    Parameters
    ----------
    what : str
        What messages call one of them, such as "beam of a file".
    modules : mapping of str to str
        Class name to module; nothing is imported before it is needed, and nothing else ever is.
    """

    def __init__(self, what: str, modules: Mapping[str, str]) -> None:
        self._what, self._modules = what, dict(modules)

    def describe(self, value: Any, tensors: dict[str, np.ndarray], *, name: str) -> Any:
        """Plain values of a record; its arrays go to `tensors` under names that begin with `name`.

        Raises
        ------
        InvalidInputError
            If it, or a record within it, is of no known kind.
        """
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if isinstance(value, tuple):
            parts = enumerate(value)
            return {"tuple": [self.describe(part, tensors, name=f"{name}.{i}") for i, part in parts]}
        if isinstance(value, (np.ndarray, np.generic)):
            tensors[name] = np.asarray(value)
            return {"array": name}
        kind = type(value).__name__
        if not is_dataclass(value) or kind not in self._modules or type(value) is not self._kind(kind):
            refuse(self._what, "one of " + ", ".join(self._modules), value)
        given = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        return {
            "kind": kind,
            "values": {
                key: self.describe(part, tensors, name=f"{name}.{key}") for key, part in given.items()
            },
        }

    def restore(self, plain: Any, tensors: Mapping[str, np.ndarray]) -> Any:
        """The record that `describe` described.

        Raises
        ------
        InvalidInputError
            If the values describe none, or one that its own class refuses.
        """
        try:
            return self._restored(plain, tensors)
        except InvalidInputError:
            raise
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            refuse(self._what, "one of " + ", ".join(self._modules) + " with its values", plain)

    def _restored(self, plain: Any, tensors: Mapping[str, np.ndarray]) -> Any:
        if plain is None or isinstance(plain, (bool, int, float, str)):
            return plain
        if plain.keys() == {"complex"}:
            return complex(*plain["complex"])
        if plain.keys() == {"tuple"}:
            return tuple(self._restored(part, tensors) for part in plain["tuple"])
        if plain.keys() == {"array"}:
            return tensors[plain["array"]]
        values = {key: self._restored(part, tensors) for key, part in plain["values"].items()}
        return self._kind(plain["kind"])(**values)

    def _kind(self, name: str) -> Any:
        return getattr(import_module(self._modules[name]), name)
