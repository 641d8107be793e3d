"""What stands at places in sheets: arrays of constants, series, and names of elements."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import RunError
from ..names import printable
from .cells import Cell, column_letters, spelled
from .dates import looks_dated
from .places import Place, Source, Times
from .points import MISSING, Series
from .sheets import Numbers, Value

__all__ = ["SeriesRead", "read_constants", "read_elements", "read_series"]

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int32]

_TOLD = 4  # cells that one message names
_CELLS = 2**18  # that are looked at together
_MOST_LOOKS = 64

_Texts: TypeAlias = tuple[tuple[int, int, str], ...]


def read_constants(place: Place, sizes: tuple[int, ...], is_transposed: bool) -> Floats:
    """The numbers from the first cell of a place on, in an array of shape `sizes`.

    The last range goes to the right and the one before it down, or the other way round.

    Raises:
        RunError: S3C609, a cell holds no number, or there are more than two ranges.
    """
    source, first = place.source, place.first
    if len(sizes) > 2:
        hint = "write an equation for each element of the first ranges"
        raise source.wrong(_cell(*_at(place)), f"cannot fill {len(sizes)} ranges", hint)
    _check_count(place, math.prod(sizes), "numbers")
    down, right = (*(1,) * (2 - len(sizes)), *sizes)
    if is_transposed:
        down, right = right, down
    rows, columns = range(first.row, first.row + down), range(first.column, first.column + right)
    found = source.sheet.numbers(rows, columns)
    values = np.full((down, right), np.nan)
    values[found.rows - first.row, found.columns - first.column] = found.values
    missing = np.argwhere(np.isnan(values))
    if len(missing):
        cells = [(first.row + int(row), first.column + int(column)) for row, column in missing]
        raise _no_numbers(source, cells)
    return (values.T if is_transposed else values).reshape(sizes)


def _no_numbers(source: Source, cells: list[tuple[int, int]]) -> RunError:
    """Cells hold no numbers: which, and what they hold instead."""
    told = [f"{spelled(*cell)} {_what(source.sheet.cell(*cell))}" for cell in cells[:_TOLD]]
    if len(cells) > _TOLD:
        told.append(f"and {len(cells) - _TOLD} others")
    hint = "write a number there, with a decimal point; or read another cell"
    if len(cells) == 1:
        return source.wrong(_cell(*cells[0]), _what(source.sheet.cell(*cells[0])), hint)
    return source.wrong(f"{len(cells)} cells", f"hold no numbers: {', '.join(told)}", hint)


def _what(value: Value) -> str:
    """What is wrong with a cell that should hold a number."""
    if value is None:
        return "is blank"
    text = printable(str(value)[:40])
    return f"holds the date “{text}”" if looks_dated(text) else f"holds “{text}”, no number"


@dataclass(frozen=True, slots=True, eq=False)
class SeriesRead:
    """Series that were read, and what of the sheet is none."""

    series: NDArray[np.object_]
    """Of `Series`, an element for each of the left side."""
    left_out: str
    """Which cells hold text where there should be a number; or nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """The times that are known."""

    times: Floats
    """(n_times,), rising."""
    ranks: Integers
    """(length,): which time stands so many steps from the first cell; -1 if there is none."""
    texts: _Texts
    """What stands there that is none: row, column, text."""


