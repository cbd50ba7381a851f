"""VTI files: their header, several arrays, and damage."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.io.cell_field import CellBox, CellField
from optomag.io.vti import read_vti, write_vti

BOX = CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(3, 2, 1))
VALUES = np.arange(18, dtype=float).reshape(3, 2, 1, 3) - 4.5
FIELDS = [CellField(BOX, VALUES, "B_eff"), CellField(BOX, VALUES[..., 0] ** 2, "heat")]

HEADER = """\
<?xml version="1.0"?>
<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64">
<ImageData WholeExtent="0 3 0 2 0 1" Origin="-1.5e-08 -1e-08 -2.5e-09" Spacing="1e-08 1e-08 5e-09">
<Piece Extent="0 3 0 2 0 1">
<CellData Vectors="B_eff" Scalars="heat">
<DataArray type="Float64" Name="B_eff" NumberOfComponents="3" format="appended" offset="0">
<InformationKey name="UNITS_LABEL" location="vtkDataArray">T</InformationKey>
</DataArray>
<DataArray type="Float64" Name="heat" NumberOfComponents="1" format="appended" offset="152">
<InformationKey name="UNITS_LABEL" location="vtkDataArray">W/m^3</InformationKey>
</DataArray>
</CellData>
</Piece>
</ImageData>
<AppendedData encoding="raw">
_"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "fields.vti"


def test_every_byte(path):
    write_vti(path, FIELDS)
    order = [VALUES[i, j, 0] for j in range(2) for i in range(3)]  # x fastest, components innermost
    vectors = np.array(order, "<f8").tobytes()
    numbers = np.array([cell[0] ** 2 for cell in order], "<f8").tobytes()
    size = [np.array(len(block), "<u8").tobytes() for block in (vectors, numbers)]
    data = size[0] + vectors + size[1] + numbers
    assert path.read_bytes() == HEADER.encode() + data + b"\n</AppendedData>\n</VTKFile>\n"


def test_all_arrays_come_back(path):
    write_vti(path, FIELDS)
    for found, field in zip(read_vti(path), FIELDS, strict=True):
        assert (found.name, found.unit, found.box) == (field.name, field.unit, field.box)
        np.testing.assert_array_equal(found.values, field.values)


def test_names_are_escaped(path):
    name = 'a<b>&"c"'
    write_vti(path, [CellField(BOX, VALUES, name, "m<1")])
    (found,) = read_vti(path)
    assert (found.name, found.unit) == (name, "m<1")


def test_what_does_not_belong_together_is_refused(path, refusal):
    elsewhere = CellField(CellBox.centred(cell=[1e-8] * 3, shape=(3, 2, 1)), VALUES, "M")
    assert "one and the same" in refusal(write_vti, path, [FIELDS[0], elsewhere])
    assert "all different" in refusal(write_vti, path, [FIELDS[0], FIELDS[0]])
    refusal(write_vti, path, [])
    refusal(write_vti, path, [VALUES])
    assert not path.exists()


END = b"\n</AppendedData>\n</VTKFile>\n"
HEAT = (
    np.array(48, "<u8").tobytes()
    + np.array([(VALUES[i, j, 0, 0]) ** 2 for j in range(2) for i in range(3)]).tobytes()
)
HEAT_HEAD = HEADER[
    HEADER.index('<DataArray type="Float64" Name="heat"') : HEADER.index("</CellData>")
].encode()
DAMAGE = {
    "cut": lambda whole: whole[:-2],
    "cut in the numbers": lambda whole: whole[:-200],
    "cut in the header": lambda whole: whole[:300],
    "nothing": lambda whole: b"",
    "a foreign file": lambda whole: b"# OOMMF OVF 2.0\n",
    "more cells than numbers": lambda whole: whole.replace(b'"0 3 0 2 0 1"', b'"0 3 0 2 0 9"'),
    "fewer cells than numbers": lambda whole: whole.replace(b'"0 3 0 2 0 1"', b'"0 3 0 1 0 1"'),
    "an array of one number more": lambda whole: whole.replace(b'Components="1"', b'Components="2"'),
    "an offset outside": lambda whole: whole.replace(b'offset="152"', b'offset="999"'),
    "an offset before": lambda whole: whole.replace(b'offset="152"', b'offset="-8"'),
    "an offset of the array before": lambda whole: whole.replace(b'offset="152"', b'offset="0"'),
    "bytes at the end of the numbers": lambda whole: whole.replace(END, bytes(8) + END),
    "bytes between two arrays": lambda whole: whole.replace(b"152", b"160").replace(HEAT, bytes(8) + HEAT),
    "an array more than its header names": lambda whole: whole.replace(END, HEAT + END),
    "an array that its header no longer names": lambda whole: whole.replace(HEAT_HEAD, b""),
    "an array at points": lambda whole: whole.replace(
        b"</CellData>", b"</CellData><PointData>" + HEAT_HEAD + b"</PointData>"
    ),
    "a piece of it": lambda whole: whole.replace(b'<Piece Extent="0 3', b'<Piece Extent="1 3'),
    "no offset": lambda whole: whole.replace(b'offset="152"', b""),
    "other numbers": lambda whole: whole.replace(b"Float64", b"Float32"),
    "other bytes": lambda whole: whole.replace(b"LittleEndian", b"BigEndian"),
    "no spacing": lambda whole: whole.replace(b"Spacing", b"Distance"),
    "a spacing of words": lambda whole: whole.replace(b"1e-08 1e-08 5e-09", b"one one half"),
    "a spacing of nothing": lambda whole: whole.replace(b"1e-08 1e-08 5e-09", b"0 0 0"),
    "broken XML": lambda whole: whole.replace(b"</CellData>", b""),
    "entities": lambda whole: whole.replace(b'"1.0"?>', b'"1.0"?><!DOCTYPE x [<!ENTITY a "a">]>'),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_refused(damage, path, refusal):
    write_vti(path, FIELDS)
    whole = path.read_bytes()
    assert damage(whole) != whole
    path.write_bytes(damage(whole))
    refusal(read_vti, path)


def test_a_byte_that_is_put_into_the_numbers_anywhere_is_refused(path, refusal):
    write_vti(path, FIELDS)
    whole = path.read_bytes()
    for place in range(len(HEADER), len(whole) - len(END)):
        path.write_bytes(whole[:place] + b" " + whole[place:])
        refusal(read_vti, path)
