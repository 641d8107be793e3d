"""Dates in spreadsheets, which are numbers that are shown in another way."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

__all__ = ["dated", "looks_dated"]

_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?|[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\..*)?")
_LAST = 2958466.0  # the day after the last of the year 9999


def dated(number: float, from_1904: bool) -> float | str:
    """The date that a number of days shows, as text; the number if it is none.

    >>> dated(43831.5, False), dated(0.25, False)
    ('2020-01-01 12:00:00', '06:00:00')
    """
    if not 0 <= number < _LAST:
        return number
    if number < 1:
        return str((datetime(1900, 1, 1) + timedelta(seconds=round(number * 86400))).time())
    # Spreadsheets count a 29 February 1900, which never was.
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31 if number < 60 else 30)
    try:
        moment = start + timedelta(seconds=round(number * 86400))
    except OverflowError:
        return number
    return str(moment.date()) if float(number).is_integer() else str(moment)


def looks_dated(text: str) -> bool:
    """Whether a text is a date or a time, as `dated` writes it."""
    return _DATED.fullmatch(text) is not None
