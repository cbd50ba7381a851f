"""Our OVF and VTI files through the programs that they are for: discretisedfield (Ubermag), VTK, magnum.np."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.io.cell_field import CellBox, CellField
from optomag.io.ovf import read_ovf, write_ovf
from optomag.io.vti import write_vti

HOW_TO_INSTALL = "an optional comparison; install optomag[micromagnetics] to run it"
AS_READ = {"text": 1e-14, "binary 4": 6e-8, "binary 8": 0.0}
"""Relative: pandas, which discretisedfield reads text with, is off by some units in the last place."""

ROUNDING = 1e-14
BOX = CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(6, 4, 3), at=[0.0, 2e-8, -1e-8])
VALUES = np.random.default_rng(5).normal(size=(6, 4, 3, 3)) * 1e5
FIELDS = [
    CellField(BOX, VALUES, "M"),
    CellField(BOX, 1e-6 * VALUES, "B_eff"),
    CellField(BOX, VALUES[..., 0] ** 2, "heat"),
]


@pytest.fixture
def df():
    return pytest.importorskip("discretisedfield", reason=HOW_TO_INSTALL)


@pytest.fixture
def vtk():
    return pytest.importorskip("vtk", reason=HOW_TO_INSTALL)


@pytest.mark.parametrize("representation", AS_READ)
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_discretisedfield_reads_ours(df, field, representation, tmp_path):
    write_ovf(tmp_path / "ours.ovf", field, representation=representation, description=["1.0 W: of optomag"])
    found = df.Field.from_file(tmp_path / "ours.ovf")
    assert tuple(found.mesh.n) == BOX.shape
    np.testing.assert_allclose(found.mesh.cell, BOX.cell, rtol=ROUNDING)
    np.testing.assert_allclose(found.mesh.region.pmin, BOX.corner, rtol=ROUNDING)
    # some of its versions read the header in small letters
    assert found.unit.lower() == field.unit.lower()
    if field.components == 3:
        assert list(found.vdims) == ["x", "y", "z"]
    values = field.values.reshape(*BOX.shape, -1)
    error = np.abs(found.array - values).max() / np.abs(values).max()
    assert error <= AS_READ[representation]


@pytest.mark.parametrize("representation", ["txt", "bin4", "bin8"])
def test_we_read_what_discretisedfield_writes(df, representation, tmp_path):
    mesh = df.Mesh(p1=BOX.corner, p2=BOX.far_corner, n=BOX.shape)
    field = df.Field(mesh, nvdim=3, value=VALUES, unit="A/m")
    field.to_file(tmp_path / "theirs.ovf", representation=representation)
    found = read_ovf(tmp_path / "theirs.ovf")
    assert (found.unit, found.box.shape) == ("A/m", BOX.shape)
    np.testing.assert_allclose(found.box.corner, BOX.corner, rtol=ROUNDING)
    error = np.abs(found.values - VALUES).max() / np.abs(VALUES).max()
    assert error <= (6e-8 if representation == "bin4" else ROUNDING)


def test_vtk_reads_ours(vtk, tmp_path):
    from vtk.util.numpy_support import vtk_to_numpy

    write_vti(tmp_path / "ours.vti", FIELDS)
    reader = vtk.vtkXMLImageDataReader()
    reader.SetFileName(str(tmp_path / "ours.vti"))
    reader.Update()
    image = reader.GetOutput()
    assert image.GetDimensions() == tuple(n + 1 for n in BOX.shape), "points stand around the cells"
    assert image.GetSpacing() == BOX.cell
    assert image.GetOrigin() == BOX.corner
    data = image.GetCellData()
    assert (data.GetVectors().GetName(), data.GetScalars().GetName()) == ("M", "heat")
    for field in FIELDS:
        array = data.GetArray(field.name)
        assert array.GetInformation().Get(vtk.vtkDataArray.UNITS_LABEL()) == field.unit
        values = vtk_to_numpy(array).reshape(*BOX.shape[::-1], -1).transpose(2, 1, 0, 3)
        np.testing.assert_array_equal(values, field.values.reshape(*BOX.shape, -1))


@pytest.fixture
def double_precision():
    """PyTorch's default type, which magnum.np computes with."""
    torch = pytest.importorskip("torch", reason="an optional comparison; install magnumnp to run it")
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.mark.usefixtures("double_precision")
def test_magnum_np_reads_ours(tmp_path):
    magnumnp = pytest.importorskip("magnumnp", reason="an optional comparison; install magnumnp to run it")
    write_vti(tmp_path / "ours.vti", FIELDS)
    mesh, found = magnumnp.read_vti(str(tmp_path / "ours.vti"))
    assert tuple(mesh.n) == BOX.shape
    np.testing.assert_array_equal(mesh.dx, BOX.cell)
    for field in FIELDS:
        np.testing.assert_array_equal(found[field.name].cpu().numpy(), field.values)
