"""Tables in reading order, whatever file they stand in, and their first rows."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeAlias

from .numerals import is_empty, numbers_in, shown
from .points import bad_data
from .separated import Cells

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Numbered: TypeAlias = NDArray[np.int64]

__all__ = ["Header", "Spot", "Table", "header_of", "name_in"]


class Table(Protocol):
    """The cells of a table, in reading order."""

    @property
    def file(self) -> str:
        """Its path."""
        ...

    @property
    def encoding(self) -> str:
        """Of those cells that are bytes."""
        ...

    def place(self, row: int, column: int, /) -> str:
        """How a person finds a cell, by its row and column from 0."""
        ...

    def __iter__(self) -> Iterator[Cells]:
        """All cells, once."""
        ...


@dataclass(slots=True)
class Spot:
    """Where in a table the next cell stands."""

    row: int = 0
    column: int = 0

    def pass_over(self, cells: Cells, places: NDArray[np.intp]) -> tuple[Numbered, Numbered]:
        """The rows and columns of some of the cells that stand here, by their places among them."""
        import numpy as np

        ends = np.flatnonzero(cells.ends)
        turns = np.searchsorted(ends, places)
        starts = np.concatenate(([-self.column], ends + 1))
        located = self.row + turns, places - starts[turns]
        self.column = len(cells.contents) - int(starts[-1])
        self.row += ends.size
        return located


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """The first row in which something stands, but for its first cell."""

    row: int
    width: int
    """The number of its cells, the first included."""
    times: Floats | None
    """(n_times,), if nothing but numbers stands there: then time runs across."""
    columns: NDArray[np.int32]
    """(n_times,), in which each of the times stands, from 0."""
    _kept: tuple[bytes | list[object], ...]

    def names(self) -> Iterator[object]:
        """What the cells after the first hold, one after another."""
        parts = (each.split(b"\0") if isinstance(each, bytes) else each for each in self._kept)
        cells = chain.from_iterable(parts)
        next(cells, None)
        return cells


def header_of(table: Table) -> tuple[Header, Iterator[Cells]]:
    """The header of a table, and the cells below it.

    Raises:
        RunError: S3C607, there are only empty cells.
    """
    import numpy as np

    cells, row, reading = iter(table), 0, _Reading(table.encoding)
    for each in cells:
        if not reading.has_begun and each.ends[-1] and _is_bare(each):
            row += int(np.count_nonzero(each.ends))
            reading = _Reading(table.encoding)
            continue
        start = 0
        for end in (np.flatnonzero(each.ends) + 1).tolist():
            reading.take(each.contents[start:end])
            start = end
            if reading.has_begun:
                below = Cells(each.contents[end:], each.ends[end:])
                return reading.header(row), chain([below] if below.contents else [], cells)
            row, reading = row + 1, _Reading(table.encoding)
        reading.take(each.contents[start:])
    hint = "write the names in its first row, and the times in its first column"
    raise bad_data(table.file, "", "is empty", hint)


def _is_bare(cells: Cells) -> bool:
    """Whether there is nothing in them, not even blanks."""
    return all(cell is None or cell == b"" for cell in cells.contents)


class _Reading:
    """A row as it is read: its numbers as long as it has no others, and its texts in few bytes."""

    def __init__(self, encoding: str) -> None:
        self.has_begun = False
        self._encoding = encoding
        self._width = 0
        self._kept: list[bytes | list[object]] = []
        self._numbers: array[float] | None = array("d")
        self._columns = array("i")

    def take(self, cells: list[object]) -> None:
        if not cells:
            return
        if not self.has_begun:
            self.has_begun = not all(is_empty(cell, self._encoding) for cell in cells)
        texts = [cell for cell in cells if isinstance(cell, bytes)]
        self._kept.append(b"\0".join(texts) if len(texts) == len(cells) else cells)
        self._take_numbers(cells if self._width else [b"", *cells[1:]])
        self._width += len(cells)

    def _take_numbers(self, cells: list[object]) -> None:
        import numpy as np

        if self._numbers is None:
            return
        found = numbers_in(cells, self._encoding)
        if np.isnan(found.values).any():  # wrong, or `:NA:`
            self._numbers = None
            return
        self._numbers.frombytes(found.values.tobytes())
        self._columns.frombytes((found.places + self._width).astype(np.int32).tobytes())

    def header(self, row: int) -> Header:
        import numpy as np

        columns = np.frombuffer(self._columns or b"", np.int32)
        if not self._numbers:
            return Header(row, self._width, None, columns, tuple(self._kept))
        return Header(row, self._width, np.frombuffer(self._numbers), columns, ())


def name_in(table: Table, cell: object, row: int, column: int) -> str | None:
    """The name in a cell of the header; None if it is empty.

    Raises:
        RunError: S3C607, there is something else in it.
    """
    written = shown(cell, table.encoding)
    if written is None or (isinstance(written, str) and not written.strip()):
        return None
    if isinstance(written, str) and "\n" not in written and "\r" not in written:
        return written
    why = "a quote is not closed" if isinstance(written, str) else f"“{written}” is no name"
    hint = "write the name of a variable there, on one line"
    raise bad_data(table.file, table.place(row, column), why, hint)
