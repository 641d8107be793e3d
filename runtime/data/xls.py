"""Workbooks of old Excel: `.xls`; of formulas, the values kept with them."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

from ..errors import RunError, bad_file
from .archive import locked
from .books import Book, Name, worth_keeping
from .cells import Area
from .compound import SIGNATURE, streams
from .dates import dated
from .points import bad_data
from .sheets import Sheet, SheetBuilder, Value

__all__ = ["xls_book"]

_WORKBOOK = ("workbook", "book")
"""What the stream of a workbook is called, the newer form first."""
_LOCKED = "encryptedpackage"
"""What the stream of a newer workbook that has a password is called."""


def xls_book(data: bytes, file: str) -> Book:
    """The sheets of a workbook, each read when it is asked for.

    Raises:
        RunError: S3C606, the package `xlrd` is not there. S3C607, it is protected by a password.
    """
    if data.startswith(SIGNATURE):
        # What xlrd makes of a broken compound file may take forever: it gets the stream alone.
        found = streams(data, (*_WORKBOOK, _LOCKED))
        if _LOCKED in found:
            raise locked(file)
        data = next((found[name] for name in _WORKBOOK if name in found), b"")
        if not data:
            raise bad_data(file, "", "holds no workbook", "save it as .xlsx")
    try:
        xlrd: Any = import_module("xlrd")
    except ImportError:
        raise bad_file(file, "cannot be read without xlrd", "pip install 's3c[data]'") from None
    try:
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True
        )
    except xlrd.XLRDError as error:
        raise _refused(file, str(error)) from None
    names = tuple(_name(each, book) for each in book.name_obj_list)
    return Book(file, tuple(book.sheet_names()), names, lambda name: _sheet(xlrd, book, name))


def _refused(file: str, why: str) -> RunError:
    if "encrypted" in why:
        return locked(file)
    hint = "open it in the program that wrote it, and save it anew"
    return bad_data(file, "", "is damaged, or no workbook that can be read", hint)


def _name(named: Any, book: Any) -> Name:
    """A defined name, which may be known in one sheet only, and may be no area."""
    sheets = book.sheet_names()
    scope = sheets[named.scope] if 0 <= named.scope < len(sheets) else None
    result = named.result
    references = result.value if result is not None else None
    if not (isinstance(references, list) and len(references) == 1):
        return Name(named.name, scope, None)
    coordinates = getattr(references[0], "coords", None)
    if coordinates is None:
        return Name(named.name, scope, None)
    sheet, after, top, bottom, left, right = coordinates
    is_area = 0 <= sheet < len(sheets) and after == sheet + 1 and top < bottom and left < right
    area = Area(sheets[sheet], range(top, bottom), range(left, right)) if is_area else None
    return Name(named.name, scope, area)


def _sheet(xlrd: Any, book: Any, name: str) -> Sheet:
    sheet = book.sheet_by_name(name)
    builder = SheetBuilder()
    for row in range(sheet.nrows):
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        for column, (kind, written) in enumerate(zip(kinds, values, strict=True)):
            value = worth_keeping(_value(xlrd, book, kind, written))
            if value is not None:
                builder.add(row, column, value)
    book.unload_sheet(name)
    return builder.built(name)


def _value(xlrd: Any, book: Any, kind: int, written: Any) -> Value:
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if kind == xlrd.XL_CELL_NUMBER:
        return float(written)
    if kind == xlrd.XL_CELL_DATE:
        return dated(float(written), book.datemode == 1)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if written else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(written, "#ERROR"))
    return str(written)
