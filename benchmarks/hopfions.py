"""Hopfions in one to eight exposures: of both hands, between two lenses and stretched for one."""

from __future__ import annotations

import time

import optomag as om
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
WL = LENS.wavelength
BALL = {"radius": WL}
LONG_BALL = {"radius": 1.5 * WL, "stretch": 2.0, "spacing": (0.3 * WL, 0.6 * WL)}
SET_UPS = (
    ("two lenses, radius 1 wavelength", BALL, True),
    ("one lens, radius 1.5 wavelengths, twice as long", LONG_BALL, False),
)
COUNTS = {1: (1, 2, 4, 8), -1: (8,)}
"""Exposures by the Hopf index."""


def section() -> Section:
    """The whole table."""
    rows: list[list[object]] = []
    for name, shape, four_pi in SET_UPS:
        for index, counts in COUNTS.items():
            rows.extend([name, *row(om.hopfion(**shape, index=index), four_pi, count)] for count in counts)
    return Section(
        title="Hopfions",
        header=(
            "set-up",
            "control points",
            "exposures",
            "mean angle [deg]",
            "worst",
            "mean length of M",
            "least over it",
            "most over it",
            "H",
            "H wanted",
            "elsewhere over mean",
            "share inside",
            "convex loss over the bound",
            "processor seconds",
        ),
        rows=rows,
        note=(
            "NA 0.95 in air, free amplitude, by the engine at all sites of a 41 x 41 x 41 lattice in the "
            f"volume, so between control points too. {machine()}"
        ),
    )


def row(target: om.VolumeTexture, four_pi: bool, count: int) -> list[object]:
    """One hopfion in so many exposures."""
    before = time.process_time()
    found = om.shape(target, LENS, pupil=om.FreePupil(), four_pi=four_pi, exposures=count)
    seconds = time.process_time() - before
    m, certificate = found.metrics, found.certificate
    return [
        len(found.magnetization),
        count,
        f"{m['mean_angle_deg']:.2f}",
        f"{m['worst_angle_deg']:.1f}",
        f"{m['mean_magnetization']:.3f}",
        f"{m['least_over_mean']:.2f}",
        f"{m['most_over_mean']:.2f}",
        f"{m['hopf_index']:.3f}",
        f"{m['hopf_index_wanted']:.3f}",
        f"{m['elsewhere_over_mean']:.2f}",
        f"{m['share_inside']:.2f}",
        "" if certificate is None else f"{certificate.ratio:.4f}",
        f"{seconds:.0f}",
    ]


if __name__ == "__main__":
    print(section().to_markdown())
