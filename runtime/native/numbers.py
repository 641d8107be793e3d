"""Functions of numbers and of time (reference C.1 and C.2), as native code calls them.

Each gives the bits of the body of its name in `builtins`, and is not finite where that raises. The
small ones are selects without calls, so that a loop over runs becomes vector instructions.
"""

from __future__ import annotations

import math

import numpy as np

from . import libm
from .compiled import compiled, inlined

__all__ = [
    "gamma_ln",
    "integer",
    "logarithm",
    "maximum",
    "minimum",
    "modulo",
    "power",
    "pulse",
    "pulse_train",
    "quantum",
    "ramp",
    "step_input",
    "xidz",
    "zidz",
]

_NEARLY_ZERO = 1e-6
_TIME_TOLERANCE = 1e-6
_fmod, _log, _power = libm.fmod, libm.log, libm.pow_


@inlined
def power(x: float, y: float) -> float:
    """The number x to the power of y; NaN or infinite where it is no number."""
    return _power(x, y)


@inlined
def logarithm(x: float, base: float) -> float:
    """The logarithm of x to a base, by the quotient of their logarithms, as Python takes it."""
    return _log(x) / _log(base) if base > 0.0 else math.nan


@inlined
def minimum(a: float, b: float) -> float:
    """The smaller one; as Python's `min` the first, where neither is smaller."""
    return b if b < a else a  # noqa: FURB136  (numba's own `min` treats NaN otherwise)


@inlined
def maximum(a: float, b: float) -> float:
    """The larger one; as Python's `max` the first, where neither is larger."""
    return b if b > a else a  # noqa: FURB136


@inlined
def integer(x: float) -> float:
    """The whole part of x. Adding zero makes 0 of -0, as an integer has no sign of zero."""
    return float(np.trunc(x) + 0.0)


@inlined
def quantum(a: float, b: float) -> float:
    """The multiple of b next to a, towards zero; a where b <= 0."""
    return float(a if b <= 0.0 else b * (np.trunc(a / b) + 0.0))


@inlined
def modulo(a: float, b: float) -> float:
    """The remainder of a / b, with the sign of a; 0 where b <= 0."""
    return 0.0 if b <= 0.0 else _fmod(a, b)


@inlined
def xidz(a: float, b: float, x: float) -> float:
    """The ratio a / b; x where b is nearer to zero than 1e-6."""
    return x if abs(b) < _NEARLY_ZERO else a / b


@inlined
def zidz(a: float, b: float) -> float:
    """The ratio a / b; 0 where b is nearer to zero than 1e-6."""
    return 0.0 if abs(b) < _NEARLY_ZERO else a / b


# Inputs that depend on time.


@inlined
def step_input(height: float, start: float, time: float, time_step: float) -> float:
    """0 before `start`, then `height`: STEP."""
    return height if time + time_step / 2.0 > start else 0.0


@inlined
def ramp(slope: float, start: float, end: float, time: float) -> float:
    """0 until `start`, then rises by `slope` per unit of time until `end`."""
    last = end if end < time and not start > end else time
    return 0.0 if time <= start else slope * (last - start)


@inlined
def pulse(start: float, width: float, time: float, time_step: float) -> float:
    """1 from `start` for `width`, else 0. A width of 0 is one TIME STEP."""
    middle = time + time_step / 2.0
    lasts = width if width != 0.0 else time_step
    return 1.0 if (start < middle) & (middle < start + lasts) else 0.0


@compiled
def pulse_train(
    start: float, width: float, interval: float, end: float, time: float, time_step: float
) -> float:
    """1 for `width` at `start` and at every `interval` after it until `end` inclusive, else 0."""
    since = time + time_step / 2.0 - start
    if since < 0.0 or time > end + _TIME_TOLERANCE * time_step:
        return 0.0
    lasts = time_step if time_step > width else width  # noqa: FURB136  (a width of NaN stays)
    if interval < lasts:
        return 1.0
    turns = np.floor(since / interval)
    if not np.isfinite(turns):
        return math.nan
    return 1.0 if since - turns * interval < lasts else 0.0


# The logarithm of the gamma function, by Lanczos' formula with the coefficients of CPython.

_G = 6.024680040776729583740234375
_NUMERATOR = (
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
)
_DENOMINATOR = (
    0.0, 39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0,
    2637558.0, 357423.0, 32670.0, 1925.0, 66.0, 1.0,
)  # fmt: skip


@compiled
def gamma_ln(x: float) -> float:
    """The natural logarithm of the gamma function; NaN where x <= 0.

    Source: `math.lgamma` of CPython (Modules/mathmodule.c), of which this is a copy.
    """
    if not x > 0.0:
        return math.nan
    if x in (1.0, 2.0):
        return 0.0
    if x < 1e-20:
        return -_log(x)
    if math.isinf(x):
        return x
    found = _log(_lanczos_sum(x)) - _G
    return found + (x - 0.5) * (_log(x + _G - 0.5) - 1.0)


@compiled
def _lanczos_sum(x: float) -> float:
    above = below = 0.0
    for place in range(13):
        if x < 5.0:
            above = above * x + _NUMERATOR[12 - place]
            below = below * x + _DENOMINATOR[12 - place]
        else:
            above = above / x + _NUMERATOR[place]
            below = below / x + _DENOMINATOR[place]
    return above / below
