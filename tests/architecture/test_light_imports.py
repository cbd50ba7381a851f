"""Importing the package and asking for help stay fast, because nothing heavy is loaded for them.

Modules are counted instead of seconds: the same on a busy machine as on an idle one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = {
    "numpy",
    "jax",
    "jaxlib",
    "equinox",
    "optax",
    "scipy",
    "matplotlib",
    "skimage",
    "xarray",
    "zarr",
    "pandas",
}
ONLY_WHEN_USED = {"matplotlib.pyplot", "xarray", "zarr", "pandas", "skimage", "plotly", "dask", "pydantic"}
ONLY_FOR_PICTURES_AND_SEARCHES = {
    "matplotlib",
    "skimage",
    "plotly",
    "scipy.optimize",
    "scipy.signal",
}
FOR_RESULTS = HEAVY - {"numpy"}
"""What no refusal loads that comes before the work."""

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
COMMANDS = """
    reproduce design shape masks devices tolerance export switching scan gallery compare hologram record read
    dataset train train-directions train-spots evaluate sweep card verify show fit completion serve docs
""".split()  # noqa: SIM905


def loaded_after(program: str) -> set[str]:
    report = "\nimport sys; sys.stderr.write(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program + report], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


def test_importing_the_package_loads_almost_nothing():
    assert loaded_after("import optomag") & (HEAVY | {"pydantic", "cyclopts"}) == set()


def test_help_loads_no_numerics_and_no_graphics():
    asked = [[], ["--version"], *([command, "--help"] for command in COMMANDS)]
    loaded = loaded_after(f"from optomag.cli import main\nfor words in {asked!r}: assert main(words) == 0")
    assert loaded & HEAVY == set()
    assert "optomag.workflow.config" in loaded, "the help must really have been shown"


def test_refusals_load_no_engine_and_no_graphics():
    """One process for all: what one of them loads would slow every user who meets it."""
    loaded = loaded_after(f"""
import os, sys, tempfile
from pathlib import Path
sys.path.insert(0, {str(BENCHMARKS)!r})
import refusals
from optomag.cli import app
os.environ.pop("OPTOMAG_KEY", None)
with tempfile.TemporaryDirectory() as folder:
    refusals.lay_out(Path(folder))
    os.chdir(folder)
    for command, cases in refusals.refusals().items():
        for words in cases:
            said = refusals.refused((command, *words))
            assert not {FOR_RESULTS!r} & sys.modules.keys(), (command, words)
            assert said.endswith(f" See optomag {{command}} --help.\\n"), said
            assert refusals.FOREIGN.search(said) is None, said
    os.chdir("/")
""")
    assert {"numpy", "optomag.io.result_folder"} <= loaded, "the refusals must really have been read"


def test_the_public_names_load_no_graphics_and_no_storage():
    loaded = loaded_after("import optomag\nfor name in optomag.__all__: getattr(optomag, name)")
    assert loaded & ONLY_WHEN_USED == set()
    assert "jax" in loaded, "the names must really have been loaded"


def test_designs_exports_masks_and_tolerances_without_pictures_load_no_graphics(tmp_path):
    saved, out = str(tmp_path / "d"), str(tmp_path / "o")
    loaded = loaded_after(f"""
from optomag.cli import main
assert main(["design", "--direction", "1", "1", "1", "--no-picture", "--out", {saved!r}]) == 0
assert main(["export", {saved!r}, "--cell-nm", "50", "--no-picture", "--out", {out!r}]) == 0
import optomag.workflow.masks, optomag.workflow.tolerance
""")
    assert loaded & ONLY_FOR_PICTURES_AND_SEARCHES == set()
    assert "optomag.slm.mask_files" in loaded, "the masks must really have been loaded"
