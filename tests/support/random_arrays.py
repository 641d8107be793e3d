"""Random subscripted models, each with its own unrolled scalar form.

A right side is a small tree that is written twice: once with ranges, and once for each element
with every range written out. The two texts have nothing in common with the compiler.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from typing import TypeAlias

from hypothesis import strategies as st

__all__ = ["Pair", "pairs"]

Where: TypeAlias = Mapping[str, str]
"""The element that each range stands at."""


@dataclass(frozen=True)
class Pair:
    """A model with subscripts, and the same without: `x[a1]` is called “x[a1]” there."""

    arrays: str
    scalars: str


@dataclass(frozen=True)
class Expression:
    """A right side: its text with ranges, and its text at given elements."""

    text: str
    at: Callable[[Where], str]


@dataclass(frozen=True)
class World:
    """The ranges of a model, and the variables so far with the ranges that they have."""

    ranges: Mapping[str, tuple[str, ...]]
    partners: Mapping[str, str]  # of a range on the left, the one that is mapped to it
    variables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)


def column(name: str, elements: tuple[str, ...]) -> str:
    return f'"{name}[{",".join(elements)}]"' if elements else name


def join(template: str, *parts: Expression) -> Expression:
    """An expression made of others."""
    return Expression(
        template.format(*(each.text for each in parts)),
        lambda where: template.format(*(each.at(where) for each in parts)),
    )


def plain(text: str) -> Expression:
    return Expression(text, lambda _: text)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    size = draw(st.integers(2, 4))
    a = tuple(f"a{n}" for n in range(1, size + 1))
    b = tuple(f"b{n}" for n in range(1, draw(st.integers(2, 3)) + 1))
    ranges = {
        "A": a, "B": b, "Front": a[:-1], "Back": a[1:], "Other A": a,
        "C": tuple(f"c{n}" for n in range(size, 0, -1)),
    }  # fmt: skip
    return World(ranges, {"A": "C"})


NUMBERS = st.floats(-4, 4, allow_nan=False).map(lambda x: f"({round(x, 3):g})")
LEFT_SIDES = st.sampled_from([(), ("A",), ("B",), ("A", "B"), ("B", "A"), ("A", "Other A"), ("C",)])


Step: TypeAlias = Callable[[Where], str]
"""Which element a subscript comes to."""


def stays(element: str) -> Step:
    return lambda _: element


def follows(range_: str) -> Step:
    return lambda where: where[range_]


def mapped(range_: str, partners: Mapping[str, str]) -> Step:
    return lambda where: partners[where[range_]]


def subscripts(
    world: World, axis: str, loops: tuple[str, ...], marked: tuple[str, ...]
) -> list[tuple[str, Step]]:
    """What may stand in a place of an axis: elements, then ranges in reach."""
    elements_ = world.ranges[axis]
    found = [(each, stays(each)) for each in elements_]
    found += [(loop, follows(loop)) for loop in loops if set(world.ranges[loop]) <= set(elements_)]
    found += [
        (f"{mark}!", follows(f"{mark}!")) for mark in marked
        if set(world.ranges[mark]) <= set(elements_)
    ]  # fmt: skip
    for loop, partner in world.partners.items():
        if loop in loops and axis == partner and partner not in loops:
            arrow = dict(zip(world.ranges[loop], world.ranges[partner], strict=True))
            found.append((partner, mapped(loop, arrow)))
    return found


@st.composite
def readings(
    draw: st.DrawFn,
    world: World,
    loops: tuple[str, ...],
    marked: tuple[str, ...],
    names: Mapping[str, tuple[str, ...]],
) -> Expression:
    """One of some variables, each of its subscripts a range in reach or an element."""
    name = draw(st.sampled_from(sorted(names)))
    inside: list[tuple[str, Step]] = []
    for axis in names[name]:
        choices = subscripts(world, axis, loops, marked)
        # Ranges first: they are what is tried here, and an element is what a failure shrinks to.
        inside.append(choices[-1 - draw(st.integers(0, len(choices) - 1))])
    text = f"{name}[{', '.join(each for each, _ in inside)}]" if inside else name
    return Expression(text, lambda where: column(name, tuple(step(where) for _, step in inside)))


def position(world: World, range_: str) -> Expression:
    numbers = {each: n for n, each in enumerate(world.ranges[root(range_)], 1)}
    return Expression(range_, lambda where: str(numbers[where[range_]]))


def root(range_: str) -> str:
    """The range that has all elements of a family."""
    return "A" if range_ in ("A", "Front", "Back", "Other A") else range_


def weight(mark: str) -> Expression:
    """A constant along a marked range."""
    name = f"w {root(mark)}"
    return Expression(f"{name}[{mark}!]", lambda where: column(name, (where[f"{mark}!"],)))


@st.composite
def reductions(draw: st.DrawFn, world: World, loops: tuple[str, ...], depth: int) -> Expression:
    """SUM and its like over one or two marked ranges; they run in the order of the text."""
    free = [each for each in ("A", "B", "Front", "Back") if each not in loops]
    marked = tuple(draw(st.lists(st.sampled_from(free), min_size=1, max_size=2, unique=True)))
    value = draw(expressions(world, loops, marked, depth - 1))
    for mark in reversed(marked):
        value = join("({} * {})", weight(mark), value)
    function = draw(st.sampled_from(["SUM", "SUM", "PROD", "VMIN", "VMAX"]))
    pair = {"SUM": "({} + {})", "PROD": "({} * {})", "VMIN": "MIN({}, {})", "VMAX": "MAX({}, {})"}

    def unrolled(where: Where) -> str:
        names = [f"{mark}!" for mark in marked]
        turns = product(*(world.ranges[mark] for mark in marked))
        terms = [value.at({**where, **dict(zip(names, turn, strict=True))}) for turn in turns]
        return f"TANH({reduce(pair[function].format, terms)})"

    return Expression(f"TANH({function}({value.text}))", unrolled)


@st.composite
def selections(draw: st.DrawFn, world: World, loops: tuple[str, ...], depth: int) -> Expression:
    """VECTOR SELECT: the sum of what is selected along a marked range, or 5 of nothing."""
    mark = draw(st.sampled_from([each for each in ("A", "B", "Back") if each not in loops]))
    chosen = join("({} > {})", weight(mark), draw(expressions(world, loops, (), 0)))
    value = join("({} * {})", weight(mark), draw(expressions(world, loops, (mark,), depth - 1)))

    def unrolled(where: Where) -> str:
        turns = [{**where, f"{mark}!": element} for element in world.ranges[mark]]
        terms = [f"IF THEN ELSE({chosen.at(turn)}, {value.at(turn)}, 0)" for turn in turns]
        found = " :OR: ".join(chosen.at(turn) for turn in turns)
        return f"TANH(IF THEN ELSE({found}, {reduce('({} + {})'.format, terms)}, 5))"

    return Expression(f"TANH(VECTOR SELECT({chosen.text}, {value.text}, 5, 0, 0))", unrolled)


def moved(world: World, loop: str) -> Expression:
    """VECTOR ELM MAP: the constant of each element of a loop, counted from the first."""
    own = root(loop)
    first = world.ranges[own][0]
    return Expression(
        f"VECTOR ELM MAP(w {own}[{first}], {loop} - 1)",
        lambda where: column(f"w {own}", (where[loop],)),
    )


@st.composite
def expressions(
    draw: st.DrawFn,
    world: World,
    loops: tuple[str, ...],
    marked: tuple[str, ...] = (),
    depth: int = 2,
) -> Expression:
    def deeper() -> Expression:
        return draw(expressions(world, loops, marked, depth - 1))

    if depth <= 0:
        match draw(st.integers(0, 5)):
            case 0:
                return plain(draw(NUMBERS))
            case 1:
                return plain("Time")
            case 2 if loops:
                return position(world, draw(st.sampled_from(loops)))
            case _:
                return draw(readings(world, loops, marked, world.variables))
    two = st.sampled_from(["({} + {})", "({} - {})", "(TANH({}) * {})", "MIN({}, {})",
                           "MAX({}, {})", "ZIDZ({}, {})", "MODULO({}, {})", "({} = {})",
                           "({} / (1 + ABS({})))", "({} > {} :AND: Time < 2)"])  # fmt: skip
    one = st.sampled_from(["-{}", "ABS({})", "SIN({})", "EXP(-ABS({}))", "INTEGER({})",
                           "SQRT(ABS({}))", "TANH({})^2", "STEP({}, 1)", "SMOOTH({}, 2)",
                           "DELAY1I({}, 1.5, 1)",
                           "WITH LOOKUP({}, ((0,1),(1,2),(3,-1)))"])  # fmt: skip
    match draw(st.integers(0, 10)):
        case 9 if not marked:
            return draw(selections(world, loops, depth))
        case 10 if loops:
            return moved(world, draw(st.sampled_from(loops)))
        case 0 | 1 | 2 | 9 | 10:
            return join(draw(two), deeper(), deeper())
        case 3 | 4:
            return join(draw(one), deeper())
        case 5:
            return join("IF THEN ELSE({} > {}, {}, {} * 2)", *(deeper() for _ in range(4)))
        case 6:
            return join("IF THEN ELSE({} > 0.1, 1 / {} + {}, 2)", *[deeper()] * 2, deeper())
        case 7 if not marked:
            return draw(reductions(world, loops, depth))
        case 7:
            return deeper()
        case _:
            table = draw(readings(world, loops, (), world.lookups))
            return join("{}({})", table, deeper())


def elements(world: World, left: tuple[str, ...]) -> list[tuple[Where, tuple[str, ...]]]:
    """Everywhere that a left side runs: where each of its ranges stands, and the element."""
    return [
        (dict(zip(left, turn, strict=True)), turn)
        for turn in product(*(world.ranges.get(each, (each,)) for each in left))
    ]


@dataclass
class Texts:
    """The two texts as they grow."""

    world: World
    arrays: list[str] = field(default_factory=list)
    scalars: list[str] = field(default_factory=list)

    def define(
        self, name: str, left: tuple[str, ...], right: Expression, without: tuple[str, ...] = ()
    ) -> None:
        """An equation; `without` is an exception: an element for each subscript."""
        target = f"{name}[{', '.join(left)}]" if left else name
        excepted = f" :EXCEPT: [{', '.join(without)}]" if without else ""
        self.arrays.append(f"{target}{excepted} = {right.text} ~~|")
        for where, here in elements(self.world, left):
            if not without or here != without:
                self.scalars.append(f"{column(name, here)} = {right.at(where)} ~~|")


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """A model of constants, stocks and auxiliaries; each auxiliary reads earlier names."""
    world = draw(worlds())
    texts = Texts(world)
    for range_, members in world.ranges.items():
        if range_ not in ("Other A", "Front", "C"):
            texts.arrays.append(f"{range_}: {', '.join(members)} ~~|")
    texts.arrays += [
        "Other A <-> A ~~|",
        f"Front: {', '.join(world.ranges['Front'])} -> Back ~~|",
        f"C: {', '.join(world.ranges['C'])} -> A ~~|",
    ]
    _constants(draw, texts)
    stocks: list[tuple[str, tuple[str, ...]]] = []
    for number in range(draw(st.integers(1, 2))):
        stock = f"stock {number}", draw(LEFT_SIDES)
        stocks.append(stock)
        world.variables[stock[0]] = stock[1]
    for number in range(draw(st.integers(1, 4))):
        _auxiliary(draw, texts, f"x {number}")
    for name, left in stocks:
        rate = join("TANH({})", draw(expressions(world, left)))
        first = join("INTEG({}, {})", rate, plain(draw(NUMBERS)))
        texts.define(name, left, first)
    times = ["INITIAL TIME = 0 ~~|", "FINAL TIME = 2 ~~|", "TIME STEP = 0.5 ~~|",
             "SAVEPER = TIME STEP ~~|"]  # fmt: skip
    arrays = draw(st.permutations(texts.arrays))
    return Pair("\n".join([*arrays, *times, ""]), "\n".join([*texts.scalars, *times, ""]))


def _constants(draw: st.DrawFn, texts: Texts) -> None:
    """Lists of numbers, and lookups: one for each element."""
    world = texts.world
    for axes in (("A",), ("B",), ("C",), ("B", "A")):
        name = f"w {' '.join(axes)}"
        here = elements(world, axes)
        numbers = [draw(NUMBERS).strip("()") for _ in here]
        length = len(world.ranges[axes[-1]])
        rows = [", ".join(numbers[k : k + length]) for k in range(0, len(numbers), length)]
        end = ";" if len(rows) > 1 else ""
        texts.arrays.append(f"{name}[{', '.join(axes)}] = {'; '.join(rows)}{end} ~~|")
        for (_, element), number in zip(here, numbers, strict=True):
            texts.scalars.append(f"{column(name, element)} = {number} ~~|")
        world.variables[name] = axes
    for first in world.ranges["A"]:
        points = f"((-2,{draw(NUMBERS).strip('()')}),(0,1),(2,3))"
        texts.arrays.append(f"bend[{first}]{points} ~~|")
        texts.scalars.append(f'"bend[{first}]"{points} ~~|')
    world.lookups["bend"] = ("A",)


def _auxiliary(draw: st.DrawFn, texts: Texts, name: str) -> None:
    """A variable of one equation, of one with an exception, of one an element, or a chain."""
    world = texts.world
    left = draw(LEFT_SIDES)
    value = draw(expressions(world, left))
    match draw(st.integers(0, 7)):
        case 0 if left:
            without = tuple(draw(st.sampled_from(world.ranges[each])) for each in left)
            texts.define(name, left, value, without)
            texts.define(name, without, draw(expressions(world, ())))
        case 1:
            left = ("A",)
            first = world.ranges["A"][0]
            texts.define(name, ("Back",), draw(expressions(world, ("Back",))))
            texts.define(name, (first,), draw(expressions(world, ())))
        case 2:
            left = ("A", "B")
            first = world.ranges["A"][0]
            texts.define(name, (first, "B"), draw(expressions(world, ("B",))))
            rest = draw(expressions(world, ("Back", "B")))
            before = dict(zip(world.ranges["Back"], world.ranges["Front"], strict=True))
            itself = Expression(
                f"{name}[Front, B]", lambda where: column(name, (before[where["Back"]], where["B"]))
            )
            texts.define(name, ("Back", "B"), join("TANH({} + {})", rest, itself))
        case 3:
            texts.define(name, left, join("INITIAL({})", value))
        case 4:
            texts.define(name, left, join("DELAY FIXED({}, {}, 2)", value, plain("0.5")))
        case 5:
            other = draw(expressions(world, left))
            texts.define(name, left, join("SAMPLE IF TRUE({} > 0, {}, 1)", value, other))
        case 6:
            texts.define(name, left, join("SMOOTH N({}, 2, 0.5, 2)", value))
        case _:
            texts.define(name, left, value)
    world.variables[name] = left
