"""The system that a document means: stocks, auxiliaries, constants and lookups, all names known.

Macros, delays and smooths have become the stocks that they stand for. What memory is left is a
stock or one of the few primitives below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NewType, TypeAlias

from s3c.runtime import Builtin, Method

from ..source import Source, Span
from ..syntax import BinaryOperator, Constraint, TestInput, UnaryOperator, Units
from .ranges import Ranges

VarId = NewType("VarId", str)
"""A variable: its folded name. Hidden ones are named as Vensim does, `#owner>MACRO>local#`."""

TIME = VarId("time")
TIME_STEP = VarId("time step")
INITIAL_TIME = VarId("initial time")
FINAL_TIME = VarId("final time")
SAVEPER = VarId("saveper")
CONTROLS = frozenset({TIME_STEP, INITIAL_TIME, FINAL_TIME, SAVEPER})


# --- Expressions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or `:NA:`."""

    value: float


@dataclass(frozen=True, slots=True)
class Read:
    """The value of a variable; `span` is where it is read, not part of what it is."""

    variable: VarId
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign or a negation."""

    operator: UnaryOperator
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, a comparison, or a connective."""

    operator: BinaryOperator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Choice:
    """IF THEN ELSE: only the chosen side is evaluated."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Apply:
    """A built-in function.

    `implicit` are what it reads unasked, such as TIME STEP, in the order of `function.implicit`.
    """

    function: Builtin
    arguments: tuple[Expression, ...]
    implicit: tuple[Read, ...] = ()


@dataclass(frozen=True, slots=True)
class Interpolate:
    """A lookup's value."""

    table: Read
    argument: Expression


@dataclass(frozen=True, slots=True)
class Draw:
    """A random number. `site` names the call, so that every call draws its own numbers."""

    function: Builtin
    site: int
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Number | Read | Unary | Binary | Choice | Apply | Interpolate | Draw


def reads(expression: Expression) -> Iterator[Read]:
    """Every variable that an expression reads, in the order of the text."""
    # A stack of its own: an expression may be deeper than Python's.
    stack: list[Expression] = [expression]
    while stack:
        match stack.pop():
            case Number():
                pass
            case Read() as read:
                yield read
            case Unary(operand=operand):
                stack.append(operand)
            case Binary(left=left, right=right):
                stack += (right, left)
            case Choice(condition, yes, no):
                stack += (no, yes, condition)
            case Apply(arguments=arguments, implicit=implicit):
                stack += (*reversed(implicit), *reversed(arguments))
            case Interpolate(table=table, argument=argument):
                stack += (argument, table)
            case Draw(arguments=arguments):
                stack += reversed(arguments)


# --- What a variable is --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A number; an unchangeable one (`==`) stays what the model says."""

    value: float
    changeable: bool = True


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A function given by points."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """A value computed from others. A held one keeps its value inside a Runge-Kutta step."""

    expression: Expression
    held: bool = False


@dataclass(frozen=True, slots=True)
class Stock:
    """INTEG: what accumulates `rate` from `initial`."""

    rate: Expression
    initial: Expression


@dataclass(frozen=True, slots=True)
class Initial:
    """INITIAL: the value of an expression when the run starts."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class ActiveInitial:
    """ACTIVE INITIAL: an auxiliary with another equation for initial values that need it."""

    active: Expression
    initial: Expression


@dataclass(frozen=True, slots=True)
class SampleIfTrue:
    """SAMPLE IF TRUE: the input when the condition last held."""

    condition: Expression
    input: Expression
    initial: Expression


@dataclass(frozen=True, slots=True)
class DelayFixed:
    """DELAY FIXED: the input a fixed number of steps ago."""

    input: Expression
    delay_time: Expression
    initial: Expression


@dataclass(frozen=True, slots=True)
class DelayN:
    """DELAY N: a material delay whose order is frozen when the run starts."""

    input: Expression
    delay_time: Expression
    initial: Expression
    order: Expression


@dataclass(frozen=True, slots=True)
class SmoothN:
    """SMOOTH N: an information delay whose order is frozen when the run starts."""

    input: Expression
    delay_time: Expression
    initial: Expression
    order: Expression


Pipeline: TypeAlias = DelayFixed | DelayN | SmoothN
"""What gives its output from what it remembers, before it sees the step's input."""

Meaning: TypeAlias = (
    Constant | LookupTable | Auxiliary | Stock | Initial | ActiveInitial | SampleIfTrue | Pipeline
)


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: its meaning, and what its equation says besides."""

    id: VarId
    name: str  # as it is shown
    meaning: Meaning
    span: Span  # its definition; for a hidden one, the call that made it
    units: Units
    documentation: str = ""
    group: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class System:
    """A whole model, in the order of its file; hidden variables follow their owner."""

    source: Source
    variables: Mapping[VarId, Variable]
    method: Method
    checks: tuple[TestInput | Constraint, ...] = ()  # reality checks: no part of a normal run
    ranges: Ranges = field(default_factory=Ranges)
