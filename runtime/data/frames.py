"""Series in Parquet files, column by column, and in NetCDF files."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from ..errors import RunError, bad_file
from ..exports import allowed_name
from ..subscripts import quoted_element
from .gathering import Times, repeated
from .points import MISSING, Names, Series, bad_data

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["missing_package", "netcdf_series", "parquet_series"]

_NUMBERS = "write one column of times, and one of numbers for each series"
_TIME = "time"
_ROWS = 1 << 16


def parquet_series(source: BinaryIO, file: str, names: Names) -> dict[str, Series]:
    """The series in a frame: its times are the index if that has a name, or the first column.

    Args:
        source: the file, at its start.
        file: its path, for messages.
        names: which to keep.

    Raises:
        RunError: S3C606, pyarrow is not installed; S3C607, the file cannot be understood.
    """
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError:
        raise missing_package(file, "pyarrow") from None
    try:
        opened = parquet.ParquetFile(source if source.seekable() else io.BytesIO(source.read()))
        frame = _frame(opened, file)
        times = Times(frame.times())
        found: dict[str, Series] = {}
        for column, written in frame.others:
            values = frame.values(column, written)
            name = names.first(written)
            if name is not None:
                found[name] = times.series_of(values)
    except RunError:
        raise
    except Exception:  # noqa: BLE001 -- a broken file fails anywhere in pyarrow
        raise bad_data(file, "", "is no Parquet file", "save it as .parquet anew") from None
    return found


@dataclass(frozen=True, slots=True)
class _Frame:
    """The columns of a Parquet file, each by the name in the file and that of the series."""

    parquet: Any
    file: str
    first: tuple[str | range, str]
    """The times, which a file may give as a range."""
    others: tuple[tuple[str, str], ...]

    def times(self) -> Floats:
        """(n_rows,), each once."""
        import numpy as np

        column, name = self.first
        if isinstance(column, range):
            return np.arange(column.start, column.stop, column.step, dtype=np.float64)
        times = self.values(column, name)
        if np.isnan(times).any() or repeated(times) is not None:
            why = "a time is missing, or stands twice"
            raise bad_data(self.file, f"column “{name}”", why, "give each row a time of its own")
        return times

    def values(self, column: str, name: str) -> Floats:
        """The numbers of a column, (n_rows,), NaN where there is none."""
        import numpy as np

        types: Any = import_module("pyarrow.types")
        kind = self.parquet.schema_arrow.field(column).type
        place = f"column “{name}”"
        if not (types.is_integer(kind) or types.is_floating(kind)):
            raise bad_data(self.file, place, f"holds {kind}, not numbers", _NUMBERS)
        found = np.empty(self.parquet.metadata.num_rows)
        row = 0
        for batch in self.parquet.iter_batches(_ROWS, columns=[column], use_threads=False):
            numbers = _arrow_floats(batch.column(0))
            if np.isinf(numbers).any():
                where = f"{place}, row {row + int(np.isinf(numbers).argmax()) + 1}"
                hint = "leave out what has no value"
                raise bad_data(self.file, where, "is no finite number", hint)
            found[row : row + numbers.size] = np.where(numbers > MISSING, numbers, np.nan)
            row += numbers.size
        if row < found.size:
            raise bad_data(self.file, place, "ends too early", "save it as .parquet anew")
        return found


def _arrow_floats(column: Any) -> Floats:
    """The numbers of an array of pyarrow, NaN where there is none.

    Its `to_numpy` and `fill_null` would do, but import pandas, which takes as much memory as a
    large file.
    """
    import numpy as np

    cells = column.cast("float64", safe=False)
    known, data = cells.buffers()
    span = slice(cells.offset, cells.offset + len(cells))
    numbers: Floats = np.frombuffer(data or b"", np.float64)[span]
    if not cells.null_count:
        return numbers
    bits = np.unpackbits(np.frombuffer(known, np.uint8), bitorder="little")[span]
    return np.where(bits == 1, numbers, np.nan)


def _frame(parquet: Any, file: str) -> _Frame:
    """What pandas calls the columns and the index, if it wrote the file."""
    schema = parquet.schema_arrow
    about = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
    shown = {each["field_name"]: each["name"] for each in about.get("columns", ())}
    indices = about.get("index_columns", [])
    fields = {each for each in indices if isinstance(each, str)}
    columns: list[tuple[str | range, str]] = [
        (name, str(name if shown.get(name) is None else shown[name]))
        for name in schema.names
        if name not in fields
    ]
    if len(indices) == 1 and isinstance(indices[0], dict):
        index = indices[0]
        if index["name"] is not None:
            span = range(index["start"], index["stop"], index["step"])
            columns.insert(0, (span, str(index["name"])))
    elif len(indices) == 1 and shown.get(indices[0]) is not None:
        columns.insert(0, (indices[0], str(shown[indices[0]])))
    if not columns:
        raise bad_data(file, "", "has no columns", _NUMBERS)
    others = tuple((column, name) for column, name in columns[1:] if isinstance(column, str))
    return _Frame(parquet, file, columns[0], others)


def netcdf_series(source: BinaryIO, file: str, names: Names) -> dict[str, Series]:
    """The series in a NetCDF file, one for each element along the dimensions other than `time`.

    A variable that `write_table` had to rename has its own name again. What has no dimension
    `time` does not change, and has one point. What holds no numbers is left out.

    Args:
        source: the file, at its start.
        file: its path, for messages.
        names: which to keep.

    Raises:
        RunError: S3C606, xarray is not installed; S3C607, the file cannot be understood.
    """
    try:
        import xarray as xr
    except ImportError:
        raise missing_package(file, "xarray") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with xr.open_dataset(
                io.BytesIO(source.read()), decode_times=False, decode_timedelta=False, cache=False
            ) as dataset:
                return _labelled(dataset, file, names)
    except RunError:
        raise
    except Exception:  # noqa: BLE001 -- a broken file fails anywhere in what reads it
        hint = "save it as NetCDF 3 anew; NetCDF 4 needs the package h5netcdf"
        raise bad_data(file, "", "is no NetCDF file that can be read", hint) from None


def _labelled(dataset: xr.Dataset, file: str, names: Names) -> dict[str, Series]:
    import numpy as np

    if _TIME not in dataset.coords or dataset[_TIME].dims != (_TIME,):
        raise bad_data(file, "", "has no times", "give it a variable and a dimension “time”")
    times: Floats = dataset[_TIME].to_numpy().astype(np.float64)
    if not np.isfinite(times).all() or repeated(times) is not None:
        why = "a time is missing, or stands twice"
        raise bad_data(file, "variable “time”", why, "give each value a time of its own")
    shared = Times(times)
    found: dict[str, Series] = {}
    for key, variable in dataset.data_vars.items():
        if variable.dtype.kind not in "iuf":
            continue
        others = [str(dim) for dim in variable.dims if dim != _TIME]
        changes = _TIME in variable.dims
        ordered = variable.transpose(*others, *([_TIME] if changes else []))
        values = ordered.to_numpy().astype(np.float64).reshape(-1, times.size if changes else 1)
        base = _own_name(str(key), str(variable.attrs.get("long_name", "")))
        for row, written in enumerate(_elements(base, dataset, others)):
            name = names.first(written)
            if np.isinf(values[row]).any():
                hint = "leave out what has no value"
                raise bad_data(file, f"variable “{written}”", "is no finite number", hint)
            if name is not None:
                some = np.where(values[row] > MISSING, values[row], np.nan)
                found[name] = shared.series_of(some) if changes else _constant(times, some)
    return found


def _constant(times: Floats, value: Floats) -> Series:
    """One point at the first time, or none."""
    import numpy as np

    count = min(times.size, int(np.isfinite(value).sum()))
    return Series(np.sort(times)[:count], value[:count])


def _elements(base: str, dataset: xr.Dataset, dims: list[str]) -> Iterator[str]:
    """The names of the elements along some dimensions, the last fastest."""
    for labels in product(*(dataset[dim].to_numpy().tolist() for dim in dims)):
        elements = ",".join(quoted_element(str(label)) for label in labels)
        yield f"{base}[{elements}]" if dims else base


def _own_name(name: str, long_name: str) -> str:
    """The long name if the other is what is left of it in NetCDF."""
    stem = allowed_name(long_name)
    is_left = name == stem or re.fullmatch(re.escape(stem) + "_[0-9]+", name)
    return long_name if long_name and is_left else name


def missing_package(file: str, package: str) -> RunError:
    """A file cannot be read without a package that is not installed."""
    return bad_file(file, f"cannot be read without {package}", "pip install 's3c[data]'")
