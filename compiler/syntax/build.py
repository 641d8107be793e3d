"""From the grammar's rules to the tree's nodes: one method a rule, called as the parser reduces."""

# ruff: noqa: D102, PT019 -- a method's name is its rule's; mdl.lark says what each is. None is a test.

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TypeAlias

from lark import Token, Transformer, v_args

from . import messages
from .misread import Misread
from .spelling import joined, keyword, plain_name
from .tabbed import tabbed_rows
from .tokens import at, between, number
from .tree import (
    Assignment,
    Binary,
    BinaryOperator,
    Call,
    Constraint,
    Data,
    DataKeyword,
    Definition,
    Empty,
    Equivalence,
    Expression,
    Extent,
    Formula,
    Lookup,
    Mapping,
    Missing,
    Number,
    NumericRange,
    Point,
    Reference,
    StringVariable,
    Subscript,
    SubscriptRange,
    Table,
    Target,
    TestInput,
    Text,
    Unary,
    UnaryOperator,
    Values,
)

__all__ = ["Builder", "MacroHead"]

# A macro's name, its inputs and its outputs.
MacroHead: TypeAlias = tuple[str, tuple[str, ...], tuple[str, ...]]
_Signed: TypeAlias = tuple[float | None, Extent]
_Rows: TypeAlias = tuple[tuple[tuple[float | None, ...], ...], Extent]
_Subscripts: TypeAlias = tuple[tuple[Subscript, ...], Extent]
_Items: TypeAlias = tuple[Subscript | NumericRange, ...]

_NOWHERE = Extent(0, 0)


def _data_keyword(token: Token | None) -> DataKeyword | None:
    return None if token is None else DataKeyword(keyword(token))


def _enclosed(table: Table, extent: Extent) -> Table:
    """A table within its parentheses."""
    if not table.points:
        raise Misread(extent, messages.table_without_points)
    return replace(table, extent=extent)


def _operator(token: Token) -> str:
    return keyword(token) if token.startswith(":") else str(token)


