"""The system that a document means: stocks, auxiliaries, constants and lookups, all names known.

Macros, delays and smooths have become the stocks that they stand for. What memory is left is a
stock or one of the few primitives below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NewType, TypeAlias

from s3c.runtime import CLOCK as CLOCK_NAME
from s3c.runtime import Builtin, Calendar, Method, Sums

from ..source import Source, Span
from ..syntax import BinaryOperator, Constraint, DataKeyword, TestInput, UnaryOperator, Units
from .loops import Along, At, Axis, Index, Loop, Places
from .ranges import Ranges

VarId = NewType("VarId", str)
"""A variable: its folded name. Hidden ones are named as Vensim does, `#owner>MACRO>local#`."""

TIME = VarId("time")
TIME_STEP = VarId("time step")
INITIAL_TIME = VarId("initial time")
FINAL_TIME = VarId("final time")
SAVEPER = VarId("saveper")
CLOCK = VarId(CLOCK_NAME)
CONTROLS = frozenset({TIME_STEP, INITIAL_TIME, FINAL_TIME, SAVEPER})
UNASKED = {"time": TIME, "time_step": TIME_STEP, "initial_time": INITIAL_TIME, "clock": CLOCK}
"""What bodies of functions read unasked, by the names of their parameters."""


# --- Expressions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or `:NA:`."""

    value: float


@dataclass(frozen=True, slots=True)
class Read:
    """The value of a variable; `span` is where it is read, not part of what it is.

    There is an index for each axis of the variable.
    """

    variable: VarId
    span: Span = field(compare=False, repr=False)
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A number for each turn of some loops, the last one fastest."""

    numbers: tuple[float, ...]
    loops: tuple[Loop, ...]


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
class Gather:
    """An array: the values of an expression at all turns of some loops, which it binds.

    Stands only as an argument of a function that takes an array.
    """

    loops: tuple[Loop, ...]
    expression: Expression


@dataclass(frozen=True, slots=True)
class ApplyAlong:
    """A built-in function that gives an array: a value for each turn of some loops at once.

    They are the last loops of its equation, whose whole right side it is. Its arguments do not
    depend on them but through a `Gather` that binds them again.
    """

    function: Builtin
    arguments: tuple[Expression, ...]
    loops: tuple[Loop, ...]


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


Expression: TypeAlias = (
    Number
    | Read
    | Listed
    | Unary
    | Binary
    | Choice
    | Apply
    | Gather
    | ApplyAlong
    | Interpolate
    | Draw
)


def operands_of(expression: Expression) -> tuple[Expression, ...]:
    """What an expression is made of, in the order of the text."""
    match expression:
        case Number() | Listed() | Read():
            return ()
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Choice(condition, yes, no):
            return (condition, yes, no)
        case Apply(arguments=arguments, implicit=implicit):
            return (*arguments, *implicit)
        case Gather(expression=inner):
            return (inner,)
        case ApplyAlong(arguments=arguments) | Draw(arguments=arguments):
            return arguments
        case Interpolate(table=table, argument=argument):
            return (table, argument)


def walk(expression: Expression) -> Iterator[Expression]:
    """An expression and all its parts, in the order of the text."""
    # A stack of its own: an expression may be deeper than Python's.
    stack: list[Expression] = [expression]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(operands_of(node))


def reads(expression: Expression) -> Iterator[Read]:
    """Every variable that an expression reads, in the order of the text."""
    return (node for node in walk(expression) if isinstance(node, Read))


def with_reads(expression: Expression, change: Callable[[Read], Expression]) -> Expression:
    """An expression with each reading of a number changed to what `change` gives for it."""

    def inside(nodes: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(with_reads(each, change) for each in nodes)

    match expression:
        case Number() | Listed():
            return expression
        case Read():
            return change(expression)
        case Unary(operand=operand):
            return replace(expression, operand=with_reads(operand, change))
        case Binary(operator, left, right):
            return Binary(operator, *inside((left, right)))
        case Choice(condition, yes, no):
            return Choice(*inside((condition, yes, no)))
        case Apply(arguments=arguments) | ApplyAlong(arguments=arguments):
            return replace(expression, arguments=inside(arguments))
        case Draw(arguments=arguments):
            return replace(expression, arguments=inside(arguments))
        case Gather(expression=inner):
            return replace(expression, expression=with_reads(inner, change))
        case Interpolate(argument=argument):
            return replace(expression, argument=with_reads(argument, change))


def draws(expression: Expression) -> bool:
    """Whether an expression draws random numbers itself."""
    return any(isinstance(node, Draw) for node in walk(expression))


def free_loops(expression: Expression) -> frozenset[Loop]:
    """The loops that a value depends on, beside those that it binds itself."""
    found: set[Loop] = set()
    bound: set[Loop] = set()
    for node in walk(expression):
        match node:
            case Read(indices=indices):
                found.update(each.loop for each in indices if isinstance(each, Along))
            case Listed(loops=loops):
                found.update(loops)
            case ApplyAlong(loops=loops):
                found.update(loops)
            case Gather(loops=loops):
                bound.update(loops)
            case _:
                pass
    # The loops of an `ApplyAlong` are bound in its arguments and are its own besides; it stands
    # alone. No other loop is bound in one place and free in another.
    if isinstance(expression, ApplyAlong):
        bound.difference_update(expression.loops)
    return frozenset(found - bound)


# --- What a variable is --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A number; an unchangeable one (`==`) stays what the model says."""

    value: float
    changeable: bool = True


