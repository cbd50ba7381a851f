"""VTI files as other programs write them: the same cells and values, or a refusal that says why."""

from __future__ import annotations

import base64
import itertools
import lzma
import zlib

import numpy as np
import pytest

from optomag.io.cell_field import CellBox
from optomag.io.vti import read_vti

BOX = CellBox([-3e-9, 0.0, 5e-9], [2e-9, 2e-9, 1e-9], (3, 2, 4))
VALUES = np.arange(72.0).reshape(3, 2, 4, 3) - 30
IN_ORDER = VALUES.transpose(2, 1, 0, 3).ravel()  # x fastest, components innermost
UNIT = '<InformationKey name="L2_NORM_RANGE" length="2"><Value index="0">0</Value></InformationKey>' + (
    '<InformationKey name="UNITS_LABEL" location="vtkDataArray">A / m</InformationKey>'
)
PACKERS = {"vtkZLibDataCompressor": zlib.compress, "vtkLZMADataCompressor": lzma.compress}


def stream(data: bytes, *, size: str, packer: str | None, encode: bool, block: int = 100) -> bytes:
    """An array behind its header, as the format's description says."""
    text = base64.b64encode if encode else bytes
    if packer is None:
        return text(np.array(len(data), size).tobytes() + data)
    parts = [data[i : i + block] for i in range(0, len(data), block)]
    packed = [PACKERS[packer](part) for part in parts]
    last = len(parts[-1]) % block
    head = np.array([len(parts), block, last, *map(len, packed)], size).tobytes()
    return text(head) + text(b"".join(packed))


def vti(form: str = "appended", *, raw: bool = True, order: str = "LittleEndian", size: str | None = "UInt64",
        packer: str | None = None, kind: str = "Float64", extent: str = "0 3 0 2 0 4", origin: str = "-3e-9 0 5e-9",
        spacing: str = "2e-9 2e-9 1e-9", direction: str = "", extra: str = "", more: str = "", piece: str = "",
        components: str = 'NumberOfComponents="3"', values: np.ndarray = IN_ORDER) -> bytes:  # fmt: skip
    mark = {"LittleEndian": "<", "BigEndian": ">"}[order]
    number = mark + {"Float64": "f8", "Float32": "f4", "Int32": "i4", "Int8": "i1"}[kind]
    told = mark + {"UInt64": "u8", "UInt32": "u4", None: "u4"}[size]
    is_text = form == "binary" or not raw
    data = stream(values.astype(number).tobytes(), size=told, packer=packer, encode=is_text)
    inline = {
        "appended": "",
        "binary": data.decode("latin-1"),
        "ascii": "\n".join(map(repr, values.tolist())),
    }[form]
    attributes = f' header_type="{size}"' * (size is not None) + f' compressor="{packer}"' * (
        packer is not None
    )
    offset = ' offset="0"' if form == "appended" else ""
    tail = (
        f'<AppendedData encoding="{"raw" if raw else "base64"}">\n   _'.encode()
        + data
        + b"\n  </AppendedData>\n"
    )
    head = f"""<?xml version="1.0"?>{extra}
<VTKFile type="ImageData" version="0.1" byte_order="{order}"{attributes}>
  <ImageData WholeExtent="{extent}" Origin="{origin}" Spacing="{spacing}"{direction}>
    <FieldData><DataArray type="Float64" Name="TimeValue" NumberOfTuples="1" format="ascii">0</DataArray></FieldData>
    <Piece Extent="{piece or extent}"><PointData></PointData><CellData>
        <DataArray type="{kind}" Name="M" {components} format="{form}"{offset}>{inline}{UNIT}</DataArray>{more}
    </CellData></Piece>
  </ImageData>
  """
    return head.encode() + (tail if form == "appended" else b"") + b"</VTKFile>\n"


