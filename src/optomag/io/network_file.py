"""Networks as safetensors files: the tensors of a pytree, and the sizes of its layers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import jax

from optomag.errors import InvalidInputError, refuse, require_yes_or_no
from optomag.io.files import parse_json, require_free_file, write_bytes
from optomag.io.tensors import from_tensors, to_tensors
from optomag.io.weights import load_tensors, tensor_bytes

FILE_VERSION = "1"

MOST_SIZES, LARGEST_SIZE = 64, 2**20
"""Layers of a network, and units of one: far more than any has."""

AnyNetwork = TypeVar("AnyNetwork")


def save_network(network: Any, path: str | os.PathLike[str], *, kind: str, replace: bool) -> None:
    """Write a network, a pytree with `sizes`, to one file, whole or not at all.

    Raises
    ------
    InvalidInputError
        If something else has that name and may not go.
    StorageError
        Where the file system refuses.
    """
    metadata = {"format": kind, "version": FILE_VERSION, "sizes": json.dumps(network.sizes)}
    data = tensor_bytes(to_tensors(network), metadata=metadata)
    if not require_yes_or_no("replace", replace):
        require_free_file(path, data)
    write_bytes(path, data)


def load_network(
    path: str | os.PathLike[str],
    *,
    kind: str,
    name: str,
    initialise: Callable[..., AnyNetwork],
    fault_of: Callable[[AnyNetwork], str | None],
) -> AnyNetwork:
    """Read a network that `save_network` wrote.

    Parameters
    ----------
    path : path
    kind : str
        Format that the file must have.
    name : str
        What errors call it.
    initialise : callable
        Takes a seed and `sizes=`; what it makes tells the names and shapes of the arrays.
    fault_of : callable
        Says why no answer of the network can be right; None where one may be.

    Raises
    ------
    InvalidInputError
        For a truncated or damaged file, one of another kind or version, one whose arrays do not fit together,
        or whose network cannot answer.
    StorageError
        Where the file is missing or cannot be read.
    """

    def refuse_file(found: str) -> NoReturn:
        rule = f"a file of format {kind}, version {FILE_VERSION}, as `save` writes them"
        refuse(name, rule, f"{os.fspath(path)} with {found}")

    tensors, metadata = load_tensors(path, kind=kind, name=name)
    if metadata.get("version") != FILE_VERSION:
        refuse_file(f"version {metadata.get('version')}")
    try:
        sizes = parse_json(metadata.get("sizes", "").encode(errors="replace"), path, name=name)
    except InvalidInputError:
        refuse_file("sizes that are no JSON")
    if not isinstance(sizes, list) or not 1 < len(sizes) <= MOST_SIZES or not all(map(_is_size, sizes)):
        refuse_file(f"sizes {sizes}")
    try:
        template = jax.eval_shape(lambda: initialise(0, sizes=tuple(sizes)))
    except (TypeError, ValueError):
        refuse_file(f"sizes {sizes}")
    network = from_tensors(tensors, template)
    if network is None:
        refuse_file("arrays of other names or shapes")
    if (fault := fault_of(network)) is not None:
        refuse_file(fault)
    return network


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_SIZE
