"""Seeking the constants with which scenarios give what was published."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from s3c.compiler import Diagnostic
from s3c.runtime import RunError, SimulationError, printable

from ..errors import ExperimentError
from ..running.scenarios import at_moment, over_seeds
from ..running.simulations import Simulations
from ..tree import Experiment, Fit, FitMethod, Moment, Target
from .calibration import Calibration, Evaluation, Fitted, Residual, rmse
from .free_numbers import by_element, constants_of, first_start, latin_hypercube

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["calibrate"]

_FAR_OFF = 1e6  # of a point without a finite value, in times of the targets' size
_LARGEST = 1e100  # of what has a square
_MOST_ITERATIONS = 200  # of a search
_TOLERANCE, _LAST_TOLERANCE = 1e-9, 1e-14  # of a search, and of the last one, from the best point
_POPULATION_TOLERANCE = 1e-4  # where least squares take over
_SMALL = 1e-9  # start, in times of the distance between the bounds, that is no scale
_SAME = 1e-6  # of the largest singular value: directions that the targets do not tell

Progress: TypeAlias = Callable[[float], None]


def calibrate(experiment: Experiment, *, progress: Progress | None = None) -> Calibration:
    """Fit what is free in an experiment to its targets, by weighted least squares within bounds.

    Every point is simulated with the same seeds, so that the search sees a smooth function; with
    several seeds, what is compared is the mean over them. Only scenarios that a target names are
    run; those of targets that are held out, once, at the end. `least squares` is scipy's
    trust-region method, from several starts if asked; `differential evolution` seeks with a
    population over the whole bounds, and ends with least squares. A point where the model has no
    finite value counts as very far off.

    Args:
        experiment: with a `fit`.
        progress: is called now and then with an estimate of the share done, from 0 to 1.

    Raises:
        ExperimentError: there is nothing to fit (S3C710), a start is out of bounds (S3C708), or a
            target lies outside the run (S3C709).
        SimulationError: the benchmark, or the best point, has no finite value.
        RunError: a run cannot be made, or no start has a finite value (S3C716).
    """
    fit = experiment.fit
    if fit is None:
        hint = 'add [calibrate] with free = { "x" = { bounds = [0, 1] } } and targets'
        raise ExperimentError([Diagnostic("S3C710", "there is nothing to fit", None, hint)])
    simulations = Simulations(experiment, [each.variable for each in fit.targets])
    problem = _Problem(experiment, fit, simulations)
    problem.check_times()
    start = problem.start()
    if fit.method is FitMethod.LEAST_SQUARES:
        near = _from_starts(problem, start, progress)
    else:
        near = _from_population(problem, progress)
    best = _least_squares(problem, tuple(near), is_last=True)
    values = tuple(float(each) for each in best.x)
    simulated = problem.simulated(values, fit.targets)
    if progress is not None:
        progress(1.0)
    return Calibration(
        experiment,
        tuple(Fitted(*each) for each in zip(fit.free, values, strict=True)),
        by_element(experiment.model, problem.constants(values)),
        tuple(Residual(*each) for each in zip(fit.targets, simulated, strict=True)),
        tuple(problem.evaluations),
        bool(best.success),
        tuple(_notes(fit, best.jac)),
    )


@dataclass(eq=False)
class _Problem:
    """What is fitted to what, and the record of what was tried."""

    experiment: Experiment
    fit: Fit
    simulations: Simulations
    number: int = 0
    """Of the present start."""
    evaluations: list[Evaluation] = field(default_factory=list)
    latest: Floats | None = None
    """The residuals of the last of these."""

    @property
    def fitted(self) -> tuple[Target, ...]:
        """The targets that are not held out."""
        return tuple(each for each in self.fit.targets if not each.held_out)

    @property
    def bounds(self) -> tuple[list[float], list[float]]:
        """The lower and the upper ones."""
        free = self.fit.free
        return [each.lower for each in free], [each.upper for each in free]

    def start(self) -> tuple[float, ...]:
        """Where the first search begins.

        Raises:
            ExperimentError: S3C708, the benchmark is not between the bounds.
        """
        return first_start(self.fit.free, self.experiment.model, self.simulations.benchmark)

    def constants(self, values: Iterable[float]) -> dict[str, float | Floats]:
        """What the free constants are with these numbers, by name."""
        benchmark = self.simulations.benchmark
        return constants_of(self.fit.free, values, self.experiment.model, benchmark)

    def check_times(self) -> None:
        """Whether the runs have the times of all targets.

        Raises:
            ExperimentError: S3C709, it has not.
        """
        series: dict[str, Floats] = {}
        outside: list[Diagnostic] = []
        for each in self.fit.targets:
            for scenario in (each.scenario, each.minus):
                if isinstance(each.at, Moment) or scenario is None:
                    continue
                if scenario not in series:
                    series[scenario] = self._series({}, scenario)[0]
                first, last = series[scenario][0], series[scenario][-1]
                if not first <= each.at <= last:
                    message = f"the time {each.at:g} is outside the run"
                    hint = f"the run of “{printable(scenario)}” goes from {first:g} to {last:g}"
                    outside.append(Diagnostic("S3C709", message, each.span, hint))
        if outside:
            raise ExperimentError(outside)

    def simulated(self, values: tuple[float, ...], targets: Iterable[Target]) -> list[float]:
        """What the model gives for targets; each of their scenarios is run once.

        Raises:
            SimulationError: the model has no finite value.
        """
        constants = self.constants(values)
        series: dict[str, tuple[Floats, Floats]] = {}

        def value(scenario: str, target: Target) -> float:
            if scenario not in series:
                series[scenario] = self._series(constants, scenario)
            time, runs = series[scenario]
            column = self.simulations.columns.index(target.variable)
            return at_moment(target.at, time, runs[:, column])

        return [
            value(each.scenario, each) - (value(each.minus, each) if each.minus else 0.0)
            for each in targets
        ]

    def _series(self, constants: dict[str, float | Floats], scenario: str) -> tuple[Floats, Floats]:
        changes = self.simulations.changes(self.experiment.scenario(scenario), constants)
        return over_seeds(self.simulations, changes, self.experiment.settings.seeds)

    def residuals(self, values: Iterable[float]) -> Floats:
        """(n_targets,), weighted differences of what is fitted; the evaluation is recorded."""
        import numpy as np

        lower, upper = self.bounds
        point = tuple(np.clip(np.asarray(list(values)), lower, upper).tolist())
        if self.evaluations and self.latest is not None:
            before = self.evaluations[-1]
            if (before.start, before.values) == (self.number, point):
                return self.latest
        weights = np.sqrt([each.weight for each in self.fitted])
        published = np.array([each.value for each in self.fitted])
        simulated = self._finite(point)
        if simulated is None:
            size = math.nan
            self.latest = weights * _FAR_OFF * max(1.0, float(np.max(np.abs(published))))
        else:
            pairs = zip(self.fitted, simulated, strict=True)
            size = rmse(Residual(*pair) for pair in pairs)
            self.latest = weights * (np.array(simulated) - published)
        self.evaluations.append(Evaluation(self.number, point, size))
        return self.latest

    def _finite(self, point: tuple[float, ...]) -> list[float] | None:
        """What the model gives for what is fitted; None if that is not a usual number."""
        try:
            found = self.simulated(point, self.fitted)
        except SimulationError:
            return None
        return found if all(abs(each) < _LARGEST for each in found) else None


# --- searches ---


def _from_starts(
    problem: _Problem, start: tuple[float, ...], progress: Progress | None
) -> list[float]:
    """The best end of the searches from several starts."""
    found: list[Any] = []
    fit = problem.fit
    starts = [start, *latin_hypercube(*problem.bounds, fit.starts - 1, fit.seed)]
    for number, each in enumerate(starts):
        problem.number = number + 1
        if progress is not None:
            progress(number / len(starts))
        problem.residuals(each)
        if not math.isnan(problem.evaluations[-1].rmse):
            found.append((_least_squares(problem, each), problem.number))
    if not found:
        message = "the model has no finite value at any start of the fit"
        raise RunError("S3C716", message, "give another start, or narrower bounds")
    best, problem.number = min(found, key=lambda pair: pair[0].cost)
    ends: list[float] = best.x.tolist()
    return ends


def _least_squares(problem: _Problem, start: tuple[float, ...], *, is_last: bool = False) -> Any:
    """A search from one start.

    Numbers are taken in times of where they start, and residuals in times of those there, so that
    steps and differences fit the size of both. Where targets are missed at the best point, it is
    only as exact as the Jacobian: the last search takes differences to both sides.
    """
    import numpy as np
    from scipy.optimize import least_squares

    lower, upper = map(np.array, problem.bounds)
    width = upper - lower
    scale = np.where(np.abs(start) > _SMALL * width, np.abs(start), width)

    tolerance = _LAST_TOLERANCE if is_last else _TOLERANCE
    size = float(np.max(np.abs(problem.residuals(start)))) or 1.0

    def residuals(scaled: Floats) -> Floats:
        return problem.residuals(scaled * scale) / size

    result = least_squares(
        residuals,
        np.array(start) / scale,
        bounds=(lower / scale, upper / scale),
        x_scale="jac",
        jac="3-point" if is_last else "2-point",
        ftol=tolerance,
        xtol=tolerance,
        gtol=_LAST_TOLERANCE,
        max_nfev=_MOST_ITERATIONS,
    )
    result.x = np.clip(result.x * scale, lower, upper)
    result.cost *= size**2  # which other starts are compared by
    return result


def _from_population(problem: _Problem, progress: Progress | None) -> list[float]:
    """The best of a population, made better by least squares."""
    import numpy as np
    from scipy.optimize import Bounds, differential_evolution

    def cost(values: Floats) -> float:
        return float(np.sum(problem.residuals(values) ** 2))

    def report(_: Floats, convergence: Any) -> None:
        if progress is not None:
            progress(min(0.9, float(convergence)))

    found = differential_evolution(
        cost,
        Bounds(*problem.bounds),
        maxiter=_MOST_ITERATIONS,
        tol=_POPULATION_TOLERANCE,
        seed=np.random.default_rng(problem.fit.seed),
        polish=False,
        callback=report,
    )
    if all(math.isnan(each.rmse) for each in problem.evaluations):
        message = "the model has no finite value anywhere within the bounds"
        raise RunError("S3C716", message, "narrow the bounds")
    problem.number = 1
    ends: list[float] = _least_squares(problem, tuple(found.x.tolist())).x.tolist()
    return ends


# --- what was found ---


def _notes(fit: Fit, jacobian: Floats) -> Iterable[str]:
    """What the targets do not tell."""
    import numpy as np

    count = sum(not each.held_out for each in fit.targets)
    if count < len(fit.free):
        yield f"{count} targets cannot determine {len(fit.free)} free numbers"
        return
    lengths = np.linalg.norm(jacobian, axis=0)
    idle = [free.name for free, length in zip(fit.free, lengths, strict=True) if length == 0]
    for name in idle:
        yield f"no target depends on “{name}”"
    if not idle and len(fit.free) > 1:
        *_, axes = np.linalg.svd(jacobian / lengths)
        sizes = np.linalg.svd(jacobian / lengths, compute_uv=False)
        if sizes[-1] < _SAME * sizes[0]:
            parts = np.abs(axes[-1])
            names = [
                f"“{free.name}”" for free, part in zip(fit.free, parts, strict=True) if part > 0.1
            ]
            yield f"the targets do not tell {' and '.join(names)} apart: other values fit as well"
