"""Wrong arguments of public functions: one valid call of each, and the values put in their places."""

from __future__ import annotations

import datetime
import decimal
import pathlib
import random
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from types import SimpleNamespace
from typing import Any

import numpy as np

import optomag as om

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def given(*places: Any, **names: Any) -> Arguments:
    """Arguments, as they stand in a call."""
    return places, names


class World:
    """Small objects that valid calls take, each made when first asked for."""

    lens = om.Objective(na=0.95, wavelength=532e-9)
    wl = 532e-9
    points = np.array([[0.0, 0.0, 0.0], [1e-7, 0.0, 0.0]])
    directions = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    positions = np.array([[0.0, 0.0, 0.0], [6e-7, 0.0, 0.0]])
    E = np.array([[1.0, 1.0j, 0.0], [0.0, 1.0, 1.0j]])
    M = np.array([[0.0, 0.0, 1.0], [0.1, 0.0, 0.9]])
    key = bytes(range(32))

    @cached_property
    def beam(self) -> Any:
        return om.circular(+1)

    @cached_property
    def light(self) -> Any:
        return om.Light(self.beam, self.lens)

    @cached_property
    def measured(self) -> Any:
        return om.MeasuredPupil(self.lens, om.Transmission({(2, 2): 0.05}), om.Transmission({(3, 1): 0.1}))

    @cached_property
    def stack(self) -> Any:
        pupil = om.MeasuredPupil(self.lens, om.Transmission({(2, 2): 0.05}))
        return om.focus_images(pupil, zs=[-3e-7, 0.0, 3e-7], pixel=1e-7, shape=(15, 15))[:, 0]

    @cached_property
    def grid(self) -> Any:
        return om.Grid.plane("xy", half_width=self.wl, points=5)

    @cached_property
    def film(self) -> Any:
        return om.Film([(2.0, 1e-7)], 1.5)

    @cached_property
    def metal(self) -> Any:
        return om.Film([(2.9 + 3.6j, 2e-8)], 1.5)

    @cached_property
    def thresholds(self) -> Any:
        return om.FluenceThresholds(switch=30.0, multi=50.0)

    @cached_property
    def pulse(self) -> Any:
        return om.Pulse(energy=1e-9, duration=1e-13)

    @cached_property
    def thermal_medium(self) -> Any:
        return om.ThermalMedium(name="metal", heat_capacity=3e6, conductivity=15.0)

    @cached_property
    def dark_light(self) -> Any:
        return om.Light(self.beam, self.lens, film=om.Film([(2.0 + 2.0j, 1e-8)], 1.5))

    @cached_property
    def warm(self) -> Any:
        ones = np.full((1, 3, 2, 1), 300.0)
        media = (self.thermal_medium,)
        return om.Temperature(self.cell_box, np.array([1e-12]), ones, ones, media, self.pulse, 293.0, 1e-12)

    @cached_property
    def texture(self) -> Any:
        return om.neel_skyrmion(self.wl)

    @cached_property
    def array(self) -> Any:
        return om.SpotArray(self.positions, self.directions)

    @cached_property
    def cell_box(self) -> Any:
        return om.CellBox.centred(cell=(1e-8, 1e-8, 1e-8), shape=(3, 2, 1))

    @cached_property
    def cell_field(self) -> Any:
        return om.CellField(self.cell_box, np.ones((3, 2, 1, 3)), "M", "A/m")

    @cached_property
    def texture_field(self) -> np.ndarray:
        values = np.zeros((5, 5, 3))
        values[..., 2] = 1.0
        return values

    @cached_property
    def volume_field(self) -> np.ndarray:
        values = np.zeros((5, 5, 5, 3))
        values[..., 2] = 1.0
        return values

    @cached_property
    def volume(self) -> Any:
        return om.hopfion(self.wl, sites=11)

    @cached_property
    def reader(self) -> Any:
        return om.Reader(self.lens)

    @cached_property
    def scan(self) -> Any:
        return om.scan(self.positions[:, :2], self.directions, self.lens)

    @cached_property
    def readings(self) -> Any:
        return om.read_out(self.scan, self.reader)

    @cached_property
    def stripe(self) -> Any:
        return om.Stripe(self.lens, spots=64, rows=4)

    @cached_property
    def medium(self) -> Any:
        return om.Medium(1)

    @cached_property
    def constellation(self) -> Any:
        return om.directions(8)

    @cached_property
    def dataset(self) -> Any:
        return om.to_dataset(self.grid, M=np.zeros((5, 5, 1, 3)))

    @cached_property
    def constant(self) -> Any:
        return om.Constant(
            value=1.5, unit="1", uncertainty=0.1, source="a book", doi="10.1/1", temperature=293.0
        )

    @cached_property
    def small_device(self) -> Any:
        from optomag.slm.device import Panel, Section

        panel = Panel(width=40, height=40, pitch_um=8.0, bits=8)
        places = {"phase": (9, 9), "amplitude": (29, 9), "rotation": (9, 29), "retardance": (29, 29)}
        return om.Device(
            name="small",
            panel=panel,
            section=tuple(Section(name=one, radius=8.0, centre=at) for one, at in places.items()),
        )

    @property
    def bench(self) -> Any:
        bench = om.SimulatedBench(
            self.small_device, self.lens, pupil=self.measured, camera=om.Camera(pixel=1e-7, shape=(9, 9))
        )
        bench.show(self.images)
        return bench

    @cached_property
    def images(self) -> Any:
        return [np.zeros((40, 40), np.uint8)]

    @cached_property
    def calibration(self) -> Any:
        asked = {"frames": 2, "checks": 0, "rounds": 1, "highest": 2}
        return om.calibrate(self.bench, self.small_device, self.lens, pixel=1e-7, **asked)

    @cached_property
    def viewer(self) -> Any:
        return SimpleNamespace(data=[np.arange(81.0).reshape(9, 9)], dim="Data2D")

    @cached_property
    def design(self) -> Any:
        return om.design([0.0, 0.0, 1.0], self.lens)


