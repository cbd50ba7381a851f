"""What it took to correct the errors of a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.recording.min_sum import Decoded
from optomag.recording.parity_check import ParityCheckCode


@dataclass
class Corrections:
    """Counts of any number of frames, gathered block by block.

    Attributes
    ----------
    frames : int
        That were decoded.
    bits, wrong_bits : int
        Of their code words, and how many of these the readings alone would have got wrong: what was decoded
        is encoded again and compared.
    rounds, most_rounds : int
        Of the decoder, of all frames together and of the worst one.
    """

    frames: int = 0
    bits: int = 0
    wrong_bits: int = 0
    rounds: int = 0
    most_rounds: int = 0

    def add(self, likelihoods: np.ndarray, decoded: Decoded, code: ParityCheckCode) -> None:
        """Take in frames that hold, with what was known of their bits (frames, length)."""
        self.frames += len(likelihoods)
        self.bits += likelihoods.size
        self.wrong_bits += int(np.count_nonzero((likelihoods < 0) != code.encode(decoded.bits)))
        self.rounds += int(decoded.iterations.sum())
        self.most_rounds = max(self.most_rounds, int(decoded.iterations.max()))

    def numbers(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "frames": self.frames,
            "bits": self.bits,
            "wrong_bits": self.wrong_bits,
            "bit_error_rate": self.wrong_bits / max(self.bits, 1),
            "mean_rounds": self.rounds / max(self.frames, 1),
            "most_rounds": self.most_rounds,
        }
