"""`s3c functions`."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

import click

from s3c.runtime import printable

from .output import stop_on_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3c.compiler import Function

_WIDTH = 80
_INDENT = " " * 13


@click.command("functions")
@click.argument("name", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print all that is known, as JSON.")
@click.option("--markdown", is_flag=True, help="Print all of them as a page, docs/functions.md.")
def command(name: tuple[str, ...], as_json: bool, markdown: bool) -> None:
    """List the functions of the language, section by section, or explain the one of a NAME.

    Of one function: how it is called, its units, when it is computed, its formula, or for a macro
    its equations, where that is from, what it was checked against, and what is uncertain.
    """
    if markdown and name:
        raise click.UsageError("--markdown prints all functions: leave NAME out")
    if markdown and as_json:
        raise click.UsageError("choose one of --json and --markdown")
    with stop_on_errors():
        from s3c.compiler import functions

        if name:
            found = functions.find(" ".join(name))
            click.echo(_json(_facts(found)) if as_json else _explained(found))
        elif as_json:
            click.echo(_json([_facts(each) for each in functions.all_functions()]))
        elif markdown:
            from ..reference import page

            click.echo(page(functions.all_functions()), nl=False)
        else:
            _table(functions.all_functions())


def _json(facts: object) -> str:
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _facts(function: Function) -> dict[str, object]:
    """All that is known of a function, its documentation label by label."""
    facts: dict[str, object] = asdict(function)
    del facts["documentation"]
    return facts | {"signature": function.signature} | asdict(function.documentation)


def _table(listed: Iterable[Function]) -> None:
    """A line for each function."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if not console.is_terminal:  # nothing is cut off on its way to a file or another program
        console = Console(width=1_000_000, soft_wrap=True)
    doubtful = False
    for section, members in groupby(listed, key=lambda each: each.section):
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(no_wrap=True, min_width=24)
        table.add_column(ratio=1)
        for each in members:
            mark = " [yellow]?[/]" if each.documentation.uncertain else ""
            doubtful = doubtful or bool(mark)
            summary = each.documentation.summary.replace("`", "")
            table.add_row(f"{escape(each.name)}{mark}", escape(summary))
        console.print(f"[bold]{escape(section)}[/]")
        console.print(table)
        console.print()
    if doubtful:
        console.print("[yellow]?[/] Vensim's rule is not fully known")
    console.print("s3c functions NAME tells all of one function")


def _explained(function: Function) -> str:
    """Everything about one function, for a terminal."""
    said = function.documentation
    whole = "; must be the whole right side of its equation" if function.whole else ""
    facts = {
        "formula": said.formula,
        "units": function.units,
        "kind": f"{function.kind}{whole}",
        "computed": function.phase.meaning.removeprefix("computed "),
        "no value": said.errors,
        "source": said.source,
        "checked": ", ".join(map(str, said.checked)),
        "uncertain": said.uncertain,
    }
    meaning = f"{said.summary} {said.details}"
    lines = [click.style(each, bold=True) for each in _wrapped(function.signature, "", "    ")]
    lines += _wrapped(meaning, "  ", "  ")
    for title, text in facts.items():
        if text:
            lines += _wrapped(text, f"  {title + ':':11}", _INDENT)
    if function.equations:
        lines.append("  equations:")
        for each in function.equations:
            lines += _wrapped(each, " " * 4, " " * 8)
    return "\n".join(lines)


def _wrapped(text: str, first: str, later: str) -> list[str]:
    return textwrap.wrap(
        printable(text.replace("`", "")), _WIDTH,
        initial_indent=first, subsequent_indent=later, break_on_hyphens=False,
    )  # fmt: skip
