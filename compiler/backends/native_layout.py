"""Where the numbers of a program stand while native code runs it.

All of a program's numbers stand in one flat vector, `w`. Runs that are computed side by side are
its lanes: number n of lane r stands at n * lanes + r, so that the innermost loop runs over lanes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from ..program import FIXED, Assignment, Bank, Program, Slot, assignments
from ..system import Along, At, Index, Loop, Places, places

__all__ = ["CHECK", "Counted", "Layout", "Turns", "assigned", "layout_of", "linear"]

CHECK = 0
"""The number that stays 0 as long as every value is finite, and is NaN after that."""

_ORDER = (*FIXED, Bank.STOCK, Bank.CHANGE, Bank.MEMORY, Bank.AUXILIARY, Bank.TERM)
_HELD = frozenset(_ORDER)


@dataclass(frozen=True, slots=True)
class Layout:
    """The first number of each slot, and how many numbers there are in all.

    Stocks stand end to end in the order of `stocks`, and so do their changes.
    """

    places: Mapping[Slot, int]
    stocks: tuple[Slot, ...]
    width: int
    moving: int  # how many numbers the stocks are

    @property
    def first_stock(self) -> int:
        """Where the stocks begin."""
        return self.places[self.stocks[0]] if self.stocks else 0

    @property
    def first_change(self) -> int:
        """Where their changes begin."""
        return self.first_stock + self.moving


def assigned(program: Program) -> Iterator[Assignment]:
    """All assignments of a program that native code computes."""
    for block in (
        program.constants, program.initial, program.step, program.changes, program.stage,
    ):  # fmt: skip
        yield from assignments(block)


def layout_of(program: Program, parameters: Iterable[Slot], memories: Iterable[int]) -> Layout:
    """A place for all that a program computes, and for memories; first for what it is given."""
    first = dict.fromkeys(parameters)
    found = dict(first)
    found |= dict.fromkeys(Slot(Bank.MEMORY, place) for place in memories)
    for each in assigned(program):
        found[each.target] = None
    stocks = tuple(
        Slot(Bank.STOCK, slot.index)
        for slot in sorted(found, key=lambda slot: slot.index)
        if slot.bank is Bank.CHANGE
    )
    changes = tuple(Slot(Bank.CHANGE, stock.index) for stock in stocks)
    first |= dict.fromkeys(slot for slot in found if slot.bank in FIXED)
    known = frozenset((*first, *stocks, *changes))
    rest = [slot for slot in found if slot not in known]
    places: dict[Slot, int] = {}
    width = CHECK + 1
    for slot in (*first, *stocks, *changes, *rest):
        places[slot] = width
        width += prod(program.shape(slot))
    moving = sum(prod(program.shape(stock)) for stock in stocks)
    return Layout(places, stocks, width, moving)


# --- Places in arrays ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """A place that is counted: `start + step * name`, or the `name`-th of some numbers."""

    name: str
    places: Places


Turns: TypeAlias = Mapping[Loop, Counted]
"""The loops around an expression: what counts each, and its turn in each round of that."""


def linear(
    indices: tuple[Index, ...], shape: tuple[int, ...], turns: Turns
) -> tuple[int, tuple[tuple[int, str] | tuple[tuple[int, ...], str], ...]]:
    """The number of an element, the last axis fastest, as a constant and what is added to it.

    That is a factor and a counter's name, or a tuple of numbers that the counter chooses from.
    """
    constant, stride = 0, prod(shape)
    factors: dict[str, int] = {}
    chosen: list[tuple[tuple[int, ...], str]] = []
    for index, size in zip(indices, shape, strict=True):
        stride //= size
        match index:
            case At(place):
                constant += stride * place
            case Along(loop, along):
                counted = turns[loop]
                there = places(along[turn] for turn in counted.places)
                if isinstance(there, range) and len(there) > 0:
                    constant += stride * there.start
                    if len(there) > 1:
                        factors[counted.name] = factors.get(counted.name, 0) + stride * there.step
                elif len(set(there)) == 1:
                    constant += stride * there[0]
                else:
                    chosen.append((tuple(stride * each for each in there), counted.name))
    return constant, (*((factor, name) for name, factor in factors.items()), *chosen)
