"""SHIFT IF TRUE: what stands along a subscript moves on by one place (reference C.3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .registry import ArrayKind, Builtin, Row, builtin
from .sections import Section

if TYPE_CHECKING:
    from .contract import Array

__all__ = ["SHIFTED", "shift_if_true", "shifted"]

SECTION = Section.STOCKS


@builtin(
    "SHIFT IF TRUE",
    units="(u, 1, 1, 1, u) -> u",
    held=True,
    whole=True,
    derivative={"condition": "0", "size": "0", "accumulate": "0", "entering": "0"},
    linear="stock",
)
def shift_if_true(
    stock: Row,
    condition: float,
    size: float,
    accumulate: float,
    entering: float,  # noqa: ARG001  (what the stock takes in; see `shifted`)
) -> float:
    """What leaves the last of `size` places of a stock, while the condition is not zero; else 0.

    The stock, which is named with its first element, moves on by one place along its last
    subscript; `entering` comes to the first. If `accumulate` is not zero, what would leave stays in
    the last place, is added to what comes there, and the result is 0.
    Source: Vensim reference, SHIFT IF TRUE.
    Checked against: independent implementation (a queue of cohorts).
    Uncertain: whether Vensim moves a stock before or after it adds the step's rates: here after, so
    that the places have moved at the next time.
    """
    if condition == 0 or accumulate != 0:
        return 0.0
    places = _places(stock, size)
    return float(stock[places - 1]) if places else 0.0


def shifted(stock: Row, condition: float, size: float, accumulate: float, entering: float) -> Row:
    """The stock after a step: (n,), a place further on if the condition is not zero."""
    if condition == 0:
        return stock
    import numpy as np

    moved = np.array(stock)
    places = _places(stock, size)
    if places:
        last = moved[places - 1]
        moved[1:places] = stock[: places - 1]
        moved[0] = entering
        if accumulate != 0:
            moved[places - 1] += last
    return moved


def _places(stock: Array, size: float) -> int:
    """How many places move, of those that there are."""
    return max(0, min(len(stock), int(size))) if math.isfinite(size) else 0


SHIFTED = Builtin(
    name="SHIFT IF TRUE",
    parameters=("stock", "condition", "size", "accumulate", "entering"),
    units="",
    doc=shifted.__doc__ or "",
    function=shifted,
    arrays={"stock": ArrayKind.ROW},
    along=1,
    derivative={"condition": "0", "size": "0", "accumulate": "0"},
    linear=frozenset({"stock", "entering"}),
)
"""What a stock becomes by it when a step ends."""
