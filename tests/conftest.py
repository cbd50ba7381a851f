"""Every test runs with the array shapes and the types of optomag's signatures checked by beartype.

Numbers and strings are left to the library itself, which must refuse wrong ones with its own errors. Ranks
and kinds of numbers are never matched by JAX on its own: what a test or a command that it starts broadcasts or
converts, it says.
"""

from __future__ import annotations

import os
import signal

os.environ["JAX_NUMPY_RANK_PROMOTION"] = "raise"
os.environ["JAX_NUMPY_DTYPE_PROMOTION"] = "strict"

from jaxtyping import install_import_hook

UNCHECKED = "{kind: object for kind in (bool, int, float, complex, str)}"

install_import_hook(
    "optomag",
    f"beartype.beartype(conf=beartype.BeartypeConf(hint_overrides=beartype.FrozenDict({UNCHECKED})))",
)

# A shell starts what runs in the background deaf to Ctrl-C, and so would be all processes that tests start
# and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
