"""Every exception a user can meet, and the checks that raise them.

All messages have one shape: "<name> must be <rule>; got <value>. <what to do>."
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from itertools import islice
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from optomag.operating_system import name_fault

if TYPE_CHECKING:  # the checks import it themselves: the command line's help needs no arrays
    import numpy as np

Kind = TypeVar("Kind")

LONGEST_VALUE = 200
"""A message shows no more characters of a refused value: enough for a path, too few for an array."""

ALL_DIGITS = 17
"""Of a float: no two look alike."""

LONGEST_NAME, LONGEST_PATH = 255, 4095
"""Bytes of a name of a file and of a whole path that file systems take."""


class OptomagError(Exception):
    """Base of every exception that optomag raises on purpose."""


class InvalidInputError(OptomagError, ValueError):
    """A value that a caller passed cannot be used; the message says which, why and what is allowed."""


class StorageError(OptomagError, OSError):
    """A file or folder could not be read or written; what existed before is untouched."""


class HardwareError(OptomagError):
    """A bench did not do what it was asked; the exception of its driver is the cause."""


class UnitWarning(UserWarning):
    """A value is possible, but of a size that suggests another unit; the message says which."""


class MagnetWarning(UserWarning):
    """What was asked for is wanted outside the layer that is the magnet; the message says where both are."""


class UnreadableError(OptomagError):
    """Data are there, but damaged beyond repair: what was recorded cannot be told from them."""


def refuse(name: str, rule: str, got: Any, advice: str = "") -> NoReturn:
    """Raise `InvalidInputError` in the library's one message shape."""
    text = f"{name} must be {rule}; got {_brief(got)}."
    raise InvalidInputError(f"{text} {advice}".rstrip())


def nearest(name: str, names: Iterable[str], place: Path | None = None) -> str:
    """ "Did you mean ...?" with the most similar name, below `place`, or nothing where none is similar."""
    from difflib import get_close_matches  # only for those who mistyped

    found = get_close_matches(name, list(names), n=1)
    return f"Did you mean {found[0] if place is None else place / found[0]}?" if found else ""


def told_apart(one: float, other: float, *, digits: int = 3) -> tuple[str, str]:
    """Two numbers as text, with more digits than that where these would not tell them apart.

    >>> told_apart(0.59, 0.5897), told_apart(2, 3)
    (('0.59', '0.5897'), ('2', '3'))
    """
    each = ((f"{one:.{count}g}", f"{other:.{count}g}") for count in range(digits, ALL_DIGITS))
    full = f"{one:.{ALL_DIGITS}g}", f"{other:.{ALL_DIGITS}g}"
    return next((shown for shown in each if shown[0] != shown[1]), full)


def require_real(name: str, value: Any, *, above: float | None = None, below: float | None = None) -> float:
    """Return `value` as a finite Python float, strictly inside (above, below) where these are given."""
    import numpy as np

    bounds = [f"> {above:g}" if above is not None else "", f"< {below:g}" if below is not None else ""]
    rule = " ".join(["a finite number", " and ".join(b for b in bounds if b)]).rstrip()
    if isinstance(value, (bool, np.bool_, str, bytes)) or not _is_real_scalar(value):
        refuse(name, rule, value)
    try:
        number = float(value)
    except Exception:  # an object's own __float__ may raise anything
        refuse(name, rule, value)
    inside = (above is None or number > above) and (below is None or number < below)
    if not (np.isfinite(number) and inside):
        refuse(name, rule, value)
    return number


def require_integer(name: str, value: Any, *, at_least: int | None = None, at_most: int | None = None) -> int:
    """Return `value` as a Python int, in the range that is given, ends included."""
    import numpy as np

    bounds = [
        f">= {at_least}" if at_least is not None else "",
        f"<= {at_most}" if at_most is not None else "",
    ]
    rule = " ".join(["a whole number", " and ".join(b for b in bounds if b)]).rstrip()
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        refuse(name, rule, value)
    if (at_least is not None and value < at_least) or (at_most is not None and value > at_most):
        refuse(name, rule, value)
    return int(value)


def require_path(name: str, value: Any) -> Path:
    """Return `value` as a path that a file system can hold; nothing needs to be there.

    Text and `os.PathLike` of text are taken; names that are empty, too long, not UTF-8 or that hold the
    character of number 0 are refused, and on Windows those that it keeps for itself.
    """
    rule = "the path of a file or folder"
    try:
        path = os.fspath(value)
    except TypeError:
        refuse(name, rule, value)
    if not isinstance(path, str) or not path or "\0" in path:
        refuse(name, rule, value)
    try:
        data = path.encode()
    except UnicodeEncodeError:
        refuse(name, f"{rule}, in UTF-8", ascii(path), "Rename it.")
    if len(data) > LONGEST_PATH or any(len(part.encode()) > LONGEST_NAME for part in Path(path).parts):
        rule = f"{rule}, of names of at most {LONGEST_NAME} bytes and {LONGEST_PATH} bytes in all"
        refuse(name, rule, f"{len(data)} bytes")
    if (fault := name_fault(path)) is not None:
        refuse(name, f"{rule}, of names that this system takes", f"{path}: {fault}")
    return Path(path)


def require_choice(name: str, value: Any, choices: Collection[str]) -> str:
    """Return `value` where it is one of the words `choices`."""
    if not isinstance(value, str) or value not in choices:
        refuse(name, "one of " + ", ".join(choices), value)
    return value


