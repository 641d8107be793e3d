"""What a generated module needs from outside its functions, noted while they are printed."""

from __future__ import annotations

from dataclasses import dataclass, field

from s3c.runtime import Builtin

__all__ = ["Needs", "called_name", "unused"]

# What a module calls its own; a function of that name is called otherwise.
_OWN = frozenset({"constants", "start_time", "initial", "step", "stage", "shift", "model", "run"})


def called_name(builtin: Builtin) -> str:
    """What a generated module calls a function: `step` there is the model's own."""
    name = builtin.python_name
    return f"{name}_input" if name in _OWN else name


def unused(stem: str, taken: set[str]) -> str:
    """A name that is not taken, and is from now on: the stem, or with a number after it."""
    name, count = stem, 2
    while name in taken:
        name, count = f"{stem}_{count}", count + 1
    taken.add(name)
    return name


@dataclass(slots=True)
class Needs:
    """Imports, and lists of places that are too long for a subscript, by name."""

    taken: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    runtime: set[str] = field(default_factory=set)  # of `s3c.runtime`
    functions: dict[str, Builtin] = field(default_factory=dict)  # by the name of the body
    tuples: dict[tuple[int, ...], str] = field(default_factory=dict)
    arrays: dict[tuple[int, ...], str] = field(default_factory=dict)
    calendar: str = ""

    def add(self, others: Needs) -> None:
        """What something else needs that names nothing of its own."""
        self.modules |= others.modules
        self.runtime |= others.runtime
        self.functions |= others.functions

    def import_(self, module: str) -> None:
        """A module: `math`, `numpy` or `functools`."""
        self.modules.add(module)

    def from_runtime(self, name: str) -> str:
        """A name of the runtime, which it goes by."""
        self.runtime.add(name)
        return name

    def body(self, function: Builtin) -> str:
        """The body of a function, and what it is called."""
        self.functions[function.python_name] = function
        return called_name(function)

    def the_calendar(self) -> str:
        """The name of the model's calendar."""
        self.calendar = self.calendar or unused("CALENDAR", self.taken)
        return self.calendar

    def tuple_of(self, places: tuple[int, ...]) -> str:
        """The name of a tuple of places."""
        if places not in self.tuples:
            self.tuples[places] = unused("PLACES", self.taken)
        return self.tuples[places]

    def array_of(self, places: tuple[int, ...]) -> str:
        """The name of an array of places."""
        if places not in self.arrays:
            self.import_("numpy")
            self.arrays[places] = unused("PLACES", self.taken)
        return self.arrays[places]
