"""What `optomag shape` can be told: the target's TOML file, and the options that may change it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter
from pydantic import BeforeValidator, ConfigDict, Field

from optomag.errors import refuse
from optomag.plausible import LENGTH, TYPED_PLACE
from optomag.workflow.config import (
    OUT,
    FolderCommand,
    Lens,
    LensConfig,
    MagnetFilm,
    MagnetFilmOptions,
    NoPicture,
    Options,
    Seed,
)
from optomag.workflow.sizes import (
    DEGREES,
    FINEST_WINDING,
    MOST_EXPOSURES,
    MOST_PIXELS,
    MOST_RINGS,
    MOST_SPOTS,
    MOST_STEPS,
    sized,
)

if TYPE_CHECKING:
    from optomag.inverse.structure.pupil import Pupil
    from optomag.inverse.structure.target import Target

Vector = tuple[float, float, float]
Positive = Annotated[float, Field(gt=0)]
Length = Annotated[float, Field(gt=0, le=2e6)]
Radius = Annotated[float, Field(gt=0, le=2e5)]
MANY = "`optomag scan` writes more, one after the other."
Along = Annotated[int, Field(ge=1, le=MOST_SPOTS)]


class SpotsConfig(Options):
    """Many spots, listed one by one or on a lattice."""

    model_config = ConfigDict(json_schema_extra={"lattice": [3, 3], "pitch_nm": 1000})

    kind: Literal["spots"]
    positions_nm: Annotated[tuple[Vector, ...], sized(TYPED_PLACE, 1e-9)] | None = Field(
        default=None, description="X Y Z of each spot [nm]."
    )
    lattice: tuple[Along, Along] | None = Field(
        default=None, description="Spots along x and y, instead of a list."
    )
    pitch_nm: Annotated[Positive, sized(LENGTH, 1e-9)] = Field(
        default=1064.0, description="Distance of neighbours in the lattice [nm]."
    )
    planes_nm: Annotated[tuple[float, ...], sized(TYPED_PLACE, 1e-9)] = Field(
        default=(0.0,), min_length=1, description="Heights z of the lattice, once for each plane [nm]."
    )
    directions: tuple[Vector, ...] | Literal["random"] = Field(
        default="random", description='One direction for each spot, one for all, or "random".'
    )
    direction_seed: Seed = 0
    weights: tuple[Positive, ...] | None = Field(default=None, description="Relative |M| of each [equal].")

    def require_usable(self, *sources: Any) -> None:
        """Refuse spots that are placed twice or nowhere, and more than one light can write."""
        if (self.positions_nm is None) == (self.lattice is None):
            got = "neither" if self.lattice is None else "both"
            refuse("target", "one of positions_nm and lattice", got)
        if self.lattice is not None:
            spots = self.lattice[0] * self.lattice[1] * len(self.planes_nm)
            if spots > MOST_SPOTS:
                refuse("lattice", f"of at most {MOST_SPOTS:,} spots, all planes together", f"{spots:,}", MANY)

    def target(self) -> Target:
        """Return the target in SI units."""
        import numpy as np

        from optomag.inverse.structure.spot_array import SpotArray

        self.require_usable()
        if self.lattice is None:
            positions = np.array(self.positions_nm) * 1e-9
        else:
            x, y = (self.pitch_nm * 1e-9 * (np.arange(n) - (n - 1) / 2) for n in self.lattice)
            mesh = np.meshgrid(x, y, np.array(self.planes_nm) * 1e-9, indexing="ij")
            positions = np.stack(mesh, axis=-1).reshape(-1, 3)
        if self.directions == "random":
            directions = np.random.default_rng(self.direction_seed).normal(size=positions.shape)
        else:
            directions = np.array(self.directions)
            directions = directions[0] if len(directions) == 1 else directions
        return SpotArray(positions, directions, self.weights)


HELICITIES = {"outward": 0.0, "inward": 180.0, "counter-clockwise": 90.0, "clockwise": -90.0}
"""Of each hand [degree]."""

CORE = "Core along +z (1) or -z (-1); N changes its sign with it."
HAND = "How M points around the core, seen against the light."


def _typed_sign(given: Any) -> Any:
    """A sign out of text: pydantic compares words with numbers as they are."""
    return int(given) if given in ("1", "+1", "-1") else given


Polarity = Annotated[Literal[1, -1], BeforeValidator(_typed_sign)]
Handedness = Literal["outward", "inward", "clockwise", "counter-clockwise"]
HANDS = {
    "neel-skyrmion": ("outward", "inward"),
    "neel-meron": ("outward", "inward"),
    "bloch-skyrmion": ("clockwise", "counter-clockwise"),
    "bloch-meron": ("clockwise", "counter-clockwise"),
    "skyrmionium": tuple(HELICITIES),
    "magnetic-vortex": tuple(HELICITIES),
}
"""Textures that have a hand, and which; the first is the usual one but for a vortex, which goes around."""


class TextureConfig(Options):
    """A continuous texture in a disc."""

    model_config = ConfigDict(json_schema_extra={"radius_nm": 400, "polarity": -1})

    kind: Literal[
        "neel-skyrmion",
        "bloch-skyrmion",
        "neel-meron",
        "bloch-meron",
        "skyrmionium",
        "bimeron",
        "magnetic-vortex",
        "magnetic-antivortex",
    ]
    radius_nm: Annotated[Radius, sized(LENGTH, 1e-9)] = Field(
        default=532.0, description="Radius of the disc [nm]."
    )
    height_nm: Annotated[float, sized(TYPED_PLACE, 1e-9)] = Field(
        default=0.0, description="Height z of its plane [nm]."
    )

    polarity: Polarity = Field(default=1, description=CORE)
    handedness: Handedness | None = Field(
        default=None,
        description=f"{HAND} Néel: outward or inward; Bloch: the two others [usual].",
    )

    def require_usable(self, *sources: Any) -> None:
        """Refuse a hand or a polarity that the texture has not."""
        hands = HANDS.get(self.kind, ())
        if self.handedness is not None and self.handedness not in hands:
            rule = f"one of {', '.join(hands)}" if hands else "left out"
            refuse("handedness", f"{rule} for the kind {self.kind}", self.handedness)
        if self.polarity == -1 and self.kind == "bimeron":
            refuse("polarity", "left out for the kind bimeron, whose core lies in the plane", self.polarity)

    def target(self) -> Target:
        """Return the target in SI units."""
        import numpy as np

        from optomag.inverse.structure import textures
        from optomag.inverse.structure.texture import Texture

        self.require_usable()
        radius, height = self.radius_nm * 1e-9, self.height_nm * 1e-9
        if self.handedness is None:
            found = getattr(textures, self.kind.replace("-", "_"))(radius, height=height)
        else:
            helicity = float(np.radians(HELICITIES[self.handedness]))
            if self.kind == "magnetic-vortex":
                found = textures.magnetic_vortex(radius, helicity=helicity, height=height)
            else:
                rim = {"skyrmion": np.pi, "meron": 0.5 * np.pi, "skyrmionium": 2 * np.pi}
                found = textures.skyrmion(
                    radius, helicity=helicity, rim=rim[self.kind.split("-")[-1]], height=height
                )
        return Texture(found.directions * np.array([1.0, 1.0, self.polarity]), found.radius, found.height)


class SkyrmionConfig(Options):
    """A skyrmion of any wall, hand, polarity and winding."""

    model_config = ConfigDict(json_schema_extra={"radius_nm": 400, "helicity_deg": 45})

    kind: Literal["skyrmion"]
    radius_nm: Annotated[Radius, sized(LENGTH, 1e-9)] = Field(
        default=532.0, description="Radius of the disc [nm]."
    )
    height_nm: Annotated[float, sized(TYPED_PLACE, 1e-9)] = Field(
        default=0.0, description="Height z of its plane [nm]."
    )
    helicity_deg: Annotated[float, DEGREES] = Field(
        default=0.0, description="0: outwards; 90: counter-clockwise [degree]."
    )
    handedness: Handedness | None = Field(default=None, description=f"{HAND} Instead of the helicity.")
    rim_deg: Annotated[float, DEGREES] = Field(
        default=180.0, description="By how much the direction turns to the rim [degree]."
    )
    winding: int = Field(
        default=1, ge=-FINEST_WINDING, le=FINEST_WINDING, description="Turns in the plane along a circle."
    )
    polarity: Polarity = Field(default=1, description=CORE)

    def require_usable(self, *sources: Any) -> None:
        """Refuse a hand beside the helicity that it stands for."""
        if self.handedness is not None and "helicity_deg" in self.model_fields_set:
            refuse("handedness", "left out with helicity_deg", self.handedness)

    def target(self) -> Target:
        """Return the target in SI units."""
        import numpy as np

        from optomag.inverse.structure.textures import skyrmion

        self.require_usable()
        helicity = self.helicity_deg if self.handedness is None else HELICITIES[self.handedness]
        return skyrmion(
            self.radius_nm * 1e-9,
            helicity=float(np.radians(helicity)),
            rim=float(np.radians(self.rim_deg)),
            winding=self.winding,
            polarity=self.polarity,
            height=self.height_nm * 1e-9,
        )


class HopfionConfig(Options):
    """A hopfion of any hand in a ball, or stretched along the axis."""

    model_config = ConfigDict(json_schema_extra={"radius_nm": 600, "stretch": 2})

    kind: Literal["hopfion"]
    radius_nm: Annotated[Radius, sized(LENGTH, 1e-9)] = Field(
        default=532.0, description="Radius of the ball across the axis [nm]."
    )
    index: int = Field(
        default=1, ge=-FINEST_WINDING, le=FINEST_WINDING, description="Hopf index; its sign is the hand."
    )
    stretch: Positive = Field(default=1.0, le=1e3, description="How much longer it is along the axis.")
    polarity: Polarity = Field(default=1, description="Surface and centre along +z (1) or -z (-1).")
    helicity_deg: Annotated[float, DEGREES] | None = Field(
        default=None, description="0: outwards near the centre [degree]."
    )
    spacing_nm: Annotated[tuple[Positive, Positive], sized(LENGTH, 1e-9)] | None = Field(
        default=None, description="Of the control points, across and along the axis [nm]."
    )

    def target(self) -> Target:
        """Return the target in SI units."""
        import numpy as np

        from optomag.inverse.structure.hopfion import hopfion

        return hopfion(
            self.radius_nm * 1e-9,
            index=self.index,
            stretch=self.stretch,
            polarity=self.polarity,
            helicity=None if self.helicity_deg is None else float(np.radians(self.helicity_deg)),
            spacing=self.spacing_nm and (self.spacing_nm[0] * 1e-9, self.spacing_nm[1] * 1e-9),
        )


class PictureConfig(Options):
    """Directions out of an OVF file of one layer of square cells, or an image in colours of directions."""

    model_config = ConfigDict(json_schema_extra={"file": "texture.ovf"})

    kind: Literal["picture"]
    file: Path = Field(description="OVF file of n x n x 1 cells, or PNG or JPEG file of n x n pixels.")
    radius_nm: Annotated[Radius, sized(LENGTH, 1e-9)] | None = Field(
        default=None, description="Radius of the disc [as in the OVF file]; an image needs one."
    )
    off_colour: Positive | None = Field(
        default=None, description="How far colours of an image may miss those of directions [0.02]."
    )

    def require_usable(self, *sources: Any) -> None:
        """Refuse a file that is not there, colours of one without, and an image without a size."""
        from optomag.io.files import require_file  # not at the top: help needs no arrays

        require_file(self.file, name="picture")
        if not self._is_image and self.off_colour is not None:
            refuse("off_colour", "left out for an OVF file, which has no colours", self.off_colour)
        if self._is_image and self.radius_nm is None:
            refuse("radius_nm", "given for an image, which has no lengths of its own", "none")

    @property
    def _is_image(self) -> bool:
        from optomag.io.picture_file import IMAGE_KINDS  # not at the top: help needs no arrays

        return self.file.suffix.lower() in IMAGE_KINDS

    def target(self) -> Target:
        """Return the target in SI units."""
        from optomag.inverse.structure.pictures import OFF_COLOUR, picture_from_image, picture_from_ovf

        self.require_usable()
        radius = None if self.radius_nm is None else self.radius_nm * 1e-9
        if not self._is_image or radius is None:
            return picture_from_ovf(self.file, radius=radius)
        return picture_from_image(self.file, radius=radius, off_colour=self.off_colour or OFF_COLOUR)


class NeedleConfig(Options):
    """A needle along the optical axis."""

    model_config = ConfigDict(json_schema_extra={"length_nm": 4000})

    kind: Literal["needle"]
    length_nm: Annotated[Length, sized(LENGTH, 1e-9)] = Field(
        default=5320.0, description="Length at half maximum [nm]."
    )
    direction: Vector = Field(default=(0.0, 0.0, 1.0), description="Of M, X Y Z, of any length.")

    def target(self) -> Target:
        """Return the target in SI units."""
        from optomag.inverse.structure.needle import Needle

        return Needle(self.length_nm * 1e-9, self.direction)


class ChainConfig(Options):
    """A chain of equal spots along the optical axis."""

    model_config = ConfigDict(json_schema_extra={"count": 7, "direction": [0, 0, 1]})

    kind: Literal["chain"]
    count: int = Field(default=5, ge=3, le=1000, description="How many spots.")
    direction: Vector = Field(default=(0.0, 0.0, 1.0), description="Of M, X Y Z, of any length.")

    def target(self) -> Target:
        """Return the target in SI units."""
        from optomag.inverse.structure.chain import Chain

        return Chain(self.count, self.direction)


TargetConfig = Annotated[
    SpotsConfig | TextureConfig | SkyrmionConfig | HopfionConfig | PictureConfig | NeedleConfig | ChainConfig,
    Field(discriminator="kind"),
]


class ShapeConfig(FolderCommand):
    """`optomag shape`: the pupil that writes a whole structure."""

    target: Annotated[TargetConfig | None, Parameter(parse=False)] = None
    polarity: Polarity | None = Field(
        default=None, description=f"{CORE} Of skyrmions and their kin [the target's]."
    )
    handedness: Handedness | None = Field(
        default=None, description=f"{HAND} Of skyrmions, merons and vortices [the target's]."
    )
    pupil: Literal["flat", "free", "pixels", "rings"] = Field(
        default="flat", description="flat: phase and polarisation only; free: amplitude too."
    )
    pixels: int = Field(
        default=128, ge=8, le=MOST_PIXELS, description="Pixels along each side, for the pixel pupil."
    )
    rings: int = Field(default=20, ge=2, le=MOST_RINGS, description="Zones of the ring pupil.")
    exposures: int = Field(
        default=1,
        ge=1,
        le=MOST_EXPOSURES,
        description="Lights one after the other, whose magnetizations add up.",
    )
    four_pi: bool = Field(default=False, description="Let a second, equal lens shine from the other side.")
    start: Path | None = Field(
        default=None, description="Folder of a structure of the same kind to go on from, such as one stopped."
    )
    steps: int | None = Field(
        default=None,
        ge=0,
        le=MOST_STEPS,
        description="Gradient steps of the search [100]; given, spots are searched too.",
    )
    exact_steps: int | None = Field(
        default=None,
        ge=0,
        le=MOST_STEPS,
        description="Exact steps of the search [60]; given, spots are searched too.",
    )
    out: Path = Field(default=OUT / "shape", description="Folder for beam, figure and numbers.")
    no_picture: NoPicture = False
    seed: Seed = 0
    film: MagnetFilm = MagnetFilmOptions()
    lens: Lens = LensConfig()

    def wanted(self) -> Target:
        """Return the target in SI units, of the polarity and hand that the options say.

        Raises
        ------
        InvalidInputError
            If there is none, or one of a kind without them.
        """
        return self._asked().target()

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, no target or one that cannot be, and no structure to go on from."""
        self._asked().require_usable()
        super().require_usable(*sources)
        if self.start is not None:
            from optomag.io.result_folder import open_result  # not at the top: help needs no arrays

            open_result(self.start, kind="optomag-structure", name="structure")

    def _asked(self) -> Any:
        """The target's record, of the polarity and hand that the options say."""
        if self.target is None:
            refuse("target", "a table [target] with a kind", "none")
        said = {"polarity": self.polarity, "handedness": self.handedness}
        given = {name: value for name, value in said.items() if value is not None}
        for name, value in given.items():
            if name not in type(self.target).model_fields:
                refuse(name, f"left out for the kind {self.target.kind}", value)
        return self.target.model_copy(update=given)

    def chosen_pupil(self) -> Pupil:
        """Return the set of pupils to choose from."""
        from optomag.inverse.structure.dipole_pupils import FlatPupil, FreePupil

        if self.pupil == "pixels":
            from optomag.inverse.structure.pixel_pupil import PixelPupil

            return PixelPupil(self.pixels)
        if self.pupil == "rings":
            from optomag.inverse.structure.ring_pupil import RingPupil

            return RingPupil(self.rings)
        return FlatPupil() if self.pupil == "flat" else FreePupil()
