"""Results on standard output, all else on standard error; with `--json` one object, from every command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.e2e.command import SMALL_DEVICE, in_json, optomag, record_in

from optomag.cli import BAD_INPUT, DONE, FAILED, INTERRUPTED, REJECTED, app, main
from optomag.workflow import design_config
from optomag.workflow.progress import LineProgress

TESTS = Path(__file__).parents[1]
ALONG = ["--direction", "0", "1", "1", "--no-picture"]
FULL = Path("/dev/full")
"""A device on which every write finds the disk full; some systems have it."""

SECRET = "a secret of the tests, thirty-two"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_every_command_is_run_with_json_somewhere():
    """`in_json` runs it, and looks at the object and at both streams."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    run = set(re.findall(r'in_json\(\s*"([a-z-]+)"', text))
    commands = {name for name in app if not name.startswith("-")} - {"completion"}  # its script is its result
    assert commands - run == set()
    assert len(commands) > 20


def test_a_design_its_masks_its_field_and_what_disturbs_it():
    Path("small.toml").write_text(SMALL_DEVICE, encoding="utf-8")
    found = in_json("design", *ALONG, "--out", "d", "--device", "small.toml")
    written = "M = (" + ", ".join(f"{m:+.4f}" for m in found.record["magnetization"]) + ")"
    assert f"writes {written}" in found.told[2]
    assert f"|M| = {found.record['length']:.4f} at unit power" in found.told[2]
    assert found.record["config"]["direction"] == [0.0, 1.0, 1.0]
    assert Path(found.record["masks"]).is_dir()

    found = in_json("masks", "d", "--device", "small.toml", "--out", "m", "--no-picture")
    (verified,) = found.record["verified"]
    throughput = f"throughput {100 * verified['throughput']:.1f} %"
    assert throughput in found.told[2]
    angle = float(re.findall(r"angle error \(?([\d.]+)", found.told[2])[0])
    assert verified["angle_error_deg"] == pytest.approx(angle, abs=verified["angle_uncertainty_deg"] + 1e-4)

    box = ["--size-nm", "40", "40", "10", "--to", "ovf", "--no-picture"]
    magnet = ["--faraday-rotation", "-1.36e5", "--saturation-magnetization", "1.11e5", "--energy-nj", "0.1"]
    found = in_json("export", "d", "--out", "e", *box, *magnet)
    assert f"largest B_eff: {found.record['peaks']['B_eff']['largest']:.4g} T" in "\n".join(found.told)
    assert "B_eff.ovf" in found.record["files"]

    Path("options.toml").write_text("draws = 2\nno_picture = true\n", encoding="utf-8")
    found = in_json("tolerance", "d", "--out", "t", "--pixels", "16", "--config", "options.toml")
    assert found.record["together"]["angle_error_deg"].keys() == {"median", "p95", "worst"}, "as the docs say"
    assert found.record["together"]["draws"] == 2
    assert "100 %" in found.remarks, "progress"
    median = found.record["together"]["strength"]["median"]
    assert f"|M| median {median:.0%} of the ideal" in found.told[2]


def test_a_verdict_is_an_object_and_an_exit_code(monkeypatch):
    monkeypatch.setenv("OPTOMAG_KEY", SECRET)
    made = in_json("card", "no. 7", "--out", "c", "--spot-count", "64", "--level-db", "25")
    assert made.record["stripe"]["spots"] == 64
    accepted = in_json("verify", "c", "--scores")
    assert accepted.record["accepted"]
    assert f"score {accepted.record['score']:.3f}" in accepted.told[2]
    monkeypatch.setenv("OPTOMAG_KEY", f"another, {SECRET}")
    rejected = in_json("verify", "c", code=REJECTED)
    assert not rejected.record["accepted"]
    assert rejected.told[-1] == f"card no. 7: {rejected.record['reason']}"
    assert {"score", "key_file", "in_plane_score"} & {
        *rejected.record,
        *rejected.record["config"],
    } == set(), "who sees scores may climb to acceptance"


def test_devices_and_a_template():
    found = in_json("devices")
    for line, (name, device) in zip(found.told[1:], found.record["devices"].items(), strict=True):
        assert line.startswith(f"{name} ")
        assert f"{device['panel']['width']} x {device['panel']['height']}" in line
    assert in_json("devices", "--template", "mine.toml").record["file"] == "mine.toml"


