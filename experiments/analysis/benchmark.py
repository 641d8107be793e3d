"""The run that nothing is varied in, drawn beside the many that something is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import SimulationError

from ..running.scenarios import at_moment
from ..running.simulations import Simulations
from ..tree import BENCHMARK, Moment, Scenario
from .runs import ManyRuns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Benchmark", "benchmark_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Benchmark:
    """The run of an experiment without changes.

    Attributes:
        time: (n_times,), its save times; none if the run fails.
        series: by column, (n_times,), in the variable's units.
    """

    time: Floats
    series: dict[str, Floats]

    def at(self, column: str, at: float | Moment) -> float:
        """What a column has at a moment; NaN if the run fails."""
        series = self.series.get(column)
        return float("nan") if series is None else at_moment(at, self.time, series[None])


def benchmark_of(runs: ManyRuns) -> Benchmark:
    """Run the benchmark of many runs, with the experiment's first seed.

    Raises:
        RunError: the run cannot be made.
    """
    import numpy as np

    experiment = runs.experiment
    try:
        simulations = Simulations(experiment, runs.columns)
        changes = simulations.changes(Scenario(BENCHMARK))
        time, values = simulations.run(changes, experiment.settings.seeds[0])
    except SimulationError:
        return Benchmark(np.empty(0), {})
    return Benchmark(time, dict(zip(simulations.columns, values, strict=True)))
