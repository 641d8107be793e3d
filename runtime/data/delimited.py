"""Tables in files of text, whose cells stand between delimiters, read line by line."""

from __future__ import annotations

import csv
import io
import math
from array import array
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from .books import Book
from .points import bad_data, number_in
from .sheets import Sheet, SheetBuilder

__all__ = ["delimited_book"]

_PIECE = 2**16  # cells of a line that are held as text at once


def delimited_book(stream: BinaryIO, file: str, delimiter: str) -> Book:
    """The one sheet of a file of text, in UTF-8 or else in Windows' Western letters.

    What reads as a number is one. Cells may be quoted, with the quotes in them doubled.

    Args:
        stream: the file, at its start; it is read before this returns.
        file: its path.
        delimiter: one character.

    Raises:
        RunError: S3C607, it is no such text, or the delimiter is none.
    """
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        hint = "give one character, such as , or ; — a tab if nothing is given"
        raise bad_data(file, "", f"cannot be split at “{delimiter}”", hint)
    try:
        sheet = _read(io.TextIOWrapper(stream, "utf-8-sig"), file, delimiter)
    except UnicodeDecodeError:
        stream.seek(0)
        sheet = _read(io.TextIOWrapper(stream, "cp1252", "replace"), file, delimiter)
    if not sheet.n_cells:
        raise bad_data(file, "", "is empty", "save it with its cells")
    return Book(file, ("",), (), lambda _: sheet)


def _read(text: io.TextIOWrapper, file: str, delimiter: str) -> Sheet:
    builder = SheetBuilder()
    row = -1
    column = 0
    try:
        for is_first, is_plain, cells in _pieces(text, delimiter):
            if is_first:
                row, column = row + 1, 0
            _add(builder, row, column, cells, is_plain)
            column += len(cells)
    except csv.Error as error:  # a cell that goes on and on
        hint = "close the quote, and check what separates the cells"
        raise bad_data(file, f"row {row + 2}", str(error), hint) from None
    except _NoTextError:
        hint = "save it as text in UTF-8"
        raise bad_data(file, f"row {row + 2}", "is not text in UTF-8", hint) from None
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise bad_data(file, "", str(error), "leave out what is not needed") from None
    finally:
        text.detach()  # closing the stream is up to who opened it
    return builder.built("")


class _NoTextError(Exception):
    """A line holds what no text does."""


def _pieces(lines: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[bool, bool, list[str]]]:
    """The cells of each row, those of a long one in pieces.

    Each comes with whether its row starts with it, and whether `float` reads no more in it than a
    person does.
    """
    for line in lines:
        if "\0" in line or "\N{REPLACEMENT CHARACTER}" in line:
            raise _NoTextError
        is_plain = line.isascii() and "_" not in line
        if '"' in line:
            # A quoted cell may go on in the next lines, which are taken from the same file.
            yield True, False, next(csv.reader(chain([line], lines), delimiter=delimiter))
            continue
        rest = line.rstrip("\n")
        if len(rest) <= _PIECE:
            yield True, is_plain, rest.split(delimiter)
            continue
        start, is_first = 0, True
        while start >= 0:
            end = rest.find(delimiter, start + _PIECE)
            yield is_first, is_plain, rest[start : end if end >= 0 else None].split(delimiter)
            start, is_first = end + 1 if end >= 0 else -1, False


def _add(builder: SheetBuilder, row: int, column: int, cells: list[str], is_plain: bool) -> None:
    """Add cells side by side; where all are numbers, at once."""
    if is_plain:
        try:
            numbers = array("d", map(float, cells))
        except ValueError:  # there are blanks, or text
            pass
        else:
            if all(map(math.isfinite, numbers)):
                builder.add_numbers(row, column, numbers)
                return
    for place, cell in enumerate(cells, column):
        if not cell or cell.strip() in ("", ":NA:"):
            continue
        try:
            if not is_plain:
                number_in(cell)  # refuses what `float` would take
            number = float(cell)
        except ValueError:
            builder.add(row, place, cell)
        else:
            builder.add(row, place, number if math.isfinite(number) else cell)
