"""The commands `optomag card` and `optomag verify`, as typed: keys stay where they are."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import numpy as np
import pytest

import optomag as om
from optomag.cli import BAD_INPUT, DONE, REJECTED, main
from optomag.identity.key_derivation import private_seed
from optomag.identity.registration import Registration
from optomag.identity.saved_card import NANOMETRES

SECRET = b"a secret of the tests, thirty-two"
SMALL = ["--spot-count", "64", "--level-db", "25"]


@pytest.fixture
def key(tmp_path, monkeypatch):
    monkeypatch.delenv("OPTOMAG_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "key"
    path.write_bytes(SECRET + b"\n")
    path.chmod(0o600)
    return path


def test_a_card_is_made_and_verified_and_no_file_holds_its_key(key, tmp_path, capfd, monkeypatch):
    made = ["card", "no. 7", *SMALL, "--out", "c", "--medium", "3", "--enrol", "4"]
    assert main([*made, "--key-file", str(key), "--spots", "spots.csv"]) == DONE
    assert "secret spots" in capfd.readouterr().out
    for path in (tmp_path / "c").iterdir():
        assert SECRET not in path.read_bytes()
        assert str(key).encode() not in path.read_bytes()
    assert (tmp_path / "spots.csv").stat().st_mode & 0o077 == 0
    directions = np.loadtxt("spots.csv", delimiter=",", skiprows=1)
    expected = om.card(SECRET, "no. 7", om.Objective(na=0.95, wavelength=532e-9), spots=64)
    np.testing.assert_allclose(directions[:, 2:], expected.directions, atol=1e-15)
    np.testing.assert_allclose(directions[:, :2], expected.stripe.positions * NANOMETRES, rtol=1e-12)

    assert main(["verify", "c", "--key-file", str(key)]) == DONE
    said = capfd.readouterr()
    first, second = said.out.splitlines()
    assert first == "NA 0.95 in n = 1, 532 nm"
    assert second.startswith("card no. 7: Accepted")
    assert said.err == ""
    monkeypatch.setenv("OPTOMAG_KEY", SECRET.decode())
    assert main(["verify", "c"]) == DONE
    monkeypatch.setenv("OPTOMAG_KEY", "another secret of the tests")
    assert main(["verify", "c"]) == REJECTED
    assert "Rejected" in capfd.readouterr().out

    np.save("y.npy", np.full((64, 3), np.nan))
    assert main(["verify", "c", "--key-file", str(key), "--readings", "y.npy"]) == BAD_INPUT
    np.save("y.npy", om.load("c").readings.values[::-1])
    assert main(["verify", "c", "--key-file", str(key), "--readings", "y.npy"]) == REJECTED
    with open(tmp_path / "c" / "readings.csv", "a", encoding="utf-8") as file:
        file.write("more")
    assert main(["verify", "c", "--key-file", str(key)]) == BAD_INPUT


@pytest.mark.parametrize(
    "arguments",
    [
        ["card", "name"],
        ["card", "name", "--key-file", "nowhere"],
        ["card", "name", "--key", "typed on the command line"],
        ["card", "", "--key-file", "{key}"],
        ["card", "name", "--key-file", "{key}", "--spot-count", "65"],
        ["card", "name", "--key-file", "{key}", "--enrol", "4"],
        ["verify", "nowhere", "--key-file", "{key}"],
        ["verify", ".", "--key-file", "{key}"],
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(arguments, key, tmp_path, capfd):
    assert main([word.format(key=key) for word in arguments]) == BAD_INPUT
    said = capfd.readouterr().err
    assert said.startswith("optomag: ")
    assert said.count("\n") == 1
    assert SECRET.decode() not in said
    assert not (tmp_path / "optomag-out").exists()


def test_a_short_key_is_refused_and_a_shared_file_warned_of(key, capfd):
    key.write_bytes(b"fifteen letters\n")
    key.chmod(0o644)
    assert main(["card", "name", "--key-file", str(key)]) == BAD_INPUT
    (refusal,) = capfd.readouterr().err.splitlines()
    assert "at least 16 bytes" in refusal
    assert "fifteen" not in refusal
    key.write_bytes(SECRET)
    assert main(["card", "name", *SMALL, "--key-file", str(key)]) == DONE
    assert "warning: others may read" in capfd.readouterr().err


def test_the_help_says_what_the_exit_code_means(capsys):
    assert main(["verify", "--help"]) == DONE
    said = " ".join(capsys.readouterr().out.split())
    assert "0: accepted; 3: rejected; 2: bad input" in said
    assert all(
        option in said for option in ("FOLDER", "--key-file", "--readings", "--enrolled", "OPTOMAG_KEY")
    )


def test_the_list_of_spots_replaces_nothing_and_stays_out_of_the_folder(key, capfd):
    made = ["card", "n", *SMALL, "--key-file", str(key), "--out", "c", "--spots"]
    before = key.read_bytes()
    assert main([*made, str(key)]) == BAD_INPUT
    assert key.read_bytes() == before
    assert main([*made, "c/spots.csv"]) == BAD_INPUT
    assert "spots must be" in capfd.readouterr().err


def test_what_the_folder_says_does_not_tell_the_noise(key):
    """Who knew it could take it away and compute the directions from the rest.

    The place and the noise are drawn as anyone would from the seed that the manifest tells; they must not be
    those of the folder, though this is just how they are drawn from a secret seed.
    """
    assert main(["card", "n", *SMALL, "--key-file", str(key), "--out", "c", "--seed", "5"]) == DONE
    values = om.load("c").readings.values
    made = om.card(SECRET, "n", om.Objective(na=0.95, wavelength=532e-9), spots=64)

    def drawn(place_seed, noise_seed):
        place = Registration.of(np.random.default_rng(place_seed).uniform(-1, 1, 4), made.stripe)
        return made.read(level=25.0, registration=place, seed=noise_seed).values

    assert np.abs(drawn(5, 5) - values).max() > 1e-3 * np.abs(values).max()
    secret = [private_seed(SECRET, "n", purpose, 5) for purpose in ("place", "noise")]
    np.testing.assert_array_equal(drawn(*secret), values)


def test_random_keys_that_end_like_a_line_are_the_same_for_command_and_library(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    secret = bytes(range(200, 231)) + b"\n"
    (tmp_path / "key").write_bytes(secret)
    (tmp_path / "key").chmod(0o600)
    assert main(["card", "n", *SMALL, "--key-file", "key", "--out", "c"]) == DONE
    assert main(["verify", "c", "--key-file", "key"]) == DONE
    assert om.verify(om.load("c").readings, secret, "n")


def test_scores_are_shown_only_where_they_are_asked_for(key, capfd):
    assert main(["card", "n", *SMALL, "--key-file", str(key), "--out", "c"]) == DONE
    assert main(["verify", "c", "--key-file", str(key)]) == DONE
    assert "score" not in capfd.readouterr().out
    assert main(["verify", "c", "--key-file", str(key), "--scores"]) == DONE
    assert "in-plane score" in capfd.readouterr().out
    assert main(["verify", "c", "--key-file", str(key), "--require-enrolled"]) == BAD_INPUT


def test_the_issuer_says_which_card_it_must_be(key, capfd):
    """The folder that is judged may come from anybody: a genuine card is not another genuine card."""
    for name in ("one", "two"):
        assert main(["card", name, *SMALL, "--key-file", str(key), "--out", name]) == DONE
    judged = ["verify", "two", "--key-file", str(key)]
    assert main(judged) == DONE
    assert main([*judged, "--card-id", "two"]) == DONE
    capfd.readouterr()
    assert main([*judged, "--card-id", "one"]) == REJECTED
    assert capfd.readouterr().out.splitlines()[1].startswith("card one: ")


def test_what_is_secret_is_never_open_to_others(key, monkeypatch):
    """Not even for a moment: the file is made closed, under its temporary name."""
    made = []
    opened = os.open

    def watched(path, flags, mode=0o777, **more):
        descriptor = opened(path, flags, mode, **more)
        if flags & os.O_CREAT:
            made.append((Path(path).name.rpartition("-")[2], stat.S_IMODE(os.fstat(descriptor).st_mode)))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    enrolled = ["--medium", "1", "--enrol", "2"]
    assert (
        main(["card", "n", *SMALL, *enrolled, "--key-file", str(key), "--out", "c", "--spots", "s.csv"])
        == DONE
    )
    rights = dict(made)
    assert {rights[name] for name in ("readings.csv", "enrolled.npy", "s.csv")} == {0o600}
    assert {
        stat.S_IMODE(Path(name).stat().st_mode) for name in ("c/readings.csv", "c/enrolled.npy", "s.csv")
    } == {0o600}


def test_the_list_of_spots_is_not_the_folder(key, capfd):
    assert main(["card", "n", *SMALL, "--key-file", str(key), "--out", "c", "--spots", "c"]) == BAD_INPUT
    assert "spots must be" in capfd.readouterr().err
    assert not Path("c").exists()


def test_text_with_two_line_ends_is_the_key_that_the_library_reads(key):
    secret = b"a text of enough letters\n\n"
    key.write_bytes(secret)
    assert main(["card", "n", *SMALL, "--key-file", str(key), "--out", "c"]) == DONE
    assert om.verify(om.load("c").readings, secret, "n")
