"""Queues: stocks that know how long everything in them has waited (reference C.5).

Memories of the language, and functions that read what these hold.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .contract import NA
from .conveyors import shares
from .memory import Contents
from .registry import builtin, memory
from .sections import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .lookups import Lookup

__all__ = [
    "AttributeQueue",
    "FifoQueue",
    "Queue",
    "queue_age_average",
    "queue_age_in_range",
    "queue_age_oldest",
    "queue_attrib_average",
    "queue_attrib_in_range",
    "queue_attrib_max",
    "queue_attrib_min",
    "queue_attrib_quantity",
]

SECTION = Section.MEMORIES  # of the functions, as of the queues

_MOST_PACKETS = 1_000_000
_ROUNDING = 1e-10  # the share of a packet that an outflow may leave behind by rounding
_NOTHING = 1e-12  # the share of all that is moved which is only rounding
_AGE_TOLERANCE = 1e-6  # in time steps


class Queue(Contents):
    """What waits, in packets: what entered in a step is one. The oldest leaves first.

    Attributes:
        packets: [amount, when it entered, attribute] of each, the oldest first; times are since
            the start of the run.
        clock: the present time since the start.
        time_step: that of the latest step.
    """

    __slots__ = ("_total", "clock", "packets", "time_step")

    def __init__(self, profile: Lookup, initial: float, age_range: float, time_step: float) -> None:
        self.clock, self.time_step = 0.0, float(time_step)
        self.packets: list[list[float]] = []
        self._total = float(initial)
        steps = age_range / time_step
        if not steps < _MOST_PACKETS:
            what = "is not a number" if math.isnan(steps) else f"takes {steps:.3g} packets"
            msg = f"an age range of {age_range:g} with a TIME STEP of {time_step:g} {what}"
            raise ValueError(msg)
        count = max(1, math.floor(steps + 1.5 + _AGE_TOLERANCE))
        if initial < 0 or math.isnan(initial):
            self.packets = [[initial, -self.time_step, 0.0]]
        elif initial > 0:
            parts = shares(profile, [number / count for number in range(count + 1)])
            self.packets = [
                [initial * share, -(number + 1) * self.time_step, 0.0]
                for number, share in reversed(list(enumerate(parts)))
                if share > 0
            ]

    def now(self) -> float:
        """All that is in the queue."""
        return self._total

    def oldest(self, quantity: float) -> Iterator[tuple[float, float, float]]:
        """Amount, age and attribute of what is oldest, up to a quantity; of all, if it is <= 0."""
        left = quantity if quantity > 0 else math.inf
        for amount, entered, attribute in self.packets:
            yield min(amount, left), self.clock - entered, attribute
            left -= amount
            if left <= 0:
                return

    def move(self, inflow: float, outflow: float, attribute: float, time_step: float) -> None:
        """Let a step's outflow leave, then its inflow enter, and all grow older by the step."""
        if math.isnan(inflow) or math.isnan(outflow) or math.isnan(time_step):
            self.packets, self._total = [[math.nan, self.clock, math.nan]], math.nan
            return
        packets = self.packets
        if len(packets) >= _MOST_PACKETS:
            msg = f"more than {_MOST_PACKETS} packets wait in a queue"
            raise ValueError(msg)
        into = (max(inflow, 0.0) + max(-outflow, 0.0)) * time_step
        out = (max(outflow, 0.0) + max(-inflow, 0.0)) * time_step
        through, total = abs(self._total) + into + out, self._total + into - out
        gone = 0
        while gone < len(packets) and out >= packets[gone][0] * (1 - _ROUNDING):
            out -= packets[gone][0]  # a queue that owes something holds a negative amount
            gone += 1
        del packets[:gone]
        if packets:
            packets[0][0] -= out
        else:
            into -= out
            total = into = into if abs(into) > _NOTHING * through else 0.0
        if into:
            packets.append([into, self.clock, attribute])
        self._total = total
        self.clock += time_step
        self.time_step = time_step


@memory(
    "QUEUE FIFO",
    "inflow, outflow, profile, initial, age_range",
    units="(u/t, u/t, *, u, t) -> u",
)
class FifoQueue(Queue):
    """A stock whose content leaves in the order in which it came; functions read how old it is.

    The value is all that waits: it changes by TIME STEP * (inflow - outflow), at whole time steps
    only, under Runge-Kutta integration, too. What leaves is the oldest; what enters in a step has
    the age TIME STEP at the end of it, and so on. A negative inflow is an outflow, and the reverse.
    A queue that goes negative counts as one entry of the step before. At the start, `initial` is
    spread over the ages TIME STEP, 2 * TIME STEP … `age_range` + TIME STEP: the x of `profile` is
    cut into as many equal parts, the youngest first, and each age has the share of the area there.

    Errors: y of the profile is negative or nowhere positive, though initial is positive; a million
    entries wait.
    Source: Vensim reference, QUEUE FIFO.
    Checked against: closed form, independent implementation (a queue of single grains).
    Uncertain: how the profile is cut into ages, and that within a step what leaves does so before
    what enters: it may be of the same step only if nothing else is left.

    Args:
        profile: x is an age of any length; y any density. It is not looked at if nothing waits.
        initial: an amount.
        age_range: in units of time.
        time_step: TIME STEP, in units of time.
    """

    __slots__ = ()

    def advance(self, inflow: float, outflow: float, time_step: float) -> None:
        """Take in both flows, in units of the content per unit of time."""
        self.move(inflow, outflow, 0.0, time_step)


