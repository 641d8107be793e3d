"""Running scenarios, and what they give."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import RunError, printable, unknown_name, write_whole

from ..tree import Experiment, Held, Moment, Scenario
from .simulations import Simulations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["TABLES", "Outcome", "Outcomes", "at_moment", "cell", "run_scenarios", "write_rows"]

_MOST_NUMBERS = 50_000_000  # that are kept of all runs
TABLES = {".csv": ",", ".tab": "\t", ".tsv": "\t"}
"""The separators of tables, by the endings of their names."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What one scenario gives."""

    scenario: Scenario
    time: Floats
    """(n_times,), the save times in the model's time unit."""
    values: Floats
    """(n_seeds, n_columns, n_times), in each variable's units."""

    @property
    def mean(self) -> Floats:
        """(n_columns, n_times), the mean over the seeds."""
        found: Floats = self.values.mean(axis=0)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What the scenarios of an experiment give, the benchmark first.

    Attributes:
        experiment: what was run.
        columns: the names of variables, or elements of arrays.
        outcomes: one for each scenario.
    """

    experiment: Experiment
    columns: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    def outcome(self, scenario: str) -> Outcome:
        """What the scenario of that name gives.

        Raises:
            UnknownNameError: S3C604, there is no such scenario, or it was not run.
        """
        for each in self.outcomes:
            if each.scenario.name == scenario:
                return each
        raise unknown_name(scenario, [each.scenario.name for each in self.outcomes], "scenario")

    def mean(self, scenario: str, variable: str) -> Floats:
        """(n_times,), a variable or element over time in a scenario, the mean over the seeds.

        Raises:
            UnknownNameError: S3C604, there is no such scenario or variable, or it was not saved.
        """
        name = self.experiment.model.select(variable).name
        if name not in self.columns:
            raise unknown_name(variable, self.columns)
        found: Floats = self.outcome(scenario).mean[self.columns.index(name)]
        return found

    def save(self, path: str | PathLike[str]) -> None:
        """Write a long table: a row for each scenario, seed and time, a column for each variable.

        The column `seed` says `mean` in rows of the mean over several seeds, and is empty where the
        seed is the model's own. Numbers are written so that they read back the same; what is not a
        number is an empty cell.

        Args:
            path: ends in `.csv`, `.tab` or `.tsv`.

        Raises:
            RunError: S3C606, the ending is another, or the file cannot be written.
        """
        write_rows(path, (("scenario", "seed", "Time", *self.columns), *self._rows()))

    def _rows(self) -> Iterable[tuple[str, ...]]:
        seeds = ["" if seed is None else str(seed) for seed in self.experiment.settings.seeds]
        for each in self.outcomes:
            runs = list(zip(seeds, each.values, strict=True))
            for seed, values in [("mean", each.mean), *runs] if len(runs) > 1 else runs:
                for time, numbers in zip(each.time.tolist(), values.T.tolist(), strict=True):
                    yield (each.scenario.name, seed, *map(cell, (time, *numbers)))


def cell(value: float) -> str:
    """A number as it stands in a table, so that it reads back the same; NaN is empty."""
    if value != value:  # noqa: PLR0124  (NaN)
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def write_rows(path: str | PathLike[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a table of text, whole or not at all.

    Raises:
        RunError: S3C606, its name does not end in one of .csv, .tab, .tsv, or it cannot be written.
    """
    target = Path(path)
    separator = TABLES.get(target.suffix.lower())
    if separator is None:
        hint = f"end its name in one of {', '.join(TABLES)}"
        raise RunError("S3C606", f"“{target}” is not the name of a table", hint)
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    write_whole(target, text.getvalue().encode("utf-8"))


def run_scenarios(
    experiment: Experiment,
    *,
    only: Iterable[str] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Outcomes:
    """Run the scenarios of an experiment, each once for each seed.

    All scenarios are run with the same seeds, so that they differ by their changes alone.

    Args:
        experiment: what to run.
        only: the names of scenarios, besides the benchmark; all if not given.
        progress: is called with the share done, from 0 to 1.

    Raises:
        UnknownNameError: S3C604, there is no such scenario.
        SimulationError: S3C601, an equation has no finite value in one of the runs.
        RunError: a run cannot be made, or there is too much to keep (S3C715).
    """
    scenarios = experiment.scenarios
    if only is not None:
        names = {experiment.scenario(name).name for name in only}
        scenarios = tuple(each for each in scenarios if each.name in names or each is scenarios[0])
    simulations = Simulations(experiment, experiment.save)
    outcomes: list[Outcome] = []
    for number, scenario in enumerate(scenarios):
        if progress is not None:
            progress(number / len(scenarios))
        outcomes.append(outcome := _outcome(simulations, scenario, experiment))
        if outcome.values.size * len(scenarios) > _MOST_NUMBERS:
            message = f"the scenarios give more than {_MOST_NUMBERS} numbers: too many to keep"
            hint = "save fewer variables, or with a longer SAVEPER; or take fewer seeds"
            raise RunError("S3C715", message, hint)
    if progress is not None:
        progress(1.0)
    return Outcomes(experiment, simulations.columns, tuple(outcomes))


def _outcome(simulations: Simulations, scenario: Scenario, experiment: Experiment) -> Outcome:
    """One scenario with all seeds."""
    changes = simulations.changes(scenario)
    try:
        return Outcome(scenario, *over_seeds(simulations, changes, experiment.settings.seeds))
    except RunError as error:
        error.message = f"in the scenario “{printable(scenario.name)}”, {error.message}"
        raise


def over_seeds(
    simulations: Simulations,
    changes: Mapping[str, Held | Floats],
    seeds: Iterable[int | None],
) -> tuple[Floats, Floats]:
    """The save times, and what the runs give with each seed: (n_seeds, n_columns, n_times).

    Raises:
        RunError: S3C603, runs with other seeds have other save times.
    """
    return seeds_together([simulations.run(changes, seed) for seed in seeds])


def seeds_together(runs: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """The save times of runs with several seeds, and what they give, one beside the other.

    Raises:
        RunError: S3C603, they have other save times.
    """
    import numpy as np

    time = runs[0][0]
    if not all(np.array_equal(time, other) for other, _ in runs):
        message = "runs with different seeds have different save times"
        raise RunError("S3C603", message, "set TIME STEP and SAVEPER to numbers")
    return time, np.stack([values for _, values in runs])


def at_moment(moment: float | Moment, time: Floats, runs: Floats) -> float:
    """The mean over the runs (n_runs, n_times) of what they have at a moment."""
    import numpy as np

    match moment:
        case Moment.END:
            found = runs[:, -1]
        case Moment.PEAK:
            found = runs.max(axis=1)
        case _:  # between two save times, on the straight line between them
            found = np.array([np.interp(moment, time, each) for each in runs])
    return float(found.mean())


def slope_at_moment(moment: float | Moment, time: Floats, runs: Floats, slopes: Floats) -> Floats:
    """(n_numbers,), how `at_moment` changes with some numbers.

    That of a peak is the slope at its time, the first one if there are several.

    Args:
        moment: when the runs are looked at.
        time: (n_times,), the save times.
        runs: (n_runs, n_times), what is looked at.
        slopes: (n_numbers, n_runs, n_times), how it changes with each number.
    """
    import numpy as np

    match moment:
        case Moment.END:
            found = slopes[:, :, -1]
        case Moment.PEAK:
            found = slopes[:, np.arange(len(runs)), runs.argmax(axis=1)]
        case _:
            found = np.array([[np.interp(moment, time, run) for run in each] for each in slopes])
    means: Floats = found.mean(axis=1)
    return means
