"""Signs, axes, units and precision: every convention of the library on one page.

* Time factor exp(-i w t). Light travels towards +z. The focus of the lens is the origin.
* SI units inside: m, V/m, A/m, W, rad. Vectors are one array with a trailing axis (x, y, z).
* Pupil point (theta, phi): sin(theta) = (NA / n) r with r in [0, 1];
  e_rho = (cos phi, sin phi), e_phi = (-sin phi, cos phi); phi in [0, 2 pi).
* The ray through pupil point (theta, phi) converges on the focus, along
  s = (-sin theta cos phi, -sin theta sin phi, cos theta).
* The lens turns e_rho into (cos theta cos phi, cos theta sin phi, sin theta) and leaves e_phi alone;
  both are normal to s, so div E = 0. (Eqs. (1)-(2) of arXiv:2103.13592 mix the matrix of the converging
  ray with the phase of the diverging one; off the axis their axial field has the wrong relative sign.)
* E(r) = C * integral of sqrt(cos theta) P E_in exp(i k s.r) sin theta dtheta dphi with C real and positive.
* Inverse Faraday effect M = i gamma E x E*: with gamma > 0, M points along the optical spin, so the
  polarisation (1, i, 0)/sqrt(2) gives M along +z.

Precision is chosen here, once: physics is double precision (complex128); networks are single.
"""

from __future__ import annotations

import os
from typing import Final

from optomag.errors import refuse

WORTH_A_FILE = 0.05
"""Compilation time [s] from which JAX keeps the result, where the user has named a folder for that
(JAX_COMPILATION_CACHE_DIR). JAX's own threshold, one second, leaves out every sum of this library."""


def double_precision() -> None:
    """Switch JAX to 64 bits, for the whole process.

    The first lens or beam calls it, and so do the rooms that compute without them when they are first used;
    importing the package does not.

    Raises
    ------
    InvalidInputError
        Inside a function that JAX is compiling already: half of it would have 32 bits.
    """
    import jax  # only here: lenses and films that are refused need none
    from jax.core import Tracer

    if jax.config.jax_enable_x64:  # pyright: ignore[reportAttributeAccessIssue]
        return
    if isinstance(jax.device_put(0.0), Tracer):
        advice = "Make a lens or a beam outside of it, or set JAX_ENABLE_X64=1."
        refuse("precision", "double before JAX compiles a function", "single, within one", advice)
    jax.config.update("jax_enable_x64", True)
    if "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS" not in os.environ:
        jax.config.update("jax_persistent_cache_min_compile_time_secs", WORTH_A_FILE)


UP: Final = (0.0, 0.0, 1.0)
"""Direction of a magnetization when nobody says more: along +z, as the light travels."""

SPEED_OF_LIGHT: Final = 299_792_458.0
"""Speed of light in vacuum [m/s] (SI definition)."""

PLANCK_CONSTANT: Final = 6.626_070_15e-34
"""Planck constant [J s] (SI definition)."""

BOLTZMANN_CONSTANT: Final = 1.380_649e-23
"""Boltzmann constant [J/K] (SI definition)."""

VACUUM_PERMEABILITY: Final = 1.256_637_061_27e-6
"""Vacuum magnetic permeability [T m/A] (CODATA 2022)."""

VACUUM_PERMITTIVITY: Final = 8.854_187_818_8e-12
"""Vacuum electric permittivity [F/m] (CODATA 2022)."""

VACUUM_IMPEDANCE: Final = 1 / (VACUUM_PERMITTIVITY * SPEED_OF_LIGHT)
"""Z0 = |E|/|H| of a plane wave in vacuum [V/A]."""
