"""What a run writes to a file: its numbers over time, each with a name, in Vensim's order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .contract import NA

if TYPE_CHECKING:
    from .results import Run

__all__ = ["Column", "has_value", "sorted_columns", "written"]


@dataclass(frozen=True, slots=True)
class Column:
    """A variable, or an element of one, over time."""

    name: str
    """As it is shown: `Population[East]`."""
    values: Sequence[float]
    """(n_times,), in the variable's units."""
    changes: bool
    """Whether it may; what does not is written once."""

    def at(self, row: int) -> float | None:
        """What a table shows in that row, from 0: None where the cell is empty."""
        value = self.values[row]
        return value if has_value(value) and (self.changes or row == 0) else None


def sorted_columns(run: Run) -> tuple[Column, ...]:
    """All that a run names, variables by the alphabet, elements in the order of their axes."""
    variables = sorted(run.variables, key=lambda each: (each.name.casefold(), each.name))
    return tuple(
        Column(name, run.series(name), variable.varies)
        for variable in variables
        for name in run.columns_of(variable.name)
    )


def has_value(value: float) -> bool:
    """Whether there is a number to write: neither NaN nor `:NA:`."""
    return not math.isnan(value) and value != NA


def written(value: float) -> str:
    """A number in the fewest digits that read back the same."""
    return repr(value).removesuffix(".0")
