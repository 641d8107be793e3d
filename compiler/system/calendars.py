"""The calendar of a model, from its settings (reference A.10), and the function that tells it."""

from __future__ import annotations

import re
from dataclasses import replace

from s3c.runtime import Builtin, Calendar, TimeUnit, fold

from .. import syntax
from ..diagnostics import Diagnostic
from ..syntax import Document
from . import lists, messages
from .settings import line_span

__all__ = ["calendar", "told_by", "unreadable"]

# The settings' lines with the date of time 0, in this order, and what each may be.
_DATE = {"37": (-999_999, 999_999), "38": (1, 12), "39": (1, 31)}
_UNIT = "40"
_MEANINGS = {"37": "year", "38": "month", "39": "day", "40": "unit of time, by its number"}
# What line 40 says; models that were seen have 0, 2, 3, 4, 6 and 7, each with these units of time.
_UNITS = tuple(TimeUnit)
_NUMBER = re.compile(r"\s*(-?[0-9]{1,9})\s*")
# What GET TIME VALUE reads besides its arguments, by what it is relative to.
_READS = {0.0: "time", 1.0: "initial_time", 2.0: "clock"}


def calendar(document: Document, time_units: str) -> Calendar:
    """The calendar that the settings give.

    Where they are silent, time 0 is January 1 of 2000, as in a new model of Vensim's, and the
    unit is that of TIME STEP, a month if that is none.
    """
    lines = dict(
        line for part in document.parts if isinstance(part, syntax.Settings) for line in part.lines
    )
    unit = _number(lines.get(_UNIT), 0, len(_UNITS) - 1)
    known = _unit_named(time_units) if unit is None else _UNITS[unit]
    date = (_number(lines.get(code), *bounds) for code, bounds in _DATE.items())
    usual = Calendar(known)
    year, month, day = (
        default if found is None else found
        for found, default in zip(date, (usual.year, usual.month, usual.day), strict=True)
    )
    return Calendar(known, year, month, day)


def unreadable(document: Document) -> tuple[Diagnostic, ...]:
    """The lines of the settings that should say something of the calendar, and do not."""
    bounds = {**_DATE, _UNIT: (0, len(_UNITS) - 1)}
    found: dict[str, Diagnostic] = {}  # by the code of the line: there should be one of each
    for part in document.parts:
        if not isinstance(part, syntax.Settings):
            continue
        for code, value in part.lines:
            if code in bounds and code not in found and _number(value, *bounds[code]) is None:
                span = line_span(part, code, value) or part.span
                found[code] = messages.no_calendar(_MEANINGS[code], *bounds[code], span)
    return tuple(found.values())


def _number(text: str | None, least: int, most: int) -> int | None:
    found = _NUMBER.fullmatch(text or "")
    number = int(found[1]) if found else None
    return number if number is not None and least <= number <= most else None


def _unit_named(units: str) -> TimeUnit:
    word = fold(units).rstrip("s")
    return next((each for each in TimeUnit if each == word), TimeUnit.MONTH)


def told_by(builtin: Builtin, node: syntax.Call) -> Builtin:
    """GET TIME VALUE with those things to read that a call needs.

    What is relative to the computer's clock alone is the same all through a run: a constant, which
    NOISE SEED must be.
    """
    relative_to = lists.signed_number(node.arguments[0]) if node.arguments else None
    if relative_to in _READS:
        return replace(builtin, implicit=(_READS[relative_to],), held=_READS[relative_to] == "time")
    return replace(builtin, implicit=tuple(_READS.values()), held=True)
