"""`optomag export`: the right fields in the right cells, in files that are read back."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.io.manifest import changed_files, read_manifest
from optomag.io.ovf import read_ovf
from optomag.io.picture_file import read_picture
from optomag.io.vti import read_vti
from optomag.magnetism.spin_density import spin_density
from optomag.micromagnetics.magnet_fields import magnet_for
from optomag.micromagnetics.scripts.write import SCRIPTS
from optomag.workflow.export import peak_pulse, run_export, scripts_line
from optomag.workflow.export_config import ExportConfig, SimulationOptions
from optomag.workflow.progress import Progress, SilentProgress

pytestmark = pytest.mark.slow

ROUNDING = 1e-12
LENS = om.Objective(na=0.9, wavelength=635e-9)
INDEX = 2.5 + 0.1j
FILM = om.Film([(1.5, 30e-9), (INDEX, 25e-9)], substrate=1.46)
GARNET = {"material": "bismuth iron garnet", "layer": 2}


class Listener(SilentProgress):
    """Keeps what was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def tell(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    return om.design([1.0, 0.0, 1.0], LENS).save(tmp_path_factory.mktemp("bare"), pixels=8)


@pytest.fixture(scope="module")
def inside(tmp_path_factory):
    found = om.design([0.0, 1.0, 1.0], LENS, film=FILM, at=[0.0, 0.0, 42.5e-9])
    return found.save(tmp_path_factory.mktemp("inside"), pixels=8)


def export(folder, out, *, progress: Progress | None = None, **settings):
    config = ExportConfig.model_validate({"out": out, "cell_nm": (100.0,), "no_picture": True, **settings})
    made = run_export(folder, config, progress=progress or SilentProgress())
    return {field.name: field for field in made.fields}


def test_fields_in_a_film_are_the_library_s(inside, tmp_path):
    pulse = {"energy_nj": 0.2, "duration_fs": 80.0, "shape": "sech2"}
    fields = export(inside, tmp_path, magnet=GARNET, pulse=pulse, cell_nm=(100.0, 100.0, 10.0))
    box = fields["B_eff"].box
    # three cells fill the second layer: none is thicker than asked
    assert box.shape[2] == 3
    assert box.corner[2] == pytest.approx(30e-9)
    assert box.far_corner[2] == pytest.approx(55e-9)

    found = om.load_design(inside)
    power = om.Pulse(energy=2e-10, duration=80e-15, shape=om.SechSquaredShape()).peak_power
    E = om.focus_field(found.beam, LENS, box.grid, film=FILM, power=power)
    B = om.effective_field(
        E, faraday_rotation=-1.36e5, saturation_magnetization=1.11e5, index=2.5, wavelength=635e-9
    )
    heat = om.heat_density(E, index=INDEX, wavelength=635e-9)
    spin = spin_density(E, wavelength=635e-9)
    for name, expected in (("B_eff", B), ("heat", heat), ("spin", spin)):
        np.testing.assert_allclose(fields[name].values, expected, rtol=ROUNDING)
        np.testing.assert_array_equal(read_ovf(tmp_path / f"{name}.ovf").values, fields[name].values)
    assert {field.name: field.unit for field in read_vti(tmp_path / "fields.vti")} == {
        "B_eff": "T",
        "heat": "W/m^3",
        "spin": "J*s/m^3",
    }


def test_the_magnetic_field_of_light_adds_to_b_eff_and_not_to_the_spin(inside, tmp_path):
    without = export(inside, tmp_path / "without", magnet=GARNET)
    added = export(inside, tmp_path / "with", magnet={**GARNET, "chi": 0.205})
    found = om.load_design(inside)
    grid = added["B_eff"].box.grid
    E, H = found.light.field(grid), found.light.magnetic_field(grid)
    expected = om.effective_field(
        E,
        faraday_rotation=-1.36e5,
        saturation_magnetization=1.11e5,
        index=2.5,
        wavelength=635e-9,
        magnetic=om.MagneticTerm(H=H, chi=0.205, index=2.5),
    )
    np.testing.assert_allclose(added["B_eff"].values, expected, rtol=1e-9, atol=ROUNDING * 1e-3)
    assert np.abs(added["B_eff"].values - without["B_eff"].values).max() > 0.01 * without["B_eff"].largest
    np.testing.assert_array_equal(added["spin"].values, without["spin"].values)
    assert json.loads((tmp_path / "with" / "export.json").read_text())["magnet"]["chi"] == 0.205


def test_nothing_is_magnetised_outside_the_layer(inside, tmp_path):
    box = {"size_nm": (200.0, 200.0, 80.0), "cell_nm": (100.0, 100.0, 5.0), "at_nm": (0.0, 0.0, 40.0)}
    fields = export(inside, tmp_path, magnet=GARNET, **box)
    z = fields["B_eff"].box.grid.z
    magnetised = np.any(fields["B_eff"].values != 0, axis=(0, 1, 3))
    np.testing.assert_array_equal(magnetised, (z > 30e-9) & (z < 55e-9))
    assert np.all(fields["spin"].lengths > 0)


def test_magnetization_of_a_glass_and_no_scripts_for_it(bare, tmp_path):
    listener = Listener()
    magnet = {"verdet": 3.61, "magnet_index": 1.457}
    fields = export(bare, tmp_path, magnet=magnet, to=("ovf", "netcdf"), progress=listener)
    E = om.focus_field(om.load_design(bare).beam, LENS, fields["M"].box.grid)
    gamma = om.magneto_optical_constant(3.61, index=1.457, wavelength=635e-9)
    np.testing.assert_allclose(fields["M"].values, om.induced_magnetization(E, gamma), rtol=ROUNDING)
    dataset = om.open_dataset(tmp_path / "fields.nc")
    np.testing.assert_array_equal(dataset.M.values, fields["M"].values)
    assert (dataset.M.attrs["units"], dataset.spin.attrs["units"]) == ("A/m", "J*s/m^3")
    assert not list(tmp_path.glob("run_*"))
    (lacking,) = (line for line in listener.lines if "no scripts" in line)
    assert "--faraday-rotation" in lacking
    assert "--saturation-magnetization" in lacking


def test_a_material_without_a_trusted_faraday_rotation_says_why(inside, tmp_path):
    listener = Listener()
    export(inside, tmp_path, magnet={"material": "GdFeCo", "layer": 2}, progress=listener)
    assert any("no trusted Faraday rotation of GdFeCo: Kerr rotations" in line for line in listener.lines)
    assert any(line.startswith("temperature rise per pulse: ") for line in listener.lines)


def test_a_folder_says_what_it_holds(inside, tmp_path):
    listener = Listener()
    fields = export(inside, tmp_path, magnet=GARNET, progress=listener)
    names = {"B_eff.ovf", "spin.ovf", "heat.ovf", "fields.vti", "export.json", "manifest.json"}
    scripts = set(SCRIPTS)
    assert {path.name for path in tmp_path.iterdir()} == names | scripts
    assert changed_files(tmp_path) == []
    record = json.loads((tmp_path / "export.json").read_text())
    assert record["peaks"]["B_eff"]["largest"] == fields["B_eff"].largest
    assert f"largest B_eff: {fields['B_eff'].largest:.4g} T" in "\n".join(listener.lines)
    assert record["pulse"]["peak_power_w"] == pytest.approx(1.0)
    assert str(tmp_path) in listener.lines[-1]


def test_a_picture_is_drawn_and_belongs_to_the_result(inside, tmp_path):
    listener = Listener()
    export(inside, tmp_path, magnet=GARNET, no_picture=False, progress=listener)
    assert read_picture(tmp_path / "export.png", name="picture", kinds=["PNG"], rule="a PNG").width > 1000
    assert "export.png" in read_manifest(tmp_path)["files"]
    assert "export.png" in listener.lines[-1]
    export(inside, tmp_path, magnet=GARNET)
    assert not (tmp_path / "export.png").exists()


def test_the_picture_says_what_light_and_layers_are(inside, tmp_path):
    made = om.export(om.load_design(inside), tmp_path, magnet="bismuth iron garnet", cell=[100e-9])
    figure = made.plot()
    heading = figure.texts[0].get_text()
    assert "NA 0.9 in n = 1, 635 nm; film 1.5, 30 nm" in heading
    assert "(+0.00, +0.71, +0.71)" in heading
    written = [text.get_text() for text in figure.axes[0].texts]
    assert {"n = 1", "n = 1.5\n30 nm", "n = 2.5+0.1i\n25 nm, magnet", "n = 1.46"} <= set(written)


def test_the_picture_of_a_structure_knows_what_it_wants(tmp_path):
    spots = om.design_spots([[0.0, 0.0, 0.0], [9e-7, 0.0, 0.0]], [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]], LENS)
    made = om.export(spots, tmp_path, cell=[100e-9], to=["vti"], picture=False)
    np.testing.assert_array_equal(made.wanted, [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    heading = " ".join(made.plot().texts[0].get_text().split())
    assert "rings: points of the design" in heading


def test_the_peak_is_where_the_record_says(inside, tmp_path):
    fields = export(inside, tmp_path, magnet=GARNET, cell_nm=(50.0,))
    at = json.loads((tmp_path / "export.json").read_text())["peaks"]["B_eff"]["at_m"]
    E = om.focus_field(om.load_design(inside).beam, LENS, [at], film=FILM)
    B = om.effective_field(
        E, faraday_rotation=-1.36e5, saturation_magnetization=1.11e5, index=2.5, wavelength=635e-9
    )
    assert np.linalg.norm(B) == pytest.approx(fields["B_eff"].largest, rel=ROUNDING)


def test_a_second_export_leaves_nothing_of_the_first(inside, tmp_path):
    export(inside, tmp_path, magnet=GARNET)
    (tmp_path / "notes.txt").write_text("mine")
    export(inside, tmp_path, to=("vti",), quantity=("spin",))
    assert {path.name for path in tmp_path.iterdir()} == {
        *("fields.vti", "export.json", "manifest.json", "notes.txt")
    }


def test_a_second_export_names_its_own_files_only(inside, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    os.utime(notes, (1e9, 1e9))
    listener = Listener()
    export(inside, tmp_path, to=("vti",), quantity=("spin",), progress=listener)
    assert listener.lines[-1] == f"fields in {tmp_path}: export.json, fields.vti"
    assert set(read_manifest(tmp_path)["files"]) == {"export.json", "fields.vti"}


def test_an_edited_script_is_not_written_over(inside, tmp_path, refusal):
    export(inside, tmp_path, magnet=GARNET)
    script = tmp_path / "run_ubermag.py"
    script.write_text(script.read_text() + "# A and alpha of my magnet\n")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    said = refusal(export, inside, tmp_path, magnet=GARNET)
    assert "out must be a folder whose files are as they were written; got an edited" in said
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    script.unlink()
    export(inside, tmp_path, magnet=GARNET)
    assert script.is_file()


@pytest.mark.parametrize("former", [True, False], ids=["after an export", "in a folder of one's own"])
def test_a_script_of_ones_own_is_not_written_over(inside, tmp_path, refusal, former):
    if former:
        export(inside, tmp_path, to=("vti",), quantity=("spin",))
    (tmp_path / "run_ubermag.py").write_text("mine")
    assert "got somebody else's" in refusal(export, inside, tmp_path, magnet=GARNET)
    assert (tmp_path / "run_ubermag.py").read_text() == "mine"


def test_another_film_and_another_height(bare, tmp_path):
    film = {"film": ("2.5+0.1j:20",), "substrate": "1.46"}
    with pytest.warns(om.MagnetWarning, match="point lies at z = 0 nm, outside the magnet: layer 1 of 1"):
        fields = export(bare, tmp_path, film=film, surface_nm=-40.0, quantity=("heat",))
    box = fields["heat"].box
    assert (box.corner[2], box.far_corner[2]) == (-4e-8, -2e-8)
    shifted = om.Film([(INDEX, 20e-9)], 1.46, -40e-9)
    E = om.focus_field(om.load_design(bare).beam, LENS, box.grid, film=shifted)
    heat = om.heat_density(E, index=INDEX, wavelength=635e-9)
    np.testing.assert_allclose(fields["heat"].values, heat, rtol=ROUNDING)


def test_both_lenses_shine(tmp_path):
    folder = om.design([0.0, 0.0, 1.0], LENS, four_pi=True).save(tmp_path / "d", pixels=8)
    found = om.load_design(folder)
    fields = export(folder, tmp_path / "e", quantity=("spin",))
    E = om.focus_field(found.beam, LENS, fields["spin"].box.grid, counter=found.counter)
    np.testing.assert_allclose(fields["spin"].values, spin_density(E, wavelength=635e-9), rtol=ROUNDING)


def test_numbers_of_four_bytes(bare, tmp_path):
    fields = export(bare, tmp_path, representation="binary-4", quantity=("spin",))
    assert b"Data Binary 4" in (tmp_path / "spin.ovf").read_bytes()
    assert np.array_equal(fields["spin"].values, fields["spin"].values.astype(np.float32))


@pytest.mark.parametrize("given", [{"energy_nj": 0.5}, {"peak_power_w": 3.0}, {}])
def test_energy_or_power(given):
    pulse = peak_pulse(ExportConfig.model_validate({"pulse": given | {"duration_fs": 200.0}}).pulse)
    if "energy_nj" in given:
        assert pulse.energy == pytest.approx(5e-10)
    else:
        assert pulse.peak_power == pytest.approx(given.get("peak_power_w", 1.0))
    assert pulse.duration == pytest.approx(2e-13)


REFUSED = {
    "energy and power": {"pulse": {"energy_nj": 1.0, "peak_power_w": 1.0}},
    "a material for another colour": {"magnet": {"material": "terbium gallium garnet"}},
    "M without a Verdet constant": {"quantity": ("M",)},
    "B_eff without Ms": {"quantity": ("B_eff",), "magnet": {"faraday_rotation": 1e5}},
    "a Verdet constant of zero": {"magnet": {"verdet": 0.0}},
    "a layer without a film": {"magnet": {"layer": 1}},
    "a height without a film": {"surface_nm": 10.0},
    "a size that is no whole number of cells": {"size_nm": (250.0,)},
    "two edges of a cell": {"cell_nm": (10.0, 10.0)},
}


@pytest.mark.parametrize("settings", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_exported_is_refused_before_anything_is_written(settings, bare, tmp_path):
    with pytest.raises(InvalidInputError, match="must be"):
        export(bare, tmp_path / "out", **settings)
    assert not list(tmp_path.glob("out/*.*"))


def test_a_layer_that_the_film_has_not(inside, tmp_path):
    with pytest.raises(InvalidInputError, match="at most 3"):
        export(inside, tmp_path, magnet={"layer": 4})
    with pytest.raises(InvalidInputError, match="left out behind a film"):
        export(inside, tmp_path, magnet={"magnet_index": 2.0})


def test_a_folder_without_a_design_and_one_of_many(tmp_path):
    with pytest.raises(InvalidInputError, match=r"manifest\.json of the folder must be an existing file"):
        export(tmp_path, tmp_path / "out")
    om.design(np.eye(3), LENS).save(tmp_path / "many")
    with pytest.raises(InvalidInputError, match="a batch of 3"):
        export(tmp_path / "many", tmp_path / "out")
    with pytest.raises(InvalidInputError, match="must be Light"):
        export(export_folder(tmp_path), tmp_path / "again")


def export_folder(tmp_path):
    """The folder of something that is no light: an export."""
    om.export(om.Light(om.circular(+1), LENS), tmp_path / "fields", cell=[1e-7], to=["vti"])
    return tmp_path / "fields"


def test_light_of_several_points_is_exported_around_them_all(tmp_path):
    light = om.Light(om.circular(+1), LENS, points=[[-6e-7, 0.0, 0.0], [6e-7, 0.0, 0.0]])
    box = export(light.save(tmp_path / "light"), tmp_path / "e", quantity=("spin",))["spin"].box
    # both spots with a wavelength around each, 25 x 13 cells; 13 is prime and rounded up
    assert box.shape == (25, 15, 1)
    spin = spin_density(om.focus_field(light.beam, LENS, box.grid), wavelength=635e-9)
    np.testing.assert_allclose(read_ovf(tmp_path / "e" / "spin.ovf").values, spin, rtol=ROUNDING)


def test_the_library_writes_what_the_command_does(inside, tmp_path):
    export(inside, tmp_path / "command", magnet=GARNET)
    light = om.load(inside)
    magnet = magnet_for(light.light, **GARNET)
    made = om.export(light, tmp_path / "library", magnet=magnet, cell=[1e-7])
    for name in ("B_eff.ovf", "spin.ovf", "heat.ovf", "fields.vti", *made.scripts):
        one, other = ((tmp_path / where / name).read_bytes() for where in ("command", "library"))
        assert one == other, name


@pytest.mark.parametrize(
    "settings",
    [
        {"to": ["png"]},
        {"to": []},
        {"to": "ovf"},
        {"quantities": ["E"]},
        {"representation": "binary"},
        {"cell": [0.0]},
        {"cell": [1e-8, 1e-8]},
        {"at": [0.0]},
        {"pulse": 1.0},
        {"magnet": "kryptonite"},
    ],
)
def test_what_the_library_cannot_export_is_refused(settings, tmp_path, refusal):
    light = om.Light(om.circular(+1), LENS)
    assert "must be" in refusal(om.export, light, tmp_path / "e", **settings)
    assert "must be Light" in refusal(om.export, "light", tmp_path / "e")
    assert not (tmp_path / "e").exists()


@pytest.mark.parametrize(
    ("given", "name", "option"),
    [({}, "index", "--magnet-index"), ({"index": 1.46}, "verdet", "--verdet")],
    ids=["index", "Verdet constant"],
)
def test_constants_of_another_wavelength_are_refused_until_they_are_given(given, name, option):
    green = om.Light(om.circular(+1), om.Objective(na=0.9, wavelength=532e-9))
    with pytest.raises(InvalidInputError, match=rf"{name} of the material .* 532 nm; .*{option}"):
        magnet_for(green, material="fused silica", **given)
    assert magnet_for(green, material="fused silica", index=1.46, verdet=5.0).verdet == 5.0


def test_what_is_simulated_is_what_was_asked():
    options = SimulationOptions(
        exchange=15e-12,
        damping=0.3,
        anisotropy=0.7e6,
        dmi=3e-3,
        start=(0.0, 0.0, -1.0),
        tilt_deg=90.0,
        seed=7,
        no_relax=True,
        afterwards_ps=20.0,
    )
    assert options.simulation() == om.Simulation(
        exchange=15e-12,
        damping=0.3,
        anisotropy=0.7e6,
        dmi=3e-3,
        start=(0.0, 0.0, -1.0),
        tilt=np.pi / 2,
        seed=7,
        relax=False,
        afterwards=2e-11,
    )
    assert SimulationOptions().simulation() == om.Simulation()


def test_only_numbers_that_nobody_gave_are_called_placeholders():
    scripts = ("a.py", "b.py")
    assert "placeholders: --exchange (4e-12 J/m) and --damping (0.01)" in scripts_line(
        scripts, SimulationOptions()
    )
    given = SimulationOptions(damping=0.3)
    assert "placeholders: --exchange" in scripts_line(scripts, given)
    assert "--damping" not in scripts_line(scripts, given)
    given = SimulationOptions(exchange=1e-11, damping=0.3)
    assert scripts_line(scripts, given) == "scripts that apply B_eff as a pulse: a.py, b.py"


def test_a_repeated_box_says_which_program_has_no_script():
    assert "; none for Ubermag" in scripts_line(("a.py",), SimulationOptions(images=2))
    assert "Ubermag" not in scripts_line(("a.py",), SimulationOptions())
