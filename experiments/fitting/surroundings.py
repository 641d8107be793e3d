"""What lies around the best point: how far each number may go, or what it costs to move it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from s3c.runtime import Space

from .goals import Vary
from .optimum import Surrounding
from .payoff_runs import PayoffRuns, is_of_the_clock

__all__ = ["surroundings_of"]

_FIRST_STEP = 1e-3  # in times of the best value
_MOST_DOUBLINGS = 60
_EXACT = 1e-6  # of an end, in times of its distance
_MOST_CONSTANTS = 10_000


def surroundings_of(
    runs: PayoffRuns, best: Sequence[float], payoff: float
) -> tuple[Surrounding, ...]:
    """What was asked for of the surroundings of the best point; one number is moved at a time."""
    asked = runs.optimization.surroundings
    if asked is None:
        return ()
    match asked.vary:
        case Vary.PAYOFF:
            return tuple(_within(runs, best, payoff, asked.amount))
        case Vary.PAYOFF_PERCENT:
            return tuple(_within(runs, best, payoff, abs(payoff) * asked.amount / 100))
        case Vary.PARAMETER_PERCENT:
            return tuple(_moved(runs, best, asked.amount / 100))
        case Vary.CONSTANTS_PERCENT:
            found = _constants_moved(runs, best, asked.amount / 100)
            return tuple(sorted(found, key=lambda each: -_effect(each, payoff)))


def _effect(each: Surrounding, payoff: float) -> float:
    """By how much the payoff differs at most; what is not finite comes first."""
    sides = (abs(each.payoff_lower - payoff), abs(each.payoff_upper - payoff))
    return max(math.inf if math.isnan(side) else side for side in sides)


def _within(
    runs: PayoffRuns, best: Sequence[float], payoff: float, loss: float
) -> Iterator[Surrounding]:
    """How far each free number may go before the payoff has lost so much."""
    for number, (free, value) in enumerate(zip(runs.optimization.free, best, strict=True)):
        ends = [
            _end(runs, best, number, bound, runs.cost_of(payoff) + loss)
            for bound in (free.lower, free.upper)
        ]
        sides = [_payoff_at(runs, _with(best, number, end)) for end in ends]
        yield Surrounding(free.name, value, *ends, *sides)


def _payoff_at(runs: PayoffRuns, point: Sequence[float]) -> float:
    """The payoff at a point; NaN where there is none, as at infinity."""
    if not all(map(math.isfinite, point)):
        return math.nan
    return runs.payoff_of(runs.cost(point))


def _end(
    runs: PayoffRuns, best: Sequence[float], number: int, bound: float, allowed: float
) -> float:
    """Where the cost is as large as allowed, towards a bound; the bound if it is not before it."""
    from scipy.optimize import brentq

    value = best[number]
    direction = 1.0 if bound > value else -1.0
    if value == bound:
        return bound

    def excess(distance: float) -> float:
        cost = runs.cost(_with(best, number, value + direction * distance))
        return min(cost - allowed, 1.0 + abs(allowed))  # a point that is far off is only too far

    farthest = abs(bound - value)
    near, far = 0.0, min(farthest, _FIRST_STEP * (abs(value) or 1.0))
    for _ in range(_MOST_DOUBLINGS):
        if excess(far) > 0:
            break
        if far >= farthest:
            return bound
        near, far = far, min(farthest, 2 * far)
    else:
        return direction * math.inf
    if excess(near) >= 0:  # the best point is no best along this axis
        return value
    distance = brentq(excess, near, far, xtol=_EXACT * far, rtol=_EXACT)
    return value + direction * float(distance)


def _moved(runs: PayoffRuns, best: Sequence[float], share: float) -> Iterator[Surrounding]:
    """The payoff where each free number is so much off; within its bounds."""
    for number, (free, value) in enumerate(zip(runs.optimization.free, best, strict=True)):
        reach = share * abs(value)
        ends = max(free.lower, value - reach), min(free.upper, value + reach)
        sides = [_payoff_at(runs, _with(best, number, end)) for end in ends]
        yield Surrounding(free.name, value, *ends, *sides)


def _constants_moved(
    runs: PayoffRuns, best: Sequence[float], share: float
) -> Iterator[Surrounding]:
    """The same of every constant of the model that is one number."""
    free = runs.constants(best)
    constants = dict(runs.simulations.benchmark) | free
    model = runs.experiment.model
    names = [
        each.name
        for each in model.in_space(Space.PARAMETER)
        if not each.axes and not each.hidden and not is_of_the_clock(each.name)
    ][:_MOST_CONSTANTS]
    for name in names:
        value = float(constants[name])
        ends = value - share * abs(value), value + share * abs(value)
        payoffs = runs.payoffs_with({**free, name: end} for end in ends)
        yield Surrounding(name, value, *ends, *payoffs)


def _with(best: Sequence[float], number: int, value: float) -> tuple[float, ...]:
    return (*best[:number], value, *best[number + 1 :])
