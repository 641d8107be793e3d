"""From names to slots: `lower(schedule) -> Program`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from s3c.runtime import REGISTRY, Space, VariableInfo

from .. import system as meant
from ..graph import Schedule, is_held
from ..names import mangle
from ..syntax import BinaryOperator, UnaryOperator
from ..system import (
    INITIAL_TIME,
    TIME,
    TIME_STEP,
    ActiveInitial,
    Auxiliary,
    Constant,
    DelayFixed,
    DelayN,
    Initial,
    LookupTable,
    SampleIfTrue,
    SmoothN,
    Stock,
    Variable,
    VarId,
)
from .tree import (
    Assignment,
    Bank,
    Call,
    Choice,
    Draw,
    Expression,
    Interpolate,
    Literal,
    Load,
    Memory,
    MemoryKind,
    Operation,
    Operator,
    Program,
    Slot,
    Time,
)

__all__ = ["lower"]

_OPERATORS = {
    BinaryOperator.PLUS: Operator.ADD,
    BinaryOperator.MINUS: Operator.SUBTRACT,
    BinaryOperator.TIMES: Operator.MULTIPLY,
    BinaryOperator.OVER: Operator.DIVIDE,
    BinaryOperator.POWER: Operator.POWER,
    BinaryOperator.EQUAL: Operator.EQUAL,
    BinaryOperator.UNEQUAL: Operator.UNEQUAL,
    BinaryOperator.LESS: Operator.LESS,
    BinaryOperator.GREATER: Operator.GREATER,
    BinaryOperator.AT_MOST: Operator.AT_MOST,
    BinaryOperator.AT_LEAST: Operator.AT_LEAST,
    BinaryOperator.AND: Operator.AND,
    BinaryOperator.OR: Operator.OR,
}
_SPACES = {
    Bank.PARAMETER: Space.PARAMETER,
    Bank.CONSTANT: Space.CONSTANT,
    Bank.INITIAL: Space.INITIAL,
    Bank.STOCK: Space.STOCK,
    Bank.AUXILIARY: Space.AUXILIARY,
    Bank.TABLE: Space.TABLE,
}
# Names that a generated module uses for itself.
_OWN_NAMES = frozenset(
    {
        *("auxiliaries", "constants", "draws", "fixed", "initial", "math", "memory", "model"),
        *("parameters", "run", "stage", "start_time", "step", "stocks", "time"),
    }
) | {builtin.python_name for builtin in REGISTRY.values()}


def lower(schedule: Schedule, name: str) -> Program:
    """Give every variable a slot, and turn every equation into an assignment."""
    slots = _slots(schedule)
    variables = _describe(schedule, slots)
    lowering = _Lowering(schedule.system, slots)
    system = schedule.system.variables
    computed = frozenset(schedule.constants)
    stocks = [v for v in system.values() if isinstance(v.meaning, Stock)]
    remembering = [v for v in system.values() if _remembers(v)]
    unchangeable = [v for v in system if slots[v].bank is Bank.CONSTANT and v not in computed]
    memory = {v.id: Slot(Bank.MEMORY, number) for number, v in enumerate(remembering)}
    return Program(
        name=name,
        source=schedule.system.source,
        method=schedule.system.method,
        variables=tuple(variables.values()),
        info={slots[variable]: info for variable, info in variables.items()},
        tables={
            slots[v.id]: v.meaning.points
            for v in system.values()
            if isinstance(v.meaning, LookupTable)
        },
        constants=tuple(lowering.now(v, memory) for v in (*unchangeable, *schedule.constants)),
        start=tuple(lowering.now(v, memory) for v in schedule.start),
        start_time=Load(slots[INITIAL_TIME]),
        initial=tuple(lowering.at_start(v) for v in schedule.initial),
        step=tuple(lowering.now(v, memory) for v in schedule.step),
        changes=tuple(lowering.change(stock) for stock in stocks),
        memories=tuple(lowering.memory(v) for v in remembering),
        stage=tuple(lowering.inside(v, memory) for v in schedule.stage),
    )


def _remembers(variable: Variable) -> bool:
    return isinstance(variable.meaning, SampleIfTrue | DelayFixed | DelayN | SmoothN)


def _slots(schedule: Schedule) -> Mapping[VarId, Slot]:
    """A slot for every variable, in the order of the system."""
    constants = frozenset(schedule.constants)
    counts = dict.fromkeys(Bank, 0)
    slots = {}
    for variable in schedule.system.variables.values():
        match variable.meaning:
            case Constant(changeable=True):
                bank = Bank.PARAMETER
            case Constant():
                bank = Bank.CONSTANT
            case LookupTable():
                bank = Bank.TABLE
            case Stock():
                bank = Bank.STOCK
            case Initial():
                bank = Bank.INITIAL
            case _:
                bank = Bank.CONSTANT if variable.id in constants else Bank.AUXILIARY
        slots[variable.id] = Slot(bank, counts[bank])
        counts[bank] += 1
    return slots


def _describe(schedule: Schedule, slots: Mapping[VarId, Slot]) -> Mapping[VarId, VariableInfo]:
    """What the runtime is told of every variable."""
    taken = set(_OWN_NAMES)
    described = {}
    for variable in schedule.system.variables.values():
        python_name = mangle(variable.name, taken)
        if isinstance(variable.meaning, Stock):
            # A stock's change takes the name beside it.
            while f"{python_name}_change" in taken:
                python_name = mangle(variable.name, taken | {python_name})
            taken.add(f"{python_name}_change")
        taken.add(python_name)
        classified, slot = schedule.kinds[variable.id], slots[variable.id]
        meaning = variable.meaning
        described[variable.id] = VariableInfo(
            name=variable.name,
            python_name=python_name,
            kind=classified.kind,
            space=_SPACES[slot.bank],
            index=slot.index,
            reason=classified.reason,
            units=variable.units.text,
            equation=variable.span.one_line,
            # What the compiler supplies stands nowhere in the file.
            line=variable.span.location.line if variable.span.text else 0,
            documentation=variable.documentation,
            value=meaning.value if isinstance(meaning, Constant) and meaning.changeable else None,
            hidden=variable.hidden,
        )
    return described


@dataclass(frozen=True, slots=True)
class _Lowering:
    """Turns meanings into assignments, with the slots that the variables have."""

    system: meant.System
    slots: Mapping[VarId, Slot]

    def _assign(self, variable: Variable, value: Expression) -> Assignment:
        return Assignment(self.slots[variable.id], value, variable.span)

    def now(self, id_: VarId, memory: Mapping[VarId, Slot]) -> Assignment:
        """A variable's value at the present time."""
        variable = self.system.variables[id_]
        match variable.meaning:
            case Auxiliary(expression=expression) | ActiveInitial(active=expression):
                value = self.expression(expression)
            case Constant(value=number):
                value = Literal(number)
            case SampleIfTrue(condition, sampled, _):
                before = Load(memory[id_])
                value = Choice(self.expression(condition), self.expression(sampled), before)
            case DelayFixed() | DelayN() | SmoothN():
                value = Load(memory[id_])
            case Stock() | Initial() | LookupTable():
                raise AssertionError(variable)
        return self._assign(variable, value)

    def inside(self, id_: VarId, memory: Mapping[VarId, Slot]) -> Assignment:
        """A variable's value inside a Runge-Kutta step: what is held is loaded as it stands."""
        variable = self.system.variables[id_]
        if is_held(variable):
            return self._assign(variable, Load(self.slots[id_]))
        return self.now(id_, memory)

    def at_start(self, id_: VarId) -> Assignment:
        """A variable's initial value."""
        variable = self.system.variables[id_]
        match variable.meaning:
            case Auxiliary(expression=expression) | Initial(expression=expression):
                value = self.expression(expression)
            case ActiveInitial(initial=expression) | Stock(initial=expression):
                value = self.expression(expression)
            case SampleIfTrue(condition, sampled, initial):
                value = Choice(*map(self.expression, (condition, sampled, initial)))
            case DelayFixed(initial=initial) | DelayN(initial=initial) | SmoothN(initial=initial):
                value = self.expression(initial)
            case Constant() | LookupTable():
                raise AssertionError(variable)
        return self._assign(variable, value)

    def change(self, stock: Variable) -> Assignment:
        """What a stock gains per unit of time."""
        assert isinstance(stock.meaning, Stock)
        target = Slot(Bank.CHANGE, self.slots[stock.id].index)
        return Assignment(target, self.expression(stock.meaning.rate), stock.span)

    def memory(self, variable: Variable) -> Memory:
        """What a variable remembers besides."""
        owner = self.slots[variable.id]
        step = Load(self.slots[TIME_STEP])
        meaning = variable.meaning
        match meaning:
            case SampleIfTrue(_, _, initial):
                kind = MemoryKind.HELD
                start: Iterable[Expression] = (self.expression(initial),)
                inputs: Iterable[Expression] = (Load(owner),)
            case DelayFixed(value, delay_time, initial):
                kind = MemoryKind.DELAY_FIXED
                start = (*map(self.expression, (delay_time, initial)), step)
                inputs = (self.expression(value),)
            case DelayN(value, delay_time, initial, degree):
                kind = MemoryKind.DELAY_N
                start = (*map(self.expression, (delay_time, initial, degree)), step)
                inputs = (*map(self.expression, (value, delay_time)), step)
            case SmoothN(value, delay_time, initial, degree):
                kind = MemoryKind.SMOOTH_N
                start = (*map(self.expression, (initial, degree, delay_time)), step)
                inputs = (*map(self.expression, (value, delay_time)), step)
            case _:
                raise AssertionError(variable)
        return Memory(kind, owner, tuple(start), tuple(inputs), variable.span)

    def expression(self, node: meant.Expression) -> Expression:
        """An expression over slots."""
        match node:
            case meant.Number(value):
                return Literal(value)
            case meant.Read(variable):
                return Time() if variable == TIME else Load(self.slots[variable])
            case meant.Unary(operator, operand):
                return self._unary(operator, self.expression(operand))
            case meant.Binary(operator, left, right):
                operands = (self.expression(left), self.expression(right))
                return Operation(_OPERATORS[operator], operands)
            case meant.Choice(condition, yes, no):
                return Choice(*map(self.expression, (condition, yes, no)))
            case meant.Apply(function, arguments, implicit):
                keywords = zip(function.implicit, map(self.expression, implicit), strict=True)
                return Call(function, tuple(map(self.expression, arguments)), tuple(keywords))
            case meant.Interpolate(table, argument):
                return Interpolate(self.slots[table.variable], self.expression(argument))
            case meant.Draw(function, site, arguments):
                return Draw(function, site, tuple(map(self.expression, arguments)))

    def _unary(self, operator: UnaryOperator, operand: Expression) -> Expression:
        match operator:
            case UnaryOperator.PLUS:
                return operand
            case UnaryOperator.NOT:
                return Operation(Operator.NOT, (operand,))
            case UnaryOperator.MINUS:
                if isinstance(operand, Literal):  # a signed number is one number
                    return Literal(-operand.value)
                return Operation(Operator.NEGATE, (operand,))
