"""What each subscript range lists: subranges and numbers written out (reference B.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import dropwhile, islice
from typing import TypeAlias

from s3c.runtime import display_name, fold

from .. import syntax
from ..diagnostics import Diagnostic
from ..source import Span
from ..syntax import Equation, Equivalence, NumericRange, Subscript, SubscriptRange
from . import range_messages as wrong
from .data_messages import no_file_to_read
from .ranges import ElementId, Range, RangeDefinition, RangeId

__all__ = ["ElementReader", "Item", "Reader", "Room"]

_MOST = 1_000_000  # elements of all ranges, and as many of all mappings
_MOST_DIGITS = 15
_MOST_SHOWN = 1000  # names that a message chooses from
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: elements that it names itself, or another range."""

    name: str
    span: Span
    elements: Mapping[ElementId, str] = field(default_factory=dict)  # with their names as written
    range: RangeId | None = None


@dataclass(slots=True)
class Room:
    """How many more of something there may be: a bound on time and memory, told once."""

    what: str
    left: int = _MOST
    told: bool = False

    def take(self, count: int, span: Span, diagnostics: list[Diagnostic]) -> bool:
        """Whether there is room for so many more."""
        if count <= self.left:
            self.left -= count
            return True
        if not self.told:
            self.told = True
            diagnostics.append(wrong.ranges_too_large(_MOST, self.what, span))
        return False


ElementReader: TypeAlias = Callable[
    [syntax.Call, Equation, list[Diagnostic]], tuple[str, ...] | None
]
"""What reads the elements that stand in a file; None, with a diagnostic, if it cannot."""


