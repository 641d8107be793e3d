"""The calendar of a model, and what the language tells of it: years, weekdays, hours.

A moment is a day, counted from January 1 of the year 0 (1 BC), and the seconds gone of it. Days are
those of the Gregorian calendar, carried on to before it was made and to before the year 1; models
that count years, quarters or months have years of twelve months of thirty days. Python's own
`datetime` knows neither.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from .contract import CLOCK
from .errors import cannot_set
from .registry import builtin

if TYPE_CHECKING:
    from datetime import datetime

    from .contract import CompiledModel

__all__ = ["Calendar", "Date", "Moment", "TimeUnit", "get_time_value", "start_clock"]

_DAY = 86_400.0
_DAYS_IN_400_YEARS = 146_097
_FIRST_OF_MARCH = 60  # of the year 0, which is a leap year: the days before it
_SATURDAY = 6  # January 1 of the year 0, of the week that begins on Sunday with 0
_MODULO = 500_000


class TimeUnit(StrEnum):
    """What a model counts time in."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"
    SECOND = "second"


_DAYS = {
    TimeUnit.YEAR: 360.0,
    TimeUnit.QUARTER: 90.0,
    TimeUnit.MONTH: 30.0,
    TimeUnit.WEEK: 7.0,
    TimeUnit.DAY: 1.0,
    TimeUnit.HOUR: 1 / 24,
    TimeUnit.MINUTE: 1 / 1440,
    TimeUnit.SECOND: 1 / _DAY,
}
_SECONDS = {unit: round(days * _DAY) for unit, days in _DAYS.items()}
_EVEN = (TimeUnit.YEAR, TimeUnit.QUARTER, TimeUnit.MONTH)  # of which each is as long as another


class Date(NamedTuple):
    """A year, of which 0 is 1 BC; a month from 1 to 12; a day from 1."""

    year: int
    month: int
    day: int


class Moment(NamedTuple):
    """A day, counted from January 1 of the year 0, and the seconds gone of it."""

    day: int
    second: float
    even: bool = False
    """Whether months are counted as thirty days each."""

    @property
    def date(self) -> Date:
        """The day's date."""
        return _even_date(self.day) if self.even else _date(self.day)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What date a model's time is: time 0 is the beginning of a day, `unit` what time counts."""

    unit: TimeUnit = TimeUnit.MONTH
    year: int = 2000
    month: int = 1
    day: int = 1

    def moment(self, time: float) -> Moment:
        """The moment of a time, in the model's time unit.

        Errors: the time is infinite, or so large that it is in seconds.
        """
        even = self.unit in _EVEN
        base = Date(self.year, self.month, self.day)
        first = _even_day(base) if even else _day(base)
        seconds = time * _SECONDS[self.unit]
        # A time carries rounding, which must not make of noon the last second before it.
        whole = round(seconds)
        if abs(seconds - whole) < 1e-6 + 1e-13 * abs(seconds):
            seconds = float(whole)
        days = math.floor(seconds / _DAY)
        return Moment(first + days, seconds - days * _DAY, even)


def seconds_of(clock: datetime) -> float:
    """The seconds from the beginning of the year 0 to a date and time, as a clock shows it."""
    day = clock.toordinal() + 365  # `datetime` counts January 1 of the year 1 as day 1
    return (
        day * _DAY + (clock.hour * 60 + clock.minute) * 60 + clock.second + clock.microsecond / 1e6
    )


def start_clock(
    model: CompiledModel, clock: datetime | None
) -> tuple[datetime | None, dict[str, float]]:
    """When a run starts, and that as the parameter of a model that asks, by its Python name.

    Args:
        model: a compiled model.
        clock: what the clock shows, if the run is told; else the computer's own is asked.

    Raises:
        RunError: S3C602, that is no date and time.
    """
    from datetime import datetime

    variable = model.find(CLOCK)

    if clock is None:
        clock = datetime.now()
    elif not isinstance(clock, datetime):
        hint = "give a datetime.datetime"
        raise cannot_set("clock", f"{clock!r} is no date and time", hint)
    if variable is None or not variable.hidden:  # then it is the modeller's
        return None, {}
    return clock, {variable.python_name: seconds_of(clock)}


