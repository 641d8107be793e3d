"""The sign of a partial derivative along a run: what is left where neither rules nor algebra tell.

The equation is evaluated at the run's values, with the cause moved a little to both sides. The
sign is known if the effect moves somewhere and, wherever it moves, to the same side. That is
evidence from one run and no proof.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from s3c.compiler import syntax, system
from s3c.runtime import Lookup

from .signs import Signs, bottom_up

if TYPE_CHECKING:
    from s3c.runtime import Run

__all__ = ["slope_along"]

_MOST_TIMES = 60
_SHIFT = 1e-4  # of the cause's largest value: small against what moves in a model
_MOST_NODES = 400

_Operator = syntax.BinaryOperator


def slope_along(
    expression: system.Expression, model: system.System, run: Run, cause: system.VarId
) -> Signs:
    """The signs of the partial derivative by `cause` at times of the run, where it is not zero.

    Nothing if the equation reads what the run did not keep, or is not of single numbers.
    """
    series = _series(expression, model, run)
    if series is None or cause not in series:
        return frozenset()
    scale = max(map(abs, series[cause])) or 1.0
    count = max(map(len, series.values()))
    found: set[int] = set()
    for place in sorted({k * (count - 1) // (_MOST_TIMES - 1) for k in range(_MOST_TIMES)}):
        here = {key: each[min(place, len(each) - 1)] for key, each in series.items()}
        moved = [
            _value(expression, model, here | {cause: here[cause] + step * scale})
            for step in (-_SHIFT, _SHIFT)
        ]
        if None in moved:
            continue
        low, high = (each or 0.0 for each in moved)
        noise = 1e-12 * max(abs(low), abs(high))
        found.add(0 if abs(high - low) <= noise else 1 if high > low else -1)
    return frozenset(found - {0})


def _series(
    expression: system.Expression, model: system.System, run: Run
) -> Mapping[system.VarId, list[float]] | None:
    """The values over time of what an equation reads; None if they are not all to be had."""
    series: dict[system.VarId, list[float]] = {}
    kept = frozenset(run.names)
    for count, node in enumerate(system.walk(expression)):
        if count >= _MOST_NODES or isinstance(node, system.Draw):
            return None
        if not isinstance(node, system.Read) or node.variable in series:
            continue
        if node.variable == system.TIME:
            series[node.variable] = run.time.tolist()
            continue
        variable = model.variables[node.variable]
        if isinstance(variable.meaning, system.LookupTable) and not variable.axes:
            continue
        if variable.axes or variable.name not in kept:
            return None
        series[node.variable] = run[variable.name].tolist()
    return series


def _value(
    expression: system.Expression, model: system.System, values: Mapping[system.VarId, float]
) -> float | None:
    """An equation's value; None if it has none, or is not of single numbers."""

    def combine(node: system.Expression, parts: tuple[float | None, ...]) -> float | None:
        if isinstance(node, system.Interpolate):
            table = model.variables[node.table.variable].meaning
            argument = parts[1]
            if not isinstance(table, system.LookupTable) or argument is None:
                return None
            return Lookup(table.points)(argument)
        if None in parts:
            return None
        numbers = tuple(each for each in parts if each is not None)
        try:
            found = _computed(node, numbers, values)
        except (ArithmeticError, ValueError):
            return None
        return found if found is not None and math.isfinite(found) else None

    return bottom_up(expression, combine)


def _computed(
    node: system.Expression, numbers: tuple[float, ...], values: Mapping[system.VarId, float]
) -> float | None:
    match node:
        case system.Number(value=value):
            return value
        case system.Read(variable=variable):
            return values.get(variable, 0.0)  # a lookup is read by `Interpolate`
        case system.Unary(operator=syntax.UnaryOperator.MINUS):
            return -numbers[0]
        case system.Unary(operator=syntax.UnaryOperator.PLUS):
            return numbers[0]
        case system.Unary():
            return float(not numbers[0])
        case system.Binary(operator=operator):
            return _OPERATIONS[operator](*numbers)
        case system.Choice():
            return numbers[1] if numbers[0] else numbers[2]
        case system.Apply(function=function) if not (
            function.implicit or function.tables or function.arrays or function.form
        ):
            assert function.function is not None
            return float(function.function(*numbers))
        case _:
            return None


_OPERATIONS: Mapping[_Operator, Callable[[float, float], float]] = {
    _Operator.PLUS: lambda a, b: a + b,
    _Operator.MINUS: lambda a, b: a - b,
    _Operator.TIMES: lambda a, b: a * b,
    _Operator.OVER: lambda a, b: a / b,
    _Operator.POWER: math.pow,
    _Operator.EQUAL: lambda a, b: float(a == b),
    _Operator.UNEQUAL: lambda a, b: float(a != b),
    _Operator.LESS: lambda a, b: float(a < b),
    _Operator.GREATER: lambda a, b: float(a > b),
    _Operator.AT_MOST: lambda a, b: float(a <= b),
    _Operator.AT_LEAST: lambda a, b: float(a >= b),
    _Operator.AND: lambda a, b: float(bool(a) and bool(b)),
    _Operator.OR: lambda a, b: float(bool(a) or bool(b)),
}
