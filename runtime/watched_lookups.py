"""Lookups that note how far they are read: Vensim warns of what is beyond (reference C.7).

A run does not watch them: that would take time at each of its readings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from .contract import CompiledModel, Kind, Space
from .lookups import Lookup
from .subscripts import Selection, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["WatchedLookup", "watch_lookups"]


class WatchedLookup(NamedTuple):
    """A lookup, or an element of one, of a model whose readings are noted in `table`.

    `variable` is the variable in whose equation its points stand.
    """

    variable: str
    name: str
    table: _Watched

    @property
    def beyond(self) -> tuple[float, float] | None:
        """The x from which and to which it was read; None if its points go as far."""
        least, most = self.table.least, self.table.most
        points = self.table.points
        is_within = points[0][0] <= least and most <= points[-1][0]
        return None if is_within or least > most else (least, most)


class _Watched(Lookup):
    """A lookup that notes the least and the greatest x of its calls."""

    __slots__ = ("least", "most")

    def __init__(self, points: Iterable[tuple[float, float]]) -> None:
        super().__init__(points)
        self.least, self.most = math.inf, -math.inf

    def __call__(self, x: float) -> float:
        """The table's y at `x`."""
        self.least = min(self.least, x)
        self.most = max(self.most, x)
        return super().__call__(x)


def watch_lookups(model: CompiledModel) -> tuple[WatchedLookup, ...]:
    """Watch the lookups of a model that is loaded for this alone, until it is thrown away.

    Those that the model reads from files are not watched.
    """
    module = model.equations.step.__globals__
    found: list[WatchedLookup] = []
    for each in model.in_space(Space.TABLE):
        held = module.get(each.python_name)
        if each.kind is not Kind.LOOKUP or held is None:
            continue
        if not each.axes:
            module[each.python_name] = table = _Watched(held.points)
            found.append(WatchedLookup(each.owner, each.owner, table))
            continue
        module[each.python_name] = tables = held.copy()
        for place in places_of(each):
            tables[place] = table = _Watched(held[place].points)
            name = each.owner if each.hidden else Selection(each, place).name
            found.append(WatchedLookup(each.owner, name, table))
    return tuple(found)
