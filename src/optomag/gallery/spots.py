"""Single spots: longitudinal, tilted, in-plane; by polarisation, broken symmetry or reversed dipoles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import numpy as np

from optomag.gallery.named_design import NamedDesign
from optomag.inverse.orientation.design import design
from optomag.inverse.orientation.linear_methods import Optimal, ReversedDipoles
from optomag.light.light import Light
from optomag.optics.coupling import focal_coupling
from optomag.optics.elementary import azimuthal, circular, four_beam, linear, radial
from optomag.optics.masks import sector, vortex
from optomag.optics.objective import Objective

Direction = tuple[float, float, float]

UP: Direction = (0.0, 0.0, 1.0)
ALONG_X: Direction = (1.0, 0.0, 0.0)
TILTED: Direction = (float(np.sqrt(0.5)), 0.0, float(np.sqrt(0.5)))

PARTS = {2: "halves", 4: "quarters"}
"""Of the pupil, by their number."""


def longitudinal_spot(lens: Objective, *, four_pi: bool = False) -> NamedDesign:
    """Circular light, from one side or from both."""
    return NamedDesign(
        name="circular-4pi" if four_pi else "circular",
        title="circular, 4π" if four_pi else "circular",
        pupil="x + i y",
        source="L. E. Helseth, Opt. Commun. 281, 5671 (2008)",
        light=Light(circular(+1), lens, counter=circular(+1) if four_pi else None),
        direction=UP,
    )


def azimuthal_vortex(lens: Objective, *, four_pi: bool = False) -> NamedDesign:
    """Azimuthal light with a vortex: purely longitudinal all over the focal plane."""
    beam = azimuthal() * vortex(+1)
    return NamedDesign(
        name="azimuthal-vortex-4pi" if four_pi else "azimuthal-vortex",
        title="azimuthal vortex, 4π" if four_pi else "azimuthal vortex",
        pupil="e_φ exp(iφ)",
        source="Y. Jiang, X. Li and M. Gu, Opt. Lett. 38, 2957 (2013)",
        light=Light(beam, lens, counter=beam if four_pi else None),
        direction=UP,
    )


def radial_vortex(lens: Objective) -> NamedDesign:
    """Radial light with a vortex."""
    return NamedDesign(
        name="radial-vortex",
        title="radial vortex",
        pupil="e_ρ exp(iφ)",
        source="the counterpart of the azimuthal vortex",
        light=Light(radial() * vortex(+1), lens),
        direction=UP,
    )


def half_pupil(lens: Objective) -> NamedDesign:
    """Circular light through one half of the pupil: M tilts towards the dark half."""
    return _open_sector(lens, np.pi, name="half-pupil", title="circular, half pupil")


def quarter_pupil(lens: Objective) -> NamedDesign:
    """Circular light through one quarter of the pupil: M tilts further."""
    return _open_sector(lens, 0.5 * np.pi, name="quarter-pupil", title="circular, quarter pupil")


def helicity_map(lens: Objective, signs: Sequence[int] = (+1, -1)) -> NamedDesign:
    """Circular light whose handedness is given in equal sectors, counted from the x axis.

    Parameters
    ----------
    lens : Objective
    signs : sequence of +1 and -1
        One for each sector. Two opposite halves write M in the plane.
    """
    edges = np.linspace(0.0, 2 * np.pi, len(signs) + 1)
    parts = (
        circular(sign) * sector(start, stop)
        for sign, start, stop in zip(signs, edges[:-1], edges[1:], strict=True)
    )
    letters = "".join("+" if sign > 0 else "−" for sign in signs)
    return NamedDesign(
        name="helicity-" + PARTS.get(len(signs), "sectors"),
        title=f"helicity map {letters}",
        pupil=f"x ± i y in {len(signs)} sectors",
        source="Nat. Commun. (2025), doi:10.1038/s41467-024-55781-y",
        light=Light(reduce(add, parts), lens),
    )


def in_plane_4pi(lens: Objective) -> NamedDesign:
    """Linear and radial light in quadrature from both sides: M in the plane, all over the spot."""
    across, along = linear(0.5 * np.pi), 1j * radial()
    return NamedDesign(
        name="in-plane-4pi",
        title="linear + radial, 4π",
        pupil="y + i e_ρ; second lens y − i e_ρ",
        source="S. Wang, Y. Cao and X. Li, Opt. Lett. 42, 5050 (2017)",
        light=Light((across + along) / np.sqrt(2), lens, counter=(across - along) / np.sqrt(2)),
        direction=ALONG_X,
    )


def reversed_dipoles(lens: Objective, direction: Direction | None = None) -> NamedDesign:
    """The reversed light of two dipoles in quadrature, p = e1 + i e2 with e1 x e2 = m.

    The lens collects less from an axial dipole than from a transverse one, so that M = cof(G) m is tilted
    towards the axis, by up to arctan[(1 - q)/(2 sqrt q)], q = gz/gx.

    Parameters
    ----------
    lens : Objective
    direction : tuple of float, optional
        Wanted direction m; by default the one that comes out worst.
    """
    wanted = worst_tilted_direction(lens) if direction is None else direction
    return NamedDesign(
        name="reversed-dipoles",
        title="reversed dipoles, plain",
        pupil="Pᴴ p,  p = e₁ + i e₂",
        source="arXiv:2103.13592, references 17 and 18",
        light=Light(design(wanted, lens, method=ReversedDipoles()).beam, lens),
        direction=wanted,
    )


def corrected_dipoles(lens: Objective, direction: Direction | None = None) -> NamedDesign:
    """The same with p = G^-1 (e1 + i e2): the focal field is what was wanted, and M along m."""
    wanted = worst_tilted_direction(lens) if direction is None else direction
    return NamedDesign(
        name="corrected-dipoles",
        title="reversed dipoles, corrected",
        pupil="Pᴴ p,  p = G⁻¹ (e₁ + i e₂)",
        source="reversed dipoles with the price of each field",
        light=Light(design(wanted, lens, method=ReversedDipoles(corrected=True)).beam, lens),
        direction=wanted,
    )


def optimum(direction: Direction, lens: Objective, *, four_pi: bool = False) -> NamedDesign:
    """The largest |M| exactly along a direction that the lens, or two, can write with unit power.

    Parameters
    ----------
    direction : tuple of float
        Unit vector m.
    lens : Objective
    four_pi : bool
        Whether a second lens shines from the other side.
    """
    found = design(direction, lens, method=Optimal(), four_pi=four_pi)
    label = {UP: "z", TILTED: "45", ALONG_X: "x"}.get(direction, "m")
    shown = {"z": "z", "45": "45°", "x": "x", "m": "m"}[label]
    return NamedDesign(
        name=f"optimum-{label}" + ("-4pi" if four_pi else ""),
        title=f"optimum along {shown}" + (", 4π" if four_pi else ""),
        pupil="Pᴴ G⁻¹ E,  E = G^½ (e₁ + i e₂)",
        source="optomag.magnetization_bound",
        light=Light(found.beam, lens, counter=found.counter),
        direction=direction,
    )


def paper_example(lens: Objective) -> NamedDesign:
    """The worked example of arXiv:2103.13592: four beams with the printed weights."""
    return NamedDesign(
        name="four-beams",
        title="four beams, the paper's example",
        pupil="i a V_x e_φ + (b₁ + i b₂) V_y e_φ + c e_ρ",
        source="arXiv:2103.13592, section 3",
        light=Light(four_beam(0.398, -0.611, 0.467), lens),
    )


def worst_tilted_direction(lens: Objective) -> Direction:
    """Direction that plain reversed dipoles miss by the most: tan(polar angle) = sqrt(gx/gz)."""
    gx, gz = focal_coupling(lens)
    return float(np.sqrt(gx / (gx + gz))), 0.0, float(np.sqrt(gz / (gx + gz)))


def _open_sector(lens: Objective, width: float, *, name: str, title: str) -> NamedDesign:
    return NamedDesign(
        name=name,
        title=title,
        pupil=f"x + i y for 0 < φ < {round(np.degrees(width))}°",
        source="arXiv:2103.13592, reference 21",
        light=Light((circular(+1) * sector(0.0, width)).normalized(), lens),
    )
