"""`optomag card`: what writes a card's stripe, and what is read of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from optomag.identity.card import Card, card
from optomag.identity.key_derivation import private_seed
from optomag.identity.medium import Medium
from optomag.identity.registration import Registration
from optomag.identity.saved_card import NANOMETRES, SavedCard, describe_stripe, write_card
from optomag.identity.stripe_readings import StripeReadings
from optomag.identity.verify import enrol
from optomag.io.files import write_private
from optomag.io.table import table_text
from optomag.workflow.card_config import CardConfig
from optomag.workflow.progress import Progress
from optomag.workflow.secret_key import secret_key

COMMAND = "optomag card"
SPOT_COLUMNS = ("x_nm", "y_nm", "mx", "my", "mz")


def run_card(card_id: str, config: CardConfig, *, progress: Progress) -> Card:
    """Make a card's folder, with simulated readings, and the list of its spots where that is asked for.

    Parameters
    ----------
    card_id : str
    config : CardConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    Card

    Raises
    ------
    InvalidInputError
        If the key, the name, a setting or the folder cannot be used.
    StorageError
        Where the file system refuses in the middle.
    """
    config.require_usable()
    key = secret_key(config.key_file, progress=progress)
    made = card(
        key,
        card_id,
        config.lens.objective(),
        spots=config.spot_count,
        rows=config.rows,
        pitch=None if config.pitch_nm is None else config.pitch_nm * 1e-9,
        film=config.film.stack(config.lens),
        geometry=config.geometry,
    )

    def seed_of(purpose: str, number: int) -> int:
        # who knew the noise of a reading could take it away, and compute the directions from the rest
        return private_seed(key, card_id, purpose, number)

    medium = None if config.medium is None else Medium(seed_of("medium", config.medium))

    def read(seed: int) -> StripeReadings:
        generator = np.random.default_rng(seed_of("place", seed))
        place = Registration.of(generator.uniform(-1, 1, 4), made.stripe)
        noise = seed_of("noise", seed)
        return made.read(level=config.level_db, medium=medium, registration=place, seed=noise)

    readings = read(config.seed)
    learned = None
    if config.enrol:
        learned = enrol([read(config.seed + 1 + number) for number in range(config.enrol)], key, card_id)
    folder = write_card(
        SavedCard(card_id, readings, learned),
        config.out,
        command=COMMAND,
        config={"card_id": card_id, **config.manifest()},
        seed=config.seed,
    )
    if config.spots is not None:
        _write_spots(made, config.spots)
        progress.tell(f"the secret spots, for `optomag scan`, in {config.spots}")
    files = "name, stripe and simulated readings"
    progress.tell(
        f"{files}{' and enrolled medium' if learned else ''} of {made.stripe.spots} spots in {folder}"
    )
    progress.record(
        {
            "folder": folder,
            "card_id": card_id,
            "enrolled": learned is not None,
            "stripe": describe_stripe(made.stripe),
            "readings": made.stripe.spots,
        }
    )
    return made


def _write_spots(made: Card, path: Path) -> None:
    """The list for `optomag scan`."""
    rows = np.column_stack([made.stripe.positions * NANOMETRES, made.directions])
    write_private(path, table_text(SPOT_COLUMNS, rows.tolist()).encode())
