"""A system in order, as assignments to numbered slots. No Vensim is left in it.

A slot is a place in one of a few vectors: it holds a number, or an array of them. A back end
prints a block of assignments as it likes: the Python one as local variables and numpy arrays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NamedTuple, TypeAlias

from s3c.runtime import Builtin, Calendar, Method, Reading, Sums, TextOf, VariableInfo

from ..kept import Kept
from ..source import Source, Span
from ..system import Along, Index, Loop, Places


class Bank(StrEnum):
    """The vectors. The first three, end to end, are what holds for a whole run."""

    PARAMETER = "parameters"
    CONSTANT = "constants"
    INITIAL = "initials"
    STOCK = "stocks"
    MEMORY = "memory"  # outputs of memories, at the start of a step
    CONTENTS = "contents"  # memories themselves, which functions read
    AUXILIARY = "auxiliaries"
    CHANGE = "changes"  # of stocks, per unit of time
    TABLE = "tables"  # lookups: functions, not numbers
    POINTS = "points"  # of series, at one time: computed before a run
    LIST = "lists"  # numbers that are written in an equation, one for each turn of its loops
    TERM = "terms"  # parts of equations that passes have taken out; no variables of the model


class Slot(NamedTuple):
    """The place of one number, of one table, or of an array of either."""

    # A tuple, since slots are looked up everywhere, and Python finds tuples sooner.
    bank: Bank
    index: int  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride]


class Operator(Enum):
    """What two or one numbers are combined with; comparisons and connectives give 1 or 0."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    POWER = "^"
    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    GREATER = ">"
    AT_MOST = "<="
    AT_LEAST = ">="
    AND = "and"
    OR = "or"
    NOT = "not"
    NEGATE = "neg"


@dataclass(frozen=True, slots=True)
class Literal:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Time:
    """The time at which the block is computed."""


@dataclass(frozen=True, slots=True)
class Load:
    """The number in a slot; of an array, the one at an index for each of its axes."""

    slot: Slot
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its one or two operands. AND and OR skip a right side that cannot matter."""

    operator: Operator
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Only the chosen side is computed."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function; `keywords` are its implicit parameters, by name."""

    function: Builtin
    operands: tuple[Expression, ...]
    keywords: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Gather:
    """An array: the values at all turns of some loops. An operand of a function that takes one."""

    loops: tuple[Loop, ...]
    value: Expression


@dataclass(frozen=True, slots=True)
class CallAlong:
    """A built-in function that gives an array over some loops, the last of its assignment's."""

    function: Builtin
    operands: tuple[Expression, ...]
    loops: tuple[Loop, ...]


@dataclass(frozen=True, slots=True)
class Interpolate:
    """A table's value; `table` loads a slot of the bank of tables."""

    table: Load
    operand: Expression


@dataclass(frozen=True, slots=True)
class Draw:
    """A random number of a call site.

    In an array each element draws its own: `element` has an index for each axis of the array
    that is drawn for, whose `shape` says how they count up, the last one fastest.
    """

    function: Builtin
    site: int
    operands: tuple[Expression, ...]
    element: tuple[Index, ...] = ()
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Make:
    """A new memory, when a run starts, for a slot of the bank of contents; or a new search."""

    made: Builtin
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Tell:
    """What a search is told, in an assignment of its own within it: it gives the next guess."""

    value: Expression


Expression: TypeAlias = (
    Literal
    | Time
    | Load
    | Operation
    | Choice
    | Call
    | Gather
    | CallAlong
    | Interpolate
    | Draw
    | Make
    | Tell
)


