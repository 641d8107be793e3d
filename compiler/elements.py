"""One element of a subscripted variable: its equation, what it reads, and who reads it.

What the compiler made in between (a delay's stock, say) is passed through, not named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import TypeAlias

from s3c.runtime import Axis, UnknownNameError, place_along

from .graph import at_start, now, to_advance
from .system import (
    TIME,
    Along,
    At,
    Constant,
    ConstantList,
    Index,
    Loop,
    Part,
    Read,
    System,
    Variable,
    VarId,
    print_meaning,
    print_read,
    print_target,
    reads,
)

__all__ = ["Element", "Place", "element", "place_of"]

Place: TypeAlias = tuple[int | None, ...]
"""A place along each axis; None is all of them."""

Turns: TypeAlias = Mapping[Loop, int]

_MOST = 12  # readers of one equation that are named one by one


@dataclass(frozen=True, slots=True)
class Element:
    """An element and what there is to say of it alone."""

    name: str
    part: Part
    meaning: str
    """Its equation with every subscript written out."""
    causes: tuple[str, ...]
    uses: tuple[str, ...]


def place_of(variable: Variable, subscripts: tuple[str, ...], system: System) -> Place:
    """The place of the element with those names, one for each axis, in any spelling.

    Raises:
        UnknownNameError: S3C604, there is no such element.
    """
    names = system.ranges.names
    axes = tuple(
        Axis(axis.name, tuple(names[each] for each in axis.elements)) for axis in variable.axes
    )
    return place_along(variable.name, axes, subscripts)


def element(variable: Variable, place: Place, system: System) -> Element:
    """What there is to say of one element.

    Raises:
        UnknownNameError: S3C604, no equation defines it.
    """
    names = system.ranges.names
    inside = ",".join(
        names[axis.elements[each]]
        for axis, each in zip(variable.axes, place, strict=True)
        if each is not None
    )
    name = f"{variable.name}[{inside}]"
    for part, turns in _parts_at(variable, place):
        meaning = _meaning(part, turns, system)
        causes = dict.fromkeys(_causes(part, turns, system, set()))
        uses = dict.fromkeys(_uses(variable.id, place, system, _readers(system), set()))
        if not any(read.variable == variable.id for read in _reads_of(part)):
            # What a smooth's stock reads of the smooth itself is no cause that anybody wrote.
            causes.pop(name, None)
            uses.pop(name, None)
        return Element(name, part, f"{name} = {meaning}", tuple(causes), tuple(uses))
    raise UnknownNameError("S3C604", f"“{name}” has no equation")


def _meaning(part: Part, turns: Turns, system: System) -> str:
    """The right side of one element's equation, with every subscript written out."""
    match part.meaning:
        case ConstantList(numbers, changeable):
            place = 0
            for loop in part.loops:
                place = place * len(loop) + turns[loop]
            return print_meaning(Constant(numbers[place], changeable), system)
        case meaning:
            return print_meaning(meaning, system, turns)


# --- Down: what an element reads ---


def _parts_at(variable: Variable, place: Place) -> Iterator[tuple[Part, Turns]]:
    """The parts that define something at a place, and where their loops stand then."""
    for part in variable.parts:
        turns = _turns_at(part.indices, place)
        if turns is not None:
            yield part, turns


def _turns_at(indices: tuple[Index, ...], place: Place) -> Turns | None:
    """Where loops must stand for indices to come to a place; None if they never do."""
    found: dict[Loop, int] = {}
    for index, wanted in zip(indices, place, strict=True):
        match index:
            case _ if wanted is None:
                pass
            case At(fixed):
                if fixed != wanted:
                    return None
            case Along(loop, along):
                if wanted not in along:
                    return None
                found[loop] = along.index(wanted)
    return found


def _causes(
    part: Part, turns: Turns, system: System, seen: set[tuple[VarId, Place]]
) -> Iterator[str]:
    """What an equation reads; each place of what is passed through is seen once."""
    for read in _reads_of(part):
        read_variable = system.variables.get(read.variable)
        if read.variable == TIME or read_variable is None or not read_variable.hidden:
            yield print_read(read, system, turns)
            continue
        place = _place(read.indices, turns)
        if (read.variable, place) not in seen:
            seen.add((read.variable, place))
            for inner, inner_turns in _parts_at(read_variable, place):
                yield from _causes(inner, inner_turns, system, seen)


def _reads_of(part: Part) -> Iterator[Read]:
    phases = (now, to_advance, at_start)
    return chain.from_iterable(reads(each) for phase in phases for each in phase(part))


def _place(indices: tuple[Index, ...], turns: Turns) -> Place:
    """Where indices come to; None along an axis that they run through."""
    return tuple(
        index.place
        if isinstance(index, At)
        else index.places[turns[index.loop]]
        if index.loop in turns
        else None
        for index in indices
    )


# --- Up: who reads an element ---

_Readers: TypeAlias = Mapping[VarId, list[tuple[Variable, Part, Read]]]


def _readers(system: System) -> _Readers:
    found: dict[VarId, list[tuple[Variable, Part, Read]]] = {}
    for variable in system.variables.values():
        for part in variable.parts:
            for read in _reads_of(part):
                found.setdefault(read.variable, []).append((variable, part, read))
    return found


def _uses(
    variable: VarId,
    place: Place,
    system: System,
    readers: _Readers,
    seen: set[tuple[VarId, Place]],
) -> Iterator[str]:
    """Who reads a place; each place of what is passed through is seen once."""
    if (variable, place) in seen:
        return
    seen.add((variable, place))
    for reader, part, read in readers.get(variable, ()):
        for turns in _turns_that_read(part, read, place):
            if reader.hidden:
                yield from _uses(reader.id, _place(part.indices, turns), system, readers, seen)
            else:
                yield print_target(reader, part.indices, system, turns)


def _turns_that_read(part: Part, read: Read, place: Place) -> Iterator[Turns]:
    """Where the loops of an equation stand when it reads a place; all of them, if there are few."""
    possible: dict[Loop, set[int]] = {}
    for index, wanted in zip(read.indices, place, strict=True):
        match index:
            case _ if wanted is None:
                pass
            case At(fixed):
                if fixed != wanted:
                    return
            case Along(loop, along):
                turns = {turn for turn, each in enumerate(along) if each == wanted}
                possible[loop] = possible.get(loop, turns) & turns
    if not all(possible.values()):
        return
    own = {loop: sorted(turns) for loop, turns in possible.items() if loop in part.loops}
    few = {loop: turns for loop, turns in own.items() if len(turns) <= _MOST}
    for combination in product(*few.values()):
        yield dict(zip(few, combination, strict=True))
