"""Why the direction network predicts a coherency matrix: the same network, asked for the field itself.

Everything else is equal: layers, loss, targets, steps. A field has a phase, a continuous choice of which does
not exist over the whole sphere, so this one has to fail somewhere: where its output passes through zero.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from optomag.learning.direction_network import DirectionNetwork
from optomag.learning.direction_training import (
    DirectionTraining,
    draw_targets,
    mean_loss,
    spin,
)
from optomag.learning.training_config import ADAM_MEMORY
from optomag.magnetism.direction import angle_error
from optomag.quadrature import sphere_directions
from table import Section, machine

RATIO = 1.0429
"""kz/k of the completed basis at NA 0.95."""

DIRECTIONS = 10_000
"""Spread evenly over the sphere, and in each step of the search."""

STARTS = 5
"""Worst directions of the sphere from which the search zooms in."""

ZOOM = np.geomspace(0.03, 1e-6, 12)
"""Sizes [rad] of the neighbourhood searched, one after another."""


class GaugeFixed(eqx.Module):
    """(Re F, Im F) straight from the last layer."""

    layers: tuple

    def __call__(self, directions: jax.Array, ratio: jax.Array) -> jax.Array:
        scaled = jnp.broadcast_to(jnp.log(ratio), directions.shape[:1])[:, None]
        values = jnp.concatenate([directions, scaled], axis=1).astype(jnp.float32)
        *hidden, last = self.layers
        for layer in hidden:
            values = jax.nn.silu(layer(values))
        values = last(values)
        fields = jax.lax.complex(values[:, :3], values[:, 3:6])
        return fields / jnp.linalg.norm(fields, axis=1, keepdims=True)


def trained(network: eqx.Module, config: DirectionTraining) -> eqx.Module:
    """The network after the training of `train_directions`."""
    schedule = optax.cosine_decay_schedule(config.learning_rate, config.steps)
    optimizer = optax.adam(schedule, b2=ADAM_MEMORY)

    def step(state: tuple, key: jax.Array) -> tuple[tuple, None]:
        network, memory = state
        gradient = jax.grad(mean_loss)(network, *draw_targets(key, config.batch_size))
        update, memory = optimizer.update(gradient, memory, network)
        return (optax.apply_updates(network, update), memory), None

    keys = jax.random.split(jax.random.key(config.seed), config.steps)
    run = jax.jit(lambda start, keys: jax.lax.scan(step, start, keys)[0][0])
    return run((network, optimizer.init(network)), keys)


def written(network: eqx.Module, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Angle errors [degree] and |i F x F*|, which is |M| over the closed form's."""
    fields = network(jnp.asarray(wanted, jnp.float32), jnp.float32(RATIO))
    M = np.asarray(spin(fields.at[:, 2].multiply(RATIO)), float)
    return np.degrees(angle_error(M, wanted)), np.linalg.norm(np.asarray(spin(fields), float), axis=1)


def row(name: str, network: eqx.Module) -> list:
    """Errors over the sphere, and the worst that a search finds that zooms in on the worst so far."""
    wanted = sphere_directions(DIRECTIONS)
    angle, _ = written(network, wanted)
    numbers = [np.median(angle), np.percentile(angle, 99), angle.max()]
    generator = np.random.default_rng(0)
    found, weakest = angle.max(), 1.0
    for start in wanted[np.argsort(angle)[-STARTS:]]:
        worst = start
        for size in ZOOM:
            near = worst + size * generator.normal(size=(DIRECTIONS, 3))
            near = near / np.linalg.norm(near, axis=1, keepdims=True)
            angle, strength = written(network, near)
            worst = near[np.argmax(angle)]
            found, weakest = max(found, angle.max()), min(weakest, strength.min())
    return [name, *numbers, found, weakest]


def section() -> Section:
    """The whole table."""
    config = DirectionTraining()
    fixed = GaugeFixed(DirectionNetwork.initialise(config.seed).layers)
    rows = [
        row("field (Re F, Im F)", trained(fixed, config)),
        row("coherency matrix, as shipped", DirectionNetwork.load()),
    ]
    return Section(
        title="What a direction network predicts",
        header=(
            "output",
            "median [degree]",
            "99 %",
            "worst",
            "worst of a search",
            "smallest M of it / closed form",
        ),
        rows=rows,
        note=f"Completed basis, NA 0.95, {DIRECTIONS:,} directions. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
