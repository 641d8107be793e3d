"""Drawing diagrams with matplotlib, to a file or to a figure."""

from __future__ import annotations

import math
import textwrap
from os import PathLike
from typing import TYPE_CHECKING

from s3c.runtime import drawing, new_figure, printable, save_figure

from .labels import FONT_SIZE, width_of
from .marks import MARK, Mark, marks
from .parts import Reach
from .picture import Picture, arranged
from .routes import Curve
from .spots import CLOUD, VALVE, Point, Spot
from .tree import Diagram, Shape, Sign

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

_MARGIN = 0.25  # inches around a picture
_DOTS_PER_INCH = 200
_INK, _PALE, _LINK, _MINUS = "#1a1a1a", "#777777", "#3d5a80", "#a4303f"
_NOTE_SIZE, _SIGN_SIZE, _TITLE_SIZE = 7.0, 9.0, 10.0  # points
_TITLE_HEIGHT, _NOTE_LINE, _GAP = 0.34, 0.13, 0.15  # inches
_HEAD = 0.1  # of a pipe's arrow
_TURN = 0.15  # radius of the arrow around a loop's letter
_BEHIND = 0.05  # how far an array's second box looks out
_PIPE_WIDTH, _PIPE_INSIDE = 4.2, 2.4  # points
_PUFFS = ((-0.5, -0.1, 0.5), (0.5, -0.1, 0.5), (0.0, 0.25, 0.6), (0.0, -0.3, 0.55))
"""A cloud's circles: middle and radius, in its half width."""


def draw(
    diagram: Diagram, path: str | PathLike[str] | None = None, *, title: str | None = None
) -> Figure:
    """Draw a diagram; the same one always gives the same picture.

    Args:
        diagram: what to draw.
        path: where to save the picture, in the format that its ending says, if anywhere.
        title: over the picture; the diagram's own if not given, none if empty.

    Raises:
        ImportError: matplotlib is not installed.
        RunError: S3C606, there is no such format, or the picture cannot be written.
    """
    with drawing():
        figure = _figure(diagram, printable(diagram.title if title is None else title))
    if path is not None:
        save_figure(figure, path)
    return figure


def _figure(diagram: Diagram, caption: str) -> Figure:
    """All parts of a diagram below its title."""
    picture = arranged(diagram)
    letters = marks(picture)
    left, right, bottom, top = _reach(picture, letters)
    right = max(right, left + width_of(caption, _TITLE_SIZE))
    note = _note(diagram.left_out, right - left)
    left, right = left - _MARGIN, right + _MARGIN
    bottom -= _MARGIN + (_GAP + len(note) * _NOTE_LINE if note else 0.0)
    top += _MARGIN + (_TITLE_HEIGHT if caption else 0.0)
    figure = new_figure((right - left, top - bottom), dots=_DOTS_PER_INCH, constrained=False)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(left, right), ylim=(bottom, top))
    _draw_parts(axes, picture)
    for mark in letters:
        _draw_mark(axes, mark)
    if caption:
        _write(axes, (left + _MARGIN, top - _MARGIN - _TITLE_HEIGHT / 2), caption, _TITLE_SIZE)
    for number, line in enumerate(note):
        y = bottom + _MARGIN + (len(note) - number - 0.5) * _NOTE_LINE
        _write(axes, (left + _MARGIN, y), line, _NOTE_SIZE, _PALE)
    return figure


def _reach(picture: Picture, letters: tuple[Mark, ...]) -> Reach:
    """Left, right, bottom and top of a picture with the letters of its loops."""
    left, right, bottom, top = picture.reach
    for mark in letters:
        left, right = min(left, mark.at[0] - MARK), max(right, mark.at[0] + MARK)
        bottom, top = min(bottom, mark.at[1] - MARK), max(top, mark.at[1] + MARK)
    return left, right, bottom, top


def _note(left_out: tuple[str, ...], width: float) -> list[str]:
    """What the picture leaves out, in lines."""
    if not left_out:
        return []
    letters = int(width * 72 / (_NOTE_SIZE * 0.6))
    return textwrap.wrap(printable("Not drawn: " + ", ".join(left_out)), max(letters, 24))


def _write(
    axes: Axes,
    at: Point,
    text: str,
    size: float,
    colour: str = _INK,
    *,
    centred: bool = False,
    bold: bool = False,
) -> None:
    axes.text(
        *(*at, text),
        fontsize=size,
        color=colour,
        ha="center" if centred else "left",
        va="center_baseline" if bold else "center",
        fontweight="bold" if bold else "normal",
        linespacing=1.15,
        parse_math=False,
        zorder=6,
    )


# --- Parts ---------------------------------------------------------------------------------------


def _draw_parts(axes: Axes, picture: Picture) -> None:
    for pipe, corners in picture.pipes:
        _draw_pipe(axes, corners, picture.spots[pipe.source], picture.spots[pipe.target])
    for curve in picture.curves:
        _draw_curve(axes, curve)
    for spot in picture.spots.values():
        if spot.label is None:
            _draw_cloud(axes, spot)
        elif spot.is_boxed:
            _draw_box(axes, spot)
        elif spot.is_valve:
            _draw_valve(axes, spot)
        if spot.label is not None and spot.label.lines:
            colour = _PALE if spot.node.shape is Shape.SHADOW else _INK
            _write(axes, spot.name_at, spot.label.text, FONT_SIZE, colour, centred=True)


