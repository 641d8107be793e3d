"""What commands that run models have in common: options for data, and what is said of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import show_diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3c.runtime import Run

__all__ = ["data", "data_root", "notes_of", "show_notes"]

_MOST_NAMED = 6  # of variables without data

data = click.option(
    "--data", type=click.Path(path_type=Path), multiple=True, metavar="FILE",
    help="Series for the model's data variables: .csv, .tab, .tsv, .dat, .xlsx, .xls, .ods,"
    " .parquet or .nc. May be repeated; a later file wins.",
)  # fmt: skip

data_root = click.option(
    "--data-root", type=click.Path(path_type=Path), multiple=True, metavar="FOLDER",
    help="Where else the model may read files, besides its own folder. May be repeated.",
)  # fmt: skip


def show_notes(run: Run) -> None:
    """What is worth knowing about a run, as warnings."""
    for each in notes_of(run):
        show_diagnostic(each)


def notes_of(run: Run) -> Iterator[str]:
    """What is worth knowing about a run, as rendered warnings."""
    for note in run.notes:
        yield f"warning[S3C609]: {note}"
    if run.engine_note:
        yield f"warning[S3C616]: {run.engine_note}"
    if run.shortfall:
        yield (
            f"warning[S3C610]: {run.shortfall}\n"
            "  help: set a shorter TIME STEP, or a larger ABSOLUTE TOLERANCE or RELATIVE TOLERANCE"
        )
    for each in run.doubts:
        yield f"warning[{each.code}]: {each.message}\n  help: {each.hint}"
    if run.without_data:
        yield _without_data(run.without_data)


def _without_data(names: tuple[str, ...]) -> str:
    """That data variables have no data, as a warning."""
    first, *others = names
    shown = ", ".join(f"“{name}”" for name in (first, *others[: _MOST_NAMED - 1]))
    rest = len(names) - _MOST_NAMED
    more = f" and {rest} other{'s' if rest > 1 else ''}" if rest > 0 else ""
    have = "have" if others else "has"
    return (
        f"warning[S3C608]: {shown}{more} {have} no data; the run goes on with :NA:\n"
        f"  help: supply them: --data FILE, a table with a column of times and one called"
        f" “{first}”"
    )
