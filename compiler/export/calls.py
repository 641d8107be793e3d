"""Calls: of macros, of lookups, and of Vensim's functions, by what XMILE has for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import eq, gt, le, lt
from typing import TYPE_CHECKING

from s3c.runtime import display_name, fold

from ..syntax import Binary, BinaryOperator, Call, Expression, Number, Reference, Table, Unary
from . import messages as lost
from .arrays import count, over_marked
from .delays import delay_fixed, nth_order
from .rewrites import HELD, OWN_NAMES, PURE, RENAMED, rewriting
from .scope import Place
from .text import ATOM, Written, call, choice

if TYPE_CHECKING:
    from .body import Body

__all__ = ["is_pure", "write_call"]

_NOTHING = Written("0")
# Characters of an argument that is written several times: where it may have a variable of its own,
# and where it may not.
_MOST_REPEATED, _MOST_REPEATED_AT_ALL = 400, 4000
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMPARED: dict[BinaryOperator, Callable[[float, float], bool]] = {
    BinaryOperator.LESS: lt,
    BinaryOperator.AT_MOST: le,
    BinaryOperator.GREATER: gt,
    BinaryOperator.EQUAL: eq,
}


def write_call(body: Body, node: Call, place: Place) -> Written:
    """A call. What XMILE has nothing for is told of, and 0 stands for it."""
    key = fold(node.function.name)
    span = place.span(node.extent)
    if key in body.model.symbols.macros:
        return _macro_call(body, node, place)
    if key in body.parameters:
        way_out = "give the macro the lookup's value instead of the lookup"
        body.tell(lost.no_such_thing("a lookup that a macro is given", span, way_out))
        return _NOTHING
    if key in body.tables:
        return interpolated(body, node.function, "continuous", node.arguments[0], place)
    if key in HELD and body.model.holds:
        body.tell(lost.held_in_a_step(display_name(node.function.name).upper(), span))
        return _NOTHING
    if key in _SPECIAL:
        return _SPECIAL[key](body, node, place)
    if key in RENAMED:
        return call(RENAMED[key], *_arguments(body, node, place))
    written_out = rewriting(key)
    if written_out is not None:
        return _rewritten(body, node, *written_out, place)
    if key not in body.symbols.variables:  # a lookup in a file is told of where it is defined
        body.tell(lost.no_function(display_name(node.function.name).upper(), span))
    return _NOTHING


def _arguments(body: Body, node: Call, place: Place) -> list[Written]:
    return [body.write(each, place) for each in node.arguments]


def _macro_call(body: Body, node: Call, place: Place) -> Written:
    if node.outputs:
        way_out = "give each output a macro of its own"
        told = lost.no_such_thing("a macro's second output", place.span(node.extent), way_out)
        body.tell(told)
    name = body.model.macro_names[fold(node.function.name)]
    return call(name, *_arguments(body, node, place))


def _choice(body: Body, node: Call, place: Place) -> Written:
    condition, yes, no = node.arguments
    decided = _decided(condition, place)
    if decided is not None:
        return body.write(yes if decided else no, place)
    inside = place.under_condition()
    return choice(body.write(condition, place), body.write(yes, inside), body.write(no, inside))


def _decided(node: Expression, place: Place) -> bool | None:
    """How a rewriting's comparison ends, if what it compares are numbers as they are written."""
    if not isinstance(node, Binary) or node.operator not in _COMPARED:
        return None
    left, right = _digits(node.left, place), _digits(node.right, place)
    return None if left is None or right is None else _COMPARED[node.operator](left, right)


def _digits(node: Expression, place: Place) -> float | None:
    match node:
        case Reference(name) if fold(name) in place.arguments:
            text = place.arguments[fold(name)].text
            return float(text) if _NUMBER.fullmatch(text) else None
        case Number(value=value) if place.arguments:
            return value
        case _:
            return None


def _modulo(body: Body, node: Call, place: Place) -> Written:
    left, right = _arguments(body, node, place)
    # Readers differ over how tightly it binds: both sides are atoms, and so is the whole.
    return Written(f"({left.number.at(ATOM)} mod {right.number.at(ATOM)})")


