"""Tables of samples: a column for each parameter, a row for each run."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from s3c.compiler import Source
from s3c.runtime import RunError, columns_of, fold, printable

from ..errors import ExperimentError
from ..sampling.designs import MOST_NUMBERS
from ..sampling.distributions import Uniform
from ..tree import Parameter
from .entries import Entry, Page, read_source, read_text
from .names import Names
from .places import Extent, Places

__all__ = ["claim", "read_samples"]

_LARGEST = 100_000_000  # bytes
_LONGEST_CELL = 60
_LARGEST_NUMBER = 1e100

Rows: TypeAlias = tuple[tuple[float | None, ...], ...]
"""The values of each run."""


def read_samples(
    entry: Entry, path: Path, names: Names, factors: Collection[str] = (), tabs: bool = False
) -> tuple[tuple[Parameter, ...], Rows]:
    """The parameters that a table names, and their values in each run; mistakes are taken down.

    Its first row has the names of constants or groups; of a group the numbers are factors. An
    empty cell repeats the one above; above all numbers it is the benchmark, and None.

    Args:
        entry: what names the file.
        path: the file.
        names: of the model and the groups.
        factors: the constants whose numbers are factors, too.
        tabs: whether cells stand between tabs alone, as Vensim has it; or else also between commas
            or semicolons, whichever the first row has most. Vensim's may be in Windows-1252, too.
    """
    try:
        source = (read_source if tabs else read_text)(path, _LARGEST)
    except RunError as error:
        entry.wrong(error.code, error.message, error.hint)
        return (), ()
    except ExperimentError as error:
        for each in error.diagnostics:
            entry.page.wrong(each.code, each.message, each.span, each.hint)
        return (), ()
    table = _Table(entry.page, source, names, factors)
    try:
        return table.read(_separator(source.text, tabs=tabs))
    except csv.Error as error:
        message = f"the table cannot be understood: {error}"
        entry.page.wrong("S3C712", message, source.span(0, 1), "write it as a spreadsheet does")
        return (), ()


def claim(entry: Entry, parameter: Parameter, owners: dict[str, str]) -> None:
    """Take down what varies twice; `owners` are the parameters by the constants that they move."""
    for constant in parameter.constants:
        if constant in owners:
            message = f"“{constant}” varies twice, also as “{printable(owners[constant])}”"
            entry.wrong_key("S3C707", message, "leave out one of the two")
        owners.setdefault(constant, parameter.name)


def _separator(text: str, *, tabs: bool) -> str:
    first = text.lstrip("\n").partition("\n")[0]
    return "\t" if tabs or "\t" in first else max(",;", key=first.count)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of samples while it is read."""

    page: Page
    source: Source
    names: Names
    factors: Collection[str]

    def read(self, separator: str) -> tuple[tuple[Parameter, ...], Rows]:
        """The parameters and rows; the numbers are not read if a name is wrong."""
        lines = self._lines(separator)
        header, extent = next(lines, ([], (0, 1)))
        while header and not header[-1]:
            header.pop()
        before = len(self.page.found)
        columns = [self._column(name, extent) for name in header]
        if not header:
            hint = "its first row names constants, each other row has their values in a run"
            self.page.wrong("S3C712", "the table has no header", self.source.span(*extent), hint)
        if len(self.page.found) > before or None in columns:
            return (), ()
        rows = self._rows(lines, len(columns))
        if not rows and len(self.page.found) == before:
            span = self.source.span(*extent)
            self.page.wrong("S3C710", "the table has no runs", span, "write a row for each run")
        return tuple(self._parameters([each for each in columns if each], rows, extent)), rows

    def _lines(self, separator: str) -> Iterator[tuple[list[str], Extent]]:
        """The cells of each row that is not empty, and where it stands."""
        at = 0

        def lines() -> Iterator[str]:
            nonlocal at
            for line in io.StringIO(self.source.text, newline=""):
                at += len(line)
                yield line

        start = 0
        for cells in csv.reader(lines(), delimiter=separator, strict=True):
            end = max(start + len(self.source.text[start:at].rstrip()), start + 1)
            if any(map(str.strip, cells)):
                yield [cell.strip() for cell in cells], (start, end)
            start = at

    def _entry(self, extent: Extent) -> Entry:
        return Entry(Page(self.source, Places({}, {(): extent}), self.page.found), (), "")

    def _column(self, name: str, extent: Extent) -> Parameter | None:
        """What a column varies, its distribution still to be found."""
        entry = self._entry(extent)
        if not name:
            entry.wrong("S3C712", "a column has no name", "name a constant, or leave it out")
            return None
        constants = self.names.constants(entry, name)
        if not constants:
            return None
        is_group = fold(name) in self.names.groups
        is_factor = is_group or set(constants) <= set(self.factors)
        found = None if is_group else self.names.model.select(constants[0])
        if found and found.place is None and found.variable.axes and not is_factor:
            hint = f"name one, such as “{columns_of(found.variable)[0]}”"
            entry.wrong("S3C705", f"“{constants[0]}” has many elements", hint)
            return None
        shown = name if is_group else constants[0]
        return Parameter(shown, constants, Uniform(0.0, 1.0), is_factor, entry.span)

    def _rows(self, lines: Iterator[tuple[list[str], Extent]], width: int) -> Rows:
        """The numbers of each run."""
        rows: list[tuple[float | None, ...]] = []
        above: tuple[float | None, ...] = (None,) * width
        for cells, extent in lines:
            if any(cells[width:]):
                message = f"the row has {len(cells)} cells, and the header {width}"
                self.page.wrong("S3C712", message, self.source.span(*extent), "name every column")
            elif (len(rows) + 1) * width > MOST_NUMBERS:
                message = f"the table has more than {MOST_NUMBERS} numbers"
                self.page.wrong("S3C711", message, self.source.span(*extent), "take fewer runs")
                break
            else:
                padded = (*cells, *[""] * (width - len(cells)))
                above = tuple(
                    self._number(cell, extent) if cell else before
                    for cell, before in zip(padded, above, strict=False)
                )
                rows.append(above)
        return tuple(rows)

    def _number(self, cell: str, extent: Extent) -> float | None:
        try:
            number = float(cell) if cell.isascii() and "_" not in cell else math.nan
        except ValueError:
            number = math.nan
        if abs(number) <= _LARGEST_NUMBER:
            return number
        message = f"“{printable(cell[:_LONGEST_CELL])}” is no number of usual size"
        hint = "write numbers with a point, as 0.25 or 2.5e-1"
        self.page.wrong("S3C712", message, self.source.span(*extent), hint)
        return None

    def _parameters(
        self, columns: list[Parameter], rows: Rows, extent: Extent
    ) -> Iterator[Parameter]:
        """The parameters, uniform from their least to their largest number."""
        owners: dict[str, str] = {}
        for number, each in enumerate(columns):
            claim(self._entry(extent), each, owners)
            values = [row[number] for row in rows]
            known = [value for value in values if value is not None]
            spread = Uniform(min(known, default=0.0), max(known, default=0.0))
            yield replace(each, distribution=spread)
