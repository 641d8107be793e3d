"""Which values need not be watched, because what is computed from them shows it.

Python raises an error where an operation has no value, and a run checks that every variable is
finite. Native code goes on with infinity or NaN. Adding, subtracting and multiplying pass these
on, and so do stocks, to the end of the run: a number that reaches a stock that way is watched by
looking at the stock once. Only the others are watched where they are computed.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..program import (
    Assignment,
    Bank,
    Block,
    Call,
    Choice,
    Expression,
    Gather,
    Load,
    Operation,
    Operator,
    Program,
    Slot,
)
from ..system import Along, Index

__all__ = ["watched_slots"]

_PASSES_ON = (Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY)


def watched_slots(program: Program, block: Block) -> frozenset[Slot]:
    """The slots that a block sets, and in which no number can get lost that is not finite.

    Args:
        program: what the block is of.
        block: all that is computed at a time; changes of stocks last.
    """
    found: set[Slot] = set()
    for each in reversed(block):
        if not isinstance(each, Assignment):
            continue
        target = each.target
        if target.bank is Bank.CHANGE:
            found.add(target)
        if target in found:
            # Of several equations that set the elements of one array each shows its own.
            found.update(_shown(program, each.value))
    return frozenset(found)


def _shown(program: Program, value: Expression) -> Iterable[Slot]:
    """The slots of which no number but a finite one gives a finite value."""
    match value:
        case Load(slot, indices):
            if _is_whole(indices, program.shape(slot)):
                yield slot
        case Operation(Operator.NEGATE, (operand,)):
            yield from _shown(program, operand)
        case Operation(operator, operands) if operator in _PASSES_ON:
            for each in operands:
                yield from _shown(program, each)
        case Operation(Operator.DIVIDE, (above, _)):
            yield from _shown(program, above)
        case Call(function, (operand,)) if function.name == "SQRT":
            yield from _shown(program, operand)
        case Call(function, (Gather(_, inner),)) if function.name in ("SUM", "PROD"):
            yield from _shown(program, inner)
        case Choice() | _:
            return


def _is_whole(indices: tuple[Index, ...], shape: tuple[int, ...]) -> bool:
    """Whether indices lead to all elements, when their loops run."""
    loops = [each.loop for each in indices if isinstance(each, Along)]
    return len(set(loops)) == len(shape) and all(
        isinstance(each, Along) and each.places == range(size)
        for each, size in zip(indices, shape, strict=True)
    )
