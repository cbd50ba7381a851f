"""Layered media: what becomes of one converging plane wave in a stack of films.

A wave of unit amplitude with transverse index q = n1 sin(theta) has, in medium i, the axial wave number
k_i = sqrt(n_i^2 - q^2), Im k_i >= 0 (in units of 2 pi/wavelength), a forward part F and a backward part B.
The field is

    e_phi E_phi (F_s + B_s) + E_rho [e_rho (F_p - B_p) k_i/n_i + e_z (F_p + B_p) q/n_i].

Reflections are added up from the substrate upwards and transmissions from the lens downwards, so that only
decaying exponentials occur: thick and evanescent layers are stable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Complex128, Float64, Int

from optomag.displayed import Displayed, clipped, drawn, nanometres, summary
from optomag.errors import (
    refuse,
    require_finite_array,
    require_integer,
    require_numbers,
    require_real,
    require_yes_or_no,
)
from optomag.optics.film_words import film_heading, film_media, magnet_of
from optomag.optics.objective import Objective, require_lens
from optomag.plausible import INDEX, PLACE, THICKNESS, require_plausible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_LAYERS = 10_000
"""Each costs a transfer matrix for every wave; mirrors of hundreds of pairs are far below."""

NEARLY_REAL = 0.1
"""Im n/Re n below which a medium still has a critical angle worth a panel edge."""


MOST_CANDIDATES = 8
"""For the magnet, that a message names one by one."""

GRAZING = 1e-12
"""Axial wave number (in units of 2 pi/wavelength) that stands for zero."""


ROUNDED = 1e-12
"""Of the largest height: what sums of thicknesses in another order may differ by."""

FEW, MOST_TOLD = 3, 12
"""Layers that a line, and a table, names one by one."""


@dataclass(frozen=True)
class Film(Displayed):
    """A stack of layers on a substrate, seen from the lens.

    Parameters
    ----------
    layers : sequence of (index, thickness [m])
        From the light's side. Complex indices n + i kappa with kappa >= 0 absorb. May be empty: the lens
        then focuses into the substrate.
    substrate : complex
        Refractive index of the half-space behind the last layer.
    surface : float [m], default 0
        Height z of the first interface; 0 is the focus of the bare lens. A negative value lets the light
        cross the interface before it would have come to a focus.
    front_owns : bool, default False
        Whether a point exactly on an interface belongs to the medium in front of it or behind it.
    heights : tuple of float [m], optional
        Heights of the interfaces where they are known to the last bit, as `mirrored` and files do; by default
        the sums of thicknesses, from which they may differ by rounding only.
    magnet : int, optional
        Which medium the light is to magnetise: its number from 1 at the light's side, one more than there
        are layers for the substrate. Where it is not named, `magnet_layer` finds it or says why it cannot.

    Raises
    ------
    InvalidInputError
        If a thickness is not finite and positive, an index is not finite with a positive real part, or has
        gain, heights do not follow from the surface and the layers, or there is no such medium.

    Examples
    --------
    >>> Film([(2.3, 80e-9)], substrate=1.46).thickness
    8e-08
    >>> Film([(2.0, 5e-9), (2.9 + 3.6j, 10e-9)], substrate=1.46).magnet_layer  # the one that absorbs
    2
    """

    layers: tuple[tuple[complex, float], ...]
    substrate: complex
    surface: float = 0.0
    front_owns: bool = False
    heights: tuple[float, ...] | None = None
    magnet: int | None = None

    def __init__(
        self,
        layers: Sequence[tuple[Any, Any]] = (),
        substrate: Any = 1.0,
        surface: float = 0.0,
        *,
        front_owns: bool = False,
        heights: tuple[float, ...] | None = None,
        magnet: int | None = None,
    ) -> None:
        rule = "a sequence of pairs (index, thickness in m)"
        try:
            pairs = [(index, thickness) for index, thickness in islice(layers, MOST_LAYERS + 1)]
        except (TypeError, ValueError):
            refuse("layers", rule, layers)
        if len(pairs) > MOST_LAYERS:
            refuse("layers", f"at most {MOST_LAYERS}", "more")
        checked = tuple(_require_layer(i, index, d) for i, (index, d) in enumerate(pairs, start=1))
        object.__setattr__(self, "layers", checked)
        object.__setattr__(self, "substrate", _require_index("substrate", substrate))
        object.__setattr__(self, "surface", require_plausible(PLACE, "surface", surface, above=None))
        object.__setattr__(self, "front_owns", require_yes_or_no("front_owns", front_owns))
        if heights is not None:
            heights = _require_heights(heights, self.surface + np.cumsum([0.0, *(d for _, d in checked)]))
        object.__setattr__(self, "heights", heights)
        object.__setattr__(self, "magnet", None if magnet is None else self._require_medium(magnet))

    def __repr__(self) -> str:
        extras = {
            "surface": self.surface or None,
            "front_owns": self.front_owns or None,
            "heights": self.heights,
            "magnet": self.magnet,
        }
        layers = ", ".join(f"({index_text(index)}, {thickness!r})" for index, thickness in self.layers)
        if len(self.layers) > FEW:
            layers = f"{len(self.layers)} layers, {nanometres(self.thickness)}"
        named = "".join(f", {name}={summary(value)}" for name, value in extras.items() if value is not None)
        return clipped(f"Film([{layers}], {index_text(self.substrate)}{named})")

    def _table_(self) -> dict[str, str] | None:
        layers = {
            f"layer {number}": f"{index:.5g}, {nanometres(thickness)}"
            for number, (index, thickness) in enumerate(self.layers[:MOST_TOLD], start=1)
        }
        more = len(self.layers) - MOST_TOLD
        return {
            **layers,
            **({"and": f"{more} more"} if more > 0 else {}),
            "substrate": f"{self.substrate:.5g}",
            "surface": f"z = {nanometres(self.surface)}",
            "magnet": f"medium {magnet_of(self)}" if magnet_of(self) else "not named",
        }

    def _preview_(self) -> Any:
        return self.plot()

    def plot(self, *, lens: Objective | None = None) -> Figure:
        """Draw the media along z, to scale, with the magnet and the focus.

        Parameters
        ----------
        lens : Objective, optional
            For its wavelength and medium: the heading then says what part of a plane wave at normal incidence
            is reflected, absorbed and transmitted.

        Returns
        -------
        matplotlib.figure.Figure
        """
        if lens is not None:
            require_lens(lens)
        magnet, media = magnet_of(self), film_media(self, lens)
        figure, heading = "optomag.plot.film_figure:film_figure", film_heading(self, lens, magnet)
        return drawn(figure, self.interfaces, media, magnet, heading=heading)

    @property
    def thickness(self) -> float:
        """Total thickness of the layers [m]."""
        return sum(thickness for _, thickness in self.layers)

    @property
    def interfaces(self) -> Float64[np.ndarray, " interfaces"]:
        """Heights z of all interfaces from the light's side [m], shape (layers + 1,)."""
        if self.heights is not None:
            return np.array(self.heights)
        return self.surface + np.cumsum([0.0, *(thickness for _, thickness in self.layers)])

    @property
    def indices(self) -> tuple[complex, ...]:
        """Refractive indices of all layers and of the substrate."""
        return (*(index for index, _ in self.layers), self.substrate)

    def index_at(self, z: Any, lens: Objective) -> Complex128[np.ndarray, "*shape"]:
        """Complex refractive index at heights, complex128 of the shape of `z`.

        Parameters
        ----------
        z : array_like, shape (...) [m]
        lens : Objective
            Whose medium lies in front of the film.
        """
        media = np.array([require_lens(lens).index, *self.indices], dtype=np.complex128)
        return np.asarray(media[self.medium_at(z)])

    def medium_at(self, z: Any) -> Int[np.ndarray, "*shape"]:
        """Numbers of the media at heights: 0 in front of the film, 1 in the first layer, and so on.

        Parameters
        ----------
        z : array_like, shape (...) [m]
        """
        z = require_numbers("z", z)
        return np.asarray(np.searchsorted(self.interfaces, z, side="left" if self.front_owns else "right"))

    @property
    def magnet_layer(self) -> int:
        """Number of the magnet, from 1 at the light's side.

        The medium that was named; else the substrate where there are no layers, the only layer that absorbs,
        or the only layer on a substrate that does not absorb.

        Raises
        ------
        InvalidInputError
            If several layers could be it.
        """
        if self.magnet is not None:
            return self.magnet
        candidates = self._candidates()
        if len(candidates) > 1:
            told = ", ".join(f"{n} ({self.indices[n - 1]:.4g})" for n in candidates[:MOST_CANDIDATES])
            more = ", ..." if len(candidates) > MOST_CANDIDATES else ""
            rule = "named where several layers could be it"
            advice = "Name it: magnet=NUMBER, or in commands --layer NUMBER (--magnet-layer of scan)."
            refuse("magnet of the film", rule, f"layers {told}{more}", advice)
        return candidates[0]

    @property
    def magnet_span(self) -> tuple[float, float]:
        """Heights z [m] at which the magnet begins and ends; infinity is the end of the substrate."""
        number, heights = self.magnet_layer, self.interfaces
        bottom = float(heights[number]) if number <= len(self.layers) else np.inf
        return float(heights[number - 1]), bottom

    @property
    def magnet_middle(self) -> float:
        """Height z [m] of the middle of the magnet; of a half-space that of its surface."""
        top, bottom = self.magnet_span
        return top + 0.5 * self.layers[self.magnet_layer - 1][1] if np.isfinite(bottom) else top

    def with_magnet(self, number: int | None = None, *, heights: Any = None) -> Film:
        """The film with the magnet named: by its number, or as the layer in which things lie.

        Parameters
        ----------
        number : int, optional
            It overrides what was named before.
        heights : array_like [m], optional
            Of points. If nothing is named and one medium of the film holds them all, that is the magnet; it
            is named where `magnet_layer` would be another one, or none.

        Raises
        ------
        InvalidInputError
            If there is no such medium.

        Examples
        --------
        >>> film = Film([(2.0, 5e-9), (2.2, 10e-9)], substrate=1.46)
        >>> film.with_magnet(2).magnet, film.with_magnet(heights=[3e-9]).magnet
        (2, 1)
        """
        if number is not None:
            return replace(self, magnet=number)
        if self.magnet is not None or heights is None:
            return self
        media = np.unique(self.medium_at(heights)).tolist()
        if len(media) > 1 or media[0] == 0 or self._candidates() == media:
            return self
        return replace(self, magnet=media[0])

    def _candidates(self) -> list[int]:
        """What the magnet may be where it is not named."""
        layers = list(range(1, len(self.layers) + 1))
        absorbing = [n for n in layers if self.indices[n - 1].imag > 0]
        # below layers that are transparent, a metal may be the magnet, and they its cap
        metal = [len(self.indices)] if self.substrate.imag > 0 else []
        return absorbing or layers + metal or [1]

    def _require_medium(self, number: Any) -> int:
        number = require_integer("magnet", number, at_least=1)
        if number > len(self.indices):
            refuse("magnet", f"at most {len(self.indices)}, the substrate", number)
        return number

    def mirrored(self, lens: Objective) -> Film:
        """The film as a second, equal lens behind the substrate sees it, in coordinates with z reversed.

        A substrate that is the magnet is no medium of what the second lens sees, which lies in it.

        Parameters
        ----------
        lens : Objective
            The first lens; the second one is equal.

        Raises
        ------
        InvalidInputError
            If the substrate is not the lens' immersion medium.
        """
        require_second_lens(self, require_lens(lens).index)
        heights = tuple((-self.interfaces[::-1]).tolist())
        owner = not self.front_owns
        number = None if self.magnet is None else len(self.layers) + 1 - self.magnet
        return Film(
            self.layers[::-1],
            lens.index,
            heights[0],
            front_owns=owner,
            heights=heights,
            magnet=number or None,
        )

    def critical_angles(self, lens: Objective) -> tuple[float, ...]:
        """Polar angles [rad] inside the lens' cone beyond which a medium carries evanescent waves only.

        Parameters
        ----------
        lens : Objective
        """
        require_lens(lens)
        sines = [n.real / lens.index for n in self.indices if n.imag <= NEARLY_REAL * n.real]
        return tuple(sorted({float(np.arcsin(s)) for s in sines if s < lens.sine}))

    def axial_response(
        self, lens: Objective, theta: Float64[np.ndarray, " t"], z: Float64[np.ndarray, " z"]
    ) -> Complex128[np.ndarray, "t z 3"]:
        """Field at heights z of unit plane waves.

        Parameters
        ----------
        lens : Objective
            Gives the index in front of the film and the wavelength.
        theta : float64, shape (t,) [rad]
            Polar angles in front of the film.
        z : float64, shape (z,) [m]
            Heights.

        Returns
        -------
        complex128, shape (t, z, 3)
            The factors of e_phi E_phi, e_rho E_rho and e_z E_rho.

        Notes
        -----
        Generalised Fresnel coefficients: M. Born and E. Wolf, Principles of Optics, section 1.6; in this form
        W. C. Chew, Waves and Fields in Inhomogeneous Media, section 2.1.
        """
        response = np.empty((len(theta), len(z), 3), dtype=np.complex128)
        for here, waves, k, n, q in self._waves(lens, theta, z):
            (s_down, s_up), (p_down, p_up) = waves
            normal, across = (k / n)[:, None], (q / n)[:, None]
            response[:, here, 0] = s_down + s_up
            response[:, here, 1] = (p_down - p_up) * normal
            response[:, here, 2] = (p_down + p_up) * across
        return response

    def _waves(
        self, lens: Objective, theta: Float64[np.ndarray, " t"], z: Float64[np.ndarray, " z"]
    ) -> Iterator[tuple[Any, ...]]:
        """Forward and backward waves of unit plane waves, medium by medium.

        Parameters
        ----------
        lens, theta, z
            As for `axial_response`.

        Yields
        ------
        here : bool, shape (z,)
            Which of the heights lie in the medium.
        waves : two pairs of complex128, shape (t, heights here)
            F and B of the s and of the p polarisation.
        k, n, q : complex128, shapes (t,), (1,) and float64, shape (t,)
            Axial wave number (in units of 2 pi/wavelength), refractive index, transverse wave number.
        """
        media = np.array([lens.index, *self.indices], dtype=np.complex128)[:, None]
        q = lens.index * np.sin(theta)
        k = np.sqrt((media - q) * (media + q))
        # A wave exactly along the layers would make 0/0 of quantities that have a limit.
        k[k == 0] = GRAZING
        k0 = 2 * np.pi / lens.wavelength
        depth = np.array([0.0, *(d for _, d in self.layers), 0.0])[:, None] * k0
        s = _amplitudes(*_fresnel_s(k), k, depth, k0 * self.surface)
        p = _amplitudes(*_fresnel_p(k, media), k, depth, k0 * self.surface)
        tops = self.interfaces[[0, *range(len(media) - 1)]]
        medium = self.medium_at(z)
        for i in np.unique(medium):
            here = medium == i
            below = k0 * (z[here] - tops[i])
            waves = tuple(_travel(part, i, k, depth, below) for part in (s, p))
            yield here, waves, k[i], media[i], q


