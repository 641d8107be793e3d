"""Where each variable stands, and what the runtime is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import TypeAlias

from s3c.runtime import REGISTRY, Axis, Reading, Space, TextOf, VariableInfo

from .. import system as meant
from ..graph import Schedule
from ..kept import Kept
from ..names import mangle
from ..source import Span
from ..system import (
    At,
    Constant,
    ConstantList,
    ConstantsInFile,
    ElementId,
    FileCall,
    Index,
    Initial,
    LookupInFile,
    LookupTable,
    Meaning,
    Part,
    Places,
    Points,
    Remembered,
    Series,
    Stock,
    StringRead,
    System,
    Variable,
    VarId,
)
from .tree import Bank, Slot, Table, Way

__all__ = ["OWN_NAMES", "describe", "places_along", "readings", "slots", "tables", "ways"]

_Numbers: TypeAlias = "float | tuple[_Numbers, ...]"
"""A number, or tuples within tuples."""

_SPACES = {
    Bank.PARAMETER: Space.PARAMETER,
    Bank.CONSTANT: Space.CONSTANT,
    Bank.INITIAL: Space.INITIAL,
    Bank.STOCK: Space.STOCK,
    Bank.AUXILIARY: Space.AUXILIARY,
    Bank.TABLE: Space.TABLE,
    Bank.POINTS: Space.POINTS,
    Bank.CONTENTS: Space.CONTENTS,
}
_OF_MODULES = frozenset(
    {
        *("auxiliaries", "constants", "draws", "fixed", "initial", "math", "memory", "model"),
        *("parameters", "run", "stage", "start_time", "step", "stocks", "time"),
        *("elementwise", "look_up", "np", "os", "partial", "shift", "until_found"),
    }
)
# Names that a generated module uses for itself; a function called like one of them is an “_input”.
OWN_NAMES = (
    _OF_MODULES
    | {f"{name}_input" for name in _OF_MODULES}
    | {builtin.python_name for builtin in REGISTRY.values()}
)
_NO_TABLE: Table = ((0.0, 0.0),)  # stands where no equation gives an element a lookup


# --- Slots ---------------------------------------------------------------------------------------


def slots(system: System, constants: frozenset[VarId]) -> Mapping[VarId, Slot]:
    """A slot for every variable, in the order of the system; `constants` are computed once."""
    counts = dict.fromkeys(Bank, 0)
    found = {}
    for variable in system.variables.values():
        bank = _bank(variable, constants)
        found[variable.id] = Slot(bank, counts[bank])
        counts[bank] += 1
    return found


def _bank(variable: Variable, constants: frozenset[VarId]) -> Bank:
    match variable.meaning:
        case Constant() | ConstantList() | ConstantsInFile():
            return Bank.PARAMETER if _is_parameter(variable) else Bank.CONSTANT
        case LookupTable() | LookupInFile() | Series():
            return Bank.TABLE
        case Points():
            return Bank.POINTS
        case Stock():
            return Bank.STOCK
        case Initial():
            return Bank.INITIAL
        case Remembered(memory) if memory.present is not None:
            return Bank.CONTENTS
        case _:
            return Bank.CONSTANT if variable.id in constants else Bank.AUXILIARY


def _is_parameter(variable: Variable) -> bool:
    """Whether a run is given a constant: it may change all of it, or reads some of it."""
    meanings = [part.meaning for part in variable.parts]
    if any(isinstance(each, ConstantsInFile) for each in meanings):
        return True
    return all(isinstance(each, Constant | ConstantList) and each.changeable for each in meanings)


# --- What the runtime is told --------------------------------------------------------------------


def describe(schedule: Schedule, places: Mapping[VarId, Slot]) -> Mapping[VarId, VariableInfo]:
    """What the runtime is told of every variable; equal axes are one."""
    system = schedule.system
    axes = _Axes(system)
    described = {}
    for variable, python_name in _python_names(system):
        slot, classified, span = places[variable.id], schedule.kinds[variable.id], variable.span
        said = (
            variable.name, python_name, classified.kind, _SPACES[slot.bank], slot.index,
            classified.reason, variable.units.text, span.text, _line(span), variable.documentation,
            variable.hidden,
        )  # fmt: skip
        before = _BEFORE.get(variable.meaning)
        if before is not None and before[0] == said:
            described[variable.id] = before[1]
            continue
        found = VariableInfo(
            name=variable.name,
            python_name=python_name,
            kind=classified.kind,
            space=_SPACES[slot.bank],
            index=slot.index,
            reason=classified.reason,
            units=variable.units.text,
            equation=span.one_line,
            line=_line(span),
            documentation=variable.documentation,
            value=_value(variable) if slot.bank is Bank.PARAMETER else None,
            hidden=variable.hidden,
            axes=tuple(map(axes.of, variable.axes)),
            holes=variable.holes,
            equations=_equations(variable),
        )
        described[variable.id] = found
        if not found.axes:
            _BEFORE.keep(variable.meaning, (said, found))
    return described


class _Axes:
    """The axes as the runtime has them: equal ones are one."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._equal: dict[Axis, Axis] = {}
        self._of_elements = Kept[tuple[ElementId, ...], dict[str, Axis]]()

    def of(self, axis: meant.Axis) -> Axis:
        """An axis, with its elements' names; those of long ranges are looked up once."""
        by_name = self._of_elements.get(axis.elements)
        if by_name is None:
            by_name = self._of_elements.keep(axis.elements, {})
        if axis.name not in by_name:
            names = self._system.ranges.names
            made = Axis(axis.name, tuple([names[each] for each in axis.elements]))
            by_name[axis.name] = self._equal.setdefault(made, made)
        return by_name[axis.name]


