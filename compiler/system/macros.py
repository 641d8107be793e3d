"""Macros written out where they are called (reference B.12)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from s3c.runtime import display_name, fold

from .. import syntax
from ..syntax import Units
from . import calls, macro_messages, memories, messages
from .loops import Index
from .outputs import is_defined_by, output
from .scope import Destination, Scope
from .symbols import Symbols, collect
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

__all__ = ["expand", "expand_whole", "has_room"]


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


def has_room(resolver: Resolver, expansions: int) -> bool:
    """Whether so many more macros may be written out."""
    return resolver.expansions + expansions <= _MOST_EXPANSIONS


def _can_expand(resolver: Resolver, macro: syntax.Macro, call: syntax.Call, scope: Scope) -> bool:
    name = display_name(macro.name)
    span = scope.span(call.extent)
    if fold(name) in scope.macros:
        resolver.refuse(macro_messages.macro_calls_itself(name, span, scope.macros))
        return False
    resolver.expand()
    if resolver.expansions > _MOST_EXPANSIONS:
        if resolver.expansions == _MOST_EXPANSIONS + 1:
            resolver.refuse(macro_messages.too_many_expansions(_MOST_EXPANSIONS, span))
        return False
    if call.outputs and scope.marked:
        marked = [loop.name for loop in scope.marked.values()]
        resolver.refuse(macro_messages.output_repeated(name, marked, span))
        return False
    if len(call.outputs) > len(macro.outputs):
        resolver.refuse(
            macro_messages.unexpected_outputs(name, macro.outputs, len(call.outputs), span)
        )
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
    _refuse_names(resolver, macro, body)
    span, own = scope.span(call.extent), fold(macro.name)
    destinations = _destinations(resolver, macro, body, call, scope, stem)
    destinations[own] = Destination(*result)
    for key, (definition, *_) in body.variables.items():
        if key != own:  # that is what calls the macro
            name = destinations[key].name
            resolver.define_local(VarId(fold(name)), name, definition)
            if resolver.is_lookup(fold(name)):  # the same for each turn of every loop
                destinations[key] = replace(destinations[key], where=(), axes=(), holes=())
    if standard and own in body.variables:
        resolver.note_use(display_name(macro.name), body.variables[own][0][0].comment, span)
    names: dict[str, Expression] = {
        fold(parameter): _argument(resolver, parameter, argument, scope, stem)
        for parameter, argument in zip(macro.inputs, call.arguments, strict=True)
    }
    names.update(
        (key, Read(VarId(fold(each.name)), span, each.where)) for key, each in destinations.items()
    )
    main: Meaning = Constant(math.nan)
    for key, ((equation, named), *_) in body.variables.items():
        place = destinations[key]
        inner = replace(
            scope,
            owner=VarId(fold(place.name)),
            owner_name=place.name,
            equation=equation,
            names=names,
            destinations=destinations,
            in_macro=True,
            site=(scope.site or span) if standard else scope.site,
            macros=(*scope.macros, own),
            guards=(),
            where=place.where,
        )
        if named.target.subscripts or named.target.exceptions:
            resolver.refuse(macro_messages.subscripts_in_a_macro(inner.span(named.target.extent)))
            continue
        meaning = resolver.meaning(named, (), (), inner)
        if meaning is None:
            continue
        part = Part(meaning, inner.span(named.extent), place.where)
        if isinstance(meaning, Series) or memories.has_contents(meaning):
            named_inside = f"#{stem}>{display_name(named.target.name)}#"
            whole = replace(part, indices=scope.indices)
            (read,) = resolver.with_holder(named_inside, [whole], equation, scope.axes)
            part = replace(read, indices=place.where)
        if key == own:
            main = part.meaning
            continue
        # Where exceptions cut the calling equation to pieces, each piece writes its own elements.
        before = resolver.variables.get(inner.owner) if not place.hidden else None
        resolver.add(Variable(
            inner.owner, place.name, (*(before.parts if before else ()), part),
            _units(equation.units, macro), equation.comment, scope.equation.group,
            hidden=place.hidden, axes=place.axes, holes=place.holes,
        ))  # fmt: skip
    return main


def _refuse_names(resolver: Resolver, macro: syntax.Macro, body: Symbols) -> None:
    """Tell of arguments that have an equation, and of a result or an output that has none."""
    for parameter in map(display_name, macro.inputs):
        places = [
            each.span_of(named.extent) for each, named in body.variables.get(fold(parameter), ())
        ]
        if fold(parameter) in body.outputs:
            places.append(body.outputs[fold(parameter)])
        for place in places:
            resolver.refuse(messages.defined_twice(parameter, place, macro.head))
    given = Counter(map(fold, (macro.name, *macro.outputs)))
    for key in (key for key, count in given.items() if count > 1):
        resolver.refuse(macro_messages.macro_gives_twice(display_name(macro.name), key, macro.head))
    for wanted in (macro.name, *macro.outputs):
        by_call = wanted is not macro.name and fold(wanted) in body.outputs
        if fold(wanted) not in body.variables and not by_call:
            shown = display_name(macro.name), display_name(wanted)
            resolver.refuse(macro_messages.macro_lacks_equation(*shown, macro.head))


def _destinations(
    resolver: Resolver,
    macro: syntax.Macro,
    body: Symbols,
    call: syntax.Call,
    scope: Scope,
    stem: str,
) -> dict[str, Destination]:
    """Where the names that a macro's body defines are written: its locals, and its outputs."""
    written = {
        key: display_name(named.target.name) for key, ((_, named), *_) in body.variables.items()
    }
    for key, place in body.outputs.items():
        written.setdefault(key, display_name(place.text.partition("[")[0]))
    found = {
        key: Destination(f"#{stem}>{name}#", scope.indices, scope.axes)
        for key, name in written.items()
    }
    for inside, outside in zip(macro.outputs, call.outputs, strict=False):
        _refuse_subscripts(resolver, outside, scope)
        key = fold(outside.name)
        if not scope.in_macro:
            if is_defined_by(resolver, outside, scope):  # or else it has been told of
                found[fold(inside)] = output(resolver, outside.name, scope)
        elif key in scope.destinations:  # or else it has been told of
            found[fold(inside)] = scope.destinations[key]
    return found


def _refuse_subscripts(resolver: Resolver, output: syntax.Reference, scope: Scope) -> None:
    """Refuse an output with other subscripts than those that it gets."""
    if not output.subscripts:
        return
    name, span = display_name(output.name), scope.span(output.extent)
    if scope.in_macro:
        resolver.refuse(macro_messages.has_no_subscripts(name, span))
    elif tuple(fold(each.name) for each in output.subscripts) != tuple(map(fold, scope.left)):
        resolver.refuse(macro_messages.output_with_other_subscripts(name, scope.left, span))


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
