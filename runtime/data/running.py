"""Series out of tables, in which time runs down or across (reference E.8)."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from ..errors import RunError
from .gathering import Growing, Times, repeated
from .grids import Header, Spot, Table, header_of, name_in
from .numerals import Numbers, numbers_in, shown
from .points import Names, Series, bad_data
from .separated import Cells, Jumps

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Numbered: TypeAlias = NDArray[np.int64]

__all__ = ["table_series"]

_UNNAMED, _UNWANTED = -1, -2
_PENDING = 1 << 18  # points that are handed out to their series together


def table_series(table: Table, names: Names) -> dict[str, Series]:
    """The series in a table, which says by its first row how time runs.

    Where the other cells of the first row are numbers, they are times, and each row below starts
    with a name. Otherwise they are names, and each row below starts with a time. Of two series of
    one name the first counts, as in Vensim. Points that are not wanted are checked and let go.

    Raises:
        RunError: S3C607, a cell is not what must stand there; of several, the first.
    """
    header, below = header_of(table)
    if header.times is None:
        down = _Down(table, header, names)
        for cells in below:
            down.take(cells)
        return down.series()
    across = _Across(table, header, names)
    for cells in below:
        across.take(cells)
    return across.series()


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong, at a cell among those that were taken; the first counts, by both numbers."""

    place: int
    rank: int
    row: int
    column: int
    why: str
    hint: str


_NO_NAME = (
    "a value has no name",
    "give it a name, or empty the cell; quote names and numbers with commas",
)
_NO_TIME = (
    "there are values without a time",
    "write the time in the first cell, or empty the others",
)


def _wrong_number(table: Table, cells: Cells, place: int, row: int, column: int) -> _Fault:
    why = f"“{shown(cells.contents[place], table.encoding)}” is no finite number"
    hint = "write numbers with a decimal point, and leave cells without a value empty"
    return _Fault(place, 2, row, column, why, hint)


def _error(table: Table, fault: _Fault) -> RunError:
    return bad_data(table.file, table.place(fault.row, fault.column), fault.why, fault.hint)


class _Down:
    """Times in the first column, and a series in each other."""

    def __init__(self, table: Table, header: Header, names: Names) -> None:
        import numpy as np

        self._table = table
        self._spot = Spot(header.row + 1)
        self._found: dict[str, Growing] = {}
        self._slots = np.full(header.width, _UNNAMED, np.int32)  # of each column
        for column, cell in enumerate(header.names(), 1):
            written = name_in(table, cell, header.row, column)
            if written is not None:
                name = names.first(written)
                self._slots[column] = _UNWANTED if name is None else len(self._found)
                if name is not None:
                    self._found[name] = Growing()
        self._columns = tuple(self._found.values())
        self._times = array("d")
        self._rows = Jumps()  # of each time
        self._row = -1  # the last that has a time
        self._pending: list[tuple[NDArray[np.int32], NDArray[np.uint32], Floats]] = []

    def take(self, cells: Cells) -> None:
        """Read what comes next."""
        import numpy as np

        numbers = numbers_in(cells.contents, self._table.encoding)
        rows, columns = self._spot.pass_over(cells, numbers.places)
        if not rows.size:
            return
        starts = np.flatnonzero(np.diff(rows, prepend=self._row))  # the first number of a row
        count = len(self._times)
        fault = self._fault(cells, numbers, rows, columns, starts)
        if fault is not None:
            starts = starts[numbers.places[starts] < fault.place]
        self._times.frombytes(numbers.values[starts].tobytes())
        self._rows.extend(rows[starts])
        if fault is not None:
            self._check_times()
            raise _error(self._table, fault)
        self._row = int(rows[-1])
        turns = np.zeros(rows.size, np.uint32)
        turns[starts] = 1
        moments = (np.cumsum(turns, dtype=np.uint32) + np.uint32(count)) - np.uint32(1)
        slots = self._slots[columns]
        kept = np.flatnonzero((columns > 0) & (slots >= 0) & ~np.isnan(numbers.values))
        self._pending.append((slots[kept], moments[kept], numbers.values[kept]))
        if sum(each[0].size for each in self._pending) > _PENDING:
            self._hand_out()

    def _fault(
        self, cells: Cells, numbers: Numbers, rows: Numbered, columns: Numbered, starts: Numbered
    ) -> _Fault | None:
        import numpy as np

        found: list[_Fault] = []

        def first(among: Numbered, rank: int, column: int | None, text: tuple[str, str]) -> None:
            if among.size:
                at = int(among[0])
                place = int(numbers.places[at]), rank, int(rows[at])
                found.append(_Fault(*place, int(columns[at]) if column is None else column, *text))

        width = self._slots.size
        named = self._slots[np.minimum(columns, width - 1)] != _UNNAMED
        first(np.flatnonzero((columns > 0) & ((columns >= width) | ~named)), 1, None, _NO_NAME)
        untimed = (columns[starts] > 0) | np.isnan(numbers.values[starts])
        if numbers.is_wrong:
            at = rows.size - 1
            where = int(numbers.places[at]), int(rows[at]), int(columns[at])
            found.append(_wrong_number(self._table, cells, *where))
            if starts.size and starts[-1] == at and not columns[at]:  # the time itself
                untimed[-1] = False
        first(starts[untimed], 0, 0, _NO_TIME)
        return min(found, key=lambda each: (each.place, each.rank), default=None)

    def _hand_out(self) -> None:
        """Give the points that are pending to their series."""
        import numpy as np

        if not self._pending:
            return
        slots, moments, values = (np.concatenate(each) for each in zip(*self._pending, strict=True))
        self._pending.clear()
        order = np.argsort(slots, kind="stable")
        slots, moments, values = slots[order], moments[order], values[order]
        cuts = [0, *(np.flatnonzero(np.diff(slots)) + 1).tolist(), slots.size]
        for start, end in pairwise(cuts):
            if end > start:
                self._columns[slots[start]].extend(moments[start:end], values[start:end])

    def _check_times(self) -> Floats:
        """The times, each of which stands once."""
        import numpy as np

        times = np.frombuffer(self._times, np.float64) if self._times else np.empty(0)
        twice = repeated(times)
        if twice is not None:
            first, second = (self._table.place(self._rows[each], 0) for each in twice)
            raise _stands_twice(self._table, float(times[twice[1]]), first, second)
        return times

    def series(self) -> dict[str, Series]:
        """All that was wanted."""
        self._hand_out()
        times = Times(self._check_times())
        return {name: times.series(column) for name, column in self._found.items()}