_BEFORE = Kept[Meaning, tuple[tuple[object, ...], VariableInfo]]()
"""What was told of a variable without axes, by its meaning, and all else that it was made of."""


def _python_names(system: System) -> Iterator[tuple[Variable, str]]:
    """Every variable with a name in Python that is its own."""
    taken = set(OWN_NAMES)
    for variable in system.variables.values():
        python_name = mangle(variable.name, taken)
        if isinstance(variable.meaning, Stock):
            # A stock's change takes the name beside it.
            while f"{python_name}_change" in taken:
                python_name = mangle(variable.name, taken | {python_name})
            taken.add(f"{python_name}_change")
        taken.add(python_name)
        yield variable, python_name


def _line(span: Span) -> int:
    """The line of an equation; what the compiler supplies stands nowhere in the file."""
    return span.line if span.end > span.start else 0


def _equations(variable: Variable) -> tuple[tuple[int, str], ...]:
    """Each equation's line and text, if there are several."""
    if len(variable.parts) == 1:
        return ()
    # An equation with exceptions may be several parts.
    spans = dict.fromkeys(part.span for part in variable.parts)
    if len(spans) == 1:
        return ()
    return tuple((_line(span), span.one_line) for span in spans)


def _value(variable: Variable) -> _Numbers:
    """A parameter's value: one number if all elements have the same, else one for each."""
    numbers: dict[tuple[int, ...], float] = {}
    for part in variable.parts:
        numbers |= zip(part.places, _numbers(part, part.meaning), strict=True)
    values = list(map(repr, numbers.values()))  # which tells 0.0 from -0.0
    if len(set(values)) == 1:
        return next(iter(numbers.values()))
    return _nested(numbers, variable.shape, ())


def _numbers(part: Part, meaning: object) -> tuple[float, ...]:
    """The numbers of a constant part, one for each of its elements; 0 if they stand in a file."""
    match meaning:
        case ConstantList(numbers=numbers):
            return numbers
        case Constant(value=value):
            return (value,) * sum(1 for _ in part.places)
        case ConstantsInFile():
            return (0.0,) * sum(1 for _ in part.places)
        case _:
            raise AssertionError(part)


def _nested(
    numbers: Mapping[tuple[int, ...], float], shape: tuple[int, ...], above: tuple[int, ...]
) -> _Numbers:
    """Tuples within tuples of an array's elements; no equation gives a hole its 0."""
    if len(above) == len(shape):
        return numbers.get(above, 0.0)
    return tuple(_nested(numbers, shape, (*above, place)) for place in range(shape[len(above)]))


def tables(variable: Variable) -> tuple[Table, ...]:
    """A lookup's points: one set for all elements, or one for each, the last axis fastest."""
    found: dict[tuple[int, ...], Table] = {}
    for part in variable.parts:
        points = part.meaning.points if isinstance(part.meaning, LookupTable) else _NO_TABLE
        found |= dict.fromkeys(part.places, points)
    if len(set(found.values())) == 1:
        return (next(iter(found.values())),)
    return tuple(found.get(each, _NO_TABLE) for each in product(*map(range, variable.shape)))


def ways(variable: Variable) -> tuple[Way, ...]:
    """How a variable's series are read: one way for all elements, or one for each."""
    found: dict[tuple[int, ...], Way] = {}
    for part in variable.parts:
        assert isinstance(part.meaning, Series)
        keyword = part.meaning.keyword.strip(":").lower()
        match part.meaning.origin:
            case Constant() | ConstantList() as numbers:
                constant = (Way(keyword, each) for each in _numbers(part, numbers))
                found |= zip(part.places, constant, strict=True)
            case _:
                found |= dict.fromkeys(part.places, Way(keyword))
    ways = tuple(dict.fromkeys(found.values()))
    if len(ways) == 1:
        return ways
    return tuple(found.get(each, ways[0]) for each in product(*map(range, variable.shape)))


def readings(
    system: System, variables: Iterable[Variable], described: Mapping[VarId, VariableInfo]
) -> Iterator[Reading]:
    """What a run reads from files, for each part of `variables` that has something there."""
    for variable in variables:
        for part in variable.parts:
            call, changeable = _file_call(part.meaning)
            if call is None:
                continue
            yield Reading(
                described[variable.id].python_name,
                call.function,
                tuple(
                    TextOf(system.texts[each.variable].name) if isinstance(each, StringRead)
                    else each
                    for each in call.arguments
                ),
                _line(part.span),
                call.sizes,
                call.turns,
                tuple(places_along(index) for index in part.indices),
                changeable,
            )  # fmt: skip


def places_along(index: Index) -> Places:
    """The places of an index along its axis."""
    return range(index.place, index.place + 1) if isinstance(index, At) else index.places


def _file_call(meaning: Meaning) -> tuple[FileCall | None, bool]:
    """What a part reads from a file, and whether a run may set it to something else."""
    match meaning:
        case ConstantsInFile(call, changeable) | Series(origin=ConstantsInFile(call, changeable)):
            return call, changeable
        case LookupInFile(call) | Series(origin=FileCall() as call):
            return call, True
        case _:
            return None, True
