"""What very many runs give: in memory, or read from a store piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from s3c.runtime import unknown_name

from ..tree import Experiment
from .store import FAILED, Saved, Store
from .work import Made

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..sampling.designs import Design
    from .store import Statuses

    Floats: TypeAlias = NDArray[np.float64]
    Wholes: TypeAlias = NDArray[np.int64]

__all__ = ["Effort", "Kept", "KeptInMemory", "KeptInStore", "SensitivityRuns"]


class Kept(Protocol):
    """Where the numbers of all runs stand."""

    def status(self) -> Statuses:
        """(n_runs,), of each run whether it is made, or failed."""
        ...

    def read(self, saved: Saved, column: int, times: slice) -> Floats:
        """(n_runs, n_times), one of the columns of what is saved."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class KeptInMemory:
    """All numbers: `values` is (n_columns, n_times, n_runs)."""

    values: Floats
    statuses: Statuses

    def status(self) -> Statuses:
        """See `Kept`."""
        return self.statuses

    def read(self, saved: Saved, column: int, times: slice) -> Floats:
        """See `Kept`."""
        import numpy as np

        return np.ascontiguousarray(self.values[saved.first + column, times].T)

    def take(self, made: Made) -> None:
        """Take in a block."""
        from .store import MADE

        runs = slice(made.first, made.first + made.n_runs)
        self.values[:, :, runs] = made.values
        self.statuses[runs] = MADE
        self.statuses[list(made.failed)] = FAILED


@dataclass(frozen=True, slots=True, eq=False)
class KeptInStore:
    """Numbers in a store."""

    store: Store
    saved: tuple[Saved, ...]

    def status(self) -> Statuses:
        """See `Kept`."""
        return self.store.status()

    def read(self, saved: Saved, column: int, times: slice) -> Floats:
        """See `Kept`."""
        import numpy as np

        place = tuple(int(each) for each in np.unravel_index(column, saved.shape))
        return self.store.read(self.saved.index(saved), place, times)


@dataclass(frozen=True, slots=True)
class Effort:
    """What it took to make runs.

    Attributes:
        n_runs: how many were made; others were there already.
        seconds: how long it took, writing included.
        busy: seconds that all workers together were making runs.
        n_workers: threads, or processes, that could.
    """

    n_runs: int
    seconds: float
    busy: float
    n_workers: int

    @property
    def efficiency(self) -> float:
        """The share of their time in which workers made runs, from 0 to 1."""
        whole = self.seconds * self.n_workers
        return min(1.0, self.busy / whole) if whole > 0 else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class SensitivityRuns:
    """All runs of an experiment's sensitivity.

    Attributes:
        experiment: what was run.
        design: what the runs were given: `design.values` is (n_runs, n_parameters).
        time: (n_times,), the times that are kept, in the model's time unit.
        engine: what has made the runs: `python`, or `native`.
        notes: what is worth knowing about the data, and how the runs were made.
        effort: what it took.
    """

    experiment: Experiment
    design: Design
    time: Floats
    engine: str
    notes: tuple[str, ...]
    effort: Effort
    _saved: tuple[Saved, ...] = field(repr=False)
    _kept: Kept = field(repr=False)
    _reason: Callable[[int], str] = field(repr=False)

    @property
    def n_runs(self) -> int:
        """How many runs there are."""
        return len(self.design.values)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all that is kept: variables, or elements of arrays."""
        return tuple(self._places())

    def _places(self) -> dict[str, tuple[Saved, int]]:
        from s3c.runtime import columns_of

        return {
            name: (each, number)
            for each in self._saved
            for number, name in enumerate(columns_of(each.variable) if each.shape else (each.name,))
        }

    def values(self, column: str, times: slice = slice(None)) -> Floats:
        """(n_runs, n_times), a variable or element in its units, read now.

        Where there are very many runs, some times at once bound the memory. A run that failed is
        NaN from when the failure reached the variable.

        Args:
            column: its name, spelled as Vensim accepts it.
            times: which of `time`; all if not given.

        Raises:
            UnknownNameError: S3C604, there is no such variable, or it was not kept.
            RunError: S3C606, the store cannot be read.
        """
        places = self._places()
        name = self.experiment.model.select(column).name
        if name not in places:
            raise unknown_name(column, places)
        return self._kept.read(*places[name], times)

    @property
    def failed(self) -> Wholes:
        """The numbers of the runs in which an equation had no finite value."""
        import numpy as np

        return np.flatnonzero(self._kept.status() == FAILED)

    def reason(self, run: int) -> str:
        """Why a run failed, as a diagnostic: it is made again. Nothing if it does not fail."""
        return self._reason(run)
