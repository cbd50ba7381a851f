"""What goes into an OVF or VTI file comes out again, whatever the cells and the numbers."""

from __future__ import annotations

import contextlib
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from optomag.errors import InvalidInputError
from optomag.io.cell_field import CellBox, CellField
from optomag.io.ovf import read_ovf, write_ovf
from optomag.io.vti import read_vti, write_vti

few = settings(max_examples=60)

counts = st.integers(1, 4)
shapes = st.tuples(counts, counts, counts)
edges = st.floats(1e-10, 1e-6)
places = st.floats(-1e-4, 1e-4)
printable = st.characters(exclude_categories=("C", "Z"))
words = st.text(printable, min_size=1, max_size=12)
names = st.builds("{}{}{}".format, words, st.sampled_from(["", " ", "  "]), words).filter(
    lambda n: "##" not in n
)
units = st.sampled_from(["A/m", "T", "W/m^3", "J*s/m^3", "1"])
doubles = st.floats(allow_nan=False, allow_infinity=False)
singles = st.floats(allow_nan=False, allow_infinity=False, width=32)


@st.composite
def parts(draw, numbers=doubles):
    """What a field is made of; the tests make it, for there the types are checked."""
    shape = draw(shapes)
    corner, cell = [draw(places) for _ in "xyz"], [draw(edges) for _ in "xyz"]
    inner = draw(st.sampled_from([(), (2,), (3,), (6,)]))
    values = draw(arrays.arrays(np.float64, (*shape, *inner), elements=numbers))
    return (corner, cell, shape), (values, draw(names), draw(units))


def field_of(made) -> CellField:
    box, content = made
    return CellField(CellBox(*box), *content)


def through(field: CellField, write, read) -> CellField:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "field", field)
        return read(Path(folder) / "field")


def assert_same(found: CellField, field: CellField) -> None:
    assert (found.box, found.name, found.unit) == (field.box, field.name, field.unit)
    assert found.values.shape == field.values.shape
    assert found.values.tobytes() == field.values.tobytes(), "every bit, signs of zero included"


@pytest.mark.slow
@few
@given(parts(), st.sampled_from(["text", "binary 8"]))
def test_ovf_brings_back_every_bit(made, representation):
    field = field_of(made)
    write = lambda path, content: write_ovf(path, content, representation=representation)  # noqa: E731
    assert_same(through(field, write, read_ovf), field)


@few
@given(words | st.sampled_from(["None", "unspecified", "{A}", '"A"', "A##", "A/m", "A/*m"]), st.booleans())
def test_a_unit_comes_back_or_is_refused(unit, as_vti):
    field = CellField(CellBox.centred(cell=[1e-9] * 3, shape=(1, 1, 1)), np.ones((1, 1, 1, 3)), "M", unit)
    write, read = (write_ovf, read_ovf)
    if as_vti:
        write, read = (lambda path, content: write_vti(path, [content])), (lambda path: read_vti(path)[0])
    if re.search(r'[{}"]|##', unit) or unit.lower() in ("none", "unspecified"):
        with contextlib.suppress(InvalidInputError):
            assert through(field, write, read).unit == unit
    else:
        assert through(field, write, read).unit == unit


@few
@given(parts(singles))
def test_ovf_of_four_bytes_brings_back_every_single(made):
    field = field_of(made)
    write = lambda path, content: write_ovf(path, content, representation="binary 4")  # noqa: E731
    assert_same(through(field, write, read_ovf), field)


@few
@given(parts())
def test_vti_brings_back_every_bit(made):
    field = field_of(made)
    (found,) = through(field, lambda path, content: write_vti(path, [content]), read_vti)
    assert_same(found, field)