FORMS = [("appended", True), ("appended", False), ("binary", False), ("ascii", False)]
CASES = list(
    itertools.product(FORMS, ("LittleEndian", "BigEndian"), ("UInt32", "UInt64", None), (None, *PACKERS))
)
KINDS = ["Float64", "Float32", "Int32", "Int8", "Float64"]  # each case has one, in turn: five, as they are 72
ENCODED = {
    f"{form} {raw} {order} {size} {packer} {kind}": vti(
        form, raw=raw, order=order, size=size, packer=packer, kind=kind
    )
    for ((form, raw), order, size, packer), kind in zip(CASES, itertools.cycle(KINDS), strict=False)
}
PLACED = {
    "an extent from elsewhere": vti(extent="5 8 -1 1 2 6", origin="-13e-9 2e-9 3e-9"),
    "axes as they are": vti(direction=' Direction="1 0 0 0 1 0 0 0 1.0"'),
    "no cells hidden": vti(
        more='<DataArray type="UInt8" Name="vtkGhostType" format="ascii">' + "0 " * 24 + "</DataArray>"
    ),
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "fields.vti"


def test_every_encoding_gives_the_same_values(path):
    """All combinations in one test: they are many and quick."""
    for name, content in (ENCODED | PLACED).items():
        path.write_bytes(content)
        (found,) = read_vti(path)
        assert (found.name, found.unit) == ("M", "A/m"), name
        assert found.box == BOX, name
        np.testing.assert_array_equal(found.values, VALUES, err_msg=name)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
DATA = stream(IN_ORDER.tobytes(), size="<u8", packer=None, encode=False)
REFUSED = {
    "entities": (vti(extra=BOMB), "DOCTYPE"),
    "entities in another encoding": (vti("ascii", extra=BOMB).decode().encode("utf-16"), "XML file"),
    "nesting": (vti("ascii", more="<a>" * 40 + "</a>" * 40), "levels"),
    "axes turned": (vti(direction=' Direction="0 1 0 -1 0 0 0 0 1"'), "Direction"),
    "values at corners": (vti("ascii").replace(b"CellData>", b"x>").replace(b"PointData>", b"CellData>", 2)
                          .replace(b"x>", b"PointData>"), "corners"),
    "a piece of the whole": (vti(piece="0 3 0 2 0 2"), "Extent of a piece"),
    "another compressor": (vti().replace(b'type="ImageData"', b'type="ImageData" compressor="vtkLZ4DataCompressor"'),
                           "compressor"),
    "another grid": (vti().replace(b'type="ImageData"', b'type="RectilinearGrid"'), "ImageData"),
    "hidden cells": (vti(more='<DataArray type="UInt8" Name="vtkGhostType" format="ascii">' + "1 " * 24 + "</DataArray>"),
                     "hidden"),
    "micrometres": (vti(spacing="2 2 1", origin="-3 0 5"), "metres"),
    "cells without height": (vti(extent="0 3 0 2 0 0"), "cells along z"),
    "a universe of cells": (vti(extent="0 30000 0 20000 0 40000"), "memory"),
    "more cells than numbers": (vti(extent="0 3 0 2 0 5"), "bytes"),
    "numbers of another order": (vti().replace(b"LittleEndian", b"BigEndian"), "damaged"),
    "sizes of another type": (vti().replace(b"UInt64", b"UInt32"), "damaged"),
    "NaN": (vti(values=np.where(IN_ORDER == 3, np.nan, IN_ORDER)), "NaN"),
    "NaN in text": (vti("ascii", values=np.where(IN_ORDER == 3, np.nan, IN_ORDER)), "'nan'"),
    "a spacing of four": (vti(spacing="2e-9 2e-9 1e-9 1e-9"), "Spacing"),
    "a spacing with an underscore": (vti(spacing="2_0e-9 2e-9 1e-9"), "Spacing"),
    "two of one name": (vti("ascii", more='<DataArray type="Int8" Name="M" format="ascii">' + "1 " * 24 + "</DataArray>"),
                        "different"),
    "words": (vti("ascii", more='<Array type="String" Name="s" format="ascii">1</Array>'), "arrays of numbers"),
    "packed bytes of damage": (vti(packer="vtkZLibDataCompressor").replace(b"x\x9c", b"x\x9d"), "unpacked"),
    "a packed size of another array": (vti(packer="vtkZLibDataCompressor", extent="0 3 0 2 0 5"), "bytes"),
    "base64 cut": (vti(raw=False).replace(b"\n  </App", b"=\n  </App"), "damaged"),
    "a byte more": (vti().replace(DATA, DATA + b"x"), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_what_would_be_read_wrongly_is_refused(content, said, path, refusal):
    path.write_bytes(content)
    message = refusal(read_vti, path)
    assert said in message
    assert "fields.vti" in message


def test_a_packed_block_that_grows_is_not_unpacked_beyond_its_size(path, refusal):
    """8 MiB of zeros in 8 kB, where the header says that a block of nothing stands before the real one."""
    bomb, good = zlib.compress(bytes(2**23)), zlib.compress(IN_ORDER.astype("<f8").tobytes())
    head = np.array([2, 0, IN_ORDER.size * 8, len(bomb), len(good)], "<u8").tobytes()
    plain = stream(IN_ORDER.tobytes(), size="<u8", packer="vtkZLibDataCompressor", encode=False)
    path.write_bytes(vti(packer="vtkZLibDataCompressor").replace(plain, head + bomb + good))
    assert "unpacks to 1 bytes of a block of 0" in refusal(read_vti, path)
