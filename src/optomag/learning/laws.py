"""Which data does the paper mean? Readings of how weights are drawn and magnetization is scaled.

arXiv:2103.13592 states |E_ax|, |E_ay1|, |E_ay2| <= sqrt(2)/2 and both that the four squares add up to 1 and
that E_rho is set to 1; it does not say how M is scaled. A law is one reading of both: where the radial weight
comes from, and what M is divided by. docs/which-data-did-the-paper-mean.md holds them against what the paper
prints.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from optomag.errors import refuse, require_finite_array, require_integer
from optomag.learning.focal_peak import focal_peak
from optomag.learning.four_beam import four_beam_magnetization
from optomag.optics.objective import Objective

LARGEST_WEIGHT = np.sqrt(0.5)
"""|E_ax|, |E_ay1| and |E_ay2| stay below this."""

SEEDS = 2**64
"""Seeds are whole numbers below this: half of the random generator's key."""


class RadialWeight(abc.ABC):
    """Where E_rho comes from."""

    name: ClassVar[str]
    rule: ClassVar[str]

    @abc.abstractmethod
    def is_allowed(self, three: np.ndarray) -> np.ndarray:
        """Which draws (n, 3) of (E_ax, E_ay1, E_ay2) count, shape (n,)."""

    @abc.abstractmethod
    def of(self, three: np.ndarray) -> np.ndarray:
        """E_rho that goes with (E_ax, E_ay1, E_ay2), shape (n, 3) -> (n,)."""


@final
@dataclass(frozen=True)
class UnitSum(RadialWeight):
    """The squares of the four weights add up to 1, as the paper's section 2 says."""

    name = "unit-sum"
    rule = "sqrt(1 - E_ax^2 - E_ay1^2 - E_ay2^2)"

    def is_allowed(self, three: np.ndarray) -> np.ndarray:
        """Those that leave a power >= 0 for the radial beam."""
        return _power_left(three) >= 0

    def of(self, three: np.ndarray) -> np.ndarray:
        """The positive root of the power that is left."""
        return np.sqrt(_power_left(three))


@final
@dataclass(frozen=True)
class FixedRadial(RadialWeight):
    """E_rho = 1 whatever the others are, as the paper's section 2 also says."""

    name = "fixed-radial"
    rule = "1"

    def is_allowed(self, three: np.ndarray) -> np.ndarray:
        """All of them."""
        return np.ones(len(three), dtype=bool)

    def of(self, three: np.ndarray) -> np.ndarray:
        """One."""
        return np.ones(len(three))


class Scale(abc.ABC):
    """What the magnetization at the focus is divided by."""

    name: ClassVar[str]
    rule: ClassVar[str]

    @abc.abstractmethod
    def of(self, weights: np.ndarray, lens: Objective) -> np.ndarray:
        """Divisor for weights (n, 4), shape (n,)."""


@final
@dataclass(frozen=True)
class Peak(Scale):
    """The largest |M| over the focal plane."""

    name = "peak"
    rule = "M(0) / max |M| over the focal plane"

    def of(self, weights: np.ndarray, lens: Objective) -> np.ndarray:
        """max |M| over the focal plane."""
        return focal_peak(weights, lens)


@final
@dataclass(frozen=True)
class Raw(Scale):
    """Nothing: M(0) as it is."""

    name = "raw"
    rule = "M(0)"

    def of(self, weights: np.ndarray, lens: Objective) -> np.ndarray:
        """One."""
        return np.ones(len(weights))


@final
@dataclass(frozen=True)
class Direction(Scale):
    """The length of M(0) itself."""

    name = "direction"
    rule = "M(0) / |M(0)|"

    def of(self, weights: np.ndarray, lens: Objective) -> np.ndarray:
        """|M(0)|."""
        return np.linalg.norm(np.asarray(four_beam_magnetization(weights, lens)), axis=1)


