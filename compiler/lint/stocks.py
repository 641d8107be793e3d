"""Stocks: those that nothing flows into or out of, and flows that have no name."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic, Severity
from ..names import display_name, fold
from ..syntax import (
    Binary,
    BinaryOperator,
    Call,
    Equation,
    Expression,
    Formula,
    Number,
    Reference,
    Unary,
)
from ..system import walk_syntax
from .model import Model, target_span

__all__ = ["nameless_flows", "rate_of", "without_flows"]


def rate_of(equation: Equation) -> Expression | None:
    """What a stock's equation accumulates; None if it is no stock's."""
    match equation.definition:
        case Formula(expression=Call(Reference(name=name), (rate, *_))) if fold(name) == "integ":
            return rate
        case _:
            return None


def without_flows(model: Model) -> Iterator[Diagnostic]:
    """S3C804: a stock whose rate reads nothing, so that it stays, or moves as time does."""
    for name, equation in model.places():
        rates = [rate_of(each) for each in model.equations[name]]
        if any(rate is None or _reads(rate) for rate in rates):
            continue
        yield Diagnostic(
            "S3C804",
            f"nothing flows into or out of the stock “{_name(equation)}”",
            target_span(equation),
            "name its flows: INTEG(inflow - outflow, initial value); what stays as it is,"
            " write as a constant",
            severity=Severity.WARNING,
        )


def nameless_flows(model: Model) -> Iterator[Diagnostic]:
    """S3C805: a stock whose rate is a formula, not a sum of flows."""
    for equations in model.equations.values():
        for equation in equations:
            rate = rate_of(equation)
            if rate is None or not _reads(rate) or _is_sum(rate):
                continue
            yield Diagnostic(
                "S3C805",
                f"a flow of the stock “{_name(equation)}” has no name",
                target_span(equation),
                "give each flow an equation of its own, and write the stock as"
                " INTEG(inflow - outflow, initial value)",
                severity=Severity.INFO,
            )


def _reads(rate: Expression) -> bool:
    return any(isinstance(node, Reference | Call) for node in walk_syntax(rate))


def _is_sum(rate: Expression) -> bool:
    stack = [rate]
    while stack:
        match stack.pop():
            case Reference() | Number(value=0.0):
                pass
            case Unary(operand=operand):
                stack.append(operand)
            case Binary(BinaryOperator.PLUS | BinaryOperator.MINUS, left, right):
                stack += (left, right)
            case Call(Reference(name=name), (Reference(),)) if fold(name) == "sum":
                pass  # of a flow's elements
            case _:
                return False
    return True


def _name(equation: Equation) -> str:
    assert isinstance(equation.definition, Formula)
    return display_name(equation.definition.target.name)
