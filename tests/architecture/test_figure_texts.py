"""Every figure of light says lens and unit; its words lie inside it and apart."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from mpl_toolkits.mplot3d.axes3d import Axes3D

import optomag as om
from optomag.inverse.structure.structure_figure import structure_figure, structure_volume
from optomag.learning.proposals import WrittenDirections
from optomag.optics.description import figure_heading, setup_line
from optomag.plot.compare import ComparedMethod, comparison_figure
from optomag.plot.predictions import predictions_figure
from optomag.plot.style import styled
from optomag.plot.sweep import SweepRun, sweep_figure
from optomag.plot.training_curve import training_curve_figure
from optomag.quadrature import sphere_directions
from optomag.workflow.pictures import example_figure, methods_figure, methods_heading, weights_heading

LENS = om.Objective(na=0.95, wavelength=532e-9)
LIGHT = om.Light(om.circular(+1), LENS)
FILM = om.Film([(2.0, 10e-9), (2.9 + 3.6j, 20e-9)], 1.46)
SKYRMION = {"skyrmion_number": 0.99, "skyrmion_number_wanted": 0.999, "mean_angle_deg": 24.0}
SKYRMION |= {"worst_angle_deg": 57.0, "worst_angle_x_wavelengths": 0.1, "worst_angle_y_wavelengths": 0.2}
NEEDLE = {"length_wavelengths": 10.2, "width_smallest_wavelengths": 0.36, "ripple": 0.1}
NEEDLE |= {"width_largest_wavelengths": 0.4}

TOUCHING = 2.0
"""Pixels by which the boxes of two words may overlap: they hold the room of accents that are not there."""


def spots(count: int = 3, planes: tuple[float, ...] = (0.0,)) -> om.SpotArray:
    line = 2 * LENS.wavelength * (np.arange(count) - 0.5 * (count - 1))
    places = np.array([(x, y, z) for x in line for y in line for z in planes])
    return om.SpotArray(places, np.random.default_rng(0).normal(size=(len(places), 3)))


def design(film: om.Film | None = None) -> Figure:
    return om.design([1.0, 0.0, 1.0], LENS, film=film).plot()


def structure(target: object, *, exposures: int = 1, pupil: str = "FlatPupil", **metrics: float) -> Figure:
    return structure_figure(target, om.Exposures([LIGHT] * exposures), metrics=metrics, pupil=pupil)


def designs() -> Figure:
    return om.design([[0, 0, 1], [1, 0, 0]], LENS).plot()


def sphere() -> Figure:
    directions, errors = sphere_directions(50), np.full(50, 1e-3)
    return methods_figure(directions, {"one": WrittenDirections(errors, directions, errors, errors)}, LENS)


def compared() -> Figure:
    errors = np.full(50, 1e-3)
    method = ComparedMethod("one", "closed form", errors, errors)
    return comparison_figure(sphere_directions(50), [method], heading=methods_heading(LENS, 50))


def learned(what: str) -> Figure:
    n, heading = np.arange(1, 5), weights_heading(LENS)
    if what == "sweep":
        return sweep_figure([SweepRun(1e3, n, 1 / n)], [], [], heading=heading)
    if what == "curve":
        return training_curve_figure(n, 1 / n, 2 / n, heading=heading)
    return predictions_figure(np.eye(3), np.eye(3), heading=heading)


def strip() -> Figure:
    cells = om.CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(40, 40, 1))
    frames = np.tile([0.0, 0.0, 1.0], (2, 40, 40, 1))
    times, rest = np.linspace(0, 1e-9, 2), np.zeros(2)
    run = (times, np.zeros((2, 3)), rest, rest, times, frames)
    return om.Simulated("neuralmag", cells, *run, setup=setup_line(LENS)).plot()


def trapped() -> Figure:
    M = np.zeros((9, 9, 3))
    M[3:6, 3:6, 2] = 1.1e5
    trap = om.bead_trap(M, 80e-9, 100e-9, om.Bead(50e-9, 3.0), step=60e-9)
    return trap.plot(heading=setup_line(LENS))


def scanned(count: int) -> Figure:
    nodes = np.stack(np.meshgrid(np.arange(count), np.arange(count), indexing="ij"), axis=-1).reshape(-1, 2)
    directions = np.random.default_rng(0).normal(size=(len(nodes), 3))
    return om.scan(0.8 * LENS.wavelength * nodes, directions, LENS).plot()


FIGURES = {
    "designs": designs,
    "sphere": sphere,
    "comparison": compared,
    "sweep": lambda: learned("sweep"),
    "training": lambda: learned("curve"),
    "predictions": lambda: learned("weights"),
    "film strip": strip,
    "bead trap": trapped,
    "scan": lambda: scanned(3),
    "scan close up": lambda: scanned(24),
    "design": design,
    "design in a film": lambda: design(FILM),
    "example": lambda: example_figure([0.398, -0.611, 0.467], [0.4, -0.6, 0.47], LENS),
    "skyrmion": lambda: structure(om.neel_skyrmion(LENS.wavelength), **SKYRMION),
    "skyrmion in three": lambda: structure(om.neel_skyrmion(LENS.wavelength), exposures=3, **SKYRMION),
    "spots": lambda: structure(spots()),
    "spots in planes": lambda: structure(spots(2, (-1e-6, 1e-6))),
    "needle": lambda: structure(om.Needle(10 * LENS.wavelength), pupil="RingPupil", **NEEDLE),
    "chain": lambda: structure(om.Chain(5), pupil="RingPupil", equal_spots=5.0, spread=0.03),
    "skyrmion in space": lambda: structure_volume(om.neel_skyrmion(LENS.wavelength), LIGHT_ALONE)[0],
    "needle in space": lambda: structure_volume(om.Needle(10 * LENS.wavelength), LIGHT_ALONE)[0],
    "spots in space": lambda: structure_volume(spots(2), LIGHT_ALONE)[0],
}
LIGHT_ALONE = om.Exposures([LIGHT])


@styled
def boxes(figure: Figure) -> list[tuple[Text, np.ndarray]]:
    """Words of a figure with the corners of their boxes, (2, 2) [pixels]."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    found = []
    for text in figure.findobj(Text):
        if not text.get_visible() or not text.get_text().strip():
            continue
        if text.axes is not None and not text.axes.axison:
            continue
        found.append((text, text.get_window_extent(renderer).get_points()))
    return found


