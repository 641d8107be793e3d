"""Reading series of data from files: outputs of runs, of this or other programs, and measurements.

The ending of the file's name says how. Tables may have time running down or across; `.dat` is
Vensim's own format (reference E.8). A file is opened and read once; what is kept of it is its
numbers, 8 bytes for each, and for its times if series do not share them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from ..errors import bad_file
from ..files import open_file
from .dat import dat_series
from .frames import netcdf_series, parquet_series
from .points import Names, Series
from .running import table_series
from .separated import SeparatedText
from .text import Text

__all__ = ["Series", "read_dataset"]

_Reader: TypeAlias = Callable[[BinaryIO, str, Names], dict[str, Series]]


def read_dataset(
    path: str | os.PathLike[str], names: Iterable[str] | None = None
) -> dict[str, Series]:
    """Read the series in a file.

    Args:
        path: ends in `.csv`, `.tab` or `.tsv` (UTF-8, or else Windows' Western letters), `.dat`,
            `.xlsx`, `.xlsm`, `.xls` or `.ods` (its first sheet), `.parquet` or `.nc`.
        names: those to keep, in any spelling; None is all. The others are checked, too.

    Returns:
        The series by name, `Population[East]`, in the order of the file. Empty cells, `:NA:` and
        NaN are no points.

    Raises:
        RunError: S3C606, the file cannot be read, its ending is another, or it needs a package
            that is not installed. S3C607, it cannot be understood.
    """
    source = Path(path)
    reader = _READERS.get(source.suffix.lower())
    if reader is None and source.suffix.lower() in _UNPUBLISHED:
        why = "is in Vensim's own format, which is not published: no number could be trusted"
        raise bad_file(str(source), why, "export the run from Vensim as .tab, .csv or .dat")
    if reader is None:
        hint = f"save the data as one of {', '.join(_READERS)}"
        raise bad_file(str(source), "is not the name of a data file", hint)
    try:
        with open_file(source) as opened:
            return reader(opened, str(source), Names(names))
    except OSError as error:
        reason = error.strerror or str(error)
        raise bad_file(str(source), f"cannot be read: {reason}", "check its name") from None


def _read_dat(source: BinaryIO, file: str, names: Names) -> dict[str, Series]:
    return dat_series(Text(source, file), names)


def _read_text(separator: str) -> _Reader:
    """A reader of tables whose cells stand between separators."""

    def read(source: BinaryIO, file: str, names: Names) -> dict[str, Series]:
        return table_series(SeparatedText(Text(source, file), separator), names)

    return read


def _read_sheet(source: BinaryIO, file: str, names: Names) -> dict[str, Series]:
    """The first sheet of a workbook."""
    from .workbook_tables import workbook_series

    return workbook_series(source, file, names)


_UNPUBLISHED = (".vdf", ".vdfx")
_READERS: dict[str, _Reader] = {
    ".csv": _read_text(","),
    ".tab": _read_text("\t"),
    ".tsv": _read_text("\t"),
    ".dat": _read_dat,
    ".xlsx": _read_sheet,
    ".parquet": parquet_series,
    ".nc": netcdf_series,
    ".xlsm": _read_sheet,
    ".xls": _read_sheet,
    ".ods": _read_sheet,
}
