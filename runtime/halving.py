"""Steps that are halved until their error is small enough (reference D.4: RK2 Auto, RK4 Auto).

A TIME STEP is taken whole, then in 2 parts, in 4, and so on. The difference of two such results
tells the error of the coarser one: of a formula of order p, it is the difference times
2^p / (2^p - 1). The first result whose error is within the tolerances is taken, so that a TIME
STEP which is short enough gives exactly what the formula of fixed steps gives.

Source: the tolerances are Vensim's, ABSOLUTE TOLERANCE and RELATIVE TOLERANCE (manual, special
variables); the estimate is Richardson's, see Press et al., Numerical Recipes, section 17.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .clock import Source
from .contract import CompiledModel, Fixed, Space, VariableInfo, Vector
from .errors import ARITHMETIC, cannot_set
from .methods import Formula, Rates, quietly
from .subscripts import element_name

__all__ = ["MOST_HALVINGS", "Halving", "Shortfall"]

MOST_HALVINGS = 10
"""A TIME STEP is taken in 1024 parts at most, whatever the error is then."""

_TOLERANCE = 0.001  # of a model that does not say (reference D.9)
_NAMES = ("ABSOLUTE TOLERANCE", "RELATIVE TOLERANCE")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Steps whose error was above the tolerances, however short they were made."""

    steps: int
    """How many of the run's steps."""
    time: float
    """Of the worst one, in the model's time unit."""
    name: str
    """Of the stock that was worst then, or its element."""
    excess: float
    """How many times the allowed error its error was."""

    def __str__(self) -> str:
        steps = f"{self.steps} steps were" if self.steps > 1 else "one step was"
        return (
            f"{steps} halved {MOST_HALVINGS} times without meeting the tolerances; the worst was"
            f" at time {self.time:.12g}, where the error of “{self.name}” is"
            f" {self.excess:.3g} times what is allowed"
        )


class Halving:
    """Takes stocks through a TIME STEP in as few equal parts as the tolerances ask for.

    Args:
        model: its special constants are the tolerances; 0.001 each if it has none.
        formula: takes stocks through each part.

    Attributes:
        shortfall: where it did not succeed, so far.
    """

    __slots__ = ("_errors", "_formula", "_model", "_sources", "_tolerances", "shortfall")

    def __init__(self, model: CompiledModel, formula: Formula) -> None:
        self._model = model
        self._formula = formula
        self._sources = tuple(Source(model, model.find(name)) for name in _NAMES)
        self._errors = quietly(model, _array_excesses if model.has_arrays else _excesses)
        self._tolerances = (_TOLERANCE, _TOLERANCE)
        self.shortfall: Shortfall | None = None

    def read(self, fixed: Fixed, stocks: Vector, auxiliaries: Vector) -> None:
        """Take the tolerances of this step.

        Raises:
            RunError: S3C602, one is negative, or no finite number.
        """
        found: list[float] = []
        for name, source in zip(_NAMES, self._sources, strict=True):
            value = source.read(fixed, stocks, auxiliaries)
            found.append(_TOLERANCE if value is None else value)
            if not 0 <= found[-1] < math.inf:
                hint = "set it to a small positive number, such as 0.001"
                raise cannot_set(name, f"{found[-1]:.12g} is not a tolerance", hint)
        self._tolerances = found[0], found[1]

    def advance(
        self, rates: Rates, time: float, step: float, stocks: Vector, changes: Vector
    ) -> Vector:
        """Stocks a TIME STEP later; takes what a formula takes.

        Raises:
            ArithmeticError, ValueError: even with the shortest parts, an equation has no value.
        """
        coarse, failure = self._tried(1, rates, time, step, stocks, changes)
        worst: list[float] = []
        for halvings in range(1, MOST_HALVINGS + 1):
            fine, failure = self._tried(2**halvings, rates, time, step, stocks, changes)
            if coarse is not None and fine is not None:
                found: list[float] = self._errors(stocks, coarse, fine, *self._allowed())
                worst = found
                if max(worst, default=0.0) <= 1.0:
                    return coarse
            coarse = fine
        if coarse is None:
            assert failure is not None
            raise failure
        self._note(time, stocks, worst)
        return coarse

    def _allowed(self) -> tuple[float, float]:
        """The tolerances of the difference between a result and the next."""
        share = 1.0 - 0.5**self._formula.order
        return self._tolerances[0] * share, self._tolerances[1] * share

    def _tried(
        self, parts: int, rates: Rates, time: float, step: float, stocks: Vector, changes: Vector
    ) -> tuple[Vector | None, Exception | None]:
        """Stocks after a step in equal parts; None if too long parts lead where nothing holds."""
        advance, length = self._formula.advance, step / parts
        try:
            for part in range(parts):
                now = time + part * length
                if part:
                    changes = rates(now, stocks)
                stocks = advance(rates, now, length, stocks, changes)
        except ARITHMETIC as error:
            return None, error
        return stocks, None

    def _note(self, time: float, stocks: Vector, worst: list[float]) -> None:
        """Remember that a step did not meet the tolerances, and the worst of all."""
        before = self.shortfall
        steps = before.steps + 1 if before else 1
        excess = max(worst) if worst else math.inf
        place = worst.index(excess) if worst else 0
        if before is not None and excess <= before.excess:
            self.shortfall = Shortfall(steps, before.time, before.name, before.excess)
        else:
            name = _name_of(self._model, stocks, place)
            self.shortfall = Shortfall(steps, time, name, excess)


def _excesses(
    stocks: Vector, coarse: Vector, fine: Vector, absolute: float, relative: float
) -> list[float]:
    """How many times the allowed error each stock's is, by the looser of the two tolerances.

    What was not finite before the step does not count: nothing makes it better.
    """
    found: list[float] = []
    numbers: Any = zip(stocks, coarse, fine, strict=True)
    for stock, rough, exact in numbers:
        allowed = max(absolute, relative * abs(stock))
        excess = _over(abs(rough - exact), allowed)
        found.append(excess if math.isfinite(stock) else 0.0)
    return found


def _over(error: float, allowed: float) -> float:
    if not error < math.inf:  # NaN, too
        return math.inf
    if allowed:
        return error / allowed
    return math.inf if error else 0.0


def _array_excesses(
    stocks: Vector, coarse: Vector, fine: Vector, absolute: float, relative: float
) -> list[float]:
    """The same of every element, end to end; numpy divides by zero without an error here."""
    import numpy as np

    found: list[float] = []
    for stock, rough, exact in zip(stocks, coarse, fine, strict=True):
        error: Any = np.abs(np.subtract(rough, exact))
        excess = error / np.maximum(absolute, relative * np.abs(stock))
        excess = np.where(error == 0.0, 0.0, np.where(np.isfinite(error), excess, np.inf))
        found += np.where(np.isfinite(stock), excess, 0.0).ravel().tolist()
    return found


def _name_of(model: CompiledModel, stocks: Vector, place: int) -> str:
    """The name of a stock, or of an element of one, counted over all of them end to end."""
    for variable, _ in zip(model.in_space(Space.STOCK), stocks, strict=True):
        size = math.prod(variable.shape)
        if place < size:
            return _element(variable, place)
        place -= size
    return ""


def _element(variable: VariableInfo, place: int) -> str:
    if not variable.axes:
        return variable.owner
    where: list[int] = []
    for size in reversed(variable.shape):
        place, along = divmod(place, size)
        where.append(along)
    return f"{variable.owner}[{element_name(variable, tuple(reversed(where)))}]"
