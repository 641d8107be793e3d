"""What the reading of XMILE has to say, in a modeller's words: one function a finding."""

from __future__ import annotations

from collections.abc import Iterable

from s3c.runtime import printable

from ..diagnostics import Diagnostic, Note, Severity, did_you_mean
from ..source import Span

# --- XML (S3C151) --------------------------------------------------------------------------------


def not_well_formed(span: Span, what: str, opened: Span | None) -> Diagnostic:
    """XML that no XML parser reads."""
    notes = (Note("the innermost element that is open begins here", opened),) if opened else ()
    hint = "open it in an XML editor, or save it anew from the program that wrote it"
    return Diagnostic("S3C151", f"the file is not well-formed XML: {what}", span, hint, notes)


def undecodable(span: Span) -> Diagnostic:
    """A byte that is not of the file's encoding."""
    hint = "save the file as UTF-8"
    return Diagnostic("S3C151", "a byte here is not in the file's encoding", span, hint)


def doctype(span: Span) -> Diagnostic:
    """`<!DOCTYPE …>`: entities of one's own can make a little text enormous."""
    return Diagnostic(
        "S3C151",
        "a document type is declared; XMILE has none, and entities are not read",
        span,
        hint="remove the “<!DOCTYPE …>”, and write entities out",
    )


def nested_xml(span: Span, deepest: int) -> Diagnostic:
    """Elements within elements without end."""
    return Diagnostic(
        "S3C151",
        f"elements are nested deeper than {deepest} levels",
        span,
        hint="an XMILE model needs some ten levels: check the end tags",
    )


def too_many_elements(span: Span, most: int) -> Diagnostic:
    """More elements than any model has."""
    return Diagnostic("S3C151", f"the file has more than {most} elements", span, "divide the model")


def file_too_long(span: Span, longest: int) -> Diagnostic:
    """A file of a size that no model has."""
    hint = "remove the diagrams and data that it holds"
    return Diagnostic("S3C151", f"the file has more than {longest} characters", span, hint)


# --- The file's structure (S3C152, S3C154) -------------------------------------------------------


def not_xmile(span: Span, tag: str) -> Diagnostic:
    """XML, but of another kind."""
    return Diagnostic(
        "S3C152",
        f"the file's outermost element is “{tag}”; that of an XMILE file is “xmile”",
        span,
        hint="export the model as XMILE",
    )


def no_model(span: Span) -> Diagnostic:
    """`<xmile>` without `<model>`."""
    return Diagnostic("S3C152", "the file has no “<model>”", span, hint="export the model as XMILE")


def no_name(span: Span, what: str) -> Diagnostic:
    """An element that must have a name, and has none."""
    hint = f'write “<{what} name="…">”'
    return Diagnostic("S3C154", f"this “{what}” has no name", span, hint)


def name_too_long(span: Span) -> Diagnostic:
    """A name that nobody can read."""
    return Diagnostic("S3C154", "a name has more than 1000 letters", span, hint="shorten it")


def not_a_number(span: Span, what: str) -> Diagnostic:
    """A text where a number must stand."""
    return Diagnostic("S3C154", f"{what} is not a number", span, hint="write a number")


def no_elements(span: Span, name: str) -> Diagnostic:
    """A dimension that neither counts nor names its elements."""
    hint = "give it a size, or an “<elem>” for each element"
    return Diagnostic("S3C154", f"the dimension “{name}” has no elements", span, hint)


def too_large(span: Span, name: str, most: int) -> Diagnostic:
    """A dimension of a size that no model has."""
    what = f"the dimension “{name}” has more than {most} elements"
    return Diagnostic("S3C154", what, span, hint="give it fewer")


