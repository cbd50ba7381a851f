"""The one question: which beam, tightly focused, writes the magnetization I want?"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from optomag.displayed import Displayed, plural, summary
from optomag.errors import refuse, require_kind
from optomag.inverse.orientation.beam_basis import FEW
from optomag.inverse.orientation.design_files import PIXELS, DesignParts, write_design
from optomag.inverse.orientation.linear_methods import Optimal
from optomag.inverse.orientation.many_designs import ManyDesigns, designs_figure, shown_of
from optomag.inverse.orientation.method import BeamFamily, Method
from optomag.io.names import numbered_names, require_names
from optomag.light.light import Light
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_error, require_direction, unit_vectors
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.magnetism.made_for import SPIN, MadeFor, describe_made_for
from optomag.optics.beam import Beam
from optomag.optics.description import figure_heading, setup_line
from optomag.optics.dipole import require_point
from optomag.optics.film import Film
from optomag.optics.magnet_place import film_of_magnet, warn_outside
from optomag.optics.objective import Objective
from optomag.optics.setup import Setup, describe_setup
from optomag.plot.angle_text import error_text
from optomag.slm.device import Device

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Numbers = np.ndarray | np.floating | np.bool_
"""One number for each direction, or the one of a single direction."""


@dataclass(frozen=True, eq=False)
class Design(Displayed):
    """Beams for wanted directions, and what they write, re-simulated.

    A design of many directions has one leading axis, a length, and designs of one direction at its indices.

    Attributes
    ----------
    target : float64, shape (3,) or (n, 3)
        The wanted directions, unit vectors, of what `made_for` says.
    setup : Setup
        Lens, film, point and whether a second lens shines.
    method : Method
        What found the beams.
    family : BeamFamily
        The beams that the method chooses from.
    rows : ndarray, shape (k,) or (n, k)
        What chooses each beam from `family`: weights of basis beams, or dipole moments.
    magnetization : float64, shape (3,) or (n, 3)
        M at the point for gamma = 1 and the dimensionless field of unit power; times
        gamma power field_scale(lens)^2 in A/m.
    angle_error : float64, shape () or (n,) [rad]
        Between the target and M, or what `made_for` says, which lies along this M or against it; pi/2 where M
        vanishes.
    efficiency : float64, shape () or (n,)
        |M| over the physical bound for the direction, the lens, the film and the point.
    reachable : bool, shape () or (n,)
        Whether the method can write the direction at all.
    made_for : MadeFor
        What is wanted along the target: the spin of the light, or B_eff or M of a magnet of given sign.
    names : tuple of str
        What each direction is called, fit for a folder; empty for a design of one direction that has none.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design([[0, 0, 1], [1, 0, 0]], lens, names=["up", "ahead"])
    >>> len(found), found.names, found.efficiency.round(6).tolist()
    (2, ('up', 'ahead'), [1.0, 1.0])
    >>> one = found[0]
    >>> (one.magnetization.round(3) + 0.0).tolist(), round(float(one.similarity), 9)
    ([0.0, 0.0, 3.176], 1.0)
    """

    target: np.ndarray
    setup: Setup
    method: Method
    family: BeamFamily
    rows: np.ndarray
    magnetization: np.ndarray
    angle_error: Numbers
    efficiency: Numbers
    reachable: Numbers
    made_for: MadeFor = SPIN
    names: tuple[str, ...] = ()

    @property
    def similarity(self) -> Numbers:
        """The paper's Sm: the cosine of the angle error."""
        return np.cos(self.angle_error)

    @cached_property
    def beams(self) -> tuple[Beam, Beam | None]:
        """Beam of the lens, and of the second lens where there is one."""
        return self.family.beams(self.rows)

    @property
    def beam(self) -> Beam:
        """The beam at unit power, or a batch of beams."""
        return self.beams[0]

    @property
    def counter(self) -> Beam | None:
        """Beam of the second lens, written as its mirror image; None without one."""
        return self.beams[1]

    @cached_property
    def light(self) -> Light:
        """The beams and all that they cross; of many directions a batch.

        Its target is that of the spin, i E x E*: the design's, reversed where what it is made for lies
        against the spin.
        """
        setup, single = self.setup, self.target.ndim == 1
        return Light(
            self.beam,
            setup.lens,
            film=setup.film,
            counter=self.counter,
            points=[setup.at],
            target=self.made_for.sign * self.target if single else None,
        )

    def plot(self) -> Figure:
        """Draw the pupil and the magnetization that it writes; of many directions a sheet of the first ones.

        Returns
        -------
        matplotlib.figure.Figure
            As `design.png`, or `designs.png`, of the folder that `save` writes. Some seconds.
        """
        if self.target.ndim > 1:
            return designs_figure(self._many())
        from optomag.light.light_figure import light_figure

        setup = self.setup
        heading = figure_heading(
            setup.lens,
            setup.film,
            four_pi=setup.four_pi,
            shown=shown_of(self.made_for),
            told=f"{self.method.name}: {self._found()}",
        )
        return light_figure(self.light, label=self.method.name, heading=heading, made_for=self.made_for)

    def _found(self) -> str:
        return (
            f"wanted ({', '.join(f'{m:.3f}' for m in self.target)}){self._of()}, "
            f"{error_text(float(np.degrees(self.angle_error)))} off; "
            f"|M| = {np.linalg.norm(self.magnetization):.3f}, {100 * self.efficiency:.1f} % of the bound"
        )

    def _facts_(self) -> dict[str, str]:
        off = np.degrees(self.angle_error)
        if self.target.ndim == 1:
            wanted = ", ".join(f"{part:.3f}" for part in self.target)
            return {
                "target": f"({wanted}){self._of()}",
                "by": self.method.name,
                "angle error": f"{off:.2g} deg",
                "efficiency": f"{self.efficiency:.3f}",
            }
        return {
            "": plural(len(self), "direction"),
            "by": self.method.name,
            "angle error": f"{np.median(off):.2g} deg median, {np.max(off):.2g} worst",
            "efficiency": f"{np.median(self.efficiency):.3f} median, {np.min(self.efficiency):.3f} least",
        }

    def _table_(self) -> dict[str, str] | None:
        strength = np.linalg.norm(self.magnetization, axis=-1)
        numbers = {"|M| at unit power": summary(strength)}
        if self.target.ndim == 1:
            numbers["M at unit power"] = summary(np.asarray(self.magnetization))
        missed = int(np.size(self.reachable) - np.count_nonzero(self.reachable))
        if missed:
            numbers["out of the method's reach"] = f"{missed}"
        return {"lens and film": setup_line(self.setup.lens, self.setup.film)} | self._facts_() | numbers

    def _preview_(self) -> Any:
        return self.light._preview_()

    def save(
        self,
        folder: str | os.PathLike[str],
        *,
        pixels: int = PIXELS,
        device: Device | str | os.PathLike[str] | None = None,
        replace: bool = False,
    ) -> Path:
        """Write beam, pupil map, figure, numbers and manifest to a folder; `load_design` reads it back.

        Of many directions: beams, a table and one sheet of pictures.
        See `optomag.inverse.orientation.design_files.write_design` for the files.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        pixels : int
            Along each side of the pupil map.
        device : Device, name or path, optional
            A modulator, as `masks` takes it, for which masks are written too.
        replace : bool, default False
            Whether another design there may go.

        Raises
        ------
        InvalidInputError
            If another result lies there, lens or method are such that no file can describe
            them, the device is not for this design, or the folder cannot be used.
        StorageError
            Where the file system refuses; what was there stays.
        """
        how: dict[str, Any] = {"pixels": pixels, "device": device, "replace": replace}
        return write_design(self.parts(), folder, **how).folder

    def numbers(self) -> dict[str, Any]:
        """What files say of what it writes, as plain values."""
        degrees = np.degrees(self.angle_error)
        if self.target.ndim == 1:
            return {
                "target": self.target,
                "magnetization": self.magnetization,
                "similarity": float(self.similarity),
                "angle_error_deg": float(degrees),
                "efficiency": float(self.efficiency),
                "reachable": bool(self.reachable),
                "power": 1.0,
            }
        return {
            "directions": len(self),
            "angle_error_deg": {"median": float(np.median(degrees)), "worst": float(np.max(degrees))},
            "efficiency": {
                "median": float(np.median(self.efficiency)),
                "worst": float(np.min(self.efficiency)),
            },
            "reachable": int(np.count_nonzero(self.reachable)),
        }

    def parts(self) -> DesignParts:
        """What of it is written to files.

        Raises
        ------
        InvalidInputError
            If the lens or the method is one that no file can describe.
        """
        from optomag.inverse.orientation.methods import describe_method
        from optomag.inverse.orientation.shown_live import page_line_of

        single = self.target.ndim == 1
        page = page_line_of(self.target, self.setup, self.method, self.made_for)
        rows = np.asarray(self.rows, dtype=np.complex128)
        return DesignParts(
            record={
                "setup": describe_setup(self.setup),
                "method": describe_method(self.method),
                "made_for": describe_made_for(self.made_for),
                "names": list(self.names),
                **self.numbers(),
                **({} if page is None else {"page": page}),
            },
            tensors={
                "target": self.target,
                "real": rows.real,
                "imaginary": rows.imag,
                "magnetization": np.asarray(self.magnetization),
                "reachable": np.asarray(self.reachable),
            },
            light=self.light if single else None,
            plot=self.plot,
            network=getattr(self.method, "path", None),
            many=None if single else self._many(),
        )

    def _many(self) -> ManyDesigns:
        return ManyDesigns(
            self.names,
            self.target,
            self.magnetization,
            np.asarray(self.angle_error),
            np.asarray(self.efficiency),
            np.asarray(self.reachable),
            self.setup,
            self.method.label,
            self.made_for,
            lambda number: self[number].light,
        )

    def _of(self) -> str:
        """What the target is one of, where it is not the spin."""
        return "" if self.made_for == SPIN else f" of {self.made_for.quantity}"

    def __len__(self) -> int:
        if self.target.ndim == 1:
            raise TypeError("a design of one direction has no length")
        return len(self.target)

    def __getitem__(self, index: int) -> Design:
        if self.target.ndim == 1:
            raise TypeError("a design of one direction has no parts")
        parts = ("target", "rows", "magnetization", "angle_error", "efficiency", "reachable")
        values = {name: getattr(self, name)[index] for name in parts}
        return replace(self, **values, names=tuple(np.atleast_1d(np.array(self.names)[index]).tolist()))


