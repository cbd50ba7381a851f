"""All that is needed to read a recording, as a record and as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, refuse, require_finite_array, require_integer, require_real
from optomag.reading.description import describe_reader, reader_from
from optomag.reading.noise import require_level
from optomag.reading.reader import Reader
from optomag.recording.coded_payload import symbols_for
from optomag.recording.constellation import Constellation
from optomag.recording.error_correction import codes
from optomag.recording.layout import Layout
from optomag.recording.parity_check import ParityCheckCode
from optomag.recording.pilots import data_places

VERSION = 1

LARGEST = 10 * 2**20
"""Bytes of a recording."""


@dataclass(frozen=True, eq=False)
class Header:
    """What a reader has to know.

    Attributes
    ----------
    total_bytes : int
        Length of what is recorded.
    sha256 : str
        Of what is recorded, in hexadecimal digits.
    code : ParityCheckCode
    constellation : Constellation
    layout : Layout
    reader : Reader
        For which the crosstalk was cured.
    means : float64, shape (N, 3)
        Mean reading of each point, over theta_F t and at the full scale below.
    residual : float64, shape (3, 3)
        Covariance of what is left of the crosstalk, in the same unit.
    full_scale : float
        The |M| of the pattern (gamma = 1, a lonely spot's being 1) that is full magnetization.
    level : float [dB]
        20 log10(theta_F t/sigma) of the noise for which it was made.
    """

    total_bytes: int
    sha256: str
    code: ParityCheckCode
    constellation: Constellation
    layout: Layout
    reader: Reader
    means: np.ndarray
    residual: np.ndarray
    full_scale: float
    level: float

    def plain(self) -> dict[str, Any]:
        """As JSON values; lengths in m."""
        layout = self.layout
        return {
            "version": VERSION,
            "total_bytes": self.total_bytes,
            "sha256": self.sha256,
            "code": {"name": self.code.name, "length": self.code.length},
            "constellation": {
                "kind": self.constellation.kind,
                "points": self.constellation.points.tolist(),
                "labels": self.constellation.labels.tolist(),
            },
            "layout": {
                "pitch_m": layout.pitch,
                "rows": layout.rows,
                "columns": layout.columns,
                "pages": layout.pages,
                "gap": layout.gap,
            },
            "reader": describe_reader(self.reader),
            "means": self.means.tolist(),
            "residual": self.residual.tolist(),
            "full_scale": self.full_scale,
            "level_db": self.level,
        }

    @classmethod
    def of(cls, plain: Any) -> Header:
        """What `plain` gave.

        Raises
        ------
        InvalidInputError
            If the values are no header of this version, or do not fit together.
        """
        try:
            return cls._of(plain)
        except InvalidInputError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise InvalidInputError(
                f"header must be that of an optomag recording; {error!r} is not."
            ) from error

    @classmethod
    def _of(cls, plain: Any) -> Header:
        if require_integer("version of the header", plain["version"]) != VERSION:
            refuse("version of the header", str(VERSION), plain["version"])
        known, named = codes(), plain["code"]
        if named["name"] not in known or known[named["name"]].length != named["length"]:
            refuse("code of the header", f"one of {', '.join(known)}", named)
        given = plain["constellation"]
        constellation = Constellation(
            np.array(given["points"], float), np.array(given["labels"]), given["kind"]
        )
        place = plain["layout"]
        layout = Layout(
            require_real("pitch_m", place["pitch_m"], above=0.0),
            *(place[name] for name in ("rows", "columns", "pages", "gap")),
        )
        count = len(constellation.points)
        means = require_finite_array("means", plain["means"], shape=f"({count}, 3)", ndim=2, last=3)
        residual = require_finite_array("residual", plain["residual"], shape="(3, 3)", ndim=2, last=3)
        if len(means) != count or len(residual) != 3 or np.linalg.eigvalsh(residual).min() < -1e-12:
            refuse("means and residual", f"of {count} points, and a covariance", plain["residual"])
        digest = plain["sha256"]
        if not isinstance(digest, str) or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            refuse("sha256", "64 hexadecimal digits", digest)
        header = cls(
            require_integer("total_bytes", plain["total_bytes"], at_least=1),
            digest,
            known[named["name"]],
            constellation,
            layout,
            reader_from(plain["reader"]),
            means,
            residual,
            require_real("full_scale", plain["full_scale"], above=0.0),
            require_level("level_db", plain["level_db"]),
        )
        header.require_room()
        return header

    @property
    def symbols(self) -> int:
        """Data spots that are needed."""
        return symbols_for(self.total_bytes, self.code, self.constellation.bits)

    def require_room(self) -> None:
        """Refuse a header whose pages do not hold its bytes, or are more than they need."""
        if self.total_bytes > LARGEST:
            refuse("total_bytes", f"at most {LARGEST:,}", self.total_bytes)
        page = len(data_places(self.layout.spots))
        room = self.layout.pages * page
        if not room - page < self.symbols <= room:
            refuse("pages of the header", f"room for {self.symbols} spots of data", f"room for {room}")
