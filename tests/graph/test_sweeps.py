"""Whatever reads whatever: where the elements have an order, it is found, and it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import product
from typing import TypeAlias

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from s3c.compiler import Source, graph, syntax, system
from s3c.runtime import REGISTRY, Method

NOWHERE = Source("m.mdl", "").span(0, 0)
FUNCTION = next(iter(REGISTRY.values()))  # no matter which: nothing is computed here
Element: TypeAlias = tuple[system.VarId, tuple[int, ...]]
Turns: TypeAlias = Mapping[system.Loop, int]


# --- Random systems ------------------------------------------------------------------------------


def elements(letter: str, size: int) -> tuple[system.ElementId, ...]:
    return tuple(system.ElementId(f"{letter}{number}") for number in range(size))


@st.composite
def systems(draw: st.DrawFn) -> system.System:
    """Up to three variables of one shape, most of whose rows read earlier ones of any."""
    shape = (draw(st.integers(1, 5)), draw(st.integers(1, 3)))
    names = [system.VarId(name) for name in "xyz"[: draw(st.sampled_from([1, 2, 2, 3]))]]
    axes = (
        system.Axis("row", elements("r", shape[0])),
        system.Axis("column", elements("c", shape[1])),
    )
    numbers = iter(range(10_000))
    variables = [
        system.Variable(name, name, parts(draw, names, shape, numbers), syntax.Units(""), axes=axes)
        for name in names
    ]
    start = system.Variable(
        system.INITIAL_TIME,
        "INITIAL TIME",
        (system.Part(system.Constant(0.0), NOWHERE),),
        syntax.Units(""),
    )
    return system.System(
        NOWHERE.source, {each.id: each for each in (*variables, start)}, Method.EULER
    )


def parts(
    draw: st.DrawFn, names: list[system.VarId], shape: tuple[int, int], numbers: Iterator[int]
) -> tuple[system.Part, ...]:
    """Equations for some first rows, which read nothing, and for the others."""
    rows, columns = shape
    first = draw(st.integers(0, rows - 1))
    found = []
    for begin, end in ((0, first), (first, rows)):
        backwards = draw(st.booleans())
        places = range(end - 1, begin - 1, -1) if backwards else range(begin, end)
        if begin == end:
            continue
        split = draw(st.booleans()) and columns > 1
        for left, right in ((0, 1), (1, columns)) if split else ((0, columns),):
            row = system.Along(
                system.Loop(next(numbers), "row", elements("r", len(places))), places
            )
            across = range(left, right)
            column: system.Index = system.Along(
                system.Loop(next(numbers), "c", elements("c", right - left)), across
            )
            if right - left == 1 and draw(st.booleans()):
                column = system.At(left)
            reads = draw(st.integers(0, 2)) if begin == first else 0
            value = right_side(draw, names, shape, (row, column), reads, numbers)
            found.append(system.Part(system.Auxiliary(value), NOWHERE, (row, column)))
    return tuple(found)


def right_side(
    draw: st.DrawFn,
    names: list[system.VarId],
    shape: tuple[int, int],
    own: tuple[system.Along, system.Index],
    reads: int,
    numbers: Iterator[int],
) -> system.Expression:
    value: system.Expression = system.Read(system.TIME, NOWHERE)
    column = own[1]
    if reads and isinstance(column, system.Along) and draw(st.integers(0, 3)) == 3:
        row = read_along(draw, own[0], shape[0], numbers)
        inner = system.Read(draw(st.sampled_from(names)), NOWHERE, (row, column))
        loops = (column.loop, *unbound(inner, own))
        return system.ApplyAlong(FUNCTION, (system.Gather(loops, inner), value), (column.loop,))
    for _ in range(reads):
        row, across = (
            read_along(draw, index, size, numbers) for index, size in zip(own, shape, strict=True)
        )
        if draw(st.integers(0, 9)) == 9:  # both axes along one loop
            column_places = tuple(min(place, shape[1] - 1) for place in own[0].places)
            across = system.Along(own[0].loop, column_places)
        read: system.Expression = system.Read(draw(st.sampled_from(names)), NOWHERE, (row, across))
        assert isinstance(read, system.Read)
        loops = unbound(read, own)
        if draw(st.integers(0, 9)) == 9:  # the equation's loop, bound again
            loops = (*loops, own[0].loop)
        if loops:
            read = system.Apply(FUNCTION, (system.Gather(loops, read),))
        value = system.Binary(syntax.BinaryOperator.PLUS, value, read)
    return value


def unbound(read: system.Read, own: tuple[system.Index, ...]) -> tuple[system.Loop, ...]:
    """The loops of a reading that are not its equation's."""
    outer = [index.loop for index in own if isinstance(index, system.Along)]
    loops = [index.loop for index in read.indices if isinstance(index, system.Along)]
    return tuple(loop for loop in loops if loop not in outer)


