"""Models of any size, made by rule from a seed: for what should grow no faster than they do."""

from __future__ import annotations

import random

__all__ = ["array_model", "scalar_model"]

_WORDS = (
    *("capacity", "births", "density", "funds", "knowledge", "market", "orders", "people"),
    *("price", "quality", "research", "share", "stock", "target", "time", "workforce"),
)
_LONG = (
    "Perceived long term adequacy of the regional research and development infrastructure"
    " relative to what was desired"
)
_UNITS = ("people", "people/Year", "Dmnl", "Year", "$/people/Year", "widgets*people")
_CONTROL = """
********************************************************
\t.Control
********************************************************~
\t\tSimulation Control Parameters
\t|
FINAL TIME = 4 ~ Year ~ The final time for the simulation. |
INITIAL TIME = 0 ~ Year ~ The initial time for the simulation. |
SAVEPER = 1 ~ Year [0,?] ~ The frequency with which output is stored. |
TIME STEP = 0.25 ~ Year [0,?] ~ The time step for the simulation. |
"""
_SKETCH_HEAD = r"""
\\\---/// Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
*View 1
$192-192-192,0,Times New Roman|12||0-0-0|0-0-0|0-0-255|-1--1--1|-1--1--1|96,96,100,0
"""
_SKETCH_END = r"""///---\\\
:L<%^E!@
15:0,0,0,0,0,0
24:0
25:4
26:4
"""
_GROUP = 200  # equations
_MOST_ELEMENTS = 990_000  # with which a model may have other ranges besides


def scalar_model(equations: int, *, seed: int = 0) -> str:
    """A model of so many equations besides the controls, each of some ten kinds, in groups.

    Constants, auxiliaries that read what stands before them, chains of these, lookups and their
    readers, stocks with their flows, delays and smooths; some names and comments are long. Its
    sketch has an arrow or two for each equation. It runs: no value leaves the finite numbers.
    """
    chance = random.Random(seed)  # noqa: S311
    names: list[str] = []
    pieces: list[str] = ["{UTF-8}\n"]
    while len(names) < equations:
        number = len(names)
        if number % _GROUP == 0:
            pieces.append(_group(number // _GROUP))
        name = _name(number, chance)
        right = _right(number, names, chance)
        comment = " ".join(chance.choices(_WORDS, k=chance.choice((0, 4, 8, 40))))
        units = chance.choice(_UNITS)
        pieces.append(f"{name}{right}\n\t~\t{units}\n\t~\t{comment}\n\t|\n\n")
        names.append(name)
    return "".join((*pieces, _CONTROL, _SKETCH_HEAD, *_sketch(names, chance), _SKETCH_END))


def _name(number: int, chance: random.Random) -> str:
    stem = _LONG if number % 50 == 17 else " ".join(chance.choices(_WORDS, k=2)).capitalize()
    return f"{stem} {number}"


def _group(number: int) -> str:
    stars = "*" * 56
    return (
        f"{stars}\n\t.Sector {number}\n{stars}~\n\t\tAll that belongs to sector {number}.\n\t|\n\n"
    )


def _right(number: int, names: list[str], chance: random.Random) -> str:
    """What follows the name of the equation of a number, which reads what has been named."""
    kind = number % 20
    if kind < 5:
        return f"=\n\t{chance.randint(1, 999) / 1000}"
    lookup, before = names[number - kind + 5] if kind > 5 else "", names[number - 1]
    one, two = chance.choice(_readable(names)), chance.choice(_readable(names))
    match kind:
        case 5:
            points = ",".join(f"({x / 4},{chance.randint(0, 100) / 100})" for x in range(9))
            return f"(\n\t[(0,0)-(2,1)],{points})"
        case 6:
            return f"=\n\t{lookup}({one})"
        case 7:
            return f"= INTEG (\n\t0.1 * {before} - {one} / 10,\n\t\t{number % 7})"
        case 8:
            return f"=\n\tDELAY3({before}, 2)"
        case 9:
            return f"=\n\tSMOOTH({before} + {one}, 4) / 2"
        case 10:
            return f"=\n\tIF THEN ELSE({before} > {one}, MIN({one}, 1), MAX({two}, 0) / 4)"
        case 11:
            return f"=\n\tEXP(-ABS({one})) * SIN(Time / 3) + {two} / (1 + {two} ^ 2)"
        case _:  # a chain
            return f"=\n\t({before} * 0.9 + {one}) / 2 - {two} * 0.01"


def _readable(names: list[str]) -> list[str]:
    """The last few names, and some from the start, but no lookups."""
    near = range(max(0, len(names) - 60), len(names))
    return [names[each] for each in (*range(5), *near) if each % 20 != 5]


def _sketch(names: list[str], chance: random.Random) -> list[str]:
    lines: list[str] = []
    for number, name in enumerate(names, 1):
        x, y = chance.randint(0, 2000), chance.randint(0, 2000)
        lines.append(f"10,{number},{name},{x},{y},60,20,8,3,0,0,0,0,0,0\n")
        lines.append(
            f"1,{len(names) + number},{chance.randint(1, len(names))},{number},"
            "0,0,0,0,0,64,0,-1--1--1,,1|(0,0)|\n"
        )
    return lines


def array_model(elements: int, *, equations: int = 10) -> str:
    """A model over one subscript range of so many elements, some ten equations by default.

    The elements are declared as `(e1-e1000)`. There are arithmetic, functions, a sum, a stock and
    a list; over the first few elements also a cohort chain, while a model may list more elements.
    """
    few = min(elements, 10)
    numbers = ",".join(str(each / 10) for each in range(1, few + 1))
    lines = [
        "{UTF-8}",
        f"Item: (e1-e{elements}) ~~|",
        "base[Item] = Item / (1 + Item) ~~|",
        # A constant: native code computes once, for all runs, what depends on none.
        "residence time = 4 ~~|",
        "stock[Item] = INTEG(part 1[Item] - stock[Item] / residence time, base[Item]) ~~|",
        "total = SUM(stock[Item!]) ~~|",
    ]
    if elements < _MOST_ELEMENTS:
        lines += [
            f"Few: (e1-e{few}) ~~|",
            f"Later: (e2-e{few}) ~~|",
            f"Earlier: (e1-e{few - 1}) -> Later ~~|",
            f"weight[Few] = {numbers} ~~|",
            "chain[e1] = 1 ~~|",
            "chain[Later] = chain[Earlier] * 0.9 + weight[Later] ~~|",
        ]
    rights = (
        "{before}[Item] * 0.01 + base[Item]",
        "MAX({before}[Item], base[Item]) / (1 + {before}[Item] ^ 2)",
        "IF THEN ELSE({before}[Item] > 1, {before}[Item] - 1, base[Item] / 100)",
        "SQRT(ABS({before}[Item])) + total / 1e6",
    )
    for number in range(1, max(2, equations - 4)):
        before = "stock" if number == 1 else f"part {number - 1}"
        lines.append(f"part {number}[Item] = {rights[number % 4].format(before=before)} ~~|")
    return "\n".join(lines) + "\n" + _CONTROL
