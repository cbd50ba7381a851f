"""mumax+'s compiled module, as far as its script needs it and without a GPU: the torque of the bias field.

mumax+'s Python layer, which is real in the test, is put on top of it. What the magnet is like is not simulated
but recorded, and written to calls.json at the end.
"""

from __future__ import annotations

import atexit
import json
from typing import Any

import numpy as np

FP_PRECISION = 1
GAMMA = 1.76085963e11
STEPS = 2
"""Of a Runge-Kutta method of fourth order, in each run."""


class Grid:
    def __init__(self, size: tuple[int, int, int], origin: tuple[int, int, int]) -> None:
        if not all(isinstance(count, int) for count in (*size, *origin)):
            raise TypeError("sizes of a grid are int")
        self.size, self.origin = size, origin


class Quantity:
    """A static value, and terms of time with masks."""

    ncomp = 1

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.shape = (self.ncomp, *shape)
        self.value: Any = np.zeros(self.ncomp)
        self.terms: list[tuple[Any, np.ndarray]] = []

    def set(self, value: Any) -> None:
        given = np.asarray(value, dtype=float)
        if given.ndim and given.shape not in (self.shape, (self.ncomp,)):
            raise ValueError(f"shape {given.shape}, not {self.shape}")
        self.value = given

    def add_time_term(self, term: Any, mask: np.ndarray) -> None:
        if mask.shape != self.shape:
            raise ValueError(f"mask of shape {mask.shape}, not {self.shape}")
        if term(0.0).shape != (self.ncomp,):
            raise ValueError("a term gives a number for each component")
        self.terms.append((term, np.array(mask, dtype=np.float32)))

    def remove_time_terms(self) -> None:
        self.terms.clear()

    def at(self, time: float) -> np.ndarray:
        static = np.broadcast_to(np.reshape(self.value, (-1, 1, 1, 1)), self.shape)
        return static + sum(term(time)[:, None, None, None] * mask for term, mask in self.terms)


class Parameter(Quantity):
    pass


class VectorParameter(Quantity):
    ncomp = 3


class Variable:
    ncomp = 3

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.field = np.zeros((3, *shape))

    def set(self, value: Any) -> None:
        given = np.asarray(value, dtype=float)
        if given.ndim == 1:
            given = np.broadcast_to(given[:, None, None, None], self.field.shape)
        if given.shape != self.field.shape:
            raise ValueError(f"shape {given.shape}, not {self.field.shape}")
        self.field = given / np.linalg.norm(given, axis=0)

    def eval(self) -> np.ndarray:
        return self.field.copy()


class DmiTensor:
    def __init__(self, shape: tuple[int, int, int]) -> None:
        for name in ("xxy", "xxz", "xyz", "yxy", "yxz", "yyz", "zxy", "zxz", "zyz"):
            setattr(self, name, Parameter(shape))


class Magnet:
    def __init__(self, grid: Grid) -> None:
        shape = grid.size[::-1]
        self.magnetization = Variable(shape)
        self.msat, self.aex, self.alpha, self.ku1 = (Parameter(shape) for _ in range(4))
        self.anisU, self.bias_magnetic_field = VectorParameter(shape), VectorParameter(shape)
        self.dmi_tensor = DmiTensor(shape)
        self.relaxed = 0

    def relax(self, tolerance: float) -> None:
        self.relaxed += 1

    def recorded(self) -> dict[str, Any]:
        names = ("msat", "aex", "alpha", "ku1", "anisU")
        dmi = {name: part.value.tolist() for name, part in vars(self.dmi_tensor).items()}
        return {name: getattr(self, name).value.tolist() for name in names} | {
            "relaxed": self.relaxed,
            "dmi": dmi,
        }


class TimeSolver:
    adaptive_timestep, timestep, sensible_timestep = True, 1e-14, 1e-14

    def __init__(self, world: World) -> None:
        self.world, self.time = world, 0.0

    def run(self, duration: float) -> None:
        magnet = self.world.magnets[0]
        alpha = float(np.ravel(magnet.alpha.value)[0])

        def torque(time: float, m: np.ndarray) -> np.ndarray:
            across = np.cross(m, magnet.bias_magnetic_field.at(time), axis=0)
            return -GAMMA / (1 + alpha**2) * (across + alpha * np.cross(m, across, axis=0))

        m, h = magnet.magnetization.field, duration / STEPS
        for _ in range(STEPS):
            a = torque(self.time, m)
            b = torque(self.time + h / 2, m + h / 2 * a)
            c = torque(self.time + h / 2, m + h / 2 * b)
            d = torque(self.time + h, m + h * c)
            m = m + h / 6 * (a + 2 * b + 2 * c + d)
            m, self.time = m / np.linalg.norm(m, axis=0), self.time + h
        magnet.magnetization.field = m


class World:
    def __init__(
        self, cellsize: tuple[float, float, float], mastergrid: Grid, pbc: tuple[int, int, int]
    ) -> None:
        self.cellsize, self.magnets = cellsize, []
        self.timesolver = TimeSolver(self)
        atexit.register(self.write)

    def add_ferromagnet(self, grid: Grid, geometry: Any, regions: Any, name: str) -> Magnet:
        self.magnets.append(Magnet(grid))
        return self.magnets[-1]

    def write(self) -> None:
        with open("calls.json", "w") as file:
            json.dump({"cellsize": self.cellsize} | self.magnets[0].recorded(), file)
