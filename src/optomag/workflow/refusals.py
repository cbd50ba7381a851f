"""What was typed wrongly, in the library's one sentence: which option, what it must be, and what it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_type_hints

from cyclopts import (
    App,
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)
from pydantic import BaseModel, ValidationError

from optomag.errors import nearest
from optomag.workflow.config_file import explain
from optomag.workflow.option_rules import choices_in, choices_of, look, options_of, rule_of

CORE_NAMES = {
    "delays": "delay_ps",
    "energies": "energy_share",
    "cell": "cell_nm",
    "size": "size_nm",
}
"""What the library calls a few options that commands call otherwise."""


def record_of(app: App, command: Sequence[str]) -> type[BaseModel] | None:
    """The record of a command's options; None for what has none."""
    found = app
    for name in command:
        found = found[name]
    hints = get_type_hints(found.default_command) if command else {}
    return next((record for hint in hints.values() if (record := _record(hint)) is not None), None)


def typed_wrongly(error: CycloptsError, app: App, command: Sequence[str]) -> str:
    """One sentence on what was typed, in words of the command."""
    record, cause, name = record_of(app, command), error.__cause__, " ".join((*app.name[:1], *command))
    if isinstance(cause, ValidationError) and record is not None:
        return explain(cause, record, typed=True)
    if isinstance(error, UnknownCommandError):
        typed, known = (error.unused_tokens or [""])[0], _commands(app)
        rule = f"command must be one of {', '.join(known)}; got {typed}."
        return f"{rule} {nearest(typed, known)}".rstrip()
    if isinstance(error, UnknownOptionError):
        typed = (error.token.keyword or error.token.value).partition("=")[0]
        known = [each for one in _arguments(app, command) if one.parse for each in one.names]
        return f"option must be one of {name}; got {typed}. {nearest(typed, [*known, '--help'])}".rstrip()
    if isinstance(error, UnusedCliTokensError):
        alone = " ".join(error.unused_tokens or [])
        return f"every value must follow its option, as in --out DIR; got {alone} alone."
    argument, token = error.argument, getattr(error, "token", None)
    if isinstance(error, RepeatArgumentError):
        return f"{error.token.keyword} must be given once; got it twice."
    if argument is None:
        return f"what was typed must be options of {name} and their values; got {_plain(error)}"
    option = getattr(error, "keyword", None) or getattr(token, "keyword", None) or argument.name
    rule, words = _rule(argument, record)
    if isinstance(error, MissingArgumentError):
        got = " ".join(error.tokens_so_far) or "nothing"
        return f"{option} must be {rule}; got {got}."
    if isinstance(error, CoercionError) and token is not None:
        return f"{option} must be {rule}; got {token.value}. {nearest(token.value, words)}".rstrip()
    return f"{option} must be {rule}; got {_plain(error)}"


def as_typed(sentence: str, record: type[BaseModel] | None) -> str:
    """A refusal of the library with its value named as an option.

    "na must be < index = 1; got 2.0." becomes "--na must be ..." for a command with that option.
    """
    name, separator, rest = sentence.partition(" must be ")
    key = CORE_NAMES.get(name, name).replace("-", "_").removeprefix("__")
    if not separator or record is None or key not in options_of(record):
        return sentence
    return f"--{key.replace('_', '-')}{separator}{rest}"


def _rule(argument: Any, record: type[BaseModel] | None) -> tuple[str, tuple[str, ...]]:
    """What an argument must be, and its words where it takes only some."""
    field = None if record is None or not argument.keys else look(record, argument.keys).field
    if field is None and (words := choices_in(argument.hint)):
        return f"one of {', '.join(words)}", words
    if field is None:
        what = (argument.parameter.help or "").strip()
        return ("given: " + what.rstrip(".") if what else "given"), ()
    if argument.is_flag():
        return "given without a value", ()
    return rule_of(field), choices_of(field)


def _commands(app: App) -> list[str]:
    return [name for name in app if not name.startswith("-")]


def _arguments(app: App, command: Sequence[str]) -> Any:
    found = app
    for name in command:
        found = found[name]
    return found.assemble_argument_collection(parse_docstring=False)


def _record(hint: Any) -> type[BaseModel] | None:
    for each in (hint, *getattr(hint, "__args__", ())):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


def _plain(error: CycloptsError) -> str:
    """What is left of a message that nobody foresaw, in one line."""
    error.verbose = False
    return " ".join(str(error).split())
