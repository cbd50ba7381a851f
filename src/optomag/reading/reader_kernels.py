"""Kernels of a reader on a raster around the point that it reads."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optomag.reading.reader import Reader
from optomag.scanning.pair_kernels import VANISHING
from optomag.scanning.plane_field import plane_fields
from optomag.scanning.radial_kernels import RadialKernels, azimuth_fields, sample_radii

GRAIN_REACH = 12.0
"""Wavelengths/NA up to which squares of kernels, which fall with r^-6, are summed."""


def reader_kernels(
    reader: Reader, steps: np.ndarray, counts: tuple[int, int], angle: float = 0.0
) -> Iterator[tuple[int, int, np.ndarray]]:
    """R of y = theta_F t integral of R(r) . m(r) d^2r, m uniform through the film.

    Parameters
    ----------
    reader : Reader
    steps : float64, shape (2,) [m]
        Of the raster along its two axes.
    counts : pair of int
        Steps around the point along both.
    angle : float [rad]
        By which the raster's axes are turned from x and y; components stay along x, y and z.

    Yields
    ------
    channel, component : int
        Only those that do not vanish by symmetry.
    values : float64, shape (2 counts[0] + 1, 2 counts[1] + 1) [1/m^2]
        Perhaps the same array each time.
    """
    farthest = float(np.hypot(*(np.array(counts) * steps)))
    radial = _radial(reader, farthest)
    if radial is not None:
        x, y = (np.arange(n + 1) * step for n, step in zip(counts, steps, strict=True))
        yield from radial.on_raster(x, y, angle)
        return
    depths, factors = reader.depths, _factors(reader)
    found = np.zeros((3, 3, 2 * counts[0] + 1, 2 * counts[1] + 1))
    for (read, detect), weight in zip(depths.sides(reader.pairs), depths.weights, strict=True):
        one = plane_fields(read, reader.lens, steps, counts, angle)
        other = plane_fields(detect, reader.collector, steps, counts, angle)
        for channel in range(3):
            spin = np.cross(one[channel], other[channel], axis=0)
            found[channel] += np.real(weight * factors[channel] * spin)
    least = VANISHING * np.abs(found).max()
    for channel, component in np.ndindex(3, 3):
        if np.abs(found[channel, component]).max() >= least:
            yield channel, component, found[channel, component]


def grain_products(reader: Reader) -> np.ndarray:
    """Integrals of R_c . R_d over the plane, float64 (3, 3) [1/m^2]: how grains add up in two channels."""
    wavelength = reader.lens.wavelength
    steps = np.full(2, 1 / (4 * reader.highest_frequency))
    counts = int(GRAIN_REACH * wavelength / reader.lens.na / steps[0])
    whole = np.zeros((3, 3, (2 * counts + 1) ** 2))
    for channel, component, values in reader_kernels(reader, steps, (counts, counts)):
        whole[channel, component] = values.ravel()
    return np.einsum("ckn,dkn->cd", whole, whole) * float(np.prod(steps))


def _radial(reader: Reader, farthest: float) -> RadialKernels | None:
    """The kernels as radial functions, for beams of few azimuthal orders."""
    depths = reader.depths
    radii = sample_radii(reader.lens, farthest)
    sides = depths.sides(reader.pairs)
    both = [pair for one, other in sides for pair in ((one, reader.lens), (other, reader.collector))]
    fields = azimuth_fields(both, radii)
    if fields is None:
        return None
    of_planes = fields.reshape(len(sides), 2, 3, *fields.shape[1:])
    spin = np.cross(of_planes[:, 0], of_planes[:, 1])
    mean = np.tensordot(depths.weights, spin, 1)
    return RadialKernels.of_azimuths(np.real(_factors(reader)[:, None, None, None] * mean), radii)


def _factors(reader: Reader) -> np.ndarray:
    """Of E_read x E_det of each pair, complex128 (3,) [1/m^2]: its real part is the kernel."""
    return reader.phases * reader.strength / reader.lens.wavelength**2
