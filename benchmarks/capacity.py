"""What directions gain over levels of Mz: information per spot and area against pitch, at equal photons.

    python benchmarks/capacity.py                         everything: half an hour
    python benchmarks/capacity.py --parts threshold       only this; the rest stays as it was measured
    python benchmarks/capacity.py --draw                  figures and tables again from what was measured

Writes `docs/capacity.json`, `docs/images/capacity.png`, `docs/images/capacity-clouds.png` and the tables of
`docs/capacity.md`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

import optomag as om
from capacity_page import CLOUD_LEVELS, GAIN_HEADER, draw_clouds, draw_curves, gains, put_tables
from optomag.optics.description import figure_heading
from optomag.recording.capacity import (
    gaussian_information,
    most_informative,
    recorder_on,
    sample_pages,
)
from optomag.recording.channel import Cure
from optomag.recording.constellation import Constellation
from optomag.recording.demapping import mutual_information
from optomag.recording.error_correction import codes
from optomag.recording.recorder import Recorder, SilentPage, silent_pages
from optomag.recording.recording import NEEDED
from optomag.recording.sample_pages import SamplePages
from optomag.recording.threshold_medium import (
    ThresholdMedium,
    equalised_statistics,
    equaliser,
    neighbourhoods,
)
from table import Section, machine

WAVELENGTH = 532e-9
AIR = om.Objective(na=0.95, wavelength=WAVELENGTH)
IMMERSION = om.Objective(na=2.0, index=2.3, wavelength=WAVELENGTH)
GARNET = om.Film(layers=[(2.3, 0.15 * WAVELENGTH)], substrate=1.95)

PITCHES = (0.30, 0.35, 0.375, 0.40, 0.425, 0.45, 0.50, 0.60, 0.80)
"""Wavelengths; the shortest are below what pays, so that each optimum lies inside."""
FEW_PITCHES = (0.35, 0.40, 0.45, 0.50)
IMMERSION_PITCHES = (0.165, 0.18, 0.20, 0.22)

LEVELS = (25.0, 35.0, 45.0)
"""S0 [dB] of one of three readings."""

COUNTS = {
    "directions": (2, 4, 8, 16, 32, 64, 128),
    "ball": (32, 128),
    "levels": (2, 4, 8, 16, 32),
}
EVEN, MORE_PLANE, MORE_AXIS = (1.0, 1.0, 1.0), (1.25, 1.25, 0.5), (0.75, 0.75, 1.5)
ONLY_Z, THRICE_Z = (0.0, 0.0, 1.0), (0.0, 0.0, 3.0)
DWELLS = {
    "directions": (EVEN, MORE_PLANE, MORE_AXIS),
    "ball": (EVEN,),
    "levels": (ONLY_Z, THRICE_Z, EVEN),
}
Z = (False, False, True)
CURES = {"all": Cure(), "z by all": Cure(read=Z), "z by z": Cure(read=Z, written=Z)}
"""What is cured, and what may be written for it."""

REGULARISATIONS = (0.3, 0.2, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.005)

GAUSSIAN_LIKE = 32
"""Points whose covariance and full scale Gaussian inputs have."""

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "capacity.json"


@dataclass(frozen=True)
class Medium:
    """A lens, what it writes into, and how that is read."""

    lens: om.Objective
    film: om.Film | None
    geometry: str
    pitches: tuple[float, ...] = PITCHES
    counts: tuple[tuple[str, tuple[int, ...]], ...] = tuple(COUNTS.items())

    def pages(self, pitch: float) -> SamplePages:
        """Sample pages at a pitch [wavelengths]."""
        reader = om.Reader(self.lens, self.film, self.geometry)
        return sample_pages(self.lens, pitch * WAVELENGTH, film=self.film, reader=reader)


FEW = (("directions", (32, 64, 128)), ("levels", (4, 8, 16, 32)))
MEDIA = {
    "matched": Medium(AIR, None, "transmission"),
    "film": Medium(AIR, GARNET, "transmission"),
    "film, reflection": Medium(AIR, GARNET, "reflection", FEW_PITCHES, FEW),
    "immersion, matched": Medium(IMMERSION, None, "transmission", IMMERSION_PITCHES, FEW),
    "immersion, film, reflection": Medium(IMMERSION, GARNET, "reflection", IMMERSION_PITCHES, FEW),
}


def curves() -> list[dict[str, Any]]:
    """Information of all points at all pitches in all media."""
    return in_processes(
        of_pitch, [(name, pitch) for name, medium in MEDIA.items() for pitch in medium.pitches]
    )


def in_processes(measured: Callable[..., list[dict[str, Any]]], tasks: list[Any]) -> list[dict[str, Any]]:
    """Rows of all tasks, on as many processors as there are."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=fresh) as pool:
        return [row for rows in pool.map(measured, tasks) for row in rows]


