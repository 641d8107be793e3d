"""Two results side by side: what differs, from when on, and what comes first.

A result is a run, or what an export holds. The variable that differs first, and of those the one
that is computed first, is where to look: what depends on it differs because of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .contract import NA, Kind, Space
from .data.datasets import Series
from .data.points import MISSING
from .names import display_name, fold
from .results import Run
from .sources import source_of
from .subscripts import split_subscripts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .contract import CompiledModel

    Floats: TypeAlias = NDArray[np.float64]
    Flags: TypeAlias = NDArray[np.bool_]
    Places: TypeAlias = NDArray[np.intp]

__all__ = [
    "Comparison",
    "Difference",
    "Result",
    "causal_order",
    "compare",
    "series_of",
]

_Key: TypeAlias = tuple[str, tuple[str, ...]]
"""A column's name as Vensim compares it: the variable's, and those of its elements."""

_TIME: _Key = ("time", ())
_PRINTED = 6  # the digits of an export


Result: TypeAlias = Run | Mapping[str, Series]
"""A run, or the series of an export by the names of its columns."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a variable, or an element of one, differs. A value is None where a side has none."""

    name: str
    """As the first side writes it: `Population`, or `Population[East]`."""
    time: float
    """When it differs first."""
    first: float | None
    """The value of the first side at that time, in the variable's units."""
    second: float | None
    """That of the second."""
    absolute: float
    """The largest difference of two numbers; NaN if only one side ever has one."""
    absolute_time: float
    relative: float
    """The largest difference as a share of the larger number, from 0 to 2; NaN as above."""
    relative_time: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two results have in common, and how they differ there."""

    differences: tuple[Difference, ...]
    """By the first time of difference, and then in the order that they are computed in."""
    names: tuple[str, ...]
    """What both have and was compared, as the first side writes it."""
    times: tuple[float, ...]
    """When both have values, as the first side has it."""
    only_first: tuple[str, ...]
    """What the second side does not have."""
    only_second: tuple[str, ...]
    """What the first side does not have."""

    @property
    def equal(self) -> bool:
        """Whether something was compared, and none of it differs."""
        return bool(self.names and self.times) and not self.differences


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """One variable or element at all times of its side."""

    name: str
    values: Floats
    blank: Flags | None
    """Where the export has no value: `values` is NaN there, or a constant's value goes on."""
    rounding: Floats | None
    """How far from it the number that was printed may have been."""

    def at(self, places: Places) -> tuple[Floats, Flags]:
        """Values and blanks at some of the times."""
        import numpy as np

        blank = np.zeros(len(places), dtype=np.bool_) if self.blank is None else self.blank[places]
        return self.values[places], blank


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """A result as columns over one row of times."""

    times: Floats
    columns: dict[_Key, _Column]
    printed: bool


def compare(
    a: Result,
    b: Result,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    order: Iterable[str] | None = None,
) -> Comparison:
    """Which variables differ at the times that both have, what comes first standing first.

    Two numbers agree if they are apart by no more than `rtol` of the larger one, plus `atol`. An
    export all of whose numbers have at most six digits is taken to be printed so, in single
    precision: such a number may be off by 1e-5 of itself, and by 1e-6 of the largest value of its
    series, since a small difference of large numbers has no better digits. That is added for each
    such side; a run is never rounded. With fewer decimals than that, give a larger `atol`.

    NaN equals NaN, and `:NA:` equals `:NA:`. An empty cell of an export equals either of them; each
    of them differs from a number. A series of one point at the first time is a constant. The times
    of an export are those at which any of its series has a value. A model's data variable is
    compared at the times at which an export has it: Vensim writes data at their own points.

    Where a run saves less often than it steps, a flow may differ first between two save times;
    what it flows into then stands before it.

    Args:
        a: the first side.
        b: the second side.
        rtol: the share of a number that does not matter.
        atol: the amount that does not matter, in each variable's units.
        order: names of variables, or of elements, causes first; the order of the runs' models if
            not given. What it does not name comes last.

    Raises:
        ValueError: a tolerance is negative or NaN.
    """
    if not (rtol >= 0 and atol >= 0):
        raise ValueError("a tolerance is a number from 0 on")
    sides = first, second = _side(a), _side(b)
    here, there = _common_times(first, second)
    times = first.times[here]
    keys = [key for key in _in_layout(a, b, first, second) if key in second.columns]
    found: list[tuple[float, int, Difference]] = []
    ranks = _ranks(order if order is not None else _order_of(a, b))
    data = _data_variables(a, b)
    for key in keys:
        columns = first.columns[key], second.columns[key]
        places = _own_times(columns, (here, there)) if key[0] in data else slice(None)
        difference = _difference(
            columns, (here[places], there[places]), times[places], (rtol, atol)
        )
        if difference is not None:
            rank = ranks.get(key, ranks.get((key[0], ()), len(ranks)))
            found.append((difference.time, rank, difference))
    found.sort(key=lambda each: each[:2])
    only = [
        tuple(column.name for key, column in one.columns.items() if key not in other.columns)
        for one, other in (sides, reversed(sides))
    ]
    return Comparison(
        differences=tuple(each for _, _, each in found),
        names=tuple(first.columns[key].name for key in keys),
        times=tuple(times.tolist()),
        only_first=only[0],
        only_second=only[1],
    )


