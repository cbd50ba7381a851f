"""How records show themselves: short lines, tables and pictures, whatever is in them."""

from __future__ import annotations

import html.parser
import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.fuzz_arguments import SLOW, VALID, World

import optomag as om
from optomag.displayed import Displayed, exact, one_line, summary

MOST_CHARACTERS = 120
MOST_HTML = 400_000
VOID = {"img", "br", "hr"}

lens = om.Objective(na=0.95, wavelength=532e-9)
NAMES = [name for name in VALID if name not in {*SLOW, "show", "recover"} and "." not in name]


class Balanced(html.parser.HTMLParser):
    """Follows the tags: each that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert tag != "script"
        assert not any(str(value).startswith(("http", "//")) for _, value in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def require_shown(record: object) -> None:
    """A record has a short line and well-formed HTML of its own."""
    line = repr(record)
    assert "\n" not in line
    assert len(line) <= MOST_CHARACTERS, line
    assert "cannot be shown" not in line
    page = record._repr_html_()
    assert len(page) <= MOST_HTML
    assert page.startswith("<div"), page[:200]
    reader = Balanced()
    reader.feed(page)
    assert reader.open == []


def shown_parts(value: object) -> list[object]:
    parts = list(value) if isinstance(value, tuple | list) else [value]
    return [part for part in parts if isinstance(part, Displayed)]


@pytest.mark.parametrize("name", NAMES)
def test_what_public_names_make_has_a_short_line_and_a_table(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    thing = om
    for part in name.split("."):
        thing = getattr(thing, part)
    places, named = VALID[name](World())
    try:
        made = thing(*places, **named)
    except om.OptomagError:
        pytest.skip("its valid call needs files of another test")
    for part in shown_parts(made):
        require_shown(part)


def test_every_public_record_is_shown():
    records = [getattr(om, name) for name in om.__all__ if inspect.isclass(getattr(om, name))]
    others = {one.__name__ for one in records if not issubclass(one, Displayed | Exception)}
    assert others == {"Bench", "ModePair"}  # a kind, and a pair of numbers


def test_a_grid_is_one_line_of_lengths():
    grid = om.Grid.plane("xy", half_width=798e-9, points=201)
    assert repr(grid) == "Grid(201 x 201 x 1, x -798 to 798 nm, y -798 to 798 nm, z 0 nm)"


@pytest.mark.parametrize(
    "record",
    [
        lens,
        om.Objective(na=1.2, index=1.33, wavelength=1e-6, apodization=om.Herschel()),
        om.Film([(2.0, 5e-9), (2.9 + 3.6j, 20e-9)], 1.46, -5e-9, magnet=2),
        om.Film([], 1.5),
        om.RingPupil(),
        om.FlatAmplitude(),
    ],
)
def test_the_line_of_a_short_record_makes_it_again(record):
    again = eval(repr(record), vars(om) | {name: getattr(om, name) for name in om.__all__})
    assert again == record


def test_arrays_are_shown_by_shape_and_range():
    assert summary(np.linspace(-1, 2, 300).reshape(100, 3)) == "(100, 3) of -1 to 2"
    assert summary(np.full((5, 2), 3 + 4j)) == "(5, 2) of modulus 5"
    assert summary(np.zeros((0, 3))) == "float64 (0, 3)"
    assert summary(np.array([np.nan, 1.0, 2.0, 3.0, 4.0])) == "(5,) of 1 to 4"


def test_a_traced_beam_has_a_line():
    lines = []

    @jax.jit
    def traced(weight, values):
        lines.extend((repr(weight * om.circular(+1)), summary(values)))
        return weight

    traced(jnp.asarray(2.0), jnp.zeros(7))
    assert "traced linear x" in lines[0]
    assert lines[1] == "float64 (7,)"


def test_what_is_left_out_of_a_line_is_in_the_exact_text():
    film = om.Film([(1.5 + 0.01 * n, (10 + n) * 1e-9) for n in range(30)], 1.46)
    other = om.Film([*film.layers[:20], (1.9, 1e-9), *film.layers[21:]], 1.46)
    assert len(repr(film)) <= MOST_CHARACTERS
    assert exact(film) != exact(other)


def test_a_broken_record_still_shows_its_name():
    beam = om.circular(+1)
    object.__setattr__(beam, "modes", None)
    assert one_line(beam) == "<Beam that cannot be shown>"
    assert beam._repr_html_() == "<pre>&lt;Beam that cannot be shown&gt;</pre>"


def test_the_table_of_a_material_has_numbers_with_units():
    page = om.MATERIALS["GdFeCo"]._repr_html_()
    assert "J/(m^3 K)" in page
    assert "Constant(...)" not in page


def test_text_is_escaped():
    page = om.ThermalMedium(name="<b>&", heat_capacity=3e6, conductivity=15.0)._repr_html_()
    assert "&lt;b&gt;&amp;" in page
    assert "<b>&" not in page


def test_pictures_of_records_that_need_no_simulation_are_inline():
    for record in (om.radial(), lens, om.Film([(2.0, 1e-8)], 1.5), om.Grid.cube(half_width=1e-6, points=5)):
        assert "data:image/png;base64," in record._repr_html_()
    assert ".plot()" in om.scan([[0, 0]], [[0, 0, 1]], lens)._repr_html_()


def test_what_cannot_be_drawn_keeps_its_numbers():
    page = (0 * om.radial())._repr_html_()
    assert "radial" in page
    assert "No picture: beam power must be" in page


def test_a_negative_weight_is_subtracted():
    assert repr(om.radial() - 0.5 * om.azimuthal()).endswith("of 1 radial - 0.5 azimuthal)")
