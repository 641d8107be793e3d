"""Tables of text. Laid out by hand: a library takes longer to import than a small run to make."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import click

__all__ = ["print_table"]


def print_table(
    rows: Sequence[tuple[str, ...]], *, left: Collection[int] = (0,), indent: str = "  "
) -> None:
    """Print rows of text below one another, the first of them the titles.

    Titles are bold if the table is not indented below a title of its own.

    Args:
        rows: their cells; a row of one cell runs over the whole line.
        left: the columns whose cells stand to the left; those of the others stand to the right.
        indent: what every line begins with.
    """
    columns = zip(*(row for row in rows if len(row) > 1), strict=True)
    widths = [max(map(len, column)) for column in columns]
    for number, row in enumerate(rows):
        cells = (
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        line = row[0] if len(row) == 1 else "  ".join(cells).rstrip()
        click.echo(indent + (click.style(line, bold=True) if not (number or indent) else line))
