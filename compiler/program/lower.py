"""From names to slots: `lower(schedule) -> Program`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from s3c.runtime import REGISTRY, SHIFTED, TextOf

from .. import graph
from ..graph import Order, Schedule, is_held
from ..system import (
    INITIAL_TIME,
    TIME_STEP,
    ActiveInitial,
    Auxiliary,
    Constant,
    ConstantList,
    ConstantsInFile,
    Gather,
    Initial,
    Listed,
    LookupInFile,
    LookupTable,
    Part,
    Points,
    Read,
    Remembered,
    SampleIfTrue,
    Series,
    Shift,
    Sought,
    Stock,
    StringRead,
    StringValue,
    Variable,
    VarId,
    reads,
)
from .expressions import Expressions, Lists, number_of, whole
from .tree import (
    Assignment,
    Bank,
    Block,
    CallAlong,
    Choice,
    DataBlock,
    Expression,
    Literal,
    Load,
    Make,
    Memory,
    Program,
    Search,
    Shown,
    Slot,
    Sweep,
    Tell,
    Time,
    Turn,
)
from .variables import describe, readings, slots, tables, ways

__all__ = ["lower"]

_HELD = REGISTRY["sample if true"]

_Making = Callable[[Variable, int], Assignment]
"""What gives the assignment of a variable's part, by its number, in some phase."""


def lower(schedule: Schedule, name: str) -> Program:
    """Give every variable a slot, and turn every equation into assignments."""
    variables = schedule.system.variables
    computed = frozenset(graph.variables_of(schedule.constants))
    places = slots(schedule.system, computed)
    info = describe(schedule, places)
    unusual = [v for v in variables.values() if not all(map(_is_usual, v.parts))]
    lowering = _Lowering(
        variables, places, number_of(places), Lists(),
        _memories(unusual), schedule.system.texts, _series(unusual),
    )  # fmt: skip
    unchangeable = [v for v in variables if places[v].bank is Bank.CONSTANT and v not in computed]
    stocks = [v.id for v in variables.values() if isinstance(v.meaning, Stock)]
    return Program(
        name=name,
        source=schedule.system.source,
        method=schedule.system.method,
        variables=tuple(info.values()),
        info={places[variable]: each for variable, each in info.items()},
        tables={
            places[v.id]: tables(v)
            for v in unusual
            if isinstance(v.meaning, LookupTable | LookupInFile)
        },
        series={places[v.id]: ways(v) for v in unusual if isinstance(v.meaning, Series)},
        constants=lowering.block((*unchangeable, *schedule.constants), lowering.now),
        start=lowering.block(schedule.start, lowering.now),
        start_time=Load(places[INITIAL_TIME]),
        initial=lowering.block(schedule.initial, lowering.at_start),
        step=lowering.block(schedule.step, lowering.now),
        changes=lowering.block(stocks, lowering.change),
        memories=tuple(lowering.memory(variables[v], part) for v, part in lowering.memories),
        stage=lowering.stage(schedule.stage),
        shift=tuple(
            lowering.shift(variable, number)
            for variable in unusual
            for number, part in enumerate(variable.parts)
            if isinstance(part.meaning, Shift)
        ),
        values={
            places[v.id]: lowering.block((v.id,), lowering.now)
            for v in variables.values()
            if len(v.parts) > 1
            and places[v.id].bank is Bank.PARAMETER
            and not any(isinstance(part.meaning, ConstantsInFile) for part in v.parts)
        },
        data=tuple(map(lowering.data, schedule.data)),
        readings=tuple(readings(schedule.system, unusual, info)),
        texts={each.name: each.text for each in schedule.system.texts.values()},
        aliases=schedule.system.aliases,
        messages=tuple(lowering.messages(unusual)),
        calendar=schedule.system.calendar,
        lists=lowering.lists.lists,  # last: they are met on the way
    )


def _is_usual(part: Part) -> bool:
    """Whether a part is of the kinds that most are of, for which nothing special is made."""
    meaning = part.meaning
    if isinstance(meaning, Auxiliary):
        return meaning.message is None
    return isinstance(meaning, Constant | Stock | Initial)


def _memories(variables: Iterable[Variable]) -> Mapping[tuple[VarId, int], Slot]:
    """A slot for the memory of each part that remembers, by its number in its variable."""
    remembering = (
        (variable.id, number)
        for variable in variables
        for number, part in enumerate(variable.parts)
        if isinstance(part.meaning, SampleIfTrue | Remembered)
    )
    return {part: Slot(Bank.MEMORY, number) for number, part in enumerate(remembering)}


