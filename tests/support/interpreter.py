"""A second way to compute a `Program`: straight from its tree, for the back ends to agree with.

Slow and plain: slots are a dictionary, time is `t0 + k * dt`, Euler only. It shares no line with
the back ends or with the runtime's loop; functions' bodies are the registry's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from s3c.compiler import program as p
from s3c.runtime import (
    Draws,
    FixedDelay,
    Held,
    Lookup,
    Memory,
    NthOrderDelay,
    NthOrderSmooth,
)

_MEMORIES = {
    p.MemoryKind.DELAY_FIXED: FixedDelay,
    p.MemoryKind.HELD: Held,
    p.MemoryKind.DELAY_N: NthOrderDelay,
    p.MemoryKind.SMOOTH_N: NthOrderSmooth,
}


@dataclass
class Interpreter:
    """One run of a program."""

    program: p.Program
    seed: int = 4487556
    slots: dict[p.Slot, float] = field(default_factory=dict)
    time: float = 0.0

    def run(self, steps: int) -> dict[str, list[float]]:
        """Every variable's value at the first time and after each step, by name."""
        program = self.program
        self.tables = {slot: Lookup(points) for slot, points in program.tables.items()}
        self.draws = Draws(self.seed).at(0)

        for slot, info in program.info.items():
            if info.value is not None:
                self.slots[slot] = info.value
        self.assign(program.constants)
        self.assign(program.start)
        start = self.time = self.value(program.start_time)
        self.assign(program.initial)
        memories: list[Memory] = [
            _MEMORIES[memory.kind](*map(self.value, memory.start)) for memory in program.memories
        ]
        step_name = {info.name.casefold(): slot for slot, info in program.info.items()}
        results: dict[str, list[float]] = {info.name: [] for info in program.info.values()}
        for count in range(steps + 1):
            self.time = start + count * self.slots[step_name["time step"]]
            self.draws = self.draws.at(count)
            for number, memory in enumerate(memories):
                self.slots[p.Slot(p.Bank.MEMORY, number)] = memory.value
            self.assign(program.step)
            for slot, info in program.info.items():
                if slot.bank is not p.Bank.TABLE:
                    results[info.name].append(self.slots[slot])
            self.assign(program.changes)
            inputs = [tuple(map(self.value, memory.inputs)) for memory in program.memories]
            for memory, values in zip(memories, inputs, strict=True):
                memory.advance(*values)
            for change in program.changes:
                stock = p.Slot(p.Bank.STOCK, change.target.index)
                self.slots[stock] += self.slots[step_name["time step"]] * self.slots[change.target]
        return results

    def assign(self, block: Iterable[p.Assignment]) -> None:
        for assignment in block:
            self.slots[assignment.target] = float(self.value(assignment.value))

    def value(self, node: p.Expression) -> float:
        match node:
            case p.Literal(value):
                return value
            case p.Time():
                return self.time
            case p.Load(slot):
                return self.slots[slot]
            case p.Operation(operator, operands):
                return self.operation(operator, operands)
            case p.Choice(condition, yes, no):
                return self.value(yes if self.value(condition) != 0 else no)
            case p.Call(function, operands, keywords):
                assert function.function
                arguments = [
                    self.tables[operand.slot]
                    if isinstance(operand, p.Load) and operand.slot.bank is p.Bank.TABLE
                    else self.value(operand)
                    for operand in operands
                ]
                return function.function(
                    *arguments, **{name: self.value(each) for name, each in keywords}
                )
            case p.Draw(function, site, operands):
                assert function.function
                return function.function(self.draws, site, *map(self.value, operands))
            case p.Interpolate(table, operand):
                return self.tables[table](self.value(operand))

    def operation(self, operator: p.Operator, operands: tuple[p.Expression, ...]) -> float:
        first = self.value(operands[0])
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
                second = self.value(operands[1])
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
