"""Spot arrays of uniform amplitude in milliseconds: phases first, then the equations spot by spot."""

from __future__ import annotations

from dataclasses import dataclass

from optomag.displayed import Displayed
from optomag.errors import refuse, require_integer, require_real
from optomag.inverse.structure.dipole_pupils import FLAT_OVERSAMPLING, FlatPupil
from optomag.inverse.structure.learned_phases import LearnedPhases
from optomag.inverse.structure.pixel_pupil import PixelPupil
from optomag.inverse.structure.pupil import Pupil
from optomag.inverse.structure.spot_array import SpotArray
from optomag.inverse.structure.target import Target

FINE_OVERSAMPLING = 6.0
"""Of the pupil that judges: the field is then good to some 1e-4, 5 x 5 spots to 0.006 degree. With 3 that
is 0.04 degree."""

MOST_OVERSAMPLING = 16.0

FIRST_SHARE = 3
"""All starts go one step in so many; the strongest goes on alone."""


@dataclass(frozen=True)
class FastArrays(Displayed):
    """Solver for spot arrays and pupils of uniform amplitude (`FlatPupil`, `PixelPupil` without amplitude).

    Weighted Gerchberg-Saxton for vectors from several sets of random phases, and Newton's method from the
    strongest.

    Parameters
    ----------
    starts : int, default 4
        Sets of random phases, or proposals of the network.
    phase_steps : int, default 60
        Gerchberg-Saxton steps of the strongest start; all others end after a third of them.
    exact_steps : int, default 60
        Newton steps at most; some 15 are needed.
    oversampling : float, default 6
        How much more finely than light needs the pupil that judges is sampled along both axes; 3 makes it
        four times as fast, and the worst of 25 directions good to 0.04 instead of 0.006 degree. Pixels are
        as they are.
    phases : LearnedPhases, optional
        A network that proposes phases. By default they are random, as they are where the network's are weak.
    coarse : float, default 1.5
        Oversampling of the uniform pupil on which steps are made, along both axes.

    Raises
    ------
    InvalidInputError
        If a number is out of range.

    Examples
    --------
    >>> import optomag as om
    >>> effort = om.FastArrays(starts=1, oversampling=3)
    >>> spots = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    >>> effort.serves(spots, om.FlatPupil()), effort.serves(om.neel_skyrmion(5e-7), om.FlatPupil())
    (True, False)
    """

    starts: int = 4
    phase_steps: int = 60
    exact_steps: int = 60
    oversampling: float = FINE_OVERSAMPLING
    phases: LearnedPhases | None = None
    coarse: float = FLAT_OVERSAMPLING

    def __post_init__(self) -> None:
        require_integer("starts", self.starts, at_least=1)
        require_integer("phase_steps", self.phase_steps, at_least=0)
        require_integer("exact_steps", self.exact_steps, at_least=0)
        if self.phases is not None and not isinstance(self.phases, LearnedPhases):
            refuse("phases", "an optomag LearnedPhases", self.phases)
        require_real("oversampling", self.oversampling, above=1.0, below=MOST_OVERSAMPLING)
        require_real("coarse", self.coarse, above=0.0, below=MOST_OVERSAMPLING)

    def total(self, target: Target) -> int:
        """Steps at most, from random phases.

        Parameters
        ----------
        target : Target
        """
        return (self.starts - 1) * (self.phase_steps // FIRST_SHARE) + self.phase_steps + self.exact_steps

    @staticmethod
    def serves(target: Target, pupil: Pupil) -> bool:
        """Whether the target and the pupil are of the kinds that it solves.

        Parameters
        ----------
        target : Target
        pupil : Pupil
        """
        return isinstance(target, SpotArray) and FastArrays.flat(pupil)

    @staticmethod
    def flat(pupil: Pupil) -> bool:
        """Whether all pupils of the set have uniform amplitude.

        Parameters
        ----------
        pupil : Pupil
        """
        return isinstance(pupil, FlatPupil) or (isinstance(pupil, PixelPupil) and not pupil.amplitude)
