"""The functions of the language that take and give numbers: arithmetic (reference C.1).

To add a pure function is to add one decorated function: its signature gives the number of
arguments, its docstring the documentation. Numbers are floats; a truth value may stand for one.
A function that has no value raises ValueError, OverflowError or ZeroDivisionError, and never
returns infinity or NaN for finite arguments.
"""

from __future__ import annotations

import math

from .registry import builtin

_NEARLY_ZERO = 1e-6  # XIDZ and ZIDZ take a smaller divisor for zero


# Where numpy gives the same bits for arrays, a template says so; only the sign of a zero may differ
# (MIN and MAX of zeros with different signs, INTEGER of -0.5).


@builtin(
    "ABS",
    units="(u) -> u",
    python="abs({0})",
    numpy="np.abs({0})",
    native="abs({0})",
    total=True,
    derivative={"x": "IF THEN ELSE(x > 0, 1, IF THEN ELSE(x < 0, -1, 0))"},
)
def absolute(x: float) -> float:
    """The size of x, without its sign.

    Source: Vensim reference, ABS.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return abs(x)


@builtin(
    "SQRT",
    units="(u) -> u^0.5",
    python="math.sqrt({0})",
    numpy="np.sqrt({0})",
    native="math.sqrt({0})",
    derivative={"x": "0.5 / SQRT(x)"},
    steep=True,
)
def sqrt(x: float) -> float:
    """The square root of x.

    Formula: x ^ 0.5.
    Errors: x < 0.
    Source: Vensim reference, SQRT.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.sqrt(x)


@builtin(
    "EXP", units="(1) -> 1", python="math.exp({0})", native="exp({0})", derivative={"x": "EXP(x)"}
)
def exp(x: float) -> float:
    """The number e to the power of x.

    Formula: e ^ x.
    Errors: overflow.
    Source: Vensim reference, EXP.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.exp(x)


@builtin(
    "LN", units="(1) -> 1", python="math.log({0})", native="log({0})", derivative={"x": "1 / x"}
)
def ln(x: float) -> float:
    """The natural logarithm of x.

    Errors: x <= 0.
    Source: Vensim reference, LN.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.log(x)


@builtin(
    "LOG",
    units="(1, 1) -> 1",
    python="math.log({0}, {1})",
    native="logarithm({0}, {1})",
    derivative={"x": "1 / (x * LN(base))", "base": "-LN(x) / (base * LN(base) ^ 2)"},
)
def log(x: float, base: float) -> float:
    """The logarithm of x to a base.

    Formula: LN(x) / LN(base).
    Errors: x <= 0, base <= 0, base = 1.
    Source: Vensim reference, LOG.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.log(x, base)


@builtin(
    "POWER",
    units="(u, 1) -> u^y",
    python="math.pow({0}, {1})",
    native="power({0}, {1})",
    derivative={
        "x": "IF THEN ELSE(y = 0, 0, y * x ^ (y - 1))",
        "y": "IF THEN ELSE(x = 0, 0, x ^ y * LN(x))",
    },
    steep=True,
)
def power(x: float, y: float) -> float:
    """The number x to the power of y, as `x ^ y`: a real number; 0 ^ 0 is 1.

    Formula: x ^ y.
    Errors: x < 0 and y has a fraction; x = 0 and y < 0; overflow.
    Source: Vensim reference, POWER.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.pow(x, y)


@builtin(
    "MIN",
    units="(u, u) -> u",
    python="min({0}, {1})",
    numpy="np.minimum({0}, {1})",
    native="minimum({0}, {1})",
    total=True,
    derivative={"a": "IF THEN ELSE(a <= b, 1, 0)", "b": "IF THEN ELSE(a <= b, 0, 1)"},
)
def minimum(a: float, b: float) -> float:
    """The smaller of a and b.

    Source: Vensim reference, MIN.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return min(a, b)


@builtin(
    "MAX",
    units="(u, u) -> u",
    python="max({0}, {1})",
    numpy="np.maximum({0}, {1})",
    native="maximum({0}, {1})",
    total=True,
    derivative={"a": "IF THEN ELSE(a >= b, 1, 0)", "b": "IF THEN ELSE(a >= b, 0, 1)"},
)
def maximum(a: float, b: float) -> float:
    """The larger of a and b.

    Source: Vensim reference, MAX.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return max(a, b)


@builtin(
    "INTEGER",
    units="(u) -> u",
    numpy="np.trunc({0})",
    native="integer({0})",
    total=True,
    derivative={"x": "0"},
)
def integer(x: float) -> float:
    """The whole part of x: -9.7 gives -9.

    Source: Vensim reference, INTEGER.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return float(math.trunc(x))


@builtin(
    "QUANTUM",
    units="(u, u) -> u",
    native="quantum({0}, {1})",
    derivative={"a": "IF THEN ELSE(b <= 0, 1, 0)", "b": "IF THEN ELSE(b <= 0, 0, INTEGER(a / b))"},
)
def quantum(a: float, b: float) -> float:
    """The multiple of b next to a, towards zero; a where b <= 0.

    Formula: b * INTEGER(a / b).
    Source: Vensim reference, QUANTUM.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return a if b <= 0 else b * math.trunc(a / b)


