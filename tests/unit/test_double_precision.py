"""JAX is switched to 64 bits by the first lens, beam or computation, not by importing the package."""

import ast
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

import optomag

PROGRAM = """
import jax
import numpy as np
import optomag as om
from optomag import Film, Grid, Objective, OptomagError, linear, zernike, read_ovf
on = lambda: jax.config.jax_enable_x64
Film([(2.3, 80e-9)], 1.46), Grid([0], [0], [0])
try:
    Objective(na=2, wavelength=532e-9) if False else om.zernike({})
except om.OptomagError:
    pass
assert not on(), "importing switched it on"
"""
LENS = "Objective(na=0.95, wavelength=532e-9)\nassert on()\n"
BEAM = """
import warnings
warnings.simplefilter("error")
def traced(weight):
    return (weight * om.radial()).evaluate(0.3, 0.2)
try:
    jax.jit(traced)(1.0)
except om.InvalidInputError as error:
    assert "precision must be double before JAX compiles a function" in str(error)
else:
    raise SystemExit("half of it had 32 bits")
assert not on()
beam = 0.5 * om.radial() + 0.1j * linear(0.3) * om.vortex(1)
assert on()
for compute in (
    lambda: beam.evaluate(np.linspace(0, 1, 5), 0.3),
    lambda: om.stack_beams([beam, 2 * beam]).evaluate([0.1, 0.2], [0.3, 0.4]),
    lambda: om.pixels(np.ones((8, 8, 2))).evaluate(0.3, 0.2),
    lambda: jax.jit(traced)(1.0),
    lambda: jax.jit(lambda weight: (weight * beam).power.astype(complex))(1.0),
):
    assert compute().dtype == np.complex128, compute
"""
WITHOUT_LENS = """
import importlib
three = [[1.0, 1j, 0.1]]
for compute in (
    lambda: om.intensity(three),
    lambda: om.induced_magnetization(three),
    lambda: om.spin_density(three, wavelength=5e-7),
    lambda: om.similarity(jax.numpy.ones(3, "float32"), jax.numpy.ones(3, "float32")),
    lambda: om.skyrmion_number(np.ones((4, 4, 3))),
):
    assert np.asarray(compute()).dtype == np.float64, compute
assert on()
"""
UNPICKLED = """
import pickle, sys
lens = pickle.loads(bytes.fromhex(sys.argv[1]))
assert on() and lens.na == 0.95
"""


def run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_the_first_lens_switches() -> None:
    run(PROGRAM + LENS)


def test_the_first_beam_switches() -> None:
    run(PROGRAM + BEAM)


def test_what_computes_without_a_lens_computes_in_double() -> None:
    run(PROGRAM + WITHOUT_LENS)


def test_a_lens_from_another_process_switches_too() -> None:
    import pickle

    import optomag as om

    run(PROGRAM + UNPICKLED, pickle.dumps(om.Objective(na=0.95, wavelength=532e-9)).hex())


SOURCE = Path(optomag.__file__).parent
ROOMS = ("heat", "magnetism", "micromagnetics", "scanning", "tolerances")
"""Where something may be computed without a lens or a beam."""


@lru_cache
def read(module: str) -> tuple[frozenset[str], bool]:
    """What a module imports at its top, and whether it switches JAX itself when it is imported."""
    path = SOURCE.parent / module.replace(".", "/")
    body = ast.parse(
        (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text("utf-8")
    ).body
    imported = {name.name for node in body if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in body if isinstance(node, ast.ImportFrom)}
    calls = [
        node.value.func for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    return frozenset(imported), any(
        isinstance(call, ast.Name) and call.id == "double_precision" for call in calls
    )


def switches(module: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a module or one that it imports switches JAX."""
    imported, itself = read(module)
    ours = {each for each in imported if each.startswith("optomag.")} - seen
    parents = {module.rpartition(".")[0]} - seen - {"optomag"}
    return itself or any(switches(each, seen | ours | {module}) for each in ours | parents)


def with_jax() -> list[str]:
    paths = [path for room in ROOMS for path in sorted((SOURCE / room).rglob("*.py"))]
    modules = [".".join(path.relative_to(SOURCE.parent).with_suffix("").parts) for path in paths]
    return [each for each in modules if any(name.partition(".")[0] == "jax" for name in read(each)[0])]


@pytest.mark.parametrize("module", with_jax())
def test_modules_that_compute_without_a_lens_switch_when_they_are_imported(module: str) -> None:
    assert switches(module)
