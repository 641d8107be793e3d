"""Equations, as the model's file has them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from s3c.compiler import Span, describe

from .pieces import Equation, ListingPiece
from .tree import Equations

__all__ = ["listing"]

_CONTINUED = re.compile(r"[ \t]*\\[ \t]*\r?\n")
_WIDEST = 92  # letters of a line


def listing(block: Equations) -> ListingPiece:
    """The equations of a block, in its order."""
    assert block.compilation.schedule is not None
    description = describe(block.compilation.schedule)
    found: list[Equation] = []
    for name in block.variables:
        entry = description.variable(name)
        spans = [span for span, _ in entry.equations] or [entry.span]
        units = "" if entry.units == "Dmnl" else entry.units
        where = entry.span.location.line
        found.append(
            Equation(
                *(entry.name, "\n".join(map(_laid_out, spans)), units, entry.documentation),
                f"{Path(entry.span.source.name).name}, line {where}",
            )
        )
    return ListingPiece(block.caption, tuple(found))


def _laid_out(span: Span) -> str:
    """An equation's lines without the signs that continue them, none of them too wide."""
    text = _CONTINUED.sub("\n", span.text).expandtabs(4)
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(
        part
        for line in lines
        for part in textwrap.wrap(
            line, _WIDEST, subsequent_indent=" " * 8, drop_whitespace=False,
            break_long_words=False, break_on_hyphens=False,
        )
    )  # fmt: skip
