"""Every option of every command, with values that it takes and values that it refuses."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from optomag.cli import app
from optomag.workflow.option_rules import choices_of, look, option_at, options_of
from optomag.workflow.refusals import record_of

VALUES: dict[str, Any] = {
    "--film": ["2.3:80"],
    "--direction": [0.0, 0.0, 1.0],
    "--zernike": ["2,2:0.1"],
    "--heat-capacity": 3e6,
    "--exchange": 4e-12,
    "--reach-wavelengths": 20.0,
}
"""Where the kind of an option does not say enough of what it takes."""


class Option(NamedTuple):
    """One option of one command."""

    command: str
    name: str
    record: type[BaseModel]
    place: tuple[str, ...]
    field: FieldInfo

    @property
    def kind(self) -> Any:
        """What one value is, of several the first."""
        kind = self.field.annotation
        while get_origin(kind) is not None and not choices_of(self.field):
            kind = next(each for each in get_args(kind) if each is not type(None))
        return kind

    @property
    def several(self) -> bool:
        """Whether it takes a list."""
        return "tuple" in str(self.field.annotation)

    @property
    def home(self) -> tuple[type[BaseModel] | None, str]:
        """Where it is written down once for all commands that have it: its class, and its name there."""
        found, name = look(self.record, self.place).record, self.place[-1]
        bases = () if found is None else found.__mro__
        return next(
            (each for each in reversed(bases) if name in vars(each).get("__annotations__", {})), None
        ), name

    def limits(self) -> list[Any]:
        """Bounds of the value, those of a list's members left out."""
        return list(self.field.metadata)

    def takes(self) -> Any:
        """A value that the option takes, as TOML has it."""
        default = self.field.get_default(call_default_factory=True)
        if self.name in VALUES:
            return VALUES[self.name]
        if default not in (None, ()) and not isinstance(default, (tuple, bool)):
            return default if isinstance(default, (int, float, str)) else str(default)
        if default not in (None, ()) and isinstance(default, tuple):
            return [str(each) if not isinstance(each, (int, float)) else each for each in default]
        one = self._one()
        if not self.several:
            return one
        fixed = [each for each in _tuples(self.field.annotation) if each and each[-1] is not Ellipsis]
        return [one] * (len(fixed[0]) if fixed else 1)

    def _one(self) -> Any:
        if choices := choices_of(self.field):
            return choices[0]
        if self.kind is bool:
            return True
        if self.kind is int:
            return 16
        if self.kind is float:
            return 1.0
        return "x"

    def refuses(self) -> list[list[str]]:
        """What may be typed behind the command and is refused."""
        typed: list[list[str]] = []
        if self.kind is bool:
            return [[f"{self.name}=maybe"], [f"{self.name}=7"]]
        if not self.several or _least(self.field):
            typed.append([self.name])
        if choices := choices_of(self.field):
            typed += [[self.name, "quxq"], [self.name, choices[0] + "x"]]
        elif self.kind in (int, float):
            words = ("many", "1_0") if len(self.name) % 2 else ("nan", "")  # all four over the options
            typed += [[self.name, each] for each in words]
            typed += [[self.name, each] for each in _outside(self.limits())]
        if self.kind is int:
            typed.append([self.name, "1.5"])
        if not self.several:
            value = str(self.takes())
            typed.append([self.name, value, self.name, value])
        most = next((each.max_length for each in self.limits() if isinstance(each, MaxLen)), None)
        if most is not None and most < 100:
            typed.append([self.name, *["1"] * (most + 1)])
        if "Path" in str(self.kind):
            typed.append([self.name, "a" * 300])
        return typed


def every_option() -> list[Option]:
    """All options of all commands."""
    found = []
    for command in commands():
        record = record_of(app, [command])
        if record is None:
            continue
        for place in dict.fromkeys(options_of(record).values()):
            field = look(record, place).field
            name = option_at(record, place)
            assert field is not None
            assert name is not None
            found.append(Option(command, name, record, place, field))
    return found


def commands() -> list[str]:
    """All commands."""
    return [name for name in app if not name.startswith("-")]


def positional(command: str) -> list[str]:
    """Something for each argument without a name that a command must have."""
    arguments = app[command].assemble_argument_collection()
    return ["x" for each in arguments if each.index is not None and each.required]


def _tuples(kind: Any) -> list[tuple[Any, ...]]:
    if get_origin(kind) is tuple:
        return [get_args(kind)]
    return [found for each in get_args(kind) for found in _tuples(each)]


def _least(field: FieldInfo) -> bool:
    from annotated_types import MinLen

    return any(isinstance(each, MinLen) for each in field.metadata)


def _outside(limits: list[Any]) -> list[str]:
    outside = []
    for each in limits:
        if isinstance(each, (Gt, Ge)):
            low = each.gt if isinstance(each, Gt) else each.ge
            outside.append(str(low if isinstance(each, Gt) else low - 1))
        if isinstance(each, (Lt, Le)):
            high = each.lt if isinstance(each, Lt) else each.le
            outside.append(str(high if isinstance(each, Lt) else high + 1))
    return outside
