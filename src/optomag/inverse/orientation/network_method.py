"""Networks as a design method: the one that comes with the package, one of your own, or the paper's."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property, lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from optomag.errors import InvalidInputError, refuse, require_integer
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.gauss_newton import refined_fields
from optomag.inverse.orientation.linear_methods import paper_beams, two_sided
from optomag.inverse.orientation.method import Answer, Method
from optomag.io.files import require_file
from optomag.io.weights import load_tensors
from optomag.learning.direction_network import FILE_FORMAT, SHIPPED, DirectionNetwork
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.learning.proposals import best_proposals
from optomag.optics.dipole import ORIGIN
from optomag.optics.setup import Setup

ONE_PASS = "network, one pass"


@dataclass(frozen=True)
class Network(Method):
    """Beams of the completed basis as a network proposes them, refined by a few exact steps if wanted.

    `CompletedBasis` is exact and faster. This is the paper's idea without its flaw, and a start for problems
    that have no closed form.

    Parameters
    ----------
    path : path, optional
        A network file of `optomag train-directions`, or the paper's of `optomag train`; by default the
        network that comes with the package.
    refine : int, default 0
        Gauss-Newton steps on the exact model; after two the package's network is off by less than 1e-9 rad.
    proposals : int, default 100
        Lengths |M(0)|/max that the paper's network is asked for, of which the best is kept. The package's
        network needs one pass.

    Raises
    ------
    InvalidInputError
        If a number is negative or no number; on use, if the file is no such network, or the set-up is one
        that the network was not trained for.

    Notes
    -----
    The paper's network answers with four real weights for the focus of a bare lens; refining lets their
    phases go, which reaches directions that real weights cannot write.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design([1, 0, 1], lens, method=om.Network(refine=2))
    >>> bool(found.angle_error < 1e-6), bool(0.5 < found.efficiency <= 1)
    (True, True)
    """

    path: str | os.PathLike[str] | None = None
    refine: int = 0
    proposals: int = 100

    def __post_init__(self) -> None:
        require_integer("refine", self.refine, at_least=0)
        require_integer("proposals", self.proposals, at_least=1)
        if self.path is not None:
            if not isinstance(self.path, (str, os.PathLike)):
                refuse("path", "the path of a network file", self.path)
            object.__setattr__(self, "path", os.fspath(self.path))

    @property
    def label(self) -> str:
        """One pass, or with how many steps of refinement."""
        if self.refine == 0:
            return ONE_PASS
        count = {1: "one", 2: "two", 3: "three"}.get(self.refine, str(self.refine))
        return f"network, {count} Gauss-Newton step{'' if self.refine == 1 else 's'}"

    def family(self, setup: Setup) -> BeamBasis:
        """The beams of `CompletedBasis`, for each lens there is; the point must lie on the axis."""
        if setup.at[0] != 0 or setup.at[1] != 0:
            refuse("at", "on the axis for Network", setup.at, "Choose Optimal or LinearBasis.")
        return two_sided(paper_beams(), setup)

    def solve(self, directions: np.ndarray, family: BeamBasis) -> Answer:
        """Complex weights of the beams."""
        if isinstance(self.network, FourBeamNetwork):
            rows = _paper_rows(self.network, directions, family.setup, self.proposals)
            if self.refine == 0:
                return Answer(rows)
            fields = np.asarray(rows @ family.fields)
        else:
            fields = _proposed(self.network, jnp.asarray(directions), _scale(self.network, family))
        if self.refine:
            fields = refined_fields(np.asarray(fields), directions, family.coupling, steps=self.refine)
        return Answer(np.asarray(fields) @ family.cheapest.T)

    @cached_property
    def network(self) -> DirectionNetwork | FourBeamNetwork:
        """The network of the file."""
        return _shipped() if self.path is None else load_network(self.path)


def proposals_label(count: int) -> str:
    """What figures say of the paper's network and the best of so many proposals.

    Examples
    --------
    >>> proposals_label(1), proposals_label(100)
    ('network, one pass', 'network, best of 100')
    """
    return ONE_PASS if count == 1 else f"network, best of {count}"


def load_network(path: str | os.PathLike[str]) -> DirectionNetwork | FourBeamNetwork:
    """Read a network file of either kind.

    Raises
    ------
    InvalidInputError
        For a missing or truncated file, or one of another kind.
    StorageError
        Where it is there but cannot be read.
    """
    require_file(path, name="network", advice="Run `optomag train` or `optomag train-directions` first.")
    try:
        load_tensors(path, kind=FILE_FORMAT)
    except InvalidInputError:
        return FourBeamNetwork.load(path)
    return DirectionNetwork.load(path)


@lru_cache(maxsize=1)
def _shipped() -> DirectionNetwork:
    return DirectionNetwork.load(SHIPPED)


def _scale(network: DirectionNetwork, family: BeamBasis) -> jax.Array:
    """The largest field (k, k, kz) per component, which the beams bring to a point on the axis."""
    scale = np.sqrt(np.real(np.diag(family.coupling)))
    ratio, (low, high) = scale[2] / scale[0], np.asarray(network.ratios)
    if not low <= ratio <= high:
        rule = f"between {low:g} and {high:g}, where the network was trained"
        refuse("kz/k of the set-up", rule, float(ratio), "CompletedBasis is exact for every set-up.")
    return jnp.asarray(scale)


@eqx.filter_jit
def _proposed(network: DirectionNetwork, directions: jax.Array, scale: jax.Array) -> jax.Array:
    fields = network(directions, scale[2] / scale[0]).astype(jnp.complex128)
    length = jnp.linalg.norm(fields, axis=-1, keepdims=True)
    return fields / length.astype(fields.dtype) * scale[None].astype(fields.dtype)


def _paper_rows(network: FourBeamNetwork, directions: np.ndarray, setup: Setup, proposals: int) -> np.ndarray:
    if setup.film is not None or setup.four_pi or setup.at != ORIGIN:
        rule = "the focus of one bare lens for the paper's network"
        refuse("set-up", rule, setup, "Choose Network() or a closed form.")
    a, b1, b2, c = best_proposals(network, directions, setup.lens, proposals=proposals).weights.T
    return np.stack([1j * a, b1 + 1j * b2, c + 0j], axis=-1)
