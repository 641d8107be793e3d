"""Calls within expressions: of macros, built-in functions and lookups."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from s3c.runtime import NA, REGISTRY, Builtin, display_name, fold

from .. import syntax
from ..syntax import BinaryOperator, UnaryOperator
from . import (
    array_calls,
    checks_messages,
    data,
    data_messages,
    files,
    forms,
    indices,
    macro_messages,
    macros,
    memories,
    messages,
    notices,
    subscript_messages,
)
from .check_functions import RC_FUNCTIONS
from .ranges import RangeId
from .refused import ODBC_READERS, UNFINISHED, VDF_READERS
from .scope import Scope
from .tree import (
    UNASKED,
    Apply,
    ApplyAlong,
    Auxiliary,
    Binary,
    Choice,
    Draw,
    Expression,
    Gather,
    Interpolate,
    Listed,
    LookupTable,
    Meaning,
    Number,
    Read,
    Unary,
    VarId,
)

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["along", "apply", "arguments_of", "call", "can_fail", "count_is_right"]


def call(resolver: Resolver, node: syntax.Call, scope: Scope) -> Expression:
    """What a call within an expression gives."""
    name = display_name(node.function.name)
    builtin = resolver.builtin(node, scope)
    if builtin is not None and builtin.is_search:
        resolver.refuse(messages.must_be_whole(builtin.name, scope.span(node.extent)))
        return Number(math.nan)
    meaning = forms.form(resolver, node, scope)
    if meaning is not None:
        if _is_whole_only(name):
            resolver.refuse(messages.not_whole(name.upper(), scope.span(node.extent)))
        return resolver.hidden(scope, name.upper(), meaning, node.extent)
    key = fold(node.function.name)
    local = scope.names.get(key)
    if isinstance(local, Read) and resolver.is_lookup(local.variable):
        if node.function.subscripts:
            span = scope.span(node.function.extent)
            resolver.refuse(macro_messages.has_no_subscripts(name, span))
        return _interpolate(resolver, local, node, scope)
    macro = resolver.macro(key, scope)
    if macro is not None:
        return macros.expand(resolver, *macro, node, scope)
    builtin = resolver.builtin(node, scope)
    if builtin is not None:
        return _builtin_call(resolver, builtin, node, scope)
    if scope.in_macro and resolver.is_lookup(key.removesuffix("$").strip()):
        key = resolver.outside(node.function, scope)
    if resolver.is_lookup(key):
        shape = resolver.shapes[key]
        table = indices.read(resolver, node.function, VarId(key), shape, scope)
        return _interpolate(resolver, table, node, scope) if table else Number(math.nan)
    _refuse_call(resolver, key, name, node, scope)
    return Number(math.nan)


def _builtin_call(
    resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope
) -> Expression:
    if builtin.name == "IF THEN ELSE":
        return _choice(resolver, builtin, node, scope)
    if builtin.name == "WITH LOOKUP":
        return _with_lookup(resolver, builtin, node, scope)
    if builtin.name == "GAME":  # in a simulation that is no game, the expression itself
        arguments = _arguments(resolver, node, builtin.name, builtin.parameters, scope)
        return arguments[0] if arguments else Number(math.nan)
    if builtin.name == "ELMCOUNT":
        return _element_count(resolver, builtin, node, scope)
    if builtin.name == "MESSAGE":
        return notices.message(resolver, builtin, node, scope)
    if builtin.name == "INTERPOLATE":
        return data.interpolated(resolver, builtin, node, scope)
    if builtin.form and fold(builtin.name) not in data.EQUATION_FORMS:  # that reads a file, say
        _refuse_call(resolver, fold(builtin.name), builtin.name, node, scope)
        return Number(math.nan)
    if fold(builtin.name) in data.EQUATION_FORMS:
        resolver.refuse(data_messages.only_in_data_equations(builtin.name, scope.span(node.extent)))
        return Number(math.nan)
    if builtin.along:
        filled = along(resolver, node, scope)
        assert filled is not None
        resolver.refuse(messages.not_whole(builtin.name, scope.span(node.extent)))
        return resolver.hidden(scope, builtin.name, filled, node.extent)
    value = apply(resolver, builtin, node, scope)
    if not (builtin.random or builtin.held):
        return value
    # What is held over a Runge-Kutta step is a variable of its own. Within a branch that may
    # guard it from an error, it keeps the guard.
    if can_fail(value):
        for guard in reversed(scope.guards):
            value = Choice(guard, value, Number(0.0))
    return resolver.hidden(scope, builtin.name, Auxiliary(value, held=True), node.extent)


def arguments_of(
    resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope
) -> tuple[Expression, ...] | None:
    """What a body takes of a call's arguments; None, with a diagnostic, if they do not fit."""
    if not builtin.arrays:
        name, parameters = builtin.name, builtin.parameters
        return _arguments(resolver, node, name, parameters, scope, builtin.tables)
    if not count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
        return None
    return array_calls.arguments(resolver, builtin, node, scope)


