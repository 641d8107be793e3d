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
