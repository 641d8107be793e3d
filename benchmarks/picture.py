"""The scaling curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from s3c.runtime import COLOURS, picture, plain_axes

from .report import Part, duration

__all__ = ["draw"]

_AXES = {"scaling": "equations", "arrays": "elements of the range"}


def draw(parts: Sequence[Part], path: Path) -> None:
    """Write a picture of the parts that have curves, beside each other; the format is the ending's.

    Raises:
        RunError: S3C606, matplotlib is not installed, or the file cannot be written.
    """
    from matplotlib.ticker import FuncFormatter, NullFormatter

    shown = [each for each in parts if each.curves]
    names = dict.fromkeys(curve.name for part in shown for curve in part.curves)
    colours = dict(zip(names, cycle(COLOURS), strict=False))
    with picture(path, (6.5 * max(1, len(shown)), 6.5)) as figure:
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
            plain_axes(axes, part.title.partition(" (")[0])
            axes.legend(fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.12))
