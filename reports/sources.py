"""The files that a study names: each is read once, and what is wrong in it is taken down once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypeVar

from s3c.compiler import Compilation, CompileError, Source, compile_source
from s3c.experiments import (
    BENCHMARK,
    Experiment,
    ExperimentError,
    RunSettings,
    Scenario,
    entries,
    load_named,
    read_experiment,
)
from s3c.runtime import Run, RunError, load_text, printable, read_whole

__all__ = ["Rows", "Sources"]

Rows: TypeAlias = tuple[tuple[str, ...], ...]
_Read = TypeVar("_Read")

_LARGEST_MODEL = 20_000_000  # bytes
_MOST_ROWS, _MOST_COLUMNS = 2_000, 40  # of a table that is shown


class Sources:
    """What was read so far, by path; None is what could not be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._experiments: dict[Path, Experiment | None] = {}
        self._models: dict[Path, Experiment | None] = {}
        self._compilations: dict[Path, Compilation | None] = {}
        self._tables: dict[Path, Rows | None] = {}
        self._runs: dict[str, Run | None] = {}

    def experiment(self, entry: entries.Entry) -> Experiment | None:
        """The experiment file that an entry names."""
        return self._once(entry, self._experiments, read_experiment)

    def model(self, entry: entries.Entry) -> Experiment | None:
        """The model that an entry names, as an experiment that has nothing but the benchmark."""
        return self._once(entry, self._models, _bare)

    def compilation(self, entry: entries.Entry) -> Compilation | None:
        """The model that an entry names, with all that the compiler knows of it."""
        return self._once(entry, self._compilations, _compiled)

    def table(self, entry: entries.Entry) -> Rows | None:
        """The rows of the table that an entry names, all as long as the first."""
        return self._once(entry, self._tables, _rows)

    def _once(
        self, entry: entries.Entry, known: dict[Path, _Read | None], read: Callable[[Path], _Read]
    ) -> _Read | None:
        """What a file holds; what is wrong with it is taken down the first time."""
        name = entry.text()
        if name is None:
            return None
        if "\0" in name:
            entry.wrong("S3C606", "no file has such a name", "check the file's name")
            return None
        path = self._folder / name
        if path not in known:
            known[path] = None
            try:
                known[path] = read(path)
            except RunError as error:
                entry.wrong(error.code, printable(error.message), error.hint)
            except (ExperimentError, CompileError) as error:
                for each in error.diagnostics:
                    if each.is_error:
                        entry.page.wrong(each.code, each.message, each.span, each.hint, each.notes)
            except OSError as error:
                reason = error.strerror or str(error)
                message = f"{printable(name)} cannot be read: {reason}"
                entry.wrong("S3C606", message, "check the file's name and rights")
        return known[path]

    def run(self, compilation: Compilation) -> Run | None:
        """A run of a model as it is, if it can be run without being given anything."""
        name = compilation.source.name
        if name not in self._runs:
            assert compilation.generated is not None
            try:
                run = load_text(compilation.generated.text, name, str(Path(name).parent)).run()
            except RunError:
                self._runs[name] = None
            else:
                self._runs[name] = None if run.without_data else run
        return self._runs[name]


def _bare(path: Path) -> Experiment:
    return Experiment(
        *(path, load_named(path), (), RunSettings()),
        groups={}, constants={}, scenarios=(Scenario(BENCHMARK),),
    )  # fmt: skip


def _compiled(path: Path) -> Compilation:
    data = read_whole(path, _LARGEST_MODEL)
    return compile_source(Source.decode(data, str(path)))


_AS_EXPORTED = "write it as a spreadsheet exports it, with the names of its columns first"


def _rows(path: Path) -> Rows:
    """The rows of a table.

    Raises:
        RunError: S3C735, it is none, or too large to be shown.
    """
    source = entries.read_text(path)
    separator = max(",;\t", key=source.text.partition("\n")[0].count)
    lines = csv.reader(io.StringIO(source.text, newline=""), delimiter=separator)
    try:
        rows = tuple(tuple(cell.strip() for cell in row) for row in lines if any(row))
    except csv.Error as error:
        message = f"the table cannot be understood: {error}"
        raise RunError("S3C735", message, _AS_EXPORTED) from None
    if not rows:
        raise RunError("S3C735", "the table is empty", _AS_EXPORTED)
    if len(rows) > _MOST_ROWS or len(rows[0]) > _MOST_COLUMNS:
        message = f"the table has more than {_MOST_ROWS} rows or {_MOST_COLUMNS} columns"
        raise RunError("S3C735", message, "show a part of it")
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            message = f"row {number + 1} of the table has {len(row)} cells, and the first"
            raise RunError("S3C735", f"{message} {len(rows[0])}", _AS_EXPORTED)
    return rows