def walk(expression: Expression) -> Iterator[Expression]:
    """An expression and all its parts, in the order of the text."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        match node:
            case Literal() | Time() | Load():
                pass
            case Operation(operands=operands) | Draw(operands=operands):
                stack += reversed(operands)
            case CallAlong(operands=operands) | Make(operands=operands):
                stack += reversed(operands)
            case Gather(value=value) | Tell(value=value):
                stack.append(value)
            case Choice(condition, yes, no):
                stack += (no, yes, condition)
            case Call(operands=operands, keywords=keywords):
                stack += reversed((*operands, *(value for _, value in keywords)))
            case Interpolate(table=table, operand=operand):
                stack += (operand, table)


_LOADED = Kept[Expression, tuple[Slot, ...]]()


def loads(expression: Expression) -> tuple[Slot, ...]:
    """The slots that an expression loads, each once, in the order of the text."""
    found = _LOADED.get(expression)
    if found is None:
        slots = (node.slot for node in walk(expression) if isinstance(node, Load))
        found = _LOADED.keep(expression, tuple(dict.fromkeys(slots)))
    return found


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a slot is given, and the equation that says so.

    Of an array, the elements at `indices` are given the values of all turns of their loops.
    """

    target: Slot
    value: Expression
    span: Span = field(compare=False, repr=False)
    indices: tuple[Index, ...] = ()

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The loops that it runs through, in the order of the axes."""
        return tuple(index.loop for index in self.indices if isinstance(index, Along))


@dataclass(frozen=True, slots=True)
class Turn:
    """An assignment in a sweep.

    In each round every loop of `steps` is at the turn that its places give for that round; the
    other loops of the assignment are run through whole.
    """

    assignment: Assignment
    steps: tuple[tuple[Loop, Places], ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Assignments that take turns, round after round, because their elements need one another."""

    rounds: int
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Assignments that need one another, computed until what is sought is found.

    `start` makes a search for each that `block` tells something, and gives its first guess.
    """

    start: tuple[Assignment, ...]
    block: tuple[Assignment | Sweep, ...]


Block: TypeAlias = tuple[Assignment | Sweep | Search, ...]


def assignments(block: Block) -> Iterator[Assignment]:
    """The assignments of a block, those in sweeps with them."""
    for each in block:
        match each:
            case Assignment():
                yield each
            case Sweep(turns=turns):
                yield from (turn.assignment for turn in turns)
            case Search(start, inner):
                yield from start
                yield from assignments(inner)


@dataclass(frozen=True, slots=True)
class Memory:
    """One memory: how it is made at the start, and what it takes in at the end of a step.

    With loops it is an array of memories, one for each of their turns. What functions read is made
    among the initial values: `contents` loads it.
    """

    kind: Builtin
    owner: Slot  # the auxiliary whose memory it is, or the contents
    start: tuple[Expression, ...]
    inputs: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)
    loops: tuple[Loop, ...] = ()
    contents: Load | None = None


Table: TypeAlias = tuple[tuple[float, float], ...]
"""The points of a lookup."""


@dataclass(frozen=True, slots=True)
class List:
    """Numbers that are written in an equation, the last axis fastest."""

    numbers: tuple[float, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How a series is read between its points; of one that never changes, its number, too."""

    keyword: str
    constant: float | None = None


@dataclass(frozen=True, slots=True)
class DataBlock:
    """The computation of the points of some elements of a series."""

    points: Slot  # what the block computes, at one time
    block: Block
    series: Slot  # which the points are of
    indices: tuple[Index, ...]  # the elements
    inputs: tuple[Slot, ...]  # the series whose times it is computed at
    shift: Slot | None = None  # and how much earlier
    sums: Sums = Sums.NONE


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that a run shows whenever a slot's number, or any of them, is above zero."""

    slot: Slot
    text: str | TextOf


@dataclass(frozen=True, slots=True)
class Program:
    """A model ready to be printed. Blocks are in order: each slot is set before it is loaded."""

    name: str
    source: Source
    method: Method
    variables: tuple[VariableInfo, ...]
    info: Mapping[Slot, VariableInfo]  # of every slot but changes and memory
    tables: Mapping[Slot, tuple[Table, ...]]  # a lookup for all of a slot, or one for each element
    series: Mapping[Slot, tuple[Way, ...]]  # one for all of a slot, or one for each element
    lists: tuple[List, ...]  # by the index of their slot
    values: Mapping[Slot, Block]  # what several equations give the elements of a parameter
    constants: Block
    start: Block  # what INITIAL TIME needs, and then:
    start_time: Expression
    initial: Block
    step: Block
    changes: Block
    memories: tuple[Memory, ...]
    stage: Block  # a part of `step`; what is held loads its own slot
    shift: tuple[Assignment, ...] = ()  # of stocks, when a step ends
    data: tuple[DataBlock, ...] = ()  # in order
    readings: tuple[Reading, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)  # string variables by name
    aliases: Mapping[str, str] = field(default_factory=dict)  # of files
    messages: tuple[Shown, ...] = ()
    terms: tuple[tuple[int, ...], ...] = ()  # the shape of each
    calendar: Calendar = Calendar()  # noqa: RUF009  (it is frozen)

    def sizes(self) -> Mapping[Bank, int]:
        """How many slots each bank has."""
        counted = Counter([slot.bank for slot in self.info])
        return {bank: counted[bank] for bank in Bank}

    def size(self, bank: Bank) -> int:
        """How many slots a bank has."""
        return self.sizes()[bank]

    def shape(self, slot: Slot) -> tuple[int, ...]:
        """How many elements a slot has along each axis: none, if it holds one number."""
        match slot.bank:
            case Bank.MEMORY:
                return tuple(len(loop) for loop in self.memories[slot.index].loops)
            case Bank.LIST:
                return self.lists[slot.index].shape
            case Bank.TERM:
                return self.terms[slot.index]
            case Bank.CHANGE:
                return self.info[Slot(Bank.STOCK, slot.index)].shape
            case _:
                return self.info[slot].shape