TARGET = {
    "plane": lambda w, target: given(target, w.lens, points=11),
    "box": lambda w, target: given(target, w.lens),
    "bound": lambda w, target: given(target, w.lens, film=None, four_pi=False),
    "estimate": lambda w, target: given(target, w.lens, film=None, four_pi=False),
    "control_points": lambda w, target: given(target, w.lens),
    "wanted": lambda w, target: given(target, w.lens),
    "doubt": lambda w, target: given(target, w.lens),
}
"""Valid calls of the methods that every target has."""

VALID: dict[str, Callable[[World], Arguments]] = {
    # optics
    "AbbeSine": lambda w: given(),
    "Herschel": lambda w: given(),
    "ParabolicMirror": lambda w: given(),
    "Objective": lambda w: given(na=0.9, index=1.0, wavelength=532e-9, apodization=om.AbbeSine()),
    "Film": lambda w: given([(2.0, 1e-7)], 1.5, 0.0, front_owns=False, magnet=1),
    "Film.index_at": lambda w: given(w.film, 5e-8, w.lens),
    "Film.medium_at": lambda w: given(w.film, 5e-8),
    "MadeFor": lambda w: given("B_eff", faraday_rotation=1e5, verdet=1.0),
    "MadeFor.in_material": lambda w: given("M", om.MATERIALS["fused silica"], wavelength=633e-9),
    "Film.with_magnet": lambda w: given(w.film, 1, heights=[5e-8]),
    "Film.mirrored": lambda w: given(om.Film([(2.0, 1e-7)], 1.0), w.lens),
    "Film.critical_angles": lambda w: given(w.film, w.lens),
    "Beam.evaluate": lambda w: given(w.beam, 0.5, 0.1),
    "Beam.normalized": lambda w: given(w.beam),
    "linear": lambda w: given(0.1),
    "circular": lambda w: given(1),
    "radial": lambda w: given(),
    "azimuthal": lambda w: given(),
    "four_beam": lambda w: given(0.4, -0.6, 0.47, 0.5),
    "pupil_function": lambda w: given(lambda r, phi: (r, 0 * phi), r_breaks=(0.5,), phi_breaks=(1.0,)),
    "pixels": lambda w: given(np.ones((4, 4, 2), complex)),
    "stack_beams": lambda w: given([om.radial(), om.circular(1)]),
    "dipole": lambda w: given([1.0, 1.0j, 0.0], w.lens, at=(0.0, 0.0, 0.0), film=None),
    "flat_dipoles": lambda w: given([[1.0, 1.0j, 0.0]], w.lens, at=[(0.0, 0.0, 0.0)], film=None),
    "intensity": lambda w: given(w.E, index=1.5),
    "fluence": lambda w: given(w.E, w.pulse, index=1.0),
    "heat_density": lambda w: given(w.E, index=2 + 1j, wavelength=532e-9),
    "absorbed_energy_density": lambda w: given(w.E, w.pulse, index=2 + 1j, wavelength=532e-9),
    "focus_field": lambda w: given(
        w.beam,
        w.lens,
        w.points,
        film=None,
        counter=None,
        power=1.0,
        rtol=1e-8,
        dtype=np.complex128,
        memory=2.0**33,
    ),
    "focus_error": lambda w: given(w.beam, w.lens, w.points, film=None, counter=None, rtol=1e-8),
    "stream_field": lambda w: given(
        w.beam,
        w.lens,
        w.grid,
        "field.zarr",
        film=None,
        counter=None,
        power=1.0,
        rtol=1e-8,
        dtype=np.complex128,
        memory=2.0**30,
        on_slab=None,
    ),
    "magnetic_field": lambda w: given(
        w.beam, w.lens, w.points, film=None, counter=None, power=1.0, rtol=1e-8
    ),
    "annulus": lambda w: given(0.5, 1.0),
    "binary_rings": lambda w: given([0.3, 0.6]),
    "gaussian": lambda w: given(1.0),
    "phase_step": lambda w: given("x"),
    "sector": lambda w: given(0.0, 1.0),
    "vortex": lambda w: given(1),
    "zernike_index": lambda w: given(noll=4),
    "zernike": lambda w: given({(2, 2): 0.05}),
    "Transmission": lambda w: given({(2, 2): 0.05}, nepers={(2, 0): -0.1}),
    "Transmission.followed_by": lambda w: given(w.measured.x, w.measured.y),
    "MeasuredPupil": lambda w: given(w.lens, om.Transmission({(2, 2): 0.05}), om.Transmission()),
    "MeasuredPupil.through": lambda w: given(w.measured, w.beam),
    "MeasuredPupil.undone": lambda w: given(w.measured, w.beam, amplitude=True),
    "MeasuredPupil.on_pixels": lambda w: given(w.measured, 8),
    "MeasuredPupil.require_lens": lambda w: given(w.measured, w.lens),
    "GaussianShape": lambda w: given(),
    "SechSquaredShape": lambda w: given(),
    "GaussianShape.relative_power": lambda w: given(om.GaussianShape(), 0.5),
    "SechSquaredShape.relative_power": lambda w: given(om.SechSquaredShape(), 0.5),
    "Pulse": lambda w: given(energy=1e-9, duration=1e-13, shape=om.GaussianShape()),
    "Pulse.power_at": lambda w: given(w.pulse, 1e-14),
    "Grid": lambda w: given([0.0, 1e-7], [0.0], [0.0]),
    "Grid.plane": lambda w: given("xy", half_width=1e-6, points=5, at=0.0),
    "Grid.cube": lambda w: given(half_width=1e-6, points=3),
    # magnetism
    "induced_magnetization": lambda w: given(w.E, 1.0, magnetic=None),
    "MagneticTerm": lambda w: given(H=w.E, chi=0.2, index=1.5),
    "similarity": lambda w: given(w.M, w.directions),
    "angle_between": lambda w: given(w.M, w.directions),
    "purity": lambda w: given(w.M, [0.0, 0.0, 1.0]),
    "ripple": lambda w: given([0.9, 1.0]),
    "uniformity": lambda w: given([0.9, 1.0]),
    "crosstalk": lambda w: given(w.M, [0.0, 0.0, 1.0]),
    "full_width_half_maximum": lambda w: given(
        [0.0, 0.5, 1.0, 0.5, 0.0], [-2.0, -1.0, 0.0, 1.0, 2.0], centre=0.0
    ),
    "spin_density": lambda w: given(w.E, wavelength=532e-9),
    "magnetization_bound": lambda w: given([0.0, 0.0, 1.0], w.lens, film=None, height=0.0, four_pi=False),
    "effective_field": lambda w: given(
        w.E, faraday_rotation=1e5, saturation_magnetization=1e5, index=2.0, wavelength=532e-9, magnetic=None
    ),
    "magneto_optical_constant": lambda w: given(3.6, index=1.46, wavelength=532e-9),
    "hopf_index": lambda w: given(w.volume_field, inside=None, surrounding=(0.0, 0.0, 1.0)),
    "skyrmion_number": lambda w: given(w.texture_field, inside=None),
    "stray_field": lambda w: given(w.texture_field, 2e-8, 1e-7, step=2e-8, periodic=False),
    "bead_trap": lambda w: given(w.texture_field, 2e-8, 1e-6, om.Bead(1e-7, 0.1), step=2e-8, periodic=False),
    "Bead": lambda w: given(1e-7, 0.1),
    "Bead.polarizability": lambda w: given(om.Bead(1e-7, 0.1), 1),
    "Bead.energy": lambda w: given(om.Bead(1e-7, 0.1), np.ones((2, 3))),
    "Constant": lambda w: given(
        value=1.5,
        unit="1",
        uncertainty=0.1,
        source="a book",
        doi="10.1/1",
        wavelength=532e-9,
        temperature=293.0,
        note="",
    ),
    "Constant.at": lambda w: given(w.constant, 532e-9),
    "Material": lambda w: given(
        name="glass", index=w.constant, verdet=None, untrusted={"verdet": "nobody measured it"}
    ),
    "Material.no_trusted": lambda w: given(om.MATERIALS["GdFeCo"], "curie_temperature"),
    "Material.trusted": lambda w: given(om.MATERIALS["GdFeCo"], "heat_capacity", advice="Give your own."),
    "Material.gamma": lambda w: given(om.MATERIALS["fused silica"], 633e-9),
    # light
    "Light": lambda w: given(w.beam, w.lens, film=None, counter=None, points=None, target=None),
    "Light.field": lambda w: given(w.light, w.points, power=1.0, rtol=1e-8),
    "Light.magnetization": lambda w: given(w.light, w.points, gamma=1.0, power=1.0, rtol=1e-8),
    "Light.reduced_magnetization": lambda w: given(w.light, w.points, rtol=1e-8),
    "Light.save": lambda w: given(w.light, "light"),
    "Exposures": lambda w: given([w.light, w.light], [0.5, 0.5]),
    "Exposures.magnetization": lambda w: given(
        om.Exposures([w.light]), w.points, gamma=1.0, power=1.0, rtol=1e-8
    ),
    "Exposures.through": lambda w: given(om.Exposures([w.light]), w.film),
    # heat
    "layer_absorptance": lambda w: given(w.metal, w.lens, 1),
    "dichroic_heat_density": lambda w: given(
        w.E, index=2 + 1j, wavelength=532e-9, mcd=0.02, magnetization=(0.0, 0.0, 1.0)
    ),
    "FluenceThresholds": lambda w: given(switch=30.0, multi=50.0, absorptance=0.4),
    "FluenceThresholds.absorbed_part": lambda w: given(w.thresholds, w.metal, w.lens, 1),
    "LiuLine": lambda w: given(waist=1e-6, threshold=1e-9),
    "LiuLine.fitted": lambda w: given([1e-9, 2e-9], [1e-6, 2e-6]),
    "LiuLine.diameter": lambda w: given(om.LiuLine(waist=1e-6, threshold=1e-9), 2e-9),
    "switching": lambda w: given(
        om.Light(w.beam, w.lens, film=w.metal),
        w.thresholds,
        w.pulse,
        layer=1,
        mcd=0.02,
        magnetization=(0.0, 0.0, 1.0),
        half_width=5e-7,
    ),
    "liu_plot": lambda w: given(
        om.Light(w.beam, w.lens, film=w.metal),
        w.thresholds,
        [1e-11, 2e-11],
        layer=1,
        mcd=0.02,
        magnetization=(0.0, 0.0, 1.0),
        half_width=5e-7,
    ),
    # inverse
    "design": lambda w: given(
        [0.0, 0.6, 0.8], w.lens, method=om.Optimal(), film=None, at=None, four_pi=False, names=None
    ),
    "Design.save": lambda w: given(w.design, "design", pixels=16),
    "FlatAmplitude": lambda w: given(),
    "FourBeam": lambda w: given(False),
    "CompletedBasis": lambda w: given(),
    "LinearBasis": lambda w: given([om.linear(0.0), om.linear(1.5), om.radial()]),
    "Optimal": lambda w: given(),
    "ReversedDipoles": lambda w: given(False),
    "Network": lambda w: given(None, 0, 1),
    "load_design": lambda w: given("missing"),
    "Chain": lambda w: given(3, (0.0, 0.0, 1.0), None, None, 0.05, 0.1),
    "Needle": lambda w: given(2e-6, (0.0, 0.0, 1.0), None, 0.8, 0.1, None, 1.0),
    "SpotArray": lambda w: given(w.positions, w.directions, None),
    "Texture": lambda w: given(np.tile([0.0, 0.0, 1.0], (5, 5, 1)), 5e-7, 0.0),
    "Texture.from_function": lambda w: given(
        lambda x, y: np.stack([x, y, 0 * x + 1e-7], -1), radius=5e-7, height=0.0, sites=9
    ),
    "VolumeTexture": lambda w: given(np.tile([0.0, 0.0, 1.0], (5, 5, 5, 1)), 5e-7, None, None, None),
    "VolumeTexture.from_function": lambda w: given(
        lambda x, y, z: np.stack([x, y, 0 * x + 1e-7], -1),
        radius=5e-7,
        half_height=None,
        spacing=None,
        surrounding=None,
        sites=9,
    ),
    "design_spots": lambda w: given(
        w.positions,
        w.directions,
        w.lens,
        weights=None,
        film=None,
        four_pi=False,
        effort=om.FastArrays(1, 1, 1),
        seed=0,
    ),
    "FlatPupil": lambda w: given(),
    "FreePupil": lambda w: given(),
    "FastArrays": lambda w: given(1, 1, 1, 3.0, None, 1.5),
    "hopfion": lambda w: given(5e-7, index=1, stretch=1.0, polarity=1, helicity=None, spacing=None, sites=9),
    "LearnedPhases": lambda w: given(None),
    "least_norm_beam": lambda w: given(
        [[1.0, 1.0j, 0.0]], w.lens, at=[[0.0, 0.0, 0.0]], film=None, four_pi=False
    ),
    "moving_spots": lambda w: given(
        [w.array], w.lens, pupil=None, film=None, four_pi=False, effort=om.FastArrays(1, 1, 1), seed=0
    ),
    "picture_from_image": lambda w: given("missing.png", radius=5e-7, off_colour=0.02),
    "picture_from_ovf": lambda w: given("missing.ovf", radius=5e-7),
    "PixelPupil": lambda w: given(8, False),
    "RingPupil": lambda w: given(3, 0.002, 0.0, 1, 1),
    "load_structure": lambda w: given("missing"),
    "Search": lambda w: given(1, 0.05, 1),
    "shape": lambda w: given(
        w.array,
        w.lens,
        pupil=om.FlatPupil(),
        film=None,
        four_pi=False,
        exposures=1,
        effort=om.FastArrays(1, 1, 1),
        seed=0,
        start=None,
        on_step=None,
    ),
    "bimeron": lambda w: given(5e-7, helicity=0.0, height=0.0),
    "bloch_meron": lambda w: given(5e-7, height=0.0),
    "bloch_skyrmion": lambda w: given(5e-7, height=0.0),
    "neel_meron": lambda w: given(5e-7, height=0.0),
    "neel_skyrmion": lambda w: given(5e-7, height=0.0),
    "magnetic_antivortex": lambda w: given(5e-7, core=None, helicity=0.0, height=0.0),
    "magnetic_vortex": lambda w: given(5e-7, core=None, helicity=0.0, winding=1, height=0.0),
    "skyrmion": lambda w: given(5e-7, helicity=0.0, rim=3.1, winding=1, polarity=1, height=0.0),
    "skyrmionium": lambda w: given(5e-7, helicity=0.0, height=0.0),
    # gallery
    "named_design": lambda w: given("circular", w.lens),
    "named_structure": lambda w: given("missing", w.lens, on_step=None),
    "spot_numbers": lambda w: given(om.Light(w.beam, w.lens, target=[0.0, 0.0, 1.0])),
    # io
    "CellBox": lambda w: given((0.0, 0.0, 0.0), (1e-8, 1e-8, 1e-8), (3, 2, 1)),
    "CellBox.centred": lambda w: given(cell=(1e-8, 1e-8, 1e-8), shape=(3, 2, 1), at=(0.0, 0.0, 0.0)),
    "CellField": lambda w: given(w.cell_box, np.ones((3, 2, 1, 3)), "M", "A/m", gamma=1.0),
    "ThermalMedium": lambda w: given(
        name="metal",
        heat_capacity=3e6,
        conductivity=15.0,
        electron_heat_capacity=700.0,
        coupling=1e18,
        lattice_share=0.1,
        interface_conductance=1e8,
    ),
    "ThermalMedium.lattice_heat_capacity": lambda w: given(w.thermal_medium, 293.0),
    "temperature": lambda w: given(
        w.dark_light,
        w.pulse,
        box=w.cell_box,
        media=[w.thermal_medium, w.thermal_medium],
        times=[1e-12],
        ambient=293.0,
        front=None,
        progress=None,
    ),
    "Heating": lambda w: given(
        media=[w.thermal_medium], times=[1e-12], ambient=293.0, front=None, progress=None
    ),
    "Temperature.plot": lambda w: given(w.warm, heading="lens"),
    "Temperature.fields": lambda w: given(w.warm),
    "Temperature.dataset": lambda w: given(w.warm),
    "CellField.planes": lambda w: given(w.cell_field, "<f8"),
    "open_dataset": lambda w: given("missing.zarr"),
    "save_dataset": lambda w: given(w.dataset, "saved.nc"),
    "plot_field": lambda w: given(
        np.ones((5, 5, 1, 3)),
        w.grid,
        plane="xy",
        at=0.0,
        quantity="strength",
        lens=w.lens,
        power=1.0,
        unit="A/m",
    ),
    "to_dataset": lambda w: given(
        w.grid,
        batch=(),
        lens=w.lens,
        beam=w.beam,
        power=1.0,
        gamma=1.0,
        attributes={"a": "b"},
        M=np.zeros((5, 5, 1, 3)),
    ),
    "read_ovf": lambda w: given("missing.ovf"),
    "read_stack": lambda w: given("missing.tif"),
    "read_vti": lambda w: given("missing.vti"),
    "write_ovf": lambda w: given("field.ovf", w.cell_field, representation="text", description=("a",)),
    "write_vti": lambda w: given("field.vti", [w.cell_field]),
    "load": lambda w: given("missing"),
    # micromagnetics
    "export": lambda w: given(
        w.light,
        "export",
        magnet=None,
        pulse=w.pulse,
        limits=om.PulseLimits(name="a"),
        delays=(0.0, 1e-12),
        energies=(0.5, 0.5),
        cell=(1e-7,),
        size=(5e-7, 5e-7, 1e-7),
        at=(0.0, 0.0, 0.0),
        film=None,
        to=("ovf",),
        quantities=(),
        representation="binary 8",
        picture=False,
        simulation=None,
        command="export",
        config=None,
    ),
    "Simulation": lambda w: given(
        exchange=4e-12,
        damping=0.01,
        anisotropy=1e5,
        dmi=1e-3,
        start=(0.0, 0.0, 1.0),
        tilt=0.01,
        seed=1,
        images=1,
        relax=True,
        afterwards=1e-10,
    ),
    "read_simulation": lambda w: given("missing", "neuralmag"),
    "Magnet": lambda w: given(
        name="a", index=2.0, layer=None, verdet=1.0, faraday_rotation=1e5, saturation_magnetization=1e5
    ),
    "PulseLimits": lambda w: given(
        name="a",
        heat_capacity=2.6e6,
        curie_temperature=500.0,
        melting_temperature=1700.0,
        boiling_temperature=3000.0,
        damage_fluence=100.0,
    ),
    "PulseLimits.passed": lambda w: given(om.PulseLimits(name="a", curie_temperature=500.0), 600.0),
    # scanning
    "scan": lambda w: given(
        w.positions[:, :2],
        w.directions,
        w.lens,
        method=om.Optimal(),
        film=None,
        four_pi=False,
        exposures=None,
        lengths=None,
        reach=None,
    ),
    "spots_of_picture": lambda w: given("missing.png", 5e-7, pixels=None, every=1, average=False),
    "Scan.magnetization": lambda w: given(w.scan, [0.0, 1e-7], [0.0, 1e-7]),
    # reading
    "ModePair": lambda w: given(om.radial(), om.linear(0.0)),
    "radial_pairs": lambda w: given(),
    "split_pairs": lambda w: given(),
    "Noise": lambda w: given(0.0, 0.0, 2e-8, 0.0),
    "Noise.at_level": lambda w: given(30.0, 0.01),
    "shot_noise": lambda w: given(1e-4, 1e-6, 532e-9),
    "Reader": lambda w: given(w.lens, None, "reflection", None, 0.0136),
    "read_out": lambda w: given(
        w.scan, w.reader, power=1e-4, dwell=1e-6, noise=None, at=None, full_scale=None, seed=0
    ),
    # recording, holography, identity
    "ball": lambda w: given(8, (1.0, 1.0, 1.0)),
    "directions": lambda w: given(8, (1.0, 1.0, 1.0)),
    "levels": lambda w: given(4),
    "Constellation.smallest_distance": lambda w: given(w.constellation, (1.0, 1.0, 1.0)),
    "Constellation.symbols": lambda w: given(w.constellation, np.zeros(6, np.uint8)),
    "Constellation.symbol_bits": lambda w: given(w.constellation, np.array([1, 2])),
    "record": lambda w: given(
        b"a",
        w.lens,
        pitch=5e-7,
        directions=8,
        rate=None,
        level=35.0,
        film=None,
        reader=None,
        method=None,
        precompensate=False,
    ),
    "recording_capacity": lambda w: given(
        w.lens,
        [5e-7],
        [8],
        30.0,
        film=None,
        reader=None,
        method=None,
        dwell=(1.0, 1.0, 1.0),
        cure=None,
        precompensate=False,
    ),
    "recover": lambda w: given(w.readings, None),
    "hologram": lambda w: given(np.ones((16, 16)), w.lens, pitch=6e-7, second=None, film=None, seed=0),
    "card": lambda w: given(
        w.key, "a", w.lens, spots=64, rows=4, pitch=None, film=None, geometry="reflection", rotation=0.0136
    ),
    "Medium": lambda w: given(1, 0.1, 0.05),
    "Registration": lambda w: given((0.0, 0.0), 0.0, 0.0),
    "Registration.places": lambda w: given(om.Registration(), w.stripe),
    "Stripe": lambda w: given(w.lens, 64, 4, None, None, "reflection", 0.0136),
    "StripeReadings": lambda w: given(w.stripe, np.zeros((64, 3)), None),
    "Thresholds": lambda w: given(0.4, 0.35, 0.18),
    "enrol": lambda w: given([om.StripeReadings(w.stripe, np.ones((64, 3)))], w.key, "a", stripe=w.stripe),
    "verify": lambda w: given(np.zeros((64, 3)), w.key, "a", None, stripe=w.stripe, thresholds=None),
    # slm
    "load_device": lambda w: given("holoeye-pluto-2"),
    "shipped_devices": lambda w: given(),
    "masks": lambda w: given(
        w.light,
        "holoeye-pluto-2",
        lens=None,
        film=None,
        at=None,
        amplitude=None,
        rounding=om.Nearest(),
        measured={(2, 2): 0.05},
    ),
    "Nearest": lambda w: given(),
    "OrderedDither": lambda w: given(),
    "load_masks": lambda w: given("missing"),
    "rebuild_masks": lambda w: given("missing", None),
    "schedule": lambda w: given(
        w.light, "holoeye-pluto-2", amplitude=None, rounding=om.Nearest(), measured=w.measured
    ),
    # hardware; without a display these are refused at the latest
    "screens": lambda w: given(),
    "Screens": lambda w: given("holoeye-pluto-2", screens=(61, 62), count=2, check=True),
    "show": lambda w: given("missing", (61, 62), rate=None, seconds=1.0, repeat=1, panels=None, told=None),
    # tolerances
    "BitDepth": lambda w: given(1.0, 8),
    "FringingFields": lambda w: given(0.5),
    "IlluminationFill": lambda w: given(0.16),
    "PatternRotation": lambda w: given(1.0),
    "PatternShift": lambda w: given(0.01, "x"),
    "PhaseFlicker": lambda w: given(0.1),
    "RetardanceError": lambda w: given(5.0),
    "ZernikeError": lambda w: given(0.05, (2, 2)),
    "usual_disturbances": lambda w: given(),
    "tolerance": lambda w: given(
        om.Light(w.beam, w.lens, target=[0.0, 0.0, 1.0]),
        [om.PatternShift()],
        draws=2,
        pixels=16,
        seed=0,
        on_step=None,
    ),
    "zernike_slopes": lambda w: given(om.Light(w.beam, w.lens, target=[0.0, 0.0, 1.0]), highest=2, pixels=16),
    "precompensate": lambda w: given(
        om.Light(w.beam, w.lens, target=[0.0, 0.0, 1.0]),
        {(2, 2): 0.05},
        beams=None,
        device=None,
        rounding=None,
        amplitude=None,
    ),
    "Camera": lambda w: given(
        pixel=1e-7, shape=(9, 9), photons=1e3, background=1.0, read_noise=1.0, gain=1.0, offset=0.0, bits=12
    ),
    "DriftingPupil": lambda w: given(w.measured, {(2, 2): 1e-3}, walk=1e-3, seed=0),
    "DriftingPupil.at": lambda w: given(om.DriftingPupil(w.measured, {(2, 2): 1e-3}), 3),
    "SimulatedBench": lambda w: given(
        w.small_device,
        w.lens,
        pupil=w.measured,
        camera=om.Camera(pixel=1e-7, shape=(9, 9)),
        seen=None,
        polarisers=[0.0, 1.0],
        crosstalk=[[0.9, 0.1], [0.1, 0.9]],
        seed=0,
    ),
    "SimulatedBench.show": lambda w: given(w.bench, w.images),
    "SimulatedBench.move": lambda w: given(w.bench, 1e-7),
    "SimulatedBench.capture": lambda w: given(w.bench),
    "SlmsuiteBench": lambda w: given(
        SimpleNamespace(set_phase=len), SimpleNamespace(get_image=len), settle=True, rows_down=True
    ),
    "calibrate": lambda w: given(
        w.bench,
        w.small_device,
        w.lens,
        pixel=1e-7,
        light=w.light,
        probe=w.beam,
        pupil=w.measured,
        rounds=1,
        frames=2,
        checks=0,
        highest=2,
        amplitudes=0,
        waves=0.1,
        reach=2e-7,
        seen=None,
        polarisers=None,
        crosstalk=None,
        noise=None,
        rounding=None,
        seed=0,
        progress=None,
        on_round=None,
    ),
    "follow": lambda w: given(
        w.bench,
        w.calibration,
        rounds=1,
        frames=2,
        checks=0,
        highest=2,
        amplitudes=0,
        waves=0.1,
        reach=2e-7,
        trend=0.2,
        bound=0.1,
        seed=0,
    ),
    # retrieval
    "CameraNoise": lambda w: given(gain=2.0, read=1.0, offset=10.0, model=0.02),
    "FluorescentBead": lambda w: given(1e-7),
    "Scatterer": lambda w: given(1.0),
    "Relay": lambda w: given(),
    "LaserFocus": lambda w: given(w.beam, om.Relay()),
    "focus_images": lambda w: given(
        w.measured,
        zs=[0.0, 3e-7],
        pixel=1e-7,
        shape=(9, 9),
        light=om.LaserFocus(w.beam),
        shown=[None, None],
        polarisers=[0.0, 1.0],
        crosstalk=np.eye(2),
        brightness=100.0,
        background=1.0,
        blur=1e-8,
    ),
    "fit_pupil": lambda w: given(
        w.stack,
        w.lens,
        pixel=1e-7,
        step=3e-7,
        light=om.FluorescentBead(),
        noise=om.CameraNoise(),
        degree=2,
        amplitude_degree=0,
        wander=0.0,
        flicker=0.0,
        saturated=1e9,
    ),
    "holoeye_data": lambda w: given(w.images[0]),
    "holoeye_phases": lambda w: given(np.zeros((4, 4))),
    "pymodaq_actuator": lambda w: given(w.images[0]),
    "pymodaq_frame": lambda w: given(w.viewer, rows_down=True),
    **{f"Texture.{name}": lambda w, of=of: of(w, w.texture) for name, of in TARGET.items()},
    **{f"SpotArray.{name}": lambda w, of=of: of(w, w.array) for name, of in TARGET.items()},
    **{f"Chain.{name}": lambda w, of=of: of(w, om.Chain(3)) for name, of in TARGET.items()},
    **{f"Needle.{name}": lambda w, of=of: of(w, om.Needle(2e-6)) for name, of in TARGET.items()},
    **{f"VolumeTexture.{name}": lambda w, of=of: of(w, w.volume) for name, of in TARGET.items()},
}
"""Valid arguments of each public function, class and method; a method's begin with its object."""

