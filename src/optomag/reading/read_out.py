"""Reading a scan: what the detectors say at each spot, with photons, grains and jitter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_finite_array, require_integer, require_real
from optomag.reading.full_scale import full_scale as full_scale_of
from optomag.reading.noise import Noise, shot_noise
from optomag.reading.reader import Reader
from optomag.reading.reader_kernels import grain_products
from optomag.reading.reading_kernels import ReadingKernels, reading_window
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.pattern import DEFAULT_RTOL
from optomag.scanning.raster import Raster, SpotField, plan_raster, tile_scanner
from optomag.scanning.scan import Scan


@dataclass(frozen=True, eq=False)
class Readings(Displayed):
    """What was read; as an array, its `values`.

    Attributes
    ----------
    values : float64, shape (n, 3) [rad]
        Readings of the pairs for Mx, My and Mz at each place, with noise.
    covariance : float64, shape (3, 3) [rad^2]
        Of the noise of one place: photons, grains and jitter.
    positions : float64, shape (n, 2) [m]
        Where they were to be taken.
    rotation : float [rad]
        theta_F t of the reader.
    full_scale : float
        The |M| of the scan (gamma = 1) that was full magnetization.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> written = om.scan([[0, 0], [1e-6, 0]], [[0, 0, 1], [1, 0, 0]], lens)
    >>> read = om.read_out(written, om.Reader(lens), power=1e-4, dwell=1e-6)
    >>> read.values.shape, np.asarray(read).shape, bool(np.sqrt(read.covariance[0, 0]) < 1e-4)
    ((2, 3), (2, 3), True)
    """

    values: np.ndarray
    covariance: np.ndarray
    positions: np.ndarray
    rotation: float
    full_scale: float

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.values, dtype=dtype, copy=bool(copy) or None)

    def __len__(self) -> int:
        return len(self.values)


def read_out(
    scan: Scan,
    reader: Reader,
    *,
    power: float | None = None,
    dwell: float | None = None,
    noise: Noise | None = None,
    at: Any = None,
    full_scale: float | None = None,
    seed: int = 0,
) -> Readings:
    """Read all spots of a scan, one after the other, three times each.

    Parameters
    ----------
    scan : Scan
        In the plane that the reader reads.
    reader : Reader
        Its lens need not be that of the scan.
    power, dwell : float [W], [s], optional
        Of the light on the film, and of each of the three readings: shot noise. Without them only `noise`.
    noise : Noise, optional
        What else there is; its rotation adds to the photons' in squares.
    at : array_like, shape (n, 2) [m], optional
        Where to read; by default at the spots.
    full_scale : float, optional
        The |M| that is full magnetization; by default that of all but a thousandth of the pattern.
    seed : int
        Of the noise.

    Returns
    -------
    Readings

    Raises
    ------
    InvalidInputError
        If an argument cannot be used, power comes without dwell, or scan and reader see different films.

    Notes
    -----
    y = theta_F t integral of R . m with m = M/full_scale (`Reader`), by the same sums as the scan itself:
    crosstalk of writing and of reading is all in it. Exact up to 100 wavelengths (at NA 0.95) between a spot
    and a reading; in larger patterns both kernels fade out at 48, keeping their integrals. Grains are smaller
    than the focus, so that they are white noise: of each place for itself, though kernels overlap.

    Examples
    --------
    >>> from optomag.scanning.scan import scan
    >>> from optomag.optics.objective import Objective
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> alone = scan([[0, 0]], [[0, 0, 1]], lens)
    >>> y = read_out(alone, Reader(lens, geometry="transmission"), full_scale=1.0)
    >>> round(float(y.values[0, 2] / y.rotation), 3)
    0.474
    """
    _require_same_film(scan, reader)
    whole = whole_noise(noise, power, dwell, reader)
    scale = full_scale_of(scan) if full_scale is None else require_real("full_scale", full_scale, above=0.0)
    generator = np.random.default_rng(require_integer("seed", seed, at_least=0))
    positions = scan.spots.positions
    if at is not None:
        positions = require_finite_array("at", at, shape="(n, 2)", ndim=2, last=2)
    factor = reader.rotation / scale
    values = factor * noiseless(scan, reader, None if at is None else positions)
    covariance = noise_covariance(whole, reader)
    noisy = values + drawn_noise(covariance, len(values), generator)
    if whole.jitter:
        moved = positions + whole.jitter * generator.normal(size=positions.shape)
        change = factor * noiseless(scan, reader, moved) - values
        noisy, covariance = noisy + change, covariance + change.T @ change / len(change)
    return Readings(noisy, covariance, positions, reader.rotation, scale)


def noise_covariance(noise: Noise, reader: Reader) -> np.ndarray:
    """Covariance (3, 3) [rad^2] of photons and grains; that of jitter depends on the pattern."""
    found = noise.rotation**2 * np.eye(3)
    if noise.medium:
        found = found + (noise.medium * noise.grain * reader.rotation) ** 2 * grain_products(reader)
    return found


def drawn_noise(covariance: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Noise of so many readings, float64 (count, 3) [rad]."""
    if not covariance.any():
        return np.zeros((count, 3))
    # three readings may be one and the same, and their covariance singular
    variances, axes = np.linalg.eigh(covariance)
    return generator.normal(size=(count, 3)) @ (axes * np.sqrt(np.maximum(variances, 0.0))).T


