"""Many numbers at a time, out of the cells of a file."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .points import MISSING, number_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.intp]

__all__ = ["Numbers", "is_empty", "numbers_in", "shown"]

# Of these alone, Python makes no number that `number_in` does not.
_PLAIN = b"0123456789+-.eE \t"
_NUMBER = re.compile(rb"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """What the cells hold that are not empty, up to the first that is wrong."""

    places: Places
    """(n_numbers,), of these cells among all, rising."""
    values: Floats
    """(n_numbers,), finite; NaN where a cell says that there is no value."""
    is_wrong: bool
    """Whether the last of them is no finite number, nor nothing; its value is NaN."""


def numbers_in(cells: Sequence[object], encoding: str) -> Numbers:
    """The numbers in cells as `number_in` reads them; text is in bytes of that encoding."""
    import numpy as np

    places = np.flatnonzero(np.fromiter(map(bool, cells), np.bool_, len(cells)))
    plain = _plain_values(cells, places.size)
    if plain is not None:
        return Numbers(places, plain, is_wrong=False)
    found: list[int] = []
    values: list[float] = []
    for place, cell in enumerate(cells):
        try:
            value = _value(cell, encoding)
        except ValueError:
            value, is_wrong = None, True
        else:
            is_wrong = False
            if value is None and is_empty(cell, encoding):
                continue
        found.append(place)
        values.append(math.nan if value is None else value)
        if is_wrong:
            break
    else:
        is_wrong = False
    return Numbers(np.array(found, np.intp), np.array(values, np.float64), is_wrong)


def _plain_values(cells: Sequence[object], count: int) -> Floats | None:
    """The numbers in cells of which so many are not empty; None if it takes a closer look."""
    import numpy as np

    try:
        joined = b"".join(cells)  # type: ignore[arg-type]  # tried
    except TypeError:
        return None
    if joined.translate(None, _PLAIN):
        return None
    try:
        values = np.fromiter(map(float, filter(None, cells)), np.float64, count)  # type: ignore[arg-type]
    except ValueError:
        return None
    if not np.isfinite(values).all():
        return None
    values[values <= MISSING] = math.nan
    return values


def _value(cell: object, encoding: str) -> float | None:
    if isinstance(cell, bytes):
        if not cell or cell == b":NA:":
            return None
        return number_in(float(cell) if _NUMBER.fullmatch(cell) else cell.decode(encoding))
    return number_in(cell)


def is_empty(cell: object, encoding: str) -> bool:
    """Whether nothing but blanks stands in a cell."""
    return cell is None or (
        isinstance(cell, str | bytes) and not str(shown(cell, encoding)).strip()
    )


def shown(cell: object, encoding: str) -> object:
    """A cell as a person reads it."""
    return cell.decode(encoding) if isinstance(cell, bytes) else cell
