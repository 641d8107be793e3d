"""What a model reads from files by itself: GET XLS, GET DIRECT and GET 123 … (reference C.11).

Several files are opened once for all that is read from them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..errors import RunError, bad_external
from ..names import did_you_mean, printable
from .cells import Cell, Column, Row, address, without_star
from .finding import WORKBOOKS, Folders
from .places import Place, Source, Times
from .small_text import delimiter_for, number_at, rows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .books import Book

    Floats: TypeAlias = NDArray[np.float64]
    Objects: TypeAlias = NDArray[np.object_]

__all__ = ["Files"]


class Stamp(NamedTuple):
    """A file as it was before it was read."""

    path: Path
    changed: int
    size: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """The file as it is."""
        status = os.stat(path)  # noqa: PTH116 -- at every run
        return cls(path, status.st_mtime_ns, status.st_size)

    @property
    def holds(self) -> bool:
        """Whether it is still so, as far as its length and its time tell."""
        try:
            return self == Stamp.of(self.path)
        except OSError:
            return False


class Files:
    """The files that a model reads, each opened once.

    Args:
        folder: the model's; None if it has none.
        roots: other folders in which it may read, in order.
        aliases: what `?name` stands for, from the settings `30:?name=file`.

    Attributes:
        notes: what should be said of what was read, each a sentence without its full stop.
        stamps: of the files, before they were read.
    """

    __slots__ = ("_books", "_folders", "_paths", "_texts", "notes", "stamps")

    def __init__(
        self,
        folder: Path | None,
        roots: Sequence[Path] = (),
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self._folders = Folders.of(folder, roots, aliases or {})
        self._paths: dict[str, Path] = {}
        self._texts: dict[tuple[Path, str], list[list[str]] | None] = {}
        self._books: dict[tuple[Path, str | None], Book] = {}
        self.notes: list[str] = []
        self.stamps: list[Stamp] = []

    @property
    def read(self) -> tuple[Path, ...]:
        """The files that were opened, in order."""
        return tuple(dict.fromkeys(path for path, _ in self._books))

    def constants(self, file: str, tab: str, cell: str, sizes: tuple[int, ...]) -> Floats:
        """The numbers from a cell on: the last range to the right, the one before it down.

        Args:
            file: its name.
            tab: the sheet, or the delimiter of text.
            cell: an address, or a name that the workbook defines; a star at its end transposes.
            sizes: how many elements each range of the left side has.

        Returns:
            An array of shape `sizes`, without axes if there is none.

        Raises:
            RunError: S3C609, a cell holds no number, or there is no such file or cell, or there
                are more than two ranges. S3C606, S3C607, the file cannot be read or understood.
        """
        from .readings import read_constants

        name, is_transposed = without_star(cell)
        place = self._place(self._source(file, tab), name)
        return read_constants(place, sizes, is_transposed)

    def number(self, file: str, tab: str, cell: str) -> float:
        """The number in a cell; as `constants`, but that a small text is read without numpy.

        Raises:
            RunError: as `constants` does.
        """
        found = self._simply(file, tab, cell)
        return float(self.constants(file, tab, cell, ())) if found is None else found

    def series(
        self, file: str, tab: str, row_or_col: str, cell: str, sizes: tuple[int, ...]
    ) -> Objects:
        """The series from a cell on, with their times, or the points of lookups.

        A row of times goes across, and the series stand in the rows from that of the cell on; a
        column of times goes down, and they stand in columns. Times count from where the cell is.
        What has a blank time or value is no point, nor is what has text there, which is noted.

        Args:
            file: its name.
            tab: the sheet, or the delimiter of text.
            row_or_col: the number of the row, or the letters of the column, that has the times; or
                a name that the workbook defines for the times alone.
            cell: of the first value: an address, or a name that the workbook defines.
            sizes: how many elements each range of the left side has; the last one is fastest.

        Returns:
            `Series` in an array of shape `sizes`, without axes if there is none.

        Raises:
            RunError: S3C609, a series has no points, a time stands twice, or there is no such file
                or cell. S3C606, S3C607, the file cannot be read or understood.
        """
        from .readings import read_series

        source = self._source(file, tab)
        place = self._place(source, cell)
        found = read_series(self._times(source, row_or_col, place.first), place, sizes)
        if found.left_out:
            self._note(f"“{printable(file)}”: {found.left_out}")
        return found.series

    def elements(self, file: str, tab: str, first: str, last: str, prefix: str) -> tuple[str, ...]:
        """The elements of a subscript range, across and then down; blank cells are none.

        Args:
            file: its name.
            tab: the sheet, or the delimiter of text.
            first: the first cell: an address, or a name that the workbook defines.
            last: the last cell; a column, or a row, to whose end to read; or nothing, to read
                all that there is, or all that the name of the first cell stands for.
            prefix: what each element starts with.

        Raises:
            RunError: S3C609, there are none, or there is no such file or cell. S3C606, S3C607, the
                file cannot be read or understood.
        """
        from .readings import read_elements

        source = self._source(file, tab)
        start = self._place(source, first)
        return read_elements(start, self._end(start, last), prefix)

    def _simply(self, file: str, tab: str, cell: str) -> float | None:
        """The number in a cell of a small file of text; None if that is not so simple."""
        place, path = address(without_star(cell)[0]), self._path(file)
        if not isinstance(place, Cell) or path.suffix.lower() in WORKBOOKS:
            return None
        delimiter = delimiter_for(path, tab)
        if (path, delimiter) not in self._texts:
            self._texts[path, delimiter] = rows_of(path, delimiter)
        rows = self._texts[path, delimiter]
        return None if rows is None else number_at(rows, place)

    def _source(self, file: str, tab: str) -> Source:
        book = self._book(file, tab)
        if book.sheet_names == ("",):  # of text
            return Source(file, book, book.first())
        if book.sheet_name(tab) is None:
            raise bad_external(file, tab, "", "is not there", book.sheets_like(tab))
        return Source(file, book, book.sheet(tab))

    def _book(self, file: str, tab: str) -> Book:
        from .opening import open_book

        path = self._path(file)
        for delimiter in (None, tab):
            if (path, delimiter) in self._books:
                return self._books[path, delimiter]
        book = open_book(path, file, tab)
        self._books[path, tab if book.sheet_names == ("",) else None] = book
        return book

    def _path(self, file: str) -> Path:
        if file not in self._paths:
            self._paths[file], note = self._folders.find(file)
            self.stamps.append(Stamp.of(self._paths[file]))
            if note:
                self._note(note)
        return self._paths[file]

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _named(self, source: Source, name: str) -> Place | None:
        """The area that a defined name stands for; None if there is no such name."""
        found = source.book.named(name, source.sheet.name)
        if found is None:
            return None
        area = found.area
        if area is None or source.book.sheet_name(area.sheet) is None:
            hint = "let the name stand for cells of the workbook"
            raise source.wrong(f"“{printable(name)}”", "is a name, but not of cells", hint)
        sheet = source.book.sheet(area.sheet)
        return Place(Source(source.file, source.book, sheet), area.rows, area.columns)

    def _place(self, source: Source, name: str) -> Place:
        """The cell, or the area, that a text names."""
        match address(name):
            case Cell(row, column):
                return Place(source, range(row, row + 1), range(column, column + 1))
            case _:
                found = self._named(source, name.strip())
                if found is None:
                    raise _unknown(source, name, "an address such as B2")
                return found

    def _end(self, first: Place, last: str) -> Place:
        """The area from a cell to the last one that a text names."""
        source = first.source
        bottom, right = max(first.rows.stop, source.sheet.n_rows), source.sheet.n_columns
        if not last.strip():
            if len(first.rows) * len(first.columns) > 1:
                return first
        elif named := self._named(source, last.strip()):
            bottom, right = named.rows.stop, named.columns.stop
        else:
            match address(last):
                case Cell(row, column):
                    bottom, right = row + 1, column + 1
                case Column(column):
                    right = column + 1
                case Row(row):
                    bottom = row + 1
                case _:
                    raise _unknown(source, last, "a cell, a column, or a row")
        rows, columns = range(first.rows.start, bottom), range(first.columns.start, right)
        return Place(source, rows, columns)

    def _times(self, source: Source, row_or_col: str, first: Cell) -> Times:
        """Where the times are: a part of one row, or of one column, as long as there is data.

        A name of the workbook goes before a column that is spelled alike.
        """
        named = self._named(source, row_or_col.strip())
        if named is not None:
            if len(named.rows) > 1 and len(named.columns) > 1:
                hint = "let the name stand for a part of one row, or of one column"
                raise source.wrong(f"“{printable(row_or_col)}”", "is a table, not times", hint)
            # A single time stands above its value, or else to the left of it.
            beside = len(named.columns) == 1 and named.rows.start == first.row
            return Times(named, is_across=len(named.rows) == 1 and not beside)
        match address(row_or_col):
            case Row(row):
                columns = range(first.column, max(source.sheet.n_columns, first.column + 1))
                return Times(Place(source, range(row, row + 1), columns), is_across=True)
            case Column(column):
                rows = range(first.row, max(source.sheet.n_rows, first.row + 1))
                return Times(Place(source, rows, range(column, column + 1)), is_across=False)
            case _:
                raise _unknown(source, row_or_col, "the number of a row or the letters of a column")


def _unknown(source: Source, name: str, instead: str) -> RunError:
    """A text is no address, and no name that the workbook defines."""
    known = source.book.names_in(source.sheet.name)
    hint = did_you_mean(name, known) or f"write {instead}, or a name of the workbook"
    return source.wrong(f"“{printable(name)}”", "is no cell, and no name there", hint)
