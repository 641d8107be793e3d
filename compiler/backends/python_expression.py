"""Expressions as Python: the fewest parentheses, and lines that fit the page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from s3c.runtime import NA, REGISTRY, Builtin

from ..program import (
    Call,
    Choice,
    Draw,
    Expression,
    Interpolate,
    Literal,
    Load,
    Operation,
    Operator,
    Slot,
    Time,
)

__all__ = ["PythonExpressions", "called_name"]

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


_BINDINGS = {
    Operator.OR: Binding.OR,
    Operator.AND: Binding.AND,
    Operator.NOT: Binding.NOT,
    Operator.ADD: Binding.SUM,
    Operator.SUBTRACT: Binding.SUM,
    Operator.MULTIPLY: Binding.PRODUCT,
    Operator.DIVIDE: Binding.PRODUCT,
    Operator.NEGATE: Binding.SIGN,
    Operator.POWER: Binding.ATOM,  # printed as a call: Python's ** makes complex numbers
}
_POWER = REGISTRY["power"]
# A template that is one call of all its arguments in order: it can be broken into lines.
_PLAIN_CALL = re.compile(r"([\w.]+)\((?:\{\d\}(?:, )?)+\)")


def called_name(builtin: Builtin) -> str:
    """What a generated module calls a function: `step` there is the model's own."""
    name = builtin.python_name
    return f"{name}_input" if name == "step" else name


def uses_body(builtin: Builtin) -> bool:
    """Whether calling a function needs its body, and not just Python's own."""
    return builtin.python is None