@dataclass(frozen=True, slots=True)
class ConstantList:
    """A number for each element of an equation's left side, the last subscript fastest."""

    numbers: tuple[float, ...]
    changeable: bool = True


@dataclass(frozen=True, slots=True)
class StringRead:
    """The text of a string variable."""

    variable: VarId


@dataclass(frozen=True, slots=True)
class FileCall:
    """What a GET … function reads from a file when a run starts.

    The file has numbers for all turns of the ranges of the equation's left side, `sizes` along
    each; `turns` are those that are meant.
    """

    function: str
    arguments: tuple[str | StringRead, ...]
    sizes: tuple[int, ...] = ()
    turns: tuple[Places, ...] = ()


@dataclass(frozen=True, slots=True)
class ConstantsInFile:
    """Numbers that stand in a file."""

    call: FileCall
    changeable: bool = True


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A function given by points."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class LookupInFile:
    """A function whose points stand in a file."""

    call: FileCall


Origin: TypeAlias = FileCall | Constant | ConstantList | ConstantsInFile | Read
"""Where the points of a series come from.

They stand in a file, are the same number at all times, or are computed by the `Points` that are
read.
"""


@dataclass(frozen=True, slots=True)
class Series:
    """A function of time given by points, and how it is read between them.

    Without an origin they are supplied from outside the model.
    """

    keyword: DataKeyword
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """A data equation (`:=`): the value at each time at which what it reads has points.

    `:NA:` where there is none. TIME SHIFT reads its series `shift` later than that time; CUMULATE
    sums the points up.
    """

    expression: Expression
    shift: Read | None = None
    sums: Sums = Sums.NONE


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """A value computed from others. A held one keeps its value inside a Runge-Kutta step.

    With a `message`, a run shows that text at every step at which the value is above zero; inside
    a Runge-Kutta step it is zero, and nothing is shown.
    """

    expression: Expression
    held: bool = False
    message: str | StringRead | None = None


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
class Remembered:
    """What a memory of the runtime holds, such as that of DELAY FIXED: known before a step begins.

    It is the variable's value, unless `memory.present` computes that. Then the variable is hidden,
    and what reads it is handed the memory itself.
    """

    memory: Builtin
    arguments: tuple[Expression, ...]

    @property
    def start(self) -> tuple[Expression, ...]:
        """What the memory is set up with, without what is read unasked."""
        return self._given(self.memory.start)

    @property
    def inputs(self) -> tuple[Expression, ...]:
        """What the memory takes in at the end of a step, without what is read unasked."""
        return self._given(self.memory.inputs)

    def argument(self, parameter: str) -> Expression:
        """The argument of that name."""
        return self.arguments[self.memory.parameters.index(parameter)]

    def _given(self, parameters: tuple[str, ...]) -> tuple[Expression, ...]:
        return tuple(map(self.argument, (p for p in parameters if p in self.memory.parameters)))


