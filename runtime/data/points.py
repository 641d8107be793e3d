"""Series of points, and what in a file is the name of one, and what a number."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ..errors import RunError
from ..names import display_name, fold
from ..subscripts import quoted_element, split_subscripts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["MISSING", "Names", "Series", "bad_data", "number_in", "shown_name"]

MISSING = -(2.0**109)
"""What is not above this is `:NA:`, in whatever program's spelling (reference D.8)."""

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

# A name that is shown as it is written, and differs from others in no more than case.
_IS_SIMPLE = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The known points of a variable, or of an element of one; a constant has one.

    Neither array is to be written to; series may share their times.
    """

    times: Floats
    """(n_points,), rising."""
    values: Floats
    """(n_points,), finite; in the units of whoever wrote them."""


class Names:
    """The names of the series in a file: which to keep, and whether one stood there before.

    Args:
        wanted: those to keep, in any spelling; None is all.
    """

    def __init__(self, wanted: Iterable[str] | None) -> None:
        self._wanted = None if wanted is None else frozenset(map(fold, wanted))
        self._spelled: dict[str, str] = {}

    def first(self, written: str) -> str | None:
        """The name as it is shown; None if it is not wanted, or stood there before."""
        if _IS_SIMPLE.fullmatch(written):
            name, folded = written, written.casefold()
        else:
            name = shown_name(written)
            folded = fold(name)
        if folded in self._spelled or not (self._wanted is None or folded in self._wanted):
            return None
        self._spelled[folded] = name
        return name

    def shown(self, written: str) -> str | None:
        """The name as it was shown first; None if it is not wanted."""
        return self.first(written) or self._spelled.get(fold(shown_name(written)))


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
