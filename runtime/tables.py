"""Writing runs as tables, in the layout of Vensim's exports (reference E.8)."""

from __future__ import annotations

import csv
import io
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .contract import NA, Space
from .errors import bad_file
from .files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .results import Run

__all__ = ["write_table"]

_SEPARATORS = {".csv": ",", ".tab": "\t", ".tsv": "\t"}
_CHANGING = (Space.STOCK, Space.AUXILIARY)


def write_table(run: Run, path: str | os.PathLike[str]) -> None:
    """Write a run with time running down: a column for each variable, in alphabetical order.

    An array has a column for each element, `Population[East]`, in the order of its axes. What does
    not change stands in the first row only; `:NA:` and NaN are empty cells; numbers are written so
    that they read back the same. The file is there whole or not at all.

    Args:
        run: what to write.
        path: ends in `.csv`, `.tab` or `.tsv`.

    Raises:
        RunError: S3C606, the ending is another, or the file cannot be written.
    """
    target = Path(path)
    separator = _SEPARATORS.get(target.suffix.lower())
    if separator is None:
        hint = f"end its name in one of {', '.join(_SEPARATORS)}"
        raise bad_file(str(target), "is not the name of a table", hint)
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(_rows(run))
    write_whole(target, text.getvalue().encode("utf-8"))


def _rows(run: Run) -> Iterator[list[str]]:
    """The header, then a row for each time."""
    variables = sorted(run.variables, key=lambda each: (each.name.casefold(), each.name))
    named = [(name, each) for each in variables for name in run.columns_of(each.name)]
    yield ["Time", *(name for name, _ in named)]
    first_row_only = [variable.space not in _CHANGING for _, variable in named]
    columns = [run.series(name) for name, _ in named]
    for row, time in enumerate(run.series("Time")):
        cells = [
            "" if row and once else _written(column[row])
            for column, once in zip(columns, first_row_only, strict=True)
        ]
        yield [_written(time), *cells]


def _written(value: float) -> str:
    """A number in the fewest digits that read back the same."""
    if math.isnan(value) or value == NA:
        return ""
    return repr(value).removesuffix(".0")
