"""The page: a study's text and pieces as one HTML file that needs no other."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from s3c.runtime import VERSION

from .pieces import FigurePiece, ListingPiece, Part, TablePiece, VerdictsPiece, verdicts_of
from .tree import Study

__all__ = ["page", "prose"]

_HERE = Path(__file__).parent
_DOTS_PER_INCH = 96  # of CSS
# Neither HTML nor pictures: a page has nothing from elsewhere.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


def prose(text: str) -> str:
    """Markdown as HTML; wide tables scroll by themselves."""
    html = str(_MARKDOWN.render(text))
    return _TABLE.sub(lambda found: f'<div class="wide">{found[0]}</div>', html)


def page(study: Study, parts: tuple[Part, ...]) -> str:
    """The whole page."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["inline"] = _inline
    environment.filters["picture"] = _picture
    template = environment.from_string((_HERE / "page.html.j2").read_text(encoding="utf-8"))
    kinds = {
        TablePiece: "table",
        FigurePiece: "figure",
        ListingPiece: "listing",
        VerdictsPiece: "verdicts",
    }
    verdicts = verdicts_of(parts)
    return template.render(
        study=study,
        parts=[
            (part, Markup(part.html), [(kinds[type(piece)], piece) for piece in part.pieces])  # noqa: S704
            for part in parts
        ],
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704
        holding=sum(each.holds for each in verdicts),
        failing=sum(not each.holds for each in verdicts),
        version=VERSION,
        file=study.path.name,
    )


def _inline(text: str) -> Markup:
    """Markdown within a line."""
    return Markup(_MARKDOWN.renderInline(text))  # noqa: S704  (made without HTML of the study)


def _picture(piece: FigurePiece) -> Markup:
    """A figure's SVG, as wide as it was drawn at most, and named for who cannot see it."""
    wide = round(piece.width * _DOTS_PER_INCH)
    label = Markup.escape(f"Figure {piece.number}. {piece.caption}")
    head, _, rest = piece.svg.partition(">")
    head = re.sub(r' (?:width|height)="[^"]*"', "", head)
    style = f'style="max-width: {wide}px" role="img" aria-label="{label}"'
    return Markup(f"{head} {style}>{rest}")  # noqa: S704  (drawn by matplotlib, which escapes)
