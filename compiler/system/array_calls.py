"""Calls of functions that take arrays (reference B.10, C.8, C.9): what each argument gathers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from s3c.runtime import REGISTRY, ArrayKind, Builtin, fold

from .. import syntax
from ..syntax import BinaryOperator
from . import calls, indices
from . import subscript_messages as wrong
from .loops import Along, At, Axis, Index, Loop, places_along
from .ranges import RangeId
from .scope import Scope
from .shapes import Shape
from .tree import Binary, Choice, Expression, Gather, Listed, Number, Read, VarId, free_loops

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["arguments"]

_MOST_LOOPS = 30  # around a value: older numpys have arrays of 32 axes
_MOST_TURNS = 100_000_000  # of all loops around a value: numpy has a number for each
_PROFILE = 4  # type, priority, width, extra
_OF_PROFILES = (ArrayKind.PROFILE, ArrayKind.PROFILES)


def arguments(
    resolver: Resolver,
    builtin: Builtin,
    node: syntax.Call,
    scope: Scope,
    over: tuple[Loop, ...] = (),
) -> tuple[Expression, ...] | None:
    """What the body of a function on arrays is called with; None, with a diagnostic, if unclear.

    `over` are the loops that the function fills at once. Its arrays run along them, too.
    """
    reader = _Reader(resolver, builtin, node, scope, over)
    marked = reader.marked()
    if marked is None:
        return None
    found: list[Expression] = []
    for parameter, argument in zip(builtin.parameters, node.arguments, strict=True):
        kind = builtin.arrays.get(parameter)
        read = reader.argument(parameter, kind, argument, marked, found)
        if read is None:
            return None
        found += read
    return tuple(found)


class _Reader:
    """Reads the arguments of one call."""

    def __init__(
        self,
        resolver: Resolver,
        builtin: Builtin,
        node: syntax.Call,
        scope: Scope,
        over: tuple[Loop, ...],
    ) -> None:
        self.resolver = resolver
        self.builtin = builtin
        self.node = node
        self.scope = scope
        self.over = over

    def marked(self) -> Mapping[RangeId, Loop] | None:
        """A loop for each range that is marked in an argument that runs over such."""
        if ArrayKind.MARKED not in self.builtin.arrays.values():
            return {}
        loops: dict[RangeId, Loop] = {}
        for parameter, argument in zip(self.builtin.parameters, self.node.arguments, strict=True):
            if self.builtin.arrays.get(parameter) is not ArrayKind.MARKED:
                continue
            for subscript in _marked_in(argument):
                key = RangeId(fold(subscript.name))
                found = self.resolver.ranges.ranges.get(key)
                if found is None:
                    span = self.scope.span(subscript.extent)
                    self.resolver.refuse(self.resolver.shaper.unknown(subscript.name, span))
                    return None
                if found.broken:
                    return None
                if key not in loops:
                    loops[key] = self.resolver.loop(key)
        if not loops:
            span = self.scope.span(self.node.extent)
            self.resolver.refuse(wrong.nothing_marked(self.builtin.name, span))
            return None
        around = (*self.scope.loops, *loops.values())
        turns, span = math.prod(map(len, around)), self.scope.span(self.node.extent)
        if turns > _MOST_TURNS:
            self.resolver.refuse(wrong.too_many_turns(self.builtin.name, turns, _MOST_TURNS, span))
            return None
        if len(around) > _MOST_LOOPS:
            many = len(around)
            self.resolver.refuse(wrong.too_many_marks(self.builtin.name, many, _MOST_LOOPS, span))
            return None
        return loops

    def argument(
        self,
        parameter: str,
        kind: ArrayKind | None,
        argument: syntax.Expression,
        marked: Mapping[RangeId, Loop],
        before: list[Expression],
    ) -> tuple[Expression, ...] | None:
        """What one argument gives to the body."""
        match kind:
            case None:
                value = self.resolver.expression(argument, self.scope)
                if free_loops(value).isdisjoint(self.over):
                    return (value,)
                span = self.scope.span(argument.extent)
                self.resolver.refuse(wrong.along_loop(self.builtin.name, len(self.over), span))
                return None
            case ArrayKind.MARKED:
                return (self._over_marked(argument, marked, before),)
            case ArrayKind.ROW if self.over:
                # Any expression will do: it runs along the loop that is filled.
                value = self.resolver.expression(argument, self.scope)
                return (Gather(self.over, value),)
            case ArrayKind.MATRIX:
                return (Gather(self.over, self.resolver.expression(argument, self.scope)),)
            case ArrayKind.ROW_OR_NUMBER if not _is_subscripted(argument):
                return (self.resolver.expression(argument, self.scope),)
            case ArrayKind.STORAGE:
                return self._storage(parameter, argument)
            case _:
                return self._gathered(parameter, kind, argument)

    def _over_marked(
        self, argument: syntax.Expression, marked: Mapping[RangeId, Loop], before: list[Expression]
    ) -> Expression:
        inner = self.scope.within(marked)
        loops = tuple(marked.values())
        if not (before and isinstance(before[0], Gather)):
            return Gather(loops, self.resolver.expression(argument, inner))
        # VECTOR SELECT computes its expression only where the selection is not zero.
        selection = before[0].expression
        chosen = Binary(BinaryOperator.UNEQUAL, selection, Number(0.0))
        value = self.resolver.expression(argument, inner.under(chosen))
        guarded = Choice(chosen, value, Number(0.0)) if calls.can_fail(value) else value
        return Gather(loops, guarded)

    # --- Arrays that are named ---

    def _variable(
        self, parameter: str, argument: syntax.Expression, dimensions: int
    ) -> tuple[syntax.Reference, Shape] | None:
        """An argument that must be a subscripted variable of the model."""
        if isinstance(argument, syntax.Reference):
            shape = self.resolver.shapes.get(fold(argument.name))
            if shape is not None and shape.broken:
                return None
            wanted = max(dimensions, 1)
            if shape is not None and len(shape.axes) == len(argument.subscripts) >= wanted:
                return argument, shape
        span = self.scope.span(argument.extent)
        shown = parameter.replace("_", " ")
        self.resolver.refuse(wrong.needs_variable(self.builtin.name, shown, dimensions or 1, span))
        return None

    def _storage(
        self, parameter: str, argument: syntax.Expression
    ) -> tuple[Expression, ...] | None:
        """The whole of a variable, end to end, and the place in it of the element that is named."""
        named = self._variable(parameter, argument, 0)
        if named is None:
            return None
        reference, shape = named
        variable = VarId(fold(reference.name))
        read = indices.read(self.resolver, reference, variable, shape, self.scope)
        if read is None:
            return None
        loops = tuple(self.resolver.loop_over(axis.name, axis.elements) for axis in shape.axes)
        everywhere = tuple(Along(loop, range(len(loop))) for loop in loops)
        whole = Read(variable, read.span, everywhere)
        return Gather(loops, whole), _flat_place(read.indices, shape.axes)

    def _gathered(
        self, parameter: str, kind: ArrayKind, argument: syntax.Expression
    ) -> tuple[Expression, ...] | None:
        """A variable along its last axes: from the element that is named on, or over a range."""
        dimensions = 2 if kind is ArrayKind.PROFILES else 1
        named = self._variable(parameter, argument, dimensions)
        if named is None:
            return None
        reference, shape = named
        variable = VarId(fold(reference.name))
        first = len(shape.axes) - dimensions
        found: list[Index] = []
        loops: list[Loop] = []
        for dimension, axis in enumerate(shape.axes):
            is_profile = kind in _OF_PROFILES and dimension == len(shape.axes) - 1
            step = (
                self._run(reference, dimension, axis, shape, is_profile)
                if dimension >= first
                else indices.index(self.resolver, reference, dimension, variable, shape, self.scope)
            )
            if step is None:
                return None
            if is_profile and not (isinstance(step, Along) and len(step.loop) == _PROFILE):
                span = self.scope.span(argument.extent)
                shown = parameter.replace("_", " ")
                self.resolver.refuse(wrong.no_profile(self.builtin.name, shown, span))
                return None
            found.append(step)
            if dimension >= first and isinstance(step, Along):
                loops.append(step.loop)
        span = self.scope.span(argument.extent)
        return (Gather(tuple(loops), Read(variable, span, tuple(found))),)

    def _run(
        self, reference: syntax.Reference, dimension: int, axis: Axis, shape: Shape, profile: bool
    ) -> Index | None:
        """Along one axis: what is filled at once, a whole range, or from an element to the end."""
        ranges, key = self.resolver.ranges, fold(reference.subscripts[dimension].name)
        along = shape.places[dimension]
        found = ranges.ranges.get(RangeId(key))
        if found is not None and not (self.over and not profile):
            elements = found.elements
        else:
            step = indices.index(
                self.resolver, reference, dimension, VarId(fold(reference.name)), shape, self.scope
            )
            if not isinstance(step, At):
                return step
            last = step.place + _PROFILE if profile else len(axis.elements)
            elements = axis.elements[step.place : last]
        if elements is not axis.elements and any(each not in along for each in elements):
            span = self.scope.span(reference.subscripts[dimension].extent)
            name = reference.subscripts[dimension].name
            self.resolver.refuse(self.resolver.shaper.unknown(name, span))
            return None
        loop = self.resolver.loop_over(axis.name, elements)
        return Along(loop, places_along(axis, along, elements))


def _flat_place(indices_: tuple[Index, ...], axes: tuple[Axis, ...]) -> Expression:
    """The place of an element in the whole of its variable, the last axis fastest."""
    stride, fixed = 1, 0.0
    terms: list[Expression] = []
    for each, axis in zip(reversed(indices_), reversed(axes), strict=True):
        match each:
            case At(place):
                fixed += stride * place
            case Along(loop, along):
                terms.append(Listed(tuple(float(stride * place) for place in along), (loop,)))
        stride *= len(axis.elements)
    total: Expression = Number(fixed)
    for number, term in enumerate(reversed(terms)):
        alone = number == 0 and fixed == 0.0
        total = term if alone else Binary(BinaryOperator.PLUS, total, term)
    return total


def _is_subscripted(argument: syntax.Expression) -> bool:
    """Whether an argument names a variable and an element of it."""
    return isinstance(argument, syntax.Reference) and bool(argument.subscripts)


def _marked_in(node: syntax.Expression) -> Iterator[syntax.Subscript]:
    """The marked subscripts of an argument that are not those of a function within it."""
    stack: list[syntax.Expression] = [node]
    while stack:
        match stack.pop():
            case syntax.Reference(subscripts=subscripts):
                yield from _of(subscripts)
            case syntax.Call(function=function, arguments=inner):
                yield from _of(function.subscripts)
                builtin = REGISTRY.get(fold(function.name))
                if not (builtin and ArrayKind.MARKED in builtin.arrays.values()):
                    stack += reversed(inner)
                else:
                    stack += (
                        each
                        for each, parameter in zip(inner, builtin.parameters, strict=False)
                        if builtin.arrays.get(parameter) is not ArrayKind.MARKED
                    )
            case syntax.Unary(operand=operand):
                stack.append(operand)
            case syntax.Binary(left=left, right=right):
                stack += (right, left)
            case _:
                pass


def _of(subscripts: Iterable[syntax.Subscript]) -> Iterator[syntax.Subscript]:
    return (each for each in subscripts if each.marked)
