"""What a constant reaches, and what is needed of it: which derivatives are not zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .tangents import passed_on
from .tree import Assignment, Bank, Program, Slot, assignments

__all__ = ["Influences"]


@dataclass(frozen=True, slots=True)
class Influences:
    """Which slots change with which, in any phase of a run, everywhere but at single points."""

    read_by: Mapping[Slot, set[Slot]]
    reads: Mapping[Slot, set[Slot]]

    @classmethod
    def of(cls, program: Program) -> Influences:
        """The influences in a program."""
        reads: dict[Slot, set[Slot]] = {}
        for block in (
            program.constants, program.start, program.initial, program.step, program.changes,
            program.stage, program.shift, *(each.block for each in program.data),
        ):  # fmt: skip
            for each in assignments(block):
                reads.setdefault(_reached(each), set()).update(passed_on(each.value))
        for number, memory in enumerate(program.memories):
            own = reads.setdefault(Slot(Bank.MEMORY, number), set())
            for value in (*memory.start, *memory.inputs):
                own.update(passed_on(value))
            if memory.contents is not None:
                reads.setdefault(memory.contents.slot, set()).update(own)
        for data in program.data:
            own = reads.setdefault(data.series, set())
            own.update((data.points, *data.inputs, *((data.shift,) if data.shift else ())))
        read_by: dict[Slot, set[Slot]] = {}
        for slot, read in reads.items():
            for each_read in read:
                read_by.setdefault(each_read, set()).add(slot)
        return cls(read_by, reads)

    def reached(self, slots: Iterable[Slot]) -> frozenset[Slot]:
        """Some slots, and all that change with them."""
        return _closure(slots, self.read_by)

    def needed(self, slots: Iterable[Slot]) -> frozenset[Slot]:
        """Some slots, and all that they change with."""
        return _closure(slots, self.reads)


def _reached(each: Assignment) -> Slot:
    """The slot that an assignment changes: of a stock's change, the stock."""
    target = each.target
    return Slot(Bank.STOCK, target.index) if target.bank is Bank.CHANGE else target


def _closure(slots: Iterable[Slot], next_of: Mapping[Slot, set[Slot]]) -> frozenset[Slot]:
    found, stack = set[Slot](), list(slots)
    while stack:
        slot = stack.pop()
        if slot not in found:
            found.add(slot)
            stack += next_of.get(slot, ())
    return frozenset(found)
