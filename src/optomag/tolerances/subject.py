"""What is disturbed: the light of a design or a structure, and where its magnetization counts."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.design import Design
from optomag.inverse.structure.structure import Structure
from optomag.magnetism.direction import angle_between
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.magnetism.metrics import HALF
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.objective import Objective


@dataclass(frozen=True, eq=False)
class Subject:
    """Light and the points at which errors of its direction count.

    Attributes
    ----------
    beam : Beam
        At unit power; the one that is disturbed.
    counter : Beam or None
        Of a second lens, which stays as it is.
    lens : Objective
    film : Film or None
    points : float64, shape (n, 3) [m]
        That of a design; of a structure's control points those at which it writes at least half as much as
        anywhere.
    wanted : float64, shape (n, 3)
        Magnetization there, dimensionless: along a design's target, or what a structure writes.
    """

    beam: Beam
    counter: Beam | None
    lens: Objective
    film: Film | None
    points: np.ndarray
    wanted: np.ndarray

    def magnetization(self, beam: Beam, points: np.ndarray | None = None) -> jax.Array:
        """M (n, 3), dimensionless, that another beam, which JAX may trace, writes in place of its own."""
        where = self.points if points is None else points
        field = focus_field(beam, self.lens, where, film=self.film, counter=self.counter)
        return induced_magnetization(field / field_scale(self.lens))

    def deviation(self, written: np.ndarray, ideal: np.ndarray | None = None) -> tuple[float, float]:
        """How far off a magnetization (n, 3) is from an ideal one, by default the wanted one.

        Returns
        -------
        (float [rad], float)
            Largest angle over the points, a right one where nothing is written; ratio of the lengths, L2
            over the points.
        """
        aim = self.wanted if ideal is None else ideal
        angles = np.where(np.any(written != 0, axis=-1), angle_between(written, aim), 0.5 * np.pi)
        return float(angles.max()), float(np.linalg.norm(written) / np.linalg.norm(aim))


def subject_of(light: Design | Structure) -> Subject:
    """The subject that a design of one direction or a structure is.

    Raises
    ------
    InvalidInputError
        If it is neither, the design is of many directions, or no magnetization is written.
    """
    if isinstance(light, Structure):
        points = np.asarray(light.target.control_points(light.lens))
        wanted = light.magnetization(points)
        lengths = np.linalg.norm(wanted, axis=-1)
        counts = lengths >= HALF * lengths.max()
        points, wanted = points[counts], wanted[counts]
        subject = Subject(light.beam, light.counter, light.lens, light.film, points, wanted)
    else:
        if not isinstance(light, Design) or light.target.ndim != 1:
            advice = "Index designs of many directions first."
            refuse("design", "a Design of one direction or a Structure", light, advice)
        setup, points = light.setup, np.array([light.setup.at])
        wanted = np.linalg.norm(light.magnetization) * light.target[None]
        subject = Subject(light.beam, light.counter, setup.lens, setup.film, points, wanted)
    if not np.any(subject.wanted):
        refuse("design", "one that writes a magnetization", subject.wanted)
    return subject
