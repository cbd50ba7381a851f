"""A result as a job may leave it, made in a moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from optomag.io.result_folder import new_result


@pytest.fixture(scope="session")
def leave_result() -> Callable[[Path], None]:
    """Writes a result of one file to a folder."""

    def leave(folder: Path) -> None:
        made = {"kind": "optomag-export", "command": "optomag export", "writes": ["export.json"]}
        with new_result(folder, **made) as result:
            (result.path / "export.json").write_text("{}", encoding="utf-8")
            result.seal(config={}, seed=None, started=0.0)

    return leave
