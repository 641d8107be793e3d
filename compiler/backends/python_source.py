"""The Python back end: a module that a person could have typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from s3c.runtime import ABI, NA, VERSION, VariableInfo, fold

from ..program import (
    Assignment,
    Bank,
    Call,
    Draw,
    Expression,
    Literal,
    Load,
    Memory,
    Operation,
    Operator,
    Program,
    Slot,
    Time,
    loads,
    walk,
)
from ..source import Span
from ..system import TIME_STEP
from .protocol import Generated
from .python_expression import WIDTH, PythonExpressions, called_name, uses_body

__all__ = ["print_python"]


def print_python(program: Program) -> Generated:
    """Print a program as a module that needs `s3c.runtime` alone.

    All text of the model stands in comments or in string literals that Python's own `repr` made:
    no part of it is ever read as code.
    """
    return _Module(program).generated()


class _Module:
    """The lines of one module as they are written, and which equation each came from."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.lines: list[str] = []
        self.spans: dict[int, Span] = {}
        self.names: dict[Slot, str] = {
            slot: info.python_name for slot, info in program.info.items()
        }
        for slot, info in program.info.items():
            if slot.bank is Bank.STOCK:
                self.names[Slot(Bank.CHANGE, slot.index)] = f"{info.python_name}_change"
        for number in range(len(program.memories)):
            self.names[Slot(Bank.MEMORY, number)] = f"memory[{number}]"
        self.python = PythonExpressions(self.names)
        self.file = _comment(PurePath(program.source.name).name)
        step = next((info for info in program.variables if fold(info.name) == TIME_STEP), None)
        self.time_units = _comment(step.units if step else "") or "unit of time"

    def generated(self) -> Generated:
        """The module."""
        self._heading()
        self._tables()
        self._constants()
        self._start_time()
        self._initial()
        self._step()
        self._stage()
        self._model()
        return Generated("\n".join(self.lines) + "\n", self.spans)

    # --- Parts of the module ---

    def _heading(self) -> None:
        self._write(
            f'"""{_docstring(self.program.name)}: a system dynamics model, compiled by s3c'
            f" {VERSION}.",
            "",
            f"The model is {_docstring(self.file)}: edit that file, not this one. Values stand in"
            " vectors;",
            "`fixed` holds, end to end, parameters, constants and initial values.",
            '"""',
            "",
        )
        nodes = [node for each in self._expressions() for node in walk(each)]
        functions = {node.function for node in nodes if isinstance(node, Call | Draw)}
        needs_math = any("math." in (function.python or "") for function in functions) or any(
            isinstance(node, Operation) and node.operator is Operator.POWER for node in nodes
        )
        if needs_math:
            self._write("import math", "")
        names = {"CompiledModel", "Equations", "Kind", "Method", "Space", "VariableInfo"}
        names |= {memory.kind.value for memory in self.program.memories}
        if self.program.tables:
            names.add("Lookup")
        if any(isinstance(node, Literal) and node.value == NA for node in nodes):
            names.add("NA")
        self._import("s3c.runtime", sorted(names))
        bodies = sorted(
            {function.python_name: called_name(function) for function in functions
             if uses_body(function)}.items()
        )  # fmt: skip
        self._import(
            "s3c.runtime.builtins",
            [name if name == called else f"{name} as {called}" for name, called in bodies],
        )
        self._write("", f"ABI = {ABI}")

    def _expressions(self) -> Iterator[Expression]:
        program = self.program
        for block in (
            program.constants, program.start, program.initial, program.step, program.changes,
            program.stage,
        ):  # fmt: skip
            yield from (assignment.value for assignment in block)
        for memory in program.memories:
            yield from (*memory.start, *memory.inputs)

    def _import(self, module: str, names: list[str]) -> None:
        if not names:
            return
        line = f"from {module} import {', '.join(names)}"
        if len(line) <= WIDTH:
            self._write(line)
        else:
            self._write(f"from {module} import (", *(f"    {name}," for name in names), ")")

    def _tables(self) -> None:
        if self.program.tables:
            self._write("")
        for slot, points in self.program.tables.items():
            text = ", ".join(f"({x!r}, {y!r})" for x, y in points)
            comma = "," if len(points) == 1 else ""
            head = f"{self.names[slot]} = Lookup(({text}{comma}))"
            if len(head) + 4 <= WIDTH:
                self._write(f"{head}  # {self._remark(slot)}")
                continue
            self._write(f"{self.names[slot]} = Lookup(  # {self._remark(slot)}", "    (")
            self._write(*_filled([f"({x!r}, {y!r})" for x, y in points], "        "))
            self._write("    )", ")")

    def _constants(self) -> None:
        self._function("constants(parameters)", "What follows from the parameters alone.")
        block = self.program.constants
        self._load("parameters", block, (Bank.PARAMETER,))
        self._assign(block)
        self._return(self._names(Bank.CONSTANT))

    def _start_time(self) -> None:
        self._function("start_time(fixed)", "INITIAL TIME: the time of the first step.")
        block = self.program.start
        if any(isinstance(node, Time) for each in block for node in walk(each.value)):
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
        self._return(self._names(Bank.INITIAL), self._names(Bank.STOCK), memories)

    def _step(self) -> None:
        self._function(
            "step(time, fixed, stocks, memory, draws)",
            "Every equation at one time, and what each stock gains per unit of time.",
        )
        block = (*self.program.step, *self.program.changes)
        inputs = [value for memory in self.program.memories for value in memory.inputs]
        fixed = (Bank.PARAMETER, Bank.CONSTANT, Bank.INITIAL)
        self._load("fixed", block, fixed, inputs)
        self._load("stocks", block, (Bank.STOCK,), inputs)
        if block:
            self._write("")
        self._assign(block)
        takes = [
            _tuple([self.python.number(value) for value in memory.inputs])
            for memory in self.program.memories
        ]
        self._return(self._names(Bank.AUXILIARY), self._names(Bank.CHANGE), takes)

    def _stage(self) -> None:
        self._function(
            "stage(time, fixed, stocks, auxiliaries)",
            "What each stock gains inside a step; what is held over it comes from `auxiliaries`.",
        )
        program = self.program
        block = (*program.stage, *program.changes)
        fixed = (Bank.PARAMETER, Bank.CONSTANT, Bank.INITIAL)
        self._load("fixed", block, fixed)
        self._load("stocks", block, (Bank.STOCK,))
        for assignment in program.stage:
            if assignment.value == Load(assignment.target):
                slot = assignment.target
                self._line(f"{self.names[slot]} = auxiliaries[{slot.index}]  # held over the step")
        if block:
            self._write("")
        self._assign([each for each in block if each.value != Load(each.target)])
        self._return(self._names(Bank.CHANGE))

    def _model(self) -> None:
        program = self.program
        self._write("", "", "model = CompiledModel(")
        self._write(
            f"    name={_text(program.name)},",
            f"    source={_text(self.file)},",
            f"    method=Method.{program.method.name},",
            "    equations=Equations(constants, start_time, initial, step, stage),",
            "    variables=(",
        )
        for info in program.variables:
            self._write(*_variable(info))
        self._write("    ),", ")", "run = model.run")

    # --- Lines ---

    def _write(self, *lines: str) -> None:
        self.lines += lines

    def _line(self, line: str) -> None:
        self.lines.append(f"    {line}")

    def _function(self, signature: str, purpose: str) -> None:
        self._write("", "", f"def {signature}:", f'    """{purpose}"""')

    def _load(
        self,
        vector: str,
        block: Iterable[Assignment],
        banks: tuple[Bank, ...],
        others: Iterable[Expression] = (),
    ) -> None:
        """Give the slots that a block loads from a vector their names."""
        block = tuple(block)
        wanted = {slot for each in block for slot in loads(each.value)}
        wanted |= {slot for each in others for slot in loads(each)}
        wanted -= {each.target for each in block}
        offset = 0
        for bank in banks:
            for slot in sorted(each.index for each in wanted if each.bank is bank):
                name = self.names[Slot(bank, slot)]
                units = _comment(self.program.info[Slot(bank, slot)].units)
                remark = f"  # {units}" if units else ""
                self._line(f"{name} = {vector}[{offset + slot}]{remark}")
            offset += self.program.size(bank)

    def _assign(self, block: Iterable[Assignment]) -> None:
        """One assignment an equation, with its units and place."""
        for assignment in block:
            name = self.names[assignment.target]
            remark = self._remark(assignment.target)
            first = len(self.lines) + 1
            flat = self.python.number(assignment.value)
            room = WIDTH - len(name) - 7  # what indent and “name = ” leave
            lines = [flat] if len(flat) <= room else self.python.lines(assignment.value, WIDTH - 8)
            if lines == [flat] and (len(flat) <= room or len(flat) > WIDTH - 8):
                self._line(f"{name} = {flat}  # {remark}")
            elif lines[0].endswith("(") and lines[-1] == ")":
                self._line(f"{name} = {lines[0]}  # {remark}")
                self._write(*(f"    {line}" for line in lines[1:]))
            else:
                self._line(f"{name} = (  # {remark}")
                self._write(*(f"        {line}" for line in lines), "    )")
            for number in range(first, len(self.lines) + 1):
                self.spans[number] = assignment.span

    def _remark(self, slot: Slot) -> str:
        """A slot's units, and the place of its equation."""
        change = slot.bank is Bank.CHANGE
        info = self.program.info[Slot(Bank.STOCK, slot.index) if change else slot]
        place = f"{self.file}:{info.line}" if info.line else "by default"
        if not info.units:
            return place
        units = _comment(info.units)
        return f"{units}/{self.time_units}, {place}" if change else f"{units}, {place}"

    def _names(self, bank: Bank) -> list[str]:
        size = self.program.size(Bank.STOCK if bank is Bank.CHANGE else bank)
        return [self.names[Slot(bank, index)] for index in range(size)]

    def _memory_start(self, memory: Memory) -> str:
        arguments = ", ".join(self.python.number(value) for value in memory.start)
        return f"{memory.kind.value}({arguments})"

    def _return(self, *vectors: list[str]) -> None:
        """Return one vector, or several."""
        flat = f"return {', '.join(map(_tuple, vectors))}"
        if len(flat) + 4 <= WIDTH:
            self._line(flat)
            return
        self._line("return (")
        if len(vectors) == 1:
            self._write(*_filled(vectors[0], "        "))
        else:
            for vector in vectors:
                if len(_tuple(vector)) + 9 <= WIDTH:
                    self._line(f"    {_tuple(vector)},")
                else:
                    self._write("        (", *_filled(vector, "            "), "        ),")
        self._line(")")