@dataclass(frozen=True, slots=True)
class PythonExpressions:
    """Prints expressions with the names that slots have in a module."""

    names: Mapping[Slot, str]

    def number(self, node: Expression) -> str:
        """An expression as Python that gives a number."""
        return self._number(node, Binding.CHOICE)

    def _number(self, node: Expression, around: Binding) -> str:
        """An expression where what stands around it binds as `around` does."""
        if _is_truth(node):
            return f"float({self._truth(node, Binding.CHOICE)})"
        text, binding = self._operand(node)
        return f"({text})" if binding < around else text

    def _truth(self, node: Expression, around: Binding) -> str:
        """An expression as a condition."""
        if not _is_truth(node):
            return self._number(node, around)
        assert isinstance(node, Operation)
        binding = _BINDINGS.get(node.operator, Binding.COMPARISON)
        match node.operator, node.operands:
            case Operator.NOT, (operand,):
                text = f"not {self._truth(operand, Binding.NOT)}"
            case (Operator.AND | Operator.OR) as operator, (left, right):
                text = (
                    f"{self._truth(left, binding)} {operator.value} "
                    f"{self._truth(right, Binding(binding + 1))}"
                )
            case operator, (left, right):
                # Python chains comparisons, Vensim does not: both sides are numbers here.
                text = (
                    f"{self._number(left, Binding.SUM)} {operator.value} "
                    f"{self._number(right, Binding.SUM)}"
                )
            case _:
                raise AssertionError(node)
        return f"({text})" if binding < around else text

    def _operand(self, node: Expression) -> tuple[str, Binding]:
        """A number's text and how tightly it binds."""
        match node:
            case Literal(value):
                return _literal(value)
            case Time():
                return "time", Binding.ATOM
            case Load(slot):
                return self.names[slot], Binding.ATOM
            case Operation(Operator.NEGATE, (operand,)):
                return f"-{self._number(operand, Binding.SIGN)}", Binding.SIGN
            case Operation(Operator.POWER, operands):
                return self._template(_POWER, operands), Binding.ATOM
            case Operation(operator, (left, right)):
                binding = _BINDINGS[operator]
                tighter = Binding(binding + 1)
                # a - (b - c): the right side of the same binding keeps its parentheses.
                first, second = self._number(left, binding), self._number(right, tighter)
                return f"{first} {operator.value} {second}", binding
            case Choice(condition, yes, no):
                yes_text, no_text = self._number(yes, Binding.OR), self._number(no, Binding.CHOICE)
                test = self._truth(condition, Binding.OR)
                return f"{yes_text} if {test} else {no_text}", Binding.CHOICE
            case Call(function, operands, ()) if function.python is not None:
                return self._template(function, operands), Binding.ATOM
            case Call() | Draw() | Interpolate():
                name, arguments = self._call(node)
                return f"{name}({', '.join(arguments)})", Binding.ATOM
            case Operation():
                raise AssertionError(node)

    def _template(self, function: Builtin, operands: tuple[Expression, ...]) -> str:
        assert function.python is not None
        return function.python.format(*map(self.number, operands))

    def _call(self, node: Call | Draw | Interpolate) -> tuple[str, list[str]]:
        match node:
            case Call(function, operands, keywords):
                named = [f"{name}={self.number(value)}" for name, value in keywords]
                return called_name(function), [*map(self.number, operands), *named]
            case Draw(function, site, operands):
                return called_name(function), ["draws", str(site), *map(self.number, operands)]
            case Interpolate(table, operand):
                return self.names[table], [self.number(operand)]

    # --- Lines ---

    def lines(self, node: Expression, room: int) -> list[str]:
        """An expression over as many lines as it needs; all but a lone one want parentheses."""
        flat = self.number(node)
        if len(flat) <= room or _is_truth(node):
            return [flat]
        match node:
            case Operation(operator, (_, _)) if operator is not Operator.POWER:
                return self._chain(node, room)
            case Choice(condition, yes, no):
                return [
                    *self._grouped(yes, Binding.OR, "", room),
                    f"if {self._truth(condition, Binding.OR)}",
                    *self._grouped(no, Binding.CHOICE, "else ", room),
                ]
            case Call() | Draw() | Interpolate():
                return self._call_lines(node, room) or [flat]
            case _:
                return [flat]

    def _call_lines(self, node: Call | Draw | Interpolate, room: int) -> list[str]:
        """A call with an argument a line; nothing if its template is not a plain call."""
        if isinstance(node, Call) and node.function.python is not None:
            plain = _PLAIN_CALL.fullmatch(node.function.python)
            if plain is None:
                return []
            name = plain[1]
        else:
            name = self._call(node)[0]
        arguments: list[str] = []
        match node:
            case Call(_, operands, keywords):
                labelled = [("", each) for each in operands]
                labelled += [(f"{keyword}=", each) for keyword, each in keywords]
            case Draw(_, site, operands):
                arguments.append(f"draws, {site},")
                labelled = [("", each) for each in operands]
            case Interpolate(_, operand):
                labelled = [("", operand)]
        for label, each in labelled:
            first, *rest = self.lines(each, room - 4 - len(label))
            arguments += [label + first, *rest]
            arguments[-1] += ","
        return [f"{name}(", *(f"    {line}" for line in arguments), ")"]

    def _chain(self, node: Operation, room: int) -> list[str]:
        """A sum or a product, a term a line."""
        binding = _BINDINGS[node.operator]
        terms: list[tuple[str, Expression]] = []
        first: Expression = node
        while (
            isinstance(first, Operation)
            and len(first.operands) == 2
            and _BINDINGS.get(first.operator) is binding
        ):
            terms.append((f"{first.operator.value} ", first.operands[1]))
            first = first.operands[0]
        lines = self._grouped(first, binding, "", room)
        for lead, term in reversed(terms):
            lines += self._grouped(term, Binding(binding + 1), lead, room)
        return lines

    def _grouped(self, node: Expression, around: Binding, lead: str, room: int) -> list[str]:
        """A part of a longer expression, in parentheses of its own if it needs lines."""
        flat = self._number(node, around)
        if len(lead) + len(flat) <= room:
            return [lead + flat]
        inner = self.lines(node, room - 4)
        if len(inner) == 1:
            return [lead + flat]
        if inner[0].endswith("(") and inner[-1] == ")":
            return [lead + inner[0], *inner[1:]]
        return [f"{lead}(", *(f"    {line}" for line in inner), ")"]


def _is_truth(node: Expression) -> bool:
    """Whether an expression is a comparison or a connective: Python's True or False."""
    return isinstance(node, Operation) and (
        node.operator not in _BINDINGS or node.operator in (Operator.AND, Operator.OR, Operator.NOT)
    )


def _literal(value: float) -> tuple[str, Binding]:
    if value == NA:
        return "NA", Binding.ATOM
    if not math.isfinite(value):
        return f'float("{value}")', Binding.ATOM
    return repr(value), Binding.SIGN if math.copysign(1.0, value) < 0 else Binding.ATOM
