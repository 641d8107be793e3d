"""Tables that an experiment reads: targets, and constants with their values."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from s3c.compiler import Source, Span
from s3c.runtime import RunError, did_you_mean, printable

from ..errors import ExperimentError
from .entries import Entry, Page, read_text
from .places import Extent, Places

__all__ = ["read_rows"]

_LONGEST_CELL = 60
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def read_rows(
    entry: Entry,
    path: Path,
    columns: Iterable[str],
    needed: Iterable[str],
    numbers: Iterable[str],
) -> list[Entry]:
    """The rows of a table with a header, as tables whose keys are the columns.

    Cells stand between commas, semicolons or tabs; an empty one is left out.

    Args:
        entry: what names the file; mistakes are taken down there, and with the rows.
        path: the file.
        columns: all that are known, in small letters.
        needed: those that must be there.
        numbers: those whose cells are read as numbers where they are.
    """
    try:
        source = read_text(path)
    except RunError as error:
        entry.wrong(error.code, error.message, error.hint)
        return []
    except ExperimentError as error:
        for each in error.diagnostics:
            entry.page.wrong(each.code, each.message, each.span, each.hint)
        return []
    table = _Table(entry.page, source, list(columns), list(needed), frozenset(numbers))
    try:
        return list(table.rows())
    except csv.Error as error:
        hint = "write it as a spreadsheet exports it, with a header"
        message = f"the table cannot be understood: {error}"
        entry.page.wrong("S3C712", message, source.span(0, 1), hint)
        return []


@dataclass(frozen=True, slots=True)
class _Table:
    """A table, and what is known of its columns."""

    page: Page
    source: Source
    columns: list[str]
    needed: list[str]
    numbers: frozenset[str]

    def rows(self) -> Iterator[Entry]:
        """Each row that is not empty; nothing if the header is wrong."""
        lines = _split(self.source)
        header, span = next(lines, ([], (0, 1)))
        names = [cell.casefold() for cell in header]
        if not self._fits(names, self.source.span(*span)):
            return
        for cells, extent in lines:
            if any(cells[len(names) :]):
                message = f"the row has {len(cells)} cells, and the header {len(names)}"
                hint = "put quotes around a cell that holds a comma"
                self.page.wrong("S3C712", message, self.source.span(*extent), hint)
            elif any(cells):
                page = Page(self.source, Places({}, {(): extent}), self.page.found)
                named = zip(names, cells, strict=False)
                yield Entry(
                    page, (), {name: self._cell(name, cell) for name, cell in named if cell}
                )

    def _fits(self, names: list[str], span: Span) -> bool:
        """Whether the header has known columns, and all that are needed."""
        before = len(self.page.found)
        every = ", ".join(self.columns)
        for name in names:
            if name and (name not in self.columns or names.count(name) > 1):
                shown = name[:_LONGEST_CELL]
                hint = did_you_mean(shown, self.columns) or f"known are {every}, each once"
                message = f"“{printable(shown)}” is no column of such a table"
                self.page.wrong("S3C712", message, span, hint)
        for name in self.needed:
            if name not in names:
                hint = f"its first row names the columns: {every}"
                self.page.wrong("S3C712", f"the table has no column “{name}”", span, hint)
        return len(self.page.found) == before

    def _cell(self, name: str, cell: str) -> float | str:
        return float(cell) if name in self.numbers and _NUMBER.fullmatch(cell) else cell


def _split(source: Source) -> Iterator[tuple[list[str], Extent]]:
    """The cells of each row, and where it stands."""
    at = 0

    def lines() -> Iterator[str]:
        nonlocal at
        for line in io.StringIO(source.text, newline=""):
            at += len(line)
            yield line

    first = source.text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    start = 0
    for cells in csv.reader(lines(), delimiter=separator, strict=True):
        end = start + len(source.text[start:at].rstrip())
        yield [cell.strip() for cell in cells], (start, max(end, start + 1))
        start = at
