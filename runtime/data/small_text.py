"""Single numbers in small files of text, read without numpy, which takes longer than many a run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ..files import decoded, open_file
from .cells import Cell
from .points import number_in

__all__ = ["delimiter_for", "number_at", "rows_of"]

_MOST = 2**20  # bytes


def delimiter_for(path: Path, given: str) -> str:
    """What separates the cells of a file of text: a comma in `.csv`, else a tab, if nobody says."""
    return given or ("," if path.suffix.lower() == ".csv" else "\t")


def rows_of(path: Path, delimiter: str) -> list[list[str]] | None:
    """The cells of a file of text; None if it is large, or anything is odd about it."""
    try:
        with open_file(path, follow=False) as file:
            data = file.read(_MOST + 1)
        if len(data) > _MOST:
            return None
        text = decoded(data)
        if "\0" in text:
            return None
        return list(csv.reader(io.StringIO(text, newline=None), delimiter=delimiter))
    except (OSError, TypeError, ValueError, csv.Error):
        return None


def number_at(rows: list[list[str]], cell: Cell) -> float | None:
    """The number in a cell; None if there is none."""
    try:
        return number_in(rows[cell.row][cell.column])
    except (IndexError, ValueError):
        return None