class _Across:
    """Times in the first row, and a series in each other."""

    def __init__(self, table: Table, header: Header, names: Names) -> None:
        import numpy as np

        assert header.times is not None
        self._table = table
        self._header = header
        self._names = names
        self._moments = np.full(header.width, -1, np.int32)  # of each column
        self._moments[header.columns] = np.arange(header.columns.size)
        twice = repeated(header.times)
        if twice is not None:
            first, second = (table.place(header.row, int(header.columns[each])) for each in twice)
            raise _stands_twice(table, float(header.times[twice[1]]), first, second)
        self._times = Times(header.times)
        self._spot = Spot(header.row + 1)
        self._is_named = False  # whether the row is that goes on
        self._name: str | None = None  # of the series that goes on, if it is wanted
        self._growing = Growing()
        self._found: dict[str, Series] = {}

    def take(self, cells: Cells) -> None:
        """Read what comes next."""
        import numpy as np

        contents = cells.contents
        begun = np.concatenate(([self._spot.column == 0], cells.ends[:-1]))
        row = self._spot.row + (self._spot.column > 0)  # of the first name in there
        begins = np.flatnonzero(begun).tolist()
        names = [contents[place] for place in begins]
        for place in begins:
            contents[place] = b"" if isinstance(contents[place], bytes) else None
        numbers = numbers_in(contents, self._table.encoding)
        rows, columns = self._spot.pass_over(cells, numbers.places)
        known = columns < self._moments.size
        moments = np.where(known, self._moments[np.where(known, columns, 0)], -1)
        fault = self._fault(cells, numbers, rows, columns, np.flatnonzero(moments < 0))
        points = _Points(rows, columns, moments.astype(np.uint32), numbers.values, fault)
        cuts = [*np.searchsorted(numbers.places, begins).tolist(), rows.size]
        self._extend(points, 0, cuts[0])
        for start, end, name in zip(cuts, cuts[1:], names, strict=False):
            self._finish()
            self._begin(name, row)
            self._extend(points, start, end)
            row += 1

    def _fault(
        self,
        cells: Cells,
        numbers: Numbers,
        rows: Numbered,
        columns: Numbered,
        untimed: Numbered,
    ) -> _Fault | None:
        """The first number that is none, or has no time; its place is that among the numbers."""
        last = rows.size - 1
        if untimed.size:
            at = int(untimed[0])
            return _Fault(at, 0, self._header.row, int(columns[at]), *_NO_TIME)
        if numbers.is_wrong:
            where = int(numbers.places[last]), int(rows[last]), int(columns[last])
            return replace(_wrong_number(self._table, cells, *where), place=last)
        return None

    def _begin(self, cell: object, row: int) -> None:
        written = name_in(self._table, cell, row, 0)
        self._is_named = written is not None
        self._name = None if written is None else self._names.first(written)
        if self._name is not None:
            self._growing = Growing()

    def _extend(self, points: _Points, start: int, end: int) -> None:
        """Add some numbers to the row that goes on."""
        import numpy as np

        if end <= start:
            return
        fault = points.fault
        if not self._is_named and (fault is None or fault.place > start or fault.rank > 1):
            where = int(points.rows[start]), int(points.columns[start])
            raise _error(self._table, _Fault(start, 1, *where, *_NO_NAME))
        if fault is not None and fault.place < end:
            raise _error(self._table, fault)
        if self._name is None:
            return
        values = points.values[start:end]
        moments = points.moments[start:end]
        missing = np.isnan(values)
        if missing.any():
            values, moments = values[~missing], moments[~missing]
        if values.size:
            self._growing.extend(moments, values)

    def _finish(self) -> None:
        if self._name is not None:
            self._found[self._name] = self._times.series(self._growing)

    def series(self) -> dict[str, Series]:
        """All that was wanted."""
        self._finish()
        return self._found


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """Numbers in reading order, with where they stand and when they are; each is (n,)."""

    rows: Numbered
    columns: Numbered
    moments: NDArray[np.uint32]
    values: Floats
    fault: _Fault | None


def _stands_twice(table: Table, time: float, first: str, second: str) -> RunError:
    why = f"time {time:.12g} stands twice, at first in {first}"
    return bad_data(table.file, second, why, "leave one of the two")
