"""Decisions read from bytes, so that a fuzzer's mutations change one decision at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Choices"]

_Thing = TypeVar("_Thing")


class Choices:
    """Bytes, one for each decision. After the last of them every decision is the first possibility.

    Where the first possibility is the simplest, whatever is built from choices comes to an end.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._next = 0

    @property
    def are_left(self) -> bool:
        """Whether a decision is still open."""
        return self._next < len(self._data)

    def below(self, count: int) -> int:
        """A whole number from 0, at most 255."""
        if not self.are_left:
            return 0
        self._next += 1
        return self._data[self._next - 1] % count

    def one_of(self, things: Sequence[_Thing]) -> _Thing:
        """One of some things; of more than 256, with a second byte."""
        number = self.below(256)
        if len(things) > 256:
            number = 256 * number + self.below(256)
        return things[number % len(things)]

    def rarely(self) -> bool:
        """True once in 16 times."""
        return self.below(16) == 15