def drawn_ticks(figure: Figure) -> set[int]:
    """The tick labels that are drawn: others are kept by matplotlib for later."""
    kept: set[int] = set()
    for axes in figure.findobj(lambda artist: hasattr(artist, "get_xlim")):
        sides = [axes.xaxis, axes.yaxis, *([axes.zaxis] if isinstance(axes, Axes3D) else [])]
        for side in sides:
            low, high = sorted(side.get_view_interval())
            room = 1e-9 * (high - low)
            for tick in (*side.get_major_ticks(), *side.get_minor_ticks()):
                if low - room <= tick.get_loc() <= high + room:
                    kept |= {id(tick.label1), id(tick.label2)}
    return kept


def is_tick(figure: Figure) -> set[int]:
    """All tick labels."""
    return {
        id(label)
        for axes in figure.findobj(lambda artist: hasattr(artist, "get_xlim"))
        for side in [axes.xaxis, axes.yaxis, *([axes.zaxis] if isinstance(axes, Axes3D) else [])]
        for tick in (*side.majorTicks, *side.minorTicks)
        for label in (tick.label1, tick.label2)
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_the_words_of_a_figure(name):
    figure = FIGURES[name]()
    found = boxes(figure)  # draws, which makes the ticks
    ticks, drawn = is_tick(figure), drawn_ticks(figure)
    words = [(t, box) for t, box in found if id(t) not in ticks or id(t) in drawn]
    said = " ".join(text.get_text() for text, _ in words)
    assert "NA 0.95" in said
    assert "532 nm" in said
    assert "steps" not in said, "the search's own words belong in the record"
    edge = np.array([figure.bbox.width, figure.bbox.height])
    for text, (low, high) in words:
        assert np.all(low >= 0), f"{text.get_text()!r} leaves the figure"
        assert np.all(high <= edge), f"{text.get_text()!r} leaves the figure"
    for k, (one, (low, high)) in enumerate(words):
        for other, (floor, top) in words[k + 1 :]:
            shared = np.minimum(high, top) - np.maximum(low, floor)
            overlap = np.all(shared > TOUCHING)
            assert not overlap, f"{one.get_text()!r} overlaps {other.get_text()!r}"


def test_a_page_in_space_says_lens_power_and_numbers_and_nothing_of_the_search():
    found = structure_volume(om.neel_skyrmion(LENS.wavelength), LIGHT_ALONE, metrics=SKYRMION)
    said = found[1].split("<p>")[1].split("</p>")[0]
    assert said.startswith(f"{figure_heading(LENS)}<br>Texture. N = 0.990 of 0.999. Angle: mean 24°, worst")


def test_the_bars_of_a_structure_say_what_and_in_which_unit():
    figure = FIGURES["spots"]()
    labels = [
        axes.get_ylabel() for axes in figure.findobj(lambda a: getattr(a, "_colorbar", None) is not None)
    ]
    assert sorted(labels) == sorted(
        [
            "$m_z$",
            "$m_z$",
            "angle between [°]",
            r"$|M|$ [reduced units]",
            r"phase of $E_x + i E_y$ [rad]",
            r"$|E|\,/\,\max|E|$",
        ]
    )


def test_a_heading_names_lens_film_quantity_unit_and_power():
    assert re.fullmatch(
        r"NA 0\.95 in n = 1, 532 nm; film 2, 10 nm \+ 2\.9\+3\.6i, 20 nm on 1\.46, two lenses; "
        r"M = i E × E\* in reduced units, at unit power\nmean 3°",
        figure_heading(LENS, FILM, four_pi=True, told="mean 3°"),
    )
