"""Who acts on whom, and which way: a model's links, each with its sign.

What the compiler made in between (a delay's stocks) is passed through: the sign of such a link is
the product along the way, and it is known if all ways agree. A stock is moved by its rate: the
sign of a link into it is that of the rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from s3c.compiler import Compilation, graph, system

from .along import slope_along
from .signs import ZERO, effect
from .symbolic import symbolic_slope
from .tree import Link, Sign
from .values import known_signs

if TYPE_CHECKING:
    from s3c.runtime import Run

__all__ = ["SignOf", "links", "signs_by_equation", "unsigned"]

_MOST_STEPS = 2000  # through what is hidden, on the ways to one variable

SignOf: TypeAlias = Callable[[system.Variable, system.VarId], Sign]
"""Which way a variable moves as one that its equations read does."""


def unsigned(variable: system.Variable, cause: system.VarId) -> Sign:
    """For who does not ask."""
    del variable, cause
    return Sign.UNKNOWN


# --- Links ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """One way back from a variable, through what is hidden."""

    variable: system.VarId
    sign: Sign = Sign.PLUS
    initial: bool = False
    passed: frozenset[system.VarId] = frozenset()


def links(
    model: system.System, targets: Iterable[system.VarId], sign_of: SignOf
) -> tuple[Link, ...]:
    """The links into some variables, from all that a modeller named and from Time."""
    return tuple(link for target in targets for link in _into(model, target, sign_of))


def _into(model: system.System, target: system.VarId, sign_of: SignOf) -> Iterator[Link]:
    ways: dict[system.VarId, list[_Way]] = {}
    waiting = [_Way(target)]
    for _ in range(_MOST_STEPS):
        if not waiting:
            break
        way = waiting.pop()
        for further in _back(model, way, sign_of):
            if _is_hidden(model, further.variable):
                if further.variable not in further.passed:
                    waiting.append(further)
            elif further.variable != target or way.variable == target:
                # What a smooth's stock reads of the smooth itself is no cause that anybody wrote.
                ways.setdefault(further.variable, []).append(further)
    everything_seen = not waiting
    for source, found in ways.items():
        moving = [way for way in found if not way.initial]
        signs = {way.sign for way in moving or found}
        known = everything_seen and len(signs) == 1
        yield Link(source, target, signs.pop() if known else Sign.UNKNOWN, initial=not moving)


def _back(model: system.System, way: _Way, sign_of: SignOf) -> Iterator[_Way]:
    """One step further back: what the variable's equations read."""
    variable = model.variables[way.variable]
    passed = way.passed | {way.variable}
    for read, initial in _reads(variable).items():
        sign = way.sign.times(sign_of(variable, read))
        yield _Way(read, sign, way.initial or initial, passed)


def _is_hidden(model: system.System, key: system.VarId) -> bool:
    return key != system.TIME and model.variables[key].hidden


def _reads(variable: system.Variable) -> dict[system.VarId, bool]:
    """What a variable's equations read, in order, and whether only its first value needs it."""
    found: dict[system.VarId, bool] = {}
    for part in variable.parts:
        for expression, initial in _expressions(part):
            for read in system.reads(expression):
                found[read.variable] = found.get(read.variable, True) and initial
    return found


def _expressions(part: system.Part) -> tuple[tuple[system.Expression, bool], ...]:
    """What an equation computes from, and whether when the run starts only."""
    match part.meaning:
        case system.Points(expression=expression):
            return ((expression, False),)
        case system.Series(origin=system.Read() as origin):
            return ((origin, False),)
        case _:
            later = (*graph.now(part), *graph.to_advance(part))
            return (
                *((each, False) for each in later),
                *((each, True) for each in graph.at_start(part)),
            )


# --- Signs ---------------------------------------------------------------------------------------


def signs_by_equation(compilation: Compilation, run: Run | None = None) -> SignOf:
    """The sign of a partial derivative: by rules, else by algebra, else along a run.

    1. Rules for signs are applied to the equation, with the signs that are known of what it reads;
       stocks and what comes from outside are taken for positive where a run does not tell.
    2. Small equations of arithmetic are differentiated by sympy, under the same assumptions.
    3. Along the run, if there is one, the effect must move to the same side wherever it moves.
    """
    assert compilation.system is not None
    model, known = compilation.system, known_signs(compilation, run)

    @cache
    def sign_of(key: system.VarId, cause: system.VarId) -> Sign:
        """The sign over all equations of a variable."""
        moving = [each for part in model.variables[key].parts for each in _moving(part, cause)]
        found: set[Sign] = set()
        for expression in moving:
            slope = effect(expression, known, cause).slope - ZERO
            if len(slope) > 1:
                slope = symbolic_slope(expression, known, cause) or (
                    slope_along(expression, model, run, cause) if run is not None else slope
                )
            if slope:
                plus = slope == {1}
                found.add(Sign.PLUS if plus else Sign.MINUS if slope == {-1} else Sign.UNKNOWN)
        return found.pop() if len(found) == 1 else Sign.UNKNOWN

    return lambda variable, cause: sign_of(variable.id, cause)


def _moving(part: system.Part, cause: system.VarId) -> tuple[system.Expression, ...]:
    """The expressions with which a variable moves; those of its start, if a cause is there only."""
    match part.meaning:
        case system.Remembered(arguments=(value, *_)) | system.SampleIfTrue(input=value):
            later: tuple[system.Expression, ...] = (value,)
        case _:
            later = tuple(each for each, initial in _expressions(part) if not initial)
    start = [each for each, initial in _expressions(part) if initial]
    reading = tuple(each for each in later if _reads_it(each, cause))
    return reading or tuple(each for each in start if _reads_it(each, cause))


def _reads_it(expression: system.Expression, cause: system.VarId) -> bool:
    return any(read.variable == cause for read in system.reads(expression))
