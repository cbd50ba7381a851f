"""The field that grey levels make in the pupil: exact means over pixels, however the sections' pixels lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Complex128, Inexact, Int

from optomag.errors import refuse
from optomag.optics.lattice import areas_in_pupil
from optomag.slm.device import Device, Section
from optomag.slm.fringing import fringed, reach
from optomag.slm.gray_levels import response_of
from optomag.slm.panel import Axis, Window, window_of
from optomag.slm.scheme import Scheme
from optomag.slm.wavefront_file import read_wavefront

CLOSE = 1e-9
"""Distance [pupil radii] below which two edges are the same one, up to rounding."""

AT_ONCE = 2**18
"""Cells that are looked at together: some 100 MB."""

MOST_CELLS = 2**28
"""Cells of a pupil that are believed, some minutes of work; four lattices on a 4K panel make 2^26."""


@dataclass(frozen=True, eq=False)
class PupilField:
    """Light in the pupil as masks make it.

    Attributes
    ----------
    jones : complex128, shape (N, N, 2)
        Mean of (E_x, E_y) over the part of each pixel that lies in the pupil, as `optomag.pixels` takes it.
    arrived, sent : float
        Power in the pupil, fine structure within the pixels included, and power that falls on the pupil's
        image at the first section, in the same unit.
    """

    jones: Complex128[np.ndarray, "N N 2"]
    arrived: float
    sent: float


class SectionSeen(NamedTuple):
    """What the pixels of a section's window multiply the light by, and the phase [rad] that it lacks."""

    section: Section
    window: Window
    transmission: Inexact[np.ndarray, "columns rows"]
    lacking: np.ndarray


def pupil_field(
    levels: Sequence[np.ndarray], device: Device, scheme: Scheme, count: int, *, fineness: float = 1.0
) -> PupilField:
    """Field that the panels' images make in the pupil.

    Parameters
    ----------
    levels : sequence of unsigned arrays, shape (height, width)
        The panels' images.
    device : Device
    scheme : Scheme
        How the device is used.
    count : int
        Pixels along the side of the square around the pupil.
    fineness : float
        Of factors that are no finite sums, see `Scheme.modulation`.

    Notes
    -----
    The edges of the pixels of all sections and of the result, together, cut the pupil into rectangles on
    which every section is constant, but for smooth errors of its light. Their areas inside the unit disc
    weigh them, so that no step falls between samples.
    """
    return field_behind(sections_seen(levels, device, scheme), device, scheme, count, fineness=fineness)


def sections_seen(levels: Sequence[np.ndarray], device: Device, scheme: Scheme) -> tuple[SectionSeen, ...]:
    """What the sections' pixels do to the light, fringing included where the device describes it.

    Pixels outside a section's pupil fringe too, as if they answered as the section does.
    """
    seen = []
    for section in device.section:
        window, response = window_of(section), response_of(section, device)
        width = device.panel.fringing or 0.0
        if width == 0:
            image = levels[section.panel][window.rows, window.columns].T
            transmission = scheme.transmission(response.shown(image))
        else:
            image = _with_margin(levels[section.panel], window, reach(width))
            side = np.sqrt(device.panel.fill_factor)
            shown = response.shown(image)
            transmission = fringed(shown, width, side=side, frequency=scheme.frequency)
        seen.append(SectionSeen(section, window, transmission, _wavefront(section, device, window)))
    return tuple(seen)


