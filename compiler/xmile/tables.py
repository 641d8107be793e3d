"""Graphical functions: `<gf>` as a table of points, and the ways to read one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..diagnostics import Diagnostic
from ..syntax import Call, Expression, Extent, Reference, Table
from . import messages
from .elements import Element

__all__ = ["GraphicalFunction", "kind_of", "read_at", "read_table"]

_FUNCTIONS = {"extrapolate": "LOOKUP EXTRAPOLATE", "discrete": "LOOKUP BACKWARD"}


@dataclass(frozen=True, slots=True)
class GraphicalFunction:
    """A table's points, and how it is read: continuous, extrapolate or discrete."""

    points: tuple[tuple[float, float], ...]
    kind: str

    def node(self, extent: Extent) -> Table:
        """The table as a part of an equation."""
        return Table(self.points, extent=extent)


def kind_of(element: Element) -> str:
    """How a `<gf>` is read. STELLA's old files say `discrete="true"`."""
    if element.attributes.get("discrete", "").strip().lower() == "true":
        return "discrete"
    return element.attributes.get("type", "continuous").strip().lower() or "continuous"


def read_table(element: Element) -> GraphicalFunction | Diagnostic:
    """The points of a `<gf>`, or why there are none."""
    kind = kind_of(element)
    if kind not in ("continuous", "extrapolate", "discrete"):
        hint = "use continuous, extrapolate or discrete"
        place = element.attribute("type")
        return messages.not_expressible(place, f"a table of the type “{kind}”", hint)
    heights = _numbers(element.first("ypts"))
    if isinstance(heights, Diagnostic):
        return heights
    if not heights:
        return messages.table_without_points(element.head)
    places = _numbers(element.first("xpts"))
    if isinstance(places, Diagnostic):
        return places
    if not places:
        scaled = _scaled(element, len(heights))
        if isinstance(scaled, Diagnostic):
            return scaled
        places = scaled
    if len(places) != len(heights):
        return messages.points_uneven(element.head, len(places), len(heights))
    return GraphicalFunction(tuple(zip(places, heights, strict=True)), kind)


def read_at(table: Reference | Table, kind: str, x: Expression, extent: Extent) -> Expression:
    """A table's value at x."""
    name = _FUNCTIONS.get(kind)
    if name is None:
        if isinstance(table, Reference):
            return Call(table, (x,), extent=extent)
        name = "WITH LOOKUP"
        return Call(Reference(name, extent=extent), (x, table), extent=extent)
    return Call(Reference(name, extent=extent), (table, x), extent=extent)


def _scaled(element: Element, count: int) -> list[float] | Diagnostic:
    """As many x, equally far apart, as there are y: from `<xscale>`."""
    scale = element.first("xscale")
    if scale is None:
        return messages.table_without_points(element.head)
    bounds: list[float] = []
    for name in ("min", "max"):
        value = _number(scale.attributes.get(name, ""))
        if value is None:
            return messages.not_a_number(scale.attribute(name), f"the {name} of this scale")
        bounds.append(value)
    low, high = bounds
    if count == 1:
        return [low]
    if not low < high or not math.isfinite(high - low):
        return messages.not_a_number(scale.head, "the width of this scale")
    return [low + (high - low) * step / (count - 1) for step in range(count - 1)] + [high]


def _numbers(element: Element | None) -> list[float] | Diagnostic:
    """The numbers of `<xpts>` or `<ypts>`, between whose values `sep` stands, or a comma."""
    if element is None or not element.text:
        return []
    separator = element.attributes.get("sep", ",")
    text = element.passage.text
    found: list[float] = []
    offset = 0
    for word in text.split(separator) if separator.strip() else text.split():
        if not separator.strip():
            offset = text.index(word, offset)
        value = _number(word)
        if value is None:
            start = offset + len(word) - len(word.lstrip())
            place = element.passage.span(start, start + len(word.strip()))
            return messages.not_a_number(place, f"“{word.strip()}”")
        found.append(value)
        offset += len(word) + (len(separator) if separator.strip() else 0)
    return found


def _number(text: str) -> float | None:
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
