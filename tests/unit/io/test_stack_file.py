"""Stacks of images: the same pixels out of every kind of file that other programs write, and what it says."""

from __future__ import annotations

import json
import logging
import shutil
import struct

import numpy as np
import pytest
import tifffile
import zarr
from PIL import Image

from optomag.errors import InvalidInputError
from optomag.io import image_stack
from optomag.io.stack_file import read_stack

PIXEL, STEP = 130e-9, 300e-9
ROUNDING = 1e-9
"""Relative, of lengths that a file keeps as a ratio of two whole numbers."""

COUNTS = (np.arange(5 * 12 * 16) % 4093).reshape(5, 12, 16).astype(np.uint16)
CHANNELS = np.stack([COUNTS, COUNTS + 1], axis=1)
OME = {
    "PhysicalSizeX": 0.13,
    "PhysicalSizeXUnit": "\u00b5m",
    "PhysicalSizeY": 130,
    "PhysicalSizeYUnit": "nm",
    "PhysicalSizeZ": 0.3,
    "PhysicalSizeZUnit": "\u00b5m",
}
AXES = [{"name": "c"}, *({"name": axis, "type": "space", "unit": "micrometer"} for axis in "zyx")]
LEVEL = {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 0.3, 0.13, 0.13]}]}


def tiff(folder, counts=COUNTS, name="s.tif", **options):
    tifffile.imwrite(folder / name, counts, photometric="minisblack", **options)
    return folder / name


def ome_zarr(folder, zarr_format, image=None, attributes=None, counts=CHANNELS):
    told = (
        {"multiscales": [image or {"axes": AXES, "datasets": [LEVEL]}]} if attributes is None else attributes
    )
    path = folder / "image.zarr"
    group = zarr.create_group(
        path, zarr_format=zarr_format, attributes=told if zarr_format == 2 else {"ome": told}
    )
    group.create_array("0", data=counts.swapaxes(0, 1), chunks=(1, 2, 12, 16))
    return path


def says(path, pixel, step):
    found = read_stack(path)
    for value, wanted in ((found.pixel, pixel), (found.step, step)):
        assert value == (None if wanted is None else pytest.approx(wanted, rel=ROUNDING, abs=0))
    return found


@pytest.mark.parametrize("options", [{}, {"bigtiff": True}, {"compression": "zlib"}, {"byteorder": ">"}])
def test_ome_tiff_gives_pixels_and_sizes(tmp_path, options):
    path = tiff(tmp_path, name="s.ome.tif", metadata={"axes": "ZYX", **OME}, **options)
    np.testing.assert_array_equal(says(path, PIXEL, STEP).images, COUNTS)


@pytest.mark.parametrize("axes", ["ZCYX", "CZYX", "TCZYX", "CTYX"])
def test_channels_come_after_frames_whatever_the_order_of_the_file(tmp_path, axes):
    counts = CHANNELS if axes == "ZCYX" else CHANNELS.swapaxes(0, 1)
    counts = counts[None] if axes.startswith("TC") else counts
    path = tiff(tmp_path, counts, "s.ome.tif", metadata={"axes": axes})
    np.testing.assert_array_equal(says(path, None, None).images, CHANNELS)


def test_channels_of_a_single_frame_are_frames(tmp_path):
    """So tifffile writes a stack for ImageJ, unless its axes are named."""
    found = read_stack(tiff(tmp_path, imagej=True))
    np.testing.assert_array_equal(found.images, COUNTS)
    assert "5 frames, of channels" in found.source


def test_heights_of_planes_are_taken_where_steps_differ(tmp_path):
    heights = [0.0, 0.3, 0.6, 1.1, 1.2]
    plane = {"PositionZ": heights, "PositionZUnit": ["\u00b5m"] * 5}
    path = tiff(tmp_path, name="s.ome.tif", metadata={"axes": "ZYX", **OME, "Plane": plane})
    found = read_stack(path)
    assert found.step is None
    np.testing.assert_allclose(found.heights, np.array(heights) * 1e-6, rtol=ROUNDING)


