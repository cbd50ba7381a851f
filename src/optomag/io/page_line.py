"""What the live page shows, as one readable line: a wish, a lens, a method, masks and how they are drawn."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import unquote

from optomag.errors import refuse
from optomag.io.plain_numbers import plain_real, plain_term, plain_whole

PAGE = "page.html"
"""What the live page is called beside a report that leads to it."""

CELLS, LEVELS = 24, 8
"""Of a painted phase: cells along the pupil's diameter, and steps in a wave."""

PAGE_METHODS = ("optimal", "flat-amplitude", "linear-basis", "completed-basis", "four-beam")

NUMBERS = {
    "na": (0.05, 4.0),
    "index": (1.0, 4.0),
    "nm": (100.0, 20000.0),
    "mW": (1e-6, 1e9),
    "inner": (0.0, 0.98),
    "value": (-1e9, 1e9),
    "ms": (0.0, 1e7),
    "half": (0.3, 3.0),
}
"""Numbers of a state with what they lie between."""

CHOICES = {
    "method": PAGE_METHODS,
    "step": ("", "x", "y"),
    "medium": ("spin", "verdet", "faraday"),
    "show": ("direction", "strength", "mz"),
}
HIGHEST_SINE = 0.999
"""Of the steepest ray that the page takes."""

HIGHEST_TERM, LARGEST_TERM, LARGEST_CHARGE = 6, 1.0, 3

RUN = re.compile(r"([0-7])(?:x(\d{1,4}))?", re.ASCII)


@dataclass(frozen=True)
class PageLine:
    """Wish, lens, method and masks; and how the page shows them.

    Parameters
    ----------
    wish : tuple of 3 floats
        Wanted direction, of any length.
    na, index, nm, mW : float
        The lens, its wavelength [nm], the power [mW].
    method : str
        One of `PAGE_METHODS`.
    inner : float
        Radius of a stop in the middle of the pupil [pupil radii]; 0 for none.
    vortex : int
        Charge of a spiral phase.
    step : "", "x" or "y"
        A phase step of half a wave along that axis.
    zernike : tuple of (n, m, waves rms)
        Aberration of the set-up.
    cure : bool
        Whether the modulator undoes it.
    paint : tuple of int
        Painted phase in eighths of a wave, `CELLS` x `CELLS` along x, then y; empty for none.
    medium, value, ms, show, half
        What the page tells and draws; nothing of the light depends on them.
    """

    wish: tuple[float, float, float] = (-0.559, -0.479, -0.56)
    na: float = 0.95
    index: float = 1.0
    nm: float = 532.0
    mW: float = 1.0  # noqa: N815  the unit, as the line has it
    method: str = "four-beam"
    inner: float = 0.0
    vortex: int = 0
    step: str = ""
    zernike: tuple[tuple[int, int, float], ...] = ()
    cure: bool = False
    paint: tuple[int, ...] = ()
    medium: str = "spin"
    value: float = 0.0
    ms: float = 0.0
    show: str = "direction"
    half: float = 1.0

    def __str__(self) -> str:
        """The line; what is as at the page's first view is left out, but for the wish."""
        first, parts = PageLine(), ["wish=" + ",".join(map(_short, self.wish))]
        for name in ("na", "index", "nm", "mW", "method", "inner", "vortex", "step"):
            if (value := getattr(self, name)) != getattr(first, name):
                parts.append(f"{name}={_short(value)}")
        if self.zernike:
            parts.append("zernike=" + "_".join(f"{n},{m}:{_short(w)}" for n, m, w in self.zernike))
        if self.cure:
            parts.append("cure=1")
        if self.paint:
            parts.append("paint=" + _runs(self.paint))
        for name in ("medium", "value", "ms", "show", "half"):
            if (value := getattr(self, name)) != getattr(first, name):
                parts.append(f"{name}={_short(value)}")
        return "&".join(parts)


