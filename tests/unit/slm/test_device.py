"""Device descriptions: what comes along, what a file may say, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.slm.device import SECTIONS, describe_device
from optomag.slm.device_file import device_from, load_device, shipped_devices
from optomag.slm.wavefront_file import read_wavefront

PANELS = {
    "holoeye-pluto-2": (1920, 1080, 8.0, 8),
    "holoeye-pluto-2-pair": (1920, 1080, 8.0, 8),
    "santec-slm-200": (1920, 1200, 8.0, 10),
    "holoeye-gaea-2": (4160, 2464, 3.74, 8),
    "ti-dlp6500": (1920, 1080, 7.56, 1),
}


def values(**changes) -> dict:
    """A small generator as a file would describe it; `changes` go to the device or, dotted, to parts."""
    sections = [
        {"name": name, "radius": 10.0, "centre": [15.5 + 32 * (i % 2), 11.5 + 24 * (i // 2)]}
        for i, name in enumerate(SECTIONS["vector-generator"])
    ]
    device = {
        "name": "small",
        "panel": {"width": 64, "height": 48, "pitch_um": 8.0, "bits": 8},
        "section": sections,
    }
    for name, value in changes.items():
        part, _, entry = name.partition("__")
        if not entry:
            device[part] = value
        elif part == "section":
            sections[0][entry] = value
        else:
            device[part][entry] = value
    return device


def test_shipped_devices_have_the_panels_of_their_names():
    assert set(shipped_devices()) == set(PANELS)
    for name, (width, height, pitch, bits) in PANELS.items():
        panel = load_device(name).panel
        assert (panel.width, panel.height, panel.pitch_um, panel.bits) == (width, height, pitch, bits)


def test_a_device_survives_being_written_down():
    device = device_from(values(section__zernike=[[2, 2, 0.05]], section__flip_x=True))
    assert device_from(json.loads(json.dumps(describe_device(device)))) == device
    assert device.section[0].zernike == ((2, 2, 0.05),)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"section__radius": 16.5}, "pupil of section phase must be on the panel, columns 0 to 63"),
        ({"section__centre": [15.5, 3.0]}, "rows 0 to 47; got -6.5 to"),
        ({"section__offset": [-7.0, 0.0]}, "must be on the panel"),
        ({"section__centre": [30.5, 11.5]}, "sections phase and amplitude must be apart"),
        ({"section__panel": 1}, "panel of section phase must be below the count of 1"),
        ({"section__name": "colour"}, "sections of a vector-generator must be phase, amplitude"),
        ({"section__radius": -1.0}, "radius of section phase must be a finite number > 0"),
        ({"section__radius": float("nan")}, "radius must be"),
        ({"section__colour": 1}, "colour is not a known name"),
        ({"section__zernike": [[2, 1, 0.1]]}, "n - m even"),
        ({"section__lut": [0.0, 1.0]}, "of 256 phases, for 8 bits; got 2"),
        (
            {"section__lut": [*np.linspace(0, 6, 200), *np.linspace(5.5, 6.2, 56)]},
            "strictly monotonic; got 6",
        ),
        ({"section__lut": [1.0] * 256}, "strictly monotonic; got the same phase at all levels"),
        (
            {"section__lut": list(np.mod(np.linspace(2.0, 8.2, 256), 2 * np.pi))},
            "at grey 177. Unwrap it, as numpy.unwrap does.",
        ),
        ({"section": 5}, "section"),
        ({"carrier_period": float("inf")}, "carrier_period must be"),
        ({"panel__bits": 10, "section__lut": list(range(256))}, "of 1024 phases, for 10 bits; got 256"),
        ({"panel__bits": 17}, "bits of a panel must be between 1 and 16"),
        ({"panel__width": 0}, "width of a panel must be"),
        ({"scheme": "magic"}, "scheme must be"),
        ({"convention": "mine"}, "convention must be 'vendor' or 'slmsuite'; got mine"),
        ({"panel__fill_factor": 0.0}, "fill_factor must be a finite number > 0"),
        ({"panel__fill_factor": 1.02}, "fill_factor must be at most 1, the whole pixel; got 1.02"),
        ({"panel__dead_space": "glows"}, "dead_space must be"),
        ({"iris_radius": 0.25}, "iris_radius must be left out for a vector-generator"),
        ({"iris_radius": float("nan")}, "iris_radius must be"),
        ({"illumination": {"profile": "gaussian", "fill": 0.0}}, "fill must be a finite number > 0"),
        ({"section": []}, "got none"),
    ],
)
def test_unusable_devices_are_refused(refusal, changes, said):
    if "is not a known name" in said:
        with pytest.raises(InvalidInputError, match="is not a known name"):
            device_from(values(**changes))
    else:
        assert said in refusal(device_from, values(**changes))


def test_records_made_in_python_are_checked_too(refusal):
    device = device_from(values())
    assert "scheme must be one of vector-generator" in refusal(replace, device, scheme="magic")
    assert "convention must be one of vendor, slmsuite" in refusal(replace, device, convention="mine")
    assert "between 1 and 8" in refusal(replace, device.panel, count=9)
    assert "whole number" in refusal(replace, device.panel, width=1.5)
    assert "profile must be one of uniform, gaussian" in refusal(replace, device.illumination, profile="flat")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"centre": (np.nan, 11.5)}, "centre of section phase must be a finite number; got nan"),
        ({"centre": (15.5,)}, "centre of section phase must be (column, row)"),
        ({"offset": (0.0, np.inf)}, "offset of section phase must be a finite number; got inf"),
        ({"zernike": ((2, 2, np.nan),)}, "zernike of section phase must be a finite number; got nan"),
        ({"zernike": ((2.0, 2, 0.1),)}, "zernike of section phase must be a whole number"),
        ({"zernike": ((2, 2),)}, "zernike of section phase must be terms (n, m, waves)"),
    ],
)
def test_sections_made_in_python_are_checked_too(refusal, changes, said):
    assert said in refusal(replace, device_from(values()).section[0], **changes)


@pytest.mark.parametrize("name", ["carrier_period", "carrier_angle_deg"])
def test_gratings_are_of_finite_numbers(refusal, name):
    assert f"{name} must be a finite number" in refusal(replace, device_from(values()), **{name: np.nan})


def test_tables_are_of_finite_phases(refusal):
    device = device_from(values())
    endless = replace(device.section[0], lut=(*range(255), np.inf))
    assert "1 values that are NaN or infinite" in refusal(
        replace, device, section=(endless, *device.section[1:])
    )


def test_holograms_need_a_grating_and_mirrors_one_bit(refusal):
    sections = [
        {"name": name, "radius": 8.0, "centre": [15.5 + 32 * i, 11.5]} for i, name in enumerate(("x", "y"))
    ]
    pair = values(scheme="two-modulators", section=sections)
    assert "carrier_period must be at least 2 pixels" in refusal(device_from, pair)
    mirrors = values(scheme="lee-hologram", section=sections, carrier_period=4.0)
    assert "bits of a lee-hologram must be 1" in refusal(device_from, mirrors)


@pytest.mark.parametrize(("radius", "said"), [(0.0, "> 0"), (1.0, "below 1"), (np.inf, "finite")])
def test_an_iris_leaves_the_unmodulated_light_outside(refusal, radius, said):
    device = load_device("ti-dlp6500")
    assert said in refusal(replace, device, iris_radius=radius)
    assert replace(device, iris_radius=0.25).iris_radius == 0.25


def test_pixels_are_whole_and_the_iris_reaches_half_way_unless_a_file_says_otherwise():
    for name in shipped_devices():
        device = load_device(name)
        assert (device.panel.fill_factor, device.panel.dead_space, device.iris_radius) == (
            1.0,
            "absorbs",
            0.5,
        )
    filled = device_from(values(panel__fill_factor=0.93, panel__dead_space="reflects"))
    assert device_from(json.loads(json.dumps(describe_device(filled)))) == filled


def write_toml(folder, lut: str = "", wavefront: str = "") -> str:
    lines = ['name = "small"', "[panel]", "width = 64", "height = 48", "pitch_um = 8.0", "bits = 3"]
    for i, name in enumerate(SECTIONS["vector-generator"]):
        centre = [15.5 + 32 * (i % 2), 11.5 + 24 * (i // 2)]
        lines += ["[[section]]", f'name = "{name}"', "radius = 10", f"centre = {centre}"]
        lines += [f'lut = "{lut}"'] * bool(lut) + [f'wavefront = "{wavefront}"'] * bool(wavefront)
    path = folder / "device.toml"
    path.write_text("\n".join(lines))
    return str(path)


def test_files_beside_the_description_are_found(tmp_path):
    np.savetxt(tmp_path / "lut.csv", [[g, 0.8 * g] for g in range(8)], delimiter=",")
    np.save(tmp_path / "flat.npy", np.full((48, 64), 0.25))
    device = load_device(write_toml(tmp_path, "lut.csv", "flat.npy"))
    np.testing.assert_allclose(device.section[2].lut, 0.8 * np.arange(8))
    assert read_wavefront(device.section[0], device)[3, 4] == 0.25


def test_unusable_files_are_refused(tmp_path, refusal):
    np.save(tmp_path / "small.npy", np.zeros((4, 4)))
    (tmp_path / "text.csv").write_text("grey,phase\n")
    (tmp_path / "cut.npy").write_bytes(b"\x93NUMPY")
    (tmp_path / "broken.toml").write_text("name = ")
    assert "of shape (48, 64)" in refusal(load_device, write_toml(tmp_path, wavefront="small.npy"))
    assert "existing file" in refusal(load_device, write_toml(tmp_path, wavefront="none.npy"))
    assert "a complete .npy file" in refusal(load_device, write_toml(tmp_path, lut="cut.npy"))
    assert "without numbers" in refusal(load_device, write_toml(tmp_path, lut="text.csv"))
    (tmp_path / "empty.csv").touch()
    assert "no text" in refusal(load_device, write_toml(tmp_path, lut="empty.csv"))
    np.savez(tmp_path / "archive.npz", np.zeros(8))
    (tmp_path / "archive.npz").rename(tmp_path / "archive.npy")
    for place in ("lut", "wavefront"):
        assert "a complete .npy file" in refusal(load_device, write_toml(tmp_path, **{place: "archive.npy"}))
    (tmp_path / "number.toml").write_text("section = 5", encoding="utf-8")
    assert "[[section]]" in refusal(load_device, tmp_path / "number.toml")
    assert "a complete TOML file" in refusal(load_device, tmp_path / "broken.toml")
    assert "an existing file" in refusal(load_device, tmp_path / "none.toml")
    assert "one of holoeye-gaea-2" in refusal(load_device, "nothing")
