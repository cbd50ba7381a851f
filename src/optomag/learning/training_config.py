"""How a network is trained: the settings, their two presets and the optimiser that they name."""

from __future__ import annotations

from dataclasses import dataclass

import optax

from optomag.errors import refuse, require_integer, require_real
from optomag.learning.four_beam_network import PAPER_SIZES
from optomag.learning.optimizer import self_promoting

OPTIMIZERS = ("adam", "gradient-descent")
SCHEDULES = ("cosine", "constant")

ADAM_MEMORY = 0.99
"""Decay of Adam's second moment. A short run gains by forgetting its first steps: with the usual 0.999 the
test loss after 8 epochs is 1.5 to 1.7 times as large."""


@dataclass(frozen=True)
class TrainingConfig:
    """How a network is trained.

    Parameters
    ----------
    epochs : int
        Passes over the training samples.
    batch_size : int
        Samples per step.
    learning_rate : float
        Size of a step; with the cosine schedule, of the first one.
    optimizer : {"adam", "gradient-descent"}
        Adam (Kingma and Ba, ICLR 2015, arXiv:1412.6980) or plain gradient descent.
    schedule : {"cosine", "constant"}
        Learning rate falling to zero like half a cosine period over all steps, or staying as it is.
    seed : int
        Start of the network's weights and of the order of the samples.
    sizes : tuple of int
        Units of each layer, input and output included.

    Raises
    ------
    InvalidInputError
        For values outside these.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    optimizer: str
    schedule: str
    seed: int = 0
    sizes: tuple[int, ...] = PAPER_SIZES

    def __post_init__(self) -> None:
        require_integer("epochs", self.epochs, at_least=1)
        require_integer("batch_size", self.batch_size, at_least=1)
        require_real("learning_rate", self.learning_rate, above=0.0)
        require_integer("seed", self.seed, at_least=0)
        if len(self.sizes) < 2 or (self.sizes[0], self.sizes[-1]) != (3, 3):
            refuse("sizes", "two or more numbers, the first and the last of them 3", self.sizes)
        for name, value, allowed in (
            ("optimizer", self.optimizer, OPTIMIZERS),
            ("schedule", self.schedule, SCHEDULES),
        ):
            if value not in allowed:
                refuse(name, "one of " + ", ".join(allowed), value)

    @classmethod
    def quick(cls, *, seed: int = 0) -> TrainingConfig:
        """About a minute on two cores, to less than a tenth of the paper's loss."""
        return cls(12, 500, 2e-3, "adam", "cosine", seed)

    @classmethod
    def paper(cls, *, seed: int = 0) -> TrainingConfig:
        """The paper's own settings (arXiv:2103.13592, section 3)."""
        return cls(5000, 1000, 1e-3, "gradient-descent", "constant", seed)

    def transformation(self, steps: int) -> optax.GradientTransformation:
        """Optimiser for a run of so many steps."""
        rate = (
            optax.cosine_decay_schedule(self.learning_rate, steps)
            if self.schedule == "cosine"
            else self.learning_rate
        )
        return self_promoting(
            optax.adam(rate, b2=ADAM_MEMORY) if self.optimizer == "adam" else optax.sgd(rate)
        )
