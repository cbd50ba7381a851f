"""Structures out of their folders, as the very same beams: what was recorded is simulated and compared."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, refuse
from optomag.inverse.structure.coherency import Certificate
from optomag.inverse.structure.pupil import Pupil
from optomag.inverse.structure.search import Step
from optomag.inverse.structure.shape import metrics_of, shining, strength_of, written_by
from optomag.inverse.structure.structure import Structure, unstacked
from optomag.inverse.structure.structure_files import FORMAT, KINDS, PARAMETERS, RECORD, VERSION
from optomag.inverse.structure.target import Target
from optomag.io.result_folder import SavedResult, open_result
from optomag.io.weights import load_tensors
from optomag.light.saved_light import require_agreement
from optomag.optics.description import film_from, lens_from


def load_structure(folder: str | os.PathLike[str]) -> Structure:
    """Read a structure that `Structure.save` or `optomag shape` wrote.

    Parameters
    ----------
    folder : path
        That `Structure.save` wrote.

    Returns
    -------
    Structure
        The same target, parameters, numbers and, to the last bit, beams; what they write at the control
        points is computed anew.

    Raises
    ------
    InvalidInputError
        If a file is missing, truncated, edited or not of a structure, or its beams write something else than
        was recorded.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> spots = om.SpotArray([[-6e-7, 0.0], [6e-7, 0.0]], [[1, 0, 0], [0, 0, 1]])
    >>> found = om.shape(spots, lens, effort=om.FastArrays(starts=1, oversampling=3))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     same = om.load_structure(found.save(folder + "/spots"))
    >>> bool(np.allclose(same.magnetization, found.magnetization))
    True
    """
    return structure_of(open_result(folder, kind=FORMAT, name="structure"))


def structure_of(result: SavedResult) -> Structure:
    """The structure in an open result; raises as `load_structure` does."""
    path, record = result.folder / RECORD, result.record(RECORD, version=VERSION)
    if record.get("beam_sha256") != result.files.get(PARAMETERS):
        refuse("beam of a structure", "the one that its record was written with", result.folder / PARAMETERS)
    tensors, _ = load_tensors(result.path(PARAMETERS), kind=FORMAT, name="beam")
    target, pupil = (KINDS.restore(record.get(part), tensors) for part in ("target", "pupil"))
    if not isinstance(target, Target) or not isinstance(pupil, Pupil):
        refuse("structure", "a file with a target and a pupil", path)
    lens, film = lens_from(record.get("lens")), film_from(record.get("film"))
    parameters = {
        name.removeprefix("parameters."): value
        for name, value in tensors.items()
        if name.startswith("parameters.")
    }
    try:
        values = {name: record[name] for name in ("four_pi", "converged", "stopped")}
        if not all(isinstance(value, bool) for value in values.values()):
            raise TypeError
        four_pi = values.pop("four_pi")
        points, energies = target.control_points(lens), np.asarray(record["energies"], np.float64)
        beams = [
            pupil.beams(one, points, lens, film=film, four_pi=four_pi)
            for one in unstacked(parameters, len(energies))
        ]
        shone = shining(beams, energies, lens, film=film, points=points)
        magnetization = written_by(shone)(points)
        require_agreement(tensors.get("magnetization"), magnetization, result)
        if not isinstance(record["status"], str):
            raise TypeError
        found = Structure(
            target=target,
            pupil=pupil,
            parameters=parameters,
            exposures=shone,
            magnetization=tensors["magnetization"],
            metrics={name: _number(value) for name, value in record["metrics"].items()},
            status=record["status"],
            **values,
            history=tuple(_step(**step) for step in record["history"]),
            seed=int(record["seed"]),
            seconds=float(record["seconds"]),
            certificate=None if record["certificate"] is None else Certificate(**record["certificate"]),
        )
        known = strength_of(target, shone, magnetization)
        # needles and chains call something else their strength: then all is simulated again
        if not _agrees(found, known) and not _agrees(found, metrics_of(target, shone, magnetization)):
            refuse("metrics of a structure", "what its beams write when simulated again", path)
        return found
    except InvalidInputError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        refuse("structure", "a complete file", path, "It was written by another version or edited.")


def _step(*, strength: float | None, error: float | None, **counts: Any) -> Step:
    return Step(strength=_number(strength), error=_number(error), **counts)


def _agrees(found: Structure, known: dict[str, float]) -> bool:
    return all(
        np.isclose(found.metrics[name], value, 1e-6, 1e-9, equal_nan=True) for name, value in known.items()
    )


def _number(value: float | None) -> float:
    """A number of a JSON file, which has null for NaN."""
    return float("nan") if value is None else float(value)
