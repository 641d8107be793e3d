"""Expressions of Vensim's language as XMILE writes them, with exactly the same meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3c.runtime import fold

from ..syntax import (
    Binary,
    BinaryOperator,
    Call,
    Expression,
    Missing,
    Number,
    Reference,
    Table,
    Text,
    Unary,
    UnaryOperator,
)
from . import messages as lost
from .calls import write_call
from .scope import Place
from .text import (
    AND,
    ATOM,
    COMPARISON,
    NOT,
    OR,
    POWER,
    PRODUCT,
    SUM,
    Written,
    numbers,
)

if TYPE_CHECKING:
    from .body import Body

__all__ = ["write"]

_LEVELS = {
    BinaryOperator.OR: OR,
    BinaryOperator.AND: AND,
    BinaryOperator.PLUS: SUM,
    BinaryOperator.MINUS: SUM,
    BinaryOperator.TIMES: PRODUCT,
    BinaryOperator.OVER: PRODUCT,
}


def write(body: Body, node: Expression, place: Place) -> Written:
    """An expression. What XMILE cannot say is told of, and 0 stands for it."""
    match node:
        case Number(value=value, text=text):
            return Written(text or numbers(value))
        case Reference():
            return _reference(body, node, place)
        case Call():
            return write_call(body, node, place)
        case Unary(UnaryOperator.NOT, operand):
            told = write(body, operand, place).condition
            return Written(f"NOT ({told.text})", NOT, logical=True)
        case Unary(UnaryOperator.PLUS, operand):
            return write(body, operand, place)
        case Unary(operand=operand):
            return Written(f"-{write(body, operand, place).number.at(ATOM)}", SUM)
        case Binary():
            return _binary(body, node, place)
        case Missing():
            way_out = "use a number that cannot occur otherwise"
            body.tell(
                lost.no_such_thing("a missing value (:NA:)", place.span(node.extent), way_out)
            )
        case Text() | Table():
            what = "a text" if isinstance(node, Text) else "a table in this place"
            body.tell(lost.no_such_thing(what, place.span(node.extent), "write a number"))
    return Written("0")


def _binary(body: Body, node: Binary, place: Place) -> Written:
    operator = node.operator
    left, right = write(body, node.left, place), write(body, node.right, place)
    if operator in (BinaryOperator.AND, BinaryOperator.OR):
        word, level = ("and", AND) if operator is BinaryOperator.AND else ("or", OR)
        told = f"{left.condition.at(level)} {word} {right.condition.at(level + 1)}"
        return Written(told, level, logical=True)
    if operator is BinaryOperator.POWER:
        return Written(f"{left.number.at(ATOM)}^{right.number.at(ATOM)}", POWER)
    level = _LEVELS.get(operator, COMPARISON)
    # A comparison is compared with nothing; all others join to the left.
    own = SUM if level == COMPARISON else level
    told = f"{left.number.at(own)} {operator} {right.number.at(max(SUM, level + 1))}"
    return Written(told, level, logical=level == COMPARISON)


def _reference(body: Body, node: Reference, place: Place) -> Written:
    key = fold(node.name)
    if key in place.arguments and not node.subscripts:
        return place.arguments[key]
    plain = body.plain_name(node, place)
    if plain is not None:
        return Written(plain)
    model = body.model
    if key in model.symbols.ranges and not node.subscripts:
        element = model.dimensions.meant_by(node.name, place)
        return Written(numbers(model.ranges.positions[element]))
    inside = ", ".join(model.dimensions.read(each, place) for each in node.subscripts)
    name = body.names.identifier(node.name)
    return Written(f"{name}[{inside}]" if inside else name)
