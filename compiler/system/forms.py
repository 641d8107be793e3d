"""Calls that say what their variable is: INTEG, INITIAL, SAMPLE IF TRUE, memories and searches."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from s3c.runtime import REGISTRY, SHIFTED, Builtin, fold

from .. import syntax
from ..syntax import BinaryOperator
from . import calls, lists, messages
from .scope import Scope
from .tree import (
    TIME,
    TIME_STEP,
    ActiveInitial,
    Apply,
    Auxiliary,
    Binary,
    Choice,
    Constant,
    Expression,
    Gather,
    Initial,
    Listed,
    Meaning,
    Number,
    Read,
    Remembered,
    SampleIfTrue,
    Shift,
    Sought,
    Stock,
    VarId,
    free_loops,
    walk,
    with_reads,
)

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["form"]


def _time_base(start: Expression, slope: Expression, time: Expression) -> Auxiliary:
    """TIME BASE: another unit and beginning of time."""
    return Auxiliary(Binary(BinaryOperator.PLUS, start, Binary(BinaryOperator.TIMES, slope, time)))


_FORMS: dict[str, Callable[..., Meaning]] = {
    "integ": Stock,
    "initial": Initial,
    "reinitial": Initial,
    "active initial": ActiveInitial,
    "sample if true": SampleIfTrue,
    "time base": _time_base,
}


def form(resolver: Resolver, node: syntax.Call, scope: Scope) -> Meaning | None:
    """The meaning that a call gives its variable, or None for an ordinary function."""
    key = fold(node.function.name)
    builtin = REGISTRY.get(key)
    if builtin is None or resolver.is_shadowed(key, scope):
        return None
    make = _FORMS.get(key)
    shifts = builtin.name == SHIFTED.name
    if make is None and not shifts and not builtin.is_memory and not builtin.is_search:
        return None
    resolver.note_use(builtin.name, builtin.doc, scope.span(node.extent))
    if shifts:
        return _shift(resolver, builtin, node, scope)
    others = len(resolver.variables)
    arguments = calls.arguments_of(resolver, builtin, node, scope)
    if arguments is None:
        return Constant(math.nan)
    if make is SampleIfTrue:
        latest = islice(reversed(resolver.variables), len(resolver.variables) - others)
        made = list(latest)[::-1]
        return _sample(resolver, SampleIfTrue(*arguments), made, node, scope)
    if make is _time_base:
        start, slope = arguments
        return _time_base(start, slope, Read(TIME, scope.span(node.extent)))
    if make is not None:
        return make(*arguments)
    if builtin.is_search:
        return _sought(resolver, builtin, arguments, node, scope)
    if builtin.present is None:
        return Remembered(builtin, arguments)
    # What is taken in is read twice: for the value now, and when the step ends.
    once = (
        _once(resolver, each, node, scope) if parameter in builtin.inputs else each
        for parameter, each in zip(builtin.parameters, arguments, strict=True)
    )
    return Remembered(builtin, tuple(once))


def _shift(resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope) -> Meaning:
    """SHIFT IF TRUE; what it takes in is kept as it is now, for when the step ends."""
    arguments = calls.arguments_of(resolver, builtin, node, scope)
    if not arguments:
        return Constant(math.nan)
    stock, *others = arguments
    assert isinstance(stock, Gather)
    assert isinstance(stock.expression, Read)
    span = scope.span(node.arguments[0].extent)
    if not _make_a_stock(resolver.definitions_of(stock.expression.variable)):
        resolver.refuse(messages.shifts_no_stock(span))
    elif free_loops(stock) != frozenset(scope.loops):
        resolver.refuse(messages.shifts_not_its_own(span))
    else:
        kept = (
            each
            if isinstance(each, Number)
            else resolver.hidden(scope, "input", Auxiliary(each), node.extent)
            for each in others
        )
        return Shift(Apply(builtin, (stock, *kept)))
    return Constant(math.nan)


def _make_a_stock(definitions: tuple[syntax.Definition, ...]) -> bool:
    """Whether they do: some are INTEG, and the others numbers, stocks that do not change."""
    others = [each for each in definitions if not _is_integ(each)]
    return len(others) < len(definitions) and all(map(_is_number, others))


def _is_integ(named: syntax.Definition) -> bool:
    match named:
        case syntax.Formula(expression=syntax.Call(function=function)):
            return fold(function.name) == "integ"
        case _:
            return False


def _is_number(named: syntax.Definition) -> bool:
    match named:
        case syntax.Formula(expression=expression):
            return lists.signed_number(expression) is not None
        case _:
            return isinstance(named, syntax.Values)


def _sought(
    resolver: Resolver,
    builtin: Builtin,
    arguments: tuple[Expression, ...],
    node: syntax.Call,
    scope: Scope,
) -> Meaning:
    """SIMULTANEOUS, which goes on from its last value, or FIND ZERO."""
    given = dict(zip(builtin.parameters, arguments, strict=True))
    for parameter in builtin.alone:
        if free_loops(given[parameter]):
            place = scope.span(node.arguments[builtin.parameters.index(parameter)].extent)
            resolver.refuse(messages.one_for_all(builtin.name, parameter, place))
            given[parameter] = Number(math.nan)
    (tells,) = builtin.inputs
    value = given[tells]
    if not isinstance(value, Read):
        value = resolver.hidden(scope, "input", Auxiliary(value), node.extent)
    if "guess" in given:
        span = scope.span(node.extent)
        itself = Read(scope.owner, span, scope.where)
        remembered = (itself, Read(TIME_STEP, span), given["guess"])
        before = Remembered(REGISTRY["delay fixed"], remembered)
        name = resolver.hidden_name(scope, "before")
        given["guess"] = resolver.hide(name, scope, before, node.extent, narrow=False)
    return Sought(builtin, value, tuple(given[each] for each in builtin.start))


def _once(resolver: Resolver, value: Expression, node: syntax.Call, scope: Scope) -> Expression:
    """A value that several read, computed once."""
    if isinstance(value, Number | Read | Listed | Gather):
        return value
    return resolver.hidden(scope, "input", Auxiliary(value), node.extent)


def _sample(
    resolver: Resolver,
    sampled: SampleIfTrue,
    made: list[VarId],
    node: syntax.Call,
    scope: Scope,
) -> Meaning:
    """SAMPLE IF TRUE; where it reads itself, that is what it held before the step.

    So it is in the hidden variables that were `made` for its arguments: what is held over a step.
    """

    def is_own(read: Expression) -> bool:
        own = isinstance(read, Read) and read.variable == scope.owner
        return own and isinstance(read, Read) and read.indices == scope.where

    condition, value, initial = sampled.condition, sampled.input, sampled.initial
    hidden = [resolver.variables[each] for each in made]
    inside = [each.meaning.expression for each in hidden if isinstance(each.meaning, Auxiliary)]
    if not any(is_own(part) for each in (condition, value, *inside) for part in walk(each)):
        return sampled
    span = scope.span(node.extent)
    itself = Read(scope.owner, span, scope.where)
    held = Remembered(REGISTRY["delay fixed"], (itself, Read(TIME_STEP, span), initial))
    name = resolver.hidden_name(scope, "before")
    before = resolver.hide(name, scope, held, node.extent, narrow=False)

    def earlier(read: Read) -> Expression:
        return before if is_own(read) else read

    for each in hidden:
        if isinstance(each.meaning, Auxiliary):
            (part,) = each.parts
            expression = with_reads(each.meaning.expression, earlier)
            meaning = replace(each.meaning, expression=expression)
            resolver.add(replace(each, parts=(replace(part, meaning=meaning),)))
    now = Choice(with_reads(condition, earlier), with_reads(value, earlier), before)
    return Auxiliary(now, held=True)
