"""Fitting what is free in an experiment to what was published or measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from s3c.compiler import Diagnostic

from ..errors import ExperimentError
from ..tree import Experiment, IntervalMethod
from .calibration import Calibration, Fitted, Residual, SeriesFit
from .free_numbers import by_element
from .intervals import Interval, Intervals, covariance_of, deviate, from_covariance
from .noise import Noise, in_sds, weighed
from .observations import Observations
from .problem import Point, Problem, problem_of
from .profiles import BetterFit, profile_intervals
from .searching import Found, least_squares, search

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["calibrate"]

_SAME = 1e-6  # of the largest singular value: directions that the observations do not tell
_MOST_TIMES = 5  # that a better fit is found while intervals are sought
_SEARCH, _INTERVALS = (0.0, 0.5), (0.5, 1.0)  # shares of the work

Progress: TypeAlias = Callable[[float], None]


def calibrate(experiment: Experiment, *, progress: Progress | None = None) -> Calibration:
    """Fit what is free in an experiment to its targets and series, by least squares within bounds.

    Every point is simulated with the same seeds, so that the search sees a smooth function; with
    several seeds, what is compared is the mean over them. Only scenarios that something is compared
    with are run; those of what is held out, once, at the end. `least squares` is scipy's
    trust-region method, from several starts if asked; `differential evolution` seeks with a
    population over the whole bounds, and ends with least squares. A point where the model has no
    finite value counts as very far off.

    Errors are weighed by their standard deviations. Those that are not given are estimated, one for
    each series and one for all targets together, until fit and estimates agree.

    Args:
        experiment: with a `fit`.
        progress: is called now and then with an estimate of the share done, from 0 to 1.

    Raises:
        ExperimentError: there is nothing to fit (S3C710), a start is out of bounds (S3C708), or a
            target or series lies outside the run (S3C709).
        SimulationError: the benchmark, or the best point, has no finite value.
        RunError: a run cannot be made, or no start has a finite value (S3C716).
    """
    fit = experiment.fit
    if fit is None:
        hint = 'add [calibrate] with free = { "x" = { bounds = [0, 1] } } and targets'
        raise ExperimentError([Diagnostic("S3C710", "there is nothing to fit", None, hint)])
    problem = problem_of(experiment, fit)
    is_all = fit.intervals is None
    found = search(problem, progress if is_all else _part(progress, _SEARCH))
    found, noise = weighed(problem, found)
    notes = [*problem.notes, *_notes(problem, found)]
    intervals: Intervals | None = None
    if fit.intervals is not None:
        part = _part(progress, _INTERVALS)
        found, noise, intervals = _with_intervals(problem, fit.intervals, found, noise, part)
        notes += intervals.notes
    if progress is not None:
        progress(1.0)
    residuals, series = _compared(problem, found.point, noise)
    return Calibration(
        experiment,
        tuple(Fitted(*each) for each in zip(fit.free, found.point, strict=True)),
        by_element(experiment.model, problem.constants(found.point)),
        residuals,
        tuple(problem.evaluations),
        found.converged,
        tuple(notes),
        series,
        intervals,
    )


def _part(progress: Progress | None, span: tuple[float, float]) -> Progress | None:
    """A progress that goes from one share to another."""
    if progress is None:
        return None
    first, last = span
    return lambda share: progress(first + share * (last - first))


# --- how sure it is ---


def _with_intervals(
    problem: Problem,
    method: IntervalMethod,
    found: Found,
    noise: Noise,
    progress: Progress | None,
) -> tuple[Found, Noise, Intervals]:
    """The intervals; and the fit, which is another if a better one was found on the way."""
    for _ in range(_MOST_TIMES):
        try:
            return found, noise, _intervals(problem, method, found, noise, progress)
        except BetterFit as better:
            again = least_squares(problem, better.point, is_last=True)
            found, noise = weighed(problem, again)
    note = "better and better fits were found while intervals were sought: try more starts"
    covariance = _covariance(problem, found)
    nothing = _nothing(problem)
    return (
        found,
        noise,
        Intervals(method, problem.fit.confidence, nothing, covariance, None, (note,)),
    )


def _intervals(
    problem: Problem,
    method: IntervalMethod,
    found: Found,
    noise: Noise,
    progress: Progress | None,
) -> Intervals:
    """How sure a fit is.

    Raises:
        BetterFit: there is a better one.
    """
    fit = problem.fit
    if method is IntervalMethod.MCMC:
        return _from_posterior(problem, found, noise, progress)
    if not noise.is_known:
        note = "there are too few observations, or they are met exactly: no interval can be told"
        covariance = _covariance(problem, found)
        return Intervals(method, fit.confidence, _nothing(problem), covariance, None, (note,))
    scaled = in_sds(problem, found, noise)
    covariance = _covariance(problem, scaled)
    times = deviate(noise, fit.confidence)
    if method is IntervalMethod.COVARIANCE:
        of = from_covariance(fit.free, scaled, covariance, times)
    else:
        of = profile_intervals(problem, scaled, covariance, times, progress)
    return Intervals(method, fit.confidence, of, covariance, None, tuple(_doubts(of)))


def _from_posterior(
    problem: Problem, found: Found, noise: Noise, progress: Progress | None
) -> Intervals:
    """Equal-tailed intervals of draws."""
    import numpy as np

    from .chains import draw_posterior

    fit = problem.fit
    scaled = in_sds(problem, found, noise) if noise.is_known else found
    covariance = _covariance(problem, scaled)
    posterior = draw_posterior(problem, found.point, covariance, progress)
    tail = (1 - fit.confidence) / 2
    ends = zip(fit.free, posterior.quantile(tail), posterior.quantile(1 - tail), strict=True)
    of = tuple(Interval(*each) for each in ends)
    notes = posterior.doubts()
    if not np.isfinite(posterior.log_density).any():
        notes.append("no draw has a finite value")
    return Intervals(
        *(IntervalMethod.MCMC, fit.confidence, of, covariance, posterior, tuple(notes))
    )


def _covariance(problem: Problem, found: Found) -> Floats:
    import numpy as np

    at_bound = [Fitted(*each).at_bound for each in zip(problem.fit.free, found.point, strict=True)]
    return covariance_of(found, np.array(at_bound))


def _nothing(problem: Problem) -> tuple[Interval, ...]:
    return tuple(Interval(free, math.nan, math.nan) for free in problem.fit.free)


def _doubts(intervals: Iterable[Interval]) -> Iterable[str]:
    for each in intervals:
        name, ends = each.free.name, []
        if each.open_below:
            ends.append(f"down to its bound {each.free.lower:g}")
        if each.open_above:
            ends.append(f"up to its bound {each.free.upper:g}")
        if ends:
            yield f"the interval of “{name}” is open {' and '.join(ends)}"
        if math.isnan(each.lower) or math.isnan(each.upper):
            yield f"no end of the interval of “{name}” was found"


# --- what was found ---


def _compared(
    problem: Problem, point: Point, noise: Noise
) -> tuple[tuple[Residual, ...], tuple[SeriesFit, ...]]:
    """All targets and series beside what the model gives, in the order of the experiment."""
    residuals: list[Residual] = []
    series: list[SeriesFit] = []
    has_targets = bool(problem.observations.targets)
    sds = {
        id(each): sd
        for each, sd in zip(problem.observations.series, noise.sds[has_targets:], strict=True)
    }
    for observations in (problem.observations, problem.held_out):
        if not observations.groups:
            continue
        simulated = problem.simulated(point, observations)
        count = len(observations.targets)
        pairs = zip(observations.targets, simulated[:count].tolist(), strict=True)
        residuals += [Residual(*each) for each in pairs]
        series += _series_fits(observations, simulated, sds)
    return _in_order(residuals, problem), tuple(series)


def _in_order(residuals: list[Residual], problem: Problem) -> tuple[Residual, ...]:
    """As the targets stand in the experiment."""
    places = {id(each): number for number, each in enumerate(problem.fit.targets)}
    return tuple(sorted(residuals, key=lambda each: places[id(each.target)]))


def _series_fits(
    observations: Observations, simulated: Floats, sds: dict[int, float]
) -> Iterable[SeriesFit]:
    start = len(observations.targets)
    for each in observations.series:
        stop = start + len(each.values)
        yield SeriesFit(each, tuple(simulated[start:stop].tolist()), sds.get(id(each), each.sd))
        start = stop


def _notes(problem: Problem, found: Found) -> Iterable[str]:
    """What the observations do not tell."""
    import numpy as np

    free, jacobian = problem.fit.free, found.jacobian
    count = len(problem.observations.values)
    what = "observations" if problem.observations.series else "targets"
    if count < len(free):
        yield f"{count} {what} cannot determine {len(free)} free numbers"
        return
    lengths = np.linalg.norm(jacobian, axis=0)
    idle = [each.name for each, length in zip(free, lengths, strict=True) if length == 0]
    one = "observation" if problem.observations.series else "target"
    for name in idle:
        yield f"no {one} depends on “{name}”"
    if not idle and len(free) > 1:
        _, sizes, axes = np.linalg.svd(jacobian / lengths)
        if sizes[-1] < _SAME * sizes[0]:
            parts = np.abs(axes[-1])
            names = [f"“{each.name}”" for each, part in zip(free, parts, strict=True) if part > 0.1]
            yield f"the {what} do not tell {' and '.join(names)} apart: other values fit as well"
