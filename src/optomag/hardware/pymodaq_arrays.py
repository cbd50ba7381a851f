"""Arrays as PyMoDAQ's plugins take and give them: actuators for panels, viewers for cameras.

PyMoDAQ (S. J. Weber, Rev. Sci. Instrum. 92, 045104 (2021), doi:10.1063/5.0032116) moves everything in its
`DataWithAxes`: a list of equally shaped arrays, `data[i]`, with a `dim`. Its plugin for HOLOEYE's modulators
takes a `DataActuator` whose only array is an image (height, width): phases [rad], or grey levels where the
attribute `as_grey_levels` is set. A viewer of a camera gives a `DataToExport` with a `DataFromPlugins` of
`dim` "Data2D", one array (ny, nx) for each channel.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.errors import refuse, require_array, require_yes_or_no
from optomag.hardware.bench import require_frame


def pymodaq_actuator(image: Any) -> dict[str, Any]:
    """Arguments of a `DataActuator` (or `DataRaw`) that shows an image's grey levels.

    Parameters
    ----------
    image : unsigned array, shape (height, width)
        Of one panel, as `MaskSet.levels` has it.

    Returns
    -------
    dict
        `DataActuator(**pymodaq_actuator(image))`: name, the list of the one array, its dimension, no unit and
        `as_grey_levels`.

    Raises
    ------
    InvalidInputError
        If it is no image of grey levels.

    Examples
    --------
    >>> given = pymodaq_actuator(np.zeros((1080, 1920), np.uint8))
    >>> given["dim"], given["data"][0].shape, given["as_grey_levels"]
    ('Data2D', (1080, 1920), True)
    """
    levels = require_array("image", image, "grey levels (height, width)")
    if levels.ndim != 2 or levels.size == 0 or levels.dtype.kind not in "iu" or levels.min() < 0:
        rule = "grey levels (height, width), whole numbers from 0"
        refuse("image", rule, f"an array of shape {levels.shape} of {levels.dtype}")
    return {
        "name": "panel",
        "data": [np.ascontiguousarray(levels)],
        "dim": "Data2D",
        "units": "",
        "labels": ["levels"],
        "as_grey_levels": True,
    }


def pymodaq_frame(data: Any, *, rows_down: bool = True) -> np.ndarray:
    """The frame in what a PyMoDAQ viewer gave.

    Parameters
    ----------
    data : DataToExport or DataWithAxes
        With one set of images; several channels are images behind one analyser each.
    rows_down : bool, default True
        Whether the first row is the uppermost.

    Returns
    -------
    float64, shape (ny, nx) or (polarisers, ny, nx)
        As `Bench.capture` gives it.

    Raises
    ------
    InvalidInputError
        If it holds no images, several sets of them, or none of a focus.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import optomag as om
    >>> image = np.arange(81.0).reshape(9, 9)
    >>> data = SimpleNamespace(data=[image], dim="Data2D")  # as a DataWithAxes has them
    >>> om.pymodaq_frame(data)[0, :3].tolist(), om.pymodaq_frame(data, rows_down=False)[0, :3].tolist()
    ([0.0, 1.0, 2.0], [72.0, 73.0, 74.0])
    """
    down = require_yes_or_no("rows_down", rows_down)
    arrays = _images(data)
    frames = [np.asarray(one) if down else np.asarray(one)[::-1] for one in arrays]
    return require_frame(frames[0] if len(frames) == 1 else np.stack(frames))


def _images(data: Any) -> list[np.ndarray]:
    """The list of images of a `DataWithAxes`, or of the only such in a `DataToExport`."""
    rule = "a PyMoDAQ DataWithAxes of images (Data2D), or a DataToExport with one"
    held = None if isinstance(data, np.ndarray) else getattr(data, "data", None)
    if not isinstance(held, list) or not held:
        refuse("data of a viewer", rule, data)
    if all(isinstance(one, np.ndarray) for one in held):
        if not all(one.ndim == 2 for one in held):
            refuse("data of a viewer", rule, f"arrays of shape {held[0].shape}")
        return held
    planes = [one for one in held if _dimension(one) == "Data2D"]
    if len(planes) != 1:
        found = ", ".join(f"{getattr(one, 'name', '?')} ({_dimension(one)})" for one in held)
        refuse("data of a viewer", rule, found, "Pick one: data.get_data_from_name(...).")
    return _images(planes[0])


def _dimension(data: Any) -> str:
    """Name of its `dim`, which is an enumeration or a text."""
    dim = getattr(data, "dim", "")
    return str(getattr(dim, "name", dim))
