"""Models built from choices: most compile, some nearly do, and none was thought of by anybody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache, partial

from s3c.compiler import Function, functions

from .choices import Choices

__all__ = ["mended", "model_text"]

_RANGES = {
    "Region": "East, West",
    "Age": "(a1-a3)",
    "Place": "Hill, Dale -> Region",
    "Old": "a2, a3",
    "Pair": "p, q -> (Age: a1, Old)",
}
_ELEMENTS = {
    "Region": ("East", "West"),
    "Age": ("a1", "a2", "a3"),
    "Place": ("Hill", "Dale"),
    "Old": ("a2", "a3"),
    "Pair": ("p", "q"),
    "Other": ("East", "West"),
}
_AXES: dict[str, tuple[str, ...]] = {
    "rate": (),
    "level": (),
    "x 1": (),
    '"a, b (c)"': (),
    "é_'$": (),
    **dict.fromkeys(("v0", "v1", "v2"), ()),
    "share": ("Region",),
    "people": ("Region", "Age"),
    "moved": ("Place",),
    "cube": ("Age", "Region", "Other"),
}
_NAMES = tuple(_AXES)
_ARRAYS = tuple(name for name, axes in _AXES.items() if axes)
_NUMBERS = (
    *("1", "0", "2", "0.5", "-1", "3.25", "10", "1e-3", "1e6"),
    *("1e308", "-1e308", "1e-320", ":NA:", "007", ".5", "5.", "1E+5", "99999999999999999999"),
)
_OPERATORS = ("+", "-", "*", "/", "^", "=", "<>", "<", "<=", ">", ">=", ":AND:", ":OR:")
_UNITS = (
    *("", "1", "Dmnl", "Year", "people", "people/Year", "$/person", "1/Year^2", "people*Year"),
    *("(a/b)/c", "%", "1/(Year*Year)", "Year [0, 1]", "[0,10,1]", "a^1000", "/", "((", "2*Year"),
)
_COMMENTS = ("", "what it is", "{s3c: ignore S3C801}", "~ :SUPPLEMENTARY", "~ a ~ b", "{")
_TABLES = (
    "((0,1),(1,2),(3,-1))",
    "([(0,0)-(10,10)],(0,0),(10,10))",
    "(0,1,1,2)",
    "((0,0))",
    "((1,1),(1,2),(0,0))",
    "((0,1e308),(1,-1e308))",
)
_DEEPEST = 4


def model_text(data: bytes) -> str:
    """A model that bytes decide on: all functions of the language, and all kinds of equation."""
    choices = Choices(data)
    heads = ("{UTF-8}\n", "", "{UTF-8}\n:RAW:\n")
    made = [choices.one_of(heads)] if choices.rarely() else [heads[0]]
    made += [f"{name}: {members} ~~|\n" for name, members in _RANGES.items()]
    made += ["Other <-> Region ~~|\n", "bend((0,1),(1,2),(3,-1)) ~~|\n", "seen ~~|\n"]
    made.append("line = QUEUE FIFO(rate, level, bend, 1, 2) ~~|\n")
    made.append(_macro(choices))
    made += [_equation(name, choices) for name in _NAMES]
    while choices.are_left and len(made) < 40:
        made.append(_more(choices))
    made.append(_clock(choices))
    if choices.rarely():
        made.append(_ENDS[choices.below(len(_ENDS))])
    return "".join(made)


_SKETCH = "\\\\\\---/// Sketch information\nV300\n*View 1\n$0\n10,1,rate,1,1,1,1\n///---\\\\\\\n"
_ENDS = (
    f"{_SKETCH}:L\x7f<%^E!@\n22:$,Dollar,Dollars,$s\n22:person,people\n15:0,0,0,0,0,0\n",
    ":L<%^E!@\n22:Year,Years\n22:Years,Year\n22:a,a*a\n24:0\n",
)


def _clock(choices: Choices) -> str:
    first, last, step, save = "0", "2", "1", "TIME STEP"
    if choices.rarely():
        first = _number(choices)
    if choices.rarely():
        step = choices.one_of(("0.5", "0", "-1", "1e-9", "rate", ":NA:", "0.3"))
    if choices.rarely():
        save = choices.one_of(("1", "0", "1e-9", "level", "0.7"))
    names = ("INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER")
    values = zip(names, (first, last, step, save), strict=True)
    return "".join(f"{name} = {value} ~ Year ~|\n" for name, value in values)


def _macro(choices: Choices) -> str:
    inner = _expression(choices, ("p", "q"), 1)
    of_stock = choices.one_of(("p", "INTEG(p - twice, q)", "twice(q, p : q)", "SMOOTH(p, 2)"))
    body = f"twice = {inner} ~ p ~| o = {of_stock} ~ q ~|"
    return f":MACRO: twice(p, q : o) {body} :END OF MACRO:\n"


def _more(choices: Choices) -> str:
    """Something besides the variables that all models have."""
    kinds: tuple[Callable[[], str], ...] = (
        lambda: _equation(f"w{choices.below(100)}", choices),
        lambda: f"seen :{choices.one_of(_READINGS)}: := {_expression(choices, (), 1)} ~~|\n",
        lambda: f"hill[Region]{choices.one_of(_TABLES)} ~~|\n",
        lambda: f"\\\\\n****\n\t.{choices.one_of(_NAMES)}\n****~\n|\n",
        lambda: f"text{choices.below(99)} :IS: 'it''s {_number(choices)}' ~~|\n",
        partial(_reality_check, choices),
        partial(_part, choices),
    )
    return kinds[choices.below(len(kinds))]()


_READINGS = ("RAW", "INTERPOLATE", "LOOK FORWARD", "HOLD BACKWARD")


def _reality_check(choices: Choices) -> str:
    value = _expression(choices, (), 2)
    return (
        f"check {choices.below(99)} :THE CONDITION: rate = {value} "
        f":IMPLIES: level {choices.one_of(_OPERATORS)} {_expression(choices, (), 1)} ~~|\n"
        f"given {choices.below(99)} :TEST INPUT: rate = {_call(choices, (), 1)} ~~|\n"
    )


def _part(choices: Choices) -> str:
    """Equations for some elements of an array."""
    name = choices.one_of(_ARRAYS)
    left = [choices.one_of((axis, *_ELEMENTS[axis])) for axis in _AXES[name]]
    without = ", ".join(choices.one_of(_ELEMENTS[axis]) for axis in _AXES[name])
    excepted = f" :EXCEPT: [{without}]" if choices.below(2) else ""
    value = _right_side(choices, tuple(left))
    return f"{name}[{', '.join(left)}]{excepted} = {value} ~~|\n"


def mended(text: str, lines: Collection[int]) -> str:
    """The model with a 1 in place of the equations on some lines, so that the others are met.

    Args:
        text: as `model_text` gives it, an equation a line.
        lines: from 1.
    """
    return "".join(
        _simple(line) if number in lines else line
        for number, line in enumerate(text.splitlines(keepends=True), 1)
    )


def _simple(line: str) -> str:
    if line.startswith(":MACRO:"):
        return ":MACRO: twice(p, q : o) twice = p ~~| o = q ~~| :END OF MACRO:\n"
    name = next((each for each in _NAMES if line.startswith(each)), None)
    if name is None:
        return "\n"
    axes = _AXES[name]
    return f"{name}[{', '.join(axes)}] = 1 ~~|\n" if axes else f"{name} = 1 ~~|\n"


def _equation(name: str, choices: Choices) -> str:
    axes = _AXES.get(name, ())
    left = f"{name}[{', '.join(axes)}]" if axes else name
    units = choices.one_of(_UNITS) if choices.below(4) == 3 else ""
    comment = choices.one_of(_COMMENTS) if choices.rarely() else ""
    sign = choices.one_of(("=", ":=", "==", "(", "")) if choices.rarely() else "="
    return f"{left} {sign} {_right_side(choices, axes)} ~ {units} ~ {comment}|\n"


def _right_side(choices: Choices, loops: tuple[str, ...]) -> str:
    inner = partial(_expression, choices, loops, 1)
    kinds: tuple[Callable[[], str], ...] = (
        partial(_number, choices),
        partial(_expression, choices, loops, 0),
        lambda: f"INTEG({inner()}, {_number(choices)})",
        lambda: _call(choices, loops, 0),
        lambda: ", ".join(_number(choices) for _ in range(1 + choices.below(6))),
        lambda: f"WITH LOOKUP({inner()}, {choices.one_of(_TABLES)})",
        lambda: f"{_call(choices, loops, 0)} {choices.one_of(_OPERATORS)} {inner()}",
        lambda: f"ACTIVE INITIAL({inner()}, {inner()})",
    )
    return kinds[choices.below(len(kinds))]()


def _number(choices: Choices) -> str:
    return choices.one_of(_NUMBERS) if choices.rarely() else choices.one_of(_NUMBERS[:6])


def _expression(choices: Choices, loops: tuple[str, ...], depth: int) -> str:
    """Loops are the ranges of the left side, or the parameters of a macro."""
    inner = partial(_expression, choices, loops, depth + 1)
    kinds: tuple[Callable[[], str], ...] = (
        partial(_number, choices),
        partial(_reference, choices, loops),
        lambda: choices.one_of(("Time", "TIME STEP", "Region", "seen", "line", "v1", "out")),
        lambda: f"{inner()} {choices.one_of(_OPERATORS)} {inner()}",
        lambda: f"({inner()})",
        lambda: f"{choices.one_of(('-', '+', ':NOT: '))}{inner()}",
        lambda: f"bend({inner()})",
        lambda: f"IF THEN ELSE({inner()} > {inner()}, {inner()}, {inner()})",
        partial(_call, choices, loops, depth + 1),
        partial(_reduction, choices, loops, depth + 1),
        lambda: f"twice({inner()}, {inner()}{choices.one_of(('', ' : rate', ' : out'))})",
    )
    return kinds[choices.below(len(kinds) if depth < _DEEPEST else 3)]()


def _reference(choices: Choices, loops: tuple[str, ...]) -> str:
    if loops and loops[0] == "p":
        return choices.one_of(loops)
    name = choices.one_of(_NAMES)
    axes = _AXES[name]
    if not axes or choices.rarely():
        return name
    return f"{name}[{', '.join(_subscript(choices, axis, loops) for axis in axes)}]"


def _subscript(choices: Choices, axis: str, loops: tuple[str, ...]) -> str:
    """The axis itself where the left side has it, else an element; seldom anything."""
    if choices.rarely():
        return choices.one_of((*_ELEMENTS, "a1", "East", f"{axis}!", "x 1", "East + 1"))
    if axis in loops and choices.below(4) < 3:
        return axis
    return choices.one_of(_ELEMENTS[axis])


def _reduction(choices: Choices, loops: tuple[str, ...], depth: int) -> str:
    function = choices.one_of(("SUM", "PROD", "VMIN", "VMAX"))
    name = choices.one_of(_ARRAYS)
    marked = ", ".join(f"{axis}!" for axis in _AXES[name])
    factor = _expression(choices, loops, depth + 1)
    return f"{function}({name}[{marked}] * {factor})"


@cache
def _functions() -> tuple[Function, ...]:
    return functions.all_functions()


def _call(choices: Choices, loops: tuple[str, ...], depth: int) -> str:
    """Any function of the language; each parameter is mostly given what it is for."""
    function = choices.one_of(_functions())
    given = [_argument(choices, each, loops, depth) for each in function.parameters]
    if choices.rarely():
        given = given[1:] if choices.below(2) else [*given, "1"]
    outputs = " : out" if function.outputs and choices.below(2) else ""
    return f"{function.name}({', '.join(given)}{outputs})"


_VECTORS = ("share[Region!]", "people[East, Age!]", "people[Region!, Age!]", "cube[a1, Region!, p]")
_ARGUMENTS: dict[str, Sequence[str]] = {
    **dict.fromkeys(("table", "profile", "attribute profile", "schedule"), ("bend", *_TABLES[:2])),
    **dict.fromkeys(("series",), ("seen", "seen", "rate", "v0")),
    **dict.fromkeys(("range",), ("Region", "Age", "Place", "rate")),
    **dict.fromkeys(("file",), ("'data.csv'", "'?data'", "'no.xlsx'", "'../x.csv'")),
    **dict.fromkeys(("tab",), ("','", "'S'", "''")),
    **dict.fromkeys(("cell", "first cell"), ("'B2'", "'A1*'", "'values'", "'ZZZ99999999'", "''")),
    **dict.fromkeys(("last cell", "time row or col", "x row or col"), ("'1'", "'A'", "'', ''")),
    **dict.fromkeys(("prefix", "variable", "query", "text"), ("'x'", "''", "rate")),
    **dict.fromkeys(("queue",), ("line", "v0", "level")),
    **dict.fromkeys(("stock",), ("level", "share[East]")),
    **dict.fromkeys(("seed",), ("1", "0", "rate")),
    **dict.fromkeys(
        ("delay time", "averaging time", "order", "lifetime"), ("2", "1", "0", "level")
    ),
    **dict.fromkeys(
        ("v", "m", "selection", "storage", "request", "priority", "demand", "supply"), _VECTORS
    ),
}


def _argument(choices: Choices, parameter: str, loops: tuple[str, ...], depth: int) -> str:
    fitting = _ARGUMENTS.get(parameter)
    if fitting is not None and not choices.rarely():
        return choices.one_of(fitting)
    if depth >= _DEEPEST:
        return _number(choices)
    return _expression(choices, loops, depth + 1)
