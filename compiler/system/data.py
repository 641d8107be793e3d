"""Data variables: series from outside, from files, and from data equations (reference D.7)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from s3c.runtime import (
    BETWEEN_POINTS,
    DATA_POINT,
    HAS_DATA_POINT,
    IS_BETWEEN_POINTS,
    NA,
    REGISTRY,
    Builtin,
    Sums,
    fold,
)

from .. import syntax
from ..syntax import Assignment, BinaryOperator, DataKeyword
from . import calls, data_messages, files, lists, messages
from .scope import Scope
from .shapes import Box
from .symbols import Named
from .tree import (
    TIME,
    Apply,
    ApplyAlong,
    Auxiliary,
    Binary,
    Choice,
    Constant,
    ConstantList,
    ConstantsInFile,
    Expression,
    Gather,
    Interpolate,
    Number,
    Part,
    Points,
    Read,
    Series,
    VarId,
    operands_of,
)

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = [
    "EQUATION_FORMS",
    "as_series",
    "holder",
    "interpolated",
    "is_data",
    "point",
    "read_series",
    "series",
]

_SUMS = {"cumulate": Sums.EVERY, "cumulatef": Sums.LAST}
_SHIFT = "time shift"
EQUATION_FORMS = (_SHIFT, "x if missing", *_SUMS)
"""What is the whole right side of a data equation, by folded name."""


def is_data(named: Named) -> bool:
    """Whether a definition makes its variable data."""
    match named:
        case syntax.Data():
            return True
        case syntax.Formula(assignment=assignment, expression=expression, keyword=keyword):
            if files.call_in(named, files.DATA):
                return True
            if files.call_in(named, files.CONSTANTS | files.LOOKUPS):
                return False
            by_form = assignment is Assignment.DATA or keyword is not None
            return by_form and lists.signed_number(expression) is None
        case _:
            return False


def holder(name: str) -> tuple[VarId, str]:
    """The hidden variable that holds the series of a data variable."""
    is_hidden = name.startswith("#") and name.endswith("#") and ">" in name  # of a macro
    shown = f"#{name.strip('#') if is_hidden else name}>data#"
    return VarId(fold(shown)), shown


def series(
    resolver: Resolver, named: syntax.Data | syntax.Formula, left: Box, box: Box, scope: Scope
) -> Series | None:
    """Where a data variable's points come from; None, with a diagnostic, if that is unclear."""
    keyword = named.keyword or DataKeyword.INTERPOLATE
    if isinstance(named, syntax.Data):
        return Series(keyword)
    call = files.call_in(named, files.DATA)
    if call:
        found = files.file_call(resolver, call, left, box, scope)
        return Series(keyword, found) if found else None
    points = _points(resolver, named.expression, replace(scope, of_points=True))
    if points is None:
        return None
    read = resolver.hidden(scope, "points", points, named.extent)
    return Series(keyword, read)


def as_series(part: Part, keyword: DataKeyword) -> Part:
    """A part of a data variable as a series: a constant among data is one, too."""
    match part.meaning:
        case Constant() | ConstantList() | ConstantsInFile():
            return replace(part, meaning=Series(keyword, part.meaning))
        case _:
            return part


def read_series(part: Part, name: str) -> Part:
    """A part of a data variable: its series at the present time, held over a Runge-Kutta step."""
    table = Read(holder(name)[0], part.span, part.indices)
    value = Interpolate(table, Read(TIME, part.span))
    return replace(part, meaning=Auxiliary(value, held=True))


# --- Data equations ------------------------------------------------------------------------------


def _points(resolver: Resolver, node: syntax.Expression, scope: Scope) -> Points | None:
    """What the right side of a data equation says."""
    match node:
        case syntax.Call(function=function, arguments=arguments) if (
            fold(function.name) in EQUATION_FORMS
            and fold(function.name) not in resolver.symbols.macros
        ):
            builtin = REGISTRY[fold(function.name)]
            if not calls.count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
                return None
            resolver.note_use(builtin.name, builtin.doc, scope.span(node.extent))
            if fold(function.name) in _SUMS:
                return replace(_of(resolver, arguments[0], scope), sums=_SUMS[fold(function.name)])
            (first, second) = arguments
            if fold(function.name) == _SHIFT:
                return _shifted(resolver, first, second, scope)
            return _filled(resolver, first, second, scope)
        case _:
            return _of(resolver, node, scope)


