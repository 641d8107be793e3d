"""What was worked out before, kept for objects that have stayed the same.

After an edit most equations are as they were, and the stages of the compiler hand on the very
objects that they handed on before. So each stage asks by identity, which costs nothing, whether
it has met an object already; what it then finds must follow from that object alone, or say itself
what else it was made from.
"""

from __future__ import annotations

from itertools import islice
from typing import Generic, TypeVar

__all__ = ["Kept", "Latest", "Numbered"]

Thing = TypeVar("Thing")
Found = TypeVar("Found")

_MOST = 2**17


class Kept(Generic[Thing, Found]):
    """What was found for each of many things; the oldest are forgotten when there are too many.

    A thing is known by its identity, and held, so that no other takes its place.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._found: dict[int, tuple[Thing, Found]] = {}

    def get(self, thing: Thing) -> Found | None:
        """What is kept for a thing, if anything is."""
        found = self._found.get(id(thing))
        return found[1] if found is not None else None

    def keep(self, thing: Thing, found: Found) -> Found:
        """Keep what was found for a thing, in the place of what was kept before; and return it."""
        if len(self._found) >= self._most:
            for oldest in list(islice(self._found, self._most // 4)):
                self._found.pop(oldest, None)
        self._found[id(thing)] = thing, found
        return found


class Latest(Generic[Thing, Found]):
    """What was found last for whole models, by all that it follows from: of one, and one before.

    What is asked for is compared with what is kept, which is quick where most of it is identical.
    """

    def __init__(self) -> None:
        self._found: tuple[tuple[Thing, Found], ...] = ()

    def get(self, thing: Thing) -> Found | None:
        """What was found for a thing that equals this one, if it is kept."""
        return next((found for known, found in self._found if known == thing), None)

    def keep(self, thing: Thing, found: Found) -> Found:
        """Keep what was found for a thing; and return it."""
        self._found = (thing, found), *self._found[:1]
        return found


class Numbered(Generic[Thing]):
    """Numbers for what whole models have, such as the names of all slots: what is equal has one.

    What was found with all of it need then remember a number, and not all that it looked at.
    """

    def __init__(self) -> None:
        self._latest = Latest[Thing, int]()
        self._last = 0

    def of(self, thing: Thing) -> int:
        """The number of a thing, from 1; that of what is equal to it, if that is kept."""
        found = self._latest.get(thing)
        if found is None:
            self._last += 1
            found = self._latest.keep(thing, self._last)
        return found
