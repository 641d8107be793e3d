"""What is being written: the entries of a model, or of a macro, as they come to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from s3c.runtime import display_name, fold

from ..diagnostics import Diagnostic
from ..syntax import Expression, Lookup, Point, Reference, Table, Units
from ..system.ranges import ElementId, Ranges
from ..system.shapes import Shape
from ..system.symbols import Definition, Symbols
from . import messages as lost
from .controls import CONTROLS, Constants
from .expressions import write
from .names import Names, as_identifier
from .scope import Dimensions, Place
from .text import Written, numbers

__all__ = ["Body", "Entry", "Model", "Rule", "in_order"]

_MOST_LETTERS = 20_000_000  # of all that is written out, element by element and term by term
_EQUATION = 100  # letters that an element takes besides its equation
_EXTENDED = {"continuous": "", "extrapolate": " extrapolated", "discrete": " in steps"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What one equation says of a variable, or of one of its elements.

    Of a stock, `text` is its initial value; its flows stand beside it.
    """

    text: str
    initial: str = ""
    table: tuple[Point, ...] = ()


@dataclass(slots=True)
class Entry:
    """One element of XMILE: a stock, a flow, an auxiliary or a graphical function."""

    tag: str
    name: str
    rules: dict[tuple[str, ...], Rule] = field(default_factory=dict)
    """By element; a rule for no element in particular is for all of them."""
    dimensions: tuple[str, ...] = ()
    inflows: tuple[str, ...] = ()
    outflows: tuple[str, ...] = ()
    units: Units = Units("")  # noqa: RUF009 -- it is frozen
    documentation: str = ""
    group: str = ""
    kind: str = ""  # of a graphical function
    scale: tuple[Point, ...] = ()  # its picture frame


