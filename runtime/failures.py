"""Finding the equation that failed: from an exception, or from values that are not finite.

Generated functions assign a variable to its own Python name, and the change of a stock to that
name followed by `_change`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .contract import CompiledModel, Fixed, Space, VariableInfo, Vector
from .errors import ElementsFailed, Failure
from .memory import Contents
from .rewrite import memory_input
from .sources import Equation, file_of, source_of
from .subscripts import element_name

if TYPE_CHECKING:
    from types import FrameType, TracebackType

__all__ = [
    "Trace",
    "memory_failures",
    "named",
    "not_a_number",
    "not_finite",
    "overflowed",
    "owner_of",
    "part_of",
    "reason_of",
    "trace",
    "variables_of",
]

_CHANGE = "_change"  # what a generated module adds to a stock's name
_SHOWN = {"time": "Time"}
_Values: TypeAlias = Mapping[str, Any]
"""Numbers and arrays, by the generated module's names."""

_NOT_A_NUMBER = "the result is not a number, as when infinity is taken from infinity"
_DOMAINS = {
    "sqrt": "the square root of a negative number",
    "log": "the logarithm of a number that is not positive",
    "ln": "the logarithm of a number that is not positive",
    "pow": "a negative number to a fractional power, or zero to a negative one",
    "power": "a negative number to a fractional power, or zero to a negative one",
    "asin": "the arcsine of a number outside -1 to 1",
    "arcsin": "the arcsine of a number outside -1 to 1",
    "acos": "the arccosine of a number outside -1 to 1",
    "arccos": "the arccosine of a number outside -1 to 1",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """A failure, and the name that the generated module assigns there."""

    name: str
    failure: Failure
    line: int = 0
    """Of the generated statement, from 1, if it is one."""


def trace(model: CompiledModel, error: Exception) -> Trace | None:
    """The equation that raised; None if the error did not come out of the model's functions."""
    found = _innermost(error.__traceback__, file_of(model))
    if found is None:
        return None
    frame, line, column = found
    function = source_of(model).function_at(line)
    if function is None:
        return None
    reason = reason_of(error, source_of(model).functions[function], line, column)
    time = frame.f_locals.get("time")
    when = float(time) if isinstance(time, int | float) else None
    for equation in source_of(model).equations[function]:
        if equation.covers(line):
            failure = _raised(model, function, equation, frame, reason, when, error)
            return Trace(equation.name, failure, equation.first_line)
    place = source_of(model).memory_at(function, line, column or 0)
    if place is None:
        return Trace("", Failure(None, when, reason))
    is_initial = function == model.equations.initial.__name__
    owner = variables_of(model).get(source_of(model).outputs.get(place, ""))
    part = "memory" if is_initial else "input"
    failure = Failure(owner, when, reason, {}, part, _element(owner, error))
    return Trace("" if is_initial else memory_input(place), failure)


def _raised(
    model: CompiledModel,
    function: str,
    equation: Equation,
    frame: FrameType,
    reason: str,
    when: float | None,
    error: Exception,
) -> Failure:
    """The failure of an equation that raised."""
    if model.has_arrays and not isinstance(error, ElementsFailed):
        from .array_failures import raised

        known = {**frame.f_globals, **frame.f_locals}
        return raised(model, function, equation, known, reason, when)
    values = {name: _plain(value) for name, value in frame.f_locals.items()}
    known = {name: value for name, value in values.items() if value is not None}
    return _failure(model, function, equation, known, reason, when)


def not_finite(
    model: CompiledModel, stage: str, values: _Values, time: float | None
) -> Trace | None:
    """The first equation of a function, in its order, that gave infinity or NaN by itself.

    An equation that reads such a value only passes it on, and is not meant.

    Args:
        model: whose equations they are.
        stage: the field of `Equations` that the function stands in.
        values: of everything known, by the generated module's names.
        time: the model's time, or None.
    """
    function = getattr(model.equations, stage).__name__
    if time is not None:
        values = {"time": time, **values}
    if model.has_arrays:
        from .array_failures import by_themselves

        return next(by_themselves(model, function, values, time), None)
    values = {name: each for name, each in values.items() if not isinstance(each, Contents)}
    for equation in source_of(model).equations.get(function, ()):
        value = values.get(equation.name, 0.0)
        if math.isfinite(value):
            continue
        if all(math.isfinite(values.get(each, 0.0)) for each in equation.reads):
            reason = not_a_number(value)
            return Trace(equation.name, _failure(model, function, equation, values, reason, time))
    return None


def overflowed(
    model: CompiledModel, values: _Values, time: float | None, *, nan_too: bool
) -> Trace | None:
    """The first variable, a stock if any, that is infinite, whichever equation made it so."""
    if model.has_arrays:
        from .array_failures import overflows

        return next(overflows(model, values, time, nan_too=nan_too), None)
    stocks_first = sorted(model.variables, key=lambda each: each.space is not Space.STOCK)
    for variable in stocks_first:
        if variable.space is Space.CONTENTS:
            continue
        value = values.get(variable.python_name, 0.0)
        if math.isinf(value) or (nan_too and math.isnan(value)):
            failure = Failure(variable, time, not_a_number(value))
            return Trace(variable.python_name, failure)
    return None


def memory_failures(
    model: CompiledModel, place: int, inputs: Vector, time: float, error: Exception
) -> list[Failure]:
    """A memory, or those of an array, that could not take in inputs."""
    variable = variables_of(model).get(source_of(model).outputs.get(place, ""))
    if not isinstance(error, ElementsFailed):
        reads = {f"input {number}": float(value) for number, value in enumerate(inputs, 1)}
        return [Failure(variable, time, _words(error), reads, "memory")]
    import numpy as np

    found: list[Failure] = []
    for element, cause in error.failures:
        shape = variable.shape if variable else np.broadcast_shapes(*map(np.shape, inputs))
        values = [float(np.broadcast_to(each, shape)[element]) for each in inputs]
        reads = {f"input {number}": value for number, value in enumerate(values, 1)}
        name = element_name(variable, element) if variable else ""
        found.append(Failure(variable, time, _words(cause), reads, "memory", name))
    return found


def _element(variable: VariableInfo | None, error: Exception) -> str:
    """The first element of an array of memories that could not be made."""
    if variable is None or not isinstance(error, ElementsFailed):
        return ""
    return element_name(variable, error.failures[0][0])


def named(
    model: CompiledModel,
    fixed: Fixed = (),
    stocks: Vector = (),
    auxiliaries: Vector = (),
    changes: Vector = (),
    outputs: Vector = (),
) -> dict[str, Any]:
    """Values by the names that the generated module gives them."""
    stock_names = [each.python_name for each in model.in_space(Space.STOCK)]
    auxiliary_names = [each.python_name for each in model.in_space(Space.AUXILIARY)]
    fixed_names = [
        each.python_name
        for space in (Space.PARAMETER, Space.CONSTANT, Space.INITIAL)
        for each in model.in_space(space)
    ]
    output_names = source_of(model).outputs if outputs else {}
    return {
        **dict(zip(fixed_names, fixed, strict=False)),
        **{output_names[k]: each for k, each in enumerate(outputs) if k in output_names},
        **dict(zip(stock_names, stocks, strict=False)),
        **dict(zip(auxiliary_names, auxiliaries, strict=False)),
        **{f"{name}{_CHANGE}": value for name, value in zip(stock_names, changes, strict=False)},
    }


def _innermost(
    traceback: TracebackType | None, filename: str
) -> tuple[FrameType, int, int | None] | None:
    """The deepest frame of the generated module: frame, line from 1, column in bytes."""
    found = None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == filename:
            line, _, column, _ = list(code.co_positions())[traceback.tb_lasti // 2]
            found = traceback.tb_frame, line or traceback.tb_lineno, column
        traceback = traceback.tb_next
    return found


def _failure(
    model: CompiledModel,
    function: str,
    equation: Equation,
    values: _Values,
    reason: str,
    time: float | None,
) -> Failure:
    variables = variables_of(model)
    reads = {
        variables[name].name if name in variables else _SHOWN.get(name, name): values[name]
        for name in equation.reads
        if name in values
    }
    variable = owner_of(equation.name, source_of(model).equations[function], variables)
    part = part_of(model, function, equation.name)
    return Failure(variable, time, reason, reads, part)


def part_of(model: CompiledModel, function: str, name: str) -> str:
    """What of its variable an equation computes, as `Failure.part`."""
    if name.endswith(_CHANGE) and name not in variables_of(model):
        return "change"
    return "initial value" if function == model.equations.initial.__name__ else "value"


def owner_of(
    name: str, equations: tuple[Equation, ...], variables: Mapping[str, VariableInfo]
) -> VariableInfo | None:
    """Whose equation assigns the name. A part that the compiler shares belongs to its reader."""
    pending, seen = [name], {name}
    while pending:
        candidate = pending.pop(0)
        variable = variables.get(candidate) or variables.get(candidate.removesuffix(_CHANGE))
        if variable is not None:
            return variable
        readers = [each.name for each in equations if candidate in each.reads]
        pending += [each for each in readers if each not in seen]
        seen.update(readers)
    return None


def variables_of(model: CompiledModel) -> dict[str, VariableInfo]:
    """The variables by their Python names."""
    return {each.python_name: each for each in model.variables}


def _plain(value: object) -> float | None:
    """A local variable as a number; a memory is read as its output."""
    if isinstance(value, int | float):
        return float(value)
    output = getattr(value, "value", None)
    return float(output) if isinstance(output, int | float) else None


def reason_of(error: Exception, function: ast.AST, line: int, column: int | None) -> str:
    """In plain words: which function of the equation refused its argument."""
    if isinstance(error, ValueError) and "math domain" in str(error):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and (node.lineno, node.col_offset) == (line, column):
                called = ast.unparse(node.func).rpartition(".")[2]
                if called == "elementwise" and node.args:  # at every element of an array
                    called = ast.unparse(node.args[0]).rpartition(".")[2]
                return _DOMAINS.get(called, f"{called} has no value there")
    return _words(error)


def _words(error: Exception) -> str:
    if isinstance(error, ZeroDivisionError):
        return "division by zero"
    if isinstance(error, OverflowError):
        return "the result is too large (overflow)"
    if isinstance(error, FloatingPointError):  # numpy's words
        if "divide" in str(error):
            return "division by zero"
        return _DOMAINS["sqrt"] if "sqrt" in str(error) else _NOT_A_NUMBER
    return str(error)


def not_a_number(value: float) -> str:
    """Why a value is infinite, or no number, in plain words."""
    if math.isinf(value):
        return "the result is too large (overflow)"
    return _NOT_A_NUMBER
