"""Elements of subscripted variables: their names, as Vensim writes them, and their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from .contract import Axis, VariableInfo
from .errors import UnknownNameError, unknown_name
from .names import did_you_mean, display_name, fold

if TYPE_CHECKING:
    from .contract import CompiledModel

__all__ = [
    "Place",
    "Selection",
    "columns_of",
    "element_name",
    "place_along",
    "place_of",
    "places_of",
    "quoted_element",
    "ranges_of",
    "select",
    "split_subscripts",
]

Place: TypeAlias = tuple[int, ...]
"""Where an element is along each axis, counted from 0."""

_NEEDS_QUOTES = re.compile(r'[,\[\]"]')
_SUBSCRIPT = re.compile(r'((?:"(?:\\.|[^"\\])*"|[^",])*)(?:,|$)')


@dataclass(frozen=True, slots=True)
class Selection:
    """A variable, or one element of it."""

    variable: VariableInfo
    place: Place | None = None
    """None is all of it."""

    @property
    def name(self) -> str:
        """As it is shown: `Population`, or `Population[East]`."""
        if self.place is None:
            return self.variable.name
        return f"{self.variable.name}[{element_name(self.variable, self.place)}]"


def select(model: CompiledModel, name: str) -> Selection:
    """The variable, or the element of one, of that name in any of its spellings.

    Raises:
        UnknownNameError: S3C604, there is no such variable or element, or the number of
            subscripts is another.
    """
    whole = model.find(name)
    if whole is not None:
        return Selection(whole)
    base = name
    # A quoted name may hold brackets too: the last one that leaves the name of a variable counts.
    for base, subscripts in split_subscripts(name):
        variable = model.find(base)
        if variable is not None:
            return Selection(variable, place_of(variable, subscripts))
    raise unknown_name(display_name(base), model.names)


def place_of(variable: VariableInfo, subscripts: tuple[str, ...]) -> Place:
    """The place of the element with those names, one for each axis, in any spelling.

    Raises:
        UnknownNameError: S3C604, there is no such element.
    """
    return place_along(variable.name, variable.axes, subscripts)


def place_along(name: str, axes: tuple[Axis, ...], subscripts: tuple[str, ...]) -> Place:
    """As `place_of`, for what is called so and has these axes.

    Raises:
        UnknownNameError: S3C604, there is no such element.
    """
    if not axes:
        raise UnknownNameError("S3C604", f"“{name}” has no subscripts")
    if len(subscripts) != len(axes):
        has = f"“{name}” has the subscripts {_ranges(axes)}"
        message = f"{has}, not {len(subscripts)} of them"
        raise UnknownNameError("S3C604", message, "name an element for each")
    return tuple(map(_along, axes, subscripts))


def places_of(variable: VariableInfo) -> Iterator[Place]:
    """The places that have a value, the last axis fastest; of a single number the one of none."""
    holes = frozenset(variable.holes)
    for place in product(*map(range, variable.shape)):
        if place not in holes:
            yield place


def columns_of(variable: VariableInfo) -> tuple[str, ...]:
    """The names of the elements that have a value, in order; of a single number its own."""
    if not variable.axes:
        return (variable.name,)
    return tuple(Selection(variable, place).name for place in places_of(variable))


def element_name(variable: VariableInfo, place: Place) -> str:
    """The names of an element along each axis, as in `East,old`."""
    elements = (axis.elements[k] for axis, k in zip(variable.axes, place, strict=True))
    return ",".join(map(quoted_element, elements))


def ranges_of(variable: VariableInfo) -> str:
    """The names of the axes, as in `[Region,Age]`."""
    return _ranges(variable.axes)


def _ranges(axes: tuple[Axis, ...]) -> str:
    return f"[{','.join(axis.name for axis in axes)}]"


def quoted_element(element: str) -> str:
    """An element's name; in quotes if it would be read as more than one."""
    if not _NEEDS_QUOTES.search(element):
        return element
    return '"' + element.replace('"', '\\"') + '"'


def split_subscripts(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The ways to read a name as a variable's and its subscripts, the latest bracket first."""
    text = name.strip()
    if not text.endswith("]"):
        return
    start = text.rfind("[")
    while start > 0:
        yield text[:start], _subscripts(text[start + 1 : -1])
        start = text.rfind("[", 0, start)


def _subscripts(text: str) -> tuple[str, ...]:
    """What stands between brackets, cut at the commas outside quotes."""
    found: list[str] = []
    start = 0
    while start <= len(text):
        one = _SUBSCRIPT.match(text, start)
        if one is None:  # a quote that is not closed
            return tuple(text.split(","))
        found.append(one[1])
        if one.end() == len(text) and not one[0].endswith(","):
            break
        start = one.end()
    return tuple(found)


def _along(axis: Axis, element: str) -> int:
    place = _numbers(axis).get(fold(element))
    if place is None:
        message = f"there is no element “{display_name(element)}” in {axis.name}"
        hint = did_you_mean(display_name(element), axis.elements)
        raise UnknownNameError("S3C604", message, hint)
    return place


@lru_cache(maxsize=256)
def _numbers(axis: Axis) -> dict[str, int]:
    """The place of each element by its folded name."""
    return {fold(element): place for place, element in enumerate(axis.elements)}
