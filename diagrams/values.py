"""What is known of the variables' own signs: from their equations, or from a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from s3c.compiler import Compilation, graph, system
from s3c.runtime import NA

from .signs import ANY, POSITIVE, ZERO, Effect, Known, Signs, effect, hull, of_table, signs_of

if TYPE_CHECKING:
    from s3c.runtime import Run

__all__ = ["known_signs"]


def known_signs(compilation: Compilation, run: Run | None = None) -> Known:
    """The signs that each variable may have.

    A run tells what it kept, and a number in the model is what it is. What remains of stocks and
    of what comes from outside the model is taken to be positive; what is computed from these has
    the signs that its equation allows.
    """
    schedule = compilation.schedule
    assert schedule is not None
    variables = schedule.system.variables
    tables = {each.id: _table(each) for each in variables.values()}
    values: dict[system.VarId, Signs] = {system.TIME: POSITIVE}
    known = Known(values, {key: table for key, table in tables.items() if table is not None})
    kept = frozenset(run.names) if run is not None else frozenset[str]()
    for variable in variables.values():
        given = _given(variable)
        if given is not None:
            values[variable.id] = given
        elif run is not None and not variable.hidden and variable.name in kept:
            values[variable.id] = _in_run(run, variable.name)
    for key in _in_order(schedule):
        if key not in values:
            values[key] = _computed(variables[key], known)
    return known


def _given(variable: system.Variable) -> Signs | None:
    """The signs of the numbers that the model itself gives."""
    found: set[int] = set()
    for part in variable.parts:
        match part.meaning:
            case system.Constant(value=value):
                found |= signs_of((value,))
            case system.ConstantList(numbers=numbers):
                found |= signs_of(numbers)
            case _:
                return None
    return frozenset(found)


def _in_run(run: Run, name: str) -> Signs:
    """The signs of all values over time, but for those that are missing."""
    found: set[int] = set()
    for column in run.columns_of(name):
        found |= signs_of(value for value in run[column].tolist() if value != NA)
    return hull(frozenset(found)) or ANY


def _in_order(schedule: graph.Schedule) -> Iterator[system.VarId]:
    """Variables, each after those that it reads."""
    for order in (schedule.constants, schedule.initial, schedule.step):
        yield from graph.variables_of(order)


def _computed(variable: system.Variable, known: Known) -> Signs:
    found: set[int] = set()
    for part in variable.parts:
        match part.meaning:
            case system.Auxiliary(expression=expression) | system.Initial(expression=expression):
                found |= effect(expression, known).value
            case system.ActiveInitial(active=active, initial=initial):
                found |= effect(active, known).value | effect(initial, known).value
            case _:
                return POSITIVE
    return frozenset(found) or ANY


def _table(variable: system.Variable) -> Effect | None:
    """The signs of a lookup's values and slopes: of all its tables, if it has several."""
    value: Signs = frozenset()
    slope: Signs = frozenset()
    for part in variable.parts:
        match part.meaning:
            case system.LookupTable(points=points):
                one = of_table(points)
                value, slope = value | one.value, slope | one.slope
            case _:
                return None
    return Effect(hull(value), slope or ZERO)
