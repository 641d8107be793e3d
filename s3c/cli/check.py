"""`s3c check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .data import data_root
from .listing import Listing, formatted
from .output import ignore, ignored, stop_on_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3c.compiler import Compilation, Diagnostic
    from s3c.runtime import CompiledModel


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--syntax", is_flag=True, help="Look at the syntax alone.")
@click.option("--units", is_flag=True, help="Hold the equations against their units, too.")
@click.option(
    "--infer", is_flag=True,
    help="With --units: find units that are not written, list them, and check with them.",
)  # fmt: skip
@click.option(
    "--strict", is_flag=True,
    help="Take warnings for errors: whatever may differ from Vensim fails, too.",
)  # fmt: skip
@data_root
@ignore
@formatted
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong.")
def command(
    files: tuple[Path, ...],
    syntax: bool,
    units: bool,
    infer: bool,
    strict: bool,
    data_root: tuple[Path, ...],
    form: str,
    quiet: bool,
) -> None:
    """Look for errors in the models FILES without running them. All are shown, not the first.

    That what a model reads from other files is there is looked for, too. Wrong units change no
    number: a model that has them runs all the same.
    """
    if infer and not units:
        raise click.UsageError("--infer goes with --units")
    if units and syntax:
        raise click.UsageError("--units does not go with --syntax, which looks at nothing else")
    listing = Listing(form, quiet)
    with stop_on_errors():
        from s3c.compiler import check, check_syntax, without_warnings
        from s3c.runtime import files_missing, load_text

        for file in files:
            source = listing.source(file)
            if source is None:
                continue
            compilation = None if syntax else check(source, data_root)
            found = compilation.diagnostics if compilation else check_syntax(source)
            if units and compilation and compilation.system:
                found += _of_units(compilation, infer=infer, shown=form == "text")
            found = without_warnings(found, ignored())
            listing.add(file, *(map(_strictly, found) if strict else found))
            if compilation and compilation.generated:
                text = compilation.generated.text
                model = load_text(text, str(file), str(file.parent))
                doubts = without_warnings(_of_times(model, compilation), ignored())
                listing.add(file, *(map(_strictly, doubts) if strict else doubts))
                listing.add_missing(file, files_missing(model, data_root))
        listing.finish(lambda each: each.is_error)


def _of_units(compilation: Compilation, *, infer: bool, shown: bool) -> tuple[Diagnostic, ...]:
    """What is wrong with a model's units; those that are found are listed on standard output."""
    from s3c.compiler import check_units
    from s3c.runtime import printable

    assert compilation.system
    checked = check_units(compilation.document, compilation.system, infer=infer)
    for name, unit in checked.inferred.items() if shown else ():
        click.echo(f"{compilation.source.name}: {printable(name)}: {unit}")
    return checked.diagnostics


def _of_times(model: CompiledModel, compilation: Compilation) -> Iterator[Diagnostic]:
    """What is told of times that no step meets, where the control variables are numbers."""
    from s3c.runtime import times_off_grid

    from ..findings import doubtful

    assert compilation.system
    variables = compilation.system.variables.values()
    places = {each.name.upper(): each.parts[0].span for each in variables}
    for each in times_off_grid(model):
        yield doubtful(each, places.get(each.variable))


def _strictly(diagnostic: Diagnostic) -> Diagnostic:
    from dataclasses import replace

    from s3c.compiler import Severity

    return replace(diagnostic, severity=Severity.ERROR)
