"""What a back end is: a `Program` in, the text of something that runs it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..program import Program
from ..source import Span

__all__ = ["Backend", "Generated"]


@dataclass(frozen=True, slots=True)
class Generated:
    """Generated text. `spans` gives, for a line of it (from 1), the equation it came from."""

    text: str
    spans: Mapping[int, Span]


class Backend(Protocol):
    """Prints programs in one target language."""

    def __call__(self, program: Program) -> Generated:
        """The whole module, ready to be written to a file."""
        ...
