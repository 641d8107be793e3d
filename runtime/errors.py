"""What can go wrong while running, as exceptions that say where, why, and the way out.

Codes are `S3C6xx`; the table of all codes explains each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .names import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .contract import Array, VariableInfo
    from .results import Run

__all__ = [
    "ARITHMETIC",
    "ElementsFailed",
    "Failure",
    "Misreading",
    "ReadingError",
    "RunError",
    "RunOfMany",
    "SimulationError",
    "UnknownNameError",
    "bad_external",
    "bad_file",
    "bad_module",
    "bad_times",
    "cannot_set",
    "unknown_name",
]


ARITHMETIC = (ArithmeticError, ValueError)
"""What an equation raises that has no value."""

_MOST_TOLD = 20  # errors about files
_MOST_CHANGES_TOLD = 8


class ElementsFailed(ArithmeticError):  # noqa: N818  (some of many did)
    """Some memories of an array could not be made, or could not take in their inputs.

    Attributes:
        failures: the place of each along the axes, and what went wrong there.
    """

    def __init__(self, failures: tuple[tuple[tuple[int, ...], Exception], ...]) -> None:
        super().__init__(str(failures[0][1]))
        self.failures = failures


class RunError(Exception):
    """A run cannot be made, or not go on.

    Attributes:
        code: such as `S3C602`.
        message: what is wrong, a sentence without its full stop.
        hint: the way out, or nothing.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        help_line = f"\n  help: {self.hint}" if self.hint else ""
        return f"error[{self.code}]: {self.message}{help_line}"


class UnknownNameError(RunError, KeyError):
    """A name is asked for that the model, or the run, does not have."""


@dataclass(frozen=True, slots=True)
class Misreading:
    """What one equation cannot read from a file, and why."""

    error: RunError
    line: int
    """Of the equation, from 1; 0 if that is not known."""
    equation: str
    """Its text."""


class ReadingError(RunError):
    """What a model reads from files is not there, or not what it needs; all of it is told.

    Code, message and hint are those of the first that was met.

    Attributes:
        source: the name of the model file.
        found: what each equation cannot read, in the order of the file.
    """

    def __init__(self, source: str, found: Sequence[Misreading]) -> None:
        first = found[0].error
        super().__init__(first.code, first.message, first.hint)
        self.args = (source, found)
        self.source = source
        self.found = tuple(found)

    def __str__(self) -> str:
        alike: dict[tuple[str, str], list[Misreading]] = {}
        for each in self.found:
            alike.setdefault((each.error.code, each.error.message), []).append(each)
        told = [self._told(each) for each in list(alike.values())[:_MOST_TOLD]]
        if len(alike) > _MOST_TOLD:
            told.append(f"and {len(alike) - _MOST_TOLD} other errors of this kind")
        return "\n\n".join(told)

    def _told(self, alike: list[Misreading]) -> str:
        """One error, with the first equation that meets it, and how many others do."""
        first = alike[0]
        heading, *hint = str(first.error).split("\n")
        place = [f"  --> {printable(self.source)}:{first.line}"] if first.line else []
        others = len(alike) - 1
        more = [f"  and {others} other equation{'s' if others > 1 else ''}"] if others else []
        return "\n".join([heading, *place, f"  {' '.join(first.equation.split())}", *more, *hint])


@dataclass(frozen=True, slots=True)
class Failure:
    """One equation that has no finite value at some time."""

    variable: VariableInfo | None
    """Whose equation it is; None if it could not be told."""
    time: float | None
    """When, in the model's time unit; None while constants are computed."""
    reason: str
    """In plain words."""
    reads: Mapping[str, float] = field(default_factory=dict)
    """The values that the equation reads, by display name."""
    part: str = "value"
    """What of the variable was computed: its `value`, `initial value` or `change`; of a delay
    its `memory`, or the `input` that goes into it."""
    element: str = ""
    """Of an array, the names of the element along its axes, as in `East,old`."""
    line: int = 0
    """Of the equation in the model file, from 1; 0 if that is not known."""

    @property
    def name(self) -> str:
        """What failed, as it is shown: `Population`, or `Population[East]`; or nothing."""
        if self.variable is None:
            return ""
        name = self.variable.owner if self.variable.space == "points" else self.variable.name
        return f"{name}[{self.element}]" if self.element else name

    @property
    def equation(self) -> str:
        """The text of the equation in the model; of several, the one that failed."""
        if self.variable is None:
            return ""
        return dict(self.variable.equations).get(self.line, self.variable.equation)

    def __str__(self) -> str:
        name = f"“{self.name}”" if self.variable else "an equation"
        part = "" if self.part == "value" else f"the {self.part} of "
        when = "" if self.time is None else f" at time {self.time:.12g}"
        return f"{part}{name} has no finite value{when}: {self.reason}"


