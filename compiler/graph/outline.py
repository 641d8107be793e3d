"""What the order of a model depends on, variable by variable; the rest may change and it holds.

Most edits change a number, or a formula that reads what it read before. Two systems whose
outlines are equal have the same orders and the same kinds of variables.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from ..kept import Kept
from ..system import Auxiliary, Meaning, Points, Series, Sought, System, Variable, VarId
from .dependencies import reads_at_start, reads_now, reads_to_advance
from .kinds import Classified, classified_alone, flows

__all__ = ["Outline", "outline"]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """All that an order and the kinds know of one variable without axes."""

    id: VarId
    name: str  # which reasons tell
    hidden: bool
    meaning: type[Meaning]
    held: bool
    kind: Classified
    now: Collection[VarId]
    at_start: Collection[VarId]
    to_advance: Collection[VarId]
    flows: tuple[tuple[VarId, int], ...]


Outline: TypeAlias = tuple[_Drawn, ...]

_DRAWN = Kept[Meaning, _Drawn]()


def outline(system: System) -> Outline | None:
    """What the order of a system depends on; None, if on more than can be said in short.

    That is so of subscripts, since circles among elements are untied by what each reads; of what
    is sought; and of data equations, whose points have an order of their own.
    """
    drawn = []
    for variable in system.variables.values():
        meaning = variable.parts[0].meaning
        if (
            variable.axes
            or len(variable.parts) > 1
            or isinstance(meaning, Series | Points | Sought)
        ):
            return None
        found = _DRAWN.get(meaning)
        if (
            found is None
            or found.id != variable.id
            or found.name != variable.name
            or found.hidden != variable.hidden
        ):
            found = _DRAWN.keep(meaning, _drawn(variable))
        drawn.append(found)
    return tuple(drawn)


def _drawn(variable: Variable) -> _Drawn:
    meaning = variable.meaning
    return _Drawn(
        variable.id,
        variable.name,
        variable.hidden,
        type(meaning),
        isinstance(meaning, Auxiliary) and meaning.held,
        classified_alone(variable),
        reads_now(variable),
        reads_at_start(variable),
        reads_to_advance(variable),
        tuple(flows(variable)),
    )
