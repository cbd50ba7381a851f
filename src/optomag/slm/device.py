"""A modulator set-up as a frozen record: panels, the sections on them, illumination and sign convention."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import dimensions, refuse, require_choice, require_integer, require_kind, require_real
from optomag.optics.zernike_polynomial import HIGHEST_ORDER, zernike_polynomial
from optomag.slm.phase_table import TableUnit, linear_phases, phases_of, stroke_from

SchemeName = Literal["vector-generator", "two-modulators", "lee-hologram"]
Convention = Literal["vendor", "slmsuite"]
DeadSpace = Literal["absorbs", "reflects"]
WavefrontUnit = Literal["rad", "waves", "degrees", "nm", "levels"]

SECTIONS: dict[str, tuple[str, ...]] = {
    "vector-generator": ("phase", "amplitude", "rotation", "retardance"),
    "two-modulators": ("x", "y"),
    "lee-hologram": ("x", "y"),
}
"""Sections that each scheme needs, in the order in which light meets them."""

HALF_WAY = 0.5
"""Radius of the largest iris that keeps to its own order, over the distance of neighbouring orders."""

LARGEST_PANEL, DEEPEST_PANEL, MOST_PANELS = 2**14, 16, 8
"""Pixels along a side, bits, and panels of a set-up that are believed."""

WIDEST_FRINGING = 3.0
"""[pixel] that is believed: such a panel would not show a stripe of seven pixels."""

# What pydantic asks of the records when it makes them from files; they do not need pydantic themselves.
_STRICT = {"extra": "forbid", "allow_inf_nan": False}

Term = tuple[int, int, float]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One liquid-crystal panel or mirror array; a set-up has `count` equal ones.

    Attributes
    ----------
    width, height : int [pixel]
    pitch_um : float
    bits : int
    count : int
    fill_factor : float
        Area of a pixel that modulates light, a square, over the pitch squared.
    dead_space : "absorbs" or "reflects"
        What the rest does with light; it reflects like a pixel at phase 0. Holograms do not see the
        difference, because their iris blocks light that was not modulated.
    fringing : float, optional [pixel]
        How far the phases of neighbouring pixels run into one another: standard deviation of the Gaussian
        with which the shown phase is convolved, see `optomag.slm.fringing`. Unknown where it is left out.
    frame_rate_hz : float, optional
        Images that it shows a second; a faster playlist is doubted. Unknown where it is left out.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    width: int
    height: int
    pitch_um: float
    bits: int
    count: int = 1
    fill_factor: float = 1.0
    dead_space: DeadSpace = "absorbs"
    fringing: float | None = None
    frame_rate_hz: float | None = None

    def __post_init__(self) -> None:
        require_real("pitch_um", self.pitch_um, above=0.0)
        if require_real("fill_factor", self.fill_factor, above=0.0) > 1:
            refuse("fill_factor", "at most 1, the whole pixel", self.fill_factor)
        require_choice("dead_space", self.dead_space, get_args(DeadSpace))
        if self.fringing is not None:
            width = require_real("fringing", self.fringing)
            if not 0 <= width <= WIDEST_FRINGING:
                rule = f"between 0 and {WIDEST_FRINGING:g} pixels"
                refuse("fringing", rule, width, "It is the standard deviation of the blur, in pixels.")
        if self.frame_rate_hz is not None:
            require_real("frame_rate_hz", self.frame_rate_hz, above=0.0)
        largest = {
            "width": LARGEST_PANEL,
            "height": LARGEST_PANEL,
            "bits": DEEPEST_PANEL,
            "count": MOST_PANELS,
        }
        for name, most in largest.items():
            value = getattr(self, name)
            if not 1 <= require_integer(name, value) <= most:
                refuse(f"{name} of a panel", f"between 1 and {most}", value)

    @property
    def levels(self) -> int:
        """Number of grey levels."""
        return 2**self.bits


@dataclass(frozen=True, kw_only=True)
class Illumination:
    """Amplitude of the light that falls on the pupil: uniform, or exp(-(r/fill)^2)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    profile: Literal["uniform", "gaussian"] = "uniform"
    fill: float = 1.0

    def __post_init__(self) -> None:
        require_choice("illumination profile", self.profile, ("uniform", "gaussian"))
        require_real("fill", self.fill, above=0.0)

    def amplitude(self, r: Float64[np.ndarray, "*pupil"]) -> Float64[np.ndarray, "*pupil"]:
        """Amplitude at pupil radii r, 1 on the axis."""
        return np.ones_like(r) if self.profile == "uniform" else np.exp(-((r / self.fill) ** 2))


