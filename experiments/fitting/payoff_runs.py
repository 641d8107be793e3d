"""The payoff as a function of what is free, with a record of all points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from s3c.compiler import Diagnostic
from s3c.runtime import (
    CompiledModel,
    Kind,
    Space,
    fold,
    read_dataset,
    supplied_points,
)

from ..errors import ExperimentError
from ..running.simulations import Simulations
from ..running.together import RunsTogether
from ..tree import Experiment
from .free_numbers import constants_of
from .goals import Goal, Optimization, PayoffElement, PayoffKind
from .optimum import PayoffEvaluation
from .payoff import ElementPayoff, element_payoff, steps_with_data

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .payoff import Points

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["FAR_OFF", "PayoffRuns", "holds_series", "is_of_the_clock"]

FAR_OFF = 1e100
"""The largest cost; that of a point where the model has no finite value is as large, or larger."""

_SAVEPER = "SAVEPER"
_CLOCK = frozenset({"initial time", "final time", "time step", "saveper"})
_EVERY_STEP = 1e-9  # a SAVEPER shorter than any TIME STEP
_MOST_KEPT = 1000  # points whose costs are remembered


@dataclass(eq=False)
class PayoffRuns:
    """Runs an experiment's model for its payoff.

    Every point is run with the same seeds; with several, the payoff is the mean over them.
    """

    experiment: Experiment
    optimization: Optimization
    start: int = 1
    """The number of the present start."""
    evaluations: list[PayoffEvaluation] = field(default_factory=list)
    simulations: Simulations = field(init=False)
    points: dict[str, Points] = field(init=False)
    """Of data, by the name of their series."""

    def __post_init__(self) -> None:
        self.experiment = _at_every_step(self.experiment)
        elements = self.optimization.payoff
        weights = [each.weight for each in elements if isinstance(each.weight, str)]
        self.simulations = Simulations(
            self.experiment, [*(each.variable for each in elements), *weights]
        )
        self.points = _points_of(self.experiment, elements)
        self._together = RunsTogether(self.simulations)
        self._known: dict[tuple[float, ...], float] = {}
        self._best: tuple[float, tuple[float, ...]] | None = None
        self._check_data()

    def _check_data(self) -> None:
        """Whether each series of data has points within the run.

        Raises:
            ExperimentError: S3C709, it has none.
        """
        changes = self.simulations.changes(self.experiment.scenarios[0])
        time, _ = self.simulations.run(changes, self.experiment.settings.seeds[0])
        found: list[Diagnostic] = []
        for each in self.optimization.payoff:
            if each.kind is not PayoffKind.CALIBRATION:
                continue
            if not len(steps_with_data(time, self.points[each.data])[0]):
                message = f"the series “{each.data}” has no point within the run"
                hint = f"the run goes from {time[0]:g} to {time[-1]:g}; supply the data in [run]"
                found.append(Diagnostic("S3C709", message, each.span, hint))
        if found:
            raise ExperimentError(found)

    @property
    def bounds(self) -> tuple[list[float], list[float]]:
        """The lower and the upper ones."""
        free = self.optimization.free
        return [each.lower for each in free], [each.upper for each in free]

    def elements(self, values: Sequence[float]) -> tuple[ElementPayoff, ...] | None:
        """What each element of the payoff is at a point; None if the model is not finite there."""
        return self._payoffs([self.constants(values)])[0]

    def costs(self, points: Sequence[Sequence[float]]) -> Floats:
        """(n_points,), what is to be small; the evaluations are recorded, new ones are made."""
        import numpy as np

        lower, upper = self.bounds
        inside = [tuple(np.clip(each, lower, upper).tolist()) for each in points]
        new = list(dict.fromkeys(each for each in inside if each not in self._known))
        if len(self._known) > _MOST_KEPT:
            self._known = {each: self._known[each] for each in inside if each in self._known}
        made = self._payoffs([self.constants(each) for each in new])
        for point, elements in zip(new, made, strict=True):
            payoff = _total(elements)
            self.evaluations.append(PayoffEvaluation(self.start, point, payoff))
            self._known[point] = cost = self.cost_of(payoff)
            if math.isnan(payoff):
                self._known[point] = cost * (1 + self._distance(point))
            elif self._best is None or cost < self._best[0]:
                self._best = cost, point
        return np.array([self._known[each] for each in inside])

    def _distance(self, point: tuple[float, ...]) -> float:
        """How far a point is from the best one: so a search finds back from where nothing is."""
        if self._best is None:
            return 0.0
        pairs = zip(point, self._best[1], strict=True)
        return math.fsum(abs(each - best) / (1 + abs(best)) for each, best in pairs)

    def cost(self, values: Sequence[float]) -> float:
        """The same at one point."""
        return float(self.costs([values])[0])

    def cost_of(self, payoff: float) -> float:
        """What is to be small."""
        if math.isnan(payoff):
            return FAR_OFF
        signed = -payoff if self.optimization.goal is Goal.MAXIMIZE else payoff
        return max(-FAR_OFF, min(0.99 * FAR_OFF, signed))

    def payoff_of(self, cost: float) -> float:
        """The payoff that has this cost; NaN where the model is not finite."""
        if cost >= FAR_OFF:
            return math.nan
        return -cost if self.optimization.goal is Goal.MAXIMIZE else cost

    def payoffs_with(self, changes: Iterable[Mapping[str, float | Floats]]) -> list[float]:
        """The payoff with constants set so; NaN where the model is not finite. Not recorded."""
        return [_total(each) for each in self._payoffs([dict(each) for each in changes])]

    def constants(self, values: Iterable[float]) -> dict[str, float | Floats]:
        """What the free constants are at a point, by name."""
        free, benchmark = self.optimization.free, self.simulations.benchmark
        return constants_of(free, values, self.experiment.model, benchmark)

    def _payoffs(
        self, constants: Sequence[Mapping[str, float | Floats]]
    ) -> list[tuple[ElementPayoff, ...] | None]:
        """What each element is for each of these constants: each scenario and seed at once."""
        import numpy as np

        elements, seeds = self.optimization.payoff, self.experiment.settings.seeds
        parts: list[dict[PayoffElement, list[ElementPayoff]] | None] = [
            {each: [] for each in elements} for _ in constants
        ]
        for name in dict.fromkeys(each.scenario for each in elements):
            scenario = self.experiment.scenario(name)
            changes = [self.simulations.changes(scenario, each) for each in constants]
            for seed in seeds:
                for number, run in enumerate(self._together.runs(changes, seed)):
                    part = parts[number]
                    if run is None or part is None:
                        parts[number] = None
                        continue
                    columns = dict(zip(self.simulations.columns, run[1], strict=True))
                    for element in elements:
                        if element.scenario == name:
                            points = self.points.get(element.data)
                            part[element].append(element_payoff(element, run[0], columns, points))
        return [
            None
            if part is None
            else tuple(
                replace(found[0], value=float(np.mean([each.value for each in found])))
                for found in (part[each] for each in elements)
            )
            for part in parts
        ]


def is_of_the_clock(name: str) -> bool:
    """Whether a variable says when a run begins, ends or saves."""
    return fold(name) in _CLOCK


def _total(elements: tuple[ElementPayoff, ...] | None) -> float:
    """The payoff; NaN if it is not finite."""
    if elements is None or not all(math.isfinite(each.value) for each in elements):
        return math.nan
    return math.fsum(each.value for each in elements)


def _at_every_step(experiment: Experiment) -> Experiment:
    """The experiment with runs that save every step, as payoffs need them."""
    variable = experiment.model.find(_SAVEPER)
    if variable is None or (
        variable.space is Space.CONSTANT and variable.kind is Kind.CONSTANT
    ):  # without it every step is saved; an unchangeable one is as it is
        return experiment
    kept = {
        name: value for name, value in experiment.constants.items() if fold(name) != fold(_SAVEPER)
    }
    settings = replace(experiment.settings, saveper=_EVERY_STEP)
    return replace(experiment, settings=settings, constants=kept)


def _points_of(experiment: Experiment, elements: Iterable[PayoffElement]) -> dict[str, Points]:
    """The data that elements are compared with, from the model or from the data of its runs."""
    wanted = dict.fromkeys(each.data for each in elements if each.data)
    model, settings = experiment.model, experiment.settings
    own = [name for name in wanted if holds_series(model, name)]
    found: dict[str, Points] = {}
    if own:
        series = supplied_points(
            *(model, own, experiment.held),
            data=list(settings.data) or None,
            data_root=settings.data_root,
        )
        found |= {name: (each.times, each.values) for name, each in series.items()}
    others = {fold(name): name for name in wanted if name not in found}
    for path in settings.data if others else ():
        for spelled, each in read_dataset(path, others.values()).items():
            found[others[fold(spelled)]] = each.times, each.values
    missing = [name for name in wanted if name not in found]
    if missing:
        raise ExperimentError([_no_data(each) for each in elements if each.data in missing])
    return found


def holds_series(model: CompiledModel, name: str) -> bool:
    """Whether a name is that of a data variable, or an element of one."""
    from s3c.runtime import UnknownNameError

    try:
        return model.select(name).variable.kind is Kind.DATA
    except UnknownNameError:
        return False


def _no_data(element: PayoffElement) -> Diagnostic:
    message = f"there are no data called “{element.data}”"
    hint = 'name a file that has them: [run] data = "….csv", or --data FILE'
    return Diagnostic("S3C709", message, element.span, hint)
