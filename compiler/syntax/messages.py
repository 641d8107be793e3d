"""What the syntax stage has to say, in a modeller's words: one function a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3c.runtime import printable

from ..diagnostics import Diagnostic, Note

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from ..source import Span

# --- Frames --------------------------------------------------------------------------------------


def equation_not_closed(span: Span, following: Span | None) -> Diagnostic:
    """No “|” before the next equation, or before the end."""
    before = "the next one begins" if following else "the equations end"
    return Diagnostic(
        "S3C102",
        f"this equation has no closing “|” before {before}",
        span,
        hint="end it with “~ units ~ comment |”, or with “~~|”",
        notes=(Note("the next one begins here", following),) if following else (),
    )


def group_not_closed(span: Span) -> Diagnostic:
    """A group marker whose comment runs to the end."""
    return Diagnostic(
        "S3C102",
        "this group marker has no closing “|”",
        span,
        hint="after the second line of asterisks write “~ comment |”",
    )


def name_not_closed(span: Span) -> Diagnostic:
    """`"Birth rate = 3`."""
    return Diagnostic(
        "S3C103",
        "a name begins with a quote that is not closed on its line",
        span,
        hint='close the name with “"”; a quote within a name is written “\\"”',
    )


def string_not_closed(span: Span) -> Diagnostic:
    """`'data.xlsx`."""
    return Diagnostic(
        "S3C103",
        "a text begins with an apostrophe that is not closed on its line",
        span,
        hint="close the text with “'”",
    )


def comment_not_closed(span: Span) -> Diagnostic:
    """`{ a remark`."""
    return Diagnostic("S3C104", "a comment is not closed", span, hint="close it with “}”")


# --- Macros --------------------------------------------------------------------------------------


def macro_not_closed(span: Span) -> Diagnostic:
    """`:MACRO:` without its end."""
    return Diagnostic(
        "S3C106",
        "this macro is not closed",
        span,
        hint="write “:END OF MACRO:” after its last equation",
    )


def macro_not_opened(span: Span) -> Diagnostic:
    """`:END OF MACRO:` alone."""
    return Diagnostic(
        "S3C106",
        "this ends a macro, but no macro is open",
        span,
        hint="remove it, or begin the macro with “:MACRO: name(inputs)”",
    )


def macro_head(span: Span) -> Diagnostic:
    """A head that is not `:MACRO: name(inputs : outputs)`."""
    return Diagnostic(
        "S3C106",
        "the head of this macro cannot be read",
        span,
        hint="write “:MACRO: name(input, input : output)”, with plain names",
    )


# --- Fields --------------------------------------------------------------------------------------


def empty_equation(span: Span) -> Diagnostic:
    """`~ units ~ comment |`."""
    return Diagnostic(
        "S3C101",
        "there is no equation before “~” or “|”",
        span,
        hint="write the equation, or remove the marks",
    )


def unreadable_range(span: Span) -> Diagnostic:
    """`Widgets [0, many]`."""
    return Diagnostic(
        "S3C111",
        "the range after the units cannot be read",
        span,
        hint="write “units [minimum, maximum, increment]”; “?” stands for no bound",
    )


def undecodable(span: Span, encoding: str) -> Diagnostic:
    """A byte that the file's encoding does not know."""
    says_so = span.source.text.lstrip("\ufeff").startswith("{")
    way_out = ", or remove “{UTF-8}” from its first line" if says_so else ", with “{UTF-8}” first"
    return Diagnostic(
        "S3C112",
        f"this is not {encoding} text" + (", though the file says so" if says_so else ""),
        span,
        hint=f"save the file as UTF-8{way_out}",
    )


# --- Numbers and tables --------------------------------------------------------------------------


def number_too_large(span: Span) -> Diagnostic:
    """1e999."""
    return Diagnostic(
        "S3C107",
        f"the number {span.text} is too large",
        span,
        hint="numbers go up to about 1.8e308; give the variable a larger unit",
    )


