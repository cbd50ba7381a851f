"""Training learns, reports, and goes on after any stop as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace

import jax
import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.learning.training import DivergenceError, train
from optomag.learning.training_config import TrainingConfig
from optomag.learning.training_data import TrainingData

pytestmark = pytest.mark.slow

CONFIG = TrainingConfig(8, 50, 1e-2, "adam", "cosine", seed=3, sizes=(3, 16, 16, 3))
FLOAT32_ROUNDING = 1e-5
"""Relative; the loss is summed in another order."""

SECONDS_TO_START = 120
"""Generous: a child process imports JAX and compiles while the machine may be busy with other tests."""


def simulated(seed=0):
    """A smooth map that 16 units learn in a few epochs."""
    inputs = np.random.default_rng(seed).uniform(-1, 1, (500, 3))
    return TrainingData(inputs, np.sin(2 * inputs) * inputs[:, [1, 2, 0]], 400)


@pytest.fixture(scope="module")
def unstopped():
    return train(CONFIG, simulated())


def same_weights(one, other):
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def epochs_in(path):
    return [json.loads(line)["epoch"] for line in path.read_text().splitlines()]


def stop_at(epoch):
    def on_epoch(record):
        if record.epoch == epoch:
            raise KeyboardInterrupt

    return on_epoch


def test_it_learns_and_says_how_well(unstopped):
    data = simulated()
    first, last = unstopped.history[0], unstopped.history[-1]
    assert last.test_mse < 0.3 * first.test_mse
    error = (np.asarray(unstopped.network(data.magnetization[400:])) - data.weights[400:]) ** 2
    np.testing.assert_allclose(unstopped.test_mse_per_output, error.mean(axis=0), rtol=FLOAT32_ROUNDING)
    assert last.test_mse == pytest.approx(error.mean(), rel=FLOAT32_ROUNDING)


def test_each_epoch_is_reported_with_its_speed_and_the_time_left(unstopped):
    assert [record.epoch for record in unstopped.history] == list(range(1, 9))
    for record in unstopped.history:
        assert record.samples_per_second == pytest.approx(400 / record.seconds)
        flops = 400 * 2 * (2 * 3 * 16 + 3 * 16 * 16 + 3 * 16 * 3)
        assert record.gflops == pytest.approx(1e-9 * flops / record.seconds)
    left = [record.time_left for record in unstopped.history]
    assert left[0] > 0
    assert left[-1] == 0
    assert unstopped.seconds == sum(r.seconds + r.test_seconds for r in unstopped.history)


def test_the_network_scales_by_the_range_of_the_training_samples_alone(unstopped):
    training = simulated().magnetization[:400]
    np.testing.assert_array_equal(unstopped.network.input_minimum, training.min(axis=0).astype(np.float32))
    np.testing.assert_array_equal(unstopped.network.input_maximum, training.max(axis=0).astype(np.float32))


def test_the_seed_decides(unstopped):
    assert same_weights(train(CONFIG, simulated()).network, unstopped.network)
    other = train(replace(CONFIG, seed=4, epochs=1), simulated())
    assert not same_weights(other.network, unstopped.network)


def test_ctrl_c_saves_says_how_to_go_on_and_the_rest_ends_in_the_same_bits(unstopped, tmp_path):
    with pytest.raises(KeyboardInterrupt, match=r"after epoch 3 of 8\. Run the same command again"):
        train(CONFIG, simulated(), folder=tmp_path, on_epoch=stop_at(3))
    assert epochs_in(tmp_path / "history.jsonl") == [1, 2, 3]
    seen = []
    resumed = train(CONFIG, simulated(), folder=tmp_path, on_epoch=lambda record: seen.append(record.epoch))
    assert seen == [4, 5, 6, 7, 8]
    assert same_weights(resumed.network, unstopped.network)
    losses = [(record.train_mse, record.test_mse) for record in unstopped.history]
    assert [(record.train_mse, record.test_mse) for record in resumed.history] == losses
    assert epochs_in(tmp_path / "history.jsonl") == list(range(1, 9))
    again = train(
        CONFIG, simulated(), folder=tmp_path, on_epoch=lambda _: pytest.fail("nothing is left to do")
    )
    assert same_weights(again.network, unstopped.network)
    assert again.history == resumed.history


def test_without_a_folder_ctrl_c_passes_unchanged():
    with pytest.raises(KeyboardInterrupt) as stop:
        train(CONFIG, simulated(), on_epoch=stop_at(1))
    assert str(stop.value) == ""


def test_another_configuration_or_other_data_do_not_go_on_from_it(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(CONFIG, simulated(), folder=tmp_path, on_epoch=stop_at(1))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(InvalidInputError, match=r"^learning_rate must be that of the checkpoint .* \(0.01\)"):
        train(replace(CONFIG, learning_rate=0.02), simulated(), folder=tmp_path)
    with pytest.raises(InvalidInputError, match=r"^data_sha256 must be that of the checkpoint"):
        train(CONFIG, simulated(seed=1), folder=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_learning_rate_that_blows_up_is_named(tmp_path):
    diverging = replace(CONFIG, optimizer="gradient-descent", schedule="constant", learning_rate=1e6)
    with pytest.raises(DivergenceError, match=r"^learning_rate must be small enough .* got 1e\+06"):
        train(diverging, simulated(), folder=tmp_path)


def test_a_batch_larger_than_the_training_set_is_refused():
    with pytest.raises(InvalidInputError, match=r"^batch_size must be at most .* 400"):
        train(replace(CONFIG, batch_size=401), simulated())


CHILD = textwrap.dedent(
    """
    import os, signal, sys, time
    import test_training as here

    real, calls = os.replace, 0

    def replace_or_die(source, target):
        global calls
        calls += 1
        if calls == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        real(source, target)

    os.replace = replace_or_die
    here.train(
        here.CONFIG,
        here.simulated(),
        folder=sys.argv[1],
        on_epoch=lambda record: time.sleep(0.2),
        seconds_between_checkpoints=0,
    )
    """
)


def start_child(folder, *, dies_before_file):
    path = os.pathsep.join([os.path.dirname(__file__), *sys.path])
    command = [sys.executable, "-c", CHILD, str(folder), str(dies_before_file)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})


def test_kill_minus_9_at_any_moment_costs_no_bit(unstopped, tmp_path):
    # Files take their names in this order: history (2), then for each epoch the arrays, then the description.
    for dies_before_file in (2 + 2 * 2 + 2, 2 + 2 + 1):
        child = start_child(tmp_path, dies_before_file=dies_before_file)
        assert child.wait(SECONDS_TO_START) == -signal.SIGKILL
    assert sorted(path.name for path in (tmp_path / "checkpoint").glob("epoch-*.json")) == [
        "epoch-00002.json",
        "epoch-00003.json",
    ]
    child = start_child(tmp_path, dies_before_file=0)
    while len(epochs_in(tmp_path / "history.jsonl")) < 5:
        assert child.poll() is None
        time.sleep(0.01)
    child.kill()
    assert child.wait() == -signal.SIGKILL
    resumed = train(CONFIG, simulated(), folder=tmp_path)
    assert same_weights(resumed.network, unstopped.network)
    assert epochs_in(tmp_path / "history.jsonl") == list(range(1, 9))
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 9
