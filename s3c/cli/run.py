"""`s3c run`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .output import progress, say, show_diagnostic, stop_on_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3c.runtime import CompiledModel, Failure, Run

Changes = dict[str, float | list[tuple[float, float]]]

_NUMBER = r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*"
_WHOLE = 20  # elements of an array that the summary shows; of a larger one:
_FIRST = 6

_POINT = re.compile(rf"\({_NUMBER},{_NUMBER}\)")


class Setting(click.ParamType[tuple[str, float | list[tuple[float, float]]]]):
    """`Name=value`, `Name[element]=value`, or `Name=(x,y),(x,y)` for a lookup."""

    name = "NAME=VALUE"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float | list[tuple[float, float]]]:
        """Split at the last `=`, since a quoted name may hold one."""
        name, equals, text = value.rpartition("=")
        if not equals or not name.strip():
            self.fail(f"“{value}” is not of the form “Name=value”", param, ctx)
        points = _POINT.findall(text)
        if points and not _POINT.sub("", text).replace(",", "").strip():
            return name.strip(), [(float(x), float(y)) for x, y in points]
        try:
            return name.strip(), float(text)
        except ValueError:
            self.fail(f"“{text.strip()}” is neither a number nor points (x,y),(x,y)", param, ctx)


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--set", "changes", type=Setting(), multiple=True,
    help="Give a variable, or an element as in x[East], another value for this run; a lookup"
    " other points. May be repeated.",
)  # fmt: skip
@click.option("--final-time", type=float, help="When to stop, in the model's time unit.")
@click.option("--time-step", type=float, help="The length of a step.")
@click.option("--saveper", type=float, help="How often results are kept.")
@click.option("--seed", type=int, help="Other random numbers: another realisation.")
@click.option("--method", type=click.Choice(["euler", "rk4"]), help="How stocks are integrated.")
@click.option(
    "--save", multiple=True, metavar="VAR", help="Keep this variable or element. May be repeated."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A table to write: .csv or .tab."
)
@click.option(
    "--plot", type=click.Path(path_type=Path), is_flag=False, flag_value=Path(), default=None,
    help="A chart to draw: .png, .svg or .pdf; without a name, FILE.png in this folder.",
)  # fmt: skip
@click.option(
    "--on-error", type=click.Choice(["stop", "nan"]), default="stop", show_default=True,
    help="What to do when an equation has no value: stop, or go on with NaN.",
)  # fmt: skip
@click.option("--no-cache", is_flag=True, help="Compile anew, and keep nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print no summary and no warnings.")
def command(
    file: Path,
    changes: tuple[tuple[str, float | list[tuple[float, float]]], ...],
    save: tuple[str, ...],
    output: Path | None,
    plot: Path | None,
    no_cache: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Simulate the model FILE: an .mdl file, or a .py module compiled from one.

    A summary of the stocks, or of what --save names, is printed; -o writes all values to a table,
    --plot draws them. A run that an error stops is kept as far as it came.
    """
    with stop_on_errors():
        from s3c.runtime import SimulationError

        from ..loading import load_with_warnings

        loaded = load_with_warnings(file, cache=not no_cache)
        if not quiet:
            for warning in loaded.warnings:
                show_diagnostic(warning)
        stopped = None
        try:
            run = _simulate(loaded.model, dict(changes), save, quiet, options)
        except SimulationError as error:
            if error.run is None or not error.run.series("Time"):
                raise
            run, stopped = error.run, error
        for warning in _failed(run.failures):
            show_diagnostic(warning)
        names = [run.model.select(name).name for name in save] or _shown(run)
        if output:
            from s3c.runtime import write_table

            write_table(run, output)
            say(f"wrote {output}", quiet=quiet)
        if plot is not None:
            picture = plot if plot != Path() else Path(f"{file.stem}.png")
            _draw(run, names, picture)
            say(f"drew {picture}", quiet=quiet)
        if not quiet:
            _summarise(run, names)
        if stopped is not None:
            raise stopped


def _simulate(
    model: CompiledModel,
    changes: Changes,
    save: tuple[str, ...],
    quiet: bool,
    options: dict[str, Any],
) -> Run:
    given = {name: value for name, value in options.items() if value is not None}
    with progress(f"running {model.name}", quiet=quiet) as report:
        return model.run(changes, save=save or None, progress=report, **given)


def _draw(run: Run, names: list[str], picture: Path) -> None:
    from s3c.runtime import RunError

    try:
        run.plot(names, picture)
    except (ImportError, ValueError) as error:  # no matplotlib, or nothing to draw
        raise RunError("S3C606", f"{picture} cannot be drawn: {error}") from None


def _failed(failures: tuple[Failure, ...]) -> Iterator[str]:
    """What failed, each as a warning; of many elements of one variable only the first."""
    counts: dict[str, int] = {}
    for failure in failures:
        name = failure.variable.name if failure.variable else ""
        counts[name] = counts.get(name, 0) + 1
        if not failure.element or counts[name] <= _FIRST:
            yield f"warning[S3C601]: {failure}; NaN from there on"
    for name, count in counts.items():
        elements = sum(each.name != name and each.name.startswith(name) for each in failures)
        if elements and count > _FIRST:
            yield f"warning[S3C601]: so do {count - _FIRST} more elements of “{name}”"


def _shown(run: Run) -> list[str]:
    """What is worth a look when nobody said: stocks and flows, or else all that changes."""
    from s3c.runtime import Kind

    variables = [v for v in run.model.variables if not v.hidden and v.kind is not Kind.LOOKUP]
    main = [v.name for v in variables if v.kind is Kind.STOCK]
    return main or [v.name for v in variables if v.kind is not Kind.CONSTANT]


def _summarise(run: Run, names: list[str]) -> None:
    """A line a variable or element. Laid out by hand: a library takes longer than a small run."""
    from s3c.runtime import printable

    times = run.series("Time")
    rows: list[tuple[str, ...]] = [("variable", "first", "last", "least", "most", "units")]
    for name in names:
        columns = run.columns_of(name)
        shown = columns if len(columns) <= _WHOLE else columns[:_FIRST]
        rows.extend(
            (printable(row.name), *(f"{value:.6g}" for value in row[2:]), printable(row.units))
            for row in run.summary(shown)
        )
        if len(shown) < len(columns):
            more = f"… {len(columns) - len(shown)} more: -o writes them all"
            rows.append((more,))
    full = [row for row in rows if len(row) > 1]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    click.echo(f"{printable(run.model.name)}, time {times[0]:g} to {times[-1]:g}\n")
    for number, row in enumerate(rows):
        line = _line(row, widths)
        click.echo(click.style(line, bold=True) if number == 0 else line)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    """A row of the summary; what has no numbers runs over the whole line."""
    if len(row) == 1:
        return row[0]
    name, *values, units = row
    numbers = "  ".join(
        value.rjust(width) for value, width in zip(values, widths[1:-1], strict=True)
    )
    return f"{name.ljust(widths[0])}  {numbers}  {units}".rstrip()
