"""Delays that hold back amounts, news or batches (reference C.5): memories of the language.

What is due comes out at the nearest time step, and a half goes up, as with DELAY FIXED. They keep
times, not counts of steps, so that a TIME STEP that changes alters no delay on its way.
"""

from __future__ import annotations

import heapq
import math

from .memory import Contents
from .registry import memory

__all__ = ["BatchDelay", "InformationDelay", "MaterialDelay"]

_MOST_WAITING = 1_000_000
_HALF = 0.5 - 1e-6  # of a time step; less than a half forgives the rounding that a time carries
_ROUNDING = 1e-9  # the share of a batch that rounding may withhold


@memory(
    "DELAY MATERIAL",
    "x, delay_time, initial, missing",
    units="(u, t, u, u) -> u",
    native="material_delay",
)
class MaterialDelay(Contents):
    """The flow `x` later by the delay time that was in force when it entered; nothing is lost.

    What enters at time t comes out at t + delay_time(t): at the step k + floor(delay_time /
    TIME STEP + 0.5), at least one later. What comes out at the same step adds up; where nothing
    does, the value is `missing`. For the first floor(delay_time / TIME STEP + 0.5) steps `initial`
    comes out besides. So all that went in comes out: with `missing` = 0 the total of the output is
    that of x, and initial * delay_time of the start. With a constant delay time it is DELAY FIXED.

    Errors: a million amounts are on their way.
    Source: Vensim reference, DELAY MATERIAL.
    Checked against: closed form, independent implementation (each amount put into its step).
    Uncertain: the manual has no rule for rounding; that of DELAY FIXED is used. What enters early
    enough to leave among the initial values adds to these. If TIME STEP changes, amounts keep
    their times, and flows are made anew from amounts.

    Args:
        delay_time: in units of time, when the run starts.
        initial: the output until the first input is due.
        missing: the output where nothing is due.
        time: when the run starts.
        time_step: TIME STEP, in units of time.
    """

    __slots__ = (
        "_arrived",
        "_initial",
        "_initial_end",
        "_is_lost",
        "_is_starting",
        "_missing",
        "_waiting",
    )

    def __init__(
        self, delay_time: float, initial: float, missing: float, time: float, time_step: float
    ) -> None:
        self._waiting: list[list[float]] = []  # a heap of [when it is due, flow, its time step]
        self._arrived: list[list[float]] = []  # the [flow, its time step] of what comes out now
        self._initial, self._is_starting = float(initial), True
        self._initial_end = time + max(delay_time, time_step)
        self._missing = float(missing)
        self._is_lost = math.isnan(delay_time)

    def now(self, time_step: float) -> float:
        """What comes out at this step, as a flow, in the units of x."""
        if self._is_lost:
            return math.nan
        arrived = sum(x * (step / time_step) for x, step in self._arrived)
        if self._is_starting:
            return self._initial + arrived
        return arrived if self._arrived else self._missing

    def advance(
        self, x: float, delay_time: float, missing: float, time: float, time_step: float
    ) -> None:
        """Take in the flow x and its delay time, and go one TIME STEP on.

        Of what enters for an unknown time, nobody knows when it comes out: all is unknown then.
        """
        if math.isnan(delay_time) or math.isnan(time_step):
            self._is_lost, self._waiting, self._arrived = True, [], []
        if self._is_lost:
            return
        _check_room(len(self._waiting))
        heapq.heappush(self._waiting, [time + max(delay_time, 0.0), x, time_step])
        edge = time + time_step + _HALF * time_step
        self._arrived = []
        while self._waiting and self._waiting[0][0] < edge:
            _, flow, step = heapq.heappop(self._waiting)
            self._arrived.append([flow, step])
        self._is_starting = self._is_starting and self._initial_end >= edge
        self._missing = missing


