"""Drawing runs; needs matplotlib."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from .contract import Space
from .pictures import (
    COLOURS,
    PICTURE_WIDTH,
    drawing,
    new_figure,
    plain_axes,
    save_figure,
    spread,
    time_label,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .results import Run
    from .subscripts import Selection

__all__ = ["plot"]

_PANEL_HEIGHT, _MARGIN = 3.2, 0.8  # inches
_LINES_BESIDE = 6  # a longer legend stands beside its panel
_MOST_LINES = 24  # of one variable
_ENTRY_HEIGHT = 0.19  # inches, of the legend
_STYLES = "-", "--", ":", "-."  # tell lines of the same colour apart


def plot(
    run: Run,
    names: Iterable[str] | None = None,
    path: str | PathLike[str] | None = None,
    *,
    title: str | None = None,
) -> Figure:
    """Draw variables over time, those of the same units together.

    Args:
        run: what to draw.
        names: variables or elements, in any spelling; the stocks if not given, and everything
            that changes in a model without any. An array has a line for each element: of more
            than 24, as many are drawn, spread evenly along its axes.
        path: where to save the picture, in the format that its ending says, if anywhere.
        title: over the picture; the model's name if not given.

    Raises:
        ImportError: matplotlib is not installed.
        UnknownNameError: S3C604, there is no such variable.
        ValueError: there is nothing to draw.
        RunError: S3C606, there is no such format, or the picture cannot be written.
    """
    with drawing():
        figure = _figure(run, _chosen(run, names), run.model.name if title is None else title)
    if path is not None:
        save_figure(figure, path)
    return figure


def _figure(run: Run, chosen: tuple[Selection, ...], title: str) -> Figure:
    """All panels below one another."""
    panels = [_Panel.of(run, units, each) for units, each in _by_units(chosen).items()]
    if not panels:
        raise ValueError("there is nothing to draw")
    heights = [panel.height for panel in panels]
    figure = new_figure((PICTURE_WIDTH, sum(heights) + _MARGIN))
    all_axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=heights)[
        :, 0
    ]
    for axes, panel in zip(all_axes, panels, strict=True):
        _draw(axes, run, panel)
    all_axes[-1].set_xlabel(time_label(run.model))
    figure.suptitle(title)
    return figure


@dataclass(frozen=True, slots=True)
class _Panel:
    """What is drawn together: lines of the same units."""

    units: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    """How many elements more of which variable there are, for the legend."""

    @classmethod
    def of(cls, run: Run, units: str, selections: list[Selection]) -> _Panel:
        """The lines of some variables."""
        columns: list[str] = []
        left_out: list[str] = []
        for selection in selections:
            every = run.columns_of(selection.name)
            some = spread(every, _MOST_LINES)
            columns += some
            if len(some) < len(every):
                left_out.append(f"… {selection.name}: {len(every) - len(some)} more")
        return cls(units, tuple(columns), tuple(left_out))

    @property
    def entries(self) -> int:
        """How many lines its legend has."""
        return len(self.columns) + len(self.left_out)

    @property
    def height(self) -> float:
        """In inches: a legend beside it has room."""
        beside = self.entries > _LINES_BESIDE
        return max(_PANEL_HEIGHT, _ENTRY_HEIGHT * self.entries if beside else 0.0)


def _chosen(run: Run, names: Iterable[str] | None) -> tuple[Selection, ...]:
    """The variables, or elements, to draw."""
    if names is not None:
        wanted = (names,) if isinstance(names, str) else tuple(names)
        return tuple(run.model.select(name) for name in wanted)
    for space in (Space.STOCK, Space.AUXILIARY):
        found = tuple(each.name for each in run.variables if each.space is space)
        if found:
            return tuple(run.model.select(name) for name in found)
    return ()


def _by_units(selections: tuple[Selection, ...]) -> dict[str, list[Selection]]:
    panels: dict[str, list[Selection]] = {}
    for selection in selections:
        panels.setdefault(selection.variable.units, []).append(selection)
    return panels


def _draw(axes: Axes, run: Run, panel: _Panel) -> None:
    """One panel: lines of the same units."""
    for number, column in enumerate(panel.columns):
        axes.plot(
            *(run.time, run[column]),
            label=column,
            linewidth=1.6,
            color=COLOURS[number % len(COLOURS)],
            linestyle=_STYLES[number // len(COLOURS) % len(_STYLES)],
        )
    for words in panel.left_out:
        axes.plot([], [], label=words, linestyle="none")
    axes.set_ylabel(panel.units or "units not given")
    plain_axes(axes)
    axes.margins(x=0)
    if panel.entries > _LINES_BESIDE:
        axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    else:  # above the panel, where it hides no line
        axes.legend(
            frameon=False, fontsize="small", loc="lower left", bbox_to_anchor=(0, 1), ncols=2
        )
