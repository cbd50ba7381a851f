"""A run goes on only from numbers that it can go on from."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.io.tensors import to_tensors
from optomag.learning.checkpoint import Checkpoint, save_checkpoint
from optomag.learning.epoch import TrainingState
from optomag.learning.history import EpochRecord
from optomag.learning.journal import CHECKPOINT_FOLDER, Journal, TrainingProgress
from optomag.learning.layers import Layer

RUN = {"epochs": 3}
STATE = TrainingState((Layer(jnp.ones((3, 3)), jnp.zeros(3)),), (jnp.zeros(2),))
FIRST = EpochRecord(1, 0.3, 0.1, 1.0, 1.0, 1e5, 100.0, 0.0)


def resumed(folder, tensors):
    save_checkpoint(folder / CHECKPOINT_FOLDER, Checkpoint(tensors, RUN, (FIRST,)))
    return Journal(folder, RUN, seconds_between=0).resume(TrainingProgress(STATE))


def test_a_run_goes_on_from_its_checkpoint(tmp_path):
    assert resumed(tmp_path, to_tensors(STATE)).epoch == 1


@pytest.mark.parametrize("number", [np.nan, np.inf])
@pytest.mark.parametrize("name", to_tensors(STATE))
def test_a_state_that_is_not_finite_is_refused(tmp_path, name, number):
    tensors = to_tensors(STATE)
    with pytest.raises(InvalidInputError, match=r"checkpoint must be finite; got .* start anew\."):
        resumed(tmp_path, {**tensors, name: np.full_like(tensors[name], number)})
