"""Finding the equation and the element that failed, in a model with arrays."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .contract import CompiledModel, Space, VariableInfo
from .elements import Look, Read, targets_of, turns
from .errors import Failure
from .failures import Trace, not_a_number, owner_of, part_of, reason_of, variables_of
from .rewrite import memory_input
from .sources import Equation, source_of, third_returned
from .subscripts import element_name

if TYPE_CHECKING:
    from .elements import Outcome

__all__ = ["by_themselves", "overflows", "raised"]

_UNKNOWN = (NameError, LookupError, TypeError, AttributeError, ArithmeticError, ValueError)
_Known = Mapping[str, Any]


def raised(
    model: CompiledModel,
    function: str,
    equation: Equation,
    known: _Known,
    reason: str,
    time: float | None,
) -> Failure:
    """The failure of an equation that raised an error, at the first element that fails.

    Args:
        model: whose equation it is.
        function: the generated function that it stands in.
        equation: the statement.
        known: what its names stood for when it raised.
        reason: of the error, if no element can be told.
        time: the model's time, or None.
    """
    owner = _owner(model, function, equation.name)
    part = part_of(model, function, equation.name)
    line = _line(owner, equation)
    try:
        look = Look(equation, known, _shape(equation, known, owner))
        failed = look.not_finite() if look.targets.ndim else np.True_
        place = tuple(np.argwhere(failed)[0].tolist())
    except _UNKNOWN:
        return Failure(owner, time, reason, {}, part, line=line)
    found = look.outcome(place)
    why = reason if found.error is None else _reason(equation, found)
    element = _element(owner, look, place)
    reads = _reads(model, known, look.reads(place))
    return Failure(owner, time, why, reads, part, element, line)


def by_themselves(
    model: CompiledModel,
    function: str,
    known: _Known,
    time: float | None,
    noted: dict[str, Any] | None = None,
    replaced: frozenset[int | str] = frozenset(),
) -> Iterator[Trace]:
    """The equations of a function, in its order, and elements, that have no finite value.

    What reads such a value only passes it on, and is not meant.

    Args:
        model: whose equations they are.
        function: the generated function.
        known: what its names stand for, as far as known; what they stand for in the module is
            added.
        time: the model's time, or None.
        noted: by name, a truth for each element that is not to be found again; it is added to.
        replaced: generated lines of statements that were not computed, and are known to fail.
    """
    known = {**model.equations.step.__globals__, **known}
    noted = {} if noted is None else noted
    for equation, owner, part in _equations(model, function):
        if equation.first_line in replaced:
            continue
        actual: Any = known.get(equation.name, math.nan)
        is_input = part == "input"
        if equation.name not in known and not is_input:
            continue
        try:
            shape = _shape(equation, known, owner)
            seen = noted.setdefault(equation.name, np.zeros(math.prod(shape), dtype=np.bool_))
            bad = ~seen if is_input else ~np.isfinite(actual).ravel() & ~seen
            if not bad.any():
                continue
            for turn in turns(equation.loops, known):
                if bad[targets_of(equation, turn, shape)].any():
                    look = Look(equation, turn, shape)
                    failed = look.not_finite(None if is_input else actual) & bad[look.targets]
                    yield from _traces(model, equation, owner, part, look, failed, turn, time)
                    seen[look.targets[failed]] = True
        except _UNKNOWN:
            continue


def overflows(
    model: CompiledModel, values: _Known, time: float | None, *, nan_too: bool
) -> Iterator[Trace]:
    """The variables and elements, those of stocks first, that are infinite, for any reason."""
    for variable in sorted(model.variables, key=lambda each: each.space is not Space.STOCK):
        if variable.space is Space.CONTENTS:
            continue
        value = np.asarray(values.get(variable.python_name, 0.0), dtype=np.float64)
        for place in np.argwhere(~np.isfinite(value) if nan_too else np.isinf(value)):
            at = tuple(place.tolist())
            element = element_name(variable, at) if at else ""
            reason = not_a_number(float(value[at]))
            yield Trace(variable.python_name, Failure(variable, time, reason, element=element))


def _traces(
    model: CompiledModel,
    equation: Equation,
    owner: VariableInfo | None,
    part: str,
    look: Look,
    failed: Any,
    known: _Known,
    time: float | None,
) -> Iterator[Trace]:
    """A failure for each element that failed."""
    for each in np.argwhere(failed):
        place = tuple(each.tolist())
        failure = Failure(
            owner,
            time,
            _reason(equation, look.outcome(place)),
            _reads(model, known, look.reads(place)),
            part,
            _element(owner, look, place),
            _line(owner, equation),
        )
        yield Trace(equation.name, failure, equation.first_line)


def _equations(
    model: CompiledModel, function: str
) -> Iterator[tuple[Equation, VariableInfo | None, str]]:
    """The equations of a function, whose each is, and what of it; inputs of memories are last."""
    source = source_of(model)
    for equation in source.equations.get(function, ()):
        owner = _owner(model, function, equation.name)
        yield equation, owner, part_of(model, function, equation.name)
    if function != model.equations.step.__name__:
        return
    for place, inputs in enumerate(third_returned(source.functions[function])):
        owner = variables_of(model).get(source.outputs.get(place, ""))
        for value in inputs.elts if isinstance(inputs, ast.Tuple) else ():
            lines = value.lineno, value.end_lineno or value.lineno
            target = ast.Name(memory_input(place))
            yield Equation(target.id, (), target, value, (), *lines, 0), owner, "input"


def _owner(model: CompiledModel, function: str, name: str) -> VariableInfo | None:
    return owner_of(name, source_of(model).equations[function], variables_of(model))


def _shape(equation: Equation, known: _Known, owner: VariableInfo | None) -> tuple[int, ...]:
    """The shape of what an equation assigns."""
    if equation.name in known:
        return np.shape(known[equation.name])
    return owner.shape if owner is not None else ()


def _element(owner: VariableInfo | None, look: Look, place: tuple[int, ...]) -> str:
    """The names of an element that an equation assigns."""
    if owner is None or not owner.axes:
        return ""
    number = int(look.targets[place])
    if number >= math.prod(owner.shape):
        return ""
    return element_name(owner, _place(number, owner.shape))


def _place(number: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(k) for k in np.unravel_index(number, shape))


def _line(owner: VariableInfo | None, equation: Equation) -> int:
    """The model's line of an equation, where its variable has several."""
    several = dict(owner.equations) if owner else {}
    return equation.model_line if equation.model_line in several else 0


def _reason(equation: Equation, found: Outcome) -> str:
    if found.error is None:
        return not_a_number(found.value)
    return reason_of(found.error, equation.value, found.line, found.column)


def _reads(model: CompiledModel, known: _Known, reads: list[Read]) -> dict[str, float]:
    """What was read, by display name."""
    variables = variables_of(model)
    shown: dict[str, float] = {}
    for read in reads:
        variable = variables.get(read.base)
        if variable is None and read.base != "time":
            continue  # numbers that stand in the equation itself
        name = variable.name if variable else "Time"
        shape = np.shape(known.get(read.base, 0.0))
        if read.number is not None and shape:
            place = _place(read.number, shape)
            same = variable is not None and variable.shape == shape
            inner = element_name(variable, place) if variable and same else str(list(place))[1:-1]
            name = f"{name}[{inner}]"
        shown[name] = read.value
    return shown
