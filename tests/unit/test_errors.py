"""One message shape, one set of checks, one family of exceptions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import jax.numpy as jnp
import numpy as np
import pytest

from optomag.errors import (
    InvalidInputError,
    OptomagError,
    StorageError,
    UnreadableError,
    refuse,
    require_choice,
    require_finite_array,
    require_integer,
    require_kind,
    require_path,
    require_real,
    require_room,
    require_unmasked,
    told_apart,
)


def test_every_exception_is_an_optomag_error_and_what_python_would_have_raised():
    assert issubclass(InvalidInputError, (OptomagError, ValueError))
    assert issubclass(InvalidInputError, ValueError)
    assert issubclass(InvalidInputError, OptomagError)
    assert issubclass(StorageError, OptomagError)
    assert issubclass(StorageError, OSError)
    assert issubclass(UnreadableError, OptomagError)


def test_a_refusal_says_what_is_wrong_what_is_allowed_and_what_to_do(refusal):
    assert refusal(refuse, "na", "< index", 2.5) == "na must be < index; got 2.5."
    assert refusal(refuse, "na", "< index", 2.5, "Use oil.") == "na must be < index; got 2.5. Use oil."


def test_long_values_are_cut_to_one_line(refusal):
    message = refusal(refuse, "radii", "short", list(range(10_000)))
    assert "[0, 1, 2, 3" in message
    assert message.endswith("....")
    assert len(message) < 300
    assert "\n" not in refusal(refuse, "points", "finite", np.zeros((5, 3)))


@pytest.mark.parametrize(
    "value", [2, 2.0, np.float32(2), np.int64(2), np.array(2.0), Fraction(2), Decimal(2), jnp.asarray(2.0)]
)
def test_any_kind_of_real_number_becomes_a_float(value):
    number = require_real("fill", value)
    assert type(number) is float
    assert number == 2.0


@pytest.mark.parametrize(
    "value",
    [True, np.bool_(True), "2", None, 2j, np.complex128(2), [2.0], np.ones(2), {}, np.nan, np.inf, -np.inf],
)
def test_what_is_not_a_finite_real_number_is_refused(value, refusal):
    assert refusal(require_real, "fill", value).startswith("fill must be a finite number; got ")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**400),
        pytest.param([[1], [1, 2]]),
        pytest.param(b"2"),
    ],
    ids=["too large", "ragged", "bytes"],
)
def test_odd_values_are_refused_as_well(value, refusal):
    refusal(require_real, "fill", value)


def test_bounds_are_strict_and_named(refusal):
    assert require_real("na", 1e-300, above=0.0) == 1e-300
    assert refusal(require_real, "na", 0, above=0.0) == "na must be a finite number > 0; got 0."
    assert refusal(require_real, "na", -1.0, above=0.0) == "na must be a finite number > 0; got -1.0."
    assert refusal(require_real, "r", 1.0, below=1.0) == "r must be a finite number < 1; got 1.0."
    both = refusal(require_real, "r", 1.5, above=0.0, below=1.0)
    assert both == "r must be a finite number > 0 and < 1; got 1.5."


@pytest.mark.parametrize("value", [3, np.int32(3), np.uint8(3)])
def test_whole_numbers_become_int(value):
    assert type(require_integer("charge", value)) is int
    assert require_integer("charge", value, at_least=3) == 3


@pytest.mark.parametrize("value", [3.0, "3", True, None, np.array([3]), 3j, np.nan])
def test_what_is_not_a_whole_number_is_refused(value, refusal):
    assert refusal(require_integer, "charge", value).startswith("charge must be a whole number; got ")


def test_too_small_whole_numbers_are_refused(refusal):
    message = refusal(require_integer, "points", 1, at_least=2)
    assert message == "points must be a whole number >= 2; got 1."


def test_arrays_become_new_doubles():
    given = np.array([[1.0, 2.0, 3.0]])
    array = require_finite_array("points", given, shape="(n, 3)", ndim=2, last=3)
    assert array.dtype == np.float64
    assert not np.shares_memory(array, given)
    counted = require_finite_array("points", [[1, 2, 3]], shape="(n, 3)", ndim=2, last=3)
    np.testing.assert_array_equal(counted, given)


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ([1.0, 2.0, 3.0], "an array of shape (3,)"),
        ([[1.0, 2.0]], "an array of shape (1, 2)"),
        (np.zeros((0, 3)), "an array of shape (0, 3)"),
        ([[1.0, np.nan, np.inf]], "2 values that are NaN or infinite"),
        ([[1j, 0, 0]], "[[1j, 0, 0]]"),
        ([["1", "2", "3"]], "[['1', '2', '3']]"),
        ([[True, False, True]], "[[True, False, True]]"),
        ([[1, 2, 3], [4]], "[[1, 2, 3], [4]]"),
        (None, "None"),
        (5.0, "an array of shape ()"),
    ],
)
def test_arrays_of_another_kind_are_refused(value, got, refusal):
    message = refusal(require_finite_array, "points", value, shape="(n, 3)", ndim=2, last=3)
    assert message == f"points must be a non-empty array of finite real numbers of shape (n, 3); got {got}."


@pytest.mark.parametrize(
    "value",
    [None, 7, b"name", "", "a\0b", "a" * 256, "é" * 128, "a/" * 2100, "\udc80", ["name"], np.array("a")],
)
def test_what_no_file_system_takes_is_no_path(value, refusal):
    message = refusal(require_path, "out", value)
    assert message.startswith("out must be the path of a file or folder")
    message.encode()  # what cannot be printed is not printed


def test_a_path_comes_back_as_a_path(tmp_path):
    assert require_path("out", "a" * 255).name == "a" * 255
    assert require_path("out", tmp_path) == tmp_path


def test_a_choice_is_one_of_some_words(refusal):
    assert require_choice("law", "U", ("U", "V")) == "U"
    for wrong in ("W", 7, None, ["U"], {}):
        assert refusal(require_choice, "law", wrong, ("U", "V")).startswith("law must be one of U, V; got ")


def test_a_kind_is_checked(refusal):
    assert require_kind("text", "a", str, "text") == "a"
    assert (
        refusal(require_kind, "lens", 3, str, "a lens", "Make one.")
        == "lens must be a lens; got 3. Make one."
    )


def test_what_does_not_fit_is_refused_with_its_size_and_the_largest_that_does(refusal):
    require_room("points", 2.0**30, 2.0**30, largest="")
    message = refusal(
        require_room, "points", 3e15, 2.0**33, largest="The largest that fits is 20.", what="disk"
    )
    assert message == (
        "points must be such that it takes at most 8 GiB of disk; got 2.73e+03 TiB. The largest that fits is 20."
    )
    assert "at most 100 bytes" in refusal(require_room, "points", float("nan"), 100.0, largest="")


def test_hidden_values_of_masked_arrays_are_not_used(refusal):
    masked = np.ma.masked_invalid([[0.0, np.nan, 1.0]])
    message = refusal(require_finite_array, "target", masked, shape="(n, 3)", ndim=2)
    assert message.startswith("target must be an array without a mask")


def test_a_value_whose_own_methods_fail_is_refused(refusal):
    class Broken:
        def __array__(self, *_, **__):
            raise KeyError("no array")

        def __repr__(self):
            raise RuntimeError("no text")

    assert refusal(require_finite_array, "target", Broken(), shape="(3,)", ndim=1).endswith("got a Broken.")


@pytest.mark.parametrize("pack", [lambda a: a, list, lambda a: [list(a)], lambda a: (a[0], [1.0, 2.0])])
def test_masks_are_found_in_lists_too(pack, refusal):
    masked = np.ma.masked_equal(np.arange(4.0).reshape(2, 2), 3.0)
    assert "array without a mask" in refusal(require_unmasked, "points", pack(masked))
    require_unmasked("points", pack(masked.filled(0.0)))


def test_numbers_that_would_look_alike_get_more_digits():
    assert told_apart(2.0, 3.0) == ("2", "3")
    assert told_apart(0.59, 0.5897, digits=2) == ("0.59", "0.5897")
    assert told_apart(1.0, 1.0 + 2**-52)[0] != told_apart(1.0, 1.0 + 2**-52)[1]
