"""What the scripts say: the cells, the magnet, the terms; nothing that is zero."""

from __future__ import annotations

import ast
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import optomag as om
from optomag.micromagnetics.scripts.write import MAKERS, SCRIPTS, write_scripts

SHAPES = (om.GaussianShape(), om.SechSquaredShape())
PYTHON = [name for name in SCRIPTS if name.endswith(".py")]
MAGNET = {"anisotropy": 3e5, "dmi": 1e-3, "tilt": 0.02, "seed": 5, "start": (0.0, 0.6, -0.8), "relax": True}


def names_in(text: str) -> dict[str, object]:
    """Constants that a script in Python assigns."""
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            try:
                value = ast.literal_eval(node.value)
            except ValueError:
                continue
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = value if isinstance(target, ast.Tuple) else [value]
            found |= {name.id: each for name, each in zip(names, values, strict=True)}
    return found


@pytest.mark.parametrize("script", PYTHON)
def test_scripts_in_python_have_the_cells_and_the_magnet(laboratory, script):
    made = laboratory(SHAPES, **MAGNET)
    found = names_in((made.folder / script).read_text())
    box, simulation = made.drive.box, made.drive.simulation
    assert (found["CELLS"], found["EDGES"], found["CORNER"]) == (box.shape, box.cell, box.corner)
    assert found["MS"] == made.drive.saturation_magnetization
    assert [found[name] for name in ("A", "ALPHA", "KU", "DMI")] == [1e-17, 1e-4, 3e5, 1e-3]
    assert (found["START"], found["TILT"], found["SEED"]) == (simulation.start, 0.02, 5)
    assert found["RELAX"] is True


@pytest.mark.parametrize("script", PYTHON)
def test_scripts_in_python_have_every_term(laboratory, script):
    made = laboratory(SHAPES)
    tree = ast.parse((made.folder / script).read_text())
    (light,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "LIGHT"
    ]
    terms = [[getattr(part, "value", getattr(part, "id", None)) for part in term.elts] for term in light.elts]
    assert terms == [["B_eff", 3e-13, 1e-13, "gaussian"], ["B_eff_2", 1.5e-12, 1e-13, "sech2"]]


class StandInField:
    """Of discretisedfield."""

    array = np.ones(3)

    def __init__(self, *_, **__):
        pass

    from_file = classmethod(lambda cls, name: cls())


def test_ubermag_tells_pulses_of_one_field_apart(laboratory):
    """Terms of one name are refused there, and of two procedures of one name OOMMF keeps the last."""
    made = laboratory((SHAPES[0], SHAPES[0]), again=True)
    functions = [
        node
        for node in ast.walk(ast.parse((made.folder / "run_ubermag.py").read_text()))
        if (isinstance(node, ast.FunctionDef) and node.name == "light")
        or (isinstance(node, ast.Assign) and "for i, term in enumerate" in ast.unparse(node))
        or (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("gaussian", "LIGHT"))
    ]
    units = SimpleNamespace(consts=SimpleNamespace(mu0=1.0), Zeeman=lambda **given: given)
    space = {"df": SimpleNamespace(Field=StandInField), "mm": units, "MESH": None, "begin": 0.0}
    for node in sorted(functions, key=lambda node: node.lineno):
        exec(ast.unparse(node), space)
    terms = space["terms"]
    for key in (lambda term: term["name"], lambda term: term["tcl_strings"]["script_name"]):
        assert len({key(term) for term in terms}) == len(terms) == 2
    for term in terms:
        script = term["tcl_strings"]
        assert script["script"].startswith(f"proc {script['script_name']} {{ total_time }}")


def test_tilts_are_as_large_as_asked_and_come_with_the_seed(laboratory):
    text = (laboratory(SHAPES[:1], tilt=0.02, seed=5).folder / "run_ubermag.py").read_text()
    (function,) = (n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == "tilted")
    space = {"np": np, "TILT": 0.02, "SEED": 5}
    exec(ast.unparse(function), space)
    m = np.broadcast_to([0.0, 0.6, 0.8], (60, 60, 2, 3))
    found = space["tilted"](m)
    assert np.allclose(np.linalg.norm(found, axis=-1), 1.0)
    across = np.stack([found[..., 0], 0.8 * found[..., 1] - 0.6 * found[..., 2]])
    assert across.std(axis=(1, 2, 3)) == pytest.approx([0.02, 0.02], rel=0.05)
    np.testing.assert_array_equal(space["tilted"](m), found)
    space["SEED"] = 6
    assert np.abs(space["tilted"](m) - found).max() > 0.01


