"""What an experiment is: a model, what is held in it, the scenarios, and what is to be fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import CompiledModel

from .fitting.goals import Optimization
from .sampling.distributions import Distribution, Points

if TYPE_CHECKING:
    from s3c.compiler import Diagnostic, Span

__all__ = [
    "BENCHMARK",
    "Chain",
    "Derivatives",
    "ErrorModel",
    "Experiment",
    "Fit",
    "FitMethod",
    "Free",
    "Held",
    "IntervalMethod",
    "MeasuredSeries",
    "Moment",
    "Pairs",
    "Parameter",
    "Points",
    "RunSettings",
    "Sampling",
    "Scenario",
    "Sensitivity",
    "Streams",
    "Tables",
    "Target",
    "Texts",
]

BENCHMARK = "benchmark"
"""The name of the scenario that changes nothing."""

Pairs: TypeAlias = tuple[tuple[str, float], ...]
"""Numbers by the names of variables, or of elements, as the model spells them."""

Tables: TypeAlias = tuple[tuple[str, Points], ...]
"""Points by the names of lookups, or of elements of arrays of them."""

Texts: TypeAlias = tuple[tuple[str, str], ...]
"""Texts by the names of string variables."""

Held: TypeAlias = float | str | Points
"""What a number, a string variable or a lookup is given."""


class Moment(StrEnum):
    """When a variable is looked at, if not at some time."""

    END = "end"
    PEAK = "peak"  # its largest value


class FitMethod(StrEnum):
    """How constants are sought."""

    LEAST_SQUARES = "least squares"
    DIFFERENTIAL_EVOLUTION = "differential evolution"


class Derivatives(StrEnum):
    """What a search is told of how the model changes with what is free."""

    DIFFERENCES = "differences"  # between runs of slightly other numbers
    SYMBOLIC = "symbolic"  # by the model's own equations, differentiated


class ErrorModel(StrEnum):
    """How measurements scatter around what the model gives."""

    NORMAL = "normal"  # by as much everywhere
    LOG = "log"  # in proportion: their logarithms scatter by as much everywhere
    POISSON = "poisson"  # as counts do


class IntervalMethod(StrEnum):
    """How it is told how sure a fit is."""

    COVARIANCE = "covariance"  # from the slopes at the best fit, as if the model were linear
    PROFILE = "profile"  # where the best fit of all others becomes too poor
    MCMC = "mcmc"  # quantiles of the posterior, drawn by emcee


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
    variables other values, `lookups` and `texts` do so with lookups and string variables.
    """

    name: str
    scale: Pairs = ()
    set: Pairs = ()
    lookups: Tables = ()
    texts: Texts = ()


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
    prior: Distribution | None = None
    """What is known of it before, cut off at the bounds; None is that all within them is alike."""


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
class MeasuredSeries:
    """Measurements of a variable over time, which a scenario should give."""

    scenario: str
    variable: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    """As many, in the variable's units."""
    error: ErrorModel = ErrorModel.NORMAL
    sd: float | None = None
    """The standard deviation of a measurement, or of its natural logarithm; None is to be estimated
    from the residuals. That of counts follows from them."""
    held_out: bool = False
    """Not fitted, but compared with."""
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """How much is drawn of a posterior."""

    walkers: int = 32
    steps: int = 2000
    """Of each walker, those that are dropped at the start included."""
    burn_in: int = 500
    thin: int = 1
    """Every so many steps, one is kept."""


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
    series: tuple[MeasuredSeries, ...] = ()
    intervals: IntervalMethod | None = None
    confidence: float = 0.95
    """Of the intervals."""
    chain: Chain = Chain()
    derivatives: Derivatives = Derivatives.DIFFERENCES


class Sampling(StrEnum):
    """How the values of all runs are spread over what may vary."""

    RANDOM = "random"  # each by itself: Vensim's multivariate
    LATIN_HYPERCUBE = "latin hypercube"
    SOBOL = "sobol"  # a sequence of low discrepancy, scrambled
    GRID = "grid"  # every combination
    UNIVARIATE = "univariate"  # one at a time, the others at the benchmark
    FILE = "file"  # the rows of a table
    SOBOL_INDICES = "sobol indices"  # Saltelli's design, which Sobol' indices are computed of
    MORRIS = "morris"  # trajectories, which elementary effects are computed of


class Streams(StrEnum):
    """Whether all runs draw the same random numbers in the model, or each its own."""

    SHARED = "shared"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What varies between runs: one number, of a distribution.

    Of a single constant the number is its value; of a factor, what the benchmark values of all its
    constants are multiplied by.
    """

    name: str
    constants: tuple[str, ...]
    distribution: Distribution
    """Of a column of a table, uniform from its least to its largest number."""
    is_factor: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Very many runs that differ in their parameters, and what is to be told of them."""

    parameters: tuple[Parameter, ...]
    sampling: Sampling = Sampling.LATIN_HYPERCUBE
    runs: int = 200
    """How many; of a grid, values of each parameter; of `sobol indices`, the base sample, which is
    run (parameters + 2) times; of `morris`, the trajectories."""
    seed: int = 1234
    """Of what is drawn for the parameters."""
    streams: Streams = Streams.SHARED
    table: Path | None = None
    """The file of `file`, a column for each parameter."""
    rows: tuple[tuple[float | None, ...], ...] = ()
    """What stands in it, where an empty cell repeats the one above; None is the benchmark."""
    second_order: bool = False
    """Of `sobol indices`: those of pairs, too, which takes (2 * parameters + 2) runs of each."""
    levels: int = 4
    """Of `morris`: values of each parameter that its trajectories go along."""
    times: tuple[float, ...] | None = None
    """The save times that are kept; None is all."""
    percentiles: tuple[float, ...] = (2.5, 25.0, 50.0, 75.0, 97.5)
    confidence: float = 0.95
    """Of intervals around indices."""


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
        sensitivity: very many runs that differ in parameters, if any.
        lookups: the points that every scenario gives lookups.
        texts: the texts that every scenario gives string variables.
        warnings: what is read otherwise than it may be meant.
        optimization: whose payoff is to be made as good as can be, if any.
    """

    path: Path
    model: CompiledModel
    save: tuple[str, ...]
    settings: RunSettings
    groups: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, float]
    scenarios: tuple[Scenario, ...]
    fit: Fit | None = None
    sensitivity: Sensitivity | None = None
    lookups: Tables = ()
    texts: Texts = ()
    warnings: tuple[Diagnostic, ...] = field(default=(), compare=False, repr=False)
    optimization: Optimization | None = None

    @property
    def held(self) -> dict[str, Held]:
        """What every run is given, by name, as `model.run(changes)` takes it."""
        return {**self.constants, **dict(self.lookups), **dict(self.texts)}

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
