"""Equal expressions have the same number: value numbering, over the slots of one phase of a run.

A slot that an assignment gives its value has the number of that value, so that what reads it is
the same as what computes it again. A slot that nobody here computes, or not as a whole, has a
number of its own.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from ..system import Along, Loop
from .rebuild import innermost_first, is_held_over, is_whole, parts
from .signature import Free, indices_label, signature
from .tree import (
    Assignment,
    Call,
    Draw,
    Expression,
    Gather,
    Interpolate,
    Literal,
    Load,
    Make,
    Operation,
    Operator,
    Program,
    Slot,
    Tell,
    Time,
)

__all__ = ["Number", "Numbers", "Values", "over"]

_DEAR, _DIVISION = 10, 4  # what functions and divisions cost, in additions


class Number(NamedTuple):
    """What is known of an expression; those with the same `id` are equal."""

    id: int
    free: Free
    cost: int  # of computing it, roughly, in additions; to read a slot costs nothing


class Numbers:
    """Numbers for what is met, the same for the same, in all phases."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, *key: Hashable) -> int:
        """The number of a label and of what stands with it."""
        return self._known.setdefault(key, len(self._known))


_Defined: TypeAlias = tuple[Number, tuple[int, ...]]
"""A whole array's value, and for each of its free loops the axis that it runs along."""


@dataclass(slots=True)
class Values:
    """The numbers of expressions and slots in one phase, as its assignments are met in order."""

    program: Program
    numbers: Numbers
    slots: dict[Slot, Number] = field(default_factory=dict)  # that hold one number
    arrays: dict[Slot, _Defined] = field(default_factory=dict)
    array_ids: dict[Slot, int] = field(default_factory=dict)
    first: dict[int, Slot] = field(default_factory=dict)  # the first array with an id
    leaves: dict[int, tuple[Expression, Free]] = field(default_factory=dict)
    """What is read as it is, by its number: slots that are not computed here, numbers, the time."""
    _met: dict[int, Number] = field(default_factory=dict)  # by the identity of a node

    def later(self) -> Values:
        """For a phase in which all that is known now still holds."""
        return Values(
            self.program,
            self.numbers,
            dict(self.slots),
            dict(self.arrays),
            dict(self.array_ids),
            dict(self.first),
            dict(self.leaves),
        )

    def number(self, node: Expression) -> Number:
        """The number of an expression, as a node of the program that is numbered."""
        met = self._met
        if id(node) not in met:
            for each in innermost_first(node):
                if id(each) not in met:
                    met[id(each)] = self._number(each)
        return met[id(node)]

    def _number(self, node: Expression) -> Number:
        """The number of an expression whose parts have theirs."""
        if isinstance(node, Load):
            return self.number_of_load(node)
        inner = [self._met[id(each)] for each in parts(node)]
        label, free = signature(node, [each.free for each in inner])
        id_ = self.numbers.of(label, *[each.id for each in inner])
        if isinstance(node, Literal | Time):
            self.leaves.setdefault(id_, (node, ()))
        return Number(id_, free, _weight(node) + sum([each.cost for each in inner]))

    def number_of_load(self, load: Load) -> Number:
        """The number of what a load reads; it need not be a node of the program."""
        slot, indices = load.slot, load.indices
        if not indices:
            known = self.slots.get(slot)
            if known is not None:
                return Number(known.id, (), 0)
            id_ = self.numbers.of("load", slot)
            self.leaves.setdefault(id_, (load, ()))
            return Number(id_, (), 0)
        defined = self.arrays.get(slot)
        if defined is not None and is_whole(indices, self.program.shape(slot)):
            value, axes = defined
            loops = [index.loop for index in indices if isinstance(index, Along)]
            return Number(value.id, tuple([loops[axis] for axis in axes]), 0)
        label, free = indices_label(indices)
        id_ = self.numbers.of("load", self.array_id(slot), label)
        if slot not in self.array_ids:
            self.leaves.setdefault(id_, (load, free))
        return Number(id_, free, 0)

    def same(self, load: Load) -> Load:
        """The load of the first array that is equal to the one that is read."""
        first = self.first.get(self.array_ids.get(load.slot, -1))
        return load if first is None or first == load.slot else Load(first, load.indices)

    def array_id(self, slot: Slot) -> int:
        """The number of an array as a whole."""
        known = self.array_ids.get(slot)
        return self.numbers.of("array", slot) if known is None else known

    def define(self, assignment: Assignment) -> None:
        """Take notice of an assignment: of its target, if it gives all of it."""
        value, target = assignment.value, assignment.target
        if is_held_over(assignment) or isinstance(value, Make | Tell):
            return
        number = self.number(value)
        if not assignment.indices:
            if not number.free:
                self.slots[target] = number
            return
        if not is_whole(assignment.indices, self.program.shape(target)):
            return
        along = {index.loop: axis for axis, index in enumerate(assignment.indices)
                 if isinstance(index, Along)}  # fmt: skip
        axes = tuple([along.get(loop, -1) for loop in number.free])
        if -1 in axes:
            return
        if isinstance(value, Load) and value.indices == assignment.indices:
            id_ = self.array_id(value.slot)
            self.first.setdefault(id_, value.slot)
        else:
            id_ = self.numbers.of("whole", number.id, axes, self.program.shape(target))
            self.first.setdefault(id_, target)
        self.arrays[target], self.array_ids[target] = (number, axes), id_


def _weight(node: Expression) -> int:
    match node:
        case Literal() | Time() | Load() | Gather():
            return 0
        case Call() | Interpolate() | Draw() | Operation(operator=Operator.POWER):
            return _DEAR
        case Operation(operator=Operator.DIVIDE):
            return _DIVISION
        case _:
            return 1


def over(load: Load, loops: Free, others: Free) -> Load:
    """A load over other loops, in the places of those that it was over."""
    if loops == others:
        return load
    other: dict[Loop, Loop] = dict(zip(loops, others, strict=True))
    indices = [
        Along(other[index.loop], index.places) if isinstance(index, Along) else index
        for index in load.indices
    ]
    return Load(load.slot, tuple(indices))
