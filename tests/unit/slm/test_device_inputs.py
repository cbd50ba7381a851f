"""Devices from outside: the same panel written in other ways gives the same images; wrong kinds are refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import optomag as om
from optomag.slm.device import describe_device
from optomag.slm.device_file import device_from, load_device, shipped_devices
from optomag.slm.gray_levels import response_of
from optomag.slm.mask_remarks import stroke_line
from optomag.slm.mask_set import masks
from optomag.slm.wavefront_file import read_wavefront

LENS = om.Objective(na=0.95, wavelength=532e-9)
BEAM = om.four_beam(0.398, -0.611, 0.467)
PHASES = 1.03 * 2 * np.pi * np.arange(256) / 256

HEAD = """
name = "bench"
scheme = "two-modulators"
carrier_period = 8.0
[panel]
width = 96
height = 80
pitch_um = 8.0
bits = 8
count = 2
"""
SECTION = """
[[section]]
name = "{name}"
panel = {panel}
radius = 30
centre = [47.5, 39.5]
{lines}
"""


def described(folder, lines: str, *, before: str = "", encoding: str = "utf-8"):
    text = before + HEAD + "".join(SECTION.format(name=n, panel=i, lines=lines) for i, n in enumerate("xy"))
    path = folder / "bench.toml"
    path.write_text(text, encoding=encoding)
    return load_device(path)


def images(device) -> np.ndarray:
    return np.array(masks(BEAM, device, lens=LENS).levels)


def test_a_table_gives_the_same_images_in_whatever_order_its_levels_are(tmp_path):
    table = np.c_[np.arange(256), PHASES]
    wanted = images(described(tmp_path, f"lut = {PHASES.tolist()}"))
    for name, rows in {"falling": table[::-1], "mixed": np.random.default_rng(0).permutation(table)}.items():
        np.savetxt(tmp_path / f"{name}.csv", rows, delimiter=",")
        np.testing.assert_array_equal(images(described(tmp_path, f'lut = "{name}.csv"')), wanted)
    assert not np.array_equal(images(described(tmp_path, "")), wanted)


@pytest.mark.parametrize(
    ("unit", "scale"), [("pi", np.pi), ("2pi", 2 * np.pi), ("waves", 2 * np.pi), ("degrees", np.pi / 180)]
)
def test_a_table_gives_the_same_images_in_any_unit(tmp_path, unit, scale):
    device = described(tmp_path, f'lut_unit = "{unit}"\nlut = {(PHASES / scale).tolist()}')
    np.testing.assert_allclose(device.phases(device.section[0]), PHASES, rtol=1e-12)
    assert response_of(device.section[0], device).stroke == pytest.approx(np.ptp(PHASES), rel=1e-12)


@pytest.mark.parametrize("convention", ["vendor", "slmsuite"])
def test_a_phase_range_is_a_straight_line(tmp_path, convention):
    device = described(tmp_path, 'phase_range = "2.9pi"', before=f'convention = "{convention}"')
    line = np.linspace(0, 2.9 * np.pi, 256)
    wanted = described(tmp_path, f"lut = {(line if convention == 'vendor' else line[::-1]).tolist()}")
    np.testing.assert_array_equal(images(device), images(wanted))
    assert response_of(device.section[0], device).stroke == pytest.approx(2.9 * np.pi)
    assert device_from(describe_device(device)) == device


def test_the_share_out_of_reach_is_the_gap_on_the_circle(tmp_path):
    device = described(tmp_path, 'phase_range = "1.5pi"')
    response = response_of(device.section[0], device)
    phases = np.linspace(0, 2 * np.pi, 200_000, endpoint=False)
    off = np.abs(np.angle(np.exp(1j * (phases - response.shown(response.levels(phases))))))
    assert response.unreachable == pytest.approx(np.mean(off > 0.51 * response.step), abs=1e-3)
    assert (
        response_of(load_device("santec-slm-200").section[0], load_device("santec-slm-200")).unreachable == 0
    )


def test_levels_of_a_correction_give_the_images_of_their_phases(tmp_path):
    rows, columns = np.mgrid[:80, :96]
    levels = (7 * columns + 3 * rows) % 256
    np.save(tmp_path / "rad.npy", levels * (2 * np.pi / 256) + 1e-9)
    np.save(tmp_path / "levels.npy", levels.astype(np.uint8))
    found = [images(described(tmp_path, f'wavefront = "{n}.npy"')) for n in ("rad", "levels")]
    np.testing.assert_array_equal(*found)


def test_masks_say_the_stroke_and_read_back(tmp_path):
    device = described(tmp_path, f'lut = {(0.8 * PHASES).tolist()}\nlut_unit = "rad"')
    made = masks(BEAM, device, lens=LENS)
    assert made.strokes == {
        "x": pytest.approx(0.8 * np.ptp(PHASES)),
        "y": pytest.approx(0.8 * np.ptp(PHASES)),
    }


def test_a_short_stroke_is_said_with_what_it_costs(tmp_path):
    device = described(tmp_path, 'phase_range = "1.5pi"')
    written = masks(BEAM, device, lens=LENS).verified
    line = stroke_line(device, [written])
    better = str(written.full_stroke)
    assert line == f"stroke 1.50 pi: 24.7 % of the phases cannot be shown; with all of them: {better}"
    assert written.angle_error > written.full_stroke.angle_error
    assert stroke_line(described(tmp_path, ""), [written]) == "stroke 1.99 pi"
    assert stroke_line(load_device("ti-dlp6500"), [written]) is None


def test_saturated_ends_are_left_out(tmp_path):
    flat = np.clip(1.2 * PHASES, 0.4, 7.0)
    device = described(tmp_path, f"lut = {flat.tolist()}")
    response = response_of(device.section[0], device)
    used = np.unique(response.levels(np.linspace(0, 2 * np.pi, 5000)))
    assert np.count_nonzero(flat[used] == 0.4) <= 1
    assert np.count_nonzero(flat[used] == 7.0) <= 1


def test_a_device_file_may_begin_with_a_mark(tmp_path):
    assert described(tmp_path, "", encoding="utf-8-sig") == described(tmp_path, "")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('phase_range = "5pi"', "at most 4 pi"),
        ('phase_range = "2pi"\nlut = [0.0]', "left out beside a lut"),
        ('lut_unit = "rad"', "beside its lut"),
        ('wavefront_unit = "rad"', "beside its wavefront"),
        ('lut_unit = "turns"\nlut = [0.0]', "lut_unit must be"),
        ('lut = "../lut.csv"', "a name inside its folder"),
        ('wavefront = "/etc/passwd"', "a name inside its folder"),
        ('lut = "none.csv"', "an existing file"),
        (f"lut = {list(range(256))}", "look like drive levels"),
        (f'lut_unit = "rad"\nlut = {list(range(256))}', "look like drive levels"),
    ],
)
def test_unusable_lines_are_refused(tmp_path, refusal, lines, said):
    assert said in refusal(described, tmp_path, lines)


def test_a_file_and_its_description_agree_on_the_unit(tmp_path, refusal):
    np.savetxt(tmp_path / "a.csv", np.c_[np.arange(256), PHASES], delimiter=",", header="gray,phase [rad]")
    assert "what the table says, rad" in refusal(described, tmp_path, 'lut = "a.csv"\nlut_unit = "pi"')
    described(tmp_path, 'lut = "a.csv"\nlut_unit = "rad"')


def test_light_of_another_wavelength_is_refused(tmp_path, refusal):
    device = replace(described(tmp_path, ""), wavelength_nm=633.0)
    assert "that of the device, 633 nm; got 532 nm" in refusal(masks, BEAM, device, lens=LENS)


def test_mirrors_take_no_table(refusal):
    device = load_device("ti-dlp6500")
    tabled = replace(device.section[0], lut=(0.0, np.pi))
    assert "mirrors add no phase" in refusal(replace, device, section=(tabled, device.section[1]))


WRONG_KINDS = """
from dataclasses import fields, replace
import numpy as np
import optomag as om
from optomag.slm.device import describe_device
from optomag.slm.device_file import device_from, load_device

