"""Seeking the free numbers with which a payoff is the best."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

from s3c.compiler import Diagnostic, Severity
from s3c.runtime import RunError

from ..errors import ExperimentError
from ..tree import Experiment
from .calibration import Fitted
from .free_numbers import by_element, constants_of, first_start, latin_hypercube
from .goals import Optimization, Optimizer, Spread
from .optimum import Optimum
from .payoff import ElementPayoff
from .payoff_runs import FAR_OFF, PayoffRuns
from .surroundings import surroundings_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["optimize"]

_SMALL = 1e-9  # start, in times of the distance between the bounds, that is no scale
_MOST_STARTS = 100_000
_MOST_PASSES = 10  # of Powell's method, each from where the last one ended
_DIFFERENCE = 1e-5  # for slopes, in times of the scale
_FEWEST = 1e-14  # tolerance
_AHEAD = 200  # evaluations, of which nobody knows how many there will be

Progress: TypeAlias = Callable[[float], None]


def optimize(experiment: Experiment, *, progress: Progress | None = None) -> Optimum:
    """Seek the free numbers of an experiment with which its payoff is the best.

    A payoff is the sum of its elements; runs are looked at in every time step, whatever SAVEPER is.
    Every point is simulated with the same seeds. A point where the model has no finite value counts
    as the worst of all. The search is that of `scipy.optimize`; Powell's method is begun again from
    where it ended until that makes nothing better.

    Args:
        experiment: with an `optimization`.
        progress: is called now and then with an estimate of the share done, from 0 to 1.

    Raises:
        ExperimentError: there is nothing to optimise (S3C710), a start is out of bounds or a bound
            is missing (S3C708), there are too many starts (S3C711), or data are missing (S3C709).
        SimulationError: the benchmark has no finite value.
        RunError: a run cannot be made, or no start has a finite value (S3C716).
    """
    sought = experiment.optimization
    if sought is None:
        hint = 'add [optimize] with free = { "x" = { bounds = [0, 1] } }, and a [[payoff]]'
        raise ExperimentError([Diagnostic("S3C710", "there is nothing to optimise", None, hint)])
    runs = PayoffRuns(experiment, sought)
    first = first_start(sought.free, experiment.model, runs.simulations.benchmark)
    _check_bounds(sought)
    report = _reporting(runs, progress)
    if sought.method is Optimizer.DIFFERENTIAL_EVOLUTION:
        end = _from_population(runs, report)
    else:
        end = _from_starts(runs, [first, *_other_starts(sought, first)], report)
    runs.start = 0
    elements = runs.elements(end.values)
    if elements is None:
        raise _nowhere_finite()
    around = surroundings_of(runs, end.values, math.fsum(each.value for each in elements))
    if progress is not None:
        progress(1.0)
    benchmark = runs.simulations.benchmark
    constants = constants_of(sought.free, end.values, experiment.model, benchmark)
    return Optimum(
        experiment,
        sought,
        tuple(Fitted(*each) for each in zip(sought.free, end.values, strict=True)),
        by_element(experiment.model, constants),
        elements,
        tuple(runs.evaluations),
        end.converged,
        surroundings=around,
        doubts=(*sought.doubts, *_doubts(elements)),
    )


@dataclass(frozen=True, slots=True)
class _End:
    """Where a search ended."""

    values: tuple[float, ...]
    cost: float
    converged: bool = True


def _reporting(runs: PayoffRuns, progress: Progress | None) -> Progress:
    """Something to call with the share of the starts that are done."""

    def report(share: float) -> None:
        if progress is not None:
            count = len(runs.evaluations)
            progress(min(0.99, share + (1 - share) * 0.5 * count / (count + _AHEAD)))

    return report


def _nowhere_finite() -> RunError:
    message = "the model has no finite payoff at any start"
    return RunError("S3C716", message, "give another start, or narrower bounds")


# --- starts ---


def _check_bounds(sought: Optimization) -> None:
    """Whether there are bounds where points are spread over them.

    Raises:
        ExperimentError: S3C708, one is missing.
    """
    spreads = sought.starts > 1 or sought.method is Optimizer.DIFFERENTIAL_EVOLUTION
    found = [
        Diagnostic(
            *("S3C708", f"“{free.name}” has no {'lower' if low else 'upper'} bound", free.span),
            "give it two bounds, since points are spread between them; or begin once, with Powell",
        )
        for free in sought.free
        for low, bound in ((True, free.lower), (False, free.upper))
        if spreads and not math.isfinite(bound)
    ]
    if found:
        raise ExperimentError(found)


def _other_starts(sought: Optimization, first: tuple[float, ...]) -> list[tuple[float, ...]]:
    """The starts after the first.

    Raises:
        ExperimentError: S3C711, there are too many.
    """
    import numpy as np

    lower = [each.lower for each in sought.free]
    upper = [each.upper for each in sought.free]
    count = sought.starts
    total = {Spread.GRID: count ** len(lower), Spread.VECTOR: count * len(lower)}
    if total.get(sought.spread, count) > _MOST_STARTS:
        message = f"a {sought.spread} of {count} values for each of {len(lower)} is too large"
        hint = f"at most {_MOST_STARTS} points: take fewer values"
        raise ExperimentError([Diagnostic("S3C711", message, sought.free[0].span, hint)])
    if count <= 1:
        return []
    axes = [np.linspace(*each, count).tolist() for each in zip(lower, upper, strict=True)]
    match sought.spread:
        case Spread.GRID:
            return list(product(*axes))
        case Spread.VECTOR:
            return [
                (*first[:number], value, *first[number + 1 :])
                for number, axis in enumerate(axes)
                for value in axis
            ]
        case Spread.RANDOM:
            draws = np.random.default_rng(sought.seed)
            points = draws.uniform(lower, upper, (count - 1, len(lower)))
            return [tuple(point) for point in points.tolist()]
        case Spread.LATIN_HYPERCUBE:
            return latin_hypercube(lower, upper, count - 1, sought.seed)


def _from_starts(runs: PayoffRuns, starts: Sequence[tuple[float, ...]], report: Progress) -> _End:
    """The best end of the searches from several starts.

    Raises:
        RunError: S3C716, the model has no finite payoff at any of them.
    """
    if runs.optimization.method is Optimizer.OFF:
        costs = runs.costs(starts)
        best = int(costs.argmin())
        ends = [_End(starts[best], float(costs[best]))]
    else:
        ends = list(_searched(runs, starts, report))
    ends = [each for each in ends if each.cost < FAR_OFF]
    if not ends:
        raise _nowhere_finite()
    return min(ends, key=lambda each: each.cost)


def _searched(
    runs: PayoffRuns, starts: Sequence[tuple[float, ...]], report: Progress
) -> Iterator[_End]:
    for number, start in enumerate(starts):
        runs.start = number + 1

        def tell(number: int = number) -> None:
            report(number / len(starts))

        tell()
        if runs.cost(start) < FAR_OFF:
            yield _search(runs, start, runs.optimization.method, tell)


# --- searches ---


@dataclass(frozen=True, slots=True)
class _Scaled:
    """The cost in numbers of usual size: those that are free in times of their scale."""

    runs: PayoffRuns
    scale: Floats
    size: float

    @classmethod
    def around(cls, runs: PayoffRuns, start: Sequence[float]) -> _Scaled:
        """In times of where a search starts, and of the cost there."""
        import numpy as np

        lower, upper = map(np.array, runs.bounds)
        width = np.where(np.isfinite(upper - lower), upper - lower, 1.0)
        scale = np.where(np.abs(start) > _SMALL * width, np.abs(start), width)
        return cls(runs, scale, abs(runs.cost(start)) or 1.0)

    def cost(self, scaled: Floats) -> float:
        return self.runs.cost((scaled * self.scale).tolist()) / self.size

    def slopes(self, scaled: Floats) -> Floats:
        """(n_free,), by differences to both sides within the bounds, all of them at once."""
        import numpy as np

        lower, upper = (np.array(each) / self.scale for each in self.runs.bounds)
        step = _DIFFERENCE * np.maximum(np.abs(scaled), 1.0)
        left, right = np.maximum(scaled - step, lower), np.minimum(scaled + step, upper)
        points: list[list[float]] = []
        for number in range(len(scaled)):
            for side in (left, right):
                point = scaled.copy()
                point[number] = side[number]
                points.append((point * self.scale).tolist())
        costs = self.runs.costs(points).reshape(-1, 2) / self.size
        found: Floats = (costs[:, 1] - costs[:, 0]) / (right - left)
        return found


def _search(
    runs: PayoffRuns, start: tuple[float, ...], method: Optimizer, tell: Callable[[], None]
) -> _End:
    """One search from one start."""
    import numpy as np
    from scipy import optimize as scipy_optimize

    begun = len(runs.evaluations)
    scaled = _Scaled.around(runs, start)
    lower, upper = (np.array(each) / scaled.scale for each in runs.bounds)
    tolerance = max(runs.optimization.tolerance, _FEWEST)
    limits = {"maxiter": runs.optimization.iterations}
    options: dict[Optimizer, dict[str, float]] = {
        Optimizer.POWELL: {"xtol": tolerance**0.5, "ftol": tolerance},
        Optimizer.NELDER_MEAD: {"xatol": tolerance**0.5, "fatol": tolerance, "adaptive": True},
        Optimizer.L_BFGS_B: {"ftol": tolerance, "gtol": tolerance},
    }

    seek: Any = scipy_optimize.minimize

    def once(begin: Floats) -> Any:
        return seek(
            scaled.cost,
            begin,
            method=str(method),
            bounds=scipy_optimize.Bounds(lower, upper),
            jac=scaled.slopes if method is Optimizer.L_BFGS_B else None,
            options={**options[method], **limits},
            callback=lambda _: tell(),
        )

    found = once(np.array(start) / scaled.scale)
    passes = 1
    while method is Optimizer.POWELL and passes < _MOST_PASSES:
        again = once(found.x)
        passes += 1
        gain = float(found.fun) - float(again.fun)
        found = again if gain > 0 else found
        if gain <= tolerance * abs(float(found.fun)):
            break
    values = tuple(np.clip(found.x * scaled.scale, *runs.bounds).tolist())
    cost = runs.cost(values)
    best = _best(runs, begun)
    return min(_End(values, cost, bool(found.success)), best, key=lambda each: each.cost)


def _best(runs: PayoffRuns, first: int) -> _End:
    """The best point since an evaluation; a search need not end there where much is not finite."""
    costs = [runs.cost_of(each.payoff) for each in runs.evaluations[first:]]
    least = min(range(len(costs)), key=costs.__getitem__)
    return _End(runs.evaluations[first + least].values, costs[least], converged=False)


def _from_population(runs: PayoffRuns, report: Progress) -> _End:
    """The best of a population that evolves, made better by Powell's method."""
    import numpy as np
    from scipy import optimize as scipy_optimize

    def costs(points: Floats) -> Floats:
        return runs.costs(points.T.tolist())

    sought = runs.optimization
    runs.start = 0
    evolve: Any = scipy_optimize.differential_evolution
    found = evolve(
        costs,
        scipy_optimize.Bounds(*runs.bounds),
        maxiter=sought.iterations,
        tol=max(sought.tolerance**0.5, _FEWEST),
        seed=np.random.default_rng(sought.seed),
        polish=False,
        vectorized=True,
        updating="deferred",
        callback=lambda _, convergence: report(min(0.9, float(convergence))),
    )
    best = _best(runs, 0)
    if best.cost >= FAR_OFF:
        message = "the model has no finite payoff anywhere within the bounds"
        raise RunError("S3C716", message, "narrow the bounds")
    end = _search(runs, best.values, Optimizer.POWELL, lambda: report(0.9))
    return _End(end.values, end.cost, bool(found.success) and end.converged)


# --- what was found ---


def _doubts(elements: Iterable[ElementPayoff]) -> Iterator[Diagnostic]:
    """What elements have left out."""
    for each in elements:
        if each.skipped:
            what = "no logarithm" if each.element.log else "no count"
            message = f"{each.skipped} values of “{each.element.variable}” or its data are left out"
            message += f" of the payoff: {what}"
            hint = "compare what is positive"
            yield Diagnostic(
                *("S3C719", message, each.element.span, hint), severity=Severity.WARNING
            )
