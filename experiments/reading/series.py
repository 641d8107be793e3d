"""The `[[series]]` of an experiment: measurements over time that a fit is held against."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from s3c.runtime import RunError, did_you_mean, fold, printable, read_dataset

from ..tree import BENCHMARK, ErrorModel, MeasuredSeries
from .entries import Entry
from .names import Names
from .targets import USES, column_of, known_scenario

if TYPE_CHECKING:
    from s3c.runtime import Series

__all__ = ["read_series"]

_KEYS = ("variable", "data", "column", "scenario", "error", "sd", "use")
_MOST_MEASUREMENTS = 1_000_000
_LONGEST = 200
_LARGEST = 1e100


def read_series(
    entry: Entry,
    folder: Path,
    data: tuple[Path, ...],
    names: Names,
    scenarios: Collection[str] | None,
) -> Iterator[MeasuredSeries]:
    """What the `[[series]]` say; mistakes are taken down.

    Args:
        entry: the array of them.
        folder: of the experiment file.
        data: the files that all runs are supplied with; the series of who names no other stand
            there.
        names: of the model and the groups.
        scenarios: their names; None if not all of them are known.
    """
    files: dict[Path, dict[str, Series] | None] = {}
    for each in entry.items(lambda item: item):
        found = _series(each, folder, data, names, scenarios, files)
        if found is not None:
            yield found


def _series(
    entry: Entry,
    folder: Path,
    data: tuple[Path, ...],
    names: Names,
    scenarios: Collection[str] | None,
    files: dict[Path, dict[str, Series] | None],
) -> MeasuredSeries | None:
    """One of them; None if it is wrong."""
    before = len(entry.page.found)
    fields = entry.fields(_KEYS, ("variable",), "in a series")
    texts = {
        key: fields[key].text()
        for key in ("variable", "scenario", "column", "data")
        if key in fields
    }
    scenario = texts.get("scenario", BENCHMARK)
    if "scenario" in fields and scenario is not None:
        known_scenario(fields["scenario"], scenario, scenarios)
    word = fields["error"].choice(ErrorModel) if "error" in fields else None
    error = ErrorModel(word) if word is not None else ErrorModel.NORMAL
    sd = _sd(fields["sd"], error) if "sd" in fields else None
    use = fields["use"].choice(USES) if "use" in fields else None
    name = texts.get("variable")
    variable = column_of(fields["variable"], name, names) if name is not None else ""
    if len(entry.page.found) > before or not variable:
        return None
    where = fields.get("column", fields["variable"])
    paths = [folder / str(texts["data"])] if "data" in fields else list(data)
    if not paths:
        hint = 'add data = "measured.csv" here, or in [run]'
        entry.wrong("S3C704", "nothing says where the measurements are", hint)
        return None
    opened = [_opened(fields.get("data", entry), path, files) for path in paths]
    series = _found(where, texts.get("column") or variable, [each for each in opened if each])
    if series is None:
        return None
    times, values = series.times.tolist(), series.values.tolist()
    _check(where, values, error)
    if len(entry.page.found) > before:
        return None
    return MeasuredSeries(
        *(str(scenario), variable, tuple(times), tuple(values), error, sd, use == "hold out"),
        span=entry.span,
    )


def _sd(entry: Entry, error: ErrorModel) -> float | None:
    found = entry.number()
    if found is None:
        return None
    if error is ErrorModel.POISSON:
        message = "counts have the standard deviation that follows from them"
        entry.wrong_key("S3C703", message, "leave “sd” out, or take another “error”")
    elif not 0 < found <= _LARGEST:
        entry.wrong("S3C703", "a standard deviation must be above 0", "leave it out to estimate it")
    return found


def _opened(
    entry: Entry, path: Path, files: dict[Path, dict[str, Series] | None]
) -> dict[str, Series] | None:
    """The series of a file, by folded names; each is read once."""
    if path not in files:
        try:
            files[path] = {fold(name): each for name, each in read_dataset(path).items()}
        except RunError as error:
            files[path] = None
            entry.wrong(error.code, printable(error.message), error.hint)
        except ValueError:  # a name with a zero in it
            files[path] = None
            entry.wrong("S3C606", "the data cannot be read", "check the file's name")
    return files[path]


def _found(entry: Entry, name: str, files: list[dict[str, Series]]) -> Series | None:
    """The series of that name; or it is taken down that there is none."""
    for each in files:
        if fold(name[:_LONGEST]) in each:
            return each[fold(name[:_LONGEST])]
    if files:
        names = [known for each in files for known in each]
        hint = did_you_mean(fold(name[:_LONGEST]), names)
        hint = hint or 'say column = "…", its name in the first row of the file'
        message = f"the data have no series “{printable(name[:_LONGEST])}”"
        entry.wrong("S3C712", message, hint)
    return None


def _check(entry: Entry, values: list[float], error: ErrorModel) -> None:
    """Take down what nothing can be held against."""
    if not values:
        entry.wrong("S3C712", "the series has no measurements", "name another column")
    elif len(values) > _MOST_MEASUREMENTS:
        message = f"more than {_MOST_MEASUREMENTS} measurements are too many"
        entry.wrong("S3C711", message, "take fewer")
    elif max(map(abs, values)) > _LARGEST:
        entry.wrong("S3C703", "measurements must be of usual size", "take another unit")
    elif error is ErrorModel.LOG and min(values) <= 0:
        message = f"the measurement {min(values):g} has no logarithm"
        entry.wrong("S3C703", message, 'leave it out, or take error = "normal"')
    elif error is ErrorModel.POISSON and min(values) < 0:
        message = f"the measurement {min(values):g} is no count"
        entry.wrong("S3C703", message, 'take error = "normal"')
