"""The forms of the language that the compiler treats itself: signature and meaning only.

They look like functions to a modeller, but remember, choose or look ahead: no pure function could
do what they do. The compiler turns each into stocks, memories or plain Python.
"""

from __future__ import annotations

from .registry import form
from .sections import Phase, Section

form(
    "IF THEN ELSE",
    "condition",
    "then",
    "otherwise",
    units="(1, u, u) -> u",
    section=Section.ARITHMETIC,
    phase=Phase.STEP,
    whole=False,
    doc="""`then` where the condition is not zero, else `otherwise`.

    Only the chosen side is computed, so that the other may divide by zero.

    Source: Vensim reference, IF THEN ELSE.
    Checked against: Vensim.
    """,
)
form(
    "INTEG",
    "rate",
    "initial",
    units="(u/t, u) -> u",
    section=Section.STOCKS,
    phase=Phase.STEP,
    doc="""A stock: starts at `initial` and accumulates `rate`, per unit of time.

    Formula: initial + the integral of rate over time.
    Source: Vensim reference, INTEG.
    Checked against: closed form, Vensim.
    """,
)
form(
    "INITIAL",
    "x",
    units="(u) -> u",
    section=Section.STOCKS,
    phase=Phase.INITIAL,
    doc="""The value that `x` has at INITIAL TIME, during the whole run.

    Source: Vensim reference, INITIAL.
    Checked against: closed form, Vensim.
    """,
)
form(
    "REINITIAL",
    "x",
    units="(u) -> u",
    section=Section.STOCKS,
    phase=Phase.INITIAL,
    doc="""The value that `x` has when the run starts: INITIAL by another name.

    Source: Vensim reference, REINITIAL.
    Checked against: closed form.
    Uncertain: Vensim computes it anew where a run that was stopped goes on, and at each interval of
    a game; here it keeps its first value, so that a run which goes on is the one not stopped.
    """,
)
form(
    "TIME BASE",
    "start",
    "slope",
    units="(u, u/t) -> u",
    section=Section.TIME,
    phase=Phase.STEP,
    doc="""Another way to count time: `start` when Time is 0, and `slope` more for each unit of it.

    Source: Vensim reference, TIME BASE.
    Checked against: closed form.
    """,
)
form(
    "ACTIVE INITIAL",
    "active",
    "initial",
    units="(u, u) -> u",
    section=Section.STOCKS,
    phase=Phase.STEP,
    doc="""`active`; where another initial value needs the variable, `initial` stands for it.

    Breaks a circle of initial values; never seen in the variable's own output.

    Source: Vensim reference, ACTIVE INITIAL.
    Checked against: Vensim.
    """,
)
form(
    "WITH LOOKUP",
    "x",
    "table",
    units="(1, u1 -> u) -> u",
    section=Section.LOOKUPS,
    phase=Phase.STEP,
    tables=("table",),
    whole=False,
    doc="""The value at `x` of the table that is written in place.

    Source: Vensim reference, WITH LOOKUP.
    Checked against: Vensim, independent implementation (numpy).
    """,
)
form(
    "GAME",
    "x",
    units="(u) -> u",
    section=Section.STOCKS,
    phase=Phase.STEP,
    doc="""`x`, except in a game, where the player sets it.

    Source: Vensim reference, GAME.
    Checked against: Vensim.
    """,
)
form(
    "ELMCOUNT",
    "range",
    units="(*) -> 1",
    section=Section.ARRAYS,
    phase=Phase.CONSTANT,
    whole=False,
    doc="""How many elements a subscript range has: a subrange its own, an alias those of its range.

    Source: Vensim reference, ELMCOUNT.
    Checked against: closed form, Vensim.
    """,
)
form(
    "MESSAGE",
    "text",
    "display",
    units="(*, 1) -> 1",
    section=Section.ARITHMETIC,
    phase=Phase.DISCRETE,
    whole=False,
    doc="""Shows the text wherever it is computed and `display` is above zero; then 1, else 0.

    The text stands in single quotes, or is a string variable. A run lists what it showed, and when,
    in `run.messages`; `s3c run` prints each text once. Ways to display it are all one here. A
    branch of IF THEN ELSE that is not chosen shows nothing; inside a Runge-Kutta step it gives 0.
    Source: Vensim reference, MESSAGE.
    Checked against: closed form.
    """,
)
form(
    "TIME SHIFT",
    "series",
    "by",
    units="(u, t) -> u",
    section=Section.DATA,
    phase=Phase.CONSTANT,
    doc="""In a data equation: the series, so much earlier. Its value at t is that at t + `by`.

    Formula: series(t + by).
    Source: Vensim reference, TIME SHIFT.
    Checked against: closed form.
    """,
)
form(
    "CUMULATE",
    "series",
    units="(u) -> u",
    section=Section.DATA,
    phase=Phase.CONSTANT,
    doc="""In a data equation: at each point of the series, the sum of it and of all before it.

    Nothing is multiplied by the time between points.
    Source: Vensim reference, CUMULATE.
    Checked against: closed form.
    """,
)
form(
    "CUMULATEF",
    "series",
    units="(u) -> u",
    section=Section.DATA,
    phase=Phase.CONSTANT,
    doc="""In a data equation: one point, the sum of all of the series at its last time.

    Source: Vensim reference, CUMULATEF.
    Checked against: closed form.
    """,
)
form(
    "INTERPOLATE",
    "series",
    units="(u) -> u",
    section=Section.DATA,
    phase=Phase.CONSTANT,
    whole=False,
    doc="""In a data equation: the series in a straight line between its points.

    It has a value at every time from its first point to its last, so that others may be combined
    with it at their own points.
    Source: Vensim reference, INTERPOLATE.
    Checked against: closed form.
    Uncertain: Vensim's manual names the function and says no more.
    """,
)
form(
    "X IF MISSING",
    "expression",
    "number",
    units="(u, u) -> u",
    section=Section.DATA,
    phase=Phase.CONSTANT,
    doc="""In a data equation: the expression wherever any of its series has a point.

    The number stands for those that have none there.

    Source: Vensim reference, X IF MISSING.
    Checked against: closed form.
    """,
)
form(
    "TABBED ARRAY",
    "numbers",
    units="(*) -> *",
    section=Section.ARRAYS,
    phase=Phase.CONSTANT,
    doc="""Numbers for all elements of the left side, parted by blanks, a row on each line.

    Source: Vensim reference, TABBED ARRAY.
    Checked against: Vensim.
    """,
)
form(
    "A FUNCTION OF",
    "variables",
    units="(*) -> *",
    section=Section.ARITHMETIC,
    phase=Phase.STEP,
    doc="""An equation that is yet to be written: the drawing tool puts it there. It has no value.

    Source: Vensim reference, A FUNCTION OF.
    Checked against: refused.
    """,
)