# --- Days and dates ------------------------------------------------------------------------------
# Years that begin in March have their odd day at the end, so that a month's first day is a
# straight line: 153 days in five months.


def _day(date: Date) -> int:
    """The number of a date's day; a day beyond its month's end is one of the next."""
    years, months = divmod(date.year * 12 + date.month - 3, 12)
    leaps = years // 4 - years // 100 + years // 400
    return 365 * years + leaps + (153 * months + 2) // 5 + date.day - 1 + _FIRST_OF_MARCH


def _date(day: int) -> Date:
    era, rest = divmod(day - _FIRST_OF_MARCH, _DAYS_IN_400_YEARS)
    year = (rest - rest // 1460 + rest // 36_524 - rest // 146_096) // 365
    of_year = rest - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    of_month = of_year - (153 * month + 2) // 5 + 1
    if month < 10:
        return Date(era * 400 + year, month + 3, of_month)
    return Date(era * 400 + year + 1, month - 9, of_month)


def _even_day(date: Date) -> int:
    return (date.year * 12 + date.month - 1) * 30 + min(date.day, 30) - 1


def _even_date(day: int) -> Date:
    months, of_month = divmod(day, 30)
    year, month = divmod(months, 12)
    return Date(year, month + 1, of_month + 1)


# --- The function --------------------------------------------------------------------------------


@builtin("GET TIME VALUE", units="(*, *, *) -> *", held=True)
def get_time_value(
    relative_to: float,
    offset: float,
    measure: float,
    *,
    calendar: Calendar,
    time: float = 0.0,
    initial_time: float = 0.0,
    clock: float = 0.0,
) -> float:
    """A measure of the time so much after now (0) or the start (1), or of the computer's clock (2).

    Measures: 0 the model's time, 1 year, 2 quarter, 3 month, 4 day of the month, 5 day of the week
    from 0 for Sunday, 6 days since January 1 of 1 BC, 7 hour, 8 minute, 9 second with its fraction,
    10 elapsed seconds modulo 500 000. Dates are those of the model's settings: what time counts,
    and the date of time 0. In years, quarters or months a year has 360 days. The clock is asked
    once, when the run starts, and needs no offset.

    Errors: there is no such measure; measure 0 of the clock.
    Source: Vensim reference, GET TIME VALUE.
    Checked against: closed form, Vensim (measure 0), independent implementation (datetime).
    Uncertain: the settings are not documented: their lines 37 to 39 are taken for the date of time
    0, 40 for the unit; hours, minutes and seconds for the real calendar; and the days of the week
    of a 360-day year for those of the days so counted. PySD's authors saw Vensim give other values
    relative to the start than its manual says; here it is as the manual says.
    """
    if not (-0.5 < relative_to < 2.5 and -0.5 < measure < 10.5):
        message = "GET TIME VALUE is relative to 0, 1 or 2, and knows the measures from 0 to 10"
        raise ValueError(message)
    base, which = round(relative_to), round(measure)
    if base == 2:
        if which == 0:
            raise ValueError("GET TIME VALUE has no measure 0 of the computer's clock")
        day, second = divmod(clock, _DAY)
        return _measured(Moment(int(day), second), which)
    at = (initial_time if base else time) + offset
    return at if which == 0 else _measured(calendar.moment(at), which)


def _measured(moment: Moment, measure: int) -> float:
    match measure:
        case 1:
            return float(moment.date.year)
        case 2:
            return float((moment.date.month + 2) // 3)
        case 3:
            return float(moment.date.month)
        case 4:
            return float(moment.date.day)
        case 5:
            return float((moment.day + _SATURDAY) % 7)
        case 6:
            return float(moment.day)
        case 7:
            return float(moment.second // 3600)
        case 8:
            return float(moment.second // 60 % 60)
        case 9:
            return moment.second % 60
        case _:
            return float((moment.day * int(_DAY) + int(moment.second)) % _MODULO)
