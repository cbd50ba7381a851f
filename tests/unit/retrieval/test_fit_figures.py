"""The figures of a fitted pupil."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.retrieval.made_fit import made_fit

from optomag.errors import InvalidInputError
from optomag.plot.style import render_png
from optomag.retrieval.fit_figures import heading, terms_of


def test_the_pupil_has_a_map_for_each_component_that_differs():
    assert len(made_fit().plot().axes) == 5
    assert len(made_fit(both=True).plot("pupil").axes) == 9


def test_images_have_cuts_where_they_are_planes_of_one_focus():
    assert len(made_fit().plot("images").axes) == 3 * 6 + 2
    behind = made_fit(analysers=[[1, 0], [0, 1]]).plot("images").axes
    assert len(behind) == 3 * 6 + 2
    assert [axes.get_title()[-3:] for axes in behind[:2]] == [", 1", ", 2"]
    flat = made_fit(zs=np.zeros(7))
    assert [axes.get_title() for axes in flat.plot("images").axes[:2]] == ["frame 1", "frame 3"]


@pytest.mark.parametrize("what", ["pupil", "images"])
def test_they_can_be_rendered_with_unknown_pixels_and_numbers(what):
    fit = made_fit(repeatability=np.nan, held_out=np.nan, errors={})
    assert render_png(fit.plot(what)).startswith(b"\x89PNG")


def test_other_figures_are_refused():
    with pytest.raises(InvalidInputError, match="one of pupil, images"):
        made_fit().plot("all")


def test_residuals_are_those_of_the_fit():
    fit = made_fit()
    shown = np.asarray(fit.plot("images").axes[3 * 6 - 4].images[0].get_array())
    np.testing.assert_allclose(shown, fit.residuals[3, 0], rtol=1e-9)


def test_terms_are_in_the_order_of_osa_without_places():
    terms = terms_of(made_fit())
    assert list(terms.orders) == [(2, 2), (3, -1), (4, 0)]


def test_the_heading_says_lens_and_trust():
    lines = heading(made_fit()).splitlines()
    assert lines[0] == "NA 0.85 in n = 1, 520 nm"
    assert "halves agree to 0.0012 waves rms" in lines[1]
