"""What an experiment is: a model, what is held in it, the scenarios, and what is to be fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import CompiledModel

if TYPE_CHECKING:
    from s3c.compiler import Span

__all__ = [
    "BENCHMARK",
    "Experiment",
    "Fit",
    "FitMethod",
    "Free",
    "Moment",
    "RunSettings",
    "Scenario",
    "Target",
]

BENCHMARK = "benchmark"
"""The name of the scenario that changes nothing."""

Pairs: TypeAlias = tuple[tuple[str, float], ...]
"""Numbers by the names of variables, or of elements, as the model spells them."""


class Moment(StrEnum):
    """When a variable is looked at, if not at some time."""

    END = "end"
    PEAK = "peak"  # its largest value


class FitMethod(StrEnum):
    """How constants are sought."""

    LEAST_SQUARES = "least squares"
    DIFFERENTIAL_EVOLUTION = "differential evolution"


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What all runs have in common; None is as in the model. Times in its time unit."""

    initial_time: float | None = None
    final_time: float | None = None
    time_step: float | None = None
    saveper: float | None = None
    method: str | None = None
    seeds: tuple[int | None, ...] = (None,)
    """Each scenario is run once for each; None is the model's own."""
    data: tuple[Path, ...] = ()
    data_root: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A name, and what differs from the benchmark.

    `scale` multiplies constants by factors, those of one constant by one another; `set` gives
    variables other values.
    """

    name: str
    scale: Pairs = ()
    set: Pairs = ()


@dataclass(frozen=True, slots=True)
class Free:
    """What a fit may change: one number, between two bounds.

    Of a single constant the number is its value; of a group it is the factor by which the
    benchmark values of all its constants are multiplied.
    """

    name: str
    constants: tuple[str, ...]
    lower: float
    upper: float
    start: float | None = None
    """Where to begin; None is the benchmark."""
    is_factor: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """A number that a scenario should give: a variable's value, or its difference to another's."""

    scenario: str
    variable: str
    value: float
    at: float | Moment = Moment.END
    weight: float = 1.0
    held_out: bool = False
    """Not fitted, but compared with."""
    minus: str | None = None
    """The scenario whose value is subtracted."""
    note: str = ""
    """What the table that it stands in says of it."""
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Fit:
    """What is sought, how, and what it is held against."""

    free: tuple[Free, ...]
    targets: tuple[Target, ...]
    method: FitMethod = FitMethod.LEAST_SQUARES
    starts: int = 1
    """Of least squares: the first from where `free` says, the others spread over the bounds."""
    seed: int = 0
    """Of the random numbers that the search draws."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """All that an experiment file says, with names as the model spells them.

    Attributes:
        path: the file.
        model: what is run.
        save: the variables, or elements, that are looked at.
        settings: what all runs have in common.
        groups: constants by the name of their group.
        constants: what every scenario sets, the benchmark too.
        scenarios: in the order of the file, the benchmark first.
        fit: what is to be calibrated, if anything.
    """

    path: Path
    model: CompiledModel
    save: tuple[str, ...]
    settings: RunSettings
    groups: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, float]
    scenarios: tuple[Scenario, ...]
    fit: Fit | None = None

    def scenario(self, name: str) -> Scenario:
        """The scenario of that name.

        Raises:
            UnknownNameError: S3C604, there is none.
        """
        for each in self.scenarios:
            if each.name == name:
                return each
        from s3c.runtime import unknown_name

        raise unknown_name(name, [each.name for each in self.scenarios], "scenario")
