"""`s3c check`."""

from __future__ import annotations

from pathlib import Path

import click

from .data import data_root
from .output import FAILED, ignore, ignored, say, show_diagnostic, stop_on_errors


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--syntax", is_flag=True, help="Look at the syntax alone.")
@data_root
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong.")
def command(
    files: tuple[Path, ...], syntax: bool, data_root: tuple[Path, ...], quiet: bool
) -> None:
    """Look for errors in the models FILES without running them. All are shown, not the first.

    That what a model reads from other files is there is looked for, too.
    """
    from s3c.compiler import Source, check, check_syntax, without_warnings
    from s3c.runtime import RunError, files_missing, load_text

    from ..loading import read_model

    errors = warnings = unread = 0
    for file in files:
        try:
            source = Source.decode(read_model(file), str(file))
        except RunError as error:
            show_diagnostic(str(error))
            unread += 1
            continue
        compilation = None if syntax else check(source, data_root)
        diagnostics = compilation.diagnostics if compilation else check_syntax(source)
        diagnostics = without_warnings(diagnostics, ignored())
        for diagnostic in diagnostics:
            show_diagnostic(str(diagnostic))
        errors += sum(each.is_error for each in diagnostics)
        if compilation and compilation.generated:
            generated = compilation.generated.text
            missing = files_missing(load_text(generated, str(file), str(file.parent)), data_root)
            if missing:
                show_diagnostic(str(missing))
                errors += len(missing.found)
        warnings += sum(not each.is_error for each in diagnostics)
    say(
        f"{_count(len(files) - unread, 'file')} checked: {_count(errors, 'error')}, "
        f"{_count(warnings, 'warning')}",
        quiet=quiet,
    )
    if unread:
        with stop_on_errors():
            raise RunError("S3C606", f"{_count(unread, 'file')} could not be read")
    if errors:
        raise click.exceptions.Exit(FAILED)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
