"""Nested records of arrays as flat tables of named arrays, and back: how networks reach a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import jax
import numpy as np

Record = TypeVar("Record")


def to_tensors(record: Any) -> dict[str, np.ndarray]:
    """Arrays of a pytree by their place in it, such as "layers.0.weight".

    Examples
    --------
    >>> to_tensors({"layers": [np.zeros(2), np.zeros(3)]})
    {'layers.0': array([0., 0.]), 'layers.1': array([0., 0., 0.])}
    """
    leaves, _ = jax.tree.flatten_with_path(record)
    return {jax.tree_util.keystr(path, simple=True, separator="."): np.asarray(leaf) for path, leaf in leaves}


def from_tensors(tensors: Mapping[str, np.ndarray], template: Record) -> Record | None:
    """Record of the template's structure with the arrays of the table; None where they do not fit.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        As `to_tensors` gives them.
    template : pytree of arrays, or of jax.ShapeDtypeStruct
        Says which names, shapes and element types there must be.
    """
    leaves, structure = jax.tree.flatten_with_path(template)
    expected = {jax.tree_util.keystr(path, simple=True, separator="."): leaf for path, leaf in leaves}
    fits = tensors.keys() == expected.keys() and all(
        (tensors[name].shape, tensors[name].dtype) == (leaf.shape, leaf.dtype)
        for name, leaf in expected.items()
    )
    if not fits:
        return None
    return jax.tree.unflatten(structure, jax.device_put([tensors[name] for name in expected]))
