"""The command line: reads what was typed, calls one workflow function, turns errors into one line.

Nothing heavy is imported here, so that `--help` answers at once; each command imports its workflow when it
runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from cyclopts import CycloptsError, Parameter

from optomag import __version__
from optomag.errors import (
    InvalidInputError,
    OptomagError,
    UnreadableError,
    refuse,
)
from optomag.interrupts import kept_interrupts, unwrapped_interrupts
from optomag.io.shipped import example
from optomag.workflow.card_config import CardConfig, VerifyConfig
from optomag.workflow.config import (
    READ,
    Command,
    CompareConfig,
    DatasetConfig,
    EvaluateConfig,
    FolderCommand,
    ReproduceConfig,
    SweepConfig,
    TrainConfig,
    TrainDirectionsConfig,
    TrainSpotsConfig,
)
from optomag.workflow.config_file import merge_file
from optomag.workflow.design_config import DesignConfig
from optomag.workflow.docs_config import DocsConfig
from optomag.workflow.doubts import told_doubts
from optomag.workflow.export_config import ExportConfig
from optomag.workflow.fit_config import FitConfig
from optomag.workflow.gallery_config import GalleryConfig
from optomag.workflow.hologram_config import HologramConfig
from optomag.workflow.masks_config import DevicesConfig, MasksConfig
from optomag.workflow.options_app import OptionsApp
from optomag.workflow.page_config import PageConfig
from optomag.workflow.progress import HeadedProgress, Progress, progress_on
from optomag.workflow.recording_config import ReadConfig, RecordConfig
from optomag.workflow.results import JsonResults, LineResults, Results
from optomag.workflow.scan_config import ScanConfig
from optomag.workflow.serve_config import ServeConfig
from optomag.workflow.shape_config import ShapeConfig
from optomag.workflow.show_config import ShowConfig
from optomag.workflow.standard_streams import standard_streams
from optomag.workflow.switching_config import SwitchingConfig
from optomag.workflow.tolerance_config import ToleranceConfig

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; 130 is the shell's number for Ctrl-C."""

REJECTED = 3
"""Exit code of a card that `verify` does not accept."""


@dataclass
class Run:
    """What is known of the command that runs."""

    command: str
    doubts: list[str] = field(default_factory=list)
    say_doubts: Callable[[], None] | None = None
    results: Results | None = None


_RUN: ContextVar[Run] = ContextVar("run")

Kind = TypeVar("Kind", bound=Command)
Options = Parameter(name="*")

ConfigFile = Annotated[
    Path | None, Parameter(name="--config", help="TOML file with the same options; the command line wins.")
]

app = OptionsApp(
    name="optomag",
    help="Which laser beam, tightly focused, writes the magnetization I want?",
    version=__version__,
    default_parameter=Parameter(negative="", consume_multiple=True),
    help_format="plaintext",  # Markdown would cost 0.1 s
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)


@app.command
def reproduce(
    *, options: Annotated[ReproduceConfig | None, Options] = None, config: ConfigFile = None
) -> None:
    """Simulate, learn the inverse and show every figure and table of the paper, in one folder."""
    settings = _merged(options or ReproduceConfig(), config)
    from optomag.workflow.reproduce import run_reproduce

    run_reproduce(settings, progress=_progress(settings))


