"""OVF files: their bytes, and every way in which one can be wrong."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from optomag.errors import StorageError
from optomag.io.cell_field import CellBox, CellField
from optomag.io.ovf import REPRESENTATIONS, read_ovf, write_ovf

BOX = CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(3, 2, 1))
VALUES = np.arange(18, dtype=float).reshape(3, 2, 1, 3) - 4.5
FIELD = CellField(BOX, VALUES, "B_eff")

HEADER = """\
# OOMMF OVF 2.0
# Segment count: 1
# Begin: Segment
# Begin: Header
# Title: B_eff
# Desc: 1.0 W
# meshtype: rectangular
# meshunit: m
# xmin: -1.5e-08
# ymin: -1e-08
# zmin: -2.5e-09
# xmax: 1.5e-08
# ymax: 1e-08
# zmax: 2.5e-09
# xbase: -1e-08
# ybase: -5e-09
# zbase: 0.0
# xnodes: 3
# ynodes: 2
# znodes: 1
# xstepsize: 1e-08
# ystepsize: 1e-08
# zstepsize: 5e-09
# valuedim: 3
# valuelabels: Beff_x Beff_y Beff_z
# valueunits: T T T
# End: Header
"""
MUMAX3_KEYS = {
    *("oommf", "segment count", "begin", "meshtype", "end", "", "valuelabels", "title", "valueunits"),
    *("valuedim", "meshunit", "desc"),
    *(f"{axis}{what}" for axis in "xyz" for what in ("base", "min", "max", "nodes", "stepsize")),
}
"""The keys that oommf/oommf.go of mumax3 3.11 knows; it stops at any other (OVF 1.0 apart)."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "field.ovf"


@pytest.mark.parametrize(
    ("representation", "check", "number"),
    [
        ("binary 4", bytes.fromhex("38 B4 96 49"), "<f"),
        ("binary 8", bytes.fromhex("40 DE 77 83 21 12 DC 42"), "<d"),
    ],
)
def test_every_byte_of_a_binary_file(path, representation, check, number):
    write_ovf(path, FIELD, representation=representation, description=["1.0 W"])
    spelled = representation.capitalize()
    order = [VALUES[i, j, 0] for j in range(2) for i in range(3)]  # x fastest, components innermost
    data = b"".join(struct.pack(number, v) for cell in order for v in cell)
    begin, end = f"# Begin: Data {spelled}\n", f"\n# End: Data {spelled}\n# End: Segment\n"
    assert path.read_bytes() == HEADER.encode() + begin.encode() + check + data + end.encode()


def test_every_byte_of_a_text_file(path):
    write_ovf(path, FIELD, representation="text", description=["1.0 W"])
    rows = ["-4.5 -3.5 -2.5", "1.5 2.5 3.5", "7.5 8.5 9.5", "-1.5 -0.5 0.5", "4.5 5.5 6.5", "10.5 11.5 12.5"]
    data = "# Begin: Data Text\n" + "\n".join(rows) + "\n# End: Data Text\n# End: Segment\n"
    assert path.read_text() == HEADER + data


def test_one_number_for_each_cell(path):
    write_ovf(path, CellField(BOX, VALUES[..., 0], "heat"), representation="text")
    text = path.read_text()
    assert "# valuedim: 1\n# valuelabels: heat\n# valueunits: W/m^3\n" in text
    found = read_ovf(path)
    assert (found.name, found.unit) == ("heat", "W/m^3")
    np.testing.assert_array_equal(found.values, VALUES[..., 0])


def test_mumax3_knows_every_key(path):
    write_ovf(path, FIELD, representation="text", description=["pulse: 1 nJ"])
    lines = [line for line in path.read_text().splitlines() if line.startswith("#")]
    assert {line.lstrip("# ").partition(":")[0].lower() for line in lines[1:]} <= MUMAX3_KEYS


