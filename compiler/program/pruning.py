"""What nobody asks for is not computed: `prune`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from ..names import fold
from ..system import CONTROLS
from .rebuild import from_below, with_values
from .tree import (
    Assignment,
    Bank,
    Block,
    DataBlock,
    Expression,
    Load,
    Memory,
    Program,
    Search,
    Slot,
    Sweep,
    assignments,
    loads,
)

__all__ = ["prune"]


def prune(program: Program, saved: frozenset[Slot]) -> Program:
    """A program that computes what `saved` needs, and no more: stocks, memories, initial values.

    INITIAL TIME, FINAL TIME, TIME STEP and SAVEPER stay, and what messages look at. Slots keep
    their numbers, but for those of memories; a slot that is not computed holds nothing.

    An error in an equation that nobody needs is then not met. So this is for who has said what to
    save, and no part of `optimise`.
    """
    needs = _Needs.of(program)
    clock = (slot for slot, info in program.info.items() if fold(info.name) in CONTROLS)
    roots = {*saved, *clock, *(each.slot for each in program.messages)}
    live = needs.closure(
        [
            *((_Phase.STEP, slot) for slot in roots),
            *((_Phase.START, slot) for slot in loads(program.start_time)),
        ]
    )
    return _Pruned(program, live).pruned()


class _Phase(Enum):
    """When a slot is computed."""

    ONCE = "once"  # constants, and data before a run
    START = "start"
    INITIAL = "initial"
    STEP = "step"
    STAGE = "stage"


_Place: TypeAlias = tuple[_Phase, Slot]
"""What a slot is given in a phase."""


@dataclass(frozen=True, slots=True)
class _Needs:
    """What each slot, in each phase, is computed from."""

    program: Program
    given: Mapping[_Place, list[Slot]]
    memories: Mapping[Slot, list[Memory]]  # by what reads them: their slot, or their contents
    shifts: Mapping[Slot, list[Slot]]
    data: Mapping[Slot, list[Slot]]

    @classmethod
    def of(cls, program: Program) -> _Needs:
        """The needs of a program."""
        given: dict[_Place, list[Slot]] = {}
        for phase, block in (
            (_Phase.ONCE, program.constants), (_Phase.START, program.start),
            (_Phase.INITIAL, program.initial), (_Phase.STEP, program.step),
            (_Phase.STEP, program.changes), (_Phase.STAGE, program.stage),
            (_Phase.STAGE, program.changes),
        ):  # fmt: skip
            for target, read in _given(block):
                given.setdefault((phase, target), []).extend(read)
        memories: dict[Slot, list[Memory]] = {}
        for number, each in enumerate(program.memories):
            memories.setdefault(Slot(Bank.MEMORY, number), []).append(each)
            if each.contents is not None:
                memories.setdefault(each.contents.slot, []).append(each)
        shifts: dict[Slot, list[Slot]] = {}
        for shift in program.shift:
            shifts.setdefault(shift.target, []).extend(loads(shift.value))
        data: dict[Slot, list[Slot]] = {}
        for each_data in program.data:
            data.setdefault(each_data.series, []).extend(_needed_by(each_data))
        return cls(program, given, memories, shifts, data)

    def closure(self, roots: Iterable[_Place]) -> frozenset[_Place]:
        """Some places, and all that they need."""
        found, stack = set[_Place](), list(roots)
        while stack:
            place = stack.pop()
            if place not in found:
                found.add(place)
                stack += self._direct(*place)
        return frozenset(found)

    def _direct(self, phase: _Phase, slot: Slot) -> Iterator[_Place]:
        """What a slot needs at once where it is read or given in a phase."""
        own = phase
        match slot.bank:
            case Bank.PARAMETER | Bank.LIST:
                return
            case Bank.TABLE | Bank.POINTS:
                yield from ((_Phase.ONCE, each) for each in self.data.get(slot, ()))
                own = _Phase.ONCE
            case Bank.CONSTANT:
                own = _Phase.ONCE
            case Bank.INITIAL | Bank.CONTENTS:
                own = _Phase.INITIAL
            case Bank.STOCK if phase is not _Phase.INITIAL:
                change = Slot(Bank.CHANGE, slot.index)
                yield from ((_Phase.INITIAL, slot), (_Phase.STEP, change), (_Phase.STAGE, change))
                yield from ((_Phase.STEP, each) for each in self.shifts.get(slot, ()))
                return
            case _:
                pass
        if own is not phase:
            yield own, slot
            return
        for memory in self.memories.get(slot, ()):
            yield from self._remembered(memory)
        for each in self.given.get((phase, slot), ()):
            # What a stage gives by itself is what the step gave.
            yield (_Phase.STEP if each == slot else phase), each

    def _remembered(self, memory: Memory) -> Iterator[_Place]:
        """What a memory needs: how it is made, and what it takes in."""
        for value in memory.start:
            yield from ((_Phase.INITIAL, each) for each in loads(value))
        for value in memory.inputs:
            yield from ((_Phase.STEP, each) for each in loads(value))
        if memory.contents is not None:
            yield _Phase.INITIAL, memory.contents.slot


def _given(block: Block) -> Iterator[tuple[Slot, list[Slot]]]:
    """The slots that a block gives something, each with those that are read for it."""
    for each in block:
        if isinstance(each, Search):  # all of it is computed together
            inner = tuple(assignments((each,)))
            read = list(dict.fromkeys(slot for one in inner for slot in loads(one.value)))
            yield from ((target, read) for target in dict.fromkeys(one.target for one in inner))
        else:
            yield from ((one.target, list(loads(one.value))) for one in assignments((each,)))


def _needed_by(block: DataBlock) -> Iterator[Slot]:
    """What the points of a series are computed from."""
    for each in assignments(block.block):
        yield from loads(each.value)
    yield from block.inputs
    if block.shift is not None:
        yield block.shift


# --- Without the rest ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pruned:
    """A program without what is not live."""

    program: Program
    live: frozenset[_Place]

    def pruned(self) -> Program:
        """What is left."""
        program = self.program
        kept = [
            number for number, each in enumerate(program.memories) if self._remembers(number, each)
        ]
        left = replace(
            program,
            constants=self._block(_Phase.ONCE, program.constants),
            start=self._block(_Phase.START, program.start),
            initial=self._block(_Phase.INITIAL, program.initial),
            step=self._block(_Phase.STEP, program.step),
            changes=self._block(_Phase.STEP, program.changes),
            stage=self._block(_Phase.STAGE, program.stage),
            shift=tuple(each for each in program.shift if (_Phase.STEP, each.target) in self.live),
            memories=tuple(program.memories[number] for number in kept),
            data=tuple(each for each in program.data if (_Phase.ONCE, each.series) in self.live),
        )
        if len(kept) == len(program.memories):
            return left
        return _renumbered(left, {Slot(Bank.MEMORY, old): new for new, old in enumerate(kept)})

    def _remembers(self, number: int, memory: Memory) -> bool:
        held = memory.contents is not None and (_Phase.INITIAL, memory.contents.slot) in self.live
        return held or (_Phase.STEP, Slot(Bank.MEMORY, number)) in self.live

    def _block(self, phase: _Phase, block: Block) -> Block:
        found: list[Assignment | Sweep | Search] = []
        for each in block:
            match each:
                case Assignment(target=target):
                    found += [each] if (phase, target) in self.live else []
                case Sweep(rounds, turns):
                    left = tuple(
                        turn for turn in turns if (phase, turn.assignment.target) in self.live
                    )
                    found += [Sweep(rounds, left)] if left else []
                case Search():
                    targets = (one.target for one in assignments((each,)))
                    found += [each] if any((phase, slot) in self.live for slot in targets) else []
        return tuple(found)


def _renumbered(program: Program, numbers: Mapping[Slot, int]) -> Program:
    """A program that reads its memories by other numbers."""

    def renumber(node: Expression) -> Expression:
        if isinstance(node, Load) and node.slot in numbers:
            return Load(Slot(Bank.MEMORY, numbers[node.slot]), node.indices)
        return node

    return with_values(program, lambda value: from_below(value, renumber))
