"""A compiled model with the derivatives that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TypeAlias

from s3c.runtime import (
    Kind,
    Selection,
    Space,
    VariableInfo,
    fold,
    place_along,
    split_subscripts,
    unknown_name,
)

from .backends import print_python
from .diagnostics import CompileError, Diagnostic
from .driver import Compilation, compile_source
from .program import Direction, Program, Slot, differentiate
from .program.derivative_messages import clock_moves, name_taken, no_constant, no_number, too_many
from .source import Source
from .system import CONTROLS

__all__ = ["compile_derivatives"]

_MOST = 1_000  # numbers that derivatives are with respect to
_MOST_ELEMENTS = 1_000_000  # of the arrays in which these stand, all together

_NO_NUMBERS = (Space.TABLE, Space.POINTS, Space.CONTENTS)

_Known: TypeAlias = "dict[str, tuple[Slot, VariableInfo]]"
"""A model's variables by their folded names."""


def compile_derivatives(
    source: Source,
    constants: Sequence[str],
    of: Sequence[str] | None = None,
    data_root: Sequence[Path] = (),
) -> Compilation:
    """Compile a model that also computes derivatives with respect to constants.

    A constant is named as a run names it: an element, as in `rate[East]`, or all of an array, which
    is each of its elements. A stock stands for its initial value. `of` names the variables whose
    derivatives are wanted; without it they are all that the constants reach. Each derivative is a
    variable, called as `s3c.derivative_name` says.

    Raises:
        CompileError: the model has errors, or there are no such derivatives (S3C502, S3C503).
        UnknownNameError: S3C604, there is no such variable or element.
    """
    compilation = compile_source(source, data_root)
    program = compilation.program
    assert program is not None
    known = {fold(info.name): (slot, info) for slot, info in _by_hidden(program)}
    directions, problems = _directions(known, constants)
    wanted = None
    if of is not None:
        found = [_find(known, name) for name in of]
        wanted = [slot for slot, _, _ in found]
        problems += tuple(no_number(info.name) for _, info, _ in found if info.space in _NO_NUMBERS)
    if not problems:
        program, problems = differentiate(program, directions, wanted)
        added = (info.name for info in program.variables if info.derivative)
        problems += tuple(name_taken(name) for name in added if fold(name) in known)
    if problems:
        raise CompileError((*compilation.diagnostics, *problems))
    return replace(compilation, program=program, generated=print_python(program))


def _by_hidden(program: Program) -> Iterator[tuple[Slot, VariableInfo]]:
    """The variables, hidden ones first, so that one of the modeller's goes before them."""
    return iter(sorted(program.info.items(), key=lambda each: not each[1].hidden))


def _find(known: _Known, name: str) -> tuple[Slot, VariableInfo, tuple[int, ...] | None]:
    """The variable of a name, and the place of its element, if it names one.

    Raises:
        UnknownNameError: there is none.
    """
    if fold(name) in known:
        return (*known[fold(name)], None)
    for base, subscripts in split_subscripts(name):
        if fold(base) in known:
            slot, info = known[fold(base)]
            return slot, info, place_along(info.name, info.axes, subscripts)
    raise unknown_name(name, [info.name for _, info in known.values() if not info.hidden])


def _directions(
    known: _Known, names: Iterable[str]
) -> tuple[tuple[Direction, ...], tuple[Diagnostic, ...]]:
    """What derivatives are with respect to, each once."""
    problems: list[Diagnostic] = []
    found: dict[tuple[Slot, tuple[int, ...]], Direction] = {}
    elements = 0
    for name in names:
        slot, info, place = _find(known, name)
        if fold(info.name) in CONTROLS:
            problems.append(clock_moves(info.name, info.name))
            continue
        if info.space not in (Space.PARAMETER, Space.STOCK):
            problems.append(no_constant(info.name, _what_it_is(info), None))
            continue
        places = [place] if place is not None else _places(info)
        elements += len(places) * max(1, _size(info))
        if len(found) + len(places) > _MOST or elements > _MOST_ELEMENTS:
            return (), (too_many(len(found) + len(places), _MOST),)
        for each in places:
            found[slot, each] = Direction(_shown(info, each), slot, info.shape, each)
    return tuple(found.values()), tuple(problems)


def _size(info: VariableInfo) -> int:
    size = 1
    for each in info.shape:
        size *= each
    return size


def _places(info: VariableInfo) -> list[tuple[int, ...]]:
    """The places that have a value; of a long array no more than are too many."""
    holes = frozenset(info.holes)
    found = []
    for place in product(*map(range, info.shape)):
        if place not in holes:
            found.append(place)
        if len(found) > _MOST:
            break
    return found


def _shown(info: VariableInfo, place: tuple[int, ...]) -> str:
    return Selection(info, place if info.axes else None).name


def _what_it_is(info: VariableInfo) -> str:
    if info.space is Space.TABLE or info.space is Space.POINTS:
        return "a lookup or a series"
    if info.kind is Kind.CONSTANT:
        return "an unchangeable constant"
    return "computed"
