"""Every exception a user can meet, and the checks that raise them.

All messages have one shape: "<name> must be <rule>; got <value>. <what to do>."
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:  # the checks import it themselves: the command line's help needs no arrays
    import numpy as np

LONGEST_VALUE = 200
"""A message shows no more characters of a refused value: enough for a path, too few for an array."""


class OptomagError(Exception):
    """Base of every exception that optomag raises on purpose."""


class InvalidInputError(OptomagError, ValueError):
    """A value that a caller passed cannot be used; the message says which, why and what is allowed."""


class StorageError(OptomagError, OSError):
    """A file or folder could not be read or written; what existed before is untouched."""


class UnreadableError(OptomagError):
    """Data are there, but damaged beyond repair: what was recorded cannot be told from them."""


def refuse(name: str, rule: str, got: Any, advice: str = "") -> NoReturn:
    """Raise `InvalidInputError` in the library's one message shape."""
    text = f"{name} must be {rule}; got {_brief(got)}."
    raise InvalidInputError(f"{text} {advice}".rstrip())


def require_real(name: str, value: Any, *, above: float | None = None, below: float | None = None) -> float:
    """Return `value` as a finite Python float, strictly inside (above, below) where these are given."""
    import numpy as np

    bounds = [f"> {above:g}" if above is not None else "", f"< {below:g}" if below is not None else ""]
    rule = " ".join(["a finite number", " and ".join(b for b in bounds if b)]).rstrip()
    if isinstance(value, (bool, np.bool_, str, bytes)) or not _is_real_scalar(value):
        refuse(name, rule, value)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        refuse(name, rule, value)
    inside = (above is None or number > above) and (below is None or number < below)
    if not (np.isfinite(number) and inside):
        refuse(name, rule, value)
    return number


def require_integer(name: str, value: Any, *, at_least: int | None = None) -> int:
    """Return `value` as a Python int, not smaller than `at_least` where that is given."""
    import numpy as np

    rule = "a whole number" if at_least is None else f"a whole number >= {at_least}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        refuse(name, rule, value)
    if at_least is not None and value < at_least:
        refuse(name, rule, value)
    return int(value)


def require_finite_array(
    name: str, value: Any, *, shape: str, ndim: int, last: int | None = None
) -> np.ndarray:
    """Return `value` as a non-empty finite float64 array with `ndim` axes (last axis of length `last`).

    `shape` is the text shown to the user, such as "(n, 3)".
    """
    import numpy as np

    rule = f"a non-empty array of finite real numbers of shape {shape}"
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "iuf":
            refuse(name, rule, value)
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        refuse(name, rule, value)
    if array.ndim != ndim or array.size == 0 or (last is not None and array.shape[-1] != last):
        refuse(name, rule, f"an array of shape {array.shape}")
    if not np.all(np.isfinite(array)):
        refuse(name, rule, f"{np.count_nonzero(~np.isfinite(array))} values that are NaN or infinite")
    return array


def dimensions(value: Any) -> int:
    """Number of axes of an array_like; 0 for what is no array, such as a ragged list."""
    import numpy as np

    try:
        return np.ndim(value)
    except ValueError:
        return 0


def _is_real_scalar(value: Any) -> bool:
    import numpy as np

    try:
        return np.ndim(value) == 0 and not np.iscomplexobj(value)
    except ValueError:
        return False


def _brief(value: Any) -> str:
    text = str(value) if isinstance(value, (str, PurePath)) else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."
