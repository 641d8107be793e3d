"""Seeking the constants with which scenarios give what was published or measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from s3c.runtime import RunError

from ..tree import FitMethod
from .free_numbers import latin_hypercube
from .problem import Point, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Found", "Progress", "least_squares", "search"]

_MOST_ITERATIONS = 200  # of a search
_TOLERANCE, _LAST_TOLERANCE = 1e-9, 1e-14  # of a search, and of the last one, from the best point
_HELD_TOLERANCE = 1e-7  # of one that only tells how well the others can make up for one number
_POPULATION_TOLERANCE = 1e-4  # where least squares take over
_POPULATION = 15  # points for each free number
_SMALL = 1e-9  # start, in times of the distance between the bounds, that is no scale

Progress: TypeAlias = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Where a search ended.

    Attributes:
        point: the numbers of what is free.
        residuals: (n_observations,), errors there in times of their sd.
        jacobian: (n_observations, n_free), the slopes of these; those of what is held are 0.
        converged: whether it could not become better.
    """

    point: Point
    residuals: Floats
    jacobian: Floats
    converged: bool

    @property
    def cost(self) -> float:
        """The sum of the squares."""
        return float(self.residuals @ self.residuals)


def _from_starts(problem: Problem, start: Point, progress: Progress | None) -> Point:
    """The best end of the searches from several starts.

    Raises:
        RunError: S3C716, the model has no finite value at any of them.
    """
    found: list[tuple[Found, int]] = []
    fit = problem.fit
    lower, upper = (each.tolist() for each in problem.bounds)
    starts = [start, *latin_hypercube(lower, upper, fit.starts - 1, fit.seed)]
    for number, each in enumerate(starts):
        problem.number = number + 1
        if progress is not None:
            progress(number / len(starts))
        if problem.errors([each])[0] is not None:
            found.append((least_squares(problem, each), problem.number))
    if not found:
        message = "the model has no finite value at any start of the fit"
        raise RunError("S3C716", message, "give another start, or narrower bounds")
    best, problem.number = min(found, key=lambda pair: pair[0].cost)
    return best.point


def least_squares(
    problem: Problem, start: Point, *, is_last: bool = False, held: int | None = None
) -> Found:
    """A search from one start, by scipy's trust-region method.

    Numbers are taken in times of where they start, and residuals in times of those there, so that
    steps and differences fit the size of both. Where observations are missed at the best point, it
    is only as exact as the Jacobian: the last search takes differences to both sides.

    Args:
        problem: what is fitted to what.
        start: within the bounds.
        is_last: whether nothing follows it.
        held: the number of what is held where it starts, if anything is.
    """
    import numpy as np
    import scipy.optimize

    slopes = _Slopes.of(problem, start, held, both_sides=is_last)
    moving, scale = slopes.moving, slopes.scale[slopes.moving]
    if not moving.any():
        residuals = problem.residuals([start])[0]
        return Found(start, residuals, np.zeros((len(residuals), len(start))), converged=True)
    lower, upper = (each[moving] / scale for each in problem.bounds)
    tolerance = _LAST_TOLERANCE if is_last else _TOLERANCE if held is None else _HELD_TOLERANCE
    size = float(np.max(np.abs(problem.residuals([start])))) or 1.0

    def residuals_at(scaled: Floats) -> Floats:
        found: Floats = problem.residuals([slopes.whole(scaled)])[0] / size
        return found

    def jacobian_at(scaled: Floats) -> Floats:
        found: Floats = slopes.at(slopes.whole(scaled))[:, moving] * scale / size
        return found

    result = scipy.optimize.least_squares(
        residuals_at,
        np.array(start)[moving] / scale,
        jac=jacobian_at,
        bounds=(lower, upper),
        x_scale="jac",
        ftol=tolerance,
        xtol=tolerance,
        gtol=_LAST_TOLERANCE,
        max_nfev=_MOST_ITERATIONS,
    )
    jacobian = np.zeros((len(result.fun), len(start)))
    jacobian[:, moving] = np.asarray(result.jac) * size / scale
    point = problem.clipped(slopes.whole(result.x))
    return Found(point, result.fun * size, jacobian, bool(result.success))


