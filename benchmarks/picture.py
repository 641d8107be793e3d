"""The scaling curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .report import Part

__all__ = ["draw"]

_AXES = {"scaling": "equations", "arrays": "elements of the range"}


def draw(parts: Sequence[Part], path: Path) -> None:
    """Write a picture of the parts that have curves, beside each other; the format is the ending's.

    Raises:
        ImportError: matplotlib is not installed.
        OSError: the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = [each for each in parts if each.curves]
    figure = Figure(figsize=(6.5 * max(1, len(shown)), 5.5), layout="constrained")
    FigureCanvasAgg(figure)
    for number, part in enumerate(shown, 1):
        axes = figure.add_subplot(1, len(shown), number)
        for curve in part.curves:
            axes.loglog(curve.sizes, curve.seconds, marker="o", label=curve.name)
        lowest = min(part.curves, key=lambda each: each.seconds[0])
        widest = max(part.curves, key=lambda each: len(each.sizes))
        start, end = widest.sizes[0], widest.sizes[-1]
        first = lowest.seconds[0] / 2
        axes.loglog((start, end), (first, first * end / start), "k:", label="in proportion")
        axes.set_xlabel(_AXES.get(part.name, "size"))
        axes.set_ylabel("seconds")
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.set_title(part.title.partition(" (")[0], fontsize=11)
        axes.legend(fontsize=8)
    figure.savefig(path, dpi=120)
