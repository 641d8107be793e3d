"""One program as a function that numba compiles: a run from its start to its end.

It computes several runs side by side, in lanes, and one block of them after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import prod

from s3c.runtime import Method

from ..program import (
    FIXED,
    Assignment,
    Bank,
    Block,
    Load,
    Memory,
    Program,
    Slot,
    noise_seed_of,
    whole,
)
from ..program import assignments as assignments_of
from .native_expression import COUNTERS, Writer
from .native_groups import Groups, Phase
from .native_layout import CHECK, Counted, Layout, Turns, assigned
from .native_methods import AUTO, EVALUATIONS, ROOM
from .native_sources import Constants, Sources

__all__ = ["Column", "Kernel"]

_MOST_HALVINGS = 10

_SHORT = 160
"""The most assignments that stand in one function."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where the numbers of a saved slot stand among those of a save time."""

    slot: Slot
    first: int
    size: int


@dataclass(frozen=True, slots=True)
class Kernel:
    """A program, and how it is to be computed.

    Attributes:
        name: of the function.
        program: with `with_inputs`.
        layout: of that; what is given to each run stands first.
        parameters: how many numbers that is.
        memories: the places of those that it has.
        method: how stocks are integrated; a key of `EVALUATIONS`.
        lanes: how many runs are computed side by side.
        names: of slots, for the reader.
        sources: where it reads what it does not compute.
        width_given: how many numbers `g` has for each time.
        writes: whether it writes what `sources.given` says to `g`, or reads it there.
        tolerances: of a method that halves its steps: where they stand, or what they are.
        columns: what it saves.
        single: whether results are rows, of one run, or columns of many.
        own_streams: whether each run draws random numbers of its own.
        constants: of the module.
    """

    name: str
    program: Program
    layout: Layout
    parameters: int
    memories: tuple[int, ...]
    method: Method
    lanes: int
    names: Mapping[Slot, str]
    sources: Sources
    width_given: int
    writes: bool
    columns: tuple[Column, ...]
    single: bool
    own_streams: bool
    constants: Constants
    tolerances: tuple[Slot | float, Slot | float] = (0.0, 0.0)

    def lines(self) -> list[str]:
        """The text of its functions."""
        return _Printer(self).lines()


