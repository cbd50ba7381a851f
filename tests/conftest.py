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

os.environ["JAX_NUMPY_RANK_PROMOTION"] = "raise"
os.environ["JAX_NUMPY_DTYPE_PROMOTION"] = "strict"
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false")

from pathlib import Path

import jax
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

# A shell starts what runs in the background deaf to Ctrl-C, and so would be all processes that tests start
# and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
