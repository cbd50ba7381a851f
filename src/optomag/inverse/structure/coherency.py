"""M of several exposures as a convex problem, solved by a low-rank factor and certified by its dual.

With orthonormal pupil modes of field B and one column y_k an exposure, M_n = sum_k y_k^H B_n^H S B_n y_k is
linear in the coherency matrix W = Y Y^H >= 0, whose trace is the energy. Hence

    F(W) = <|M_n(W) - m_n|^2> + mu tr W

is convex. A factor Y of K columns is found by L-BFGS (S. Burer and R. Monteiro, Math. Program. 95, 329
(2003), doi:10.1007/s10107-002-0352-8); where its gradient vanishes and the dual matrix

    Lambda = mu + sum_n (2/n) (M_n - m_n) . B_n^H S B_n

has no negative eigenvalue, no number of exposures does better. If its least eigenvalue is l < 0, F >= F(Y) +
(l/mu) F(Y): the optimum has a trace of F/mu at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128, Float64

from optomag.inverse.structure.modes import Modes
from optomag.magnetism.inverse_faraday import induced_magnetization

ENERGY_PRICE = 3e-3
"""mu, in units of <|m|^2>: the energy that a better pattern may cost."""

CERTIFYING_STEPS = 1000
"""At most; where L-BFGS stops before, the problem is solved."""

FEWEST_COLUMNS = 8
"""With which the problem is solved: eight exposures come within 0.1 % of any number."""

MEMORY = 20
"""Pairs of steps and gradients that L-BFGS keeps."""


@dataclass(frozen=True)
class Certificate:
    """How far exposures are from the best that any number of exposures could do.

    Attributes
    ----------
    loss : float
        F over <|m|^2>: with free amplitude the least found for as many exposures, else that of the exposures
        themselves at the energy that fits best.
    bound : float
        No number of exposures of any amplitude has a smaller one.
    """

    loss: float
    bound: float

    @property
    def ratio(self) -> float:
        """loss/bound, at least 1; infinite where the bound says nothing."""
        return self.loss / self.bound if self.bound > 0 else float("inf")

    @property
    def above(self) -> str:
        """In words, how far the loss lies above the bound."""
        return f"{100 * (self.ratio - 1):.2g} % above" if np.isfinite(self.ratio) else "far above"


@dataclass(frozen=True, eq=False)
class Optimum:
    """The convex problem of a pattern, solved with more columns than exposures are wanted.

    Attributes
    ----------
    modes : Modes
    wanted : float64, shape (n, 3)
        m of root mean square 1.
    price : float
        mu.
    factor : complex128, shape (r, k)
        Y with W = Y Y^H, where L-BFGS got to.
    loss : float
        F of it.
    """

    modes: Modes
    wanted: Float64[np.ndarray, "n 3"]
    price: float
    factor: Complex128[np.ndarray, "r k"]
    loss: float

    @cached_property
    def bound(self) -> float:
        """What no coherency matrix undercuts, from the dual matrix: it holds wherever the search ended."""
        problem = _problem(self.modes, self.wanted, self.price)
        dual = np.asarray(_dual(jnp.asarray(self.factor), *problem))
        least = min(float(np.linalg.eigvalsh(dual)[0]), 0.0)
        # <grad F, W>, not exactly zero where the search stopped.
        left = float(np.real(np.vdot(self.factor, dual @ self.factor)))
        return self.loss - left + least * self.loss / self.price

    @property
    def magnetization(self) -> Float64[np.ndarray, "n 3"]:
        """What all columns write."""
        return np.asarray(magnetization_of(jnp.asarray(self.factor), jnp.asarray(self.modes.fields)))

    def leading(self, exposures: int) -> Complex128[np.ndarray, "r e"]:
        """The best so many exposures to begin with: leading eigenvectors of W, each at its energy."""
        vectors, sizes, _ = np.linalg.svd(self.factor, full_matrices=False)
        return vectors[:, :exposures] * sizes[:exposures]

    def certify(self, exposures: int) -> Certificate:
        """Solve the problem with so many exposures, from the leading ones and from those that write most
        along the pattern, and compare the lesser loss."""
        problem, losses = _problem(self.modes, self.wanted, self.price), []
        for start in (self.leading(exposures), spectral_start(self.modes, self.wanted, exposures)):
            first = _fitted(start, problem)
            ((_, _, loss),) = lowest(_convex_loss, first, problem, steps=CERTIFYING_STEPS)
            losses.append(loss)
        return Certificate(min(losses), self.bound)

    def certify_magnetization(self, magnetization: Float64[np.ndarray, "n 3"]) -> Certificate:
        """Hold what exposures of any kind write, (n, 3) at unit energy, against the bound.

        Any energy may be spent on them; the one that costs F least is taken. Uniform amplitude and pixels
        are special pupils, so the bound holds for them too, but need not be in reach.
        """
        M, m = magnetization, self.wanted
        along, square = np.mean(np.sum(M * m, axis=-1)), np.mean(np.sum(M**2, axis=-1))
        energy = max(2 * along - self.price, 0.0) / (2 * square) if square > 0 else 0.0
        loss = np.mean(np.sum((energy * M - m) ** 2, axis=-1)) + self.price * energy
        return Certificate(float(loss), self.bound)


def solve(
    modes: Modes,
    wanted: Float64[np.ndarray, "n 3"],
    *,
    columns: int = FEWEST_COLUMNS,
    price: float = ENERGY_PRICE,
) -> Optimum:
    """Solve the convex problem: the last of `approach`."""
    *_, (_, optimum) = approach(modes, wanted, columns=columns, price=price, burst=CERTIFYING_STEPS)
    return optimum


def approach(
    modes: Modes,
    wanted: Float64[np.ndarray, "n 3"],
    *,
    columns: int = FEWEST_COLUMNS,
    price: float = ENERGY_PRICE,
    burst: int = CERTIFYING_STEPS // 2,
) -> Iterator[tuple[int, Optimum]]:
    """Solve the convex problem step by step.

    Parameters
    ----------
    modes : Modes
    wanted : float64, shape (n, 3)
        m at the points; its root mean square length is what an energy of 1 is worth.
    columns : int
        Of the factor, that many at most.
    price : float
        mu over <|m|^2>.
    burst : int
        Steps between two yields.

    Yields
    ------
    steps, optimum : int, Optimum
        Steps so far, and where they led; first the start.
    """
    problem = _problem(modes, wanted, price)
    start = _fitted(spectral_start(modes, wanted, columns), problem)
    begin = float(_convex_loss(jnp.asarray(start), problem))
    yield 0, Optimum(modes, np.asarray(problem[1]), price, start, begin)
    for steps, factor, loss in lowest(_convex_loss, start, problem, steps=CERTIFYING_STEPS, burst=burst):
        yield steps, Optimum(modes, np.asarray(problem[1]), price, factor, loss)


def _problem(modes: Modes, wanted: Float64[np.ndarray, "n 3"], price: float) -> Any:
    """Fields, the pattern of root mean square 1, and mu."""
    m = wanted / np.sqrt(np.mean(np.sum(wanted**2, axis=-1)))
    return jnp.asarray(modes.fields), jnp.asarray(m), jnp.asarray(price)


def _fitted(factor: Complex128[np.ndarray, "r k"], problem: Any) -> Complex128[np.ndarray, "r k"]:
    """The same columns at the energy that fits best; at none the loss is stationary, and a search stays."""
    fields, wanted, _ = problem
    M = np.asarray(magnetization_of(jnp.asarray(factor), fields))
    energy = np.sum(M * np.asarray(wanted)) / np.sum(M**2)
    return np.sqrt(max(energy, 1e-6)) * factor


def spectral_start(
    modes: Modes, wanted: Float64[np.ndarray, "n 3"], exposures: int
) -> Complex128[np.ndarray, "r k"]:
    """The pupils that write most along the pattern: leading eigenvectors of sum_n m_n . B_n^H S B_n."""
    matrix = np.asarray(_pattern(jnp.asarray(modes.fields), jnp.asarray(wanted)))
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1][:exposures], vectors[:, ::-1][:, :exposures]
    size = np.sqrt(np.maximum(values, 1e-3 * values[0]))
    return vectors * size / np.linalg.norm(size)


@jax.jit
def magnetization_of(
    factor: Complex128[Array, "r k"], fields: Complex128[Array, "n 3 r"]
) -> Float64[Array, "n 3"]:
    """Sum over exposures of i E x E* at the points."""
    return jnp.sum(induced_magnetization(jnp.moveaxis(fields @ factor, -1, 0)), axis=0)


def lowest(
    loss: Callable[..., jax.Array],
    start: Complex128[np.ndarray, "r k"],
    argument: Any,
    *,
    steps: int,
    burst: int | None = None,
) -> Iterator[tuple[int, Complex128[np.ndarray, "r k"], float]]:
    """Lower loss(columns, argument) over complex columns by L-BFGS; yield (steps, columns, loss).

    Parameters
    ----------
    loss : callable
        From complex columns and a pytree to a scalar; one object for one problem, since it is compiled once.
    start : complex128, shape (r, k)
    argument : pytree
    steps : int
        At most.
    burst : int, optional
        Steps between two yields; by default one yield at the end. The memory of L-BFGS starts anew.
    """
    shape, size = start.shape, start.size

    def unpacked(x: Float64[np.ndarray, " unknowns"]) -> Complex128[np.ndarray, "r k"]:
        return (x[:size] + 1j * x[size:]).reshape(shape)

    def value(x: Float64[np.ndarray, " unknowns"]) -> tuple[float, Float64[np.ndarray, " unknowns"]]:
        found, slope = _with_slope(loss, jnp.asarray(unpacked(x)), argument)
        # JAX's gradient of a real function is the conjugate of the steepest ascent.
        slope = np.asarray(slope).conj()
        return float(found), _packed(slope)

    from scipy.optimize import minimize  # takes 0.1 s to import

    x = _packed(start)
    for done in range(0, steps, burst or steps):
        more = min(burst or steps, steps - done)
        options = {"maxiter": more, "maxcor": MEMORY, "ftol": 1e-13, "gtol": 1e-10}
        found = minimize(value, x, jac=True, method="L-BFGS-B", options=options)
        x = found.x
        yield done + more, unpacked(x), float(found.fun)
        if found.success:
            return


def _packed(columns: Complex128[np.ndarray, "r k"]) -> Float64[np.ndarray, " unknowns"]:
    return np.concatenate([np.real(columns).ravel(), np.imag(columns).ravel()])


@partial(jax.jit, static_argnums=0)
def _with_slope(
    loss: Callable[..., jax.Array], columns: Complex128[Array, "r k"], argument: Any
) -> tuple[jax.Array, jax.Array]:
    return jax.value_and_grad(loss)(columns, argument)


@jax.jit
def _convex_loss(factor: Complex128[Array, "r k"], problem: Any) -> Float64[Array, ""]:
    fields, wanted, price = problem
    miss = magnetization_of(factor, fields) - wanted
    energy = jnp.sum(factor.real**2 + factor.imag**2)
    return jnp.mean(jnp.sum(miss**2, axis=-1)) + price * energy


@jax.jit
def _pattern(fields: Complex128[Array, "n 3 r"], vectors: Float64[Array, "n 3"]) -> Complex128[Array, "r r"]:
    """sum_n v_n . B_n^H S B_n, with v . (i E x E*) = E^H (i v x E), for all pairs of modes."""
    turned = 1j * jnp.cross(vectors.astype(fields.dtype)[..., None], fields, axis=1)
    return jnp.einsum("ncr,ncs->rs", fields.conj(), turned)


@jax.jit
def _dual(
    factor: Complex128[Array, "r k"],
    fields: Complex128[Array, "n 3 r"],
    wanted: Float64[Array, "n 3"],
    price: Float64[Array, ""],
) -> Complex128[Array, "r r"]:
    miss = magnetization_of(factor, fields) - wanted
    matrix = _pattern(fields, (2 / len(wanted)) * miss)
    return (price * jnp.eye(len(matrix))).astype(matrix.dtype) + 0.5 * (matrix + matrix.conj().T)
