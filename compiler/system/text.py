"""A system's meanings as the modeller would write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from s3c.runtime import NA

from .. import syntax
from ..syntax import UnaryOperator
from .loops import Along, At, Axis, Index, Loop
from .ranges import ElementId
from .tree import (
    TIME,
    ActiveInitial,
    Apply,
    ApplyAlong,
    Auxiliary,
    Binary,
    Choice,
    Constant,
    ConstantList,
    ConstantsInFile,
    Draw,
    Expression,
    FileCall,
    Gather,
    Initial,
    Interpolate,
    Listed,
    LookupInFile,
    LookupTable,
    Meaning,
    Number,
    Origin,
    Points,
    Read,
    Remembered,
    SampleIfTrue,
    Series,
    Shift,
    Sought,
    Stock,
    StringRead,
    System,
    Unary,
    Variable,
)

__all__ = ["print_meaning", "print_read", "print_target"]

_PLAIN = re.compile(r"[^\W\d][\w$' ]*")
_SHOWN = 12  # numbers of a list


def print_meaning(meaning: Meaning, system: System, turns: Mapping[Loop, int] | None = None) -> str:
    """The right side of an equation that means this.

    With `turns` it is that of one element: each of these loops stands at one turn.
    """
    writer = _Writer(system, turns or {})

    def call(function: str, *arguments: Expression) -> str:
        written = tuple(writer.written(each) for each in arguments)
        return syntax.print_expression(syntax.Call(syntax.Reference(function), written))

    match meaning:
        case Constant(value):
            return syntax.print_expression(writer.written(Number(value)))
        case ConstantList(numbers):
            return _list(numbers)
        case ConstantsInFile(in_file) | LookupInFile(in_file):
            return _file_call(in_file, system)
        case LookupTable(points):
            return "(" + ", ".join(f"({x:.12g},{y:.12g})" for x, y in points) + ")"
        case Series(keyword, origin):
            return f"{keyword}{_origin(origin, system, turns)}"
        case Points(expression=expression):
            return syntax.print_expression(writer.written(expression))
        case Auxiliary(expression=expression):
            return syntax.print_expression(writer.written(expression))
        case Stock(rate, initial):
            return call("INTEG", rate, initial)
        case Initial(expression):
            return call("INITIAL", expression)
        case ActiveInitial(active, initial):
            return call("ACTIVE INITIAL", active, initial)
        case SampleIfTrue(condition, value, initial):
            return call("SAMPLE IF TRUE", condition, value, initial)
        case Shift(function):
            return syntax.print_expression(writer.written(function))
        case Sought(search, value, start):
            return call(search.name, value, *start)
        case Remembered(memory, arguments):
            return call(memory.name, *arguments)


def _origin(origin: Origin | None, system: System, turns: Mapping[Loop, int] | None) -> str:
    """Where the points of a series come from, after its keyword."""
    match origin:
        case None:
            return ""
        case FileCall():
            return f" := {_file_call(origin, system)}"
        case Read(variable=points):
            return f" := {system.variables[points].name}"
        case numbers:
            return f" := {print_meaning(numbers, system, turns)}"


def _file_call(call: FileCall, system: System) -> str:
    texts = (
        system.texts[each.variable].name if isinstance(each, StringRead) else f"'{each}'"
        for each in call.arguments
    )
    return f"{call.function}({', '.join(texts)})"


def print_target(
    variable: Variable,
    indices: tuple[Index, ...],
    system: System,
    turns: Mapping[Loop, int] | None = None,
) -> str:
    """The left side of an equation for some of a variable's elements; `turns` as above."""
    writer = _Writer(system, turns or {})
    inside = [
        writer.subscript(index, axis).name
        for index, axis in zip(indices, variable.axes, strict=True)
    ]
    return f"{variable.name}[{','.join(inside)}]" if inside else variable.name


def print_read(read: Read, system: System, turns: Mapping[Loop, int]) -> str:
    """What a reading reads in an element's equation; what it runs over is marked (`!`)."""
    if read.variable == TIME:
        return "Time"
    loops = {index.loop for index in read.indices if isinstance(index, Along)}
    writer = _Writer(system, turns, frozenset(loops))
    variable = system.variables[read.variable]
    inside = [
        f"{each.name}{'!' if each.marked else ''}"
        for each in map(writer.subscript, read.indices, variable.axes)
    ]
    return f"{variable.name}[{','.join(inside)}]" if inside else variable.name


