"""A system in order, as assignments to numbered slots. No Vensim is left in it.

A slot is a place in one of a few flat vectors of numbers. A back end prints a block of
assignments as it likes: the Python one as local variables, an array one as loops over vectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TypeAlias

from s3c.runtime import Builtin, Method, VariableInfo

from ..source import Source, Span


class Bank(StrEnum):
    """The vectors. The first three, end to end, are what holds for a whole run."""

    PARAMETER = "parameters"
    CONSTANT = "constants"
    INITIAL = "initials"
    STOCK = "stocks"
    MEMORY = "memory"  # outputs of memories, at the start of a step
    AUXILIARY = "auxiliaries"
    CHANGE = "changes"  # of stocks, per unit of time
    TABLE = "tables"  # lookups: functions, not numbers


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one number, or of one table."""

    bank: Bank
    index: int


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
    """The number in a slot."""

    slot: Slot


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
class Interpolate:
    """A table's value."""

    table: Slot
    operand: Expression


@dataclass(frozen=True, slots=True)
class Draw:
    """A random number of a call site."""

    function: Builtin
    site: int
    operands: tuple[Expression, ...]


Expression: TypeAlias = Literal | Time | Load | Operation | Choice | Call | Interpolate | Draw


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
            case Choice(condition, yes, no):
                stack += (no, yes, condition)
            case Call(operands=operands, keywords=keywords):
                stack += reversed((*operands, *(value for _, value in keywords)))
            case Interpolate(operand=operand):
                stack.append(operand)


def loads(expression: Expression) -> Iterator[Slot]:
    """The slots that an expression loads."""
    return (node.slot for node in walk(expression) if isinstance(node, Load))


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a slot is given, and the equation that says so."""

    target: Slot
    value: Expression
    span: Span = field(compare=False, repr=False)


class MemoryKind(StrEnum):
    """The memories, by the name of their class in the runtime."""

    DELAY_FIXED = "FixedDelay"
    HELD = "Held"
    DELAY_N = "NthOrderDelay"
    SMOOTH_N = "NthOrderSmooth"


@dataclass(frozen=True, slots=True)
class Memory:
    """One memory: how it is made at the start, and what it takes in at the end of a step."""

    kind: MemoryKind
    owner: Slot  # the auxiliary whose memory it is
    start: tuple[Expression, ...]
    inputs: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Program:
    """A model ready to be printed. Blocks are in order: each slot is set before it is loaded."""

    name: str
    source: Source
    method: Method
    variables: tuple[VariableInfo, ...]
    info: Mapping[Slot, VariableInfo]  # of every slot but changes and memory
    tables: Mapping[Slot, tuple[tuple[float, float], ...]]
    constants: tuple[Assignment, ...]
    start: tuple[Assignment, ...]  # what INITIAL TIME needs, and then:
    start_time: Expression
    initial: tuple[Assignment, ...]
    step: tuple[Assignment, ...]
    changes: tuple[Assignment, ...]
    memories: tuple[Memory, ...]
    stage: tuple[Assignment, ...]  # a part of `step`; what is held loads its own slot

    def size(self, bank: Bank) -> int:
        """How many slots a bank has."""
        return sum(slot.bank is bank for slot in self.info)