@memory(
    "DELAY INFORMATION",
    "x, delay_time, initial",
    units="(u, t, u) -> u",
    native="information_delay",
    linear="x, initial",
)
class InformationDelay:
    """The latest news of `x` that has come through; older news that would come later is dropped.

    The value of x at time t is due at t + delay_time(t), at the same step as with DELAY MATERIAL.
    It replaces what is due then or later. Between two values the earlier one is held; `initial`
    before the first. So the output never leaves the range of x and `initial`. With a constant
    delay time it is DELAY FIXED.

    Errors: a million values are on their way.
    Source: Vensim reference, DELAY INFORMATION.
    Checked against: closed form, independent implementation (each value written over its step
    and all later ones).
    Uncertain: the manual has no rule for rounding; that of DELAY FIXED is used. If TIME STEP
    changes, values keep the times at which they are due.

    Args:
        initial: the output until the first input is due.
    """

    __slots__ = ("_first", "_waiting", "value")

    def __init__(self, initial: float) -> None:
        self._waiting: list[list[float]] = []  # [when it is due, x], in the order of both
        self._first = 0  # those before it have come through
        self.value = float(initial)

    def advance(self, x: float, delay_time: float, time: float, time_step: float) -> None:
        """Take in x, in the output's units, and its delay time, and go one TIME STEP on.

        A delay time that is not a number leaves the output unknown until later news comes.
        """
        if math.isnan(delay_time) or math.isnan(time_step):
            self._waiting, self._first, self.value = [], 0, math.nan
            return
        waiting = self._waiting
        _check_room(len(waiting) - self._first)
        due = time + max(delay_time, 0.0)
        while len(waiting) > self._first and waiting[-1][0] >= due:
            waiting.pop()
        waiting.append([due, x])
        edge = time + time_step + _HALF * time_step
        while self._first < len(waiting) and waiting[self._first][0] < edge:
            self.value = waiting[self._first][1]
            self._first += 1
        if self._first > len(waiting) // 2:
            del waiting[: self._first]
            self._first = 0


@memory(
    "DELAY BATCH",
    "x, batch_size, batch_time, initial_batch, initial_time, initial_backlog",
    units="(u, u*t, t, u, t, u*t) -> u",
    native="batch_delay",
)
class BatchDelay(Contents):
    """The flow `x`, held back until there is a batch of it, which then takes `batch_time`.

    A backlog gains x * TIME STEP a step. When no batch is in process and the backlog is at least
    `batch_size`, an amount of batch_size goes from the backlog into process, and comes out
    batch_time later (the time in force at its start), as the flow amount / TIME STEP of one step.
    At all other steps the value is 0. The next batch may start when one comes out. If
    `initial_batch` > 0, a batch is in process at the start, and comes out at `initial_time` as the
    value initial_batch; at the start, if that is not later.

    Source: Vensim reference, DELAY BATCH.
    Checked against: closed form, independent implementation (counted by whole steps).
    Uncertain: whether a batch is batch_size or all there is: batch_size is taken, and what is over
    waits. Whether the flow of a step counts at its beginning or its end: at its end, when it is
    there; so the value depends on former steps alone. initial_batch has the units of a flow, and
    is not divided by TIME STEP. A batch_size that is not positive starts nothing. What is due
    comes out at the nearest step, one batch a step at most.

    Args:
        batch_size: an amount, in units of x times time; when the run starts.
        batch_time: in units of time; when the run starts.
        initial_batch: the value at initial_time.
        initial_time: a time of the model.
        initial_backlog: an amount.
        time: when the run starts.
        time_step: TIME STEP, in units of time.
    """

    __slots__ = ("_backlog", "_out", "_process")

    def __init__(
        self,
        batch_size: float,
        batch_time: float,
        initial_batch: float,
        initial_time: float,
        initial_backlog: float,
        time: float,
        time_step: float,
    ) -> None:
        self._backlog = float(initial_backlog)
        self._out: list[float] = []  # the flow and the amount that come out now
        # The flow and the amount of the batch in process, and when it is due.
        self._process = [float(initial_batch), 0.0, initial_time] if initial_batch > 0 else []
        self._turn(batch_size, batch_time, time, time_step)

    def now(self, time_step: float) -> float:
        """What comes out at this step, as a flow, in the units of x."""
        if math.isnan(self._backlog):
            return math.nan
        if not self._out:
            return 0.0
        flow, amount = self._out
        return flow + amount / time_step

    def advance(
        self, x: float, batch_size: float, batch_time: float, time: float, time_step: float
    ) -> None:
        """Take in the flow x, and go one TIME STEP on.

        If something is not a number, nobody knows what is in process from then on.
        """
        self._backlog += x * time_step
        if math.isnan(batch_size) or math.isnan(batch_time):
            self._backlog = math.nan
        self._turn(batch_size, batch_time, time + time_step, time_step)

    def _turn(self, batch_size: float, batch_time: float, time: float, time_step: float) -> None:
        """Let out what is due at a time, and start what can be started."""
        self._out = []
        self._start(batch_size, time + max(batch_time, 0.0))
        if self._process and self._process[2] < time + _HALF * time_step:
            self._out, self._process = self._process[:2], []
            self._start(batch_size, time + max(batch_time, 0.0))

    def _start(self, batch_size: float, due: float) -> None:
        if self._process or batch_size <= 0:
            return
        if self._backlog >= batch_size * (1 - _ROUNDING):
            self._backlog -= batch_size
            self._process = [0.0, batch_size, due]


def _check_room(count: int) -> None:
    """Refuse more than a delay may hold."""
    if count >= _MOST_WAITING:
        msg = f"more than {_MOST_WAITING} values are on their way in a delay"
        raise ValueError(msg)