def not_a_number(span: Span) -> Diagnostic:
    """A cell of a TABBED ARRAY that is no number."""
    return Diagnostic(
        "S3C107",
        f"expected a number, but found “{span.text}”",
        span,
        hint="the cells of a TABBED ARRAY are numbers, parted by tabs or blanks",
    )


def odd_table(span: Span, count: int) -> Diagnostic:
    """f(1,2,3): numbers that do not make pairs."""
    return Diagnostic(
        "S3C108",
        f"a lookup of {count} numbers cannot be split into x and y values",
        span,
        hint="write pairs: (x1,y1),(x2,y2), …",
    )


def table_without_points(span: Span) -> Diagnostic:
    """f([(0,0)-(10,10)]): a frame and nothing in it."""
    return Diagnostic(
        "S3C108",
        "this lookup has no points",
        span,
        hint="write its points after the frame: [(0,0)-(10,10)],(x1,y1),(x2,y2), …",
    )


def nested_too_deeply(span: Span, limit: int) -> Diagnostic:
    """Thousands of signs, powers or calls in one another."""
    return Diagnostic(
        "S3C109",
        f"this equation is nested more than {limit} deep",
        span,
        hint="split it into several equations",
    )


def too_long(span: Span, letters: int, most: int) -> Diagnostic:
    """An equation longer than anybody writes, or than any table of numbers is."""
    return Diagnostic(
        "S3C501",
        f"this equation has {letters:,} letters, and at most {most:,} are read",
        span,
        hint="keep long tables in a file, and read them with GET DIRECT CONSTANTS or DATA",
    )


def too_many_equations(span: Span, most: int) -> Diagnostic:
    """A file with more equations than any model has."""
    return Diagnostic(
        "S3C501",
        f"the model has more than {most:,} equations, of which those from here on are not read",
        span,
        hint="use subscripts for equations that are alike",
    )


# --- Expressions ---------------------------------------------------------------------------------


def unknown_letter(span: Span, name: str) -> Diagnostic:
    """`1995€`: a letter that stands in no unquoted name."""
    return Diagnostic(
        "S3C110",
        f"“{printable(span.text)}” cannot stand here",
        span,
        hint=(
            f'if it belongs to a name, put the name in quotes: "{name}"'
            if len(name) > 1
            else "remove it; a name that holds such a sign must stand in double quotes"
        ),
    )


def name_with_digit_first(span: Span) -> Diagnostic:
    """`2nd rate`."""
    return Diagnostic(
        "S3C110",
        f"the name “{_short(span)}” begins with a digit",
        span,
        hint=f'put it in quotes: "{_short(span)}"',
    )


def name_with_sign(span: Span, sign: str) -> Diagnostic:
    """`net-flow = …`."""
    return Diagnostic(
        "S3C110",
        f"“{sign}” cannot stand in the name of what an equation defines",
        span,
        hint=f'put the name in quotes, here and wherever it is used: "{_short(span)}"',
    )


def bracket_not_closed(span: Span) -> Diagnostic:
    """`(a + b`."""
    closing = {"(": ")", "[": "]"}[span.text]
    return Diagnostic(
        "S3C105",
        f"this “{span.text}” is never closed",
        span,
        hint=f"write a “{closing}” where it should end",
    )


def bracket_not_opened(span: Span) -> Diagnostic:
    """`a + b)`."""
    opening = {")": "(", "]": "["}[span.text]
    return Diagnostic(
        "S3C105",
        f"this “{span.text}” closes nothing",
        span,
        hint=f"remove it, or write the “{opening}” that it should close",
    )


def brackets_crossed(opening: Span, closing: Span) -> Diagnostic:
    """`(a[b)`."""
    needed = {"(": ")", "[": "]"}[opening.text]
    return Diagnostic(
        "S3C105",
        f"“{opening.text}” is closed by “{closing.text}”",
        closing,
        hint=f"write “{needed}” first",
        notes=(Note("it was opened here", opening),),
    )


def foreign_sign(span: Span, meant: str) -> Diagnostic:
    """`a == b`, `a != b`, `a ** b`: other languages' signs."""
    return Diagnostic(
        "S3C101",
        f"there is no operator “{_short(span)}” here",
        span,
        hint=f"write “{meant}”",
    )