def _of(resolver: Resolver, node: syntax.Expression, scope: Scope) -> Points:
    """An expression, wherever all series that it reads have a point."""
    expression = resolver.expression(node, scope)
    there = _there(expression, BinaryOperator.AND, "VMIN")
    if isinstance(expression, ApplyAlong):
        what = f"{expression.function.name} in a data equation"
        resolver.refuse(messages.not_compiled(what, scope.span(node.extent)))
    return Points(_where(there, expression))


def _filled(
    resolver: Resolver, node: syntax.Expression, filler: syntax.Expression, scope: Scope
) -> Points | None:
    """X IF MISSING: wherever any series has a point, with a number for those that have none."""
    number = lists.signed_number(filler)
    if number == NA:  # what is missing stays missing: nothing could be computed with it
        return _points(resolver, node, scope)
    if number is None:
        resolver.refuse(data_messages.needs_number("X IF MISSING", scope.span(filler.extent)))
        return None
    expression = resolver.expression(node, replace(scope, filler=Number(number)))
    return Points(_where(_there(expression, BinaryOperator.OR, "VMAX"), expression))


def _shifted(
    resolver: Resolver, node: syntax.Expression, by: syntax.Expression, scope: Scope
) -> Points | None:
    """TIME SHIFT: another series, so much earlier."""
    found = resolver.expression(node, scope)
    amount = resolver.expression(by, replace(scope, of_points=False))
    shift = resolver.hidden(scope, "shift", Auxiliary(amount), by.extent)
    if not (isinstance(found, Apply) and found.function is DATA_POINT):
        resolver.refuse(data_messages.needs_series("TIME SHIFT", scope.span(node.extent)))
        return None
    table, time = found.arguments
    later = (table, Binary(BinaryOperator.PLUS, time, shift))
    expression = _where(Apply(HAS_DATA_POINT, later), Apply(DATA_POINT, later))
    return Points(expression, shift)


def point(read: Read, name: str, scope: Scope) -> Expression:
    """The reading of a data variable in a data equation: the value at a point of its series."""
    arguments = (replace(read, variable=holder(name)[0]), Read(TIME, read.span))
    value = Apply(DATA_POINT, arguments)
    if scope.filler is None:
        return value
    return Choice(Apply(HAS_DATA_POINT, arguments), value, scope.filler)


def interpolated(
    resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope
) -> Expression:
    """INTERPOLATE: a series between its points, too."""
    span = scope.span(node.extent)
    if not scope.of_points:
        resolver.refuse(data_messages.of_points_alone(builtin.name, span))
        return Number(math.nan)
    if not calls.count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
        return Number(math.nan)
    found = resolver.expression(node.arguments[0], replace(scope, filler=None))
    if not (isinstance(found, Apply) and found.function is DATA_POINT):
        resolver.refuse(data_messages.needs_series(builtin.name, span))
        return Number(math.nan)
    value = Apply(BETWEEN_POINTS, found.arguments)
    if scope.filler is None:
        return value
    return Choice(Apply(IS_BETWEEN_POINTS, found.arguments), value, scope.filler)


def _where(there: Expression | None, value: Expression) -> Expression:
    return value if there is None else Choice(there, value, Number(NA))


def _there(node: Expression, operator: BinaryOperator, over: str) -> Expression | None:
    """Whether the series that an expression reads have a point: all of them, or any."""
    match node:
        case Apply(function=function, arguments=arguments) if function is DATA_POINT:
            return Apply(HAS_DATA_POINT, arguments)
        case Apply(function=function, arguments=arguments) if function is BETWEEN_POINTS:
            return Apply(IS_BETWEEN_POINTS, arguments)
        case Gather(loops, inner):
            found = _there(inner, operator, over)
            return Apply(_function(over), (Gather(loops, found),)) if found else None
        case _:
            parts = (_there(each, operator, over) for each in operands_of(node))
            return _joined(parts, operator)


def _joined(parts: Iterable[Expression | None], operator: BinaryOperator) -> Expression | None:
    different: list[Expression] = []
    for part in parts:
        if part is not None and part not in different:
            different.append(part)
    if not different:
        return None
    return reduce(lambda left, right: Binary(operator, left, right), different)


def _function(name: str) -> Builtin:
    return REGISTRY[fold(name)]
