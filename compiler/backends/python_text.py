"""Expressions of Python as a small tree: the fewest parentheses, and lines that fit the page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

__all__ = [
    "WIDTH",
    "Atom",
    "Binding",
    "Called",
    "Comprehension",
    "Conditional",
    "Infix",
    "Prefix",
    "Python",
    "filled",
    "flat",
    "is_enclosed",
    "lines",
]

WIDTH = 96


class Binding(IntEnum):
    """How tightly Python binds, loosest first."""

    CHOICE = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    SUM = 5
    PRODUCT = 6
    SIGN = 7
    ATOM = 8


@dataclass(frozen=True, slots=True)
class Atom:
    """Text that is not taken apart."""

    text: str
    binding: Binding = Binding.ATOM


@dataclass(frozen=True, slots=True)
class Prefix:
    """A sign, or `not `."""

    operator: str
    operand: Python
    binding: Binding


@dataclass(frozen=True, slots=True)
class Infix:
    """An operator between its two operands."""

    operator: str
    left: Python
    right: Python
    binding: Binding


@dataclass(frozen=True, slots=True)
class Conditional:
    """`yes if test else no`."""

    yes: Python
    test: Python
    no: Python
    binding: Binding = Binding.CHOICE


@dataclass(frozen=True, slots=True)
class Called:
    """A call: arguments in order, and those that are named."""

    name: str
    arguments: tuple[Python, ...]
    keywords: tuple[tuple[str, Python], ...] = ()
    binding: Binding = Binding.ATOM

    @property
    def labelled(self) -> tuple[tuple[str, Python], ...]:
        """All arguments, each with what is written before it."""
        named = ((f"{name}=", value) for name, value in self.keywords)
        return (*(("", each) for each in self.arguments), *named)


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`[value for name in range(count)]`."""

    value: Python
    name: str
    count: int
    binding: Binding = Binding.ATOM


Python: TypeAlias = Atom | Prefix | Infix | Conditional | Called | Comprehension


def flat(node: Python, around: Binding = Binding.CHOICE) -> str:
    """An expression on one line, where what stands around it binds as `around` does."""
    match node:
        case Atom(text):
            pass
        case Prefix(operator, operand, binding):
            text = f"{operator}{flat(operand, binding)}"
        case Infix(operator, left, right, binding):
            first, second = _around_operands(binding)
            text = f"{flat(left, first)} {operator} {flat(right, second)}"
        case Conditional(yes, test, no):
            text = (
                f"{flat(yes, Binding.OR)} if {flat(test, Binding.OR)}"
                f" else {flat(no, Binding.CHOICE)}"
            )
        case Called(name):
            text = f"{name}({', '.join([label + flat(each) for label, each in node.labelled])})"
        case Comprehension(value, name, count):
            text = f"[{flat(value)} for {name} in range({count})]"
    return f"({text})" if node.binding < around else text


def _around_operands(binding: Binding) -> tuple[Binding, Binding]:
    """How tightly what stands left and right of an operator must bind."""
    if binding is Binding.COMPARISON:
        # Python chains comparisons, Vensim does not: both sides are numbers here.
        return Binding.SUM, Binding.SUM
    # a - (b - c): the right side of the same binding keeps its parentheses.
    return binding, Binding(binding + 1)


def lines(node: Python, room: int) -> list[str]:
    """An expression over as many lines as it needs; all but a lone one want parentheses."""
    whole = flat(node)
    if len(whole) <= room:
        return [whole]
    match node:
        case Infix(binding=Binding.SUM | Binding.PRODUCT):
            return _chain(node, room)
        case Conditional(yes, test, no):
            return [
                *_grouped(yes, Binding.OR, "", room),
                f"if {flat(test, Binding.OR)}",
                *_grouped(no, Binding.CHOICE, "else ", room),
            ]
        case Called(name) if node.labelled:
            arguments: list[str] = []
            for label, each in node.labelled:
                first, *rest = lines(each, room - 4 - len(label))
                arguments += [label + first, *rest]
                arguments[-1] += ","
            return [f"{name}(", *(f"    {line}" for line in arguments), ")"]
        case Comprehension(value, name, count):
            inner = [*lines(value, room - 4), f"for {name} in range({count})"]
            return ["[", *(f"    {line}" for line in inner), "]"]
        case _:
            return [whole]


def is_enclosed(node: Python) -> bool:
    """Whether an expression over several lines stands within its own parentheses or brackets."""
    return isinstance(node, Called | Comprehension)


def _chain(node: Infix, room: int) -> list[str]:
    """A sum or a product, a term a line."""
    terms: list[tuple[str, Python]] = []
    first: Python = node
    while isinstance(first, Infix) and first.binding is node.binding:
        terms.append((f"{first.operator} ", first.right))
        first = first.left
    found = _grouped(first, node.binding, "", room)
    for lead, term in reversed(terms):
        found += _grouped(term, Binding(node.binding + 1), lead, room)
    return found


def _grouped(node: Python, around: Binding, lead: str, room: int) -> list[str]:
    """A part of a longer expression, in parentheses of its own if it needs lines."""
    whole = flat(node, around)
    if len(lead) + len(whole) <= room:
        return [lead + whole]
    inner = lines(node, room - 4)
    if len(inner) == 1:
        return [lead + whole]
    if is_enclosed(node):
        return [lead + inner[0], *inner[1:]]
    return [f"{lead}(", *(f"    {line}" for line in inner), ")"]


def filled(items: list[str], indent: str) -> list[str]:
    """Items with commas, as many a line as fit."""
    found: list[str] = []
    line: list[str] = []
    width = len(indent)
    for item in items:
        if width + len(item) + 1 > WIDTH and line:
            found.append(f"{indent}{', '.join(line)},")
            line, width = [], len(indent)
        line.append(item)
        width += len(item) + 2
    return [*found, f"{indent}{', '.join(line)}," if line else ""]