def read_series(times: Times, place: Place, sizes: tuple[int, ...]) -> SeriesRead:
    """Series side by side from the first cell of a place on, the last range fastest.

    The times and the values pair by how far they stand from their first cells. Series in which
    nothing is missing share one array of times.

    Raises:
        RunError: S3C609, a series has no points, or a time stands twice.
    """
    source, first = place.source, place.first
    count = math.prod(sizes)
    _check_count(place, count, "series")
    moments = _moments(times)
    series = np.empty(count, dtype=object)
    texts = list(moments.texts)
    # Some series at a time: what finds them takes several times as much memory as they do.
    some = max(_CELLS // len(moments.times), count // _MOST_LOOKS, 1)
    for lines in _stretches(count, some):
        values = np.full((len(lines), len(moments.times)), np.nan)
        for steps in _stretches(len(moments.ranks), max(_CELLS // len(lines), 1)):
            down, right = (lines, steps) if times.is_across else (steps, lines)
            found = _numbers(source, first, down, right)
            line, step = found.rows - first.row, found.columns - first.column
            if not times.is_across:
                line, step = step, line
            rank = moments.ranks[step]
            known = (rank >= 0) & (found.values > MISSING)
            values[line[known] - lines.start, rank[known]] = found.values[known]
            texts += found.texts
        for line_number, of_line in zip(lines, values, strict=True):
            series[line_number] = _series(moments.times, of_line)
    empty = [line for line, each in enumerate(series) if not len(each.times)]
    if empty:
        raise _no_points(times, place, empty)
    return SeriesRead(series.reshape(sizes), _left_out(source, texts))


def _stretches(length: int, most: int) -> Iterator[range]:
    """What counts up to a length, in stretches of at most so many."""
    return (range(start, min(start + most, length)) for start in range(0, length, most))


def _numbers(source: Source, first: Cell, down: range, right: range) -> Numbers:
    """The numbers in a rectangle that is counted from a first cell."""
    return source.sheet.numbers(
        range(first.row + down.start, first.row + down.stop),
        range(first.column + right.start, first.column + right.stop),
    )


def _series(times: Floats, values: Floats) -> Series:
    """The points that have a value; NaN is none."""
    there = ~np.isnan(values)
    if not there.all():
        times, values = times[there], values[there]
        times.setflags(write=False)
    values.setflags(write=False)
    return Series(times, values)


def _moments(times: Times) -> _Moments:
    """The known times where they stand."""
    area = times.place
    length = len(area.columns) if times.is_across else len(area.rows)
    values, steps_at = np.empty(length), np.empty(length, dtype=np.int32)
    count = 0
    texts: list[tuple[int, int, str]] = []
    for steps in _stretches(length, _CELLS):
        down, right = (range(1), steps) if times.is_across else (steps, range(1))
        found = _numbers(area.source, area.first, down, right)
        along = found.columns if times.is_across else found.rows
        known = found.values > MISSING
        here = slice(count, count + int(known.sum()))
        values[here] = found.values[known]
        steps_at[here] = along[known] - (area.columns.start if times.is_across else area.rows.start)
        count = here.stop
        texts += found.texts
    values, steps_at = values[:count], steps_at[:count]
    if not count:
        hint = "let the model name the row or the column that has the times"
        raise area.source.wrong(_line(times), "has no times beside the values", hint)
    last = int(steps_at[-1])
    if not (values[1:] > values[:-1]).all():
        order = np.argsort(values, kind="stable")
        values, steps_at = values[order], steps_at[order]
    twice = np.flatnonzero(values[1:] == values[:-1])
    if len(twice):
        one, other = (_where(times, int(steps_at[k])) for k in (twice[0], twice[0] + 1))
        why = f"has the time {values[twice[0]]:.12g} again, which stands in {spelled(*one)}"
        raise area.source.wrong(_cell(*other), why, "leave one of the two")
    ranks = np.full(last + 1, -1, dtype=np.int32)
    ranks[steps_at] = np.arange(count, dtype=np.int32)
    values.setflags(write=False)
    # What stands below the last time is no time that was meant.
    among = (each for each in texts if each[:2] < _where(times, last))
    return _Moments(values, ranks, tuple(among))


def _where(times: Times, step: int) -> tuple[int, int]:
    """Where the time stands that is so many steps from the first."""
    row, column = _at(times.place)
    return (row, column + step) if times.is_across else (row + step, column)


def _no_points(times: Times, place: Place, empty: list[int]) -> RunError:
    """Some series have no points: where they start."""
    row, column = _at(place)
    starts = [
        spelled(row + k, column) if times.is_across else spelled(row, column + k)
        for k in empty[:_TOLD]
    ]
    others = len(empty) - len(starts)
    named = ", ".join(starts) + (f" and {others} others" if others else "")
    way = "right of" if times.is_across else "down from"
    cells = "cell" if len(empty) == 1 else "cells"
    hint = f"write numbers there, beside the times in {_line(times)}"
    return place.source.wrong(f"from {cells} {named} on", f"has no number {way} there", hint)


def _left_out(source: Source, texts: list[tuple[int, int, str]]) -> str:
    """Which cells hold text among the times and the values."""
    shown = [f"{spelled(row, column)} “{printable(text[:40])}”" for row, column, text in texts]
    if not shown:
        return ""
    where = f"in sheet “{printable(source.sheet.name)}” " if source.sheet.name else ""
    return f"cells {where}that hold no number are left out: {', '.join(shown[:_TOLD])}"


def read_elements(first: Place, area: Place, prefix: str) -> tuple[str, ...]:
    """The names of elements in an area, across and then down; blank cells are none.

    Raises:
        RunError: S3C609, there are none.
    """
    cells = area.source.sheet.cells(area.rows, area.columns)
    found = tuple(prefix + _element(value) for _, _, value in cells)
    if not found:
        hint = "name the first and the last cell that has an element"
        raise area.source.wrong(f"from {_cell(*_at(first))} on", "holds no elements", hint)
    return found


def _element(value: float | str) -> str:
    """The name in a cell: a whole number without a point, a text without needless blanks."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(int(value)) if float(value).is_integer() else repr(value)


def _check_count(place: Place, count: int, what: str) -> None:
    """More than the sheet has cells cannot be read: tell so before there is memory for it."""
    if count > max(place.source.sheet.n_cells, 1):
        reason = f"should have {count} {what}, more than the sheet has cells"
        raise place.source.wrong(f"from {_cell(*_at(place))} on", reason, "read a smaller range")


def _at(place: Place) -> tuple[int, int]:
    return place.rows.start, place.columns.start


def _cell(row: int, column: int) -> str:
    return f"cell {spelled(row, column)}"


def _line(times: Times) -> str:
    """The row or the column of the times, as a message names it."""
    if times.is_across:
        return f"row {times.place.rows.start + 1}"
    return f"column {column_letters(times.place.columns.start)}"
