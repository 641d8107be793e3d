"""The scaling curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .report import Part, duration

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
    from matplotlib.ticker import FuncFormatter, NullFormatter

    shown = [each for each in parts if each.curves]
    names = dict.fromkeys(curve.name for part in shown for curve in part.curves)
    colours = {name: f"C{number}" for number, name in enumerate(names)}
    figure = Figure(figsize=(6.5 * max(1, len(shown)), 6.5), layout="constrained")
    FigureCanvasAgg(figure)
    for number, part in enumerate(shown, 1):
        axes = figure.add_subplot(1, len(shown), number)
        for curve in part.curves:
            colour = colours[curve.name]
            axes.loglog(curve.sizes, curve.seconds, marker="o", color=colour, label=curve.name)
        widest = max(part.curves, key=lambda each: len(each.sizes))
        bounds = axes.get_ylim()
        # Half of the lowest at the largest size, so that a curve to compare with is just above.
        unit = min(each.seconds[-1] / each.sizes[-1] for each in part.curves) / 2
        line = [unit * size for size in widest.sizes]
        axes.loglog(widest.sizes, line, "k:", label="in proportion")
        axes.set_ylim(bounds)
        axes.set_xticks(widest.sizes)
        axes.set_xlabel(_AXES.get(part.name, "size"))
        # Plain words instead of powers of ten, which need fonts for mathematics.
        axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda seconds, _: duration(seconds)))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_minor_formatter(NullFormatter())
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.set_title(part.title.partition(" (")[0], fontsize=11)
        axes.legend(fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.12))
    figure.savefig(path, dpi=120)
