"""Stocks that do not keep all that flows in (reference C.3): memories of the language."""

from __future__ import annotations

import math

from .data.points import MISSING
from .memory import Contents
from .registry import memory
from .sections import Section

__all__ = ["LimitedStock"]

SECTION = Section.STOCKS

_WHOLE = 2.0**53  # from here on every float is a whole number


@memory(
    "SINTEG",
    "rate, initial, minimum, maximum, quantum, special, threshold",
    units="(u/t, u, *, *, *, *, *) -> u",
    native="limited_stock",
)
class LimitedStock(Contents):
    """A stock that is kept within limits: starts at `initial` and accumulates `rate`.

    At the start and after each TIME STEP the stock is `special` if it is nearer to it than
    `threshold`, else the nearest multiple of `quantum`; in any case not below `minimum` nor above
    `maximum`. `:NA:` turns a limit off, and so does a quantum that is not positive. What the
    limits take away is lost. With all of them off this is INTEG. The limits are fixed when the
    run starts.

    Errors: a minimum above the maximum.
    Source: Vensim reference, SINTEG; its page in the manual.
    Checked against: closed form, independent implementation (in whole numbers).
    Uncertain: the order of the limits, and that a multiple of the quantum is the nearest one, the
    upper of two as near; that `initial` is limited, too; with Runge-Kutta integration, too, the
    stock advances by Euler's method.
    """

    __slots__ = ("_maximum", "_minimum", "_quantum", "_special", "_threshold", "_value")

    def __init__(
        self,
        initial: float,
        minimum: float,
        maximum: float,
        quantum: float,
        special: float,
        threshold: float,
    ) -> None:
        limits = (minimum, maximum, quantum, special, threshold)
        if any(map(math.isnan, limits)):
            raise ValueError("a limit of SINTEG is not a number")
        self._minimum = -math.inf if _is_off(minimum) else float(minimum)
        self._maximum = math.inf if _is_off(maximum) else float(maximum)
        if self._minimum > self._maximum:
            msg = f"SINTEG: the minimum {minimum:g} is above the maximum {maximum:g}"
            raise ValueError(msg)
        self._quantum = 0.0 if _is_off(quantum) else max(float(quantum), 0.0)
        self._special = float(special)
        self._threshold = 0.0 if _is_off(special) or _is_off(threshold) else float(threshold)
        self._value = self._limited(float(initial))

    def now(self) -> float:
        """The stock at the present time."""
        return self._value

    def advance(self, rate: float, time_step: float) -> None:
        """Accumulate a rate, in the stock's units per unit of time, over TIME STEP."""
        self._value = self._limited(self._value + time_step * rate)

    def _limited(self, value: float) -> float:
        """A value as the limits allow it; NaN stays NaN."""
        if abs(value - self._special) < self._threshold:
            value = self._special
        elif self._quantum:
            count = value / self._quantum
            if abs(count) < _WHOLE:
                value = math.floor(count + 0.5) * self._quantum
        if value < self._minimum:
            return self._minimum
        return min(value, self._maximum)


def _is_off(limit: float) -> bool:
    """Whether a limit is :NA:."""
    return limit <= MISSING
