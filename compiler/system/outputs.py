"""The outputs of macros (reference B.12): variables that a call defines, besides its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from s3c.runtime import display_name, fold

from ..syntax import Reference
from .loops import Axis
from .scope import Destination, Scope
from .shapes import Box, Shape, Shaper, where_in

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["is_defined_by", "output", "output_shape"]


def output_shape(shaper: Shaper, left: Box, boxes: Sequence[Box]) -> Shape:
    """The shape of a macro's outputs: an axis for each range of the calling left side.

    What exceptions leave out of that is not defined by the call.
    """
    numbers = [k for k, side in enumerate(left) if side.range and len(side.elements) > 1]
    whole = boxes[0] if len(boxes) == 1 else left
    sides = tuple(whole[k] for k in numbers)
    axes = tuple(Axis(shaper.spelled(side), side.elements) for side in sides)
    along = tuple({each: k for k, each in enumerate(axis.elements)} for axis in axes)
    if len(boxes) == 1:
        return Shape(axes, along, (sides,))
    there = {
        tuple(place[each] for place, each in zip(along, elements, strict=True))
        for box in boxes
        for elements in product(*(box[k].elements for k in numbers))
    }
    everywhere = product(*(range(len(axis.elements)) for axis in axes))
    return Shape(axes, along, (sides,), holes=frozenset(set(everywhere) - there))


def is_defined_by(resolver: Resolver, written: Reference, scope: Scope) -> bool:
    """Whether an output is this call's: nothing else defines it, or not before this call.

    If not, it may have other axes than the left side has ranges.
    """
    key, symbols = fold(written.name), resolver.symbols
    place = scope.equation.span_of(written.extent)
    return key not in symbols.variables and symbols.outputs.get(key) == place


def output(resolver: Resolver, name: str, scope: Scope) -> Destination:
    """Where a call in an equation of the model writes one of its macro's outputs."""
    shape = resolver.shapes[fold(name)]
    where = where_in(shape.lefts[0], shape, scope.subscripts)
    holes = tuple(sorted(shape.holes))
    return Destination(display_name(name), where, shape.axes, holes, hidden=False)
