"""Tables of data with time running down or across, whatever file they stand in (reference E.8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from .points import Points, bad_data, number_in, shown_name

__all__ = ["Grid", "grid_points"]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table: text, numbers, or nothing; rows may be of different lengths."""

    file: str
    rows: Sequence[Sequence[object]]
    place: Callable[[int, int], str]
    """How a person finds a cell, by its row and column from 0."""

    def transposed(self) -> Grid:
        """Rows as columns; each cell is still found where it stands."""
        rows = list(zip_longest(*self.rows, fillvalue=""))
        return Grid(self.file, rows, lambda row, column: self.place(column, row))

    def number(self, row: int, column: int) -> float | None:
        """The number in a cell, or None if it is empty.

        Raises:
            RunError: S3C607, there is something else in it.
        """
        cell = self.rows[row][column]
        try:
            return number_in(cell)
        except ValueError:
            why = f"“{cell}” is no finite number"
            hint = "write numbers with a decimal point, and leave cells without a value empty"
            raise bad_data(self.file, self.place(row, column), why, hint) from None


def grid_points(grid: Grid) -> Points:
    """The points of a table, which says by its first row how time runs.

    Where the other cells of the first row are numbers, they are times, and each row below starts
    with a name. Otherwise they are names, and each row below starts with a time. Of two series of
    one name the first counts, as in Vensim.

    Raises:
        RunError: S3C607, a cell is not what must stand there.
    """
    first = next((k for k, row in enumerate(grid.rows) if not _is_blank(row)), None)
    if first is None:
        hint = "write the names in its first row, and the times in its first column"
        raise bad_data(grid.file, "", "is empty", hint)
    below = Grid(grid.file, grid.rows[first:], lambda row, col: grid.place(row + first, col))
    return _running_down(below.transposed() if _has_times(below.rows[0]) else below)


def _has_times(header: Sequence[object]) -> bool:
    """Whether the cells after the first are numbers."""
    others = [cell for cell in header[1:] if not _is_empty(cell)]
    try:
        return bool(others) and all(number_in(cell) is not None for cell in others)
    except ValueError:
        return False


def _running_down(grid: Grid) -> Points:
    """Read names from the first row, and a time and its values from every other."""
    points = Points()
    columns = _columns(grid, points)
    seen: dict[float, int] = {}
    for row in range(1, len(grid.rows)):
        cells = grid.rows[row]
        if _is_blank(cells):
            continue
        time = _time(grid, row, seen)
        for column in range(1, len(cells)):
            if _is_empty(cells[column]):
                continue
            if column >= len(columns) or columns[column] is None:
                hint = "give it a name, or empty the cell; quote names and numbers with commas"
                raise bad_data(grid.file, grid.place(row, column), "a value has no name", hint)
            value, series = grid.number(row, column), columns[column]
            if value is not None and series is not None:
                series[time] = value
    return points


def _columns(grid: Grid, points: Points) -> list[dict[float, float] | None]:
    """Where to put what stands below each cell of the header; None if that has no name."""
    found: list[dict[float, float] | None] = [None]
    for column, cell in enumerate(grid.rows[0][1:], 1):
        if _is_empty(cell):
            found.append(None)
            continue
        if not isinstance(cell, str) or "\n" in cell or "\r" in cell:
            why = "a quote is not closed" if isinstance(cell, str) else f"“{cell}” is no name"
            hint = "write the name of a variable there, on one line"
            raise bad_data(grid.file, grid.place(0, column), why, hint)
        name = shown_name(cell)
        found.append({} if name in points else points.of(name))
    return found


def _time(grid: Grid, row: int, seen: dict[float, int]) -> float:
    """The time that a row is of, which no other row may have."""
    time = grid.number(row, 0)
    if time is None:
        hint = "write the time in the first cell, or empty the others"
        raise bad_data(grid.file, grid.place(row, 0), "there are values without a time", hint)
    if time in seen:
        why = f"time {time:.12g} stands twice, at first in {grid.place(seen[time], 0)}"
        raise bad_data(grid.file, grid.place(row, 0), why, "leave one of the two")
    seen[time] = row
    return time


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _is_blank(cells: Sequence[object]) -> bool:
    return all(map(_is_empty, cells))
