"""Charts of indices: Sobol' indices as bars and over time, Morris' effects as points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Literal, TypeAlias

from s3c.runtime import (
    COLOURS,
    DOTS_PER_INCH,
    PICTURE_WIDTH,
    picture,
    plain_axes,
    time_label,
    wrapped,
)

from .morris import MorrisEffects
from .pictures import PANEL_HEIGHT, at_words, label_ends, name_rows, rows_height, some_of
from .runs import ManyRuns
from .sobol import SobolIndices

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.transforms import Bbox
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

_Side: TypeAlias = Literal["left", "center", "right"]
_Place: TypeAlias = tuple[float, float, _Side]

__all__ = ["draw_indices", "draw_indices_over_time", "draw_morris"]

_FIRST, _TOTAL = COLOURS[0], COLOURS[4]
_MOST_BARS, _MOST_LINES, _MOST_NAMES = 20, 8, 20
_BAR = 0.36  # of a row, of each of two
_LABEL, _AROUND, _MARGIN = 0.15, 0.7, 0.6  # inches
_HIGH = 4.4  # inches


def draw_indices(found: Sequence[SobolIndices], path: str | PathLike[str]) -> None:
    """Draw first-order and total indices with their intervals, a panel for each variable.

    Args:
        found: indices of different variables, or at different moments; of each, the twenty
            parameters of the largest total index are drawn.
        path: a picture: `.png`, `.svg`, `.pdf`.

    Raises:
        RunError: S3C606, the picture cannot be drawn or written, or there is nothing to draw.
    """
    some = some_of(found, path)
    height = rows_height(min(_MOST_BARS, len(some[0].parameters)))
    with picture(path, (PICTURE_WIDTH, height * len(some))) as figure:
        panels = figure.subplots(len(some), 1, sharex=True, squeeze=False)[:, 0]
        for axes, each in zip(panels, some, strict=True):
            _draw_bars(axes, each)
        panels[-1].set_xlabel(
            f"share of the variance, with its interval of {some[0].confidence:.0%}"
        )
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, frameon=False, loc="outside lower right", ncols=2)


def _draw_bars(axes: Axes, found: SobolIndices) -> None:
    import numpy as np

    order = np.argsort(np.nan_to_num(found.total), kind="stable")[-_MOST_BARS:]
    rows = np.arange(len(order))
    for label, values, halves, colour, up in (
        ("by itself: first order", found.first, found.first_half, _FIRST, 0.5),
        ("with all interactions: total", found.total, found.total_half, _TOTAL, -0.5),
    ):
        axes.barh(rows + up * _BAR, np.nan_to_num(values[order]), _BAR, color=colour, label=label)
        axes.errorbar(
            np.nan_to_num(values[order]), rows + up * _BAR, xerr=np.nan_to_num(halves[order]),
            fmt="none", ecolor="0.1", elinewidth=1.1, capsize=2.5,
        )  # fmt: skip
    axes.axvline(0, color="0.1", linewidth=1.0)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -0.02), max(high, 1.0))
    name_rows(axes, [found.parameters[k] for k in order])
    still = " · does not vary" if np.isnan(found.total).all() else ""
    left_out = f", {found.left_out:,} left out" if found.left_out else ""
    samples = f"{found.n_samples:,} base samples{left_out}"
    plain_axes(axes, f"{found.column}, {at_words(found.at)} · {samples}{still}", "x")


def draw_indices_over_time(
    runs: ManyRuns, found: Sequence[Sequence[SobolIndices]], path: str | PathLike[str]
) -> None:
    """Draw total indices over time in their intervals, a panel for each variable.

    Args:
        runs: that the indices are of.
        found: for each variable, what `sobol_over_time` gives; of each, the eight parameters are
            drawn whose index is largest at some time.
        path: a picture: `.png`, `.svg`, `.pdf`.

    Raises:
        RunError: S3C606, the picture cannot be drawn or written, or there is nothing to draw.
    """
    some = some_of([each for each in found if each], path)
    with picture(path, (PICTURE_WIDTH, PANEL_HEIGHT * len(some) + _MARGIN)) as figure:
        panels = figure.subplots(len(some), 1, sharex=True, squeeze=False)[:, 0]
        for axes, series in zip(panels, some, strict=True):
            _draw_lines(axes, series)
        panels[-1].set_xlabel(time_label(runs.experiment.model))


def _draw_lines(axes: Axes, series: Sequence[SobolIndices]) -> None:
    import numpy as np

    time = np.array([float(each.at) for each in series])
    total = np.array([each.total for each in series]).T  # (n_parameters, n_times)
    half = np.array([each.total_half for each in series]).T
    order = np.argsort(-np.nan_to_num(total).max(axis=1), kind="stable")[:_MOST_LINES]
    labels: list[tuple[float, str, str]] = []
    for colour, k in zip(COLOURS, order.tolist(), strict=False):
        axes.plot(time, total[k], color=colour, linewidth=1.6)
        axes.fill_between(
            time, total[k] - half[k], total[k] + half[k], color=colour, alpha=0.15, linewidth=0
        )
        labels.append((float(np.nan_to_num(total[k, -1])), series[0].parameters[k], colour))
    plain_axes(axes, series[0].column)
    axes.set_ylabel("total share of the variance")
    if len(time) > 1:
        axes.set_xlim(time[0], time[-1])
    axes.set_ylim(*axes.get_ylim())
    texts = [(end, wrapped(name, 28, 2), colour) for end, name, colour in labels]
    lines = max(text.count("\n") + 1 for _, text, _ in texts)
    label_ends(axes, texts, _LABEL * lines / (PANEL_HEIGHT - _AROUND))


def draw_morris(found: Sequence[MorrisEffects], path: str | PathLike[str]) -> None:
    """Draw Morris' effects: how large they are against how much they differ.

    Args:
        found: effects on different variables, or at different moments; of each, the twenty
            parameters of the largest effects are named.
        path: a picture: `.png`, `.svg`, `.pdf`.

    Raises:
        RunError: S3C606, the picture cannot be drawn or written, or there is nothing to draw.
    """
    some = some_of(found, path)
    with picture(path, (PICTURE_WIDTH, _HIGH * len(some))) as figure:
        panels = figure.subplots(len(some), 1, squeeze=False)[:, 0]
        for axes, each in zip(panels, some, strict=True):
            _draw_effects(axes, each)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # names are put where there is room now
        for axes, each in zip(panels, some, strict=True):
            _name_points(axes, each)


def _draw_effects(axes: Axes, found: MorrisEffects) -> None:
    axes.errorbar(
        found.mu_star, found.sigma, xerr=found.mu_star_half, fmt="o", color=COLOURS[0],
        markersize=5, ecolor="0.6", elinewidth=1.0, zorder=3,
    )  # fmt: skip
    right = 1.15 * float((found.mu_star + found.mu_star_half).max()) or 1.0
    left = min(-0.02 * right, 1.05 * float((found.mu_star - found.mu_star_half).min()))
    top = max(1.15 * float(found.sigma.max()), 0.25 * right)
    axes.set(xlim=(left, right), ylim=(-0.04 * top, top))
    ends = [0.0, max(right, top)]
    axes.plot(ends, ends, color="0.7", linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    left_out = f", {found.left_out:,} left out" if found.left_out else ""
    counted = f"{found.n_trajectories:,} trajectories{left_out}"
    plain_axes(axes, f"{found.column}, {at_words(found.at)} · {counted}")
    axes.set_xlabel(f"mean size of the effect, μ*, with its interval of {found.confidence:.0%}")
    axes.set_ylabel("standard deviation of the effect, σ\n(dashed: as large as μ*)")


def _name_points(axes: Axes, found: MorrisEffects) -> None:
    """Names beside points, each where it hides least; the largest effects choose first."""
    import numpy as np

    across = found.mu_star + np.outer((0.0, -1.0, -0.5, 0.5, 1.0), found.mu_star_half)
    points = axes.transData.transform(
        np.column_stack([across.ravel(), np.tile(found.sigma, len(across))])
    )
    taken: list[Bbox] = []
    for k in np.argsort(-found.mu_star, kind="stable")[:_MOST_NAMES].tolist():
        words = wrapped(found.parameters[k], 30, 2)
        (x, y, side), box = _best_place(axes, words, points[k], points, taken)
        taken.append(box)
        axes.annotate(
            words, (found.mu_star[k], found.sigma[k]), (x, y), textcoords="offset points",
            fontsize="small", ha=side, va="center", annotation_clip=False,
            arrowprops={
                "arrowstyle": "-", "color": "0.55", "linewidth": 0.6, "shrinkA": 1, "shrinkB": 3
            },
        )  # fmt: skip


def _best_place(
    axes: Axes, words: str, point: Floats, points: Floats, taken: Sequence[Bbox]
) -> tuple[_Place, Bbox]:
    """The place around a point where a name hides least, and what it fills there, in pixels."""
    import numpy as np
    from matplotlib.transforms import Bbox

    text = axes.text(0, 0, words, fontsize="small")
    size = text.get_window_extent()
    text.remove()
    pixels = DOTS_PER_INCH / 72
    panel, best = axes.bbox, (float("inf"), _PLACES[0], size)
    edges = np.array([panel.x0, panel.y0, -panel.x1, -panel.y1])
    for number, place in enumerate(_PLACES):
        across, up, side = place
        left = (
            point[0] + across * pixels - size.width * {"left": 0, "center": 0.5, "right": 1}[side]
        )
        below = point[1] + up * pixels - size.height / 2
        box = Bbox.from_bounds(left, below, size.width, size.height).padded(2)
        inside = (points > box.min) & (points < box.max)
        outside = np.array([box.x0, box.y0, -box.x1, -box.y1]) < edges
        hidden = 10.0 * sum(box.overlaps(each) for each in taken) + 0.02 * number
        hidden += 4.0 * float(inside.all(axis=1).sum()) + 30.0 * float(outside.sum())
        if hidden < best[0]:
            best = hidden, place, box
    return best[1], best[2]


def _places() -> tuple[_Place, ...]:
    """Places around a point, in points from it, the nearest first, and where the name begins."""
    found: list[_Place] = []
    for size in (10, 20, 32, 46, 62, 80, 100, 125, 155, 190):
        for turn in (0, 12, 2, 22, 10, 14, 4, 20, 5, 19, 6, 18):  # of 24 around
            angle = math.tau * turn / 24
            across, up = size * math.cos(angle), 1.3 * size * math.sin(angle)
            side: _Side = "center" if turn in (6, 18) else "left" if across > 0 else "right"
            found.append((across, up, side))
    return tuple(found)


_PLACES = _places()
_TO_LEFT = {"left": 0.0, "center": 0.5, "right": 1.0}  # of a name's width, of where it stands
