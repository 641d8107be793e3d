"""Reading series of data from files: outputs of runs, of this or other programs, and measurements.

The ending of the file's name says how. Tables may have time running down or across; `.dat` is
Vensim's own format (reference E.8).
"""

from __future__ import annotations

import csv
import io
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import RunError, bad_file
from ..files import decoded
from .dat import dat_points
from .grids import Grid, grid_points
from .points import MISSING, Points, bad_data, shown_name

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Series", "read_dataset"]

_NUMBERS = "write one column of times, and one of numbers for each series"


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The known points of a variable, or of an element of one; a constant has one.

    Neither array is to be written to.
    """

    times: Floats
    """(n_points,), rising."""
    values: Floats
    """(n_points,), finite; in the units of whoever wrote them."""


def read_dataset(path: str | os.PathLike[str]) -> dict[str, Series]:
    """Read all series in a file.

    Args:
        path: ends in `.csv`, `.tab` or `.tsv` (UTF-8, or else Windows' Western letters), `.dat`,
            `.xlsx` (its first sheet) or `.parquet`.

    Returns:
        The series by name, `Population[East]`, in the order of the file. Empty cells, `:NA:` and
        NaN are no points.

    Raises:
        RunError: S3C606, the file cannot be read, its ending is another, or it needs a package
            that is not installed. S3C607, it cannot be understood.
    """
    source = Path(path)
    reader = _READERS.get(source.suffix.lower())
    if reader is None:
        hint = f"save the data as one of {', '.join(_READERS)}"
        raise bad_file(str(source), "is not the name of a data file", hint)
    try:
        data = source.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise bad_file(str(source), f"cannot be read: {reason}", "check its name") from None
    return reader(data, str(source))


def _from_points(points: Points) -> dict[str, Series]:
    import numpy as np

    return {
        name: _series(np.array(times, dtype=np.float64), np.array(values, dtype=np.float64))
        for name, (times, values) in points.rising().items()
    }


def _series(times: Floats, values: Floats) -> Series:
    times.setflags(write=False)
    values.setflags(write=False)
    return Series(times, values)


def _text_in(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, or else in Windows' Western letters.

    Raises:
        RunError: S3C607, it is neither.
    """
    text = decoded(data)
    if "\0" in text or "\N{REPLACEMENT CHARACTER}" in text:
        raise bad_data(file, "", "is not text in UTF-8", "save it as text in UTF-8")
    return text


def _read_dat(data: bytes, file: str) -> dict[str, Series]:
    return _from_points(dat_points(_text_in(data, file), file))


def _read_text(separator: str) -> Callable[[bytes, str], dict[str, Series]]:
    """A reader of tables whose cells stand between separators."""

    def read(data: bytes, file: str) -> dict[str, Series]:
        rows = csv.reader(io.StringIO(_text_in(data, file), newline=""), delimiter=separator)
        cells: list[list[str]] = []
        lines: list[int] = []  # on which each row starts: a quoted cell may hold line ends
        line = 1
        try:
            for row in rows:
                cells.append(row)
                lines.append(line)
                line = rows.line_num + 1
        except csv.Error as error:  # a cell that goes on and on
            hint = "close the quote, and check that the ending says what separates the cells"
            raise bad_data(file, f"line {line}", str(error), hint) from None
        grid = Grid(file, cells, lambda row, col: f"line {lines[row]}, column {col + 1}")
        return _from_points(grid_points(grid))

    return read


def _read_sheet(data: bytes, file: str) -> dict[str, Series]:
    """The first sheet of a workbook; of formulas, the values that were kept with them."""
    try:
        openpyxl: Any = import_module("openpyxl")
    except ImportError:
        raise _missing(file, "openpyxl") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and the like, which are not read
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write wrong ones
            rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
    except Exception:  # noqa: BLE001 -- a broken file fails anywhere in openpyxl
        raise bad_data(file, "", "is no workbook with a sheet", "save it as .xlsx anew") from None
    return _from_points(grid_points(Grid(file, rows, _cell)))


def _cell(row: int, column: int) -> str:
    """The name of a cell in a sheet: `cell C5`."""
    letters, number = "", column + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"cell {letters}{row + 1}"


def _read_parquet(data: bytes, file: str) -> dict[str, Series]:
    """A frame whose index is the time if it has a name, and else its first column."""
    try:
        import pandas as pd

        import_module("pyarrow")
    except ImportError:
        raise _missing(file, "pandas and pyarrow") from None
    try:
        frame = pd.read_parquet(io.BytesIO(data), engine="pyarrow")
    except Exception:  # noqa: BLE001 -- a broken file fails anywhere in pyarrow
        raise bad_data(file, "", "is no Parquet file", "save it as .parquet anew") from None
    if frame.index.name is not None:
        frame = frame.reset_index()
    if frame.columns.empty:
        raise bad_data(file, "", "has no columns", _NUMBERS)
    names = [str(name) for name in frame.columns]
    return _frame_series([_floats(frame, k, file) for k in range(len(names))], names, file)


def _floats(frame: pd.DataFrame, column: int, file: str) -> Floats:
    """The numbers of a column, NaN where there is none."""
    import numpy as np
    from pandas.api.types import is_bool_dtype, is_complex_dtype, is_numeric_dtype

    values = frame.iloc[:, column]
    place = f"column “{frame.columns[column]}”"
    if not is_numeric_dtype(values) or is_bool_dtype(values) or is_complex_dtype(values):
        raise bad_data(file, place, f"holds {values.dtype}, not numbers", _NUMBERS)
    numbers: Floats = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        row = int(np.isinf(numbers).argmax()) + 1
        hint = "leave out what has no value"
        raise bad_data(file, f"{place}, row {row}", "is no finite number", hint)
    return np.where(numbers > MISSING, numbers, np.nan)


def _frame_series(columns: list[Floats], names: list[str], file: str) -> dict[str, Series]:
    """The series of the columns after the first, which has the times."""
    import numpy as np

    times = columns[0]
    if np.isnan(times).any() or len(np.unique(times)) < len(times):
        why = "a time is missing, or stands twice"
        raise bad_data(file, f"column “{names[0]}”", why, "give each row a time of its own")
    order = np.argsort(times)
    found: dict[str, Series] = {}
    for name, column in zip(names[1:], columns[1:], strict=True):
        rows = order[~np.isnan(column[order])]
        found.setdefault(shown_name(name), _series(times[rows], column[rows]))
    return found


def _missing(file: str, package: str) -> RunError:
    return bad_file(file, f"cannot be read without {package}", "pip install 's3c[data]'")


_READERS: dict[str, Callable[[bytes, str], dict[str, Series]]] = {
    ".csv": _read_text(","),
    ".tab": _read_text("\t"),
    ".tsv": _read_text("\t"),
    ".dat": _read_dat,
    ".xlsx": _read_sheet,
    ".parquet": _read_parquet,
}
