"""Charts of scenarios: a line for each over time."""

from __future__ import annotations

from os import PathLike
from typing import Any

from s3c.runtime import COLOURS, PICTURE_WIDTH, picture, plain_axes, spread, time_label, wrapped

from ..running.scenarios import Outcomes
from .pictures import PANEL_HEIGHT, some_of

__all__ = ["draw_scenarios"]

_STYLES = ("-", "--", ":")  # tell lines of one colour apart
_MOST_LINES = len(COLOURS) * len(_STYLES)  # of a panel, and scenarios in it
_LINES_BESIDE = 6  # a longer legend stands beside its panel
_MARGIN, _ENTRY_HEIGHT = 0.8, 0.19  # inches
_NAME = 36  # letters of a line of the legend


def draw_scenarios(outcomes: Outcomes, path: str | PathLike[str]) -> None:
    """Draw the means over the seeds, a panel for each variable, a line for each scenario.

    Of more than 24 scenarios so many are drawn, spread evenly; of variables, the first twelve.

    Args:
        outcomes: what to draw.
        path: a picture: `.png`, `.svg`, `.pdf`.

    Raises:
        RunError: S3C606, the picture cannot be drawn or written, or there is nothing to draw.
    """
    columns = some_of(outcomes.columns, path)
    shown = spread(outcomes.outcomes, _MOST_LINES)
    names = [wrapped(each.scenario.name, _NAME) for each in shown]
    beside = len(shown) > _LINES_BESIDE
    entries = sum(name.count("\n") + 1 for name in names)
    height = max(PANEL_HEIGHT, _ENTRY_HEIGHT * entries if beside else 0.0)
    place: dict[str, Any] = {"loc": "best"}
    if beside:
        place = {"loc": "upper left", "bbox_to_anchor": (1, 1)}
    with picture(path, (PICTURE_WIDTH, height * len(columns) + _MARGIN)) as figure:
        panels = figure.subplots(len(columns), 1, sharex=True, squeeze=False)[:, 0]
        for number, (axes, column) in enumerate(zip(panels, columns, strict=True)):
            for line, (each, name) in enumerate(zip(shown, names, strict=True)):
                axes.plot(
                    *(each.time, each.mean[number]),
                    label=name, color=COLOURS[line % len(COLOURS)],
                    linestyle=_STYLES[line // len(COLOURS)], linewidth=1.4 if line else 2.4,
                )  # fmt: skip
            plain_axes(axes, column)
            axes.set_ylabel(outcomes.experiment.model.select(column).variable.units)
            axes.margins(x=0)
            axes.legend(frameon=False, fontsize="small", **place)
        panels[-1].set_xlabel(time_label(outcomes.experiment.model))
