"""The temperature of a stack after a pulse of light, on the cells of a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import refuse, require_callable, require_kind
from optomag.grid import Grid
from optomag.heat.heat_on_cells import absorbed_power, skin_depths
from optomag.heat.moments import require_times
from optomag.heat.stack_grid import StackGrid, cosine_values, height_values, stack_grid
from optomag.heat.thermal_medium import ThermalMedium, medium_of, thermal_media
from optomag.io.cell_field import CellBox, CellField
from optomag.io.labelled import to_dataset
from optomag.light.exposures import exposures_of
from optomag.optics.pulse import Pulse
from optomag.plausible import TEMPERATURE, require_plausible
from optomag.room import require_memory

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure

ROOM: Final = 293.0
"""Ambient temperature [K] when nobody says more."""

FEW: Final = 3
"""Media that a heading names."""

STATES: Final = 60
"""Arrays of the size of a state that a step holds: stages, matrices and their elimination."""

PICOSECONDS: Final = 1e12
"""In a second."""


@dataclass(frozen=True, eq=False)
class Temperature(Displayed):
    """Temperatures on the cells of a box, at times from the peak of a pulse.

    Attributes
    ----------
    box : CellBox
        The cells.
    times : float64, shape (times,) [s]
        From the peak of the pulse.
    lattice : float64, shape (times, nx, ny, nz) [K]
        At the cells' centres.
    electrons : float64, shape (times, nx, ny, nz) [K]
        The lattice's, where a medium has no electrons of its own.
    media : tuple of ThermalMedium
        Layers and substrate.
    pulse : Pulse
        What heated the stack.
    ambient : float [K]
        Before the pulse, and far away.
    absorbed_energy : float [J]
        That the stack took from one pulse, in the box and around it as far as heat reaches it.

    Examples
    --------
    >>> import optomag as om
    >>> box = om.CellBox.centred(cell=[10e-9, 10e-9, 10e-9], shape=(2, 1, 1))
    >>> metal = om.ThermalMedium(name="metal", heat_capacity=3e6, conductivity=12.0)
    >>> kelvin = np.array([350.0, 320.0]).reshape(1, 2, 1, 1)
    >>> pulse = om.Pulse(energy=1e-12, duration=100e-15)
    >>> one = om.Temperature(box, np.array([1e-9]), kelvin, kelvin, (metal,), pulse, 293.0, 1e-13)
    >>> one.hottest[:2], one.has_electrons  # `temperature` returns such a record
    ((350.0, 1e-09), False)
    """

    box: CellBox
    times: Float64[np.ndarray, " times"]
    lattice: Float64[np.ndarray, "times nx ny nz"]
    electrons: Float64[np.ndarray, "times nx ny nz"]
    media: tuple[ThermalMedium, ...]
    pulse: Pulse
    ambient: float
    absorbed_energy: float

    @property
    def has_electrons(self) -> bool:
        """Whether a medium of the stack has two temperatures."""
        return any(one.has_electrons for one in self.media)

    @property
    def hottest(self) -> tuple[float, float, tuple[float, float, float]]:
        """Largest temperature of the lattice at the times asked for [K], its time [s] and its place [m]."""
        return _hottest(self.lattice, self.times, self.box)

    @property
    def hottest_electrons(self) -> tuple[float, float, tuple[float, float, float]]:
        """Largest temperature of the electrons at the times asked for [K], its time [s] and its place [m]."""
        return _hottest(self.electrons, self.times, self.box)

    def fields(self) -> list[CellField]:
        """Each temperature at each time as a field for OVF and VTI files: "T_10ps", "Te_10ps", ... [K]."""
        kinds = [("T", self.lattice)] + ([("Te", self.electrons)] if self.has_electrons else [])
        return [
            CellField(self.box, values[number], f"{name}_{time_name(time)}", "K")
            for name, values in kinds
            for number, time in enumerate(self.times)
        ]

    def _facts_(self) -> dict[str, str]:
        hottest, time, place = self.hottest
        where = ", ".join(f"{1e9 * at:.4g}" for at in place)
        first, last = (f"{PICOSECONDS * time:.4g}" for time in self.times[[0, -1]])
        return {
            "times": f"{len(self.times)}, {first} to {last} ps",
            "cells": " x ".join(map(str, self.box.shape)),
            "hottest": f"{hottest:.4g} K at {PICOSECONDS * time:.4g} ps, ({where}) nm",
        }

    def _preview_(self) -> Figure:
        return self.plot()

    def plot(self, *, heading: str = "") -> Figure:
        """Draw the largest temperatures over time, and the lattice's along x through the hottest cell.

        Parameters
        ----------
        heading : str, optional
            In place of the pulse and the media.

        Returns
        -------
        matplotlib.figure.Figure
        """
        from optomag.plot.temperature_figure import temperature_figure

        require_kind("heading", heading, str, "text")
        everywhere = (1, 2, 3)
        _, j, k = np.unravel_index(int(np.argmax(self.lattice.max(axis=0))), self.box.shape)
        electrons = self.electrons.max(axis=everywhere) if self.has_electrons else None
        return temperature_figure(
            self.times,
            self.lattice.max(axis=everywhere),
            electrons,
            self.box.grid.x,
            self.lattice[:, :, j, k],
            heading=heading or self._heading(),
        )

    def _heading(self) -> str:
        pulse, names = self.pulse, " on ".join(one.name for one in self.media[:FEW])
        more = ", ..." if len(self.media) > FEW else ""
        return f"{1e9 * pulse.energy:.4g} nJ in {PICOSECONDS * pulse.duration:.4g} ps; {names}{more}"

    def dataset(self) -> xarray.Dataset:
        """Both temperatures over time, x, y and z, for `save_dataset`."""
        made = to_dataset(
            self.box.grid,
            batch=("time",),
            attributes={
                "media": ", ".join(one.name for one in self.media),
                "ambient_K": self.ambient,
                "pulse_energy_J": self.pulse.energy,
                "pulse_duration_s": self.pulse.duration,
                "pulse_shape": type(self.pulse.shape).__name__,
                "absorbed_energy_J": self.absorbed_energy,
                "cell_m": self.box.cell,
                "corner_m": self.box.corner,
            },
            T=(self.lattice, "K", "temperature of the lattice"),
            Te=(self.electrons, "K", "temperature of the electrons"),
        )
        described = {"units": "s", "long_name": "time from the peak of the pulse"}
        return made.assign_coords(time=("time", self.times, described))


def temperature(
    light: Any,
    pulse: Pulse,
    *,
    box: CellBox,
    media: Sequence[ThermalMedium | str],
    times: Any,
    ambient: float = ROOM,
    front: ThermalMedium | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Temperature:
    """Temperature of the stack behind light, at times after one pulse.

    Parameters
    ----------
    light : Light or Exposures, or whatever has it
        In a film that absorbs. Of several exposures the heats add up, each at its part of the pulse's energy.
    pulse : Pulse
    box : CellBox
        Cells on which temperatures are wanted; heat flows in and around it.
    media : sequence of ThermalMedium or str
        One for each layer of the film and one for the substrate: constants, or names in
        `optomag.MATERIALS`.
    times : array_like, shape (times,) [s]
        Increasing, >= 0, from the peak of the pulse.
    ambient : float, default 293 [K]
        Before the pulse, and far away.
    front : ThermalMedium or str, optional
        What lies in front of the film and takes heat; by default nothing does, as in air.
    progress : function of (done, total), optional
        Told now and then.

    Returns
    -------
    Temperature

    Raises
    ------
    InvalidInputError
        If an argument cannot be used, the light has no film or nothing in it absorbs, a material lacks a
        constant, or what is asked for takes more memory than there is.

    Notes
    -----
    The two-temperature model (Anisimov, Kapeliovich and Perel'man, Sov. Phys. JETP 39, 375 (1974)) in media
    with electrons, else Fourier's law, on finite volumes along z and cosine series across them. docs/heat.md
    has equations, method, errors and limits: constants that depend on no temperature, no latent heat, linear
    absorption, Fourier's law below the mean free path too.

    Examples
    --------
    >>> import optomag as om
    >>> film = om.Film([(2.9 + 3.6j, 20e-9)], substrate=1.46)
    >>> light = om.Light(om.circular(+1), om.Objective(na=0.9, wavelength=532e-9), film=film)
    >>> media = [
    ...     om.ThermalMedium(name="metal", heat_capacity=3e6, conductivity=12.0),
    ...     om.ThermalMedium(name="glass", heat_capacity=1.65e6, conductivity=1.4),
    ... ]
    >>> box = om.CellBox.centred(cell=[50e-9, 50e-9, 10e-9], shape=(8, 8, 2), at=[0.0, 0.0, 10e-9])
    >>> pulse = om.Pulse(energy=1e-12, duration=100e-15)
    >>> warm = om.temperature(light, pulse, box=box, media=media, times=[1e-12, 1e-9])  # doctest: +SKIP
    >>> warm.lattice.shape  # doctest: +SKIP
    (2, 8, 8, 2)
    """
    exposures = exposures_of(light)
    require_kind("pulse", pulse, Pulse, "an optomag Pulse", "Build one with Pulse(energy=, duration=).")
    require_kind("box", box, CellBox, "an optomag CellBox")
    require_callable("progress", progress, "a function of two numbers")
    film = exposures.film
    if film is None or not any(np.imag(index) > 0 for index in film.indices):
        refuse("film of the light", "one that absorbs, for there is heat in no other", film)
    stack = thermal_media(media, count=len(film.indices))
    before = None if front is None else medium_of(front)
    moments = require_times(times)
    surroundings = require_plausible(TEMPERATURE, "ambient", ambient)
    for one in stack if before is None else (before, *stack):
        one.lattice_heat_capacity(surroundings)
    centres = box.grid
    grid = stack_grid(
        stack,
        film.interfaces,
        x=(centres.x[0], centres.x[-1]),
        y=(centres.y[0], centres.y[-1]),
        structure=exposures.lens.wavelength / exposures.lens.na,
        times=(max(moments[0], pulse.duration), max(moments[-1], pulse.duration)),
        skins=skin_depths(film, exposures.lens.wavelength),
        front=before,
    )
    _require_room(grid, len(moments) * centres.x.size * centres.y.size * centres.z.size)
    heat = absorbed_power(exposures, grid, pulse.peak_power)
    from optomag.heat.evolve import evolve

    found = [
        _on_box(grid, flow, rise, centres)
        for flow, rise in evolve(grid, heat, pulse, moments, ambient=surroundings, progress=progress)
    ]
    lattice, electrons = surroundings + np.moveaxis(np.array(found), 1, 0)
    energy = pulse.effective_duration * float(np.sum(heat * grid.volumes[:, None, None]))
    return Temperature(box, moments, lattice, electrons, stack, pulse, surroundings, energy)


def time_name(time: float) -> str:
    """A time as names of fields and files have it.

    Examples
    --------
    >>> time_name(1e-9)
    '1000ps'
    """
    return f"{time * PICOSECONDS:.10g}ps"


def _on_box(grid: StackGrid, flow: Any, rise: np.ndarray, centres: Grid) -> np.ndarray:
    """Rises of lattice and electrons at the centres of the box's cells, shape (2, nx, ny, nz)."""
    conductivity, conductance = np.asarray(flow.conductivity), np.asarray(flow.conductance)
    along = [
        height_values(grid, centres.z, conductivity[field], conductance[field])
        @ rise[:, field].reshape(len(rise), -1)
        for field in range(rise.shape[1])
    ]
    # where a medium has no electrons of its own, theirs is the lattice's temperature
    metal = grid.of("coupling")[np.clip(grid.cell_at(centres.z), 0, len(rise) - 1)] > 0
    pair = np.stack([along[0], np.where(metal[:, None], along[-1], along[0])])
    columns = pair.reshape(2, len(centres.z), *grid.shape[:2])
    across = (cosine_values(grid.x, centres.x), cosine_values(grid.y, centres.y))
    return np.einsum("ai,bj,fzij->fabz", *across, columns, optimize=True)


def _require_room(grid: StackGrid, values: int) -> None:
    nx, ny, nz = grid.shape
    fields = 2 if any(one.has_electrons for one in grid.media) else 1
    each = 8.0 * STATES * fields * nz

    def needed(columns: int) -> float:
        return each * columns + 4 * 8.0 * values

    advice = "Ask for earlier times, fewer of them, or a smaller box."
    require_memory("columns of the heat's grid", nx * ny, needed, advice=advice)


def _hottest(
    values: np.ndarray, times: np.ndarray, box: CellBox
) -> tuple[float, float, tuple[float, float, float]]:
    t, i, j, k = np.unravel_index(int(np.argmax(values)), values.shape)
    grid = box.grid
    place = (float(grid.x[i]), float(grid.y[j]), float(grid.z[k]))
    return float(values[t, i, j, k]), float(times[t]), place