def test_labels_suit_discretisedfield(path):
    """It takes what follows the first underscore for the component's name."""
    write_ovf(path, FIELD)
    labels = next(line for line in path.read_bytes().splitlines() if b"valuelabels" in line).decode()
    assert [label.split("_")[1] for label in labels.split()[2:]] == ["x", "y", "z"]


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_cells_of_ten_nanometres_in_metres_come_back_exactly(path, representation):
    box = CellBox.centred(cell=[10e-9, 10e-9, 10e-9], shape=(7, 4, 3), at=[1.3e-6, 0.0, -5e-9])
    field = CellField(box, np.ones((7, 4, 3, 3)), "M")
    write_ovf(path, field, representation=representation)
    found = read_ovf(path)
    assert found.box == box
    assert found.box.grid == box.grid


def test_files_of_mumax3_can_be_read(path):
    """Its own spelling: labels with the axis' letter, a Desc with colons, no newline before the end."""
    head = HEADER.replace("Desc: 1.0 W", "Desc: Total simulation time:  1e-12  s")
    data = struct.pack("<f", 1234567.0) + np.arange(18, dtype="<f4").tobytes()
    path.write_bytes(
        head.encode() + b"# Begin: Data Binary 4\n" + data + b"# End: Data Binary 4\n# End: Segment\n"
    )
    np.testing.assert_array_equal(read_ovf(path).values[:, 0, 0, 0], [0.0, 3.0, 6.0])


def test_files_of_oommf_can_be_read(path):
    """Its own spelling: empty comments, small letters, units in braces, a comment behind a value."""
    head = HEADER.replace("valueunits: T T T", "valueunits: {A/m} {A/m} {A/m}").replace(
        "# Begin: Header", "#\n# begin: header"
    )
    head = head.replace("xnodes: 3", "xnodes: 3 ## along x")
    rows = "".join(f" {n} 0 -1e-3\n" for n in range(6))
    path.write_text(head + "# Begin: data text\n" + rows + "# End: data text\n# End: segment\n")
    found = read_ovf(path)
    assert found.unit == "A/m"
    np.testing.assert_array_equal(found.values[:, 1, 0, 0], [3.0, 4.0, 5.0])


def binary(**changes: str) -> bytes:
    text = HEADER + "# Begin: Data Binary 8\n"
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    data = struct.pack("<d", 123456789012345.0) + np.arange(18, dtype="<f8").tobytes()
    return text.encode() + data + b"\n# End: Data Binary 8\n# End: Segment\n"


def as_text(rows: str) -> bytes:
    return (HEADER + "# Begin: Data Text\n" + rows).encode()


WHOLE = binary()
DATA = WHOLE.index(b"Binary 8\n") + len(b"Binary 8\n")
END = b"# End: Data Text\n# End: Segment\n"
DAMAGED = {
    "nothing": (b"", "format 2.0"),
    "another format": (b"# OOMMF: rectangular mesh v3.0\n" + WHOLE, "format 2.0"),
    "a picture": (bytes(range(256)) * 4, "format 2.0"),
    "cut in the header": (WHOLE[:200], "truncated"),
    "cut before the first number": (WHOLE[: DATA + 3], "truncated"),
    "cut in the numbers": (WHOLE[: DATA + 80], "truncated"),
    "cut before the end": (WHOLE[: DATA + 8 * 19], "truncated"),
    "a wrong check value": (WHOLE[:DATA] + struct.pack("<d", 1234567.0) + WHOLE[DATA + 8 :], "check value"),
    "the bytes of OVF 1.0": (WHOLE[:DATA] + WHOLE[DATA : DATA + 8][::-1] + WHOLE[DATA + 8 :], "OVF 1.0"),
    "more nodes than it holds": (binary(n=("znodes: 1", "znodes: 9"), z=("zmax: 2.5e-09", "zmax: 4.25e-08")), "as many as"),
    "one cell more than it holds": (binary(n=("valuedim: 3", "valuedim: 4"), u=("T T T", "T T T T")), "as many as"),
    "a universe of nodes": (
        binary(n=("xnodes: 3", "xnodes: 300000000000000000000"), z=("xmax: 1.5e-08", "xmax: 3e12")),
        "at most 100000000 cells along an axis",
    ),
    "fewer nodes than it holds": (binary(n=("ynodes: 2", "ynodes: 1"), y=("ymax: 1e-08", "ymax: 0.0")), "as many as"),
    "nodes that do not fill the box": (binary(n=("xnodes: 3", "xnodes: 4")), "xnodes must be"),
    "no nodes": (binary(n=("xnodes: 3", "xnodes: 0")), "xnodes must be a whole number"),
    "no components": (binary(n=("valuedim: 3", "valuedim: 0")), "valuedim"),
    "half a node": (binary(n=("xnodes: 3", "xnodes: 3.5")), "xnodes must be a whole number"),
    "an unknown format": (binary(n=("Data Binary 8", "Data Binary 16")), "text, binary 4 or binary 8"),
    "an unknown key": (binary(n=("# meshunit: m", "# meshunit: m\n# flavour: mint")), "'flavour' unknown (line 9"),
    "a missing key": (binary(n=("# xstepsize: 1e-08\n", "")), "xstepsize missing"),
    "an irregular mesh": (binary(n=("rectangular", "irregular")), "rectangular"),
    "an unknown unit of length": (binary(n=("meshunit: m", "meshunit: furlong")), "meshunit"),
    "two segments": (binary(n=("count: 1", "count: 2")), "one segment"),
    "two units": (binary(n=("T T T", "T T A/m")), "one unit"),
    "numbers that are NaN": (WHOLE.replace(struct.pack("<d", 7.0), struct.pack("<d", np.nan)), "finite"),
    "a byte more": (WHOLE.replace(b"\n# End: Data", b" \n# End: Data"), "as many as"),
    "line feeds more": (WHOLE.replace(b"\n# End: Data", b"\n\n# End: Data"), "as many as"),
    "numbers behind the data": (WHOLE + struct.pack("<d", 1.0), "over after its data"),
    "text behind the data": (as_text("1 2 3\n" * 6 + END.decode() + "1 2 3\n"), "over after its data"),
    "text without an end": (as_text("1 2 3\n" * 6), "truncated"),
    "text of too few rows": (as_text("1 2 3\n" * 5 + END.decode()), "as many as"),
    "text of too many rows": (as_text("1 2 3\n" * 7 + END.decode()), "as many as"),
    "text of words": (as_text("a b c\n" * 6 + END.decode()), "numbers"),
}  # fmt: skip