@builtin(
    "MODULO",
    units="(u, u) -> u",
    native="modulo({0}, {1})",
    derivative={"a": "IF THEN ELSE(b <= 0, 0, 1)", "b": "IF THEN ELSE(b <= 0, 0, -INTEGER(a / b))"},
)
def modulo(a: float, b: float) -> float:
    """The remainder of a / b, with the sign of a; 0 where b <= 0.

    Computed without rounding, as C's fmod.

    Formula: a - QUANTUM(a, b).
    Source: Vensim reference, MODULO.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return 0.0 if b <= 0 else math.fmod(a, b)


@builtin(
    "XIDZ",
    units="(u1, u2, u1/u2) -> u1/u2",
    native="xidz({0}, {1}, {2})",
    derivative={
        "a": "IF THEN ELSE(ABS(b) < 1e-6, 0, 1 / b)",
        "b": "IF THEN ELSE(ABS(b) < 1e-6, 0, -a / b / b)",
        "x": "IF THEN ELSE(ABS(b) < 1e-6, 1, 0)",
    },
)
def xidz(a: float, b: float, x: float) -> float:
    """The ratio a / b; x where b is nearer to zero than 1e-6.

    Formula: IF THEN ELSE(ABS(b) < 1e-6, x, a / b).
    Source: Vensim reference, XIDZ.
    Checked against: closed form, Vensim.
    """
    return x if abs(b) < _NEARLY_ZERO else a / b


@builtin(
    "ZIDZ",
    units="(u1, u2) -> u1/u2",
    native="zidz({0}, {1})",
    derivative={
        "a": "IF THEN ELSE(ABS(b) < 1e-6, 0, 1 / b)",
        "b": "IF THEN ELSE(ABS(b) < 1e-6, 0, -a / b / b)",
    },
)
def zidz(a: float, b: float) -> float:
    """The ratio a / b; 0 where b is nearer to zero than 1e-6.

    Formula: IF THEN ELSE(ABS(b) < 1e-6, 0, a / b).
    Source: Vensim reference, ZIDZ.
    Checked against: closed form, Vensim.
    """
    return 0.0 if abs(b) < _NEARLY_ZERO else a / b


@builtin(
    "SIN", units="(1) -> 1", python="math.sin({0})", native="sin({0})", derivative={"x": "COS(x)"}
)
def sin(x: float) -> float:
    """The sine of x, in radians.

    Source: Vensim reference, SIN.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.sin(x)


@builtin(
    "COS", units="(1) -> 1", python="math.cos({0})", native="cos({0})", derivative={"x": "-SIN(x)"}
)
def cos(x: float) -> float:
    """The cosine of x, in radians.

    Source: Vensim reference, COS.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.cos(x)


@builtin(
    "TAN",
    units="(1) -> 1",
    python="math.tan({0})",
    native="tan({0})",
    derivative={"x": "1 / COS(x) ^ 2"},
)
def tan(x: float) -> float:
    """The tangent of x, in radians.

    Source: Vensim reference, TAN.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.tan(x)


@builtin(
    "ARCSIN",
    units="(1) -> 1",
    python="math.asin({0})",
    native="asin({0})",
    derivative={"x": "1 / SQRT(1 - x ^ 2)"},
    steep=True,
)
def arcsin(x: float) -> float:
    """The angle, in radians, of the sine x.

    Errors: |x| > 1.
    Source: Vensim reference, ARCSIN.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.asin(x)


@builtin(
    "ARCCOS",
    units="(1) -> 1",
    python="math.acos({0})",
    native="acos({0})",
    derivative={"x": "-1 / SQRT(1 - x ^ 2)"},
    steep=True,
)
def arccos(x: float) -> float:
    """The angle, in radians, of the cosine x.

    Errors: |x| > 1.
    Source: Vensim reference, ARCCOS.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.acos(x)


@builtin(
    "ARCTAN",
    units="(1) -> 1",
    python="math.atan({0})",
    native="atan({0})",
    derivative={"x": "1 / (1 + x ^ 2)"},
)
def arctan(x: float) -> float:
    """The angle, in radians, of the tangent x.

    Source: Vensim reference, ARCTAN.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.atan(x)


@builtin(
    "SINH",
    units="(1) -> 1",
    python="math.sinh({0})",
    native="sinh({0})",
    derivative={"x": "COSH(x)"},
)
def sinh(x: float) -> float:
    """The hyperbolic sine of x.

    Errors: overflow.
    Source: Vensim reference, SINH.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.sinh(x)


@builtin(
    "COSH",
    units="(1) -> 1",
    python="math.cosh({0})",
    native="cosh({0})",
    derivative={"x": "SINH(x)"},
)
def cosh(x: float) -> float:
    """The hyperbolic cosine of x.

    Errors: overflow.
    Source: Vensim reference, COSH.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.cosh(x)


@builtin(
    "TANH",
    units="(1) -> 1",
    python="math.tanh({0})",
    native="tanh({0})",
    derivative={"x": "1 - TANH(x) ^ 2"},
)
def tanh(x: float) -> float:
    """The hyperbolic tangent of x.

    Source: Vensim reference, TANH.
    Checked against: closed form, Vensim, independent implementation (numpy).
    """
    return math.tanh(x)


@builtin("GAMMA LN", units="(1) -> 1", native="gamma_ln({0})")
def gamma_ln(x: float) -> float:
    """The natural logarithm of the gamma function.

    Exact where Vensim's series leaves some 1e-10.

    Formula: LN of the integral of s ^ (x - 1) * e ^ (-s) over s > 0.
    Errors: x <= 0.
    Source: Vensim reference, GAMMA LN.
    Checked against: closed form, independent implementation (scipy.special).
    """
    if x <= 0:
        raise ValueError("GAMMA LN of a number that is not positive")
    return math.lgamma(x)
