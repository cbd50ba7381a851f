"""The commands that a request can start: their options, and the workflow function that runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from optomag.errors import refuse
from optomag.io.files import read_toml, write_bytes, write_text
from optomag.serve.asked import JobAsked, LightAsked, read_values, require_no_files
from optomag.serve.upload import BEGINNINGS, PICTURES
from optomag.workflow.config import Command
from optomag.workflow.config_file import overlay
from optomag.workflow.design_config import DesignConfig
from optomag.workflow.export_config import ExportConfig
from optomag.workflow.masks_config import MasksConfig
from optomag.workflow.progress import Progress
from optomag.workflow.scan_config import ScanConfig
from optomag.workflow.shape_config import ShapeConfig

RESULT, LIGHT, TOML, SENT = "result", "light", "options.toml", "sent"
"""Names in a job's folder: what the command wrote, the light it was given, and what came with the request."""


@dataclass(frozen=True)
class Known:
    """A command.

    Attributes
    ----------
    config : type of Command
    run : str
        Its workflow function, as module:name.
    takes : "", "light" or "file"
        What it works on besides its options.
    files : tuple of str
        Suffixes of files that may be sent with it.
    """

    config: type[Command]
    run: str
    takes: str = ""
    files: tuple[str, ...] = ()


COMMANDS: Final[Mapping[str, Known]] = {
    "design": Known(DesignConfig, "optomag.serve.light_job:run_light", "light"),
    "shape": Known(ShapeConfig, "optomag.workflow.shape:run_shape", files=PICTURES),
    "masks": Known(MasksConfig, "optomag.workflow.masks:run_masks", "light"),
    "scan": Known(ScanConfig, "optomag.workflow.scan:run_scan", "file", tuple(BEGINNINGS)),
    "export": Known(ExportConfig, "optomag.workflow.export:run_export", "light"),
}


@dataclass(frozen=True)
class Work:
    """A command with all that it needs, as plain values: what a worker process is told.

    Attributes
    ----------
    command, folder : str
    options : dict
        Of the command's record, as they were set.
    light : dict or None
        Of a `LightAsked`.
    source : str or None
        Folder or file that it works on.
    """

    command: str
    folder: str
    options: dict[str, Any]
    light: dict[str, Any] | None = None
    source: str | None = None


def prepare(asked: JobAsked, folder: Path, source: Path | None) -> Work:
    """Check what was asked, and put what was sent into the job's folder.

    Parameters
    ----------
    asked : JobAsked
    folder : Path
        Of the new job, empty.
    source : Path, optional
        Result of the earlier job that was named.

    Raises
    ------
    InvalidInputError
        If an option is none, means nothing or names a file, or what the command works on is missing.
    """
    known = COMMANDS[asked.command]
    sent = None
    if asked.file is not None:
        if not known.files:
            refuse("file", f"left out for {asked.command}", "one")
        suffix = asked.file.suffix(known.files)
        sent = folder / f"{SENT}{suffix}"
        write_bytes(sent, asked.file.data())
    config = read_values(_options(asked, folder, sent), known.config)
    require_no_files(config, but=sent)
    if isinstance(config, ShapeConfig) and config.target is None:
        refuse("target", "a table [target]", "none")
    if isinstance(config, DesignConfig) and (said := sorted(config.model_fields_set)):
        refuse(", ".join(said), "left out, for the light says it", "given")
    light = asked.light
    if isinstance(config, DesignConfig) and source is not None:
        refuse("source", "left out for design", "one")
    if known.takes == "light":
        if (light is None) == (source is None):
            got = "both" if light is not None else "neither"
            refuse("light or source", "given, one of them", got)
    elif light is not None or source is not None:
        refuse("light and source", f"left out for {asked.command}", "one of them")
    if known.takes == "file" and sent is None:
        refuse("file", "sent with the request", "none")
    _require_light(light)
    return Work(
        asked.command,
        str(folder),
        config.model_dump(mode="json", exclude_unset=True),
        None if light is None else light.model_dump(mode="json", exclude_unset=True),
        None if (place := source or sent) is None else str(place),
    )


def _options(asked: JobAsked, folder: Path, sent: Path | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if asked.toml:
        write_text(folder / TOML, asked.toml)
        values = read_toml(folder / TOML, name="toml")
        values.pop("out", None)  # files say where the command writes; here that is the job's folder
    values = overlay(values, asked.options)
    if sent is not None and isinstance(target := values.get("target"), dict):
        target["file"] = str(sent)
    return values


def _require_light(light: LightAsked | None) -> None:
    """What is wrong with the light is said before work starts."""
    if light is not None:
        config = light.design_config()
        config.film.stack(config.lens)
        config.lens.objective()


def run_work(work: Work, progress: Progress) -> None:
    """Run a command into its job's folder.

    Raises
    ------
    OptomagError
        As the command does.
    """
    known, folder = COMMANDS[work.command], Path(work.folder)
    config = known.config.model_validate({**work.options, "out": folder / RESULT})
    module, _, name = known.run.partition(":")
    run = getattr(import_module(module), name)
    source = None if work.source is None else Path(work.source)
    if work.light is None:
        arguments = [] if source is None or not known.takes else [source]
        run(*arguments, config, progress=progress)
        return
    light = LightAsked.model_validate(work.light)
    if work.command == "design":
        run(light, config, progress=progress)
        return
    from optomag.serve.light_job import write_asked_light

    run(write_asked_light(light, folder / LIGHT), config, progress=progress)
