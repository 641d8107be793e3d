"""The document as it was written: names raw, nothing judged, every node with its extent.

An equation's nodes carry an `Extent`, a place counted from the start of the equation's own text.
So an equation that moved within its file, or stands in another, is still the same tree, and need
not be parsed again; `Equation.span_of` turns an extent into a place in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..source import Source, Span

# ruff: noqa: D101, RUF009 -- the nodes are the grammar's rules; what they say of themselves is its text.


@dataclass(frozen=True, slots=True)
class Extent:
    """From `start` up to `end`, in characters from the start of the equation's text."""

    start: int
    end: int


_NOWHERE = Extent(0, 0)


def _extent() -> Extent:
    """An extent is a node's place, not part of what it is: it does not count in comparisons."""
    return field(default=_NOWHERE, compare=False, kw_only=True, repr=False)


# --- Expressions ---------------------------------------------------------------------------------


class UnaryOperator(StrEnum):
    MINUS = "-"
    PLUS = "+"
    NOT = ":NOT:"


class BinaryOperator(StrEnum):
    OR = ":OR:"
    AND = ":AND:"
    EQUAL = "="
    UNEQUAL = "<>"
    LESS = "<"
    GREATER = ">"
    AT_MOST = "<="
    AT_LEAST = ">="
    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"
    POWER = "^"


