"""Functions over marked ranges: XMILE's own over whole arrays, else written out term by term."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

from s3c.runtime import fold

from ..syntax import Binary, Call, Expression, Reference, Subscript, Unary
from ..system.ranges import RangeId
from . import messages as lost
from .scope import Place
from .text import PRODUCT, SUM, Written, balanced, call

if TYPE_CHECKING:
    from .body import Body

__all__ = ["count", "over_marked"]

_REDUCTIONS = frozenset({"sum", "prod", "vmin", "vmax", "vector select"})


def over_marked(name: str) -> Callable[[Body, Call, Place], Written]:
    """What writes a call of such a function: `name` is XMILE's own for it, if there is one."""

    def over(body: Body, node: Call, place: Place) -> Written:
        (argument,) = node.arguments
        plain = _whole_array(body, argument, place) if name != "PROD" else None
        if plain is not None:
            return Written(f"{name}({plain})")
        return _joined(name, _terms(body, argument, place, node))

    return over


def _whole_array(body: Body, node: Expression, place: Place) -> str | None:
    """A variable along whole dimensions, which XMILE writes with stars; None if it is no such."""
    if not isinstance(node, Reference) or fold(node.name) not in body.shapes:
        return None
    axes = body.shapes[fold(node.name)].axes
    inside = []
    for subscript, axis in zip(node.subscripts, axes, strict=True):
        if not subscript.marked:
            inside.append(body.model.dimensions.read(subscript, place))
            continue
        found = body.model.ranges.ranges[RangeId(fold(subscript.name))]
        if set(found.elements) != set(axis.elements):
            return None
        inside.append("*")
    marks = [fold(each.name) for each in node.subscripts if each.marked]
    if not marks or len(set(marks)) < len(marks):
        return None
    return f"{body.names.identifier(node.name)}[{', '.join(inside)}]"


def _terms(body: Body, argument: Expression, place: Place, node: Call) -> list[Written]:
    """An argument at each element of its marked ranges, the last range fastest."""
    loops = list(dict.fromkeys(_marks(argument)))
    elements = [body.model.ranges.ranges[key].elements for key in loops]
    terms: list[Written] = []
    for each in product(*elements):
        term = body.write(argument, replace(place, marked=dict(zip(loops, each, strict=True))))
        if not body.model.take(len(term.text)):
            body.tell(lost.too_large(place.owner, place.span(node.extent)))
            return [Written("0")]
        terms.append(term)
    return terms


def _marks(node: Expression) -> Iterator[RangeId]:
    """The ranges that are marked for the function around an expression, not for one within it."""
    match node:
        case Reference(subscripts=subscripts):
            yield from _marked(subscripts)
        case Unary(operand=operand):
            yield from _marks(operand)
        case Binary(left=left, right=right):
            yield from _marks(left)
            yield from _marks(right)
        case Call(function, arguments):
            yield from _marked(function.subscripts)
            if fold(function.name) not in _REDUCTIONS:
                for each in arguments:
                    yield from _marks(each)
        case _:
            pass


def _marked(subscripts: tuple[Subscript, ...]) -> Iterator[RangeId]:
    return (RangeId(fold(each.name)) for each in subscripts if each.marked)


def _joined(name: str, terms: list[Written]) -> Written:
    if name == "SUM":
        return balanced(terms, "+", SUM)
    if name == "PROD":
        return balanced(terms, "*", PRODUCT)
    while len(terms) > 1:  # in pairs, lest they nest deeply
        pairs = [terms[k : k + 2] for k in range(0, len(terms), 2)]
        terms = [reduce(lambda a, b: call(name, a, b), pair) for pair in pairs]
    return terms[0]


def count(body: Body, node: Call, _: Place) -> Written:
    """ELMCOUNT: a number."""
    (argument,) = node.arguments
    assert isinstance(argument, Reference)
    key = RangeId(fold(argument.name))
    key = body.model.ranges.originals.get(key, key)
    return Written(str(len(body.model.ranges.ranges[key].elements)))
