"""What generated modules need to compute with arrays, element by element."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .contract import Array
    from .lookups import Lookup

__all__ = ["elementwise", "is_lenient", "look_up"]


def elementwise(function: Callable[..., float], *arguments: Any) -> Array:
    """A function of numbers, or of lookups, at every element of arrays, which are broadcast.

    It is the very function that scalar equations call, so that an array's elements equal them to
    the last bit; numpy's own differ in the last place from one processor to another.

    Where numpy is told to ignore invalid values, an element at which the function has no value
    is NaN; else its error is raised.
    """
    try:
        return _at_each(function, arguments)
    except (ArithmeticError, ValueError):
        if not is_lenient():
            raise

    def leniently(*values: Any) -> float:
        try:
            return function(*values)
        except (ArithmeticError, ValueError):
            return math.nan

    return _at_each(leniently, arguments)


def is_lenient() -> bool:
    """Whether arithmetic that has no value gives NaN for now, and no error."""
    return np.geterr()["invalid"] == "ignore"


def look_up(table: Lookup, x: float) -> float:
    """The value of a lookup, for `elementwise` over arrays of lookups."""
    return table(x)


def _at_each(function: Callable[..., float], arguments: tuple[Any, ...]) -> Array:
    compute = np.frompyfunc(function, len(arguments), 1)
    found: Array = np.asarray(compute(*arguments), dtype=np.float64)
    return found
