"""What the picture of an export says of light, pulses and layers."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.io.cell_field import CellBox, CellField
from optomag.micromagnetics.drive import Term
from optomag.micromagnetics.export_picture import export_picture
from optomag.micromagnetics.source import source_of
from optomag.micromagnetics.wish import wanted_of

LENS = om.Objective(na=0.9, wavelength=635e-9)
FILM = om.Film([(1.5, 30e-9), (2.5 + 0.1j, 25e-9)], substrate=1.46)
LIGHT = om.Light(om.circular(1), LENS, film=FILM, points=[[0.0, 0.0, 42e-9]], target=[[0.0, 3.0, 4.0]])
MAGNET = om.Magnet(name="a garnet", index=2.5, layer=2)
PULSE = om.Pulse(energy=2e-10, duration=80e-15)
BOX = CellBox.centred(cell=[20e-9, 20e-9, 25e-9], shape=(12, 10, 1), at=[0.0, 0.0, 42.5e-9])


def fields(*names):
    return [CellField(BOX, np.ones((*BOX.shape, 3)), name, "T") for name in names]


def heading(*names, source=None, **options):
    source = source_of(LIGHT) if source is None else source
    return export_picture(fields(*names), source, MAGNET, PULSE, **options).texts[0].get_text()


def test_the_heading_has_lens_film_pulse_magnet_cells_and_wish():
    said = heading("B_eff", wanted=wanted_of(LIGHT, LIGHT)).replace("\n", " ")
    for part in (
        "NA 0.9 in n = 1, 635 nm; film 1.5, 30 nm + 2.5+0.1i, 25 nm on 1.46",
        f"pulse of 0.2 nJ within 80 fs, {PULSE.peak_power:.4g} W at its peak; a garnet",
        "12 × 10 × 1 cells of 20 × 20 × 25 nm",
        "ring: point of the design, green: the direction wanted there (+0.00, +0.60, +0.80)",
    ):
        assert part in said


def test_the_layers_are_named_and_which_is_the_magnet():
    stack = export_picture(fields("B_eff"), source_of(LIGHT), MAGNET, PULSE).axes[0]
    written = [text.get_text() for text in stack.texts]
    expected = ["n = 1", "n = 1.5\n30 nm", "n = 2.5+0.1i\n25 nm, magnet", "n = 1.46"]
    assert [text for text in written if text.startswith("n = ")] == expected


def test_several_pulses_are_told_with_their_times():
    terms = [Term(field=f"B_eff_{k}", pulse=PULSE, delay=k * 1e-12) for k in range(10)]
    said = heading("B_eff_1", "B_eff_2", terms=terms)
    assert "10 pulses, at 0, 1, 2, 3, 4, 5, 6, 7, ... ps; together 0.2 nJ, each within 80 fs" in said.replace(
        "\n", " "
    )
    assert "at its peak" not in said, "no pulse has the power of all"
    assert "sum of 2 exposures" in heading("B_eff", source=source_of(om.Exposures([LIGHT, LIGHT])))


def test_b_eff_comes_first_where_not_all_can_be_drawn():
    names = [f"{name}_{k}" for k in (1, 2, 3) for name in ("spin", "M", "B_eff")]
    assert "not drawn: spin_1, spin_2, spin_3" in heading(*names)


@pytest.mark.slow
def test_a_scan_has_spots_and_no_point_of_a_design():
    places = 6e-7 * np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    scan = om.scan(places, 3 * [[0.0, 0.0, 1.0]], om.Objective(na=0.9, wavelength=635e-9))
    said = heading("B_eff", source=source_of(scan))
    assert "pattern of 3 spots; for each a pulse of" in said
    assert "point" not in said
    with pytest.raises(om.InvalidInputError, match="chi must be 0 for a scan"):
        source_of(scan).require(om.Magnet(name="a", index=1.0, layer=None, chi=0.1), ())
