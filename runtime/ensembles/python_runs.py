"""Runs of an ensemble made by Python, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..beginning import Begun, begin, prepared_again
from ..errors import RunError, RunOfMany, SimulationError
from ..stepping import Simulation
from .results import RunFailure
from .variation import Variation

if TYPE_CHECKING:
    from ..contract import Array
    from ..results import Kept, Run
    from .over_time import Times

__all__ = ["PythonRuns"]


@dataclass(slots=True)
class PythonRuns:
    """Makes runs.

    Attributes:
        begun: the first run, before it begins.
        variation: what differs from run to run.
        first_run: the number of the first run.
        own_streams: whether each draws random numbers of its own.
        failures: with `on_error="nan"`, what failed first in each run where something did.
    """

    begun: Begun
    variation: Variation
    first_run: int
    own_streams: bool
    failures: dict[int, RunFailure] = field(default_factory=dict)

    def run(self, place: int) -> Run:
        """One of the runs, counted from 0.

        Raises:
            RunError, SimulationError: as `simulate`; they tell which run it is.
        """
        number = self.first_run + place
        with self.told(place):
            changes = {**self.begun.asked.changes, **self.variation.changes(place)}
            again = prepared_again(self.begun, changes, number if self.own_streams else 0)
            run = Simulation(begin(again)).finish()
        if run.failures:
            self.failures[number] = RunFailure(number, run.failures[0])
        return run

    def make(self, place: int, times: Times, out: Array) -> None:
        """One of the runs, into (n_columns, n_rows, 1)."""
        run = self.run(place)
        with self.told(place):
            places = times.places(run.time)
        values = _columns(run, self.begun.recording.kept)[:, places, np.newaxis]
        out[...] = times.over_time.reduced(values)

    @contextmanager
    def told(self, place: int) -> Iterator[None]:
        """Say of an error which run it is in."""
        run = RunOfMany(self.first_run + place, self.variation.changes(place))
        try:
            yield
        except SimulationError as error:
            error.run_of_many = run
            raise
        except RunError as error:
            raise RunError(error.code, f"in {run}, {error.message}", error.hint) from None


def _columns(run: Run, kept: tuple[Kept, ...]) -> Array:
    """(n_columns, n_times), all that is kept of a run, in order."""
    parts: list[Any] = []
    for each in kept:
        if not each.variable.axes:
            parts.append(np.asarray(run.series(each.variable.name))[np.newaxis])
        elif each.places is None:
            parts.append(run[each.variable.name].reshape(len(run.time), -1).T)
        else:
            parts += [run[name][np.newaxis] for name in each.columns]
    return np.concatenate(parts)
