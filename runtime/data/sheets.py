"""The cells of a sheet in little memory: numbers in arrays, text beside, blanks nowhere."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .points import number_in

__all__ = ["MOST_CELLS", "Numbers", "Sheet", "SheetBuilder", "Value"]

Value: TypeAlias = float | str | None
"""What a cell holds. A blank one holds None; dates, truth values and errors are text."""

MOST_CELLS = 2**26
"""How many cells that are not blank a sheet may have: they take about 0.7 GB."""

_BLOCK = 2**16  # cells, or rows, after which a block is closed
_SHOWN = 5  # texts among numbers that are kept to be told of


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers in a rectangle of cells, one after another, row by row."""

    rows: NDArray[np.int64]
    """(n,), of the sheet, from 0."""
    columns: NDArray[np.int64]
    """(n,), of the sheet, from 0."""
    values: NDArray[np.float64]
    """(n,), finite."""
    texts: tuple[tuple[int, int, str], ...] = ()
    """The first few cells that hold text which is no number: row, column, text."""


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Some rows. Of each cell that is not blank the column and the number, or NaN and a text."""

    first_row: int
    starts: NDArray[np.uint32]  # (n_rows + 1,), where the cells of each row start
    columns: NDArray[Any]  # (n_cells,), of the smallest type that holds them
    values: NDArray[Any]  # (n_cells,), float32 where that is exact
    text_at: NDArray[np.uint32]  # (n_texts,), which cells hold text, rising
    text_ends: NDArray[np.uint64]  # (n_texts,), where each text ends
    text: bytes

    @property
    def end_row(self) -> int:
        return self.first_row + len(self.starts) - 1

    def value(self, cell: int) -> float | str:
        number = float(self.values[cell])
        return self.text_of(int(self.text_at.searchsorted(cell))) if math.isnan(number) else number

    def text_of(self, number: int) -> str:
        start = int(self.text_ends[number - 1]) if number else 0
        return self.text[start : int(self.text_ends[number])].decode("utf-8", "replace")


class Sheet:
    """One sheet of a book, or the one table of a file of text.

    Rows and columns count from 0. What lies beyond the last cell that is not blank is blank.
    """

    __slots__ = ("_blocks", "n_cells", "n_columns", "n_rows", "name")

    def __init__(self, name: str, blocks: tuple[_Block, ...]) -> None:
        self.name = name
        self._blocks = blocks
        self.n_cells = sum(len(block.values) for block in blocks)
        self.n_rows = blocks[-1].end_row if blocks else 0
        self.n_columns = max((int(block.columns.max()) + 1 for block in blocks), default=0)

    def cell(self, row: int, column: int) -> Value:
        """What a cell holds."""
        for _, _, value in self.cells(range(row, row + 1), range(column, column + 1)):
            return value
        return None

    def cells(self, rows: range, columns: range) -> Iterator[tuple[int, int, float | str]]:
        """The cells in a rectangle that are not blank, across and then down: row, column, value."""
        for block, found in self._found(rows, columns):
            for row, cell in zip(_rows(block, found).tolist(), found.tolist(), strict=True):
                yield row, int(block.columns[cell]), block.value(cell)

    def numbers(self, rows: range, columns: range) -> Numbers:
        """The numbers in a rectangle, across and then down; text that spells one is one, too."""
        parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
        texts: list[tuple[int, int, str]] = []
        for block, found in self._found(rows, columns):
            row, column = _rows(block, found), block.columns[found].astype(np.int64)
            values = block.values[found].astype(np.float64)
            for k in np.flatnonzero(np.isnan(values)).tolist():
                text = block.value(int(found[k]))
                try:
                    number = number_in(text)
                except ValueError:
                    if len(texts) < _SHOWN:
                        texts.append((int(row[k]), int(column[k]), str(text)))
                else:
                    values[k] = np.nan if number is None else number
            kept = ~np.isnan(values)
            parts.append((row[kept], column[kept], values[kept]))
        if not parts:
            nothing = np.empty(0, dtype=np.int64)
            return Numbers(nothing, nothing, np.empty(0))
        row, column, values = (np.concatenate(each) for each in zip(*parts, strict=True))
        return Numbers(row, column, values, tuple(texts))

    def rows(self) -> Iterator[list[Value]]:
        """Each row up to its last cell that is not blank."""
        row_number = 0
        for block in self._blocks:
            yield from ([] for _ in range(row_number, block.first_row))
            row_number = block.end_row
            for start, end in pairwise(block.starts.tolist()):
                row: list[Value] = [None] * (int(block.columns[end - 1]) + 1 if end > start else 0)
                for cell in range(start, end):
                    row[int(block.columns[cell])] = block.value(cell)
                yield row

    def _found(self, rows: range, columns: range) -> Iterator[tuple[_Block, NDArray[np.int64]]]:
        """The blocks that have cells in a rectangle, with the numbers of these cells."""
        first = bisect_right(self._blocks, rows.start, key=lambda block: block.first_row) - 1
        for block in self._blocks[max(first, 0) :]:
            if block.first_row >= rows.stop:
                return
            start = max(rows.start - block.first_row, 0)
            stop = min(rows.stop, block.end_row) - block.first_row
            if start >= stop:
                continue
            begin, end = int(block.starts[start]), int(block.starts[stop])
            column = block.columns[begin:end]
            inside = (column >= columns.start) & (column < columns.stop)
            found = np.flatnonzero(inside) + begin
            if len(found):
                yield block, found


def _rows(block: _Block, cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows of cells of a block."""
    return np.searchsorted(block.starts, cells, side="right") - 1 + block.first_row


