"""Expressions as Python that numba compiles: numbers alone, read from flat vectors.

An expression is printed where its lines go: what cannot stand in one (a branch that must be
watched, a sum over a range) becomes lines before it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from s3c.runtime import ArrayKind, Builtin

from ..program import (
    Bank,
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
    Operation,
    Operator,
    Tell,
    Time,
    is_truth,
)
from ..system import Loop
from .native_layout import Counted, Turns

__all__ = ["COUNTERS", "REDUCTIONS", "NativeExpressions", "Writer", "is_partial"]

COUNTERS = tuple("ijlnpquvxyz")
"""What counts loops, the outermost first."""

REDUCTIONS: Mapping[str, tuple[str, Callable[[str, str], str]]] = {
    # The first number of each changes no other, to its sign.
    "SUM": ("-0.0", lambda total, x: f"{total} = {total} + {x}"),
    "PROD": ("1.0", lambda total, x: f"{total} = {total} * {x}"),
    "VMIN": ("math.inf", lambda total, x: f"{total} = minimum({total}, {x})"),
    "VMAX": ("-math.inf", lambda total, x: f"{total} = maximum({total}, {x})"),
}
_CALLED = re.compile(r"(?<![\w.])([a-z_]\w*)\(")
_PYTHONS_OWN = frozenset({"abs", "float", "min", "max", "int"})
_PASSES_ON = frozenset({Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY, Operator.NEGATE})


def is_partial(node: Expression) -> bool:
    """Whether an operation by itself may have no finite value where Python's own would raise."""
    match node:
        case Operation(Operator.DIVIDE, (_, Literal(value))):
            return value == 0
        case Operation(operator):
            return operator in (Operator.DIVIDE, Operator.POWER)
        case Draw():  # whose stream may be no number
            return True
        case Call(function) | CallAlong(function):
            return not function.total
        case _:
            return False


@dataclass(slots=True)
class Writer:
    """Lines of a function, as they come to be written."""

    lines: list[str] = field(default_factory=list)
    depth: int = 1

    def write(self, *lines: str) -> None:
        """Add lines where the writer is."""
        self.lines += ["    " * self.depth + line for line in lines]

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """What is written meanwhile stands within a line that ends with a colon."""
        self.write(head)
        self.depth += 1
        yield
        self.depth -= 1