class Reader:
    """Reads the lists, and writes them out as elements.

    `elements` has the ranges that could be written out; the others are broken.
    """

    def __init__(
        self,
        definitions: Iterable[RangeDefinition],
        unread: AbstractSet[str] = frozenset(),
        read: ElementReader | None = None,
    ) -> None:
        self.unread = unread
        self.read = read
        self.diagnostics: list[Diagnostic] = []
        self.names: dict[ElementId, str] = {}
        self.places: dict[ElementId, Span] = {}
        self.elements: dict[RangeId, tuple[ElementId, ...]] = {}
        # A range that lists one other range and nothing else is the same list: by the first's key.
        self.shares: dict[RangeId, RangeId] = {}
        self.originals: dict[RangeId, RangeId] = {}
        # Lists with a repeated element: nobody knows how long they were meant to be.
        self.doubtful: set[RangeId] = set()
        self.room = Room("subscript ranges")
        self.definitions: dict[RangeId, RangeDefinition] = {}
        for equation, definition in definitions:
            self._define(equation, definition)
        # None for an item that is broken.
        self._items = {key: self._listed(key) for key in self.definitions}
        self._circular: set[RangeId] = set()

    def _define(self, equation: Equation, definition: SubscriptRange | Equivalence) -> None:
        key = RangeId(fold(_written(definition)))
        if key in self.definitions:
            name = display_name(_written(definition))
            span = equation.span_of(definition.extent)
            self.diagnostics.append(wrong.range_twice(name, span, self.span(key)))
        else:
            self.definitions[key] = equation, definition

    def name(self, key: RangeId) -> str:
        """A range's name as it is shown."""
        return display_name(_written(self.definitions[key][1]))

    def span(self, key: RangeId) -> Span:
        """Where a range is defined."""
        equation, definition = self.definitions[key]
        return equation.span_of(definition.extent)

    def range(self, key: RangeId) -> Range:
        """A range as it turned out."""
        elements = self.elements.get(key, ())
        return Range(key, self.name(key), elements, self.span(key), key not in self.elements)

    def is_sound(self, key: RangeId) -> bool:
        """Whether a range was written out, and nothing is wrong with its list."""
        return key in self.elements and key not in self.doubtful

    def known(self, written: str, span: Span) -> RangeId | None:
        """The range that a name must mean; None, with a diagnostic, if there is none."""
        key = fold(written)
        if key in self.definitions:
            return RangeId(key)
        if key not in self.unread:
            element = self.places.get(ElementId(key))
            known = map(self.name, islice(self.definitions, _MOST_SHOWN))
            self.diagnostics.append(
                wrong.no_such_range(display_name(written), span, known, element)
            )
        return None

    def _listed(self, key: RangeId) -> tuple[Item | None, ...]:
        equation, definition = self.definitions[key]
        if isinstance(definition, Equivalence):
            span, name = self.span(key), definition.original
            meant = self.known(name, span)
            return (Item(display_name(name), span, range=meant) if meant else None,)
        if isinstance(definition.items, syntax.Call):
            return (self._in_file(definition.items, equation),)
        items = tuple(self.item(node, equation) for node in definition.items)
        for item in filter(None, items):
            self._name_elements(item)
        return items

    def _in_file(self, call: syntax.Call, equation: Equation) -> Item | None:
        """The elements that a file lists."""
        span = equation.span_of(call.extent)
        if self.read is None:
            self.diagnostics.append(no_file_to_read(display_name(call.function.name), span))
            return None
        names = self.read(call, equation, self.diagnostics)
        if names is None or not self.room.take(len(names), span, self.diagnostics):
            return None
        item = Item("", span, {ElementId(fold(name)): name for name in names})
        clash = next((each for each in item.elements if RangeId(each) in self.definitions), None)
        if clash is not None:
            place = self.span(RangeId(clash))
            self.diagnostics.append(wrong.also_a_range(item.elements[clash], span, place))
            return None
        self._name_elements(item)
        return item

    def _name_elements(self, item: Item) -> None:
        for element, name in item.elements.items():
            self.names.setdefault(element, name)
            self.places.setdefault(element, item.span)

    def item(self, node: Subscript | NumericRange, equation: Equation) -> Item | None:
        """One item of a list; None if it is broken."""
        span = equation.span_of(node.extent)
        match node:
            case Subscript(name=written):
                key, name = fold(written), display_name(written)
                if key in self.definitions:
                    return Item(name, span, range=RangeId(key))
                if key in self.unread or not self.room.take(1, span, self.diagnostics):
                    return None
                return Item(name, span, {ElementId(key): name})
            case NumericRange(first, last):
                elements = self._numbered(first, last, span)
                name = f"{display_name(first)}-{display_name(last)}"
                return Item(name, span, elements) if elements else None

    def _numbered(self, first: str, last: str, span: Span) -> dict[ElementId, str] | None:
        """The elements of `(A1-A10)`, both ends included; numbers are not padded (B.6)."""
        (stem, low), (other, high) = _split(fold(first)), _split(fold(last))
        shown = _split(display_name(first))[0]
        first, last = display_name(first), display_name(last)
        if not (low and high and stem == other):
            self.diagnostics.append(wrong.different_stems(first, last, span))
        elif max(len(low), len(high)) > _MOST_DIGITS:
            self.diagnostics.append(wrong.numbers_too_long(_MOST_DIGITS, span))
        elif int(low) > int(high):
            self.diagnostics.append(wrong.numbers_backwards(first, last, span))
        elif self.room.take(int(high) - int(low) + 1, span, self.diagnostics):
            numbers = range(int(low), int(high) + 1)
            elements = {ElementId(f"{stem}{each}"): f"{shown}{each}" for each in numbers}
            clash = next((each for each in elements if RangeId(each) in self.definitions), None)
            if clash is None:
                return elements
            place = self.span(RangeId(clash))
            self.diagnostics.append(wrong.also_a_range(elements[clash], span, place))
        return None

    # --- Writing out ---

    def expand_all(self) -> None:
        """Write every range out as its elements."""
        for key in self._inner_first():
            if key not in self._circular:
                self._expand(key)
        # In the order of the file, whichever had to be written out first.
        self.elements = {
            key: self.elements[key] for key in self.definitions if key in self.elements
        }

    def _expand(self, key: RangeId) -> None:
        items = self._items[key]
        match items:
            case [Item(range=str() as inner)] if inner in self.elements:
                self.elements[key] = self.elements[inner]
                self.shares[key] = self.shares[inner]
                if inner in self.doubtful:
                    self.doubtful.add(key)
                if isinstance(self.definitions[key][1], Equivalence):
                    self.originals[key] = self.originals.get(inner, inner)
                return
        listed: dict[ElementId, Item] = {}
        for item in items:
            if item is None or not self._append(key, item, listed):
                return
        self.elements[key] = tuple(listed)
        self.shares[key] = key

    def _append(self, key: RangeId, item: Item, listed: dict[ElementId, Item]) -> bool:
        """Add an item's elements to a list; False if they are not known, or too many."""
        elements = self.meant(item)
        if elements is None:
            return False
        if item.range and not self.room.take(len(elements), item.span, self.diagnostics):
            return False
        again = [each for each in elements if listed.setdefault(each, item) is not item]
        if again or item.range in self.doubtful:
            self.doubtful.add(key)
        if again:
            names = self.shown(again, len(again))
            first = listed[again[0]].span
            self.diagnostics.append(wrong.element_repeated(self.name(key), names, item.span, first))
        return True

    def shown(self, elements: Iterable[ElementId], count: int) -> wrong.Names:
        """Elements as a message has them."""
        return wrong.Names([self.names[each] for each in islice(elements, _MOST_SHOWN)], count)

    def all_of(self, key: RangeId) -> wrong.Names:
        """All elements of a range as a message has them."""
        return self.shown(self.elements[key], len(self.elements[key]))

    def meant(self, item: Item) -> tuple[ElementId, ...] | None:
        """The elements that an item of a list stands for; None if they are not known."""
        if item.range is None:
            return tuple(item.elements)
        return self.elements.get(item.range)

    def _inner_first(self) -> list[RangeId]:
        """Every range after those that it lists. Circles are told, and left in `_circular`."""
        order: list[RangeId] = []
        met: set[RangeId] = set()
        for start in self.definitions:
            if start not in met:
                self._visit(start, met, order)
        return order

    def _visit(self, start: RangeId, met: set[RangeId], order: list[RangeId]) -> None:
        # A way of its own in place of recursion: ranges may be nested deeper than Python's stack.
        way: dict[RangeId, Iterator[Item]] = {start: self._inner(start)}
        met.add(start)
        while way:
            key = next(reversed(way))
            for item in way[key]:
                assert item.range is not None
                if item.range in way:
                    self._circle(way, item.range)
                elif item.range not in met:
                    met.add(item.range)
                    way[item.range] = self._inner(item.range)
                    break
            else:
                del way[key]
                order.append(key)

    def _inner(self, key: RangeId) -> Iterator[Item]:
        return (item for item in self._items[key] if item is not None and item.range)

    def _circle(self, way: dict[RangeId, Iterator[Item]], start: RangeId) -> None:
        """Tell of a circle: the part of `way` from `start`, and back. One is told once."""
        if start in self._circular and next(reversed(way)) in self._circular:
            return
        members = list(dropwhile(lambda key: key != start, way))
        self._circular.update(members)
        following = [*members[1:], start]
        steps = [
            wrong.Step(self.name(key), next(each.span for each in self._inner(key)
                                            if each.range == other))
            for key, other in zip(members, following, strict=True)
        ]  # fmt: skip
        self.diagnostics.append(wrong.contains_itself(steps))


def _written(definition: SubscriptRange | Equivalence) -> str:
    return definition.alias if isinstance(definition, Equivalence) else definition.name


def _split(name: str) -> tuple[str, str]:
    """A name and the number at its end: `A10` is `A` and `10`."""
    stem = name.rstrip(_DIGITS)
    return stem, name[len(stem) :]
