"""A network that proposes phases of the spots of an array, whatever phases their states were given.

Each spot n asks for a circular field F_n, and e^{i a} F_n is as good: numbers that turn as that phase turns
are covariant, z_n -> e^{-i a} z_n, the others invariant. All that passes between spots is covariant and
linear with invariant coefficients, and all that is not linear is a function of invariants, so that the light
that the network proposes does not depend on the convention. The same code runs on NumPy and under JAX.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float32

from optomag.errors import refuse, require_integer
from optomag.io.network_file import load_network, save_network

CHANNELS, HIDDEN = 16, 24
"""Covariant numbers of each spot, and units of the gates."""

LAYERS, STAGES = 4, 6
"""Rounds of messages before the first look at the light, and looks with one more round each."""

OPERATORS = 4
"""Ways in which a pair's coupling is weighted."""

INVARIANTS = 4
"""Numbers of each spot that enter the gates beside the lengths of the covariant ones."""

SEEN = 3
"""Covariant numbers that a look at the light gives: the phase, the light, and its phase."""

TINY = 1e-6
"""Keeps derivatives of lengths finite."""

FILE_NAME = "spot-network.safetensors"
FILE_FORMAT = "optomag-spot-network"

SHIPPED = Path(__file__).with_name("data") / "spots" / FILE_NAME
"""The trained network that comes with the package; `optomag train-spots` makes it again."""

Look = Callable[[Any], Any]
"""From weighted phases (n,) to the light of the wanted states at the spots (n,), both complex."""


class Pairs(NamedTuple):
    """What the network knows of an array before any light.

    Attributes
    ----------
    operators : complex64, shape (OPERATORS, n, n)
        Couplings of different spots in different weightings; covariant.
    invariants : float32, shape (n, INVARIANTS - 2)
    here : float32, shape (n,)
        1 for spots, 0 for what only fills an array up.
    """

    operators: Any
    invariants: Any
    here: Any


class Round(NamedTuple):
    """One round of messages: mixes of channels (real and imaginary), and the gate."""

    mix: Float32[Array, "2 senders channels"]
    inner: Float32[Array, "inputs hidden"]
    inner_bias: Float32[Array, " hidden"]
    outer: Float32[Array, "hidden channels"]
    outer_bias: Float32[Array, " channels"]


class Stage(NamedTuple):
    """One look at the light and what is made of it."""

    seen: Float32[Array, "2 seen channels"]
    round: Round
    readout: Float32[Array, "2 channels one"]
    turn: Float32[Array, ""]
    even: Float32[Array, ""]


def pairs_of(coupling: Any, distance: Any, here: Any, xp: Any = np) -> Pairs:
    """Operators and invariants of an array.

    Parameters
    ----------
    coupling : complex64, shape (n, n)
        F_n^H G^-1 G_nm G^-1 F_m of the wanted states; its diagonal is the power that each takes.
    distance : float32, shape (n, n)
        Between the spots, over wavelength/NA.
    here : float32, shape (n,)
    xp : module
        numpy or jax.numpy.
    """
    both = here[:, None] * here[None, :]
    power = xp.real(xp.diagonal(coupling)) * here + (1 - here)
    root = xp.sqrt(power)
    apart = both * (1 - xp.eye(len(here), dtype=np.float32))
    K = coupling / (root[:, None] * root[None, :]) * apart
    size = xp.sqrt(xp.real(K) ** 2 + xp.imag(K) ** 2 + TINY)
    weightings = [xp.ones_like(size), 4 * size, 0.3 / (size + 0.05), xp.exp(-distance)]
    share = root / xp.sqrt(xp.sum(here * power) / xp.sum(here))
    operators = xp.stack([K * (weight * share[None, :]) for weight in weightings])
    near = xp.log(xp.sum(apart * size**2, axis=1) + 0.01)
    return Pairs(operators, xp.stack([near, xp.log(share)], axis=1), here)


