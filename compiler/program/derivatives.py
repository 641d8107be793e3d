"""A model that computes derivatives, too: `differentiate`, the forward sensitivity equations.

For a constant p, every slot v that p reaches is given a slot beside it, dv/dp, by the chain rule.
Of a stock that is a stock, which accumulates the derivative of the flow and starts at that of the
initial value. So the derivatives are exactly those of the numbers that a run computes with its time
step, whatever the method of integration, and both back ends print them as they print the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from s3c.runtime import Space, VariableInfo, fold

from ..diagnostics import Diagnostic
from ..names import mangle
from ..source import Span
from ..system import CONTROLS, Along, ElementId, Loop
from .array_tangents import NoDerivativeError
from .derivative_messages import clock_moves, no_derivative
from .expressions import Lists
from .reach import Influences
from .rebuild import parts
from .tangents import Direction, Tangents
from .tree import (
    Assignment,
    Bank,
    Block,
    Expression,
    Literal,
    Memory,
    Operation,
    Operator,
    Program,
    Search,
    Slot,
    Sweep,
    Turn,
    assignments,
    walk,
)
from .variables import OWN_NAMES

__all__ = ["differentiate"]

_BANKS = {
    Space.CONSTANT: Bank.CONSTANT,
    Space.INITIAL: Bank.INITIAL,
    Space.STOCK: Bank.STOCK,
    Space.AUXILIARY: Bank.AUXILIARY,
}
"""Where numbers stand that may have derivatives."""
_LONGEST = 20_000  # parts of a derivative
_DEEPEST = 180  # parts within parts of one: Python reads some 200 brackets


def differentiate(
    program: Program, directions: Sequence[Direction], of: Sequence[Slot] | None = None
) -> tuple[Program, tuple[Diagnostic, ...]]:
    """A program that also computes the derivatives of `of` with respect to each direction.

    Those of all variables of the model that a direction reaches, if `of` is None; else of each
    slot, zero if it does not reach it. With errors the program stays as it is.
    """
    influences = Influences.of(program)
    wanted = set(_roots(program) if of is None else of)
    needed = influences.needed(wanted)
    found = _Differentiation(program, Lists(program.lists), count(_first_loop(program)))
    for direction in directions:
        reached = influences.reached((direction.slot,))
        live = reached & needed
        if direction.slot.bank is Bank.PARAMETER:  # whose own derivative is a number
            live -= {direction.slot}
        found.begin(
            direction, reached, live, frozenset() if of is None else frozenset(wanted - live)
        )
    changed = found.program_with_all()
    return (program, tuple(found.problems)) if found.problems else (changed, ())


def _roots(program: Program) -> Iterator[Slot]:
    """The variables that a modeller wrote."""
    return (
        slot
        for slot, info in program.info.items()
        if info.space in _BANKS and not info.hidden and fold(info.name) not in CONTROLS
    )


def _first_loop(program: Program) -> int:
    """A number from which on no loop has its own."""
    last = -1
    for block in _blocks(program):
        for each in assignments(block):
            last = max([last, *(loop.number for loop in _loops(each))])
    for memory in program.memories:
        last = max([last, *(loop.number for loop in memory.loops)])
    return last + 1


def _blocks(program: Program) -> Iterator[Block]:
    yield from (program.constants, program.start, program.initial, program.step)
    yield from (program.changes, program.stage, program.shift, *program.values.values())
    yield from (each.block for each in program.data)


def _loops(assignment: Assignment) -> Iterator[Loop]:
    yield from assignment.loops
    for node in walk(assignment.value):
        yield from getattr(node, "loops", ())


@dataclass(slots=True)
class _Differentiation:
    """A program's derivatives as they are made, direction by direction."""

    program: Program
    lists: Lists
    loops: count[int]  # their numbers
    tangents: list[Tangents] = field(default_factory=list)
    numbers: list[tuple[Tangents, Slot, Slot]] = field(default_factory=list)  # of what, and where
    info: dict[Slot, VariableInfo] = field(default_factory=dict)
    memories: list[tuple[Tangents, Memory]] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    _made: dict[int, list[Assignment]] = field(default_factory=dict)  # by identity of what it is of
    _taken: set[str] = field(default_factory=set)
    _sizes: dict[Bank, int] = field(default_factory=dict)

    # --- Slots ---

    def begin(
        self,
        direction: Direction,
        moving: frozenset[Slot],
        live: frozenset[Slot],
        still: frozenset[Slot],
    ) -> None:
        """Give the derivatives of `live` slots their own, those of `still` ones a number."""
        self._sizes = self._sizes or dict(self.program.sizes())
        self._taken = self._taken or _taken_names(self.program)
        self._check_clock(direction, moving)
        slots: dict[Slot, Slot] = {}
        tangents = Tangents(direction, slots, moving, self.lists, self._fresh)
        for slot, info in self.program.info.items():
            if slot in live and slot.bank in _BANKS.values():
                slots[slot] = self._slot(slot.bank, info, direction)
            elif slot in still:
                own = self._slot(Bank.CONSTANT, info, direction)
                self.numbers.append((tangents, slot, own))
        for number, memory in enumerate(self.program.memories):
            slot = Slot(Bank.MEMORY, number)
            if slot in live and memory.contents is None:
                place = len(self.program.memories) + len(self.memories)
                slots[slot] = Slot(Bank.MEMORY, place)
                self.memories.append((tangents, memory))
        for slot, own in list(slots.items()):
            if slot.bank is Bank.STOCK:
                slots[Slot(Bank.CHANGE, slot.index)] = Slot(Bank.CHANGE, own.index)
        self.tangents.append(tangents)

    def _check_clock(self, direction: Direction, moving: frozenset[Slot]) -> None:
        for slot in sorted(moving):
            info = self.program.info.get(slot)
            if info is not None and fold(info.name) in CONTROLS:
                self.problems.append(clock_moves(direction.name, info.name))

    def _slot(self, bank: Bank, of: VariableInfo, direction: Direction) -> Slot:
        """A new slot for the derivative of a variable."""
        slot = Slot(bank, self._sizes[bank])
        self._sizes[bank] += 1
        python_name = mangle(f"d {of.name} d {direction.name}", self._taken)
        while f"{python_name}_change" in self._taken:
            python_name = mangle(f"{python_name} d", self._taken)
        self._taken |= {python_name, f"{python_name}_change"}
        per = self.program.info[direction.slot].units
        self.info[slot] = replace(
            of,
            name=_name(of, direction),
            python_name=python_name,
            space=next(space for space, each in _BANKS.items() if each is bank),
            index=slot.index,
            reason=f"the derivative of “{of.name}” with respect to “{direction.name}”",
            units=f"({of.units or 1})/({per})" if per else of.units,
            documentation="",
            value=None,
            derivative=(of.name, direction.name),
        )
        return slot

    def _fresh(self, loop: Loop) -> Loop:
        return Loop(next(self.loops), loop.name, loop.elements)

    # --- The program ---

    def program_with_all(self) -> Program:
        """The program with all derivatives."""
        program = self.program
        numbers = tuple(self._number(*each) for each in self.numbers)
        found = replace(
            program,
            variables=(*program.variables, *self.info.values()),
            info={**program.info, **self.info},
            constants=(*self._block(program.constants), *numbers),
            start=self._block(program.start),
            initial=self._block(program.initial, starts=True),
            step=self._block(program.step),
            changes=self._block(program.changes),
            stage=self._block(program.stage),
            shift=tuple(
                each
                for each in self._block(program.shift)
                if isinstance(each, Assignment)
            ),
            memories=(
                *program.memories,
                *(self._memory(tangents, memory) for tangents, memory in self.memories),
            ),
        )  # fmt: skip
        return replace(found, lists=self.lists.lists)  # last: they are met on the way

    def _number(self, tangents: Tangents, of: Slot, slot: Slot) -> Assignment:
        """What a derivative is given that is the same whatever happens: 0, or 1 of its own."""
        axes = self.program.info[of].axes
        loops = (
            Loop(next(self.loops), axis.name, tuple(map(ElementId, axis.elements))) for axis in axes
        )
        indices = tuple(Along(loop, range(len(loop))) for loop in loops)
        own = tangents.at(indices) if of == tangents.direction.slot else None
        return Assignment(slot, own or Literal(0.0), self._span(of), indices)

    def _span(self, slot: Slot) -> Span:
        """Where the equation of a slot stands; of a constant, nowhere."""
        for block in _blocks(self.program):
            for each in assignments(block):
                if each.target == slot:
                    return each.span
        return self.program.source.span(0, 0)

    def _block(self, block: Block, *, starts: bool = False) -> Block:
        """A block with each derivative after what it is of; `starts` if stocks start in it."""
        found: list[Assignment | Sweep | Search] = []
        for each in block:
            match each:
                case Assignment():
                    found += (each, *self._of(each, starts))
                case Sweep(rounds, turns):
                    both = (
                        Turn(one, turn.steps)
                        for turn in turns
                        for one in (turn.assignment, *self._of(turn.assignment, starts))
                    )
                    found.append(Sweep(rounds, tuple(both)))
                case Search():
                    found.append(each)
                    self._refuse_search(each)
        return tuple(found)

    def _of(self, assignment: Assignment, starts: bool) -> list[Assignment]:
        """The derivatives of what an assignment gives, in all directions that reach it."""
        made = self._made.get(id(assignment))
        if made is None:
            made = [
                Assignment(
                    tangents.slots[assignment.target],
                    self._change(tangents, assignment, starts),
                    assignment.span,
                    assignment.indices,
                )
                for tangents in self.tangents
                if assignment.target in tangents.slots
            ]
            self._made[id(assignment)] = made
        return made

    def _change(self, tangents: Tangents, assignment: Assignment, starts: bool) -> Expression:
        try:
            change = tangents.of(assignment.value)
            _check_size(change)
        except NoDerivativeError as error:
            self._tell(error.what, tangents, assignment.target, assignment.span)
            return Literal(0.0)
        if starts and assignment.target == tangents.direction.slot:
            own = tangents.at(assignment.indices)
            if own is not None and change is not None:
                return Operation(Operator.ADD, (own, change))
            change = own or change
        return change or Literal(0.0)

    def _refuse_search(self, search: Search) -> None:
        for each in assignments((search,)):
            for tangents in self.tangents:
                if each.target in tangents.slots:
                    self._tell("a search", tangents, each.target, each.span)

    def _memory(self, tangents: Tangents, memory: Memory) -> Memory:
        """The memory of a derivative: the same one, of changes, where it is linear in these."""
        kind, owner = memory.kind, memory.owner
        try:
            for names, values in ((kind.start, memory.start), (kind.inputs, memory.inputs)):
                others = (v for n, v in zip(names, values, strict=True) if n not in kind.linear)
                tangents.refuse(kind.name, tuple(others))
            return replace(
                memory,
                owner=tangents.slots[owner],
                start=tangents.changes(kind, kind.start, memory.start),
                inputs=tangents.changes(kind, kind.inputs, memory.inputs),
            )
        except NoDerivativeError as error:
            self._tell(error.what, tangents, owner, memory.span)
            return memory

    def _tell(self, what: str, tangents: Tangents, slot: Slot, span: Span) -> None:
        if slot.bank is Bank.CHANGE:
            slot = Slot(Bank.STOCK, slot.index)
        variable = self.program.info[slot].owner
        problem = no_derivative(what, variable, tangents.direction.name, span)
        if problem not in self.problems:
            self.problems.append(problem)


def _check_size(change: Expression | None) -> None:
    """Refuse a derivative that Python could not read. Raises NoDerivativeError."""
    stack = [] if change is None else [(change, 1)]
    count = 0
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > _LONGEST or depth > _DEEPEST:
            raise NoDerivativeError("an equation that is nested too deep, or too long,")
        stack += ((part, depth + 1) for part in parts(node))


def _taken_names(program: Program) -> set[str]:
    """The names that a module of the program has taken."""
    names = {info.python_name for info in program.variables}
    return names | {f"{info.python_name}_change" for info in program.variables} | OWN_NAMES


def _name(of: VariableInfo, direction: Direction) -> str:
    """What a derivative is called, `∂v/∂p`; of a hidden variable, it belongs to the same owner."""
    if of.hidden:
        return f"{of.name.removesuffix('#')}>∂{direction.name}#"
    return f"∂{of.name}/∂{direction.name}"