def design(
    target: Any,
    lens: Objective,
    *,
    method: Method | None = None,
    film: Film | None = None,
    layer: int | None = None,
    at: Any = None,
    four_pi: bool = False,
    made_for: MadeFor = SPIN,
    names: Any = None,
) -> Design:
    """Find the beam, or the beams, that write the magnetization along given directions.

    Parameters
    ----------
    target : array_like, shape (3,) or (n, 3)
        Wanted directions, of any non-zero length.
    lens : Objective
        The focusing lens.
    method : Method, default Optimal()
        `Optimal`, `FlatAmplitude` (phase and polarisation only: the choice for hardware), `LinearBasis`,
        `CompletedBasis`, `FourBeam`, `ReversedDipoles` or `Network`.
    film : Film, optional
        Layered medium in which the magnetization is wanted; beams are designed through it.
    layer : int, optional
        Which medium of the film is the magnet, from 1 at the light's side, in place of what the film says
        (`Film.magnet_layer`).
    at : array_like, shape (3,) [m], optional
        The point; by default the focus, and in a film the middle of its magnet on the axis. Where no magnet
        is named, it is the layer with this point.
    four_pi : bool, default False
        Whether a second, equal lens shines from the other side; the two share the power.
    made_for : MadeFor, optional
        What is wanted along the target: by default the spin of the light, M for gamma = 1. A positive Faraday
        rotation turns B_eff against it, a positive Verdet constant M:
        `MadeFor("B_eff", faraday_rotation=1.2e5)`.
    names : sequence of str, optional
        What each of many directions is called, in tables and folders; by default its number, from 0001.

    Returns
    -------
    Design
        Beams of unit power, with what they write as simulated by the focusing engine.

    Raises
    ------
    InvalidInputError
        If a direction is not finite or of zero length, an argument is of the wrong kind, the film does not
        say which of several layers is the magnet, the method cannot serve this set-up, or names are twice
        there or cannot be folders.

    Warns
    -----
    MagnetWarning
        If the point lies outside the magnet.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> found = design([1.0, 0.0, 1.0], lens)
    >>> round(float(found.efficiency), 9), bool(found.angle_error < 1e-12)
    (1.0, True)
    """
    chosen: Any = Optimal() if method is None else method
    if not isinstance(chosen, Method):
        refuse("method", "an optomag design method such as Optimal()", method)
    require_kind("made_for", made_for, MadeFor, 'an optomag MadeFor, such as MadeFor("B_eff", ...)')
    setup = _setup(lens, film, layer, at, four_pi)
    wanted = require_direction(target)
    if wanted.ndim > 2:
        refuse("target", "directions of shape (3,) or (n, 3)", f"an array of shape {wanted.shape}")
    names = _names(names, wanted)
    directions = unit_vectors(np.atleast_2d(wanted))
    family: BeamFamily = chosen.family(setup)
    answer = chosen.solve(made_for.sign * directions, family)
    reachable = np.ones(len(directions), bool) if answer.reachable is None else answer.reachable
    found = simulated(directions, setup, chosen, family, answer.rows, reachable, made_for)
    return replace(found[0] if wanted.ndim == 1 else found, names=names)


