"""What an order consists of: variables as a whole, and sweeps over the elements of several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..system import Loop, Places, VarId

__all__ = ["Order", "Repetition", "Search", "Sweep", "Turn", "repetitions", "variables_of"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One equation's turn in a sweep: `part` is its place among the variable's parts.

    In each round the loops of `steps` are at the turn that their places give (the first turn of
    a loop is 0); other loops of the part run whole.
    """

    variable: VarId
    part: int
    steps: tuple[tuple[Loop, Places], ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Equations that take turns, round after round, because their elements need one another."""

    rounds: int
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Equations that need one another at every time, computed until what is sought is found."""

    sought: tuple[VarId, ...]
    order: tuple[VarId | Sweep, ...]  # those that are sought among them


Order: TypeAlias = tuple[VarId | Sweep | Search, ...]
"""What is computed one after the other.

A variable that stands in a sweep is computed by the sweeps of that order alone, each of its
elements once.
"""


def variables_of(order: Order) -> Iterator[VarId]:
    """The variables of an order, those in sweeps and searches with them."""
    for each in order:
        match each:
            case Sweep(turns=turns):
                yield from (turn.variable for turn in turns)
            case Search(order=inside):
                yield from variables_of(inside)
            case variable:
                yield variable


# --- Repetitions ---------------------------------------------------------------------------------

_PERIODS = 8  # how many are tried: a longer one would not make the text much shorter
_LONGEST = 1024


@dataclass(frozen=True, slots=True)
class Repetition:
    """A stretch of a sequence: from `start`, `rounds` times the same `period` items."""

    start: int
    period: int
    rounds: int


def repetitions(items: Sequence[int]) -> Iterator[Repetition]:
    """Cut a sequence into stretches that repeat; what does not is of one round."""
    following = _following(items)
    start = alone = 0
    while start < len(items):
        found = _best(items, start, following)
        if found.rounds == 1:
            start += 1
            continue
        if alone < start:
            yield Repetition(alone, start - alone, 1)
        yield found
        start = alone = start + found.period * found.rounds
    if alone < start:
        yield Repetition(alone, start - alone, 1)


def _following(items: Sequence[int]) -> list[int]:
    """For each place the next one with the same item, or the sequence's end."""
    result = [len(items)] * len(items)
    last: dict[int, int] = {}
    for place in range(len(items) - 1, -1, -1):
        result[place] = last.get(items[place], len(items))
        last[items[place]] = place
    return result


def _best(items: Sequence[int], start: int, following: Sequence[int]) -> Repetition:
    """The repetition from `start` with the most rounds; of several, the shortest."""
    best = Repetition(start, 1, 1)
    again = start
    for _ in range(_PERIODS):
        again = following[again]
        period = again - start
        if again == len(items) or period > _LONGEST:
            break
        end = again
        while end < len(items) and items[end] == items[end - period]:
            end += 1
        rounds = (end - start) // period
        if rounds > best.rounds:
            best = Repetition(start, period, rounds)
    return best
