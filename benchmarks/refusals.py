"""What help and refusals cost: processor time of each, in a process of its own; the slowest comes first."""

from __future__ import annotations

import contextlib
import io
import json
import re
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from commands import cost
from optomag.cli import app, main
from optomag.io.files import sha256_of
from optomag.io.result_folder import seal_of
from optomag.workflow.option_rules import option_at, options_of
from optomag.workflow.refusals import record_of
from table import Section, machine

Words = tuple[str, ...]

SHOWN = 12
"""Rows of the table."""

LENS = {"na": 0.95, "index": 1.0, "wavelength_m": 532e-9, "apodization": "AbbeSine"}
METAL = {"layers": [{"index": [2.3, 0.0], "thickness_m": 8e-8}, {"index": [2.9, 3.6], "thickness_m": 1.3e-8}]}
FILM = METAL | {"substrate": [1.0, 0.0], "surface_m": 0.0, "front_owns": False, "heights_m": None}
BARE: dict[str, Any] = {"lens": LENS, "film": None, "at_m": [0.0, 0.0, 0.0], "four_pi": False}

DESIGNS = {
    "saved": {"setup": BARE, "target": [0.0, 0.0, 1.0]},
    "filmed": {"setup": BARE | {"film": FILM}, "target": [0.0, 0.0, 1.0]},
    "double": {"setup": BARE | {"four_pi": True}, "target": [0.0, 0.0, 1.0]},
    "listed": {"setup": BARE, "names": ["one", "two"], "directions": 2},
}
"""What their records say of light: of one lens, behind a film, of two lenses, and of two directions."""

RESULTS = dict.fromkeys(DESIGNS, "design") | {"recorded": "recording", "carded": "card", "masked": "masks"}
"""Folders with a manifest as `optomag` seals it, and what they are of."""

ARRAYS = {
    "flat.npy": ((5, 5), "float64"),
    "oblong.npy": ((5, 6, 2), "complex128"),
    "map.npy": ((8, 8, 2), "complex128"),
    "grid.npy": ((4, 5, 3), "float64"),
    "stack.npy": ((5, 32, 32), "uint16"),
    "colours.npy": ((5, 2, 32, 32), "uint16"),
}
"""Arrays of ones."""

SOURCES: dict[str, Words] = {
    "tolerance": ("saved",),
    "export": ("saved",),
    "switching": ("saved",),
    "masks": ("saved",),
    "read": ("recorded",),
    "verify": ("carded",),
    "show": ("masked",),
    "fit": ("stack.tif",),
    "scan": ("spots.csv",),
    "record": ("text.txt",),
    "hologram": ("picture.png",),
    "shape": ("needle",),
    "card": ("card-1",),
    "completion": ("bash",),
}
"""What commands take without a name, where it is there and of the right kind."""

SWITCHED = ("--f-switch-mj-cm2", "5")
SIZED = ("--pixel-nm", "100", "--step-nm", "100")
UNNAMED = ("--film", "2.3:80", "2.5:10")
"""What commands need where something else is wrong, and a film of two layers, either of which is a magnet."""

WRONG: dict[str, tuple[Words, ...]] = {
    "tolerance": (
        *(("nowhere",), ("folder",), ("text.txt",), ("recorded",), ("listed",)),
        ("double", "--zernike", "2,2:0.1"),
    ),
    "export": (
        *((), ("nowhere",), ("folder",), ("text.txt",), ("saved", "nowhere"), ("masked",), ("listed",)),
        ("filmed", "--layer", "7"),
        ("filmed", "--media", "gold", "--times-ps", "1"),
        ("double", "--film", "2.3:80", "--substrate", "1.5"),
    ),
    "switching": (
        *(("nowhere",), ("folder",), ("text.txt",), ("recorded",), ("listed",)),
        ("filmed", *SWITCHED, "--layer", "1"),
        ("filmed", *SWITCHED, "--mcd", "0.1", "--magnetized", "0", "0", "0"),
    ),
    "masks": (
        *(("nowhere",), ("folder",), ("text.txt",), ("nowhere.npy",), ("recorded",), ("listed/three",)),
        *(("flat.npy",), ("oblong.npy",), ("map.npy", "--rate", "10")),
    ),
    "read": (("nowhere",), ("folder",), ("saved",)),
    "verify": (("nowhere",), ("folder",), ("saved",)),
    "show": ((), ("nowhere",), ("folder",), ("saved",)),
    "fit": (
        *(("nowhere",), ("folder",), ("text.txt",), ("flat.npy",), ("map.npy",), ("stack.npy",)),
        *(("stack.npy", "--pixel-nm", "100"), ("stack.npy", "--pixel-nm", "100", "--z-nm", "1", "2")),
        ("colours.npy", *SIZED),
        ("stack.npy", *SIZED, "--polarisers-deg", "0", "90"),
        ("stack.npy", *SIZED, "--crosstalk", "0.1"),
        ("stack.npy", *SIZED, "--half-width-nm", "500", "--centre-px", "50", "50"),
        ("stack.npy", *SIZED, "--light", "laser", "--shown", "map.npy"),
    ),
    "scan": (
        *(("nowhere",), ("folder",), ("text.txt",), ("head.csv",), ("zero.csv",), ("grid.npy",)),
        *(("flat.npy", "--pitch-nm", "500"), ("grid.npy", "--pitch-nm", "500", "--layer", "2")),
        *(("picture.png",), ("picture.png", "--pitch-nm", "500", "--layer", "1")),
    ),
    "record": (("nowhere",), ("folder",), ("empty",)),
    "hologram": (("nowhere",), ("folder",), ("text.txt",)),
    "shape": (
        ("nowhere",),
        ("needel",),
        ("folder",),
        ("text.txt",),
        ("kind.toml",),
        ("key.toml",),
        ("both.toml",),
    ),
    "design": (("nowhere.csv",), ("folder",)),
}
"""The same where it is missing or of another kind."""

