"""What is lost, or cannot be written, when a model becomes XMILE."""

from __future__ import annotations

from ..diagnostics import Diagnostic, Severity
from ..source import Span

__all__ = [
    "another_name",
    "control_is_folded",
    "control_is_not_a_number",
    "documentation_lost",
    "draws_differ",
    "held_in_a_step",
    "mapping_written_out",
    "no_function",
    "no_such_thing",
    "steps_are_fixed",
    "too_large",
    "too_long",
]

_KEEP = "or keep the model as .mdl, which can say all of it"
_WAYS_OUT = {
    "LOOKUP FORWARD": "write its points so that an ordinary lookup steps where it should",
    "LOOKUP INVERT": "write the inverse table as a lookup of its own",
    "LOOKUP AREA": "write the area under the table as a lookup of its own",
    "LOOKUP SLOPE": "write the slopes as a lookup of its own",
    "VECTOR SELECT": "write it with SUM, VMIN or VMAX and IF THEN ELSE",
    "VECTOR ELM MAP": "read the element by a subscript, or by a mapping",
    "DELAYP": "write DELAY3, and a stock of what goes in and has not come out",
    "NPV": "write it as a stock of discounted flows",
    "NPVE": "write it as a stock of discounted flows",
    "GET TIME VALUE": "compute it from Time",
    "MESSAGE": "remove it: it changes no other number",
    "GAMMA LN": "write it as a lookup, or by Stirling's series",
}


def no_such_thing(what: str, span: Span | None, way_out: str) -> Diagnostic:
    """A part of the language that XMILE does not have, and without which the numbers change."""
    return Diagnostic("S3C170", f"XMILE has nothing for {what}", span, f"{way_out}, {_KEEP}")


def no_function(name: str, span: Span) -> Diagnostic:
    """A function that XMILE cannot express."""
    usual = "write it with other functions"
    if name.startswith("GET "):
        usual = "write the numbers into the model"
    elif name.startswith("RANDOM "):
        usual = "draw the numbers outside of the model, and give them to it as a lookup"
    way_out = _WAYS_OUT.get(name, usual)
    return no_such_thing(f"the function {name}", span, way_out)


def held_in_a_step(name: str, span: Span) -> Diagnostic:
    """A function whose value Vensim holds over a Runge-Kutta step, in a model that uses one."""
    return Diagnostic(
        "S3C171",
        f"{name} keeps its value inside a Runge-Kutta step; in XMILE it would not",
        span,
        f"choose Euler's method (the settings' line 15) before converting, {_KEEP}",
    )


def steps_are_fixed(span: Span) -> Diagnostic:
    """Runge-Kutta integration that halves its steps until the error is small (Auto)."""
    return Diagnostic(
        "S3C179",
        "XMILE has no Runge-Kutta method that halves its steps; one of fixed steps is written",
        span,
        "compare both by s3c run --check-step, and shorten TIME STEP if they differ",
        severity=Severity.WARNING,
    )


def control_is_not_a_number(name: str, span: Span | None) -> Diagnostic:
    """`FINAL TIME = IF THEN ELSE(…)`."""
    return Diagnostic(
        "S3C172",
        f"{name} is no number that is known beforehand; XMILE's simulation settings take nothing"
        " else",
        span,
        "give it a number, or an expression of constants",
    )


def control_is_folded(name: str, value: str, span: Span) -> Diagnostic:
    """`FINAL TIME = 2 * horizon`."""
    return Diagnostic(
        "S3C173",
        f"{name} is written as the number {value}, not as the expression that gives it",
        span,
        "nothing needs to be done, unless what it is made of is to be varied",
        severity=Severity.WARNING,
    )


def documentation_lost(what: str, span: Span | None, way_out: str) -> Diagnostic:
    """What changes no number, and is not written."""
    return Diagnostic(
        "S3C174", f"{what} is not written to XMILE", span, way_out, severity=Severity.WARNING
    )


def mapping_written_out(name: str, span: Span) -> Diagnostic:
    """A mapping: the equations that use it are written element by element."""
    return documentation_lost(
        f"the mapping of “{name}”",
        span,
        "the numbers are the same: equations that use it are written element by element",
    )


def another_name(name: str, new: str, span: Span | None) -> Diagnostic:
    """A name that XMILE needs for something else."""
    return Diagnostic(
        "S3C175",
        f"“{name}” means something else in XMILE; it is written as “{new}”",
        span,
        "rename the variable, if that name is not good",
        severity=Severity.WARNING,
    )


def draws_differ(name: str, span: Span) -> Diagnostic:
    """A random number: every program draws others."""
    return Diagnostic(
        "S3C176",
        f"another program draws other numbers for {name}, and its stream is not written",
        span,
        "compare what many runs have in common, not one run",
        severity=Severity.WARNING,
    )


def too_large(name: str, span: Span) -> Diagnostic:
    """An array that must be written element by element, and has too many of them."""
    return Diagnostic(
        "S3C177",
        f"“{name}” must be written out element by element: the file would become too large",
        span,
        "give the array a single equation over whole ranges, without exceptions and mappings",
    )


def too_long(name: str, span: Span) -> Diagnostic:
    """An argument that must be written several times, and cannot have a variable of its own."""
    return Diagnostic(
        "S3C178",
        f"an argument of {name} must be computed once, but stands where it may not be computed"
        " at all",
        span,
        "give the argument an equation of its own",
    )
