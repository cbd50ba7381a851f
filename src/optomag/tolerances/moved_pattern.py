"""Pupil maps moved as a whole: by parts of a pixel, and the derivative of such moves.

The light at a point is a sum over pixels, E = sum_p W_p J_p, with weights W that are smooth across the pupil
even where the pattern J jumps. Between two pixels a moved map is interpolated linearly; then

    sum_p W_p (J_{p-1} - J_{p+1})/2h = sum_p J_p (W_{p+1} - W_{p-1})/2h,

which is how the light changes when the weights are moved instead. So a jump counts with all its length,
wherever it lies and whatever made it, as soon as differences span a pixel; those of points within a pixel
would not see it move. A move by part of a pixel blurs the pattern, which costs (h^2/8) W'' at most: about as
much as the lattice itself.
"""

from __future__ import annotations

import numpy as np

from optomag.optics.lattice import pixel_lattice


def shifted(jones: np.ndarray, x: float, y: float) -> np.ndarray:
    """Pupil map (N, N, 2) whose pattern lies off the centre by (x, y) [pupil radii].

    Beyond the rim the pattern goes on as it ends there.
    """
    return _along(_along(jones, x, axis=0), y, axis=1)


def rotated(jones: np.ndarray, angle: float) -> np.ndarray:
    """Pupil map (N, N, 2) turned about the axis by `angle` [rad], polarisation included."""
    axis = pixel_lattice(len(jones)).axis
    x, y = np.meshgrid(axis, axis, indexing="ij")
    cosine, sine = np.cos(angle), np.sin(angle)
    found = _interpolated(jones, x * cosine + y * sine, y * cosine - x * sine)
    return found @ np.array([[cosine, sine], [-sine, cosine]])


def gradient_of_pattern(jones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """d/dx and d/dy [1/pupil radius] of a pupil map, as differences over a pixel on either side.

    Notes
    -----
    Sums of it over a pupil err by 1/N^2; by 1/N where the pattern changes along the radius at the rim, since
    the map outside holds the values of the rim.
    """
    pixel = 2 / len(jones)
    wide = np.pad(jones, ((1, 1), (1, 1), (0, 0)), mode="edge")
    along_x, along_y = wide[2:, 1:-1] - wide[:-2, 1:-1], wide[1:-1, 2:] - wide[1:-1, :-2]
    return along_x / (2 * pixel), along_y / (2 * pixel)


def turning_of_pattern(jones: np.ndarray) -> np.ndarray:
    """Derivative [1/rad] of `rotated` at no angle: e_z x J - (x d/dy - y d/dx) J."""
    axis = pixel_lattice(len(jones)).axis
    along_x, along_y = gradient_of_pattern(jones)
    turned = np.stack([-jones[..., 1], jones[..., 0]], axis=-1)
    return turned - axis[:, None, None] * along_y + axis[:, None] * along_x


def _along(jones: np.ndarray, shift: float, *, axis: int) -> np.ndarray:
    """The map moved along one axis [pupil radii]: every point lies by the same part between two pixels."""
    if shift == 0:
        return jones
    count = len(jones)
    whole = int(np.floor(-0.5 * count * shift))
    part = -0.5 * count * shift - whole
    near, far = (np.clip(np.arange(count) + whole + more, 0, count - 1) for more in (0, 1))
    return (1 - part) * np.take(jones, near, axis=axis) + part * np.take(jones, far, axis=axis)


def _interpolated(jones: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The map at points (N, N) between the pixels' centres, linearly; beyond them it goes on as it ends."""
    count = len(jones)
    sides = [np.clip(0.5 * (count * (part + 1) - 1), 0, count - 1) for part in (x, y)]
    lower = [np.minimum(side.astype(np.intp), count - 2) for side in sides]
    (right, up), corner = (
        (side - low for side, low in zip(sides, lower, strict=True)),
        lower[0] * count + lower[1],
    )
    pixels = jones.reshape(count * count, -1)

    def line(first: int) -> np.ndarray:
        """Between two neighbours along y."""
        near, far = (pixels[corner + first + more] for more in (0, 1))
        return near + up[..., None] * (far - near)

    near, far = line(0), line(count)
    return near + right[..., None] * (far - near)