class SpotNetwork(eqx.Module):
    """A trained or fresh network; a frozen record that is also a pytree.

    Parameters
    ----------
    rounds : tuple of Round
        Before any light is seen.
    readout : float32, shape (2, channels, 1)
        Of the first phases, real and imaginary.
    stages : tuple of Stage
    """

    rounds: tuple[Round, ...]
    readout: Float32[Array, "2 channels one"]
    stages: tuple[Stage, ...]

    @classmethod
    def initialise(
        cls, seed: int, *, sizes: tuple[int, ...] = (CHANNELS, HIDDEN, LAYERS, STAGES)
    ) -> SpotNetwork:
        """Fresh network; its stages are Gerchberg-Saxton steps, made longer.

        Parameters
        ----------
        seed : int
        sizes : tuple of int
            Channels, hidden units of the gates, rounds before the first look, looks.

        Raises
        ------
        InvalidInputError
            For a negative seed or other than four positive sizes.
        """
        require_integer("seed", seed, at_least=0)
        if len(sizes) != 4:
            refuse("sizes", "four numbers: channels, hidden units, rounds, looks", sizes)
        for size in sizes:
            require_integer("sizes", size, at_least=1)
        channels, hidden, rounds, stages = sizes
        keys = iter(jax.random.split(jax.random.key(seed), 2 * rounds + 4 * stages + 1 + 2 * stages))
        return cls(
            tuple(_fresh_round(keys, channels, hidden) for _ in range(rounds)),
            _normal(next(keys), (2, channels, 1), channels),
            tuple(_fresh_stage(keys, channels, hidden) for _ in range(stages)),
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """As `initialise` takes them."""
        first = self.rounds[0]
        return (first.mix.shape[2], first.inner.shape[1], len(self.rounds), len(self.stages))

    def phases(self, pairs: Pairs, look: Look, start: Any, xp: Any = np) -> tuple[Any, list[Any]]:
        """Weights times phases (n,) of the spots, and what was seen at each look before.

        Parameters
        ----------
        pairs : Pairs
        look : callable
        start : complex64, shape (n, channels)
            Covariant random numbers; without them every phase would be as good as every other.
        xp : module
        """
        here = pairs.here
        count = xp.sum(here)
        h, weights = start, here
        for one in self.rounds:
            h = _messages(one, h, pairs, xp.zeros((len(here), 2), np.float32), xp)
        z = _unit(_mixed(h, self.readout)[:, 0], xp)
        lights = []
        for stage in self.stages:
            light = look(weights * z)
            lights.append(light)
            length = _length(light, xp)
            relative = length / (xp.sum(here * length) / count) + (1 - here)
            weights = weights * xp.exp(-stage.even * xp.log(xp.maximum(relative, 0.03)))
            weights = weights * here / xp.sqrt(xp.sum(here * weights**2) / count)
            way = light / length
            seen = xp.stack([z, way * relative, way], axis=1) * here[:, None]
            h = _normalised(h + _mixed(seen, stage.seen), xp)
            state = xp.stack([xp.log(relative), xp.log(weights + (1 - here))], axis=1)
            h = _messages(stage.round, h, pairs, state, xp)
            ahead = way * xp.conj(z)
            angle = xp.arctan2(xp.imag(ahead), xp.real(ahead) + TINY)
            turned = z * xp.exp(1j * (stage.turn * angle))
            z = _unit(turned + _mixed(h, stage.readout)[:, 0], xp)
        return weights * z, lights

    def save(self, path: str | os.PathLike[str], *, replace: bool = False) -> None:
        """Write the network to one safetensors file, whole or not at all.

        Parameters
        ----------
        path : path
        replace : bool, default False
            Whether something else of that name may go.

        Raises
        ------
        InvalidInputError
            If something else has that name.
        StorageError
            Where the file system refuses.
        """
        save_network(self, path, kind=FILE_FORMAT, replace=replace)

    @classmethod
    def load(cls, path: str | os.PathLike[str] = SHIPPED) -> SpotNetwork:
        """Read a network that `save` wrote; by default the one that comes with the package.

        Raises
        ------
        InvalidInputError
            For a truncated or damaged file, one of another kind or version, one whose arrays do not fit
            together, or whose weights are not finite.
        StorageError
            Where the file is missing or cannot be read.
        """
        return load_network(
            path, kind=FILE_FORMAT, name="network", initialise=cls.initialise, fault_of=_fault
        )


def _fault(network: SpotNetwork) -> str | None:
    finite = all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(network))
    return None if finite else "weights that are NaN or infinite"


def _messages(one: Round, h: Any, pairs: Pairs, state: Any, xp: Any) -> Any:
    """What the spots hear from each other, as much of it as each lets in."""
    operators, count = pairs.operators, len(h)
    heard = (operators.reshape(-1, count) @ h).reshape(len(operators), count, -1)
    u = _mixed(xp.concatenate([h, *heard], axis=1), one.mix)
    inputs = xp.concatenate([_length(u, xp), _length(h, xp), pairs.invariants, state], axis=1)
    hidden = inputs @ one.inner + one.inner_bias[None, :]
    hidden = 0.5 * hidden * (1 + xp.tanh(0.5 * hidden))
    gate = xp.tanh(hidden @ one.outer + one.outer_bias[None, :])
    return _normalised(h + u * gate, xp) * pairs.here[:, None]


def _mixed(h: Any, mix: Any) -> Any:
    return h @ (mix[0] + 1j * mix[1])


def _length(h: Any, xp: Any) -> Any:
    return xp.sqrt(xp.real(h) ** 2 + xp.imag(h) ** 2 + TINY**2)


def _unit(z: Any, xp: Any) -> Any:
    return z / _length(z, xp)


def _normalised(h: Any, xp: Any) -> Any:
    return h / xp.sqrt(xp.mean(xp.real(h) ** 2 + xp.imag(h) ** 2, axis=1, keepdims=True) + TINY)


def _normal(key: jax.Array, shape: tuple[int, ...], inputs: int) -> jax.Array:
    return jax.random.normal(key, shape, jnp.float32) * np.float32((2 * inputs) ** -0.5)


def _fresh_round(keys: Any, channels: int, hidden: int) -> Round:
    senders, inputs = (1 + OPERATORS) * channels, 2 * channels + INVARIANTS
    return Round(
        _normal(next(keys), (2, senders, channels), channels),
        _normal(next(keys), (inputs, hidden), inputs // 2),
        jnp.zeros(hidden, jnp.float32),
        jnp.zeros((hidden, channels), jnp.float32),
        jnp.full(channels, 0.3, jnp.float32),
    )


def _fresh_stage(keys: Any, channels: int, hidden: int) -> Stage:
    return Stage(
        _normal(next(keys), (2, SEEN, channels), SEEN),
        _fresh_round(keys, channels, hidden),
        0.1 * _normal(next(keys), (2, channels, 1), channels),
        jnp.asarray(2.5, jnp.float32),
        jnp.asarray(1.0, jnp.float32),
    )
