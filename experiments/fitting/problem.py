"""What is fitted to what: the errors of many points at a time, and the record of what was tried."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from s3c.compiler import Diagnostic
from s3c.runtime import printable

from ..errors import ExperimentError
from ..running.scenarios import over_seeds, seeds_together
from ..running.simulations import Simulations
from ..running.together import RunsTogether
from ..tree import Derivatives, Experiment, Fit, MeasuredSeries, Moment, Target
from .calibration import Evaluation
from .free_numbers import constants_of, first_start
from .model_slopes import ModelSlopes, NoSlopesError
from .observations import Observations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from s3c.compiler import Span

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Point", "Problem", "problem_of"]

_MOST_NUMBERS = 2_000_000  # that are remembered of points

Point: TypeAlias = tuple[float, ...]
"""A number for each that is free, in its order."""


@dataclass(eq=False)
class Problem:
    """What is fitted to what, and the record of what was tried."""

    experiment: Experiment
    fit: Fit
    simulations: Simulations
    together: RunsTogether
    observations: Observations
    """What is fitted."""
    held_out: Observations
    sds: tuple[float, ...]
    """What errors of each group are measured in, at present."""
    notes: tuple[str, ...] = ()
    model_slopes: ModelSlopes | None = None
    """The model that tells its slopes itself; None is that differences tell them."""
    number: int = 0
    """Of the present start."""
    evaluations: list[Evaluation] = field(default_factory=list)
    _remembered: dict[Point, Floats | None] = field(default_factory=dict)

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """The lower and the upper ones."""
        import numpy as np

        free = self.fit.free
        return np.array([each.lower for each in free]), np.array([each.upper for each in free])

    def start(self) -> Point:
        """Where the first search begins.

        Raises:
            ExperimentError: S3C708, the benchmark is not between the bounds.
        """
        return first_start(self.fit.free, self.experiment.model, self.simulations.benchmark)

    def constants(self, point: Iterable[float]) -> dict[str, float | Floats]:
        """What the free constants are with these numbers, by name."""
        benchmark = self.simulations.benchmark
        return constants_of(self.fit.free, point, self.experiment.model, benchmark)

    # --- points ---

    def clipped(self, point: Iterable[float]) -> Point:
        """The point, within the bounds."""
        import numpy as np

        return tuple(np.clip(np.asarray(list(point)), *self.bounds).tolist())

    def errors(self, points: Iterable[Iterable[float]]) -> list[Floats | None]:
        """(n_observations,) errors at each point; None where the model has no usual numbers.

        All points are run together, and each that is new is recorded.
        """
        wanted = [self.clipped(each) for each in points]
        new = [each for each in dict.fromkeys(wanted) if each not in self._remembered]
        found = {each: self._remembered[each] for each in wanted if each in self._remembered}
        for point, errors in zip(new, self.looked_at(new), strict=True):
            found[point] = errors
            self.evaluations.append(Evaluation(self.number, point, self._size(errors)))
        self._remembered.update(found)
        while len(self._remembered) * len(self.observations.values) > _MOST_NUMBERS:
            self._remembered.pop(next(iter(self._remembered)))
        return [found[each] for each in wanted]

    def residuals(self, points: Iterable[Iterable[float]]) -> Floats:
        """(n_points, n_observations), errors in times of their sd; very large where there is none.

        They are those whose squares the search makes small.
        """
        import numpy as np

        far_off = self.observations.far_off()
        found = [far_off if each is None else each for each in self.errors(points)]
        return np.array(found) / self.observations.scales(self.sds)

    def slopes(self, point: Iterable[float]) -> Floats | None:
        """(n_observations, n_free), how the residuals change at a point, told by the model.

        None where it does not tell it, or has no usual numbers. If it never will, that is noted.
        """
        import numpy as np

        if self.model_slopes is None:
            return None
        scenarios = [self.experiment.scenario(name) for name in self.observations.scenarios]
        try:
            found = self.model_slopes.at(self.clipped(point), scenarios)
        except NoSlopesError as error:
            self.model_slopes = None
            self.notes += (_by_differences(error),)
            return None
        if found is None:
            return None
        runs = found

        def look(scenario: str, variable: str) -> tuple[Floats, Floats]:
            each = runs[scenario, variable]
            return each.time, each.runs

        simulated = self.observations.simulated(look)
        if self.observations.errors(simulated) is None:
            return None
        outer = self.observations.error_slopes(simulated) / self.observations.scales(self.sds)
        with np.errstate(over="ignore", invalid="ignore"):
            slopes = outer[:, None] * self.observations.slopes(lambda *names: runs[names])
        return slopes if np.isfinite(slopes).all() else None

    def _size(self, errors: Floats | None) -> float:
        """The root of the weighted mean squared error, as at the start of the search."""
        import numpy as np

        if errors is None:
            return math.nan
        scales = self.observations.scales(self.observations.first_sds())
        largest = float(np.max(np.abs(errors / scales)))
        if not 0 < largest < math.inf:
            return largest
        squares = (errors / scales / largest) ** 2  # so that none is too large or too small
        return largest * math.sqrt(math.fsum(squares) / math.fsum(self.observations.roots**2))

    def looked_at(self, points: Sequence[Point]) -> list[Floats | None]:
        """The same, whether known or not, and without record."""
        experiment, count = self.experiment, len(self.observations.scenarios)
        scenarios = [experiment.scenario(name) for name in self.observations.scenarios]
        changes = [
            self.simulations.changes(scenario, constants)
            for constants in map(self.constants, points)
            for scenario in scenarios
        ]
        by_seed = [self.together.runs(changes, seed) for seed in experiment.settings.seeds]
        found: list[Floats | None] = []
        for first in range(0, len(changes), count):
            runs = list(zip(*(each[first : first + count] for each in by_seed), strict=True))
            found.append(self._errors_of(runs))
        return found

    def _errors_of(self, runs: Sequence[Sequence[tuple[Floats, Floats] | None]]) -> Floats | None:
        """The errors where runs with each seed give this for each scenario."""
        whole: dict[str, tuple[Floats, Floats]] = {}
        for name, of_seeds in zip(self.observations.scenarios, runs, strict=True):
            finite = [each for each in of_seeds if each is not None]
            if len(finite) < len(of_seeds):
                return None
            whole[name] = seeds_together(finite)
        return self.observations.errors(self._observed(self.observations, whole))

    def _observed(
        self, observations: Observations, whole: dict[str, tuple[Floats, Floats]]
    ) -> Floats:
        """What runs give in the place of observations."""
        columns = self.simulations.columns

        def look(scenario: str, variable: str) -> tuple[Floats, Floats]:
            time, runs = whole[scenario]
            return time, runs[:, columns.index(variable)]

        return observations.simulated(look)

    def simulated(self, point: Point, observations: Observations) -> Floats:
        """(n_observations,), what the model gives at a point.

        Raises:
            SimulationError: it has no finite value.
        """
        constants, seeds = self.constants(point), self.experiment.settings.seeds
        whole: dict[str, tuple[Floats, Floats]] = {}
        for name in observations.scenarios:
            changes = self.simulations.changes(self.experiment.scenario(name), constants)
            whole[name] = over_seeds(self.simulations, changes, seeds)
        return self._observed(observations, whole)


def problem_of(experiment: Experiment, fit: Fit) -> Problem:
    """The problem that an experiment poses; its runs have the times of all that is observed.

    Raises:
        ExperimentError: S3C709, they have not.
        SimulationError: the benchmark has no finite value.
        RunError: a run cannot be made.
    """
    names = [each.variable for each in fit.targets] + [each.variable for each in fit.series]
    simulations = Simulations(experiment, names)
    extents = _Extents(experiment, simulations)
    outside = [each for target in fit.targets for each in extents.outside(target)]
    series: list[MeasuredSeries] = []
    notes: list[str] = []
    for each in fit.series:
        kept = extents.within(each)
        if not kept.values:
            outside.append(extents.misses(each.scenario, "all times of the series are", each.span))
        elif len(kept.values) < len(each.values):
            count = len(each.values) - len(kept.values)
            notes.append(
                f"{count} of {len(each.values)} measurements of “{printable(each.variable)}” are"
                " outside the run, and left out"
            )
        series.append(kept)
    if outside:
        raise ExperimentError(outside)
    observations, held_out = (
        Observations.of(
            (each for each in fit.targets if each.held_out is held_out),
            (each for each in series if each.held_out is held_out),
        )
        for held_out in (False, True)
    )
    slopes = None
    if fit.derivatives is Derivatives.SYMBOLIC:
        compared = [each.variable for each in observations.targets]
        compared += [each.variable for each in observations.series]
        try:
            slopes = ModelSlopes.of(experiment, fit.free, compared)
        except NoSlopesError as error:
            notes.append(_by_differences(error))
    return Problem(
        *(experiment, fit, simulations, RunsTogether(simulations), observations, held_out),
        *(observations.first_sds(), tuple(notes), slopes),
    )


def _by_differences(error: NoSlopesError) -> str:
    return f"derivatives are taken by differences between runs, not symbolically: {error}"


@dataclass(frozen=True, slots=True, eq=False)
class _Extents:
    """The first and last times of scenarios, as far as somebody has asked for them."""

    experiment: Experiment
    simulations: Simulations
    _known: dict[str, tuple[float, float]] = field(default_factory=dict)

    def of(self, scenario: str) -> tuple[float, float]:
        """The first and last time of a scenario's run."""
        if scenario not in self._known:
            changes = self.simulations.changes(self.experiment.scenario(scenario), {})
            time, _ = over_seeds(self.simulations, changes, self.experiment.settings.seeds)
            self._known[scenario] = float(time[0]), float(time[-1])
        return self._known[scenario]

    def outside(self, target: Target) -> Iterator[Diagnostic]:
        """What is wrong with the time of a target."""
        for scenario in (target.scenario, target.minus):
            if isinstance(target.at, Moment) or scenario is None:
                continue
            first, last = self.of(scenario)
            if not first <= target.at <= last:
                yield self.misses(scenario, f"the time {target.at:g} is", target.span)

    def misses(self, scenario: str, what: str, span: Span | None) -> Diagnostic:
        """That a run has not such a time."""
        first, last = self.of(scenario)
        hint = f"the run of “{printable(scenario)}” goes from {first:g} to {last:g}"
        return Diagnostic("S3C709", f"{what} outside the run", span, hint)

    def within(self, series: MeasuredSeries) -> MeasuredSeries:
        """The series without what is before or after the run."""
        first, last = self.of(series.scenario)
        pairs = zip(series.times, series.values, strict=True)
        kept = [(time, value) for time, value in pairs if first <= time <= last]
        return replace(
            series,
            times=tuple(time for time, _ in kept),
            values=tuple(value for _, value in kept),
        )