def _rewritten(
    body: Body, node: Call, names: tuple[str, ...], meaning: Expression, place: Place
) -> Written:
    """A function written out. Arguments that it repeats are computed once, or may be repeated."""
    name = display_name(node.function.name).upper()
    if name == "GAME":
        what = "that a player may set this variable (GAME)"
        body.tell(lost.documentation_lost(what, place.span(node.extent), "nothing needs be done"))
    counts = _counts(meaning)
    arguments = dict(OWN_NAMES)
    for parameter, argument in zip(names, node.arguments, strict=True):
        value = body.write(argument, place)
        if counts.get(parameter, 0) > 1 and not _may_repeat(body, argument, value, place):
            value = body.lifted(name, argument, value, place)
        arguments[parameter] = value
    inner = replace(place, arguments=arguments, site=place.span(node.extent))
    return body.write(meaning, inner)


def _counts(node: Expression) -> dict[str, int]:
    """How often each name stands in a rewriting, the functions that it calls written out."""
    found: dict[str, int] = {}
    for name in _names(node):
        found[name] = found.get(name, 0) + 1
    return found


def _names(node: Expression) -> Iterator[str]:
    match node:
        case Reference(name):
            yield fold(name)
        case Unary(operand=operand):
            yield from _names(operand)
        case Binary(left=left, right=right):
            yield from _names(left)
            yield from _names(right)
        case Call(arguments=arguments):
            for each in arguments:
                yield from _names(each)
        case _:
            pass


def _may_repeat(body: Body, argument: Expression, value: Written, place: Place) -> bool:
    most = _MOST_REPEATED_AT_ALL if place.guarded else _MOST_REPEATED
    return len(value.text) <= most and is_pure(body, argument)


def is_pure(body: Body, node: Expression) -> bool:
    """Whether an expression may be computed twice: it remembers nothing and draws nothing."""
    match node:
        case Unary(operand=operand):
            return is_pure(body, operand)
        case Binary(left=left, right=right):
            return is_pure(body, left) and is_pure(body, right)
        case Call(function, arguments):
            key = fold(function.name)
            known = key in PURE or key in body.tables
            own = key in body.model.symbols.macros
            return known and not own and all(is_pure(body, each) for each in arguments)
        case _:
            return True


def _lookup_of_kind(kind: str) -> Callable[[Body, Call, Place], Written]:
    def read(body: Body, node: Call, place: Place) -> Written:
        table, argument = node.arguments
        if not isinstance(table, Reference) or fold(table.name) not in body.tables:
            name = display_name(node.function.name).upper()
            body.tell(lost.no_function(name, place.span(node.extent)))
            return _NOTHING
        return interpolated(body, table, kind, argument, place)

    return read


def interpolated(
    body: Body, table: Reference, kind: str, argument: Expression, place: Place
) -> Written:
    """A lookup's value. Each of its tables is a function of XMILE's own."""
    number = 0
    if len(body.tables[fold(table.name)]) > 1:
        elements = [body.model.dimensions.meant_by(each.name, place) for each in table.subscripts]
        number = body.table_of(fold(table.name), elements)
    name = body.table_name(fold(table.name), number, kind)
    return call(name, body.write(argument, place))


def _with_lookup(body: Body, node: Call, place: Place) -> Written:
    """WITH LOOKUP within an expression: its table becomes a function of its own."""
    argument, table = node.arguments
    if not isinstance(table, Table):
        if isinstance(table, Reference) and fold(table.name) in body.tables:
            return interpolated(body, table, "continuous", argument, place)
        body.tell(lost.no_function("WITH LOOKUP", place.span(node.extent)))
        return _NOTHING
    return call(body.inline_table(table, place), body.write(argument, place))


def _uniform(body: Body, node: Call, place: Place) -> Written:
    """A uniform number. Streams that calls share would make them draw the same numbers."""
    name = display_name(node.function.name).upper()
    body.tell(lost.draws_differ(name, place.span(node.extent)))
    if not node.arguments:
        return Written("UNIFORM(0, 1)")
    low, high, _ = node.arguments
    return call("UNIFORM", body.write(low, place), body.write(high, place))


_SPECIAL: dict[str, Callable[[Body, Call, Place], Written]] = {
    "if then else": _choice,
    "remainder": _modulo,
    "with lookup": _with_lookup,
    "lookup extrapolate": _lookup_of_kind("extrapolate"),
    "tabxl": _lookup_of_kind("extrapolate"),
    "lookup backward": _lookup_of_kind("discrete"),
    "sum": over_marked("SUM"),
    "prod": over_marked("PROD"),
    "vmin": over_marked("MIN"),
    "vmax": over_marked("MAX"),
    "elmcount": count,
    "delay fixed": delay_fixed,
    "delay n": nth_order("DELAYN", time_may_change=False),
    "smooth n": nth_order("SMTHN", time_may_change=True),
    "random uniform": _uniform,
    "random 0 1": _uniform,
}
