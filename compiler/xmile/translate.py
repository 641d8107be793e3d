"""From XMILE's words to Vensim's: names made full, subscripts written out, functions translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from ..diagnostics import Diagnostic, Hints
from ..syntax import (
    Binary,
    Call,
    Expression,
    Extent,
    Missing,
    Number,
    Reference,
    Subscript,
    Table,
    Text,
    Unary,
)
from . import calls, messages
from .elements import Passage
from .names import key, parts, shown, spelled
from .outline import Dimension, Entity, Outline, Path

__all__ = ["Reading", "Site", "Translator"]


@dataclass(slots=True)
class Reading:
    """What the reading of one file gathers."""

    outline: Outline
    diagnostics: list[Diagnostic] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # macros of functions.mdl
    hints: Hints = field(default_factory=Hints)
    constant: dict[Path, bool] = field(default_factory=dict)

    errors: int = 0

    def refuse(self, diagnostic: Diagnostic) -> None:
        """Note a problem, and go on."""
        self.diagnostics.append(diagnostic)
        self.errors += diagnostic.is_error


@dataclass(frozen=True, slots=True)
class Site:
    """Where an equation stands: what its names are seen from, and what its left side fixes."""

    module: Path = ()
    names: Mapping[str, str] = field(default_factory=dict)  # a macro's own, spelled
    owner: str = ""  # what SELF means, spelled
    dimensions: tuple[Dimension, ...] = ()
    left: tuple[Subscript, ...] = ()  # one for each dimension: its name, or an element


class Marks:
    """Over which dimensions the arrays in an argument run: for each reading, its marked ones."""

    def __init__(self) -> None:
        self.each: list[tuple[Dimension, ...]] = []

    @property
    def dimensions(self) -> tuple[Dimension, ...] | None:
        """The dimensions, the same for all readings; None if they are not."""
        keys = {frozenset(each.key for each in marked) for marked in self.each if marked}
        repeated = any(len({each.key for each in marked}) < len(marked) for marked in self.each)
        if len(keys) > 1 or repeated:
            return None
        return next((marked for marked in self.each if marked), ())


class Translator:
    """Translates one passage of a file; extents count from `base`, in the file's characters."""

    def __init__(self, reading: Reading, site: Site, passage: Passage, base: int) -> None:
        self.reading = reading
        self.site = site
        self.passage = passage
        self.base = base
        self._left = {
            dimension.key: subscript.name
            for dimension, subscript in zip(site.dimensions, site.left, strict=False)
        }

    # --- Places ---

    def at(self, extent: Extent) -> Extent:
        """An extent in the passage's text, as one of the equation."""
        start = self.passage.place(extent.start)
        end = self.passage.end(extent.end) if extent.end > extent.start else start
        return Extent(start - self.base, max(start, end) - self.base)

    def refuse(self, diagnostic: Diagnostic) -> Expression:
        """Note a problem; what stands for the expression that has it does not matter."""
        self.reading.refuse(diagnostic)
        return Number(0.0)

    # --- Expressions ---

    def whole(self, node: Expression) -> Expression:
        """An expression that is a whole right side."""
        if isinstance(node, Call):
            return calls.call(self, node, None, True)
        return self.value(node)

    def value(self, node: Expression, marks: Marks | None = None) -> Expression:
        """An expression; within an argument that is an array, `marks` hears what it runs over."""
        match node:
            case Number() | Missing() | Text() | Table():
                return replace(node, extent=self.at(node.extent))
            case Reference():
                return self.reference(node, marks)
            case Unary(operator, operand):
                inside = self.value(operand, marks)
                return Unary(operator, inside, extent=self.at(node.extent))
            case Binary(operator, left, right):
                first, second = self.value(left, marks), self.value(right, marks)
                return Binary(operator, first, second, extent=self.at(node.extent))
            case Call():
                return calls.call(self, node, marks, False)
            case _:
                assert_never(node)

    def array(self, node: Expression) -> tuple[Expression, tuple[Dimension, ...]]:
        """An argument that is an array, and the dimensions that it runs over."""
        marks = Marks()
        inside = self.value(node, marks)
        dimensions = marks.dimensions
        if dimensions is None:
            span = self.passage.span(node.extent.start, node.extent.end)
            return self.refuse(messages.arrays_differ(span)), ()
        return inside, dimensions

    def reference(self, node: Reference, marks: Marks | None) -> Expression:
        """A name: a variable's, a constant's of the language, or a dimension's."""
        extent = self.at(node.extent)
        if self._local(node.name) is not None:
            return self.variable(node, None, marks)
        entity = self.entity(node.name)
        if entity is not None:
            return self.variable(node, entity, marks)
        if not node.subscripts:
            if key(node.name) == "self" and self.site.owner:
                own = tuple(replace(each, extent=extent) for each in self.site.left)
                return Reference(self.site.owner, own, extent=extent)
            fixed = calls.constant(key(node.name), extent)
            if fixed is not None:
                return fixed
            dimension = self.reading.outline.dimensions.get(key(node.name))
            if dimension is not None:
                return self._position(dimension, node)
        return self.variable(node, None, marks)

    def variable(self, node: Reference, entity: Entity | None, marks: Marks | None) -> Reference:
        """A variable's full name, with its subscripts written out."""
        local = self._local(node.name)
        if local is not None:
            name = local
        elif entity is not None:
            name = entity.name
        else:
            name = spelled(tuple(shown(each) for each in parts(node.name)))
        dimensions = entity.dimensions if entity is not None else ()
        extent = self.at(node.extent)
        return Reference(name, self._subscripts(node, dimensions, marks), extent=extent)

    # --- Names ---

    def _local(self, written: str) -> str | None:
        """A macro's own name."""
        return self.site.names.get(key(written))

    def entity(self, written: str) -> Entity | None:
        """The variable that a name means here: of this module, or of one within it."""
        path = tuple(key(each) for each in parts(written))
        entities = self.reading.outline.entities
        if written.startswith("."):
            return entities.get(path)
        return entities.get((*self.site.module, *path)) or (
            entities.get(path) if len(path) > 1 else None
        )

    def _position(self, dimension: Dimension, node: Reference) -> Expression:
        """A dimension as a number: the place of the element that is meant."""
        element = self._left.get(dimension.key)
        extent = self.at(node.extent)
        if element is not None and key(element) != dimension.key:
            place = dimension.place(element)
            return Number(float((place or 0) + 1), extent=extent)
        if not _same_places(dimension, self.reading.outline.dimensions):
            span = self.passage.span(node.extent.start, node.extent.end)
            return self.refuse(messages.position_differs(span, dimension.name))
        return Reference(dimension.name, extent=extent)

    # --- Subscripts ---

    def _subscripts(
        self, node: Reference, dimensions: tuple[Dimension, ...], marks: Marks | None
    ) -> tuple[Subscript, ...]:
        if not node.subscripts:
            return self._implied(node, dimensions, marks)
        found: list[Subscript] = []
        marked: list[Dimension] = []
        for number, subscript in enumerate(node.subscripts):
            along = dimensions[number] if number < len(dimensions) else None
            found.append(self._subscript(subscript, along, marks, marked))
        if marks is not None:
            marks.each.append(tuple(marked))
        return tuple(found)

    def _implied(
        self, node: Reference, dimensions: tuple[Dimension, ...], marks: Marks | None
    ) -> tuple[Subscript, ...]:
        """The subscripts of an array without any: all of it, or the element of the left side."""
        extent = self.at(node.extent)
        if marks is not None:
            marks.each.append(dimensions)
            return tuple(Subscript(each.name, True, extent=extent) for each in dimensions)
        if [each.key for each in dimensions] == [each.key for each in self.site.dimensions]:
            return tuple(replace(each, extent=extent) for each in self.site.left)
        names = [self._left.get(each.key) for each in dimensions]
        return tuple(Subscript(name, extent=extent) for name in names if name is not None)

    def _subscript(
        self,
        node: Subscript,
        along: Dimension | None,
        marks: Marks | None,
        marked: list[Dimension],
    ) -> Subscript:
        extent = self.at(node.extent)
        if node.name == "*":
            if along is not None:
                marked.append(along)
            return Subscript(along.name if along else "*", True, extent=extent)
        dimension = self.reading.outline.dimensions.get(key(node.name))
        if dimension is not None:
            name = self._left.get(dimension.key)
            if not node.marked and (name is not None or marks is None):
                return Subscript(name or dimension.name, extent=extent)
            marked.append(dimension)
            return Subscript(dimension.name, True, extent=extent)
        written = parts(node.name)
        if len(written) == 2 and key(written[0]) in self.reading.outline.dimensions:
            dimension = self.reading.outline.dimensions[key(written[0])]
            place = dimension.place(written[1])
            if place is not None:
                return Subscript(dimension.elements[place], extent=extent)
        place = along.place(node.name) if along else None
        if along and place is not None:
            return Subscript(along.elements[place], extent=extent)
        if self.entity(node.name) is not None:
            span = self.passage.span(node.extent.start, node.extent.end)
            self.refuse(messages.computed_subscript(span))
        return Subscript(shown(node.name), node.marked, extent=extent)


def _same_places(dimension: Dimension, dimensions: Mapping[str, Dimension]) -> bool:
    """Whether all dimensions that share elements with this one count them alike."""
    family = [dimension]
    elements = {key(each) for each in dimension.elements}
    waiting = [each for each in dimensions.values() if each is not dimension]
    for _ in range(len(waiting)):
        joined = [each for each in waiting if not elements.isdisjoint(map(key, each.elements))]
        if not joined:
            break
        family += joined
        elements.update(key(element) for each in joined for element in each.elements)
        waiting = [each for each in waiting if each not in joined]
    longest = max(family, key=lambda each: len(each.elements))
    order = [key(each) for each in longest.elements]
    return all([key(each) for each in one.elements] == order[: len(one.elements)] for one in family)
