"""A second way to compute a `Program`: straight from its tree, for the back ends to agree with.

Slow and plain: element by element, each a number under its slot and places; time is `t0 + k * dt`,
Euler only. It shares no line with the back ends or with the runtime's loop; functions' bodies are
the registry's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product, repeat
from typing import Any, TypeAlias

import numpy as np

from s3c.compiler import program as p
from s3c.compiler import system
from s3c.runtime import (
    Builtin,
    DataSeries,
    Draws,
    Files,
    Lookup,
    Memory,
    Reading,
    TextOf,
    fold,
)

__all__ = ["Interpreter"]

Places: TypeAlias = tuple[int, ...]
Around: TypeAlias = Mapping[system.Loop, int]
"""At which turn each loop is."""


def everywhere(shape: tuple[int, ...]) -> Iterator[Places]:
    return product(*map(range, shape))


def all_turns(loops: tuple[system.Loop, ...], around: Around) -> Iterator[Around]:
    for turns in everywhere(tuple(map(len, loops))):
        yield {**around, **dict(zip(loops, turns, strict=True))}


def at(indices: tuple[system.Index, ...], around: Around) -> Places:
    return tuple(
        each.place if isinstance(each, system.At) else each.places[around[each.loop]]
        for each in indices
    )


def element(value: Any, places: Places) -> float:
    """One number of tuples within tuples, or the number for all."""
    number: Any = np.asarray(value)
    return float(number[places] if number.ndim else number)


@dataclass
class Interpreter:
    """One run of a program."""

    program: p.Program
    seed: int = 4487556
    files: Files | None = None
    values: dict[tuple[p.Slot, Places], Any] = field(default_factory=dict)
    tables: dict[tuple[p.Slot, Places], Lookup | DataSeries] = field(default_factory=dict)
    time: float = 0.0

    def run(self, steps: int) -> dict[str, list[Any]]:
        """Every variable's value at the first time and after each step, by name.

        A subscripted one's is an array, with NaN where no equation gives it a value.
        """
        program = self.program
        self.draws = Draws(self.seed).at(0)
        self.given()
        self.block(program.constants)
        self.block(program.start)
        start = self.time = self.number(program.start_time, {})
        self.block(program.initial)
        memories = [
            (number, each, places, self.memory(each, around))
            for number, each in enumerate(program.memories)
            for places, around in zip(
                everywhere(tuple(map(len, each.loops))), all_turns(each.loops, {}), strict=True
            )
        ]
        names = {fold(info.name): slot for slot, info in program.info.items()}
        step = 0.0
        results: dict[str, list[Any]] = {info.name: [] for info in program.info.values()}
        for count in range(steps + 1):
            self.time = start + count * step
            self.draws = self.draws.at(count)
            for number, _, places, memory in memories:
                self.values[p.Slot(p.Bank.MEMORY, number), places] = memory.value
            self.block(program.step)
            step = self.values[names["time step"], ()]
            for slot, info in program.info.items():
                if slot.bank not in (p.Bank.TABLE, p.Bank.POINTS, p.Bank.CONTENTS):
                    results[info.name].append(self.result(slot, info.shape))
            self.block(program.changes)
            inputs = [
                [
                    self.number(value, dict(zip(each.loops, places, strict=True)))
                    for value in each.inputs
                ]
                for _, each, places, _ in memories
            ]
            for (_, _, _, memory), numbers in zip(memories, inputs, strict=True):
                memory.advance(*numbers)
            for (slot, places), change in list(self.values.items()):
                if slot.bank is p.Bank.CHANGE:
                    self.values[p.Slot(p.Bank.STOCK, slot.index), places] += step * change
            self.shift()
        return results

    def given(self) -> None:
        """What the program holds: parameters, lookups, lists."""
        program = self.program
        for slot, info in program.info.items():
            for places in everywhere(info.shape):
                if info.value is not None:
                    self.values[slot, places] = element(info.value, places)
        for slot, tables in program.tables.items():
            for number, places in enumerate(everywhere(program.shape(slot))):
                self.tables[slot, places] = Lookup(tables[number if len(tables) > 1 else 0])
        for slot, ways in program.series.items():
            for number, places in enumerate(everywhere(program.shape(slot))):
                way = ways[number if len(ways) > 1 else 0]
                self.tables[slot, places] = (
                    DataSeries(way.keyword)
                    if way.constant is None
                    else DataSeries.constant(way.keyword, way.constant)
                )
        for reading in program.readings:
            self.read(reading)
        for number, each in enumerate(program.lists):
            slot = p.Slot(p.Bank.LIST, number)
            for places, value in zip(everywhere(each.shape), each.numbers, strict=True):
                self.values[slot, places] = value

    def read(self, reading: Reading) -> None:
        """What the program reads from a file, an element at a time."""
        assert self.files is not None
        info = next(i for i in self.program.info.values() if i.python_name == reading.variable)
        slot = next(s for s, each in self.program.info.items() if each is info)
        texts = {fold(name): text for name, text in self.program.texts.items()}
        given = [texts[fold(a.name)] if isinstance(a, TextOf) else a for a in reading.arguments]
        file, tab, *places_in_file = given
        found: Any
        if len(places_in_file) == 1:
            found = self.files.constants(file, tab, places_in_file[0], reading.sizes)
        else:
            row_or_column, cell = places_in_file
            found = self.files.series(file, tab, row_or_column, cell, reading.sizes)
        turns = product(*reading.turns) if reading.sizes else repeat(())
        for places, turn in zip(product(*reading.places), turns, strict=False):
            value = found[turn]
            table = self.tables.get((slot, places))
            if isinstance(table, Lookup):
                self.tables[slot, places] = Lookup(
                    list(zip(value.times, value.values, strict=True))
                )
            elif table is None:
                self.values[slot, places] = float(value)
            elif len(given) == 3:
                self.tables[slot, places] = DataSeries.constant(table.keyword, float(value))
            else:
                self.tables[slot, places] = DataSeries(table.keyword, value.times, value.values)

    def memory(self, memory: p.Memory, around: Around) -> Memory:
        if memory.contents is not None:
            held: Memory = self.number(memory.contents, around)
            return held
        return self.made(memory.kind, memory.start, around)

    def made(self, kind: Builtin, start: tuple[p.Expression, ...], around: Around) -> Memory:
        assert kind.function
        made: Memory = kind.function(*(self.operand(each, around, ()) for each in start))
        return made

    def result(self, slot: p.Slot, shape: tuple[int, ...]) -> Any:
        if not shape:
            return self.values[slot, ()]
        holes = set(self.program.info[slot].holes)
        found = np.empty(shape)
        for places in everywhere(shape):
            found[places] = math.nan if places in holes else self.values[slot, places]
        return found

    # --- Assignments ---

    def block(self, block: p.Block) -> None:
        for each in block:
            match each:
                case p.Assignment():
                    self.assign(each, {})
                case p.Search(start, block):
                    self.search(start, block)
                case p.Sweep(rounds, turns):
                    for count in range(rounds):
                        for turn in turns:
                            self.assign(
                                turn.assignment, {loop: along[count] for loop, along in turn.steps}
                            )

    def shift(self) -> None:
        """Stocks whose places move on, all at once."""
        moved: dict[tuple[p.Slot, Places], float] = {}
        for each in self.program.shift:
            assert isinstance(each.value, p.CallAlong)
            for here in all_turns(each.loops, {}):
                row = self.call(each.value, here)
                at_turn = tuple(here[loop] for loop in each.value.loops)
                moved[each.target, at(each.indices, here)] = float(row[at_turn])
        self.values.update(moved)

    def search(
        self,
        start: tuple[p.Assignment, ...],
        block: tuple[p.Assignment | p.Sweep, ...],
    ) -> None:
        """Repeated substitution, from the first guess; of FIND ZERO nothing is known here."""
        guessed = [
            p.Assignment(each.target, each.value.operands[0], each.span, each.indices)
            for each in start
            if isinstance(each.value, p.Make)
        ]
        sought = {each.target for each in guessed}
        self.block(tuple(guessed))
        for _ in range(100_000):
            before = {key: value for key, value in self.values.items() if key[0] in sought}
            self.block(block)
            if all(
                abs(self.values[key] - each) <= 1e-15 * abs(each) for key, each in before.items()
            ):
                return

    def assign(self, assignment: p.Assignment, around: Around) -> None:
        loops = tuple(loop for loop in assignment.loops if loop not in around)
        value = assignment.value
        for here in all_turns(loops, around):
            places = at(assignment.indices, here)
            if isinstance(value, p.CallAlong):
                row = self.call(value, here)
                number = float(row[tuple(here[loop] for loop in value.loops)])
            else:
                found = self.number(value, here)
                number = found if assignment.target.bank is p.Bank.CONTENTS else float(found)
            self.values[assignment.target, places] = number

    # --- Expressions ---

    def number(self, node: p.Expression, around: Around) -> Any:
        match node:
            case p.Literal(value):
                return value
            case p.Time():
                return self.time
            case p.Load(slot, indices):
                return self.values[slot, at(indices, around)]
            case p.Operation(operator, operands):
                return self.operation(operator, operands, around)
            case p.Choice(condition, yes, no):
                return self.number(yes if self.number(condition, around) != 0 else no, around)
            case p.Call() | p.CallAlong():
                found = self.call(node, around)
                return float(found)
            case p.Draw(function, site, operands, element, shape):
                assert function.function
                place = 0
                for each, size in zip(at(element, around), shape, strict=True):
                    place = place * size + each
                draws = self.draws.of(place) if shape else self.draws
                given = (self.operand(each, around, ()) for each in operands)
                return float(function.function(draws, site, *given))
            case p.Interpolate(table, operand):
                return self.table(table, around)(self.number(operand, around))
            case p.Make(memory, operands):
                return self.made(memory, operands, around)
            case p.Tell(value):
                return self.number(value, around)
            case p.Gather():
                raise AssertionError(node)

    def table(self, load: p.Load, around: Around) -> Lookup | DataSeries:
        return self.tables[load.slot, at(load.indices, around)]

    def call(self, node: p.Call | p.CallAlong, around: Around) -> Any:
        assert node.function.function
        loops: tuple[system.Loop, ...] = ()
        if node.function.by_axes:
            found = [each.loops for each in node.operands if isinstance(each, p.Gather)]
            loops = tuple(dict.fromkeys(loop for some in found for loop in some))
        keywords = dict(node.keywords) if isinstance(node, p.Call) else {}
        named: dict[str, Any] = {name: self.number(each, around) for name, each in keywords.items()}
        if node.function.by_axes:
            named["axes"] = len(loops)
        if node.function.calendar:
            named["calendar"] = self.program.calendar
        operands = [self.operand(each, around, loops) for each in node.operands]
        return node.function.function(*operands, **named)

    def operand(self, node: p.Expression, around: Around, loops: tuple[system.Loop, ...]) -> Any:
        match node:
            case p.Gather():
                over = loops or node.loops
                shape = tuple(map(len, over))
                array = np.empty(shape)
                for places, here in zip(everywhere(shape), all_turns(over, around), strict=True):
                    array[places] = self.number(node.value, here)
                return array
            case p.Load(slot) if slot.bank is p.Bank.TABLE:
                return self.table(node, around)
            case _:
                return self.number(node, around)

    def operation(
        self, operator: p.Operator, operands: tuple[p.Expression, ...], around: Around
    ) -> float:
        first: float = self.number(operands[0], around)
        match operator:
            case p.Operator.NEGATE:
                return -first
            case p.Operator.NOT:
                return float(first == 0)
            case p.Operator.AND if first == 0:
                return 0.0
            case p.Operator.OR if first != 0:
                return 1.0
            case _:
                second: float = self.number(operands[1], around)
        match operator:
            case p.Operator.ADD:
                return first + second
            case p.Operator.SUBTRACT:
                return first - second
            case p.Operator.MULTIPLY:
                return first * second
            case p.Operator.DIVIDE:
                return first / second
            case p.Operator.POWER:
                return math.pow(first, second)
            case p.Operator.EQUAL:
                return float(first == second)
            case p.Operator.UNEQUAL:
                return float(first != second)
            case p.Operator.LESS:
                return float(first < second)
            case p.Operator.GREATER:
                return float(first > second)
            case p.Operator.AT_MOST:
                return float(first <= second)
            case p.Operator.AT_LEAST:
                return float(first >= second)
            case _:
                return float(second != 0)
