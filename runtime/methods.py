"""The formulas that take stocks through one step (reference D.3, D.4).

Each reads how stocks change at times within the step from `rates`, a function from a time and the
stocks then to their changes. What Vensim holds over a step, `rates` holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from .contract import CompiledModel, Method, Vector

__all__ = ["Formula", "Rates", "along_of", "formula_of", "quietly"]

Rates: TypeAlias = Callable[[float, Vector], Vector]
"""time, stocks -> changes of the stocks per unit of time"""

Advance: TypeAlias = Callable[[Rates, float, float, Vector, Vector], Vector]
"""rates, time, length of the step, stocks, their changes at that time -> stocks after the step"""


class Formula(NamedTuple):
    """How stocks are taken through a step."""

    advance: Advance
    order: int
    """The error of a run is in proportion to this power of the length of a step."""


def formula_of(model: CompiledModel, method: Method) -> Formula:
    """The formula of a method; one that halves its steps does so around that of fixed steps."""
    along = along_of(model)
    match method:
        case Method.EULER | Method.DIFFERENCE:
            return Formula(_euler(along), 1)
        case Method.RK2 | Method.RK2_AUTO:
            return Formula(_midpoint(along), 2)
        case Method.RK4 | Method.RK4_AUTO:
            return Formula(_runge_kutta(along, quietly(model, _combined)), 4)


def along_of(model: CompiledModel) -> Callable[[Vector, float, Vector], Vector]:
    """A function from stocks, a time and changes to the stocks after a time of such changes."""
    return quietly(model, _along)


def _euler(along: Callable[..., Vector]) -> Advance:
    """Changes at the beginning hold for the whole step."""

    def advance(_: Rates, _time: float, step: float, stocks: Vector, changes: Vector) -> Vector:
        return along(stocks, step, changes)

    return advance


def _midpoint(along: Callable[..., Vector]) -> Advance:
    """Changes in the middle, where those at the beginning lead, hold for the whole step."""

    def advance(rates: Rates, time: float, step: float, stocks: Vector, changes: Vector) -> Vector:
        half = step / 2
        return along(stocks, step, rates(time + half, along(stocks, half, changes)))

    return advance


def _runge_kutta(along: Callable[..., Vector], combined: Callable[..., Vector]) -> Advance:
    """The classical formula of four stages."""

    def advance(rates: Rates, time: float, step: float, stocks: Vector, k1: Vector) -> Vector:
        half = step / 2
        k2 = rates(time + half, along(stocks, half, k1))
        k3 = rates(time + half, along(stocks, half, k2))
        k4 = rates(time + step, along(stocks, step, k3))
        return combined(stocks, step / 6, k1, k2, k3, k4)

    return advance


def _combined(
    stocks: Vector, sixth: float, k1: Vector, k2: Vector, k3: Vector, k4: Vector
) -> Vector:
    """Stocks after a sixth of a step of each outer stage, and two of each inner one."""
    return tuple(
        [
            stock + sixth * (a + 2.0 * (b + c) + d)
            for stock, a, b, c, d in zip(stocks, k1, k2, k3, k4, strict=True)
        ]
    )


def _along(stocks: Vector, step: float, changes: Vector) -> Vector:
    """Stocks after a time of constant changes."""
    # There is a change for every stock; to have that checked takes a fifth of the time.
    return tuple([stock + step * change for stock, change in zip(stocks, changes)])  # noqa: B905


def quietly(model: CompiledModel, compute: Callable[..., Any]) -> Callable[..., Any]:
    """The same, without an error of numpy's: a stock that overflows is found at the next step."""
    if not model.has_arrays:
        return compute
    import numpy as np

    def quiet(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            return compute(*arguments)

    return quiet
