"""Whether a card is taken for genuine, and why."""

from __future__ import annotations

from dataclasses import dataclass

from optomag.displayed import Displayed
from optomag.errors import require_real
from optomag.identity.registration import Registration


@dataclass(frozen=True)
class Thresholds(Displayed):
    """Scores that a genuine card must reach, each above -1 and below 1.

    Parameters
    ----------
    score : float, default 0.4
        Correlation of readings with what the key predicts.
    in_plane : float, default 0.35
        Of in-plane readings with what the in-plane magnetization adds.
    fingerprint : float, default 0.18
        Of what is left with the enrolled deviations of the medium.

    Raises
    ------
    InvalidInputError
        If a value is not between -1 and 1.

    Notes
    -----
    The defaults lie between the scores of 10^5 genuine cards and 10^5 of each kind of forgery, counted by
    `benchmarks/card.py` with 256 spots: at S0 = 15 dB, and at 25 dB for the fingerprint. At 15 dB noise hides
    the medium: genuine cards, enrolled with 16 readings, reach fingerprint scores of some 0.03 to 0.15 only.

    Examples
    --------
    >>> import optomag as om
    >>> key = bytes(range(32))  # for example only: secrets.token_bytes(32)
    >>> one = om.card(key, "no. 1", om.Objective(na=0.95, wavelength=532e-9), spots=64)
    >>> strict = om.Thresholds(score=0.999)
    >>> om.verify(one.read(level=15.0, seed=3), key, "no. 1", thresholds=strict).accepted
    False
    """

    score: float = 0.4
    in_plane: float = 0.35
    fingerprint: float = 0.18

    def __post_init__(self) -> None:
        for name in ("score", "in_plane", "fingerprint"):
            object.__setattr__(self, name, require_real(name, getattr(self, name), above=-1.0, below=1.0))


@dataclass(frozen=True)
class Verdict(Displayed):
    """What `verify` found; true where the card was accepted.

    Attributes
    ----------
    accepted : bool
        Whether the card was taken for the genuine one.
    score, in_plane_score : float
        As `Thresholds` explains them, from -1 to 1.
    fingerprint_score : float or None
        None where no medium was enrolled, so that none was compared.
    thresholds : Thresholds
        What the scores were to reach.
    registration : Registration
        Where the readings were taken.
    reason : str
        One sentence.

    Examples
    --------
    >>> import optomag as om
    >>> key = bytes(range(32))  # for example only: secrets.token_bytes(32)
    >>> one = om.card(key, "no. 1", om.Objective(na=0.95, wavelength=532e-9), spots=64)
    >>> verdict = om.verify(one.read(seed=3), key, "no. 1")
    >>> bool(verdict), verdict.score > verdict.thresholds.score, verdict.fingerprint_score
    (True, True, None)
    """

    accepted: bool
    score: float
    in_plane_score: float
    fingerprint_score: float | None
    thresholds: Thresholds
    registration: Registration
    reason: str

    def __bool__(self) -> bool:
        return self.accepted


def reason_for(score: float, in_plane: float, fingerprint: float | None, thresholds: Thresholds) -> str:
    """The first cause for which a card is rejected, or what speaks for it.

    Without numbers: who may ask again and again and sees a score would climb to acceptance.
    """
    if not score >= thresholds.score:
        return "Rejected: the readings are not those of this key and card."
    if not in_plane >= thresholds.in_plane:
        return "Rejected: the in-plane magnetization is not there."
    if fingerprint is None:
        return "Accepted; the medium was not compared, so that a perfect copy would be accepted too."
    if not fingerprint >= thresholds.fingerprint:
        return "Rejected: another medium."
    return "Accepted, on the enrolled medium."
