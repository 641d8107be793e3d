"""`s3c run`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import click

from .data import data, data_root, notes_of
from .output import (
    FAILED,
    ignore,
    is_ignored,
    progress,
    say,
    show_diagnostic,
    stop_on_errors,
    strictly,
)
from .steps import show_step_check
from .stopping import refuse_what_a_state_holds, run_in_parts, stopping
from .tables import print_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from s3c.runtime import CompiledModel, Failure, Run, StepCheck

_OPTIONS = {
    "final_time": "FINAL TIME",
    "time_step": "TIME STEP",
    "saveper": "SAVEPER",
    "seed": "NOISE SEED",
}
"""What options set, by their names."""

METHODS = ("euler", "difference", "rk2", "rk2_auto", "rk4", "rk4_auto")

_NUMBER = r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*"
_WHOLE = 20  # elements of an array that the summary shows; of a larger one:
_FIRST = 6

_POINT = re.compile(rf"\({_NUMBER},{_NUMBER}\)")


_Value: TypeAlias = float | str | list[tuple[float, float]]


class _Parts(NamedTuple):
    """Where a run stops, where its state is written, and from which it goes on."""

    until: float | None
    save_state: Path | None
    resume: Path | None


method = click.option(
    "--method", type=click.Choice(METHODS, case_sensitive=False),
    help="How stocks are integrated; with _auto, steps are halved until the error is small.",
)  # fmt: skip


class Setting(click.ParamType[tuple[str, _Value]]):
    """`Name=value` or `Name[element]=value`; `Name=(x,y),(x,y)`, a lookup; `Name='text'`."""

    name = "NAME=VALUE"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, _Value]:
        """Split at the last `=`, since a quoted name may hold one."""
        name, equals, text = value.rpartition("=")
        if not equals or not name.strip():
            self.fail(f"“{value}” is not of the form “Name=value”", param, ctx)
        points = _POINT.findall(text)
        if points and not _POINT.sub("", text).replace(",", "").strip():
            return name.strip(), [(float(x), float(y)) for x, y in points]
        stripped = text.strip()
        if len(stripped) > 1 and stripped[0] == stripped[-1] == "'":
            return name.strip(), stripped[1:-1]
        try:
            return name.strip(), float(text)
        except ValueError:
            self.fail(f"“{stripped}” is neither a number nor points (x,y),(x,y)", param, ctx)


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--set", "changes", type=Setting(), multiple=True,
    help="Give a variable, or an element as in x[East], another value for this run; a lookup"
    " other points, a string variable another text in single quotes. May be repeated.",
)  # fmt: skip
@click.option(
    "--changes", "changes_files", type=click.Path(path_type=Path), multiple=True, metavar="FILE",
    help="A changes file, .cin: constants and lookups for this run; --set goes on top. May be"
    " repeated.",
)  # fmt: skip
@data
@data_root
@click.option("--final-time", type=float, help="When to stop, in the model's time unit.")
@click.option("--time-step", type=float, help="The length of a step.")
@click.option("--saveper", type=float, help="How often results are kept.")
@click.option("--seed", type=int, help="Other random numbers: another realisation.")
@method
@click.option(
    "--clock", type=click.DateTime(), metavar="DATE",
    help="What the computer's clock shows, as in 2024-02-29 or 2024-02-29T12:00:00, for models that"
    " ask; the present if not given.",
)  # fmt: skip
@click.option(
    "--save", multiple=True, metavar="VAR", help="Keep this variable or element. May be repeated."
)
@click.option(
    "--save-list", "save_lists", type=click.Path(path_type=Path), multiple=True, metavar="FILE",
    help="A save list, .lst: a name on each line of what to keep, besides what --save names. May"
    " be repeated.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="A file to write: .csv, .tab, .tsv, .dat, .xlsx, .parquet or .nc.",
)  # fmt: skip
@click.option(
    "--plot", type=click.Path(path_type=Path), is_flag=False, flag_value=Path(), default=None,
    help="A chart to draw: .png, .svg or .pdf; without a name, FILE.png in this folder.",
)  # fmt: skip
@click.option(
    "--on-error", type=click.Choice(["stop", "nan"]), default="stop", show_default=True,
    help="What to do when an equation has no value: stop, or go on with NaN.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["auto", "python", "native"], case_sensitive=False),
    help="What makes the run: Python; native code, which takes seconds to be made once and is then"
    " much faster; or, if not given, native code only where Python would take long.",
)  # fmt: skip
@ignore
@click.option(
    "--strict", is_flag=True,
    help="Take warnings for errors, those that only a run can give, too: exit code 1 if there are"
    " any.",
)  # fmt: skip
@click.option(
    "--check-step", is_flag=True,
    help="Run again with half of TIME STEP, and print what changes instead of the summary; exit"
    " code 1 if anything does by more than 1 % of its range.",
)  # fmt: skip
@stopping
@click.option("--no-cache", is_flag=True, help="Compile anew, and keep nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print no summary and no warnings.")
def command(  # noqa: PLR0913, PLR0917  (the options of a run)
    file: Path,
    changes: tuple[tuple[str, _Value], ...],
    changes_files: tuple[Path, ...],
    data: tuple[Path, ...],
    data_root: tuple[Path, ...],
    save: tuple[str, ...],
    save_lists: tuple[Path, ...],
    output: Path | None,
    plot: Path | None,
    strict: bool,
    check_step: bool,
    until: float | None,
    save_state: Path | None,
    resume: Path | None,
    no_cache: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Simulate the model FILE: .mdl, XMILE, or a .py module compiled from one.

    A summary of the stocks, or of what --save or --save-list names, is printed; -o writes all
    values to a table, --plot draws them. A run that an error stops is kept as far as it came.
    """
    refuse_what_a_state_holds(resume, options, check_step=check_step)
    if options["engine"] == "native" and (check_step or until is not None or resume is not None):
        raise click.UsageError("--engine native makes whole runs, and runs them once")
    if save_state is not None and until is None:
        raise click.UsageError("--save-state needs --until: where the run stops")
    with stop_on_errors():
        from s3c.runtime import SimulationError

        from ..loading import load_with_warnings

        loaded = load_with_warnings(file, cache=not no_cache, data_root=data_root)
        told = _told(loaded.warnings, quiet=quiet, strict=strict)
        wanted = _changes(loaded.model, changes_files, changes, options)
        save += _listed(loaded.model, save_lists)
        stopped, check = None, None
        try:
            if check_step:
                check = _check_step(loaded.model, wanted, data, data_root, save, quiet, options)
                run = check.run
            else:
                parts = _Parts(until, save_state, resume)
                run = _simulate(loaded.model, wanted, data, data_root, save, quiet, options, parts)
        except SimulationError as error:
            if error.run is None or not error.run.series("Time"):
                raise
            run, stopped = error.run, error
        told += _told(notes_of(run), quiet=quiet, strict=strict)
        if not quiet:
            _show_messages(run)
        told += _told(_failed(run.failures), quiet=False, strict=strict)
        names = list(dict.fromkeys(run.model.select(name).name for name in save)) or _shown(run)
        if output:
            from s3c.runtime import write_table

            write_table(run, output)
            say(f"wrote {output}", quiet=quiet)
        if plot is not None:
            picture = plot if plot != Path() else Path(f"{file.stem}.png")
            _draw(run, names, picture)
            say(f"drew {picture}", quiet=quiet)
        if check is not None:
            show_step_check(check)
        elif not quiet:
            _summarise(run, names)
        if stopped is not None:
            raise stopped
        if strict and told:
            say(f"{told} warning{'s' if told > 1 else ''}, taken for errors")
        if (strict and told) or (check is not None and not check.is_short_enough):
            raise click.exceptions.Exit(FAILED)


