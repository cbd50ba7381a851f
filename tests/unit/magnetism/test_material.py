"""Constants are what their sources print, know their wavelength, and lead to the right gamma."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import optomag as om

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "materials.md"
VACUUM_PERMEABILITY = 4e-7 * np.pi
VACUUM_PERMITTIVITY = 8.8541878188e-12
SPEED_OF_LIGHT = 299_792_458.0
BOHR_MAGNETON = 9.2740100657e-24
AMPERE_PER_METRE_PER_GAUSS = 1e3 / (4 * np.pi)
"""Of a magnetization that is printed as 4 pi Ms."""
THREE_DIGITS = 0.005
"""The table rounds what it converts to three digits."""


def constant(material: str, name: str) -> om.Constant:
    return om.MATERIALS[material].constants[name]


def sellmeier_of_fused_silica(wavelength: float) -> float:
    """I. H. Malitson, J. Opt. Soc. Am. 55, 1205 (1965), with the wavelength in m."""
    terms = [(0.6961663, 0.0684043), (0.4079426, 0.1162414), (0.8974794, 9.896161)]
    square = (wavelength * 1e6) ** 2
    return float(np.sqrt(1 + sum(b * square / (square - c**2) for b, c in terms)))


@pytest.mark.parametrize(
    ("material", "name", "printed"),
    [
        ("fused silica", "index", sellmeier_of_fused_silica(632.8e-9)),
        ("fused silica", "verdet", np.radians(1.56e-2 / 60) / VACUUM_PERMEABILITY),
        ("terbium gallium garnet", "verdet", -36.4),
        ("bismuth iron garnet", "faraday_rotation", np.radians(-7.8) / 1e-6),
        ("bismuth iron garnet", "saturation_magnetization", 1400 * AMPERE_PER_METRE_PER_GAUSS),
        ("yttrium iron garnet", "saturation_magnetization", 1766 * AMPERE_PER_METRE_PER_GAUSS),
    ],
)
def test_conversions_from_the_units_of_the_source(material, name, printed):
    value = constant(material, name)
    assert abs(value.value - printed) < min(THREE_DIGITS * abs(printed), 0.5 * value.uncertainty)


@pytest.mark.parametrize(
    ("material", "moments", "volume", "least"),
    [
        # hexagonal cobalt: two atoms in a cell; at a fifth of its Curie temperature it has lost 1 %
        ("cobalt", 2 * 1.729, np.sqrt(3) / 2 * 0.2507e-9**2 * 0.4069e-9, 0.98),
        # the garnet's cubic cell holds four times 3 Y2O3 + 5 Fe2O3; half way to its Curie temperature
        ("yttrium iron garnet", 4 * 10.062, 1.2376e-9**3, 0.65),
    ],
)
def test_magnetization_at_room_temperature_is_somewhat_below_that_of_the_ground_state(
    material, moments, volume, least
):
    """Moments near 0 K: R. Pauthenet, J. Appl. Phys. 53, 8187 (1982), doi:10.1063/1.330287."""
    ground_state = moments * BOHR_MAGNETON / volume
    assert least < constant(material, "saturation_magnetization").value / ground_state < 1


@pytest.mark.parametrize("index", [2.0, 2.7])
def test_effective_field_in_bismuth_iron_garnet_is_that_of_the_page(index):
    printed = float(re.search(r"makes ([\d.]+) T", DOCUMENTATION.read_text(encoding="utf-8"))[1])
    rotation = constant("bismuth iron garnet", "faraday_rotation")
    intensity = 1e15
    strength = np.sqrt(2 * intensity / (index * VACUUM_PERMITTIVITY * SPEED_OF_LIGHT))
    field = om.effective_field(
        strength * np.array([1, 1j, 0]) / np.sqrt(2),
        faraday_rotation=rotation.value,
        saturation_magnetization=constant("bismuth iron garnet", "saturation_magnetization").value,
        index=index,
        wavelength=rotation.wavelength,
    )
    assert field[2] == pytest.approx(printed, abs=0.005)


def test_the_two_films_of_bismuth_iron_garnet_agree_on_the_effective_field():
    """The second film's -6.9 deg/um and 1200 G, from the same abstract."""
    ratio = (
        constant("bismuth iron garnet", "faraday_rotation").value
        / constant("bismuth iron garnet", "saturation_magnetization").value
    )
    other = np.radians(-6.9) / 1e-6 / (1200 * AMPERE_PER_METRE_PER_GAUSS)
    assert ratio == pytest.approx(other, rel=0.04)


def test_index_of_terbium_gallium_garnet_lies_on_the_older_measurement():
    """U. Schlarb and B. Sugg, Phys. Status Solidi B 182, K91 (1994): 1.9656 at 633 nm, 1.9420 at 1141 nm."""
    index = constant("terbium gallium garnet", "index")
    # one Sellmeier term through both: n^2 - 1 = strength/(1 - (resonance/wavelength)^2)
    short, long = (1 / (n**2 - 1) for n in (1.9656, 1.9420))
    slope = (short - long) / (0.63300e-6**-2 - 1.14091e-6**-2)
    between = np.sqrt(1 + 1 / (long + slope * (index.wavelength**-2 - 1.14091e-6**-2)))
    assert index.value == pytest.approx(between, abs=2 * index.uncertainty)