def test_mumax3_has_the_cells_the_magnet_and_every_term(laboratory):
    made = laboratory(SHAPES, **MAGNET)
    text = (made.folder / "run_mumax3.mx3").read_text()
    assert "SetGridSize(12, 10, 2)\nSetCellSize(1e-08, 1e-08, 5e-09)" in text
    for line in ("Msat  = 200.0", "Aex   = 1e-17", "alpha = 0.0001", "Ku1   = 300000.0", "Dind  = 0.001"):
        assert f"\n{line} " in text or f"\n{line}\n" in text
    assert "anisU = vector(0, 0, 1)\n" in text
    assert "m = Uniform(0.0, 0.6, -0.8)\nRelax()\nrandSeed(5)\nfor k := 0; k < 2; k++ {\n" in text
    assert text.count("+0.02*randNorm()") == 3
    assert 'B_ext.Add(LoadFile("B_eff.ovf"), exp(' in text
    assert 'B_ext.Add(LoadFile("B_eff_2.ovf"), pow(1/cosh(' in text
    assert "peak2 := 1.5e-12\n" in text
    assert "TableAdd(ext_topologicalchargelattice)" in text
    assert text.index("MaxDt") < text.index("Run(")
    assert text.count("MaxDt = 5e-15 ") == 2


def test_mumax3_is_not_told_what_there_is_not(laboratory):
    text = (laboratory(SHAPES[:1]).folder / "run_mumax3.mx3").read_text()
    assert not any(word in text for word in ("Ku1", "Dind", "Relax", "randNorm", "B_eff_2", "$"))


def test_tesla_is_turned_into_amperes_per_metre_where_the_program_wants_that(laboratory):
    folder = laboratory(SHAPES).folder
    for script in ("run_mumax3.mx3", "run_mumaxplus.py"):
        assert not any(name in (folder / script).read_text() for name in ("mu0", "mu_0"))
    assert "B.array / mm.consts.mu0" in (folder / "run_ubermag.py").read_text()
    assert "/ mn.constants.mu_0" in (folder / "run_magnumnp.py").read_text()
    assert "/ constants.mu_0" in (folder / "run_neuralmag.py").read_text()


@pytest.mark.parametrize("script", PYTHON)
def test_where_the_program_is_missing_one_line_says_so(laboratory, script):
    folder = laboratory(SHAPES[:1]).folder
    # with no packages at all
    done = subprocess.run([sys.executable, "-I", "-S", script], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{script} needs ")
    assert "pip install" in done.stderr
    assert done.stderr.count("\n") == 1


def test_each_script_goes_with_the_files_that_it_reads(laboratory, tmp_path):
    drive = laboratory(SHAPES[:1]).drive
    for kind, makers in MAKERS.items():
        folder = tmp_path / kind
        folder.mkdir()
        assert write_scripts(drive, folder, [kind]) == list(makers)
        assert {path.name for path in folder.iterdir()} == set(makers)
    assert write_scripts(drive, tmp_path, ["netcdf"]) == []
    assert all("fields.vti" in maker(drive) for maker in MAKERS["vti"].values())
    assert all(".ovf" in maker(drive) for maker in MAKERS["ovf"].values())


def test_the_charge_is_that_of_the_library_and_whole_for_a_skyrmion(laboratory):
    text = (laboratory(SHAPES[:1]).folder / "run_ubermag.py").read_text()
    (function,) = (n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == "charge")
    space = {"np": np}
    exec(ast.unparse(function), space)
    x, y = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 41), indexing="ij")
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    for turns, whole in ((1, 1), (2, 0)):  # from the core to the rim: a skyrmion, a skyrmionium
        theta = np.pi * np.minimum(turns, turns * radius) + (np.pi if turns == 1 else 0.0)
        m = np.stack([np.sin(theta) * np.cos(angle), np.sin(theta) * np.sin(angle), np.cos(theta)], axis=-1)
        assert abs(space["charge"](m)) == pytest.approx(whole, abs=1e-9)
        assert space["charge"](m) == pytest.approx(om.skyrmion_number(m), abs=1e-9)
