"""What native code reads besides its own numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..program import Program, Slot

__all__ = ["Constants", "Sources"]


@dataclass(slots=True)
class Constants:
    """What a module holds besides functions: lists of places and of numbers, and imports."""

    program: Program
    called: set[str] = field(default_factory=set)
    scratch: int = 0  # how many numbers arrays that functions take need at once
    _places: dict[tuple[int, ...], str] = field(default_factory=dict)
    _lists: dict[int, str] = field(default_factory=dict)

    def places(self, numbers: tuple[int, ...]) -> str:
        """The name of a list of places."""
        return self._places.setdefault(numbers, f"PLACES_{len(self._places)}")

    def numbers(self, index: int) -> str:
        """The name of a list of numbers that is written in the model."""
        return self._lists.setdefault(index, f"NUMBERS_{index}")

    def lines(self) -> Iterator[str]:
        """Their definitions."""
        for numbers, name in self._places.items():
            yield f"{name} = np.array({list(numbers)}, dtype=np.int64)"
        for index, name in self._lists.items():
            numbers_text = ", ".join(map(repr, self.program.lists[index].numbers))
            yield f"{name} = np.array([{numbers_text}])"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where numbers are read from, besides `w`.

    Attributes:
        fixed: places in `f` of what holds for a whole run and is shared.
        given: columns of `g`, of what is shared and changes.
        tables, series: the number of a slot's first lookup, or series, among all of them.
    """

    fixed: Mapping[Slot, int]
    given: Mapping[Slot, int]
    tables: Mapping[Slot, int]
    series: Mapping[Slot, int]
