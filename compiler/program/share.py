"""What several equations compute is computed once: `share_expressions`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from ..source import Span
from .expressions import whole
from .numbering import Number, Numbers, Values, over
from .rebuild import (
    Change,
    is_held_over,
    parts,
    with_assignments,
    with_inputs,
    with_parts,
    with_value,
)
from .signature import Free
from .tree import (
    Assignment,
    Bank,
    Block,
    Call,
    CallAlong,
    Choice,
    Draw,
    Expression,
    Interpolate,
    Literal,
    Load,
    Memory,
    Operation,
    Operator,
    Program,
    Search,
    Slot,
    Sweep,
    Time,
    assignments,
)

__all__ = ["share_expressions"]

_ARRAY_COST = 4  # from which on an array is worth its memory; a product is not, a quotient is

_Carrier: TypeAlias = tuple[Load, Free]
"""Where a value stands, and the loops that it stands there over."""


def share_expressions(program: Program) -> Program:
    """A program that computes equal expressions once, to the same bits.

    An equation whose right side was computed before reads it from there, and a part of several
    equations becomes a term. What reads a copy of a slot reads the slot that was copied. What only
    a branch computes is taken from where it was computed before, but never computed beforehand.

    This is within each phase of a run; what follows from the parameters alone is shared by all.
    A failure may be met in a term, so that no variable is named, but it is met at the same time.
    No equation may be replaced afterwards: what was equal to it would follow.
    """
    terms = _Terms(len(program.terms))
    constants = _Sharing(Values(program, Numbers()), terms)
    constants.count(program.constants)
    constants.block(program.constants)
    start, initial, step = (constants.later() for _ in range(3))
    start.count(program.start)
    start.block(program.start)
    initial.count(program.initial)
    for memory in program.memories:
        initial.count_values(memory.start, memory.loops)
    initial.block(program.initial)
    both = _Common.of(program)
    step.count(program.step, apart=both.apart)
    for change in assignments(program.changes):
        step.count_values((change.value,), change.loops)
    for memory in program.memories:
        step.count_values(memory.inputs, memory.loops)
    step.block(program.step, program.stage, both)
    return replace(
        program,
        changes=step.changes(program.changes),
        memories=tuple(
            with_inputs(each, initial.as_in(each), step.as_in(each)) for each in program.memories
        ),
        constants=tuple(constants.found),
        start=tuple(start.found),
        initial=tuple(initial.found),
        step=tuple(step.found),
        stage=tuple(step.inside),
        terms=(*program.terms, *terms.shapes),
    )  # the blocks last: what else is computed after them may put terms at their ends


class _Terms:
    """The new terms, by what they hold: in all phases the same slot for the same."""

    def __init__(self, first: int) -> None:
        self.shapes: list[tuple[int, ...]] = []
        self._first = first
        self._slots: dict[Hashable, Slot] = {}

    def load(self, key: Hashable, loops: Free) -> Load:
        """What reads a term over some loops, which are its axes."""
        if key not in self._slots:
            self._slots[key] = Slot(Bank.TERM, self._first + len(self.shapes))
            self.shapes.append(tuple(map(len, loops)))
        return Load(self._slots[key], whole(loops))


def _is_term(node: Expression) -> bool:
    """Whether an expression may be a term: it costs something, and gives a number."""
    return isinstance(node, Operation | Choice | Call | Interpolate | Draw)


def _are_sure(node: Expression, count: int) -> tuple[bool, ...]:
    """Of each of its parts, whether it is computed whenever the whole expression is."""
    match node:
        case Choice():
            return (True, False, False)
        case Operation(Operator.AND | Operator.OR):
            return (True, False)
        case _:
            return (True,) * count


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an expression stands: within which loops, and in which equation."""

    loops: Free
    span: Span
    is_inside: bool = False
    """Whether a stage computes it as a step does."""


