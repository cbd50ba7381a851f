"""The page of `optomag compare`: its prose says the paper's numbers."""

from __future__ import annotations

import math

from optomag.plot.pages.compare import PAPERS_POOREST, VERDICT
from optomag.workflow.evaluate import PAPER_TABLE


def test_the_poorest_row_is_that_of_the_papers_table_in_whole_degrees():
    assert min(printed for *_, printed in PAPER_TABLE) == PAPERS_POOREST
    assert (
        f"the {math.degrees(math.acos(PAPERS_POOREST)):.0f} degrees in one direction of the five" in VERDICT
    )
    assert "the 32 degrees" in VERDICT