def _amplitudes(
    r: Complex128[np.ndarray, "interfaces t"],
    t: Complex128[np.ndarray, "interfaces t"],
    k: Complex128[np.ndarray, "media t"],
    depth: Float64[np.ndarray, "media 1"],
    surface: float,
) -> tuple[Complex128[np.ndarray, "media t"], Complex128[np.ndarray, "media t"]]:
    """Downward amplitude at the top of each medium (at the surface for the first), and the reflectance of
    everything behind each medium, seen at its bottom; both (media, t)."""
    count = len(k)
    reflection = np.zeros_like(k)
    for i in range(count - 2, -1, -1):
        echo = reflection[i + 1] * np.exp(2j * k[i + 1] * depth[i + 1])
        reflection[i] = (r[i] + echo) / (1 + r[i] * echo)
    down = np.zeros_like(k)
    down[0] = np.exp(1j * k[0] * surface)
    for i in range(count - 1):
        echo = reflection[i + 1] * np.exp(2j * k[i + 1] * depth[i + 1])
        down[i + 1] = t[i] * down[i] * np.exp(1j * k[i] * depth[i]) / (1 + r[i] * echo)
    return down, reflection


def _travel(
    part: tuple[Complex128[np.ndarray, "media t"], Complex128[np.ndarray, "media t"]],
    i: int,
    k: Complex128[np.ndarray, "media t"],
    depth: Float64[np.ndarray, "media 1"],
    below: Float64[np.ndarray, " z"],
) -> tuple[Complex128[np.ndarray, "t z"], Complex128[np.ndarray, "t z"]]:
    """Forward and backward wave in medium i at k0 (z - top) = `below`, each (t, z)."""
    down, reflection = part
    forward = down[i, :, None] * np.exp(1j * k[i, :, None] * below)
    if i == len(k) - 1:
        return forward, np.zeros_like(forward)
    backward = (down[i] * reflection[i])[:, None] * np.exp(1j * k[i, :, None] * (2 * depth[i] - below))
    return forward, backward