def field_behind(
    seen: Sequence[SectionSeen], device: Device, scheme: Scheme, count: int, *, fineness: float = 1.0
) -> PupilField:
    """Field that the sections' pixels make in the pupil; parameters and method as for `pupil_field`."""
    factors = {
        one.section.name: scheme.modulation(one.section, one.transmission, one.lacking, one.window, fineness)
        for one in seen
    }
    jumps = [factor.jumps for factor in factors.values()]
    (x_edges, x_starts), (y_edges, y_starts) = (
        _cut(list(along), count) for along in zip(*jumps, strict=True)
    )
    y = _middles(y_edges)
    jones, arrived, sent = np.empty((count, count, 2), dtype=np.complex128), 0.0, 0.0
    for pixels, cells in _bands(x_starts, len(y)):
        edges = x_edges[cells.start : cells.stop + 1]
        x, area = _middles(edges), areas_in_pupil(edges, y_edges)
        light = device.illumination.amplitude(np.minimum(np.hypot(x[:, None], y), 1.0))
        field = (
            scheme.combined({name: factor.at(x, y) for name, factor in factors.items()}) * light[..., None]
        )
        arrived += np.sum(area[..., None] * np.abs(field) ** 2)
        sent += np.sum(area * light**2)
        starts = x_starts[pixels] - cells.start, y_starts[:-1]
        amount, weight = (_sums(part, *starts) for part in (area[..., None] * field, area[..., None]))
        jones[pixels] = _mean(amount, weight)
    return PupilField(jones, float(arrived), float(sent))


def require_affordable(device: Device, count: int) -> None:
    """Refuse a device whose sections cut the pupil into more cells than can be looked at."""
    windows = [window_of(section) for section in device.section]
    along_x, along_y = zip(*(window.edges for window in windows), strict=True)
    cells = (len(_cut(along_x, count)[0]) - 1) * (len(_cut(along_y, count)[0]) - 1)
    if cells > MOST_CELLS:
        advice = "Give the sections equal radii and offsets in whole pixels, or smaller ones."
        refuse("cells into which the sections' pixels cut the pupil", f"at most {MOST_CELLS}", cells, advice)


def correction(section: Section, device: Device, window: Window) -> np.ndarray:
    """Wavefront correction [rad] of a section, shape (columns, rows), or a zero."""
    phase = _wavefront(section, device, window)
    return phase + section.zernike_phase(*window.polar) if section.zernike else phase


def _wavefront(section: Section, device: Device, window: Window) -> np.ndarray:
    """The part of it that comes from a file."""
    array = read_wavefront(section, device)
    return np.zeros(()) if array is None else array[window.rows, window.columns].T


def _with_margin(image: np.ndarray, window: Window, margin: int) -> np.ndarray:
    """The pixels of a window and those around it, columns first; beyond the panel its last ones go on."""
    rows, columns = (
        np.clip(np.arange(along.start - margin, along.stop + margin), 0, length - 1)
        for along, length in zip((window.rows, window.columns), image.shape, strict=True)
    )
    return image[np.ix_(rows, columns)].T


def _cut(jumps: Sequence[Axis], count: int) -> tuple[Axis, Int[np.ndarray, " _"]]:
    """Edges of the pixels and of everything that jumps within the pupil; where those of the pixels are."""
    pixels = 2 * np.arange(count + 1) / count - 1
    others = np.sort(np.concatenate(jumps))
    others = others[(others > -1) & (others < 1)]
    others = others[np.diff(others, prepend=-np.inf) > CLOSE]
    following = np.searchsorted(pixels, others)
    apart = np.minimum(pixels[following] - others, others - pixels[following - 1]) > CLOSE
    edges = np.sort(np.concatenate([pixels, others[apart]]))
    return edges, np.searchsorted(edges, pixels)


def _bands(starts: Int[np.ndarray, " _"], across: int) -> Iterator[tuple[slice, slice]]:
    """Columns of pixels, and the cells in them, in portions of about `AT_ONCE` cells."""
    count = len(starts) - 1
    step = max(1, AT_ONCE * count // (int(starts[-1]) * across))
    for first in range(0, count, step):
        last = min(first + step, count)
        yield slice(first, last), slice(int(starts[first]), int(starts[last]))


def _middles(edges: Axis) -> Axis:
    return 0.5 * (edges[1:] + edges[:-1])


def _sums(values: np.ndarray, x_starts: np.ndarray, y_starts: np.ndarray) -> np.ndarray:
    """Sums of cells over pixels."""
    return np.add.reduceat(np.add.reduceat(values, x_starts, axis=0), y_starts, axis=1)


def _mean(amount: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Their ratio; zero outside the pupil."""
    return np.divide(amount, weight, out=np.zeros_like(amount), where=weight > 0)
