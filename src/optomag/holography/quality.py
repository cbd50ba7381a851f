"""How near a view is to its page."""

from __future__ import annotations

from typing import Any

import numpy as np


def peak_signal_to_noise(view: np.ndarray, page: np.ndarray) -> float:
    """10 log10 of the squared maximum of the page over the mean squared error [dB].

    Examples
    --------
    >>> page = np.array([[0.0, 1.0]])
    >>> round(peak_signal_to_noise(page + 0.01, page), 6)
    40.0
    """
    error = float(np.mean((view - page) ** 2))
    return float(10 * np.log10(page.max() ** 2 / max(error, np.finfo(float).tiny)))


def structural_similarity(view: np.ndarray, page: np.ndarray) -> float:
    """SSIM with windows of 7 x 7 pixels.

    Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, IEEE Trans. Image Process. 13, 600 (2004),
    doi:10.1109/TIP.2003.819861; by scikit-image.
    """
    from skimage.metrics import structural_similarity as similarity

    found: Any = similarity(view, page, data_range=float(page.max()))
    return float(found)


def resized(page: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """A page with so many pixels, smoothed where it loses some, within 0 and 1."""
    from skimage.transform import resize

    if page.shape == (rows, columns):
        return page
    smaller = rows < page.shape[0] or columns < page.shape[1]
    found: Any = resize(page, (rows, columns), order=1, mode="edge", anti_aliasing=smaller)
    return np.clip(found, 0.0, 1.0)


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation coefficient of two images; 0 where one of them is uniform."""
    a, b = one - one.mean(), other - other.mean()
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.sum(a * b)) / size if size > 0 else 0.0
