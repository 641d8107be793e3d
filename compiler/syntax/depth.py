"""How deep a tree goes: everyone after us walks it by recursion, and no text may exhaust that."""

from __future__ import annotations

from . import messages
from .misread import Misread
from .tree import (
    Binary,
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

# Python's own limit is 1000 calls, and a walk takes two or three a level. A sum nests once a term.
MAX_DEPTH = 250


def check_depth(root: Definition | Expression) -> None:
    """Raise Misread if anything in the tree is nested too deeply. Itself it does not recurse."""
    level: list[Definition | Expression] = [root]
    for _ in range(MAX_DEPTH + 1):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise Misread(root.extent, lambda span: messages.nested_too_deeply(span, MAX_DEPTH))


def _children(node: Definition | Expression) -> tuple[Definition | Expression, ...]:
    match node:
        case Binary(left=left, right=right):
            return left, right
        case Unary(operand=operand):
            return (operand,)
        case Call(arguments=arguments):
            return arguments
        case Formula(expression=expression) | TestInput(expression=expression):
            return (expression,)
        case Constraint(condition=condition, consequence=consequence):
            return condition, consequence
        case Lookup(body=Call() as call) | SubscriptRange(items=Call() as call):
            return (call,)
        case _:
            return ()
