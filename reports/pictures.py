"""Curves, points and diagrams as SVG elements, drawn by matplotlib."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from s3c.diagrams import Diagram, draw
from s3c.runtime import COLOURS, drawing, new_figure, plain_axes

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Line", "Svg", "draw_curves", "draw_diagram", "draw_points"]

_COLOURS = (COLOURS[6], *COLOURS[:6])  # black for the first line
_STYLES = ("-", "--", ":", "-.")  # so that they can be told apart without colours
_GREY = "#666666"
_WIDTH, _HEIGHT, _ENTRY_HEIGHT, _SQUARE = 6.8, 3.1, 0.2, 4.0  # inches
_BAND = (5, 95)  # percentiles of the seeds
_IDS = re.compile(r'(\bid="|url\(#|href="#)')
_LEGEND = 8.5  # points


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One curve: what it is called, its times (n_times,), and its values (n_seeds, n_times)."""

    label: str
    time: Floats
    values: Floats


@dataclass(frozen=True, slots=True)
class Svg:
    """An SVG element, and how wide it was drawn, in inches."""

    text: str
    width: float


def draw_curves(
    lines: Sequence[Line], across: str, up: str, times: tuple[float, float] | None, name: str
) -> Svg:
    """Lines over time; with several seeds the mean, in a band of nine tenths of them.

    Args:
        lines: what to draw.
        across: the name of the axis of times.
        up: that of the other one.
        times: from where to where; all, if not given.
        name: of the figure: its identifiers begin so.
    """
    import numpy as np

    with drawing():
        entries = len(lines) if len(lines) > 1 else 0
        columns = 2 if entries > 3 and max(len(each.label) for each in lines) < 44 else 1
        figure, axes = _axes(_WIDTH, _HEIGHT + _ENTRY_HEIGHT * -(-entries // columns))
        for number, line in enumerate(lines):
            colour = _COLOURS[number % len(_COLOURS)]
            mean = line.values.mean(axis=0)
            axes.plot(
                line.time, mean, color=colour, label=line.label, linewidth=1.6,
                linestyle=_STYLES[number % len(_STYLES)],
            )  # fmt: skip
            if len(line.values) > 1:
                low, high = np.percentile(line.values, _BAND, axis=0)
                axes.fill_between(line.time, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.set(xlabel=across, ylabel=up)
        axes.margins(x=0)
        if times is not None:
            axes.set_xlim(*times)
        if entries:
            figure.legend(
                loc="outside lower left", ncols=columns, frameon=False, handlelength=2.8,
                fontsize=_LEGEND,
            )  # fmt: skip
        return _svg(figure, name)


def draw_points(
    published: Sequence[float], simulated: Sequence[float], held_out: Sequence[bool], name: str
) -> Svg:
    """Published numbers across, simulated ones up, and the diagonal where both agree."""
    with drawing():
        figure, axes = _axes(_SQUARE, _SQUARE)
        finite = [each for each in (*published, *simulated) if math.isfinite(each)]
        low, high = min(finite), max(finite)
        axes.plot([low, high], [low, high], color=_GREY, linewidth=0.8)
        for label, kind, marker, colour in (
            ("fitted", False, "o", _COLOURS[1]), ("held out", True, "s", _COLOURS[2])
        ):  # fmt: skip
            chosen = [k for k, each in enumerate(held_out) if each is kind]
            if chosen:
                axes.plot(
                    [published[k] for k in chosen], [simulated[k] for k in chosen], marker,
                    markersize=4.5, color=colour, alpha=0.75, label=label, markeredgewidth=0,
                )  # fmt: skip
        axes.set(xlabel="published", ylabel="simulated")
        axes.set_aspect("equal", adjustable="datalim")
        axes.legend(frameon=False, loc="upper left", fontsize=_LEGEND)
        return _svg(figure, name)


def draw_diagram(diagram: Diagram, name: str) -> Svg:
    """A diagram without its title, which stands in the caption."""
    with drawing():
        return _svg(draw(diagram, title=""), name)


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = new_figure((width, height))
    axes = figure.add_subplot()
    plain_axes(axes)
    return figure, axes


def _svg(figure: Figure, name: str) -> Svg:
    """The element alone, with identifiers that no other figure of a page has."""
    drawn = io.BytesIO()
    with drawing():
        figure.savefig(drawn, format="svg", metadata={"Date": None}, facecolor="none")
    text = drawn.getvalue().decode("utf-8")
    text = text[text.index("<svg") :]
    return Svg(_IDS.sub(rf"\g<1>{name}-", text), float(figure.get_figwidth()))