def require_kind(name: str, value: Any, kind: type[Kind], rule: str, advice: str = "") -> Kind:
    """Return `value` where it is of a kind, which messages call `rule`, such as "an Objective"."""
    if not isinstance(value, kind):
        refuse(name, rule, value, advice)
    return value


def require_yes_or_no(name: str, value: Any) -> bool:
    """Return `value` as a bool, if it is one."""
    import numpy as np

    if not isinstance(value, (bool, np.bool_)):
        refuse(name, "True or False", value)
    return bool(value)


def require_members(name: str, value: Any, kind: type[Kind], rule: str) -> tuple[Kind, ...]:
    """Return the members of a sequence or iterator, one or more and all of a kind, as a tuple."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        refuse(name, rule, value)
    try:
        members = tuple(value)
    except TypeError:  # an array of no axes calls itself iterable
        refuse(name, rule, value)
    if not members or not all(isinstance(member, kind) for member in members):
        refuse(name, rule, value)
    return members


def require_items(name: str, value: Any, rule: str, *, most: int | None = None) -> tuple[Any, ...]:
    """Return what a sequence or iterator holds, at most `most` of them, as a tuple; text is none."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        refuse(name, rule, value)
    try:
        items = tuple(islice(value, None if most is None else most + 1))
    except TypeError:  # an array of no axes calls itself iterable
        refuse(name, rule, value)
    if most is not None and len(items) > most:
        refuse(name, f"at most {most} numbers", "more")
    return items


def require_callable(name: str, value: Any, rule: str) -> None:
    """Refuse what cannot be called, and classes; None stands for nothing to call."""
    if value is not None and (not callable(value) or isinstance(value, type)):
        refuse(name, rule, value)


def require_inside(value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return the argument `inside`, True or False at each point of a lattice of this shape."""
    rule = f"True or False at each of {shape} points"
    here = require_array("inside", value, rule)
    if here.shape != shape or here.dtype != bool:
        refuse("inside", rule, f"an array of shape {here.shape}")
    return here


def require_room(name: str, needed: float, limit: float, *, largest: str, what: str = "memory") -> None:
    """Refuse, before any work, what would take more than `limit` bytes of memory, or of another `what`.

    Parameters
    ----------
    name : str
        The value that asks for it.
    needed, limit : float [bytes]
        An estimate, and what is allowed.
    largest : str
        The largest value that fits, and what else to do, such as "The largest that fits is 4,096."
    """
    if not needed <= limit:
        refuse(
            name, f"such that it takes at most {_size(limit)} of {what}", _size(min(needed, 1e300)), largest
        )


def require_finite_array(
    name: str, value: Any, *, shape: str, ndim: int, last: int | None = None
) -> np.ndarray:
    """Return `value` as a non-empty finite float64 array with `ndim` axes (last axis of length `last`).

    `shape` is the text shown to the user, such as "(n, 3)".
    """
    import numpy as np

    rule = f"a non-empty array of finite real numbers of shape {shape}"
    require_unmasked(name, value)
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "iuf":
            refuse(name, rule, value)
        array = array.astype(np.float64)
    except InvalidInputError:
        raise
    except Exception:  # an object's own __array__ or __len__ may raise anything
        refuse(name, rule, value)
    if array.ndim != ndim or array.size == 0 or (last is not None and array.shape[-1] != last):
        refuse(name, rule, f"an array of shape {array.shape}")
    if not np.all(np.isfinite(array)):
        refuse(name, rule, f"{np.count_nonzero(~np.isfinite(array))} values that are NaN or infinite")
    return array


def require_array(name: str, value: Any, rule: str) -> np.ndarray:
    """Return `value` as an array of whatever it holds; a ragged list or a masked array is none."""
    import numpy as np

    require_unmasked(name, value)
    try:
        return np.asarray(value)
    except Exception:  # an object's own __array__ or __len__ may raise anything
        refuse(name, rule, value)


def require_numbers(name: str, value: Any) -> np.ndarray:
    """Return finite real numbers of any shape, a single one too, as a float64 array."""
    return require_finite_array(name, value, shape="(...)", ndim=dimensions(value))


def require_unmasked(name: str, value: Any) -> None:
    """Refuse NumPy's masked arrays and lists of them: behind a mask lie values that nobody means."""
    import numpy as np

    if isinstance(value, (list, tuple)):
        for one in value:
            if isinstance(one, (list, tuple, np.ma.MaskedArray)):
                require_unmasked(name, one)
    if isinstance(value, np.ma.MaskedArray):
        advice = "Fill it (numpy.ma.filled) or leave out what is masked."
        refuse(name, "an array without a mask", f"a masked array of shape {value.shape}", advice)


def dimensions(value: Any) -> int:
    """Number of axes of an array_like; 0 for what is no array, such as a ragged list."""
    import numpy as np

    try:
        return np.ndim(value)
    except Exception:  # an object's own __array__ or __len__ may raise anything
        return 0


def _is_real_scalar(value: Any) -> bool:
    import numpy as np

    try:
        return np.ndim(value) == 0 and not np.iscomplexobj(value)
    except Exception:  # an object's own __array__ or __len__ may raise anything
        return False


def _size(amount: float) -> str:
    """Bytes as a person reads them."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{amount:.3g} {unit}"
        amount /= 1024
    return f"{amount:.3g} TiB"


def _brief(value: Any) -> str:
    try:
        text = str(value) if isinstance(value, (str, PurePath)) else repr(value)
    except Exception:  # a repr of somebody else's, or an integer of too many digits
        text = f"a {type(value).__name__}"
    text = " ".join(text.encode(errors="backslashreplace").decode().split()) or "nothing"
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."
