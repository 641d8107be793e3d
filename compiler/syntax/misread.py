"""What is wrong with a text that follows the grammar and still means nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..diagnostics import Diagnostic
    from ..source import Span
    from .tree import Extent

__all__ = ["Misread"]


class Misread(Exception):  # noqa: N818 -- no failure of ours, but a finding about a text
    """Ends the reading of an equation; `tell` makes the diagnostic once the place is known."""

    def __init__(self, extent: Extent, tell: Callable[[Span], Diagnostic]) -> None:
        super().__init__()
        self.extent = extent
        self.tell = tell
