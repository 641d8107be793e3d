"""TABBED ARRAY( … ): numbers parted by blanks, rows parted by line ends (reference B.3)."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from . import messages
from .misread import Misread
from .tree import Extent

if TYPE_CHECKING:
    from lark import Token

__all__ = ["tabbed_rows"]

# A broken line and a comment are blanks like any other, and part no rows.
_PIECE = re.compile(
    r"(?P<gap>\\[ \t]*(?:\r\n|\r|\n)|\{[^{}]*\}|[^\S\r\n]+)|(?P<row>[\r\n]+)|(?P<cell>[^\s\\{]+|.)"
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?", re.IGNORECASE)


def tabbed_rows(array: Token) -> tuple[tuple[float | None, ...], ...]:
    """The numbers between the parentheses. Raises Misread at the first that is none."""
    rows: list[list[float | None]] = [[]]
    for piece in _PIECE.finditer(array, array.index("(") + 1, len(array) - 1):
        if piece.lastgroup == "row":
            rows.append([])
        elif piece.lastgroup == "cell":
            offset = array.start_pos or 0
            extent = Extent(offset + piece.start(), offset + piece.end())
            rows[-1].append(_cell(piece.group(), extent))
    return tuple(tuple(row) for row in rows if row)


def _cell(text: str, extent: Extent) -> float | None:
    if text.upper() == ":NA:":
        return None
    if not _NUMBER.fullmatch(text):
        raise Misread(extent, messages.not_a_number)
    value = float(text)
    if math.isinf(value):
        raise Misread(extent, messages.number_too_large)
    return value
