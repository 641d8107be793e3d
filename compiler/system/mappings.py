"""The arrows between subscript ranges (reference B.7)."""

from __future__ import annotations

from itertools import islice

from .. import syntax
from ..source import Span
from ..syntax import Equation, SubscriptRange
from . import range_messages as wrong
from .range_lists import Reader, Room
from .ranges import Correspondence, ElementId, RangeId

__all__ = ["Mapper"]


class Mapper:
    """Reads the arrows of ranges that have been written out."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.diagnostics = reader.diagnostics
        self.room = Room("mappings of subscript ranges")
        self._members: dict[RangeId, frozenset[ElementId]] = {}

    def all(self) -> dict[RangeId, dict[RangeId, Correspondence]]:
        """Every arrow of every range; a wrong one is told, and left out."""
        return {
            key: self._arrows(key, equation, definition.mappings)
            for key, (equation, definition) in self.reader.definitions.items()
            if isinstance(definition, SubscriptRange) and definition.mappings
        }

    def _arrows(
        self, key: RangeId, equation: Equation, mappings: tuple[syntax.Mapping, ...]
    ) -> dict[RangeId, Correspondence]:
        found: dict[RangeId, Correspondence] = {}
        first: dict[RangeId, Span] = {}
        for mapping in mappings:
            span = equation.span_of(mapping.extent)
            target = self.reader.known(mapping.target, span)
            if target is None:
                continue
            if target in first:
                name, other = self.reader.name(key), self.reader.name(target)
                self.diagnostics.append(wrong.mapping_repeated(name, other, span, first[target]))
                continue
            first[target] = span
            if self.reader.is_sound(key) and self.reader.is_sound(target):
                arrow = self._arrow(key, target, mapping, equation)
                found.update({target: arrow} if arrow else {})
        return found

    def _arrow(
        self, key: RangeId, target: RangeId, mapping: syntax.Mapping, equation: Equation
    ) -> Correspondence | None:
        """One arrow: from the k-th element of the range to the k-th item of its target."""
        elements, span = self.reader.elements[key], equation.span_of(mapping.extent)
        if not mapping.items:
            wanted = self.reader.elements[target]
            if len(wanted) != len(elements):
                self._wrong_length(key, target, self.reader.all_of(target), span)
            elif self.room.take(len(wanted), span, self.diagnostics):
                return dict(zip(wanted, elements, strict=True))
            return None
        entries = self._entries(target, mapping, equation)
        if entries is None:
            return None
        if len(entries) != len(elements):
            items = wrong.Names([name for name, _, _ in entries], len(entries))
            self._wrong_length(key, target, items, span)
            return None
        return self._joined(key, target, entries, span)

    def _members_of(self, key: RangeId) -> frozenset[ElementId]:
        # Aliases share their elements: there are no more sets than lists.
        shared = self.reader.shares[key]
        if shared not in self._members:
            self._members[shared] = frozenset(self.reader.elements[shared])
        return self._members[shared]

    def _entries(
        self, target: RangeId, mapping: syntax.Mapping, equation: Equation
    ) -> list[tuple[str, Span, tuple[ElementId, ...]]] | None:
        """What an explicit mapping names: the elements of its target, item by item."""
        members = self._members_of(target)
        entries: list[tuple[str, Span, tuple[ElementId, ...]]] = []
        whole = True
        for node in mapping.items:
            item = self.reader.item(node, equation)
            elements = self.reader.meant(item) if item else None
            if item is None or elements is None:
                whole = False
            elif not self.room.take(len(elements), item.span, self.diagnostics):
                return None
            elif not members.issuperset(elements):
                whole = False
                name, names = self.reader.name(target), self.reader.all_of(target)
                self.diagnostics.append(wrong.not_part_of(name, names, item.name, item.span))
            elif item.range:
                entries.append((item.name, item.span, elements))
            else:
                entries += ((name, item.span, (key,)) for key, name in item.elements.items())
        return entries if whole else None

    def _joined(
        self,
        key: RangeId,
        target: RangeId,
        entries: list[tuple[str, Span, tuple[ElementId, ...]]],
        span: Span,
    ) -> Correspondence | None:
        """An explicit mapping, if it names every element of its target once."""
        name = self.reader.name(target)
        found: dict[ElementId, ElementId] = {}
        places: dict[ElementId, Span] = {}
        whole = True
        for element, (_, place, wanted) in zip(self.reader.elements[key], entries, strict=True):
            again = [each for each in wanted if each in found]
            if again:
                whole = False
                names = self.reader.shown(again, len(again))
                first = places[again[0]]
                self.diagnostics.append(wrong.mapped_twice(name, names, place, first))
            for each in wanted:
                found.setdefault(each, element)
                places.setdefault(each, place)
        lacking = len(self.reader.elements[target]) - len(found)
        if lacking:
            missing = (each for each in self.reader.elements[target] if each not in found)
            names = self.reader.shown(islice(missing, 10), lacking)
            owner, place = self.reader.name(key), self.reader.span(target)
            self.diagnostics.append(wrong.never_mapped(owner, name, names, span, place))
        return found if whole and not lacking else None

    def _wrong_length(self, key: RangeId, target: RangeId, items: wrong.Names, span: Span) -> None:
        name, other = self.reader.name(key), self.reader.name(target)
        place = self.reader.span(target)
        self.diagnostics.append(
            wrong.wrong_length(name, self.reader.all_of(key), other, items, span, place)
        )
