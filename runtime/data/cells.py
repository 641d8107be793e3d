"""Addresses of cells in a sheet, as people write them: `B2`, `$B$2`, a column `A`, a row `4`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Address",
    "Area",
    "Cell",
    "Column",
    "Row",
    "address",
    "column_letters",
    "column_number",
    "spelled",
    "without_star",
]

MOST_ROWS = 1048576
"""The last row that an address may name, in any program."""
MOST_COLUMNS = 18278
"""The last column that an address may name, `ZZZ`; what most programs can hold is less."""

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_COLUMN = re.compile(r"\$?([A-Za-z]{1,3})")
_ROW = re.compile(r"\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; both numbers count from 0."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Column:
    """All cells of a column, which counts from 0."""

    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """All cells of a row, which counts from 0."""

    row: int


Address: TypeAlias = Cell | Column | Row


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells in a sheet, which a workbook gives a name."""

    sheet: str
    rows: range
    """From 0, without steps, not empty."""
    columns: range
    """From 0, without steps, not empty."""


def address(text: str) -> Address | None:
    """The place that a text names; None if it is no address, and so may be a name.

    >>> address("$b$2"), address("A"), address("4"), address("time")
    (Cell(row=1, column=1), Column(column=0), Row(row=3), None)
    """
    text = text.strip()
    if found := _CELL.fullmatch(text):
        row = int(found[2])
        return Cell(row - 1, column_number(found[1])) if 0 < row <= MOST_ROWS else None
    if found := _COLUMN.fullmatch(text):
        return Column(column_number(found[1]))
    if found := _ROW.fullmatch(text):
        row = int(found[1])
        return Row(row - 1) if 0 < row <= MOST_ROWS else None
    return None


def without_star(text: str) -> tuple[str, bool]:
    """An address without the star at its end, and whether there was one, which transposes.

    >>> without_star("b2*")
    ('b2', True)
    """
    text = text.strip()
    return (text[:-1].rstrip(), True) if text.endswith("*") else (text, False)


def column_number(letters: str) -> int:
    """Which column the letters name, from 0.

    >>> column_number("A"), column_number("aa")
    (0, 26)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(column: int) -> str:
    """The letters of a column, which counts from 0.

    >>> column_letters(25), column_letters(26)
    ('Z', 'AA')
    """
    letters, number = "", column + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def spelled(row: int, column: int) -> str:
    """How a person finds a cell, by its row and column from 0.

    >>> spelled(4, 2)
    'C5'
    """
    return f"{column_letters(column)}{row + 1}"
