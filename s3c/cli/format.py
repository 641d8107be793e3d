"""`s3c format`."""

from __future__ import annotations

from pathlib import Path

import click

from .output import FAILED, say, show_diagnostic, stop_on_errors


@click.command("format")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if a file would change.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(files: tuple[Path, ...], check: bool, quiet: bool) -> None:
    """Lay out the model FILES in Vensim's own way.

    The meaning never changes; comments, the sketch and the settings stay. What cannot be read is
    reported, and its file left as it is.
    """
    changed = broken = 0
    with stop_on_errors():
        from s3c.compiler import Source, format_source
        from s3c.runtime import write_whole

        from ..loading import read_model

        for file in files:
            source = Source.decode(read_model(file), str(file))
            text, diagnostics = format_source(source)
            for diagnostic in diagnostics:
                show_diagnostic(str(diagnostic))
            errors = sum(each.is_error for each in diagnostics)
            broken += errors
            if errors or text == source.text:
                continue
            changed += 1
            say(f"{'would change' if check else 'changed'} {file}", quiet=quiet)
            if not check:
                write_whole(file, source.encode(text))
    say(f"{changed} of {len(files)} {'would change' if check else 'changed'}", quiet=quiet)
    if broken or (check and changed):
        raise click.exceptions.Exit(FAILED)