def _changes(
    model: CompiledModel,
    files: tuple[Path, ...],
    settings: tuple[tuple[str, _Value], ...],
    options: dict[str, Any],
) -> dict[str, Any]:
    """Changes files in order, and settings on top; an option such as --final-time goes before."""
    if not files and not settings:
        return {}
    from s3c.runtime import fold, on_top, read_changes

    given = {fold(name) for option, name in _OPTIONS.items() if options[option] is not None}
    from_files = on_top(*(read_changes(file, model) for file in files))
    kept = {name: value for name, value in from_files.items() if fold(name) not in given}
    return on_top(kept, *({name: value} for name, value in settings))


def _listed(model: CompiledModel, files: tuple[Path, ...]) -> tuple[str, ...]:
    """What the save lists name."""
    if not files:
        return ()
    from s3c.runtime import read_save_list

    return tuple(name for file in files for name in read_save_list(file, model))


def _simulate(
    model: CompiledModel,
    changes: dict[str, Any],
    data: tuple[Path, ...],
    data_root: tuple[Path, ...],
    save: tuple[str, ...],
    quiet: bool,
    options: dict[str, Any],
    parts: _Parts,
) -> Run:
    given = {name: value for name, value in options.items() if value is not None}
    with progress(f"running {model.name}", quiet=quiet) as report:
        if parts != _Parts(None, None, None):
            return run_in_parts(
                model, changes, until=parts.until, save_state=parts.save_state, resume=parts.resume,
                save=save, progress=report, options=given, data=data, data_root=data_root,
            )  # fmt: skip
        return model.run(
            changes, data=data, data_root=data_root, save=save or None, progress=report, **given
        )


