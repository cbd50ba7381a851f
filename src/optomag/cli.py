"""The command line: reads what was typed, calls one workflow function, turns errors into one line.

Nothing heavy is imported here, so that `--help` answers at once; each command imports its workflow when it
runs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter, UnusedCliTokensError
from pydantic import ValidationError

from optomag import __version__
from optomag.errors import InvalidInputError, OptomagError
from optomag.workflow.config import (
    DatasetConfig,
    EvaluateConfig,
    ReproduceConfig,
    SweepConfig,
    TrainConfig,
    explain,
    merge_file,
)
from optomag.workflow.progress import progress_on

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; 130 is the shell's number for Ctrl-C."""

Options = Parameter(name="*")
ConfigFile = Annotated[
    Path | None, Parameter(name="--config", help="TOML file with the same options; the command line wins.")
]

app = App(
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
    settings = merge_file(options or ReproduceConfig(), config)
    from optomag.workflow.reproduce import run_reproduce

    run_reproduce(settings, progress=progress_on())


@app.command
def dataset(*, options: Annotated[DatasetConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Simulate pairs of beam weights and magnetization; goes on where a stopped run left off."""
    settings = merge_file(options or DatasetConfig(), config)
    from optomag.workflow.dataset import run_dataset

    run_dataset(settings, progress=progress_on())


@app.command
def train(*, options: Annotated[TrainConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Train a network that answers with beam weights; goes on where a stopped run left off."""
    settings = merge_file(options or TrainConfig(), config)
    from optomag.workflow.train import run_train

    run_train(settings, progress=progress_on())


@app.command
def evaluate(*, options: Annotated[EvaluateConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Re-simulate what a trained network answers and compare it with the other methods."""
    settings = merge_file(options or EvaluateConfig(), config)
    from optomag.workflow.evaluate import run_evaluate

    run_evaluate(settings, progress=progress_on())


@app.command
def sweep(*, options: Annotated[SweepConfig | None, Options] = None, config: ConfigFile = None) -> None:
    """Train one short run per batch size, learning rate and number of epochs, and draw the trends."""
    settings = merge_file(options or SweepConfig(), config)
    from optomag.workflow.sweep import run_sweep

    run_sweep(settings, progress=progress_on())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed after `optomag`; by default the process's own arguments.

    Returns
    -------
    int
        0 success; 2 bad input and 1 a run that storage stopped, each with one line on standard error;
        130 after Ctrl-C.
    """
    try:
        app(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return _refused(_typed_wrongly(error))
    except InvalidInputError as error:
        return _refused(str(error))
    except OptomagError as error:
        # a file that was named and is not there is bad input; everything else stopped the run midway
        missing = isinstance(error.__cause__, FileNotFoundError)
        return _stopped(str(error), BAD_INPUT if missing else FAILED)
    except KeyboardInterrupt as stop:
        saved = str(stop) or "Run the same command again to go on with what is saved."
        return _stopped(f"stopped by Ctrl-C. {saved}", INTERRUPTED)
    return DONE


def _typed_wrongly(error: CycloptsError) -> str:
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        return explain(cause, prefix="--", nested=False)
    if isinstance(error, UnusedCliTokensError):
        unused = " ".join(error.unused_tokens or [])
        return f"{unused!r} is not understood: every value must follow its option, as in --out DIR."
    return f"{error} See optomag --help."


def _refused(sentence: str) -> int:
    return _stopped(sentence, BAD_INPUT)


def _stopped(sentence: str, code: int) -> int:
    sys.stderr.write(" ".join(f"optomag: {sentence}".split()) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
