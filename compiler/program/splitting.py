"""What runs share: `split(program, varied, …) -> Split`.

In an experiment some parameters are varied, and most of a model may not depend on them. What does
not is computed once, for all runs, and handed to each. That is exact: the same numbers are computed
in the same order, only less often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from s3c.runtime import fold

from ..source import Span
from ..system import Along, Index, Loop
from .rebuild import parts
from .tree import (
    Assignment,
    Bank,
    Block,
    Call,
    CallAlong,
    Choice,
    Draw,
    Expression,
    Gather,
    Interpolate,
    Literal,
    Load,
    Make,
    Memory,
    Operation,
    Operator,
    Program,
    Search,
    Slot,
    Sweep,
    Tell,
    Time,
    assignments,
    loads,
    walk,
)
from .values import can_fail, free

__all__ = ["FIXED", "Split", "noise_seed_of", "split", "undivided"]

FIXED = frozenset({Bank.PARAMETER, Bank.CONSTANT, Bank.INITIAL})
"""The banks of what holds for a whole run."""


@dataclass(frozen=True, slots=True)
class Split:
    """A program as two, over the same slots.

    `shared` depends on nothing that is varied. `varied` is the rest: its equations load slots of
    the other, of which `given` change from time to time. Where what it computes first needs them,
    initial values that are shared are computed in both.
    """

    shared: Program
    varied: Program
    depending: frozenset[Slot]  # on what is varied
    given: tuple[Slot, ...]


def split(program: Program, varied: Iterable[Slot], *, own_streams: bool) -> Split:
    """What depends on some parameters, and what does not.

    Args:
        program: without searches.
        varied: slots, mostly parameters, whose values differ from run to run.
        own_streams: whether each run draws random numbers of its own.
    """
    changing = _depending(program, varied, own_streams=own_streams)
    terms = _Terms(program, changing)
    step = terms.block(_of(program.step, changing), terms.in_step)
    stage = terms.block(_of(program.stage, changing), terms.in_stage)
    changes = terms.block(_of(program.changes, changing), terms.in_step, terms.in_stage)
    memories = tuple(
        terms.memory(each) if Slot(Bank.MEMORY, place) in changing else each
        for place, each in enumerate(program.memories)
    )
    rest = frozenset(each.target for each in _assigned(program)) - changing
    shared = replace(
        program,
        constants=_of(program.constants, rest),
        initial=_of(program.initial, rest),
        step=(*_of(program.step, rest), *terms.in_step.values()),
        changes=_of(program.changes, rest),
        stage=(*_of(program.stage, rest), *terms.in_stage.values()),
        terms=tuple(terms.shapes),
    )
    constants = _of(program.constants, changing)
    initial = _with_needs(_of(program.initial, changing), program.initial, memories)
    dependent = replace(
        program,
        constants=constants,
        initial=initial,
        step=step,
        changes=changes,
        stage=stage,
        memories=memories,
        terms=tuple(terms.shapes),
    )
    return Split(shared, dependent, changing, _given(dependent, shared.constants, changing))


def undivided(program: Program) -> Split:
    """A program of which nothing is computed once for all runs."""
    everything = (
        *program.info,
        *(each.target for each in _assigned(program)),
        *(Slot(Bank.MEMORY, place) for place in range(len(program.memories))),
    )
    nothing = replace(program, constants=(), initial=(), step=(), changes=(), stage=())
    return Split(nothing, program, frozenset(everything), ())


def _assigned(program: Program) -> Iterator[Assignment]:
    for block in (
        program.constants, program.initial, program.step, program.changes, program.stage,
    ):  # fmt: skip
        yield from assignments(block)


# --- What depends on what is varied --------------------------------------------------------------


def _depending(program: Program, varied: Iterable[Slot], *, own_streams: bool) -> frozenset[Slot]:
    """The slots whose values depend on those that are varied, these among them."""
    readers: dict[Slot, list[Slot]] = defaultdict(list)
    drawing: list[Slot] = []
    for block in (
        program.constants, program.initial, program.step, program.changes, program.stage,
    ):  # fmt: skip
        for each in block:
            targets = tuple({one.target: None for one in assignments((each,))})
            for one in assignments((each,)):
                _note(one.value, one.target, readers, drawing)
            if isinstance(each, Sweep):
                for target in targets:
                    readers[target].extend(targets)
    for place, memory in enumerate(program.memories):
        for value in (*memory.start, *memory.inputs):
            _note(value, Slot(Bank.MEMORY, place), readers, drawing)
    for slot in program.info:
        if slot.bank is Bank.STOCK:
            change = Slot(Bank.CHANGE, slot.index)
            readers[change].append(slot)
            readers[slot].append(change)  # where it begins may vary, and not what moves it
    seed = noise_seed_of(program)
    if seed is not None:
        readers[seed].extend(drawing)
    found = set(varied)
    if own_streams:
        found.update(drawing)
    todo = list(found)
    while todo:
        for reader in readers[todo.pop()]:
            if reader not in found:
                found.add(reader)
                todo.append(reader)
    return frozenset(found)


def _note(
    value: Expression, target: Slot, readers: dict[Slot, list[Slot]], drawing: list[Slot]
) -> None:
    for node in walk(value):
        match node:
            case Load(slot):
                readers[slot].append(target)
            case Draw():
                drawing.append(target)
            case _:
                pass


def noise_seed_of(program: Program) -> Slot | None:
    """The slot of NOISE SEED, where it is one that runs take the seed of stream 0 from."""
    for slot, info in program.info.items():
        if slot.bank in (Bank.PARAMETER, Bank.CONSTANT) and fold(info.name) == "noise seed":
            return slot
    return None


def _of(block: Block, targets: frozenset[Slot]) -> Block:
    """The assignments of a block to some slots; those of a sweep go together."""
    return tuple(each for each in block if next(assignments((each,))).target in targets)


def _with_needs(kept: Block, whole: Block, memories: tuple[Memory, ...]) -> Block:
    """What is kept of a block, and what that and memories need of the rest, in order."""
    needed = {slot for memory in memories for value in memory.start for slot in loads(value)}
    chosen = {id(each) for each in kept}
    found: list[Assignment | Sweep | Search] = []
    for each in reversed(whole):
        targets = {one.target for one in assignments((each,))}
        if id(each) in chosen or not needed.isdisjoint(targets):
            found.append(each)
            needed.update(slot for one in assignments((each,)) for slot in loads(one.value))
    return tuple(reversed(found))


def _given(program: Program, constants: Block, changing: frozenset[Slot]) -> tuple[Slot, ...]:
    """The slots that the varied equations read of the shared ones at every time.

    What follows from the parameters alone, `constants`, does not change.
    """
    values = [
        one.value
        for block in (program.step, program.changes, program.stage)
        for one in assignments(block)
    ]
    for place, memory in enumerate(program.memories):
        if Slot(Bank.MEMORY, place) in changing:
            values += memory.inputs
    unmoving = FIXED | {Bank.LIST, Bank.TABLE}
    early = frozenset(each.target for each in assignments(constants))
    read = dict.fromkeys(slot for value in values for slot in loads(value))
    return tuple(
        slot
        for slot in read
        if slot not in changing and slot not in early and slot.bank not in unmoving
    )


# --- Parts of varied equations that are shared ---------------------------------------------------


@dataclass(slots=True)
class _Terms:
    """Takes shared parts out of varied equations: each becomes a slot of its own."""

    program: Program
    changing: frozenset[Slot]
    shapes: list[tuple[int, ...]] = field(init=False)
    in_step: dict[Slot, Assignment] = field(default_factory=dict)
    in_stage: dict[Slot, Assignment] = field(default_factory=dict)
    _known: dict[tuple[Expression, tuple[Loop, ...]], Slot] = field(default_factory=dict)
    _varied: dict[int, bool] = field(default_factory=dict)  # by the identity of an expression

    def __post_init__(self) -> None:
        self.shapes = list(self.program.terms)

    def block(self, block: Block, *into: dict[Slot, Assignment]) -> Block:
        """A block that loads terms, which are assigned in each of `into`."""
        return tuple(
            replace(each, value=self._without(each.value, each.span, into))
            if isinstance(each, Assignment)
            else each
            for each in block
        )

    def memory(self, memory: Memory) -> Memory:
        """A memory whose inputs load terms."""
        into = (self.in_step,)
        inputs = tuple(self._without(each, memory.span, into) for each in memory.inputs)
        return replace(memory, inputs=inputs)

    def _without(
        self,
        node: Expression,
        span: Span,
        into: tuple[dict[Slot, Assignment], ...],
        *,
        always: bool = True,
    ) -> Expression:
        """An expression whose shared parts are loads; `always`, whether it is sure to be computed.

        What may have no value is taken out only where it is computed in any case.
        """
        if isinstance(node, Literal | Time | Load):
            return node
        if not self._is_varied(node):
            if always or not can_fail(node):
                return self._term(node, span, into)
            return node

        def inner(part: Expression, *, sure: bool = always) -> Expression:
            return self._without(part, span, into, always=sure)

        match node:
            case Operation(Operator.AND | Operator.OR as operator, (left, right)):
                return Operation(operator, (inner(left), inner(right, sure=False)))
            case Operation(operator, operands):
                return Operation(operator, tuple(map(inner, operands)))
            case Choice(condition, yes, no):
                return Choice(inner(condition), inner(yes, sure=False), inner(no, sure=False))
            case Call(function, operands, keywords):
                named = tuple((name, inner(value)) for name, value in keywords)
                return Call(function, tuple(map(inner, operands)), named)
            case Gather(loops, value):
                return Gather(loops, inner(value))
            case CallAlong(function, operands, loops):
                return CallAlong(function, tuple(map(inner, operands)), loops)
            case Interpolate(table, operand):
                return Interpolate(table, inner(operand))
            case Draw(operands=operands):
                return replace(node, operands=tuple(map(inner, operands)))
            case Tell() | Make():
                return node

    def _is_varied(self, node: Expression) -> bool:
        """Whether an expression may differ from run to run, or cannot stand by itself."""
        known = self._varied.get(id(node))
        if known is None:
            match node:
                case Load(slot):
                    known = slot in self.changing
                case Draw() | Gather() | CallAlong() | Make() | Tell():
                    known = True
                case _:
                    known = any(map(self._is_varied, parts(node)))
            self._varied[id(node)] = known
        return known

    def _term(self, node: Expression, span: Span, into: tuple[dict[Slot, Assignment], ...]) -> Load:
        loops = tuple(sorted(free(node), key=lambda loop: loop.number))
        indices: tuple[Index, ...] = tuple(Along(loop, range(len(loop))) for loop in loops)
        slot = self._known.get((node, loops))
        if slot is None:
            slot = self._known[node, loops] = Slot(Bank.TERM, len(self.shapes))
            self.shapes.append(tuple(map(len, loops)))
        for each in into:
            each.setdefault(slot, Assignment(slot, node, span, indices))
        return Load(slot, indices)
