"""What can be wrong with data, and with what a model reads from files, in a modeller's words."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostics import Diagnostic, Note, Severity
from ..source import Span

__all__ = [
    "elements_unread",
    "needs_number",
    "needs_series",
    "needs_text",
    "no_element_function",
    "no_file_to_read",
    "no_lookup_function",
    "not_a_series",
    "of_points_alone",
    "only_in_data_equations",
    "reader_in_expression",
    "reads_a_database",
    "reads_a_vdf",
    "text_as_number",
    "too_many_ranges",
    "wrong_texts",
]


def wrong_texts(function: str, parameters: Sequence[str], got: int, span: Span) -> Diagnostic:
    """A GET … function with too many or too few arguments."""
    return Diagnostic(
        "S3C203",
        f"{function} takes {len(parameters)} arguments, not {got}",
        span,
        f"write {function}({', '.join(parameters)})",
    )


def needs_text(function: str, span: Span) -> Diagnostic:
    """An argument of a GET … function that is no text."""
    return Diagnostic(
        "S3C229",
        f"{function} takes texts, not numbers or variables",
        span,
        "write the text in single quotes, or the name of a string variable (name :IS: 'text')",
    )


def too_many_ranges(function: str, count: int, span: Span) -> Diagnostic:
    """A table of a file has two dimensions."""
    return Diagnostic(
        "S3C229",
        f"{function} fills at most two ranges of a left side, and this one has {count}",
        span,
        "write an equation for each element of the others",
    )


def no_lookup_function(span: Span) -> Diagnostic:
    """A lookup's body that calls something else."""
    return Diagnostic(
        "S3C229",
        "a lookup's points stand in parentheses, or in a file",
        span,
        "write points, (x1,y1),(x2,y2), or GET XLS LOOKUPS or GET DIRECT LOOKUPS",
    )


def no_element_function(span: Span) -> Diagnostic:
    """A subscript range that calls something else."""
    return Diagnostic(
        "S3C229",
        "a subscript range lists its elements, or reads them from a file",
        span,
        "write the elements, or GET XLS SUBSCRIPT or GET DIRECT SUBSCRIPT",
    )


def elements_unread(function: str, reason: str, hint: str, span: Span) -> Diagnostic:
    """A subscript range whose elements cannot be read."""
    return Diagnostic("S3C231", f"{function}: {reason}", span, hint)


def reader_in_expression(function: str, span: Span) -> Diagnostic:
    """A GET … function that is not the whole right side."""
    return Diagnostic(
        "S3C229",
        f"{function} is the whole right side of an equation",
        span,
        f"give it a variable of its own: name = {function}(…)",
    )


def reads_a_vdf(function: str, span: Span) -> Diagnostic:
    """A run's results in Vensim's own binary format."""
    return Diagnostic(
        "S3C210",
        f"{function} reads a .vdf file, whose format is not published: no number read from it"
        " could be trusted",
        span,
        "export the run from Vensim as .tab, .csv or .dat, then declare a data variable and"
        " supply it with --data, or read the table with GET DIRECT DATA",
    )


def reads_a_database(function: str, span: Span) -> Diagnostic:
    """What a database holds."""
    return Diagnostic(
        "S3C210",
        f"{function} reads a database, which s3c does not",
        span,
        "save the table as .csv or .xlsx beside the model, and read it with GET DIRECT or GET XLS",
    )


def no_file_to_read(function: str, span: Span) -> Diagnostic:
    """A subscript range in a file, and no file can be read."""
    return Diagnostic(
        "S3C231",
        f"{function.upper()} reads a file, and it is not known where the model stands",
        span,
        "compile the model from its file",
    )


def needs_number(function: str, span: Span) -> Diagnostic:
    """An argument that must be a number as it stands."""
    return Diagnostic(
        "S3C230", f"{function} takes a number here, not an expression", span, "write a number"
    )


def needs_series(function: str, span: Span) -> Diagnostic:
    """An argument that must be a data variable."""
    return Diagnostic(
        "S3C230",
        f"{function} takes a data variable here",
        span,
        "give what is computed a data equation of its own (name := …), and write its name here",
    )


def not_a_series(function: str, name: str, span: Span, definition: Span) -> Diagnostic:
    """A data function of something else, which Vensim answers with :NA:."""
    return Diagnostic(
        "S3C230",
        f"“{name}” is no data variable, so {function} is always :NA:",
        span,
        "name a data variable: one without an equation, or with a data equation (:=)",
        (Note("it is defined here", definition),),
        Severity.WARNING,
    )


def only_in_data_equations(function: str, span: Span) -> Diagnostic:
    """TIME SHIFT, CUMULATE or such outside a data equation, or within an expression."""
    return Diagnostic(
        "S3C230",
        f"{function} is the whole right side of a data equation",
        span,
        f"give it a data equation of its own: name := {function}(…)",
    )


def of_points_alone(function: str, span: Span) -> Diagnostic:
    """INTERPOLATE outside a data equation, where a series is read by its keyword."""
    return Diagnostic(
        "S3C230",
        f"{function} stands in data equations alone",
        span,
        f"write name := {function}(…), or the variable's name: it is read between its points",
    )


def text_as_number(name: str, span: Span, definition: Span) -> Diagnostic:
    """A string variable in an expression."""
    return Diagnostic(
        "S3C206",
        f"“{name}” is a text, not a number",
        span,
        "string variables are arguments of GET … functions alone",
        (Note("it is defined here", definition),),
    )