def of_pitch(task: tuple[str, float]) -> list[dict[str, Any]]:
    """Information of all points at one pitch."""
    name, pitch = task
    start, medium = time.time(), MEDIA[name]
    pages, found = medium.pages(pitch), []
    for kind, counts in medium.counts:
        for count in counts:
            place = {"medium": name, "pitch": pitch, "kind": kind, "points": count}
            found += [place | row for row in rows_of(pages, kind, count)]
    sys.stderr.write(f"{name}, pitch {pitch}: {time.time() - start:.0f} s\n")
    return found


def points_of(pages: SamplePages, kind: str, count: int) -> Constellation:
    """Points for the strengths with which components are read there."""
    return packed_points(kind, count, tuple(np.abs(pages.channel.strengths).round(6).tolist()))


@lru_cache
def packed_points(kind: str, count: int, strengths: tuple[float, ...]) -> Constellation:
    """Searched for once: strengths do not depend on the pitch."""
    if kind == "levels":
        return om.levels(count)
    return (om.ball if kind == "ball" else om.directions)(count, strengths)


def rows_of(pages: SamplePages, kind: str, count: int) -> Iterable[dict[str, Any]]:
    """With and without precompensation, at all levels of noise and all dwells."""
    points = points_of(pages, kind, count)
    cures = ("all",) if kind != "levels" else ("z by z", "z by all")
    if pages.writer.basis.setup.film is None:
        cures = cures[:1]  # without a film Mz is read of Mz alone: both are the same
    for cure in cures:
        tried = silent_pages(recorder_on(pages, points, CURES[cure]), pages, REGULARISATIONS)
        for level in LEVELS:
            for dwell in DWELLS[kind]:
                yield {"cure": cure, "level": level, "dwell": dwell} | numbers(tried, level, dwell)
            if cure == cures[0] and count == GAUSSIAN_LIKE:
                dwell = THRICE_Z if kind == "levels" else EVEN
                covariance = points.points.T @ points.points / count
                scale = tried[0][1].full_scale
                bits = gaussian_information(pages.channel, covariance, scale, level, dwell)
                yield {"cure": "Gaussian", "level": level, "dwell": dwell, "with": bits}


def numbers(
    tried: list[tuple[Recorder, SilentPage]], level: float, dwell: tuple[float, ...]
) -> dict[str, Any]:
    """Bits per spot without precompensation and with the best one."""
    plain = tried[0][1]
    found = most_informative(tried, level, dwell)
    return {
        "without": plain.information(level, dwell),
        "with": found.per_spot,
        "bitwise": found.trial.bitwise,
        "regularisation": found.recorder.regularisation,
        "full_scale": found.trial.full_scale,
    }


THRESHOLDS = (0.3, 0.5, 0.7)
THRESHOLD_PITCHES = (0.25, 0.30, 0.35, 0.40, 0.50, 0.60)
THRESHOLD_COUNTS = (2, 32, 128)
THRESHOLD_SIDE, TRAINED = 64, 2


def threshold() -> list[dict[str, Any]]:
    """Information in a medium with a threshold, with an equaliser that was trained on other pages."""
    tasks = [(name, pitch) for name in ("matched", "film") for pitch in THRESHOLD_PITCHES]
    return in_processes(beyond_threshold, tasks)


