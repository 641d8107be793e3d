"""`s3c scenarios`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .experiment import write
from .output import progress, stop_on_errors
from .tables import print_table

if TYPE_CHECKING:
    from s3c.experiments import Outcomes


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
        from s3c.experiments import draw_scenarios, read_experiment, run_scenarios

        experiment = read_experiment(file)
        with progress(f"running {experiment.model.name}", quiet=quiet) as report:
            outcomes = run_scenarios(experiment, only=only or None, progress=report)
        if not quiet:
            _show(outcomes)
        write(outcomes.save, output, quiet=quiet)
        write(lambda path: draw_scenarios(outcomes, path), plot, quiet=quiet, done="drew")


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
