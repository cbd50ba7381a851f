"""What a direction is wanted of: the spin of light, or what it does to a magnet, which may be against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from optomag.displayed import Displayed
from optomag.errors import refuse, require_choice, require_kind, require_real
from optomag.magnetism.material import Material

Wanted = Literal["spin", "B_eff", "M"]
WANTED: Final = ("spin", "B_eff", "M")

CONSTANTS: Final = {"B_eff": "faraday_rotation", "M": "verdet"}
"""What the sign of each comes from."""

SYMBOLS: Final = {"B_eff": "theta_F", "M": "V"}


@dataclass(frozen=True)
class MadeFor(Displayed):
    """What of the light's effect is to lie along the wanted direction.

    Parameters
    ----------
    quantity : {"spin", "B_eff", "M"}
        The optical spin i E x E*, which is M for gamma = 1; the effective field on an ordered magnet; or the
        magnetization of a medium with a Verdet constant.
    faraday_rotation : float [rad/m], optional
        theta_F, which B_eff needs: its sign decides whether B_eff lies along the spin.
    verdet : float [rad/(T m)], optional
        Verdet constant V, which M needs, for the same reason.

    Raises
    ------
    InvalidInputError
        If the quantity is unknown, or its constant is missing, zero or not finite.

    Notes
    -----
    B_eff = -eps0 L n theta_F/(4 pi Ms) i E x E* and M = -eps0 L n V/(4 pi) i E x E* (`effective_field`,
    `magneto_optical_constant`): both lie against the spin where their constant is positive.

    Examples
    --------
    >>> MadeFor().sign, MadeFor("B_eff", faraday_rotation=1.2e5).sign, MadeFor("M", verdet=-36.4).sign
    (1, -1, 1)
    """

    quantity: Wanted = "spin"
    faraday_rotation: float | None = None
    verdet: float | None = None

    def __post_init__(self) -> None:
        require_choice("quantity", self.quantity, WANTED)
        for name in CONSTANTS.values():
            value = getattr(self, name)
            if value is not None and require_real(name, value) == 0:
                refuse(name, "different from zero", value)
        if self.quantity != "spin" and self.constant is None:
            option = CONSTANTS[self.quantity]
            advice = f"Give {option}=: its sign decides which way {self.quantity} points."
            refuse(f"constant for {self.quantity}", "given", "none", advice)

    @classmethod
    def in_material(cls, quantity: Wanted, material: Material, *, wavelength: float) -> MadeFor:
        """The quantity in a material, whose constant is looked up at the wavelength [m].

        Parameters
        ----------
        quantity : {"spin", "B_eff", "M"}
            What is wanted along the target.
        material : Material
            Whose constant counts.
        wavelength : float [m]
            At which the constant is looked up.

        Raises
        ------
        InvalidInputError
            If the material has no such constant, or one for another wavelength.

        Examples
        --------
        >>> from optomag import MATERIALS
        >>> MadeFor.in_material("M", MATERIALS["fused silica"], wavelength=633e-9).sign
        -1
        """
        require_kind("material", material, Material, "an optomag Material")
        require_choice("quantity", quantity, WANTED)
        if quantity == "spin":
            return cls()
        name = CONSTANTS[quantity]
        known = material.trusted(name)
        value = known.at(wavelength, name=f"{name} of the material", advice="Give your own.")
        return cls(quantity, **{name: float(value.real)})

    @property
    def constant(self) -> float | None:
        """The constant that decides the sign; None for the spin."""
        return None if self.quantity == "spin" else getattr(self, CONSTANTS[self.quantity])

    @property
    def sign(self) -> int:
        """1 where the quantity lies along the optical spin, -1 where it lies against it."""
        constant = self.constant
        return -1 if constant is not None and constant > 0 else 1

    @property
    def sentence(self) -> str:
        """What it is and which way it lies, in words.

        Examples
        --------
        >>> MadeFor("B_eff", faraday_rotation=1.2e5).sentence
        'B_eff, which lies against the spin: theta_F > 0'
        """
        if self.quantity == "spin":
            return "the spin"
        symbol = SYMBOLS[self.quantity]
        if self.sign < 0:
            return f"{self.quantity}, which lies against the spin: {symbol} > 0"
        return f"{self.quantity}, which lies along the spin: {symbol} < 0"


SPIN: Final = MadeFor()


def made_for_of(source: Any) -> MadeFor:
    """What something was made for: what a design, or all of a list, say; the spin where nothing is said."""
    if isinstance(source, (list, tuple)):
        told = {made_for_of(each) for each in source}
        return told.pop() if len(told) == 1 else SPIN
    said = getattr(source, "made_for", SPIN)
    return said if isinstance(said, MadeFor) else SPIN


def describe_made_for(made_for: MadeFor) -> dict[str, Any]:
    """What it is made for as JSON values, with its sign."""
    return {
        "quantity": made_for.quantity,
        "faraday_rotation_rad_per_m": made_for.faraday_rotation,
        "verdet_rad_per_t_m": made_for.verdet,
        "sign": made_for.sign,
    }


def made_for_from(values: Any) -> MadeFor:
    """What `describe_made_for` described; the spin where nothing was said, as in older files.

    Raises
    ------
    InvalidInputError
        If the values describe none, or the sign is not that of the constant.
    """
    if values is None:
        return SPIN
    keys = {"quantity", "faraday_rotation_rad_per_m", "verdet_rad_per_t_m", "sign"}
    if not isinstance(values, dict) or values.keys() != keys:
        refuse("made_for of a file", f"a table of {', '.join(sorted(keys))}", values)
    found = MadeFor(values["quantity"], values["faraday_rotation_rad_per_m"], values["verdet_rad_per_t_m"])
    if type(values["sign"]) is not int or values["sign"] != found.sign:
        refuse("sign of a design", f"{found.sign}, for {found.sentence}", values["sign"])
    return found
