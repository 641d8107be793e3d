"""Timing several ways to do the same, in turn: A B C A B C.

So a machine that slows down slows all of them, and ratios of one round compare what ran together.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

__all__ = ["Contender", "Timing", "calling", "difference", "in_turns", "ratio"]


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do it.

    Attributes:
        name: what the tables call it.
        seconds: does it so many times over, and gives the seconds of all of these together.
    """

    name: str
    seconds: Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one contender took, in seconds for doing it once: (n_rounds,)."""

    name: str
    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Of all rounds, in seconds."""
        return statistics.median(self.rounds)


def in_turns(
    contenders: Sequence[Contender], repeats: int, *, turn: float = 0.0
) -> tuple[Timing, ...]:
    """Time all contenders in so many rounds, after one round that warms up and is not counted.

    Args:
        contenders: what takes turns, in this order.
        repeats: how many rounds.
        turn: how many seconds a turn should last at least: so often is it done in one turn.
    """
    counts = []
    for each in contenders:
        each.seconds(1)
        counts.append(max(1, ceil(turn / max(each.seconds(1), 1e-7))))
    rounds = [
        [each.seconds(count) / count for each, count in zip(contenders, counts, strict=True)]
        for _ in range(repeats)
    ]
    columns = zip(*rounds, strict=True)
    return tuple(
        Timing(each.name, tuple(column)) for each, column in zip(contenders, columns, strict=True)
    )


def calling(name: str, call: Callable[[], object]) -> Contender:
    """A call that is timed from here, with what it costs to call it."""

    def seconds(times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            call()
        return time.perf_counter() - began

    return Contender(name, seconds)


def ratio(above: Timing, below: Timing) -> float:
    """How many times as long the first took: the median of the ratios of each round."""
    return statistics.median(a / b for a, b in zip(above.rounds, below.rounds, strict=True))


def difference(above: Timing, below: Timing) -> float:
    """How many seconds longer the first took: the median of the differences of each round."""
    return statistics.median(a - b for a, b in zip(above.rounds, below.rounds, strict=True))
