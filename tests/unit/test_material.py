"""Every constant in the table says where it comes from, and is what its source prints."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import optomag as om

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "units.md"
VACUUM_PERMEABILITY = 4e-7 * np.pi
OPTICAL = {"index", "verdet", "faraday_rotation"}
UNITS = {"index": "1", "verdet": "rad/(T m)", "faraday_rotation": "rad/m", "saturation_magnetization": "A/m"}
CONSTANTS = [
    pytest.param(name, constant, id=f"{material.name}-{name}")
    for material in om.MATERIALS.values()
    for name, constant in material.constants.items()
]


def constant(material: str, name: str) -> om.Constant:
    return om.MATERIALS[material].constants[name]


def sellmeier_of_fused_silica(wavelength: float) -> float:
    """I. H. Malitson, J. Opt. Soc. Am. 55, 1205 (1965), with the wavelength in m."""
    terms = [(0.6961663, 0.0684043), (0.4079426, 0.1162414), (0.8974794, 9.896161)]
    square = (wavelength * 1e6) ** 2
    return float(np.sqrt(1 + sum(b * square / (square - c**2) for b, c in terms)))


@pytest.mark.parametrize(("name", "value"), CONSTANTS)
def test_every_constant_has_a_source_and_its_conditions(name, value):
    assert re.fullmatch(r"10\.\d{4,}/\S+", value.doi)
    assert re.search(r"\(.*\d{4}\)", value.source), "a year"
    assert value.unit == UNITS[name]
    assert 0 < value.uncertainty < 0.1 * abs(value.value)
    assert 0 < value.temperature < 1000
    assert (value.wavelength is not None) == (name in OPTICAL)
    assert value.doi in DOCUMENTATION.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("material", "name", "printed"),
    [
        ("fused silica", "index", sellmeier_of_fused_silica(632.8e-9)),
        ("fused silica", "verdet", np.radians(1.56e-2 / 60) / VACUUM_PERMEABILITY),
        ("bismuth iron garnet", "faraday_rotation", np.radians(-23) / 1e-6),
        ("yttrium iron garnet", "saturation_magnetization", 1750 / (4 * np.pi) * 1e3),
    ],
)
def test_conversions_from_the_units_of_the_source(material, name, printed):
    value = constant(material, name)
    assert abs(value.value - printed) < 0.5 * value.uncertainty


def test_silica_rotates_about_as_becquerel_s_formula_says_at_that_wavelength():
    verdet = constant("fused silica", "verdet")
    step = 1e-9
    slope = (
        sellmeier_of_fused_silica(verdet.wavelength + step)
        - sellmeier_of_fused_silica(verdet.wavelength - step)
    ) / (2 * step)
    classical = -1.602176634e-19 / (2 * 9.1093837e-31 * 299792458) * verdet.wavelength * slope
    # covalent glasses turn light by 0.6 to 0.8 of the classical value
    assert 0.6 < verdet.value / classical < 0.8


def test_diamagnets_and_paramagnets_are_magnetised_oppositely():
    glass, garnet = om.MATERIALS["fused silica"], om.MATERIALS["terbium gallium garnet"]
    assert glass.gamma < 0 < garnet.gamma
    expected = om.magneto_optical_constant(
        garnet.verdet.value, index=garnet.index.value, wavelength=garnet.verdet.wavelength
    )
    assert garnet.gamma == expected


def test_gamma_without_its_constants_is_refused():
    with pytest.raises(om.InvalidInputError, match="cobalt needs a Verdet constant"):
        _ = om.MATERIALS["cobalt"].gamma
    glass, garnet = om.MATERIALS["fused silica"], om.MATERIALS["terbium gallium garnet"]
    with pytest.raises(om.InvalidInputError, match="wavelength of the index"):
        _ = om.Material(name="mixture", index=garnet.index, verdet=glass.verdet).gamma


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        om.MATERIALS["unobtainium"] = om.MATERIALS["cobalt"]
    with pytest.raises(AttributeError):
        om.MATERIALS["cobalt"].index = None