@v_args(inline=True)
class Builder(Transformer[Token, Definition | Expression | MacroHead]):
    """Makes the node of each rule of `mdl.lark`; a method's arguments are the rule's parts."""

    # --- Definitions -----------------------------------------------------------------------------

    def formula(
        self, target: Target, series: Token | None, assignment: Token, expression: Expression
    ) -> Formula:
        extent = between(target.extent, expression.extent)
        how = Assignment(assignment)
        return Formula(target, how, expression, _data_keyword(series), extent=extent)

    def values(self, target: Target, assignment: Token, rows: _Rows) -> Values:
        numbers, end = rows
        extent = between(target.extent, end)
        return Values(target, Assignment(assignment), numbers, extent=extent)

    def tabbed(self, target: Target, assignment: Token, array: Token) -> Values:
        extent = between(target.extent, at(array))
        return Values(target, Assignment(assignment), tabbed_rows(array), True, extent=extent)

    def empty(self, target: Target, series: Token | None, assignment: Token) -> Empty | Data:
        extent = between(target.extent, at(assignment))
        if series is not None:  # it says that a series is meant, “:=” or not
            return Data(target, _data_keyword(series), extent=extent)
        return Empty(target, Assignment(assignment), extent=extent)

    def data(self, target: Target, series: Token | None) -> Data:
        extent = target.extent if series is None else between(target.extent, at(series))
        return Data(target, _data_keyword(series), extent=extent)

    def lookup(self, target: Target, left: Token, body: Table | Call, right: Token) -> Lookup:
        whole = between(at(left), at(right))
        if isinstance(body, Table):
            body = _enclosed(body, whole)
        return Lookup(target, body, extent=between(target.extent, whole))

    def string_variable(self, target: Target, _is: Token, value: Text) -> StringVariable:
        return StringVariable(target, value, extent=between(target.extent, value.extent))

    def equivalence(self, alias: Token, original: Token) -> Equivalence:
        extent = between(at(alias), at(original))
        return Equivalence(plain_name(alias), plain_name(original), extent=extent)

    def test_input(
        self, name: Target, _test: Token, target: Target, _equal: Token, expression: Expression
    ) -> TestInput:
        extent = between(name.extent, expression.extent)
        return TestInput(name, target, expression, extent=extent)

    def constraint(
        self, name: Target, _if: Token, condition: Expression, _then: Token, consequence: Expression
    ) -> Constraint:
        extent = between(name.extent, consequence.extent)
        return Constraint(name, condition, consequence, extent=extent)

    def target(
        self,
        name: Token,
        subscripts: _Subscripts | None,
        _except: Token | None,
        exceptions: tuple[_Subscripts, ...] | None,
    ) -> Target:
        inside, end = subscripts or ((), at(name))
        if exceptions:
            end = exceptions[-1][1]
        without = tuple(each for each, _ in exceptions or ())
        return Target(plain_name(name), inside, without, extent=between(at(name), end))

    def exceptions(self, *each: _Subscripts) -> tuple[_Subscripts, ...]:
        return each

    def rows(self, *parts: _Signed | Token) -> _Rows:
        rows: list[list[float | None]] = [[]]
        end = _NOWHERE
        for part in parts:
            if isinstance(part, tuple):
                rows[-1].append(part[0])
                end = part[1]
            elif part == ";":
                rows.append([])
                end = at(part)
        return tuple(tuple(row) for row in rows if row), end

    def missing_entry(self, token: Token) -> _Signed:
        return None, at(token)

    # --- Lookups ---------------------------------------------------------------------------------

    def pairs_table(self, points: tuple[Point, ...]) -> Table:
        return Table(points)

    def framed_table(self, frame: tuple[Point, ...], points: tuple[Point, ...] | None) -> Table:
        return Table(points or (), frame)

    def packed_table(self, numbers: tuple[_Signed, ...]) -> Table:
        half, odd = divmod(len(numbers), 2)
        if odd:
            extent = between(numbers[0][1], numbers[-1][1])
            raise Misread(extent, partial(messages.odd_table, count=len(numbers)))
        values = [value or 0.0 for value, _ in numbers]
        return Table(tuple(zip(values[:half], values[half:], strict=True)))

    def frame(self, *points: Point) -> tuple[Point, ...]:
        return points

    def points(self, *points: Point) -> tuple[Point, ...]:
        return points

    def point(self, x: _Signed, y: _Signed) -> Point:
        return x[0] or 0.0, y[0] or 0.0

    def packed(self, *numbers: _Signed) -> tuple[_Signed, ...]:
        return numbers

    def signed(self, *parts: Token) -> _Signed:
        value = number(parts[-1])
        return -value if parts[0] == "-" else value, between(at(parts[0]), at(parts[-1]))

    def source(
        self, name: Token, _left: Token, arguments: tuple[Expression, ...] | None, right: Token
    ) -> Call:
        function = Reference(plain_name(name), extent=at(name))
        return Call(function, arguments or (), extent=between(at(name), at(right)))

    # --- Subscript ranges ------------------------------------------------------------------------

    def subscript_range(
        self, name: Token, items: _Items | Call, mappings: tuple[Mapping, ...] | None
    ) -> SubscriptRange:
        last = (mappings or (items,))[-1] if isinstance(items, Call) else (mappings or items)[-1]
        extent = between(at(name), last.extent)
        return SubscriptRange(plain_name(name), items, mappings or (), extent=extent)

    def items(self, *items: Subscript | NumericRange) -> _Items:
        return items

    def element(self, name: Token) -> Subscript:
        return Subscript(plain_name(name), extent=at(name))

    def numeric_range(
        self, left: Token, first: Token, _to: Token, last: Token, right: Token
    ) -> NumericRange:
        return NumericRange(
            plain_name(first), plain_name(last), extent=between(at(left), at(right))
        )

    def mappings(self, *mappings: Mapping) -> tuple[Mapping, ...]:
        return mappings

    def mapping(self, *parts: Token | _Items) -> Mapping:
        match parts:
            case [Token() as target]:
                return Mapping(plain_name(target), extent=at(target))
            case [Token() as left, Token() as target, _, tuple() as items, Token() as right]:
                return Mapping(plain_name(target), items, extent=between(at(left), at(right)))
            case _:
                raise AssertionError(parts)

    # --- Expressions -----------------------------------------------------------------------------

    def number(self, token: Token) -> Number:
        return Number(number(token), str(token), extent=at(token))

    def missing(self, token: Token) -> Missing:
        return Missing(extent=at(token))

    def text(self, token: Token) -> Text:
        return Text(joined(token[1:-1]), extent=at(token))

    def reference(self, name: Token, subscripts: _Subscripts | None) -> Reference:
        inside, end = subscripts or ((), at(name))
        return Reference(plain_name(name), inside, extent=between(at(name), end))

    def call(
        self,
        function: Reference,
        _left: Token,
        arguments: tuple[Expression, ...] | None,
        _colon: Token | None,
        outputs: tuple[Reference, ...] | None,
        right: Token,
    ) -> Call:
        extent = between(function.extent, at(right))
        return Call(function, arguments or (), outputs or (), extent=extent)

    def arguments(self, *arguments: Expression) -> tuple[Expression, ...]:
        return arguments

    def bracketed_table(self, left: Token, table: Table, right: Token) -> Table:
        return _enclosed(table, between(at(left), at(right)))

    def outputs(self, *outputs: Reference) -> tuple[Reference, ...]:
        return outputs

    def unary(self, operator: Token, operand: Expression) -> Unary:
        extent = between(at(operator), operand.extent)
        return Unary(UnaryOperator(_operator(operator)), operand, extent=extent)

    def binary(self, left: Expression, operator: Token, right: Expression) -> Binary:
        extent = between(left.extent, right.extent)
        return Binary(BinaryOperator(_operator(operator)), left, right, extent=extent)

    def parenthesised(self, left: Token, expression: Expression, right: Token) -> Expression:
        """The parentheses are gone from the tree, but the place of what they hold covers them."""
        return replace(expression, extent=between(at(left), at(right)))

    def subscripts(self, left: Token, inside: tuple[Subscript, ...], right: Token) -> _Subscripts:
        return inside, between(at(left), at(right))

    def inside(self, *subscripts: Subscript) -> tuple[Subscript, ...]:
        return subscripts

    def subscript(self, name: Token, mark: Token | None = None) -> Subscript:
        return Subscript(
            plain_name(name), mark is not None, extent=between(at(name), at(mark or name))
        )

    # --- Macros ----------------------------------------------------------------------------------

    def macro_head(
        self,
        _macro: Token,
        name: Token,
        inputs: tuple[str, ...] | None,
        outputs: tuple[str, ...] | None,
    ) -> MacroHead:
        return plain_name(name), inputs or (), outputs or ()

    def names(self, *names: Token) -> tuple[str, ...]:
        return tuple(plain_name(name) for name in names)
