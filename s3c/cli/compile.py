"""`s3c compile`."""

from __future__ import annotations

from pathlib import Path

import click

from .data import data_root
from .output import ignore, say, show_diagnostic, stop_on_errors

STAGES = ("document", "system", "schedule", "program", "python")


@click.command("compile")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The module to write.")
@click.option("--show", type=click.Choice(STAGES), help="Print a stage of the compiler instead.")
@data_root
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(
    file: Path, output: Path | None, show: str | None, data_root: tuple[Path, ...], quiet: bool
) -> None:
    """Compile the model FILE to a Python module.

    The module needs s3c.runtime and numpy alone. Without -o it is written beside the model, with
    the same name. With --show, a stage is printed: the document as it was read, the system that
    it means, the schedule of its equations, the program in slots, or the Python text.
    """
    with stop_on_errors():
        from s3c.compiler import CompileError, Source, check, module_for, show_stage
        from s3c.runtime import write_whole

        from ..loading import read_model

        compilation = check(Source.decode(read_model(file), str(file)), data_root)
        if show:
            stage = show_stage(compilation, show)
            if stage is not None:
                click.echo(stage, nl=not stage.endswith("\n"))
        if compilation.generated is None:
            raise CompileError(compilation.diagnostics)
        if not quiet:
            for diagnostic in compilation.diagnostics:
                show_diagnostic(str(diagnostic))
        if show:
            return
        target = output or file.with_suffix(".py")
        text = module_for(compilation, target).text
        write_whole(target, text.encode("utf-8", "surrogateescape"))
        say(f"{file} -> {target}", quiet=quiet)
