"""Vensim's functions in XMILE's: the same by another name, or written out where XMILE differs.

A rewriting is an expression of the language itself, in the names of the function's arguments.
WHOLE and REMAINDER, of numbers that are not negative, are XMILE's INT and MOD there, and BEFORE
is its PREVIOUS. The definitions are those of the runtime's functions, to the half time step and
to the 1e-6 that ZIDZ takes for zero.
"""

from __future__ import annotations

from functools import cache

from s3c.runtime import fold

from ..syntax import Expression, parse_expression
from .text import Written

__all__ = ["HELD", "OWN_NAMES", "PURE", "RENAMED", "rewriting"]

RENAMED = {
    "abs": "ABS",
    "sqrt": "SQRT",
    "exp": "EXP",
    "ln": "LN",
    "sin": "SIN",
    "cos": "COS",
    "tan": "TAN",
    "arcsin": "ARCSIN",
    "arccos": "ARCCOS",
    "arctan": "ARCTAN",
    "min": "MIN",
    "max": "MAX",
    "whole": "INT",
    "before": "PREVIOUS",
    "initial": "INIT",
    "reinitial": "INIT",
    "smooth": "SMTH1",
    "smoothi": "SMTH1",
    "smooth3": "SMTH3",
    "smooth3i": "SMTH3",
    "delay1": "DELAY1",
    "delay1i": "DELAY1",
    "delay3": "DELAY3",
    "delay3i": "DELAY3",
    "trend": "TREND",
    "forecast": "FORCST",
}
"""Functions with the same arguments and the same meaning: by folded name, XMILE's name."""

_MIDDLE = "Time + TIME STEP / 2"
_SINCE = "(Time + TIME STEP / 2 - start)"
_WIDTH = "MAX(width, TIME STEP)"
_REWRITINGS = {
    ("log", "x", "base"): "LN(x) / LN(base)",
    ("power", "x", "exponent"): "x ^ exponent",
    ("sinh", "x"): "(EXP(x) - EXP(-x)) / 2",
    ("cosh", "x"): "(EXP(x) + EXP(-x)) / 2",
    # So that no power of e overflows.
    ("tanh", "x"): "IF THEN ELSE(x < 0, -1, 1) * (1 - EXP(-2 * ABS(x))) / (1 + EXP(-2 * ABS(x)))",
    # XMILE's INT is the whole number below: that of -9.7 is -10.
    ("integer", "x"): "IF THEN ELSE(x < 0, -WHOLE(-x), WHOLE(x))",
    ("quantum", "a", "b"): "IF THEN ELSE(b <= 0, a, b * INTEGER(a / b))",
    # XMILE's MOD has the sign of the divisor.
    ("modulo", "a", "b"): (
        "IF THEN ELSE(b <= 0, 0, IF THEN ELSE(a < 0, -REMAINDER(-a, b), REMAINDER(a, b)))"
    ),
    # XMILE's SAFEDIV asks for an exact zero.
    ("xidz", "a", "b", "x"): "IF THEN ELSE(ABS(b) < 1e-06, x, a / b)",
    ("zidz", "a", "b"): "IF THEN ELSE(ABS(b) < 1e-06, 0, a / b)",
    ("step", "height", "start"): f"IF THEN ELSE({_MIDDLE} > start, height, 0)",
    ("ramp", "slope", "start", "finish"): (
        "IF THEN ELSE(Time <= start, 0, "
        "slope * (IF THEN ELSE(start > finish, Time, MIN(Time, finish)) - start))"
    ),
    ("pulse", "start", "width"): (
        f"IF THEN ELSE({_MIDDLE} > start :AND: "
        f"{_MIDDLE} < start + IF THEN ELSE(width = 0, TIME STEP, width), 1, 0)"
    ),
    ("pulse train", "start", "width", "interval", "finish"): (
        f"IF THEN ELSE({_SINCE} < 0 :OR: Time > finish + 1e-06 * TIME STEP, 0, "
        f"IF THEN ELSE(interval < {_WIDTH}, 1, IF THEN ELSE("
        f"{_SINCE} - WHOLE({_SINCE} / interval) * interval < {_WIDTH}, 1, 0)))"
    ),
    ("sample if true", "condition", "x", "initial"): (
        "IF THEN ELSE(condition, x, BEFORE(itself, initial))"
    ),
    ("game", "x"): "x",
    ("time base", "start", "slope"): "start + slope * Time",
}

HELD = frozenset(
    {
        *("step", "ramp", "pulse", "pulse train", "sample if true", "delay fixed", "delay n"),
        *("smooth n", "random 0 1", "random uniform"),
    }
)
"""What Vensim does not compute anew inside a Runge-Kutta step (reference D.4)."""

PURE = frozenset(
    {
        *("abs", "sqrt", "exp", "ln", "sin", "cos", "tan", "arcsin", "arccos", "arctan"),
        *(
            "min",
            "max",
            "whole",
            "remainder",
            "if then else",
            "with lookup",
            "sum",
            "prod",
            "vmin",
            "vmax",
        ),
        *("elmcount", "lookup extrapolate", "tabxl", "lookup backward"),
        *(name for name, *_ in _REWRITINGS if name != "sample if true"),
    }
)
"""Functions that may be computed twice: they remember nothing and draw nothing."""


OWN_NAMES = {"time": Written("TIME"), "time step": Written("DT"), "itself": Written("SELF")}
"""What every rewriting may name besides its arguments."""


@cache
def rewriting(key: str) -> tuple[tuple[str, ...], Expression] | None:
    """How a function is written out: the names of its arguments, and an expression in them."""
    for (name, *arguments), text in _REWRITINGS.items():
        if fold(name) == key:
            return tuple(arguments), parse_expression(text)
    return None
