"""The first sheet of a workbook as a table of data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from .cells import spelled
from .opening import workbook
from .points import Names, Series, bad_data
from .running import table_series
from .separated import Cells
from .sheets import Sheet

__all__ = ["workbook_series"]

_SMALL = 2**24  # cells, blank ones included, that any table may have
_MOST_BLANKS = 64  # in a larger one, for each cell that is not blank


@dataclass(frozen=True, slots=True)
class _SheetTable:
    """A sheet in reading order."""

    file: str
    sheet: Sheet
    encoding: str = "utf-8"

    def place(self, row: int, column: int) -> str:
        """How a person finds a cell."""
        return f"cell {spelled(row, column)}"

    def __iter__(self) -> Iterator[Cells]:
        for row in self.sheet.rows():
            contents: list[object] = [*row] or [None]
            yield Cells(contents, np.arange(len(contents)) == len(contents) - 1)


def workbook_series(source: BinaryIO, file: str, names: Names) -> dict[str, Series]:
    """The series in the first sheet of a workbook; of formulas, the values kept with them.

    Raises:
        RunError: S3C606, a package to read it is not there. S3C607, it cannot be understood.
    """
    sheet = workbook(source.read(), file).first()
    size = sheet.n_rows * sheet.n_columns
    if size > max(_SMALL, _MOST_BLANKS * sheet.n_cells):
        hint = "clear the cells that lie far from the table, and save it anew"
        raise bad_data(file, "", "is almost blank, and too large for a table", hint)
    return table_series(_SheetTable(file, sheet), names)