lens, beam = om.Objective(na=0.95, wavelength=532e-9), om.radial()
device = load_device("holoeye-pluto-2-pair")
values = describe_device(device)
wrong = [5, 2.5, "text", b"x", [], [1], [(1,), (1, 2)], {}, {"a": 1}, object(), np.zeros(3), np.zeros((2, 2)), True, None]

def refused(make, *args, **kwargs):
    try:
        make(*args, **kwargs)
    except om.InvalidInputError:
        return True
    return False

for value in wrong:
    for make in (load_device, device_from, describe_device, device.named):
        assert refused(make, value), (make, value)
    assert value is None or refused(om.masks, beam, value, lens=lens), value
    for record in (device, device.section[0], device.panel, device.illumination):
        for field in fields(record):
            refused(replace, record, **{field.name: value})
    for name in values:
        refused(device_from, {**values, name: value})
    for name in values["section"][0]:
        refused(device_from, {**values, "section": [{**values["section"][0], name: value}, values["section"][1]]})
    for name in values["panel"]:
        refused(device_from, {**values, "panel": {**values["panel"], name: value}})
print("done")
"""


def test_wrong_kinds_are_refused_by_the_library_itself():
    """Where nothing checks the types: no other exception than its own comes out."""
    run = subprocess.run([sys.executable, "-c", WRONG_KINDS], capture_output=True, text=True)
    assert (run.stdout.strip(), run.stderr) == ("done", "")


def test_shipped_devices_mean_what_they_meant():
    for name in shipped_devices():
        device = load_device(name)
        assert all(device.phases(section) is None for section in device.section)
        assert all(read_wavefront(section, device) is None for section in device.section)
