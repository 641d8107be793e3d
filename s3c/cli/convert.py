"""`s3c convert`."""

from __future__ import annotations

from pathlib import Path

import click

from .data import data_root
from .output import ignore, say, show_diagnostic, stop_on_errors


@click.command("convert")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@data_root
@ignore
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(model: Path, out: Path, data_root: tuple[Path, ...], quiet: bool) -> None:
    """Write the MODEL in another format: the ending of OUT says which.

    OUT may end in .mdl (Vensim), or in .xmile or .stmx (XMILE 1.0). What the other format cannot
    say is listed: as a warning if the numbers stay the same, else as an error, and then nothing
    is written.
    """
    with stop_on_errors():
        from s3c.compiler import WRITTEN_ENDINGS, CompileError, Source, convert_source
        from s3c.runtime import RunError, write_whole

        from ..loading import read_model

        if out.suffix.lower() not in WRITTEN_ENDINGS:
            endings = f"{', '.join(WRITTEN_ENDINGS[:-1])} or {WRITTEN_ENDINGS[-1]}"
            message = f"“{out}” is not the name of a model file that can be written"
            raise RunError("S3C606", message, f"end its name in {endings}")
        source = Source.decode(read_model(model), str(model))
        if out.exists() and out.samefile(model):
            raise RunError("S3C606", f"{out} is the model itself", "choose another name")
        converted, diagnostics = convert_source(source, str(out), data_root)
        if any(each.is_error for each in diagnostics):
            raise CompileError(diagnostics)
        for diagnostic in () if quiet else diagnostics:
            show_diagnostic(str(diagnostic))
        write_whole(out, converted.encode())
        say(f"{model} -> {out}", quiet=quiet)
