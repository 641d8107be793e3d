"""Names as they stand in a picture: broken into lines, and how much room they take."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from s3c.runtime import printable

from .tree import Node, Shape

__all__ = ["FONT_SIZE", "LINE_HEIGHT", "Label", "label_of", "width_of"]

FONT_SIZE = 8.0  # points
LINE_HEIGHT = 1.2 * FONT_SIZE / 72  # inches
_WIDTH = 20  # letters
_NARROW = 17  # in a stock's box, and under a valve
_MOST_LINES = 6
_ROOM = 1.03  # renderers round letters to pixels


@dataclass(frozen=True, slots=True)
class Label:
    """A name in lines, and its size in inches."""

    lines: tuple[str, ...]
    width: float
    height: float

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


@lru_cache(maxsize=2048)
def label_of(node: Node) -> Label:
    """A node's name, in so many lines that it is about as wide as others.

    Of a very long name the end is left out.
    """
    narrow = node.shape in (Shape.STOCK, Shape.FLOW)
    name = printable(node.name)
    name = f"<{name}>" if node.shape is Shape.SHADOW else name
    lines = _wrapped(name, _NARROW if narrow else _WIDTH)
    width = max((width_of(line) for line in lines), default=0.0)
    return Label(tuple(lines), width * _ROOM, len(lines) * LINE_HEIGHT)


def _wrapped(name: str, width: int) -> list[str]:
    """Lines of about the same length: the narrowest that need no line more."""
    lines = textwrap.wrap(name, width)
    longest = max((len(word) for word in name.split()), default=1)
    for narrower in range(min(longest, width), width):
        tried = textwrap.wrap(name, narrower)
        if len(tried) == len(lines):
            lines = tried
            break
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: width - 1] + "…"]
    return lines


@contextmanager
def _missing_letters() -> Iterator[None]:
    """Letters that the font lacks are drawn as boxes, without a word."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def width_of(line: str, size: float = FONT_SIZE) -> float:
    """How wide a line is, in inches; its letters have so many points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size)
    with _missing_letters():
        width, _, _ = text_to_path.get_text_width_height_descent(line, font, ismath=False)
    return float(width) / 72
