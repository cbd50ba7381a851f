"""What a dataset or a result is, in 64 digits: the same before it is written and after it was read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray


def fingerprint(dataset: xarray.Dataset) -> str:
    """SHA-256 of the names, dimensions, types, attributes and values of a dataset.

    Equal ones have the same, however their bytes lie in memory. Of attributes, files do not tell a list of
    one number from the number, 1 in a list from 1.0, nor yes from 1; neither does this.

    Raises
    ------
    TypeError
        For what is neither number, time nor text.
    """
    digest = hashlib.sha256(_text(dataset.attrs))
    for name, variable in dataset.variables.items():
        kind, values = _plain(variable.values)
        described = [str(name), name in dataset.coords, variable.dims, variable.shape, kind, len(values)]
        digest.update(_text([described, variable.attrs]))
        digest.update(values)
    return digest.hexdigest()


def identity_of(values: Any, arrays: Mapping[str, Any] | None = None) -> str:
    """SHA-256 of plain values, as files hold them, and of arrays by their names.

    Raises
    ------
    TypeError
        For what is neither number nor text.
    """
    digest = hashlib.sha256(_text(values))
    for name, array in sorted((arrays or {}).items()):
        array = np.asarray(array)
        kind, data = _plain(array)
        digest.update(_text([name, array.shape, kind, len(data)]))
        digest.update(data)
    return digest.hexdigest()


def _plain(values: np.ndarray) -> tuple[str, bytes | memoryview]:
    """Type and bytes of an array, those of text in UTF-8."""
    kind = values.dtype.kind
    if kind in "UOT":
        texts = values.ravel().tolist()
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("objects that are no texts")
        # where there is none, Zarr gives back numbers
        return ("text", json.dumps(texts).encode()) if texts else ("f8", b"")
    if kind in "mM":
        values = values.astype(f"{kind}8[ns]").view(np.int64)
    if values.dtype.kind not in "fciub":
        raise TypeError(f"values of type {values.dtype}")
    ordered = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    return kind + str(values.dtype.itemsize), ordered.reshape(-1).view(np.uint8).data


def _text(value: Any) -> bytes:
    return json.dumps(_json_value(value), sort_keys=True).encode()


def _json_value(value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): _json_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [_json_value(item) for item in value]
        if {type(item) for item in items} == {int, float}:
            items = [float(item) for item in items]
        return items[0] if len(items) == 1 else items
    return int(value) if isinstance(value, bool) else value
