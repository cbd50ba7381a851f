"""What is measured and undone is the pupil of one lens."""

from __future__ import annotations

from optomag.errors import refuse


def require_one_lens(*, four_pi: bool) -> None:
    """Refuse light of two lenses, each of which has a pupil of its own.

    Raises
    ------
    InvalidInputError
    """
    if four_pi:
        refuse("light", "of one lens", "that of two lenses", "Undo the aberration of each lens by itself.")
