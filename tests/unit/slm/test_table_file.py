"""Tables in files hold the phases that their writer meant, or are refused with the likely meaning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optomag.slm.phase_table import phases_of, stroke_from
from optomag.slm.table_file import read_table

PHASES = 1.03 * 2 * np.pi * np.arange(256) / 256
SHUFFLED = np.random.default_rng(0).permutation(256)

WRITTEN = 5e-6
"""Six decimals in the coarsest unit, waves, are 2 pi 5e-7 rad."""


def comma(number: float) -> str:
    return f"{number:.6f}".replace(".", ",")


def rows(form: str, *, phases=PHASES, levels=range(256), head: str = "") -> str:
    return head + "\n".join(form.format(g=g, p=phases[g], c=comma(phases[g])) for g in levels)


READ = {
    "one column": rows("{p:.6f}"),
    "one column, decimal commas": rows("{c}"),
    "tabs": rows("{g}\t{p:.6f}"),
    "tabs, decimal commas": rows("{g}\t{c}"),
    "semicolons": rows("{g};{c}", head="Grau;Phase [rad]\r\n"),
    "spaces": rows("  {g:5d}   {p:.6f} "),
    "spaces, decimal commas": rows("{g} {c}"),
    "quoted": rows('"{g}","{p:.6f}"', head='"gray","phase"\n'),
    "quoted, decimal commas": rows('"{g}","{c}"', head='"gray","phase"\n'),
    "comments": rows("{g},{p:.6f} # note", head="# made by x\n; y\n// z\n% w\n\n"),
    "byte order mark": rows("{g},{p:.6f}", head="\ufeffgray,phase\n"),
    "trailing commas": rows("{g},{p:.6f},"),
    "exponents": rows("{g:.18e},{p:.18e}"),
    "phase first": rows("{p:.6f},{g}"),
    "falling levels": rows("{g},{p:.6f}", levels=range(255, -1, -1)),
    "levels in any order": rows("{g},{p:.6f}", levels=SHUFFLED.tolist()),
    "in pi": rows("{g},{p:.6f}", phases=PHASES / np.pi, head="gray,phase [pi]\n"),
    "in degrees": rows("{g},{p:.6f}", phases=np.degrees(PHASES), head="gray,phase (°)\n"),
    "in waves": rows("{g} {p:.6f}", phases=PHASES / (2 * np.pi), head="# gray phase [2pi]\n"),
    "in rad, with a range": rows("{g},{p:.6f}", head="gray,phase (0 to 2 pi rad)\n"),
}

REFUSED = {
    "a level missing": (rows("{g},{p:.6f}", levels=[g for g in range(256) if g != 7]), "without level 7"),
    "a level twice": (rows("{g},{p:.6f}", levels=[*range(256), 8]), "level 8 more than once"),
    "half levels": (rows("{g}.5,{p:.6f}"), "0.5, which is no level"),
    "phases at random": (rows("{g},{p:.6f}", phases=PHASES[SHUFFLED]), "strictly monotonic"),
    "a jump": (rows("{g},{p:.6f}", phases=PHASES + (np.arange(256) == 100)), "at grey 99 and"),
    "volts": (rows("{g},{p:.6f}", head="gray,voltage [V]\n"), "headed voltage"),
    "pi, not said": (rows("{g},{p:.6f}", phases=PHASES / np.pi), "0.65 pi, 0 to 2.05"),
    "waves, not said": (rows("{g},{p:.6f}", phases=PHASES / (2 * np.pi)), 'lut_unit = "pi", "waves"'),
    "degrees, not said": (rows("{g},{p:.6f}", phases=np.degrees(PHASES)), 'lut_unit = "degrees"'),
    "drive levels": (rows("{g}\t{g}"), "phase to drive level"),
    "drive levels of 12 bits": (rows("{g} {g}0"), "phase to drive level"),
    "three columns": (rows("{g},{p:.6f},0.1"), "3 columns"),
    "no number": (rows("{g},{p:.6f}") + "\n256,nan", "line 257"),
    "other digits": ("٠,٠\n" * 256, "without numbers"),
    "nothing": ("", "no text"),
    "binary": ("\0\1\2", "no text"),
}


def phases_in(path: Path) -> np.ndarray:
    found = read_table(path)
    return phases_of(found.values, found.unit, name="lut")


@pytest.mark.parametrize("case", READ)
def test_tables_are_read_as_they_were_meant(tmp_path, case):
    (tmp_path / "lut.csv").write_text(READ[case], encoding="utf-8")
    np.testing.assert_allclose(phases_in(tmp_path / "lut.csv"), PHASES, atol=WRITTEN)


@pytest.mark.parametrize("case", REFUSED)
def test_tables_that_mean_something_else_are_refused(tmp_path, refusal, case):
    text, said = REFUSED[case]
    (tmp_path / "lut.csv").write_text(text, encoding="utf-8")
    assert said in refusal(phases_in, tmp_path / "lut.csv")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_encodings_of_spreadsheets_are_read(tmp_path, encoding):
    (tmp_path / "lut.txt").write_text(READ["in degrees"].replace(",", "\t"), encoding=encoding)
    np.testing.assert_allclose(phases_in(tmp_path / "lut.txt"), PHASES, atol=WRITTEN)


@pytest.mark.parametrize(
    "array",
    [
        PHASES,
        PHASES[:, None],
        PHASES[None],
        np.c_[np.arange(256), PHASES],
        np.c_[SHUFFLED, PHASES[SHUFFLED]].T,
    ],
)
def test_arrays_may_lie_either_way(tmp_path, array):
    np.save(tmp_path / "lut.npy", array)
    np.testing.assert_array_equal(phases_in(tmp_path / "lut.npy"), PHASES)


@pytest.mark.parametrize(
    "array", [np.zeros((2, 2)), np.zeros((256, 3)), np.zeros(4, complex), np.full(4, np.nan)]
)
def test_arrays_without_a_table_are_refused(tmp_path, refusal, array):
    np.save(tmp_path / "lut.npy", array)
    assert "lut must be" in refusal(phases_in, tmp_path / "lut.npy")


def test_noise_is_no_fault(tmp_path):
    noisy = PHASES + 0.03 * np.random.default_rng(1).standard_normal(256)
    assert np.any(np.diff(noisy) < 0)
    np.testing.assert_array_equal(phases_of(noisy, None, name="lut"), noisy)


def test_a_table_from_phase_to_drive_level_is_turned_round():
    drive = np.round(np.linspace(0, 213, 256))
    phases = phases_of(drive, "level", name="lut")
    asked = 2 * np.pi * np.arange(256) / 256
    assert np.abs(phases[drive.astype(int)] - asked).max() <= 2 * np.pi / 256, (
        "what it asks for is what is shown"
    )
    np.testing.assert_allclose(phases_of(np.arange(256), "level", name="lut"), asked)


@pytest.mark.parametrize("drive", [np.arange(256) * 16, np.arange(256) - 1.0, np.arange(256) + 0.5, SHUFFLED])
def test_drive_levels_are_those_of_the_panel(refusal, drive):
    assert "in levels must be" in refusal(phases_of, drive, "level", name="lut")


@pytest.mark.parametrize(
    "said", ["2.9pi", "2.9 * π", "522 degrees", "1.45 waves", "9.11062 rad", 2.9 * np.pi]
)
def test_strokes_are_read_in_any_unit(said):
    assert stroke_from(said, name="phase_range") == pytest.approx(2.9 * np.pi, rel=1e-6)


@pytest.mark.parametrize(
    "said", ["9.1", "5pi", "-2pi", -1, 0, 520, None, [2.0], True, np.nan, "rad", "2,9pi"]
)
def test_what_is_no_stroke_is_refused(refusal, said):
    assert "phase_range must be" in refusal(stroke_from, said, name="phase_range")