def unknown_dimension(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """`<dim>` in a variable that no dimension of the file has."""
    hint = did_you_mean(name, known) or "list it in the file's “<dimensions>”"
    return Diagnostic("S3C154", f"there is no dimension “{name}”", span, hint)


def subscripts_missing(span: Span, name: str, wanted: int) -> Diagnostic:
    """`<element subscript="A">` of a variable with two dimensions."""
    what = f"“{name}” has {wanted} dimensions; this element names another number of subscripts"
    return Diagnostic("S3C154", what, span, hint="name one element of each dimension, in order")


def table_without_points(span: Span) -> Diagnostic:
    """`<gf>` without `<ypts>`."""
    hint = "write “<ypts>”, and “<xpts>” or “<xscale>”"
    return Diagnostic("S3C154", "this table has no points", span, hint)


def points_uneven(span: Span, x: int, y: int) -> Diagnostic:
    """As many x as y."""
    hint = "give each point an x and a y"
    return Diagnostic("S3C154", f"this table has {x} x values and {y} y values", span, hint)


def control_twice(span: Span, name: str, other: Span) -> Diagnostic:
    """A variable `TIME STEP` that says something else than `<sim_specs>`."""
    return Diagnostic(
        "S3C154",
        f"the variable “{name}” is not what “<sim_specs>” says of the same thing",
        span,
        hint="give both the same number, or rename or remove the variable",
        notes=(Note("which is this", other),),
    )


# --- Expressions ---------------------------------------------------------------------------------


def no_expression(span: Span) -> Diagnostic:
    """`???`."""
    return Diagnostic(
        "S3C152",
        "“???” stands where the program that wrote this file could not express an equation",
        span,
        hint="write the equation; the original model has it",
    )


def unknown_letter(span: Span) -> Diagnostic:
    """A letter that begins no word."""
    hint = "put names with other signs than letters, digits, “_” and “$” between double quotes"
    return Diagnostic("S3C101", f"“{span.text}” has no meaning here", span, hint)


def unexpected(span: Span, text: str) -> Diagnostic:
    """A word that cannot stand where it stands."""
    hint = "check what stands before it: an operator, an operand or a parenthesis is missing"
    return Diagnostic("S3C101", f"“{text}” cannot stand here", span, hint)


def missing_operator(span: Span) -> Diagnostic:
    """`a b`."""
    hint = "write an operator, or join the words of a name with “_”"
    what = f"“{span.text}” follows a name without an operator"
    return Diagnostic("S3C101", what, span, hint)


def unexpected_end(span: Span) -> Diagnostic:
    """An equation that stops too soon."""
    hint = "an operand, a parenthesis, THEN or ELSE is missing"
    return Diagnostic("S3C101", "the equation ends too soon", span, hint)


def number_too_large(span: Span) -> Diagnostic:
    """`1e999`."""
    return Diagnostic("S3C107", "the number is too large", span, hint="the largest is 1.79e308")


def too_long(span: Span, most: int) -> Diagnostic:
    """An equation that means more than anyone can read."""
    what = f"written out, the equation has more than {most} parts"
    return Diagnostic("S3C109", what, span, hint="give parts of it variables of their own")


# --- What cannot be expressed (S3C153) -----------------------------------------------------------


def computed_subscript(span: Span) -> Diagnostic:
    """`a[i + 1]`."""
    return Diagnostic(
        "S3C153",
        "a subscript is computed, which is not compiled",
        span,
        hint="name an element or a dimension; write an “<element>” for each case",
    )


def slice_of_array(span: Span) -> Diagnostic:
    """`a[1:3]`."""
    return Diagnostic(
        "S3C153",
        "a part of a dimension (first:last) is not compiled",
        span,
        hint="make it a dimension of its own, with the same elements, and name that",
    )


def no_function(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A call of something that is neither function, macro nor table."""
    hint = did_you_mean(name, known) or "write what it does in equations, or as a “<macro>”"
    what = f"“{name}” is no function that is compiled, no macro and no table of the file"
    return Diagnostic("S3C153", what, span, hint)


def not_expressible(span: Span, what: str, hint: str) -> Diagnostic:
    """A construct that changes numbers and has no counterpart."""
    return Diagnostic("S3C153", f"{what} is not compiled", span, hint)


def argument_count(span: Span, name: str, least: int, most: int, got: int) -> Diagnostic:
    """A function with too few or too many arguments."""
    count = str(least) if least == most else f"{least} to {most}"
    what = f"{name} takes {count} argument{'' if count == '1' else 's'}, not {got}"
    return Diagnostic("S3C203", what, span, hint=f"see {name} in the XMILE standard")


def delay_varies(span: Span, name: str) -> Diagnostic:
    """A discrete delay whose length changes while the model runs."""
    return Diagnostic(
        "S3C153",
        f"the delay time of {name} may change during the run, which is not compiled",
        span,
        hint="use INIT(…) of it, or DELAY1 or DELAY3",
    )


def needs_table(span: Span, name: str) -> Diagnostic:
    """`LOOKUP(x, …)` of what is no table."""
    hint = "name a variable that has a “<gf>”"
    return Diagnostic("S3C206", f"{name} needs a table as its first argument", span, hint)


def arrays_differ(span: Span) -> Diagnostic:
    """`SUM(a[*] * b[*])` over different dimensions, or one over the same twice."""
    return Diagnostic(
        "S3C153",
        "the arrays in this argument do not run over the same dimensions, each once",
        span,
        hint="give each of them a function of its own, or name the elements",
    )


def position_differs(span: Span, name: str) -> Diagnostic:
    """A dimension as a number, whose elements stand elsewhere in another dimension."""
    return Diagnostic(
        "S3C153",
        f"“{name}” is used as a number, but another dimension has its elements in other places",
        span,
        hint="rename the elements of one of them",
    )


def reserved(span: Span, name: str) -> Diagnostic:
    """A macro or a table that is called like a function."""
    what = f"“{name}” is the name of a function, too; which is meant in a call is unclear"
    return Diagnostic("S3C153", what, span, hint="rename it")


# --- Modules (S3C155) ----------------------------------------------------------------------------


def no_such_model(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A module whose model is not in the file."""
    hint = did_you_mean(name, known) or "add its “<model>” to this file"
    return Diagnostic("S3C155", f"there is no model “{name}” for this module", span, hint)


def module_in_itself(span: Span, name: str) -> Diagnostic:
    """A model that is a module of itself."""
    what = f"the module “{name}” would be a part of itself"
    return Diagnostic("S3C155", what, span, hint="give it another model")


def too_many_variables(span: Span, most: str) -> Diagnostic:
    """Modules of modules of modules."""
    what = f"with its modules written out, the model has more than {most}"
    return Diagnostic("S3C155", what, span, hint="use fewer modules")


def no_source(span: Span, name: str) -> Diagnostic:
    """`<connect>` from a variable that is not there."""
    hint = "name a variable, with the modules that it is in: module.variable"
    return Diagnostic("S3C155", f"“{name}” is connected here, but is not in the model", span, hint)


def twice(span: Span, what: str, name: str, first: Span) -> Diagnostic:
    """A dimension, a macro or a model that is there already."""
    return Diagnostic(
        "S3C154",
        f"there are two {what} called “{name}”",
        span,
        hint="rename or remove one of them",
        notes=(Note("the other is this", first),),
    )


def not_used(span: Span, name: str) -> Diagnostic:
    """A named model that no module stands for."""
    return Diagnostic(
        "S3C155",
        f"no module stands for the model “{name}”: it is not simulated",
        span,
        hint="add a “<module>” for it, or remove it",
        severity=Severity.WARNING,
    )


# --- Non-negative stocks (S3C156) ----------------------------------------------------------------


def outflow_stays(span: Span, stock: str, flow: str, others: tuple[Note, ...]) -> Diagnostic:
    """What a stock that may not be negative does when it is empty."""
    return Diagnostic(
        "S3C156",
        f"if “{stock}” runs empty, it is held at zero, but its outflow “{flow}” stays as it is",
        span,
        hint="limit the flow in its own equation, as by MIN(…, stock/DT), or remove “non_negative”",
        notes=others,
        severity=Severity.WARNING,
    )


# --- What is left aside (S3C158), or done otherwise (S3C251) --------------------------------------


def left_aside(span: Span, tag: str, others: tuple[Note, ...]) -> Diagnostic:
    """Elements of a program's own within variables, and data from other files."""
    return Diagnostic(
        "S3C158",
        f"“<{printable(tag)}>” is not read, whatever it changes in the program that wrote it",
        span,
        hint="look whether the program gives other numbers, and write what it does as equations",
        notes=others,
        severity=Severity.WARNING,
    )


def another_method(span: Span, asked: str, taken: str) -> Diagnostic:
    """A method of integration that is not compiled, before one in the file's list that is."""
    return Diagnostic(
        "S3C251",
        f"the integration method “{printable(asked)}” is not compiled; the file's next, “{taken}”,"
        " is taken",
        span,
        hint="`s3c run --method` chooses another; a shorter step makes the difference small",
        severity=Severity.WARNING,
    )


def no_format(span: Span) -> Diagnostic:
    """`s3c format model.xmile`."""
    return Diagnostic(
        "S3C157",
        "XMILE files are not formatted: their layout is that of XML",
        span,
        hint="use an XML formatter, or format the .mdl file that the model comes from",
    )