@final
@dataclass(frozen=True)
class Law:
    """One reading: draws weights and says what magnetization a network is shown for them.

    Parameters
    ----------
    radial : RadialWeight
        Where E_rho comes from.
    scale : Scale
        What M(0) is divided by.

    Examples
    --------
    >>> Law(UnitSum(), Peak()).name
    'unit-sum-peak'
    """

    radial: RadialWeight
    scale: Scale

    @property
    def name(self) -> str:
        """What the option `--law` calls it."""
        return f"{self.radial.name}-{self.scale.name}"

    def weights(self, seed: int, *, count: int, start: int = 0) -> np.ndarray:
        """Draw weights uniformly among those that the law allows.

        Parameters
        ----------
        seed : int
            Start of the random numbers, 0 <= seed < 2^64.
        count : int
            How many samples.
        start : int, default 0
            Number of the first one. Sample i follows from the seed and i alone: any part of a dataset can be
            drawn again by itself, and no part depends on how the others were cut.

        Returns
        -------
        float64, shape (count, 4)
            (E_ax, E_ay1, E_ay2, E_rho), the first three within +-sqrt(2)/2.

        Raises
        ------
        InvalidInputError
            If a number is not whole or out of range.

        Examples
        --------
        >>> law = Law(UnitSum(), Peak())
        >>> whole = law.weights(seed=1, count=5)
        >>> bool((law.weights(seed=1, start=3, count=2) == whole[3:]).all())
        True
        """
        seed = require_integer("seed", seed, at_least=0)
        if seed >= SEEDS:
            refuse("seed", "below 2^64", seed)
        start = require_integer("start", start, at_least=0)
        count = require_integer("count", count, at_least=1)
        attempt = 0
        three = _draw(seed, attempt, start, count)
        refused = ~self.radial.is_allowed(three)
        while refused.any():
            attempt += 1
            three[refused] = _draw(seed, attempt, start, count)[refused]
            refused = ~self.radial.is_allowed(three)
        return self.completed(three)

    def completed(self, three: Any) -> np.ndarray:
        """Add the law's radial weight to (E_ax, E_ay1, E_ay2), shape (n, 3) -> (n, 4).

        Raises
        ------
        InvalidInputError
            If the weights are not finite, or the law does not allow them.
        """
        three = require_finite_array("weights", three, shape="(n, 3)", ndim=2, last=3)
        allowed = self.radial.is_allowed(three)
        if not allowed.all():
            refuse("weights", f"such that E_rho = {self.radial.rule} is real", three[~allowed][0])
        return np.concatenate([three, self.radial.of(three)[:, None]], axis=1)

    def magnetization(self, weights: np.ndarray, lens: Objective) -> np.ndarray:
        """Magnetization at the focus as the law scales it.

        Parameters
        ----------
        weights : float64, shape (n, 4)
            (E_ax, E_ay1, E_ay2, E_rho).
        lens : Objective

        Returns
        -------
        float64, shape (n, 3)
            Dimensionless; NaN for weights that write no magnetization where the law divides by one.
        """
        at_focus = np.asarray(four_beam_magnetization(weights, lens))
        with np.errstate(invalid="ignore"):
            return at_focus / self.scale.of(weights, lens)[:, None]


LAWS: dict[str, Law] = {
    law.name: law
    for law in (
        Law(radial, scale) for radial in (UnitSum(), FixedRadial()) for scale in (Peak(), Raw(), Direction())
    )
}
"""The readings by name, the default first."""


def law_named(name: str) -> Law:
    """Return the law of that name.

    Raises
    ------
    InvalidInputError
        If there is none.
    """
    if name not in LAWS:
        refuse("law", f"one of {', '.join(LAWS)}", name)
    return LAWS[name]


def _power_left(three: np.ndarray) -> np.ndarray:
    return 1 - np.sum(three**2, axis=1)


def _draw(seed: int, attempt: int, start: int, count: int) -> np.ndarray:
    """Numbers uniform in the cube, (count, 3): row i is block start + i of the generator with this key.

    Philox is counter-based (J. Salmon et al., SC 2011, doi:10.1145/2063384.2063405): a block of four numbers
    is a function of key and block number. The fourth number is left out.
    """
    key = np.array([seed, attempt], dtype=np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key, counter=start))
    return LARGEST_WEIGHT * (2 * generator.random((count, 4))[:, :3] - 1)
