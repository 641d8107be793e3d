"""Writing runs to files: as tables in the layout of Vensim's exports (reference E.8), and others.

The ending of the file's name says which. Every format keeps each number to its last bit.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .columns import sorted_columns, written
from .data.dat import dat_text
from .errors import bad_file
from .exports import netcdf_bytes, parquet_bytes, sheet_bytes
from .files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .results import Run

__all__ = ["write_csv", "write_table"]

_Writer: TypeAlias = "Callable[[Run], bytes]"


def write_table(run: Run, path: str | os.PathLike[str]) -> None:
    """Write a run in the format that the ending of the name asks for.

    - `.csv`, `.tab`, `.tsv`: as `write_csv`.
    - `.dat`: Vensim's data format, a series after another; see `s3c.runtime.data.dat`.
    - `.xlsx`: a sheet in the layout of `.csv`, numbers as numbers.
    - `.parquet`: the frame of `run.to_pandas()`, its units in `attrs["units"]` by column.
    - `.nc`: the arrays of `run.to_xarray()`, as NetCDF with the attributes of CF.

    `:NA:` and NaN are empty cells, or points left out; in `.parquet` and `.nc` both are NaN. The
    file is there whole or not at all.

    Args:
        run: what to write.
        path: where to; ends as above.

    Raises:
        RunError: S3C606, the ending is another, the file cannot be written, or it needs a package
            that is not installed.
    """
    _write(run, Path(path), _WRITERS)


def write_csv(run: Run, path: str | os.PathLike[str]) -> None:
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
    _write(run, Path(path), _TEXT)


def _write(run: Run, target: Path, writers: Mapping[str, _Writer]) -> None:
    writer = writers.get(target.suffix.lower())
    if writer is None:
        hint = f"end its name in one of {', '.join(writers)}"
        raise bad_file(str(target), "is not the name of a table", hint)
    try:
        data = writer(run)
    except ImportError as error:
        raise bad_file(
            str(target), f"cannot be written: {error}", "or write a .csv instead"
        ) from None
    except ValueError as error:  # more columns than a sheet has, or letters that it cannot hold
        hint = "choose another format"
        raise bad_file(str(target), f"cannot be written: {error}", hint) from None
    except OSError as error:  # a workbook is collected in a file for a while
        reason, hint = error.strerror or str(error), "make room, or choose another format"
        raise bad_file(str(target), f"cannot be written: {reason}", hint) from None
    write_whole(target, data)


def _text(separator: str) -> _Writer:
    """A writer of tables whose cells stand between separators."""

    def table(run: Run) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="\n").writerows(_rows(run))
        return text.getvalue().encode("utf-8")

    return table


def _dat(run: Run) -> bytes:
    return dat_text(run).encode("utf-8")


_TEXT: dict[str, _Writer] = {".csv": _text(","), ".tab": _text("\t"), ".tsv": _text("\t")}
_WRITERS: dict[str, _Writer] = {
    **_TEXT,
    ".dat": _dat,
    ".xlsx": sheet_bytes,
    ".parquet": parquet_bytes,
    ".nc": netcdf_bytes,
}


def _rows(run: Run) -> Iterator[list[str]]:
    """The header, then a row for each time."""
    columns = sorted_columns(run)
    yield ["Time", *(column.name for column in columns)]
    for row, time in enumerate(run.series("Time")):
        yield [_cell(time), *(_cell(column.at(row)) for column in columns)]


def _cell(value: float | None) -> str:
    """A number, or an empty cell."""
    return "" if value is None else written(value)
