"""Collecting the values of a run while it goes on.

Numbers are kept in plain arrays of Python's; numpy is imported only when a model has arrays.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .contract import CompiledModel, Method, Space, VariableInfo, Vector
from .errors import Failure, bad_times
from .keeping import Keeping, keeping_of
from .random import DEFAULT_SEED
from .results import Kept, Run

if TYPE_CHECKING:
    from .contract import Array

__all__ = ["MOST_SAVED", "Recording", "Saved"]

MOST_SAVED = 1 << 29
"""Numbers that one run keeps, of 8 bytes each."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a run has saved, row by row.

    `values` are those of all numbers that change, `buffers` those of each array that does; `fixed`
    is what does not change, see `Recording`.
    """

    times: array[float]
    values: array[float]
    buffers: tuple[array[float], ...]
    fixed: tuple[tuple[int, Vector], ...]
    seed: float

    def copy(self) -> Saved:
        """Another, which grows by itself."""
        buffers = tuple(each[:] for each in self.buffers)
        return Saved(self.times[:], self.values[:], buffers, self.fixed, self.seed)


class Recording:
    """Collects a run while it goes on; what it takes is in proportion to what is kept.

    Args:
        model: what is run.
        save: names of the variables, or of elements, to keep; all if not given.
        saved: what was saved already.

    Attributes:
        fixed: parameters, constants and initial values, as far as they are known; each with the
            number of save times before it held.
        seed: of the random numbers.
    """

    def __init__(
        self,
        model: CompiledModel,
        save: Iterable[str] | None = None,
        saved: Saved | None = None,
    ) -> None:
        self._model = model
        self._keeping = keeping_of(model, save)
        self._packed = self._keeping.packed
        self._tracks = tuple(map(_Track, self._keeping.arrays))
        self._times, self._values = array("d"), array("d")
        self._size = 1 + sum(self.widths)
        self._left = MOST_SAVED
        self.fixed: tuple[tuple[int, Vector], ...] = ()
        self.seed = DEFAULT_SEED
        if saved is not None:
            self._times, self._values = saved.times, saved.values
            self.fixed, self.seed = saved.fixed, saved.seed
            for track, buffer in zip(self._tracks, saved.buffers, strict=True):
                track.buffer = buffer
            self._left -= self._size * len(self._times)

    def fix(self, fixed: Vector) -> None:
        """Take in what holds from the next save time on, until it changes."""
        now = len(self._times)
        self.fixed = (*(each for each in self.fixed if each[0] < now), (now, fixed))

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What is kept of the variables that have numbers, in the model's order."""
        return self._keeping.kept

    @property
    def saved(self) -> Saved:
        """What was saved so far; it grows as the run goes on."""
        buffers = tuple(track.buffer for track in self._tracks)
        return Saved(self._times, self._values, buffers, self.fixed, self.seed)

    @property
    def widths(self) -> tuple[int, ...]:
        """How many numbers a save time has: of the numbers together, and of each array."""
        return (len(self._keeping.moving), *(track.width for track in self._tracks))

    def record(self, time: float, stocks: Vector, auxiliaries: Vector) -> None:
        """Take in the values of a save time."""
        self._left -= self._size
        if self._left < 0:
            message = f"the values to be kept are more than {MOST_SAVED:,} by time {time:.12g}"
            raise bad_times(message, "set a longer SAVEPER, or save fewer variables")
        self._times.append(time)
        self._values.frombytes(self._packed(stocks, auxiliaries))
        for track in self._tracks:
            track.take(stocks if track.kept.variable.space is Space.STOCK else auxiliaries)

    def run(
        self, *, changes: Mapping[str, Any], method: Method, failures: tuple[Failure, ...]
    ) -> Run:
        """The run as far as it has come."""
        kept, unmoving = self._keeping.kept, self._keeping.unmoving
        counts, known = self._counts(), len(self.fixed[-1][1]) if self.fixed else 0
        series = _Series(self._keeping, self._values, self.fixed, counts, failed=bool(failures))
        arrays = {
            track.kept.variable.python_name: track.values(failed=bool(failures))
            for track in self._tracks
        }
        if self._model.has_arrays:
            for place, variable in enumerate(unmoving[:known]):
                if variable.axes:
                    values = [fixed[place] for _, fixed in self.fixed]
                    arrays[variable.python_name] = _rows(variable, values, counts)
        if known < len(unmoving):  # the run has failed before it began
            unknown = {each.python_name for each in unmoving[known:]}
            kept = tuple(each for each in kept if each.variable.python_name not in unknown)
        return Run(
            self._model,
            self._times,
            series=series,
            arrays=arrays,
            kept=kept,
            changes=changes,
            method=method,
            seed=self.seed,
            failures=failures,
        )

    def _counts(self) -> list[int]:
        """For how many save times each of `fixed` holds."""
        starts = [*(count for count, _ in self.fixed), len(self._times)]
        return [until - since for since, until in pairwise(starts)]


