"""Reading what should be of a certain form, and may be anything: parts of a JSON document."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from typing import Any, NoReturn

from .errors import RunError
from .names import printable

__all__ = ["Part", "malformed"]

_SPELLED = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_LARGEST_WHOLE = 2**53


def malformed(where: str, why: str) -> RunError:
    """A file that should hold the state of a run is malformed."""
    hint = "save the state again; a state file is not to be edited"
    place = f"the state file's {where}" if where else "the state file"
    return RunError("S3C612", f"{place} {why}", hint)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document, and where it stands in it."""

    value: Any
    where: str = ""

    def fail(self, why: str) -> NoReturn:
        """Say that this part is malformed.

        Raises:
            RunError: S3C612.
        """
        raise malformed(self.where, why)

    def at(self, key: str | int) -> Part:
        """A part of this part."""
        if isinstance(key, int):
            return Part(self.value[key], f"{self.where}[{key}]")
        name = printable(key)[:60]
        return Part(self.value[key], f"{self.where}.{name}" if self.where else name)

    def fields(self, *names: str) -> dict[str, Part]:
        """The parts of an object that has these fields, and no others."""
        if not isinstance(self.value, dict):
            self.fail("is not an object")
        for name in names:
            if name not in self.value:
                self.fail(f"lacks “{name}”")
        for name in self.value:
            if name not in names:
                self.fail(f"has “{printable(str(name))[:60]}”, which means nothing")
        return {name: self.at(name) for name in names}

    def entries(self) -> dict[str, Part]:
        """The parts of an object that may have any fields."""
        if not isinstance(self.value, dict):
            self.fail("is not an object")
        return {str(name): self.at(name) for name in self.value}

    def items(self, length: int | None = None) -> list[Part]:
        """The parts of a list, of a certain length."""
        if not isinstance(self.value, list):
            self.fail("is not a list")
        if length is not None and len(self.value) != length:
            self.fail(f"has {len(self.value)} entries, and not {length}")
        return [self.at(place) for place in range(len(self.value))]

    def text(self) -> str:
        """A text."""
        if not isinstance(self.value, str):
            self.fail("is not a text")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.fail("is not true or false")
        return self.value

    def whole(self, least: int = -_LARGEST_WHOLE, most: int = _LARGEST_WHOLE) -> int:
        """A whole number between two."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.fail("is not a whole number")
        if not least <= self.value <= most:
            self.fail(f"is not between {least} and {most}")
        return self.value

    def number(self, *, finite: bool = False) -> float:
        """A number; NaN and infinity are spelled `nan`, `inf` and `-inf`."""
        found = _SPELLED.get(self.value) if isinstance(self.value, str) else self.value
        if not isinstance(found, int | float) or isinstance(found, bool):
            self.fail("is not a number")
        try:
            number = float(found)
        except OverflowError:
            self.fail("is too large")
        if finite and not math.isfinite(number):
            self.fail("is not finite")
        return number

    def numbers(self, length: int | None = None) -> array[float]:
        """The numbers of a list, of a certain length."""
        if not isinstance(self.value, list):
            self.fail("is not a list")
        if length is not None and len(self.value) != length:
            self.fail(f"has {len(self.value)} numbers, and not {length}")
        if set(map(type, self.value)) <= {float}:
            return array("d", self.value)
        return array("d", [self.at(place).number() for place in range(len(self.value))])
