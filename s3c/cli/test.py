"""`s3c test`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .data import data, data_root, show_notes
from .output import FAILED, ignore, progress, say, show_diagnostic, stop_on_errors
from .run import Setting, method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3c.runtime import CheckFailure, CheckReport, CheckResult, Observation

_MOST_TIMES = 3  # at which a failure is shown with its values


class _Run(click.ParamType[tuple[str, Path]]):
    """`NAME=FILE`."""

    name = "NAME=FILE"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        """Split at the first `=`: names of runs have none."""
        name, equals, file = value.partition("=")
        if not equals or not name.strip() or not file.strip():
            self.fail(f"“{value}” is not of the form “NAME=FILE”", param, ctx)
        return name.strip(), Path(file.strip())


@click.command("test")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--run", "runs", type=_Run(), multiple=True,
    help="The results of another run, which RC COMPARE calls NAME: a table. May be repeated.",
)  # fmt: skip
@click.option(
    "--set", "changes", type=Setting(), multiple=True,
    help="Give a variable or element another value in all runs. May be repeated.",
)  # fmt: skip
@click.option(
    "--changes", "changes_files", type=click.Path(path_type=Path), multiple=True, metavar="FILE",
    help="A changes file, .cin, for all runs; --set goes on top. May be repeated.",
)  # fmt: skip
@data
@data_root
@method
@click.option("--seed", type=int, help="Other random numbers.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.json",
    help="A file to write: each check with its verdicts, times and values.",
)  # fmt: skip
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but what fails.")
def command(
    file: Path,
    runs: tuple[tuple[str, Path], ...],
    changes: tuple[tuple[str, Any], ...],
    changes_files: tuple[Path, ...],
    data: tuple[Path, ...],
    data_root: tuple[Path, ...],
    output: Path | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Test the reality checks of the model FILE: its constraints and test inputs.

    Each constraint is watched in a run of the model as it is. Then its condition is made true, and
    the model is run again: for each way to make it true, and each element. A check fails at each
    time step at which its condition is true and its consequence is not.

    Exit codes: 0 all checks hold; 1 one does not, or the model has errors; 2 a file cannot be
    read or written, or the command line is wrong.
    """
    with stop_on_errors():
        from s3c.runtime import on_top, read_changes

        from ..checking import load_checks_with_warnings

        loaded = load_checks_with_warnings(file, data_root=data_root)
        for warning in () if quiet else loaded.warnings:
            show_diagnostic(warning)
        watched = loaded.checks.watched
        from_files = on_top(*(read_changes(each, watched) for each in changes_files))
        wanted = on_top(from_files, *({name: value} for name, value in changes))
        given = {name: value for name, value in options.items() if value is not None}
        with progress(f"testing {watched.name}", quiet=quiet) as report:
            found = loaded.checks.test(
                wanted, runs=dict(runs), data=list(data), data_root=data_root, progress=report,
                **given,
            )  # fmt: skip
        if found.run is not None and not quiet:
            show_notes(found.run)
        if output:
            _write(found, output)
            say(f"wrote {output}", quiet=quiet)
        _print(found, quiet=quiet)
    if not found.holds:
        raise click.exceptions.Exit(FAILED)


def _write(report: CheckReport, output: Path) -> None:
    from s3c.runtime import write_whole

    text = json.dumps(report.to_json(), ensure_ascii=False, indent=2)
    write_whole(output, f"{text}\n".encode("utf-8", "replace"))


def _print(report: CheckReport, *, quiet: bool) -> None:
    from s3c.runtime import printable

    for result in report.results:
        if not result.holds or not quiet:
            for line in _told(result):
                click.echo("\n".join(map(printable, line.split("\n"))))
        if result.problem:
            show_diagnostic(result.problem)
        if result.holds and not result.was_met and not quiet:
            show_diagnostic(
                f"warning[S3C614]: the condition of “{printable(result.name)}” was never true:"
                " the check says nothing of these runs"
            )
    failed = sum(not each.holds for each in report.results)
    if not quiet:
        count = len(report.results)
        checks = f"{count} check{'' if count == 1 else 's'}"
        say(f"{checks}: {count - failed} hold, {failed} fail" if count else "no reality checks")


def _told(result: CheckResult) -> Iterator[str]:
    """A check's lines: its name with the verdict, and a line for each run."""
    yield f"{'holds' if result.holds else 'FAILS'}  {result.name}  (line {result.line})"
    yield from _observed("as the model is", result.passive)
    for each in result.active:
        yield from _observed(f"with {' and '.join(each.made)}", each)
    if result.problem:
        yield "       its condition cannot be made true:"


def _observed(what: str, seen: Observation) -> Iterator[str]:
    times = f"{seen.times} time{'' if seen.times == 1 else 's'}"
    match seen.verdict:
        case "fails":
            first = seen.failures[0].time
            yield f"       {what}: fails at {seen.failed} of {times}, first at {first:.6g}"
        case "holds":
            yield f"       {what}: holds at {times}"
        case "stopped":
            yield f"       {what}: the run stopped; until then it holds at {times}"
        case _:
            yield f"       {what}: the condition is never true"
    if seen.error:
        yield f"         {seen.error}"
    for each in seen.failures[:_MOST_TIMES]:
        yield f"         {_values(each)}"


def _values(failure: CheckFailure) -> str:
    values = ", ".join(f"{name} = {value:.6g}" for name, value in failure.values.items())
    return f"time {failure.time:.6g}: {values}"
