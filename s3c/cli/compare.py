"""`s3c compare`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..loading import MODEL_ENDINGS
from .data import data, data_root, show_notes
from .output import FAILED, UNUSABLE, progress, say, stop_on_errors
from .tables import print_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from s3c.runtime import Comparison, Difference

_MODELS = (*MODEL_ENDINGS, ".py")
_MOST_ROWS = 30
_MOST_NAMES = 10  # of what only one side has
_MOST_PANELS = 6
_PANEL_HEIGHT, _MARGIN = 2.4, 0.8  # inches
_HEADING = ("variable", "first at", "A", "B", "largest", "at", "relative", "at")


@click.command("compare")
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option(
    "--rtol", type=click.FloatRange(min=0), default=1e-6, show_default=True,
    help="The share of a number that does not matter.",
)  # fmt: skip
@click.option(
    "--atol", type=click.FloatRange(min=0), default=1e-9, show_default=True,
    help="The amount that does not matter, in each variable's units.",
)  # fmt: skip
@click.option(
    "--plot", type=click.Path(path_type=Path),
    help="A chart to draw of what differs first, six variables at most: .png, .svg or .pdf.",
)  # fmt: skip
@data
@data_root
def command(
    a: Path,
    b: Path,
    rtol: float,
    atol: float,
    plot: Path | None,
    data: tuple[Path, ...],
    data_root: tuple[Path, ...],
) -> None:
    """Show which variables of two results differ, from when on, causes first.

    A and B are models (.mdl, XMILE, or .py made of one), which are run, or exports (.tab, .csv,
    .tsv, .dat, .xlsx, .parquet, .nc). They are compared at the times that both have.

    An export all of whose numbers have at most six digits is taken to be printed so: then 1e-5 of a
    number, and 1e-6 of the largest value of its series, do not matter either. If it has fewer
    decimals than that, give --atol. An empty cell equals NaN and :NA:, and differs from a number.

    Exit codes: 0 nothing differs; 1 something does; 2 a side cannot be read or run, or they have
    nothing in common.
    """
    try:
        with stop_on_errors():
            results = tuple(_read(each, data, data_root) for each in (a, b))
            equal = _compare((a, b), results, rtol, atol, plot)
    except click.exceptions.Exit as stop:
        # A model that cannot be run is no difference.
        raise click.exceptions.Exit(
            UNUSABLE if stop.exit_code == FAILED else stop.exit_code
        ) from None
    if not equal:
        raise click.exceptions.Exit(FAILED)


def _compare(
    paths: tuple[Path, Path],
    results: tuple[Any, ...],
    rtol: float,
    atol: float,
    plot: Path | None,
) -> bool:
    """Print how they differ; whether they are equal."""
    from s3c.runtime import RunError, compare

    found = compare(*results, rtol=rtol, atol=atol)
    for what, common in (("variable", found.names), ("time", found.times)):
        if not common:
            message = f"{paths[0]} and {paths[1]} have no {what} in common"
            raise RunError("S3C606", message, f"compare results that share some {what}s")
    for letter, path in zip("AB", paths, strict=True):
        click.echo(f"{letter}  {_printable(str(path))}")
    click.echo()
    _show(found.differences)
    for letter, names in (("A", found.only_first), ("B", found.only_second)):
        if names:
            click.echo(_only(letter, names))
    click.echo(_verdict(found))
    if plot is not None and found.differences:
        _draw(found.differences[:_MOST_PANELS], results, paths, plot)
        say(f"drew {plot}")
    elif plot is not None:
        say(f"nothing differs: {plot} is not drawn")
    return bool(found.equal)


def _read(path: Path, data: tuple[Path, ...], data_root: tuple[Path, ...]) -> Any:
    """One side: the run of a model, or what an export holds."""
    if path.suffix.lower() not in _MODELS:
        from s3c.runtime import read_dataset

        return read_dataset(path)
    from ..loading import load

    model = load(path, data_root=data_root)
    with progress(f"running {model.name}", quiet=False) as report:
        run = model.run(data=data, data_root=data_root, progress=report)
    show_notes(run)
    return run


# --- what is printed ---


def _show(differences: tuple[Any, ...]) -> None:
    """A line a variable."""
    if not differences:
        return
    print_table([_HEADING, *map(_row, differences[:_MOST_ROWS])], indent="")
    if len(differences) > _MOST_ROWS:
        click.echo(f"… {len(differences) - _MOST_ROWS} more")
    click.echo()


def _row(each: Difference) -> tuple[str, ...]:
    return (
        *(_printable(each.name), f"{each.time:.12g}", *_told_apart(each.first, each.second)),
        *(_size(each.absolute), _time(each.absolute_time)),
        *(_size(each.relative), _time(each.relative_time)),
    )


def _told_apart(first: float | None, second: float | None) -> tuple[str, str]:
    """Two values in so many digits that they look different."""
    texts = ("", "")
    for digits in (6, 9, 12, 17):
        texts = _value(first, digits), _value(second, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _value(value: float | None, digits: int) -> str:
    from s3c.runtime import NA

    if value is None:
        return "missing"
    return ":NA:" if value == NA else f"{value:.{digits}g}"


def _size(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3g}"


def _time(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.12g}"


def _only(letter: str, names: Iterable[str]) -> str:
    """What only one side has: how many, and the first of them by name."""
    every = tuple(names)
    shown = ", ".join(f"“{_printable(name)}”" for name in every[:_MOST_NAMES])
    more = f" and {len(every) - _MOST_NAMES} more" if len(every) > _MOST_NAMES else ""
    return f"only {letter} has {_variables(len(every))}: {shown}{more}"


def _verdict(found: Comparison) -> str:
    """One line: how it went."""
    compared, times = len(found.names), len(found.times)
    if not found.differences:
        at = f"{times} time{'s' if times != 1 else ''}"
        return f"no difference: {_variables(compared)} at {at}"
    first, count = found.differences[0], len(found.differences)
    where = f"the first is “{_printable(first.name)}” at time {first.time:.12g}"
    differ = "differs" if count == 1 else "differ"
    return f"{count} of {_variables(compared)} {differ}; {where}"


def _variables(count: int) -> str:
    return f"{count} variable{'s' if count != 1 else ''}"


def _printable(text: str) -> str:
    from s3c.runtime import printable

    return printable(text)


# --- what is drawn ---


def _draw(
    shown: tuple[Any, ...], results: tuple[Any, ...], paths: tuple[Path, Path], target: Path
) -> None:
    """A picture with a panel for each of these differences, both sides in it."""
    from s3c.runtime import PICTURE_WIDTH, picture

    size = PICTURE_WIDTH, _PANEL_HEIGHT * len(shown) + _MARGIN
    with picture(target, size) as figure:
        panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
        for axes, difference in zip(panels, shown, strict=True):
            _draw_panel(axes, difference, results)
        labels = [f"{letter}: {path.name}" for letter, path in zip("AB", paths, strict=True)]
        figure.legend(
            panels[0].get_lines()[:2], labels, loc="outside upper right", ncols=2, frameon=False,
            fontsize="small",
        )  # fmt: skip
        panels[-1].set_xlabel("Time")


def _draw_panel(axes: Axes, difference: Difference, results: tuple[Any, ...]) -> None:
    """A variable on both sides, and a line where they part."""
    import numpy as np

    from s3c.runtime import COLOURS, NA, plain_axes, series_of

    for result, style, colour in zip(results, ("-", "--"), COLOURS[:2], strict=True):
        times, values = series_of(result, difference.name)
        marker = "o" if len(times) == 1 else ""
        axes.plot(
            *(times, np.where(values == NA, math.nan, values)),
            linewidth=1.6, linestyle=style, color=colour, marker=marker,
        )  # fmt: skip
    axes.axvline(difference.time, color="0.5", linewidth=0.8, linestyle=":")
    plain_axes(axes, difference.name)
    axes.margins(x=0)
