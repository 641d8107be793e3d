"""`s3c show`."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from s3c.runtime import printable

from .data import data_root
from .output import ignore, show_diagnostic, stop_on_errors

if TYPE_CHECKING:
    from s3c.compiler import Description, Entry

_MOST_SHOWN = 12  # equations of a variable, elements of a range


@click.command("show")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("variable", required=False)
@data_root
@ignore
def command(file: Path, variable: str | None, data_root: tuple[Path, ...]) -> None:
    """Show what is in the model FILE: a line for every variable.

    With the name of a VARIABLE: its equation, units and kind, what causes it and what uses it.
    With that of an element, as in "Population[East]": the same of that element alone, with every
    subscript written out.
    """
    with stop_on_errors():
        from s3c.compiler import Source, compile_source, describe

        from ..loading import read_model

        compilation = compile_source(Source.decode(read_model(file), str(file)), data_root)
        for diagnostic in compilation.diagnostics:
            show_diagnostic(str(diagnostic))
        assert compilation.schedule is not None
        description = describe(compilation.schedule)
        if variable is None:
            _table(description)
        else:
            _one(description.variable(variable))


def _table(description: Description) -> None:
    """A line for every variable that the modeller wrote."""
    table = Table(box=None, pad_edge=False)
    table.add_column("variable", no_wrap=True, max_width=40)
    table.add_column("kind", no_wrap=True, min_width=9)
    table.add_column("units", no_wrap=True, max_width=16)
    table.add_column("equation", no_wrap=True, ratio=1)
    for entry in description.entries.values():
        if not entry.hidden:
            # The equation without the name, which stands at the line's start.
            right = entry.equation.removeprefix(entry.name).strip()
            ranges = ",".join(name for name, _ in entry.subscripts)
            name = f"{entry.name}[{ranges}]" if ranges else entry.name
            if entry.subscripts:
                right = right.partition("]")[2].strip() if not entry.equations else right
            cells = (name, entry.kind.value, entry.units, right)
            table.add_row(*(escape(printable(cell)) for cell in cells))
    console = Console()
    if not console.is_terminal:  # nothing is cut off on its way to a file or another program
        table.columns[0].max_width = None
        console = Console(width=1_000_000, soft_wrap=True)
    console.print(table)


def _one(entry: Entry) -> None:
    """Everything about one variable."""
    click.secho(printable(entry.name), bold=True)
    click.echo(f"  {entry.kind.value}: {entry.reason}")
    click.echo(f"  at {entry.span.source.name}:{entry.span.location.line}")
    if entry.equations:
        _equations(entry)
    else:
        click.echo(f"  {printable(entry.equation)}")
    # What the compiler made in between has names that nobody wrote.
    if entry.written_out and "#" not in entry.written_out:
        click.echo(f"  that is: {printable(entry.written_out)}")
    for name, elements in entry.subscripts:
        click.echo(f"  {printable(name)}: {printable(_listed(elements))}")
    facts = {
        "units": entry.units or "not given",
        "group": entry.group,
        "causes": ", ".join(entry.causes) or "none",
        "used by": ", ".join(entry.uses) or "nothing",
        "comment": " ".join(entry.documentation.split()),
    }
    for title, text in facts.items():
        if text:
            lines = textwrap.wrap(printable(text), 78) or [""]
            click.echo(f"  {title + ':':9}{lines[0]}")
            for line in lines[1:]:
                click.echo(f"  {'':9}{line}")


def _equations(entry: Entry) -> None:
    """A line for each equation of a variable that has several."""
    for span, text in entry.equations[:_MOST_SHOWN]:
        click.echo(f"  {span.location.line:>5}  {printable(text)}")
    more = len(entry.equations) - _MOST_SHOWN
    if more > 0:
        click.echo(f"         … and {more} more equations")


def _listed(names: tuple[str, ...]) -> str:
    """Elements of a range, the first and the last if there are many."""
    if len(names) <= _MOST_SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:6])}, … {names[-1]} ({len(names)} elements)"
