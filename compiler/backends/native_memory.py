"""Memories as native code has them: what they take are terms, computed like any other equation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ..program import Assignment, Bank, Load, Program, Slot, whole

__all__ = ["with_inputs"]


def with_inputs(program: Program, places: Collection[int]) -> Program:
    """The same program, in which some memories take terms, computed like any other equation."""
    shapes = list(program.terms)
    initial, step = list(program.initial), list(program.step)
    memories = []
    for place, memory in enumerate(program.memories):
        if place not in places:
            memories.append(memory)
            continue
        indices = whole(memory.loops)
        taken: list[list[Load]] = []
        for values, block in ((memory.start, initial), (memory.inputs, step)):
            taken.append([])
            for value in values:
                slot = Slot(Bank.TERM, len(shapes))
                shapes.append(tuple(map(len, memory.loops)))
                block.append(Assignment(slot, value, memory.span, indices))
                taken[-1].append(Load(slot, indices))
        memories.append(replace(memory, start=tuple(taken[0]), inputs=tuple(taken[1])))
    return replace(
        program,
        initial=tuple(initial),
        step=tuple(step),
        memories=tuple(memories),
        terms=tuple(shapes),
    )