def apply(resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope) -> Expression:
    """A built-in function applied to a call's arguments; a random one draws for this call."""
    if builtin.series:
        return _of_data(resolver, builtin, node, scope)
    if builtin.contents:
        return memories.apply(resolver, builtin, node, scope)
    arguments = arguments_of(resolver, builtin, node, scope)
    if arguments is None:
        return Number(math.nan)
    if builtin.arrays:
        return Apply(builtin, arguments)
    if builtin.random:
        return Draw(builtin, resolver.draw_site(scope), arguments)
    span = scope.span(node.extent)
    if "clock" in builtin.implicit:
        resolver.need_clock()
    implicit = tuple(Read(UNASKED[name], span) for name in builtin.implicit)
    return Apply(builtin, arguments, implicit)


def _of_data(resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope) -> Expression:
    """A function of a data variable's series, not of its value; :NA: of anything else."""
    if not count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
        return Number(math.nan)
    series, *others = node.arguments
    found = None
    if isinstance(series, syntax.Reference):
        found = resolver.named(series, replace(scope, of_points=False))
    key = found.variable if isinstance(found, Read) else ""
    numbers = tuple(resolver.expression(each, scope) for each in others)
    if isinstance(found, Read) and resolver.is_data(key):
        holder, _ = data.holder(resolver.shown_name(key))
        return Apply(builtin, (replace(found, variable=holder), *numbers))
    span = scope.span(series.extent)
    if isinstance(found, Read) and key in resolver.symbols.variables:
        name, definition = resolver.shown_name(key), resolver.definition_span(key)
        resolver.refuse(data_messages.not_a_series(builtin.name, name, span, definition))
        return Number(NA)
    if found is None:
        resolver.refuse(data_messages.needs_series(builtin.name, span))
    return Number(math.nan)


def along(resolver: Resolver, node: syntax.Call, scope: Scope) -> Meaning | None:
    """The meaning that a function gives its variable which fills its last subscripts at once.

    None for any other call.
    """
    builtin = resolver.builtin(node, scope)
    if builtin is None or not builtin.along:
        return None
    failed = Auxiliary(Number(math.nan))
    if not count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
        return failed
    own = len(scope.loops) - len(scope.marked)
    over = scope.loops[max(0, own - builtin.along) : own]
    if len(over) < builtin.along or scope.marked or not scope.ends_with(over):
        span = scope.span(node.extent)
        resolver.refuse(subscript_messages.along_loop(builtin.name, builtin.along, span))
        return failed
    arguments = array_calls.arguments(resolver, builtin, node, scope, over)
    return Auxiliary(ApplyAlong(builtin, arguments, over)) if arguments else failed


def _element_count(
    resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope
) -> Expression:
    if not count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
        return Number(math.nan)
    (argument,) = node.arguments
    if isinstance(argument, syntax.Reference) and not argument.subscripts:
        found = resolver.ranges.ranges.get(RangeId(fold(argument.name)))
        if found is not None:
            return Number(math.nan if found.broken else float(len(found.elements)))
    resolver.refuse(subscript_messages.needs_range(builtin.name, scope.span(node.extent)))
    return Number(math.nan)


def _arguments(
    resolver: Resolver,
    node: syntax.Call,
    name: str,
    parameters: tuple[str, ...],
    scope: Scope,
    tables: frozenset[str] = frozenset(),
) -> tuple[Expression, ...] | None:
    """A call's arguments, or None, with a diagnostic, if their number is wrong."""
    if not count_is_right(resolver, node, name, parameters, scope):
        return None
    return tuple(
        _table(resolver, argument, scope)
        if parameter in tables
        else resolver.expression(argument, scope)
        for parameter, argument in zip(parameters, node.arguments, strict=True)
    )


