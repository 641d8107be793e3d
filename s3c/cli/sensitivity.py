"""`s3c sensitivity`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .experiment import show_doubts, vensim_files, write
from .output import ignore, progress, say, show_diagnostic, stop_on_errors
from .tables import print_table

if TYPE_CHECKING:
    from s3c.experiments import Experiment, Moment, SensitivityRuns

_CONTROL = ".vsc"
_INTERRUPTED = 130  # what shells give for Ctrl-C
_MOST_ROWS = 40
_ENGINES = ("auto", "python", "native")


@click.command("sensitivity")
@click.argument("file", type=click.Path(path_type=Path))
@vensim_files(_CONTROL)
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
@click.option(
    "--fan", type=click.Path(path_type=Path), metavar="PICTURE",
    help="Draw percentiles over time: .png, .svg or .pdf, as the other charts.",
)  # fmt: skip
@click.option(
    "--indices", type=click.Path(path_type=Path), metavar="FILE",
    help="Which parameters matter: Sobol' or Morris indices, as the sampling is made for, else"
    " rank correlations. A table (.csv, .tab, .tsv) or a chart.",
)  # fmt: skip
@click.option(
    "--tornado", type=click.Path(path_type=Path), metavar="PICTURE",
    help="Draw how far each parameter moves the variables: of univariate runs, or by ranks.",
)  # fmt: skip
@click.option(
    "--scatter", type=click.Path(path_type=Path), metavar="PICTURE",
    help="Draw parameters and variables against one another.",
)  # fmt: skip
@click.option(
    "--at", default="end", metavar="MOMENT",
    help="When --indices, --tornado and --scatter look: end, peak, or a time.",
)  # fmt: skip
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Print no table and no warnings.")
def command(  # noqa: PLR0913, PLR0917  (its options)
    file: Path,
    model: Path | None,
    changes: tuple[Path, ...],
    save: Path | None,
    output: Path | None,
    overwrite: bool,
    threads: int | None,
    cluster: str | None,
    engine: str,
    block: int | None,
    fan: Path | None,
    indices: Path | None,
    tornado: Path | None,
    scatter: Path | None,
    at: str,
    quiet: bool,
) -> None:
    """Make the runs of [sensitivity] in the experiment FILE: TOML, or Vensim's .vsc.

    Whatever the number of threads or workers, results are the same to the last bit. What is
    interrupted goes on where it was when the same command is given again with the same -o.

    Percentiles at the end of the runs are printed, for each variable.
    """
    is_vensim = file.suffix.lower() == _CONTROL
    if is_vensim and model is None:
        raise click.UsageError("a .vsc names no model: say --model")
    if not is_vensim and (model is not None or changes or save is not None):
        raise click.UsageError("--model, --changes and --save go with a .vsc: TOML says it itself")
    moment = _moment(at)
    with stop_on_errors():
        from s3c.experiments import (
            draw_fan,
            draw_scatter,
            draw_tornado,
            run_sensitivity,
            save_importance,
        )

        experiment = _read(file, model, changes, save)

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
        write(lambda path: draw_fan(runs, runs.columns, path), fan, quiet=quiet, done="drew")
        for wanted, save_or_draw in (
            (indices, save_importance),
            (tornado, draw_tornado),
            (scatter, draw_scatter),
        ):
            made = partial(save_or_draw, runs, runs.columns, at=moment)
            write(made, wanted, quiet=quiet)


def _moment(word: str) -> float | Moment:
    """A moment as it is written: a word for it, or a time."""
    from s3c.experiments import Moment

    if word in set(Moment):
        return Moment(word)
    try:
        return float(word)
    except ValueError:
        raise click.BadParameter(
            f"“{word}” is neither end, peak nor a time", param_hint="--at"
        ) from None


def _read(
    file: Path, model: Path | None, changes: tuple[Path, ...], save: Path | None
) -> Experiment:
    """The experiment, and what is doubtful in its text."""
    from s3c.experiments import read_experiment, read_vensim_experiment

    if model is None:
        return read_experiment(file)
    return read_vensim_experiment(model, vsc=file, changes=changes, save=save)


def _stopped(output: Path | None) -> click.exceptions.Exit:
    """Say what the user can do after Ctrl-C; with the exit code of it."""
    kept = f"what is done is in {output}: give the same command again to go on"
    nothing = "nothing is kept; with -o STORE, the same command would go on from here"
    say(f"\nstopped; {nothing if output is None else kept}")
    return click.exceptions.Exit(_INTERRUPTED)


def _warn(runs: SensitivityRuns) -> None:
    """What is worth knowing of the design and of the data, and which runs failed."""
    show_doubts(runs.experiment)
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
