"""The figures of a report: which lines and points are in them, and what is said of them."""

from __future__ import annotations

from s3c.runtime import RunError

from .numbers import typeset
from .pictures import Line, draw_curves, draw_points
from .pieces import FigurePiece
from .published import compared
from .running import Ran
from .tree import Curves, Published

__all__ = ["curves", "points"]

_MOST_LINES = 28  # as many as can be told apart


def curves(block: Curves, ran: Ran, number: int) -> FigurePiece:
    """A line for each scenario and each element.

    Raises:
        RunError: S3C739, there are more lines than can be told apart.
    """
    outcomes = ran.of(block.experiment)
    model = block.experiment.model
    columns = [
        column
        for name in block.variables
        for column in outcomes.columns
        if column == name or column.startswith(f"{name}[")
    ]
    if len(columns) * len(block.scenarios) > _MOST_LINES:
        message = f"a figure has {len(columns) * len(block.scenarios)} lines: too many"
        raise RunError("S3C739", message, f"name scenarios or elements, at most {_MOST_LINES}")
    one_variable = len({model.select(each).variable.name for each in columns}) == 1
    lines: list[Line] = []
    for scenario in block.scenarios:
        outcome = outcomes.outcome(scenario)
        for column in columns:
            label = _label(column, one_variable=one_variable, alone=len(columns) == 1)
            if len(block.scenarios) > 1:
                label = f"{typeset(scenario)}: {label}" if label else typeset(scenario)
            values = outcome.values[:, outcomes.columns.index(column)]
            lines.append(Line(label, outcome.time, values))
    variable = model.select(columns[0]).variable
    units = "" if variable.units in ("", "Dmnl") else f" ({variable.units})"
    up = f"{variable.name if one_variable else 'Value'}{units}"
    final = model.find("FINAL TIME")
    across = f"Time ({final.units})" if final is not None and final.units else "Time"
    svg = draw_curves(lines, across, up, block.times, f"figure-{number}")
    caption = block.caption or f"{variable.name}."
    if len(block.experiment.settings.seeds) > 1:
        count = len(block.experiment.settings.seeds)
        caption = (
            f"{caption.rstrip('.')}. Means over {count} seeds; bands hold nine tenths of them."
        )
    return FigurePiece(number, caption, svg.text, svg.width)


def _label(column: str, *, one_variable: bool, alone: bool) -> str:
    """What tells a column from the others of its figure; nothing, if it is the only one."""
    if alone:
        return ""
    return column.partition("[")[2].removesuffix("]") if one_variable else column


def points(block: Published, ran: Ran, number: int) -> FigurePiece:
    """Published numbers across, simulated ones up."""
    residuals = compared(block, ran.of(block.experiment)).residuals
    svg = draw_points(
        [each.target.value for each in residuals],
        [each.simulated for each in residuals],
        [each.target.held_out for each in residuals],
        f"figure-{number}",
    )
    caption = f"The numbers of Table {number}" if not block.caption else block.caption
    return FigurePiece(number, caption, svg.text, svg.width)
