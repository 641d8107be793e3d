"""The stages of a compilation as text, for who wants to follow one equation through them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from s3c.runtime import Axis

from . import syntax
from .backends import Page, PythonExpressions, Statements, flat, print_python
from .driver import Compilation
from .graph import Schedule, Search, Sweep, Turn, variables_of
from .program import Bank, Program, Slot, optimise
from .syntax import Document
from .system import System, VarId, print_meaning, print_target

__all__ = ["show_stage"]

_WIDEST = 60  # letters of a list of numbers


def show_stage(compilation: Compilation, stage: str, passes: Sequence[str] = ()) -> str | None:
    """One stage, by its name, or None where the compilation did not come so far.

    A program, or the Python of it, is shown after the passes of these names, in their order.
    """
    program = compilation.program and optimise(compilation.program, passes)
    match stage:
        case "document":
            return _lines(_document(compilation.document))
        case "system":
            return _lines(_system(compilation.system)) if compilation.system else None
        case "schedule":
            return _lines(_schedule(compilation.schedule)) if compilation.schedule else None
        case "program":
            return _lines(_program(program)) if program else None
        case "python":
            if program is None or compilation.generated is None or not passes:
                return compilation.generated.text if compilation.generated else None
            return print_python(program).text
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
        units = f"  [{variable.units.text}]" if variable.units.text else ""
        for part in variable.parts:
            target = print_target(variable, part.indices, system)
            meaning = print_meaning(part.meaning, system)
            yield f"{type(part.meaning).__name__:13} {target} = {meaning}{units}"


def _schedule(schedule: Schedule) -> Iterator[str]:
    """The phases, each with its variables in order."""
    phases = {
        "constants: computed once, from parameters": schedule.constants,
        "start: what INITIAL TIME needs": schedule.start,
        "initial: computed once, at the first time": schedule.initial,
        "step: computed at every time": schedule.step,
        "stage: computed again inside a Runge-Kutta step": schedule.stage,
    }
    for title, order in phases.items():
        yield title
        for number, each in enumerate(order, 1):
            match each:
                case Sweep(rounds, turns):
                    yield f"  {number:4} element by element, {rounds} rounds:"
                    yield from (f"       {_turn(schedule, turn)}" for turn in turns)
                case Search():
                    yield f"  {number:4} again and again, until it settles:"
                    inside = dict.fromkeys(variables_of((each,)))
                    yield from (f"       {_named(schedule, variable)}" for variable in inside)
                case variable:
                    yield f"  {number:4} {_named(schedule, variable)}"


def _turn(schedule: Schedule, turn: Turn) -> str:
    """An equation that takes turns, from its first element to its last."""
    system = schedule.system
    variable = system.variables[turn.variable]
    part = variable.parts[turn.part]
    first, last = (
        print_target(variable, part.indices, system, {loop: at[k] for loop, at in turn.steps})
        for k in (0, -1)
    )
    return first if first == last else f"{first} … {last}"


def _named(schedule: Schedule, variable: VarId) -> str:
    classified = schedule.kinds[variable]
    name = schedule.system.variables[variable].name
    return f"{name}  ({classified.kind.value}: {classified.reason})"


def _program(program: Program) -> Iterator[str]:
    """Every block, slot by slot, in the words of the Python back end."""
    names = {slot: _slot(slot) for slot in program.info}
    for bank, size in (
        (Bank.CHANGE, program.size(Bank.STOCK)),
        (Bank.MEMORY, len(program.memories)),
        (Bank.LIST, len(program.lists)),
        (Bank.TERM, len(program.terms)),
    ):
        names |= {Slot(bank, index): _slot(Slot(bank, index)) for index in range(size)}
    python = PythonExpressions(names, {slot: program.shape(slot) for slot in names})
    for slot, info in program.info.items():
        value = "" if info.value is None else f" = {_shown(info.value)}"
        yield f"{_slot(slot):16}{value} {info.name}{_axes(info.axes)}"
    for number, each in enumerate(program.lists):
        yield f"{_slot(Slot(Bank.LIST, number)):16} = {_shown(each.numbers)}"
    statements = Statements(program, python, lambda _: "", PurePath(program.source.name).name)
    blocks = {
        "constants": program.constants,
        "start": program.start,
        "initial": program.initial,
        "step": program.step,
        "changes": program.changes,
        "stage": program.stage,
    }
    for title, block in blocks.items():
        yield f"{title}:"
        page = Page()
        statements.write(page, block)
        yield from (line[2:] for line in page.lines)
    for number, memory in enumerate(program.memories):
        start = ", ".join(flat(python.array(each, memory.loops)) for each in memory.start)
        inputs = ", ".join(flat(python.array(each, memory.loops)) for each in memory.inputs)
        many = "".join(f"[{len(loop)}]" for loop in memory.loops)
        yield f"memory[{number}] = {memory.kind.name}{many}({start}), takes ({inputs})"


def _shown(value: object) -> str:
    """A value in one line, the beginning of it if it is long."""
    text = repr(value)
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]} …"


def _axes(axes: Iterable[Axis]) -> str:
    names = ",".join(axis.name for axis in axes)
    return f"[{names}]" if names else ""


def _slot(slot: Slot) -> str:
    return f"{slot.bank.value}[{slot.index}]"
