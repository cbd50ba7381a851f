"""How fast a texture is found in three exposures once the pupil's modes and the compiled loss are there."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

import optomag as om
from optomag.inverse.structure.coherency import lowest, spectral_start
from optomag.inverse.structure.columns import columns_of
from optomag.inverse.structure.expose import loss_of
from table import Section, machine, median_seconds

LENS = om.Objective(na=0.95, wavelength=532e-9)
TEXTURE = om.neel_skyrmion(LENS.wavelength)
EXPOSURES = 3


def section() -> Section:
    """The whole table."""
    points, wanted = TEXTURE.control_points(LENS), TEXTURE.wanted(LENS)
    loss = loss_of(TEXTURE, LENS)
    rows: list[list[object]] = []
    for name, pupil, counts in (("free", om.FreePupil(), (20, 60)), ("flat", om.FlatPupil(), (60, 150))):
        unknowns = columns_of(pupil.bind(points, LENS))
        start = spectral_start(unknowns.modes, wanted, EXPOSURES)
        for steps in counts:
            ends: list[np.ndarray] = []

            def search(steps=steps, unknowns=unknowns, start=start, ends=ends) -> None:
                problem = unknowns, jnp.asarray(wanted)
                ((_, columns, _),) = lowest(loss, start, problem, steps=steps)
                ends.append(columns)

            seconds = median_seconds(search, repeats=5)
            M = np.asarray(unknowns.magnetization(jnp.asarray(ends[-1])))
            angles = np.degrees(om.angle_between(M, wanted))
            rows.append([name, steps, f"{1e3 * seconds:.0f}", float(np.mean(angles)), float(np.max(angles))])
    return Section(
        title="Three exposures, warm",
        header=("pupil", "steps", "milliseconds", "mean angle at the control points [deg]", "worst"),
        rows=rows,
        note=f"Néel skyrmion, disc of one wavelength, spectral start. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
