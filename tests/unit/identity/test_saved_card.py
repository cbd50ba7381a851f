"""A card's folder comes back as it was, holds no secret, and is refused where it was damaged."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.unit.identity.conftest import KEY

import optomag as om
from optomag.errors import InvalidInputError
from optomag.identity.saved_card import READINGS, RECORD, SavedCard, read_readings, write_card


@pytest.fixture
def folder(small, tmp_path):
    enrolled = om.Enrolled("no. 1", small.stripe, np.full((64, 3), 0.01))
    saved = SavedCard("no. 1", small.read(seed=1), enrolled)
    return write_card(saved, tmp_path / "card", command="test", config={})


def test_a_card_comes_back_to_the_last_bit(small, folder):
    found, expected = om.load(folder), small.read(seed=1)
    assert found.card_id == "no. 1"
    assert found.readings.stripe == small.stripe
    np.testing.assert_array_equal(found.readings.values, expected.values)
    np.testing.assert_array_equal(found.readings.covariance, expected.covariance)
    np.testing.assert_array_equal(found.enrolled.deviations, 0.01)
    assert om.verify(found.readings, KEY, found.card_id)


def test_no_file_holds_the_key_or_a_direction(small, folder):
    numbers = [repr(float(part)) for part in small.directions.ravel()[:30]]
    for path in folder.iterdir():
        data = path.read_bytes()
        assert KEY not in data
        assert KEY.hex().encode() not in data
        assert small.directions[:1].tobytes() not in data
        assert not any(number.encode() in data for number in numbers)


def test_edited_and_truncated_files_are_refused(folder):
    (folder / READINGS).write_text("x", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="It was changed since"):
        om.load(folder)


@pytest.mark.parametrize(
    "edit",
    [
        lambda lines: lines[:-1],
        lambda lines: ["x,y,z", *lines[1:]],
        lambda lines: [*lines[:-1], lines[-1].rpartition(",")[0] + ",nan"],
        lambda lines: [*lines[:-1], lines[-1].rpartition(",")[0]],
        lambda lines: [*lines[:-1], "1000" + lines[-1]],
        lambda lines: [*lines[:-1], "not numbers"],
        lambda lines: lines[:1],
        lambda lines: [],
    ],
)
def test_damaged_lists_of_readings_are_refused(small, folder, tmp_path, edit):
    lines = (folder / READINGS).read_text(encoding="utf-8").splitlines()
    (tmp_path / "edited.csv").write_text("\n".join(edit(lines)), encoding="utf-8")
    with pytest.raises(InvalidInputError):
        read_readings(tmp_path / "edited.csv", small.stripe)


def test_readings_may_be_an_array(small, tmp_path):
    values = small.read(seed=1).values
    np.save(tmp_path / "y.npy", values)
    np.testing.assert_array_equal(read_readings(tmp_path / "y.npy", small.stripe), values)
    np.save(tmp_path / "y.npy", values[:5])
    with pytest.raises(InvalidInputError, match="of all 64 spots"):
        read_readings(tmp_path / "y.npy", small.stripe)


def test_a_foreign_stripe_is_refused(folder, small, tmp_path):
    from optomag.identity.saved_card import describe_stripe, stripe_from

    plain = json.loads((folder / RECORD).read_text(encoding="utf-8"))["stripe"]
    assert stripe_from(plain) == small.stripe
    assert describe_stripe(small.stripe) == plain
    for wrong in (None, {}, {**plain, "spots": 63}, {**plain, "rows": "8"}, {**plain, "lens": None}):
        with pytest.raises(InvalidInputError):
            stripe_from(wrong)