def _fresnel_s(
    k: Complex128[np.ndarray, "media t"],
) -> tuple[Complex128[np.ndarray, "interfaces t"], Complex128[np.ndarray, "interfaces t"]]:
    total = k[:-1] + k[1:]
    return (k[:-1] - k[1:]) / total, 2 * k[:-1] / total


def _fresnel_p(
    k: Complex128[np.ndarray, "media t"], media: Complex128[np.ndarray, "media 1"]
) -> tuple[Complex128[np.ndarray, "interfaces t"], Complex128[np.ndarray, "interfaces t"]]:
    before, behind = media[1:] ** 2 * k[:-1], media[:-1] ** 2 * k[1:]
    total = before + behind
    return (before - behind) / total, 2 * media[:-1] * media[1:] * k[:-1] / total


def _require_heights(heights: Any, sums: Float64[np.ndarray, " interfaces"]) -> tuple[float, ...]:
    """Heights of interfaces that are the sums of thicknesses but for rounding."""
    given = require_finite_array("heights", heights, shape="(interfaces,)", ndim=1)
    rounding = ROUNDED * max(np.abs(sums).max(), np.ptp(sums))
    if given.shape != sums.shape or np.any(np.abs(given - sums) > rounding) or np.any(np.diff(given) <= 0):
        rule = f"those of the surface and the layers, {sums.tolist()} m"
        refuse("heights", rule, heights, "Leave them out.")
    return tuple(given.tolist())