def _series(variables: Iterable[Variable]) -> Mapping[VarId, tuple[Variable, Part]]:
    """What holds the series, and which part of it, that the points of a data equation are of."""
    return {
        part.meaning.origin.variable: (variable, part)
        for variable in variables
        for part in variable.parts
        if isinstance(part.meaning, Series) and isinstance(part.meaning.origin, Read)
    }


def _shows(variable: Variable) -> bool:
    """Whether a run shows a text for a variable."""
    return isinstance(variable.meaning, Auxiliary) and variable.meaning.message is not None


@dataclass(frozen=True, slots=True)
class _Lowering:
    """Turns meanings into assignments, with the slots that the variables have."""

    variables: Mapping[VarId, Variable]
    slots: Mapping[VarId, Slot]
    all_slots: int  # their number
    lists: Lists
    memories: Mapping[tuple[VarId, int], Slot]
    texts: Mapping[VarId, StringValue]
    series: Mapping[VarId, tuple[Variable, Part]]  # which the points of data equations are of
    lowered: dict[tuple[VarId, int], Assignment] = field(default_factory=dict)
    """What gives the present values, which several phases compute, by variable and part."""

    # --- Blocks ---

    def block(self, order: Iterable[VarId | graph.Sweep | graph.Search], make: _Making) -> Block:
        """An order's assignments: one for each equation."""
        found: list[Assignment | Sweep | Search] = []
        for each in order:
            match each:
                case graph.Search(sought, inner):
                    found.append(self._search(sought, inner, make))
                case graph.Sweep(rounds, turns):
                    found.append(Sweep(rounds, tuple(self._turn(turn, make) for turn in turns)))
                case id_:
                    variable = self.variables[id_]
                    if len(variable.parts) == 1:
                        found.append(make(variable, 0))
                    else:
                        found += self._parts(variable, make)
        return tuple(found)

    def _parts(self, variable: Variable, make: _Making) -> list[Assignment]:
        return [make(variable, number) for number in range(len(variable.parts))]

    def _search(
        self, sought: tuple[VarId, ...], order: Iterable[VarId | graph.Sweep], make: _Making
    ) -> Search:
        start = (self._parts(self.variables[each], self.begin) for each in sought)
        inner = self.block(order, make)
        plain = tuple(each for each in inner if not isinstance(each, Search))
        return Search(tuple(chain.from_iterable(start)), plain)

    def _turn(self, turn: graph.Turn, make: _Making) -> Turn:
        return Turn(make(self.variables[turn.variable], turn.part), turn.steps)

    def stage(self, order: Order) -> Block:
        """What is computed inside a Runge-Kutta step; what is held is loaded as it stands."""
        found: list[Assignment | Sweep | Search] = []
        for each in order:
            match each:
                case graph.Sweep() | graph.Search():
                    found += self.block((each,), self.now)
                case id_ if _shows(self.variables[id_]):
                    variable = self.variables[id_]
                    nothing = Literal(0.0)
                    found += [self._assign(variable, part, nothing) for part in variable.parts]
                case id_ if is_held(self.variables[id_]):
                    slot = self.slots[id_]
                    found.append(Assignment(slot, Load(slot), self.variables[id_].span))
                case id_:
                    found += self._parts(self.variables[id_], self.now)
        return tuple(found)

    def messages(self, variables: Iterable[Variable]) -> Iterator[Shown]:
        """The texts that a run may show for some variables."""
        for variable in variables:
            match variable.meaning:
                case Auxiliary(message=str(text)):
                    yield Shown(self.slots[variable.id], text)
                case Auxiliary(message=StringRead(name)):
                    yield Shown(self.slots[variable.id], TextOf(self.texts[name].name))
                case _:
                    pass

    def data(self, points: VarId) -> DataBlock:
        """The points of a series."""
        meaning = self.variables[points].meaning
        assert isinstance(meaning, Points)
        holder, part = self.series[points]
        read = dict.fromkeys(each.variable for each in reads(meaning.expression))
        return DataBlock(
            self.slots[points],
            self.block((points,), self.now),
            self.slots[holder.id],
            part.indices,
            tuple(
                self.slots[each]
                for each in read
                if each in self.variables and isinstance(self.variables[each].meaning, Series)
            ),
            self.slots[meaning.shift.variable] if meaning.shift else None,
            meaning.sums,
        )

    # --- One part in one phase ---

    def _assign(self, variable: Variable, part: Part, value: Expression) -> Assignment:
        return Assignment(self.slots[variable.id], value, part.span, part.indices)

    def _expressions(self, variable: Variable, part: Part) -> Expressions:
        shape = variable.shape if variable.axes else ()
        return Expressions(self.slots, self.lists, part.indices, shape, self.all_slots)

    def now(self, variable: Variable, number: int) -> Assignment:
        """A part's value at the present time: one assignment for all phases that compute it."""
        key = variable.id, number
        if key not in self.lowered:
            self.lowered[key] = self._now(variable, number)
        return self.lowered[key]

    def _now(self, variable: Variable, number: int) -> Assignment:
        part = variable.parts[number]
        lower = self._expressions(variable, part).lower
        match part.meaning:
            case Auxiliary(expression=expression) | ActiveInitial(active=expression):
                value = lower(expression)
            case Constant(value=constant):
                value = Literal(constant)
            case ConstantList(numbers=numbers) if part.loops:
                value = lower(Listed(numbers, part.loops))
            case ConstantList(numbers=numbers):
                value = Literal(numbers[0])
            case SampleIfTrue(condition, sampled, _):
                before = self._output(variable, number)
                value = Choice(lower(condition), lower(sampled), before)
            case Shift(function):
                value = lower(function)
            case Sought(value=told):
                value = Tell(lower(told))
            case Remembered():
                value = self._output(variable, number)
            case Points(expression=expression):
                value = lower(expression)
            case _:
                raise AssertionError(variable)
        return self._assign(variable, part, value)

    def _output(self, variable: Variable, number: int) -> Load:
        """What the memory of a part gives."""
        return Load(self.memories[variable.id, number], whole(variable.parts[number].loops))

    def at_start(self, variable: Variable, number: int) -> Assignment:
        """A part's initial value."""
        part = variable.parts[number]
        lower = self._expressions(variable, part).lower
        match part.meaning:
            case Auxiliary() | Shift() | Sought():
                return self.now(variable, number)
            case Initial(expression=expression):
                value = lower(expression)
            case ActiveInitial(initial=expression) | Stock(initial=expression):
                value = lower(expression)
            case SampleIfTrue(condition, sampled, initial):
                value = Choice(lower(condition), lower(sampled), lower(initial))
            case Remembered(memory) as remembered if memory.present is None:
                value = lower(remembered.argument("initial"))
            case Remembered(memory) as remembered:
                value = Make(memory, self._taken(variable, part, memory.start, remembered))
            case _:
                raise AssertionError(variable)
        return self._assign(variable, part, value)

    def begin(self, variable: Variable, number: int) -> Assignment:
        """A new search for a part."""
        part = variable.parts[number]
        assert isinstance(part.meaning, Sought)
        start = self._expressions(variable, part).all(part.meaning.start)
        return self._assign(variable, part, Make(part.meaning.search, start))

    def change(self, variable: Variable, number: int) -> Assignment:
        """What a stock's part gains per unit of time."""
        part = variable.parts[number]
        assert isinstance(part.meaning, Stock)
        target = Slot(Bank.CHANGE, self.slots[variable.id].index)
        rate = self._expressions(variable, part).lower(part.meaning.rate)
        return Assignment(target, rate, part.span, part.indices)

    def shift(self, variable: Variable, number: int) -> Assignment:
        """The stock that a part shifts, when the step ends."""
        part = variable.parts[number]
        assert isinstance(part.meaning, Shift)
        stock, *others = part.meaning.function.arguments
        assert isinstance(stock, Gather)
        assert isinstance(stock.expression, Read)
        operands = self._expressions(variable, part).all((stock, *others))
        target = self.slots[stock.expression.variable]
        moved = CallAlong(SHIFTED, operands, stock.loops)
        return Assignment(target, moved, part.span, stock.expression.indices)

    def memory(self, variable: Variable, number: int) -> Memory:
        """What a part remembers besides."""
        part, owner = variable.parts[number], self.slots[variable.id]
        match part.meaning:
            case SampleIfTrue(_, _, initial):
                start = self._expressions(variable, part).all((initial,))
                held = (Load(owner, part.indices),)
                return Memory(_HELD, owner, start, held, part.span, part.loops)
            case Remembered(kind) as remembered:
                inputs = self._taken(variable, part, kind.inputs, remembered)
                if kind.present is not None:
                    made = Load(owner, part.indices)
                    return Memory(kind, owner, (), inputs, part.span, part.loops, made)
                start = self._taken(variable, part, kind.start, remembered)
                return Memory(kind, owner, start, inputs, part.span, part.loops)
            case _:
                raise AssertionError(variable)

    def _taken(
        self, variable: Variable, part: Part, parameters: tuple[str, ...], remembered: Remembered
    ) -> tuple[Expression, ...]:
        """What a memory is made with, or advances by: arguments of its call, and the clock."""
        lower = self._expressions(variable, part).lower
        clock: Mapping[str, Expression] = {"time": Time(), "time_step": Load(self.slots[TIME_STEP])}
        return tuple(
            clock[each] if each in clock else lower(remembered.argument(each))
            for each in parameters
        )
