"""The two fluences that experiments on all-optical switching measure."""

from __future__ import annotations

from dataclasses import dataclass

from optomag.displayed import Displayed
from optomag.errors import refuse, require_real
from optomag.heat.absorptance import layer_absorptance
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.plausible import SWITCHING_FLUENCE, require_plausible


@dataclass(frozen=True, kw_only=True)
class FluenceThresholds(Displayed):
    """Measured thresholds of one pulse: where a domain switches, and where many domains are left.

    Parameters
    ----------
    switch : float [J/m^2]
        F_switch: above it the magnetization is reversed. 1 mJ/cm^2 is 10 J/m^2.
    multi : float [J/m^2], optional
        F_multi: above it the magnet breaks up into many domains. None where no such fluence is known.
    absorptance : float, optional
        Part of these fluences that the magnet absorbs. By default they are fluences of linear light that
        meets the same stack of layers head-on, from the lens' medium, in a spot much wider than a
        wavelength, and `layer_absorptance` says what part the magnet takes. 1 where they are fluences
        absorbed in the magnet already.

    Raises
    ------
    InvalidInputError
        If a number is not finite or out of range, or multi is not above switch.

    Notes
    -----
    Thresholds hold for one film, wavelength, pulse duration and temperature; nobody but the user knows for
    which they were measured. That the absorbed fluence decides, whatever wavelength and polarisation bring
    it, was found in GdFeCo by A. R. Khorsand et al., Phys. Rev. Lett. 108, 127205 (2012),
    doi:10.1103/PhysRevLett.108.127205; the two thresholds are those of W. Zhang et al., arXiv:2311.18359.

    Examples
    --------
    >>> FluenceThresholds(switch=30.0, multi=50.0).multi
    50.0
    """

    switch: float
    multi: float | None = None
    absorptance: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "switch", require_plausible(SWITCHING_FLUENCE, "switch", self.switch))
        if self.multi is not None:
            object.__setattr__(self, "multi", require_plausible(SWITCHING_FLUENCE, "multi", self.multi))
            if self.multi <= self.switch:
                refuse("multi", f"above switch = {self.switch:g} J/m^2", self.multi)
        if self.absorptance is not None:
            part = require_real("absorptance", self.absorptance, above=0.0)
            if part > 1:
                refuse("absorptance", "at most 1", self.absorptance)
            object.__setattr__(self, "absorptance", part)

    def absorbed_part(self, film: Film, lens: Objective, layer: int) -> float:
        """Part of the thresholds' fluence that a layer of a film absorbs: the given one, or the film's.

        Parameters
        ----------
        film, lens, layer
            As for `layer_absorptance`.

        Examples
        --------
        >>> film, lens = Film([(2.9 + 3.6j, 20e-9)], 1.46), Objective(na=0.9, wavelength=532e-9)
        >>> round(FluenceThresholds(switch=30.0).absorbed_part(film, lens, 1), 4)
        0.3795
        >>> FluenceThresholds(switch=11.0, absorptance=1.0).absorbed_part(film, lens, 1)
        1.0
        """
        return layer_absorptance(film, lens, layer) if self.absorptance is None else self.absorptance