@dataclass(frozen=True, slots=True)
class Number:
    """An unsigned number; `text` is its spelling (not part of its identity)."""

    value: float
    text: str = field(default="", compare=False)
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Missing:
    """The constant `:NA:`."""

    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Text:
    """`'file.xlsx'`, without its quotes."""

    value: str
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Subscript:
    """An element, a range, or `range!`; `name` as written."""

    name: str
    marked: bool = False
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Reference:
    """`name[subscript, …]`; `name` as written, quotes included."""

    name: str
    subscripts: tuple[Subscript, ...] = ()
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments : outputs)`, or `lookup[subscripts](argument)`."""

    function: Reference
    arguments: tuple[Expression, ...]
    outputs: tuple[Reference, ...] = ()
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign or `:NOT:`, and what it stands before."""

    operator: UnaryOperator
    operand: Expression
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two operands."""

    operator: BinaryOperator
    left: Expression
    right: Expression
    extent: Extent = _extent()


Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """A lookup's body. `frame` is the editor's picture frame and reference points: kept, unused."""

    points: tuple[Point, ...]
    frame: tuple[Point, ...] = ()
    extent: Extent = _extent()


# A `Table` stands only as an argument (WITH LOOKUP); the grammar holds that.
Expression: TypeAlias = Number | Missing | Text | Reference | Call | Unary | Binary | Table


# --- Definitions: field 1 of an equation (reference B.1) -----------------------------------------


class Assignment(StrEnum):
    EQUALS = "="
    UNCHANGEABLE = "=="
    DATA = ":="


class DataKeyword(StrEnum):
    RAW = ":RAW:"
    INTERPOLATE = ":INTERPOLATE:"
    HOLD_BACKWARD = ":HOLD BACKWARD:"
    LOOK_FORWARD = ":LOOK FORWARD:"


@dataclass(frozen=True, slots=True)
class Target:
    """`name[subscripts] :EXCEPT: [..], [..]`."""

    name: str
    subscripts: tuple[Subscript, ...] = ()
    exceptions: tuple[tuple[Subscript, ...], ...] = ()
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Formula:
    """`target [keyword] = expression`."""

    target: Target
    assignment: Assignment
    expression: Expression
    keyword: DataKeyword | None = None
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Values:
    """`target = 1,2;3,4;` or TABBED ARRAY: rows of signed numbers; None stands for :NA:.

    One number alone (`a = 5`) is a Formula; a row has two or more, or there are several rows.
    """

    target: Target
    assignment: Assignment
    rows: tuple[tuple[float | None, ...], ...]
    tabbed: bool = False
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Lookup:
    """`target( table )`; also `target( GET XLS LOOKUPS(…) )`."""

    target: Target
    body: Table | Call
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Data:
    """`target [keyword]`: a series that is supplied from outside."""

    target: Target
    keyword: DataKeyword | None = None
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Empty:
    """`target =`, and nothing."""

    target: Target
    assignment: Assignment
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class StringVariable:
    """`target :IS: 'text'`."""

    target: Target
    value: Text
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class NumericRange:
    """`(A1-A10)`."""

    first: str
    last: str
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Mapping:
    """`-> target`, or `-> (target: item, …)`."""

    target: str
    items: tuple[Subscript | NumericRange, ...] = ()
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class SubscriptRange:
    """`name : item, … -> mapping, …`; items may be GET XLS SUBSCRIPT(…)."""

    name: str
    items: tuple[Subscript | NumericRange, ...] | Call
    mappings: tuple[Mapping, ...] = ()
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Equivalence:
    """`alias <-> original`."""

    alias: str
    original: str
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class TestInput:
    """`name :TEST INPUT: target = expression`."""

    __test__ = False  # not a test class, whatever its name suggests to pytest
    name: Target
    target: Target
    expression: Expression
    extent: Extent = _extent()


@dataclass(frozen=True, slots=True)
class Constraint:
    """`name :THE CONDITION: condition :IMPLIES: consequence`."""

    name: Target
    condition: Expression
    consequence: Expression
    extent: Extent = _extent()


Definition: TypeAlias = (
    Formula
    | Values
    | Lookup
    | Data
    | Empty
    | StringVariable
    | SubscriptRange
    | Equivalence
    | TestInput
    | Constraint
)


# --- The document --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Units:
    """Field 2: the unit expression's text, and `[minimum, maximum, increment]`."""

    text: str
    minimum: float | None = None
    maximum: float | None = None
    increment: float | None = None


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation with its fields. `definition` is None where it could not be parsed.

    `span` covers everything up to and including the closing bar, and the blanks before it, so
    that the parts of a document, laid end to end, are the document. `body` is field 1.
    """

    span: Span
    body: Span  # the definition's text; extents count from its start
    definition: Definition | None
    units: Units
    comment: str  # line continuations resolved, ends stripped
    supplementary: bool = False
    group: str = ""  # the display name of the group it stands in
    passage: Source | None = field(default=None, compare=False, repr=False)
    """The definition's text alone: the same one for as long as the equation is not edited."""

    def span_of(self, extent: Extent) -> Span:
        """Where in the file a node of this equation stands."""
        return self.body.source.span(self.body.start + extent.start, self.body.start + extent.end)

    def place_of(self, extent: Extent) -> Span:
        """Where in its passage a node stands, wherever that is in the file; else in the file."""
        if self.passage is None:
            return self.span_of(extent)
        return self.passage.span(extent.start, extent.end)


@dataclass(frozen=True, slots=True)
class Group:
    """A group marker between two lines of asterisks (reference A.4)."""

    span: Span
    name: str
    comment: str


@dataclass(frozen=True, slots=True)
class Macro:
    """`:MACRO: name(inputs : outputs)` … `:END OF MACRO:` (reference B.12)."""

    span: Span
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    body: tuple[Equation | Group, ...]
    head: Span  # the header, from `:MACRO:` to the closing parenthesis


@dataclass(frozen=True, slots=True)
class Sketch:
    """The diagram, from its first line to the settings or the end: kept, not read."""

    span: Span


@dataclass(frozen=True, slots=True)
class Settings:
    """The section after `:L<%^E!@`: lines `code:value`, as pairs, in order (reference A.10)."""

    span: Span
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """The encoding header, blanks and comments that belong to no equation."""

    span: Span


Part: TypeAlias = Equation | Group | Macro | Sketch | Settings | Blank


@dataclass(frozen=True, slots=True)
class Document:
    """A file as written. The parts' spans lie end to end and cover the whole text."""

    source: Source
    parts: tuple[Part, ...]

    def equations(self) -> Iterator[Equation]:
        """Every equation, those of macros too, in the order of the text."""
        for part in self.parts:
            inside = part.body if isinstance(part, Macro) else (part,)
            yield from (each for each in inside if isinstance(each, Equation))

    def print(self) -> bytes:
        """The file's own bytes again."""
        return self.source.encode("".join(part.span.text for part in self.parts))
