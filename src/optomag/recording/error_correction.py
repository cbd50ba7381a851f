"""The library's parity-check codes by rate: a table that never changes, for recordings outlive versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

import numpy as np

from optomag.recording.parity_check import ParityCheckCode

TABLE = "parity_checks.json"


@cache
def codes() -> Mapping[str, ParityCheckCode]:
    """Codes by name: "1/2", "2/3", "3/4", "5/6" and "8/9", each of 12,960 bits.

    Quasi-cyclic repeat-accumulate codes without cycles of four edges; `benchmarks/parity_check_table.py` made
    the table and `benchmarks/error_correction.py` measures it. Where the bits of a reading hold so much
    information each (`bitwise_information` over the bits of a spot), one frame of a thousand is lost: 0.58
    at rate 1/2, 0.73 at 2/3, 0.81 at 3/4, 0.88 at 5/6 and 0.93 at 8/9; `recording.SPARE` more loses none.

    Returns
    -------
    mapping of str to ParityCheckCode
        From the most redundant to the least.

    Examples
    --------
    >>> import numpy as np
    >>> from optomag.recording.error_correction import codes
    >>> code = codes()["3/4"]
    >>> word = code.encode(np.ones((1, code.dimension), np.uint8))
    >>> likelihoods = np.where(word == 0, 4.0, -4.0)
    >>> likelihoods[:, ::21] *= -0.5  # 618 bits read wrongly
    >>> found = code.decode(likelihoods)
    >>> found.converged.tolist(), found.bits.min().item()
    ([True], 1)
    """
    text = (resources.files("optomag.recording") / "data" / TABLE).read_text(encoding="utf-8")
    table = json.loads(text)
    return MappingProxyType(
        {
            name: ParityCheckCode(name, np.array(base), table["circulant"])
            for name, base in table["base"].items()
        }
    )
