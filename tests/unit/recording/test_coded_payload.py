"""Bytes through codes and interleaving, with noise, defects and losses."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError, UnreadableError
from optomag.recording.coded_payload import coded_bits, decode_payload, encode_payload
from optomag.recording.constellation import directions
from optomag.recording.demapping import bit_likelihoods, bitwise_information
from optomag.recording.error_correction import codes
from optomag.recording.parity_check import ParityCheckCode, accumulator

PAYLOAD = np.random.default_rng(11).bytes(5000)


@pytest.fixture(scope="module")
def small():
    generator = np.random.default_rng(12)
    return ParityCheckCode("small", np.hstack([generator.integers(0, 16, (4, 9)), accumulator(4)]), 16)


def written(code, payload=PAYLOAD):
    return np.concatenate(list(encode_payload([payload], len(payload), code)))


def likelihoods(bits, noise, seed=13):
    samples = 1.0 - 2.0 * bits + noise * np.random.default_rng(seed).normal(size=len(bits))
    return (2 * samples / noise**2).astype(np.float32)


def read(code, values):
    return b"".join(decode_payload([values], len(PAYLOAD), code))


def test_many_blocks_come_back_from_pieces_of_any_length(small):
    blocks = list(encode_payload([PAYLOAD[:7], PAYLOAD[7:]], len(PAYLOAD), small))
    assert len(blocks) == 8
    bits = np.concatenate(blocks)
    assert len(bits) == coded_bits(len(PAYLOAD), small)
    values = likelihoods(bits, 0.2)
    pieces = np.split(values, [1, 5, 50_000, 50_000])
    assert b"".join(decode_payload(pieces, len(PAYLOAD), small)) == PAYLOAD


def test_noise_is_corrected_and_what_follows_the_payload_is_ignored():
    code = codes()["3/4"]
    values = likelihoods(written(code), 0.58)
    assert 0.02 < np.mean((values < 0) != written(code)) < 0.06
    assert read(code, np.concatenate([values, np.ones(1000, np.float32)])) == PAYLOAD


def test_a_local_defect_is_corrected():
    """2500 bits in a row that say nothing, in five frames: 4 % of all, a fifth of one frame."""
    code = codes()["5/6"]
    values = likelihoods(written(code), 0.4)
    values[3000:5500] = 0.0
    assert read(code, values) == PAYLOAD


def test_a_defect_that_says_the_contrary_is_corrected():
    code = codes()["1/2"]
    values = likelihoods(written(code), 0.5)
    values[30_000:32_000] *= -1
    assert read(code, values) == PAYLOAD


def test_too_much_noise_is_a_refusal_and_never_wrong_bytes():
    code = codes()["3/4"]
    with pytest.raises(UnreadableError, match="have more errors than the code of rate 3/4 corrects"):
        read(code, likelihoods(written(code), 0.8))


def test_missing_likelihoods_are_a_refusal(small):
    values = likelihoods(written(small), 0.2)
    with pytest.raises(UnreadableError, match=f"{len(values) - 1} of the {len(values)} bits"):
        read(small, values[:-1])
    with pytest.raises(UnreadableError, match=f"0 of the {len(values)} bits"):
        b"".join(decode_payload([], len(PAYLOAD), small))


def test_another_recording_is_a_refusal(small):
    values = likelihoods(written(small), 0.2)
    with pytest.raises(UnreadableError):
        read(small, np.roll(values, small.length))


@pytest.mark.parametrize("payload", [PAYLOAD[:-1], PAYLOAD + b"more"])
def test_a_payload_of_another_length_is_refused(small, payload):
    with pytest.raises(InvalidInputError, match="payload must be 5000 bytes long"):
        list(encode_payload([payload], len(PAYLOAD), small))


def test_bytes_come_back_from_noisy_readings_of_directions():
    """The whole chain: bytes, bits, directions, readings with noise, likelihoods, bytes."""
    metric = np.array([0.298, 0.298, 0.474])
    code, constellation = codes()["3/4"], directions(16, metric)
    bits = written(code)
    symbols = constellation.symbols(np.pad(bits, (0, -len(bits) % constellation.bits)))
    noise = 0.08 * np.random.default_rng(16).normal(size=(len(symbols), 3))
    means = constellation.points * metric
    values = bit_likelihoods(means[symbols] + noise, means, 0.08**2 * np.eye(3), constellation.labels)
    told = bitwise_information(values, constellation.symbol_bits(symbols).reshape(values.shape))
    assert 3.25 < told < 3.75, "between the code's needs and no errors at all"
    assert read(code, values.ravel()) == PAYLOAD