def test_the_file_that_the_damaged_ones_come_from_is_good(path):
    path.write_bytes(WHOLE)
    assert read_ovf(path).box == BOX


@pytest.mark.parametrize(("content", "said"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_with_its_name(content, said, path, refusal):
    path.write_bytes(content)
    message = refusal(read_ovf, path)
    assert said in message
    assert "field.ovf" in message


def test_a_byte_that_is_put_into_the_numbers_anywhere_is_refused(path, refusal):
    for place in range(DATA, DATA + 8 * 19):
        path.write_bytes(WHOLE[:place] + b"\n" + WHOLE[place:])
        refusal(read_ovf, path)


@pytest.mark.parametrize("before", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize(
    "behind", [b"", b"# End: Segment", b"# End: Segment\r\n\r\n", b"#\n# Made with care\n"]
)
def test_the_ends_of_other_programs_are_taken(path, before, behind):
    data, _, _ = WHOLE.partition(b"\n# End: Data")
    path.write_bytes(data + before + b"# End: Data Binary 8\n" + behind)
    assert read_ovf(path).values.shape == (3, 2, 1, 3)


def test_a_file_cut_anywhere_is_refused(path, refusal):
    for length in range(0, len(WHOLE) - len(b"# End: Data Binary 8\n# End: Segment\n"), 37):
        path.write_bytes(WHOLE[:length])
        refusal(read_ovf, path)


def test_what_cannot_be_written_is_refused(path, refusal):
    assert "binary 8" in refusal(write_ovf, path, FIELD, representation="binary 16")
    assert "3.4e38" in refusal(write_ovf, path, CellField(BOX, VALUES * 1e39, "M"), representation="binary 4")
    assert "comment" in refusal(write_ovf, path, CellField(BOX, VALUES, "a ## b", "T"))
    refusal(write_ovf, path, FIELD, description=["two\nlines"])
    refusal(write_ovf, path, VALUES)
    assert not path.exists()


def test_a_missing_file_and_a_missing_folder(tmp_path, refusal):
    assert "missing" in refusal(read_ovf, tmp_path / "nothing.ovf")
    with pytest.raises(StorageError, match="does not exist"):
        write_ovf(tmp_path / "nowhere" / "field.ovf", FIELD)
