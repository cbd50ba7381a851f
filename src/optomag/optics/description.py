"""Lenses and films as plain JSON values, and back: how saved designs remember their set-up."""

from __future__ import annotations

from typing import Any

from optomag.errors import refuse
from optomag.optics.apodization import AbbeSine, Herschel, ParabolicMirror
from optomag.optics.film import Film
from optomag.optics.objective import Objective

APODIZATIONS = {kind.__name__: kind for kind in (AbbeSine, Herschel, ParabolicMirror)}

MOST_LAYERS = 3
"""Layers that a line names one by one."""


REDUCED = "M = i E × E* in reduced units, at unit power"
"""What figures of light draw where no constant of a magnet is known: gamma = 1, dimensionless field."""

SUMMED = "sum of M = i E × E* of all exposures, reduced units"
"""What figures of scans draw; an exposure has unit power and its own part of the time."""


def describe_lens(lens: Objective) -> dict[str, Any]:
    """The lens as JSON values; lengths in m.

    Raises
    ------
    InvalidInputError
        For an apodization that is none of the library's own, which no file can describe.
    """
    kind = type(lens.apodization).__name__
    if APODIZATIONS.get(kind) is not type(lens.apodization):
        refuse("apodization of a saved lens", "one of " + ", ".join(APODIZATIONS), lens.apodization)
    return {"na": lens.na, "index": lens.index, "wavelength_m": lens.wavelength, "apodization": kind}


def lens_from(values: Any) -> Objective:
    """The lens that `describe_lens` described.

    Raises
    ------
    InvalidInputError
        If the values describe no lens.
    """
    try:
        kind = APODIZATIONS[values["apodization"]]
        na, index, wavelength = (values[name] for name in ("na", "index", "wavelength_m"))
    except (KeyError, TypeError):
        refuse("lens of a file", "a table of na, index, wavelength_m and apodization", values)
    return Objective(na=na, index=index, wavelength=wavelength, apodization=kind())


def setup_line(lens: Objective, film: Film | None = None) -> str:
    """Lens and film in one line, as headings and first lines show them: a wrong set-up is seen there.

    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> setup_line(lens, Film([(2.3, 80e-9)], 1.46))
    'NA 0.95 in n = 1, 532 nm; film 2.3, 80 nm on 1.46'
    """
    kind = lens.apodization
    told = "" if isinstance(kind, AbbeSine) else f", {type(kind).__name__}"
    line = f"NA {lens.na:g} in n = {lens.index:g}, {lens.wavelength * 1e9:.6g} nm{told}"
    if film is None:
        return line
    layers = [f"{index_text(index)}, {thickness * 1e9:.4g} nm" for index, thickness in film.layers]
    if len(layers) > MOST_LAYERS:
        layers = [f"{len(layers)} layers, {film.thickness * 1e9:.4g} nm"]
    stack = f"film {' + '.join(layers)} on" if layers else "into"
    surface = f", surface at {film.surface * 1e9:.4g} nm" if film.surface else ""
    return f"{line}; {stack} {index_text(film.substrate)}{surface}"


def figure_heading(
    lens: Objective, film: Film | None = None, *, shown: str = REDUCED, four_pi: bool = False, told: str = ""
) -> str:
    """The heading of a figure: lens, film, what is drawn in which unit at which power, and what else is told.

    Parameters
    ----------
    lens : Objective
    film : Film, optional
    shown : str
        Quantity, unit and power; nothing where no field is drawn.
    four_pi : bool
        Whether a second, equal lens shines from the other side.
    told : str
        Lines of numbers below.

    >>> figure_heading(Objective(na=0.95, wavelength=532e-9), told="mean angle 3°")
    'NA 0.95 in n = 1, 532 nm; M = i E × E* in reduced units, at unit power\\nmean angle 3°'
    """
    lenses = ", two lenses" if four_pi else ""
    first = "; ".join(part for part in (setup_line(lens, film) + lenses, shown) if part)
    return "\n".join(line.strip() for line in (first, *told.splitlines()) if line.strip())


def index_text(index: complex) -> str:
    """A refractive index as headings show it, such as 2.9+3.6i."""
    return f"{index.real:g}" if not index.imag else f"{index.real:g}+{index.imag:g}i"


def describe_film(film: Film | None) -> dict[str, Any] | None:
    """The film as JSON values; lengths in m, complex indices as [n, kappa]."""
    if film is None:
        return None
    return {
        "layers": [{"index": _pair(index), "thickness_m": thickness} for index, thickness in film.layers],
        "substrate": _pair(film.substrate),
        "surface_m": film.surface,
        "front_owns": film.front_owns,
        "heights_m": None if film.heights is None else list(film.heights),
        "magnet": film.magnet,
    }


def film_from(values: Any, *, before: int | None = None) -> Film | None:
    """The film that `describe_film` described.

    Parameters
    ----------
    values : JSON values
    before : int, optional
        The layer that was the magnet of several in files that are older than its name.

    Raises
    ------
    InvalidInputError
        If the values describe no film.
    """
    if values is None:
        return None
    try:
        layers = [(_complex(layer["index"]), layer["thickness_m"]) for layer in values["layers"]]
        heights = values["heights_m"]
        older = before if len(layers) > 1 else None
        return Film(
            layers,
            _complex(values["substrate"]),
            values["surface_m"],
            front_owns=values["front_owns"],
            heights=None if heights is None else tuple(heights),
            magnet=values.get("magnet", older),
        )
    except (KeyError, TypeError, AttributeError):
        refuse("film of a file", "a table of layers, substrate and surface_m", values)


def _complex(pair: Any) -> complex:
    if not isinstance(pair, (list, tuple)) or len(pair) != 2 or any(isinstance(part, str) for part in pair):
        raise TypeError("not a pair of numbers")
    try:
        return complex(*pair)
    except OverflowError:
        refuse("index of a file", "a complex number", pair)


def _pair(index: complex) -> list[float]:
    return [index.real, index.imag]
