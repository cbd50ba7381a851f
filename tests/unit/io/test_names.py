"""Names of many results: each may be a folder beside the others, on every system."""

from __future__ import annotations

import pytest

from optomag.io.names import LONGEST, numbered_names, place_of, require_names


def test_numbers_are_as_long_as_the_largest():
    assert numbered_names(3) == ("0001", "0002", "0003")
    assert numbered_names(10_000)[0] == "00001"


@pytest.mark.parametrize("name", ["north", "a-b", "0,5+i(2)", "\u00e9t\u00e9", "x=-1.5", "a" * LONGEST])
def test_what_people_call_directions_is_taken(name):
    assert require_names("name", [name]) == (name,)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([""], "got an empty one"),
        (["../out"], "one of a folder"),
        (["a/b"], "one of a folder"),
        (["a\\b"], "one of a folder"),
        (["C:x"], "one of a folder"),
        ([".hidden"], "one of a folder"),
        (["end."], "one of a folder"),
        (["a b"], "one of a folder"),
        (["a\nb"], "one of a folder"),
        (["a" * (LONGEST + 1)], "one of a folder"),
        ([3], "one of a folder"),
        (["nul"], "one that every system takes"),
        (["COM1.old"], "one that every system takes"),
        (["north", "south", "North"], "got north and North"),
        (["a", "a"], "got a and a"),
        (["manifest.json"], "got manifest.json and manifest.json"),
        (["series.csv"], "got series.csv and series.csv"),
        ("north", "several texts"),
    ],
)
def test_what_would_be_no_folder_of_its_own_is_refused(refusal, names, said):
    assert said in refusal(require_names, "name", names, taken=("series.csv",))


def test_as_many_names_as_there_are(refusal):
    assert "names must be 2, one for each; got 1" in refusal(require_names, "name", ["a"], count=2)


def test_a_name_or_a_number_finds_its_place():
    names = ("north", "2", "c")
    assert [place_of(names, text) for text in ("north", "2", "0003", "3", "0", "4", "x", "-1")] == [
        *(0, 1, 2, 2),
        *(None,) * 4,
    ]