def test_what_was_doubted_is_in_the_object_and_on_standard_error():
    film = [
        "--film",
        "2.3:5",
        "2.9+3.6j:15",
        "--substrate",
        "1.46",
        "--layer",
        "2",
        "--at-nm",
        "0",
        "0",
        "2.5",
    ]
    found = in_json("design", *ALONG, *film, "--out", "d")
    (doubt,) = found.record["warnings"]
    assert found.remarks == f"optomag: warning: {doubt}\n"
    assert "outside the magnet" in doubt


def test_lines_go_to_standard_output_and_a_replaced_result_is_a_remark(capfd):
    assert main(["design", *ALONG, "--out", "d"]) == DONE
    out, err = capfd.readouterr()
    assert out.startswith("NA 0.95 in n = 1, 532 nm\n")
    assert "writes M = (" in out
    assert err == ""
    assert main(["design", "--direction", "1", "0", "0", "--replace", "--no-picture", "--out", "d"]) == DONE
    out, err = capfd.readouterr()
    assert err.startswith("replaces the result of optomag design")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [(["design", "--direction", "0", "0", "0"], BAD_INPUT), (["verify", "nowhere"], BAD_INPUT), (["--x"], 2)],
)
def test_an_error_leaves_standard_output_empty(capfd, monkeypatch, words, code):
    monkeypatch.setenv("OPTOMAG_KEY", SECRET)
    assert main([*words, "--json"]) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("optomag: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("late", [False, True])
def test_a_run_that_is_stopped_leaves_no_object(capfd, monkeypatch, late):
    """Before the result, and after it was recorded."""

    def stop(*_, **__):
        raise KeyboardInterrupt

    if late:
        record = LineProgress.record
        monkeypatch.setattr(LineProgress, "record", lambda self, values: stop(record(self, values)))
    else:
        monkeypatch.setattr(design_config.DesignConfig, "manifest", stop)
    assert main(["design", *ALONG, "--json"]) == INTERRUPTED
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("optomag: stopped by Ctrl-C.")


def test_a_reader_that_leaves_is_no_error():
    """`optomag design | head -1`: the reader is gone before anything is written."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "optomag", "devices"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environment(), check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (DONE, b"")


@pytest.mark.skipif(not FULL.exists(), reason="a full device")
@pytest.mark.parametrize("words", [["devices"], ["devices", "--json"], ["--help"]])
def test_a_full_disk_behind_standard_output_is_one_line(words):
    with FULL.open("w") as full:
        command = [sys.executable, "-m", "optomag", *words]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert done.returncode == FAILED
    said = done.stderr.decode()
    assert said.startswith("optomag: standard output could not be written: the disk is full")
    assert said.count("\n") == 1


@pytest.mark.skipif(not FULL.exists(), reason="a full device")
def test_a_full_disk_behind_standard_error_stops_nothing():
    with FULL.open("w") as full:
        command = [sys.executable, "-m", "optomag", "verify", "nowhere"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, env=environment(), check=False)
    assert (done.returncode, done.stdout) == (BAD_INPUT, b"")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_a_terminal_without_a_sign_spells_it(encoding, monkeypatch):
    np.save("m.npy", np.zeros((2, 2, 3)))
    lines = "import sys; from optomag.workflow.standard_streams import standard_streams\n"
    lines += "with standard_streams(): sys.stdout.write('0.5° ± 1, λ, \\u4e2d'); sys.stderr.write('µm')"
    setting = {**environment(), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, env=setting, check=True)
    shown, remark = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert shown.endswith("?")
    assert "0.5 deg +- 1, lambda" in shown if encoding == "ascii" else "0.5° ± 1" in shown
    assert remark in ("um", "µm")


def test_the_module_is_the_command(tmp_path):
    command = [sys.executable, "-m", "optomag", "devices", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
    assert record_in(done.stdout, ["devices"])["devices"].keys() > {"holoeye-pluto-2"}
    assert done.stderr == ""
    same = optomag("devices", "--json", folder=tmp_path)
    assert same.stdout == done.stdout


def environment() -> dict[str, str]:
    """This process's, with the source under test."""
    return {**os.environ, "PYTHONPATH": str(TESTS.parent / "src")}
