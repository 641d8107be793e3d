"""The Python back end: a module that a person could have typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, replace
from pathlib import PurePath

from s3c.runtime import ABI, VERSION, Axis, Sums, TextOf, VariableInfo, fold

from ..names import mangle
from ..program import (
    Assignment,
    Bank,
    Block,
    DataBlock,
    Expression,
    Load,
    Memory,
    Program,
    Slot,
    Time,
    assignments,
    loads,
    walk,
)
from ..system import TIME_STEP
from .protocol import Generated
from .python_data import (
    axis_lines,
    data_equation_lines,
    is_long,
    list_lines,
    message_lines,
    reading_lines,
    series_lines,
    table_lines,
    tuples_text,
    value_lines,
    variable_lines,
)
from .python_expression import LOOP_NAMES, PythonExpressions, number_of, shape_text
from .python_needs import Needs, called_name, unused
from .python_page import Page, comment, docstring, remarked
from .python_places import Scope
from .python_statements import Statements
from .python_text import WIDTH, filled, flat

__all__ = ["print_python"]


def print_python(program: Program, folder: str = "") -> Generated:
    """Print a program as a module that needs `s3c.runtime` alone, and numpy if it has arrays.

    What the model reads from files it looks for in `folder`, as it is seen from the module's own.

    All text of the model stands in comments or in string literals that Python's own `repr` made:
    no part of it is ever read as code.
    """
    return _Module(program, folder).generated()


class _Module:
    """The parts of one module, and what each needs of those above it."""

    def __init__(self, program: Program, folder: str) -> None:
        self.program = program
        self.folder = folder
        self.sizes = program.sizes()
        self.page = Page()
        self.file = comment(PurePath(program.source.name).name)
        step = next((info for info in program.variables if fold(info.name) == TIME_STEP), None)
        self.time_units = comment(step.units if step else "") or "unit of time"
        taken = {info.python_name for info in program.variables}
        self.names = {slot: info.python_name for slot, info in program.info.items()}
        for slot, info in program.info.items():
            if slot.bank is Bank.STOCK:
                self.names[Slot(Bank.CHANGE, slot.index)] = f"{info.python_name}_change"
        for number in range(len(program.memories)):
            self.names[Slot(Bank.MEMORY, number)] = f"memory[{number}]"
        taken |= {*self.names.values(), "ABI", "NA"}
        for number in range(len(program.terms)):
            self.names[Slot(Bank.TERM, number)] = unused(f"term_{number + 1}", taken)
        self.axes: dict[Axis, str] = {}
        for axis in (axis for info in program.variables for axis in info.axes):
            if axis not in self.axes:
                self.axes[axis] = unused(mangle(axis.name).upper(), taken)
        self.list_owners = self._list_owners() if program.lists else {}
        for slot, owner in self.list_owners.items():
            self.names[slot] = unused(f"{self.names[owner].upper()}_NUMBERS", taken)
        self.needs = Needs(taken)
        counters = (*LOOP_NAMES, *(f"{name}{number}" for number in "123" for name in LOOP_NAMES))
        shapes = {slot: program.shape(slot) for slot in self.names}
        self.python = PythonExpressions(
            self.names, shapes, self.needs,
            loop_names=tuple(n for n in counters if n not in taken),
            all_names=number_of(self.names),
        )  # fmt: skip
        self.at_points = {
            block.points: unused(f"{self.names[block.points]}_at", taken) for block in program.data
        }
        self.statements = Statements(program, self.python, self._units, self.file)

    def _list_owners(self) -> dict[Slot, Slot]:
        """The lists, each with the variable whose equation has it, the first one if several."""
        owners: dict[Slot, Slot] = {}
        for owner, value in self._values():
            for slot in loads(value):
                if slot.bank is Bank.LIST:
                    owners.setdefault(slot, owner)
        return owners

    def _values(self) -> Iterator[tuple[Slot, Expression]]:
        """All expressions of the program, and for which variable they are."""
        program = self.program
        for block in (
            program.constants, program.start, program.initial, program.step, program.changes,
            program.stage, program.shift, *program.values.values(),
            *(each.block for each in program.data),
        ):  # fmt: skip
            yield from ((each.target, each.value) for each in assignments(block))
        for memory in program.memories:
            yield from ((memory.owner, value) for value in (*memory.start, *memory.inputs))

    def generated(self) -> Generated:
        """The module."""
        self._constants()
        self._start_time()
        self._initial()
        self._step()
        self._stage()
        self._shifts()
        self._data_equations()
        functions, self.page = self.page, Page()
        self._model()
        model, self.page = self.page, Page()
        self._data()
        data, self.page = self.page, Page()
        self._heading()
        for part in (data, functions, model):
            self.page.append(part)
        return Generated("\n".join(self.page.lines) + "\n", self.page.spans)

    # --- Above the functions ---

    def _heading(self) -> None:
        self._write(
            f'"""{docstring(self.program.name)}: a system dynamics model, compiled by s3c'
            f" {VERSION}.",
            "",
            f"The model is {docstring(self.file)}: edit that file, not this one. Values stand in"
            " vectors;",
            "`fixed` holds, end to end, parameters, constants and initial values.",
            '"""',
            "",
        )
        needs = self.needs
        if self.program.readings:
            needs.import_("os")
        modules = [
            line
            for module, line in (
                ("math", "import math"),
                ("os", "import os"),
                ("functools", "from functools import partial"),
            )
            if module in needs.modules
        ]
        numpy = ["import numpy as np"] if "numpy" in needs.modules else []
        for group in (modules, numpy):
            if group:
                self._write(*group, "")
        names = {"CompiledModel", "Equations", "Kind", "Method", "Space", "VariableInfo"}
        names |= {"Lookup"} if self.program.tables else set()
        names |= {"DataSeries"} if self.program.series else set()
        names |= {"Axis"} if self.axes else set()
        names |= {"DataEquation"} if self.program.data else set()
        names |= {"Calendar", "TimeUnit"} if self.needs.calendar else set()
        if any(each.sums is not Sums.NONE for each in self.program.data):
            names.add("Sums")
        names |= {"Reading"} if self.program.readings else set()
        names |= {"Message"} if self.program.messages else set()
        texts = (
            *(text for each in self.program.readings for text in each.arguments),
            *(each.text for each in self.program.messages),
        )
        names |= {"TextOf"} if any(isinstance(text, TextOf) for text in texts) else set()
        self._import("s3c.runtime", sorted(names | needs.runtime))
        homes: dict[str, list[str]] = {}
        for name, function in sorted(needs.functions.items()):
            called = called_name(function)
            home = function.function.__module__ if function.function else ""
            homes.setdefault(home, []).append(name if name == called else f"{name} as {called}")
        for home, functions in sorted(homes.items()):
            self._import(home, functions)
        self._write("", f"ABI = {ABI}")

    def _import(self, module: str, names: list[str]) -> None:
        line = f"from {module} import {', '.join(names)}"
        if len(line) <= WIDTH:
            self._write(line)
        else:
            self._write(f"from {module} import (", *(f"    {name}," for name in names), ")")

    def _data(self) -> None:
        """Axes, lists of places and of numbers, lookups."""
        groups: list[list[str]] = [[], [], []]
        if self.needs.calendar:
            unit, *date = astuple(self.program.calendar)
            shown = ", ".join(map(str, date))
            line = f"{self.needs.calendar} = Calendar(TimeUnit.{unit.name}, {shown})"
            groups[0].append(f"{line}  # the date of time 0")
        for axis, name in self.axes.items():
            groups[0] += axis_lines(name, axis)
        for places, name in self.needs.tuples.items():
            groups[1] += _filled_call(f"{name} = (", places, ")")
        for places, name in self.needs.arrays.items():
            groups[1] += _filled_call(f"{name} = np.array([", places, "])")
        for slot, owner in self.list_owners.items():
            self.needs.import_("numpy")
            numbers = self.program.lists[slot.index]
            groups[1] += list_lines(self.names[slot], numbers, self._line_of(owner))
        for slot, tables in self.program.tables.items():
            shape = self.program.shape(slot)
            if shape:
                self.needs.import_("numpy")
            groups[2] += table_lines(self.names[slot], tables, shape, self._remark(slot))
        for slot, ways in self.program.series.items():
            shape = self.program.shape(slot)
            if shape:
                self.needs.import_("numpy")
            groups[2] += series_lines(self.names[slot], ways, shape, self._remark(slot))
        for group in groups:
            if group:
                self._write("", *group)

    # --- The functions ---

    def _constants(self) -> None:
        self._function("constants(parameters)", "What follows from the parameters alone.")
        block = self.program.constants
        self._load("parameters", block, (Bank.PARAMETER,))
        self._assign(block)
        self._return(self._names(Bank.CONSTANT, block))

    def _start_time(self) -> None:
        self._function("start_time(fixed)", "INITIAL TIME: the time of the first step.")
        block = self.program.start
        if any(isinstance(node, Time) for each in assignments(block) for node in walk(each.value)):
            self._write("    time = 0.0  # until the clock has started")
        self._load("fixed", block, (Bank.PARAMETER, Bank.CONSTANT), [self.program.start_time])
        self._assign(block)
        self._write(f"    return {self.python.number(self.program.start_time)}")

    def _initial(self) -> None:
        self._function(
            "initial(time, fixed, draws)", "The first values of stocks, and of what remembers."
        )
        block = self.program.initial
        starts = [value for memory in self.program.memories for value in memory.start]
        self._load("fixed", block, (Bank.PARAMETER, Bank.CONSTANT), starts)
        self._assign(block)
        memories = [self._memory_start(memory) for memory in self.program.memories]
        self._return(self._names(Bank.INITIAL, block), self._names(Bank.STOCK, block), memories)

    def _step(self) -> None:
        self._function(
            "step(time, fixed, stocks, memory, draws)",
            "Every equation at one time, and what each stock gains per unit of time.",
        )
        block = (*self.program.step, *self.program.changes)
        inputs = [value for memory in self.program.memories for value in memory.inputs]
        fixed = (Bank.PARAMETER, Bank.CONSTANT, Bank.INITIAL)
        self._load_from({"fixed": fixed, "stocks": (Bank.STOCK,)}, block, inputs)
        if block:
            self._write("")
        self._assign(block)
        takes = [
            _tuple([flat(self.python.array(value, memory.loops)) for value in memory.inputs])
            for memory in self.program.memories
        ]
        self._return(self._names(Bank.AUXILIARY, block), self._names(Bank.CHANGE, block), takes)

    def _stage(self) -> None:
        self._function(
            "stage(time, fixed, stocks, auxiliaries)",
            "What each stock gains inside a step; what is held over it comes from `auxiliaries`.",
        )
        program = self.program
        block = (*program.stage, *program.changes)
        fixed = (Bank.PARAMETER, Bank.CONSTANT, Bank.INITIAL)
        self._load_from({"fixed": fixed, "stocks": (Bank.STOCK,)}, block)
        for each in program.stage:
            if isinstance(each, Assignment) and _is_held(each):
                name, place = self.names[each.target], each.target.index
                self._write(f"    {name} = auxiliaries[{place}]  # held over the step")
        if block:
            self._write("")
        rest = [each for each in block if not isinstance(each, Assignment) or not _is_held(each)]
        self._assign(tuple(rest))
        self._return(self._names(Bank.CHANGE, block))

    def _shifts(self) -> None:
        """What moves the places of stocks, if anything does."""
        block = self.program.shift
        if not block:
            return
        self._function(
            "shift(fixed, stocks, auxiliaries)", "Stocks whose places move on when a step ends."
        )
        stocks = sorted({each.target for each in block}, key=lambda slot: slot.index)
        fixed = (Bank.PARAMETER, Bank.CONSTANT, Bank.INITIAL)
        self._load_from({"fixed": fixed, "auxiliaries": (Bank.AUXILIARY,)}, block)
        for slot in stocks:
            self._write(f"    {self.names[slot]} = stocks[{slot.index}].copy()")
        self.statements.write(self.page, block, set(stocks))
        moved = {slot.index: self.names[slot] for slot in stocks}
        size = self.sizes[Bank.STOCK]
        self._return([moved.get(index, f"stocks[{index}]") for index in range(size)])

    def _data_equations(self) -> None:
        """A function for each data equation."""
        for each in self.program.data:
            name = self.at_points[each.points]
            what = f"A point of {docstring(self._series_name(each))}; `:NA:` where there is none."
            self._function(f"{name}(time, fixed)", what)
            self._load("fixed", each.block, (Bank.PARAMETER, Bank.CONSTANT))
            self._assign(each.block)
            self._write(f"    return {self.names[each.points]}")

    def _series_name(self, block: DataBlock) -> str:
        name = self.program.info[block.series].name
        return comment(name.removeprefix("#").removesuffix(">data#"))

    def _shift(self, block: DataBlock) -> int | None:
        """Where among parameters and constants it stands how much earlier a series is."""
        match block.shift:
            case None:
                return None
            case Slot(Bank.CONSTANT, index):
                return self.sizes[Bank.PARAMETER] + index
            case Slot(index=index):
                return index

    # --- The model ---

    def _model(self) -> None:
        program = self.program
        variables = [line for info in program.variables for line in self._variable(info)]
        shift = ", shift" if program.shift else ""
        self._write("", "", "model = CompiledModel(")
        self._write(
            f"    name={program.name!r},",
            f"    source={self.file!r},",
            f"    method=Method.{program.method.name},",
            f"    equations=Equations(constants, start_time, initial, step, stage{shift}),",
            "    variables=(",
            *variables,
            "    ),",
        )
        readings = [line for each in program.readings for line in reading_lines(each)]
        equations = [
            line
            for each in program.data
            for line in data_equation_lines(
                each, self.at_points[each.points], self.names, self._shift(each)
            )
        ]
        messages = [
            line for each in program.messages for line in message_lines(each, self.names[each.slot])
        ]
        for field, lines in (
            ("readings", readings), ("data_equations", equations), ("messages", messages)
        ):  # fmt: skip
            if lines:
                self._write(f"    {field}=(", *lines, "    ),")
        for field, pairs in (("texts", program.texts), ("aliases", program.aliases)):
            if pairs and (program.readings or program.messages):
                items = [f"{key!r}: {value!r}" for key, value in pairs.items()]
                self._write(f"    {field}={{", *filled(items, "        "), "    },")
        if program.readings:
            own = "os.path.dirname(os.path.abspath(__file__))"
            folder = f"os.path.join({own}, {self.folder!r})" if self.folder else own
            self._write(f"    folder={folder},")
        self._write(")", "run = model.run")

    def _variable(self, info: VariableInfo) -> list[str]:
        """What is said of a variable; a long value is written above the model."""
        value = "" if info.value is None else repr(info.value)
        if is_long(info):
            name = unused(f"{info.python_name.upper()}_VALUES", self.needs.taken)
            lines, value, needs_numpy = value_lines(name, info)
            of_parts = self._value_of_parts(name, info)
            if of_parts and len(of_parts) < len(lines):
                lines, value, needs_numpy = of_parts, tuples_text(name, info), True
            self._write("", "", *lines)
            if needs_numpy:
                self.needs.import_("numpy")
        return variable_lines(info, value, [self.axes[axis] for axis in info.axes])

    def _value_of_parts(self, name: str, info: VariableInfo) -> list[str]:
        """A value as several equations give it, one after the other; nothing if one does."""
        slot = Slot(Bank.PARAMETER, info.index)
        block = self.program.values.get(slot, ())
        python = replace(self.python, names={**self.names, slot: name}, all_names=0)
        page = Page()
        statements = replace(self.statements, python=python, units=lambda _: "", numbers={})
        statements.write(page, block)
        return [line.removeprefix("    ") for line in page.lines]

    # --- Lines ---

    def _write(self, *lines: str) -> None:
        self.page.write(*lines)

    def _function(self, signature: str, purpose: str) -> None:
        self._write("", "", f"def {signature}:", f'    """{purpose}"""')

    def _load(
        self,
        vector: str,
        block: Block,
        banks: tuple[Bank, ...],
        others: Iterable[Expression] = (),
    ) -> None:
        """Give the slots that a block loads from a vector their names."""
        self._load_from({vector: banks}, block, others)

    def _load_from(
        self,
        vectors: Mapping[str, tuple[Bank, ...]],
        block: Block,
        others: Iterable[Expression] = (),
    ) -> None:
        """The same from several vectors, one after the other."""
        assigned = list(assignments(block))
        wanted = set[Slot]()
        for value in (*[each.value for each in assigned], *others):
            wanted.update(loads(value))
        wanted.difference_update([each.target for each in assigned])
        for vector, banks in vectors.items():
            offset = 0
            for bank in banks:
                own = [slot for slot in wanted if slot.bank is bank]
                for slot in sorted(own, key=lambda slot: slot.index):
                    units = comment(self.program.info[slot].units)
                    line = f"    {self.names[slot]} = {vector}[{offset + slot.index}]"
                    self._write(remarked(line, units))
                offset += self.sizes[bank]

    def _assign(self, block: Block) -> None:
        """One assignment an equation, with its units and place."""
        self.statements.write(self.page, block)

    def _units(self, slot: Slot) -> str:
        """What is remarked of a slot's units; of a change, per unit of time."""
        info = self._info(slot)
        units = comment(info.units) if info else ""
        return f"{units}/{self.time_units}" if units and slot.bank is Bank.CHANGE else units

    def _info(self, slot: Slot) -> VariableInfo | None:
        """The variable of a slot, of a change its stock; a term has none."""
        if slot.bank is Bank.CHANGE:
            slot = Slot(Bank.STOCK, slot.index)
        return self.program.info.get(slot)

    def _line_of(self, slot: Slot) -> str:
        """The place of a variable's equation."""
        info = self._info(slot)
        if info is None:
            return "of several equations"
        return f"{self.file}:{info.line}" if info.line else "by default"

    def _remark(self, slot: Slot) -> str:
        """A slot's units, and the place of its equation."""
        units = self._units(slot)
        return f"{units}, {self._line_of(slot)}" if units else self._line_of(slot)

    def _names(self, bank: Bank, block: Block) -> list[str]:
        """The slots of a bank; what a block does not compute, since nobody needs it, is 0."""
        size = self.sizes[Bank.STOCK if bank is Bank.CHANGE else bank]
        computed = {each.target for each in assignments(block)}
        slots = (Slot(bank, index) for index in range(size))
        return [self.names[slot] if slot in computed else self._nothing(slot) for slot in slots]

    def _nothing(self, slot: Slot) -> str:
        """What stands for a number, or an array of them, that is not computed."""
        shape = self.program.shape(slot)
        if not shape:
            return "0.0"
        self.needs.import_("numpy")
        return f"np.zeros({shape_text(shape)})"

    def _memory_start(self, memory: Memory) -> str:
        if memory.contents is not None:
            made = flat(self.python.inside(Scope(layout=memory.loops)).tree(memory.contents))
            return f"{self.needs.from_runtime('MemoryArray')}.of({made})" if memory.loops else made
        class_ = self.needs.body(memory.kind)
        arguments = [flat(self.python.array(value, memory.loops)) for value in memory.start]
        if not memory.loops:
            return f"{class_}({', '.join(arguments)})"
        shape = repr(tuple(map(len, memory.loops)))
        made = ", ".join([class_, shape, *arguments])
        return f"{self.needs.from_runtime('MemoryArray')}({made})"

    def _return(self, *vectors: list[str]) -> None:
        """Return one vector, or several."""
        whole = f"return {', '.join(map(_tuple, vectors))}"
        if len(whole) + 4 <= WIDTH:
            self._write(f"    {whole}")
            return
        self._write("    return (")
        if len(vectors) == 1:
            self._write(*filled(vectors[0], "        "))
        else:
            for vector in vectors:
                if len(_tuple(vector)) + 9 <= WIDTH:
                    self._write(f"        {_tuple(vector)},")
                else:
                    self._write("        (", *filled(vector, "            "), "        ),")
        self._write("    )")


def _is_held(assignment: Assignment) -> bool:
    """Whether what is assigned is what is there already."""
    value = assignment.value
    return isinstance(value, Load) and value == Load(assignment.target)


def _tuple(items: list[str]) -> str:
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _filled_call(head: str, places: tuple[int, ...], tail: str) -> list[str]:
    """Whole numbers between a head and a tail, over as many lines as they take."""
    whole = f"{head}{', '.join(map(str, places))}{tail}"
    return [whole] if len(whole) <= WIDTH else [head, *filled([*map(str, places)], "    "), tail]
