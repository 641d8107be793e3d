"""Elements of one variable that different equations give different meanings (reference B.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3c.runtime import fold

from ..syntax import Equation, Units
from . import subscript_messages as wrong
from .loops import Along, Axis
from .tree import (
    ActiveInitial,
    Auxiliary,
    Constant,
    ConstantList,
    ConstantsInFile,
    Expression,
    Initial,
    Listed,
    LookupInFile,
    LookupTable,
    Meaning,
    Number,
    Part,
    Points,
    Read,
    Remembered,
    SampleIfTrue,
    Series,
    Shift,
    Sought,
    Stock,
    Variable,
    VarId,
)

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["settle"]


def settle(
    resolver: Resolver, name: str, parts: list[Part], equation: Equation
) -> tuple[Part, ...]:
    """The parts of a variable, all of one kind; none, with a diagnostic, if that cannot be.

    Beside stocks a constant is a stock that does not change; beside what is computed it is a
    value like the others, and what remembers becomes a hidden variable that is read.
    """
    for odd in ((LookupTable, LookupInFile), (Stock,)):
        if any(isinstance(part.meaning, odd) for part in parts):
            return _all_of(resolver, name, parts, odd, equation)
    if all(isinstance(part.meaning, Constant | ConstantList | ConstantsInFile) for part in parts):
        return tuple(parts)
    kinds = {_class(part.meaning) for part in parts}
    if len(kinds) == 1:
        return tuple(parts)
    return tuple(replace(part, meaning=_computed(resolver, name, part, equation)) for part in parts)


def _all_of(
    resolver: Resolver,
    name: str,
    parts: list[Part],
    kind: tuple[type[Meaning], ...],
    equation: Equation,
) -> tuple[Part, ...]:
    """Parts that must be lookups, or stocks, if one of them is."""
    settled: list[Part] = []
    first = next(part for part in parts if isinstance(part.meaning, kind))
    for part in parts:
        meaning = part.meaning
        if isinstance(meaning, Constant | ConstantList) and Stock in kind:
            meaning = Stock(Number(0.0), _number(part))
        elif isinstance(meaning, ConstantsInFile) and Stock in kind:
            meaning = Stock(Number(0.0), _hidden(resolver, name, meaning, part, equation))
        if not isinstance(meaning, kind):
            this, that = _words(meaning), _words(first.meaning)
            resolver.refuse(wrong.kinds_mixed(name, this, part.span, that, first.span))
            return ()
        settled.append(replace(part, meaning=meaning))
    return tuple(settled)


def _class(meaning: Meaning) -> tuple[type[Meaning], bool]:
    """Meanings of one class can stand in one variable as they are."""
    match meaning:
        case Auxiliary(held=held):
            return Auxiliary, held
        case ActiveInitial():
            return Auxiliary, False
        case ConstantList() | ConstantsInFile():
            return Constant, False
        case _:
            return type(meaning), False


def _computed(resolver: Resolver, name: str, part: Part, equation: Equation) -> Meaning:
    """A part as a value that is computed at every time."""
    match part.meaning:
        case Constant() | ConstantList():
            return Auxiliary(_number(part))
        case Auxiliary(held=False) | ActiveInitial():
            return part.meaning
        case meaning:
            return Auxiliary(_hidden(resolver, name, meaning, part, equation))


def _number(part: Part) -> Expression:
    match part.meaning:
        case Constant(value=value):
            return Number(value)
        case ConstantList(numbers=numbers):
            return Listed(numbers, part.loops) if part.loops else Number(numbers[0])
        case _:
            raise AssertionError(part)


def _hidden(
    resolver: Resolver, name: str, meaning: Meaning, part: Part, equation: Equation
) -> Read:
    """A variable of its own for a part that remembers."""
    stem = f"#{name}>{_words(meaning).partition(' ')[2]}#"
    shown, count = stem, 1
    while VarId(fold(shown)) in resolver.variables:
        count += 1
        shown = f"{stem[:-1]} {count}#"
    loops = part.loops
    indices = tuple(Along(loop, range(len(loop))) for loop in loops)
    variable = VarId(fold(shown))
    resolver.add(Variable(
        variable, shown, (Part(meaning, part.span, indices),), Units(""),
        group=equation.group, hidden=True,
        axes=tuple(Axis(loop.name, loop.elements) for loop in loops),
    ))  # fmt: skip
    return Read(variable, part.span, indices)


def _words(meaning: Meaning) -> str:
    """What a meaning makes of its variable, as a sentence says it."""
    match meaning:
        case Constant() | ConstantList() | ConstantsInFile():
            return "a constant"
        case LookupTable() | LookupInFile():
            return "a lookup"
        case Series() | Points():
            return "data"
        case Stock():
            return "a stock"
        case Initial():
            return "an initial value"
        case Shift(function):
            return f"a {function.function.name}"
        case Sought(search):
            return f"a {search.name}"
        case Remembered(memory):
            return f"a {memory.name}"
        case SampleIfTrue():
            return "a sample"
        case Auxiliary() | ActiveInitial():
            return "computed"
