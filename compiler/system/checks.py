"""Reality checks as they are meant: what each constraint wants made true, and what it asks then.

`check_reading` reads them from a document, `check_equations` writes what a test of them needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from s3c.runtime import display_name, fold

from .. import syntax
from ..source import Span
from ..syntax import BinaryOperator, Constraint, Equation, Expression, Reference
from .check_functions import Trajectory

__all__ = [
    "Check",
    "Enforced",
    "Input",
    "Shown",
    "changed",
    "renamed",
    "shown_reference",
    "walk_syntax",
    "with_subscripts",
]


@dataclass(frozen=True, slots=True)
class Input:
    """A value that a test puts in the place of a variable.

    Where `relation` is an inequality, it does so only while that does not hold. `own` says that
    it is a test input's: then its value is read with the subscripts of its target, not with those
    of the check. `in_force` limits it to some times.
    """

    number: int
    equation: Equation  # whose text it is
    target: Reference
    relation: BinaryOperator
    value: Expression
    own: bool
    text: str
    in_force: Expression | None = None


@dataclass(frozen=True, slots=True)
class Enforced:
    """The trajectory of an RC … CHECK function in a consequence, and when it is enforced."""

    number: int
    trajectory: Trajectory
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that is told where a check fails: as it is written, and what it reads."""

    text: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class Check:
    """One constraint.

    `stem` begins the names of the hidden variables that it needs. `condition` and `consequence`
    read these. Each of `alternatives` lists the inputs that make the condition true together.
    """

    name: str
    stem: str
    equation: Equation
    subscripts: tuple[syntax.Subscript, ...]
    condition: Expression
    consequence: Expression
    inputs: tuple[Input, ...]
    enforced: tuple[Enforced, ...]
    alternatives: tuple[tuple[int, ...], ...]
    shown: tuple[Shown, ...]
    compared: tuple[tuple[str, str], ...]
    """The runs and their variables that RC COMPARE reads."""

    @property
    def span(self) -> Span:
        """The whole constraint."""
        return self.equation.body

    @property
    def constraint_extent(self) -> syntax.Extent:
        """The whole constraint, within its equation."""
        assert isinstance(self.equation.definition, Constraint)
        return self.equation.definition.extent

    def hidden(self, what: str) -> str:
        """The name of a hidden variable of this check."""
        return f"#{self.stem}>{what}#"


# --- Expressions as they are written ---


def walk_syntax(expression: Expression) -> Iterator[Expression]:
    """An expression and its parts, in the order of the text; not the names of functions."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        match node:
            case syntax.Call(arguments=arguments):
                stack += reversed(arguments)
            case syntax.Unary(operand=operand):
                stack.append(operand)
            case syntax.Binary(left=left, right=right):
                stack += (right, left)
            case _:
                pass


def shown_reference(node: Reference) -> str:
    """A reading as it is shown."""
    inside = ",".join(display_name(each.name) for each in node.subscripts)
    return f"{display_name(node.name)}[{inside}]" if inside else display_name(node.name)


def renamed(
    subscripts: tuple[syntax.Subscript, ...], means: Mapping[str, syntax.Subscript]
) -> tuple[syntax.Subscript, ...]:
    """Subscripts, those that have another meaning changed to it; `means` has folded names."""
    return tuple(
        replace(each, name=means[fold(each.name)].name)
        if fold(each.name) in means and not each.marked
        else each
        for each in subscripts
    )


def with_subscripts(node: Expression, means: Mapping[str, syntax.Subscript]) -> Expression:
    """An expression with other names of ranges or elements in its subscripts."""

    def change(each: Expression) -> Expression:
        match each:
            case Reference(subscripts=subscripts):
                return replace(each, subscripts=renamed(subscripts, means))
            case syntax.Call(function=function):
                called = replace(function, subscripts=renamed(function.subscripts, means))
                return replace(each, function=called)
            case _:
                return each

    return changed(node, change)


def changed(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """An expression in which each part, the smaller ones first, is what `change` makes of it."""
    match node:
        case syntax.Call(arguments=arguments):
            node = replace(node, arguments=tuple(changed(each, change) for each in arguments))
        case syntax.Unary(operand=operand):
            node = replace(node, operand=changed(operand, change))
        case syntax.Binary(left=left, right=right):
            node = replace(node, left=changed(left, change), right=changed(right, change))
        case _:
            pass
    return change(node)