def read_along(
    draw: st.DrawFn, own: system.Index, size: int, numbers: Iterator[int]
) -> system.Index:
    """One place, a loop of its own, or, mostly, the equation's loop: before, there, or anywhere."""
    way = draw(st.sampled_from([*["before"] * 8, "same", "at", "any", "gather"]))
    if way == "at" or isinstance(own, system.At):
        return system.At(draw(st.integers(0, size - 1)))
    if way == "gather":
        begin = draw(st.integers(0, size - 1))
        places = range(begin, draw(st.integers(begin + 1, size)))
        return system.Along(system.Loop(next(numbers), "some", elements("e", len(places))), places)
    if way == "any":
        anywhere = st.integers(0, size - 1)
        return system.Along(own.loop, tuple(draw(anywhere) for _ in own.places))
    back = draw(st.integers(1, 2)) if way == "before" else 0
    back = min([back, *own.places])
    return system.Along(own.loop, tuple(place - back for place in own.places))


# --- What an order must be -----------------------------------------------------------------------


def every_turn(loops: tuple[system.Loop, ...]) -> Iterator[Turns]:
    for turns in product(*(range(len(loop)) for loop in loops)):
        yield dict(zip(loops, turns, strict=True))


def at(indices: tuple[system.Index, ...], turns: Turns) -> tuple[int, ...]:
    """Where indices are at some turns of their loops."""
    return tuple(
        index.place if isinstance(index, system.At) else index.places[turns[index.loop]]
        for index in indices
    )


def needed(node: object, turns: Turns) -> Iterator[Element]:
    """All elements that an expression reads at some turns of its equation's loops."""
    match node:
        case system.Read(variable=variable, indices=indices):
            yield variable, at(indices, turns)
        case system.Gather(loops=loops, expression=inner):
            for inside in every_turn(loops):
                yield from needed(inner, {**turns, **inside})
        case tuple():
            for each in node:
                yield from needed(each, turns)
        case system.Apply() | system.ApplyAlong() | system.Binary():
            for field in fields(node):
                yield from needed(getattr(node, field.name), turns)
        case _:
            pass


def expression(part: system.Part) -> system.Expression:
    match part.meaning:
        case system.Auxiliary(expression=value) | system.Stock(initial=value):
            return value
        case _:
            raise AssertionError(part)


def have_an_order(model: system.System) -> bool:
    """Whether no element, by itself, needs itself; what is computed at once is one."""
    elements: nx.DiGraph[tuple[object, ...]] = nx.DiGraph()
    for variable in model.variables.values():
        for part in variable.parts if variable.axes else ():
            value = expression(part)
            for turns in every_turn(part.loops):
                own = (variable.id, at(part.indices, turns))
                whole = isinstance(value, system.ApplyAlong)
                computed = (id(part), at(part.indices[:1], turns)) if whole else own
                elements.add_edges_from((read, computed) for read in needed(value, turns))
                if whole:
                    elements.add_edge(computed, own)
    return nx.is_directed_acyclic_graph(elements)


def check_order(model: system.System, order: graph.Order) -> None:
    """Compute in an order, and see that nothing is read too early or computed twice."""
    computed: set[Element] = set()
    mine = {turn.variable for each in order if isinstance(each, graph.Sweep) for turn in each.turns}
    mine |= {each for each in order if not isinstance(each, graph.Sweep | graph.Search)}

    def compute(variable: system.VarId, number: int, at_turns: Turns) -> None:
        part = model.variables[variable].parts[number]
        free = tuple(loop for loop in part.loops if loop not in at_turns)
        turns = [{**at_turns, **inside} for inside in every_turn(free)]
        for each in turns:
            for read in needed(expression(part), each):
                assert read in computed or read[0] not in mine
        new = [(variable, at(part.indices, each)) for each in turns]
        assert computed.isdisjoint(new)
        computed.update(new)

    for each in order:
        if isinstance(each, graph.Sweep):
            for number, turn in product(range(each.rounds), each.turns):
                assert all(len(places) == each.rounds for _, places in turn.steps)
                steps = {loop: places[number] for loop, places in turn.steps}
                compute(turn.variable, turn.part, steps)
        elif not isinstance(each, graph.Search):  # these models seek nothing
            for number in range(len(model.variables[each].parts)):
                compute(each, number, {})
    for variable in mine:
        shape = model.variables[variable].shape
        assert {e for v, e in computed if v == variable} == {*product(*map(range, shape))}


# --- Tests ---------------------------------------------------------------------------------------


@settings(max_examples=600, deadline=None)
@given(systems())
def test_nothing_is_read_before_it_is_computed(model: system.System) -> None:
    schedule, wrong = graph.order(model)
    assert (not wrong) == have_an_order(model)
    if not wrong:
        assert schedule.constants == ()
        check_order(model, schedule.step)


@settings(max_examples=200, deadline=None)
@given(systems())
def test_nor_when_the_run_starts(model: system.System) -> None:
    stocks = {
        variable.id: system.Variable(
            variable.id,
            variable.name,
            tuple(
                system.Part(
                    system.Stock(system.Read(system.TIME, NOWHERE), expression(part)),
                    NOWHERE,
                    part.indices,
                )
                for part in variable.parts
            ),
            variable.units,
            axes=variable.axes,
        )
        for variable in model.variables.values()
        if variable.axes
    }
    started = system.System(model.source, {**model.variables, **stocks}, model.method)
    schedule, wrong = graph.order(started)
    assert {each.code for each in wrong} <= {"S3C402"}
    assert (not wrong) == have_an_order(model)
    if not wrong:
        check_order(started, schedule.initial)
