"""`s3c optimize`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .data import data, data_root
from .experiment import show_doubts, vensim_files, write
from .output import ignore, progress, show_diagnostic, stop_on_errors
from .tables import print_table

if TYPE_CHECKING:
    from s3c.experiments import Experiment, Optimum

_CONTROL = ".voc"
_MOST_ROWS = 100  # of a table


@click.command("optimize")
@click.argument("file", type=click.Path(path_type=Path))
@vensim_files(_CONTROL)
@click.option(
    "--payoff", type=click.Path(path_type=Path), metavar="FILE",
    help=f"With a {_CONTROL}: the payoff definition (.vpd).",
)  # fmt: skip
@data
@data_root
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="A file to write of the constants at the best point: .out, as Vensim does, which is a"
    " changes file; or a table that an experiment reads as constants_from: .csv, .tab or .tsv.",
)  # fmt: skip
@click.option(
    "--record", type=click.Path(path_type=Path),
    help="A table to write of every evaluation: what was free, and the payoff.",
)  # fmt: skip
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Print no tables and no warnings.")
def command(  # noqa: PLR0913, PLR0917  (the files of an optimisation)
    file: Path,
    model: Path | None,
    changes: tuple[Path, ...],
    save: Path | None,
    payoff: Path | None,
    data: tuple[Path, ...],
    data_root: tuple[Path, ...],
    output: Path | None,
    record: Path | None,
    quiet: bool,
) -> None:
    """Seek the constants with which the payoff of the experiment FILE is the best.

    FILE is TOML, or an optimisation control of Vensim, .voc, with --model and --payoff.
    """
    is_control = file.suffix.lower() == _CONTROL
    if is_control and (model is None or payoff is None):
        raise click.UsageError("a .voc file needs --model FILE and --payoff FILE")
    if not is_control and (model or payoff or changes or save or data or data_root):
        raise click.UsageError("an experiment file names its own model, payoff, changes and data")
    with stop_on_errors():
        from s3c.experiments import optimize, read_experiment, read_vensim_optimization

        experiment: Experiment
        if model is not None and payoff is not None:
            experiment = read_vensim_optimization(
                file, model=model, payoff=payoff, changes=changes, save=save, data=data,
                data_root=data_root,
            )  # fmt: skip
        else:
            experiment = read_experiment(file)
        with progress(f"optimising {experiment.model.name}", quiet=quiet) as report:
            found = optimize(experiment, progress=report)
        if not quiet:
            show_doubts(experiment, converged=found.converged)
            for each in found.doubts:
                show_diagnostic(str(each))
            _show(found)
        write(found.save, output, quiet=quiet)
        write(found.save_record, record, quiet=quiet)


def _show(found: Optimum) -> None:
    """What was found, the elements of the payoff, and what lies around."""
    from s3c.runtime import printable

    numbers = [
        (
            *(printable(each.free.name), f"{each.value:.8g}"),
            *(_bound(each.free.lower), _bound(each.free.upper)),
            "at a bound" if each.at_bound else "",
        )
        for each in found.found
    ]
    _print([("free", "best", "lower", "upper", ""), *numbers])
    click.echo()
    elements = [
        (
            *(printable(each.element.variable), str(each.element.kind), f"{each.value:.8g}"),
            f"{each.compared} points" if each.compared else "",
        )
        for each in found.elements
    ]
    _print([("payoff of", "kind", "value", ""), *elements])
    if found.surroundings:
        click.echo()
        _print([("around the best", "from", "to", "payoff there", ""), *_around(found)])
    click.echo(f"\npayoff: {found.payoff:.8g}")
    if found.prior:
        click.echo(f"of which priors: {found.prior:.6g}")
    click.echo(f"{len(found.evaluations)} evaluations")


def _print(rows: list[tuple[str, ...]]) -> None:
    print_table(rows[:_MOST_ROWS])
    if len(rows) > _MOST_ROWS:
        click.echo(f"  … {len(rows) - _MOST_ROWS} more")


def _around(found: Optimum) -> list[tuple[str, ...]]:
    """A row for each number that was moved."""
    from s3c.runtime import printable

    return [
        (
            *(printable(each.name), _bound(each.lower), _bound(each.upper)),
            *(_payoff(each.payoff_lower), _payoff(each.payoff_upper)),
        )
        for each in found.surroundings
    ]


def _bound(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else "–"


def _payoff(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else "none"