@dataclass(slots=True)
class NativeExpressions:
    """Prints the expressions of one group of assignments.

    Args:
        out: where lines go.
        read: the text of a number in a slot; of an array, at a place that turns lead to.
        fresh: gives names that nothing else has.
        tables: how a function is given a lookup or a series: the text of its arguments.
        constant: the name of a list of places, which is a constant of the module.
        key: the text of the key of a stream of random numbers.
        lane: the text of the run's number.
        scratch: the place of so many numbers that nothing else uses, in `h`.
        whole: where an array stands already, as a vector and a place in it; None if it does not.
        called: the names of functions that are called, which it adds to.

    Attributes:
        checks: whether `check`, of the number in `CHECK`, was written.
    """

    out: Writer
    read: Callable[[Load, Turns], str]
    fresh: Callable[[str], str]
    tables: Callable[[Load, Turns], str]
    place: Callable[[Draw, Turns], str]
    key: Callable[[str], str]
    lane: str
    scratch: Callable[[int], int]
    whole: Callable[[Expression, tuple[Loop, ...]], str | None]
    called: set[str]
    checks: bool = False

    def number(self, node: Expression, turns: Turns, *, watched: bool) -> str:
        """A number; `watched` if whatever it is computed for is no number when it is none."""
        text = self._number(node, turns, watched=watched)
        if watched or not is_partial(node):
            return text
        name = self.fresh("t")
        self.out.write(f"{name} = {text}")
        self.check(name)
        return name

    def check(self, name: str) -> None:
        """Take notice if a number is not finite."""
        self.checks = True
        self.out.write(f"check += {name} * 0.0")

    def _number(self, node: Expression, turns: Turns, *, watched: bool) -> str:
        match node:
            case Literal(value):
                return _literal(value)
            case Time():
                return "time"
            case Load():
                return self.read(node, turns)
            case Operation() if is_truth(node):
                return f"(1.0 if {self.truth(node, turns)} else 0.0)"
            case Operation(Operator.NEGATE, (operand,)):
                return f"(-{self.number(operand, turns, watched=watched)})"
            case Operation(Operator.POWER, (left, right)):
                self.called.add("power")
                base = self.number(left, turns, watched=False)
                return f"power({base}, {self.number(right, turns, watched=False)})"
            case Operation(Operator.DIVIDE, (left, right)):
                above = self.number(left, turns, watched=watched)
                return f"({above} / {self.number(right, turns, watched=False)})"
            case Operation(operator, (left, right)):
                inside = watched and operator in _PASSES_ON
                first = self.number(left, turns, watched=inside)
                return f"({first} {operator.value} {self.number(right, turns, watched=inside)})"
            case Choice():
                return self._choice(node, turns, watched=watched)
            case Call(function, (Gather(loops, value),)) if function.name in REDUCTIONS:
                return self._reduced(function.name, loops, value, turns, watched=watched)
            case Call(function, operands, keywords):
                named = {name: self.number(each, turns, watched=False) for name, each in keywords}
                passes_on = watched and function.name == "SQRT"
                return self._call(function, operands, turns, named, watched=passes_on)
            case Interpolate(table, operand):
                x, given = self.number(operand, turns, watched=False), self.tables(table, turns)
                reading = "read_series" if given.startswith("sx") else "look_up"
                self.called.add(reading)
                return f"{reading}({given}, {x})"
            case Draw(function, site, operands):
                return self._draw(node, function, site, operands, turns)
            case Operation() | Gather() | CallAlong() | Make() | Tell():
                raise AssertionError(node)

    def truth(self, node: Expression, turns: Turns) -> str:
        """A condition."""
        if not is_truth(node):
            return f"({self.number(node, turns, watched=False)} != 0.0)"
        assert isinstance(node, Operation)
        match node.operator, node.operands:
            case Operator.NOT, (operand,):
                return f"(not {self.truth(operand, turns)})"
            case (Operator.AND | Operator.OR) as operator, (left, right):
                first = self.truth(left, turns)
                lines, second = self._aside(lambda: self.truth(right, turns))
                if not lines:
                    return f"({first} {operator.value} {second})"
                name = self.fresh("c")
                self.out.write(f"{name} = {first}")
                test = name if operator is Operator.AND else f"not {name}"
                with self.out.block(f"if {test}:"):
                    self.out.write(*lines, f"{name} = {second}")
                return name
            case operator, (left, right):
                first = self.number(left, turns, watched=False)
                return f"({first} {operator.value} {self.number(right, turns, watched=False)})"
            case _:
                raise AssertionError(node)

    def _aside(self, text: Callable[[], str]) -> tuple[list[str], str]:
        """The lines that a text needs before it, not written yet, and the text."""
        out, self.out = self.out, Writer(depth=0)
        found = text()
        lines, self.out = self.out.lines, out
        return lines, found

    def _choice(self, node: Choice, turns: Turns, *, watched: bool) -> str:
        test = self.truth(node.condition, turns)
        yes_lines, yes = self._aside(lambda: self.number(node.yes, turns, watched=watched))
        no_lines, no = self._aside(lambda: self.number(node.no, turns, watched=watched))
        if not (yes_lines or no_lines):
            return f"({yes} if {test} else {no})"
        name = self.fresh("t")
        with self.out.block(f"if {test}:"):
            self.out.write(*yes_lines, f"{name} = {yes}")
        with self.out.block("else:"):
            self.out.write(*no_lines, f"{name} = {no}")
        return name

    # --- Calls ---

    def _call(
        self,
        function: Builtin,
        operands: tuple[Expression, ...],
        turns: Turns,
        named: Mapping[str, str],
        *,
        watched: bool,
    ) -> str:
        assert function.native is not None, function.name
        texts = self.arguments(function, operands, turns, watched=watched)
        return self.template(function.native, texts, named)

    def template(self, template: str, texts: list[str], named: Mapping[str, str]) -> str:
        """A template with its arguments; the functions that it calls are noted."""
        self.called.update(set(_CALLED.findall(template)) - _PYTHONS_OWN)
        return f"({template.format(*texts, **named)})"

    def arguments(
        self,
        function: Builtin,
        operands: tuple[Expression, ...],
        turns: Turns,
        *,
        watched: bool = False,
    ) -> list[str]:
        """What a function is given: numbers, tables, and arrays that are computed before."""
        return [
            self._argument(each, kind, turns, watched=watched)
            for each, kind in zip(operands, _kinds(function), strict=True)
        ]

    def _argument(
        self, node: Expression, kind: ArrayKind | None, turns: Turns, *, watched: bool
    ) -> str:
        match node:
            case Load(slot) if slot.bank is Bank.TABLE:
                return self.tables(node, turns)
            case Gather(loops, value):
                is_matrix = kind is ArrayKind.MATRIX
                return self._gathered(loops, value, turns, is_matrix=is_matrix)
            case _ if kind is not None:  # one number in the place of a row
                return self._gathered((), node, turns, is_matrix=False)
            case _:
                return self.number(node, turns, watched=watched)

    def _gathered(
        self, loops: tuple[Loop, ...], value: Expression, turns: Turns, *, is_matrix: bool
    ) -> str:
        """An array: where it begins, and how many elements, or rows and columns, it has.

        It stands in `h`, unless it is all of a slot.
        """
        size = math.prod(map(len, loops))
        rest = f"{len(loops[0])}, {len(loops[1])}" if is_matrix else str(size)
        whole = self.whole(value, loops)
        if whole is not None:
            return f"{whole}, {rest}"
        start = self.scratch(size)
        inner = self._within(loops, turns)
        count = self.fresh("h")
        self.out.write(f"{count} = {start}")
        with self._loops(loops, inner):
            self.out.write(
                f"h[{count}] = {self.number(value, inner, watched=False)}", f"{count} += 1"
            )
        return f"h, {start}, {rest}"

    def _reduced(
        self, name: str, loops: tuple[Loop, ...], value: Expression, turns: Turns, *, watched: bool
    ) -> str:
        first, more = REDUCTIONS[name]
        total = self.fresh("t")
        inner = self._within(loops, turns)
        passes_on = watched and name in ("SUM", "PROD")
        self.out.write(f"{total} = {first}")
        with self._loops(loops, inner):
            line = more(total, self.number(value, inner, watched=passes_on))
            self.called.update(set(_CALLED.findall(line)))
            self.out.write(line)
        return total

    def _within(self, loops: tuple[Loop, ...], turns: Turns) -> Turns:
        """The turns inside more loops, each with a counter of its own."""
        used = {each.name for each in turns.values()}
        names = (name for name in COUNTERS if name not in used)
        inner = {loop: Counted(next(names), range(len(loop))) for loop in loops}
        return {**turns, **inner}

    @contextmanager
    def _loops(self, loops: tuple[Loop, ...], turns: Turns) -> Iterator[None]:
        before = self.out.depth
        for loop in loops:
            self.out.write(f"for {turns[loop].name} in range({len(loop)}):")
            self.out.depth += 1
        yield
        self.out.depth = before

    def _draw(
        self,
        node: Draw,
        function: Builtin,
        site: int,
        operands: tuple[Expression, ...],
        turns: Turns,
    ) -> str:
        assert function.native is not None, function.name
        texts = self.arguments(function, operands, turns)
        stream_text = "0.0" if function.stream is None else texts[function.stream]
        element = self.place(node, turns)
        named = {"key": self.key(stream_text), "counter": f"{self.lane}, k, {element}, {site}"}
        return self.template(function.native, texts, named)


def _kinds(function: Builtin) -> Iterator[ArrayKind | None]:
    """Of each operand, what kind of array it is; after a storage comes a place in it."""
    for name in function.parameters:
        kind = function.arrays.get(name)
        yield kind
        if kind is ArrayKind.STORAGE:
            yield None


def _literal(value: float) -> str:
    if math.isnan(value):
        return "math.nan"
    if math.isinf(value):
        return "math.inf" if value > 0 else "(-math.inf)"
    return repr(value) if math.copysign(1.0, value) > 0 else f"({value!r})"
