"""What the builders of both grammars make of tokens: their places, and their numbers."""

from __future__ import annotations

import math

from lark import Token

from . import messages
from .misread import Misread
from .tree import Extent

__all__ = ["at", "between", "number"]


def at(token: Token) -> Extent:
    """Where a token stands."""
    # Lark sets both places on every token that its lexer makes.
    return Extent(token.start_pos or 0, token.end_pos or 0)


def between(first: Extent, last: Extent) -> Extent:
    """From the start of one place to the end of another."""
    return Extent(first.start, last.end)


def number(token: Token) -> float:
    """The number that a token spells.

    Raises:
        Misread: it is too large.
    """
    value = float(token)
    if math.isinf(value):
        raise Misread(at(token), messages.number_too_large)
    return value