def test_heights_that_contradict_the_step_are_refused(tmp_path):
    plane = {"PositionZ": [0.0, 0.2, 0.4, 0.6, 0.8], "PositionZUnit": ["\u00b5m"] * 5}
    path = tiff(tmp_path, name="s.ome.tif", metadata={"axes": "ZYX", **OME, "Plane": plane})
    with pytest.raises(InvalidInputError, match="300 nm by PhysicalSizeZ and 200 nm by its planes"):
        read_stack(path)


@pytest.mark.parametrize("unit", ["um", "micron", "microns", "\\u00B5m"])
def test_imagej_gives_spacing_and_resolution_in_its_unit(tmp_path, unit):
    path = tiff(
        tmp_path,
        imagej=True,
        resolution=(1 / 0.13, 1 / 0.13),
        metadata={"axes": "ZYX", "spacing": 0.3, "unit": unit},
    )
    np.testing.assert_array_equal(says(path, PIXEL, STEP).images, COUNTS)


def test_imagej_without_a_calibration_says_nothing(tmp_path):
    path = tiff(tmp_path, imagej=True, metadata={"unit": "pixel", "spacing": 1.0})
    says(path, None, None)


def test_hyperstacks_of_imagej_keep_channels_apart(tmp_path):
    path = tiff(tmp_path, CHANNELS, imagej=True, metadata={"axes": "ZCYX"})
    np.testing.assert_array_equal(read_stack(path).images, CHANNELS)


def test_plain_files_say_a_pixel_only_in_dots_that_no_printer_has(tmp_path):
    per_centimetre = 1e4 / 0.13
    says(tiff(tmp_path, metadata=None, resolution=(per_centimetre,) * 2, resolutionunit=3), PIXEL, None)
    says(tiff(tmp_path, metadata=None, resolution=(72, 72), resolutionunit=2), None, None)
    says(tiff(tmp_path, metadata=None), None, None)


def test_pixels_that_are_not_square_are_refused(tmp_path):
    path = tiff(tmp_path, imagej=True, resolution=(7.0, 8.0), metadata={"unit": "um"})
    with pytest.raises(InvalidInputError, match="XResolution and 125 nm by YResolution"):
        read_stack(path)


@pytest.mark.parametrize("compression", ["tiff_adobe_deflate", "packbits"])
def test_what_pillow_compresses_is_read(tmp_path, compression):
    first, *others = map(Image.fromarray, COUNTS)
    first.save(tmp_path / "s.tif", save_all=True, append_images=others, compression=compression)
    np.testing.assert_array_equal(read_stack(tmp_path / "s.tif").images, COUNTS)


def test_other_compressions_are_refused_by_name(tmp_path):
    Image.fromarray(COUNTS[0]).save(tmp_path / "s.tif", compression="tiff_lzw")
    with pytest.raises(InvalidInputError, match=r"compressed by LZW: save it uncompressed"):
        read_stack(tmp_path / "s.tif")


@pytest.mark.parametrize("version", [(2, "0.4"), (3, "0.5")])
def test_ome_zarr_gives_pixels_and_sizes(tmp_path, version):
    path = ome_zarr(tmp_path, version[0])
    np.testing.assert_array_equal(says(path, PIXEL, STEP).images, CHANNELS)


def test_scales_of_the_whole_image_count_too(tmp_path):
    twice = [{"type": "scale", "scale": [1, 2, 2, 2]}]
    image = {"axes": AXES, "datasets": [LEVEL], "coordinateTransformations": twice}
    says(ome_zarr(tmp_path, 3, image), 2 * PIXEL, 2 * STEP)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ({"axes": AXES, "datasets": [{**LEVEL, "path": "../other"}]}, "no array of its own folder"),
        ({"axes": AXES, "datasets": [{**LEVEL, "path": "1"}]}, "there is none of that name"),
        ({"axes": AXES[1:], "datasets": [LEVEL]}, "no list of 3 numbers"),
        ({"axes": [{"name": "w"}], "datasets": [LEVEL]}, "must be among t, c, z, y and x"),
        ({"datasets": [LEVEL]}, "names no axes"),
        (
            {"axes": AXES, "datasets": [{"path": "0", "coordinateTransformations": [{"type": "affine"}]}]},
            "no scales and translations",
        ),
    ],
)
def test_ome_zarr_that_says_something_else_is_refused(tmp_path, image, reason):
    with pytest.raises(InvalidInputError, match=reason):
        read_stack(ome_zarr(tmp_path, 3, image))