WITHOUT_SOURCES = {"design": ("--direction", "0", "0", "1"), "verify": ("--key-file", "key")}
"""What else a whole command needs."""

TIFF = b"II*\0"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6360000000020001"
    "48afa4710000000049454e44ae426082"
)
"""The beginning of any TIFF file, and a picture of one pixel."""

RULES: dict[str, tuple[Words, ...]] = {
    "design": (
        (),
        ("--direction", "0", "0", "1", "--angles", "0", "0"),
        ("--direction", "0", "0", "1", "--for", "M"),
        ("--state", "na=foo"),
        ("--state", "wish=0,0,0"),
        ("text.txt",),
        ("--verdet", "1"),
        ("--material", "cheese"),
        ("--state", "x", "--angles", "0", "0"),
        ("--device", "cheese"),
        ("--layer", "1"),
        ("--direction", "0", "0", "0"),
        ("--direction", "0", "0", "1", "--device", "key.toml"),
        ("--direction", "0", "0", "1", "--out", ""),
        ("--direction", "0", "0", "1", "--for", "M", "--material", "gold"),
        ("--direction", "0", "0", "1", "--for", "M", "--verdet", "0"),
        ("--direction", "0", "0", "1", *UNNAMED),
        ("--direction", "0", "0", "1", "--at-nm", "1e6", "0", "0"),
        ("--direction", "0", "0", "1", "--four-pi", "--substrate", "1.5"),
    ),
    "tolerance": (
        ("--zernike", "2:1"),
        ("--zernike", "2,2:0.1", "2,2:0.1"),
        ("--device", "ti-dlp6500"),
        ("--device", "cheese", "--zernike", "2,2:0.1"),
        ("--zernike", "2,2:0.1", "--measured", "saved"),
        ("--zernike", "2,3:0.1"),
        ("--zernike", "2,2:100"),
        ("--zernike", "100,100:5"),
        ("--measured", "saved"),
    ),
    "fit": (
        ("--seen", "relay"),
        ("--light", "laser", "--bead-nm", "10"),
        ("--light", "laser", "--beam", "cheese"),
        ("--step-nm", "10", "--z-nm", "1", "2"),
        ("--centre-px", "1", "1"),
        ("--step-nm", "0"),
        ("--light", "laser", "--beam", "double"),
    ),
    "gallery": (("--designs", "cheese"), ("--structures", "cheese")),
    "export": (
        ("--energy-nj", "1", "--peak-power-w", "1"),
        ("--times-ps", "1"),
        ("--media", "cheese"),
        ("--ambient-k", "300"),
        ("--magnetized", "1", "0", "0"),
        ("--material", "cheese"),
        ("--material", "gold"),
        ("--quantity", "M"),
        ("--layer", "1"),
        ("--surface-nm", "10"),
        ("--start", "0", "0", "0"),
        ("--cell-nm", "100", "--size-nm", "10"),
        ("--cell-nm", "1", "2"),
        ("--media", "gold", "--times-ps", "10", "1"),
        UNNAMED,
    ),
    "switching": (
        (),
        SWITCHED,
        (*SWITCHED, "--surface-nm", "10"),
        (*SWITCHED, "--film", "2.3:80"),
        (*SWITCHED, "--magnetized", "1", "0", "0"),
        (*SWITCHED, "--f-multi-mj-cm2", "5"),
    ),
    "shape": (("--polarity", "-1"), ("--handedness", "outward")),
    "masks": (
        ("--device", "cheese"),
        ("--device", "nowhere.toml"),
        ("--na", "0.9"),
        ("--order", "image"),
        ("--measured", "saved"),
        ("--device", "key.toml"),
        ("--rate", "10"),
    ),
    "record": (("--directions", "7"), ("--constellation", "levels", "--directions", "64"), UNNAMED),
    "hologram": (("--side", "16", "--pitch-wavelengths", "0.1"),),
    "devices": (("--template", "x.txt"), ("--template", "key.toml"), ("--template", "nowhere/x.toml")),
    "scan": (
        *(("--average",), ("--every", "2"), ("--layer", "2"), ("--pitch-nm", "500"), ("--pixels", "mz")),
        *(("--reach-wavelengths", "1000"), ("--reach-wavelengths", "1e6"), ("--step-nm", "500"), UNNAMED),
        ("--four-pi", "--substrate", "1.5"),
    ),
    "read": (("--power-uw", "1"), ("--readings", "saved", "--seed", "1")),
    "card": (("--enrol", "3"), ("--spots", "text.txt"), ("--key-file", "short"), ("--pitch-nm", "10")),
    "page": (("--out", "x.txt"), ("--out", "text.html")),
}
"""What no option alone is wrong with."""

