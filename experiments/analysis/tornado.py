"""Tornado charts: what each parameter moves, the one that moves most on top.

Of univariate runs, what the variable comes to while one parameter goes along its values and the
others stay; of any other design, rank correlations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import COLOURS, PICTURE_WIDTH, picture, plain_axes

from ..tree import Moment
from .benchmark import benchmark_of
from .pictures import at_words, name_rows, rows_height, some_of
from .ranks import RankCorrelations, rank_correlations
from .runs import ManyRuns, at_each, column_of

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Swing", "draw_correlations", "draw_tornado", "swings"]

_LOW, _HIGH = COLOURS[0], COLOURS[1]
_MOST_BARS = 20
_BAR = 0.62  # of a row


@dataclass(frozen=True, slots=True)
class Swing:
    """What a variable comes to at a moment while one parameter is varied alone, in its units.

    Attributes:
        parameter: its name.
        low: its least value, in its units, or the least factor.
        high: its greatest.
        at_low: the variable where the parameter is least.
        at_high: the variable where it is greatest.
        least: the least that the variable comes to at any of its values.
        most: the greatest.
    """

    parameter: str
    low: float
    high: float
    at_low: float
    at_high: float
    least: float
    most: float


def swings(runs: ManyRuns, column: str, at: float | Moment = Moment.END) -> tuple[Swing, ...]:
    """What each parameter moves in univariate runs, in their order; failed runs are left out.

    A parameter all of whose runs failed is left out, too; so is everything, if the runs are of
    another design.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C750, nothing was saved at that time.
    """
    import numpy as np

    values = at_each(runs, column, at)
    varied = runs.design.varied
    if varied is None:
        return ()
    found: list[Swing] = []
    for number, parameter in enumerate(runs.design.parameters):
        rows = np.flatnonzero((varied == number) & np.isfinite(values))
        if not len(rows):
            continue
        given, here = runs.design.values[rows, number], values[rows]
        low, high = int(given.argmin()), int(given.argmax())
        ends = (given[low], given[high], here[low], here[high], here.min(), here.max())
        found.append(Swing(parameter.name, *map(float, ends)))
    return tuple(found)


def draw_tornado(
    runs: ManyRuns,
    columns: Sequence[str],
    path: str | PathLike[str],
    at: float | Moment = Moment.END,
) -> None:
    """Draw what each parameter moves, a panel for each variable.

    Args:
        runs: what to draw: univariate ones are drawn around the benchmark, of others their rank
            correlations with intervals.
        columns: variables or elements; the first twelve are drawn, and of each the twenty
            parameters that move most.
        path: a picture: `.png`, `.svg`, `.pdf`.
        at: the moment.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C606, the picture cannot be drawn or written; S3C750, nothing was saved at that
            time, or nearly all runs failed.
    """
    if runs.design.varied is None:
        draw_correlations([rank_correlations(runs, each, at) for each in columns], path)
        return
    some = some_of([column_of(runs, each) for each in columns], path)
    height = rows_height(min(_MOST_BARS, len(runs.design.parameters)))
    with picture(path, (PICTURE_WIDTH, height * len(some))) as figure:
        panels = figure.subplots(len(some), 1, squeeze=False)[:, 0]
        benchmark = benchmark_of(runs)
        for axes, column in zip(panels, some, strict=True):
            _draw_swings(axes, swings(runs, column, at), benchmark.at(column, at))
            axes.set_xlabel(runs.experiment.model.select(column).variable.units)
            plain_axes(axes, f"{column}, {at_words(at)}", "x")
        _explain(figure)


def draw_correlations(found: Sequence[RankCorrelations], path: str | PathLike[str]) -> None:
    """Draw rank correlations with their intervals, a panel for each variable.

    Args:
        found: correlations with different variables, or at different moments; the first twelve are
            drawn, and of each the twenty that are largest.
        path: a picture: `.png`, `.svg`, `.pdf`.

    Raises:
        RunError: S3C606, the picture cannot be drawn or written, or there is nothing to draw.
    """
    some = some_of(found, path)
    height = rows_height(min(_MOST_BARS, len(some[0].parameters)))
    with picture(path, (PICTURE_WIDTH, height * len(some))) as figure:
        panels = figure.subplots(len(some), 1, sharex=True, squeeze=False)[:, 0]
        for axes, each in zip(panels, some, strict=True):
            _draw_correlations(axes, each)
            plain_axes(axes, f"{each.column}, {at_words(each.at)} · {each.n_runs:,} runs", "x")
        interval = f"with its interval of {some[0].confidence:.0%}"
        panels[-1].set_xlabel(f"rank correlation, {interval}")


def _draw_swings(axes: Axes, found: Sequence[Swing], middle: float) -> None:
    """Bars from the benchmark to both ends; a thin line where it goes beyond them on the way."""
    import numpy as np

    order = sorted(found, key=lambda each: each.most - each.least)[-_MOST_BARS:]
    if not math.isfinite(middle):
        middle = float(np.median([(each.at_low + each.at_high) / 2 for each in order] or [0.0]))
    for row, each in enumerate(order):
        axes.plot(
            [each.least, each.most], [row, row], color="0.45", linewidth=1.2, zorder=1,
            solid_capstyle="butt",
        )  # fmt: skip
        one_side = (each.at_low - middle) * (each.at_high - middle) > 0
        rising = each.at_low <= each.at_high
        for end, value, colour, up in (
            (each.at_low, each.low, _LOW, 0.25), (each.at_high, each.high, _HIGH, -0.25)
        ):  # fmt: skip
            place, height = (row + up * _BAR, _BAR / 2) if one_side else (row, _BAR)
            axes.barh(place, end - middle, height, middle, color=colour, zorder=2)
            to_left = end < middle if one_side else (up > 0) is rising
            beyond = min(each.least, middle) if to_left else max(each.most, middle)
            axes.annotate(
                f"{value:.4g}", (beyond, place), (-4 if to_left else 4, 0),
                textcoords="offset points", ha="right" if to_left else "left", va="center",
                fontsize="x-small", color="0.25",
            )  # fmt: skip
    axes.axvline(middle, color="0.1", linewidth=1.0, zorder=3)
    name_rows(axes, [each.parameter for each in order])
    axes.margins(x=0.12)


def _explain(figure: Figure) -> None:
    """The legend of all panels, below them."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(color=_LOW, label="parameter at its least"),
        Patch(color=_HIGH, label="at its greatest"),
        Line2D([], [], color="0.45", linewidth=1.2, label="anywhere between"),
        Line2D([], [], color="0.1", linewidth=1.0, label="benchmark"),
    ]
    figure.legend(handles=handles, frameon=False, loc="outside lower right", ncols=4)


def _draw_correlations(axes: Axes, found: RankCorrelations) -> None:
    """Bars from zero, with whiskers."""
    import numpy as np

    size = np.nan_to_num(abs(found.plain))
    order = np.argsort(size, kind="stable")[-_MOST_BARS:]
    names = [found.parameters[k] for k in order]
    values = np.nan_to_num(found.plain[order])
    whiskers = np.nan_to_num([values - found.plain_lower[order], found.plain_upper[order] - values])
    colours = [_HIGH if each > 0 else _LOW for each in values]
    axes.barh(range(len(names)), values, _BAR, color=colours)
    axes.errorbar(
        values, range(len(names)), xerr=whiskers, fmt="none", ecolor="0.1", elinewidth=1.1,
        capsize=2.5,
    )  # fmt: skip
    axes.axvline(0, color="0.1", linewidth=1.0)
    axes.set_xlim(-1.05, 1.05)
    name_rows(axes, names)
