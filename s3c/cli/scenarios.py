"""`s3c scenarios`."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import progress, say, stop_on_errors

if TYPE_CHECKING:
    from s3c.experiments import Outcome, Outcomes

_MOST_LINES = 24  # of a panel, and scenarios in it
_MOST_PANELS = 12
_LINES_BESIDE = 6  # a longer legend stands beside its panel
_WIDTH, _PANEL_HEIGHT, _MARGIN, _ENTRY_HEIGHT = 8.0, 3.2, 0.8, 0.19  # inches
_DOTS_PER_INCH = 150


@click.command("scenarios")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="A table to write: a row for each scenario, seed and time; .csv, .tab or .tsv.",
)  # fmt: skip
@click.option(
    "--plot", type=click.Path(path_type=Path),
    help="A chart to draw, a panel for each variable: .png, .svg or .pdf.",
)  # fmt: skip
@click.option(
    "--only", multiple=True, metavar="NAME",
    help="Run this scenario, and the benchmark. May be repeated.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print no table.")
def command(
    file: Path, output: Path | None, plot: Path | None, only: tuple[str, ...], quiet: bool
) -> None:
    """Run the scenarios of the experiment FILE, which is TOML, and compare them.

    Each is run once for each seed. What is printed are means over the seeds, at the end of the run,
    and the difference from the benchmark, which is the run without changes.
    """
    with stop_on_errors():
        from s3c.experiments import read_experiment, run_scenarios

        experiment = read_experiment(file)
        with progress(f"running {experiment.model.name}", quiet=quiet) as report:
            outcomes = run_scenarios(experiment, only=only or None, progress=report)
        if not quiet:
            _show(outcomes)
        if output is not None:
            outcomes.save(output)
            say(f"wrote {output}", quiet=quiet)
        if plot is not None:
            _draw(outcomes, plot)
            say(f"drew {plot}", quiet=quiet)


def _show(outcomes: Outcomes) -> None:
    """A table for each variable: a line a scenario."""
    from s3c.runtime import printable

    many = len(outcomes.experiment.settings.seeds) > 1
    for number, column in enumerate(outcomes.columns):
        units = outcomes.experiment.model.select(column).variable.units
        title = printable(f"{column} ({units})" if units else column)
        heading = ("scenario", "at the end", "difference", *(("deviation",) if many else ()))
        ends = [each.values[:, number, -1] for each in outcomes.outcomes]
        rows = [
            (
                printable(each.scenario.name),
                f"{end.mean():.6g}",
                f"{end.mean() - ends[0].mean():+.6g}" if each is not outcomes.outcomes[0] else "",
                *((f"{end.std():.3g}",) if many else ()),
            )
            for each, end in zip(outcomes.outcomes, ends, strict=True)
        ]
        click.echo(("\n" if number else "") + click.style(title, bold=True))
        print_table([heading, *rows])


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Rows of text below one another, the first column to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (each.rjust(width) for each, width in zip(others, widths[1:], strict=True))
        click.echo(f"  {first.ljust(widths[0])}  {'  '.join(cells)}".rstrip())


def _draw(outcomes: Outcomes, target: Path) -> None:
    """A panel for each variable, a line for each scenario; of very many, some spread evenly."""
    from s3c.runtime import RunError

    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        message, hint = f"{target} cannot be drawn without matplotlib", "pip install 's3c[plot]'"
        raise RunError("S3C606", message, hint) from None
    from s3c.runtime import write_whole

    if not outcomes.columns:
        raise RunError("S3C606", f"{target} cannot be drawn: nothing changes", "name it in save")
    shown = _spread(outcomes.outcomes, _MOST_LINES)
    columns = outcomes.columns[:_MOST_PANELS]
    beside = len(shown) > _LINES_BESIDE
    height = max(_PANEL_HEIGHT, _ENTRY_HEIGHT * len(shown) if beside else 0.0)
    size = _WIDTH, height * len(columns) + _MARGIN
    figure = Figure(figsize=size, dpi=_DOTS_PER_INCH, layout="constrained")
    ending = target.suffix.lower().removeprefix(".")
    if ending not in FigureCanvasAgg(figure).get_supported_filetypes():
        message = f"“{target}” is not the name of a picture"
        raise RunError("S3C606", message, "end its name in one of .png, .svg, .pdf")
    panels = figure.subplots(len(columns), 1, sharex=True, squeeze=False)[:, 0]
    for number, (axes, column) in enumerate(zip(panels, columns, strict=True)):
        for line, each in enumerate(shown):
            colour, style = f"C{line % 10}", ("-", "--", ":")[line // 10]
            width = 2.4 if line == 0 else 1.4
            axes.plot(
                *(each.time, each.mean[number]),
                label=each.scenario.name, color=colour, linestyle=style, linewidth=width,
            )  # fmt: skip
        axes.set_title(column, loc="left", fontsize="medium")
        axes.set_ylabel(outcomes.experiment.model.select(column).variable.units)
        axes.grid(visible=True, linewidth=0.5, alpha=0.4)
        axes.spines[["top", "right"]].set_visible(False)
        axes.margins(x=0)
        place = {"loc": "upper left", "bbox_to_anchor": (1, 1)} if beside else {"loc": "best"}
        axes.legend(frameon=False, fontsize="small", **place)
    panels[-1].set_xlabel("Time")
    picture = io.BytesIO()
    figure.savefig(picture, format=ending)
    write_whole(target, picture.getvalue())


def _spread(items: Sequence[Outcome], most: int) -> tuple[Outcome, ...]:
    """So many of them at most, spread evenly from the first to the last."""
    if len(items) <= most:
        return tuple(items)
    return tuple(items[k * (len(items) - 1) // (most - 1)] for k in range(most))