def noiseless(scan: Scan, reader: Reader, at: np.ndarray | None = None) -> np.ndarray:
    """Integral of R . M at the spots, or at places (n, 2) [m]: float64 (n, 3), without theta_F t."""
    places = scan.spots.positions if at is None else at
    low, high = (
        np.minimum(scan.spots.positions.min(axis=0), places.min(axis=0)),
        np.maximum(scan.spots.positions.max(axis=0), places.max(axis=0)),
    )
    lens, field = scan.kernels.lens, scan.field
    window = reading_window((high - low) / lens.wavelength, lens)
    kernels = ReadingKernels(scan.kernels.basis, reader, window)
    if at is None and field.pitch:
        raster = node_raster(field, kernels)
    else:
        raster = plan_raster(SpotField.of(low, high, lens), kernels, margin=0.0)
    scanner = tile_scanner(raster, kernels, DEFAULT_RTOL)
    found, tiles = np.empty((len(places), 3)), raster.tile_of(places)
    for number in np.unique(tiles).tolist():
        tile = scanner.magnetization([scan.spots], raster.corner(number))
        found[tiles == number] = tile.at(places[tiles == number])
    return found


def node_raster(field: SpotField, kernels: ReadingKernels) -> Raster:
    """The nodes of a lattice as a raster: readings are wanted nowhere else."""
    steps = np.array(field.steps) * field.pitch
    counts = np.rint((field.high - field.low) / steps).astype(int) + 1
    pitch = (float(steps[0]), float(steps[1]))
    side = min(LatticeScanner.largest(kernels, pitch), int(counts.max()))
    (x, y), (nx, ny) = field.low.tolist(), counts.tolist()
    return Raster(x, y, pitch, nx, ny, side, (1, 1), (0, 0), field.angle)


def _require_same_film(scan: Scan, reader: Reader) -> None:
    for name, value, kind in (("scan", scan, Scan), ("reader", reader, Reader)):
        if not isinstance(value, kind):
            refuse(name, f"an optomag {kind.__name__}", value)
    written = scan.kernels.basis.setup.film
    if written != reader.film:
        refuse("film of the reader", f"that of the scan, {written}", reader.film)


def whole_noise(noise: Noise | None, power: float | None, dwell: float | None, reader: Reader) -> Noise:
    """The given noise with that of photons."""
    if noise is not None and not isinstance(noise, Noise):
        refuse("noise", "an optomag Noise", noise)
    given = Noise() if noise is None else noise
    if power is None and dwell is None:
        return given
    if power is None or dwell is None:
        refuse("power and dwell", "given together", (power, dwell))
    photons = shot_noise(power, dwell, reader.lens.wavelength)
    return replace(given, rotation=float(np.hypot(given.rotation, photons)))
