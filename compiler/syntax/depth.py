"""How deep a tree goes: everyone after us walks it by recursion, and no text may exhaust that."""

from __future__ import annotations

from collections.abc import Iterator

from . import messages
from .misread import Misread
from .tree import (
    Binary,
    BinaryOperator,
    Call,
    Constraint,
    Definition,
    Expression,
    Formula,
    Lookup,
    SubscriptRange,
    TestInput,
    Unary,
)

__all__ = ["MAX_DEPTH", "check_depth"]

# Python's own limits are 1000 calls and, in the module that is printed, 200 open parentheses.
# A long sum or product takes one call a term and no parentheses; whatever else nests takes some
# of each, and a call of a function most. So 250 terms, 125 parentheses, 62 calls within calls.
MAX_DEPTH = 250
_CHAIN, _NESTING, _CALL = 1, 2, 4

_CHAINS = (
    frozenset({BinaryOperator.PLUS, BinaryOperator.MINUS}),
    frozenset({BinaryOperator.TIMES, BinaryOperator.OVER}),
    frozenset({BinaryOperator.AND}),
    frozenset({BinaryOperator.OR}),
)


def check_depth(root: Definition | Expression) -> None:
    """Raise Misread if anything in the tree is nested too deeply. Itself it does not recurse."""
    waiting: list[tuple[Definition | Expression, int]] = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise Misread(root.extent, lambda span: messages.nested_too_deeply(span, MAX_DEPTH))
        waiting.extend((child, depth + weight) for child, weight in _children(node))


def _children(
    node: Definition | Expression,
) -> Iterator[tuple[Definition | Expression, int]]:
    """The parts of a node, each with what it adds to the depth."""
    match node:
        case Binary(operator, left, right):
            yield left, _CHAIN if _continues(operator, left) else _NESTING
            yield right, _NESTING
        case Unary(operand=operand):
            yield operand, _NESTING
        case Call(arguments=arguments):
            yield from ((argument, _CALL) for argument in arguments)
        case Formula(expression=expression) | TestInput(expression=expression):
            yield expression, 0
        case Constraint(condition=condition, consequence=consequence):
            yield condition, 0
            yield consequence, 0
        case Lookup(body=Call() as call) | SubscriptRange(items=Call() as call):
            yield call, 0
        case _:
            pass


def _continues(operator: BinaryOperator, left: Expression) -> bool:
    """Whether a left side is the beginning of the same sum or product."""
    return isinstance(left, Binary) and any({operator, left.operator} <= each for each in _CHAINS)