class SheetBuilder:
    """Gathers the cells of a sheet, row by row, and in each row from left to right.

    Raises:
        ValueError: the cells come in another order, or there are too many.
    """

    __slots__ = (
        "_blocks",
        "_cells",
        "_columns",
        "_first",
        "_row",
        "_starts",
        "_text",
        "_text_at",
        "_text_ends",
        "_values",
    )

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._cells = 0
        self._row = -1
        self._open(0)

    def _open(self, row: int) -> None:
        self._first = row
        self._starts = array("I")
        self._columns = array("I")
        self._values = array("d")
        self._text_at = array("I")
        self._text_ends = array("Q")
        self._text = bytearray()

    def add(self, row: int, column: int, value: float | str) -> None:
        """One cell: a finite number, or a text that is not blank."""
        if row != self._row:
            self._go_to(row)
        elif column <= self._columns[-1]:
            raise ValueError("a cell stands before one that it follows")
        if isinstance(value, str):
            self._text_at.append(len(self._values))
            self._text += value.encode("utf-8", "replace")
            self._text_ends.append(len(self._text))
            value = float("nan")
        self._columns.append(column)
        self._values.append(value)

    def add_numbers(self, row: int, column: int, numbers: array[float]) -> None:
        """Finite numbers side by side, the first of them in a column."""
        if not numbers:
            return
        self.add(row, column, numbers[0])
        self._columns.extend(range(column + 1, column + len(numbers)))
        self._values.extend(numbers[1:])

    def _go_to(self, row: int) -> None:
        """Start a row below those that there are."""
        if row < self._row:
            raise ValueError("a row stands before one that it follows")
        if len(self._values) >= _BLOCK or row - self._first >= _BLOCK:
            self._close()
            self._open(row)
        if self._cells + len(self._values) > MOST_CELLS:
            raise ValueError(f"has more than {MOST_CELLS} cells")
        # Rows without cells start where the next one does.
        missing = row - self._first - len(self._starts) + 1
        self._starts.extend(array("I", [len(self._values)]) * missing)
        self._row = row

    def _close(self) -> None:
        if not self._values:
            return
        self._cells += len(self._values)
        self._starts.append(len(self._values))
        columns = np.frombuffer(self._columns, dtype=np.uint32)
        values = np.frombuffer(self._values, dtype=np.float64)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            small = values.astype(np.float32)
            exact = bool(np.all((small == values) | np.isnan(values)))
        self._blocks.append(
            _Block(
                self._first,
                np.array(self._starts, dtype=np.uint32),
                columns.astype(np.uint16) if columns.max() < 2**16 else columns.copy(),
                small if exact else values.copy(),
                np.array(self._text_at, dtype=np.uint32),
                np.array(self._text_ends, dtype=np.uint64),
                bytes(self._text),
            )
        )

    def built(self, name: str) -> Sheet:
        """The sheet of all cells that were added."""
        if self._cells + len(self._values) > MOST_CELLS:
            raise ValueError(f"has more than {MOST_CELLS} cells")
        self._close()
        self._open(self._row + 1)
        return Sheet(name, tuple(self._blocks))