@dataclass(frozen=True, kw_only=True)
class Section:
    """The image of the pupil on a panel, and how that part of the panel answers.

    Attributes
    ----------
    name : str
        What the section modulates, one of `SECTIONS` of the scheme.
    panel : int
        Index of the panel.
    radius : float [pixel]
        Of the pupil.
    centre, offset : (float, float) [pixel]
        (column, row) of the pupil's centre as planned, and its measured displacement, which is added; the
        centre of the first pixel is (0, 0), rows are counted downwards.
    flip_x, flip_y : bool
        Without flips pupil x grows with the column and pupil y upwards, against the row.
    zernike : tuple of (n, m, waves rms)
        Wavefront correction, added to what is shown; the light at the section lacks as much.
    wavefront : str, optional
        File of a further correction, shape (height, width) of the panel: .npy, or a maker's BMP, PNG, TIFF or
        CSV; see `optomag.slm.wavefront_file`.
    wavefront_unit : str, optional
        "rad", "waves", "degrees", "nm" (of optical path, with the device's wavelength) or "levels" (2^bits to
        2 pi); by default whole numbers are levels and others are rad.
    lut : tuple of float, optional
        Measured phase of each grey level, monotonic but for noise; replaces the convention's straight line.
    lut_unit : str, optional
        "rad", "pi", "2pi" or "waves", "degrees"; "level" for a table the other way round, from the phase
        2 pi g/2^bits to the drive level. By default rad, where nothing else is as likely.
    phase_range : float [rad] or str such as "2.9pi", optional
        In place of a table: the phase between the lowest and the highest level, in a straight line.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: str
    panel: int = 0
    radius: float
    centre: tuple[float, float]
    offset: tuple[float, float] = (0.0, 0.0)
    flip_x: bool = False
    flip_y: bool = False
    zernike: tuple[Term, ...] = ()
    wavefront: str | None = None
    wavefront_unit: WavefrontUnit | None = None
    lut: tuple[float, ...] | None = None
    lut_unit: TableUnit | None = None
    phase_range: float | str | None = None

    def __post_init__(self) -> None:
        require_kind("name of a section", self.name, str, "a text")
        require_real(f"radius of section {self.name}", self.radius, above=0.0)
        require_integer(f"panel of section {self.name}", self.panel, at_least=0)
        for name in ("centre", "offset"):
            pair = getattr(self, name)
            if dimensions(pair) != 1 or len(pair) != 2:
                refuse(f"{name} of section {self.name}", "(column, row)", pair)
            for value in pair:
                require_real(f"{name} of section {self.name}", value)
        for term in _several(f"zernike of section {self.name}", self.zernike):
            self._require_term(term)
        self._require_units()

    def _require_units(self) -> None:
        own = f"of section {self.name}"
        if self.wavefront is not None:
            require_kind(f"wavefront {own}", self.wavefront, str, "the name of a file")
        for name, choices in (("wavefront_unit", WavefrontUnit), ("lut_unit", TableUnit)):
            if (unit := getattr(self, name)) is not None:
                require_choice(f"{name} {own}", unit, get_args(choices))
                if getattr(self, name.removesuffix("_unit")) is None:
                    refuse(f"{name} {own}", f"beside its {name.removesuffix('_unit')}", f"{unit} alone")
        if self.phase_range is not None:
            stroke_from(self.phase_range, name=f"phase_range {own}")
            if self.lut is not None:
                refuse(f"phase_range {own}", "left out beside a lut", self.phase_range)

    def _require_term(self, term: Term) -> None:
        name = f"zernike of section {self.name}"
        if dimensions(term) != 1 or len(term) != 3:
            refuse(name, "terms (n, m, waves)", term)
        n, m = require_integer(name, term[0], at_least=0), require_integer(name, term[1])
        require_real(name, term[2])
        if n > HIGHEST_ORDER or abs(m) > n or (n - abs(m)) % 2:
            rule = f"terms (n, m, waves) with |m| <= n <= {HIGHEST_ORDER}, n - m even"
            refuse(name, rule, (n, m))

    @property
    def middle(self) -> tuple[float, float]:
        """(column, row) of the pupil's centre as it is."""
        return self.centre[0] + self.offset[0], self.centre[1] + self.offset[1]

    @property
    def signs(self) -> tuple[int, int]:
        """Direction in which columns and rows run along pupil x and y."""
        return -1 if self.flip_x else 1, 1 if self.flip_y else -1

    def zernike_phase(
        self, r: Float64[np.ndarray, "*pupil"], phi: Float64[np.ndarray, "*pupil"]
    ) -> Float64[np.ndarray, "*pupil"]:
        """Correction [rad] of the Zernike terms at pupil points."""
        waves = sum((w * zernike_polynomial(n, m, r, phi) for n, m, w in self.zernike), start=np.zeros(()))
        return 2 * np.pi * np.broadcast_to(waves, np.shape(r))


