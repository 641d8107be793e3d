"""Which expressions keep their value during a run: a discrete delay's length must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syntax import Binary, Call, Expression, Number, Reference, Unary
from .expressions import parse_equation
from .names import key

if TYPE_CHECKING:
    from .outline import Entity
    from .translate import Reading, Translator

__all__ = ["is_steady"]

_STEADY_NAMES = frozenset({"dt", "starttime", "stoptime", "pi", "inf"})
_STEADY_CALLS = frozenset(
    {"abs", "exp", "int", "ln", "log10", "max", "min", "mod", "round", "safediv", "sqrt", "sum",
     "mean", "size", "prod", "if then else"}
)  # fmt: skip
_INITIAL = frozenset({"init", "initial"})
_DEEPEST = 50  # variables that are looked through


def is_steady(to: Translator, node: Expression) -> bool:
    """Whether an expression is made of numbers, and of variables that are.

    A macro's own names are not: what is given to its parameters is not known here.
    """
    return _steady(to, node, 0)


def _steady(to: Translator, node: Expression, depth: int) -> bool:
    match node:
        case Number():
            return True
        case Unary(operand=operand):
            return _steady(to, operand, depth)
        case Binary(left=left, right=right):
            return _steady(to, left, depth) and _steady(to, right, depth)
        case Call(function=function, arguments=arguments):
            name = key(function.name)
            if name in _INITIAL:
                return True
            return name in _STEADY_CALLS | _STEADY_NAMES and all(
                _steady(to, each, depth) for each in arguments
            )
        case Reference(name=name):
            if key(name) in to.site.names:
                return False
            entity = to.entity(name)
            if entity is None:
                return key(name) in _STEADY_NAMES
            return _variable(to.reading, entity, depth + 1)
        case _:
            return False


def _variable(reading: Reading, entity: Entity, depth: int) -> bool:
    """Whether a variable keeps its value: all its equations must be steady."""
    from .translate import Site, Translator

    known = reading.constant.get(entity.path)
    if known is not None:
        return known
    if entity.source is not None:
        source = reading.outline.entities.get(entity.source)
        return source is not None and depth < _DEEPEST and _variable(reading, source, depth + 1)
    reading.constant[entity.path] = False  # what depends on itself is not steady
    equations = [
        eqn for each in (entity.element, *entity.element.all("element")) for eqn in each.all("eqn")
    ]
    steady = entity.kind == "aux" and bool(equations) and depth < _DEEPEST
    for eqn in equations if steady else ():
        parsed = parse_equation(eqn.passage.text)
        if isinstance(parsed, Number | Unary | Binary | Call | Reference):
            to = Translator(reading, Site(entity.module), eqn.passage, 0)
            steady = steady and _steady(to, parsed, depth)
    reading.constant[entity.path] = steady
    return steady