@memory(
    "QUEUE FIFO ATTRIB",
    "inflow, outflow, attribute, attribute_change, profile, attribute_profile, initial,"
    " initial_attribute, age_range",
    units="(u/t, u/t, u2, u2/t, *, *, u, u2, t) -> u",
)
class AttributeQueue(Queue):
    """A QUEUE FIFO whose entries carry an attribute, which may change while they wait.

    What enters in a step has `attribute`. At the end of each step all that is in the queue, what
    has just entered included, gains attribute_change * TIME STEP. At the start the attribute is
    `initial_attribute` times the y of `attribute_profile`, whose x is scaled to `age_range`, at an
    entry's age less TIME STEP. The value is the content, as that of QUEUE FIFO.

    Errors: as QUEUE FIFO.
    Source: Vensim reference, QUEUE FIFO ATTRIB.
    Checked against: closed form, independent implementation (a queue of single grains).
    Uncertain: as QUEUE FIFO; and that the attribute of a queue that owes something is that of
    what came last.

    Args:
        profile: as that of QUEUE FIFO.
        attribute_profile: x is an age of any length; y a factor.
        initial: an amount.
        initial_attribute: in units of the attribute.
        age_range: in units of time.
        time_step: TIME STEP, in units of time.
    """

    __slots__ = ()

    def __init__(
        self,
        profile: Lookup,
        attribute_profile: Lookup,
        initial: float,
        initial_attribute: float,
        age_range: float,
        time_step: float,
    ) -> None:
        super().__init__(profile, initial, age_range, time_step)
        first, last = attribute_profile.points[0][0], attribute_profile.points[-1][0]
        for packet in self.packets:
            age = -packet[1] - time_step
            place = min(age / age_range, 1.0) if age_range > 0 else 0.0
            packet[2] = initial_attribute * attribute_profile(first + place * (last - first))

    def advance(
        self,
        inflow: float,
        outflow: float,
        attribute: float,
        attribute_change: float,
        time_step: float,
    ) -> None:
        """Take in both flows, the attribute of what enters, and its change per unit of time."""
        self.move(inflow, outflow, attribute, time_step)
        change = attribute_change * time_step
        if change:
            for packet in self.packets:
                packet[2] += change


# What functions read of a queue. Of an empty one all are 0.


@builtin("QUEUE AGE AVERAGE", units="(u, u) -> t", held=True)
def queue_age_average(queue: Queue, quantity: float) -> float:
    """The mean age of the oldest `quantity` in a queue, by amount; 0 of an empty queue.

    Of all that waits, if the quantity is not positive or more than that. :NA: of a variable that
    is no queue.

    Source: Vensim reference, QUEUE AGE AVERAGE.
    Checked against: closed form, independent implementation (a queue of single grains).
    Uncertain: the value of an empty queue.
    """
    return _mean([(amount, age) for amount, age, _ in _oldest(queue, quantity)])


@builtin("QUEUE AGE OLDEST", units="(u) -> t", held=True)
def queue_age_oldest(queue: Queue) -> float:
    """The age of what has waited longest in a queue; 0 of an empty queue.

    :NA: of a variable that is no queue.

    Source: Vensim reference, QUEUE AGE OLDEST.
    Checked against: closed form, independent implementation (a queue of single grains).
    Uncertain: the value of an empty queue.
    """
    return queue.clock - queue.packets[0][1] if queue.packets else 0.0


@builtin("QUEUE AGE IN RANGE", units="(u, t, t) -> u", held=True)
def queue_age_in_range(queue: Queue, min_age: float, max_age: float) -> float:
    """How much in a queue has an age from `min_age` to `max_age`, both included.

    :NA: in the place of one leaves that end open. An age within a millionth of a TIME STEP of an
    end counts as being there. :NA: of a variable that is no queue.

    Source: Vensim reference, QUEUE AGE IN RANGE.
    Checked against: closed form, independent implementation (a queue of single grains).
    """
    near = _AGE_TOLERANCE * queue.time_step
    low = min_age if min_age == NA else min_age - near
    high = max_age if max_age == NA else max_age + near
    ages = [(amount, age) for amount, age, _ in queue.oldest(math.inf)]
    return _between(ages, low, high)


