"""`optomag record` and `optomag read`: a file in, the same file out, or a refusal and no file."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest
from tests.e2e.command import contents, in_json

from optomag.cli import main
from optomag.io.manifest import changed_files
from optomag.io.result_folder import seal_of
from optomag.recording import layout, recorder, sample_pages

pytestmark = pytest.mark.slow

CONTENT = b"Magnetization writes what light says. " * 20
SETTINGS = ["--directions", "8", "--pitch-wavelengths", "0.5"]


@pytest.fixture(scope="module", autouse=True)
def _small_pages():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "LARGEST_SIDE", 50)
        patch.setattr(sample_pages, "SAMPLE", 28)
        patch.setattr(recorder, "REGULARISATIONS", (0.15,))
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a recording of a text, and the text."""
    top = tmp_path_factory.mktemp("made")
    (top / "text.txt").write_bytes(CONTENT)
    (top / "settings.toml").write_text("level_db = 34.0\n[lens]\nna = 0.9\n", encoding="utf-8")
    settings = [*SETTINGS, "--config", top / "settings.toml"]
    said = in_json("record", top / "text.txt", "--out", top / "rec", *settings)
    assert f"{said.record['bytes']:,} bytes in {said.record['spots']:,} spots" in said.told[1]
    return top


def test_a_recording_leaves_its_files_and_a_text_comes_back(made, tmp_path, capfd):
    assert {path.name for path in (made / "rec").iterdir()} == {
        "header.json",
        "record.json",
        "record.png",
        "pages.zarr",
        "manifest.json",
    }
    assert changed_files(made / "rec") == []
    manifest = json.loads((made / "rec" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["config"]["lens"]["na"] == 0.9
    assert manifest["config"]["level_db"] == 34.0
    assert (made / "rec" / "record.png").read_bytes().startswith(b"\x89PNG")
    capfd.readouterr()
    assert main(["read", str(made / "rec"), "--out", str(tmp_path / "back.txt")]) == 0
    results, progress = capfd.readouterr()
    assert (tmp_path / "back.txt").read_bytes() == CONTENT
    assert "bytes recovered" in results
    assert "coded bits" in results
    assert "pages: 2/2" in progress
    assert "pages:" not in results
    said = in_json("read", made / "rec", "--out", tmp_path / "again.txt")
    assert said.record["file"] == str(tmp_path / "again.txt")
    assert said.record["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert f"{said.record['bytes']:,} bytes recovered" in said.told[1]


def flip(path, place=100):
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)


def first_page(folder):
    return next((folder / "pages.zarr" / "magnetization" / "c" / "0").rglob("0/0/0"))


def change_header(folder):
    """Tampered with as by one who knows how folders are sealed."""
    header = json.loads((folder / "header.json").read_text(encoding="utf-8"))
    header["means"][0], header["means"][1] = header["means"][1], header["means"][0]
    (folder / "header.json").write_text(json.dumps(header), encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256((folder / "header.json").read_bytes()).hexdigest()
    manifest["files"]["header.json"] = digest
    plain = {name: value for name, value in manifest.items() if name != "sha256"}
    (folder / "manifest.json").write_text(json.dumps({**plain, "sha256": seal_of(plain)}), encoding="utf-8")


DAMAGES = {
    "a flipped bit in the header": lambda folder: flip(folder / "header.json"),
    "a flipped bit in a page": lambda folder: flip(first_page(folder)),
    "a page that is lost": lambda folder: first_page(folder).unlink(),
    "a page cut short": lambda folder: first_page(folder).write_bytes(first_page(folder).read_bytes()[:99]),
    "no header": lambda folder: (folder / "header.json").unlink(),
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "an edited manifest": lambda folder: flip(folder / "manifest.json"),
    "an edited record": lambda folder: flip(folder / "record.json"),
    "a changed header in a new seal": change_header,
    "nothing": shutil.rmtree,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_recordings_are_refused_in_one_line_and_leave_nothing(made, tmp_path, capfd, damage):
    folder = tmp_path / "rec"
    shutil.copytree(made / "rec", folder)
    DAMAGES[damage](folder)
    before = contents(tmp_path)
    assert main(["read", str(folder), "--out", str(tmp_path / "back.txt")]) == 2
    results, complaint = capfd.readouterr()
    assert results == ""
    assert complaint.count("\n") == 1
    assert complaint.startswith("optomag: ")
    assert contents(tmp_path) == before


def test_too_much_noise_is_refused_in_one_line(made, tmp_path, capfd):
    assert main(["read", str(made / "rec"), "--out", str(tmp_path / "back.txt"), "--level-db", "20"]) == 2
    results, complaint = capfd.readouterr()
    assert results == "NA 0.9 in n = 1, 532 nm\n", "the set-up and no result"
    assert "more errors than the code" in complaint.splitlines()[-1]
    assert not list(tmp_path.iterdir())


def test_another_folder_is_no_recording(made, tmp_path, capfd):
    assert (
        main(["record", str(made / "text.txt"), "--out", str(made), *SETTINGS, "--pitch-wavelengths", "0"])
        == 2
    )
    assert main(["record", str(made / "nowhere"), "--out", str(tmp_path / "out")]) == 2
    assert main(["read", str(made), "--out", str(tmp_path / "back")]) == 2
    assert not list(tmp_path.iterdir())
