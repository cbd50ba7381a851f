"""What the images show: a bead that emits, or the laser's own focus, and how that is seen."""

from __future__ import annotations

from dataclasses import dataclass, field

from optomag.displayed import Displayed
from optomag.errors import refuse, require_kind, require_real
from optomag.optics.beam import Beam
from optomag.plausible import LENGTH, require_plausible


class SeenLight(Displayed):
    """The light of which images are taken: `FluorescentBead` or `LaserFocus`."""


@dataclass(frozen=True)
class FluorescentBead(SeenLight):
    """A fluorescent bead: dipoles of all directions, which do not interfere, seen through the lens.

    Parameters
    ----------
    diameter : float [m], default 0
        Of the bead, filled evenly; at most about half a resolved length, wavelength/(2 NA). Across the axis
        it cannot be told from a blur, so that `PupilFit.blur` holds what goes beyond.

    Raises
    ------
    InvalidInputError
        If the diameter is not 0 or a finite length > 0.

    Notes
    -----
    By reciprocity the light of a dipole p at r arrives at the pupil as P^T p e^{i k s.r}/sqrt(cos theta),
    P and s being those of `optomag.conventions`, and meets the same aberrations as a laser that is sent in.
    The factor 1/sqrt(cos theta) keeps the energy of an aplanatic lens; the tube lens is of so small an
    aperture that it changes nothing. Emission at the wavelength of the lens alone, in the lens' medium.

    A ball is replaced by what has its second moments: a Gaussian blur of diameter/sqrt(20) across, and two
    planes as far above and below.

    Examples
    --------
    >>> FluorescentBead(diameter=100e-9)
    FluorescentBead(diameter=1e-07)
    """

    diameter: float = 0.0

    def __post_init__(self) -> None:
        if require_real("diameter", self.diameter) != 0:
            require_plausible(LENGTH, "diameter", self.diameter)


class Detection(Displayed):
    """How the laser's focus is seen: `Scatterer` or `Relay`."""


@dataclass(frozen=True)
class Scatterer(Detection):
    """A small scatterer that is moved through the focus, one pixel after the other.

    Parameters
    ----------
    axial : float, default 1
        How much of the light that E_z scatters is seen, relative to that of E_x: 1 where all of it is
        collected, 0 where none. Behind a polariser half of it passes, whatever the angle.

    Raises
    ------
    InvalidInputError
        If `axial` is not from 0 to 1.

    Notes
    -----
    Intensity |E_x|^2 + |E_y|^2 + axial |E_z|^2 at the scatterer, or |a.E|^2 + axial |E_z|^2/2 behind a
    polariser along a. Its size is a blur; pixels have no area.

    Examples
    --------
    >>> import optomag as om
    >>> om.LaserFocus(om.radial(), seen=om.Scatterer(axial=0.0)).seen.axial
    0.0
    """

    axial: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= require_real("axial", self.axial) <= 1:
            refuse("axial", "from 0 to 1", self.axial)


@dataclass(frozen=True)
class Relay(Detection):
    """A second lens of the same aperture and medium, behind the focus, whose image a camera records.

    Notes
    -----
    The second lens turns the converging waves back, so that the axial field becomes transverse again and the
    camera sees |integral of E_in e^{i k (s.r)} r dr dphi|^2 of the pupil field: no part is lost, none is
    axial. The second lens adds its own aberrations to what is fitted.

    Examples
    --------
    >>> import optomag as om
    >>> pupil = om.MeasuredPupil(om.Objective(na=0.8, wavelength=520e-9), om.Transmission())
    >>> light = om.LaserFocus(om.circular(+1), seen=om.Relay())
    >>> images = om.focus_images(pupil, zs=[0.0], pixel=1e-7, shape=(9, 9), light=light)
    >>> round(float(images.max())), divmod(int(images.argmax()), 9)  # brightest in the middle, on the axis
    (1000, (4, 4))
    """


@dataclass(frozen=True)
class LaserFocus(SeenLight):
    """The laser's own focus.

    Parameters
    ----------
    beam : Beam
        What is sent, before the optics change it.
    seen : Scatterer or Relay, default Scatterer()

    Raises
    ------
    InvalidInputError
        If the beam is none, dark or a batch.

    Examples
    --------
    >>> from optomag.optics.elementary import circular
    >>> LaserFocus(circular(+1), Scatterer(axial=0.5)).seen
    Scatterer(axial=0.5)
    """

    beam: Beam
    seen: Detection = field(default_factory=Scatterer)

    def __post_init__(self) -> None:
        require_kind("beam", self.beam, Beam, "an optomag Beam")
        if self.beam.batch_size:
            refuse("beam", "one beam", f"a batch of {self.beam.batch_size}")
        self.beam.require_power()
        require_kind("seen", self.seen, Detection, "Scatterer() or Relay()")
