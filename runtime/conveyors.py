"""Delays whose material is spread by a profile (reference C.5): memories of the language."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from .memory import Contents
from .registry import memory

if TYPE_CHECKING:
    from .lookups import Lookup

__all__ = ["Conveyor", "ProfileDelay", "shares"]

_MOST_PIECES = 1_000_000
_MOST_WEIGHTS = 100_000
_TOLERANCE = 1e-6  # in time steps, or in what moves in one


def shares(profile: Lookup, cuts: list[float]) -> list[float]:
    """How much of a profile's area lies between neighbouring cuts, of 1 in all.

    Args:
        profile: y is not negative, and somewhere positive; only its shape matters.
        cuts: rising from 0, the profile's first x, to 1, its last.

    Raises:
        ValueError: y is negative, or the area is no positive number.
    """
    left, right = _ends(profile)
    if right == left:  # a single point, or a vertical step: the same everywhere
        return [high - low for low, high in pairwise(cuts)]
    places = [left + cut * (right - left) for cut in cuts]
    areas = [profile.area(low, high) for low, high in pairwise(places)]
    total = math.fsum(areas)
    if not 0 < total < math.inf:
        raise ValueError("a profile needs an area that is a positive number")
    return [area / total for area in areas]


def _ends(profile: Lookup) -> tuple[float, float]:
    """The first and the last x of a profile whose y is checked."""
    if min(y for _, y in profile.points) < 0:
        raise ValueError("a profile must not be negative")
    return profile.points[0][0], profile.points[-1][0]


@memory(
    "DELAY CONVEYOR",
    "x, delay_time, leak, profile, initial_total, initial_delay",
    units="(u, t, 1/t, *, u*t, t) -> u",
)
class Conveyor(Contents):
    """What leaves a belt that `x` is laid on, and that takes `delay_time` from end to end.

    In a step the belt moves by TIME STEP / delay_time of its length: the value is what leaves,
    divided by TIME STEP, and x * TIME STEP is laid evenly on the part that has become free. Then
    the belt and what was just laid on it lose the share leak * TIME STEP. So the content C changes
    by TIME STEP * (x - value) - leak * TIME STEP * (C + TIME STEP * (x - value)). At the start
    `initial_total` lies on the belt as `profile` says: its first x leaves first, its area is
    scaled to initial_total, and its length to `initial_delay`. With a flat profile the first value
    is initial_total / initial_delay, and with a constant delay time, a multiple of TIME STEP, and
    no leak it is DELAY FIXED.

    Errors: y of the profile is negative, or nowhere positive while initial_total is not 0; more
    than a million pieces are on the belt.
    Source: Vensim reference, DELAY CONVEYOR.
    Checked against: closed form, independent implementation (positions of many small grains).
    Uncertain: how the belt is cut where the delay time changes: here pieces are split evenly. The
    belt moves at the delay time of the step before, at first at initial_delay, so that the value
    depends on former steps alone. The leak is not limited: with leak * TIME STEP > 1 what is on
    the belt changes its sign. A delay time below TIME STEP counts as TIME STEP.

    Args:
        profile: x is any length; y any density.
        initial_total: an amount, in units of x times time.
        initial_delay: in units of time.
        time_step: TIME STEP, in units of time.

    Raises:
        ValueError: the profile has no area; or the belt would have too many pieces.
    """

    __slots__ = ("_belt", "_delay_time")

    def __init__(
        self, profile: Lookup, initial_total: float, initial_delay: float, time_step: float
    ) -> None:
        # Pieces [amount, share of the belt's length], the one that leaves first being the first.
        self._belt: list[list[float]] = [[float(initial_total), 1.0]]
        self._delay_time = float(initial_delay)
        steps = initial_delay / time_step
        if not steps <= _MOST_PIECES:
            what = "is not a number" if math.isnan(steps) else f"takes {steps:.3g} places"
            msg = f"a belt of {initial_delay:g} with a TIME STEP of {time_step:g} {what}"
            raise ValueError(msg)
        if initial_total != 0 and steps > 1 + _TOLERANCE:
            cuts = [number / steps for number in range(math.ceil(steps - _TOLERANCE))]
            cuts.append(1.0)
            self._belt = [
                [initial_total * share, high - low]
                for share, (low, high) in zip(shares(profile, cuts), pairwise(cuts), strict=True)
            ]

    def now(self, time_step: float) -> float:
        """What leaves the belt in this step, as a flow, in the units of x."""
        _, _, amount, _ = self._leaving(time_step)
        return amount / time_step

    def advance(self, x: float, delay_time: float, leak: float, time_step: float) -> None:
        """Take in the flow x, the delay time and the leak, a share per unit of time.

        Of a belt at an unknown speed all is unknown, until all of it has left.
        """
        if math.isnan(delay_time) or math.isnan(time_step):
            self._belt = [[math.nan, 1.0]]
            return
        if len(self._belt) >= _MOST_PIECES:
            msg = f"more than {_MOST_PIECES} pieces are on a belt"
            raise ValueError(msg)
        whole, share, _, moved = self._leaving(time_step)
        del self._belt[:whole]
        if share:
            self._belt[0] = [each * (1 - share) for each in self._belt[0]]
        self._belt.append([x * time_step, moved])
        self._delay_time = delay_time
        kept = 1 - leak * time_step
        if kept != 1:
            for piece in self._belt:
                piece[0] *= kept

    def _leaving(self, time_step: float) -> tuple[int, float, float, float]:
        """Whole pieces that leave in a step, the share of the next, their amount and length."""
        belt = self._belt
        if self._delay_time <= time_step * (1 + _TOLERANCE):
            amounts, lengths = zip(*belt, strict=True)
            return len(belt), 0.0, math.fsum(amounts), math.fsum(lengths)
        width = left = time_step / self._delay_time
        whole, amount = 0, 0.0
        while left > _TOLERANCE * width and whole < len(belt):
            content, length = belt[whole]
            if length > left + _TOLERANCE * width:
                share = left / length
                return whole, share, amount + share * content, width
            whole, amount, left = whole + 1, amount + content, left - length
        return whole, 0.0, amount, width - left


@memory(
    "DELAY PROFILE",
    "profile, x, delay_time, initial, initial_growth",
    units="(*, u, t, u, 1/t) -> u",
)
class ProfileDelay(Contents):
    """The flow `x`, spread over later times as `profile` says, with `delay_time` on the average.

    The profile is the response to a short pulse: scaled so that its area is 1, and along its x,
    which starts at 0, so that its mean is the delay time that is in force when x enters. The share
    of the area within half a TIME STEP of j * TIME STEP comes out j steps later; what is nearer
    than half a step, one step later. Nothing is lost. Before the start x is taken to have grown
    by the factor 1 + initial_growth per unit of time, and to have been such that the first value is
    `initial`. A narrow profile is DELAY FIXED.

    Errors: y of the profile is negative or nowhere positive; an x is negative; the growth takes
    all, or the response takes more than a hundred thousand steps.
    Source: Vensim reference, DELAY PROFILE.
    Checked against: closed form, independent implementation (a convolution).
    Uncertain: how the profile is cut into steps. `initial` is taken for the first value of the
    delay, not for x at the start, because the manual says to lower it where x grows. A delay time
    that changes does not alter what is on its way. Where TIME STEP changes, what is on its way is
    spread evenly over the new steps.

    Args:
        profile: x is a lag of any length; y any density.
        delay_time: in units of time, when the run starts.
        initial: the first value, in the units of x.
        initial_growth: a share per unit of time: 0.05 for 5 %.
        time_step: TIME STEP, in units of time.

    Raises:
        ValueError: as above, and where the delay time is not a number.
    """

    __slots__ = ("_is_lost", "_mean", "_of", "_profile", "_slots", "_step", "_weights")

    def __init__(
        self,
        profile: Lookup,
        delay_time: float,
        initial: float,
        initial_growth: float,
        time_step: float,
    ) -> None:
        if math.isnan(delay_time):
            raise ValueError("the delay time of a profile is not a number")
        self._profile, self._mean = profile, _mean(profile)
        self._step = float(time_step)
        self._is_lost = False
        self._of: list[float] = []  # the delay time and the time step that the weights are of
        self._weights: list[float] = []  # the share that comes out one step later, two, and so on
        self._slots: list[float] = []  # the amounts that come out now, a step later, and so on
        self._weigh(delay_time, time_step)
        self._slots = self._past(initial * time_step, 1 + initial_growth, time_step)

    def now(self, time_step: float) -> float:
        """What comes out at this step, as a flow, in the units of x."""
        return math.nan if self._is_lost else self._slots[0] / time_step

    def advance(self, x: float, delay_time: float, time_step: float) -> None:
        """Take in the flow x and its delay time, and go one TIME STEP on.

        Of what enters for an unknown time, nobody knows when it comes out: all is unknown then.
        """
        if self._is_lost or math.isnan(delay_time) or math.isnan(time_step):
            self._is_lost = True
            return
        if time_step != self._step:
            self._slots = _spread(self._slots, self._step, time_step)
            self._step = time_step
        self._weigh(delay_time, time_step)
        slots, weights = self._slots, self._weights
        del slots[0]
        slots.extend([0.0] * (len(weights) - len(slots)))
        amount = x * time_step
        for place, weight in enumerate(weights):
            slots[place] += amount * weight

    def _weigh(self, delay_time: float, time_step: float) -> None:
        """Compute the weights for a delay time, unless they are there."""
        if self._of != [delay_time, time_step]:
            per_step = _lag_per_step(self._mean, delay_time, time_step)
            self._weights = _weights(self._profile, per_step)
            self._of = [delay_time, time_step]

    def _past(self, first: float, growth: float, time_step: float) -> list[float]:
        """What is on its way when the run starts, the first of it being known."""
        if not growth > 0:
            raise ValueError("a growth before the start must be more than -1 per unit of time")
        factor = growth**-time_step  # of the input a step earlier
        # Of a steady growth, what comes out a step later is what comes out now, without that of
        # the youngest input, and for inputs that are smaller by the factor.
        slots, later = [0.0], 0.0
        for weight in reversed(self._weights):
            later = factor * (weight + later)
            slots.append(later)
        slots.reverse()
        if first == 0:
            return [0.0] * len(slots)
        if not 0 < slots[0] < math.inf:
            raise ValueError("the growth before the start is too large for so long a response")
        return [first * (each / slots[0]) for each in slots]


def _mean(profile: Lookup) -> float:
    """The mean x of a profile; its y is checked."""
    first, last = _ends(profile)
    if first < 0:
        raise ValueError("a profile of responses must not begin before 0")
    if first == last:
        return first
    area, moment = 0.0, 0.0
    for (x0, y0), (x1, y1) in pairwise(profile.points):
        area += (x1 - x0) * (y0 + y1) / 2
        moment += (x1 - x0) * (x0 * (2 * y0 + y1) + x1 * (y0 + 2 * y1)) / 6
    if not (0 < area < math.inf and moment < math.inf):
        raise ValueError("a profile needs an area that is a positive number")
    return moment / area


def _lag_per_step(mean: float, delay_time: float, time_step: float) -> float:
    """How far a profile's x goes in a time step; infinity where nothing takes any time."""
    return mean * time_step / delay_time if delay_time > 0 and mean > 0 else math.inf


