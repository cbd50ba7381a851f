"""What `optomag show` can be told."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from optomag.errors import refuse
from optomag.workflow.config import Command

MOST_SCREENS, MOST_PASSES = 64, 10**9
SHOWN = ("optomag-masks", "optomag-mask-series", "optomag-schedule")
"""Formats of what `optomag masks` writes."""

FASTEST_SLIDES, LONGEST_SHOW = 1000.0, 1e6
"""Images per second, and seconds, that are believed."""


class ShowConfig(Command):
    """`optomag show`: masks on panels that are connected as screens."""

    screen: tuple[Annotated[int, Field(ge=0, le=MOST_SCREENS)], ...] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_SCREENS,
        description="Which screen each panel is, as --list counts them, 0 the main one [1, 2, ...].",
    )
    panel: tuple[Annotated[int, Field(ge=0, le=MOST_SCREENS)], ...] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_SCREENS,
        description="Only these panels, from 0; of two lenses those of the second come last [all].",
    )
    rate: float | None = Field(
        default=None,
        gt=0,
        le=FASTEST_SLIDES,
        description="Images per second of a playlist or schedule [its own times, or step by step with keys].",
    )
    seconds: float | None = Field(
        default=None,
        gt=0,
        le=LONGEST_SHOW,
        description="Of all images together, shared by exposures as the laser's energy is.",
    )
    repeat: int = Field(
        default=1, ge=1, le=MOST_PASSES, description="How often images with times run through."
    )
    list: bool = Field(default=False, description="List the screens instead.")

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and a folder that nobody named or that holds no masks."""
        super().require_usable(*sources)
        if self.list:
            return
        for each in sources:
            if each is None:
                refuse("folder to show", "given", "none", "Or say --list for the screens.")
            from optomag.io.result_folder import open_result  # not at the top: help needs no arrays

            open_result(each, kind=SHOWN, name="folder to show")
