"""`s3c calibrate`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import ignore, progress, say, show_diagnostic, stop_on_errors
from .scenarios import print_table

if TYPE_CHECKING:
    from s3c.experiments import Calibration, Residual


@click.command("calibrate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="A table to write, name and value of the fitted constants: .csv, .tab or .tsv. An"
    " experiment reads it as constants_from.",
)  # fmt: skip
@click.option(
    "--record", type=click.Path(path_type=Path),
    help="A table to write of every evaluation: what was free, and the RMSE of the fit.",
)  # fmt: skip
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Print no tables and no warnings.")
def command(file: Path, output: Path | None, record: Path | None, quiet: bool) -> None:
    """Fit what is free in the experiment FILE, which is TOML, to its targets.

    Two tables are printed: the fitted constants with their bounds, and every target beside what the
    model gives, those that were held out marked so.
    """
    with stop_on_errors():
        from s3c.experiments import calibrate, read_experiment

        experiment = read_experiment(file)
        with progress(f"fitting {experiment.model.name}", quiet=quiet) as report:
            found = calibrate(experiment, progress=report)
        if not quiet:
            _warn(found)
            _show(found)
        if output is not None:
            found.save(output)
            say(f"wrote {output}", quiet=quiet)
        if record is not None:
            found.save_record(record)
            say(f"wrote {record}", quiet=quiet)


def _warn(found: Calibration) -> None:
    """What is doubtful about a fit."""
    if not found.converged:
        show_diagnostic("warning[S3C717]: the search stopped before it could not become better")
    for note in found.notes:
        show_diagnostic(f"warning[S3C717]: {note}")


def _show(found: Calibration) -> None:
    """What was fitted, the residuals, and their size."""
    from s3c.runtime import printable

    heading = ("free", "fitted", "lower", "upper", "")
    numbers = [
        (
            *(printable(each.free.name), f"{each.value:.8g}"),
            *(
                f"{each.free.lower:g}",
                f"{each.free.upper:g}",
                "at a bound" if each.at_bound else "",
            ),
        )
        for each in found.fitted
    ]
    print_table([heading, *numbers])
    click.echo()
    variables = {each.target.variable for each in found.residuals}
    if len(variables) == 1:  # then it need not stand in every row
        click.echo(click.style(printable(*variables), bold=True))
    titles = ("scenario", "variable", "at", "published", "simulated", "difference", "")
    rows = [titles, *map(_row, found.residuals)]
    print_table([row if len(variables) > 1 else (row[0], *row[2:]) for row in rows])
    fitted = sum(not each.target.held_out for each in found.residuals)
    click.echo(f"\nRMSE of {fitted} fitted: {found.rmse_fit:.6g}")
    if not math.isnan(found.rmse_held_out):
        held_out = len(found.residuals) - fitted
        click.echo(f"RMSE of {held_out} held out: {found.rmse_held_out:.6g}")
    click.echo(f"{len(found.evaluations)} evaluations")


def _row(residual: Residual) -> tuple[str, ...]:
    from s3c.runtime import printable

    target = residual.target
    scenario = target.scenario + (f" − {target.minus}" if target.minus else "")
    at = target.at if isinstance(target.at, str) else f"{target.at:g}"
    return (
        *(printable(scenario), printable(target.variable), at, f"{target.value:.6g}"),
        *(f"{residual.simulated:.6g}", f"{residual.difference:+.3g}"),
        "held out" if target.held_out else "",
    )
