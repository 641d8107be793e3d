"""Collecting the values of a run while it goes on.

Numbers are kept in plain arrays of Python's; numpy is imported only when a model has arrays.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from .contract import CompiledModel, Method, Space, VariableInfo, Vector
from .errors import Failure, unknown_name
from .names import fold
from .random import DEFAULT_SEED
from .results import Kept, Run
from .subscripts import Place, places_of

if TYPE_CHECKING:
    from .contract import Array

__all__ = ["Recording", "Saved"]

_TIME = "time"
_NO_NUMBERS = (Space.TABLE, Space.POINTS, Space.CONTENTS)
_UNMOVING = (Space.PARAMETER, Space.CONSTANT, Space.INITIAL)


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
        self._kept = _kept(model, save)
        self._model = model
        self._stocks = _Bank(self._kept, Space.STOCK)
        self._auxiliaries = _Bank(self._kept, Space.AUXILIARY)
        self._tracks = (*self._stocks.tracks, *self._auxiliaries.tracks)
        self._pick_stocks = self._stocks.pick
        self._pick_auxiliaries = self._auxiliaries.pick
        self._times, self._values = array("d"), array("d")
        self.fixed: tuple[tuple[int, Vector], ...] = ()
        self.seed = DEFAULT_SEED
        if saved is not None:
            self._times, self._values = saved.times, saved.values
            self.fixed, self.seed = saved.fixed, saved.seed
            for track, buffer in zip(self._tracks, saved.buffers, strict=True):
                track.buffer = buffer

    def fix(self, fixed: Vector) -> None:
        """Take in what holds from the next save time on, until it changes."""
        now = len(self._times)
        self.fixed = (*(each for each in self.fixed if each[0] < now), (now, fixed))

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What is kept of the variables, in the model's order."""
        return self._kept

    @property
    def saved(self) -> Saved:
        """What was saved so far; it grows as the run goes on."""
        buffers = tuple(track.buffer for track in self._tracks)
        return Saved(self._times, self._values, buffers, self.fixed, self.seed)

    @property
    def widths(self) -> tuple[int, ...]:
        """How many numbers a save time has: of the numbers together, and of each array."""
        numbers = len(self._stocks.numbers) + len(self._auxiliaries.numbers)
        return (numbers, *(track.width for track in self._tracks))

    def record(self, time: float, stocks: Vector, auxiliaries: Vector) -> None:
        """Take in the values of a save time."""
        self._times.append(time)
        self._values.extend(self._pick_stocks(stocks))
        self._values.extend(self._pick_auxiliaries(auxiliaries))
        if self._tracks:
            for track in self._stocks.tracks:
                track.take(stocks)
            for track in self._auxiliaries.tracks:
                track.take(auxiliaries)

    def run(
        self, *, changes: Mapping[str, Any], method: Method, failures: tuple[Failure, ...]
    ) -> Run:
        """The run as far as it has come."""
        series = self._series(failed=bool(failures))
        arrays = {
            track.kept.variable.python_name: track.values(failed=bool(failures))
            for track in self._tracks
        }
        unmoving = [each for space in _UNMOVING for each in self._model.in_space(space)]
        counts, known = self._counts(), len(self.fixed[-1][1]) if self.fixed else 0
        for place, variable in enumerate(unmoving[:known]):
            values = [fixed[place] for _, fixed in self.fixed]
            if variable.axes:
                arrays[variable.python_name] = _rows(variable, values, counts)
            else:
                series[variable.python_name] = _numbers(values, counts)
        return Run(
            self._model,
            self._times,
            series=series,
            arrays=arrays,
            kept=tuple(
                each
                for each in self._kept
                if each.variable.python_name in series or each.variable.python_name in arrays
            ),
            changes=changes,
            method=method,
            seed=self.seed,
            failures=failures,
        )

    def _counts(self) -> list[int]:
        """For how many save times each of `fixed` holds."""
        starts = [*(count for count, _ in self.fixed), len(self._times)]
        return [until - since for since, until in pairwise(starts)]

    def _series(self, *, failed: bool) -> dict[str, Sequence[float]]:
        """The numbers that change, by Python name."""
        moving = (*self._stocks.numbers, *self._auxiliaries.numbers)
        values = self._values
        if failed:
            values = array("d", (x if math.isfinite(x) else math.nan for x in values))
        # The rows of all times, end to end: every so many is the same variable's.
        return {each.python_name: values[place :: len(moving)] for place, each in enumerate(moving)}


class _Bank:
    """What is kept of one space: its numbers together, and each of its arrays."""

    __slots__ = ("numbers", "pick", "tracks")

    def __init__(self, kept: tuple[Kept, ...], space: Space) -> None:
        mine = [each for each in kept if each.variable.space is space]
        self.numbers = tuple(each.variable for each in mine if not each.variable.axes)
        self.tracks = tuple(_Track(each) for each in mine if each.variable.axes)
        self.pick = _picker(self.numbers)


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


def _kept(model: CompiledModel, save: Iterable[str] | None) -> tuple[Kept, ...]:
    """What to keep, in the model's order; all of it, with the compiler's own, if nobody says."""
    if save is None:
        return tuple(Kept(each, None, shown=not each.hidden) for each in model.variables)
    wanted = (save,) if isinstance(save, str) else tuple(save)
    places: dict[str, set[Place] | None] = {}
    for name in wanted:
        if fold(name) == _TIME:
            continue
        selection = model.select(name)
        variable = selection.variable
        if variable.space in _NO_NUMBERS:
            numbers = [each.name for each in model.variables if each.space not in _NO_NUMBERS]
            raise unknown_name(name, numbers, "number over time called")
        some = places.setdefault(variable.python_name, set())
        if selection.place is None or some is None:
            places[variable.python_name] = None
        else:
            some.add(selection.place)
    return tuple(
        Kept(each, _in_order(each, places[each.python_name]), shown=True)
        for each in model.variables
        if each.python_name in places
    )


def _in_order(variable: VariableInfo, places: set[Place] | None) -> tuple[Place, ...] | None:
    """Places in the order of the axes; None if they are all that have a value."""
    if places is None or places.issuperset(places_of(variable)):
        return None
    return tuple(sorted(places))


def _picker(variables: tuple[VariableInfo, ...]) -> Any:
    """A function from all values of a space to those of some variables."""
    places = [each.index for each in variables]
    if not places:
        return lambda _values: ()
    if len(places) == 1:
        place = places[0]
        return lambda values: (values[place],)
    return itemgetter(*places)