def _draw_pipe(axes: Axes, corners: tuple[Point, ...], source: Spot, target: Spot) -> None:
    """Two lines side by side, from edge to edge, with a head where it leads to."""
    way = [_at_edge(source, corners[1], corners[0]), *corners[1:-1]]
    end = _at_edge(target, corners[-2], corners[-1])
    far = math.dist(way[-1], end) or 1.0
    ahead = (end[0] - way[-1][0]) / far, (end[1] - way[-1][1]) / far
    neck = end[0] - _HEAD * ahead[0], end[1] - _HEAD * ahead[1]
    xs, ys = zip(*way, neck, strict=True)
    axes.plot(xs, ys, color=_INK, linewidth=_PIPE_WIDTH, zorder=1, solid_capstyle="butt")
    axes.plot(xs, ys, color="white", linewidth=_PIPE_INSIDE, zorder=1.1, solid_capstyle="butt")
    across = -ahead[1] * _HEAD * 0.6, ahead[0] * _HEAD * 0.6
    corners_of_head = [
        end,
        (neck[0] + across[0], neck[1] + across[1]),
        (neck[0] - across[0], neck[1] - across[1]),
    ]
    axes.fill(*zip(*corners_of_head, strict=True), facecolor=_INK, edgecolor="none", zorder=1.2)


def _at_edge(spot: Spot, towards: Point, at: Point) -> Point:
    """Where a pipe meets a stock's box, or a cloud."""
    if abs(towards[1] - at[1]) < abs(towards[0] - at[0]):
        return (spot.right if towards[0] > at[0] else spot.left), at[1]
    return at[0], (spot.top if towards[1] > at[1] else spot.bottom)


def _draw_curve(axes: Axes, curve: Curve) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path as Line

    codes = [Line.MOVETO] + [Line.CURVE4] * (len(curve.points) - 1)
    axes.add_patch(
        FancyArrowPatch(
            path=Line(list(curve.points), codes),
            arrowstyle="-|>,head_length=3.2,head_width=1.5",
            mutation_scale=1.0,
            linewidth=0.8,
            linestyle=(0, (4, 2)) if curve.link.initial else "-",
            color=_LINK,
            zorder=3,
        )
    )
    if curve.link.sign.value:
        colour = _MINUS if curve.link.sign is Sign.MINUS else _LINK
        sign = curve.link.sign.value
        _write(axes, curve.sign_at, sign, _SIGN_SIZE, colour, centred=True, bold=True)


def _draw_box(axes: Axes, spot: Spot) -> None:
    from matplotlib.patches import Rectangle

    size = spot.right - spot.left, spot.top - spot.bottom
    is_shadow = spot.node.shape is Shape.SHADOW
    if spot.node.is_array:
        behind = (spot.left + _BEHIND, spot.bottom + _BEHIND)
        axes.add_patch(Rectangle(behind, *size, fill=False, edgecolor=_INK, zorder=1.5))
    axes.add_patch(
        Rectangle(
            (spot.left, spot.bottom),
            *size,
            facecolor="white",
            edgecolor=_PALE if is_shadow else _INK,
            linestyle="--" if is_shadow else "-",
            linewidth=1.1,
            zorder=4,
        )
    )


def _draw_valve(axes: Axes, spot: Spot) -> None:
    x, y, half = spot.x, spot.y, VALVE
    corners = [
        *((x - half, y + half), (x + half, y - half)),
        *((x + half, y + half), (x - half, y - half)),
    ]
    axes.fill(
        *zip(*corners, strict=True), facecolor="white", edgecolor=_INK, linewidth=1.0, zorder=4
    )


def _draw_cloud(axes: Axes, spot: Spot) -> None:
    """Circles with edges, and over them the same without: what is left is the outline."""
    from matplotlib.patches import Circle

    for edge, order in ((1.0, 4.0), (0.0, 4.1)):
        for x, y, radius in _PUFFS:
            middle = spot.x + x * CLOUD, spot.y + y * CLOUD
            axes.add_patch(
                Circle(
                    middle,
                    radius * CLOUD,
                    facecolor="white",
                    edgecolor=_PALE if edge else "none",
                    linewidth=2 * edge,
                    zorder=order,
                )
            )


def _draw_mark(axes: Axes, mark: Mark) -> None:
    """A loop's letter in an arrow that turns."""
    import numpy as np
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path as Line

    turn = Line.arc(-60, 230)
    way = -1 if mark.clockwise else 1
    x, y = mark.at
    points = [(x + way * _TURN * a, y + _TURN * b) for a, b in np.asarray(turn.vertices).tolist()]
    axes.add_patch(
        FancyArrowPatch(
            path=Line(points, turn.codes),
            arrowstyle="-|>,head_length=2.6,head_width=1.4",
            mutation_scale=1.0,
            linewidth=0.8,
            color=_PALE,
            zorder=3,
        )
    )
    _write(axes, mark.at, mark.text, _NOTE_SIZE, _INK, centred=True, bold=True)
