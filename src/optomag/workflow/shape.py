"""`optomag shape`: from a target's TOML file to a folder with the beam that writes it."""

from __future__ import annotations

from optomag.inverse.structure import expose
from optomag.inverse.structure.attempts import efforts_for, most_steps
from optomag.inverse.structure.saved_structure import load_structure
from optomag.inverse.structure.search import Search, Step
from optomag.inverse.structure.shape import shape
from optomag.inverse.structure.structure import Structure
from optomag.inverse.structure.structure_files import FORMAT, RECORD, WRITES, write_structure
from optomag.io.files import read_json
from optomag.io.result_folder import require_free
from optomag.workflow.progress import Progress
from optomag.workflow.shape_config import ShapeConfig

COMMAND = "optomag shape"


def run_shape(config: ShapeConfig, *, progress: Progress) -> Structure:
    """Find the pupil for a structure and write it to a folder.

    Parameters
    ----------
    config : ShapeConfig
        What file and command line say.
    progress : Progress
        Where steps and result are shown.

    Returns
    -------
    Structure
        As saved.

    Raises
    ------
    InvalidInputError
        If there is no target, or a setting or the folder cannot be used.
    StorageError
        Where the file system refuses in the middle.
    KeyboardInterrupt
        After Ctrl-C, once the best until then is saved; the message says where.
    """
    target, pupil, effort = config.wanted(), config.chosen_pupil(), effort_of(config)
    start = None if config.start is None else load_structure(config.start)
    require_free(config.out, kind=FORMAT, command=COMMAND, writes=WRITES)
    several = config.exposures > 1
    total = (
        expose.most_steps(effort, given=start is not None)
        if several
        else most_steps(target, efforts_for(target, pupil, effort))
    )
    with progress.task("shaping", total) as task:

        def show(step: Step) -> None:
            note = f"{step.stage}: strength {step.strength:.4g}, pattern off by {step.error:.1e}"
            task.update(step.done, note)

        found = shape(
            target,
            config.lens.objective(),
            pupil=pupil,
            film=config.film.stack(config.lens),
            four_pi=config.four_pi,
            exposures=config.exposures,
            effort=effort,
            seed=config.seed,
            start=start,
            on_step=show,
        )
    if found.stopped:
        progress.say("Stopped. The best until then is being saved.")
    result = write_structure(
        found,
        config.out,
        picture=not config.no_picture,
        command=COMMAND,
        config=config.manifest(),
        name="out",
    )
    folder = result.folder
    progress.tell(found.status)
    for name, value in found.metrics.items():
        progress.tell(f"  {name}: {value:.6g}")
    if sentence := result.replaced():
        progress.say(sentence)
    files = "beam and numbers" if config.no_picture else "beam, figure and numbers"
    progress.tell(f"{files} in {folder}, after {found.seconds:.1f} s")
    if found.stopped:
        raise KeyboardInterrupt(f"The best until then is in {folder}.")
    told = {name: value for name, value in read_json(folder / RECORD).items() if name != "history"}
    progress.record({"folder": folder, **told})
    return found


def effort_of(config: ShapeConfig) -> Search | None:
    """A search with the steps that the configuration names; None, the library's choice, if it names none."""
    given = {"steps": config.steps, "exact_steps": config.exact_steps}
    named = {name: value for name, value in given.items() if value is not None}
    return Search(**named) if named else None
