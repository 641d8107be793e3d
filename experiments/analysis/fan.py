"""Fan charts: bands of percentiles over time."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING

from s3c.runtime import COLOURS, PICTURE_WIDTH, picture, plain_axes, time_label, wrapped

from .benchmark import Benchmark, benchmark_of
from .pictures import PANEL_HEIGHT, label_ends, some_of
from .quantiles import Percentiles, percentiles
from .runs import MEMORY, ManyRuns, column_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_fan", "draw_percentiles"]

_DARK, _BENCHMARK = COLOURS[0], COLOURS[1]
_MARGIN = 0.6  # inches
_LABEL = 0.14  # inches, from one label to the next
_AROUND = 0.7  # inches, of a panel above and below its axes


def draw_fan(
    runs: ManyRuns,
    columns: Sequence[str],
    path: str | PathLike[str],
    percents: Sequence[float] | None = None,
    *,
    memory: int = MEMORY,
) -> tuple[Percentiles, ...]:
    """Draw percentiles of runs over time, a panel for each variable, and the benchmark.

    Args:
        runs: what to draw.
        columns: variables or elements; the first twelve are drawn.
        path: a picture: `.png`, `.svg`, `.pdf`.
        percents: from 0 to 100; those that the experiment names, if not given.
        memory: see `percentiles`.

    Returns:
        What was drawn.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C606, the picture cannot be drawn or written; S3C750, there are no such
            percentiles.
    """
    some = some_of([column_of(runs, each) for each in columns], path)
    found = tuple(percentiles(runs, each, percents, memory=memory) for each in some)
    draw_percentiles(runs, found, path)
    return found


def draw_percentiles(
    runs: ManyRuns, found: Sequence[Percentiles], path: str | PathLike[str]
) -> None:
    """Draw percentiles that are there already, as `draw_fan` does."""
    size = PICTURE_WIDTH, PANEL_HEIGHT * len(found) + _MARGIN
    with picture(path, size) as figure:
        benchmark = benchmark_of(runs)
        panels = figure.subplots(len(found), 1, sharex=True, squeeze=False)[:, 0]
        for axes, each in zip(panels, found, strict=True):
            _draw(axes, runs, each, benchmark)
        panels[-1].set_xlabel(time_label(runs.experiment.model))


def _draw(axes: Axes, runs: ManyRuns, found: Percentiles, benchmark: Benchmark) -> None:
    """One panel: bands from the widest to the narrowest, and the middle as a line."""
    import numpy as np

    many = len(found.percents)
    bands = many // 2
    for number in range(bands):
        shade = 0.25 + 0.4 * (number + 1) / bands if bands > 1 else 0.45
        axes.fill_between(
            found.time, found.values[number], found.values[many - 1 - number],
            color=_towards_white(_DARK, shade), linewidth=0, zorder=1.5 + number / many,
        )  # fmt: skip
    if many % 2:
        axes.plot(found.time, found.values[bands], color=_DARK, linewidth=1.8, zorder=3)
    series = benchmark.series.get(found.column)
    labels = _labels(found)
    failed = f", {found.left_out:,} of which failed" if found.left_out else ""
    plain_axes(axes, f"{found.column} · {found.n_runs:,} runs{failed}")
    axes.set_ylabel(wrapped(runs.experiment.model.select(found.column).variable.units, 40))
    axes.margins(x=0)
    if series is not None:
        dashes = (0, (4, 2))
        axes.plot(
            benchmark.time, series, color=_BENCHMARK, linestyle=dashes, linewidth=1.4, zorder=4
        )
        if len(found.time) > 1:
            axes.set_xlim(found.time[0], found.time[-1])
        end = float(np.interp(found.time[-1], benchmark.time, series))
        labels.append((end, "benchmark", _BENCHMARK))
    axes.set_ylim(axes.get_ylim())
    told = [each for each in labels if np.isfinite(each[0])]
    label_ends(axes, told, _LABEL / (PANEL_HEIGHT - _AROUND))


def _labels(found: Percentiles) -> list[tuple[float, str, str]]:
    """Of each percentile, where it ends, its name and its colour."""
    many = len(found.percents)
    return [
        (
            float(found.values[number, -1]),
            "median" if percent == 50 else f"{percent:g} %",
            _DARK if 2 * number == many - 1 else "0.3",
        )
        for number, percent in enumerate(found.percents)
    ]


def _towards_white(colour: str, share: float) -> tuple[float, float, float]:
    """A colour mixed with white: so much of it."""
    from matplotlib.colors import to_rgb

    red, green, blue = (1 - share * (1 - part) for part in to_rgb(colour))
    return red, green, blue
