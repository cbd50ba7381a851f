"""A film in words: its media, its magnet, and what it does to light at normal incidence."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.errors import InvalidInputError

NANOMETRES = 1e9


def film_media(film: Any, lens: Any) -> list[str]:
    """What the media of a `Film` are called, from the light's side; of an `Objective` or None the first."""
    front = "in front" if lens is None else f"in front: {lens.index:g}"
    layers = [f"{_index(index)}, {d * NANOMETRES:.4g} nm" for index, d in film.layers]
    return [front, *layers, f"substrate: {_index(film.substrate)}"]


def _index(index: complex) -> str:
    return f"{index.real:g}" if not index.imag else f"{index.real:g}+{index.imag:g}i"


def magnet_of(film: Any) -> int:
    """Number of the magnet; 0 where the film does not say which it is."""
    try:
        return film.magnet_layer
    except InvalidInputError:
        return 0


def film_heading(film: Any, lens: Any, magnet: int) -> str:
    known = f"magnet: layer {magnet}" if magnet else "magnet not named"
    if magnet == len(film.indices):
        known = "magnet: the substrate"
    layers = f"film of {len(film.layers)} layer{'s' * (len(film.layers) != 1)}"
    line = f"{layers}, {film.thickness * NANOMETRES:.4g} nm; {known}"
    if lens is None:
        return line
    reflected, transmitted = normal_powers(film, lens)
    taken = max(0.0, 1 - reflected - transmitted)
    said = f"reflects {reflected:.1%}, absorbs {taken:.1%}, transmits {transmitted:.1%}"
    return f"{line}\n{lens.wavelength * NANOMETRES:.6g} nm, normal incidence: {said}"


def normal_powers(film: Any, lens: Any) -> tuple[float, float]:
    """Reflected and transmitted part of a plane wave at normal incidence, by transfer matrices."""
    k = 2 * np.pi / lens.wavelength
    fields = np.array([1.0, film.substrate], dtype=complex)  # E and H behind the last layer
    growth = 0.0
    for index, thickness in reversed(film.layers):
        phase = index * k * thickness
        cosine, sine = np.cos(phase), -1j * np.sin(phase)
        fields = np.array([[cosine, sine / index], [sine * index, cosine]]) @ fields
        size = float(np.abs(fields).max())  # thick metals grow beyond all numbers
        fields, growth = fields / size, growth + np.log(size)
    incident = 0.5 * (fields[0] + fields[1] / lens.index)
    reflected = 0.5 * (fields[0] - fields[1] / lens.index)
    power = abs(incident) ** 2 * lens.index
    through = film.substrate.real / power * np.exp(-2 * growth)
    return float(abs(reflected / incident) ** 2), float(through)
