"""Assignments as Python: numpy where numpy says it well, and loops where it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ..program import (
    Assignment,
    Bank,
    Block,
    CallAlong,
    Make,
    Program,
    Search,
    Slot,
    Sweep,
    Tell,
)
from ..source import Span
from ..system import Along, Index, Loop
from .python_expression import PythonExpressions, shape_text
from .python_needs import unused
from .python_page import Page, assigned, remarked
from .python_places import Scope, Turns, read_text, target_text
from .python_text import Atom, Called, Python, flat
from .python_vectors import dimensions, largest_array, vectorises

__all__ = ["Statements"]

# A gathered array of more numbers than this is not made whole: 32 megabytes.
LARGEST = 4_000_000


_At: TypeAlias = Mapping[Loop, Turns]
"""The loops that a sweep counts."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How an assignment runs through its loops: counted by Python, outermost first, or at once."""

    counted: tuple[Loop, ...]
    scope: Scope  # of the target
    subscript: str  # of the target; empty for the whole array


@dataclass(frozen=True, slots=True)
class Statements:
    """Prints blocks of assignments onto a page.

    `units` gives what is remarked of a slot's units.
    """

    program: Program
    python: PythonExpressions
    units: Callable[[Slot], str]
    file: str
    searches: Mapping[tuple[Slot, tuple[Index, ...]], str] = field(default_factory=dict)
    """The names of the searches around a block, by what they seek."""
    numbers: dict[tuple[Slot, int], tuple[str, ...]] = field(default_factory=dict)
    """The lines that assign a number, by the identity of the program's expression."""

    def write(self, page: Page, block: Block, begun: set[Slot] | None = None) -> None:
        """A block, in its order; there is room already for the arrays in `begun`."""
        begun = set() if begun is None else begun
        for each in block:
            match each:
                case Assignment(value=value, indices=()) if not isinstance(value, Tell):
                    self._assign_number(page, each, begun)
                case Assignment():
                    self._begin(page, each, begun, {})
                    self._assign(page, each, begun, {}, 1)
                case Sweep():
                    self._sweep(page, each, begun)
                case Search():
                    self._search(page, each, begun)

    def _search(self, page: Page, search: Search, begun: set[Slot]) -> None:
        """Assignments that are computed until what is sought is found."""
        names = dict[tuple[Slot, tuple[Index, ...]], str]()
        for each in search.start:
            taken = self.python.needs.taken | set(names.values())
            name = unused(f"{self.python.names[each.target]}_search", taken)
            names[each.target, each.indices] = name
            self._begin(page, each, begun, {})
            plan = self._plan(each, {})
            made = self.python.inside(plan.scope).tree(each.value)
            page.assign(assigned(name, made, "    "), self._place(each.span), each.span)
            page.write(f"    {self.python.names[each.target]}{plan.subscript} = {name}.guess")
            begun.add(each.target)
        until = self.python.needs.from_runtime("until_found")
        page.write(f"    for _ in {until}({', '.join(names.values())}):")
        inside = replace(self, searches=names)
        turns = Page()
        inside.write(turns, search.block, begun)
        page.append(turns, "    ")

    def _sweep(self, page: Page, sweep: Sweep, begun: set[Slot]) -> None:
        """Assignments that take turns."""
        nested = _nested(sweep)
        if nested:
            assignment = sweep.turns[0].assignment
            self._begin(page, assignment, begun, {}, nested)
            self._assign(page, assignment, begun, {}, 1, nested)
            return
        name = self._sweep_name()
        turns = [{loop: Turns(name, along) for loop, along in turn.steps} for turn in sweep.turns]
        for turn, at in zip(sweep.turns, turns, strict=True):
            self._begin(page, turn.assignment, begun, at)
        if sweep.rounds > 1:
            page.write(f"    for {name} in range({sweep.rounds}):")
        for turn, at in zip(sweep.turns, turns, strict=True):
            self._assign(page, turn.assignment, begun, at, 2 if sweep.rounds > 1 else 1)

    def _sweep_name(self) -> str:
        names = self.python.loop_names
        return "k" if "k" in names else names[0]

    def _begin(
        self,
        page: Page,
        assignment: Assignment,
        begun: set[Slot],
        at: _At,
        counted: tuple[Loop, ...] = (),
    ) -> None:
        """Room for an array that is not given its value as a whole."""
        slot = assignment.target
        shape = self.program.shape(slot)
        if not shape or slot in begun:
            return
        plan = self._plan(assignment, at, counted)
        if not plan.subscript:  # it is given its value at once
            return
        begun.add(slot)
        self.python.needs.import_("numpy")
        owner = Slot(Bank.STOCK, slot.index) if slot.bank is Bank.CHANGE else slot
        info = self.program.info.get(owner)  # a term has none
        text = shape_text(shape)
        empty = f"np.full({text}, 0.0)" if info and info.holes else f"np.empty({text})"
        if slot.bank is Bank.CONTENTS:
            empty = f"np.empty({text}, dtype=object)"
        page.write(remarked(f"    {self.python.names[slot]} = {empty}", self.units(slot)))

    # --- One assignment ---

    def _assign_number(self, page: Page, assignment: Assignment, begun: set[Slot]) -> None:
        """One number: written once, whichever functions have it."""
        slot, value = assignment.target, assignment.value
        lines = self.numbers.get((slot, id(value)))
        if lines is None:
            first, *rest = self.python.assigned(self.python.names[slot], value)
            lines = (remarked(first, self._remark(assignment, begun)), *rest)
            self.numbers[slot, id(value)] = lines
        page.equation(assignment.span, *lines)

    def _remark(self, assignment: Assignment, begun: set[Slot]) -> str:
        """The units of what is assigned, unless they stand where it begins, and its place."""
        place = self._place(assignment.span)
        units = "" if assignment.target in begun else self.units(assignment.target)
        return f"{units}, {place}" if units else place

    def _plan(self, assignment: Assignment, at: _At, first: tuple[Loop, ...] = ()) -> _Plan:
        """As much at once as can be; the loops of `first` are counted all the same."""
        value = assignment.value
        if isinstance(value, Tell) or (isinstance(value, Make) and value.made.is_search):
            plan = self._counting((), assignment, at)
            assert plan is not None
            return plan
        if first:
            loops = tuple(loop for loop in assignment.loops if loop not in first)
            at_once = self._counting(first, assignment, at) if vectorises(value, loops) else None
            plan = at_once or self._counting((*first, *loops), assignment, at)
            assert plan is not None
            return plan
        loops = tuple(loop for loop in assignment.loops if loop not in at)
        if isinstance(value, CallAlong):
            counted = tuple(loop for loop in loops if loop not in value.loops)
            plan = self._counting(counted, assignment, at)
            return plan or self._counting_all(assignment, at)
        outer = 0
        while outer < len(loops) and largest_array(value, loops[outer:]) > LARGEST:
            outer += 1
        plan = None
        if vectorises(value, loops[outer:]):
            plan = self._counting(loops[:outer], assignment, at)
        return plan or self._counting_all(assignment, at)

    def _counting(self, counted: tuple[Loop, ...], assignment: Assignment, at: _At) -> _Plan | None:
        """A plan that counts some loops; None if one subscript cannot say where to write then."""
        used = {turns.name for turns in at.values()}
        names = (name for name in self.python.loop_names if name not in used)
        # A loop of one turn needs no counting: its place is a number.
        turns = {loop: Turns(next(names), range(len(loop))) for loop in counted}
        around = (loop for loop in assignment.loops if loop not in at and loop not in counted)
        scope = Scope({**at, **turns}, tuple(around))
        shape = self.program.shape(assignment.target)
        subscript = target_text(assignment.indices, shape, scope, self.python.needs)
        return None if subscript is None else _Plan(counted, scope, subscript)

    def _counting_all(self, assignment: Assignment, at: _At) -> _Plan:
        loops = tuple(loop for loop in assignment.loops if loop not in at)
        plan = self._counting(loops, assignment, at)
        assert plan is not None
        return plan

    def _assign(
        self,
        page: Page,
        assignment: Assignment,
        begun: set[Slot],
        at: _At,
        depth: int,
        counted: tuple[Loop, ...] = (),
    ) -> None:
        """One assignment, in its loops."""
        plan, slot, span = self._plan(assignment, at, counted), assignment.target, assignment.span
        remark = self._remark(assignment, begun)
        indent = "    " * depth
        for loop in plan.counted:
            if len(loop) > 1:
                head = f"{indent}for {plan.scope.turns[loop].name} in range({len(loop)}):"
                page.equation(span, remarked(head, remark))
                indent, remark = f"{indent}    ", ""
        value = self._value(assignment, plan)
        target = f"{self.python.names[slot]}{plan.subscript}"
        page.assign(assigned(target, value, indent), remark, span)

    def _value(self, assignment: Assignment, plan: _Plan) -> Python:
        value, layout = assignment.value, plan.scope.layout
        if isinstance(value, CallAlong):
            return self._row(value, plan.scope)
        if isinstance(value, Tell):
            told = self.python.inside(plan.scope).tree(value.value)
            search = self.searches[assignment.target, assignment.indices]
            return Called(f"{search}.next", (told,))
        tree = self.python.inside(plan.scope).tree(value)
        if plan.subscript or dimensions(value, layout) >= set(layout):
            return tree
        shape = shape_text(self.program.shape(assignment.target))
        self.python.needs.import_("numpy")
        return Called("np.full", (Atom(shape), tree))

    def _row(self, value: CallAlong, scope: Scope) -> Python:
        """What a function gives along its loops; the element of it, where these are counted."""
        needs = self.python.needs
        called = self.python.inside(Scope(scope.turns)).tree(value)
        if not any(loop in scope.turns for loop in value.loops):
            return called
        indices = tuple(Along(loop, range(len(loop))) for loop in value.loops)
        shape = tuple(map(len, value.loops))
        return Atom(read_text(flat(called), indices, shape, scope, needs))

    def _place(self, span: Span) -> str:
        """Where an equation stands; what the compiler supplies stands nowhere."""
        return f"{self.file}:{span.line}" if span.end > span.start else "by default"


def _nested(sweep: Sweep) -> tuple[Loop, ...]:
    """The loops, two or more, of a sweep that is one equation in the order of its elements.

    Outermost first; none if it is anything else.
    """
    first, *others = sweep.turns
    if others or len(first.steps) < 2:
        return ()
    loops = tuple(loop for loop, _ in first.steps)
    stride = sweep.rounds
    for loop, along in first.steps:
        stride, rest = divmod(stride, len(loop))
        if rest or any(at != turn // stride % len(loop) for turn, at in enumerate(along)):
            return ()
    return loops if stride == 1 else ()
