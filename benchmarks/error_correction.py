"""How much noise each parity-check code corrects, how far that is from capacity, how fast it is decoded."""

from __future__ import annotations

import time

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from optomag.recording.error_correction import codes
from optomag.recording.parity_check import ParityCheckCode
from table import Section, machine

STEP = 0.1
"""Decibels between the signals that are tried."""

FRAMES, FAILURES = 3000, 3
"""Of so many frames at most so many may fail: 1 in 1000."""

BATCH = 120
"""Frames between looks at the failures."""

MARGIN = 0.3
"""Decibels above the threshold, where decoding is timed."""

SATELLITE = {"1/2": 1.00, "2/3": 3.10, "3/4": 4.03, "5/6": 5.18, "8/9": 6.20}
"""Decibels at which codes of 64,800 bits with an outer code lose one packet in 1e7: ETSI EN 302 307, QPSK."""


def information(signal: float) -> float:
    """Bits that one sample +-1 with noise holds; signal = -20 log10 sigma [dB]."""
    variance = 10 ** (-signal / 10)
    spread = np.sqrt(variance)

    def lost(sample: float) -> float:
        density = np.exp(-((sample - 1) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
        return density * np.logaddexp(0.0, -2 * sample / variance) / np.log(2)

    return 1 - quad(lost, 1 - 9 * spread, 1 + 9 * spread, limit=200)[0]


def limit(rate: float) -> float:
    """Signal [dB] at which a sample holds `rate` bits."""
    return float(brentq(lambda signal: information(signal) - rate, -10, 15))


def decoded(code: ParityCheckCode, signal: float, frames: int, seed: int) -> tuple[int, int, float, float]:
    """Frames that fail, wrong ones taken for right, mean rounds, and seconds."""
    generator = np.random.default_rng([seed, round(100 * signal)])
    bits = generator.integers(0, 2, (frames, code.dimension), dtype=np.uint8)
    spread = 10 ** (-signal / 20)
    samples = 1.0 - 2.0 * code.encode(bits) + spread * generator.normal(size=(frames, code.length))
    likelihoods = (2 * samples / spread**2).astype(np.float32)
    start = time.perf_counter()
    found = code.decode(likelihoods)
    seconds = time.perf_counter() - start
    wrong = np.any(found.bits != bits, axis=1) & found.converged
    return int((~found.converged).sum()), int(wrong.sum()), float(found.iterations.mean()), seconds


def threshold(code: ParityCheckCode) -> tuple[float, int, int]:
    """Weakest signal [dB] that is corrected, frames lost there, wrong ones taken for right at all signals."""
    signal, wrong = limit(code.rate) + 2 * STEP, 0
    while True:
        failures = tried = 0
        while failures <= FAILURES and tried < FRAMES:
            lost, taken, _, _ = decoded(code, signal, BATCH, tried)
            failures, wrong, tried = failures + lost, wrong + taken, tried + BATCH
        if failures <= FAILURES:
            return signal, failures, wrong
        signal += STEP


def row(name: str) -> list[object]:
    """One line of the table."""
    code = codes()[name]
    signal, failures, wrong = threshold(code)
    _, taken, rounds, seconds = decoded(code, signal + MARGIN, 2 * BATCH, 0)
    held = information(signal)
    speed = 2 * BATCH * code.dimension / seconds / 1e6
    decibels = [f"{value:.2f}" for value in (signal, signal - limit(code.rate), SATELLITE[name])]
    shares = [f"{failures}/{FRAMES}", f"{held:.3f}", f"{held - code.rate:.3f}"]
    return [name, *decibels, *shares, wrong + taken, f"{rounds:.1f}", f"{speed:.1f}"]


def section() -> Section:
    """The whole table."""
    return Section(
        title="Error correction of recordings",
        header=(
            "rate",
            "threshold [dB]",
            "from capacity [dB]",
            "satellite codes [dB]",
            "frames lost",
            "information [bit]",
            "above rate [bit]",
            "wrong, unnoticed",
            f"rounds at +{MARGIN} dB",
            "Mbit/s",
        ),
        rows=[row(name) for name in codes()],
        note=(
            "Codes of 12,960 bits, samples +-1 with Gaussian noise of standard deviation sigma, signal "
            f"-20 log10 sigma. The threshold is the weakest signal, in steps of {STEP} dB, at which at most "
            f"{FAILURES} of {FRAMES} frames are not corrected in 40 rounds. Information is what a bit's "
            "likelihood holds there (`bitwise_information` per bit). Satellite codes: DVB-S2, five times as "
            f"long, with an outer code. Speed: message bits, one thread. {machine()}"
        ),
    )


if __name__ == "__main__":
    print(section().to_markdown())
