"""Functions that XMILE has and Vensim lacks, as Vensim text: `functions.mdl`, filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import assert_never

from s3c.runtime import REGISTRY, fold

from ..source import Source
from ..syntax import (
    Binary,
    Call,
    Equation,
    Expression,
    Extent,
    Formula,
    Macro,
    Missing,
    Number,
    Reference,
    Table,
    Text,
    Unary,
    parse,
)

__all__ = ["filled_in", "library", "weight"]

_HEAVIEST = 60  # parts of an argument that may be written more than once


@cache
def library() -> Mapping[str, Macro]:
    """The macros of `functions.mdl`, by their names."""
    data = Path(__file__).with_name("functions.mdl").read_bytes()
    document, diagnostics = parse(Source.decode(data, "functions.mdl"))
    assert not diagnostics, diagnostics
    return {part.name: part for part in document.parts if isinstance(part, Macro)}


def filled_in(
    name: str, arguments: tuple[Expression, ...], extent: Extent, whole: bool
) -> Expression | None:
    """A function's equation with arguments in the place of its parameters, all at one extent.

    None where that would not mean the same: the function remembers something and is not the
    `whole` right side, or an argument that draws or remembers would be written more than once.
    """
    macro = library()[name]
    formulas = [each.definition for each in macro.body if isinstance(each, Equation)]
    if len(formulas) != 1 or not isinstance(formulas[0], Formula):
        return None
    body = formulas[0].expression
    itself = whole and isinstance(body, Call) and all(map(_is_pure, body.arguments))
    if not (itself or _is_pure(body)):
        return None
    values = dict(zip(map(fold, macro.inputs), arguments, strict=True))
    counts = dict.fromkeys(values, 0)
    for part in _parts(body):
        if isinstance(part, Reference) and fold(part.name) in counts:
            counts[fold(part.name)] += 1
    for parameter, value in values.items():
        if counts[parameter] > 1 and not (_is_pure(value) and weight(value, _HEAVIEST)):
            return None
    return _substituted(body, values, extent)


def weight(expression: Expression, most: int) -> int:
    """How many parts an expression has; 0 if more than `most`."""
    count = 0
    for _ in _parts(expression):
        count += 1
        if count > most:
            return 0
    return count


def _parts(expression: Expression) -> Iterator[Expression]:
    stack = [expression]
    while stack:
        part = stack.pop()
        yield part
        match part:
            case Call(arguments=arguments):
                stack += arguments
            case Unary(operand=operand):
                stack.append(operand)
            case Binary(left=left, right=right):
                stack += (left, right)
            case _:
                pass


def _is_pure(expression: Expression) -> bool:
    """Whether an expression gives the same wherever it stands: it neither draws nor remembers."""
    for count, part in enumerate(_parts(expression)):
        if count > _HEAVIEST:
            return False
        if isinstance(part, Call):
            function = REGISTRY.get(fold(part.function.name))
            if function is None or function.random or function.whole:
                return False
    return True


def _substituted(body: Expression, values: Mapping[str, Expression], extent: Extent) -> Expression:
    match body:
        case Reference(name=name) if fold(name) in values:
            return values[fold(name)]
        case Number() | Missing() | Text() | Reference() | Table():
            return replace(body, extent=extent)
        case Unary(operator, operand):
            return Unary(operator, _substituted(operand, values, extent), extent=extent)
        case Binary(operator, left, right):
            first, second = (_substituted(each, values, extent) for each in (left, right))
            return Binary(operator, first, second, extent=extent)
        case Call(function, arguments):
            inside = tuple(_substituted(each, values, extent) for each in arguments)
            return Call(replace(function, extent=extent), inside, extent=extent)
        case _:
            assert_never(body)
