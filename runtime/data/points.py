"""Points of data by name, as they are gathered from a file: what is a name, and what a number."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import RunError
from ..names import display_name, fold
from ..subscripts import quoted_element, split_subscripts

__all__ = ["MISSING", "Points", "bad_data", "number_in", "shown_name"]

MISSING = -(2.0**109)
"""What is not above this is `:NA:`, in whatever program's spelling (reference D.8)."""

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Points:
    """Values by time, by name; of names that are spelled alike, the first spelling counts."""

    by_name: dict[str, dict[float, float]] = field(default_factory=dict)
    _spelled: dict[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return fold(name) in self._spelled

    def of(self, name: str) -> dict[float, float]:
        """Those of that name, to be added to."""
        return self.by_name.setdefault(self._spelled.setdefault(fold(name), name), {})

    def rising(self) -> Mapping[str, tuple[list[float], list[float]]]:
        """Times and values of each name, the earliest first."""
        found: dict[str, tuple[list[float], list[float]]] = {}
        for name, values in self.by_name.items():
            times = sorted(values)
            found[name] = times, [values[time] for time in times]
        return found


def bad_data(file: str, place: str, why: str, hint: str) -> RunError:
    """A data file cannot be understood.

    Args:
        file: its path.
        place: the line, and the column or cell, or nothing.
        why: what is wrong there, a sentence without its full stop.
        hint: the way out.
    """
    where = f"“{file}”, {place}:" if place else f"“{file}”"
    return RunError("S3C607", f"{where} {why}", hint)


def number_in(cell: object) -> float | None:
    """The finite number in a cell; None if it is empty, or says in any way that there is none.

    Raises:
        ValueError: there is something else in the cell.
    """
    match cell:
        case None:
            return None
        case str():
            text = cell.strip()
            if text in ("", ":NA:"):
                return None
            number = float(text) if _NUMBER.fullmatch(text) else math.nan
        case bool():
            number = math.nan
        case int() | float():
            number = float(cell) if abs(cell) < math.inf else math.nan
        case _:
            number = math.nan
    if not math.isfinite(number):
        raise ValueError(cell)
    return number if number > MISSING else None


def shown_name(written: str) -> str:
    """A name as a run shows it: no quotes but in elements that need them, no blanks at commas.

    >>> shown_name('"Birth-rate" [ East, old ]')
    'Birth-rate[East,old]'
    """
    for base, elements in split_subscripts(written):
        shown = (quoted_element(display_name(each)) for each in elements)
        return f"{display_name(base)}[{','.join(shown)}]"
    return display_name(written)