def _tuple(items: list[str]) -> str:
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _filled(items: list[str], indent: str) -> list[str]:
    """Items with commas, as many a line as fit."""
    lines: list[str] = []
    line = indent
    for item in items:
        if len(line) + len(item) + 1 > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = indent
        line += f"{item}, "
    return [*lines, line.rstrip()]


def _variable(info: VariableInfo) -> list[str]:
    fields = [
        _text(info.name),
        _text(info.python_name),
        f"Kind.{info.kind.name}",
        f"Space.{info.space.name}",
        str(info.index),
        f"reason={_text(info.reason)}",
    ]
    fields += [f"units={_text(info.units)}"] if info.units else []
    fields += [f"line={info.line}"]
    fields += [f"value={info.value!r}"] if info.value is not None else []
    fields += ["hidden=True"] if info.hidden else []
    fields += [f"equation={_text(info.equation)}"]
    fields += [f"documentation={_text(info.documentation)}"] if info.documentation else []
    return ["        VariableInfo(", *_filled(fields, "            "), "        ),"]


def _text(text: str) -> str:
    """A string literal of Python's own making."""
    return repr(text)


def _comment(text: str) -> str:
    """Text that stays within a comment: one line of printable letters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _docstring(text: str) -> str:
    """Text that stays within a docstring."""
    return _comment(text).replace("\\", "/").replace('"', "'")
