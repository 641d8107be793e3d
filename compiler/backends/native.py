"""The native back end: a program as a Python module that numba compiles.

The module has two functions over flat vectors of numbers: `shared` computes once what no run
differs in, `varied` the rest for each run, several side by side. What does not change from run to
run costs nothing there, and what nobody saves or needs is not computed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from math import prod

from s3c.runtime import KernelPlan, Method, Plan, Request, Stretch, fold

from ..program import (
    FIXED,
    Bank,
    Call,
    CallAlong,
    Draw,
    Expression,
    Gather,
    Make,
    Program,
    Search,
    Slot,
    Tell,
    assignments,
    given,
    optimise,
    prune,
    split,
    undivided,
    walk,
)
from .native_expression import REDUCTIONS
from .native_kernel import Column, Kernel
from .native_layout import Layout, assigned, layout_of
from .native_memory import with_inputs
from .native_methods import AUTO, EVALUATIONS, ROOM
from .native_sources import Constants, Sources

__all__ = ["native_obstacle", "print_native"]

_CLOCK = frozenset({"initial time", "final time", "time step", "saveper"})


_TOLERANCES = ("absolute tolerance", "relative tolerance")
_TOLERANCE = 0.001
"""Of a model that does not say (reference D.9)."""


def _named(program: Program, name: str) -> Slot | None:
    return next((slot for slot, info in program.info.items() if fold(info.name) == name), None)


def native_obstacle(program: Program, method: Method) -> str | None:
    """Why a program cannot be printed, as a phrase; None if it can be."""
    if method in AUTO:
        for name in _TOLERANCES:
            slot = _named(program, name)
            if slot is not None and slot.bank not in (Bank.PARAMETER, Bank.CONSTANT):
                return f"its {program.info[slot].name} may change during a run"
    for slot, info in program.info.items():
        if fold(info.name) in _CLOCK and slot.bank not in (Bank.PARAMETER, Bank.CONSTANT):
            return f"its {info.name} may change during a run"
    if program.messages:
        return "it shows messages"
    if program.shift:
        return "it uses SHIFT IF TRUE"
    for memory in program.memories:
        if memory.kind.native is None or memory.contents is not None:
            return f"it uses {memory.kind.name}"
    for block in (
        program.constants, program.initial, program.step, program.changes, program.stage,
    ):  # fmt: skip
        for each in block:
            if isinstance(each, Search):
                return "it searches for what equations settle at"
    for value in _values(program):
        for node in walk(value):
            obstacle = _obstacle_in(node)
            if obstacle is not None:
                return obstacle
    return None


def _obstacle_in(node: Expression) -> str | None:
    match node:
        case Call(function) | CallAlong(function) | Draw(function):
            if function.native is None and function.name not in REDUCTIONS:
                return f"it uses {function.name}"
            if function.calendar or function.contents:
                return f"it uses {function.name}"
            return None
        case Make(made):
            return f"it uses {made.name}"
        case Tell():
            return "it searches for what equations settle at"
        case _:
            return None


def _values(program: Program) -> Iterator[Expression]:
    yield from (each.value for each in assigned(program))
    for memory in program.memories:
        yield from memory.start
        yield from memory.inputs


def _needs_one_lane(program: Program, memories: Collection[int]) -> bool:
    """Whether runs cannot be computed side by side."""
    if memories:
        return True
    return any(
        (isinstance(node, CallAlong))
        or (
            isinstance(node, Call)
            and node.function.name not in REDUCTIONS
            and any(isinstance(each, Gather) for each in node.operands)
        )
        for value in _values(program)
        for node in walk(value)
    )


def print_native(program: Program, request: Request) -> str:
    """The text of a module for what is asked; of one that says why not, if there is an obstacle.

    No text of the model is in it but names that the compiler made.
    """
    method = Method(request.method)
    obstacle = native_obstacle(program, method)
    if obstacle is None and method is Method.DIFFERENCE and not request.single:
        obstacle = "its method is that of difference equations"
    if obstacle is not None:
        return f"OBSTACLE = {obstacle!r}\n"
    return _Module(program, request).text()


class _Module:
    """The parts of a native module."""

    def __init__(self, program: Program, request: Request) -> None:
        self.request = request
        self.method = Method(request.method)
        by_name = {info.python_name: slot for slot, info in program.info.items()}
        self.varied_slots = tuple(by_name[name] for name in request.vary)
        changed = (*self.varied_slots, *(by_name[name] for name in request.given))
        self.program = program = given(
            program, frozenset(slot for slot in changed if slot.bank is not Bank.PARAMETER)
        )
        program = optimise(program)
        if request.pruned:
            program = prune(program, frozenset(self._saved()))
        self.program = program
        self.constants = Constants(program)
        parameters = (slot for slot in program.info if slot.bank is Bank.PARAMETER)
        shared_inputs = [
            slot for slot in dict.fromkeys((*parameters, *changed)) if slot not in self.varied_slots
        ]
        if self.method in AUTO:
            # How often a step is halved depends on all stocks: then all is computed for each run.
            self.varied_slots, shared_inputs = (*self.varied_slots, *shared_inputs), []
            parts = undivided(program)
        else:
            own_streams = request.own_streams
            parts = split(program, self.varied_slots, own_streams=own_streams)
        self.dependent = dependent = parts.depending
        varied_memories = frozenset(
            place
            for place, memory in enumerate(program.memories)
            if memory.owner in dependent and memory.owner not in changed
        )
        shared_memories = frozenset(
            place
            for place, memory in enumerate(program.memories)
            if memory.owner not in dependent and memory.owner not in changed
        )
        shared = with_inputs(parts.shared, shared_memories)
        varied = with_inputs(parts.varied, varied_memories)
        self.handed = {each.slot: each.first for each in _end_to_end(parts.shared, parts.given)}
        self.width_given = sum(prod(parts.shared.shape(slot)) for slot in parts.given)
        self.tables = tuple(_end_to_end(program, program.tables))
        self.series = tuple(_end_to_end(program, program.series))
        shared_layout = layout_of(shared, shared_inputs, shared_memories)
        varied_layout = layout_of(varied, self.varied_slots, varied_memories)
        numbered = {each.slot: each.first for each in self.tables}
        in_time = {each.slot: each.first for each in self.series}
        early = frozenset(each.target for each in assignments(shared.constants))
        fixed = {
            slot: at
            for slot, at in shared_layout.places.items()
            if slot.bank in FIXED or slot in early
        }
        self.saved = self._saved()
        own = frozenset(varied_layout.places) & (dependent | frozenset(self.varied_slots))
        self.shared = self._kernel(
            "shared",
            shared,
            shared_layout,
            shared_inputs,
            shared_memories,
            Sources({}, self.handed, numbered, in_time),
            [slot for slot in self.saved if slot not in own and slot.bank not in FIXED],
        )
        wanted = [
            slot
            for slot in self.saved
            if slot in own and not (request.single and slot.bank in FIXED)
        ]
        self.varied = self._kernel(
            "varied",
            varied,
            varied_layout,
            list(self.varied_slots),
            varied_memories,
            Sources(fixed, self.handed, numbered, in_time),
            wanted,
        )
        self.own = own

    def _saved(self) -> list[Slot]:
        """The slots to save, in the model's order."""
        request, info = self.request, self.program.info
        numbers = (
            slot for slot in info if slot.bank not in (Bank.TABLE, Bank.POINTS, Bank.CONTENTS)
        )
        if request.save is None:
            return [slot for slot in numbers if not info[slot].hidden]
        wanted = frozenset(request.save)
        return [slot for slot in numbers if info[slot].python_name in wanted]

    def _kernel(
        self,
        name: str,
        program: Program,
        layout: Layout,
        inputs: list[Slot],
        memories: frozenset[int],
        sources: Sources,
        saved: list[Slot],
    ) -> Kernel:
        is_varied = name == "varied"
        is_alone = _needs_one_lane(program, memories) or self.method in AUTO
        lanes = self.request.lanes if is_varied and not is_alone else 1
        return Kernel(
            name=name,
            program=program,
            layout=layout,
            parameters=sum(prod(program.shape(slot)) for slot in inputs),
            memories=tuple(sorted(memories)),
            method=self.method,
            lanes=lanes,
            names=_names(program),
            sources=sources,
            width_given=self.width_given,
            writes=not is_varied and self.width_given > 0,
            columns=tuple(_end_to_end(program, saved)),
            single=self.request.single or not is_varied,
            own_streams=is_varied and self.request.own_streams,
            constants=self.constants,
            tolerances=self._tolerances(),
        )

    def _tolerances(self) -> tuple[Slot | float, Slot | float]:
        absolute, relative = (_named(self.program, name) for name in _TOLERANCES)
        return (
            _TOLERANCE if absolute is None else absolute,
            _TOLERANCE if relative is None else relative,
        )

    @property
    def varies(self) -> bool:
        """Whether runs differ at all."""
        return bool(self.varied_slots) or self.request.own_streams

    # --- The text ---

    def text(self) -> str:
        """The whole module."""
        kernels = [*self.shared.lines(), *(self.varied.lines() if self.varies else ())]
        called = sorted(self.constants.called - {"range"})
        lines = [
            '"""Native code of a model, made by s3c for numba."""',
            "",
            "import math",
            "",
            "import numpy as np",
            "",
            "from s3c.runtime.native.compiled import compiled",
            *([f"from s3c.runtime.native.functions import {', '.join(called)}"] if called else []),
            "from s3c.runtime.native.plan import KernelPlan, Plan, Stretch",
            "",
            *self.constants.lines(),
            *kernels,
            "",
            "",
            *([] if self.varies else ["varied = None"]),
            f"PLAN = {self.plan()!r}",
            "OBSTACLE = None",
        ]
        return "\n".join(lines) + "\n"

    def plan(self) -> Plan:
        """What the module says of itself."""
        return Plan(
            shared=self._plan(self.shared, self.shared.layout.places.keys() - self.own),
            varied=self._plan(self.varied, self.own),
            given=self.width_given,
            evaluations=EVALUATIONS.get(self.method, 1),
            scratch=self.constants.scratch,
            tables=self._stretches(self.tables),
            series=self._stretches(self.series),
            draws=any(
                isinstance(node, Draw) for each in _values(self.program) for node in walk(each)
            ),
            steady=not self._depend((*_CLOCK, "noise seed")),
            same_times=not self._depend(_CLOCK),
        )

    def _depend(self, names: Collection[str]) -> bool:
        """Whether a variable of these names depends on what differs from run to run."""
        info = self.program.info
        return any(fold(info[slot].name) in names for slot in self.dependent if slot in info)

    def _plan(self, kernel: Kernel, own: Collection[Slot]) -> KernelPlan:
        layout, count = kernel.layout, kernel.parameters
        inputs = [slot for slot, place in layout.places.items() if place <= count]
        fixed = [slot for slot in self.saved if slot.bank in FIXED and slot in own]
        return KernelPlan(
            width=layout.width + ROOM[kernel.method] * layout.moving,
            lanes=kernel.lanes,
            parameters=self._stretches(_end_to_end(kernel.program, inputs)),
            columns=self._stretches(kernel.columns),
            fixed=self._stretches(
                Column(slot, layout.places[slot], prod(kernel.program.shape(slot)))
                for slot in fixed
            ),
            memories=sum(
                prod(map(len, kernel.program.memories[each].loops)) for each in kernel.memories
            ),
        )

    def _stretches(self, columns: Iterable[Column]) -> tuple[Stretch, ...]:
        info = self.program.info
        return tuple(
            Stretch(info[each.slot].python_name, each.first, each.size) for each in columns
        )


def _end_to_end(program: Program, slots: Iterable[Slot]) -> Iterator[Column]:
    """Where the numbers of slots stand, if they stand end to end."""
    first = 0
    for slot in slots:
        size = prod(program.shape(slot))
        yield Column(slot, first, size)
        first += size


def _names(program: Program) -> Mapping[Slot, str]:
    """What local variables are called."""
    names = {slot: info.python_name for slot, info in program.info.items()}
    for slot, info in program.info.items():
        if slot.bank is Bank.STOCK:
            names[Slot(Bank.CHANGE, slot.index)] = f"{info.python_name}_change"
    for number in range(len(program.terms)):
        names[Slot(Bank.TERM, number)] = f"{number}_term"
    for number in range(len(program.memories)):
        names[Slot(Bank.MEMORY, number)] = f"{number}_memory"
    return names
