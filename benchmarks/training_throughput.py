"""Training: the speed of a compiled epoch next to a bare single-precision matrix product, in the same run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

from optomag.learning.epoch import LabelledSamples, TrainingState, epoch_function, training_flops
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.learning.training_config import TrainingConfig
from table import Section, machine, median_seconds, paired_seconds

SAMPLES = 10_000
PAPER_SAMPLES = 200_000
BATCH, WIDTH = 1000, 500
PRODUCTS = 60
REPEATS = 15
WANTED_RATIO = 0.85
PRODUCT_GIGAFLOP = 1e-9 * PRODUCTS * 2 * BATCH * WIDTH * WIDTH
EPOCH_GIGAFLOP = 1e-9 * SAMPLES * training_flops(TrainingConfig.paper().sizes)


def configurations() -> dict[str, TrainingConfig]:
    """The trainings to time, by name."""
    paper, quick = TrainingConfig.paper(), TrainingConfig.quick()
    return {
        f"gradient descent, batch {BATCH} (paper)": paper,
        f"Adam, batch {BATCH}": replace(quick, batch_size=BATCH),
        f"Adam, batch {quick.batch_size} (quick)": quick,
    }


def epoch(config: TrainingConfig) -> Callable[[], object]:
    """One epoch over random samples, compiled."""
    network = FourBeamNetwork.initialise(config.seed)
    optimizer = config.transformation(1000)
    state = TrainingState(network.layers, optimizer.init(network.layers))
    generator = np.random.default_rng(0)
    samples = LabelledSamples(
        *(jnp.asarray(generator.uniform(-1, 1, (SAMPLES, 3)), jnp.float32) for _ in LabelledSamples._fields)
    )
    learn = jax.jit(epoch_function(optimizer, batch_size=config.batch_size, seed=config.seed))
    return lambda: jax.block_until_ready(learn(state, samples, jnp.int32(1)))


def products() -> tuple[Callable[[], object], Callable[[], object]]:
    """The same chain of matrix products by JAX, compiled like an epoch, and by NumPy."""
    generator = np.random.default_rng(0)
    left = generator.normal(size=(BATCH, WIDTH)).astype(np.float32)
    # An orthogonal factor keeps the numbers of a long chain at their size.
    right = np.linalg.qr(generator.normal(size=(WIDTH, WIDTH)))[0].astype(np.float32)
    chain = jax.jit(lambda a, b: jax.lax.fori_loop(0, PRODUCTS, lambda _, value: value @ b, a))

    def by_numpy() -> None:
        value = left
        for _ in range(PRODUCTS):
            value = value @ right

    return lambda: chain(left, right).block_until_ready(), by_numpy


def section() -> Section:
    """The whole table."""
    by_jax, by_numpy = products()
    named = configurations()
    product, *epochs = paired_seconds([by_jax, *map(epoch, named.values())], repeats=REPEATS)
    # On its own: NumPy's threads wait busily for more work and would slow down whatever comes next.
    jax_speed, numpy_speed = PRODUCT_GIGAFLOP / product, PRODUCT_GIGAFLOP / median_seconds(by_numpy)
    return Section(
        title="Training",
        header=(
            "training",
            "training [GFLOP/s]",
            "product in JAX [GFLOP/s]",
            "ratio",
            "ratio wanted",
            "product in NumPy [GFLOP/s]",
            "ratio",
            f"{PAPER_SAMPLES:,} samples [s]",
        ),
        rows=[
            [
                name,
                EPOCH_GIGAFLOP / time,
                jax_speed,
                f"{EPOCH_GIGAFLOP / time / jax_speed:.2f}",
                f"{WANTED_RATIO:g}",
                numpy_speed,
                f"{EPOCH_GIGAFLOP / time / numpy_speed:.2f}",
                time * PAPER_SAMPLES / SAMPLES,
            ]
            for name, time in zip(named, epochs, strict=True)
        ],
        note=(
            f"Product: {BATCH} x {WIDTH} by {WIDTH} x {WIDTH}, single precision. Training: an epoch of "
            f"{SAMPLES:,} samples through the 3-500-500-500-500-3 network; only the operations of needed "
            "matrix products count (forward, weight gradient, input gradient but for the first layer), so "
            f"biases, ReLU and the optimiser lower the ratio. Medians of {REPEATS} calls that take turns. "
            f"{machine()}"
        ),
    )


if __name__ == "__main__":
    print(section().to_markdown())
