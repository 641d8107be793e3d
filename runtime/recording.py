"""Collecting the values of a run while it goes on.

Numbers are kept in plain arrays of Python's; numpy is imported only when a model has arrays.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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

__all__ = ["Recording"]

_TIME = "time"
_NO_NUMBERS = (Space.TABLE, Space.POINTS, Space.CONTENTS)
_UNMOVING = (Space.PARAMETER, Space.CONSTANT, Space.INITIAL)


class Recording:
    """Collects a run while it goes on; what it takes is in proportion to what is kept.

    Attributes:
        fixed: parameters, constants and initial values, as far as they are known.
        seed: of the random numbers.
    """

    def __init__(self, model: CompiledModel, save: Iterable[str] | None = None) -> None:
        self._kept = _kept(model, save)
        self._model = model
        self._stocks = _Bank(self._kept, Space.STOCK)
        self._auxiliaries = _Bank(self._kept, Space.AUXILIARY)
        self._tracks = (*self._stocks.tracks, *self._auxiliaries.tracks)
        self._pick_stocks = self._stocks.pick
        self._pick_auxiliaries = self._auxiliaries.pick
        self._times = array("d")
        self._values = array("d")
        self.fixed: Vector = ()
        self.seed = DEFAULT_SEED

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
        for variable, value in zip(unmoving, self.fixed, strict=False):
            if variable.axes:
                arrays[variable.python_name] = _one_row(variable, value)
            else:
                series[variable.python_name] = array("d", (float(value),))
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
    _buffer: Any = None

    def __post_init__(self) -> None:
        self._buffer = array("d")
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
        self._buffer.frombytes(value.tobytes())

    def values(self, *, failed: bool) -> Array:
        """(n_times, n_elements), in order."""
        import numpy as np

        places = self.kept.places
        width = math.prod(self.kept.variable.shape) if places is None else len(places)
        values = np.frombuffer(self._buffer) if self._buffer else np.empty(0)
        if failed:
            values = np.where(np.isfinite(values), values, math.nan)
        return values.reshape(-1, width)


def _one_row(variable: VariableInfo, value: float | Array) -> Array:
    """(1, n_elements), of what does not change."""
    import numpy as np

    return np.broadcast_to(value, variable.shape).reshape(1, -1)


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
