"""What all charts of runs have in common, besides what all pictures have; needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, TypeVar

from s3c.runtime import RunError, wrapped

from ..tree import Moment

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "MOST_PANELS", "PANEL_HEIGHT", "apart", "at_words", "label_ends", "name_rows", "rows_height",
    "some_of",
]  # fmt: skip

PANEL_HEIGHT = 3.2  # inches
MOST_PANELS = 12
_ROW, _AROUND = 0.36, 1.0  # inches: a bar with two lines of name, and what is above and below
_NAME = 34  # letters of a line of a name
_Item = TypeVar("_Item")


def some_of(items: Sequence[_Item], path: str | PathLike[str]) -> tuple[_Item, ...]:
    """The first twelve, which have room in a picture.

    Raises:
        RunError: S3C606, there are none.
    """
    if not items:
        raise RunError("S3C606", f"{path} cannot be drawn: nothing changes", "name it in save")
    return tuple(items[:MOST_PANELS])


def rows_height(rows: int) -> float:
    """Inches of a panel with so many named bars."""
    return _ROW * max(rows, 2) + _AROUND


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Names of bars, at the left, from the bottom."""
    axes.set_yticks(range(len(names)), [wrapped(name, _NAME) for name in names], fontsize="small")
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, max(len(names), 1) - 0.4)
    axes.grid(visible=False, axis="y")


def at_words(at: float | Moment) -> str:
    """A moment in words, as “at the end”."""
    match at:
        case Moment.END:
            return "at the end"
        case Moment.PEAK:
            return "at its peak"
        case _:
            return f"at time {at:g}"


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
