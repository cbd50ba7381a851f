"""report.html stands alone, holds what report.json holds, and does without what is missing."""

from __future__ import annotations

import base64
import math
import re
from html.parser import HTMLParser

import pytest

from optomag.plot.pages.report import report_page

PNG = b"\x89PNG\r\n\x1a\nnot really"
FIGURES = {name: PNG + name.encode() for name in ("fig2", "fig3", "fig4", "sphere", "sweep")}
UNCLOSED = {"meta", "br", "img"}


def spread(median):
    return {"median": median, "p99": 3 * median, "worst": 9 * median}


def method(angle, efficiency):
    return {
        "angle_error_deg": spread(angle),
        "efficiency": {"median": efficiency, "p99": efficiency / 3, "worst": efficiency / 9000},
        "microseconds_per_design": 12.0,
    }


def target(name, similarity, printed):
    return {
        "name": name,
        "target": [0.25, 0.433, 0.866],
        "predicted": [0.251, 0.432, 0.866],
        "similarity": similarity,
        "angle_error_deg": math.degrees(math.acos(similarity)),
        "efficiency": 0.321,
        "similarity_t1": 0.98765 if printed > 0.9 else 0.8660254,
        "angle_error_deg_t1": 9.01 if printed > 0.9 else 30.0,
        "efficiency_t1": 0.123,
        "sum_of_squares_t1": 0.95 if printed > 0.9 else 1.0142,
        "similarity_sample_radial": 0.9311,
        "paper_similarity": printed,
    }


REPORT = {
    "dataset": {"law": "unit-sum-peak", "train_samples": 200_000, "test_samples": 50_000},
    "training": {
        "epochs": 25,
        "batch_size": 1000,
        "learning_rate": 1.5e-3,
        "optimizer": "adam",
        "schedule": "cosine",
        "seconds": 142.0,
        "train_mse": 2.5e-4,
        "test_mse": 3.12e-4,
        "test_mse_per_output": [1e-4, 2e-4, 6.4e-4],
    },
    "example": {
        "weights_true": [0.398, -0.611, 0.467],
        "weights_predicted": [0.4012, -0.6, 0.466],
        "magnetization_true": [-0.5585, -0.476, -0.5575],
        "magnetization_predicted": [-0.559, -0.478, -0.555],
        "similarity": 0.99987,
    },
    "table1": [target("M(π/3, π/6)", 0.9967, 0.9679), target("M(7π/6, π/6)", 0.99396, 0.8514)],
    "sphere": {
        "network_t1": {"label": "network, one pass", **method(4.9, 0.45)},
        "network_t100": {"label": "network, best of 100", **method(0.047, 0.39)},
        "network_polished": method(2e-14, 0.56),
        "four_beam": method(3e-14, 0.56),
        "some_new_method": method(1.0, 0.5),
    },
    "unit_targets": {"share_without_radial_light": 0.312},
    "version": "1.2.3",
    "command": "optomag reproduce",
    "config": {
        "out": "/secret/place",
        "directions": 10_000,
        "lens": {"na": 0.95, "index": 1.0, "wavelength_nm": 532.0},
    },
    "seed": 7,
    "machine": {"processor": "<script>alert('x')</script> & Sons", "cores": 2, "python": "3.11.9"},
    "started": "2026-11-22T14:11:02+00:00",
    "duration_seconds": 231.0,
}


