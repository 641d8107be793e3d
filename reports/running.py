"""Running what a study needs: each experiment once, with the scenarios and variables asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from s3c.experiments import Experiment, Moment, Outcome, Outcomes, at_moment, run_scenarios
from s3c.runtime import RunError

from .tree import (
    Best,
    Block,
    Check,
    Claims,
    Curves,
    Greater,
    Order,
    Published,
    Sign,
    Study,
    Values,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Ran", "check_within", "checked_at", "run_all"]

Progress: TypeAlias = Callable[[float], None]


@dataclass(eq=False)
class _Need:
    """What is asked of one experiment, in the order in which it is asked."""

    experiment: Experiment
    scenarios: dict[str, None] = field(default_factory=dict)
    variables: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ran:
    """What all the experiments of a study give."""

    outcomes: Mapping[int, Outcomes]

    def of(self, experiment: Experiment) -> Outcomes:
        """What one of them gives."""
        return self.outcomes[id(experiment)]


def checked_at(outcome: Outcome, column: int, moment: float | Moment) -> float:
    """What a variable has at a moment in a scenario: the mean over the seeds.

    Raises:
        RunError: S3C732, the moment is outside the run.
    """
    if not isinstance(moment, Moment):
        check_within(outcome.time, moment)
    return at_moment(moment, outcome.time, outcome.values[:, column])


def check_within(time: Floats, *moments: float) -> None:
    """Raise if a moment is outside the times of a run.

    Raises:
        RunError: S3C732, it is.
    """
    for each in moments:
        if not time[0] <= each <= time[-1]:
            message = f"the time {each:g} is outside the run"
            hint = f"the run goes from {time[0]:g} to {time[-1]:g}"
            raise RunError("S3C732", message, hint)


def run_all(study: Study, progress: Progress | None = None) -> Ran:
    """Run every experiment that a study speaks of.

    Raises:
        SimulationError: S3C601, an equation has no finite value in one of the runs.
        RunError: a run cannot be made.
    """
    needs: dict[int, _Need] = {}
    for section in study.sections:
        for block in section.blocks:
            for experiment, scenarios, variables in _asked(block):
                need = needs.setdefault(id(experiment), _Need(experiment))
                need.scenarios.update(dict.fromkeys(scenarios))
                need.variables.update(dict.fromkeys(variables))
    outcomes: dict[int, Outcomes] = {}
    for number, (key, need) in enumerate(needs.items()):
        experiment = replace(need.experiment, save=tuple(need.variables))
        report = _part(progress, number, len(needs))
        outcomes[key] = run_scenarios(experiment, only=tuple(need.scenarios), progress=report)
    return Ran(outcomes)


def _part(progress: Progress | None, number: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share: progress((number + share) / count)


_Asked: TypeAlias = tuple[Experiment, Iterable[str], Iterable[str]]


def _asked(block: Block) -> Iterator[_Asked]:
    """The experiments of a block, each with the scenarios and the variables that it needs."""
    match block:
        case Published(experiment=experiment):
            assert experiment.fit is not None
            targets = experiment.fit.targets
            scenarios = [name for each in targets for name in (each.scenario, each.minus) if name]
            yield experiment, scenarios, [each.variable for each in targets]
        case Curves() | Values():
            yield block.experiment, block.scenarios, block.variables
        case Claims():
            for claim in block.claims:
                yield claim.experiment, _scenarios(claim.check), (claim.variable,)
        case _:
            pass


def _scenarios(check: Check) -> tuple[str, ...]:
    match check:
        case Order(scenarios=scenarios):
            return scenarios
        case Greater() | Sign():
            return check.first, check.second
        case Best():
            return check.scenario, *check.among
        case _:
            return (check.scenario,)