class _Printer:
    """Prints a kernel."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.program, self.layout, self.lanes = kernel.program, kernel.layout, kernel.lanes
        self.functions: list[str] = []
        self.body = Writer()
        self.apart = sum(1 for _ in assigned(self.program)) > _SHORT
        self.groups = Groups(
            kernel.name,
            self.program,
            self.layout,
            self.lanes,
            kernel.names,
            kernel.sources,
            kernel.constants,
            self.apart,
            kernel.own_streams,
            None if kernel.single else noise_seed_of(self.program),
        )
        self.own = _own(self.program, self.layout, kernel.parameters)
        # What a group that is not a function by itself saves from its local variables.
        self.at_once: Mapping[Slot, str] = {}
        if kernel.single and not self.apart:
            computed = {each.target for each in _all(self.program.step)}
            self.at_once = {
                each.slot: f"out[row * stride + {each.first}]"
                for each in kernel.columns
                if each.slot in computed and not self.program.shape(each.slot)
            }

        self.kept = self._kept()

    def lines(self) -> list[str]:
        """The whole text."""
        self._run()
        head = [
            "@compiled",
            f"def {self.kernel.name}(",
            "    values, n_runs, first, last, run0, w, f, g,",
            "    tx, ty, tat, sx, sy, sat, sway, m, mat, h,",
            "    times, saves, rows, dt, seed, noise_seed, out, failed, stride,",
            "):",
        ]
        return [*self.functions, "", "", *head, *self.body.lines]

    def _kept(self) -> frozenset[Slot]:
        """The slots that are read when the block that sets them is done."""
        program = self.program
        kept = {each.slot for each in self.kernel.columns} - self.at_once.keys()
        if self.kernel.writes:
            kept |= self.kernel.sources.given.keys()
        kept |= {each.target for each in _all(program.stage) if _is_held(each)}
        kept |= {each.target for each in _all(program.changes)}
        for memory in (program.memories[place] for place in self.kernel.memories):
            kept |= {one.slot for one in (*memory.start, *memory.inputs) if isinstance(one, Load)}
        return frozenset(kept)

    def _phase(self, name: str, block: Block, **more: object) -> None:
        phase = Phase(name, block, self.own, self.kept)
        self.functions += self.groups.write(self.body, replace(phase, **more))  # type: ignore[arg-type]

    @contextmanager
    def _loop(self, counter: str, end: int | str) -> Iterator[None]:
        with self.body.block(f"for {counter} in range({end}):"):
            yield

    # --- The run ---

    def _run(self) -> None:
        body, lanes = self.body, self.lanes
        body.write("half = dt / 2.0", "sixth = dt / 6.0")
        with body.block(f"for start in range(first, last, {lanes}):"):
            run = "run0 + start" if self.kernel.own_streams else "run0"
            body.write(f"count = min({lanes}, last - start)", f"run = {run}")
            self._begin()
            body.write("row = 0")
            with self._loop("k", "len(times)"):
                self._step()
            self._end()
        body.write("return 0")

    def _begin(self) -> None:
        """What a run is given, and its first values."""
        body, lanes, program = self.body, self.lanes, self.program
        with self._loop("j", self.kernel.parameters), self._loop("r", lanes):
            value = "values[j * n_runs + start + min(r, count - 1)]"
            body.write(f"w[(j + 1) * {lanes} + r] = {value}")
        with self._loop("r", lanes):
            body.write(f"w[{CHECK} + r] = 0.0")
        body.write("time = times[0]", "k = 0", "gi = 0")
        # Before the first step, what is shared and changes is computed once more.
        own = frozenset(self.layout.places)
        every = frozenset(each.target for each in assigned(program))
        block = (*program.constants, *program.initial)
        self._phase("begin", block, own=own, kept=every, begins=True)
        self._start_memories()
        end = self._end_of_start()
        self._watch(1, end)

    def _end_of_start(self) -> int:
        """Where in `w` what is known at the start ends: what is fixed, and stocks."""
        layout = self.layout
        if layout.stocks:
            return layout.first_change
        ends = [
            place + prod(self.program.shape(slot))
            for slot, place in layout.places.items()
            if slot.bank in FIXED
        ]
        return max((*ends, self.kernel.parameters + 1))

    def _watch(self, first: int, end: int) -> None:
        with self._loop("i", f"{first}, {end}"), self._loop("r", self.lanes):
            self.body.write(f"w[{CHECK} + r] += w[i * {self.lanes} + r] * 0.0")

    def _step(self) -> None:
        """All of one time, and the way to the next."""
        body, program, columns = self.body, self.program, self.kernel.columns
        body.write("time = times[k]")
        self._row_of_given(0)
        self._read_memories()
        stocks = [each for each in columns if each.slot.bank is Bank.STOCK]
        if stocks:
            with body.block("if saves[k]:"):
                for each in stocks:
                    self._save(each)
        into = {}
        if self._takes_at_once():
            into = {
                each.target: Slot(Bank.STOCK, each.target.index) for each in _all(program.changes)
            }
        self._phase("step", (*program.step, *program.changes), saved=self.at_once, into=into)
        if columns:
            with body.block("if saves[k]:"):
                for each in columns:
                    if each.slot.bank is not Bank.STOCK and each.slot not in self.at_once:
                        self._save(each)
                body.write("row += 1")
        self._write_given()
        if not into:
            self._advance()
        self._advance_memories()

    def _takes_at_once(self) -> bool:
        """Whether changes go into stocks in the very group that computes them."""
        return (
            self.kernel.method in (Method.EULER, Method.DIFFERENCE)
            and not self.kernel.writes
            and not self.apart
            and all(
                isinstance(each, Assignment) and not each.indices for each in self.program.changes
            )
            and not any(each.loops for each in _all(self.program.step))
            and sum(1 for _ in _all((*self.program.step, *self.program.changes))) <= 80
        )

    def _end(self) -> None:
        """Look at the stocks once, at the end: they have passed on what was not finite."""
        layout = self.layout
        if layout.stocks:
            self._watch(layout.first_stock, layout.first_change)
        with self._loop("r", "count"):
            self.body.write(f"failed[start + r] = w[{CHECK} + r] != 0.0")

    def _save(self, column: Column) -> None:
        """Copy what a slot holds to the results."""
        body, lanes, first = self.body, self.lanes, column.first
        place = self.layout.places[column.slot]
        if self.kernel.single:
            row = "row * stride"
            if column.size == 1:
                body.write(f"out[{row} + {first}] = w[{place}]")
                return
            with self._loop("i", column.size):
                body.write(f"out[{row} + {first} + i] = w[{place} + i]")
            return
        with self._loop("i", column.size), self._loop("r", "count"):
            there = f"(({first} + i) * rows + row) * n_runs + start + r"
            body.write(f"out[{there}] = w[({place} + i) * {lanes} + r]")

    # --- What is shared, and changes from time to time ---

    def _row_of_given(self, evaluation: int) -> None:
        kernel = self.kernel
        if kernel.width_given:
            every = EVALUATIONS[kernel.method]
            self.body.write(f"gi = (k * {every} + {evaluation}) * {kernel.width_given}")

    def _write_given(self) -> None:
        if not self.kernel.writes:
            return
        for slot, column in self.kernel.sources.given.items():
            if slot in self.layout.places:
                with self._loop("i", prod(self.program.shape(slot))):
                    place = self.layout.places[slot]
                    self.body.write(f"g[gi + {column} + i] = w[{place} + i]")

    # --- Integration ---

    def _advance(self) -> None:
        """Stocks a time step later."""
        if not (self.layout.moving or self.kernel.writes):
            return
        method = self.kernel.method
        if method in AUTO:
            self._halved(*AUTO[method])
        else:
            self._formula(method, "times[k]", "dt")

    def _along(self, *lines: str) -> None:
        """Lines for each stock, whose number is i."""
        with self._loop("i", self.layout.moving * self.lanes):
            self.body.write(*lines)

    def _room(self, number: int) -> int:
        """Where room for as many numbers as there are stocks begins."""
        return (self.layout.width + number * self.layout.moving) * self.lanes

    def _formula(self, method: Method, now: str, length: str) -> None:
        """Stocks after a time, by a formula; changes at its beginning are there."""
        layout, lanes = self.layout, self.lanes
        s, d = layout.first_stock * lanes, layout.first_change * lanes
        before, k1, k2, k3 = map(self._room, range(4))
        match method:
            case Method.RK2:
                self._along(f"w[{before} + i] = w[{s} + i]", _moved(s, before, "half", d))
                self._stage(1, f"{now} + half")
                self._along(_moved(s, before, length, d))
            case Method.RK4:
                self._along(
                    f"w[{before} + i] = w[{s} + i]",
                    f"w[{k1} + i] = w[{d} + i]",
                    _moved(s, before, "half", d),
                )
                self._stage(1, f"{now} + half")
                self._along(f"w[{k2} + i] = w[{d} + i]", _moved(s, before, "half", d))
                self._stage(2, f"{now} + half")
                self._along(f"w[{k3} + i] = w[{d} + i]", _moved(s, before, length, d))
                self._stage(3, f"{now} + {length}")
                inner = f"2.0 * (w[{k2} + i] + w[{k3} + i])"
                sum_ = f"w[{k1} + i] + {inner} + w[{d} + i]"
                self._along(f"w[{s} + i] = w[{before} + i] + sixth * ({sum_})")
            case _:
                self._along(_moved(s, s, length, d))

    def _halved(self, method: Method, order: int) -> None:
        """Stocks after a step in as few equal parts as the tolerances ask for.

        Where these are not met, or a part leads where an equation has no value, Python makes the
        run: it tells of both.
        """
        body, layout = self.body, self.layout
        s, d = layout.first_stock, layout.first_change
        start, first, coarse = (self._room(ROOM[method] + number) for number in range(3))
        self.kernel.constants.called.update(("are_tolerances", "worst_excess"))
        absolute, relative = map(self._tolerance, self.kernel.tolerances)
        share = repr(1.0 - 0.5**order)
        self._along(f"w[{start} + i] = w[{s} + i]", f"w[{first} + i] = w[{d} + i]")
        body.write(f"is_met = not are_tolerances({absolute}, {relative})")
        with body.block("if is_met:"):
            body.write(f"w[{CHECK}] = math.nan")
        with self._loop("halvings", _MOST_HALVINGS + 1):
            with body.block("if is_met:"):
                body.write("break")
            body.write("parts = 1 << halvings", "length = dt / parts")
            body.write("half = length / 2.0", "sixth = length / 6.0")
            self._along(f"w[{s} + i] = w[{start} + i]", f"w[{d} + i] = w[{first} + i]")
            with self._loop("part", "parts"):
                body.write("now = times[k] + part * length")
                with body.block("if part > 0:"):
                    self._stage(0, "now")
                self._formula(method, "now", "length")
            with body.block("if halvings > 0:"):
                excess = (
                    f"worst_excess(w, {start}, {coarse}, {s}, {layout.moving},"
                    f" {absolute} * {share}, {relative} * {share})"
                )
                with body.block(f"if {excess} <= 1.0:"):
                    body.write("is_met = True")
            with body.block("if not is_met:"):
                self._along(f"w[{coarse} + i] = w[{s} + i]")
        self._along(f"w[{s} + i] = w[{coarse} + i]")
        with body.block("if not is_met:"):
            body.write(f"w[{CHECK}] = math.nan")

    def _tolerance(self, tolerance: Slot | float) -> str:
        if isinstance(tolerance, Slot):
            return f"w[{self.layout.places[tolerance]}]"
        return repr(tolerance)

    def _stage(self, evaluation: int, time: str) -> None:
        """Changes inside a step: what is held over it keeps its place, and so its value."""
        self.body.write(f"time = {time}")
        self._row_of_given(evaluation)
        program = self.program
        block = (*(each for each in program.stage if not _is_held(each)), *program.changes)
        self._phase(f"stage{evaluation}", block)
        self._write_given()

    # --- Memories ---

    @property
    def _memories(self) -> Iterator[tuple[int, Memory]]:
        return ((place, self.program.memories[place]) for place in self.kernel.memories)

    @contextmanager
    def _memory(self, place: int, memory: Memory) -> Iterator[tuple[str, str, Turns]]:
        """Within the loops of a memory: where it stands in `m`, and what counts the loops."""
        turns = {
            loop: Counted(name, range(len(loop)))
            for loop, name in zip(memory.loops, COUNTERS, strict=False)
        }
        before = (self.program.memories[each] for each in self.kernel.memories if each < place)
        first = sum(prod(map(len, each.loops)) for each in before)
        slot = Slot(Bank.MEMORY, place)
        number = self.groups.element(slot, whole(memory.loops), turns, first)
        depth = self.body.depth
        for loop in memory.loops:
            self.body.write(f"for {turns[loop].name} in range({len(loop)}):")
            self.body.depth += 1
        yield f"mat[2 * ({number})]", f"mat[2 * ({number}) + 1]", turns
        self.body.depth = depth

    def _taken(self, memory: tuple[object, ...], turns: Turns) -> str:
        texts = []
        for each in memory:
            assert isinstance(each, Load)
            place = self.layout.places[each.slot]
            texts.append(f"w[{self.groups.element(each.slot, each.indices, turns, place)}]")
        return ", ".join(texts)

    def _call(self, memory: Memory, what: str, arguments: str) -> str:
        name = f"{memory.kind.native}_{what}"
        self.kernel.constants.called.add(name)
        return f"{name}({arguments})"

    def _start_memories(self) -> None:
        """Set memories up; the function ends if they need more room than `m` has, and says so."""
        body = self.body
        if not self.kernel.memories:
            return
        body.write("end = 0")
        for place, memory in self._memories:
            with self._memory(place, memory) as (at, size, turns):
                start = self._taken(memory.start, turns)
                body.write(f"{at} = end", f"{size} = {self._call(memory, 'size', start)}")
                body.write(f"end += {size}")
                with body.block("if end <= len(m):"):
                    body.write(self._call(memory, "start", f"m, {at}, {size}, {start}"))
        with body.block("if end > len(m):"):
            body.write("return end")

    def _read_memories(self) -> None:
        for place, memory in self._memories:
            with self._memory(place, memory) as (at, size, turns):
                slot = Slot(Bank.MEMORY, place)
                there = self.groups.element(
                    slot, whole(memory.loops), turns, self.layout.places[slot]
                )
                self.body.write(f"w[{there}] = {self._call(memory, 'value', f'm, {at}, {size}')}")

    def _advance_memories(self) -> None:
        for place, memory in self._memories:
            with self._memory(place, memory) as (at, size, turns):
                inputs = self._taken(memory.inputs, turns)
                self.body.write(self._call(memory, "advance", f"m, {at}, {size}, {inputs}"))


def _moved(to: int, start: int, by: str, change: int) -> str:
    return f"w[{to} + i] = w[{start} + i] + {by} * w[{change} + i]"


def _all(block: Block) -> Iterator[Assignment]:
    return assignments_of(block)


def _is_held(each: object) -> bool:
    """Whether an assignment of a stage keeps what the step has computed."""
    return (
        isinstance(each, Assignment)
        and isinstance(each.value, Load)
        and each.value.slot == each.target
    )


def _own(program: Program, layout: Layout, parameters: int) -> frozenset[Slot]:
    """The slots that stand in `w` while the run goes on."""
    found = {slot for slot, place in layout.places.items() if place <= parameters}
    for block in (program.constants, program.step, program.changes, program.stage):
        found |= {each.target for each in _all(block)}
    found |= {slot for slot in layout.places if slot.bank in FIXED or slot.bank is Bank.MEMORY}
    return frozenset(found | set(layout.stocks))
