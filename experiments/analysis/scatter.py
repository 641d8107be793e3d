"""Scatter matrices: parameters and variables against one another."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import COLOURS, PICTURE_WIDTH, picture, wrapped

from ..tree import Moment
from .pictures import at_words
from .ranks import rank_correlations
from .runs import ManyRuns, at_each, cannot_tell, column_of

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["draw_scatter"]

_MOST_PARAMETERS, _MOST_COLUMNS = 8, 4
_MOST_POINTS = 2000  # of a panel
_BINS = 24
_PARAMETER, _VARIABLE = "0.6", COLOURS[0]
_LETTERS_PER_INCH = 16.0  # of the small font


def draw_scatter(
    runs: ManyRuns,
    columns: Sequence[str],
    path: str | PathLike[str],
    at: float | Moment = Moment.END,
) -> None:
    """Draw parameters and variables against one another, with histograms on the diagonal.

    Of more than eight parameters those are drawn that are correlated most by rank with the first
    variable; of more than two thousand runs, so many that are drawn by lot. Failed runs are left
    out.

    Args:
        runs: what to draw.
        columns: variables or elements; the first four are drawn.
        path: a picture: `.png`, `.svg`, `.pdf`.
        at: the moment.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C606, the picture cannot be drawn or written; S3C750, nothing was saved at that
            time, or nearly all runs failed.
    """
    some = tuple(dict.fromkeys(column_of(runs, each) for each in columns))[:_MOST_COLUMNS]
    if not some:
        raise cannot_tell(f"{path} cannot be drawn: no variable is named", "name it in save")
    chosen = _parameters(runs, some[0], at)
    names = [runs.design.parameters[k].name for k in chosen] + list(some)
    data = _thinned(runs, chosen, some, at)
    with picture(path, (PICTURE_WIDTH, PICTURE_WIDTH)) as figure:
        many = len(names)
        colours = [_PARAMETER] * len(chosen) + [_VARIABLE] * len(some)
        size = 2.0 + 8.0 / many
        panels = figure.subplots(many, many, sharex="col", squeeze=False)
        figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.02, wspace=0.03, hspace=0.03)
        for row in range(many):
            for place in range(many):
                axes = panels[row, place]
                if place > row:
                    axes.remove()
                elif place == row:
                    _histogram(axes, data[:, row], colours[row])
                else:
                    _points(axes, data[:, place], data[:, row], colours[row], size)
        _name(panels, names)
        shown = (
            f"{len(data):,} of {runs.n_runs:,} runs"
            if len(data) < runs.n_runs
            else (f"{runs.n_runs:,} runs")
        )
        left = len(runs.design.parameters) - len(chosen)
        more = f", {left} more parameters not shown" if left else ""
        figure.text(
            0.985,
            0.985,
            f"{shown}{more}\nvariables {at_words(at)}",
            ha="right",
            va="top",
            color="0.3",
        )


def _parameters(runs: ManyRuns, column: str, at: float | Moment) -> list[int]:
    """The numbers of the parameters to draw."""
    import numpy as np

    many = len(runs.design.parameters)
    if many <= _MOST_PARAMETERS:
        return list(range(many))
    size = np.nan_to_num(abs(rank_correlations(runs, column, at).plain))
    order = np.argsort(-size, kind="stable")[:_MOST_PARAMETERS]
    return sorted(order.tolist())


def _thinned(
    runs: ManyRuns, chosen: Sequence[int], columns: Sequence[str], at: float | Moment
) -> Floats:
    """(n_points, n_names), runs that have all values, drawn by lot if there are too many."""
    import numpy as np

    outputs = np.column_stack([at_each(runs, each, at) for each in columns])
    good = np.flatnonzero(np.isfinite(outputs).all(axis=1))
    if not len(good):
        raise cannot_tell("no run has all values", "narrow the distributions")
    if len(good) > _MOST_POINTS:  # every so many-th would keep step with blocks of a design
        good = np.sort(np.random.default_rng(0).choice(good, _MOST_POINTS, replace=False))
    found: Floats = np.column_stack([runs.design.values[good][:, list(chosen)], outputs[good]])
    return found


def _histogram(axes: Axes, values: Floats, colour: str) -> None:
    axes.hist(values, _BINS, color=colour, linewidth=0)
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(labelsize=6, length=2, pad=1.5)


def _points(axes: Axes, across: Floats, up: Floats, colour: str, size: float) -> None:
    shade = min(0.8, max(0.3, 400 / len(up)))
    axes.plot(
        across, up, ".", markersize=size, markeredgewidth=0, alpha=shade,
        color=colour, rasterized=True,
    )  # fmt: skip
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=6, length=2, pad=1.5)


def _name(panels: NDArray[np.object_], names: Sequence[str]) -> None:
    """Names along the left and the bottom; numbers there only."""
    many = len(names)
    width = max(8, int(_LETTERS_PER_INCH * PICTURE_WIDTH * 0.95 / many))
    for row in range(many):
        for place in range(row + 1):
            axes = panels[row, place]
            axes.locator_params(axis="x", nbins=3)
            if row != place:
                axes.locator_params(axis="y", nbins=3)
            axes.tick_params(labelbottom=row == many - 1, labelleft=place == 0 and row > 0)
        panels[row, 0].set_ylabel(wrapped(names[row], width, 5), fontsize=7)
        panels[many - 1, row].set_xlabel(wrapped(names[row], width, 5), fontsize=7)
    figure = panels[0, 0].figure
    figure.align_ylabels([panels[row, 0] for row in range(many)])
    figure.align_xlabels([panels[many - 1, place] for place in range(many)])
