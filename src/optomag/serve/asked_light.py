"""Light that a request asks for: the page's beam, designed for a film, behind the page's masks."""

from __future__ import annotations

from dataclasses import dataclass

from optomag.inverse.orientation.design import Design
from optomag.light.light import Light
from optomag.optics.film import Film
from optomag.page.state import PageState
from optomag.serve.asked import LightAsked
from optomag.workflow.design import designed, wanted_direction


@dataclass(frozen=True, eq=False)
class AskedLight:
    """The light of a request.

    Attributes
    ----------
    state : PageState
    design : Design
        What the method answers, in the film.
    light : Light
        The same behind the masks of the state.
    kept : float
        Part of the power that the masks let through.
    """

    state: PageState
    design: Design
    light: Light
    kept: float

    @property
    def film(self) -> Film | None:
        """The film, or None."""
        return self.light.film


def asked_light(asked: LightAsked) -> AskedLight:
    """Design the light of a request.

    Raises
    ------
    InvalidInputError
        If the state, the film or the constants mean nothing.
    """
    state, config = asked.page_state(), asked.design_config()
    found = designed(wanted_direction(config), config)
    light = found.light
    if not state.masked:
        return AskedLight(state, found, light, 1.0)
    beam = state.behind_masks(found.beam)
    kept = float(beam.power / found.beam.power)
    masked = Light(beam, light.lens, film=light.film, points=light.points, target=light.target)
    return AskedLight(state, found, masked, kept)
