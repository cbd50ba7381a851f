"""`optomag verify`: is what was read the card that the key's owner wrote?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.identity.enrolment import Enrolled
from optomag.identity.saved_card import FORMAT, SavedCard, card_in, read_readings
from optomag.identity.stripe_readings import StripeReadings
from optomag.identity.verdict import Verdict
from optomag.identity.verify import verify
from optomag.io.result_folder import open_result
from optomag.optics.description import setup_line
from optomag.workflow.card_config import VerifyConfig
from optomag.workflow.progress import Progress
from optomag.workflow.secret_key import secret_key


def run_verify(folder: Path, config: VerifyConfig, *, progress: Progress) -> Verdict:
    """Judge the card in a folder.

    Parameters
    ----------
    folder : Path
        As `optomag card` wrote it.
    config : VerifyConfig
        What the command was told.
    progress : Progress
        Where warnings and the verdict are shown.

    Returns
    -------
    Verdict

    Raises
    ------
    InvalidInputError
        If the key, the folder or a file cannot be used.
    StorageError
        Where a file cannot be read.
    """
    key = secret_key(config.key_file, progress=progress)
    saved = _card(folder)
    readings = saved.readings
    if config.readings is not None:
        values = read_readings(config.readings, readings.stripe)
        readings = StripeReadings(readings.stripe, values, readings.covariance)
    enrolled = _enrolled(saved, config)
    if config.require_enrolled and enrolled is None:
        refuse("card", "one whose medium was enrolled, as --require-enrolled asks", str(folder))
    card_id = saved.card_id if config.card_id is None else config.card_id
    found = verify(readings, key, card_id, enrolled)
    stripe = readings.stripe
    record = {"folder": folder, "card_id": card_id, "accepted": found.accepted, "reason": found.reason}
    progress.tell(setup_line(stripe.lens, stripe.film))
    progress.tell(f"card {card_id}: {found.reason}")
    if config.scores:
        scores = _scores(found, stripe.spots)
        for line in _score_lines(scores):
            progress.tell(line)
        record |= scores
    progress.record(record)
    return found


def _scores(found: Verdict, spots: int) -> dict[str, Any]:
    """What a verdict rests on: who sees it may climb to acceptance."""
    place = found.registration
    return {
        "score": found.score,
        "in_plane_score": found.in_plane_score,
        "fingerprint_score": found.fingerprint_score,
        "spots": spots,
        "shift_nm": [part * 1e9 for part in place.shift],
        "turn_deg": float(np.degrees(place.turn)),
        "stretch": place.stretch,
    }


def _score_lines(scores: dict[str, Any]) -> list[str]:
    line = f"score {scores['score']:.3f}, in-plane score {scores['in_plane_score']:.3f}"
    if scores["fingerprint_score"] is not None:
        line += f", fingerprint score {scores['fingerprint_score']:.3f}"
    x, y = (f"{part:+.0f}" for part in scores["shift_nm"])
    return [
        line,
        f"{scores['spots']} spots, read at ({x}, {y}) nm beside their places, turned by "
        f"{scores['turn_deg']:+.3f} degrees, stretched by {100 * scores['stretch']:+.2f} %",
    ]


def _enrolled(saved: SavedCard, config: VerifyConfig) -> Enrolled | None:
    if config.enrolled is None:
        return saved.enrolled
    other = _card(config.enrolled)
    if other.enrolled is None:
        refuse("enrolled", "a card's folder with an enrolled medium", config.enrolled)
    return other.enrolled


def _card(folder: Path) -> SavedCard:
    return card_in(open_result(folder, kind=FORMAT, name="card"))
