"""Equations: numbers that have no name, and fields that are empty."""

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
from ..system import CONTROLS, walk_syntax
from .model import Model, quantity_of, target_span
from .suppression import prose

__all__ = ["hidden_numbers", "undocumented"]

_PLAIN = {0.0, 0.5, 1.0, 2.0, 10.0, 100.0}  # numbers that need no name
_SHOWN = 8
# Arguments that are rather a part of the function's name than a quantity: how often it delays,
# which random numbers it draws.
_SETTINGS = {"delay n": 3, "smooth n": 3}


def hidden_numbers(model: Model) -> Iterator[Diagnostic]:
    """S3C802: numbers in an equation that computes with variables."""
    for equations in model.equations.values():
        for equation in equations:
            match equation.definition:
                case Formula(expression=expression) if _computes(expression):
                    found = list(_numbers(expression))
                    if found:
                        yield _hidden(equation, found)
                case _:
                    pass


def _computes(expression: Expression) -> bool:
    return any(isinstance(node, Reference) for node in walk_syntax(expression))


def _numbers(expression: Expression) -> Iterator[Number]:
    stack = [expression]
    while stack:
        match stack.pop():
            case Number(value) as number if value not in _PLAIN:
                yield number
            case Unary(operand=operand):
                stack.append(operand)
            case Binary(BinaryOperator.POWER, left, Number()):
                stack.append(left)
            case Binary(left=left, right=right):
                stack += (right, left)
            case Call(Reference(name=name), arguments):
                skipped = _skipped(fold(name), len(arguments))
                stack += (each for i, each in enumerate(arguments) if i != skipped)
            case _:
                pass


def _skipped(function: str, count: int) -> int | None:
    if function.startswith("random "):
        return count - 1  # the seed
    return _SETTINGS.get(function)


def _hidden(equation: Equation, numbers: list[Number]) -> Diagnostic:
    numbers.sort(key=lambda each: each.extent.start)
    texts = [each.text or f"{each.value:g}" for each in numbers]
    cut = ["…"] if len(texts) > _SHOWN else []
    what = "a number" if len(texts) == 1 else f"{len(texts)} numbers"
    return Diagnostic(
        "S3C802",
        f"{what} without a name: {', '.join([*texts[:_SHOWN], *cut])}",
        equation.span_of(numbers[0].extent),
        "make it a constant with a name, units and a source, which runs can then change",
        severity=Severity.INFO,
    )


def undocumented(model: Model) -> Iterator[Diagnostic]:
    """S3C808: a variable without a comment; a control variable needs none."""
    for name, equation in model.places():
        if name not in CONTROLS and not any(prose(each.comment) for each in model.equations[name]):
            yield Diagnostic(
                "S3C808",
                f"“{_shown(equation)}” is not documented",
                target_span(equation),
                "say in the equation's third field what it is, and where it is from",
                severity=Severity.INFO,
            )


def _shown(equation: Equation) -> str:
    definition = quantity_of(equation)
    return display_name(definition.target.name) if definition else ""
