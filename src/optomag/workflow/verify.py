"""`optomag verify`: is what was read the card that the key's owner wrote?"""

from __future__ import annotations

import sys
from pathlib import Path

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
    """Judge the card in a folder, and say so on standard output.

    Parameters
    ----------
    folder : Path
        As `optomag card` wrote it.
    config : VerifyConfig
        What the command was told.
    progress : Progress
        Where warnings are shown.

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
    place, stripe = found.registration, readings.stripe
    progress.tell(setup_line(stripe.lens, stripe.film))
    x, y = (f"{part * 1e9:+.0f}" for part in place.shift)
    sys.stdout.write(f"card {card_id}: {found.reason}\n")
    if not config.scores:
        return found
    scores = f"score {found.score:.3f}, in-plane score {found.in_plane_score:.3f}"
    if found.fingerprint_score is not None:
        scores += f", fingerprint score {found.fingerprint_score:.3f}"
    sys.stdout.write(
        f"{scores}\n{stripe.spots} spots, read at ({x}, {y}) nm beside their places, turned by "
        f"{np.degrees(place.turn):+.3f} degrees, stretched by {100 * place.stretch:+.2f} %\n"
    )
    return found


def _enrolled(saved: SavedCard, config: VerifyConfig) -> Enrolled | None:
    if config.enrolled is None:
        return saved.enrolled
    other = _card(config.enrolled)
    if other.enrolled is None:
        refuse("enrolled", "a card's folder with an enrolled medium", config.enrolled)
    return other.enrolled


def _card(folder: Path) -> SavedCard:
    return card_in(open_result(folder, kind=FORMAT, name="card"))
