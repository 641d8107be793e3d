"""Opening a file that has cells, by what it holds and not by what it is called."""

from __future__ import annotations

from pathlib import Path

from ..errors import RunError, bad_file
from ..files import open_file
from .archive import Archive
from .books import Book, damaged
from .delimited import delimited_book
from .finding import WORKBOOKS
from .ods import ods_book
from .points import bad_data
from .small_text import delimiter_for
from .xls import xls_book
from .xlsx import xlsx_book

__all__ = ["is_workbook", "open_book", "workbook"]

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# How a sheet starts that Excel wrote before it put several in a file.
_OLD = tuple(bytes((9, version)) for version in (0, 2, 4, 8))
_HEAD = 8


def open_book(path: Path, file: str, delimiter: str) -> Book:
    """Open a workbook, or a file of text, and read it from one opening.

    Args:
        path: where it is, which is no link.
        file: what it is called in messages.
        delimiter: between the cells if it is text; a comma if this is empty and its name ends in
            `.csv`, and else a tab.

    Raises:
        RunError: S3C606, it cannot be opened. S3C607, it cannot be understood.
    """
    try:
        with open_file(path, follow=False) as stream:
            head = stream.read(_HEAD)
            if is_workbook(head) or path.suffix.lower() in WORKBOOKS:
                return workbook(head + stream.read(), file)
            stream.seek(0)
            return delimited_book(stream, file, delimiter_for(path, delimiter))
    except OSError as error:
        reason = error.strerror or str(error)
        raise bad_file(file, f"cannot be read: {reason}", "check its name") from None


def is_workbook(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a workbook."""
    return head.startswith((_ZIP, _OLE, *_OLD))


def workbook(data: bytes, file: str) -> Book:
    """The workbook that the bytes of a file are.

    Raises:
        RunError: S3C606, a package to read it is not there. S3C607, it is none, it is damaged or
            protected by a password, or it would take too much memory.
    """
    try:
        if data.startswith(_ZIP):
            archive = Archive(data, file)
            is_open_document = "content.xml" in archive
            return ods_book(archive) if is_open_document else xlsx_book(archive)
        if data.startswith((_OLE, *_OLD)):
            return xls_book(data, file)
    except RunError:
        raise
    except Exception as error:  # noqa: BLE001 -- a broken file fails anywhere in a library
        raise damaged(file, "", error) from None
    raise bad_data(file, "", *_what_else(data))


def _what_else(data: bytes) -> tuple[str, str]:
    """What a file is that should be a workbook, and the way out."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data:
        return "is empty", "save the workbook anew"
    if start.startswith(b"<"):
        kind = "a web page" if b"<html" in start or b"<!doctype" in start else "a file of XML"
        return f"is {kind}, no workbook", "open it in a spreadsheet program, and save it as .xlsx"
    hint = "save it as .xlsx; if it is text, let its name end in .csv or .tab"
    return "is no workbook", hint
