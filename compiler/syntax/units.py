"""Field 2: a unit expression, kept as text, and the range that may follow (reference A.3)."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..source import Source
from . import messages
from .spelling import BREAK, COMMENT
from .tree import Units

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic

__all__ = ["parse_units"]

_FIELD = re.compile(r"(?P<text>[^\[\]]*?)(?P<range>\[(?P<bounds>[^\[\]]*)\]\s*)?", re.DOTALL)
_BOUND = re.compile(r"\?|[+-]?\s*(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?", re.IGNORECASE)
_MOST_BOUNDS = 3


@lru_cache(maxsize=4096)
def parse_units(text: str) -> tuple[Units, tuple[Diagnostic, ...]]:
    """Read the field's text alone: the diagnostics' spans count from its start."""
    field = _FIELD.fullmatch(text)
    if field is None:
        return _unreadable(text, text.find("["), len(text))
    units = _plain(field["text"])
    if field["bounds"] is None:
        return Units(units), ()
    try:
        bounds = [_bound(_plain(each)) for each in field["bounds"].split(",")]
    except ValueError:
        return _unreadable(text, *field.span("range"))
    if len(bounds) > _MOST_BOUNDS:
        return _unreadable(text, *field.span("range"))
    return Units(units, *bounds), ()


def _plain(text: str) -> str:
    return BREAK.sub(" ", COMMENT.sub(" ", text)).strip()


def _bound(text: str) -> float | None:
    """A bound, or none: “?”, and what other tools write for it, “inf” and “nan”."""
    if text in ("?", "") or text.lstrip("+-").lower() in ("inf", "infinity", "nan"):
        return None
    if not _BOUND.fullmatch(text):
        raise ValueError(text)
    value = float(text.replace(" ", ""))
    return value if math.isfinite(value) else None


def _unreadable(text: str, start: int, end: int) -> tuple[Units, tuple[Diagnostic, ...]]:
    place = max(0, start)
    span = Source("units", text).span(place, max(place, place + len(text[place:end].rstrip())))
    return Units(_plain(text[:place])), (messages.unreadable_range(span),)
