"""When two expressions are the same: an expression by what it does, apart from its parts.

Each equation has loops of its own, so that loops are told by where they first occur. An
expression's free loops stand in that order, and so does a part's: where a part's loops stand among
those of the whole is all that need be known of them. Two expressions with the same label and with
parts that are the same, pair by pair, are the same over the loops that stand at the same places.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from struct import pack
from typing import TypeAlias

from ..system import Along, At, Index, Loop
from .tree import (
    Call,
    CallAlong,
    Choice,
    Draw,
    Expression,
    Gather,
    Interpolate,
    Literal,
    Load,
    Make,
    Operation,
    Tell,
    Time,
)

__all__ = ["Free", "Label", "indices_label", "signature"]

Label: TypeAlias = Hashable
Free: TypeAlias = tuple[Loop, ...]
"""The loops that an expression's value depends on, in the order in which they first occur."""


def signature(node: Expression, frees: Sequence[Free]) -> tuple[Label, Free]:
    """What an expression does with its parts, whose free loops are given; its own free loops.

    Of a `Load`, the slot is a part, too, and not in the label.
    """
    match node:
        case Literal(value):
            return pack("d", value), ()  # which tells 0.0 from -0.0, and is equal for a NaN
        case Time():
            return "time", ()
        case Operation(operator=operator):
            return _plain(operator.value, frees)
        case Choice():
            return _plain("choice", frees)
        case Interpolate():
            return _plain("interpolate", frees)
        case Tell():
            return _plain("tell", frees)
        case Call(function, operands, keywords):
            named = tuple([name for name, _ in keywords])
            return _binding(("call", id(function), named), frees, _gathered(operands))
        case CallAlong(function, operands, loops):
            head = ("along", id(function), tuple(map(len, loops)))
            return _binding(head, (loops, *frees), _gathered(operands), loops)
        case Make(made, operands):
            return _plain(("make", id(made)), frees)
        case Gather(loops, _):
            # What binds is the call around it, whose other arrays may run through the same loops.
            return _plain(("gather", tuple(map(len, loops))), (loops, *frees))
        case Draw(function, site, _, element, shape):
            label, free = indices_label(element)
            return _plain(("draw", id(function), site, label, shape), (free, *frees))
        case Load(indices=indices):
            return indices_label(indices)


def _plain(head: Label, frees: Sequence[Free]) -> tuple[Label, Free]:
    """The label of what depends on all loops that its parts depend on."""
    if not any(frees):
        return head, ()
    free = tuple(dict.fromkeys(loop for each in frees for loop in each))
    at = {loop: place for place, loop in enumerate(free)}
    return (head, tuple(tuple(at[loop] for loop in each) for each in frees)), free


def _gathered(operands: tuple[Expression, ...]) -> Free:
    """The loops that the arrays among a call's operands run through, each once."""
    found = (loop for each in operands if isinstance(each, Gather) for loop in each.loops)
    return tuple(dict.fromkeys(found))


def _binding(
    head: Label, frees: Sequence[Free], bound: Free, kept: Free = ()
) -> tuple[Label, Free]:
    """The label of what runs through some loops itself: it depends on those that are kept alone."""
    if not bound:
        return _plain(head, frees)
    label, free = _plain((head, tuple(map(len, bound))), (bound, *frees))
    return label, tuple(loop for loop in free if loop not in bound or loop in kept)


def indices_label(indices: tuple[Index, ...], known: Free = ()) -> tuple[Label, Free]:
    """Indices, with the loops by their places among those that are known or that occur."""
    if not indices:
        return (), known
    at = {loop: place for place, loop in enumerate(known)}
    label: list[Label] = []
    for index in indices:
        match index:
            case At(place):
                label.append(place)
            case Along(loop, places):
                label.append((at.setdefault(loop, len(at)), places))
    return tuple(label), tuple(at)
