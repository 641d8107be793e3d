"""What many runs tell of each parameter, as tables: a row for each number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Protocol

from ..running.scenarios import cell, write_rows
from ..tree import Moment

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Measure", "Measured", "measures_frame", "save_measures", "when"]

_HEADING = ("variable", "at", "measure", "parameter", "with", "value", "lower", "upper")


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a parameter, and its interval; NaN is what cannot be told."""

    variable: str
    at: float | Moment
    measure: str
    """As `first order`, `total`, `mu star`."""
    parameter: str
    value: float
    lower: float = float("nan")
    upper: float = float("nan")
    other: str = ""
    """The second parameter of an index of second order."""


class Measured(Protocol):
    """A result that is numbers of parameters."""

    def measures(self) -> tuple[Measure, ...]:
        """Each number with its interval."""
        ...


def when(at: float | Moment) -> str:
    """A moment in words: `end`, `peak`, or a time."""
    return str(at) if isinstance(at, Moment) else f"{at:g}"


def save_measures(results: Iterable[Measured], path: str | PathLike[str]) -> None:
    """Write a table of several results, a row for each number; what is not a number is empty.

    Its columns are: variable, at, measure, parameter, with (of second order, the other
    parameter), value, lower, upper.

    Args:
        results: Sobol' indices, Morris' effects, rank correlations.
        path: ends in `.csv`, `.tab` or `.tsv`.

    Raises:
        RunError: S3C606, the ending is another, or the file cannot be written.
    """
    rows = (
        (
            *(each.variable, _time(each.at), each.measure, each.parameter, each.other),
            *map(cell, (each.value, each.lower, each.upper)),
        )
        for result in results
        for each in result.measures()
    )
    write_rows(path, (_HEADING, *rows))


def measures_frame(results: Iterable[Measured]) -> pd.DataFrame:
    """The same as a frame.

    Raises:
        ImportError: pandas is not installed.
    """
    import pandas as pd

    rows = [
        (
            *(each.variable, _time(each.at), each.measure, each.parameter, each.other),
            *(each.value, each.lower, each.upper),
        )
        for result in results
        for each in result.measures()
    ]
    return pd.DataFrame(rows, columns=list(_HEADING))


def _time(at: float | Moment) -> str:
    return str(at) if isinstance(at, Moment) else cell(float(at))
