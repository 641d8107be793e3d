"""How a function of the language is registered: its body together with what is known of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from .names import fold
from .sections import Phase, Section

if TYPE_CHECKING:
    from .contract import Array
    from .documentation import Documentation

__all__ = [
    "REGISTRY",
    "ArrayKind",
    "Builtin",
    "Marked",
    "Matrix",
    "Profile",
    "Profiles",
    "Row",
    "RowOrNumber",
    "Storage",
    "builtin",
    "form",
    "memory",
    "search",
]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Class = TypeVar("_Class", bound=type[Any])

_ENTRIES: dict[str, Builtin] = {}
_CONTENTS: set[str] = set()  # the names of classes whose instances functions may read

REGISTRY: Mapping[str, Builtin] = MappingProxyType(_ENTRIES)
"""Every function of the language, by its folded name. Complete once `builtins` is imported."""


class ArrayKind(StrEnum):
    """What a parameter that takes an array takes: the annotation of that name says so."""

    MARKED = "Marked"  # an expression at all elements of the ranges that are marked in it: x[r!]
    ROW = "Row"  # a variable along its last axis: from an element on, or over a range
    ROW_OR_NUMBER = "RowOrNumber"  # the same, or any expression that names no array
    MATRIX = "Matrix"  # along its last two axes
    PROFILE = "Profile"  # four along its last axis: type, priority, width and extra
    PROFILES = "Profiles"  # along its last axis but one, and four along its last
    STORAGE = "Storage"  # all of a variable, end to end, and after it the place that is named


# What bodies annotate such parameters with: one for each kind, and arrays all of them.
Marked: TypeAlias = "Array"
Row: TypeAlias = "Array"
RowOrNumber: TypeAlias = "float | Array"
Matrix: TypeAlias = "Array"
Profile: TypeAlias = "Array"
Profiles: TypeAlias = "Array"
Storage: TypeAlias = "Array"

_NONE: Mapping[str, str] = MappingProxyType({})
_TABLES = ("Lookup", "DataSeries")
_CLOCK = ("time", "time_step")  # parameters of a memory that the compiler fills


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """One function of the language.

    A rule of units reads `(units of each argument) -> units of the result`, where `u`, `u1`,
    `u2` stand for any units, `t` for the model's time unit, `1` for no dimension, `*` for units
    that are not checked; a name of a parameter stands for its value.
    """

    name: str
    """Vensim's name, as the manual writes it."""
    parameters: tuple[str, ...]
    """The arguments that a model writes, in order. None is optional."""
    units: str
    doc: str
    function: Callable[..., Any] | None = None
    """The body; a form has none."""
    tables: frozenset[str] = frozenset()
    """Those parameters that take a lookup, or the series of a data variable, not a number."""
    series: frozenset[str] = frozenset()
    """Those of them that take a series."""
    implicit: tuple[str, ...] = ()
    """Keyword arguments that the caller adds: `time`, `time_step`, `initial_time`, `clock`."""
    random: bool = False
    """Whether the body takes `draws` and `site` first."""
    held: bool = False
    """Whether its value stays the same inside a Runge-Kutta step."""
    python: str | None = None
    """A template of Python that computes the same, with `{0}` for the first argument."""
    numpy: str | None = None
    """A template that computes the same for every element of arrays, to the last bit."""
    native: str | None = None
    """A template of what numba compiles, with functions of `runtime.native.functions`; where the
    function has no value, that is not finite. Without one, a model that calls it runs in Python.
    An operand that is no number takes the place of several (`native.lookups`, `series`, `arrays`);
    `{out}` is where a function that fills subscripts writes, `{key}` and `{counter}` are those of a
    random number. Of a memory, it is what the names of its functions begin with."""
    arrays: Mapping[str, ArrayKind] = field(default_factory=dict)
    """Those parameters that take an array, and of what."""
    along: int = 0
    """How many of its equation's last subscripts it gives an array over, not a number."""
    by_axes: bool = False
    """Whether the body takes, as `axes`, how many of the last axes of its arrays it works over,
    and does so for each place of the others at once."""
    derivative: Mapping[str, str] = field(default_factory=dict)
    """By parameter the derivative with respect to it, in the language itself, of the parameters; 0
    where it is piecewise constant. At a kink it is that of either side. A parameter that is missing
    has none."""
    steep: bool = False
    """Whether it has a value for numbers for which its derivative is infinite, or none."""
    linear: frozenset[str] = frozenset()
    """Those parameters in which, taken together, it is linear, so that what it changes by is what
    it gives for their changes; a memory, too."""
    calendar: bool = False
    """Whether the body takes the model's calendar, as `calendar`."""
    form: bool = False
    """Whether the compiler treats it itself, so that it is no function to call."""
    whole: bool = False
    """Whether it must be the whole right side of its equation."""
    total: bool = False
    """Whether it has a value whatever numbers it is given."""
    contents: Mapping[str, str] = field(default_factory=dict)
    """Those parameters that read what a variable holds, and the class that this is made of."""
    start: tuple[str, ...] = ()
    """What sets a memory up when the run starts: parameters, `time` and `time_step`, in order."""
    inputs: tuple[str, ...] = ()
    """What a memory takes in at the end of each step, likewise."""
    alone: frozenset[str] = frozenset()
    """Those parameters of a search that are one number for all elements."""
    present: Builtin | None = None
    """Of a memory whose value is not only remembered: a function of it and of some parameters."""
    stated_section: Section | None = None
    stated_phase: Phase | None = None

    @property
    def is_memory(self) -> bool:
        """Whether the body is a class, whose instances remember."""
        return hasattr(self.function, "advance")

    @property
    def is_search(self) -> bool:
        """Whether the body is a class, whose instances search for a value."""
        return hasattr(self.function, "next")

    @property
    def remembers(self) -> bool:
        """Whether a value of it is what a memory gives."""
        return self.is_memory or self.function is present

    @property
    def stream(self) -> int | None:
        """Which operand of a random function is its stream; without one it is stream 0."""
        return self.parameters.index("seed") if self.random and "seed" in self.parameters else None

    @property
    def section(self) -> Section:
        """Where it stands in the reference: as is stated here or by its module, or as it takes."""
        stated = self.stated_section or getattr(sys.modules.get(self.module), "SECTION", None)
        if isinstance(stated, Section):
            return stated
        if self.random:
            return Section.RANDOM
        if self.is_memory:
            return Section.MEMORIES
        if self.tables:
            return Section.DATA if self.series else Section.LOOKUPS
        return Section.TIME if self.implicit else Section.ARITHMETIC

    @property
    def phase(self) -> Phase:
        """When its value is computed."""
        return self.stated_phase or (Phase.DISCRETE if self.held else Phase.STEP)

    @property
    def documentation(self) -> Documentation:
        """What its docstring says, label by label."""
        from .documentation import read_documentation

        return read_documentation(self.doc)

    @property
    def python_name(self) -> str:
        """The name of the body in its module."""
        return self.function.__name__ if self.function else ""

    @property
    def module(self) -> str:
        """The module that the body is imported from, such as `s3c.runtime.builtins`."""
        return self.function.__module__ if self.function else ""


