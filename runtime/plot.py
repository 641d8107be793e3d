"""Drawing runs; needs matplotlib."""

from __future__ import annotations

import io
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from .contract import Space, VariableInfo
from .errors import bad_file
from .files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .results import Run

__all__ = ["plot"]

_WIDTH, _PANEL_HEIGHT, _MARGIN = 8.0, 3.2, 0.8  # inches
_DOTS_PER_INCH = 150
_LINES_BESIDE = 6  # a longer legend stands beside its panel


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
        names: variables, in any spelling; the stocks if not given, and everything that changes
            in a model without any.
        path: where to save the picture, in the format that its ending says, if anywhere.
        title: over the picture; the model's name if not given.

    Raises:
        ImportError: matplotlib is not installed.
        UnknownNameError: S3C604, there is no such variable.
        ValueError: there is nothing to draw.
        RunError: S3C606, there is no such format, or the picture cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        msg = "a plot needs matplotlib: pip install 's3c[plot]'"
        raise ImportError(msg) from error
    panels = _by_units(_chosen(run, names))
    if not panels:
        raise ValueError("there is nothing to draw")
    height = _PANEL_HEIGHT * len(panels) + _MARGIN
    figure = Figure(figsize=(_WIDTH, height), dpi=_DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    all_axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (units, variables) in zip(all_axes, panels.items(), strict=True):
        _draw(axes, run, units, variables)
    all_axes[-1].set_xlabel(_time_label(run))
    figure.suptitle(run.model.name if title is None else title)
    if path is not None:
        _save(figure, Path(path))
    return figure


def _save(figure: Figure, target: Path) -> None:
    """Write a picture, whole or not at all."""
    formats = figure.canvas.get_supported_filetypes()
    ending = target.suffix.lower().removeprefix(".")
    if ending not in formats:
        hint = "end its name in one of .png, .svg, .pdf"
        raise bad_file(str(target), "is not the name of a picture", hint)
    picture = io.BytesIO()
    figure.savefig(picture, format=ending)
    write_whole(target, picture.getvalue())


def _chosen(run: Run, names: Iterable[str] | None) -> tuple[VariableInfo, ...]:
    """The variables to draw."""
    if names is not None:
        wanted = (names,) if isinstance(names, str) else tuple(names)
        return tuple(run.model.variable(name) for name in wanted)
    stocks = tuple(each for each in run.variables if each.space is Space.STOCK)
    return stocks or tuple(each for each in run.variables if each.space is Space.AUXILIARY)


def _by_units(variables: tuple[VariableInfo, ...]) -> dict[str, list[VariableInfo]]:
    panels: dict[str, list[VariableInfo]] = {}
    for variable in variables:
        panels.setdefault(variable.units, []).append(variable)
    return panels


def _draw(axes: Axes, run: Run, units: str, variables: list[VariableInfo]) -> None:
    """One panel: variables of the same units."""
    for variable in variables:
        axes.plot(run.time, run[variable.name], label=variable.name, linewidth=1.6)
    axes.set_ylabel(units or "units not given")
    axes.grid(visible=True, linewidth=0.5, alpha=0.4)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0)
    if len(variables) > _LINES_BESIDE:
        axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    else:  # above the panel, where it hides no line
        axes.legend(
            frameon=False, fontsize="small", loc="lower left", bbox_to_anchor=(0, 1), ncols=2
        )


def _time_label(run: Run) -> str:
    step = run.model.find("TIME STEP")
    return f"Time ({step.units})" if step is not None and step.units else "Time"