@dataclass(frozen=True, slots=True)
class Sought:
    """SIMULTANEOUS or FIND ZERO: what equations that need one another settle at, at every time.

    The search sets out with `start`; `value` is what the equations give for what it guesses.
    """

    search: Builtin
    value: Read
    start: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """SHIFT IF TRUE: what leaves a stock whose places move on by one when the step ends.

    Its first argument gathers the stock along its last subscript.
    """

    function: Apply


Given: TypeAlias = Constant | ConstantList | ConstantsInFile | LookupTable | LookupInFile | Series
"""What is there before anything is computed."""

Meaning: TypeAlias = (
    Constant
    | ConstantList
    | ConstantsInFile
    | LookupTable
    | LookupInFile
    | Series
    | Points
    | Auxiliary
    | Stock
    | Initial
    | ActiveInitial
    | SampleIfTrue
    | Remembered
    | Sought
    | Shift
)


@dataclass(frozen=True, slots=True)
class Part:
    """What one equation says of some elements of a variable: of the whole, if it has no axes.

    `indices` say which elements, one for each axis; no two parts of a variable share any. The
    loops among them are the equation's own.
    """

    meaning: Meaning
    span: Span = field(compare=False, repr=False)  # the equation's
    indices: tuple[Index, ...] = ()

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The loops that the equation runs through, in the order of the axes."""
        return tuple(index.loop for index in self.indices if isinstance(index, Along))

    @property
    def places(self) -> Iterator[tuple[int, ...]]:
        """The places of its elements, as the loops turn, the last one fastest."""
        along = (
            (index.place,) if isinstance(index, At) else tuple(index.places)
            for index in self.indices
        )
        return product(*along)


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: its meaning, and what its equations say besides.

    All parts are of one kind: constants, lookups, stocks, or what is computed. Those elements
    that no part gives a meaning are `holes`; nothing reads them.
    """

    id: VarId
    name: str  # as it is shown
    parts: tuple[Part, ...]
    units: Units
    documentation: str = ""
    group: str = ""
    hidden: bool = False
    axes: tuple[Axis, ...] = ()
    holes: tuple[tuple[int, ...], ...] = ()

    @property
    def meaning(self) -> Meaning:
        """What the variable is: the meaning of its first part."""
        return self.parts[0].meaning

    @property
    def span(self) -> Span:
        """Its first definition; for a hidden one, the call that made it."""
        return self.parts[0].span

    @property
    def shape(self) -> tuple[int, ...]:
        """How many elements it has along each axis."""
        return tuple(len(axis.elements) for axis in self.axes)


@dataclass(frozen=True, slots=True)
class StringValue:
    """A string variable: its name as it is shown, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class System:
    """A whole model, in the order of its file; hidden variables follow their owner."""

    source: Source
    variables: Mapping[VarId, Variable]
    method: Method
    checks: tuple[TestInput | Constraint, ...] = ()  # reality checks: no part of a normal run
    ranges: Ranges = field(default_factory=Ranges)
    texts: Mapping[VarId, StringValue] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)  # of files, as the settings give them
    calendar: Calendar = Calendar()  # noqa: RUF009  (it is frozen)
    passages: Mapping[Source, Span] = field(default_factory=dict, compare=False, repr=False)
    """Where in the file each equation's text stands: readings have their places in these."""
