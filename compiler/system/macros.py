"""Macros written out where they are called (reference B.12)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from s3c.runtime import display_name, fold

from .. import syntax
from ..syntax import Units
from . import calls, memories, messages
from .loops import Index
from .scope import Scope
from .symbols import collect
from .tree import (
    Auxiliary,
    Constant,
    Expression,
    Meaning,
    Number,
    Part,
    Read,
    Series,
    Variable,
    VarId,
)

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["expand", "expand_whole"]


def expand(
    resolver: Resolver, macro: syntax.Macro, standard: bool, call: syntax.Call, scope: Scope
) -> Expression:
    """Write a macro's equations out for one call, as hidden variables; the result is its value.

    `standard` says that the macro is of the standard library: then the place of all that comes
    of it is the call, since the modeller wrote no more than that.
    """
    if not _can_expand(resolver, macro, call, scope):
        return Number(math.nan)
    result = resolver.hidden_name(scope, display_name(macro.name))
    main = _instance(
        resolver, macro, standard, call, scope, (result, scope.indices), result.strip("#")
    )
    return resolver.hide(result, scope, main, call.extent, narrow=False)


def expand_whole(
    resolver: Resolver, macro: syntax.Macro, standard: bool, call: syntax.Call, scope: Scope
) -> Meaning:
    """As `expand`, where the call is the whole right side: its variable is the macro's result.

    A result that is a stock stays a hidden one, so that the variable is what it is in Vensim: an
    auxiliary.
    """
    if not _can_expand(resolver, macro, call, scope):
        return Constant(math.nan)
    hidden = resolver.hidden_name(scope, display_name(macro.name))
    own = (scope.owner_name, scope.where)
    main = _instance(resolver, macro, standard, call, scope, own, hidden.strip("#"))
    if isinstance(main, Auxiliary):
        return main
    return Auxiliary(resolver.hide(hidden, scope, main, call.extent, narrow=False))


_MOST_EXPANSIONS = 20_000


def _can_expand(resolver: Resolver, macro: syntax.Macro, call: syntax.Call, scope: Scope) -> bool:
    name = display_name(macro.name)
    span = scope.span(call.extent)
    if fold(name) in scope.macros:
        resolver.refuse(messages.macro_calls_itself(name, span, scope.macros))
        return False
    resolver.expansions += 1
    if resolver.expansions > _MOST_EXPANSIONS:
        if resolver.expansions == _MOST_EXPANSIONS + 1:
            resolver.refuse(messages.too_many_expansions(_MOST_EXPANSIONS, span))
        return False
    if call.outputs and scope.in_macro:
        resolver.refuse(messages.not_compiled("a macro's output inside a macro", span))
        return False
    if len(call.outputs) > len(macro.outputs):
        resolver.refuse(messages.unexpected_outputs(name, macro.outputs, len(call.outputs), span))
        return False
    return calls.count_is_right(resolver, call, name, macro.inputs, scope)


def _instance(
    resolver: Resolver,
    macro: syntax.Macro,
    standard: bool,
    call: syntax.Call,
    scope: Scope,
    result: tuple[str, tuple[Index, ...]],
    stem: str,
) -> Meaning:
    """Define a macro's locals and outputs for one call; what remains is its result's meaning.

    Inside, the macro's name stands for `result`; locals are called after `stem`. They have an axis
    for each loop around the call.
    """
    body, diagnostics = collect(macro.body)
    if not standard:
        resolver.diagnostics.extend(diagnostics)
    resolver.diagnostics.extend(
        messages.defined_twice(display_name(parameter), equation.span_of(named.extent), macro.head)
        for parameter in macro.inputs
        for equation, named in body.variables.get(fold(parameter), ())
    )
    # What the body's own names are called outside: the locals, the result, and the outputs.
    shown = {
        key: f"#{stem}>{display_name(named.target.name)}#"
        for key, ((_, named), *_) in body.variables.items()
    }
    shown[fold(macro.name)] = result[0]
    outputs = {
        fold(inside): display_name(outside.name)
        for inside, outside in zip(macro.outputs, call.outputs, strict=False)
    }
    shown.update(outputs)
    span = scope.span(call.extent)
    own = fold(macro.name)
    if standard and own in body.variables:
        resolver.note_use(display_name(macro.name), body.variables[own][0][0].comment, span)
    names: dict[str, Expression] = {
        fold(parameter): _argument(resolver, parameter, argument, scope, stem)
        for parameter, argument in zip(macro.inputs, call.arguments, strict=True)
    }
    where = {key: result[1] if key == own else scope.indices for key in shown}
    for key, (definition, *_) in body.variables.items():
        if key == own:  # it is what calls the macro
            continue
        resolver.locals[VarId(fold(shown[key]))] = shown[key], definition
        if resolver.is_lookup(fold(shown[key])):
            where[key] = ()  # the same for each turn of every loop
    names.update((key, Read(VarId(fold(name)), span, where[key])) for key, name in shown.items())
    main: Meaning = Constant(math.nan)
    for key, ((equation, named), *_) in body.variables.items():
        inner = replace(
            scope,
            owner=VarId(fold(shown[key])),
            owner_name=shown[key],
            equation=equation,
            names=names,
            in_macro=True,
            site=(scope.site or span) if standard else scope.site,
            macros=(*scope.macros, own),
            guards=(),
            where=where[key],
        )
        if named.target.subscripts or named.target.exceptions:
            place = inner.span(named.target.extent)
            resolver.refuse(messages.not_compiled("a subscripted equation inside a macro", place))
            continue
        meaning = resolver.meaning(named, (), (), inner)
        if meaning is None:
            continue
        axes = () if resolver.is_lookup(inner.owner) else inner.axes
        part = Part(meaning, inner.span(named.extent), inner.where)
        if isinstance(meaning, Series) or memories.has_contents(meaning):
            named_inside = f"#{stem}>{display_name(named.target.name)}#"
            whole = replace(part, indices=scope.indices)
            (part,) = resolver.with_holder(named_inside, [whole], equation, axes)
        if key == own:
            main = part.meaning
            continue
        resolver.variables[inner.owner] = Variable(
            inner.owner, inner.owner_name, (part,), _units(equation.units, macro),
            equation.comment, scope.equation.group, hidden=key not in outputs, axes=axes,
        )  # fmt: skip
    for wanted in (macro.name, *macro.outputs):
        if fold(wanted) not in body.variables:
            resolver.refuse(
                messages.macro_lacks_equation(
                    display_name(macro.name), display_name(wanted), macro.head
                )
            )
    return main


def _argument(
    resolver: Resolver, parameter: str, argument: syntax.Expression, scope: Scope, stem: str
) -> Expression:
    """What a macro's parameter means in one call: a variable, so that it is computed once."""
    if isinstance(argument, syntax.Reference):
        return resolver.named(argument, scope)
    value = resolver.expression(argument, scope)
    if isinstance(value, Number | Read):
        return value
    name = f"#{stem}>{display_name(parameter)}#"
    return resolver.hide(name, scope, Auxiliary(value), argument.extent)


def _units(units: Units, macro: syntax.Macro) -> Units:
    """A local's units, unless they are told by a parameter's name: then they are the caller's."""
    words = fold(units.text)
    told = any(fold(parameter) in words for parameter in macro.inputs)
    return Units("") if told else units