@dataclass(slots=True)
class Model:
    """What is known of the whole model, and what was found on the way."""

    symbols: Symbols
    ranges: Ranges
    dimensions: Dimensions
    constants: Constants
    time_step: float
    save: float
    holds: bool
    """Whether the method computes within a step, so that what is held there matters."""
    macro_names: Mapping[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _left: int = _MOST_LETTERS

    def take(self, letters: int) -> bool:
        """Whether an element, or a term, of so many letters more may be written."""
        self._left -= letters + _EQUATION
        return self._left >= 0


class Body:
    """The variables of a model or of a macro, as they are written."""

    def __init__(
        self,
        model: Model,
        symbols: Symbols,
        shapes: Mapping[str, Shape],
        names: Names,
        parameters: frozenset[str] = frozenset(),
        *,
        in_macro: bool = False,
    ) -> None:
        self.model = model
        self.symbols = symbols
        self.shapes = shapes
        self.names = names
        self.parameters = parameters
        self.in_macro = in_macro
        self.entries: list[Entry] = []
        self.tables: dict[str, list[Definition]] = {
            key: list(definitions)
            for key, definitions in symbols.variables.items()
            if any(isinstance(named, Lookup) for _, named in definitions)
        }
        self._table_names: dict[tuple[str, int, str], str] = {}
        self._inline: dict[tuple[Point, ...], str] = {}
        self._lifted: dict[tuple[str, int], Entry] = {}
        self._lifts: dict[tuple[str, tuple[ElementId, ...]], int] = {}

    def tell(self, diagnostic: Diagnostic) -> None:
        """Note what is lost."""
        self.model.diagnostics.append(diagnostic)

    def write(self, node: Expression, place: Place) -> Written:
        """An expression as this body writes it."""
        return write(self, node, place)

    def plain_name(self, node: Reference, place: Place) -> str | None:
        """What a name without subscripts is, if it is no variable of this body."""
        key = fold(node.name)
        if node.subscripts:
            return None
        if key in self.parameters:
            return self.names.identifier(node.name)
        if self.in_macro and key.endswith("$"):  # it reaches out of the macro (reference B.12)
            key = fold(key.removesuffix("$"))
            if key not in CONTROLS and key != "saveper":
                what = "a macro that reads a variable of the model"
                span = place.span(node.extent)
                way_out = "give the macro the variable as an argument"
                self.tell(lost.no_such_thing(what, span, way_out))
                return "0"
        if key == "saveper":
            return numbers(self.model.save)
        return CONTROLS.get(key)

    # --- Graphical functions ---------------------------------------------------------------------

    def table_of(self, key: str, elements: Sequence[ElementId]) -> int:
        """Which of a lookup's definitions is for an element."""
        for number, boxes in enumerate(self.shapes[key].boxes):
            for box in boxes:
                if all(e in side.elements for e, side in zip(elements, box, strict=True)):
                    return number
        return 0

    def table_name(self, key: str, number: int, kind: str) -> str:
        """The function that one definition of a lookup is, as an equation writes it."""
        name = self._table_names.get((key, number, kind))
        if name is None:
            name = self._table_names[key, number, kind] = self._add_table(key, number, kind)
        return as_identifier(name)

    def _add_table(self, key: str, number: int, kind: str) -> str:
        equation, named = self.tables[key][number]
        name = self.names.declare(named.target.name)[0]
        if len(self.tables[key]) > 1 or kind != "continuous":
            inside = " ".join(display_name(each.name) for each in named.target.subscripts)
            several = f" {inside}" if len(self.tables[key]) > 1 else ""
            name = self.names.fresh(f"{name}{several}{_EXTENDED[kind]}")
        if not isinstance(named, Lookup) or not isinstance(named.body, Table):
            span = equation.span_of(named.extent)
            what = "a lookup that is read from a file"
            self.tell(lost.no_such_thing(what, span, "write its points into the model"))
            return name
        rule = Rule("", table=in_order(named.body.points))
        entry = Entry(
            "gf", name, {(): rule}, units=equation.units, documentation=equation.comment,
            group=equation.group, kind=kind, scale=named.body.frame,
        )  # fmt: skip
        self.entries.append(entry)
        return name

    def inline_table(self, table: Table, place: Place) -> str:
        """A function for a table that stands within an expression."""
        points = in_order(table.points)
        if points not in self._inline:
            name = self.names.fresh(f"{place.owner} table")
            rules: dict[tuple[str, ...], Rule] = {(): Rule("", table=points)}
            group = place.equation.group
            self.entries.append(
                Entry("gf", name, rules, group=group, kind="continuous", scale=table.frame)
            )
            self._inline[points] = name
        return as_identifier(self._inline[points])

    # --- Variables that an equation needs besides its own ----------------------------------------

    def lifted(self, function: str, argument: Expression, value: Written, place: Place) -> Written:
        """A variable of its own for what must be computed once, and the reading of it."""
        if place.guarded:
            self.tell(lost.too_long(function, place.span(argument.extent)))
            return Written("0")
        count = self._lifts[place.owner, place.element] = (
            self._lifts.get((place.owner, place.element), 0) + 1
        )
        entry = self._lifted.get((place.owner, count))
        if entry is None:
            name = self.names.fresh(f"{place.owner} argument {count}")
            told = f"Computed once for {function} in the equation of {place.owner}."
            entry = Entry("aux", name, documentation=told, group=place.equation.group)
            entry.dimensions = place.dimensions
            self.entries.append(entry)
            self._lifted[place.owner, count] = entry
        element = tuple(map(self.model.dimensions.element, place.element))
        entry.rules[element] = Rule(value.number.text)
        inside = place.all_subscripts or tuple(map(self.model.dimensions.subscript, place.element))
        name = as_identifier(entry.name)
        return Written(f"{name}[{', '.join(inside)}]" if inside else name)


def in_order(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """A table's points with rising x, as the compiler reads them; at least two of them."""
    falls = all(x <= before for (before, _), (x, _) in pairwise(points))
    if len(points) > 1 and falls and points[0][0] > points[-1][0]:
        points = points[::-1]
    if len(points) == 1:
        ((x, y),) = points
        return ((x, y), (x + 1, y))
    return points