def beyond_threshold(task: tuple[str, float]) -> list[dict[str, Any]]:
    """Information at one pitch, for all thresholds, directions and levels of noise."""
    name, pitch = task
    pages, found = MEDIA[name].pages(pitch), []
    for part, count in product(THRESHOLDS, THRESHOLD_COUNTS):
        medium = ThresholdMedium(pages.writer, pages.reader, pages.pitch, part)
        points, generator = points_of(pages, "directions", count), np.random.default_rng(0)
        shape = (TRAINED + 1, THRESHOLD_SIDE, THRESHOLD_SIDE)
        sent = generator.integers(0, count, shape)
        silent = [medium.readings(medium.pattern(page, points)) for page in sent]
        for level in LEVELS:
            dwell = np.array([1.0, 1.0, 3.0 if count == 2 else 1.0])  # Mz alone: the photons of three
            noise = 10 ** (-level / 20) / np.sqrt(dwell)
            read = [page + noise * generator.normal(size=page.shape) for page in silent]
            row = {"medium": name, "pitch": pitch, "threshold": part, "points": count, "level": level}
            found.append(row | {"bits": equalised(read, sent, points)})
    sys.stderr.write(f"threshold, {name}, pitch {pitch}\n")
    return found


def equalised(read: list[np.ndarray], sent: np.ndarray, points: Constellation) -> float:
    """Bits per spot of the last page, the others being known."""
    *trained, asked = [neighbourhoods(page) for page in read]
    known, symbols = np.concatenate(trained), sent[:-1].ravel()
    weights = equaliser(known, points.points[symbols])
    means, covariance = equalised_statistics(known @ weights, symbols, points)
    return mutual_information(asked @ weights, sent[-1].ravel(), means, covariance)


RECORDINGS = (
    ("matched", 25.0, 25_000),
    ("matched", 35.0, 1_250_000),
    ("film", 35.0, 25_000),
    ("film", 45.0, 25_000),
)
"""Medium, S0 and bytes that are recorded, read with noise and recovered."""

PROBE = 25_000
"""Bytes on which ways of recording are tried first, the densest first, until one is read without errors."""


def recordings() -> list[dict[str, Any]]:
    """The densest recordings that are read without an error."""
    return [densest(*which) for which in RECORDINGS]


def densest(name: str, level: float, count: int) -> dict[str, Any]:
    """The densest that is read, with all its bytes."""
    for missed, (row, rate) in enumerate(candidates(name, level)):
        found = recorded(name, level, row, rate, min(count, PROBE))
        if found["right"] and count > PROBE:
            found = recorded(name, level, row, rate, count)
        if found["right"]:
            return found | {"denser_and_unreadable": missed}
    raise RuntimeError("nothing is readable")


def candidates(name: str, level: float) -> list[tuple[dict[str, Any], str]]:
    """Rows and codes that the noise may leave room for, the densest first."""
    found = []
    for row in kept()["curves"]:
        if (row["medium"], row["level"], row["cure"], tuple(row["dwell"])) != (name, level, "all", EVEN):
            continue
        bits = np.log2(row["points"])
        for rate, code in codes().items():
            if row["bitwise"] / bits >= NEEDED[rate]:
                found.append((code.rate * bits / row["pitch"] ** 2, row, rate))
    found.sort(key=lambda item: -item[0])
    return [item[1:] for item in found]


