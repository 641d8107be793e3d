"""Workbooks of Office Open XML: `.xlsx` and `.xlsm`; of formulas, the values kept with them."""

from __future__ import annotations

import io
from contextlib import redirect_stdout, suppress
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import Any
from warnings import catch_warnings
from xml.parsers.expat import ExpatError

from ..errors import bad_file
from .archive import Archive
from .books import Book, Name, worth_keeping
from .cells import MOST_ROWS, Area
from .points import bad_data
from .sheets import Sheet, SheetBuilder, Value

__all__ = ["xlsx_book"]

_COLUMNS = 16384
_MOST_PLACES = 2**27  # up to the last cell of each row: to look at them takes some seconds
_MOST_ELEMENTS = 2**20 + 2**18  # all rows of a sheet, and all cells of the row that is read
_FORGOTTEN = frozenset(("row", "si"))
"""Rows and shared texts: when they end, openpyxl forgets the elements that they consist of."""
_WEIGHTS = {"xf": 8}
"""What takes openpyxl much longer than other elements: formats, of which Excel has 65490."""
_LONGEST_FORMAT = 512  # twice what Excel allows; to read it takes the square of its length
_MOST_STEPS = 2**30  # to read a name takes the square of the length of what it means
_CONTENTS, _WORKBOOK, _BINARY = "[Content_Types].xml", "xl/workbook.xml", "xl/workbook.bin"
_STRICT = b"http://purl.oclc.org/ooxml/"


def xlsx_book(archive: Archive) -> Book:
    """The sheets of a workbook, each read when it is asked for.

    Raises:
        RunError: S3C606, the package `openpyxl` is not there. S3C607, it is no workbook.
    """
    for part in archive:
        with suppress(ExpatError):  # a picture, say; a sheet that is no XML fails when it is read
            archive.read(part, _Standing())
    book = _loaded(archive)
    sheets = {sheet.title: sheet for sheet in reversed(book.worksheets)}
    if not sheets and _WORKBOOK in archive and _STRICT in archive.bytes_of(_WORKBOOK, 2**12):
        hint = "save it as .xlsx that is not “strict”"
        raise bad_data(archive.file, "", "is a workbook of “Strict Open XML”", hint)
    names = [_name(each, None) for each in book.defined_names.values()]
    for sheet in book.worksheets:
        names += [_name(each, sheet.title) for each in sheet.defined_names.values()]
    order = dict.fromkeys(sheet.title for sheet in book.worksheets)
    return Book(archive.file, tuple(order), tuple(names), lambda name: _sheet(sheets[name]))


def _loaded(archive: Archive) -> Any:
    """The workbook as openpyxl has it, of which no cell is read yet."""
    if _BINARY in archive:
        raise bad_data(archive.file, "", "is a binary workbook", "save it as .xlsx")
    no_workbook = bad_data(archive.file, "", "is no workbook", "save it as .xlsx anew")
    if _CONTENTS not in archive:
        raise no_workbook
    try:
        openpyxl: Any = import_module("openpyxl")
    except ImportError:
        why, hint = "cannot be read without openpyxl", "pip install 's3c[data]'"
        raise bad_file(archive.file, why, hint) from None
    try:
        # Of some formats it prints that they are out of range.
        with catch_warnings(action="ignore"), redirect_stdout(None):
            return openpyxl.load_workbook(
                io.BytesIO(archive.data), read_only=True, data_only=True, keep_links=False
            )
    except OSError:  # there are parts, but no workbook among them
        raise no_workbook from None


class _Standing:
    """Counts what stands in memory together while a part is read, and what takes long.

    Raises:
        ValueError: there is more than a spreadsheet needs.
    """

    def __init__(self) -> None:
        self._count = self._name = self._steps = 0
        self._marks: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += _WEIGHTS.get(name, 1)
        if self._count > _MOST_ELEMENTS:
            raise ValueError(f"has a part of more than {_MOST_ELEMENTS} elements of XML")
        if len(attributes.get("formatCode", "")) > _LONGEST_FORMAT:
            raise ValueError(f"has a number format of more than {_LONGEST_FORMAT} characters")
        if name in _FORGOTTEN:
            self._marks.append(self._count)
        self._name = 0

    def end(self, name: str) -> None:
        if name in _FORGOTTEN:
            self._count = self._marks.pop()
        elif name == "definedName":
            self._steps += self._name**2
            if self._steps > _MOST_STEPS:
                raise ValueError("has names of areas that are too long")

    def text(self, text: str) -> None:
        self._name += len(text)


def _name(defined: Any, scope: str | None) -> Name:
    """A defined name, which may be known in one sheet only, and may be no area."""
    try:
        area = _area(defined)
    except Exception:  # noqa: BLE001 -- openpyxl fails in many ways at what is no area
        area = None
    return Name(defined.name, scope, area)


def _area(defined: Any) -> Area | None:
    [(sheet, cells)] = defined.destinations
    if defined.is_external or not cells or not defined.value.endswith(cells):
        return None
    boundaries: Any = import_module("openpyxl.utils").range_boundaries
    left, top, right, bottom = boundaries(cells)
    if not (left and top) and ":" not in cells:
        return None  # the name of something in a sheet
    rows = range((top or 1) - 1, bottom or MOST_ROWS)
    columns = range((left or 1) - 1, right or _COLUMNS)
    there = 0 <= rows.start < rows.stop <= MOST_ROWS and columns.start < columns.stop
    return Area(sheet.replace("''", "'"), rows, columns) if there else None


def _sheet(sheet: Any) -> Sheet:
    """The cells of a sheet, whatever it says about its size."""
    sheet.reset_dimensions()
    builder, places = SheetBuilder(), 0
    with catch_warnings(action="ignore"):
        for row, contents in enumerate(sheet.iter_rows(values_only=True)):
            places += len(contents)
            if row >= MOST_ROWS:
                raise ValueError(f"has more than {MOST_ROWS} rows")
            if places > _MOST_PLACES:
                raise ValueError(f"has more than {_MOST_PLACES} cells, blank ones counted")
            for column, content in enumerate(contents):
                if content is not None and (value := worth_keeping(_value(content))) is not None:
                    builder.add(row, column, value)
    return builder.built(sheet.title)


def _value(content: object) -> Value:
    """What a cell holds, as books have it."""
    match content:
        case bool():
            return str(content).upper()
        case int() | float():
            return float(content)
        case datetime() if content.time() == time():
            return str(content.date())
        case timedelta():
            seconds = round(content.total_seconds())
            return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case str() | date() | time():
            return str(content)
        case _:
            return None
