"""What a calibration found: fitted constants, residuals, and every evaluation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike

from ..running.scenarios import write_rows
from ..tree import Experiment, Free, MeasuredSeries, Target
from .intervals import Intervals

__all__ = ["Calibration", "Evaluation", "Fitted", "Residual", "SeriesFit", "rmse"]

_NEAR_BOUND = 1e-6  # of the distance between the bounds


@dataclass(frozen=True, slots=True)
class Fitted:
    """What became of one free number."""

    free: Free
    value: float

    @property
    def at_bound(self) -> bool:
        """Whether it stopped at one of its bounds, and would go on."""
        near = _NEAR_BOUND * (self.free.upper - self.free.lower)
        return min(self.value - self.free.lower, self.free.upper - self.value) <= near


@dataclass(frozen=True, slots=True)
class Residual:
    """A target, and what the model gives with the fitted constants."""

    target: Target
    simulated: float

    @property
    def difference(self) -> float:
        """Simulated less published, in the variable's units."""
        return self.simulated - self.target.value


@dataclass(frozen=True, slots=True)
class SeriesFit:
    """A measured series, without what lies outside the run, and what the model gives."""

    series: MeasuredSeries
    simulated: tuple[float, ...]
    """At the times of the measurements, in the variable's units."""
    sd: float | None
    """Of a measurement, or of its logarithm: as given, or estimated from the residuals, and NaN if
    they are too few for that; None where nothing is known of it."""

    @property
    def rmse(self) -> float:
        """The root of the mean squared difference, in the variable's units."""
        pairs = zip(self.simulated, self.series.values, strict=True)
        return math.sqrt(math.fsum((x - y) ** 2 for x, y in pairs) / len(self.simulated))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One point that the search looked at."""

    start: int
    """Which start it belongs to, from 1; 0 is a population."""
    values: tuple[float, ...]
    """Of what is free, in its order."""
    rmse: float
    """Of the targets that are fitted; NaN if the model has no finite value there. With measured
    series, of all errors in times of their standard deviation; of the data's, if that is not given.
    """


@dataclass(frozen=True, slots=True)
class Calibration:
    """The best fit that was found, and how it was found.

    Attributes:
        experiment: what was calibrated.
        fitted: what was free.
        constants: the fitted constants by name, elements of arrays one by one.
        residuals: of all targets, in their order.
        evaluations: every point that the search looked at, in order.
        converged: whether the best search ended where it could not become better.
        notes: what is worth knowing, such as that the targets do not tell some constants apart.
        series: of all measured series, those that were fitted first.
        intervals: how sure the fitted constants are, if the experiment asks.
    """

    experiment: Experiment
    fitted: tuple[Fitted, ...]
    constants: Mapping[str, float]
    residuals: tuple[Residual, ...]
    evaluations: tuple[Evaluation, ...]
    converged: bool
    notes: tuple[str, ...] = ()
    series: tuple[SeriesFit, ...] = ()
    intervals: Intervals | None = None

    @property
    def rmse_fit(self) -> float:
        """The root of the weighted mean squared difference of the targets that were fitted."""
        return rmse(each for each in self.residuals if not each.target.held_out)

    @property
    def rmse_held_out(self) -> float:
        """The same of what was held out; NaN if nothing was."""
        return rmse(each for each in self.residuals if each.target.held_out)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the fitted constants as a table `name,value`, which `constants_from` reads.

        Raises:
            RunError: S3C606, its name does not end in one of .csv, .tab, .tsv, or it cannot be
                written.
        """
        rows = [(name, repr(value)) for name, value in self.constants.items()]
        write_rows(path, (("name", "value"), *rows))

    def save_record(self, path: str | PathLike[str]) -> None:
        """Write every evaluation as a table: its start, what was free, and the RMSE of the fit.

        Raises:
            RunError: as `save`.
        """
        names = [each.free.name for each in self.fitted]
        rows = (
            (
                str(each.start),
                *map(repr, each.values),
                "" if math.isnan(each.rmse) else repr(each.rmse),
            )
            for each in self.evaluations
        )
        write_rows(path, (("start", *names, "RMSE"), *rows))


def rmse(residuals: Iterable[Residual]) -> float:
    """The root of the weighted mean squared difference; NaN of nothing."""
    pairs = [(each.target.weight, each.difference) for each in residuals]
    largest = max((abs(each) for _, each in pairs), default=math.nan)
    if not 0 < largest < math.inf:
        return largest
    weights = math.fsum(weight for weight, _ in pairs)
    # In times of the largest, so that no square is too large or too small.
    squares = math.fsum(weight * (each / largest) ** 2 for weight, each in pairs)
    return largest * math.sqrt(squares / weights)
