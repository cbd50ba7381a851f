"""What a request may ask: records of plain values, checked like what is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from optomag.errors import InvalidInputError, refuse
from optomag.io.files import parse_json
from optomag.page.state import PageState, page_state
from optomag.serve.upload import Upload
from optomag.slm.device_file import shipped_devices
from optomag.workflow.config import LensConfig, MagnetFilmOptions, MagneticConstants, Options
from optomag.workflow.config_file import explain
from optomag.workflow.design_config import DesignConfig

MOST_POINTS, MOST_HEIGHTS, MOST_LAYERS = 201, 401, 64
"""Of a plane that is answered at once, and of a film for it."""

THICKEST = 10e-6
"""Of such a film [m]: beyond it a field takes minutes."""

CommandName = Literal["design", "shape", "masks", "scan", "export"]
Kind = TypeVar("Kind", bound=BaseModel)


class LightAsked(Options):
    """Light: a line of the live page, a film, and what in it is wanted along the wish."""

    state: str = Field(default="", description="The live page's address after #.")
    made_for: Literal["spin", "B_eff", "M"] = "spin"
    magnet: MagneticConstants = MagneticConstants()
    film: MagnetFilmOptions = MagnetFilmOptions()

    def page_state(self) -> PageState:
        """What the line means."""
        return page_state(self.state)

    def design_config(self) -> DesignConfig:
        """The same as `optomag design` would be told, but for the masks in the pupil."""
        state = self.page_state()
        layers = len(self.film.film or ())
        if layers > MOST_LAYERS:
            refuse("film", f"of at most {MOST_LAYERS} layers here", layers, "optomag design takes more.")
        config = DesignConfig(
            direction=state.wish,
            method=state.method,  # pyright: ignore[reportArgumentType]
            made_for=self.made_for,
            magnet=self.magnet,
            film=self.film,
            lens=LensConfig(na=state.na, index=state.index, wavelength_nm=state.nm),
        )
        stack = self.film.stack(config.lens)
        if stack is not None and (thick := sum(height for _, height in stack.layers)) > THICKEST:
            got = f"{thick * 1e6:.4g} um"
            refuse("film", f"at most {THICKEST * 1e6:g} um thick here", got, "optomag design takes more.")
        return config


class FocusAsked(LightAsked):
    """The exact field of such light on two planes."""

    points: int = Field(default=101, ge=3, le=MOST_POINTS)
    heights: int = Field(default=141, ge=3, le=MOST_HEIGHTS)


class JobAsked(Options):
    """Long work: a command with its options, and what it works on."""

    command: CommandName
    options: dict[str, Any] = Field(default_factory=dict)
    toml: str = Field(default="", description="The same as a TOML file; the options win.")
    light: LightAsked | None = None
    source: str | None = Field(default=None, description="Name of an earlier job whose result is used.")
    file: Upload | None = None


def read_request(data: bytes, kind: type[Kind]) -> Kind:
    """The record that the body of a request describes.

    Raises
    ------
    InvalidInputError
        Where it is no JSON, has an unknown name or a bad value.
    """
    values = parse_json(data or b"{}", "the body", name="request")
    return read_values(values, kind)


def read_values(values: Any, kind: type[Kind]) -> Kind:
    """The record that plain values describe, or one sentence on the first fault."""
    if not isinstance(values, dict):
        refuse("request", "an object of names and values", values)
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise InvalidInputError(explain(error, kind)) from error


def require_no_files(options: BaseModel, *, but: Path | None = None) -> None:
    """Refuse options that name files, folders or other machines: a server reads only what it was sent.

    Raises
    ------
    InvalidInputError
        If one does.
    """
    for name in options.model_fields_set:
        value, words = getattr(options, name), name.replace("_", "-")
        if isinstance(value, BaseModel):
            require_no_files(value, but=but)
        elif isinstance(value, Path) and value != but:
            refuse(words, "left out, for a server opens no files by their names", value)
        elif name == "scheduler" and value is not None:
            refuse(words, "left out", value)
        elif name == "device" and value is not None and value not in shipped_devices():
            refuse(words, "one of " + ", ".join(shipped_devices()), value)