MADE_BY_OTHERS = frozenset(
    [
        "Beam",
        "BeadTrap",
        "Bench",
        "BoundPupil",
        "Calibration",
        "CalibrationRound",
        "Capacity",
        "Card",
        "Constellation",
        "Design",
        "Device",
        "Disturbance",
        "Enrolled",
        "Export",
        "Frame",
        "GALLERY",
        "HardwareError",
        "Hologram",
        "ImageStack",
        "InvalidInputError",
        "LiuPlot",
        "MATERIALS",
        "Mask",
        "MaskSeries",
        "MaskSet",
        "NamedDesign",
        "NamedStructure",
        "OptomagError",
        "PictureSpots",
        "Precompensation",
        "Pupil",
        "PupilFit",
        "Readings",
        "Recording",
        "STRUCTURES",
        "Schedule",
        "Screen",
        "Sensitivity",
        "Showing",
        "Simulated",
        "SpotDesign",
        "SpotNumbers",
        "Step",
        "StorageError",
        "Structure",
        "Switching",
        "Target",
        "Tolerance",
        "UnreadableError",
        "MagnetWarning",
        "UnitWarning",
        "Verdict",
        "Verified",
    ]
)
"""Public names that are tables, kinds, or results that functions make: nobody calls them by hand."""

SLOW = frozenset(
    [
        "record",
        "recording_capacity",
        "hologram",
        "shape",
        "design_spots",
        "moving_spots",
        "masks",
        "schedule",
        "tolerance",
        "zernike_slopes",
        "precompensate",
        "export",
        "temperature",
        "scan",
        "named_structure",
        "Network",
        "switching",
        "liu_plot",
        "calibrate",
        "follow",
        "fit_pupil",
        "SimulatedBench",
        "SimulatedBench.show",
        "SimulatedBench.move",
        "SimulatedBench.capture",
    ]
)
"""Whose valid call takes more than a tenth of a second: tried less often."""