def test_plates_are_refused_with_a_way_out(tmp_path):
    with pytest.raises(InvalidInputError, match="name the folder of one"):
        read_stack(ome_zarr(tmp_path, 2, attributes={"plate": {}}))


def test_a_lost_chunk_is_no_darkness(tmp_path):
    path = ome_zarr(tmp_path, 3)
    shutil.rmtree(path / "0" / "c" / "1")
    with pytest.raises(InvalidInputError, match=r"without the chunk 0/c/1"):
        read_stack(path)


def test_a_link_out_of_the_folder_is_not_followed_into_a_pipe(tmp_path):
    path = ome_zarr(tmp_path, 3)
    (path / "0" / "zarr.json").unlink()
    (path / "0" / "zarr.json").symlink_to("/dev/zero")
    with pytest.raises(InvalidInputError):
        read_stack(path)


@pytest.mark.parametrize("counts", [COUNTS, CHANNELS])
def test_npy_files_say_pixels_alone(tmp_path, counts):
    np.save(tmp_path / "s.npy", counts)
    np.testing.assert_array_equal(says(tmp_path / "s.npy", None, None).images, counts)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (np.zeros((5, 12)), r"of shape \(frames, ny, nx\)"),
        (np.zeros((0, 12, 16)), r"of shape \(frames, ny, nx\)"),
        (np.zeros((5, 12, 2)), "another order"),
        (np.full((2, 8, 8), np.nan), "128 that are NaN or infinite"),
        (np.ones((2, 8, 8), complex), "of real numbers"),
        (np.ones((2, 8, 8), bool), "of real numbers"),
    ],
)
def test_arrays_that_are_no_images_are_refused(tmp_path, counts, reason):
    np.save(tmp_path / "s.npy", counts)
    with pytest.raises(InvalidInputError, match=reason):
        read_stack(tmp_path / "s.npy")


def test_the_first_row_is_the_upper_one(tmp_path):
    """As Pillow, which draws it: one idea of what is above in the whole library."""
    seen = np.zeros((12, 16), np.uint8)
    seen[1, 3] = 200
    Image.fromarray(seen).save(tmp_path / "s.tif")
    assert np.argwhere(read_stack(tmp_path / "s.tif").images[0] == 200).tolist() == [[1, 3]]


def test_images_that_begin_at_another_corner_are_refused(tmp_path):
    path = tiff(tmp_path, metadata=None, extratags=[(274, "H", 1, 4, True)])
    with pytest.raises(InvalidInputError, match="Orientation 4"):
        read_stack(path)


def test_colours_are_refused(tmp_path):
    tifffile.imwrite(tmp_path / "s.tif", np.zeros((12, 16, 3), np.uint8), photometric="rgb")
    with pytest.raises(InvalidInputError, match="RGB of 3 samples"):
        read_stack(tmp_path / "s.tif")


def test_several_series_are_refused(tmp_path):
    with tifffile.TiffWriter(tmp_path / "s.tif") as writer:
        for rows in (12, 8):
            writer.write(COUNTS[:, :rows], metadata=None, photometric="minisblack")
    with pytest.raises(InvalidInputError, match="2 series of images"):
        read_stack(tmp_path / "s.tif")


def test_planes_of_times_and_heights_at_once_are_refused(tmp_path):
    path = tiff(tmp_path, np.zeros((2, 3, 12, 16), np.uint16), "s.ome.tif", metadata={"axes": "TZYX"})
    with pytest.raises(InvalidInputError, match="T 2, Z 3"):
        read_stack(path)


def test_no_other_file_is_opened(tmp_path):
    """An OME-TIFF may name files anywhere on the disk."""
    path = tiff(tmp_path, name="s.ome.tif", metadata={"axes": "ZYX"})
    text = tifffile.tiffcomment(path).replace(
        '<TiffData IFD="0" PlaneCount="5"/>',
        '<TiffData IFD="0" PlaneCount="5"><UUID FileName="/etc/passwd">urn:uuid:1</UUID></TiffData>',
    )
    assert "passwd" in text
    tifffile.tiffcomment(path, text.encode())
    with pytest.raises(InvalidInputError, match="in one file"):
        read_stack(path)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", ["ome", "imagej", "plain"])
