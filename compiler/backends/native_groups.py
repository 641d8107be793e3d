"""What is computed at one time, cut into groups, as Python that numba compiles.

Numbers that follow one another are one group: its values are local variables, and those that
somebody else reads are written back. Each equation of an array is a group of its own, in loops.
Of runs side by side, the loop over these is the innermost one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TypeAlias

from ..program import (
    Assignment,
    Bank,
    Block,
    CallAlong,
    Draw,
    Expression,
    Load,
    Program,
    Slot,
    Sweep,
    Turn,
    assignments,
    loads,
)
from ..system import Along, Index, Loop, places
from .native_expression import COUNTERS, NativeExpressions, Writer
from .native_layout import CHECK, Counted, Layout, Turns, linear
from .native_sources import Constants, Sources
from .native_watch import watched_slots

__all__ = ["Groups", "Phase"]

ARGUMENTS = "w, f, g, tx, ty, tat, sx, sy, sat, sway, h, gi, time, k, run, seed, noise_seed"
"""What is given to the functions that groups are, if there are many."""

_MOST_TOGETHER = 80
_WORD = re.compile(r"[a-z_]\w*")

_Item: TypeAlias = Assignment | Sweep


@dataclass(frozen=True, slots=True)
class Phase:
    """What is computed at one time.

    Attributes:
        name: of the functions, if it has its own.
        block: the assignments, in order.
        own: the slots that are read from `w`.
        kept: those that somebody reads when the block is done.
        begins: whether this is before the first step, where every operation is watched.
        saved: where a result goes that a group saves by itself, at save times.
        into: the stocks that changes go into at once, where that is Euler's method.
    """

    name: str
    block: Block
    own: frozenset[Slot]
    kept: frozenset[Slot]
    begins: bool = False
    saved: Mapping[Slot, str] = field(default_factory=dict)
    into: Mapping[Slot, Slot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Groups:
    """Prints phases of one program.

    Args:
        prefix: what the names of functions begin with.
        program: what is computed.
        layout: where its numbers stand.
        lanes: how many runs are computed side by side.
        names: of slots, for the reader.
        sources: where it reads what is not its own.
        constants: of the module.
        apart: whether each group is a function.
        own_streams: whether each run draws random numbers of its own.
        noise_seed: the seed of stream 0, where it may differ from run to run.
    """

    prefix: str
    program: Program
    layout: Layout
    lanes: int
    names: Mapping[Slot, str]
    sources: Sources
    constants: Constants
    apart: bool
    own_streams: bool
    noise_seed: Slot | None

    def write(self, body: Writer, phase: Phase) -> list[str]:
        """Write what computes a phase; the functions that this calls are returned as lines."""
        functions: list[str] = []
        groups = list(_cut(phase.block))
        readers = _readers(groups)
        watched = frozenset[Slot]() if phase.begins else watched_slots(self.program, phase.block)
        for number, items in enumerate(groups):
            others = {slot for slot, who in readers.items() if who - {number}}
            group = _Group(self, phase, items, frozenset(others) | phase.kept, watched)
            if not self.apart:
                group.write(body)
                continue
            name = f"{self.prefix}_{phase.name}_{number}"
            out = Writer()
            group.write(out)
            functions += ["", "", "@compiled", f"def {name}({ARGUMENTS}):", *out.lines]
            body.write(f"{name}({ARGUMENTS})")
        return functions

    def element(self, slot: Slot, indices: tuple[Index, ...], turns: Turns, base: int) -> str:
        """The number of an element in a vector where the slot begins at a place."""
        constant, more = linear(indices, self.program.shape(slot), turns)
        parts = [
            (f"{first} * {name}" if first != 1 else name)
            if isinstance(first, int)
            else f"{self.constants.places(first)}[{name}]"
            for first, name in more
        ]
        return " + ".join((str(base + constant), *parts))

    def number(self, place: str) -> str:
        """A number of `w`, of the present lane."""
        if self.lanes == 1:
            return f"w[{place}]"
        if place.isdigit():
            return f"w[{int(place) * self.lanes} + r]"
        return f"w[({place}) * {self.lanes} + r]"


def _cut(block: Block) -> Iterator[tuple[_Item, ...]]:
    """The groups of a block, in order."""
    together: list[_Item] = []
    for each in block:
        assert isinstance(each, Assignment | Sweep)
        if isinstance(each, Assignment) and not each.loops:
            together.append(each)
            if len(together) == _MOST_TOGETHER:
                yield tuple(together)
                together = []
            continue
        if together:
            yield tuple(together)
            together = []
        yield (each,)
    if together:
        yield tuple(together)


def _readers(groups: Sequence[tuple[_Item, ...]]) -> Mapping[Slot, set[int]]:
    """The groups that load each slot."""
    found: dict[Slot, set[int]] = defaultdict(set)
    for number, items in enumerate(groups):
        for each in assignments(items):
            for slot in loads(each.value):
                found[slot].add(number)
    return found


class _Group:
    """Prints the assignments of one group."""

    def __init__(
        self,
        groups: Groups,
        phase: Phase,
        items: tuple[_Item, ...],
        kept: frozenset[Slot],
        watched: frozenset[Slot],
    ) -> None:
        self.groups = groups
        self.phase = phase
        self.items = items
        self.kept = kept
        self.watched = watched
        self.locals: dict[Slot, str] = {}
        self.of_lane: set[str] = {"r", "check"}
        self.before = Writer()
        self.inside = Writer()
        self.count = 0
        self.scratch = 0
        self.printer = NativeExpressions(
            out=self.inside,
            read=self.read,
            fresh=self.fresh,
            tables=self.tables,
            place=self.element_of,
            key=self.key,
            lane="(run + r)" if groups.own_streams and groups.lanes > 1 else "run",
            scratch=self.room,
            whole=self.whole,
            called=groups.constants.called,
        )

    def write(self, body: Writer) -> None:
        """Write the lines of the group."""
        self.before.depth = body.depth
        if self.is_of_numbers:
            self._numbers(body)
        else:
            for each in self.items:
                self._array(body, each)

    @property
    def is_of_numbers(self) -> bool:
        """Whether every assignment is of one number."""
        return all(isinstance(each, Assignment) and not each.loops for each in self.items)

    # --- Numbers ---

    def _numbers(self, body: Writer) -> None:
        """Assignments of one number each, in local variables."""
        lanes = self.groups.lanes
        self.inside.depth = body.depth + (lanes > 1)
        self._load()
        self._begin_check()
        mark = len(self.inside.lines)
        stored: list[str] = []
        saved: list[str] = []
        for each in self.items:
            assert isinstance(each, Assignment)
            self._number(each, stored, saved)
        if saved:
            with self.inside.block("if saves[k]:"):
                self.inside.write(*saved)
        self.inside.write(*stored)
        self._end_check(mark)
        self._append(body)

    def _load(self) -> None:
        """Read what is not an element of an array once, before anything else."""
        assigned: set[Slot] = set()
        for each in assignments(self.items):
            for slot in loads(each.value):
                if slot in assigned or slot in self.locals or slot.bank is Bank.TABLE:
                    continue
                if not self.groups.program.shape(slot) and slot.bank is not Bank.LIST:
                    name = self.name_of(slot)
                    vector, place = self.where(slot)
                    if vector == "w":
                        self.inside.write(f"{name} = {self.groups.number(str(place))}")
                        self.of_lane.add(name)
                    else:
                        at = f"gi + {place}" if vector == "g" else str(place)
                        self.before.write(f"{name} = {vector}[{at}]")
                    self.locals[slot] = name
            if not self.groups.program.shape(each.target):
                assigned.add(each.target)

    def _number(self, each: Assignment, stored: list[str], saved: list[str]) -> None:
        target, groups = each.target, self.groups
        watched = target in self.watched
        text = self.printer.number(each.value, {}, watched=watched or not self.phase.begins)
        name = self.name_of(target)
        self.of_lane.add(name)
        self.inside.write(f"{name} = {text}{self._remark(each)}")
        if not (watched or self.phase.begins):
            self.printer.check(name)
        if each.indices:
            place = groups.element(target, each.indices, {}, groups.layout.places[target])
            self.inside.write(f"{groups.number(place)} = {name}")
            return
        self.locals[target] = name
        stock = self.phase.into.get(target)
        if stock is not None:
            place = str(groups.layout.places[stock])
            now = self.locals.get(stock, groups.number(place))
            stored.append(f"{groups.number(place)} = {now} + dt * {name}")
        elif target in self.kept:
            place = str(groups.layout.places[target])
            stored.append(f"{groups.number(place)} = {name}")
        if target in self.phase.saved:
            saved.append(f"{self.phase.saved[target]} = {name}")

    # --- Arrays ---

    def _array(self, body: Writer, item: _Item) -> None:
        """An equation of an array, or equations that take turns."""
        lanes = self.groups.lanes
        if lanes == 1:
            self.inside.depth = body.depth
            self._load()
            self._begin_check()
        mark = len(self.inside.lines)
        self.inside.depth = body.depth
        match item:
            case Assignment():
                self._looped(item, {})
            case Sweep(rounds, turns):
                counter = "z0"
                with self.inside.block(f"for {counter} in range({rounds}):"):
                    for turn in turns:
                        self._looped(turn.assignment, _turns_of(turn, counter))
        self.inside.depth = body.depth
        if lanes == 1:
            self._end_check(mark)
        body.lines += [*self.before.lines, *self.inside.lines]
        self.before.lines.clear()
        self.inside.lines.clear()

    def _looped(self, each: Assignment, around: Turns) -> None:
        """One assignment in its loops; the lanes innermost."""
        groups, out = self.groups, self.inside
        if isinstance(each.value, CallAlong):
            self._along(each, each.value, around)
            return
        loops = [loop for loop in each.loops if loop not in around]
        turns = {**around, **{
            loop: Counted(name, range(len(loop)))
            for loop, name in zip(loops, COUNTERS, strict=False)
        }}  # fmt: skip
        depth = out.depth
        for loop in loops:
            out.write(f"for {turns[loop].name} in range({len(loop)}):")
            out.depth += 1
        if groups.lanes > 1:
            out.write(f"for r in range({groups.lanes}):")
            out.depth += 1
            self._begin_check()
        mark = len(out.lines)
        target = each.target
        watched = target in self.watched and not around
        text = self.printer.number(each.value, turns, watched=watched or not self.phase.begins)
        place = groups.element(target, each.indices, turns, groups.layout.places[target])
        if watched or self.phase.begins:
            out.write(f"{groups.number(place)} = {text}{self._remark(each)}")
        else:
            name = self.fresh("t")
            out.write(f"{name} = {text}{self._remark(each)}")
            self.printer.check(name)
            out.write(f"{groups.number(place)} = {name}")
        if groups.lanes > 1:
            self._end_check(mark)
        out.depth = depth

    def _along(self, each: Assignment, call: CallAlong, around: Turns) -> None:
        """A function that gives an array over the last loops, into scratch, and from there."""
        groups, out = self.groups, self.inside
        assert groups.lanes == 1, "arrays for functions are computed run by run"
        assert call.function.native is not None
        loops = [loop for loop in each.loops if loop not in around and loop not in call.loops]
        turns = {**around, **{
            loop: Counted(name, range(len(loop)))
            for loop, name in zip((*loops, *call.loops), COUNTERS, strict=False)
        }}  # fmt: skip
        depth = out.depth
        for loop in loops:
            out.write(f"for {turns[loop].name} in range({len(loop)}):")
            out.depth += 1
        size = prod(map(len, call.loops))
        start = self.room(size)
        outside = {loop: turn for loop, turn in turns.items() if loop not in call.loops}
        texts = self.printer.arguments(call.function, call.operands, outside)
        named = {"out": f"h, {start}"}
        out.write(self.printer.template(call.function.native, texts, named))
        stride = size
        parts = []
        for loop in call.loops:
            stride //= len(loop)
            counter = turns[loop].name
            out.write(f"for {counter} in range({len(loop)}):")
            out.depth += 1
            parts.append(f"{stride} * {counter}")
        name = self.fresh("t")
        out.write(f"{name} = h[{' + '.join((str(start), *parts))}]")
        self.printer.check(name)
        place = groups.element(each.target, each.indices, turns, groups.layout.places[each.target])
        out.write(f"{groups.number(place)} = {name}")
        out.depth = depth

    # --- What is read ---

    def where(self, slot: Slot) -> tuple[str, int]:
        """The vector that a slot is read from, and its place there."""
        groups = self.groups
        if slot in self.phase.own:
            return "w", groups.layout.places[slot]
        if slot in groups.sources.fixed:
            return "f", groups.sources.fixed[slot]
        return "g", groups.sources.given[slot]

    def read(self, load: Load, turns: Turns) -> str:
        """The text of a number in a slot."""
        slot, groups = load.slot, self.groups
        if slot in self.locals and not load.indices:
            return self.locals[slot]
        if slot.bank is Bank.LIST:
            name = groups.constants.numbers(slot.index)
            return f"{name}[{groups.element(slot, load.indices, turns, 0)}]"
        vector, base = self.where(slot)
        place = groups.element(slot, load.indices, turns, base)
        match vector:
            case "w":
                return groups.number(place)
            case "g":
                return f"g[gi + {place}]"
            case _:
                return f"f[{place}]"

    def whole(self, value: Expression, loops: tuple[Loop, ...]) -> str | None:
        """Where an array stands that is all of a slot, in its order; None if it does not."""
        if not isinstance(value, Load) or self.groups.lanes > 1:
            return None
        shape = self.groups.program.shape(value.slot)
        is_all = tuple(Along(loop, range(len(loop))) for loop in loops) == value.indices
        if not is_all or shape != tuple(map(len, loops)) or value.slot.bank is Bank.LIST:
            return None
        vector, place = self.where(value.slot)
        return f"{vector}, gi + {place}" if vector == "g" else f"{vector}, {place}"

    def tables(self, load: Load, turns: Turns) -> str:
        """The arguments that stand for a lookup, or a series."""
        sources, groups = self.groups.sources, self.groups
        if load.slot in sources.tables:
            number = groups.element(load.slot, load.indices, turns, sources.tables[load.slot])
            return f"tx, ty, tat[{number}], tat[{number} + 1]"
        number = groups.element(load.slot, load.indices, turns, sources.series[load.slot])
        return f"sx, sy, sat[{number}], sat[{number} + 1], sway[{number}]"

    def element_of(self, draw: Draw, turns: Turns) -> str:
        """The number of the element that is drawn for."""
        if not draw.element:
            return "0"
        constant, more = linear(draw.element, draw.shape, turns)
        parts = [
            f"{first} * {name}"
            if isinstance(first, int)
            else f"{self.groups.constants.places(first)}[{name}]"
            for first, name in more
        ]
        return f"({' + '.join((str(constant), *parts))})"

    def key(self, stream: str) -> str:
        """The key of a stream: computed before the lanes, unless it differs from lane to lane."""
        self.groups.constants.called.add("stream_key")
        k0, k1 = self.fresh("key"), self.fresh("key")
        noise_seed = self._noise_seed()
        line = f"{k0}, {k1} = stream_key(seed, {noise_seed}, {stream}, run)"
        read = f"{noise_seed} {stream}"
        is_shared = not (self.of_lane.intersection(_WORD.findall(read)) or "w[" in read)
        out = self.before if is_shared and self._before_is_open else self.printer.out
        out.write(line)
        return f"{k0}, {k1}"

    def _noise_seed(self) -> str:
        """The text of the seed of stream 0: a lane's own where it differs from run to run."""
        slot = self.groups.noise_seed
        if slot is None or slot not in self.phase.own:
            return "noise_seed"
        return self.read(Load(slot), {})

    @property
    def _before_is_open(self) -> bool:
        """Whether what is written before the lanes is before all that it reads."""
        return self.groups.lanes > 1 and all(
            isinstance(each, Assignment) and not each.loops for each in self.items
        )

    # --- Little things ---

    def name_of(self, slot: Slot) -> str:
        """The local variable of a slot."""
        return f"v_{self.groups.names[slot]}"

    def fresh(self, kind: str) -> str:
        """A name that nothing else in the group has."""
        self.count += 1
        return f"{kind}{self.count}_"

    def room(self, size: int) -> int:
        """The place of so many numbers in `h`."""
        self.scratch += size
        self.groups.constants.scratch = max(self.groups.constants.scratch, self.scratch)
        return self.scratch - size

    def _begin_check(self) -> None:
        self.printer.checks = False
        self.inside.write(f"check = {self.groups.number(str(CHECK))}")

    def _end_check(self, mark: int) -> None:
        """Keep the check, or take it back where nothing was watched."""
        if self.printer.checks:
            self.inside.write(f"{self.groups.number(str(CHECK))} = check")
        else:
            start = self.inside.lines[mark - 1]
            assert start.strip().startswith("check = ")
            del self.inside.lines[mark - 1]

    def _append(self, body: Writer) -> None:
        body.lines += self.before.lines
        if self.groups.lanes > 1:
            body.write(f"for r in range({self.groups.lanes}):")
        body.lines += self.inside.lines

    def _remark(self, each: Assignment) -> str:
        span = each.span
        if not span.text:
            return ""
        return f"  # line {span.location.line}"


def _turns_of(turn: Turn, counter: str) -> dict[Loop, Counted]:
    return {loop: Counted(counter, places(along)) for loop, along in turn.steps}
