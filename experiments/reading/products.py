"""Changes combined, each combination a scenario whose name is made of its parts.

A product has every combination; a list the first of each, then the second of each, and so on.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import product

from s3c.runtime import printable

from ..tree import Scenario
from .entries import Entry
from .names import Names

__all__ = ["Product", "read_list", "read_product"]

_PART = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_SIDE = re.compile(r"[^{}:\s](?:[^{}:]{0,48}[^{}:\s])?")
_FORMATS = ("", "+%")
_LONGEST_NAME = 200
_MOST_SIDES = 20


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that are combined: what it does to what, and how much each time."""

    name: str
    constants: tuple[str, ...]
    numbers: tuple[float, ...]
    scales: bool
    """By these factors; or else it sets to these values."""

    def label(self, number: float, layout: str = "") -> str:
        """A number as it stands in a name: `+%` makes `+25 %` of the factor 1.25."""
        return f"{(number - 1) * 100:+.6g} %" if layout == "+%" else f"{number:.6g}"


@dataclass(frozen=True, slots=True)
class Product:
    """Some sides, and the name that their combinations get."""

    entry: Entry
    name: str
    sides: tuple[Side, ...]
    in_step: bool = False
    """Whether it is a list: all sides go along together, and have as many numbers."""

    @property
    def count(self) -> int:
        """How many combinations there are."""
        if self.in_step:
            return len(self.sides[0].numbers)
        return math.prod(len(side.numbers) for side in self.sides)

    def scenarios(self) -> tuple[Scenario, ...]:
        """All of them, the last side fastest."""
        numbers = [side.numbers for side in self.sides]
        combined = zip(*numbers, strict=True) if self.in_step else product(*numbers)
        return tuple(map(self._scenario, combined))

    def _scenario(self, numbers: tuple[float, ...]) -> Scenario:
        present = {
            side.name: (side, number) for side, number in zip(self.sides, numbers, strict=True)
        }

        def label(part: re.Match[str]) -> str:
            side, number = present[part[1].strip()]
            return side.label(number, part[2] or "")

        def pairs(*, scales: bool) -> tuple[tuple[str, float], ...]:
            return tuple(
                (constant, number)
                for side, number in present.values()
                if side.scales is scales
                for constant in side.constants
            )

        return Scenario(_PART.sub(label, self.name), pairs(scales=True), pairs(scales=False))


def read_product(entry: Entry, names: Names) -> Product | None:
    """A `[[product]]`; None if it is wrong."""
    return _read(entry, names, "product")


def read_list(entry: Entry, names: Names) -> Product | None:
    """A `[[list]]`, a product whose sides go in step; None if it is wrong."""
    found = _read(entry, names, "list")
    if found is None:
        return None
    counts = {side.name: len(side.numbers) for side in found.sides}
    if len(set(counts.values())) > 1:
        shown = ", ".join(f"“{printable(name)}” {count}" for name, count in counts.items())
        message = f"the sides of a list have as many numbers, one for each scenario: {shown}"
        entry.wrong("S3C703", message, "give each as many; [[product]] takes every combination")
        return None
    return replace(found, in_step=True)


def _read(entry: Entry, names: Names, what: str) -> Product | None:
    """A `[[product]]` or `[[list]]` of which the sides are read; None if it is wrong."""
    entries = entry.table()
    sides = [
        side
        for key, each in entries.items()
        if key != "name" and (side := _side(each, names)) is not None
    ]
    if not entries.keys() - {"name"}:
        message, hint = f"the {what} combines nothing", "add x = { scale = …, factors = [ … ] }"
        entry.wrong("S3C710", message, hint)
        return None
    if len(sides) > _MOST_SIDES:
        message = f"the {what} combines {len(sides)} things: too many"
        entry.wrong("S3C711", message, f"combine at most {_MOST_SIDES}")
        return None
    name = entries["name"].text() if "name" in entries else _usual_name(sides)
    if name is None or len(sides) < len(entries.keys() - {"name"}):
        return None
    if "name" in entries and not _fits(entries["name"], name, sides, what):
        return None
    if len(name) > _LONGEST_NAME:
        message = f"a scenario's name must have 1 to {_LONGEST_NAME} letters"
        entry.wrong("S3C703", message, f"give the {what} a shorter name")
        return None
    return Product(entry, name, tuple(sides))


def _usual_name(sides: list[Side]) -> str:
    return ", ".join(f"{side.name} {{{side.name}{':+%' if side.scales else ''}}}" for side in sides)


def _side(entry: Entry, names: Names) -> Side | None:
    """What is combined; None if it is wrong."""
    if not _SIDE.fullmatch(entry.key):
        message = f"“{printable(entry.key[:_LONGEST_NAME])}” cannot stand in a scenario's name"
        entry.wrong_key("S3C713", message, "choose a short word, without braces or colons")
        return None
    what = "in what is combined"
    fields = entry.fields(("scale", "factors", "set", "values"), (), what)
    scales = "scale" in fields or "factors" in fields
    verb, amounts = ("scale", "factors") if scales else ("set", "values")
    if not isinstance(entry.value, dict) or len(fields) < len(entry.value):
        return None
    if set(fields) != {verb, amounts}:
        message = "it takes “scale” with “factors”, or “set” with “values”"
        entry.wrong("S3C704", message, f"such as {{ {verb} = [ … ], {amounts} = [0.75, 1.25] }}")
        return None

    def constants(each: Entry) -> tuple[str, ...] | None:
        name = each.text()
        if name is None:
            return None
        if scales:
            return names.constants(each, name, on_key=False) or None
        found = names.settable(each, name, on_key=False)
        return (found,) if found else None

    groups = fields[verb].one_or_more(constants)
    numbers = fields[amounts].items(Entry.number)
    if not numbers or not groups:
        if not fields[amounts].value or not fields[verb].value:
            entry.wrong("S3C710", f"“{printable(entry.key)}” combines nothing", "give it numbers")
        return None
    return Side(entry.key, tuple(dict.fromkeys(sum(groups, ()))), tuple(numbers), scales)


def _fits(entry: Entry, name: str, sides: list[Side], what: str) -> bool:
    """Whether a name has each side in it, and nothing else in braces."""
    known = {side.name: side for side in sides}
    parts = [(part[1].strip(), part[2] or "") for part in _PART.finditer(name)]
    every = " and ".join(f"{{{each}}}" for each in known)
    for part, layout in parts:
        if part not in known:
            message = f"“{{{printable(part)}}}” is no part of this {what}"
        elif layout not in _FORMATS:
            message = f"“{printable(layout)}” is no way to write a number"
            entry.wrong("S3C713", message, f"write {{{part}}}, or {{{part}:+%}} of a factor")
            return False
        elif layout == "+%" and not known[part].scales:
            message = f"“{{{part}:+%}}” is for factors, and “{part}” sets values"
        else:
            continue
        entry.wrong("S3C713", message, f"write {every}")
        return False
    missing = [each for each in known if each not in dict(parts)]
    if missing:
        message = f"the name lacks “{{{missing[0]}}}”: several scenarios would share it"
        entry.wrong("S3C713", message, f"write {every} into it")
    return not missing
