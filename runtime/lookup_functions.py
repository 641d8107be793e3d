"""Other ways to read a lookup than to call it (reference C.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import builtin

if TYPE_CHECKING:
    from .lookups import Lookup


@builtin(
    "LOOKUP EXTRAPOLATE",
    units="(u1 -> u2, u1) -> u2",
    python="{0}.extrapolate({1})",
    native="lookup_extrapolate({0}, {1})",
    derivative={"x": "LOOKUP SLOPE(table, x, 1)"},
)
def lookup_extrapolate(table: Lookup, x: float) -> float:
    """The table's y at x, going on with the end slopes.

    Source: Vensim reference.
    Checked against: closed form, independent implementation (scipy.interpolate).
    """
    return table.extrapolate(x)


@builtin(
    "TABXL",
    units="(u1 -> u2, u1) -> u2",
    python="{0}.extrapolate({1})",
    native="lookup_extrapolate({0}, {1})",
    derivative={"x": "LOOKUP SLOPE(table, x, 1)"},
)
def tabxl(table: Lookup, x: float) -> float:
    """LOOKUP EXTRAPOLATE by its old name.

    Source: Vensim reference, LOOKUP EXTRAPOLATE.
    Checked against: closed form.
    """
    return table.extrapolate(x)


@builtin(
    "LOOKUP FORWARD",
    units="(u1 -> u2, u1) -> u2",
    python="{0}.forward({1})",
    native="lookup_forward({0}, {1})",
    derivative={"x": "0"},
)
def lookup_forward(table: Lookup, x: float) -> float:
    """The y of the first point at or after x.

    Source: Vensim reference, LOOKUP FORWARD.
    Checked against: closed form, independent implementation (scipy.interpolate).
    """
    return table.forward(x)


@builtin(
    "LOOKUP BACKWARD",
    units="(u1 -> u2, u1) -> u2",
    python="{0}.backward({1})",
    native="lookup_backward({0}, {1})",
    derivative={"x": "0"},
)
def lookup_backward(table: Lookup, x: float) -> float:
    """The y of the last point at or before x.

    Source: Vensim reference, LOOKUP BACKWARD.
    Checked against: closed form, independent implementation (scipy.interpolate).
    """
    return table.backward(x)


@builtin(
    "LOOKUP INVERT",
    units="(u1 -> u2, u2) -> u1",
    python="{0}.invert({1})",
    native="lookup_invert({0}, {1})",
)
def lookup_invert(table: Lookup, y: float) -> float:
    """The first x at which the table is y.

    Source: Vensim reference, LOOKUP INVERT.
    Checked against: closed form, independent implementation (scipy.interpolate).
    """
    return table.invert(y)


@builtin(
    "LOOKUP AREA",
    units="(u1 -> u2, u1, u1) -> u1*u2",
    python="{0}.area({1}, {2})",
    native="lookup_area({0}, {1}, {2})",
    derivative={"start": "-table(start)", "end": "table(end)"},
)
def lookup_area(table: Lookup, start: float, end: float) -> float:
    """The integral of the table from start to end.

    Formula: the integral of table(x) over x from start to end.
    Source: Vensim reference, LOOKUP AREA.
    Checked against: closed form, independent implementation (scipy.integrate).
    """
    return table.area(start, end)


@builtin(
    "LOOKUP SLOPE",
    units="(u1 -> u2, u1, 1) -> u2/u1",
    python="{0}.slope({1}, {2})",
    native="lookup_slope({0}, {1}, {2})",
    derivative={"x": "0", "mode": "0"},
)
def lookup_slope(table: Lookup, x: float, mode: float) -> float:
    """The slope of the table at x; outside: mode 0 zero, 1 the end's, -1 :NA:.

    Source: Vensim reference, LOOKUP SLOPE.
    Checked against: closed form.
    """
    return table.slope(x, mode)