def read_page_line(text: Any) -> PageLine:
    """What a line says.

    Parameters
    ----------
    text : str
        The page's address, or what follows its "#"; what is left out is as at the page's first view.

    Raises
    ------
    InvalidInputError
        If a name is unknown or given twice, or a value is none of those that it can have.

    Examples
    --------
    >>> read_page_line("page.html#wish=0,0,1&na=0.9").na
    0.9
    """
    if not isinstance(text, str):
        refuse("state", "a line such as wish=0,0,1&na=0.9", text)
    found: dict[str, Any] = {}
    for part in unquote(text[text.find("#") + 1 :]).split("&"):
        if not part:
            continue
        name, given, value = part.partition("=")
        if not given or name in found:
            refuse("state", "name=value, each name once, joined by &", part)
        found[name] = _value(name, value)
    line = PageLine(**found)
    if not line.na <= HIGHEST_SINE * line.index:
        refuse("na of a state", f"below the index, {line.index:g}", line.na)
    return line


def _value(name: str, text: str) -> Any:
    if name in NUMBERS:
        low, high = NUMBERS[name]
        if (number := plain_real(text)) is None or not low <= number <= high:
            refuse(f"{name} of a state", f"a number from {low:g} to {high:g}", text)
        return number
    if name in CHOICES:
        if text not in CHOICES[name]:
            refuse(f"{name} of a state", "one of " + ", ".join(filter(None, CHOICES[name])), text)
        return text
    readers = {"wish": _wish, "vortex": _vortex, "cure": _cure, "zernike": _zernike, "paint": _paint}
    if name not in readers:
        names = ", ".join((*readers, *NUMBERS, *CHOICES))
        refuse("name in a state", f"one of {names}", name)
    return readers[name](text)


def _wish(text: str) -> tuple[float, ...]:
    found = (plain_real(part) for part in text.split(","))
    numbers = tuple(number for number in found if number is not None and math.isfinite(number))
    if text.count(",") != 2 or len(numbers) != 3 or not any(numbers):
        refuse("wish of a state", "three finite numbers, not all 0, such as 0,0,1", text)
    return numbers


def _vortex(text: str) -> int:
    if (charge := plain_whole(text)) is None or abs(charge) > LARGEST_CHARGE:
        refuse("vortex of a state", f"a whole number from -{LARGEST_CHARGE} to {LARGEST_CHARGE}", text)
    return charge


def _cure(text: str) -> bool:
    if text not in ("0", "1"):
        refuse("cure of a state", "0 or 1", text)
    return text == "1"


def _zernike(text: str) -> tuple[tuple[int, int, float], ...]:
    terms: dict[tuple[int, int], float] = {}
    for term in filter(None, text.split("_")):
        if (found := plain_term(term)) is None:
            _refuse_terms(term)
        n, m, waves = found
        exists = 0 <= abs(m) <= n <= HIGHEST_TERM and (n - m) % 2 == 0
        if not exists or (n, m) in terms or abs(waves) > LARGEST_TERM:
            _refuse_terms(term)
        terms[n, m] = waves
    return tuple((n, m, waves) for (n, m), waves in terms.items())


def _refuse_terms(got: str) -> NoReturn:
    rule = f"n,m:waves joined by _, each term once, n at most {HIGHEST_TERM}, at most {LARGEST_TERM:g} wave"
    refuse("zernike of a state", rule, got)


def _paint(text: str) -> tuple[int, ...]:
    cells: list[int] = []
    for run in text.split("."):
        found = RUN.fullmatch(run)
        if found is None or len(cells) > CELLS**2:
            refuse("paint of a state", "runs of levels 0 to 7, such as 0x40.3.0x535", run)
        cells += [int(found[1])] * int(found[2] or 1)
    if len(cells) != CELLS**2:
        refuse("paint of a state", f"of {CELLS} x {CELLS} cells", f"{len(cells)} cells")
    return tuple(cells) if any(cells) else ()


def _runs(cells: tuple[int, ...]) -> str:
    """Equal neighbours as one run each: level, or levelxcount."""
    runs: list[list[int]] = []
    for level in cells:
        if runs and runs[-1][0] == level:
            runs[-1][1] += 1
        else:
            runs.append([level, 1])
    return ".".join(f"{level}x{count}" if count > 1 else str(level) for level, count in runs)


def _short(value: Any) -> str:
    """A number as it is, in as few digits as say it; text as it is."""
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
