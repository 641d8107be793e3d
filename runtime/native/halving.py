"""Steps that are halved: by how much two results of a step differ (see `runtime.halving`)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .compiled import compiled

if TYPE_CHECKING:
    from ..contract import Array

__all__ = ["are_tolerances", "worst_excess"]


@compiled
def are_tolerances(absolute: float, relative: float) -> bool:
    """Whether two numbers can be tolerances."""
    return 0.0 <= absolute < math.inf and 0.0 <= relative < math.inf


@compiled
def worst_excess(
    w: Array, stocks: int, coarse: int, fine: int, size: int, absolute: float, relative: float
) -> float:
    """How many times the allowed error that of the worst stock is.

    Args:
        w: all numbers of a run.
        stocks: where the stocks stand as they were before the step.
        coarse: where a result of it stands.
        fine: and one of half as long parts.
        size: how many stocks there are.
        absolute: the error that is allowed in any case, in a stock's units.
        relative: and as a share of the stock.
    """
    worst = 0.0
    for i in range(size):
        stock = w[stocks + i]
        if not abs(stock) < math.inf:
            continue
        error = abs(w[coarse + i] - w[fine + i])
        allowed = max(absolute, relative * abs(stock))
        if not error < math.inf:
            return math.inf
        if error > 0.0:
            excess = error / allowed if allowed > 0.0 else math.inf
            worst = max(worst, excess)
    return worst
