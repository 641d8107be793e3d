"""Places in the files that a model reads: a sheet, an area of it, and the times of series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import RunError, bad_external
from .cells import Cell

if TYPE_CHECKING:
    from .books import Book
    from .sheets import Sheet

__all__ = ["Place", "Source", "Times"]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A sheet of a file that a model names."""

    file: str
    """As the model names it."""
    book: Book
    sheet: Sheet

    def wrong(self, place: str, reason: str, hint: str = "") -> RunError:
        """What stands somewhere in the sheet is not what it must be."""
        return bad_external(self.file, self.sheet.name, place, reason, hint)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """An area of cells that a model names; one cell is an area, too."""

    source: Source
    rows: range
    columns: range

    @property
    def first(self) -> Cell:
        """Its upper left cell."""
        return Cell(self.rows.start, self.columns.start)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Where the times of series stand: in a part of one row, or of one column."""

    place: Place
    is_across: bool
    """Whether they stand in a row."""