def builtin(  # noqa: PLR0913  (what is known of a function)
    name: str,
    *,
    units: str,
    python: str | None = None,
    numpy: str | None = None,
    native: str | None = None,
    held: bool = False,
    whole: bool = False,
    total: bool = False,
    derivative: Mapping[str, str] = _NONE,
    steep: bool = False,
    linear: str = "",
) -> Callable[[_Function], _Function]:
    """Register the decorated function under Vensim's `name`.

    Its signature says the rest: parameters annotated `Lookup` or `DataSeries` take such, those
    annotated with an `ArrayKind` take arrays (a `Storage` is followed by one of the body's alone,
    the place in it), keyword-only ones are implicit, and leading `draws, site` mark a random
    function. A result that is annotated `Row` or `Matrix` is an array over the equation's last
    subscripts. `linear` names the parameters in which it is linear, with commas.
    """

    def register(function: _Function) -> _Function:
        code = function.__code__
        positional = code.co_varnames[: code.co_argcount]
        keywords = code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]
        random = positional[:2] == ("draws", "site")
        annotations = function.__annotations__
        arrays = {
            each: ArrayKind(annotations[each])
            for each in positional
            if annotations.get(each) in set(ArrayKind)
        }
        parameters = tuple(
            each
            for place, each in enumerate(positional)
            if not (random and place < 2)
            and not (place and arrays.get(positional[place - 1]) is ArrayKind.STORAGE)
        )
        _add(
            Builtin(
                name=name,
                parameters=parameters,
                units=units,
                doc=function.__doc__ or "",
                function=function,
                tables=frozenset(each for each in parameters if annotations[each] in _TABLES),
                series=frozenset(each for each in parameters if annotations[each] == "DataSeries"),
                contents={
                    each: annotations[each] for each in parameters if annotations[each] in _CONTENTS
                },
                implicit=tuple(each for each in keywords if each not in ("axes", "calendar")),
                random=random,
                held=held or random,
                python=python,
                numpy=numpy,
                native=native,
                whole=whole,
                total=total,
                arrays=arrays,
                along={"Row": 1, "Matrix": 2}.get(annotations["return"], 0),
                by_axes="axes" in keywords,
                derivative=derivative,
                steep=steep,
                linear=_named(linear),
                calendar="calendar" in keywords,
            )
        )
        return function

    return register