@app.command
def design(
    directions: Annotated[
        Path | None, Parameter(help="CSV or .npy file of many directions [one is typed].")
    ] = None,
    /,
    *,
    options: Annotated[DesignConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Find the beam that writes the magnetization along one direction, or along each of many, and say so."""
    options = options or DesignConfig()
    if directions is not None:
        if options.directions is not None and options.directions != directions:
            refuse("--directions", "one file", f"both {directions} and {options.directions}")
        options = options.model_copy(update={"directions": directions})
    settings = _merged(options, config)
    if settings.directions is not None:
        from optomag.workflow.designs import run_designs

        run_designs(settings.directions, settings, progress=_progress(settings))
        return
    from optomag.workflow.design import run_design

    # the lens of a state is told once it is read
    run_design(settings, progress=_shown(settings) if settings.state else _progress(settings))


@app.command
def dataset(*, options: Annotated[DatasetConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Simulate pairs of beam weights and magnetization; goes on where a stopped run left off."""
    settings = _merged(options or DatasetConfig(), config)
    from optomag.workflow.dataset import run_dataset

    run_dataset(settings, progress=_progress(settings))


@app.command
def train(*, options: Annotated[TrainConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Train a network that answers with beam weights; goes on where a stopped run left off."""
    settings = _merged(options or TrainConfig(), config)
    from optomag.workflow.train import run_train

    run_train(settings, progress=_shown(settings))


@app.command
def evaluate(*, options: Annotated[EvaluateConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Re-simulate what a trained network answers and compare it with the other methods."""
    settings = _merged(options or EvaluateConfig(), config)
    from optomag.workflow.evaluate import run_evaluate

    run_evaluate(settings, progress=_progress(settings))


@app.command
def sweep(*, options: Annotated[SweepConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Train one short run per batch size, learning rate and number of epochs, and draw the trends."""
    settings = _merged(options or SweepConfig(), config)
    from optomag.workflow.sweep import run_sweep

    run_sweep(settings, progress=_shown(settings))


@app.command
def tolerance(
    design: Annotated[Path, Parameter(help="Folder of a saved design, structure or light.")],
    /,
    *,
    options: Annotated[ToleranceConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Say what errors of a set-up do to a design or structure, worst first, and undo measured ones."""
    settings = _merged(options or ToleranceConfig(), config, design)
    from optomag.workflow.tolerance import run_tolerance

    run_tolerance(design, settings, progress=_shown(settings))


@app.command
def fit(
    stack: Annotated[
        Path,
        Parameter(help="Images through focus: TIFF (OME, ImageJ, plain), .npy or OME-Zarr, upper row first."),
    ],
    /,
    *,
    options: Annotated[FitConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Find the pupil of a real set-up from images of its focus: aberrations, amplitude, and how sure."""
    settings = _merged(options or FitConfig(), config, stack)
    from optomag.workflow.fit import run_fit

    run_fit(stack, settings, progress=_shown(settings))


@app.command
def gallery(*, options: Annotated[GalleryConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Simulate, measure and draw every earlier design: spots, needles, chains, arrays, 4pi, tilted."""
    settings = _merged(options or GalleryConfig(), config)
    from optomag.workflow.gallery import run_gallery

    run_gallery(settings, progress=_progress(settings))


@app.command
def compare(*, options: Annotated[CompareConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Put networks, closed forms and the bound side by side over the whole sphere of directions."""
    settings = _merged(options or CompareConfig(), config)
    from optomag.workflow.compare import run_compare

    run_compare(settings, progress=_progress(settings))


@app.command
def train_directions(
    *, options: Annotated[TrainDirectionsConfig | None, Options] = None, config: ConfigFile = None
) -> None:
    """Train the network of the design method Network anew, through the exact model, without samples."""
    settings = _merged(options or TrainDirectionsConfig(), config)
    from optomag.workflow.train_directions import run_train_directions

    run_train_directions(settings, progress=_shown(settings))


@app.command
def train_spots(
    *, options: Annotated[TrainSpotsConfig | None, Options] = None, config: ConfigFile = None
) -> None:
    """Train the network that proposes phases for spot arrays; goes on where a stopped run left off."""
    settings = _merged(options or TrainSpotsConfig(), config)
    from optomag.workflow.train_spots import run_train_spots

    run_train_spots(settings, progress=_shown(settings))


@app.command
def export(
    *designs: Annotated[
        Path, Parameter(help="Folder of a saved design, structure, light or scan; several with --delay-ps.")
    ],
    options: Annotated[ExportConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Write a design's field on cells, and scripts that apply it, for micromagnetic programs."""
    settings = _merged(options or ExportConfig(), config, *designs)
    from optomag.workflow.export import run_export

    run_export(designs, settings, progress=_shown(settings))


@app.command
def switching(
    design: Annotated[Path, Parameter(help="Folder of a saved design, structure or light.")],
    /,
    *,
    options: Annotated[SwitchingConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Say where a pulse switches a magnet, by measured thresholds, and how large spots are (Liu's plot)."""
    settings = _merged(options or SwitchingConfig(), config, design)
    from optomag.workflow.switching import run_switching

    run_switching(design, settings, progress=_shown(settings))


@app.command
def shape(
    target: Annotated[
        Path, Parameter(help="TOML file with a table [target], or an example's name, such as neel-skyrmion.")
    ],
    /,
    *,
    options: Annotated[ShapeConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Find the beam that writes a whole structure: spots, skyrmions, hopfions, needles, chains."""
    settings = _merged(merge_file(options or ShapeConfig(), config), example(target), name="TARGET")
    from optomag.workflow.shape import run_shape

    run_shape(settings, progress=_progress(settings))


@app.command
def masks(
    design: Annotated[Path, Parameter(help="Folder of a saved design, structure or light; or a map (.npy).")],
    /,
    *,
    options: Annotated[MasksConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Write the images that make a device's modulators produce a design's beam, and verify them."""
    settings = _merged(options or MasksConfig(), config, design)
    from optomag.workflow.masks import run_masks

    run_masks(design, settings, progress=_shown(settings))


@app.command
def show(
    folder: Annotated[Path | None, Parameter(help="What `optomag masks` wrote.")] = None,
    /,
    *,
    options: Annotated[ShowConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Show masks on panels that are connected as screens, pixel by pixel, one after the other."""
    settings = _merged(options or ShowConfig(), config, folder)
    from optomag.workflow.show import run_show

    run_show(folder, settings, progress=_shown(settings))


@app.command
def devices(*, options: Annotated[DevicesConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """List the modulators that come along, or write a commented description to change to one's own."""
    settings = _merged(options or DevicesConfig(), config)
    from optomag.workflow.devices import run_devices

    run_devices(settings, progress=_shown(settings))


@app.command
def scan(
    spots: Annotated[
        Path,
        Parameter(
            help="List, CSV or Zarr: x_nm, y_nm, mx, my, mz or azimuth_deg, polar_deg; exposure. "
            "Grid: .npy (nx, ny, 3), OVF or Zarr. Picture: PNG, TIFF, JPEG."
        ),
    ],
    /,
    *,
    options: Annotated[ScanConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Choose beam and exposure of each spot of a list, grid or picture; sum what all write; crosstalk."""
    settings = _merged(options or ScanConfig(), config, spots)
    from optomag.workflow.scan import run_scan

    run_scan(spots, settings, progress=_progress(settings))


@app.command
def record(
    file: Annotated[Path, Parameter(help="Any file of up to 10 MiB.")],
    /,
    *,
    options: Annotated[RecordConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Turn a file into magnetized spots, crosstalk cured; goes on where a stopped run left off."""
    settings = _merged(options or RecordConfig(), config, file)
    from optomag.workflow.record import run_record

    run_record(file, settings, progress=_progress(settings))


@app.command
def read(
    folder: Annotated[Path, Parameter(help="What `optomag record` wrote.")],
    /,
    *,
    options: Annotated[ReadConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Read a recording, by simulated light with noise or from measured readings, and give the file back."""
    settings = _merged(options or ReadConfig(), config, folder)
    from optomag.workflow.read import run_read

    run_read(folder, settings, progress=_shown(settings))


@app.command
def hologram(
    picture: Annotated[Path, Parameter(help="Grey picture: PNG, TIFF, JPEG, BMP, GIF or WebP.")],
    /,
    *,
    options: Annotated[HologramConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Find the directions of spots that show a picture in polarised light, and simulate what it shows."""
    settings = _merged(options or HologramConfig(), config, picture)
    from optomag.workflow.hologram import run_hologram

    run_hologram(picture, settings, progress=_progress(settings))


@app.command
def card(
    card_id: Annotated[str, Parameter(help="Name of the card, not secret.")],
    /,
    *,
    options: Annotated[CardConfig | None, Options] = None,
    config: ConfigFile = None,
) -> None:
    """Make a magnetic stripe that only the owner of a key can write, and simulate its readings."""
    settings = _merged(options or CardConfig(), config, card_id)
    from optomag.workflow.card import run_card

    run_card(card_id, settings, progress=_progress(settings))


@app.command
def verify(
    folder: Annotated[Path, Parameter(help="Folder of a card, as `optomag card` writes it.")],
    /,
    *,
    options: Annotated[VerifyConfig | None, Options] = None,
    config: ConfigFile = None,
) -> int:
    """Say whether a card's stripe is genuine. Exit code 0: accepted; 3: rejected; 2: bad input."""
    settings = _merged(options or VerifyConfig(), config, folder)
    from optomag.workflow.verify import run_verify

    return DONE if run_verify(folder, settings, progress=_shown(settings)) else REJECTED


@app.command
def page(*, options: Annotated[PageConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Write the live page: wish, lens, beam and focus to play with in any browser, without a network."""
    settings = _merged(options or PageConfig(), config)
    from optomag.workflow.page import run_page

    run_page(settings, progress=_shown(settings))


@app.command
def docs(*, options: Annotated[DocsConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Open the documentation that came along with this version, without a network."""
    settings = _merged(options or DocsConfig(), config)
    from optomag.workflow.docs import run_docs

    run_docs(settings, progress=_shown(settings))


@app.command
def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], Parameter(help="For which shell.")], /
) -> None:
    """Print what completes options, choices and files in a shell; see the page on commands."""
    from optomag.workflow.completion import completion_script

    sys.stdout.write(completion_script(app, shell))


@app.command
def serve(
    *, options: Annotated[ServeConfig | None, Options] = None, config: ConfigFile = None
) -> Callable[[], None]:
    """Serve the live page with the exact engine behind it: films, masks, structures, scans, exports."""
    settings = _merged(options or ServeConfig(), config)
    from optomag.serve.server import run_serve

    return run_serve(settings, progress=_shown(settings))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Results go to standard output, as lines or, with `--json`, as one JSON object; progress, remarks and
    errors go to standard error.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed after `optomag`; by default the process's own arguments.

    Returns
    -------
    int
        0 success; 2 bad input, unreadable data included, and 1 a run that storage stopped, each with one line
        on standard error; 3 a card that is rejected; 130 after Ctrl-C.
    """
    typed = sys.argv[1:] if arguments is None else list(arguments)
    command = _command(typed)
    run = Run(_called(command))
    with standard_streams(), kept_interrupts(), told_doubts(run.doubts) as run.say_doubts:
        before = _RUN.set(run)
        try:
            return _run(typed, command, run)
        finally:
            _RUN.reset(before)


def _run(typed: Sequence[str], command: Sequence[str], run: Run) -> int:
    try:
        _require_values(typed)
        if command == ("shape",) and not {"--help", "-h"}.isdisjoint(typed):
            from optomag.workflow.target_help import targets_help

            app["shape"].help_epilogue = targets_help()
        with unwrapped_interrupts():
            code = app(typed, exit_on_error=False, print_error=False)
            if run.results is not None:
                run.results.finish(run.command, run.doubts)
            if callable(code):  # a server goes on after it has told its address
                code()
    except CycloptsError as error:
        from optomag.workflow.refusals import typed_wrongly

        return _refused(f"{typed_wrongly(error, app, command)} See {run.command} --help.")
    except UnreadableError as error:
        return _refused(str(error))
    except InvalidInputError as error:
        from optomag.workflow.refusals import as_typed, record_of

        return _refused(f"{as_typed(str(error), record_of(app, command))} See {run.command} --help.")
    except OptomagError as error:
        # a file that was named and is not there is bad input; everything else stopped the run midway
        missing = isinstance(error.__cause__, FileNotFoundError)
        return _stopped(str(error), BAD_INPUT if missing else FAILED)
    except KeyboardInterrupt as stop:
        saved = str(stop) or "Run the same command again to go on with what is saved."
        return _stopped(f"stopped by Ctrl-C. {saved}", INTERRUPTED)
    return code if isinstance(code, int) else DONE


def _require_values(typed: Sequence[str]) -> None:
    """Refuse an empty text in the place of a value: as a path, it would be the present folder."""
    option = "what was typed"
    for word in typed:
        name, equals, value = word.partition("=")
        option = name if name.startswith("--") else option
        if not word or (name.startswith("--") and equals and not value):
            refuse(option, "a value", "an empty text", "Is a variable of the shell unset?")


def _command(typed: Sequence[str]) -> tuple[str, ...]:
    """Which command was typed; nothing where none was."""
    return tuple(name for name in app.parse_commands(typed)[0] if not name.startswith("-"))


def _called(command: Sequence[str]) -> str:
    return " ".join((app.name[0], *command))


def _merged(options: Kind, path: Path | None, *sources: object, name: str = "--config") -> Kind:
    """What was typed and what its file says; a folder for compiled code serves from here on.

    `sources` are what was typed without a name: where they or options cannot be used, or a folder holds the
    result of others, that is refused before anything is loaded that computes.
    """
    settings = merge_file(options, path, name=name)
    settings.require_usable(*sources)
    if isinstance(settings, FolderCommand):
        from optomag.workflow.former_results import require_same_making

        settings.remember_content(sources)
        require_same_making(settings, _RUN.get().command, sources)
    if (say := _RUN.get().say_doubts) is not None:
        say()
    if settings.cache is not None:
        from optomag.workflow.compiled_code import keep_compiled

        keep_compiled(settings.cache)
    return settings


def _progress(settings: Any) -> Progress:
    """Progress that begins with the set-up: a wrong one is seen."""
    from optomag.optics.description import setup_line

    film = getattr(settings, "film", None)  # not every command knows films
    stack = None if film is None else film.stack(settings.lens)
    return HeadedProgress(_shown(settings), setup_line(settings.lens.objective(), stack))


def _shown(settings: Command) -> Progress:
    """Progress on standard error, results on standard output in the form that was asked for."""
    told = {name: value for name, value in settings.manifest().items() if name != READ}
    results = JsonResults(sys.stdout, told) if settings.as_json else LineResults(sys.stdout)
    _RUN.get().results = results
    return progress_on(results=results)


def _refused(sentence: str) -> int:
    return _stopped(sentence, BAD_INPUT)


def _stopped(sentence: str, code: int) -> int:
    sys.stderr.write(" ".join(f"optomag: {sentence}".split()) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
