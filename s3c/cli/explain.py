"""`s3c explain`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from .output import stop_on_errors

if TYPE_CHECKING:
    from s3c.compiler import Explanation

_WIDTH = 80


@click.command("explain")
@click.argument("code", required=False)
@click.option("--markdown", is_flag=True, help="Print all as a page, docs/diagnostics.md.")
def command(code: str | None, markdown: bool) -> None:
    """Explain the diagnostic CODE, such as S3C204, with examples; without one, list all codes."""
    if code and markdown:
        raise click.UsageError("--markdown prints all codes: leave CODE out")
    with stop_on_errors():
        from s3c.compiler import explain, explanations

        if markdown:
            from ..explaining import page

            click.echo(page(), nl=False)
        elif code:
            click.echo("\n".join(_explained(explain(code))))
        else:
            for each in explanations().values():
                click.echo(f"{each.code}  {each.title}")
            click.echo(f"\n{_of_approximations()}")


def _of_approximations() -> str:
    from s3c.compiler import APPROXIMATIONS

    said = f"Where results may differ from Vensim's: {', '.join(APPROXIMATIONS)}"
    return textwrap.fill(said, _WIDTH, subsequent_indent="  ")


def _explained(each: Explanation) -> list[str]:
    from ..explaining import said

    lines = [click.style(f"{each.code}: {each.title}", bold=True), ""]
    if each.means:
        lines += [*textwrap.wrap(each.means, _WIDTH, break_on_hyphens=False), ""]
    if each.without:
        lines += [*textwrap.wrap(f"No example: {each.without}", _WIDTH), ""]
    if each.bad:
        lines += [click.style("Bad:", bold=True), "", _indented(each.bad), ""]
        answer = said(each)
        if answer:
            lines += [click.style("s3c says:", bold=True), "", _indented(answer), ""]
    if each.good:
        lines += [click.style("Good:", bold=True), "", _indented(each.good), ""]
    return lines[:-1]


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ")