def half_keyword(span: Span, keyword: str) -> Diagnostic:
    """`a :AND b`."""
    return Diagnostic(
        "S3C101",
        f"the keyword “:{keyword}:” has a colon on both sides",
        span,
        hint=f"write “:{keyword}:”",
    )


def chained_comparison(span: Span) -> Diagnostic:
    """`a < b < c`."""
    return Diagnostic(
        "S3C101",
        f"a comparison cannot be compared again with “{span.text}”",
        span,
        hint="join two comparisons: “a < b :AND: b < c”, or use parentheses",
    )


def missing_operator(span: Span, before: Span, at_margin: bool) -> Diagnostic:
    """`births deaths`-like: two values side by side."""
    hint = f"write an operator between “{_short(before)}” and “{_short(span)}”"
    if at_margin:
        hint = "if a new equation begins here, end the one before it with “~ units ~ comment |”"
    return Diagnostic(
        "S3C101",
        "expected an operator such as + or *, or the end of the equation, "
        f"but found “{_short(span)}”",
        span,
        hint=hint,
    )


def missing_argument(span: Span) -> Diagnostic:
    """`f(a,,b)`, `f(a,)`."""
    return Diagnostic(
        "S3C101",
        "an argument is missing here",
        span,
        hint="write a value, or remove the comma",
    )


def missing_value(span: Span, before: Span) -> Diagnostic:
    """`a + * b`."""
    return Diagnostic(
        "S3C101",
        f"expected a value after “{_short(before)}”, but found “{_short(span)}”",
        span,
        hint="write a number, a name, or an expression in parentheses",
    )


def missing_last_value(span: Span) -> Diagnostic:
    """`a +`."""
    return Diagnostic(
        "S3C101",
        f"expected a value after “{_short(span)}”, but the equation ends",
        span,
        hint="write a number, a name, or an expression in parentheses",
    )


def unexpected(span: Span, expected: str, unquoted: bool) -> Diagnostic:
    """A word that cannot stand where it does; `unquoted`: quotes would make it a name."""
    return Diagnostic(
        "S3C101",
        f"expected {expected}, but found “{_short(span)}”",
        span,
        hint="a name that begins with a digit must stand in double quotes"
        if unquoted
        else f"write {expected} here, or remove “{_short(span)}”",
    )


def unexpected_end(span: Span, expected: str) -> Diagnostic:
    """The equation breaks off."""
    return Diagnostic(
        "S3C101",
        f"expected {expected}, but the equation ends",
        span,
        hint="complete the equation before its “~” or “|”",
    )


def kinds(accepted: AbstractSet[str]) -> str:
    """The grammar's words that could stand at a place, as a person names them.

    >>> kinds({"NAME", "NUMBER", "RPAR"})
    'a value or “)”'
    """
    alone = {f"{word}_ALONE" for word in {"NAME", "NUMBER"} & accepted}
    accepted = accepted | alone if len(alone) == 1 else accepted
    names = [name for words, name in _KINDS if words <= accepted]
    *most, last = names or ["something else"]
    return f"{', '.join(most)} or {last}" if most else last


# The first of a pair is what must be acceptable for the second to be said.
_KINDS: tuple[tuple[AbstractSet[str], str], ...] = (
    ({"NUMBER", "NAME"}, "a value"),
    ({"NAME_ALONE"}, "a name"),
    ({"NUMBER_ALONE"}, "a number"),
    ({"PLUS", "TIMES"}, "an operator such as + or *"),
    ({"EQUAL", "BECOMES"}, "“=”"),
    ({"COMMA"}, "“,”"),
    ({"SEMICOLON"}, "“;”"),
    ({"RPAR"}, "“)”"),
    ({"RSQB"}, "“]”"),
    ({"IMPLIES"}, "“:IMPLIES:”"),
    ({"$END"}, "the end of the equation"),
)


def _short(span: Span) -> str:
    """A span's text in one line, and not too much of it."""
    text = " ".join(span.text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"