class Patient:
    """A class that can be called with anything."""

    def __init__(self, *_: Any, **__: Any) -> None: ...


class Odd:
    """An object whose methods fail."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no array")

    def __float__(self) -> float:
        raise RuntimeError("no number")

    def __len__(self) -> int:
        raise RuntimeError("no length")


WRONG: dict[str, Callable[[World], Any]] = {
    "None": lambda w: None,
    "True": lambda w: True,
    "empty text": lambda w: "",
    "text": lambda w: "apples",
    "number in text": lambda w: "1.0",
    "bytes": lambda w: b"\xff\x00",
    "text with character 0": lambda w: "a\0b",
    "surrogate": lambda w: "\udc80",
    "long text": lambda w: "x" * 5000,
    "long name": lambda w: pathlib.Path("y" * 300),
    "missing path": lambda w: pathlib.Path("no/such/place"),
    "folder": lambda w: ".",
    "NaN": lambda w: float("nan"),
    "infinity": lambda w: float("inf"),
    "-infinity": lambda w: -float("inf"),
    "-1": lambda w: -1,
    "0": lambda w: 0,
    "7": lambda w: 7,
    "-0.5": lambda w: -0.5,
    "1e300": lambda w: 1e300,
    "1e-300": lambda w: 1e-300,
    "-1e300": lambda w: -1e300,
    "5e-324": lambda w: 5e-324,
    "10**400": lambda w: 10**400,
    "10**9": lambda w: 10**9,
    "2**63": lambda w: 2**63,
    "-10**30": lambda w: -(10**30),
    "complex": lambda w: 1 + 2j,
    "complex NaN": lambda w: complex(float("nan"), 1),
    "decimal": lambda w: decimal.Decimal("sNaN"),
    "[]": lambda w: [],
    "[[]]": lambda w: [[]],
    "()": lambda w: (),
    "ragged": lambda w: [[1.0, 2.0], [3.0]],
    "deep ragged": lambda w: [[[0.0, 0.0, 1.0]], [0.0, 1.0]],
    "list of None": lambda w: [None],
    "list of text": lambda w: ["a", "b", "c"],
    "list of three": lambda w: [1.0, 2.0, 3.0],
    "list of huge": lambda w: [10**400, 1, 2],
    "pairs": lambda w: [(1.0, 2.0)],
    "range": lambda w: range(3),
    "dictionary": lambda w: {"a": 1},
    "empty dictionary": lambda w: {},
    "dictionary of pairs": lambda w: {(2, 2): "x"},
    "dictionary of wrong pairs": lambda w: {(1.5, None): 0.1},
    "set": lambda w: {1.0, 2.0},
    "generator": lambda w: (x for x in (1.0, 2.0, 3.0)),
    "object array": lambda w: np.array([None, 1, "a"], dtype=object),
    "masked array": lambda w: np.ma.array([[0.0, 0.0, 1.0]], mask=[[False, True, False]]),
    "text array": lambda w: np.array(["a", "b", "c"]),
    "times": lambda w: np.array(["2020-01-01"], dtype="datetime64[D]"),
    "array of shape ()": lambda w: np.array(1.0),
    "array of shape (1,)": lambda w: np.array([1.0]),
    "array of shape (3, 0)": lambda w: np.zeros((3, 0)),
    "array of shape (2, 3)": lambda w: np.ones((2, 3)),
    "array of shape (1, 1, 1, 1, 1)": lambda w: np.ones((1, 1, 1, 1, 1)),
    "zeros": lambda w: np.zeros((3, 3)),
    "NaN array": lambda w: np.full((2, 3), np.nan),
    "huge array": lambda w: np.full((2, 3), 1e300),
    "booleans": lambda w: np.array([True, False, True]),
    "structured array": lambda w: np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]),
    "function": lambda w: lambda *_: None,
    "class": lambda w: Patient,
    "object": lambda w: object(),
    "odd object": lambda w: Odd(),
    "date": lambda w: datetime.date(2020, 1, 1),
    "ellipsis": lambda w: ...,
    "slice": lambda w: slice(None),
    "lens": lambda w: w.lens,
    "another lens": lambda w: om.Objective(na=1.2, index=1.33, wavelength=1e-6),
    "beam": lambda w: w.beam,
    "light": lambda w: w.light,
    "grid": lambda w: w.grid,
    "film": lambda w: w.film,
    "mask": lambda w: om.vortex(1),
    "several beams": lambda w: om.stack_beams([om.radial(), om.circular(1)]),
    "lens class": lambda w: om.Objective,
}
"""Values that do not belong where they are put. What a caller's own function raises is the caller's: none fails."""

PARTS = ("NaN", "infinity", "1e300", "10**400", "text", "None", "complex", "[]", "object", "-1")
"""What is put inside of a list, tuple or array of a valid call."""


def function_named(name: str) -> Any:
    """The public function, class or method of a name such as "Film.index_at"."""
    found: Any = om
    for part in name.split("."):
        found = getattr(found, part)
    return found


def is_method(name: str) -> bool:
    """Whether the first of the arguments is the object itself."""
    owner, dot, method = name.rpartition(".")
    return bool(dot) and not isinstance(vars(getattr(om, owner)).get(method), (classmethod, staticmethod))


def spoiled(arguments: Arguments, name: str, drawn: random.Random, world: World) -> tuple[Arguments, str]:
    """The arguments with one or two of them wrong, and words for what was done."""
    places, names = list(arguments[0]), dict(arguments[1])
    free = [*range(1 if is_method(name) else 0, len(places)), *names]
    told = []
    for slot in drawn.sample(free, min(len(free), 1 if drawn.random() < 0.8 else 2)):
        holder: Any = places if isinstance(slot, int) else names
        if isinstance(holder[slot], (list, tuple)) and len(holder[slot]) and drawn.random() < 0.3:
            kind = drawn.choice(PARTS)
            inside = list(holder[slot])
            inside[drawn.randrange(len(inside))] = WRONG[kind](world)
            holder[slot] = type(holder[slot])(inside)
            told.append(f"{slot} with {kind} inside")
        else:
            kind = drawn.choice(tuple(WRONG))
            holder[slot] = WRONG[kind](world)
            told.append(f"{slot}={kind}")
    return (tuple(places), names), ", ".join(told)


def cases(drawn: random.Random, only: str = "") -> Iterator[tuple[str, Callable[[], Any]]]:
    """Endless calls with wrong arguments: names, and what makes them."""
    world = World()
    names = [name for name in VALID if only in name]
    while True:
        drawn.shuffle(names)
        for name in names:
            if name in SLOW and drawn.random() < 0.7 and not only:
                continue
            for _ in range(4):
                (places, named), told = spoiled(VALID[name](world), name, drawn, world)
                if not told:
                    break
                yield (
                    f"{name}({told})",
                    partial(called, name, places, named),
                )


def called(name: str, places: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What a public function makes of its arguments, its numbers asked for."""
    return consumed(function_named(name)(*places, **named))


def consumed(result: Any) -> Any:
    """A result whose numbers were asked for: properties of records, and the first of an iterator."""
    if isinstance(result, Iterator):
        return next(result, None)
    if type(result).__module__.startswith("optomag") and hasattr(result, "__dict__"):
        for kind in type(result).__mro__:
            for name, value in vars(kind).items():
                if isinstance(value, property) and not name.startswith("_"):
                    getattr(result, name)
    return result
