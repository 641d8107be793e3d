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
@click.option(
    "--passes",
    metavar="NAMES",
    help="With --show program or python: after these passes, in this order, with commas, or all.",
)
@data_root
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(
    file: Path,
    output: Path | None,
    show: str | None,
    passes: str | None,
    data_root: tuple[Path, ...],
    quiet: bool,
) -> None:
    """Compile the model FILE to a Python module.

    The module needs s3c.runtime and numpy alone. Without -o it is written beside the model, with
    the same name. With --show, a stage is printed: the document as it was read, the system that
    it means, the schedule of its equations, the program in slots, or the Python text. The last two
    can be shown as native code is made from them: after passes that make the program smaller (fold,
    reduce, stocks, share).
    """
    if passes is not None and show not in ("program", "python"):
        raise click.UsageError("--passes needs --show program or --show python.")
    chosen = _chosen(passes)
    with stop_on_errors():
        from s3c.compiler import CompileError, Source, check, module_for, show_stage
        from s3c.runtime import printable_lines, write_whole

        from ..loading import read_model

        compilation = check(Source.decode(read_model(file), str(file)), data_root)
        if show:
            stage = show_stage(compilation, show, chosen)
            if stage is not None:
                if show != "python":  # which is escaped as Python has it
                    stage = printable_lines(stage)
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


def _chosen(passes: str | None) -> tuple[str, ...]:
    """The names of passes that were asked for.

    Raises:
        click.BadParameter: there is no such pass.
    """
    if passes is None:
        return ()
    from s3c.compiler import program

    names = tuple(program.PASSES) if passes == "all" else tuple(map(str.strip, passes.split(",")))
    for name in names:
        if name not in program.PASSES:
            known = ", ".join(program.PASSES)
            raise click.BadParameter(
                f"there is no pass {name!r}; there are {known}, and all", param_hint="--passes"
            )
    return names
