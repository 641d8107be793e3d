"""Numbers as a reader wants them: with as many decimals as they need, all of a column alike."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

__all__ = ["decimals_for", "exact", "shown", "typeset"]

_DIGITS = 4  # of the largest number of a column
_MOST_DECIMALS = 6
_MINUS = re.compile(r"(?<![\w\d])-(?=\d)")
_FAR = 1e7  # larger numbers are shown with an exponent


def decimals_for(numbers: Iterable[float]) -> int:
    """How many decimals show four digits of the largest of some numbers; none, if all are whole."""
    finite = [abs(each) for each in numbers if math.isfinite(each)]
    largest = max(finite, default=0.0)
    if largest == 0 or all(each == int(each) for each in finite):
        return 0
    return min(max(_DIGITS - 1 - math.floor(math.log10(largest)), 0), _MOST_DECIMALS)


def shown(number: float, decimals: int, *, signed: bool = False) -> str:
    """A number with so many decimals and a true minus sign; a dash if it is none."""
    if not math.isfinite(number):
        return "–"
    if abs(number) >= _FAR:
        text = f"{number:.{_DIGITS - 1}e}"
    else:
        text = f"{number:+.{decimals}f}" if signed else f"{number:.{decimals}f}"
        if not float(text):
            text = text.replace("-", "").replace("+", "")
    return text.replace("-", "−")


def exact(number: float) -> str:
    """A number that reads back the same; nothing if it is none."""
    return repr(number) if math.isfinite(number) else ""


def typeset(label: str) -> str:
    """A name with true minus signs, and numbers that stay beside their per cent signs."""
    return _MINUS.sub("−", label).replace(" %", "\u00a0%")
