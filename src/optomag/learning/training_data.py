"""The samples that a network learns from and is tested on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from optomag.errors import refuse, require_finite_array, require_integer


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Simulated samples, the first of them to learn from and the others to test on.

    Parameters
    ----------
    magnetization : float array_like, shape (n, 3)
        Network inputs, dimensionless.
    weights : float array_like, shape (n, 3)
        Wanted outputs (E_ax, E_ay1, E_ay2).
    train_samples : int
        How many are training samples; at least one must be left to test on.

    Raises
    ------
    InvalidInputError
        For arrays that are empty, not finite, of other shapes or lengths; for a component of the
        magnetization that never changes.
    """

    magnetization: np.ndarray
    weights: np.ndarray
    train_samples: int

    def __post_init__(self) -> None:
        for name in ("magnetization", "weights"):
            array = require_finite_array(name, getattr(self, name), shape="(n, 3)", ndim=2, last=3)
            object.__setattr__(self, name, array)
        count = require_integer("train_samples", self.train_samples, at_least=1)
        if len(self.weights) != len(self.magnetization):
            refuse("weights", f"one row for each of {len(self.magnetization)} samples", len(self.weights))
        if count >= len(self.weights):
            refuse("train_samples", f"fewer than all {len(self.weights)} samples", count)
        if np.any(np.ptp(self.magnetization[:count], axis=0) == 0):
            refuse("magnetization", "different from sample to sample in each component", "a constant one")

    @property
    def sha256(self) -> str:
        """Fingerprint of all numbers and of the split."""
        digest = hashlib.sha256(str(self.train_samples).encode())
        for array in (self.magnetization, self.weights):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()
