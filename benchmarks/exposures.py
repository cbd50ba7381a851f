"""Textures in one, two and three exposures: what each more buys, and how far from the best it ends."""

from __future__ import annotations

import time

import numpy as np

import optomag as om
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
RADIUS = LENS.wavelength
TEXTURES = {
    "Néel": om.neel_skyrmion(RADIUS),
    "Bloch, clockwise": om.bloch_skyrmion(RADIUS),
    "Bloch, other way": om.skyrmion(RADIUS, helicity=0.5 * np.pi),
    "meron, Néel": om.neel_meron(RADIUS),
    "meron, Bloch, clockwise": om.bloch_meron(RADIUS),
    "meron, Bloch, other way": om.skyrmion(RADIUS, helicity=0.5 * np.pi, rim=0.5 * np.pi),
}
FREE, FLAT = (1, 2, 3, 4), {"Néel": (1, 2, 3)}


def section() -> Section:
    """The whole table."""
    rows: list[list[object]] = []
    for name, target in TEXTURES.items():
        for pupil, counts in ((om.FreePupil(), FREE), (om.FlatPupil(), FLAT.get(name, ()))):
            for count in counts:
                rows.append(row(name, target, pupil, count))
    return Section(
        title="Exposures",
        header=(
            "texture",
            "pupil",
            "exposures",
            "mean angle [deg]",
            "worst",
            "mean length of M",
            "N",
            "N wanted",
            "convex loss over the bound",
            "processor seconds",
        ),
        rows=rows,
        note=(
            "Disc of one wavelength, NA 0.95 in air, by the engine at all sites of a 65 x 65 lattice in the "
            f"disc, so between control points too. {machine()}"
        ),
    )


def row(name: str, target: om.Texture, pupil: om.Pupil, count: int) -> list[object]:
    """One texture in so many exposures."""
    before = time.process_time()
    found = om.shape(target, LENS, pupil=pupil, exposures=count)
    seconds = time.process_time() - before
    m, certificate = found.metrics, found.certificate
    return [
        name,
        "free" if isinstance(pupil, om.FreePupil) else "flat",
        count,
        f"{m['mean_angle_deg']:.2f}",
        f"{m['worst_angle_deg']:.1f}",
        f"{m['mean_magnetization']:.3f}",
        f"{m['skyrmion_number']:.3f}",
        f"{m['skyrmion_number_wanted']:.3f}",
        "" if certificate is None else f"{certificate.ratio:.4f}",
        f"{seconds:.0f}",
    ]


if __name__ == "__main__":
    print(section().to_markdown())
