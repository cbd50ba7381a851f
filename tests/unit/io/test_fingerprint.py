"""A fingerprint tells datasets apart by everything that they say, and by nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import xarray

from optomag.io.fingerprint import fingerprint


def dataset():
    values = np.arange(6.0).reshape(2, 3)
    coordinates = {"x": ("x", [0.0, 1.0], {"units": "m"}), "name": ("x", ["a", "b"])}
    return xarray.Dataset({"v": (("x", "y"), values, {"units": "T"})}, coordinates, {"note": "first"})


def flipped(bit):
    found = dataset()
    found.v.values.view(np.uint8)[0, 0] ^= 1 << bit
    return found


CHANGES = {
    "an attribute": lambda d: d.assign_attrs(note="second"),
    "an attribute more": lambda d: d.assign_attrs(more=1),
    "an attribute of a variable": lambda d: d.assign(v=d.v.assign_attrs(units="mT")),
    "a name": lambda d: d.rename(v="w"),
    "a dimension": lambda d: d.rename(y="z"),
    "a shape": lambda d: d.drop_vars(["x", "name"]).assign(v=(("x", "y"), d.v.values.reshape(3, 2))),
    "a type": lambda d: d.assign(v=d.v.astype(np.float32)),
    "the sign of zero": lambda d: d.assign(v=(d.v.dims, np.where(d.v == 0, -0.0, d.v), d.v.attrs)),
    "a bit": lambda d: flipped(0),
    "a text": lambda d: d.assign_coords(name=("x", ["a", "c"])),
    "where a text ends": lambda d: d.assign_coords(name=("x", ["ab", ""])),
    "what is a coordinate": lambda d: d.reset_coords("name"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_seen(change):
    assert fingerprint(change(dataset())) != fingerprint(dataset())


def test_how_it_lies_in_memory_is_not_seen():
    first = dataset()
    other = first.assign(v=(first.v.dims, np.asfortranarray(first.v.values).astype(">f8"), first.v.attrs))
    other = other.assign_coords(name=("x", np.array(["a", "b"], dtype=object)))
    other = other.assign_attrs(note=np.str_("first"))
    assert fingerprint(other) == fingerprint(first)


@pytest.mark.parametrize("values", [np.array([1, "a"], object), np.array([b"a"]), np.zeros(1, [("a", "f8")])])
def test_what_is_no_number_and_no_text_is_refused(values):
    with pytest.raises(TypeError, match=r"^(objects|values) "):
        fingerprint(xarray.Dataset({"v": ("x", values)}))
