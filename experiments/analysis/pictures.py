"""Figures and their files, and what all charts of runs have in common; needs matplotlib."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from s3c.runtime import RunError, write_whole

from ..tree import Experiment, Moment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "COLOURS", "DOTS_PER_INCH", "MOST_PANELS", "PANEL_HEIGHT", "WIDTH", "apart", "at_words",
    "label_ends", "name_rows", "picture", "plain_axes", "rows_height", "some_of", "spread",
    "time_label", "wrapped",
]  # fmt: skip

# Okabe and Ito's colours, which the colour-blind can tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1a1a1a", "#8c6d31")
WIDTH, PANEL_HEIGHT = 8.0, 3.2  # inches
MOST_PANELS = 12
DOTS_PER_INCH = 150
_ROW, _AROUND = 0.36, 1.0  # inches: a bar with two lines of name, and what is above and below
_NAME = 34  # letters of a line of a name
_RC: dict[Any, Any] = {
    "svg.hashsalt": "s3c",
    "text.parse_math": False,  # a dollar is a unit
    "axes.edgecolor": "#666666",
    "font.size": 9,
}
_Item = TypeVar("_Item")


@contextmanager
def picture(path: str | PathLike[str], size: tuple[float, float]) -> Iterator[Figure]:
    """A figure of that size in inches; it is written, whole or not at all, when all is drawn.

    Raises:
        RunError: S3C606, matplotlib is not installed, the name is not that of a picture, or it
            cannot be written.
    """
    import warnings

    target = Path(path)
    try:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        message, hint = f"{target} cannot be drawn without matplotlib", "pip install 's3c[plot]'"
        raise RunError("S3C606", message, hint) from None
    with mpl.rc_context(_RC), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box, which is seen.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
        ending = target.suffix.lower().removeprefix(".")
        if ending not in FigureCanvasAgg(figure).get_supported_filetypes():
            message = f"“{target}” is not the name of a picture"
            raise RunError("S3C606", message, "end its name in one of .png, .svg, .pdf")
        yield figure
        drawn = io.BytesIO()
        figure.savefig(drawn, format=ending)
    write_whole(target, drawn.getvalue())


def some_of(items: Sequence[_Item], path: str | PathLike[str]) -> tuple[_Item, ...]:
    """The first twelve, which have room in a picture.

    Raises:
        RunError: S3C606, there are none.
    """
    if not items:
        raise RunError("S3C606", f"{path} cannot be drawn: nothing changes", "name it in save")
    return tuple(items[:MOST_PANELS])


def spread(items: Sequence[_Item], most: int) -> tuple[_Item, ...]:
    """So many of them at most, spread evenly from the first to the last."""
    if len(items) <= most:
        return tuple(items)
    return tuple(items[k * (len(items) - 1) // (most - 1)] for k in range(most))


def plain_axes(axes: Axes, title: str = "", which: Literal["both", "x", "y"] = "both") -> None:
    """Without a frame, on a fine grid of both axes or one, the title at the left."""
    axes.grid(visible=True, axis=which, linewidth=0.5, alpha=0.4)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if title:
        axes.set_title(wrapped(title, 90), loc="left", fontsize="medium")


def rows_height(rows: int) -> float:
    """Inches of a panel with so many named bars."""
    return _ROW * max(rows, 2) + _AROUND


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Names of bars, at the left, from the bottom."""
    axes.set_yticks(range(len(names)), [wrapped(name, _NAME) for name in names], fontsize="small")
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, max(len(names), 1) - 0.4)
    axes.grid(visible=False, axis="y")


def wrapped(text: str, width: int, most: int = 3) -> str:
    """In lines of so many letters, if its words are no longer, and so many lines at most."""
    lines = textwrap.wrap(text, width, break_long_words=False, max_lines=most, placeholder=" …")
    return "\n".join(lines) or text


def at_words(at: float | Moment) -> str:
    """A moment in words, as “at the end”."""
    match at:
        case Moment.END:
            return "at the end"
        case Moment.PEAK:
            return "at its peak"
        case _:
            return f"at time {at:g}"


def time_label(experiment: Experiment) -> str:
    """The axis of times."""
    step = experiment.model.find("TIME STEP")
    return f"Time ({step.units})" if step is not None and step.units else "Time"


def label_ends(axes: Axes, labels: Sequence[tuple[float, str, str]], gap: float) -> None:
    """Write labels at the right of a panel, each at its height, or next to it where it is full.

    Args:
        axes: the panel; its limits stay as they are.
        labels: for each, where its line ends, in units of the axis, what to write, and its colour.
        gap: the least distance of two labels, as a share of the panel's height.
    """
    low, high = axes.get_ylim()
    order = sorted(range(len(labels)), key=lambda k: labels[k][0])
    wanted = [(labels[k][0] - low) / (high - low) for k in order]
    for k, place in zip(order, apart(wanted, gap), strict=True):
        end, text, colour = labels[k]
        axes.annotate(
            text, (1.0, (end - low) / (high - low)), (1.025, place), color=colour,
            xycoords="axes fraction", textcoords="axes fraction", va="center", fontsize="small",
            annotation_clip=False, arrowprops={
                "arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )  # fmt: skip


def apart(wanted: Sequence[float], gap: float) -> list[float]:
    """Rising places as near to those wanted as lets them be so far from one another.

    Those that would overlap stand in a heap around their mean; heaps that touch become one.
    """
    heaps: list[tuple[float, int]] = []  # the sum of what is wanted, and how many
    for place in wanted:
        heap = (place, 1)
        while heaps and _bottom(heap, gap) < _bottom(heaps[-1], gap) + gap * heaps[-1][1]:
            total, many = heaps.pop()
            heap = (heap[0] + total, heap[1] + many)
        heaps.append(heap)
    return [_bottom(heap, gap) + gap * k for heap in heaps for k in range(heap[1])]


def _bottom(heap: tuple[float, int], gap: float) -> float:
    total, many = heap
    return total / many - gap * (many - 1) / 2
