"""`s3c calibrate`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .experiment import show_doubts, write
from .output import ignore, progress, show_diagnostic, stop_on_errors
from .tables import print_table

if TYPE_CHECKING:
    from s3c.experiments import Calibration, Fitted, Interval, Intervals, Residual, SeriesFit


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
@click.option(
    "--posterior", type=click.Path(path_type=Path),
    help="A table to write of the draws of intervals = “mcmc”, a row for each.",
)  # fmt: skip
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Print no tables and no warnings.")
def command(
    file: Path, output: Path | None, record: Path | None, posterior: Path | None, quiet: bool
) -> None:
    """Fit what is free in the experiment FILE, which is TOML, to its targets and series.

    What is printed: the fitted constants with their bounds, and how sure they are if the experiment
    asks; every target beside what the model gives; and how far off each series is. What was held
    out is marked so.
    """
    with stop_on_errors():
        from s3c.experiments import IntervalMethod, calibrate, read_experiment
        from s3c.runtime import RunError

        experiment = read_experiment(file)
        method = experiment.fit.intervals if experiment.fit else None
        if posterior is not None and method is not IntervalMethod.MCMC:
            message = f"there is no posterior to write into {posterior}"
            raise RunError("S3C728", message, 'add intervals = "mcmc" to [calibrate]')
        with progress(f"fitting {experiment.model.name}", quiet=quiet) as report:
            found = calibrate(experiment, progress=report)
        if not quiet:
            show_doubts(experiment, converged=found.converged)
            for note in found.notes:
                show_diagnostic(f"warning[S3C717]: {note}")
            _show(found)
        write(found.save, output, quiet=quiet)
        write(found.save_record, record, quiet=quiet)
        drawn = found.intervals.posterior if found.intervals is not None else None
        if drawn is not None:
            write(drawn.save, posterior, quiet=quiet)


def _show(found: Calibration) -> None:
    """What was fitted and how sure it is, the residuals, and their size."""
    _show_fitted(found)
    if found.residuals:
        click.echo()
        _show_targets(found)
    if found.series:
        click.echo()
        titles = ("series", "scenario", "measurements", "RMSE", "sd", "")
        print_table([titles, *map(_series_row, found.series)])
    click.echo(f"{'' if found.residuals else chr(10)}{len(found.evaluations)} evaluations")


def _show_fitted(found: Calibration) -> None:
    """A row for each number."""
    intervals = found.intervals
    sure = _certainty_titles(intervals) if intervals else ()
    rows: list[tuple[str, ...]] = [("free", "fitted", *sure, "lower", "upper", "")]
    for number, each in enumerate(found.fitted):
        certainty = _certainty(intervals, number) if intervals else ()
        rows.append(_fitted_row(each, certainty))
    print_table(rows)
    posterior = intervals.posterior if intervals is not None else None
    if posterior is not None:
        n_kept, n_walkers, _ = posterior.draws.shape
        click.echo(
            f"\n{n_kept * n_walkers} draws of {n_walkers} walkers, acceptance"
            f" {posterior.acceptance:.2f}, autocorrelation time"
            f" {posterior.autocorrelation_times.max():.3g}, split R-hat"
            f" {posterior.split_r_hat.max():.4g}"
        )


def _fitted_row(fitted: Fitted, certainty: tuple[str, ...]) -> tuple[str, ...]:
    from s3c.runtime import printable

    free = fitted.free
    return (
        *(printable(free.name), f"{fitted.value:.8g}", *certainty),
        *(f"{free.lower:g}", f"{free.upper:g}", "at a bound" if fitted.at_bound else ""),
    )


def _certainty_titles(intervals: Intervals) -> tuple[str, ...]:
    error = "posterior sd" if intervals.posterior else "standard error"
    return (error, f"{100 * intervals.confidence:.4g} % from", "to")


def _certainty(intervals: Intervals, number: int) -> tuple[str, ...]:
    """What is said of how sure a number is: its standard error, and an interval."""
    interval = intervals.of[number]
    if intervals.posterior:
        error = float(intervals.posterior.draws[..., number].std())
    else:
        error = intervals.standard_errors[number]
    return (_number(error, ".3g"), *_ends(interval))


def _ends(interval: Interval) -> tuple[str, str]:
    lower, upper = _number(interval.lower, ".6g"), _number(interval.upper, ".6g")
    return (
        f"≤ {lower}" if interval.open_below else lower,
        f"≥ {upper}" if interval.open_above else upper,
    )


def _number(value: float, form: str) -> str:
    return "unknown" if math.isnan(value) else format(value, form)


def _show_targets(found: Calibration) -> None:
    """A row for each target, and the size of the differences."""
    from s3c.runtime import printable

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


def _series_row(fit: SeriesFit) -> tuple[str, ...]:
    from s3c.runtime import printable

    series = fit.series
    if fit.sd is None:
        sd = ""
    else:
        sd = _number(fit.sd, ".4g") + ("" if series.sd is not None else " (estimated)")
    if series.error == "poisson":
        sd = "of counts"
    return (
        *(printable(series.variable), printable(series.scenario), str(len(fit.simulated))),
        *(f"{fit.rmse:.6g}", sd, "held out" if series.held_out else ""),
    )


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