# --- What is read from files (reference C.11) ----------------------------------------------------

_PROGRAMS = {
    "XLS": "a workbook, .xlsx, .xls or .ods",
    "DIRECT": "a text file, parted by commas, tabs or another sign that `tab` gives, or a workbook",
    "123": "a workbook",
}
_READ = {
    "CONSTANTS": (
        ("file", "tab", "cell"),
        "Numbers from a file, from a cell on, the last range across; a star turns the table.",
    ),
    "DATA": (
        ("file", "tab", "time_row_or_col", "cell"),
        "The points of a data variable from a file: times in a row or column, values from a cell.",
    ),
    "LOOKUPS": (
        ("file", "tab", "x_row_or_col", "cell"),
        "The points of a lookup from a file: x in a row or column, y from a cell on.",
    ),
    "SUBSCRIPT": (
        ("file", "tab", "first_cell", "last_cell", "prefix"),
        "The elements of a subscript range from a file, read when the model is compiled.",
    ),
}
_UNSEEN = ("XLS CONSTANTS", "XLS SUBSCRIPT", *(f"123 {each}" for each in _READ))
"""Of which there is no output of Vensim's to compare with."""

for _program, _file in _PROGRAMS.items():
    for _what, (_parameters, _doc) in _READ.items():
        _name = f"{_program} {_what}"
        _seen = "" if _name in _UNSEEN else ", Vensim"
        form(
            f"GET {_name}",
            *_parameters,
            units=f"({', '.join('*' * len(_parameters))}) -> *",
            section=Section.FILES,
            phase=Phase.CONSTANT,
            doc=f"""{_doc}

    Arguments are texts in single quotes, or string variables. The file is {_file}; it is looked for
    in the model's folder.
    Errors: the file, the sheet or the cell is not there; a cell that is needed holds no number.
    Source: Vensim reference, GET {_name}.
    Checked against: closed form{_seen}.
    """,
        )
for _what, _more in (("CONSTANTS", ()), ("DATA", ("start", "slope")), ("LOOKUPS", ())):
    form(
        f"GET VDF {_what}",
        *("file", "variable", *_more),
        units=f"({', '.join(['*'] * (2 + len(_more)))}) -> *",
        section=Section.FILES,
        phase=Phase.CONSTANT,
        doc="""What another run gave, from Vensim's own file. s3c refuses it.

    The format of .vdf files is not published, so that no number read from one could be trusted:
    export the run from Vensim as a table, and supply it as data.
    Source: Vensim reference, GET VDF.
    Checked against: refused.
    """,
    )
    form(
        f"GET ODBC {_what}",
        "query",
        units="(*) -> *",
        section=Section.FILES,
        phase=Phase.CONSTANT,
        doc="""What a database holds. s3c refuses it.

    Databases are not read: what a model depends on must be in files beside it. Save the table as
    .csv or .xlsx, and read it with GET DIRECT or GET XLS.
    Source: Vensim reference, GET ODBC.
    Checked against: refused.
    """,
    )