def count_is_right(
    resolver: Resolver, node: syntax.Call, name: str, parameters: tuple[str, ...], scope: Scope
) -> bool:
    """Whether a call has as many arguments as it should; if not, a diagnostic says so."""
    if len(node.arguments) != len(parameters):
        span = scope.span(node.extent)
        spelled = tuple(each.replace("_", " ") for each in parameters)
        resolver.refuse(messages.wrong_count(name, spelled, len(node.arguments), span))
        return False
    return True


def _choice(resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope) -> Expression:
    if not count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
        return Number(math.nan)
    condition = resolver.expression(node.arguments[0], scope)
    yes = resolver.expression(node.arguments[1], scope.under(condition))
    no = resolver.expression(node.arguments[2], scope.under(Unary(UnaryOperator.NOT, condition)))
    return Choice(condition, yes, no)


def _with_lookup(
    resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope
) -> Expression:
    if not count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
        return Number(math.nan)
    argument = resolver.expression(node.arguments[0], scope)
    return Interpolate(_table(resolver, node.arguments[1], scope), argument)


def _table(resolver: Resolver, node: syntax.Expression, scope: Scope) -> Read:
    """An argument that must be a lookup: its name, or its points."""
    span = scope.span(node.extent)
    if isinstance(node, syntax.Table):
        table = resolver.lookup_table(node.points, scope, span) or LookupTable(((0.0, 0.0),))
        return resolver.hidden(scope, "lookup", table, node.extent)
    if isinstance(node, syntax.Reference):
        meaning = resolver.named(node, scope)
        if isinstance(meaning, Read):
            if resolver.is_lookup(meaning.variable):
                return meaning
            name = display_name(node.name)
            definition = resolver.definition_span(meaning.variable)
            resolver.refuse(messages.not_a_lookup(name, span, definition))
        elif not (isinstance(meaning, Number) and math.isnan(meaning.value)):
            resolver.refuse(messages.lookup_wanted(span))  # what is no number has been told of
    else:
        resolver.refuse(messages.lookup_wanted(span))
    return Read(scope.owner, span)


def _interpolate(resolver: Resolver, table: Read, node: syntax.Call, scope: Scope) -> Expression:
    arguments = _arguments(resolver, node, display_name(node.function.name), ("input",), scope)
    return Interpolate(table, arguments[0]) if arguments else Number(math.nan)


def _refuse_call(resolver: Resolver, key: str, name: str, node: syntax.Call, scope: Scope) -> None:
    span = scope.span(node.function.extent)
    if key in resolver.symbols.variables:
        resolver.refuse(messages.not_a_lookup(name, span, resolver.definition_span(key)))
    elif key in files.READERS:
        resolver.refuse(data_messages.reader_in_expression(name.upper(), span))
    elif key in VDF_READERS:
        resolver.refuse(data_messages.reads_a_vdf(name.upper(), span))
    elif key in ODBC_READERS:
        resolver.refuse(data_messages.reads_a_database(name.upper(), span))
    elif key == UNFINISHED:
        resolver.refuse(messages.no_right_side(scope.owner_name, span))
    elif key in RC_FUNCTIONS:
        resolver.refuse(checks_messages.outside_a_check(RC_FUNCTIONS[key][0], span))
    elif not resolver.is_broken(key):
        known = resolver.hints.among(resolver.callable_names)
        resolver.refuse(messages.unknown_function(name, span, known))


def _is_whole_only(name: str) -> bool:
    builtin = REGISTRY.get(fold(name))
    return builtin is not None and builtin.whole


def can_fail(expression: Expression) -> bool:
    """Whether an expression may have no value: it divides, takes a power, or calls a function."""
    match expression:
        case Number() | Read() | Listed():
            return False
        case Gather(expression=inner):
            return can_fail(inner)
        case Unary(operand=operand):
            return can_fail(operand)
        case Binary(operator, left, right):
            risky = operator in (BinaryOperator.OVER, BinaryOperator.POWER)
            return risky or can_fail(left) or can_fail(right)
        case Apply(function=function, arguments=arguments):
            total = function.held or function.total
            return not total or any(map(can_fail, arguments))
        case Draw(function=function, arguments=arguments):
            return not function.total or any(map(can_fail, arguments))
        case Choice() | Interpolate() | ApplyAlong():
            return True
