"""What `optomag fit` can be told, and what is refused before it begins."""

from __future__ import annotations

from typing import Any

from optomag.errors import refuse, require_path
from optomag.workflow.fit_options import BEAMS, ONE_BEAM, QUICKLY_SEEN, FitOptions


class FitConfig(FitOptions):
    """`optomag fit`: the pupil of a real set-up from images of its focus."""

    def require_usable(self, *sources: Any) -> None:
        """Refuse as every command does, images that are not there, and options that contradict each other."""
        super().require_usable(*sources)
        self.require_light()
        given = [name for name in ("step_nm", "z_nm", "z_csv") if getattr(self, name) is not None]
        if len(given) > 1:
            options = " and ".join(f"--{name.replace('_', '-')}" for name in given)
            refuse("heights of the planes", "given once", options)
        if self.centre_px is not None and self.half_width_nm is None:
            refuse("centre_px", "given with a half-width", "none", "Say --half-width-nm.")
        if self.step_nm == 0:
            refuse(
                "step_nm", "different from zero", self.step_nm, "Give heights of their own: --z-nm 0 0 ..."
            )
        from optomag.io.files import require_file  # not at the top: help needs no arrays
        from optomag.io.stack_file import require_stack
        from optomag.workflow.fit_inputs import require_fitting

        if self.z_csv is not None:
            require_file(self.z_csv, name="z_csv")
        if self.shown is not None and not self.shown.is_dir():
            require_file(self.shown, name="shown")
        for each in sources:
            if (stack := require_stack(each)).is_file() and stack.stat().st_size <= QUICKLY_SEEN:
                require_fitting(stack, self)

    def require_light(self) -> None:
        """Refuse options for the other kind of light, and a beam that is none.

        Raises
        ------
        InvalidInputError
        """
        if self.light == "bead":
            for name in ("seen", "beam"):
                if (value := getattr(self, name)) != type(self).model_fields[name].default:
                    refuse(name, "left out with a bead", value, "Say --light laser.")
        elif self.bead_nm:
            refuse("bead_nm", "left out with the laser's focus", self.bead_nm, "Say --light bead.")
        if self.beam not in BEAMS:
            from optomag.workflow.saved_setup import setup_in  # not at the top: help needs no arrays

            if not require_path("beam", self.beam).is_dir():
                refuse("beam", f"one of {', '.join(BEAMS)}, or the folder of saved light", self.beam)
            found = setup_in(self.beam, name="beam")
            if found is not None and (found.four_pi or found.exposures > 1):
                refuse("beam", ONE_BEAM, self.beam)
