"""OVF 1.0 and 2.0 as other programs spell them: the same cells and values, or a refusal that names the key."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.io.cell_field import CellBox, CellField
from optomag.io.ovf import read_ovf, write_ovf

BOX = CellBox([0.0, 0.0, 0.0], [2e-9, 2e-9, 1e-9], (3, 2, 1))
VALUES = 0.1 * np.arange(18).reshape(1, 2, 3, 3).transpose(2, 1, 0, 3)
ROWS = ["0 0.1 0.2", "0.3 0.4 0.5", "0.6 0.7 0.8", "0.9 1 1.1", "1.2 1.3 1.4", "1.5 1.6 1.7"]
SHARED = {
    "Segment count": "1",
    "Begin": "Segment",
    "begin": "Header",
    "Title": "m",
    "meshtype": "rectangular",
    "meshunit": "m",
    "xmin": "0",
    "ymin": "0",
    "zmin": "0",
    "xmax": "6e-9",
    "ymax": "4e-9",
    "zmax": "1e-9",
    "Desc": "Total simulation time:  0  s",
    "xbase": "1e-9",
    "ybase": "1e-9",
    "zbase": "0.5e-9",
    "xnodes": "3",
    "ynodes": "2",
    "znodes": "1",
    "xstepsize": "2e-9",
    "ystepsize": "2e-9",
    "zstepsize": "1e-9",
}
SECOND = {"valuedim": "3", "valuelabels": "m_x m_y m_z", "valueunits": "A/m A/m A/m"}
FIRST = {"valueunit": "A/m", "valuemultiplier": "1"}
LINES = {1: "# OOMMF: rectangular mesh v1.0", 2: "# OOMMF OVF 2.0"}
END = "# End: Data Text\n# End: Segment\n"
CHECK = {4: 1234567.0, 8: 123456789012345.0}


def head(version: int = 2, *, without: tuple[str, ...] = (), **changes: str) -> str:
    keys = {**SHARED, **(SECOND if version == 2 else FIRST), **changes}
    told = [f"# {key}: {value}" for key, value in keys.items() if key not in without]
    return "\n".join([LINES[version], *told, "# End: Header", ""])


def text_file(
    version: int = 2, rows: list[str] = ROWS, *, without: tuple[str, ...] = (), **changes: str
) -> str:
    return head(version, without=without, **changes) + "# Begin: Data Text\n" + "\n".join(rows) + "\n" + END


def binary_file(version: int, width: int, order: str, **changes: str) -> bytes:
    kind = f"{order}f{width}"
    numbers = VALUES.transpose(2, 1, 0, 3).astype(kind).tobytes()
    spelled = f"Data Binary {width}"
    data = np.array(CHECK[width], kind).tobytes() + numbers
    begin, end = f"# Begin: {spelled}\n", f"\n# End: {spelled}\n# End: Segment\n"
    return (head(version, **changes) + begin).encode() + data + end.encode()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "field.ovf"


NANO = {key: repr(float(value) * 1e9) for key, value in SHARED.items() if "e-9" in value}
EXTENT = ("xmin", "ymin", "zmin", "xmax", "ymax", "zmax")
BASES = ("xbase", "ybase", "zbase")
PLAIN = text_file()
SAME = {
    "as it is": PLAIN,
    "a comment in the data": PLAIN.replace("0.6 0.7", "## half way\n0.6 0.7"),
    "a comment behind numbers": PLAIN.replace("0.3 0.4 0.5", "0.3 0.4 0.5 ## 99 98 97"),
    "a comment with one mark": PLAIN.replace("0.6 0.7", "# 5 6 7\n0.6 0.7"),
    "numbers in other lines": text_file(rows=[" ".join(ROWS[:2]), "", *ROWS[2:]]),
    "a blank line in the header": PLAIN.replace("# End: Header", "\n#\n  \n## 1\n# End: Header"),
    "a byte order mark": "\ufeff" + PLAIN,
    "a count with zeros": text_file(**{"Segment count": "000001"}),
    "no count": text_file(without=("Segment count",)),
    "lines of Windows": PLAIN.replace("\n", "\r\n"),
    "lines of old Macs": PLAIN.replace("\n", "\r"),
    "no min and max": text_file(without=EXTENT),
    "no base": text_file(without=BASES),
    "nanometres": text_file(meshunit="nm", **NANO),
    "nanometres, no min and max": text_file(meshunit="nanometers ## of OOMMF", **NANO, without=EXTENT),
    "one unit for three": text_file(valueunits="A/m"),
    "units in braces": text_file(valueunits="{A / m} {A / m} {A/m}"),
    "capital keys": "".join(
        line.partition(":")[0].upper() + ":" + line.partition(":")[2] if line[:1] == "#" else line
        for line in PLAIN.splitlines(keepends=True)[1:]
    ).join([LINES[2] + "\n", ""]),
    "blanks in keys": PLAIN.replace("xnodes:", "x nodes :"),
    "a key twice": PLAIN.replace("# znodes: 1", "# znodes: 1\n# znodes: 1"),
    "no labels": text_file(without=("valuelabels",)),
    "other labels": text_file(valuelabels="{Magnetization x} {Magnetization y} {Magnetization z}"),
    "hints": text_file(boundary="0 0 0 6e-9 0 0", ValueRangeMinMag="1e-8", ValueRangeMaxMag="2"),
    "OVF 1.0": text_file(1),
    "OVF 0.99": text_file(1).replace("v1.0", "v0.99"),
    "OVF 1.0, no multiplier": text_file(1, without=("valuemultiplier",)),
    "OVF 1.0, tenfold": text_file(1, [" ".join(repr(10 * float(n)) for n in row.split()) for row in ROWS], valuemultiplier="0.1"),
    "keys in another order": "\n".join([LINES[2], *reversed(head().splitlines()[2:-1]), "# Begin: Data Text", *ROWS, END]),
}  # fmt: skip


@pytest.mark.parametrize("content", SAME.values(), ids=SAME)
def test_other_spellings_say_the_same(content, path):
    path.write_bytes(content.encode())
    found = read_ovf(path)
    assert (found.name, found.unit) == ("m", "A/m")
    assert found.box.shape == BOX.shape
    # lengths pass through decimal numbers, products of tests and of the multiplier through one rounding
    np.testing.assert_allclose([*found.box.cell, *found.box.corner], [*BOX.cell, *BOX.corner], rtol=4e-16)
    np.testing.assert_allclose(found.values, VALUES, rtol=4e-16)


@pytest.mark.parametrize(("unit", "metres"), [("nm", 1e-9), ("um", 1e-6), ("\u00b5m", 1e-6), ("\u03bcm", 1e-6),
                                              ("mm", 1e-3), ("m", 1.0), ("Micrometres", 1e-6), ("pm", 1e-12)])  # fmt: skip
def test_lengths_are_in_the_unit_that_the_file_names(unit, metres, path):
    steps = dict.fromkeys(("xstepsize", "ystepsize", "zstepsize"), "3")
    path.write_text(
        text_file(meshunit=unit, **steps, **dict.fromkeys(BASES, "1.5"), without=EXTENT), encoding="utf-8"
    )
    assert read_ovf(path).box.cell == tuple(float(f"3e{round(np.log10(metres))}") for _ in "xyz")


@pytest.mark.parametrize(("width", "error"), [(4, 6e-8), (8, 0.0)])
@pytest.mark.parametrize(("version", "order"), [(1, ">"), (2, "<")])
def test_binary_numbers_have_the_byte_order_of_their_format(version, order, width, error, path, refusal):
    path.write_bytes(binary_file(version, width, order))
    np.testing.assert_allclose(read_ovf(path).values, VALUES, rtol=error)
    path.write_bytes(binary_file(version, width, {"<": ">", ">": "<"}[order]))
    assert f"order of OVF {3 - version}.0" in refusal(read_ovf, path)


@pytest.mark.parametrize("width", [4, 8])
def test_values_are_multiplied(width, path):
    path.write_bytes(binary_file(1, width, ">", valuemultiplier="795.77472", valueunit="kA/m"))
    found = read_ovf(path)
    np.testing.assert_allclose(found.values, 795.77472 * VALUES, rtol=6e-8)
    assert found.unit == "kA/m"


@pytest.mark.parametrize("unit", ["None None None", "", "{} {} {}", "none", "1 1 1"])
def test_no_unit_is_that_of_a_plain_number(unit, path):
    path.write_text(text_file(valueunits=unit))
    assert read_ovf(path).unit == "1"
    path.write_text(text_file(without=("valueunits",)))
    assert read_ovf(path).unit == "1"


@pytest.mark.parametrize("without", [(), ("Title",)])
def test_no_title(without, path):
    path.write_text(text_file(Title="", without=without))
    assert read_ovf(path).name == "untitled"


def test_any_number_of_components(path):
    rows = [f"{n} {n + 0.5}" for n in range(6)]
    path.write_text(text_file(rows=rows, valuedim="2", valuelabels="a b", valueunits="J J"))
    found = read_ovf(path)
    assert found.values.shape == (3, 2, 1, 2)
    assert found.values[:, 1, 0, 1].tolist() == [3.5, 4.5, 5.5]


SEGMENT = PLAIN[PLAIN.index("# Begin: Segment") :]
REFUSED = {
    "base elsewhere": (text_file(xbase="101e-9"), "xbase", "xmin 0 in line"),
    "base at the edge": (text_file(ybase="0"), "ybase", "ymin"),
    "max elsewhere": (text_file(zmax="2e-9"), "znodes", "zmax"),
    "an unknown unit of length": (text_file(meshunit="unspecified"), "meshunit", "line 7"),
    "millimetres in capitals": (text_file(meshunit="Mm"), "meshunit", "line 7"),
    "no unit of length": (text_file(without=("meshunit",)), "meshunit", "missing"),
    "two segments, one told": (PLAIN + SEGMENT, "one segment", "2 segments"),
    "three segments, one told": (PLAIN + SEGMENT + SEGMENT, "one segment", "3 segments"),
    "two segments": (text_file(**{"Segment count": "2"}), "segmentcount", "2 segments"),
    "no number of segments": (text_file(**{"Segment count": "one"}), "segmentcount", "line 2"),
    "a header twice": (PLAIN.replace("# Title", "# Begin: Header\n# Title"), "begin", "line 5"),
    "a key with two values": (PLAIN.replace("# znodes: 1", "# znodes: 1\n# znodes: 2"), "znodes", "given once"),
    "two units": (text_file(valueunits="A/m A/m T"), "valueunits", "one unit"),
    "two units for three": (text_file(valueunits="A/m A/m"), "valueunits", "one for each"),
    "a unit of the other format": (text_file(valueunit="A/m"), "valueunit", "unknown"),
    "units of the other format": (text_file(1, valueunits="A/m"), "valueunits", "unknown"),
    "a multiplier in 2.0": (text_file(valuemultiplier="1000"), "valuemultiplier", "2.0"),
    "a multiplier of nothing": (text_file(1, valuemultiplier="0"), "valuemultiplier", "other than 0"),
    "a multiplier in words": (text_file(1, valuemultiplier="1 A/m"), "valuemultiplier", "finite"),
    "a huge multiplier": (text_file(1, valuemultiplier="1.5e308"), "field.ovf", "infinite"),
    "numbers of six components in 1.0": (text_file(1, valuedim="6"), "valuedim", "vectors only"),
    "no dimension": (text_file(without=("valuedim",)), "valuedim", "missing"),
    "an irregular mesh": (text_file(meshtype="irregular", pointcount="6"), "meshtype", "resample"),
    "an irregular mesh of 1.0": (text_file(1).replace("rectangular mesh", "irregular mesh"), "meshtype", "resample"),
    "points": (text_file(pointcount="6"), "pointcount", "line"),
    "neither base nor min": (text_file(without=(*BASES, "xmin", "ymin", "zmin")), "xbase", "missing"),
    "a base of three": (text_file(xbase="1 0 0"), "xbase", "one finite number"),
    "a step backwards": (text_file(xstepsize="-2e-9"), "xstepsize", "> 0"),
    "a step of NaN": (text_file(xstepsize="nan"), "xstepsize", "finite"),
    "an underscore": (text_file(xnodes="0_3"), "xnodes", "whole number"),
    "foreign digits": (text_file(xnodes="\u0663"), "xnodes", "whole number"),
    "components in another order": (text_file(valuelabels="m_z m_y m_x"), "valuelabels", "in this order"),
    "components around an axis": (text_file(valuelabels="m_r m_phi m_z"), "valuelabels", "in this order"),
    "NaN": (text_file(rows=[*ROWS[:5], "nan 0 0"]), "'nan'", "line 34"),
    "infinity": (text_file(rows=["-inf 0 0", *ROWS[1:]]), "'-inf'", "line 29"),
    "too large a number": (text_file(rows=["1e999 0 0", *ROWS[1:]]), "'1e999'", "line 29"),
    "a decimal comma": (text_file(rows=["0,5 0 0", *ROWS[1:]]), "'0,5'", "line 29"),
    "a number with an underscore": (text_file(rows=["1_0 0 0", *ROWS[1:]]), "'1_0'", "line 29"),
    "no number behind a comment": (text_file(rows=["## 1", "1e5e5 0 0", *ROWS[1:]]), "'1e5e5'", "line 30"),
    "another end than beginning": (PLAIN.replace("End: Data Text", "End: Data Binary 4"), "End: Data", "line 28"),
    "an end of the segment alone": (PLAIN.replace("# End: Data Text\n", ""), "End: Data", "End: Segment"),
    "a line without its mark": (PLAIN.replace("# xnodes", "xnodes"), "begins with #", "line 18"),
    "a line without a colon": (PLAIN.replace("# xnodes:", "# xnodes"), "colon", "line 18"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "key", "said"), REFUSED.values(), ids=REFUSED)
def test_what_contradicts_itself_is_refused_with_its_key(content, key, said, path, refusal):
    assert content != PLAIN
    path.write_text(content, encoding="utf-8")
    message = refusal(read_ovf, path)
    assert key in message
    assert said in message
    assert "field.ovf" in message
    assert "\n" not in message


@pytest.mark.parametrize("spelled", ["Text", "Binary 4", "Binary 8"])
def test_a_huge_number_of_nodes_is_refused_before_memory_is_taken(spelled, path, refusal):
    many = head(xnodes="2500", ynodes="2500", znodes="818", without=(*EXTENT,))  # 114 GiB as binary 8
    rows = "1 2 3\n" if spelled == "Text" else "\0" * 80
    path.write_text(f"{many}# Begin: Data {spelled}\n{rows}# End: Data {spelled}\n# End: Segment\n")
    assert "as many as the header's nodes" in refusal(read_ovf, path)


def test_a_file_that_is_larger_than_memory_is_refused_before_it_is_read(path, refusal):
    path.write_text(
        head(xnodes="2500", ynodes="2500", znodes="818", without=EXTENT) + "# Begin: Data Binary 8\n"
    )
    with open(path, "r+b") as file:
        file.truncate(2**37)  # a hole: it takes no room on the disk
    assert "memory" in refusal(read_ovf, path)


def test_values_of_nan_in_binary_data(path, refusal):
    write_ovf(path, CellField(BOX, VALUES, "m", "1"))
    content = path.read_bytes()
    path.write_bytes(content.replace(np.float64(0.1 * 7).tobytes(), np.float64(np.nan).tobytes()))
    assert "the first nan at place 8" in refusal(read_ovf, path)
