"""Runs as the bytes of spreadsheets, Parquet and NetCDF files."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .columns import sorted_columns
from .contract import NA

if TYPE_CHECKING:
    import xarray as xr

    from .results import Run

__all__ = ["allowed_name", "netcdf_bytes", "parquet_bytes", "sheet_bytes"]

_SHEET_ROWS, _SHEET_COLUMNS = 1_048_576, 16_384
_TIME = "time"
_NOT_FIRST = re.compile(r"[^A-Za-z0-9_]")
_NOT_IN_NAMES = re.compile(r"[^ -.0-~]")  # of NetCDF: printable ASCII without a slash
# Names of types, which old readers of NetCDF take for nothing else.
_TYPES = {
    *("byte", "char", "short", "ushort", "int", "uint", "int64", "uint64"),
    *("float", "real", "double", "bool", "string"),
}


def sheet_bytes(run: Run) -> bytes:
    """A workbook of one sheet: names in the first row, a row for each time, as in a `.csv`.

    Raises:
        ImportError: openpyxl is not installed.
        ValueError: a sheet has not as many rows or columns, or cannot hold a name.
        OSError: there is no room for the rows while they are collected.
    """
    workbook, cells = _openpyxl("openpyxl"), _openpyxl("openpyxl.cell")
    columns, times = sorted_columns(run), run.series("Time")
    if len(columns) >= _SHEET_COLUMNS or len(times) >= _SHEET_ROWS:
        msg = f"a sheet has at most {_SHEET_ROWS} rows and {_SHEET_COLUMNS} columns"
        raise ValueError(msg)
    book = workbook.Workbook(write_only=True)
    sheet = book.create_sheet("Run")

    def cell(value: str | float | None) -> Any:
        # As text with its type set: openpyxl writes 16 digits of a number, where some need 17,
        # and takes a name that starts with “=” for a formula.
        made = cells.WriteOnlyCell(sheet, None if value is None else str(value))
        made.data_type = "s" if isinstance(value, str) else "n"
        return made

    try:
        sheet.append([cell("Time"), *(cell(column.name) for column in columns)])
    except _openpyxl("openpyxl.utils.exceptions").IllegalCharacterError:
        msg = "a name holds a letter that a sheet cannot"
        raise ValueError(msg) from None
    target = io.BytesIO()
    try:
        for row, time in enumerate(times):
            sheet.append([cell(time), *(cell(column.at(row)) for column in columns)])
        book.save(target)
    except OSError:  # rows are collected in a file, for which there may be no room
        with suppress(OSError):
            sheet._writer.xf.close()  # noqa: SLF001 -- else Python tells of it when it is forgotten
        raise
    return target.getvalue()


def _openpyxl(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        msg = "a spreadsheet needs openpyxl: pip install 's3c[data]'"
        raise ImportError(msg) from error


def parquet_bytes(run: Run) -> bytes:
    """The frame of `run.to_pandas()`, without a value where there is `:NA:` or NaN.

    Its `attrs["units"]` has the units of each column that has any.

    Raises:
        ImportError: pandas or pyarrow is not installed.
    """
    frame = run.to_pandas()
    frame = frame.mask(frame == NA)
    units = {column: run.model.select(column).variable.units for column in run.columns}
    frame.attrs = {"units": {column: unit for column, unit in units.items() if unit}}
    target = io.BytesIO()
    try:
        frame.to_parquet(target, engine="pyarrow")
    except ImportError as error:
        msg = "a Parquet file needs pyarrow: pip install 's3c[data]'"
        raise ImportError(msg) from error
    return target.getvalue()


def netcdf_bytes(run: Run) -> bytes:
    """The arrays of `run.to_xarray()` as NetCDF 3, with the attributes that CF asks for.

    A name that NetCDF does not allow is changed; `long_name` has every variable's own. Where there
    is `:NA:` or NaN, there is NaN, which is the fill value. Units that the model does not give are
    left out.

    Raises:
        ImportError: xarray is not installed.
    """
    dataset = run.to_xarray()
    dataset = dataset.where(dataset != NA)
    for name, coordinate in dataset.coords.items():
        coordinate.attrs.setdefault("long_name", str(name))
    dataset[_TIME].attrs |= {"axis": "T", "long_name": "Time"}
    dataset.attrs["Conventions"] = "CF-1.8"
    return _netcdf(dataset.rename(_allowed_names(dataset)))


def _netcdf(dataset: xr.Dataset) -> bytes:
    target = dataset.to_netcdf(engine="scipy")
    return bytes(target)


def _allowed_names(dataset: xr.Dataset) -> dict[str, str]:
    """For each name that NetCDF does not allow, one that it does and no other has."""
    names = [str(name) for name in (*dataset.coords, *dataset.data_vars)]
    taken = {name for name in names if allowed_name(name) == name}
    found: dict[str, str] = {}
    for name in names:
        if name in taken:
            continue
        candidate, number = allowed_name(name), 2
        while candidate in taken:
            candidate, number = f"{allowed_name(name)}_{number}", number + 1
        taken.add(candidate)
        found[name] = candidate
    return found


def allowed_name(name: str) -> str:
    """The name with what NetCDF does not allow in it replaced by underscores."""
    allowed = _NOT_IN_NAMES.sub("_", name)
    allowed = f"_{allowed}" if _NOT_FIRST.match(allowed) else allowed
    return f"{allowed}_" if allowed.lower() in _TYPES else allowed