def memory(
    name: str,
    parameters: str,
    *,
    units: str,
    native: str | None = None,
    whole: bool = True,
    linear: str = "",
) -> Callable[[_Class], _Class]:
    """Register the decorated class under Vensim's `name`: what changes at whole steps only.

    `parameters` are those that a model writes, in order, with commas. The class takes some of
    them, by these names, to be made with when the run starts, and some to `advance` by; either
    may also take `time` and `time_step`. Its value is its attribute `value`. If it has a method
    `now` instead, the value is what that gives for those parameters that it takes: it may depend
    on the present step, or on more than one number that is remembered. Then functions may read
    what it holds, by a parameter that is annotated with the class, or with a base of it.
    `native` is what the names of its functions in native code begin with (`native.memories`).
    `linear` names the parameters in which it is linear, with commas.
    """

    def register(class_: _Class) -> _Class:
        written = tuple(each.strip() for each in parameters.split(","))
        start, inputs = _taken(class_.__init__), _taken(class_.advance)
        unknown = {*start, *inputs}.difference(written, _CLOCK)
        if unknown:
            msg = f"{name} has no {', '.join(sorted(unknown))}"
            raise ValueError(msg)
        annotations = class_.__init__.__annotations__
        if hasattr(class_, "now"):
            _CONTENTS.update(each.__name__ for each in class_.__mro__ if hasattr(each, "now"))
        _add(
            Builtin(
                name=name,
                parameters=written,
                units=units,
                doc=class_.__doc__ or "",
                function=class_,
                native=native,
                tables=frozenset(each for each in start if annotations[each] == "Lookup"),
                arrays={
                    each: ArrayKind(annotations[each])
                    for each in start
                    if annotations[each] in set(ArrayKind)
                },
                held=True,
                whole=whole,
                start=start,
                inputs=inputs,
                present=_present(name, class_, native),
                linear=_named(linear),
            )
        )
        return class_

    return register


def search(name: str, parameters: str, *, tells: str, units: str) -> Callable[[_Class], _Class]:
    """Register the decorated class under Vensim's `name`: a search for what equations settle at.

    `parameters` are those that a model writes, in order, with commas. The class takes some of
    them, by these names, when a search starts; its method `next` is told the one that is called
    `tells`, which depends on what is sought.
    """

    def register(class_: _Class) -> _Class:
        start, annotations = _taken(class_.__init__), class_.__init__.__annotations__
        _add(
            Builtin(
                name=name,
                parameters=tuple(each.strip() for each in parameters.split(",")),
                units=units,
                doc=class_.__doc__ or "",
                function=class_,
                whole=True,
                start=start,
                inputs=(tells,),
                alone=frozenset(each for each in start if annotations[each] == "float"),
            )
        )
        return class_

    return register


def _named(parameters: str) -> frozenset[str]:
    """Parameters that are written with commas."""
    return frozenset(each.strip() for each in parameters.split(",") if each.strip())


def _taken(method: Callable[..., Any]) -> tuple[str, ...]:
    """The parameters of a method, without `self`."""
    code = method.__code__
    return code.co_varnames[1 : code.co_argcount]


def _present(name: str, class_: type[Any], native: str | None) -> Builtin | None:
    """The function that gives a memory's value, if it has one."""
    now = getattr(class_, "now", None)
    if now is None:
        return None
    taken = _taken(now)
    places = [f"{{{number}}}" for number in range(len(taken) + 1)]
    return Builtin(
        name=name,
        parameters=("memory", *taken),
        units="",
        doc=now.__doc__ or "",
        function=present,
        contents={"memory": class_.__name__},
        held=True,
        python=f"{{0}}.now({', '.join(places[1:])})",
        native=f"{native}_now({', '.join(places)})" if native else None,
    )


def present(memory: Any, *inputs: float) -> float:
    """The value of a memory at the present time: what its method `now` gives."""
    value: float = memory.now(*inputs)
    return value


def form(
    name: str,
    *parameters: str,
    units: str,
    doc: str,
    tables: tuple[str, ...] = (),
    whole: bool = True,
    section: Section | None = None,
    phase: Phase | None = None,
) -> None:
    """Register a form of the language that is no function: what it is called with, and means."""
    _add(
        Builtin(
            name=name,
            parameters=parameters,
            units=units,
            doc=doc,
            tables=frozenset(tables),
            form=True,
            whole=whole,
            stated_section=section,
            stated_phase=phase,
        )
    )


def _add(entry: Builtin) -> None:
    key = fold(entry.name)
    if key in _ENTRIES:
        msg = f"{entry.name} is registered twice"
        raise ValueError(msg)
    _ENTRIES[key] = entry
