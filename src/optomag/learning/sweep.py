"""Short trainings that differ in one setting: batch size, learning rate or number of epochs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from optomag.errors import refuse
from optomag.learning.history import EpochRecord
from optomag.learning.training import DivergenceError, train
from optomag.learning.training_config import TrainingConfig
from optomag.learning.training_data import TrainingData

VARIED = ("batch_size", "learning_rate", "epochs")
"""Settings that a sweep can vary, by their name in `TrainingConfig`."""


@dataclass(frozen=True)
class Setting:
    """One training of a sweep, before it has run.

    Parameters
    ----------
    parameter : {"batch_size", "learning_rate", "epochs"}
        What differs from the sweep's base.
    value : float
        What it is here.
    config : TrainingConfig
        The base with that one value.
    """

    parameter: str
    value: float
    config: TrainingConfig


@dataclass(frozen=True)
class Trial:
    """One training of a sweep, after it has run.

    Parameters
    ----------
    setting : Setting
    history : tuple of EpochRecord
        Up to the last epoch with finite losses.
    diverged : bool
        Whether the loss overflowed before the last epoch.
    """

    setting: Setting
    history: tuple[EpochRecord, ...]
    diverged: bool


def sweep_settings(
    base: TrainingConfig,
    *,
    batch_sizes: Sequence[int] = (),
    learning_rates: Sequence[float] = (),
    epochs: Sequence[int] = (),
) -> tuple[Setting, ...]:
    """Trainings in which one setting differs from `base` and takes each of its values in turn.

    Parameters
    ----------
    base : TrainingConfig
    batch_sizes, learning_rates, epochs : sequence of float
        Values to compare; a setting without values is not varied.

    Raises
    ------
    InvalidInputError
        If there is nothing to vary, or for a value that no training can have.

    Examples
    --------
    >>> base = TrainingConfig(10, 1000, 1e-3, "gradient-descent", "constant")
    >>> [setting.config.batch_size for setting in sweep_settings(base, batch_sizes=(100, 1000))]
    [100, 1000]
    """
    values = dict(zip(VARIED, (batch_sizes, learning_rates, epochs), strict=True))
    settings = tuple(
        Setting(parameter, value, replace(base, **{parameter: value}))
        for parameter in VARIED
        for value in values[parameter]
    )
    if not settings:
        refuse("sweep", "over at least one value of " + ", ".join(VARIED), "none")
    return settings


def train_each(
    settings: Sequence[Setting],
    data: TrainingData,
    *,
    on_epoch: Callable[[Setting, EpochRecord], object] | None = None,
) -> tuple[Trial, ...]:
    """Train once for each different configuration; a training that diverges is a result, not an error.

    Parameters
    ----------
    settings : sequence of Setting
        See `sweep_settings`.
    data : TrainingData
    on_epoch : function (Setting, EpochRecord), optional
        Called after each epoch of each training that really runs.

    Returns
    -------
    tuple of Trial
        In the order of `settings`.

    Raises
    ------
    InvalidInputError
        If a batch is larger than the training set.
    """
    done: dict[TrainingConfig, Trial] = {}
    for setting in settings:
        if setting.config not in done:
            done[setting.config] = _run(setting, data, on_epoch)
    return tuple(replace(done[setting.config], setting=setting) for setting in settings)


def sweep_epochs(settings: Sequence[Setting]) -> int:
    """Epochs that `train_each` goes through if nothing diverges."""
    return sum(config.epochs for config in {setting.config for setting in settings})


def tidy_rows(trials: Sequence[Trial]) -> list[dict[str, float | str]]:
    """One row for each epoch of each trial: the varied parameter, its value, and the epoch's record."""
    return [
        {"parameter": trial.setting.parameter, "value": trial.setting.value, **asdict(record)}
        for trial in trials
        for record in trial.history
    ]


def _run(
    setting: Setting, data: TrainingData, on_epoch: Callable[[Setting, EpochRecord], object] | None
) -> Trial:
    history: list[EpochRecord] = []

    def note(record: EpochRecord) -> None:
        history.append(record)
        if on_epoch is not None:
            on_epoch(setting, record)

    try:
        train(setting.config, data, on_epoch=note)
    except DivergenceError:
        return Trial(setting, tuple(history), diverged=True)
    return Trial(setting, tuple(history), diverged=False)
