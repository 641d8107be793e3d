"""Workbooks of OpenDocument: `.ods`; of formulas, the values kept with them."""

from __future__ import annotations

import re

from .archive import Archive, locked
from .books import Book, Name, worth_keeping
from .cells import Area, Cell, address
from .sheets import MOST_CELLS, Sheet, SheetBuilder

__all__ = ["ods_book"]

_ENDLESS = 10**9  # more than any sheet has: blank cells may say so, others not
_MANIFEST = "META-INF/manifest.xml"
_SHEET = r"\$?(?:'(?:[^']|'')*'|[^.':]*)"
_RANGE = re.compile(rf"({_SHEET})\.([$A-Za-z0-9]+)(?::(?:{_SHEET})\.([$A-Za-z0-9]+))?")


def ods_book(archive: Archive) -> Book:
    """The sheets of a workbook, which stand in `content.xml`, and so are read together."""
    manifest = archive.bytes_of(_MANIFEST, 2**20) if _MANIFEST in archive else b""
    if b"encryption-data" in manifest:
        raise locked(archive.file)
    reader = _Content()
    archive.read("content.xml", reader)
    sheets = {sheet.name: sheet for sheet in reversed(reader.sheets)}
    names = tuple(sheet.name for sheet in reader.sheets)
    return Book(archive.file, names, tuple(reader.names), sheets.__getitem__)


class _Content:
    """Reads all sheets, and the names of areas."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.names: list[Name] = []
        self._sheet: str | None = None
        self._builder = SheetBuilder()
        self._row = self._column = 0
        self._row_count = self._cell_count = 1
        self._cells: list[tuple[int, int, float | str]] = []  # column, how often, value
        self._in_cell = 0  # how deep: a cell may hold a table
        self._value: float | str | None = None
        self._pieces: list[str] = []
        self._paragraphs = 0
        self._skipped = 0  # how deep in notes and drawings, whose text is not the cell's
        self._reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._in_cell:
            self._start_inside(name, attributes)
            return
        match name:
            case "table" if self._sheet is None:
                self._sheet = attributes.get("table:name", "")
                self._builder, self._row = SheetBuilder(), 0
            case "table-row" if self._sheet is not None:
                self._row_count = _count(attributes, "table:number-rows-repeated")
                self._column, self._cells = 0, []
            case "table-cell" | "covered-table-cell" if self._sheet is not None:
                self._in_cell = 1
                self._cell_count = _count(attributes, "table:number-columns-repeated")
                self._value = _value(attributes)
                self._pieces, self._paragraphs = [], 0
            case "named-range":
                reference = attributes.get("table:cell-range-address", "")
                name = attributes.get("table:name", "")
                self.names.append(Name(name, self._sheet, area_in(reference)))

    def _start_inside(self, name: str, attributes: dict[str, str]) -> None:
        """An element within a cell starts."""
        self._in_cell += 1
        if self._skipped:
            self._skipped += 1
            return
        match name:
            case "annotation" | "table" | "frame" | "custom-shape" | "g" | "ruby-text":
                self._skipped = 1
            case "p":
                self._pieces += ["\n"] if self._paragraphs else []
                self._paragraphs += 1
                self._reading = True
            case "s":
                self._pieces.append(" " * min(_count(attributes, "text:c"), 1000))
            case "tab":
                self._pieces.append("\t")
            case "line-break":
                self._pieces.append("\n")

    def end(self, name: str) -> None:
        if self._in_cell:
            self._in_cell -= 1
            if self._skipped:
                self._skipped -= 1
            elif name == "p":
                self._reading = False
            if not self._in_cell:
                self._end_cell()
            return
        match name:
            case "table-row":
                self._end_row()
            case "table" if self._sheet is not None:
                self.sheets.append(self._builder.built(self._sheet))
                self._sheet = None

    def text(self, text: str) -> None:
        if self._reading and not self._skipped:
            self._pieces.append(text)

    def _end_cell(self) -> None:
        value = worth_keeping("".join(self._pieces) if self._value is None else self._value)
        if value is not None:
            self._cells.append((self._column, self._cell_count, value))
        self._column += self._cell_count

    def _end_row(self) -> None:
        count = sum(times for _, times, _ in self._cells)
        if count * self._row_count > MOST_CELLS:
            raise ValueError(f"has more than {MOST_CELLS} cells")
        if count:
            for row in range(self._row, self._row + self._row_count):
                for column, times, value in self._cells:
                    for k in range(times):
                        self._builder.add(row, column + k, value)
        self._row += self._row_count


def _count(attributes: dict[str, str], name: str) -> int:
    """How often something stands there: once if it is not said."""
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdigit()):
        return 1
    digits = text.lstrip("0")
    return int(digits or 0) if len(digits) < len(str(_ENDLESS)) else _ENDLESS


def _value(attributes: dict[str, str]) -> float | str | None:
    """What a cell says that it holds; None if only its text does."""
    match attributes.get("office:value-type", ""):
        case "float" | "percentage" | "currency":
            return float(attributes["office:value"])
        case "date":
            return attributes.get("office:date-value")
        case "time":
            return _clock(attributes.get("office:time-value", ""))
        case "boolean":
            return attributes.get("office:boolean-value", "").upper()
        case "string":
            return attributes.get("office:string-value")
        case _:
            return None


def _clock(written: str) -> str:
    """A time of day as other programs show it: `PT06H00M00S` is 06:00:00."""
    found = re.fullmatch(r"PT([0-9]+)H([0-9]+)M([0-9]+)(?:[.,][0-9]*)?S", written)
    return ":".join(found.groups()) if found else written


def area_in(reference: str) -> Area | None:
    """The area that a text such as `$'My sheet'.$A$1:.$B$5` names; None if it is none."""
    found = _RANGE.fullmatch(reference)
    if not found:
        return None
    sheet = found[1].removeprefix("$")
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    first, last = address(found[2]), address(found[3] or found[2])
    if not (isinstance(first, Cell) and isinstance(last, Cell)):
        return None
    rows, columns = sorted((first.row, last.row)), sorted((first.column, last.column))
    return Area(sheet, range(rows[0], rows[1] + 1), range(columns[0], columns[1] + 1))
