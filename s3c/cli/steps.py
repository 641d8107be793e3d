"""What `s3c run --check-step` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .tables import print_table

if TYPE_CHECKING:
    from s3c.runtime import StepCheck

__all__ = ["show_step_check"]

_MOST_SHOWN = 20  # variables
_DRAWS = (
    "The model draws random numbers: each was held over two of the short steps, so that both runs"
    " have the same noise."
)


def show_step_check(check: StepCheck) -> None:
    """The variables that half of TIME STEP changes, the most changed first, and the verdict."""
    from s3c.runtime import printable

    rows = [("variable", "% of range", "by", "at time", "units")]
    rows += [
        (
            printable(each.name),
            f"{100 * each.share:.3g}",
            f"{each.change:.4g}",
            f"{each.time:g}",
            printable(each.units),
        )
        for each in check.changes[:_MOST_SHOWN]
    ]
    if check.changes:
        print_table(rows, left=(0, len(rows[0]) - 1), indent="")
        more = len(check.changes) - _MOST_SHOWN
        if more > 0:
            click.echo(f"… {more} more, which change less")
        click.echo()
    if check.draws:
        click.echo(_DRAWS)
    click.echo(printable(check.verdict))
