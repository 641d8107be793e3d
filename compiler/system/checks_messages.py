"""What can be wrong with reality checks, in a modeller's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..diagnostics import Diagnostic, Note, Severity, did_you_mean
from ..source import Span

__all__ = [
    "cannot_be_made_true",
    "cannot_be_replaced",
    "input_in_consequence",
    "input_subscripts",
    "input_unused",
    "output_in_a_check",
    "outside_a_check",
    "rc_misplaced",
    "rc_wrong_count",
    "too_many_alternatives",
    "unknown_target",
]


def input_in_consequence(name: str, span: Span, definition: Span) -> Diagnostic:
    """A test input on the wrong side of a constraint."""
    return Diagnostic(
        "S3C241",
        f"the test input “{name}” stands in a consequence",
        span,
        "a test input is something that is done: name it in a condition, before :IMPLIES:",
        (Note("it is defined here", definition),),
    )


def unknown_target(name: str, span: Span, known: Iterable[str]) -> Diagnostic:
    """A test input for a variable that the model does not have."""
    hint = did_you_mean(name, known) or "a test input replaces the equation of a variable"
    return Diagnostic("S3C201", f"“{name}” has no equation that could be replaced", span, hint)


def cannot_be_replaced(name: str, what: str, span: Span) -> Diagnostic:
    """A test input for something that is no number of the model's own."""
    return Diagnostic(
        "S3C242",
        f"a test cannot replace “{name}”: it is {what}",
        span,
        "replace a constant, a stock, or another variable that is a number",
    )


def input_unused(name: str, span: Span) -> Diagnostic:
    """A test input that no condition names."""
    return Diagnostic(
        "S3C243",
        f"no constraint uses the test input “{name}”",
        span,
        f"write “some name :THE CONDITION: {name} :IMPLIES: …”, or remove it",
        severity=Severity.WARNING,
    )


def cannot_be_made_true(span: Span) -> Diagnostic:
    """A part of a condition that names no single variable."""
    return Diagnostic(
        "S3C244",
        "this part of a condition is not made true: it compares no single variable with a value;"
        " it is only watched for",
        span,
        "write “variable = value”, or give the left side a variable of its own in the model",
        severity=Severity.WARNING,
    )


def output_in_a_check(function: str, span: Span) -> Diagnostic:
    """A macro's output that a check would define as a variable of the model."""
    return Diagnostic(
        "S3C245",
        f"a check defines no variables: the call of {function} names outputs",
        span,
        "call it in an equation of the model, and read its outputs here",
    )


def rc_misplaced(function: str, span: Span, where: str) -> Diagnostic:
    """An RC function that is not one side of a comparison, or on the wrong side of :IMPLIES:."""
    return Diagnostic("S3C245", f"{function} cannot stand here", span, where)


def outside_a_check(function: str, span: Span) -> Diagnostic:
    """An RC function in an equation of the model."""
    return Diagnostic(
        "S3C245",
        f"{function} stands in an equation of the model; it belongs in a reality check",
        span,
        "write it after :TEST INPUT:, :THE CONDITION: or :IMPLIES:; in a model, use STEP or RAMP",
    )


def rc_wrong_count(function: str, parameters: Sequence[str], got: int, span: Span) -> Diagnostic:
    """A call of an RC function with too many or too few arguments, or of the wrong kind."""
    wanted = len(parameters)
    takes = f"{wanted} to {wanted + 2} arguments"
    wrong = f"{function} takes {takes}, not {got}"
    if wanted <= got <= wanted + 2:
        wrong = f"the first two arguments of {function} are a run's name in quotes and a variable"
    return Diagnostic(
        "S3C203", wrong, span, f"write {function}({', '.join(parameters)}[, start[, duration]])"
    )


def too_many_alternatives(name: str, most: int, span: Span) -> Diagnostic:
    """A condition with so many :OR: that it can come true in too many ways."""
    return Diagnostic(
        "S3C246",
        f"the condition of “{name}” can be made true in more than {most} ways",
        span,
        "split the constraint into several, one for each part of its :OR:",
    )


def input_subscripts(name: str, wanted: int, got: int, span: Span, definition: Span) -> Diagnostic:
    """A test input with another number of subscripts than it was given."""
    return Diagnostic(
        "S3C247",
        f"the test input “{name}” has {wanted} subscript{'' if wanted == 1 else 's'}, not {got}",
        span,
        "name it with the subscripts of its definition, or with elements of these ranges",
        (Note("it is defined here", definition),),
    )
