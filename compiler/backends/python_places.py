"""Where in an array: subscripts as Python and numpy write them.

A loop around an expression is either counted, by a Python variable, or it is a dimension of numpy
arrays. The dimensions in their order are the layout; numpy lines arrays up from the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ..system import Along, At, Index, Loop, Places, places
from .python_needs import Needs

__all__ = ["Scope", "Turns", "element_text", "read_text", "round_text", "target_text"]

_SHORT = 40  # letters of a list of places that may stand in its subscript


@dataclass(frozen=True, slots=True)
class Turns:
    """A loop that Python counts: its turn in each round, which `name` numbers from 0."""

    name: str
    places: Places


@dataclass(frozen=True, slots=True)
class Scope:
    """The loops around an expression: those that are counted, and the layout."""

    turns: Mapping[Loop, Turns] = field(default_factory=dict)
    layout: tuple[Loop, ...] = ()

    def within(self, loops: tuple[Loop, ...], layout: tuple[Loop, ...]) -> Scope:
        """The scope of what runs through more loops, which are the last of a layout."""
        turns = {loop: turns for loop, turns in self.turns.items() if loop not in loops}
        return Scope(turns, (*layout, *loops))


@dataclass(frozen=True, slots=True)
class _Slice:
    """An index along a loop of the layout, on an axis of some size."""

    loop: Loop
    places: Places
    size: int

    @property
    def is_whole(self) -> bool:
        return self.places == range(self.size)

    @property
    def is_even(self) -> bool:
        return isinstance(self.places, range) and len(self.places) > 0


_Entry: TypeAlias = str | _Slice


def _entries(
    indices: tuple[Index, ...], shape: tuple[int, ...], scope: Scope, needs: Needs
) -> list[_Entry]:
    """An index for each axis: the text of one place, or a dimension."""
    found: list[_Entry] = []
    for axis, index in enumerate(indices):
        match index:
            case At(place):
                found.append(str(place))
            case Along(loop, along) if loop in scope.turns:
                turns = scope.turns[loop]
                found.append(round_text(turns.name, _there(along, turns), needs))
            case Along(loop, along):
                found.append(_Slice(loop, along, shape[axis]))
    return found


def _there(along: Places, turns: Turns) -> Places:
    """The place in each round along an axis, of which each turn of a loop has one."""
    if isinstance(along, range) and turns.places == range(len(along)):
        return along
    return places(along[turn] for turn in turns.places)


# --- One place in each round ---------------------------------------------------------------------


def round_text(name: str, there: Places, needs: Needs) -> str:
    """The place in each round that `name` counts: `i + 1`, say."""
    line = _line(there)
    if line is None:
        return f"{needs.tuple_of(tuple(there))}[{name}]"
    start, step = line  # nothing is counted where there is one round
    return _sum([(step, name)], start)


def _line(there: Places) -> tuple[int, int] | None:
    """Places as `start + step * round`, if they are."""
    first = there[0]
    if isinstance(there, range) and len(there) > 1:
        return there.start, there.step
    if all(each == first for each in there):
        return first, 0
    return (there.start, there.step) if isinstance(there, range) else None


def _sum(terms: list[tuple[int, str]], constant: int) -> str:
    """`2 * i + j - 1`: what is positive stands first."""
    signed: list[tuple[int, str]] = []
    for factor, name in terms:
        if factor:
            size = abs(factor)
            signed.append((factor, name if size == 1 else f"{size} * {name}"))
    if constant or not signed:
        signed.append((constant, str(abs(constant))))
    signed.sort(key=lambda each: each[0] < 0)
    text = ""
    for sign, term in signed:
        lead = ("-" if sign < 0 else "") if not text else (" - " if sign < 0 else " + ")
        text += lead + term
    return text


def element_text(
    element: tuple[Index, ...], shape: tuple[int, ...], scope: Scope, needs: Needs
) -> str:
    """The number of an element of an array, the last axis fastest: `3 * i + j`."""
    terms: list[tuple[int, str]] = []
    constant, stride = 0, 1
    for index, size in zip(reversed(element), reversed(shape), strict=True):
        match index:
            case At(place):
                constant += stride * place
            case Along(loop, along):
                turns = scope.turns[loop]
                there = _there(along, turns)
                line = _line(there)
                if line is None:
                    terms.insert(0, (stride, f"{needs.tuple_of(tuple(there))}[{turns.name}]"))
                else:
                    constant += stride * line[0]
                    terms.insert(0, (stride * line[1], turns.name))
        stride *= size
    return _sum(terms, constant)


# --- Slices --------------------------------------------------------------------------------------


def _slice_text(there: range, size: int) -> str:
    step, first, last = there.step, there[0], there[-1]
    if step > 0:
        start = str(first) if first else ""
        stop = str(last + 1) if last + step < size else ""
    else:
        start = str(first) if first < size - 1 else ""
        stop = str(last - 1) if last + step >= 0 else ""
    return f"{start}:{stop}" if step == 1 else f"{start}:{stop}:{step}"


def _piece(entry: _Entry, needs: Needs) -> str:
    """One axis within a subscript."""
    match entry:
        case str():
            return entry
        case _Slice(places=range() as there, size=size) if entry.is_even:
            return _slice_text(there, size)
        case _Slice(places=there):
            return _list_text(there, needs)


def _list_text(there: Places, needs: Needs) -> str:
    text = str(list(there))
    return text if len(text) <= _SHORT else needs.array_of(tuple(there))


def _range_text(function: str, there: range) -> str:
    """A call of `range`, or of a function like it."""
    bounds = [there.start, there.stop, there.step]
    if there.step == 1:
        bounds = bounds[:2] if there.start else [there.stop]
    return f"{function}({', '.join(map(str, bounds))})"


def _array_text(there: Places, needs: Needs) -> str:
    """Places as an array of numbers."""
    needs.import_("numpy")
    if isinstance(there, range):
        return _range_text("np.arange", there)
    text = _list_text(there, needs)
    return f"np.array({text})" if text.startswith("[") else text


def _grid_text(slices: list[_Slice], needs: Needs) -> str:
    """A subscript for several axes at once, whatever their places."""
    needs.import_("numpy")
    taken = [
        _range_text("range", each.places)
        if isinstance(each.places, range)
        else _list_text(each.places, needs)
        for each in slices
    ]
    return f"[np.ix_({', '.join(taken)})]"


def _bracket(pieces: list[str]) -> str:
    """A subscript, without the slices at its end that say nothing."""
    while pieces and pieces[-1] == ":":
        pieces = pieces[:-1]
    return f"[{', '.join(pieces)}]" if pieces else ""


# --- Reading -------------------------------------------------------------------------------------


def read_text(
    name: str, indices: tuple[Index, ...], shape: tuple[int, ...], scope: Scope, needs: Needs
) -> str:
    """What an array holds at some indices, its dimensions in the order of the layout.

    A dimension that the layout has and the array has not is one of size 1, or left out in front.
    """
    if not indices:
        return name
    entries = _entries(indices, shape, scope, needs)
    found = [each.loop for each in entries if isinstance(each, _Slice)]
    if len(set(found)) < len(found):
        text = name + _mesh(entries, scope.layout, needs)
        return text + _bracket_with_gaps(_in_order(found, scope.layout), scope.layout)
    uneven = [each for each in entries if isinstance(each, _Slice) and not each.is_even]
    has_places = len(found) < len(entries)
    later = len(uneven) > (0 if has_places else 1)  # numpy would put those dimensions first
    pieces = [
        ":" if later and isinstance(each, _Slice) and not each.is_even else _piece(each, needs)
        for each in entries
    ]
    ordered = _in_order(found, scope.layout)
    if found == ordered and not later:
        gaps = _with_gaps(pieces, entries, scope.layout)
        return name + (_bracket(pieces) if gaps == pieces else f"[{', '.join(gaps)}]")
    text = name + _bracket(pieces)
    if later:
        kept = [each for each in entries if isinstance(each, _Slice)]
        text += _uneven_text(kept, needs)
    if found != ordered:
        order = tuple(found.index(loop) for loop in ordered)
        text += ".T" if len(order) == 2 else f".transpose{order}"
    return text + _bracket_with_gaps(ordered, scope.layout)


def _in_order(loops: list[Loop], layout: tuple[Loop, ...]) -> list[Loop]:
    return sorted(set(loops), key=layout.index)


def _with_gaps(pieces: list[str], entries: list[_Entry], layout: tuple[Loop, ...]) -> list[str]:
    """Pieces with a `None` for each dimension of the layout that is missing after the first."""
    found: list[str] = []
    before: int | None = None
    for piece, entry in zip(pieces, entries, strict=True):
        if isinstance(entry, _Slice):
            place = layout.index(entry.loop)
            found += ["None"] * (place - before - 1 if before is not None else 0)
            before = place
        found.append(piece)
    return found + ["None"] * (len(layout) - 1 - before if before is not None else 0)


def _bracket_with_gaps(loops: list[Loop], layout: tuple[Loop, ...]) -> str:
    """A subscript that adds the dimensions of the layout that are missing after the first."""
    if not loops:
        return ""
    first = layout.index(loops[0])
    pieces = [":" if loop in loops else "None" for loop in layout[first:]]
    return _bracket(pieces) if "None" not in pieces else f"[{', '.join(pieces)}]"


def _uneven_text(kept: list[_Slice], needs: Needs) -> str:
    """A second subscript, for the axes whose places are uneven; the first left them whole."""
    uneven = [place for place, each in enumerate(kept) if not each.is_even]
    if len(uneven) == 1:
        return f"[{':, ' * uneven[0]}{_list_text(kept[uneven[0]].places, needs)}]"
    now = [
        replace(each, places=range(len(each.places))) if each.is_even else each
        for each in kept[: uneven[-1] + 1]
    ]
    return _grid_text(now, needs)


def _mesh(entries: list[_Entry], layout: tuple[Loop, ...], needs: Needs) -> str:
    """A subscript with an array for every dimension: where one loop runs along two axes."""
    found = _in_order([each.loop for each in entries if isinstance(each, _Slice)], layout)
    pieces = []
    for each in entries:
        if isinstance(each, str):
            pieces.append(each)
            continue
        after = len(found) - 1 - found.index(each.loop)
        text = _array_text(each.places, needs)
        pieces.append(text if not after else f"{text}[:{', None' * after}]")
    return f"[{', '.join(pieces)}]"


# --- Writing -------------------------------------------------------------------------------------


def target_text(
    indices: tuple[Index, ...], shape: tuple[int, ...], scope: Scope, needs: Needs
) -> str | None:
    """The subscript to write to: empty for the whole array; None if one subscript cannot say it.

    The dimensions are those of the layout, in the order of the axes.
    """
    entries = _entries(indices, shape, scope, needs)
    slices = [each for each in entries if isinstance(each, _Slice)]
    uneven = [each for each in slices if not each.is_even]
    if not uneven:
        if len(slices) == len(entries) and all(each.is_whole for each in slices):
            return ""
        return _bracket([_piece(each, needs) for each in entries])
    if len(slices) < len(entries):
        return None
    if len(uneven) == 1:
        return _bracket([_piece(each, needs) for each in entries])
    last = max(place for place, each in enumerate(slices) if not each.is_even)
    if not all(each.is_whole for each in slices[last + 1 :]):
        return None
    return _grid_text(slices[: last + 1], needs)
