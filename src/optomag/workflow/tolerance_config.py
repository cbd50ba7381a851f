"""What `optomag tolerance` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from optomag.errors import refuse
from optomag.io.plain_numbers import plain_term
from optomag.workflow.config import OUT, FolderCommand, NoPicture, Seed
from optomag.workflow.device_names import DeviceName
from optomag.workflow.sizes import MOST_DRAWS, MOST_PIXELS


class ToleranceConfig(FolderCommand):
    """`optomag tolerance`: what errors of a set-up do to a saved design or structure."""

    out: Path = Field(default=OUT / "tolerance", description="Folder for the tables and the figure.")
    draws: int = Field(
        default=200, ge=1, le=MOST_DRAWS, description="Random set-ups with all errors at once."
    )
    pixels: int = Field(default=200, ge=8, le=MOST_PIXELS, description="Pixels along the pupil's diameter.")
    zernike: tuple[str, ...] | None = Field(
        default=None,
        description="Measured aberration to design against, each N,M:WAVES such as 2,2:0.1 3,1:0.1.",
    )
    measured: Path | None = Field(
        default=None,
        description="Measured pupil to design against, instead: the folder of `optomag fit`, or of a saved "
        "pupil.",
    )
    device: DeviceName | None = Field(
        default=None,
        description="Also make masks against what was measured: a TOML file, or the name of a device that "
        "comes along.",
    )
    no_picture: NoPicture = False
    seed: Seed = 0

    def terms(self) -> dict[tuple[int, int], float]:
        """Return the measured terms, (n, m) to waves rms.

        Raises
        ------
        InvalidInputError
            Where a term is not of the form N,M:WAVES, there is no such polynomial, or the wavefront of all is
            finer than a pupil's nodes.
        """
        from optomag.optics.finest_phase import require_resolvable
        from optomag.optics.zernike_polynomial import require_order  # not at the top: help needs no arrays

        found: dict[tuple[int, int], float] = {}
        for text in self.zernike or ():
            if (term := plain_term(text)) is None:
                refuse("zernike", "terms of the form N,M:WAVES, such as 2,2:0.1", text)
            n, m, waves = term
            require_order((n, m))
            if (n, m) in found:
                refuse("zernike", "given once for each term", f"{text.partition(':')[0]} twice")
            found[n, m] = waves
        require_resolvable(found, name="zernike")
        return found

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, and what cannot be disturbed, undone or made masks for."""
        super().require_usable(*sources)
        from optomag.slm.device_file import load_device
        from optomag.tolerances.one_lens import require_one_lens
        from optomag.workflow.load import require_measured
        from optomag.workflow.saved_setup import setup_in

        terms = self.terms()
        if self.measured is not None and terms:
            refuse("measured", "given without zernike terms", "both", "A measured pupil has its own terms.")
        if self.device is not None and self.measured is None and not terms:
            advice = "`optomag masks` makes masks without it."
            refuse("zernike or measured", "given with a device", "neither", advice)
        for each in sources:
            saved = setup_in(each, name="result to disturb", several=False)
            if saved is not None and (terms or self.measured is not None):
                require_one_lens(four_pi=saved.four_pi)
        if self.measured is not None:
            require_measured(self.measured)
        if self.device is not None:
            load_device(self.device)