def _list(numbers: tuple[float, ...]) -> str:
    more = ", …" if len(numbers) > _SHOWN else ""
    shown = (":NA:" if number == NA else f"{number:.12g}" for number in numbers[:_SHOWN])
    return ", ".join(shown) + more


def _spelled(variable: Variable) -> str:
    """A name as an equation must write it: in quotes, if it would be read otherwise."""
    name = variable.name
    if variable.hidden or _PLAIN.fullmatch(name):
        return name
    return '"' + name.replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes resolved expressions as they might have been written."""

    system: System
    turns: Mapping[Loop, int]
    gathered: frozenset[Loop] = frozenset()

    def reference(self, read: Read) -> syntax.Reference:
        """A variable with its subscripts."""
        if read.variable == TIME:
            return syntax.Reference("Time")
        variable = self.system.variables[read.variable]
        subscripts = tuple(map(self.subscript, read.indices, variable.axes))
        return syntax.Reference(_spelled(variable), subscripts)

    def subscript(self, index: Index, axis: Axis) -> syntax.Subscript:
        """An element, or the range whose elements a loop comes to."""
        names = self.system.ranges.names
        match index:
            case At(place):
                return syntax.Subscript(names[axis.elements[place]])
            case Along(loop, along) if loop in self.turns:
                return syntax.Subscript(names[axis.elements[along[self.turns[loop]]]])
            case Along(loop, along):
                elements = tuple(axis.elements[place] for place in along)
                return syntax.Subscript(self._range(loop, elements), loop in self.gathered)

    def _range(self, loop: Loop, elements: tuple[ElementId, ...]) -> str:
        ranges = self.system.ranges.ranges.values()
        named = [found.name for found in ranges if found.elements == elements]
        if named:
            return loop.name if loop.name in named else named[0]
        names = self.system.ranges.names
        return f"{names[elements[0]]}…{names[elements[-1]]}"

    def listed(self, node: Listed) -> syntax.Expression:
        """A range that is used as a number, or numbers of a list."""
        if all(loop in self.turns for loop in node.loops):
            place = 0
            for loop in node.loops:
                place = place * len(loop) + self.turns[loop]
            return self.written(Number(node.numbers[place]))
        (loop, *others) = node.loops
        positions = self.system.ranges.positions
        own = tuple(float(positions.get(each, 0)) for each in loop.elements)
        if not others and own == node.numbers:
            return syntax.Reference(loop.name)
        return syntax.Reference(f"({_list(node.numbers)})")

    def written(self, node: Expression) -> syntax.Expression:
        """An expression."""

        def call(function: str, *arguments: Expression) -> syntax.Expression:
            return syntax.Call(syntax.Reference(function), tuple(map(self.written, arguments)))

        match node:
            case Number(value) if value == NA:
                return syntax.Missing()
            case Number(value) if value < 0:
                return syntax.Unary(UnaryOperator.MINUS, syntax.Number(-value))
            case Number(value):
                return syntax.Number(value)
            case Read():
                return self.reference(node)
            case Listed():
                return self.listed(node)
            case Unary(operator, operand):
                return syntax.Unary(operator, self.written(operand))
            case Binary(operator, left, right):
                return syntax.Binary(operator, self.written(left), self.written(right))
            case Choice(condition, yes, no):
                return call("IF THEN ELSE", condition, yes, no)
            case ApplyAlong(function, arguments, loops):
                # What is filled at once is not marked: the left side runs over it.
                turns = {loop: turn for loop, turn in self.turns.items() if loop not in loops}
                whole = _Writer(self.system, turns, self.gathered)
                written = tuple(
                    whole.written(each.expression)
                    if isinstance(each, Gather)
                    else whole.written(each)
                    for each in arguments
                )
                return syntax.Call(syntax.Reference(function.name), written)
            case (
                Apply(function=function, arguments=arguments)
                | Draw(function=function, arguments=arguments)
            ):
                return call(function.name, *arguments)
            case Gather(loops, expression):
                turns = {loop: turn for loop, turn in self.turns.items() if loop not in loops}
                inner = _Writer(self.system, turns, self.gathered.union(loops))
                return inner.written(expression)
            case Interpolate(table, argument):
                return syntax.Call(self.reference(table), (self.written(argument),))
