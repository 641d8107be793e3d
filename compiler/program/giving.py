"""What a run is given instead of computing it: `given(program, slots) -> Program`."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from .tree import Assignment, Block, Program, Slot, Sweep, Turn

__all__ = ["given"]


def given(program: Program, slots: AbstractSet[Slot]) -> Program:
    """The same program without the equations of some slots: a run has their values from outside.

    The memory of such a slot goes on, and nothing reads it.
    """
    if not slots:
        return program

    def rest(block: Block) -> Block:
        return tuple(kept for each in block for kept in _without(each, slots))

    return replace(
        program,
        constants=rest(program.constants),
        initial=rest(program.initial),
        step=rest(program.step),
        stage=rest(program.stage),
    )


def _without(each: object, slots: AbstractSet[Slot]) -> tuple[Assignment | Sweep, ...]:
    match each:
        case Assignment(target=target):
            return () if target in slots else (each,)
        case Sweep(rounds, turns):
            kept: tuple[Turn, ...] = tuple(
                turn for turn in turns if turn.assignment.target not in slots
            )
            return (Sweep(rounds, kept),) if kept else ()
        case _:
            raise AssertionError(each)
