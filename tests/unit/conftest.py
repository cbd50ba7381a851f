"""What tests of many rooms need: refusals as a user meets them, and saves without pictures."""

from __future__ import annotations

import io
import re

import jaxtyping
import pytest
from PIL import Image

from optomag.errors import InvalidInputError

SHAPE = re.compile(r"[^;]+ must be [^;]+; got .+\.( [A-Z].+[.?])?")


FIGURES = (
    "optomag.holography.hologram_picture.picture_of",
    "optomag.inverse.orientation.design.Design.plot",
    "optomag.light.light.Light.plot",
    "optomag.micromagnetics.export.Export.plot",
    "optomag.optics.beam.Beam.plot",
    "optomag.retrieval.fit_figures.images_figure",
    "optomag.retrieval.fit_figures.pupil_figure",
    "optomag.slm.mask_set.MaskSet.plot",
)
"""What saves draw; it takes longer than all that they compute and write."""


@pytest.fixture(scope="module")
def undrawn():
    """The module's saves write one white pixel for each figure: it looks at no picture."""
    blank = io.BytesIO()
    Image.new("L", (1, 1), 255).save(blank, "PNG")
    with pytest.MonkeyPatch.context() as patch:
        for figure in FIGURES:
            patch.setattr(figure, lambda *args, **options: None)
        # the one of `style` last, so that no module is imported that keeps the white pixel
        for room in ("inverse.structure.structure_figure", "plot.style"):
            patch.setattr(f"optomag.{room}.render_png", lambda figure, **options: blank.getvalue())
        yield


@pytest.fixture
def refusal(monkeypatch):
    """Call something that must refuse its input, without the tests' type checker in front; get the message."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)

    def message_of(call, *args, **kwargs) -> str:
        with pytest.raises(InvalidInputError) as caught:
            call(*args, **kwargs)
        message = str(caught.value)
        assert SHAPE.fullmatch(message), message
        return message

    return message_of
