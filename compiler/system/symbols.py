"""The names of a document: which equation defines which, before any meaning is given to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from s3c.runtime import display_name, fold

from ..diagnostics import Diagnostic
from ..kept import Kept
from ..source import Span
from ..syntax import (
    Binary,
    Call,
    Constraint,
    Data,
    Document,
    Empty,
    Equation,
    Equivalence,
    Expression,
    Formula,
    Lookup,
    Macro,
    Reference,
    StringVariable,
    SubscriptRange,
    Target,
    TestInput,
    Unary,
    Values,
)
from . import messages
from .ranges import RangeDefinition

__all__ = [
    "CheckDefinition",
    "Definition",
    "Named",
    "Symbols",
    "calls",
    "collect",
    "outputs_of",
    "walk_calls",
]

Named: TypeAlias = Formula | Values | Lookup | Data | Empty | StringVariable
"""The definitions that give a variable."""

Definition: TypeAlias = tuple[Equation, Named]
"""One equation and what it defines."""

CheckDefinition: TypeAlias = tuple[Equation, TestInput | Constraint]
"""One equation of a reality check, and what it says."""

_NAME_OF_BROKEN = re.compile(r"[^=(\[:<]*")


@dataclass(frozen=True, slots=True)
class Symbols:
    """What a document, or a macro's body, defines. All keys are folded names."""

    variables: Mapping[str, tuple[Definition, ...]]
    """A subscripted variable may have an equation for each of its elements."""
    outputs: Mapping[str, Span]  # defined by a macro call's `: output`
    macros: Mapping[str, Macro]
    range_definitions: tuple[RangeDefinition, ...]
    checks: tuple[CheckDefinition, ...]
    broken: frozenset[str]  # names whose equation could not be read
    ranges: frozenset[str] = frozenset()
    """Subscript ranges and their elements: known once the ranges are written out."""

    @property
    def display_names(self) -> Iterator[str]:
        """Every variable's name as it is written, for suggestions."""
        yield from (display_name(first.target.name) for (_, first), *_ in self.variables.values())
        yield from self.broken


def collect(
    parts: tuple[object, ...] | Document,
) -> tuple[Symbols, tuple[Diagnostic, ...]]:
    """The names of a document's parts, or of a macro's body."""
    variables: dict[str, list[Definition]] = {}
    outputs: dict[str, Span] = {}
    macros: dict[str, Macro] = {}
    range_definitions: list[RangeDefinition] = []
    checks: list[CheckDefinition] = []
    broken: set[str] = set()
    diagnostics: list[Diagnostic] = []
    for part in parts.parts if isinstance(parts, Document) else parts:
        if isinstance(part, Macro):
            if fold(part.name) in macros:
                first = macros[fold(part.name)].head
                diagnostics.append(messages.defined_twice(part.name, part.head, first))
            macros.setdefault(fold(part.name), part)
        if not isinstance(part, Equation):
            continue
        match part.definition:
            case None:
                written = _NAME_OF_BROKEN.match(part.body.text)
                broken.add(fold(written.group()) if written else "")
            case TestInput() | Constraint() as check:
                checks.append((part, check))
            case SubscriptRange() | Equivalence() as definition:
                range_definitions.append((part, definition))
            case named:
                key = fold(named.target.name)
                if key == "time":
                    diagnostics.append(
                        messages.reserved_name("Time", part.span_of(named.target.extent))
                    )
                elif key in variables and not _may_repeat(variables[key][0], named.target):
                    diagnostics.append(_twice(part, named, variables[key][0]))
                else:
                    variables.setdefault(key, []).append((part, named))
                for output in outputs_of(named):
                    if fold(output.name) in outputs:
                        diagnostics.append(_output_twice(output, part, outputs))
                    outputs.setdefault(fold(output.name), part.span_of(output.extent))
    diagnostics += (
        messages.defined_twice(
            display_name(named.target.name), part.span_of(named.target.extent), outputs[key]
        )
        for key, definitions in variables.items()
        if key in outputs
        for part, named in definitions
    )
    symbols = Symbols(
        {key: tuple(definitions) for key, definitions in variables.items()},
        outputs, macros, tuple(range_definitions), tuple(checks), frozenset(broken),
    )  # fmt: skip
    return symbols, tuple(diagnostics)


def _may_repeat(first: Definition, second: Target) -> bool:
    """A subscripted variable may have an equation for each of its elements."""
    return bool(first[1].target.subscripts) and bool(second.subscripts)


def _output_twice(output: Reference, equation: Equation, outputs: Mapping[str, Span]) -> Diagnostic:
    name = display_name(output.name)
    first = outputs[fold(output.name)]
    return messages.defined_twice(name, equation.span_of(output.extent), first)


def _twice(equation: Equation, named: Named, first: Definition) -> Diagnostic:
    return messages.defined_twice(
        display_name(named.target.name),
        equation.span_of(named.target.extent),
        first[0].span_of(first[1].target.extent),
    )


_OUTPUTS = Kept[Named, tuple[Reference, ...]]()


def outputs_of(named: Named) -> tuple[Reference, ...]:
    """The outputs of all calls in a definition's right side."""
    found = _OUTPUTS.get(named)
    if found is None:
        outputs = (output for call in calls(named) for output in call.outputs)
        found = _OUTPUTS.keep(named, tuple(outputs))
    return found


def calls(named: Named) -> Iterator[Call]:
    """Every call in a definition's right side."""
    match named:
        case Formula(expression=expression):
            yield from walk_calls(expression)
        case Lookup(body=Call() as body):
            yield from walk_calls(body)
        case _:
            pass


def walk_calls(expression: Expression) -> Iterator[Call]:
    """Every call in an expression."""
    stack: list[Expression] = [expression]
    while stack:
        match stack.pop():
            case Call(arguments=arguments) as call:
                stack += arguments
                yield call
            case Unary(operand=operand):
                stack.append(operand)
            case Binary(left=left, right=right):
                stack += (left, right)
            case _:
                pass