def _names(names: Any, wanted: np.ndarray) -> tuple[str, ...]:
    """What the directions are called; one by itself has no name."""
    if wanted.ndim == 1:
        if names is not None:
            refuse("names", "left out for one direction", names, "Give directions of shape (n, 3).")
        return ()
    if names is None:
        return numbered_names(len(wanted))
    return require_names("name of a direction", names, count=len(wanted))


def _setup(lens: Objective, film: Film | None, layer: int | None, at: Any, four_pi: bool) -> Setup:
    """The set-up, in a film with its magnet named."""
    if film is not None and not isinstance(film, Film):
        refuse("film", "an optomag Film", film)
    if at is None:
        return Setup(lens, film_of_magnet(film, layer=layer), None, four_pi)
    height = require_point("at", at)[2]
    setup = Setup(lens, film_of_magnet(film, layer=layer, heights=height), at, four_pi)
    warn_outside(setup.film, height)
    return setup


def simulated(
    directions: np.ndarray,
    setup: Setup,
    method: Method,
    family: BeamFamily,
    rows: np.ndarray,
    reachable: np.ndarray,
    made_for: MadeFor = SPIN,
) -> Design:
    """The design of given beams: what they write, simulated and compared with unit vectors (n, 3)."""
    spin = made_for.sign * directions
    bound = magnetization_bound(spin, setup.lens, film=setup.film, height=setup.at[2], four_pi=setup.four_pi)
    compare = _compare if len(directions) <= FEW else _compare_many
    magnetization, angle = map(np.asarray, compare(family.focal_field(rows), spin))
    efficiency = np.linalg.norm(magnetization, axis=-1) / np.asarray(bound)
    return Design(
        directions,
        setup,
        method,
        family,
        rows,
        magnetization,
        angle,
        efficiency,
        reachable,
        made_for,
        numbered_names(len(directions)),
    )


def _compare(fields: Any, directions: Any) -> tuple[Any, Any]:
    """M of focal fields (n, 3), and its angles to the directions [rad]."""
    M = induced_magnetization(fields)
    return M, angle_error(M, directions)


_compare_many = jax.jit(_compare)
