"""`s3c sensitivity`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import ignore, progress, say, show_diagnostic, stop_on_errors
from .scenarios import print_table

if TYPE_CHECKING:
    from s3c.experiments import SensitivityRuns

_INTERRUPTED = 130  # what shells give for Ctrl-C
_MOST_ROWS = 40
_ENGINES = ("auto", "python", "native")


@click.command("sensitivity")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="STORE",
    help="A Zarr store to write, which xarray opens. If it is there and not complete, go on.",
)  # fmt: skip
@click.option(
    "--overwrite", is_flag=True, help="Remove STORE first, if it is a store of other runs."
)
@click.option(
    "--threads", type=click.IntRange(1, 4096), metavar="N",
    help="Native code makes N runs at the same time; as many as there are processors if not given.",
)  # fmt: skip
@click.option(
    "--cluster", metavar="ADDRESS",
    help="Let the workers of the Dask scheduler at tcp://host:port make the runs; local:N starts N"
    " worker processes here.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(_ENGINES, case_sensitive=False), default="auto",
    help="What makes the runs: native code where Python would take long, or one of them.",
)  # fmt: skip
@click.option(
    "--block", type=click.IntRange(1), metavar="N",
    help="Make and write N runs together; a good number if not given.",
)  # fmt: skip
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Print no table and no warnings.")
def command(
    file: Path,
    output: Path | None,
    overwrite: bool,
    threads: int | None,
    cluster: str | None,
    engine: str,
    block: int | None,
    quiet: bool,
) -> None:
    """Make the runs of [sensitivity] in the experiment FILE, which is TOML.

    Whatever the number of threads or workers, results are the same to the last bit. What is
    interrupted goes on where it was when the same command is given again with the same -o.

    Percentiles at the end of the runs are printed, for each variable.
    """
    with stop_on_errors():
        from s3c.experiments import read_experiment, run_sensitivity

        experiment = read_experiment(file)

        def started(there: int, n_runs: int) -> None:
            if there and there < n_runs:
                say(f"going on: {there:,} of {n_runs:,} runs are in {output}", quiet=quiet)
            elif there:
                say(f"all {n_runs:,} runs are in {output} already", quiet=quiet)

        try:
            with progress(f"running {experiment.model.name}", quiet=quiet) as report:
                runs = run_sensitivity(
                    experiment, store=output, threads=threads, cluster=cluster, engine=engine,
                    block=block, overwrite=overwrite, progress=report, started=started,
                )  # fmt: skip
        except KeyboardInterrupt:
            raise _stopped(output) from None
        if not quiet:
            _warn(runs)
            _show(runs)
            _show_effort(runs)
        if output is not None and runs.effort.n_runs:
            say(f"wrote {output}", quiet=quiet)


def _stopped(output: Path | None) -> click.exceptions.Exit:
    """Say what the user can do after Ctrl-C; with the exit code of it."""
    kept = f"what is done is in {output}: give the same command again to go on"
    nothing = "nothing is kept; with -o STORE, the same command would go on from here"
    say(f"\nstopped; {nothing if output is None else kept}")
    return click.exceptions.Exit(_INTERRUPTED)


def _warn(runs: SensitivityRuns) -> None:
    """What is worth knowing of the design and of the data, and which runs failed."""
    for note in (*runs.design.notes, *runs.notes):
        show_diagnostic(f"warning[S3C793]: {note}")
    failed = runs.failed
    if len(failed):
        count, first = len(failed), int(failed[0])
        head, _, rest = runs.reason(first).partition("\n")
        reason = head.partition(": ")[2]
        text = f"warning[S3C793]: {count:,} of {runs.n_runs:,} runs failed, run {first} first"
        show_diagnostic(f"{text}: {reason}\n{rest}".rstrip())


def _show(runs: SensitivityRuns) -> None:
    """A row for each variable: its percentiles at the end, over the runs that have a value."""
    import numpy as np

    from s3c.runtime import printable

    assert runs.experiment.sensitivity is not None
    shares = runs.experiment.sensitivity.percentiles
    last = slice(len(runs.time) - 1, len(runs.time))
    rows = [(f"at time {runs.time[-1]:g}", *(f"{each:g} %" for each in shares))]
    for column in runs.columns[:_MOST_ROWS]:
        values = runs.values(column, last)[:, 0]
        values = values[~np.isnan(values)]
        found = np.percentile(values, shares) if len(values) else np.full(len(shares), np.nan)
        units = runs.experiment.model.select(column).variable.units
        title = printable(f"{column} ({units})" if units else column)
        rows.append((title, *("–" if np.isnan(each) else f"{each:.6g}" for each in found)))
    print_table(rows)
    if len(runs.columns) > _MOST_ROWS:
        click.echo(f"  … {len(runs.columns) - _MOST_ROWS} more: -o writes them all")


def _show_effort(runs: SensitivityRuns) -> None:
    """How long it took."""
    effort = runs.effort
    if not effort.n_runs:
        return
    workers = f"{effort.n_workers} worker{'s' if effort.n_workers > 1 else ''}"
    say(
        f"{effort.n_runs:,} runs by {runs.engine} in {_duration(effort.seconds)},"
        f" {workers} at work {effort.efficiency:.0%} of the time"
    )


def _duration(seconds: float) -> str:
    """`1.5 s`, `2 min 5 s`, `3 h 20 min`."""
    if seconds < 60:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
