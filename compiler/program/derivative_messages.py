"""What is said where there are no derivatives."""

from __future__ import annotations

from ..diagnostics import Diagnostic
from ..source import Span

__all__ = ["clock_moves", "name_taken", "no_constant", "no_derivative", "no_number", "too_many"]

_OTHERWISE = "or compare runs with slightly different values (finite differences)"


def no_derivative(what: str, variable: str, constant: str, span: Span) -> Diagnostic:
    """A constant reaches an equation through a function without a derivative."""
    return Diagnostic(
        "S3C502",
        f"“{variable}” depends on “{constant}” through {what}, which has no derivative here",
        span,
        f"ask for derivatives of variables alone that do without it, {_OTHERWISE}",
    )


def clock_moves(constant: str, control: str) -> Diagnostic:
    """A constant decides when a run begins, ends, or steps."""
    said = f"“{constant}” decides {control}" if constant != control else f"“{control}” is no number"
    return Diagnostic(
        "S3C503",
        f"{said}, and a run's times have no derivatives",
        None,
        f"leave it out, {_OTHERWISE}",
    )


def no_constant(name: str, kind: str, span: Span | None) -> Diagnostic:
    """Derivatives are with respect to numbers that a run is given."""
    return Diagnostic(
        "S3C503",
        f"there are no derivatives with respect to “{name}”: it is {kind}",
        span,
        "name a constant, an element of one, or a stock for its initial value",
    )


def name_taken(name: str) -> Diagnostic:
    """A model has a variable that is called as a derivative is."""
    return Diagnostic(
        "S3C503",
        f"the model has a variable “{name}” already, and a derivative is called so",
        None,
        "give the variable another name",
    )


def no_number(name: str) -> Diagnostic:
    """Derivatives are of numbers."""
    return Diagnostic(
        "S3C503",
        f"“{name}” has no derivatives: it is a lookup, or what a memory holds",
        None,
        "name a variable that reads it",
    )


def too_many(count: int, most: int) -> Diagnostic:
    """Each constant makes the model once more as large."""
    return Diagnostic(
        "S3C503",
        f"derivatives are asked for with respect to {count} numbers, and {most} is the most",
        None,
        "name fewer constants, or elements of arrays",
    )