@builtin("QUEUE ATTRIB AVERAGE", units="(u, u) -> *", held=True)
def queue_attrib_average(queue: AttributeQueue, quantity: float) -> float:
    """The mean attribute of the oldest `quantity` in a queue, by amount; 0 of an empty queue.

    Of all that waits, if the quantity is not positive or more than that. :NA: of a variable that
    is no QUEUE FIFO ATTRIB.

    Source: Vensim reference, QUEUE ATTRIB AVERAGE.
    Checked against: closed form, independent implementation (a queue of single grains).
    Uncertain: the manual's page was not to be had; the meaning of the quantity is that of QUEUE AGE
    AVERAGE, which agrees with the manual's example QUEUE ATTRIB AVERAGE(queue, -1).
    """
    return _mean([(amount, each) for amount, _, each in _oldest(queue, quantity)])


@builtin("QUEUE ATTRIB QUANTITY", units="(u1, u2) -> u1", held=True)
def queue_attrib_quantity(queue: AttributeQueue, quantity: float) -> float:
    """How much of the oldest in a queue has amount * attribute = `quantity` in all.

    A part of the last entry, if all of it would be too much; the whole content, if that is too
    little; 0 if the quantity is not positive. :NA: of a variable that is no QUEUE FIFO ATTRIB.

    Source: Vensim reference, QUEUE ATTRIB QUANTITY.
    Checked against: closed form, independent implementation (a queue of single grains).
    Uncertain: quantities that are not positive.
    """
    if math.isnan(quantity):
        return quantity
    taken, left = 0.0, quantity
    for amount, _, attribute in queue.oldest(math.inf):
        if left <= 0:
            return taken
        weight = amount * attribute
        if weight > left:
            return taken + left / attribute
        taken, left = taken + amount, left - weight
    return taken


@builtin("QUEUE ATTRIB IN RANGE", units="(u, u2, u2) -> u", held=True)
def queue_attrib_in_range(
    queue: AttributeQueue, min_attribute: float, max_attribute: float
) -> float:
    """How much in a queue has an attribute from `min_attribute` to `max_attribute`, both included.

    :NA: in the place of one leaves that end open. :NA: of a variable that is no QUEUE FIFO ATTRIB.

    Source: Vensim reference, QUEUE ATTRIB IN RANGE.
    Checked against: closed form, independent implementation (a queue of single grains).
    Uncertain: the manual's page was not to be had; the arguments are those of QUEUE AGE IN RANGE.
    """
    attributes = [(amount, each) for amount, _, each in queue.oldest(math.inf)]
    return _between(attributes, min_attribute, max_attribute)


@builtin("QUEUE ATTRIB MAX", units="(u) -> *", held=True)
def queue_attrib_max(queue: AttributeQueue) -> float:
    """The largest attribute in a queue; 0 of an empty queue.

    :NA: of a variable that is no QUEUE FIFO ATTRIB.

    Source: Vensim reference, QUEUE ATTRIB MAX.
    Checked against: closed form, independent implementation (a queue of single grains).
    Uncertain: the manual's page was not to be had; the argument is that of QUEUE AGE OLDEST.
    """
    return _extreme(max, queue)


@builtin("QUEUE ATTRIB MIN", units="(u) -> *", held=True)
def queue_attrib_min(queue: AttributeQueue) -> float:
    """The smallest attribute in a queue; 0 of an empty queue.

    :NA: of a variable that is no QUEUE FIFO ATTRIB.

    Source: Vensim reference, QUEUE ATTRIB MIN.
    Checked against: closed form, independent implementation (a queue of single grains).
    Uncertain: the manual's page was not to be had; the argument is that of QUEUE AGE OLDEST.
    """
    return _extreme(min, queue)


def _oldest(queue: Queue, quantity: float) -> Iterator[tuple[float, float, float]]:
    """The oldest of a queue; unknown, where the quantity is."""
    unknown = (math.nan, math.nan, math.nan)
    return iter([unknown]) if math.isnan(quantity) else queue.oldest(quantity)


def _mean(weighted: list[tuple[float, float]]) -> float:
    """The mean of values that have weights before them; 0 of none."""
    total = math.fsum(weight for weight, _ in weighted)
    return math.fsum(weight * value for weight, value in weighted) / total if weighted else 0.0


def _between(weighted: list[tuple[float, float]], low: float, high: float) -> float:
    """The weights of the values from low to high, where :NA: leaves an end open."""
    if any(map(math.isnan, (low, high, *(value for _, value in weighted)))):
        return math.nan
    return math.fsum(
        weight
        for weight, value in weighted
        if (low == NA or value >= low) and (high == NA or value <= high)
    )


def _extreme(choose: Callable[[list[float]], float], queue: Queue) -> float:
    """The attribute that is chosen among those in a queue; unknown, where one is."""
    attributes = [attribute for _, _, attribute in queue.packets]
    if any(map(math.isnan, attributes)):
        return math.nan
    return choose(attributes) if attributes else 0.0
