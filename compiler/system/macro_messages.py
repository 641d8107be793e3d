"""What can be wrong with macros and their calls, in a modeller's words."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostics import Diagnostic, Note
from ..source import Span

__all__ = [
    "has_no_subscripts",
    "macro_calls_itself",
    "macro_gives_twice",
    "macro_lacks_equation",
    "needs_dollar",
    "output_repeated",
    "output_with_other_subscripts",
    "subscripts_in_a_macro",
    "too_deep",
    "too_many_expansions",
    "unexpected_outputs",
]


def macro_calls_itself(name: str, span: Span, chain: Sequence[str]) -> Diagnostic:
    """Recursion among macros."""
    way = " → ".join((*chain, name))
    return Diagnostic(
        "S3C209",
        f"the macro {name} would be expanded within itself ({way})",
        span,
        "a macro is written out where it is called, so it cannot call itself",
    )


def macro_gives_twice(macro: str, name: str, span: Span) -> Diagnostic:
    """A macro two of whose results have one name."""
    return Diagnostic(
        "S3C209",
        f"the macro {macro} gives “{name}” twice",
        span,
        "give each output a name of its own, which is not the macro's",
    )


def macro_lacks_equation(macro: str, name: str, span: Span) -> Diagnostic:
    """A macro whose result or output is never given."""
    return Diagnostic(
        "S3C209",
        f"the macro {macro} has no equation for “{name}”",
        span,
        f"write “{name} = …” between :MACRO: and :END OF MACRO:",
    )


def unexpected_outputs(function: str, outputs: Sequence[str], got: int, span: Span) -> Diagnostic:
    """A call that names more or other outputs than the macro has."""
    has = f"the outputs {', '.join(outputs)}" if outputs else "no outputs after a colon"
    return Diagnostic(
        "S3C209",
        f"{function} has {has}, but the call names {got}",
        span,
        "name as many outputs as the macro declares after its colon",
    )


def too_many_expansions(most: int, span: Span) -> Diagnostic:
    """Macros that call macros, ever more of them."""
    return Diagnostic(
        "S3C501",
        f"the model's macros, written out, are more than {most:,}",
        span,
        "a macro that calls another twice doubles it: give what they share a variable of its own",
    )


def too_deep(name: str, span: Span) -> Diagnostic:
    """An equation whose macros call one another over too many levels."""
    return Diagnostic(
        "S3C109",
        f"“{name}” is nested too deeply once its macros are written out",
        span,
        "split it into several equations",
    )


def needs_dollar(name: str, span: Span, definition: Span) -> Diagnostic:
    """A macro that reads a variable of the model as if it were its own."""
    return Diagnostic(
        "S3C248",
        f"the macro has no “{name}” of its own; the model's is out of its sight",
        span,
        f"write {name}$ to read the model's, or make it an argument",
        (Note("the model's is defined here", definition),),
    )


def subscripts_in_a_macro(span: Span) -> Diagnostic:
    """An equation with subscripts between :MACRO: and :END OF MACRO:."""
    return Diagnostic(
        "S3C209",
        "an equation of a macro has no subscripts of its own: the language knows none there",
        span,
        "write it without: it is repeated for each element of the left side that calls the macro",
    )


def has_no_subscripts(name: str, span: Span) -> Diagnostic:
    """A macro's argument, or a name of its own, that is read with subscripts."""
    return Diagnostic(
        "S3C209",
        f"“{name}” has no subscripts inside the macro",
        span,
        f"write {name} alone, and the subscripts where the macro is called",
    )


def output_repeated(macro: str, ranges: Sequence[str], span: Span) -> Diagnostic:
    """A call whose output would be defined again for each element of a marked range."""
    marked = ", ".join(f"{each}!" for each in ranges)
    return Diagnostic(
        "S3C209",
        f"{macro} is called for each {marked}, so that its output would have many values",
        span,
        f"give the call a variable of its own, with the subscripts {', '.join(ranges)}",
    )


def output_with_other_subscripts(name: str, ranges: Sequence[str], span: Span) -> Diagnostic:
    """An output that is written with other subscripts than the left side of its call."""
    has = f"[{', '.join(ranges)}]" if ranges else "none"
    return Diagnostic(
        "S3C209",
        f"the output “{name}” gets the subscripts of the left side, {has}, and no others",
        span,
        "write the output's name alone, or with these subscripts",
    )