def _weights(profile: Lookup, per_step: float) -> list[float]:
    """The shares of a profile that come out one step later, two, and so on: 1 in all."""
    first, last = _ends(profile)
    steps = last / per_step if per_step > 0 else math.inf
    if not steps <= _MOST_WEIGHTS:
        msg = f"the response of a delay takes {steps:.3g} time steps"
        raise ValueError(msg)
    count = max(1, math.floor(steps + 0.5 + _TOLERANCE))
    if first == last:
        return [0.0] * (count - 1) + [1.0]
    edges = [0.0, *((number + 0.5) * per_step for number in range(1, count)), math.inf]
    cuts = [min(max(edge - first, 0.0) / (last - first), 1.0) for edge in edges]
    return shares(profile, cuts)


def _spread(slots: list[float], step: float, wanted: float) -> list[float]:
    """Amounts that come out at steps of one length, spread over those of another.

    The amount of step j is that of the times within half a step of it, and the first stays.
    """
    steps = (len(slots) - 0.5) * step / wanted
    if not steps <= _MOST_WEIGHTS:
        msg = f"the response of a delay takes {steps:.3g} time steps"
        raise ValueError(msg)
    found = [slots[0], *[0.0] * max(1, math.ceil(steps))]
    for place, amount in enumerate(slots[1:], start=1):
        left, right = (place - 0.5) * step / wanted + 0.5, (place + 0.5) * step / wanted + 0.5
        for target in range(math.floor(left), math.floor(right) + 1):
            share = (min(right, target + 1.0) - max(left, target)) / (right - left)
            if share > 0:
                found[min(max(target, 1), len(found) - 1)] += amount * share
    return found