@dataclass(frozen=True, slots=True)
class _Common:
    """What a stage has in common with the step that it is a part of."""

    places: Mapping[int, int]  # in the stage, of a step's assignments, by their identity
    apart: frozenset[Slot]  # what a stage gives something of its own

    @classmethod
    def of(cls, program: Program) -> _Common:
        """What is the very same assignment in both, in the same order."""
        stage = {id(each): place for place, each in enumerate(program.stage)}
        places: dict[int, int] = {}
        last = -1
        for each in program.step:
            place = stage.get(id(each), -1)
            if isinstance(each, Assignment) and place > last:
                places[id(each)] = last = place
        others = tuple(each for each in program.stage if id(each) not in places)
        return cls(places, frozenset(each.target for each in assignments(others)))


_NOTHING = _Common({}, frozenset())


@dataclass(slots=True)
class _Sharing:
    """One phase of a run: what is computed where, and the new block as it grows.

    Of a step, the block of its stage grows beside it.
    """

    values: Values
    terms: _Terms
    carriers: dict[int, _Carrier] = field(default_factory=dict)
    """Where values stand by now, by their numbers."""
    carriers_inside: dict[int, _Carrier] = field(default_factory=dict)
    """Where they stand in a stage, too."""
    found: list[Assignment | Sweep | Search] = field(default_factory=list)
    inside: list[Assignment | Sweep | Search] = field(default_factory=list)
    _slots_inside: set[Slot] = field(default_factory=set)
    _uses: dict[int, int] = field(default_factory=dict)  # since it is computed anyway
    _sure: set[int] = field(default_factory=set)  # what is computed anyway

    def later(self) -> _Sharing:
        """A phase that may read what this one has computed, but for its terms."""
        carriers = {
            number: carrier
            for number, carrier in self.carriers.items()
            if carrier[0].slot.bank is not Bank.TERM
        }
        return _Sharing(self.values.later(), self.terms, carriers, dict(carriers))

    # --- Counting ---

    def count(self, block: Block, apart: frozenset[Slot] = frozenset()) -> None:
        """Count the uses of everything in a block, in order; slots `apart` are no values."""
        for each in block:
            if isinstance(each, Assignment):
                self.count_values((each.value,), each.loops)
                if each.target not in apart:
                    self.values.define(each)
            else:
                for inner in assignments((each,)):
                    self._count(inner.value, inner.loops, False)

    def count_values(self, values: Iterable[Expression], loops: Free) -> None:
        """Count the uses in expressions that are computed anyway, within some loops."""
        for value in values:
            self._count(value, loops, True)

    def _count(self, node: Expression, loops: Free, anyway: bool) -> None:
        """Count a use of an expression; of its parts only if it is not there already."""
        number = self.values.number
        number(node)
        stack = [(node, anyway)]
        while stack:
            each, is_sure = stack.pop()
            inner = parts(each)
            if not inner:
                continue
            id_, free, _ = number(each)
            self._uses[id_] = self._uses.get(id_, 0) + 1
            if id_ in self._sure:
                continue
            if is_sure and (not free or set(free) <= set(loops)):
                self._sure.add(id_)
                self._uses[id_] = 1
            pairs = zip(inner, _are_sure(each, len(inner)), strict=True)
            stack += [(part, is_sure and sure) for part, sure in pairs][::-1]

    def _is_shared(self, number: Number, node: Expression, place: _Place) -> bool:
        """Whether a value that is computed anyway is used again, and is worth its memory."""
        if self._uses.get(number.id, 0) < 2 or number.id not in self._sure:
            return False
        is_worth = not number.free or number.cost >= _ARRAY_COST
        return is_worth and _is_term(node) and set(number.free) <= set(place.loops)

    # --- Rewriting ---

    def block(self, step: Block, stage: Block = (), common: _Common = _NOTHING) -> None:
        """Put a block's assignments, with the terms that they need before them."""
        self._slots_inside = {each.target for each in assignments(stage)}
        done = 0
        for each in step:
            match each:
                case Assignment() if id(each) in common.places:
                    at = common.places[id(each)]
                    self.inside += stage[done:at]
                    done = at + 1
                    self._put_in_both(each)
                case Assignment():
                    self.found.append(each if is_held_over(each) else self._assignment(each))
                case _:  # where values change from round to round: nothing is computed beforehand
                    place = _Place((), next(assignments((each,))).span)
                    change = partial(self._rewritten, place=place, anyway=False)
                    self.found.append(
                        *with_assignments((each,), partial(with_value, change=change))
                    )
        self.inside += stage[done:]

    def _assignment(self, each: Assignment) -> Assignment:
        """An assignment of this block alone."""
        value, number = each.value, self.values.number(each.value)
        is_new = _carries(each, number) and self._carried(number) is None
        value = self._rewritten(value, _Place(each.loops, each.span), is_root=is_new)
        if is_new:
            self.carriers[number.id] = Load(each.target, each.indices), number.free
        return replace(each, value=value)

    def _put_in_both(self, each: Assignment) -> None:
        """Put an assignment of a step that stands in its stage, too."""
        value, number = each.value, self.values.number(each.value)
        is_new = _carries(each, number) and self._carried(number, True) is None
        value = self._rewritten(value, _Place(each.loops, each.span, True), is_root=is_new)
        changed = replace(each, value=value)
        self.inside.append(changed)
        before = self._carried(number) if is_new else None
        self.found.append(changed if before is None else replace(each, value=before))
        if is_new:
            carrier = Load(each.target, each.indices), number.free
            self.carriers_inside[number.id] = carrier
            self.carriers.setdefault(number.id, carrier)

    def changes(self, block: Block) -> Block:
        """The changes of stocks, which are computed after a step and after a stage alike."""
        return tuple(
            replace(each, value=self._rewritten(each.value, _Place(each.loops, each.span, True)))
            for each in assignments(block)
        )

    def as_in(self, memory: Memory) -> Change:
        """What rewrites the expressions of a memory, which are computed after the block."""
        return partial(self._rewritten, place=_Place(memory.loops, memory.span))

    def _rewritten(
        self, node: Expression, place: _Place, anyway: bool = True, is_root: bool = False
    ) -> Expression:
        """An expression that reads what is computed already, and terms; a root is no term.

        From the outside to what is known, and back. Itself it does not recurse.
        """
        stack, found = [(node, anyway, False)], list[Expression]()
        while stack:
            each, is_sure, is_back = stack.pop()
            if not is_back:
                known = self._known(each, place.is_inside)
                if known is not None:
                    found.append(known)
                    continue
                inner = parts(each)
                stack.append((each, is_sure, True))
                pairs = zip(inner, _are_sure(each, len(inner)), strict=True)
                stack += [(part, is_sure and sure, False) for part, sure in pairs][::-1]
                continue
            first = len(found) - len(parts(each))
            value = with_parts(each, found[first:])
            if is_sure and not (is_root and each is node):
                number = self.values.number(each)
                if self._is_shared(number, each, place):
                    value = self._term(number, value, place)
            found[first:] = [value]
        return found[0]

    def _known(self, node: Expression, is_inside: bool) -> Expression | None:
        """What reads an expression, if that is simple, or computed already."""
        if isinstance(node, Literal | Time):
            return node
        carried = self._carried(self.values.number(node), is_inside)
        if carried is None and isinstance(node, Load):
            same = self.values.same(node)
            is_there = same.slot.bank is not Bank.AUXILIARY or same.slot in self._slots_inside
            return node if is_inside and not is_there else same
        return carried

    def _carried(self, number: Number, is_inside: bool = False) -> Expression | None:
        """What reads a value where it stands already."""
        carrier = (self.carriers_inside if is_inside else self.carriers).get(number.id)
        if carrier is not None:
            return over(*carrier, number.free)
        leaf = self.values.leaves.get(number.id)
        if leaf is None:
            return None
        node, free = leaf
        return over(node, free, number.free) if isinstance(node, Load) else node

    def _term(self, number: Number, value: Expression, place: _Place) -> Load:
        """A new term, computed here; in a step, it may be read from where it stands."""
        term = self.terms.load(number.id, number.free)
        new = Assignment(term.slot, value, place.span, term.indices)
        if place.is_inside:
            self.inside.append(new)
            self.carriers_inside[number.id] = term, number.free
            before = self._carried(number)
            if before == term:
                return term
            new = new if before is None else replace(new, value=before)
        self.found.append(new)
        self.carriers[number.id] = term, number.free
        return term


def _carries(assignment: Assignment, number: Number) -> bool:
    """Whether what an assignment gives is where its value stands from then on."""
    value = assignment.value
    return (_is_term(value) or isinstance(value, CallAlong)) and set(number.free) == set(
        assignment.loops
    )
