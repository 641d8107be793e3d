"""The stages of a compilation as text, for who wants to follow one equation through them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from . import syntax
from .backends import PythonExpressions
from .driver import Compilation
from .graph import Schedule
from .program import Assignment, Bank, Program, Slot
from .syntax import Document
from .system import System, VarId, print_meaning

__all__ = ["show_stage"]


def show_stage(compilation: Compilation, stage: str) -> str | None:
    """One stage, by its name, or None where the compilation did not come so far."""
    match stage:
        case "document":
            return _lines(_document(compilation.document))
        case "system":
            return _lines(_system(compilation.system)) if compilation.system else None
        case "schedule":
            return _lines(_schedule(compilation.schedule)) if compilation.schedule else None
        case "program":
            return _lines(_program(compilation.program)) if compilation.program else None
        case "python":
            return compilation.generated.text if compilation.generated else None
        case _:
            msg = f"there is no stage named {stage!r}"
            raise ValueError(msg)


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _document(document: Document) -> Iterator[str]:
    """A line a part: where it is, what it is, and its tree."""
    for part in document.parts:
        where = str(part.span.source.location(part.span.start).line)
        match part:
            case syntax.Equation():
                place = part.body.location
                yield f"{place.line}:{place.column} {part.definition!r}"
                if part.units.text:
                    yield f"    units {part.units.text}"
            case syntax.Macro():
                yield f"{where} Macro {part.name}({', '.join(part.inputs)})"
                for inner in part.body:
                    if isinstance(inner, syntax.Equation):
                        yield f"    {inner.definition!r}"
            case syntax.Group():
                yield f"{where} Group {part.name}"
            case syntax.Settings():
                yield f"{where} Settings, {len(part.lines)} lines"
            case syntax.Sketch():
                yield f"{where} Sketch, {len(part.span.text.splitlines())} lines"
            case syntax.Blank():
                pass


def _system(system: System) -> Iterator[str]:
    """A line a variable: what it means, with delays and macros written out."""
    yield f"method {system.method.value}"
    for variable in system.variables.values():
        meaning = print_meaning(variable.meaning, system.variables)
        units = f"  [{variable.units.text}]" if variable.units.text else ""
        yield f"{type(variable.meaning).__name__:13} {variable.name} = {meaning}{units}"


def _schedule(schedule: Schedule) -> Iterator[str]:
    """The phases, each with its variables in order."""
    phases = {
        "constants: computed once, from parameters": schedule.constants,
        "start: what INITIAL TIME needs": schedule.start,
        "initial: computed once, at the first time": schedule.initial,
        "step: computed at every time": schedule.step,
        "stage: computed again inside a Runge-Kutta step": schedule.stage,
    }
    for title, variables in phases.items():
        yield title
        for number, variable in enumerate(variables, 1):
            yield f"  {number:4} {_named(schedule, variable)}"


def _named(schedule: Schedule, variable: VarId) -> str:
    classified = schedule.kinds[variable]
    name = schedule.system.variables[variable].name
    return f"{name}  ({classified.kind.value}: {classified.reason})"


def _program(program: Program) -> Iterator[str]:
    """Every block, slot by slot."""
    names = {slot: _slot(slot) for slot in program.info}
    for bank, size in (
        (Bank.CHANGE, program.size(Bank.STOCK)),
        (Bank.MEMORY, len(program.memories)),
    ):
        names |= {Slot(bank, index): _slot(Slot(bank, index)) for index in range(size)}
    python = PythonExpressions(names)
    for slot, info in program.info.items():
        value = "" if info.value is None else f" = {info.value!r}"
        yield f"{_slot(slot):16}{value} {info.name}"
    blocks: dict[str, tuple[Assignment, ...]] = {
        "constants": program.constants,
        "start": program.start,
        "initial": program.initial,
        "step": program.step,
        "changes": program.changes,
        "stage": program.stage,
    }
    for title, block in blocks.items():
        yield f"{title}:"
        for assignment in block:
            yield f"  {_slot(assignment.target)} = {python.number(assignment.value)}"
    for number, memory in enumerate(program.memories):
        start = ", ".join(map(python.number, memory.start))
        inputs = ", ".join(map(python.number, memory.inputs))
        yield f"memory[{number}] = {memory.kind.value}({start}), takes ({inputs})"


def _slot(slot: Slot) -> str:
    return f"{slot.bank.value}[{slot.index}]"
