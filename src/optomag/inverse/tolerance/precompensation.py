"""Known aberrations taken out again: by the phase of the pupil, or by other weights of the same beams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.design import Design, design
from optomag.inverse.orientation.linear_methods import LinearBasis, paper_beams
from optomag.inverse.tolerance.tolerance import magnetization_at
from optomag.magnetism.metrics import angle_between
from optomag.optics.beam import Beam
from optomag.optics.masks import zernike


@dataclass(frozen=True, eq=False)
class Precompensation:
    """What an aberration did, and what two cures leave of it.

    Attributes
    ----------
    aberrated, cured, reweighted : float [rad]
        Direction error of the design as it is; with the conjugate phase on its pupil; and of the paper's
        beams with complex weights found anew through the aberration.
    aberrated_strength, cured_strength, reweighted_strength : float
        |M| in each case over the physical bound.
    beam : Beam
        The design's beam with the conjugate phase.
    weights : Design
        The reweighted design; its beam is what reaches the lens, aberration included.
    """

    aberrated: float
    cured: float
    reweighted: float
    aberrated_strength: float
    cured_strength: float
    reweighted_strength: float
    beam: Beam
    weights: Design


def precompensate(
    design_: Design, terms: Mapping[tuple[int, int], float], *, beams: Sequence[Beam] | None = None
) -> Precompensation:
    """Design again for a set-up whose aberration was measured.

    Parameters
    ----------
    design_ : Design
        Of one direction, with one lens.
    terms : mapping of (n, m) to float [waves rms]
        What was measured, as `optomag.zernike` takes it.
    beams : sequence of Beam, optional
        Beams whose complex weights may be changed where no phase can be added; by default the paper's.

    Returns
    -------
    Precompensation
        Both cures, simulated through the aberration.

    Raises
    ------
    InvalidInputError
        If the design is of many directions or of two lenses, or a term does not exist.

    Notes
    -----
    A modulator adds the conjugate phase: the aberration is undone to the modulator's own accuracy. A set-up
    that can only change the weights of a few beams solves the same closed form with the fields that the
    aberrated beams bring to the point.
    """
    if not isinstance(design_, Design) or design_.target.ndim != 1 or design_.setup.four_pi:
        refuse("design", "a Design of one direction with one lens", design_)
    aberration, conjugate = zernike(terms), zernike({order: -waves for order, waves in terms.items()})
    setup, target = design_.setup, design_.target
    wrong = design_.beam * aberration
    beam = design_.beam * conjugate
    basis = LinearBasis(tuple(part * aberration for part in beams or paper_beams()))
    weights = design(target, setup.lens, method=basis, film=setup.film, at=setup.at)
    bound = np.linalg.norm(design_.magnetization) / float(design_.efficiency)
    written = [magnetization_at(light, None, setup) for light in (wrong, beam * aberration)]
    angles = [float(angle_between(M, target)) for M in written]
    strengths = [float(np.linalg.norm(M) / bound) for M in written]
    return Precompensation(
        angles[0],
        angles[1],
        float(weights.angle_error),
        strengths[0],
        strengths[1],
        float(weights.efficiency),
        beam,
        weights,
    )
