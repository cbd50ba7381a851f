"""Names of the methods: one registry, which files, command line and figures agree with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.method import Method
from optomag.inverse.orientation.methods import METHODS, describe_method, method_from
from optomag.optics.setup import Setup
from optomag.workflow.config import MethodName, ScanMethod

LENS = om.Objective(na=0.95, wavelength=532e-9)

LABELS = {
    om.Optimal(): "optimum (the bound)",
    om.FlatAmplitude(): "flat amplitude",
    om.LinearBasis(): "linear basis",
    om.CompletedBasis(): "completed basis",
    om.FourBeam(): "four beams",
    om.FourBeam(strict=True): "four beams",
    om.ReversedDipoles(): "reversed dipoles",
    om.ReversedDipoles(corrected=True): "reversed dipoles, corrected",
    om.Network(): "network, one pass",
    om.Network(refine=1): "network, one Gauss-Newton step",
    om.Network(refine=2): "network, two Gauss-Newton steps",
    om.Network(refine=12): "network, 12 Gauss-Newton steps",
}


def test_the_command_line_offers_the_methods_of_the_registry():
    assert get_args(MethodName) == tuple(METHODS)


def test_scans_offer_the_methods_whose_beams_have_names():
    assert set(get_args(ScanMethod)) == {slug for slug, kind in METHODS.items() if kind.beam_names}


def test_files_and_command_line_say_the_same_name():
    assert {slug: kind.name for slug, kind in METHODS.items()} == {
        "optimal": "Optimal",
        "flat-amplitude": "FlatAmplitude",
        "linear-basis": "LinearBasis",
        "completed-basis": "CompletedBasis",
        "four-beam": "FourBeam",
        "reversed-dipoles": "ReversedDipoles",
        "network": "Network",
    }
    for kind in METHODS.values():
        assert kind is getattr(om, kind.name)


@pytest.mark.parametrize(("method", "label"), LABELS.items(), ids=repr)
def test_figures_say_what_was_chosen(method, label):
    assert method.label == label


@pytest.mark.parametrize("method", LABELS, ids=repr)
def test_a_method_comes_back_from_its_description(method):
    described = describe_method(method)
    assert described["name"] == type(method).__name__
    assert method_from(described) == method


@pytest.mark.parametrize("slug", [slug for slug, kind in METHODS.items() if kind.beam_names])
def test_each_named_beam_is_a_beam_of_the_method(slug):
    method = METHODS[slug]()
    family = method.family(Setup(LENS))
    assert isinstance(family, BeamBasis)
    assert len(family.front) == len(method.beam_names)


@dataclass(frozen=True)
class MyOwnNA2Method(Method):
    """A method of somebody else."""

    def family(self, setup):
        """Whatever."""
        raise NotImplementedError

    def solve(self, directions, family):
        """Whatever."""
        raise NotImplementedError


def test_a_method_of_ones_own_has_names_too_but_no_file_can_describe_it():
    method = MyOwnNA2Method()
    assert (method.name, method.label) == ("MyOwnNA2Method", method.slug.replace("-", " "))
    assert method.beam_names == ()
    with pytest.raises(InvalidInputError, match="one of Optimal, FlatAmplitude"):
        describe_method(method)


def test_another_method_of_a_known_name_is_not_taken_for_it():
    stranger = type("FourBeam", (MyOwnNA2Method,), {})()
    assert stranger.name == "FourBeam"
    with pytest.raises(InvalidInputError, match="method of a saved design"):
        describe_method(stranger)


@pytest.mark.parametrize("values", [{"name": "four-beam", "settings": {}}, {"name": "FourBeam"}, None, "x"])
def test_an_unknown_description_is_refused(values):
    with pytest.raises(InvalidInputError, match="method of a file"):
        method_from(values)
