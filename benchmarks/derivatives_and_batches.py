"""What comes with the fields: gradients with respect to the whole pupil, and many beams at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

import optomag as om
from optomag.optics.plan import plan_grid
from optomag.optics.sums import sum_on_grid
from table import Section, machine, paired_seconds

LENS = om.Objective(na=0.95, wavelength=532e-9)
BEAMS = 1000
PIXELS = 128


def gradient_over_nodes() -> list[object]:
    """A scalar of M on 201 x 201 points, and its gradient with respect to every pupil node."""
    grid = om.Grid.plane("xy", half_width=1.5 * LENS.wavelength, points=201)
    beam = om.four_beam(0.398, -0.611, 0.467)
    plan = plan_grid(beam.modes, LENS, None, grid, 1e-10, np.dtype(np.complex128))
    spectrum = jnp.tensordot(jnp.asarray(beam.weight_vector), plan.amplitudes[0], axes=1)[None]

    def scalar(parts: tuple[jax.Array, jax.Array]) -> jax.Array:
        nodes = plan._replace(amplitudes=(jax.lax.complex(*parts),))
        M = om.induced_magnetization(sum_on_grid(jnp.ones(1, dtype=jnp.complex128), nodes))
        return jnp.sum(M[..., 2] ** 2)

    parts = (spectrum.real, spectrum.imag)
    name = f"grad of sum M_z^2, 201 x 201, by {spectrum.size:,} complex pupil values"
    return _gradient_row(name, scalar, parts)


def gradient_over_pixels() -> list[object]:
    """The same with respect to every pixel of a map."""
    grid = om.Grid.plane("xy", half_width=1.5 * LENS.wavelength, points=201)
    parts = tuple(jnp.asarray(part) for part in np.random.default_rng(0).normal(size=(2, PIXELS, PIXELS, 2)))

    def scalar(parts: tuple[jax.Array, jax.Array]) -> jax.Array:
        M = om.induced_magnetization(om.focus_field(om.pixels(jax.lax.complex(*parts)), LENS, grid))
        return jnp.sum(M[..., 2] ** 2)

    return _gradient_row(f"the same by {PIXELS} x {PIXELS} pixels x 2", scalar, parts)


def batch_of_beams() -> list[object]:
    """1,000 four-beam superpositions on 64 x 64 points: one batch against a loop."""
    grid = om.Grid.plane("xy", half_width=1.0 * LENS.wavelength, points=64)
    rng = np.random.default_rng(0)
    beams = [om.four_beam(*row) for row in rng.uniform(-0.5, 0.5, size=(BEAMS, 3))]
    batch = om.stack_beams(beams)

    def loop() -> None:
        for beam in beams:
            om.focus_field(beam, LENS, grid).block_until_ready()

    together, alone = paired_seconds(
        [lambda: om.focus_field(batch, LENS, grid).block_until_ready(), loop], repeats=5
    )
    return [
        f"{BEAMS:,} beams on 64 x 64, batch, then loop",
        1e3 * together,
        1e3 * alone,
        f"{alone / together:.1f}",
        ">= 20",
    ]


def section() -> Section:
    """The whole table."""
    return Section(
        title="Gradients and batches",
        header=("what", "first [ms]", "second [ms]", "second/first", "wanted"),
        rows=[gradient_over_nodes(), gradient_over_pixels(), batch_of_beams()],
        note=(
            "Gradients: the first time is that of the scalar alone, the second of scalar and "
            "gradient, both compiled. Batches: the same 1,000 beams at once and one by one. Medians. "
            f"{machine()}"
        ),
    )


def _gradient_row(
    name: str, scalar: Callable[[tuple[jax.Array, jax.Array]], jax.Array], parts: tuple[jax.Array, jax.Array]
) -> list[object]:
    forward, both = jax.jit(scalar), jax.jit(jax.value_and_grad(scalar))
    alone, with_gradient = paired_seconds(
        [lambda: jax.block_until_ready(forward(parts)), lambda: jax.block_until_ready(both(parts))], repeats=9
    )
    return [name, 1e3 * alone, 1e3 * with_gradient, f"{with_gradient / alone:.2f}", "<= 3"]


if __name__ == "__main__":
    start = time.perf_counter()
    print(section().to_markdown())
    print(f"{time.perf_counter() - start:.0f} s")