@dataclass(frozen=True, slots=True, eq=False)
class _Slopes:
    """The Jacobian of the residuals: the model's own, or by differences.

    All points of one by differences are run together.

    Attributes:
        start: (n_free,), where the search begins.
        scale: (n_free,), what numbers are taken in times of.
        moving: (n_free,), whether each is sought.
        both_sides: whether differences go to both sides, or to one.
    """

    problem: Problem
    start: Floats
    scale: Floats
    moving: NDArray[np.bool_]
    both_sides: bool

    @staticmethod
    def of(problem: Problem, start: Point, held: int | None, *, both_sides: bool) -> _Slopes:
        """Those of a search that begins at a point."""
        import numpy as np

        lower, upper = problem.bounds
        width = upper - lower
        scale = np.where(np.abs(start) > _SMALL * width, np.abs(start), width)
        moving = np.array([number != held for number in range(len(start))])
        return _Slopes(problem, np.array(start), scale, moving, both_sides)

    def whole(self, scaled: Floats) -> Floats:
        """(n_free,), all numbers, where those that move are given in times of their scale."""
        found = self.start.copy()
        found[self.moving] = scaled * self.scale[self.moving]
        return found

    def at(self, point: Floats) -> Floats:
        """(n_observations, n_free), the slopes at a point.

        Differences are as scipy takes them: steps of the root of what numbers are exact to, or of
        its third root to both sides, and never out of bounds. Where the model has no finite value
        on one side, it is the other that counts.
        """
        import numpy as np

        told = self.problem.slopes(point.tolist())
        if told is not None:
            return np.where(self.moving, told, 0.0)
        share = np.finfo(float).eps ** (1 / 3 if self.both_sides else 1 / 2)
        steps = share * np.maximum(self.scale, np.abs(point))
        numbers = np.flatnonzero(self.moving).tolist()
        shifted = [point]
        for number in numbers:
            for step in self._pair(point, number, float(steps[number])):
                shifted.append(point.copy())
                shifted[-1][number] += step
        is_finite = [each is not None for each in self.problem.errors(shifted)]
        base, *others = self.problem.residuals(shifted)
        found = np.zeros((len(base), len(point)))
        for at, number in enumerate(numbers):
            two = slice(2 * at + 1, 2 * at + 3)
            # What a computer makes of a step is not quite the step.
            moved = [float(each[number] - point[number]) for each in shifted[two]]
            pairs = list(zip(others[2 * at : 2 * at + 2], moved, strict=True))
            finite = [pair for pair, is_so in zip(pairs, is_finite[two], strict=True) if is_so]
            found[:, number] = _slope(base, finite or pairs[:1])
        return found

    def _pair(self, point: Floats, number: int, step: float) -> tuple[float, float]:
        """Two steps along an axis, within the bounds; the second is 0 if there is one only."""
        lower, upper = (float(each[number] - point[number]) for each in self.problem.bounds)
        outward = step if point[number] >= 0 else -step
        if self.both_sides and lower <= -step and step <= upper:
            return step, -step
        if not lower <= outward <= upper:
            outward = -outward
        if not lower <= outward <= upper:
            outward = upper if upper >= -lower else lower
            return (outward / 2, outward) if self.both_sides else (outward, 0.0)
        if self.both_sides and lower <= 2 * outward <= upper:
            return outward, 2 * outward
        return outward, 0.0


def _slope(base: Floats, others: Sequence[tuple[Floats, float]]) -> Floats:
    """The slope of what is `base` here, and something else after one or two steps.

    With two, it is that of the parabola.
    """
    moved = [(residuals, step) for residuals, step in others if step != 0.0]
    if not moved:
        return base * 0.0
    chords = [(residuals - base) / step for residuals, step in moved]
    if len(chords) == 1:
        return chords[0]
    (_, first), (_, second) = moved
    slope: Floats = (chords[1] * first - chords[0] * second) / (first - second)
    return slope


def _from_population(problem: Problem, progress: Progress | None) -> Point:
    """The best of a population, made better by least squares; a generation is run together.

    Raises:
        RunError: S3C716, the model has no finite value anywhere.
    """
    import numpy as np
    from scipy.optimize import Bounds, differential_evolution

    def costs(points: Floats, /) -> Any:
        """(n_points,), of points that stand beside one another; stubs know single ones alone."""
        return np.sum(problem.residuals(points.T) ** 2, axis=1)

    def report(_: Floats, convergence: Any) -> None:
        if progress is not None:
            progress(min(0.9, float(convergence)))

    found = differential_evolution(
        costs,
        Bounds(*problem.bounds),
        maxiter=_MOST_ITERATIONS,
        popsize=_POPULATION,
        tol=_POPULATION_TOLERANCE,
        seed=np.random.default_rng(problem.fit.seed),
        polish=False,
        callback=report,
        updating="deferred",
        vectorized=True,
    )
    if all(math.isnan(each.rmse) for each in problem.evaluations):
        message = "the model has no finite value anywhere within the bounds"
        raise RunError("S3C716", message, "narrow the bounds")
    problem.number = 1
    return least_squares(problem, tuple(found.x.tolist())).point


def search(problem: Problem, progress: Progress | None) -> Found:
    """The best fit that the experiment's method finds."""
    if problem.fit.method is FitMethod.LEAST_SQUARES:
        near = _from_starts(problem, problem.start(), progress)
    else:
        near = _from_population(problem, progress)
    return least_squares(problem, near, is_last=True)
