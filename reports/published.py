"""Published numbers beside simulated ones."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from s3c.experiments import Calibration, Outcomes, Residual, Target

from .running import at_moment
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
    whole = Calibration(block.experiment, (), {}, residuals, (), converged=True)
    notes = tuple(map(_note, targets))
    return Compared(residuals, notes, whole.rmse_fit, whole.rmse_held_out)


def _simulated(target: Target, outcomes: Outcomes) -> float:
    found = _value(target.scenario, target, outcomes)
    return found - (_value(target.minus, target, outcomes) if target.minus else 0.0)


def _value(scenario: str, target: Target, outcomes: Outcomes) -> float:
    column = outcomes.columns.index(target.variable)
    return at_moment(outcomes.outcome(scenario), column, target.at)


def _note(target: Target) -> str:
    """What the column `note` of a table of targets says; nothing of one that stands elsewhere."""
    if target.span is None or target.span.source.text[target.span.start] == "[":
        return ""
    text = target.span.source.text
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    lines = io.StringIO(f"{header.strip()}\n{target.span.text}\n")
    for row in csv.DictReader(lines, delimiter=separator):
        return next(
            (cell.strip() for name, cell in row.items()
             if name and isinstance(cell, str) and name.strip().casefold() == "note"),
            "",
        )  # fmt: skip
    return ""