def recorded(name: str, level: float, row: dict[str, Any], rate: str, count: int) -> dict[str, Any]:
    """Random bytes through the whole chain."""
    start, medium = time.time(), MEDIA[name]
    data = np.random.default_rng(5).bytes(count)
    reader = om.Reader(medium.lens, medium.film, medium.geometry)
    recording = om.record(
        data,
        medium.lens,
        pitch=row["pitch"] * WAVELENGTH,
        directions=points_of(medium.pages(row["pitch"]), row["kind"], row["points"]),
        rate=rate,
        level=level,
        film=medium.film,
        reader=reader,
    )
    noise = om.Noise.at_level(level, reader.rotation)
    readings = om.read_out(recording.scan, reader, noise=noise, full_scale=recording.full_scale, seed=11)
    try:
        right = om.recover(readings, recording) == data
    except om.UnreadableError as error:
        sys.stderr.write(f"{error}\n")
        right = False
    found = {
        "medium": name,
        "level": level,
        "pitch": row["pitch"],
        "kind": row["kind"],
        "points": row["points"],
        "rate": rate,
        "code_density": recording.code_density,
        "user_density": recording.user_density,
        "information": recording.capacity,
        "bits": 8 * count,
        "right": right,
    }
    sys.stderr.write(f"{found}, {time.time() - start:.0f} s\n")
    return found


CLOUD_PITCH = 0.45
PARTS: dict[str, Callable[[], Any]] = {
    "curves": curves,
    "threshold": threshold,
    "recordings": recordings,
}


def clouds() -> dict[tuple[str, bool], tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """What is read of 32 directions, over what a lonely spot gives: readings, symbols and points.

    By medium, and whether crosstalk was cured.
    """
    found = {}
    for name, level in CLOUD_LEVELS.items():
        pages = MEDIA[name].pages(CLOUD_PITCH)
        recorder = recorder_on(pages, points_of(pages, "directions", 32), CURES["all"])
        tried = silent_pages(recorder, pages, REGULARISATIONS)
        cured = most_informative(tried, level, EVEN).recorder
        for one, page in tried:
            if one.regularisation not in (None, cured.regularisation):
                continue
            noise = 10 ** (-level / 20) * np.random.default_rng(2).normal(size=page.readings.shape)
            strengths = pages.channel.strengths / page.full_scale
            key = name, one.regularisation is not None
            found[key] = (page.readings + noise) / strengths, page.sent, page.points.points
    return found


def measure(parts: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Measure parts, and keep each as soon as it is there."""
    for part in parts:
        keep({**kept(), part: PARTS[part]()})
    return kept()


def keep(measured: dict[str, list[dict[str, Any]]]) -> None:
    """Write all parts as tables, one row a line."""
    tables = []
    for part, rows in measured.items():
        columns = list(dict.fromkeys(name for row in rows for name in row))
        lines = [json.dumps([_short(row.get(name)) for name in columns], allow_nan=False) for row in rows]
        whole = ",\n".join(lines)
        tables.append(f'"{part}": {{"columns": {json.dumps(columns)}, "rows": [\n{whole}]}}')
    RESULTS.write_text("{" + ",\n".join(tables) + "}\n", encoding="utf-8")


def kept() -> dict[str, list[dict[str, Any]]]:
    """What was measured before."""
    if not RESULTS.exists():
        return {}
    tables = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {
        part: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
        for part, table in tables.items()
    }


def _short(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def section() -> Section:
    """Measure everything, draw it, and sum it up."""
    found = measure(PARTS)
    draw(found)
    return summary(found)


def summary(measured: dict[str, Any]) -> Section:
    """What directions gain."""
    return Section(
        title="Capacity: directions against levels of Mz",
        header=GAIN_HEADER,
        rows=gains(measured["curves"]),
        note=f"Page and figure: [capacity](capacity.md). {machine()}",
    )


def draw(measured: dict[str, Any]) -> None:
    """Figures, and tables of the page."""
    garnet = "garnet film: 2.3, 79.8 nm on 1.95; read in transmission"
    draw_curves(measured["curves"], heading=figure_heading(AIR, shown=garnet))
    draw_clouds(clouds(), heading=figure_heading(AIR, shown=garnet))
    put_tables(measured)


def main() -> None:
    """Measure parts, or only draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", nargs="+", choices=tuple(PARTS), default=tuple(PARTS))
    parser.add_argument("--draw", action="store_true", help="measure nothing")
    options = parser.parse_args()
    found = kept() if options.draw else measure(options.parts)
    draw(found)
    print(summary(found).to_markdown())


if __name__ == "__main__":
    main()