@dataclass(frozen=True, kw_only=True)
class Device(Displayed):
    """A set-up that turns images on panels into a pupil field.

    Attributes
    ----------
    name : str
    scheme : "vector-generator", "two-modulators" or "lee-hologram"
        How the light runs through the sections.
    convention : "vendor" or "slmsuite"
        Whether grey levels count the phase upwards from 0, or downwards from the highest level.
    panel : Panel
    section : tuple of Section
        The pupil's images, those of `SECTIONS[scheme]`.
    illumination : Illumination
    carrier_period : float [pixel]
        Of the gratings of holograms; 0 for the vector generator, which has none.
    carrier_angle_deg : float
        From columns towards rows.
    iris_radius : float
        Of the iris around the holograms' first order, over the distance of neighbouring orders, which is
        1/carrier_period: 0.5 reaches half way to them, 1 to the unmodulated light. The vector generator has
        no iris and takes none.
    wavelength_nm : float [nm], optional
        Vacuum wavelength at which tables and corrections were measured; light of another one is refused.

    Raises
    ------
    InvalidInputError
        If a section is missing or unknown, a pupil does not fit its panel or overlaps another one, a
        look-up table is not monotonic or not of the panel's depth, or a number is not finite.

    Examples
    --------
    >>> import optomag as om
    >>> om.load_device("holoeye-pluto-2").panel.width
    1920

    One of your own, with the holograms of E_x and E_y side by side on one panel:

    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=180, centre=(199.5 + 400 * k, 199.5)) for k, n in enumerate("xy")]
    >>> how = {"scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=800, height=400, pitch_um=8.0, bits=8)
    >>> device = om.Device(name="my panel", panel=panel, section=tuple(parts), **how)
    >>> device.named("y").middle, device.fringing
    ((599.5, 199.5), None)
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: str
    scheme: SchemeName = "vector-generator"
    convention: Convention = "vendor"
    panel: Panel
    section: tuple[Section, ...]
    illumination: Illumination = Illumination()
    carrier_period: float = 0.0
    carrier_angle_deg: float = 0.0
    iris_radius: float = HALF_WAY
    wavelength_nm: float | None = None

    def __post_init__(self) -> None:
        require_kind("name of a device", self.name, str, "a text")
        require_choice("scheme", self.scheme, tuple(SECTIONS))
        require_choice("convention", self.convention, get_args(Convention))
        require_kind("panel", self.panel, Panel, "a Panel")
        require_kind("illumination", self.illumination, Illumination, "an Illumination")
        for section in _several("section of a device", self.section):
            require_kind("section of a device", section, Section, "a Section")
        if self.wavelength_nm is not None:
            require_real("wavelength_nm of a device", self.wavelength_nm, above=0.0)
        require_real("carrier_period", self.carrier_period)
        require_real("carrier_angle_deg", self.carrier_angle_deg)
        if require_real("iris_radius", self.iris_radius, above=0.0) >= 1:
            refuse("iris_radius", "below 1, where the unmodulated light is", self.iris_radius)
        if self.scheme == "vector-generator" and self.iris_radius != HALF_WAY:
            refuse("iris_radius", "left out for a vector-generator, which has no iris", self.iris_radius)
        wanted = SECTIONS[self.scheme]
        if sorted(section.name for section in self.section) != sorted(wanted):
            found = ", ".join(section.name for section in self.section) or "none"
            refuse(f"sections of a {self.scheme}", ", ".join(wanted), found)
        for section in self.section:
            self._require_fit(section)
            self._require_table(section)
        for one, other in combinations(self.section, 2):
            apart = np.hypot(*np.subtract(one.middle, other.middle))
            if one.panel == other.panel and apart < one.radius + other.radius:
                refuse(f"sections {one.name} and {other.name}", "apart on their panel", f"{apart:g} pixels")
        if self.scheme == "lee-hologram" and self.panel.bits != 1:
            refuse("bits of a lee-hologram", "1, as of a mirror array", self.panel.bits)
        if self.scheme == "lee-hologram" and self.panel.fringing is not None:
            refuse("fringing of a lee-hologram", "left out: mirrors have none", self.panel.fringing)
        if self.scheme != "vector-generator" and self.carrier_period < 2:
            refuse("carrier_period", "at least 2 pixels", self.carrier_period)

    @property
    def fringing(self) -> float | None:
        """Of the panels [pixel]; None where it is not known, and 0 for mirrors, which have none."""
        return 0.0 if self.scheme == "lee-hologram" else self.panel.fringing

    def named(self, name: str) -> Section:
        """The section of that name.

        Parameters
        ----------
        name : str
        """
        found = {section.name: section for section in self.section}
        return found[require_choice("section", name, tuple(found))]

    def phases(self, section: Section) -> Float64[np.ndarray, " levels"] | None:
        """Phase [rad] of each grey level under a section; None where it is the convention's own line.

        Parameters
        ----------
        section : Section
        """
        if section.lut is not None:
            return phases_of(section.lut, section.lut_unit, name=f"lut of section {section.name}")
        if section.phase_range is None:
            return None
        stroke = stroke_from(section.phase_range, name=f"phase_range of section {section.name}")
        return linear_phases(stroke, self.panel.levels, rising=self.convention == "vendor")

    def _require_fit(self, section: Section) -> None:
        if section.panel >= self.panel.count:
            refuse(
                f"panel of section {section.name}", f"below the count of {self.panel.count}", section.panel
            )
        for middle, length, axis in zip(
            section.middle, (self.panel.width, self.panel.height), ("columns", "rows"), strict=True
        ):
            low, high = middle - section.radius, middle + section.radius
            if low < -0.5 or high > length - 0.5:
                refuse(
                    f"pupil of section {section.name}",
                    f"on the panel, {axis} 0 to {length - 1}",
                    f"{low + 0.5:g} to {high - 0.5:g}",
                    "Make the radius smaller or move the centre.",
                )

    def _require_table(self, section: Section) -> None:
        if self.scheme == "lee-hologram" and (section.lut is not None or section.phase_range is not None):
            refuse(f"lut of section {section.name}", "left out: mirrors add no phase", "a table or range")
        if section.lut is None:
            return
        name = f"lut of section {section.name}"
        table = _several(name, section.lut)
        if len(table) != self.panel.levels:
            refuse(name, f"of {self.panel.levels} phases, for {self.panel.bits} bits", len(table))
        self.phases(section)


def _several(name: str, values: Any) -> tuple[Any, ...]:
    """Values as a tuple, where they are several."""
    if not isinstance(values, (tuple, list, np.ndarray)) or (
        isinstance(values, np.ndarray) and not values.ndim
    ):
        refuse(name, "a sequence", values)
    return tuple(values)


def describe_device(device: Device) -> dict[str, Any]:
    """The device as plain JSON values, which `device_from` takes."""
    return asdict(require_kind("device", device, Device, "a Device"))