def _check_step(
    model: CompiledModel,
    changes: dict[str, Any],
    data: tuple[Path, ...],
    data_root: tuple[Path, ...],
    save: tuple[str, ...],
    quiet: bool,
    options: dict[str, Any],
) -> StepCheck:
    from s3c.runtime import check_step

    given: Any = {name: value for name, value in options.items() if value is not None}
    with progress(f"running {model.name} twice", quiet=quiet) as report:
        return check_step(
            model, changes, data=data, data_root=data_root, save=save or None, progress=report,
            **given,
        )  # fmt: skip


def _draw(run: Run, names: list[str], picture: Path) -> None:
    from s3c.runtime import RunError

    try:
        run.plot(names, picture)
    except (ImportError, ValueError) as error:  # no matplotlib, or nothing to draw
        raise RunError("S3C606", f"{picture} cannot be drawn: {error}") from None


def _told(warnings: Iterable[str], *, quiet: bool, strict: bool) -> int:
    """Show warnings; if strict, remarks as well, all as the errors that they are taken for.

    How many there are, but for those that are ignored.
    """
    kept = [each for each in warnings if not is_ignored(each)]
    for each in kept if strict or not quiet else ():
        show_diagnostic(strictly(each) if strict else each)
    return len(kept)


def _show_messages(run: Run) -> None:
    """Each text that the model showed, once."""
    from s3c.runtime import printable

    for text, (first, *_), steps in run.messages:
        more = f", and at {steps - 1} more step{'s' if steps > 2 else ''}" if steps > 1 else ""
        click.echo(f"message at time {first:g}{more}: {printable(text)}", err=True)


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
    from s3c.runtime import Kind, fold

    variables = [v for v in run.model.variables if not v.hidden and v.kind is not Kind.LOOKUP]
    main = [v.name for v in variables if v.kind is Kind.STOCK]
    changing = [v.name for v in variables if v.kind is not Kind.CONSTANT]
    return main or [name for name in changing if fold(name) != "saveper"] or changing


def _summarise(run: Run, names: list[str]) -> None:
    """A line a variable or element."""
    from s3c.runtime import printable

    times = run.series("Time")
    rows: list[tuple[str, ...]] = [("variable", "first", "last", "least", "most", "units")]
    for name in names:
        columns = run.columns_of(name)
        shown = columns if len(columns) <= _WHOLE else columns[:_FIRST]
        rows.extend(
            (printable(row.name), *map(_shortly, row[2:]), printable(row.units))
            for row in run.summary(shown)
        )
        if len(shown) < len(columns):
            more = f"… {len(columns) - len(shown)} more: -o writes them all"
            rows.append((more,))
    click.echo(f"{printable(run.model.name)}, time {times[0]:g} to {times[-1]:g}\n")
    print_table(rows, left=(0, len(rows[0]) - 1), indent="")


def _shortly(value: float) -> str:
    """Six digits; what is missing, as a model writes it."""
    from s3c.runtime import NA

    return ":NA:" if value == NA else f"{value:.6g}"