class _Series(Mapping[str, Sequence[float]]):
    """The numbers of a run over time, by Python name; each is taken out when it is asked for.

    Of what does not change there is one number.
    """

    __slots__ = ("_counts", "_failed", "_fixed", "_keeping", "_values")

    def __init__(
        self,
        keeping: Keeping,
        values: array[float],
        fixed: tuple[tuple[int, Vector], ...],
        counts: list[int],
        *,
        failed: bool,
    ) -> None:
        self._keeping, self._values, self._failed = keeping, values, failed
        self._fixed, self._counts = fixed, counts

    def __getitem__(self, name: str) -> Sequence[float]:
        place = self._keeping.moving.get(name)
        if place is None:
            place = self._keeping.fixed[name]
            if not self._is_known(place):
                raise KeyError(name)
            return _numbers([fixed[place] for _, fixed in self._fixed], self._counts)
        # The rows of all times, end to end: every so many is the same variable's.
        values = self._values[place :: len(self._keeping.moving)]
        if not self._failed:
            return values
        return array("d", (x if math.isfinite(x) else math.nan for x in values))

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        place = self._keeping.fixed.get(name)
        return name in self._keeping.moving or (place is not None and self._is_known(place))

    def __iter__(self) -> Iterator[str]:
        return filter(self.__contains__, (*self._keeping.moving, *self._keeping.fixed))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _is_known(self, place: int) -> bool:
        """Whether the run has come as far as to compute what stands there."""
        return bool(self._fixed) and place < len(self._fixed[-1][1])


@dataclass(slots=True)
class _Track:
    """The values of an array, or of some of its elements, time after time."""

    kept: Kept
    _numbers: Any = None  # of the elements, end to end; None is all of them
    buffer: array[float] = field(default_factory=lambda: array("d"))

    def __post_init__(self) -> None:
        if self.kept.places is not None:
            import numpy as np

            self._numbers = np.ravel_multi_index(
                tuple(np.array(self.kept.places).T), self.kept.variable.shape
            )

    def take(self, vector: Vector) -> None:
        """Take in the values of a save time."""
        value: Any = vector[self.kept.variable.index]
        if self._numbers is not None:
            value = value.ravel()[self._numbers]
        self.buffer.frombytes(value.tobytes())

    @property
    def width(self) -> int:
        """How many numbers there are at a save time."""
        places = self.kept.places
        return math.prod(self.kept.variable.shape) if places is None else len(places)

    def values(self, *, failed: bool) -> Array:
        """(n_times, n_elements), in order."""
        import numpy as np

        values = np.frombuffer(self.buffer) if self.buffer else np.empty(0)
        if failed:
            values = np.where(np.isfinite(values), values, math.nan)
        return values.reshape(-1, self.width)


def _numbers(values: Sequence[Any], counts: list[int]) -> array[float]:
    """What holds for so many save times each; one number if all are the same."""
    if len(values) == 1 or all(value == values[0] for value in values):
        return array("d", (float(values[0]),))
    return array("d", [float(x) for x, n in zip(values, counts, strict=True) for _ in range(n)])


def _rows(variable: VariableInfo, values: Sequence[Any], counts: list[int]) -> Array:
    """(n_times, n_elements); (1, n_elements) if all rows are the same."""
    import numpy as np

    rows = [np.broadcast_to(value, variable.shape).reshape(1, -1) for value in values]
    if all(np.array_equal(row, rows[0]) for row in rows[1:]):
        return rows[0]
    return np.repeat(np.concatenate(rows), counts, axis=0)