def causal_order(model: CompiledModel) -> tuple[str, ...]:
    """The names of a model's variables in the order that a run computes them in.

    Parameters come first, then constants, what the first time needs, stocks, and the auxiliaries
    of every step; without the generated text, those of each space in the model's order.
    """
    equations = source_of(model).equations
    functions = model.equations
    python_names = [each.python_name for each in model.in_space(Space.PARAMETER)]
    for function, spaces in (
        (functions.constants, (Space.CONSTANT,)),
        (functions.initial, (Space.INITIAL, Space.STOCK)),
        (functions.step, (Space.AUXILIARY,)),
    ):
        python_names += [each.name for each in equations.get(function.__name__, ())]
        python_names += [each.python_name for space in spaces for each in model.in_space(space)]
    names = {each.python_name: each.name for each in model.variables}
    return tuple(names[each] for each in dict.fromkeys(python_names) if each in names)


def series_of(result: Result, name: str) -> tuple[Floats, Floats]:
    """The times of a side and the values of one of its columns, both (n_times,).

    A constant of an export goes on to the end; where else an export has no value there is NaN.

    Raises:
        KeyError: it has no column of that name, in any spelling.
    """
    side = _side(result)
    return side.times, side.columns[_key(name)].values


def _data_variables(a: Result, b: Result) -> frozenset[str]:
    """The data variables of the sides' models, by folded name."""
    models = [each.model for each in (a, b) if isinstance(each, Run)]
    return frozenset(
        fold(variable.name)
        for model in models
        for variable in model.variables
        if variable.kind is Kind.DATA and not variable.hidden
    )


def _own_times(columns: tuple[_Column, _Column], places: tuple[Places, Places]) -> Places:
    """Which of the common times both columns have: Vensim exports data at their own points."""
    import numpy as np

    blanks = [column.at(at)[1] for column, at in zip(columns, places, strict=True)]
    return np.flatnonzero(~(blanks[0] | blanks[1]))


def _order_of(a: Result, b: Result) -> tuple[str, ...]:
    """The order of the first model, then what only the second has."""
    runs = [each for each in (a, b) if isinstance(each, Run)]
    return tuple(name for run in runs for name in causal_order(run.model))


def _ranks(order: Iterable[str]) -> dict[_Key, int]:
    ranks: dict[_Key, int] = {}
    for name in order:
        ranks.setdefault(_key(name), len(ranks))
    return ranks


def _in_layout(a: Result, b: Result, first: _Side, second: _Side) -> list[_Key]:
    """The first side's columns as a model lays them out; without a model, by name."""
    if isinstance(b, Run) and not isinstance(a, Run):
        return [key for key in second.columns if key in first.columns]
    return list(first.columns) if isinstance(a, Run) else sorted(first.columns)


def _key(name: str) -> _Key:
    """A column's name as Vensim compares it, subscript by subscript."""
    for base, subscripts in split_subscripts(display_name(name)):
        return fold(base), tuple(map(fold, subscripts))
    return fold(name), ()


# --- sides ---


def _side(result: Result) -> _Side:
    """A result as columns; of two with the same name the first."""
    columns: dict[_Key, _Column] = {}
    if isinstance(result, Run):
        for name in result.columns:
            columns.setdefault(_key(name), _Column(name, result[name], None, None))
        return _Side(result.time, columns, printed=False)
    import numpy as np

    series = {name: points for name, points in result.items() if _key(name) != _TIME}
    times = np.unique(np.concatenate([np.empty(0), *(each.times for each in series.values())]))
    printed = all(map(_is_printed, series.values()))
    for name, points in series.items():
        columns.setdefault(_key(name), _column(name, points, times, printed=printed))
    return _Side(times, columns, printed)


