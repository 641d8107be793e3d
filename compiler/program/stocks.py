"""Stocks that start alike and change alike are one: `unite_stocks`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from struct import pack

from .congruence import Graph, congruent
from .rebuild import (
    from_below,
    innermost_first,
    is_held_over,
    is_whole,
    parts,
    with_values,
)
from .signature import Free, indices_label, signature
from .tree import (
    Assignment,
    Bank,
    Block,
    Draw,
    Expression,
    Literal,
    Load,
    Make,
    Program,
    Slot,
    Tell,
    Time,
    assignments,
)

__all__ = ["equal_stocks", "unite_stocks"]


def unite_stocks(program: Program) -> Program:
    """A program in which what reads a stock reads the first that is always equal to it.

    A stock that is equal to another gains what the other does: unless it is saved, `prune` drops
    it. Its initial value is computed as before.
    """
    first = equal_stocks(program)
    if not first:
        return program

    def read(node: Expression) -> Expression:
        if isinstance(node, Load) and node.slot in first:
            return Load(first[node.slot], node.indices)
        return node

    united = with_values(program, lambda value: from_below(value, read))
    return replace(
        united,
        initial=program.initial,  # where each stock is set before it is read
        changes=tuple(_gaining(each, first) for each in assignments(united.changes)),
        memories=tuple(
            replace(new, start=old.start)
            for new, old in zip(united.memories, program.memories, strict=True)
        ),
    )


def _gaining(change: Assignment, first: Mapping[Slot, Slot]) -> Assignment:
    """The change of a stock; of one that is equal to another, what the other gains."""
    other = first.get(Slot(Bank.STOCK, change.target.index))
    if other is None:
        return change
    return replace(change, value=Load(Slot(Bank.CHANGE, other.index), change.indices))


def equal_stocks(program: Program) -> Mapping[Slot, Slot]:
    """For each stock that is equal to one before it at all times, the first such.

    Equal are those whose initial values and whose changes are equal, where these may read the
    stocks themselves; by all methods of integration. A stock that is shifted is equal to none.
    """
    graph = Graph()
    stocks = {
        slot: graph.add(("stock", info.shape))
        for slot, info in program.info.items()
        if slot.bank is Bank.STOCK
    }
    constants = _Phase(program, graph, "constants", {})
    constants.block(program.constants)
    initial = constants.later("initial", {})
    initial.block(program.initial)
    known = {slot: node for slot, node in initial.slots.items() if slot.bank is Bank.INITIAL}
    step = constants.later("step", known | stocks)
    step.apart = _apart(program)
    step.block(program.step)
    step.block(program.changes)
    shifted = {each.target for each in program.shift}
    for slot, node in stocks.items():
        change = Slot(Bank.CHANGE, slot.index)
        own = (graph.add(slot),) if slot in shifted else ()
        graph.parts[node] = (initial.slot(slot), step.slot(change), *own)
    classes = congruent(graph)
    first: dict[int, Slot] = {}
    for slot in sorted(stocks, key=lambda slot: slot.index):
        first.setdefault(classes[stocks[slot]], slot)
    pairs = ((slot, first[classes[node]]) for slot, node in stocks.items())
    return {slot: other for slot, other in pairs if slot != other}


def _apart(program: Program) -> Mapping[Slot, Hashable]:
    """What a stage of a step gives, where that is not what a step does: what is held or shown."""
    numbers = {
        each.target: pack("d", each.value.value)
        for each in assignments(program.step)
        if isinstance(each.value, Literal)
    }
    found: dict[Slot, Hashable] = {}
    for each in assignments(program.stage):
        if is_held_over(each):
            found[each.target] = "held"
        elif isinstance(each.value, Literal):
            number = pack("d", each.value.value)
            if numbers.get(each.target) != number:
                found[each.target] = number
    return found


@dataclass(slots=True)
class _Phase:
    """A phase of a run as nodes of a graph: its slots, and what they are computed from."""

    program: Program
    graph: Graph
    name: str
    slots: dict[Slot, int]
    apart: Mapping[Slot, Hashable] = field(default_factory=dict)
    """Slots that are something else inside a step: they are equal to such alone."""
    _met: dict[int, tuple[int, Free]] = field(default_factory=dict)  # by an expression's identity

    def later(self, name: str, known: Mapping[Slot, int]) -> _Phase:
        """The phase of another name, in which all that is known now still holds."""
        return _Phase(self.program, self.graph, name, {**self.slots, **known})

    def block(self, block: Block) -> None:
        """Take notice of a block's assignments, in order."""
        given: dict[Slot, list[Assignment]] = {}
        for each in block:
            if isinstance(each, Assignment):
                given.setdefault(each.target, []).append(each)
            else:  # they are equal to nothing
                given |= {inner.target: [] for inner in assignments((each,))}
        several = {slot for slot, each in given.items() if len(each) > 1}
        for slot in several:  # some elements may be read before the others are given
            self.slots[slot] = self.graph.add("")
        for each in block:
            if isinstance(each, Assignment) and len(given[each.target]) == 1:
                self.slots[each.target] = self._inside(each.target, self._given(each))
        for slot in several:
            self._give(slot, given[slot])

    def _inside(self, slot: Slot, node: int) -> int:
        """A slot's node, told from those of what is the same inside a step as it is."""
        return (
            self.graph.node(("inside", self.apart[slot]), (node,)) if slot in self.apart else node
        )

    def _given(self, assignment: Assignment) -> int:
        """The node of a slot that one assignment gives its value."""
        value, indices = assignment.value, assignment.indices
        if isinstance(value, Make | Tell):
            return self._own(assignment.target)
        node, free = self._expression(value)
        if not indices:
            return node
        shape = self.program.shape(assignment.target)
        if isinstance(value, Load) and value.indices == indices and is_whole(indices, shape):
            return self.slot(value.slot)
        label, _ = indices_label(indices, free)
        return self.graph.node(("array", shape, label), (node,))

    def _give(self, slot: Slot, given: list[Assignment]) -> None:
        """Fill in the node of an array that several assignments give its elements."""
        node = self.slots[slot]
        if any(isinstance(each.value, Make | Tell) for each in given):
            self.graph.labels[node] = slot, self.name
            return
        values = [self._expression(each.value) for each in given]
        places = [
            indices_label(each.indices, free)[0]
            for each, (_, free) in zip(given, values, strict=True)
        ]
        apart = self.apart.get(slot)
        self.graph.labels[node] = "array", self.program.shape(slot), tuple(places), apart
        self.graph.parts[node] = tuple(number for number, _ in values)

    def slot(self, slot: Slot) -> int:
        """The node of a slot; what is not computed here is equal to nothing else."""
        known = self.slots.get(slot)
        return self._own(slot) if known is None else known

    def _own(self, slot: Slot) -> int:
        lasts = slot.bank not in (Bank.AUXILIARY, Bank.TERM)
        return self.graph.node(("slot", slot, "" if lasts else self.name))

    def _expression(self, value: Expression) -> tuple[int, Free]:
        """The node of an expression, and its free loops."""
        met = self._met
        if id(value) not in met:
            for each in innermost_first(value):
                met[id(each)] = self._node(each)
        return met[id(value)]

    def _node(self, node: Expression) -> tuple[int, Free]:
        """The node of an expression whose parts have theirs."""
        if isinstance(node, Load):
            if not node.indices:
                return self.slot(node.slot), ()
            label, free = indices_label(node.indices)
            return self.graph.node(("load", label), (self.slot(node.slot),)), free
        inner = [self._met[id(each)] for each in parts(node)]
        label, free = signature(node, [each for _, each in inner])
        if isinstance(node, Time | Draw):
            label = label, self.name
        return self.graph.node(label, tuple(number for number, _ in inner)), free
