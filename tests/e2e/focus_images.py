"""Stacks of images as a laboratory takes them, simulated by the engine and not by the model that is fitted."""

from __future__ import annotations

import numpy as np

import optomag as om

FINER = 3
"""Points along each edge of a pixel, over which its light is averaged."""


def bead_stack(
    terms, lens, *, pixel, heights, count=31, photons=20_000.0, background=20.0, centre=(0.0, 0.0), seed=0
):
    """Counts (planes, ny, nx) of a point-like bead, the top row first.

    By reciprocity the image of a dipole p, seen along a, is |p . E_a(-r)|^2, E_a being the focus of light that
    is polarised along a and crosses the same pupil. Dipoles of all directions, both polarisations.
    """
    line = (np.arange(FINER * count) - 0.5 * (FINER * count - 1)) * pixel / FINER
    # at centre - r, in rising order
    grid = om.Grid(line + centre[0], line + centre[1], np.asarray(heights))
    pupil = om.zernike(terms) if terms else 1.0
    light = 0.0
    for angle in (0.0, np.pi / 2):
        E = np.asarray(om.focus_field(om.linear(angle) * pupil, lens, grid))
        light = light + (np.abs(E) ** 2).sum(-1)
    light = np.asarray(light)[::-1, ::-1]
    pixels = light.reshape(count, FINER, count, FINER, -1).mean(axis=(1, 3))  # x, y, z
    images = pixels.transpose(2, 1, 0)[:, ::-1]  # the largest y is the top row
    mean = images / images.max() * photons + background
    return np.random.default_rng(seed).poisson(mean).astype(np.uint16)


def laser_stack(pupil, beam, *, pixel, heights, count=25, photons=20_000.0, background=20.0, seed=0):
    """Counts (planes, 2, ny, nx) of a small scatterer scanned through the laser's focus, seen along x and along y.

    Half of the light that E_z scatters passes each of the two polarisers.
    """
    line = (np.arange(count) - 0.5 * (count - 1)) * pixel
    E = np.asarray(om.focus_field(pupil.through(beam), pupil.lens, om.Grid(line, line, np.asarray(heights))))
    axial = 0.5 * np.abs(E[..., 2]) ** 2
    seen = np.stack([np.abs(E[..., part]) ** 2 + axial for part in (0, 1)])  # analyser, x, y, z
    images = seen.transpose(3, 0, 2, 1)[:, :, ::-1]
    mean = images / images.max() * photons + background
    return np.random.default_rng(seed).poisson(mean).astype(np.uint16)
