"""Equations' texts, parsed: each once, whatever file it stands in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ..diagnostics import Diagnostic
from ..source import Source
from ..syntax import Expression, Extent
from ..syntax.depth import check_depth
from ..syntax.misread import Misread
from . import messages
from .build import Numbers, parse_text
from .names import LONGEST_NAME

__all__ = ["Problem", "is_blank", "parse_equation"]

_COMMENT = re.compile(r"\{[^{}]*\}")
# “a b” can only go on as a function's name, written with blanks.
_AFTER_TWO_NAMES = frozenset({"LPAR", "NAME"})
_LAST_WORD = re.compile(r'"[^"]*"\Z|[^\s"]+\Z')
_PLACEHOLDER = re.compile(r"\s*\?\?\?\s*")


Problem: TypeAlias = Diagnostic
"""A finding whose span counts from the start of the equation's text."""


def is_blank(text: str) -> bool:
    """Whether a text holds nothing but blanks and comments."""
    return not _COMMENT.sub("", text).strip()


@lru_cache(maxsize=2**14)
def parse_equation(text: str) -> Expression | Numbers | Problem:
    """An equation's text. Extents, and a problem's span, count from its start."""
    source = Source("equation", text)
    if _PLACEHOLDER.fullmatch(text):
        start = text.index("?")
        return messages.no_expression(source.span(start, start + 3))
    try:
        found = parse_text(text)
        if not isinstance(found, Numbers):
            check_depth(found)
    except Misread as misread:
        return misread.tell(source.span(misread.extent.start, misread.extent.end))
    except UnexpectedInput as error:
        return _told(error, source)
    return found


def _told(error: UnexpectedInput, source: Source) -> Problem:
    if isinstance(error, UnexpectedCharacters):
        place = error.pos_in_stream or 0
        return messages.unknown_letter(source.span(place, place + 1))
    token = error.token if isinstance(error, UnexpectedToken) else None
    if isinstance(error, UnexpectedToken) and error.accepts and error.accepts <= _AFTER_TWO_NAMES:
        before = source.text[: token.start_pos if token and token.start_pos else None].rstrip()
        word = _LAST_WORD.search(before, max(0, len(before) - LONGEST_NAME))
        if word:
            return messages.missing_operator(source.span(*word.span()))
    if token is None or token.type == "$END":
        end = len(source.text.rstrip())
        return messages.unexpected_end(source.span(max(0, end - 1), end))
    extent = Extent(token.start_pos or 0, token.end_pos or 0)
    return messages.unexpected(source.span(extent.start, extent.end), str(token))
