"""Who reads whom, in each phase of a run (reference D.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

import networkx as nx

from ..system import (
    TIME_STEP,
    ActiveInitial,
    Auxiliary,
    Constant,
    DelayFixed,
    DelayN,
    Expression,
    Initial,
    LookupTable,
    Read,
    SampleIfTrue,
    SmoothN,
    Stock,
    System,
    Variable,
    VarId,
    reads,
)

__all__ = ["Graph", "graph", "reads_at_start", "reads_now", "reads_to_advance"]

# An edge runs from what is read to who reads it, and carries the place of the reading: "span".
if TYPE_CHECKING:
    Graph: TypeAlias = nx.DiGraph[VarId]
else:
    Graph: TypeAlias = nx.DiGraph

Readings: TypeAlias = Callable[[Variable], Iterable[Read]]


def reads_now(variable: Variable) -> Iterator[Read]:
    """What must be known before a variable's value at one time.

    A stock, an initial value and a pipeline are known before the step begins.
    """
    match variable.meaning:
        case Auxiliary(expression=expression) | ActiveInitial(active=expression):
            return reads(expression)
        case SampleIfTrue(condition, value, _):
            return _of(condition, value)
        case Constant() | LookupTable() | Stock() | Initial() | DelayFixed() | DelayN() | SmoothN():
            return iter(())


def reads_at_start(variable: Variable) -> Iterator[Read]:
    """What must be known before a variable's value when the run starts."""
    match variable.meaning:
        case Auxiliary(expression=expression) | Initial(expression=expression):
            return reads(expression)
        case ActiveInitial(initial=initial) | Stock(initial=initial):
            return reads(initial)
        case SampleIfTrue(condition, value, initial):
            return _of(condition, value, initial)
        case DelayFixed(_, delay_time, initial):
            return chain(_of(delay_time, initial), _time_step(variable))
        case DelayN(_, delay_time, initial, order) | SmoothN(_, delay_time, initial, order):
            return chain(_of(delay_time, initial, order), _time_step(variable))
        case Constant() | LookupTable():
            return iter(())


def reads_to_advance(variable: Variable) -> Iterator[Read]:
    """What a stock or a pipeline takes in at the end of a step."""
    match variable.meaning:
        case Stock(rate=rate):
            return reads(rate)
        case DelayFixed(input=value):
            return reads(value)
        case DelayN(value, delay_time, _, _) | SmoothN(value, delay_time, _, _):
            return chain(_of(value, delay_time), _time_step(variable))
        case _:
            return iter(())


def graph(system: System, variables: Iterable[VarId], readings: Readings) -> Graph:
    """Some variables, and an edge for every reading of one by another."""
    result: Graph = nx.DiGraph()
    result.add_nodes_from(variables)
    for reader in list(result):
        for read in readings(system.variables[reader]):
            if read.variable in result:
                result.add_edge(read.variable, reader, span=read.span)
    return result


def _of(*expressions: Expression) -> Iterator[Read]:
    return chain.from_iterable(map(reads, expressions))


def _time_step(variable: Variable) -> Iterator[Read]:
    """A pipeline counts steps, and so reads their length."""
    return iter((Read(TIME_STEP, variable.span),))
