"""What can be wrong with the subscripts of variables, in a modeller's words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ..diagnostics import Diagnostic, Note, Severity, did_you_mean
from ..source import Span
from .range_messages import Names

__all__ = [
    "along_loop",
    "control_is_subscripted",
    "counts_differ",
    "elements_twice",
    "elements_without_equation",
    "exception_count",
    "families_differ",
    "kinds_mixed",
    "list_length",
    "marked_on_the_left",
    "misplaced_mark",
    "needs_range",
    "needs_variable",
    "no_profile",
    "not_on_the_left",
    "nothing_marked",
    "range_repeated",
    "reads_undefined",
    "row_length",
    "scalar_with_subscripts",
    "too_many_elements",
    "too_many_exceptions",
    "too_many_turns",
    "unknown_subscript",
    "wrong_subscript_count",
]


def unknown_subscript(
    name: str, span: Span, known: Iterable[str], *, any_range: bool
) -> Diagnostic:
    """A subscript that no range lists, and that is no range."""
    hint = did_you_mean(name, known) or (
        f"add “{name}” to the range that it belongs to, or correct the name"
        if any_range
        else f"the model has no subscript ranges: write one, “{name}: first, second ~~|”"
    )
    return Diagnostic("S3C218", f"there is no subscript range or element “{name}”", span, hint)


def _listed(ranges: Sequence[str]) -> str:
    return f"[{','.join(ranges)}]"


def _subscripts(count: int) -> str:
    return f"{count} subscript{'s' if count != 1 else ''}"


def wrong_subscript_count(
    name: str, ranges: Sequence[str], got: int, span: Span, definition: Span
) -> Diagnostic:
    """A reading with too few or too many subscripts."""
    has = f"“{name}” has {_subscripts(len(ranges))}, {_listed(ranges)}"
    return Diagnostic(
        "S3C219",
        f"{has}, but {got or 'none'} {'are' if got > 1 else 'is'} given",
        span,
        f"write {name}{_listed(ranges)}, or an element in the place of a range",
        (Note("it is defined here", definition),),
    )


def scalar_with_subscripts(name: str, span: Span, definition: Span) -> Diagnostic:
    """A reading with subscripts of a variable that has none."""
    return Diagnostic(
        "S3C219",
        f"“{name}” has no subscripts",
        span,
        f"write {name} alone, or give its equation subscripts",
        (Note("it is defined here", definition),),
    )


def counts_differ(name: str, got: int, span: Span, count: int, first: Span) -> Diagnostic:
    """Two equations of one variable with different numbers of subscripts."""
    return Diagnostic(
        "S3C219",
        f"“{name}” has {_subscripts(got)} here, but {_subscripts(count)} in another equation",
        span,
        "give all equations of a variable the same number of subscripts",
        (Note("the other equation is here", first),),
    )


def exception_count(name: str, got: int, count: int, span: Span) -> Diagnostic:
    """An exception with another number of subscripts than its left side."""
    return Diagnostic(
        "S3C219",
        f"an exception of “{name}” has {_subscripts(got)}, its left side {count}",
        span,
        "write as many subscripts in each [..] after :EXCEPT: as before it;"
        " a range in the place of one that does not matter",
    )


def not_on_the_left(
    name: str, span: Span, left: Sequence[str], elements: Names, marked: str, definition: Span
) -> Diagnostic:
    """A range on the right side that the left side does not run through.

    `marked` is the reading with this range marked, or nothing if a range alone is read.
    """
    stands = f"the left side has {_listed(left)}" if left else "the left side has no subscripts"
    ways = [f"name an element ({elements})"]
    if left:
        ways.insert(0, "use a range of the left side")
        ways.append(f"map it (“{name}: … -> {left[-1]}”)")
    if marked:
        ways.append(f"sum over it: SUM({marked})")
    return Diagnostic(
        "S3C220",
        f"“{name}” is a subscript range on the right side, but {stands}",
        span,
        f"{', '.join(ways[:-1])}, or {ways[-1]}",
        (Note(f"“{name}” is defined here", definition),),
    )


def elements_twice(names: Names, span: Span, first: Span) -> Diagnostic:
    """Two equations for the same elements."""
    which = "it" if names.count == 1 else "them"
    return Diagnostic(
        "S3C221",
        f"{names.counted('element')} {'has' if names.count == 1 else 'have'} two equations:"
        f" {names}",
        span,
        f"keep one of the two, or take {which} out of the more general: :EXCEPT: […]",
        (Note("the first one is here", first),),
    )


def elements_without_equation(names: Names, span: Span) -> Diagnostic:
    """Elements that no equation of their variable is for."""
    return Diagnostic(
        "S3C222",
        f"{names.counted('element')} {'has' if names.count == 1 else 'have'} no equation: {names}",
        span,
        "write an equation for what is missing; until then nothing may read it",
        severity=Severity.WARNING,
    )


def reads_undefined(names: Names, span: Span, definition: Span) -> Diagnostic:
    """A reading of elements that no equation defines."""
    return Diagnostic(
        "S3C222",
        f"this reads {names}, which {'has' if names.count == 1 else 'have'} no equation",
        span,
        f"write an equation for {'it' if names.count == 1 else 'them'}, or read other elements",
        (Note("what is defined is defined here", definition),),
    )


def list_length(
    name: str, got: int, ranges: Sequence[str], lengths: Sequence[int], span: Span
) -> Diagnostic:
    """A list with too many or too few numbers."""
    wanted = math.prod(lengths)
    product = " × ".join(map(str, lengths))
    count = f"{product} = {wanted:,}" if len(lengths) > 1 else f"{wanted:,}"
    size = f"{_listed(ranges)} has {count} element{'s' if wanted != 1 else ''}"
    where = size if ranges else "it has no subscripts"
    return Diagnostic(
        "S3C223",
        f"“{name}” is given {got:,} numbers, but {where}",
        span,
        "write one number for each element, in the order of the range; or one for all",
    )


def row_length(name: str, got: int, wanted: int, row: int, span: Span) -> Diagnostic:
    """A row of a two-dimensional list with too many or too few numbers."""
    return Diagnostic(
        "S3C223",
        f"row {row} of “{name}” has {got} number{'s' if got != 1 else ''}, not {wanted}",
        span,
        "a comma goes on to the next element of the last subscript, a semicolon ends the row",
    )


def range_repeated(name: str, span: Span, first: Span) -> Diagnostic:
    """A range that stands twice on one left side."""
    return Diagnostic(
        "S3C224",
        f"“{name}” stands twice on the left side",
        span,
        f"give the second one a name of its own: “Other {name} <-> {name} ~~|”",
        (Note("here already", first),),
    )


def marked_on_the_left(name: str, span: Span) -> Diagnostic:
    """A mark on a left side."""
    return Diagnostic(
        "S3C225",
        f"“{name}!” is marked on the left side",
        span,
        f"write {name}; the mark ! is for what SUM and its like run over, on the right side",
    )


def misplaced_mark(name: str, span: Span) -> Diagnostic:
    """A mark outside of a function that runs over marked subscripts."""
    return Diagnostic(
        "S3C225",
        f"“{name}!” is marked, but no function here runs over marked subscripts",
        span,
        "SUM, PROD, VMIN, VMAX and VECTOR SELECT do: SUM(x[Range!])",
    )


def nothing_marked(function: str, span: Span) -> Diagnostic:
    """A function over marked subscripts without any."""
    return Diagnostic(
        "S3C225",
        f"{function} runs over marked subscripts, and none is marked here",
        span,
        f"mark the ranges that it runs over: {function}(x[Range!])",
    )


def kinds_mixed(name: str, this: str, span: Span, that: str, first: Span) -> Diagnostic:
    """Elements of one variable that cannot be of different kinds."""
    return Diagnostic(
        "S3C226",
        f"“{name}” is {this} here, and {that} for other elements",
        span,
        "elements of one variable may be constants beside stocks, or constants beside what is"
        " computed; give the others a name of their own",
        (Note("the other equation is here", first),),
    )


def families_differ(name: str, this: str, span: Span, that: str, first: Span) -> Diagnostic:
    """Subscripts in one position that have nothing to do with each other."""
    return Diagnostic(
        "S3C227",
        f"“{this}” and “{that}” stand in the same place of “{name}”, but are of different families",
        span,
        "a subscript's place takes the elements of one range, or of its subranges",
        (Note("the other equation is here", first),),
    )


def needs_range(function: str, span: Span) -> Diagnostic:
    """ELMCOUNT of something that is no range."""
    return Diagnostic(
        "S3C228", f"{function} counts the elements of a subscript range", span,
        f"write {function}(Range)",
    )  # fmt: skip


def needs_variable(function: str, parameter: str, dimensions: int, span: Span) -> Diagnostic:
    """An array argument that is an expression, or has too few subscripts."""
    return Diagnostic(
        "S3C228",
        f"the {parameter} of {function} must be a variable with at least {_subscripts(dimensions)}",
        span,
        "give the expression a variable of its own, with the subscripts of the array",
    )


def no_profile(function: str, parameter: str, span: Span) -> Diagnostic:
    """A priority profile that does not have its four elements."""
    return Diagnostic(
        "S3C228",
        f"the {parameter} of {function} needs four elements along its last subscript, from the"
        " one that is named",
        span,
        "a profile is a range of four: type, priority, width, extra; name its first element",
    )


def along_loop(function: str, count: int, span: Span) -> Diagnostic:
    """A function that gives an array, in an equation without ranges to take it."""
    last = "subscript" if count == 1 else f"{count} subscripts"
    return Diagnostic(
        "S3C228",
        f"{function} gives a value for each element of its equation's last {last}",
        span,
        f"let a range stand there on the left side, and in no other argument than the arrays:"
        f" x[{','.join(['Range', 'Other range'][:count])}] = {function}(…)",
    )


def control_is_subscripted(name: str, span: Span) -> Diagnostic:
    """An array in place of the time step, or of another such number."""
    return Diagnostic(
        "S3C219",
        f"“{name}” has subscripts, but a run needs it as a number",
        span,
        f"write “{name} = …” without subscripts",
    )


def too_many_elements(name: str, size: int, most: int, span: Span) -> Diagnostic:
    """An array larger than any model has."""
    return Diagnostic(
        "S3C501",
        f"“{name}” has {size:,} elements, and at most {most:,} are compiled",
        span,
        "use fewer subscripts, or smaller ranges",
    )


def too_many_axes(name: str, axes: int, most: int, span: Span) -> Diagnostic:
    """An array with more subscripts than anybody reads."""
    return Diagnostic(
        "S3C501",
        f"“{name}” has {axes:,} subscripts, and at most {most} are compiled",
        span,
        "use fewer subscripts",
    )


def too_many_marks(function: str, loops: int, most: int, span: Span) -> Diagnostic:
    """A function along more ranges than an array has axes."""
    return Diagnostic(
        "S3C501",
        f"{function} runs over {loops:,} ranges at once, with those of the left side,"
        f" and at most {most} are compiled",
        span,
        "mark fewer ranges at once, or sum over one range after another",
    )


def too_many_turns(function: str, turns: int, most: int, span: Span) -> Diagnostic:
    """A function over more values than fit into memory at once."""
    return Diagnostic(
        "S3C501",
        f"{function} runs over {turns:,} values, and at most {most:,} are compiled",
        span,
        "mark fewer ranges at once, or sum over one range after another",
    )


def too_many_exceptions(name: str, most: int, span: Span) -> Diagnostic:
    """Exceptions that cut an equation to pieces."""
    return Diagnostic(
        "S3C501",
        f"the exceptions of “{name}” cut it into more than {most:,} pieces",
        span,
        "write the exceptions as subranges",
    )
