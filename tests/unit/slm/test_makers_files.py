"""Files for makers' programs hold the levels, and what does not hold them is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import optomag as om
from optomag.errors import InvalidInputError, StorageError
from optomag.io.manifest import changed_files
from optomag.slm import mask_files
from optomag.slm.device import Device, Panel, Section
from optomag.slm.mask_set import masks
from optomag.slm.wavefront_file import read_wavefront

pytestmark = pytest.mark.usefixtures("undrawn")

LENS = om.Objective(na=0.95, wavelength=532e-9)


def device(bits):
    parts = tuple(
        Section(name=name, radius=20, centre=(29.5 + 60 * (k % 2), 29.5 + 60 * (k // 2)))
        for k, name in enumerate(("phase", "amplitude", "rotation", "retardance"))
    )
    return Device(name="small", panel=Panel(width=120, height=110, pitch_um=8.0, bits=bits), section=parts)


@pytest.mark.parametrize(("bits", "kinds"), [(8, ("bmp", "csv")), (10, ("csv",)), (16, ("csv",))])
def test_our_own_reader_of_makers_files_reads_the_levels(tmp_path, bits, kinds):
    used = device(bits)
    made = masks(om.circular(1), used, lens=LENS)
    folder = made.save(tmp_path / "masks", formats=("png", *kinds))
    assert changed_files(folder) == []
    for kind in kinds:
        section = replace(used.section[0], wavefront=str(folder / f"panel-0.{kind}"))
        shown = read_wavefront(section, replace(used, section=(section, *used.section[1:])))
        np.testing.assert_array_equal(np.rint(shown * 2**bits / (2 * np.pi)), made.levels[0])


def test_a_bitmap_is_grey_and_upright(tmp_path):
    made = masks(om.circular(1), device(8), lens=LENS)
    with Image.open(made.save(tmp_path / "masks", formats=("bmp",)) / "panel-0.bmp") as image:
        assert (image.format, image.mode, image.size) == ("BMP", "L", (120, 110))
        np.testing.assert_array_equal(np.array(image), made.levels[0])


def test_deeper_levels_are_not_cut_down_to_a_bitmap(tmp_path):
    made = masks(om.circular(1), device(10), lens=LENS)
    with pytest.raises(InvalidInputError, match=r"in bmp must be at most 8; got 10\. Take csv"):
        made.save(tmp_path / "masks", formats=("png", "bmp"))
    assert not (tmp_path / "masks").exists()


def test_files_that_are_left_out_later_go(tmp_path):
    made = masks(om.circular(1), device(8), lens=LENS)
    made.save(tmp_path / "masks", formats=("bmp", "csv"))
    folder = made.save(tmp_path / "masks", formats=("png",))
    assert {path.suffix for path in folder.iterdir()} == {".png", ".json", ".safetensors"}


def test_a_writer_that_alters_levels_is_caught(tmp_path, monkeypatch):
    made = masks(om.circular(1), device(8), lens=LENS)
    monkeypatch.setattr(mask_files, "bmp_bytes", lambda levels, bits: b"BM" + bytes(52))
    with pytest.raises((StorageError, OSError)):
        made.save(tmp_path / "masks", formats=("bmp",))
    right = mask_files.csv_bytes
    monkeypatch.setattr(mask_files, "csv_bytes", lambda levels: right(levels ^ 1))
    with pytest.raises(StorageError, match="other grey levels back"):
        made.save(tmp_path / "masks", formats=("csv",))