def _require_layer(number: int, index: Any, thickness: Any) -> tuple[complex, float]:
    height = require_real(f"thickness of layer {number}", thickness, above=0.0)
    if height > THICKNESS.possible[1] and _is_thin(index):
        advice = f"It looks like (index, thickness) the other way round: ({height:g}, {index:g})."
        refuse(f"layer {number}", "a pair (index, thickness in m)", (index, thickness), advice)
    found = _require_index(f"index of layer {number}", index)
    return found, require_plausible(THICKNESS, f"thickness of layer {number}", height)


def _is_thin(index: Any) -> bool:
    return isinstance(index, (int, float, np.number)) and bool(0 < abs(index) < THICKNESS.possible[1])


def _require_index(name: str, value: Any) -> complex:
    rule = "a complex number n + i kappa with n > 0 and kappa >= 0"
    if isinstance(value, (str, bytes, bool, np.bool_)):
        refuse(name, rule, value)
    try:
        index = complex(value)
    except Exception:  # an object's own __complex__ may raise anything
        refuse(name, rule, value)
    if not (np.isfinite(index) and index.real > 0 and index.imag >= 0):
        refuse(
            name, rule, value, "A negative imaginary part would amplify light; gain media are not modelled."
        )
    require_plausible(INDEX, name, abs(index))
    return index


def require_second_lens(film: Film, index: float) -> None:
    """Refuse a film on a substrate that is not the medium [index] in which a second lens stands."""
    if abs(film.substrate - index) > 1e-12 * index:
        refuse("substrate", f"the lens' index {index:g} for a second lens behind it", film.substrate)


def mirrored_film(film: Film | None, lens: Objective) -> Film | None:
    """What a second lens from the other side sees of a film, or of none; see `Film.mirrored`."""
    return None if film is None else film.mirrored(lens)


def index_text(index: complex) -> str:
    """A refractive index as Python reads it."""
    return f"{index!r}".strip("()") if index.imag else f"{index.real!r}"