@dataclass(frozen=True, slots=True)
class RunOfMany:
    """One run of an ensemble, by its number, with what only it sets."""

    number: int
    changes: Mapping[str, float | Array]

    def __str__(self) -> str:
        told = [
            f"“{name}” = {value:.12g}" if isinstance(value, float) else f"“{name}” = …"
            for name, value in list(self.changes.items())[:_MOST_CHANGES_TOLD]
        ]
        told += ["…"] if len(self.changes) > _MOST_CHANGES_TOLD else []
        return f"run {self.number} of the ensemble{', where ' if told else ''}{', '.join(told)}"


class SimulationError(RunError):
    """An equation has no finite value, and the run stopped there.

    Attributes:
        failure: the equation, when, and why; its parts are attributes of the error too.
        run: what was saved until then.
        run_of_many: which run it was, of an ensemble.
    """

    def __init__(self, failure: Failure, source: str = "", run: Run | None = None) -> None:
        super().__init__("S3C601", str(failure))
        self.args = (failure, source, run)
        self.failure = failure
        self.source = source
        self.run = run
        self.run_of_many: RunOfMany | None = None

    @property
    def variable(self) -> VariableInfo | None:
        """Whose equation failed; None if it could not be told."""
        return self.failure.variable

    @property
    def element(self) -> str:
        """Of an array, the names of the element along its axes, as in `East,old`."""
        return self.failure.element

    @property
    def time(self) -> float | None:
        """When, in the model's time unit; None while constants are computed."""
        return self.failure.time

    @property
    def reads(self) -> Mapping[str, float]:
        """The values that the equation read, by display name."""
        return self.failure.reads

    @property
    def reason(self) -> str:
        """Why, in plain words."""
        return self.failure.reason

    def __str__(self) -> str:
        lines = [f"error[{self.code}]: {self.message}"]
        line, equation = self.failure.line, self.failure.equation
        line = line or (self.variable.line if self.variable else 0)
        if line:
            lines.append(f"  --> {printable(self.source)}:{line}")
        if equation:
            lines.append(f"  {' '.join(equation.split())}")
        lines += [f"  where {name} = {value:.12g}" for name, value in self.reads.items()]
        lines += [f"  in {self.run_of_many}"] if self.run_of_many else []
        return "\n".join(lines)


def unknown_name(name: str, known: Iterable[str], what: str = "variable") -> UnknownNameError:
    """No variable of that name: which ones are spelled nearly so."""
    return UnknownNameError("S3C604", f"there is no {what} “{name}”", did_you_mean(name, known))


def cannot_set(name: str, why: str, hint: str = "") -> RunError:
    """A run was asked to set something that it cannot."""
    return RunError("S3C602", f"“{name}” cannot be set: {why}", hint)


def bad_times(message: str, hint: str = "") -> RunError:
    """TIME STEP, FINAL TIME and the others do not fit together."""
    return RunError("S3C603", message, hint)


def bad_module(name: str, why: str) -> RunError:
    """A file is no compiled model, or one for another runtime."""
    return RunError("S3C605", f"“{name}” {why}", "compile the model again")


def bad_file(name: str, why: str, hint: str = "") -> RunError:
    """A file cannot be read or written."""
    return RunError("S3C606", f"“{name}” {why}", hint)


def bad_external(file: str, sheet: str, place: str, reason: str, hint: str = "") -> RunError:
    """A model reads something from a file that is not there, or not what it must be.

    Args:
        file: as the model names it.
        sheet: whose it is, or nothing.
        place: in the sheet, such as `cell C5`, or nothing.
        reason: what is wrong with that, as it goes on after “which”.
        hint: the way out.
    """
    places = [place] if place else []
    places += [f"sheet “{printable(sheet)}”"] if sheet else []
    places += [f"“{printable(file)}”"]
    return RunError("S3C609", f"the model reads {' of '.join(places)}, which {reason}", hint)