class Page(HTMLParser):
    """Collects text and attributes, and refuses tags that do not nest."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words, self.sources, self.links = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for name, value in attrs if name in {"src", "srcset", "data", "background"}]
        self.links += [value for name, value in attrs if name == "href"]
        if tag not in UNCLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def page():
    return Page(report_page(REPORT, FIGURES))


def test_the_page_stands_alone(page):
    assert not set(page.tags) & {"script", "link", "iframe", "object", "base", "form"}
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert page.links == ["https://arxiv.org/abs/2103.13592"]
    assert not re.search(r"url\(|@import", report_page(REPORT, FIGURES))


def test_every_figure_is_inside_unchanged(page):
    inside = {base64.b64decode(source.partition(",")[2]) for source in page.sources}
    assert inside == set(FIGURES.values())


def test_values_cannot_become_markup(page):
    assert "<script>alert('x')</script> & Sons" in page.text
    assert "script" not in page.tags


@pytest.mark.parametrize(
    "said",
    [
        "mean squared error 0.031 % (25 epochs, 2 min 22 s); paper: about 0.2 %",
        "Sm = 0.9999; paper: 0.9998",
        "Table 1, the paper's way (one answer to the unit target): Sm ≥ 0.8660; paper: Sm ≥ 0.8514; "
        "1 of 2 answers leave no radial light.",
        "Table 1, best of 100 lengths: Sm ≥ 0.9939, errors up to 6.3°.",
        "31 % of the unit targets",
        "1.014",
        "0.9311",
        "200,000",
        "0.0015",
        "0.064 %",
        "(0.401, −0.600, 0.466)",
        "(−0.559, −0.479, −0.560)",
        "0.9877",
        "0.321",
        "10,000 directions",
        "best of 100 lengths",
        "some new method",
        "optomag 1.2.3",
        "NA 0.95 in index 1, 532 nm",
        "2026-11-22",
        "3 min 51 s",
    ],
)
def test_the_numbers_are_on_the_page(page, said):
    assert said in page.text


def test_the_paper_s_way_comes_first(page):
    assert page.text.index("Table 1, the paper's way") < page.text.index("Table 1, best of 100")


def test_the_limits_of_the_method_are_on_the_page(page):
    for said in (
        "div E = 0",
        "with the wrong sign",
        "cannot be written by them at all",
        "Sm hides this failure",
    ):
        assert said in page.text


def test_a_similarity_is_not_rounded_up(page):
    assert "Sm ≥ 0.9940" not in page.text


def test_places_on_the_authors_machine_stay_there(page):
    assert "secret" not in page.text


@pytest.mark.parametrize(
    "part",
    ["dataset", "training", "example", "table1", "sphere", "unit_targets", "config", "machine", "version"],
)
def test_a_missing_part_is_left_out(part):
    rest = {name: value for name, value in REPORT.items() if name != part}
    text = Page(report_page(rest, {})).text
    assert text.count("The run, and how to repeat it") == 1
    assert "None" not in text


def test_a_report_of_an_evaluation_alone_can_be_written():
    few = {name: REPORT[name] for name in ("example", "table1", "sphere")}
    text = Page(report_page(few, {"fig4": FIGURES["fig4"]})).text
    assert "What the network learned" not in text
    assert "Figure 4." in text
    assert "Figure 2." not in text


def test_an_empty_report_is_still_a_page():
    assert "What was done" in Page(report_page({}, {})).text


def test_values_that_json_could_not_hold_read_as_missing():
    odd = {**REPORT, "training": {**REPORT["training"], "test_mse": None, "seconds": math.nan}}
    assert "nan" not in Page(report_page(odd, {})).text.lower()


def test_targets_open_in_the_live_page_beside():
    rows = [row | {"page": f"wish=0,0,{number}"} for number, row in enumerate(REPORT["table1"], 1)]
    shown = REPORT | {"example": REPORT["example"] | {"page": "wish=1,0,0&na=0.9"}, "table1": rows}
    beside = Page(report_page(shown | {"live_page": "page.html"}, FIGURES))
    opened = [link for link in beside.links if "#" in link]
    assert opened == [f"page.html#{line}" for line in ("wish=1,0,0&na=0.9", "wish=0,0,1", "wish=0,0,2")]
    assert not any("#" in link for link in Page(report_page(shown, FIGURES)).links)  # no page lies beside
    rows[0]["page"] = None  # a lens that the page has not
    assert (
        len(
            [
                link
                for link in Page(report_page(shown | {"live_page": "page.html"}, FIGURES)).links
                if "#" in link
            ]
        )
        == 2
    )
