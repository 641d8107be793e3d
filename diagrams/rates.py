"""What fills and drains stocks: the terms of their rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from s3c.compiler import Compilation, syntax, system
from s3c.runtime import Kind

__all__ = ["Rate", "rates"]


@dataclass(frozen=True, slots=True)
class Rate:
    """The flows that a stock's rate adds and subtracts by name.

    `has_rest` tells whether it computes something besides.
    """

    stock: system.VarId
    inflows: tuple[system.VarId, ...]
    outflows: tuple[system.VarId, ...]
    has_rest: bool


def rates(compilation: Compilation) -> tuple[Rate, ...]:
    """The rate of each stock that a modeller named, in the order of the file."""
    assert compilation.schedule is not None
    kinds = compilation.schedule.kinds
    variables = compilation.schedule.system.variables
    valves = {
        key
        for key, each in variables.items()
        if not each.hidden and kinds[key].kind is not Kind.STOCK
    }
    return tuple(
        _rate(each, valves)
        for each in variables.values()
        if not each.hidden and isinstance(each.meaning, system.Stock)
    )


def _rate(stock: system.Variable, valves: set[system.VarId]) -> Rate:
    signs: dict[system.VarId, set[int]] = {}
    has_rest = False
    for part in stock.parts:
        if not isinstance(part.meaning, system.Stock):
            continue
        for term, sign in _terms(_unlimited(part.meaning.rate, stock.id)):
            match term:
                case system.Read(variable=flow) if flow in valves:
                    signs.setdefault(flow, set()).add(sign)
                case system.Number(value=0):
                    pass
                case _:
                    has_rest = True
    return Rate(
        stock.id,
        tuple(flow for flow, ways in signs.items() if 1 in ways),
        tuple(flow for flow, ways in signs.items() if 1 not in ways),
        has_rest,
    )


def _unlimited(rate: system.Expression, stock: system.VarId) -> system.Expression:
    """A rate without the limit that keeps its stock from falling below zero.

    That is MAX(rate, -stock / TIME STEP): what a non-negative stock of XMILE is read as.
    """
    match rate:
        case system.Apply(
            function=function,
            arguments=(
                inside,
                system.Unary(
                    operator=syntax.UnaryOperator.MINUS,
                    operand=system.Binary(
                        operator=syntax.BinaryOperator.OVER,
                        left=system.Read(variable=held),
                        right=system.Read(variable=system.TIME_STEP),
                    ),
                ),
            ),
        ) if function.name == "MAX" and held == stock:
            return inside
        case _:
            return rate


def _terms(rate: system.Expression) -> Iterator[tuple[system.Expression, int]]:
    """What a rate adds (+1) or subtracts (-1), in the order of the text."""
    stack = [(rate, 1)]
    while stack:
        expression, sign = stack.pop()
        match expression:
            case system.Binary(operator=syntax.BinaryOperator.PLUS, left=left, right=right):
                stack += [(right, sign), (left, sign)]
            case system.Binary(operator=syntax.BinaryOperator.MINUS, left=left, right=right):
                stack += [(right, -sign), (left, sign)]
            case system.Unary(operator=syntax.UnaryOperator.MINUS, operand=operand):
                stack.append((operand, -sign))
            case _:
                yield expression, sign
