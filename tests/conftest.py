"""Every test runs with the array shapes and the types of optomag's signatures checked by beartype.

Numbers and strings are left to the library itself, which must refuse wrong ones with its own errors. Ranks
and kinds of numbers are never matched by JAX on its own: what a test or a command that it starts broadcasts or
converts, it says.

What is compiled is kept in `.pytest_cache`, for the other processes of a run and for the next run, and is
compiled quickly rather than to run quickly: most of it runs once. `XLA_FLAGS= pytest` compiles as for users.
"""

from __future__ import annotations

import os
import signal
from importlib.metadata import version
from pathlib import Path

os.environ["JAX_NUMPY_RANK_PROMOTION"] = "raise"
os.environ["JAX_NUMPY_DTYPE_PROMOTION"] = "strict"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the processes of a run share the cores
os.environ.setdefault(
    "XLA_FLAGS",  # one that it does not know makes XLA end the process
    "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
    if version("jaxlib").startswith(("0.10.", "0.11."))
    else "",
)

import jax
import pytest
from jaxtyping import install_import_hook

UNCHECKED = "{kind: object for kind in (bool, int, float, complex, str)}"

install_import_hook(
    "optomag",
    f"beartype.beartype(conf=beartype.BeartypeConf(hint_overrides=beartype.FrozenDict({UNCHECKED})))",
)

from optomag.errors import InvalidInputError  # noqa: E402  (imported under the hook)
from optomag.workflow.compiled_code import compiled_folder  # noqa: E402

KEPT = Path(__file__).parents[1] / ".pytest_cache" / "compiled"
WORTH_KEEPING = "0"
"""Seconds of compilation."""

if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
    try:
        os.environ["JAX_COMPILATION_CACHE_DIR"] = str(compiled_folder(KEPT))
    except InvalidInputError:
        pass  # a tree that cannot be written to: everything is compiled anew
    else:
        os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = WORTH_KEEPING
        # The hook has imported JAX, which reads the environment only then; other processes find it there.
        jax.config.update("jax_compilation_cache_dir", os.environ["JAX_COMPILATION_CACHE_DIR"])
        jax.config.update("jax_persistent_cache_min_compile_time_secs", float(WORTH_KEEPING))

LONGEST = (
    "e2e/test_readme.py",
    "unit/micromagnetics/scripts/test_runs.py",
    "physics/test_structures.py",
    "physics/test_scan.py",
    "unit/inverse/structure/test_expose.py",
    "e2e/test_interruption.py",
    "physics/test_tolerance_masks.py",
    "unit/inverse/structure/test_volume_texture.py",
    "unit/inverse/orientation/test_saved_design.py",
    "unit/slm/test_mask_set.py",
    "physics/test_orientation.py",
    "physics/test_needles.py",
    "physics/test_against_oracle.py",
    "unit/workflow/test_cluster.py",
    "unit/workflow/test_load.py",
    "e2e/test_scan.py",
    "e2e/test_design.py",
    "e2e/test_tolerance.py",
    "unit/scanning/test_kernels.py",
)
"""Files of a quarter of a minute and more: begun first, so that none is left for one process at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the files into the order in which the processes take them."""
    places = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


# A shell starts what runs in the background deaf to Ctrl-C, and so would be all processes that tests start
# and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