def becquerel_of_fused_silica(wavelength: float) -> float:
    """V = -e L (dn/dL)/(2 m c) [rad/(T m)]."""
    step = 1e-9
    slope = (sellmeier_of_fused_silica(wavelength + step) - sellmeier_of_fused_silica(wavelength - step)) / (
        2 * step
    )
    return -1.602176634e-19 / (2 * 9.1093837e-31 * 299792458) * wavelength * slope


def test_verdet_constants_of_other_wavelengths_are_as_wrong_as_the_page_says():
    printed = float(
        re.search(r"V of silica is ([\d.]+) times larger", DOCUMENTATION.read_text(encoding="utf-8"))[1]
    )
    ratio = becquerel_of_fused_silica(532e-9) / becquerel_of_fused_silica(632.8e-9)
    assert ratio == pytest.approx(printed, abs=0.005)


def test_silica_rotates_about_as_becquerel_s_formula_says_at_that_wavelength():
    verdet = constant("fused silica", "verdet")
    classical = becquerel_of_fused_silica(verdet.wavelength)
    # covalent glasses turn light by 0.6 to 0.8 of the classical value
    assert 0.6 < verdet.value / classical < 0.8


def test_diamagnets_and_paramagnets_are_magnetised_oppositely():
    glass, garnet = om.MATERIALS["fused silica"], om.MATERIALS["terbium gallium garnet"]
    assert glass.gamma(632.8e-9) < 0 < garnet.gamma(1053e-9)
    expected = om.magneto_optical_constant(
        garnet.verdet.value, index=garnet.index.value, wavelength=garnet.verdet.wavelength
    )
    assert garnet.gamma(garnet.verdet.wavelength) == expected


def test_constants_are_refused_at_another_wavelength():
    glass = om.MATERIALS["fused silica"]
    assert glass.verdet.at(633e-9) == glass.verdet.value
    with pytest.raises(om.InvalidInputError, match=r"532 nm; got one for 632\.8 nm"):
        glass.verdet.at(532e-9)
    with pytest.raises(om.InvalidInputError, match="Verdet constant of fused silica must be at the light's"):
        glass.gamma(532e-9)
    garnet = om.MATERIALS["yttrium iron garnet"].saturation_magnetization
    assert garnet.at(532e-9) == garnet.at(1e-6) == garnet.value, "Ms depends on no light"


def test_gamma_without_its_wavelength_is_no_number(refusal):
    assert "gamma" in refusal(om.induced_magnetization, [1, 1j, 0], om.MATERIALS["fused silica"].gamma)


def test_gamma_without_its_constants_is_refused():
    with pytest.raises(om.InvalidInputError, match="cobalt needs a Verdet constant"):
        om.MATERIALS["cobalt"].gamma(549e-9)
    glass, garnet = om.MATERIALS["fused silica"], om.MATERIALS["terbium gallium garnet"]
    with pytest.raises(om.InvalidInputError, match=r"index of mixture must be at the light's wavelength"):
        om.Material(name="mixture", index=garnet.index, verdet=glass.verdet).gamma(632.8e-9)


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        om.MATERIALS["unobtainium"] = om.MATERIALS["cobalt"]
    with pytest.raises(AttributeError):
        om.MATERIALS["cobalt"].index = None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unit", "apples"), ("unit", "nm"), ("unit", "rad per m"), ("unit", ""), ("value", np.nan), ("value", "1"),
        ("value", [1.0]), ("uncertainty", -1.0), ("temperature", 0.0), ("wavelength", -1.0), ("source", None),
    ],
)  # fmt: skip
def test_constants_that_measure_nothing_are_refused(name, value, refusal):
    good = {"value": 1.5, "unit": "1", "uncertainty": 0.1, "source": "a", "doi": "b", "temperature": 293.0}
    for unit in ("1", "rad/(T m)", "A/m", "m^2", "J/(kg K)"):
        om.Constant(**good | {"unit": unit})
    assert refusal(om.Constant, **good | {name: value}).startswith(f"{name} must be ")


def test_a_material_holds_constants(refusal):
    assert refusal(om.Material, name="a", index=1.5).startswith("index must be an optomag Constant")


def test_a_constant_without_trusted_value_says_why():
    why = {"curie_temperature": "it moves with the share of cobalt"}
    film = om.Material(name="film", untrusted=why)
    with pytest.raises(
        om.InvalidInputError, match="no trusted Curie temperature of film: it moves with the share"
    ):
        film.trusted("curie_temperature")
    with pytest.raises(
        om.InvalidInputError, match=r"^no trusted damage fluence of film\. Give --damage-fluence"
    ):
        film.trusted("damage_fluence", advice="Give --damage-fluence.")
    with pytest.raises(om.InvalidInputError, match="no trusted Verdet constant of GdFeCo"):
        om.MATERIALS["GdFeCo"].gamma(800e-9)
    with pytest.raises(TypeError):
        film.untrusted["index"] = "because"
    why["index"] = "because"
    assert "index" not in film.untrusted


@pytest.mark.parametrize("untrusted", [{"beauty": "none"}, {"index": "it is known"}, {"verdet": 3}, "index"])
def test_reasons_belong_to_constants_that_are_not_there(untrusted, refusal):
    glass = om.MATERIALS["fused silica"]
    assert " must be " in refusal(om.Material, name="a", index=glass.index, untrusted=untrusted)
