"""Who is computed before whom: `order(system) -> Schedule`, or the circles that forbid it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain

from ..diagnostics import Diagnostic, placed
from ..kept import Latest
from ..system import (
    INITIAL_TIME,
    TIME,
    Auxiliary,
    Initial,
    Remembered,
    SampleIfTrue,
    Series,
    Shift,
    Stock,
    System,
    Variable,
    VarId,
)
from .arrange import Group, arrange
from .data import data_equations
from .dependencies import (
    Readings,
    at_start,
    graph,
    is_given,
    now,
    reads_at_start,
    reads_now,
    reads_to_advance,
)
from .kinds import Classified, classify
from .outline import Outline, outline
from .sweeps import Order, Search, Sweep, Turn

__all__ = ["Order", "Schedule", "Search", "Sweep", "Turn", "is_held", "order"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A system and the orders in which to compute it.

    `constants` are computed once from parameters; `initial` once at the first time, whatever
    initial values need; `step` at every time; `stage` is the part of `step` that is computed
    again inside a Runge-Kutta step; `start` is what INITIAL TIME needs; `data` are the points of
    series, computed before a run.
    """

    system: System
    kinds: Mapping[VarId, Classified]
    constants: Order
    start: Order
    initial: Order
    step: Order
    stage: Order
    data: tuple[VarId, ...] = ()


def order(system: System) -> tuple[Schedule, tuple[Diagnostic, ...]]:
    """Order a system's equations for every phase of a run."""
    drawn = outline(system)
    before = _BEFORE.get(drawn) if drawn is not None else None
    if before is not None:
        return replace(before, system=system), ()
    schedule, found = _ordered(system)
    if drawn is not None and not found:
        _BEFORE.keep(drawn, schedule)
    return schedule, tuple(placed(each, system.passages) for each in found)


_BEFORE = Latest[Outline, Schedule]()
"""The orders of systems, by all that they depend on."""


def _ordered(system: System) -> tuple[Schedule, tuple[Diagnostic, ...]]:
    given = {v.id for v in system.variables.values() if is_given(v)}
    everything, wrong = arrange(
        system, graph(system, system.variables, reads_now), now, code="S3C401"
    )
    if wrong:
        return _unordered(system), wrong
    constants = _constants(system, everything, given)
    known = given.union(*(each.variables for each in constants))
    data, wrong = data_equations(system, known)
    if wrong:
        return _unordered(system), wrong
    changing = [each for each in everything if known.isdisjoint(each.variables)]

    starting = [v.id for v in system.variables.values() if _starts(v)]
    needed = _needed(system, starting, reads_at_start) - known
    at_first = graph(system, [v for v in system.variables if v in needed], reads_at_start)
    initial, wrong = arrange(system, at_first, at_start, code="S3C402")
    if wrong:
        return _unordered(system), wrong

    rates = [v for v in system.variables.values() if isinstance(v.meaning, Stock)]
    direct = {read for stock in rates for read in reads_to_advance(stock)}
    inside = _needed(system, direct & system.variables.keys(), _reads_in_stage)
    clock = _needed(system, [INITIAL_TIME], reads_now)
    step = [
        each
        for each in changing
        if any(_is_computed(system.variables[variable]) for variable in each.variables)
    ]
    return Schedule(
        system,
        classify(system),
        constants=_joined(constants),
        start=_joined(each for each in changing if not clock.isdisjoint(each.variables)),
        initial=_joined(initial),
        step=_joined(step),
        stage=tuple(chain.from_iterable(_inside(each, inside, system) for each in step)),
        data=data,
    ), ()


def _unordered(system: System) -> Schedule:
    return Schedule(system, classify(system), (), (), (), (), ())


def _joined(groups: Iterable[Group]) -> Order:
    return tuple(chain.from_iterable(each.order for each in groups))


# --- What a phase needs --------------------------------------------------------------------------


def _constants(
    system: System, everything: Iterable[Group], given: AbstractSet[VarId]
) -> list[Group]:
    """What is the same at all times, in order: auxiliaries that read constants alone.

    Those that need one another's elements are constants all of them, or none.
    """
    # A series is a function of time that a run may be without: what is told of it waits for it.
    known = {each for each in given if not isinstance(system.variables[each].meaning, Series)}
    found: list[Group] = []
    for group in everything:
        among = frozenset(group.variables)
        if all(_is_constant(system.variables[each], known, among) for each in group.variables):
            known |= among
            found.append(group)
    return found


def _is_constant(variable: Variable, known: AbstractSet[VarId], among: AbstractSet[VarId]) -> bool:
    """Whether all that a variable says is the same at all times, if what it reads is.

    That must be known, or be among those that are computed together with it.
    """
    for part in variable.parts:
        match part.meaning:
            case Auxiliary(held=False):
                pass
            case _:
                return False
    return all(read in known or read in among for read in reads_now(variable))


def _needed(system: System, roots: Iterable[VarId], readings: Readings) -> set[VarId]:
    """Some variables and all that they read, directly or not."""
    found = set(roots)
    waiting = list(found)
    while waiting:
        for read in readings(system.variables[waiting.pop()]):
            if read != TIME and read not in found:
                found.add(read)
                waiting.append(read)
    return found


def _inside(group: Group, needed: AbstractSet[VarId], system: System) -> Order:
    """What of a group is computed inside a Runge-Kutta step.

    What is held is computed from nothing, and so stands first and whole.
    """
    wanted = [each for each in group.variables if each in needed]
    held = tuple(each for each in wanted if is_held(system.variables[each]))
    moving = frozenset(wanted).difference(held)
    result: list[VarId | Sweep | Search] = [*held]
    for each in group.order:
        match each:
            case Search(sought, order):
                # All of it, or nothing: what is sought needs all the others.
                left = tuple(each for each in order if each not in held)
                result += (Search(sought, left),) if not moving.isdisjoint(sought) else ()
            case Sweep(rounds, turns):
                moved = tuple(turn for turn in turns if turn.variable in moving)
                result += (Sweep(rounds, moved),) if moved else ()
            case variable:
                result += (variable,) if variable in moving else ()
    return tuple(result)


# --- What variables are to a phase ---------------------------------------------------------------


def _starts(variable: Variable) -> bool:
    """Whether a variable has something to set up when the run starts."""
    return isinstance(variable.meaning, Stock | Initial | SampleIfTrue | Remembered)


def _is_computed(variable: Variable) -> bool:
    """Whether a step has anything to compute for a variable: stocks and initials stand."""
    return not isinstance(variable.meaning, Stock | Initial)


def is_held(variable: Variable) -> bool:
    """Whether a variable keeps its value inside a Runge-Kutta step (reference D.4)."""
    match variable.meaning:
        case Auxiliary(held=held):
            return held
        case SampleIfTrue() | Remembered() | Shift():
            return True
        case _:
            return False


def _reads_in_stage(variable: Variable) -> Collection[VarId]:
    return () if is_held(variable) else reads_now(variable)
