"""What `optomag fit` tells of a fit."""

from __future__ import annotations

import numpy as np
from tests.unit.retrieval.made_fit import made_fit

from optomag.workflow.fit import summary


def test_the_largest_terms_come_first_with_names_and_errors():
    text = "\n".join(summary(made_fit()))
    assert "astigmatism 0° +0.0500 ± 0.0010, coma y -0.0400 ± 0.0010, spherical aberration +0.0200" in text
    assert "wavefront 0.0671 waves rms" in text
    assert "not told by these images: One sentence." in text
    assert "understood" not in text
    assert "had not ended" not in text


def test_images_that_no_pupil_explains_and_searches_that_had_not_ended_are_told():
    fit = made_fit()
    text = "\n".join(summary(made_fit(images=3 * fit.images, converged=False)))
    assert "these images are not understood" in text
    assert "the search had not ended" in text


def test_what_nobody_knows_is_not_told():
    text = "\n".join(summary(made_fit(held_out=np.nan, repeatability=np.nan, errors={})))
    assert "nan" not in text
    assert "astigmatism 0° +0.0500," in text
