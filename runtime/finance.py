"""Depreciation and the worth of flows of money (reference C.6): memories of the language.

All of them add up what flows within a fiscal period. A flow is constant over a time step; where a
fiscal period ends within one, the flow is divided between both periods, in proportion to time.
So totals are kept, and a constant flow gives a constant result, whatever the lengths of the two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .memory import Contents
from .rate_of_return import internal_rate
from .registry import Row, RowOrNumber, memory
from .sections import Section

if TYPE_CHECKING:
    from .contract import Array

__all__ = [
    "DepreciateBySchedule",
    "DepreciateStraightline",
    "FiscalPeriods",
    "InternalRateOfReturn",
    "NetPresentValue",
]

SECTION = Section.FINANCIAL

_TOLERANCE = 1e-6  # in time steps: a fiscal period that misses the end of one by rounding
_MOST_PERIODS = 1_000_000
_MOST_FLOWS = 10_000  # whose polynomial is solved at every step


class FiscalPeriods(Contents):
    """Where a memory is in its fiscal periods, and what has flowed in the present one.

    Args:
        fiscal_period: in units of time; at least the first TIME STEP.
        first: a time at which one begins.
        time: when the run starts.
        time_step: TIME STEP, in units of time.

    Raises:
        ValueError: a number is NaN.
        OverflowError: a number is infinite, or the first period too far.
    """

    __slots__ = ("_first", "_flowed", "_number", "_period")

    def __init__(self, fiscal_period: float, first: float, time: float, time_step: float) -> None:
        if math.isnan(fiscal_period):
            raise ValueError("the fiscal period is not a number")
        self._period = max(float(fiscal_period), time_step)
        self._first = float(first)
        ahead = (time - first + _TOLERANCE * time_step) / self._period
        self._number = math.floor(ahead)  # of the present period; `first` begins number 0
        self._flowed = 0.0  # before this step

    def _share(self, time: float, time_step: float) -> float:
        """How much of this step lies in the present period: 1 and no more where both end at once.

        Raises:
            ValueError: TIME STEP has become longer than the period.
        """
        if time_step > self._period * (1 + _TOLERANCE):
            msg = f"a TIME STEP of {time_step:g} is longer than the fiscal period {self._period:g}"
            raise ValueError(msg + ", which is fixed when the run starts")
        end = self._first + (self._number + 1) * self._period
        share = (end - time) / time_step
        return 1.0 if abs(share - 1) < _TOLERANCE else max(share, 0.0)

    def _flow(self, stream: float, share: float, time_step: float) -> float:
        """What has flowed in the present period by the end of that share of this step."""
        return self._flowed + min(share, 1.0) * time_step * stream

    def _pass(self, stream: float, share: float, time_step: float) -> float | None:
        """Go a step on; what has flowed in the present period, if it ends within the step."""
        flowed = self._flow(stream, share, time_step)
        if not share <= 1:
            self._flowed = flowed
            return None
        self._number += 1
        self._flowed = (1 - share) * time_step * stream if share < 1 else 0.0  # not 0 * NaN
        return flowed


@memory(
    "DEPRECIATE STRAIGHTLINE",
    "stream, lifetime, fiscal_period, initial",
    units="(u/t, t, t, u/t) -> u/t",
    native="straightline",
)
class DepreciateStraightline(FiscalPeriods):
    """The depreciation of a stream of investments, in equal parts over their lifetime.

    What is invested in a fiscal period is depreciated in that period and the n - 1 after it, with
    n = lifetime / fiscal_period, rounded to a whole number of at least 1. The present stream
    counts at once: stream / n, and 1 / n of what was invested in each of the n - 1 periods before,
    per unit of time. `initial` was invested all the time before the run, so that a stream that
    stays at it is depreciated as it comes. The fiscal periods begin when the run starts; one is
    at least a TIME STEP long. All but the stream is fixed when the run starts.

    Errors: more than a million periods; a TIME STEP that becomes longer than the fiscal period.
    Source: Vensim reference, DEPRECIATE STRAIGHTLINE; its page in the manual.
    Checked against: Vensim (fiscal_period = TIME STEP), closed form, independent implementation (by
    intervals of time).
    Uncertain: within a fiscal period of several steps, the present stream counts by itself, not
    with what has flowed before it in the period; a step across the end of a period is divided.
    """

    __slots__ = ("_kept", "_newer", "_periods", "_place")

    def __init__(
        self,
        lifetime: float,
        fiscal_period: float,
        initial: float,
        time: float,
        time_step: float,
    ) -> None:
        super().__init__(fiscal_period, time, time, time_step)
        periods = lifetime / self._period
        if not periods <= _MOST_PERIODS:
            what = "not a number" if math.isnan(periods) else f"{periods:.3g} fiscal periods"
            msg = f"the lifetime of an investment is {what}, more than {_MOST_PERIODS}"
            raise ValueError(msg)
        self._periods = max(1, math.floor(max(periods, 0.0) + 0.5 + _TOLERANCE))
        # The rates of the periods before this one, as in a ring. Those before `_place` are of
        # this turn, and `_newer` is their sum; each of the others is replaced by its sum with
        # those after it. So their sum is known without subtracting, which would leave rests.
        self._kept = _sums_from([float(initial)] * (self._periods - 1))
        self._newer = 0.0
        self._place = 0

    def now(self, stream: float, time: float, time_step: float) -> float:
        """The depreciation at the present time, per unit of time."""
        share = self._share(time, time_step)
        past = self._past(self._place, self._newer)
        if share < 1:
            rate = self._flow(stream, share, time_step) / self._period
            past = share * past + (1 - share) * self._past(self._place + 1, self._newer + rate)
        return (past + stream) / self._periods

    def advance(self, stream: float, time: float, time_step: float) -> None:
        """Take in the stream and the times of this step, and go one on."""
        flowed = self._pass(stream, self._share(time, time_step), time_step)
        if flowed is None or not self._kept:
            return
        rate = flowed / self._period
        self._kept[self._place] = rate
        self._newer += rate
        self._place += 1
        if self._place == len(self._kept):
            self._kept, self._newer, self._place = _sums_from(self._kept), 0.0, 0

    def _past(self, place: int, newer: float) -> float:
        """The sum of the rates of all periods before one."""
        if not self._kept:
            return 0.0
        return newer + self._kept[place] if place < len(self._kept) else newer


@memory(
    "DEPRECIATE BY SCHEDULE",
    "stream, schedule, initial, lifetime, fiscal_start",
    units="(u/t, *, u/t, t, t) -> u/t",
)
class DepreciateBySchedule(FiscalPeriods):
    """The depreciation of a stream of investments by a schedule of fractions.

    The schedule has a fraction for each fiscal period of the lifetime, from that of the investment
    on; they are scaled to a sum of 1. The present stream counts at once. `initial` is what is due
    already in each period, per unit of time; a number instead of an array stands for all of them.
    One fiscal period begins at `fiscal_start`; each is lifetime / number of fractions long, and
    at least a TIME STEP. All but the stream is fixed when the run starts.

    A constant stream x gives x at once where `initial` for each period is x times the sum of the
    fractions after that of the period.

    Errors: fractions that add up to 0; another number of initial values than of fractions; a
    TIME STEP that becomes longer than the fiscal period.
    Source: Vensim reference, DEPRECIATE BY SCHEDULE; its page in the manual.
    Checked against: closed form, independent implementation (by intervals of time).
    Uncertain: `initial` counts per unit of time, and one number of it for every period; within a
    fiscal period of several steps, the present stream counts by itself; a step across the end of
    a period is divided.
    """

    __slots__ = ("_due", "_fractions")

    def __init__(
        self,
        schedule: Row,
        initial: RowOrNumber,
        lifetime: float,
        fiscal_start: float,
        time: float,
        time_step: float,
    ) -> None:
        self._fractions = _scaled(schedule)
        super().__init__(lifetime / len(self._fractions), fiscal_start, time, time_step)
        self._due = _for_each(initial, len(self._fractions))

    def now(self, stream: float, time: float, time_step: float) -> float:
        """The depreciation at the present time, per unit of time."""
        share = self._share(time, time_step)
        due = self._due[0]
        if share < 1:
            rate = self._flow(stream, share, time_step) / self._period
            after = self._due_after(rate)[0]
            due = share * due + (1 - share) * after
        return due + self._fractions[0] * stream

    def advance(self, stream: float, time: float, time_step: float) -> None:
        """Take in the stream and the times of this step, and go one on."""
        flowed = self._pass(stream, self._share(time, time_step), time_step)
        if flowed is not None:
            self._due = self._due_after(flowed / self._period)

    def _due_after(self, rate: float) -> list[float]:
        """What is due in each period from the next on, after so much in the present one."""
        later = zip(self._due[1:], self._fractions[1:], strict=True)
        return [*(due + fraction * rate for due, fraction in later), 0.0]


@memory(
    "NET PRESENT VALUE",
    "stream, discount_rate, fiscal_period, fiscal_start, offset",
    units="(u/t, *, *, t, 1) -> u",
    native="net_present_value",
)
class NetPresentValue(FiscalPeriods):
    """What a stream is worth that has flowed since the run started, this step included.

    What flows in a fiscal period is discounted as a whole, (1 + discount_rate) for each period,
    to the time `fiscal_start`: there the fiscal period number 0 begins, and what flows in number k
    counts after k + offset periods, at its beginning for an offset of 0 and at its end for 1. So
    an offset of 1 gives NPV of a spreadsheet. Before `fiscal_start` k is negative. The fiscal
    period is in units of time, and at least a TIME STEP; it, its start and the offset are
    fixed when the run starts. The discount rate is per fiscal period and may change: each
    period passed discounts by the rate at its end.

    Errors: a discount rate of -1 or less; an offset outside 0 to 1; a TIME STEP that becomes
    longer than the fiscal period.
    Source: Vensim reference, NET PRESENT VALUE; its page in the manual.
    Checked against: closed form, independent implementation (numpy-financial).
    Uncertain: the present flow is included, as in Vensim's NPV since version 4.1, within a fiscal
    period of several steps, too; a step across the end of a period is divided; the discount
    rate of periods before the run is that of its start.
    """

    __slots__ = ("_factor", "_offset", "_worth")

    def __init__(
        self,
        discount_rate: float,
        fiscal_period: float,
        fiscal_start: float,
        offset: float,
        time: float,
        time_step: float,
    ) -> None:
        super().__init__(fiscal_period, fiscal_start, time, time_step)
        if not 0 <= offset <= 1:
            msg = f"the offset within a fiscal period is {offset:g}, not from 0 to 1"
            raise ValueError(msg)
        self._offset = float(offset)
        self._factor = math.pow(_growth(discount_rate), -self._number)  # to the period's beginning
        self._worth = 0.0  # of the periods before

    def now(self, stream: float, discount_rate: float, time: float, time_step: float) -> float:
        """What all flows are worth, those of the present step included."""
        share = self._share(time, time_step)
        growth = _growth(discount_rate)
        factor = self._factor * math.pow(growth, -self._offset)
        worth = self._worth + factor * self._flow(stream, share, time_step)
        if share < 1:
            worth += factor / growth * (1 - share) * time_step * stream
        return worth

    def advance(self, stream: float, discount_rate: float, time: float, time_step: float) -> None:
        """Take in the stream, the rate and the times of this step, and go one on."""
        flowed = self._pass(stream, self._share(time, time_step), time_step)
        if flowed is None:
            return
        growth = _growth(discount_rate)
        self._worth += self._factor * math.pow(growth, -self._offset) * flowed
        self._factor /= growth


@memory(
    "INTERNAL RATE OF RETURN",
    "stream, fiscal_period, initial, initial_time",
    units="(u/t, *, u, t) -> *",
)
class InternalRateOfReturn(FiscalPeriods):
    """The rate of interest at which what has flowed since the run started is worth nothing.

    What flows in a fiscal period counts at its end, and `initial`, an investment (negative) or a
    receipt, at `initial_time`. The flow of this step is included. The rate is per fiscal period,
    from -1 to 1, and `:NA:` where there is none; of several, the one nearest to zero. The fiscal
    periods begin when the run starts; one is at least a TIME STEP long. All but the stream is
    fixed when the run starts.

    Errors: more than ten thousand fiscal periods; a TIME STEP that becomes longer than one.
    Source: Vensim reference, INTERNAL RATE OF RETURN; its page in the manual.
    Checked against: closed form, independent implementation (numpy-financial).
    Uncertain: the flow of this step is included, also of a fiscal period that has not ended; of
    several rates the one nearest to zero is given.
    """

    __slots__ = ("_flows", "_initial", "_when")

    def __init__(
        self,
        fiscal_period: float,
        initial: float,
        initial_time: float,
        time: float,
        time_step: float,
    ) -> None:
        super().__init__(fiscal_period, time, time, time_step)
        self._initial = float(initial)
        self._when = (initial_time - time) / self._period  # in fiscal periods
        if not math.isfinite(self._when):
            raise ValueError("the time of the initial investment is not a finite number")
        self._flows: list[float] = []  # of the periods before

    def now(self, stream: float, time: float, time_step: float) -> float:
        """The rate of return of all flows, those of the present step included."""
        share = self._share(time, time_step)
        flows = [*self._flows, self._flow(stream, share, time_step)]
        if share < 1:
            flows.append((1 - share) * time_step * stream)
        if len(flows) > _MOST_FLOWS:
            msg = f"an internal rate of return of more than {_MOST_FLOWS} fiscal periods"
            raise ValueError(msg)
        return internal_rate(flows, self._initial, self._when)

    def advance(self, stream: float, time: float, time_step: float) -> None:
        """Take in the stream and the times of this step, and go one on."""
        flowed = self._pass(stream, self._share(time, time_step), time_step)
        if flowed is not None and len(self._flows) < _MOST_FLOWS:
            self._flows.append(flowed)


def _sums_from(numbers: Sequence[float]) -> list[float]:
    """For each number its sum with all that follow."""
    sums: list[float] = []
    total = 0.0
    for each in reversed(numbers):
        total += each
        sums.append(total)
    sums.reverse()
    return sums


def _scaled(schedule: Array) -> list[float]:
    """The fractions of a schedule, with a sum of 1."""
    fractions: list[float] = schedule.tolist()
    total = sum(fractions)
    if not total or not math.isfinite(total):
        msg = f"the fractions of a schedule of depreciation add up to {total:g}"
        raise ValueError(msg)
    return [each / total for each in fractions]


def _for_each(initial: float | Array, periods: int) -> list[float]:
    """What is due in each period when the run starts."""
    if isinstance(initial, float | int):
        return [float(initial)] * periods
    due: list[float] = initial.tolist()
    if len(due) != periods:
        msg = f"{len(due)} initial values of depreciation, but {periods} fractions in the schedule"
        raise ValueError(msg)
    return due


def _growth(discount_rate: float) -> float:
    """What the discount rate makes of 1 in a fiscal period."""
    if discount_rate <= -1:
        msg = f"the discount rate is {discount_rate:g}: not above -1"
        raise ValueError(msg)
    return 1 + discount_rate
