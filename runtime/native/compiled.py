"""How all functions of native code are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["compiled", "inlined"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """The function as numba compiles it, when it is first called with arguments of some types.

    Division by zero gives an infinity or NaN, no thread waits for another, nothing is reordered
    (no fast math), and the machine code is kept on disk.
    """
    made: Any = njit(error_model="numpy", nogil=True, cache=True)(function)
    return cast("_Function", made)


def inlined(function: _Function) -> _Function:
    """The same, written out where it is called: only so can a loop become vector instructions."""
    made: Any = njit(error_model="numpy", nogil=True, cache=True, forceinline=True)(function)
    return cast("_Function", made)
