"""What can be wrong with names and calls, in a modeller's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from s3c.runtime import fold

from ..diagnostics import Diagnostic, Note, Severity, did_you_mean
from ..source import Span

__all__ = [
    "control_is_lookup",
    "control_missing",
    "defined_twice",
    "holds_nothing",
    "lookup_wanted",
    "misplaced_table",
    "must_be_whole",
    "needs_memory",
    "no_calendar",
    "no_right_side",
    "not_a_lookup",
    "not_compiled",
    "not_whole",
    "one_for_all",
    "reserved_name",
    "shifts_no_stock",
    "shifts_not_its_own",
    "table_backwards",
    "table_falls",
    "unknown_function",
    "unknown_name",
    "used_as_number",
    "wrong_count",
]


_MOST_WORDS = 50  # of a name in which two others are looked for


def unknown_name(name: str, span: Span, known: Iterable[str]) -> Diagnostic:
    """A reference to a variable that no equation defines."""
    known = tuple(known)
    hint = (
        _two_names(name, known)
        or did_you_mean(name, known)
        or f"write an equation for “{name}”, or correct the name"
    )
    return Diagnostic("S3C201", f"“{name}” has no equation", span, hint)


def _two_names(name: str, known: Iterable[str]) -> str:
    """A hint if a name is two names with nothing between them."""
    spelled = {fold(each): each for each in known}
    words = name.split()
    for cut in range(1, min(len(words), _MOST_WORDS)):
        left, right = (fold(" ".join(part)) for part in (words[:cut], words[cut:]))
        if left in spelled and right in spelled:
            return f"write an operator between “{spelled[left]}” and “{spelled[right]}”"
    return ""


def defined_twice(name: str, span: Span, first: Span) -> Diagnostic:
    """Two equations for one name."""
    return Diagnostic(
        "S3C202",
        f"“{name}” has a second equation",
        span,
        "keep one of the two, or give one another name"
        " (names that differ only in case, blanks or underscores are the same name)",
        (Note("the first one is here", first),),
    )


def wrong_count(function: str, parameters: Sequence[str], got: int, span: Span) -> Diagnostic:
    """A call with too many or too few arguments."""
    wanted = len(parameters)
    takes = "no arguments" if wanted == 0 else f"{wanted} argument{'s' if wanted != 1 else ''}"
    return Diagnostic(
        "S3C203",
        f"{function} takes {takes}, not {got}",
        span,
        f"write {function}({', '.join(parameters)})",
    )


def unknown_function(name: str, span: Span, known: Iterable[str]) -> Diagnostic:
    """A call of something that is no function, macro or lookup."""
    hint = did_you_mean(name, known) or (
        "if it is a lookup or a macro, it needs a definition;"
        " if a product is meant, write * before the parenthesis"
    )
    return Diagnostic("S3C204", f"there is no function or lookup named “{name}”", span, hint)


def not_whole(function: str, span: Span) -> Diagnostic:
    """A call that Vensim accepts only as a whole right side."""
    return Diagnostic(
        "S3C205",
        f"{function} is part of a larger expression; Vensim wants it to be the whole right side",
        span,
        f"s3c gives it a variable of its own; to open the model in Vensim, write “name = {function}"
        "(…)” and use that name here",
        severity=Severity.WARNING,
    )


def shifts_no_stock(span: Span) -> Diagnostic:
    """SHIFT IF TRUE of what is no stock."""
    return Diagnostic(
        "S3C228",
        "SHIFT IF TRUE moves the places of a stock, and this is none",
        span,
        "name the first element of a stock: a variable whose equations are INTEG(…)",
    )


def shifts_not_its_own(span: Span) -> Diagnostic:
    """SHIFT IF TRUE for each of several elements, all of which would move the same places."""
    return Diagnostic(
        "S3C228",
        "SHIFT IF TRUE needs places of its own for each element of the left side",
        span,
        "give the stock, before its last subscript, the ranges of the left side, and no others",
    )


def must_be_whole(function: str, span: Span) -> Diagnostic:
    """A call that has no meaning within a larger expression."""
    return Diagnostic(
        "S3C205",
        f"{function} is part of a larger expression; it must be the whole right side",
        span,
        f"write “name = {function}(…)” as an equation of its own, and use that name here",
    )


def one_for_all(function: str, parameter: str, span: Span) -> Diagnostic:
    """An argument that must be one number for all elements."""
    return Diagnostic(
        "S3C228",
        f"{function} takes one “{parameter}” for all elements",
        span,
        "name a variable without the subscripts of the left side, or write a number",
    )


def misplaced_table(span: Span) -> Diagnostic:
    """A table of points where a number is wanted."""
    return Diagnostic(
        "S3C205",
        "a table of points stands where a number is wanted",
        span,
        "a table belongs in WITH LOOKUP(input, (table)), or in an equation “name( table )”",
    )


def used_as_number(name: str, span: Span, definition: Span) -> Diagnostic:
    """A lookup without its argument."""
    return Diagnostic(
        "S3C206",
        f"“{name}” is a lookup, not a number",
        span,
        f"give it an input: {name}(…)",
        (Note("it is defined here", definition),),
    )


def not_a_lookup(name: str, span: Span, definition: Span) -> Diagnostic:
    """A variable that is called as if it were a lookup."""
    return Diagnostic(
        "S3C206",
        f"“{name}” is followed by parentheses, but it is no lookup",
        span,
        f"to multiply, write {name} * (…); to look up, define “{name}( (x,y), (x,y) )”",
        (Note("it is defined here", definition),),
    )


def lookup_wanted(span: Span) -> Diagnostic:
    """A number or an expression that is given as a lookup."""
    return Diagnostic(
        "S3C206",
        "a number stands where a lookup is wanted",
        span,
        "name a lookup: one that is defined as “name( (x,y), (x,y) )”",
    )


def no_right_side(name: str, span: Span) -> Diagnostic:
    """An equation that was left empty."""
    return Diagnostic(
        "S3C207",
        f"“{name}” has no right side",
        span,
        f"write what “{name}” is equal to, or remove the equation",
    )


def reserved_name(name: str, span: Span) -> Diagnostic:
    """An equation for Time."""
    return Diagnostic(
        "S3C208",
        f"“{name}” is the simulation's own clock and cannot be defined",
        span,
        "choose another name; the clock is set by INITIAL TIME, FINAL TIME and TIME STEP",
    )


def not_compiled(what: str, span: Span) -> Diagnostic:
    """Something that is read, formatted and kept, but not compiled by this version."""
    return Diagnostic(
        "S3C210",
        f"{what} cannot be compiled by this version of s3c",
        span,
        "the file's syntax is fine: s3c check --syntax and s3c format work on it",
    )


def table_backwards(name: str, x: float, after: float, span: Span) -> Diagnostic:
    """A lookup whose points are out of order."""
    return Diagnostic(
        "S3C211",
        f"the lookup “{name}” goes back from x = {after:g} to x = {x:g}",
        span,
        "write the points in the order of rising x",
    )


def table_falls(name: str, span: Span) -> Diagnostic:
    """A lookup whose points all stand in the order of falling x."""
    return Diagnostic(
        "S3C211",
        f"the x values of the lookup “{name}” fall; its points are read from the last to the first",
        span,
        "write the points in the order of rising x",
        severity=Severity.WARNING,
    )


def no_calendar(what: str, least: int, most: int, span: Span) -> Diagnostic:
    """A line of the settings that should give a part of the date at time 0, or the unit."""
    return Diagnostic(
        "S3C249",
        f"this line of the settings should give the calendar's {what}; the usual one is taken",
        span,
        f"write a whole number from {least} to {most}, or set the calendar in Vensim:"
        " Model, Settings, Time Bounds",
        severity=Severity.WARNING,
    )


def needs_memory(function: str, span: Span) -> Diagnostic:
    """An argument that must be a variable which remembers."""
    return Diagnostic(
        "S3C232",
        f"{function} takes the name of a variable here",
        span,
        "give the queue an equation of its own (name = QUEUE FIFO(…)), and write its name here",
    )


def holds_nothing(function: str, span: Span, definition: Span | None) -> Diagnostic:
    """A function of a queue's contents, of what is no queue: Vensim answers with :NA:."""
    return Diagnostic(
        "S3C232",
        f"“{span.one_line}” holds nothing that {function} reads, so it is always :NA:",
        span,
        "name a queue: a variable whose equations are QUEUE FIFO(…)",
        (Note("it is defined here", definition),) if definition else (),
        Severity.WARNING,
    )


def control_is_lookup(name: str, span: Span) -> Diagnostic:
    """A table of points in place of the time step, or of another such number."""
    return Diagnostic(
        "S3C206",
        f"“{name}” is a lookup, but a run needs it as a number",
        span,
        f"write “{name} = …”, and give the lookup another name",
    )


def control_missing(name: str, default: str, span: Span | None) -> Diagnostic:
    """A model that does not say when it starts, ends or steps."""
    return Diagnostic(
        "S3C213",
        f"the model has no {name}; {default} is taken",
        span,
        f"write “{name} = {default} ~~|”",
        severity=Severity.WARNING,
    )