def test_truncated_files_are_refused_and_nothing_is_printed(tmp_path, share, kind, capfd, caplog):
    options = {
        "ome": {"name": "s.ome.tif", "metadata": {"axes": "ZYX", **OME}},
        "imagej": {"imagej": True},
        "plain": {"metadata": None},
    }[kind]
    path = tiff(tmp_path, **options)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InvalidInputError, match=r"truncated|damaged"):
        read_stack(path)
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_the_logger_is_as_it_was(tmp_path):
    logger = logging.getLogger("tifffile")
    before = logger.propagate, list(logger.handlers)
    read_stack(tiff(tmp_path))
    assert (logger.propagate, logger.handlers) == before


def test_other_files_are_refused(tmp_path):
    (tmp_path / "s.tif").write_text("no picture")
    with pytest.raises(InvalidInputError, match="of another kind"):
        read_stack(tmp_path / "s.tif")


def test_a_file_of_too_many_pixels_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(image_stack, "MOST_PIXELS", COUNTS.size - 1)
    for path in (tiff(tmp_path), ome_zarr(tmp_path, 3)):
        with pytest.raises(InvalidInputError, match="Save a part of it around the focus"):
            read_stack(path)


def test_a_plane_that_inflates_without_end_is_refused(tmp_path):
    import zlib

    path = tiff(tmp_path, np.zeros((1, 12, 16), np.uint16), metadata=None, compression="zlib")
    with tifffile.TiffFile(path) as file:
        (offset,), tags = file.pages[0].dataoffsets, file.pages[0].tags
        places = tags["StripOffsets"].valueoffset, tags["StripByteCounts"].valueoffset
    data = bytearray(path.read_bytes())
    bomb = zlib.compress(bytes(10**6))
    for place, value in zip(places, (len(data), len(bomb)), strict=True):
        kind = struct.unpack_from("<H", data, place - 6)[0]  # the type of the tag: SHORT or LONG
        struct.pack_into("<H" if kind == 3 else "<I", data, place, value)
    assert offset
    path.write_bytes(bytes(data) + bomb)
    with pytest.raises(InvalidInputError, match="holds more than its 384 bytes"):
        read_stack(path)


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        (np.full((2, 8, 8), 4095, np.uint16), 4095.0),
        (np.full((2, 8, 8), 4094, np.uint16), 65535.0),
        (np.full((2, 8, 8), 255, np.uint8), 255.0),
        (np.full((2, 8, 8), 4095.0), None),
    ],
)
def test_saturation_is_where_counts_pile_up_or_the_type_ends(tmp_path, counts, wanted):
    np.save(tmp_path / "s.npy", counts)
    assert read_stack(tmp_path / "s.npy").saturation == wanted


def test_the_bits_that_a_file_says_are_believed(tmp_path):
    path = tiff(tmp_path, name="s.ome.tif", metadata={"axes": "ZYX", "SignificantBits": 12})
    assert read_stack(path).saturation == 4095


def test_descriptions_that_nest_or_grow_are_refused(tmp_path):
    path = tiff(tmp_path, name="s.ome.tif", metadata={"axes": "ZYX"})
    text = tifffile.tiffcomment(path)
    bomb = '<!DOCTYPE a [<!ENTITY b "xxxx"><!ENTITY c "&b;&b;">]>'
    for evil in (text.replace("<OME", f"{bomb}<OME", 1), text.replace("</Image>", "")):
        tifffile.tiffcomment(path, evil.encode())
        with pytest.raises(InvalidInputError):
            read_stack(path)


def test_attributes_that_are_no_table_are_refused(tmp_path):
    path = ome_zarr(tmp_path, 3)
    described = json.loads((path / "zarr.json").read_text())
    for odd in (None, [], 3, {"ome": []}, {"ome": {"multiscales": {}}}):
        (path / "zarr.json").write_text(json.dumps({**described, "attributes": odd}))
        with pytest.raises(InvalidInputError):
            read_stack(path)