FOREIGN = re.compile(
    r"Input should|Value should|Field required|greater than|valid (integer|number|string)|unable to|"
    r"Parameter|Invalid value for|pydantic|ValidationError|Token|Traceback|unparsable|\[type="
    r"|PosixPath|<class"
)
"""Words of the libraries below, which no refusal uses."""

READ_OPTIONS = (
    *("--data", "--model", "--measured", "--readings", "--enrolled", "--key-file", "--directions"),
    *("--second", "--start", "--z-csv", "--shown"),
)
"""Options that name a file or folder to be read."""


def lay_out(folder: Path) -> None:
    """Lay out what the words of the refusals name."""
    for name, kind in RESULTS.items():
        files, record = {}, f"{kind}.json"
        (folder / name).mkdir()
        if name in DESIGNS:
            (folder / name / record).write_text(json.dumps(DESIGNS[name]), encoding="utf-8")
            files[record] = sha256_of(folder / name / record)
        content = {"format": f"optomag-{kind}", "command": f"optomag {kind}", "config": {}, "files": files}
        text = json.dumps({**content, "sha256": seal_of(content)})
        (folder / name / "manifest.json").write_text(text, encoding="utf-8")
    (folder / "folder").mkdir()
    for name, text in {
        "text.txt": "text",
        "text.html": "text",
        "empty": "",
        "key": "a key of sixteen bytes",
        "short": "short",
        "kind.toml": '[target]\nkind = "needel"\n',
        "key.toml": '[target]\nkind = "needle"\nlenght_nm = 3\n',
        "both.toml": '[target]\nkind = "spots"\n',
        "spots.csv": "x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n",
        "zero.csv": "x_nm,y_nm,mx,my,mz\n0,0,0,0,0\n",
        "head.csv": "x_nm,y_nm,mx,my,mz\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, (shape, kind) in ARRAYS.items():
        np.save(folder / name, np.ones(shape, kind))
    for name, data in {"stack.tif": TIFF, "picture.png": PNG}.items():
        (folder / name).write_bytes(data)


def refusals() -> dict[str, list[Words]]:
    """By command what may be typed and is refused: wrong words, sources, files, options, and rules."""
    return {name: list(dict.fromkeys(_of(name))) for name in app if not name.startswith("-")}


def _of(command: str) -> list[Words]:
    record = record_of(app, [command])
    options = set() if record is None else {option_at(record, place) for place in options_of(record).values()}
    sources, more = SOURCES.get(command, ()), WITHOUT_SOURCES.get(command, ())
    found: list[Words] = [(*sources, "--quxq"), (*sources, "many", "words", "quxq")]
    found += [()] if sources else []
    found += [(*each, *more) if each else each for each in WRONG.get(command, ())]
    found += [(*sources, *each) for each in RULES.get(command, ())]
    whole = (*sources, *more)
    found += [(*whole, name, "nowhere") for name in ("--config", *READ_OPTIONS) if name in options]
    if record is not None:
        found += [(*whole, "--config", "nowhere.toml"), (*whole, "--config", "kind.toml")]
        found += [(*sources, "--json", "maybe")]
    if "--na" in options:
        found.append((*whole, "--na", "2"))
    if "--film" in options:
        found += [(*whole, "--film", "2.3"), (*whole, "--substrate", "glass"), (*whole, "--film", "0:80")]
    if "--out" in options and command not in ("page", "read"):
        found.append((*whole, "--out", "text.txt"))
    return found


def refused(typed: Words) -> str:
    """What a command that is refused says on standard error.

    Raises
    ------
    RuntimeError
        If it is not refused with the exit code of bad input.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        code = main(typed)
    if code != 2:
        raise RuntimeError(f"optomag {' '.join(typed)} ended with {code}: {said.getvalue()}")
    return said.getvalue()


def section() -> Section:
    """Help of every command and every refusal as one row each, the slowest first."""
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lay_out(folder)
        typed = [("--help",)]
        for command, cases in refusals().items():
            typed += [(command, "--help"), *((command, *words) for words in cases)]
        for words in typed:
            spent = cost(words, folder, code=0 if words[-1] == "--help" else 2)
            rows.append([f"`optomag {' '.join(words)}`", spent.processor, spent.wall, spent.memory])
    rows.sort(key=lambda row: -row[1])
    spent = [row[1] for row in rows]
    return Section(
        "Help and refusals",
        ("command", "processor [s]", "wall [s]", "peak memory [MiB]"),
        rows[:SHOWN],
        f"The slowest {SHOWN} of {len(rows)} command lines that are answered without a result, each once in "
        f"a fresh process; the median takes {statistics.median(spent):.2f} s of processor time. {machine()}",
    )


if __name__ == "__main__":
    print(section().to_markdown())
