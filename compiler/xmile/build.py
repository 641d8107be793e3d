"""From the rules of `xmile.lark` to nodes of the syntax tree; names stay as XMILE writes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias, cast

from lark import Lark, Token, Transformer, v_args

from ..syntax import (
    Binary,
    BinaryOperator,
    Call,
    Expression,
    Extent,
    Number,
    Reference,
    Subscript,
    Unary,
    UnaryOperator,
)
from ..syntax.misread import Misread
from ..syntax.tokens import at, between, number
from . import messages
from .names import LONGEST_NAME

__all__ = ["Numbers", "parse_text"]

_Signed: TypeAlias = tuple[float, Extent]
_Subscripts: TypeAlias = tuple[tuple[Subscript, ...], Extent]

_WORDS = {"and": BinaryOperator.AND, "or": BinaryOperator.OR}
_SPELLED = {"//": "SAFEDIV"}  # MOD is called by its own name


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list of numbers in place of an equation: rows, one number for each element."""

    rows: tuple[tuple[float, ...], ...]
    extent: Extent


def parse_text(text: str) -> Expression | Numbers:
    """What an equation's text says. Raises UnexpectedInput or Misread."""
    return cast("Expression | Numbers", _parser().parse(text))


@cache
def _parser() -> Lark:
    return Lark.open(
        "xmile.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="basic",
        start="equation",
        transformer=_Builder(),
        maybe_placeholders=True,
    )


def _name(token: Token) -> str:
    if len(token) > LONGEST_NAME:
        raise Misread(at(token), messages.name_too_long)
    return str(token)


@v_args(inline=True)
class _Builder(Transformer[Token, Expression | Numbers]):
    def numbers(self, *parts: _Signed | Token) -> Numbers:
        rows: list[list[float]] = [[]]
        extents: list[Extent] = []
        for part in parts:
            if isinstance(part, tuple):
                rows[-1].append(part[0])
                extents.append(part[1])
            elif part == ";":
                rows.append([])
        whole = between(extents[0], extents[-1])
        return Numbers(tuple(tuple(row) for row in rows if row), whole)

    def signed(self, *parts: Token) -> _Signed:
        value = number(parts[-1])
        return -value if parts[0] == "-" else value, between(at(parts[0]), at(parts[-1]))

    def conditional(
        self,
        word: Token,
        condition: Expression,
        _then: Token,
        yes: Expression,
        _else: Token,
        no: Expression,
    ) -> Call:
        function = Reference("IF THEN ELSE", extent=at(word))
        extent = between(at(word), no.extent)
        return Call(function, (condition, yes, no), extent=extent)

    def binary(self, left: Expression, operator: Token, right: Expression) -> Binary:
        kind = _WORDS.get(operator.lower()) or BinaryOperator(str(operator))
        return Binary(kind, left, right, extent=between(left.extent, right.extent))

    def spelled_call(self, left: Expression, operator: Token, right: Expression) -> Call:
        function = Reference(_SPELLED.get(operator, operator.upper()), extent=at(operator))
        return Call(function, (left, right), extent=between(left.extent, right.extent))

    def unary(self, operator: Token, operand: Expression) -> Unary:
        kind = UnaryOperator.NOT if operator.lower() == "not" else UnaryOperator(str(operator))
        return Unary(kind, operand, extent=between(at(operator), operand.extent))

    def number(self, token: Token) -> Number:
        return Number(number(token), str(token), extent=at(token))

    def parenthesised(self, left: Token, expression: Expression, right: Token) -> Expression:
        return replace(expression, extent=between(at(left), at(right)))

    def reference(self, name: Token, subscripts: _Subscripts | None) -> Reference:
        inside, end = subscripts or ((), at(name))
        return Reference(_name(name), inside, extent=between(at(name), end))

    def spaced(self, *words: Token) -> Reference:
        extent = between(at(words[0]), at(words[-1]))
        if extent.end - extent.start > LONGEST_NAME:
            raise Misread(extent, messages.name_too_long)
        return Reference(" ".join(words), extent=extent)

    def call(
        self, function: Reference, _left: Token, arguments: tuple[Expression, ...] | None,
        right: Token,
    ) -> Call:  # fmt: skip
        extent = between(function.extent, at(right))
        return Call(function, arguments or (), extent=extent)

    def modulo(
        self, word: Token, left: Token, arguments: tuple[Expression, ...], right: Token
    ) -> Call:
        return self.call(Reference(word.upper(), extent=at(word)), left, arguments, right)

    def arguments(self, *arguments: Expression) -> tuple[Expression, ...]:
        return arguments

    def subscripts(self, left: Token, inside: tuple[Subscript, ...], right: Token) -> _Subscripts:
        return inside, between(at(left), at(right))

    def inside(self, *subscripts: Subscript) -> tuple[Subscript, ...]:
        return subscripts

    def index(self, expression: Expression) -> Subscript:
        match expression:
            case Reference(name=name, subscripts=()):
                return Subscript(name, extent=expression.extent)
            case Number(value=value) if value.is_integer():
                return Subscript(str(int(value)), extent=expression.extent)
            case _:
                raise Misread(expression.extent, messages.computed_subscript)

    def wildcard(self, star: Token, name: Token | None = None) -> Subscript:
        if name is None:
            return Subscript("*", True, extent=at(star))
        return Subscript(_name(name), True, extent=between(at(star), at(name)))

    def slice(self, first: Expression, last: Expression) -> Subscript:
        raise Misread(between(first.extent, last.extent), messages.slice_of_array)