def _column(name: str, points: Series, times: Floats, *, printed: bool) -> _Column:
    """A series at all times of its side."""
    import numpy as np

    places = np.searchsorted(times, points.times)
    given = np.where(np.isfinite(points.values) & (points.values <= MISSING), NA, points.values)
    constant = len(given) == 1 and places[0] == 0
    values = np.full(len(times), given[0] if constant else math.nan)
    values[places] = given
    blank = np.ones(len(times), dtype=np.bool_)
    blank[places] = False
    if not printed:
        return _Column(name, values, blank, None)
    sizes = np.where(_numbers(values), np.abs(values), 0.0)
    unit = 10.0**-_PRINTED
    return _Column(name, values, blank, 10.0 * unit * sizes + unit * np.max(sizes, initial=0.0))


def _is_printed(points: Series) -> bool:
    """Whether no number has more digits than an export prints."""
    numbers: list[float] = points.values[_numbers(points.values)].tolist()
    return all(float(f"{each:.{_PRINTED}g}") == each for each in numbers)


def _numbers(values: Floats) -> Flags:
    """Where there is a number: finite, and not `:NA:`."""
    import numpy as np

    found: Flags = np.isfinite(values) & (values != NA)
    return found


def _common_times(first: _Side, second: _Side) -> tuple[Places, Places]:
    """The places, on either side, of the times that both have.

    Times may differ as sums of steps do, and in an export as six digits do, but by no more than a
    quarter of the shortest step: so no time has two partners.
    """
    import numpy as np

    here, there = first.times, second.times
    if not (here.size and there.size):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    after = np.searchsorted(there, here).clip(max=there.size - 1)
    before = (after - 1).clip(min=0)
    nearest = np.where(
        np.abs(here - there[before]) <= np.abs(here - there[after]), before, after
    ).astype(np.intp)
    shortest = min(np.min(np.diff(each), initial=math.inf) for each in (here, there))
    rounding = np.abs(here) * 10.0 ** (1 - _PRINTED) * (first.printed or second.printed)
    slack = np.minimum(1e-9 * np.max(np.abs(here)) + rounding, shortest / 4)
    close = np.flatnonzero(np.abs(here - there[nearest]) <= slack)
    return close, nearest[close]


# --- one variable ---


def _difference(
    columns: tuple[_Column, _Column],
    places: tuple[Places, Places],
    times: Floats,
    tolerances: tuple[float, float],
) -> Difference | None:
    """How two columns differ at the common times, if they do."""
    import numpy as np

    (x, no_x), (y, no_y) = (each.at(at) for each, at in zip(columns, places, strict=True))
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(x - y)
        larger = np.maximum(np.abs(x), np.abs(y))
        allowed = tolerances[0] * larger + tolerances[1]
        for column, at in zip(columns, places, strict=True):
            allowed = allowed if column.rounding is None else allowed + column.rounding[at]
        numbers = _numbers(x) & _numbers(y)
        agree = (x == y) | (np.isnan(x) & np.isnan(y)) | (numbers & (apart <= allowed))
        agree |= (no_x & _valueless(y)) | (no_y & _valueless(x))
        wrong = np.flatnonzero(~agree)
        if not wrong.size:
            return None
        # What both sides have as numbers: there the difference has a size.
        sized = np.flatnonzero(~agree & numbers)
        shares = apart[sized] / larger[sized]
    start = int(wrong[0])
    return Difference(
        columns[0].name,
        float(times[start]),
        _value(x, no_x, start),
        _value(y, no_y, start),
        *_largest(apart[sized], times[sized]),
        *_largest(shares, times[sized]),
    )


def _valueless(values: Floats) -> Flags:
    """Where an export would have an empty cell."""
    import numpy as np

    found: Flags = np.isnan(values) | (values == NA)
    return found


def _value(values: Floats, blank: Flags, at: int) -> float | None:
    value = float(values[at])
    return None if blank[at] and math.isnan(value) else value


def _largest(sizes: Floats, times: Floats) -> tuple[float, float]:
    """The largest of some differences, and when; NaN if there are none."""
    if not sizes.size:
        return math.nan, math.nan
    at = int(sizes.argmax())
    return float(sizes[at]), float(times[at])
