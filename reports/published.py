"""Published numbers beside simulated ones."""

from __future__ import annotations

from dataclasses import dataclass

from s3c.experiments import Outcomes, Residual, Target, rmse

from .running import checked_at
from .tree import Published

__all__ = ["Compared", "compared"]


@dataclass(frozen=True, slots=True)
class Compared:
    """The targets of a block beside what the model gives, and what its table says of each."""

    residuals: tuple[Residual, ...]
    notes: tuple[str, ...]
    rmse_fit: float
    rmse_held_out: float


def compared(block: Published, outcomes: Outcomes) -> Compared:
    """Hold the published numbers of a block against what the model gives.

    Raises:
        RunError: S3C732, a target's time is outside the run.
    """
    assert block.experiment.fit is not None
    targets = [
        each
        for each in block.experiment.fit.targets
        if not block.scenarios or each.scenario in block.scenarios
    ]
    residuals = tuple(Residual(each, _simulated(each, outcomes)) for each in targets)
    return Compared(
        residuals,
        tuple(each.note for each in targets),
        rmse(each for each in residuals if not each.target.held_out),
        rmse(each for each in residuals if each.target.held_out),
    )


def _simulated(target: Target, outcomes: Outcomes) -> float:
    found = _value(target.scenario, target, outcomes)
    return found - (_value(target.minus, target, outcomes) if target.minus else 0.0)


def _value(scenario: str, target: Target, outcomes: Outcomes) -> float:
    column = outcomes.columns.index(target.variable)
    return checked_at(outcomes.outcome(scenario), column, target.at)
