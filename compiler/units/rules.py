"""The units rule of a function, as `Builtin.units` writes it, read and applied to a call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TypeAlias

from .measure import (
    ANY,
    NO_DIMENSION,
    UNKNOWN,
    Measure,
    Unit,
    power_of,
    product_of,
    ratio_of,
    single,
)
from .relations import Relations, is_symbol, symbol

__all__ = ["Mismatch", "Rule", "applied", "pattern_of", "read_rule"]

_FACTOR = re.compile(r"([*/]?)\s*(1|[a-z]\w*)(?:\^(\d+(?:\.\d+)?|[a-z]\w*))?")

Power: TypeAlias = Fraction | str
"""An exponent, or the parameter whose value it is."""
Pattern: TypeAlias = tuple[tuple[str, Power], ...] | None
"""A product of powers of symbols and bases; None fits whatever there is, and tells nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a function asks of its arguments, and what it gives."""

    arguments: tuple[Pattern, ...]
    outputs: tuple[Pattern, ...]
    result: Pattern
    lookups: frozenset[int] = frozenset()
    """Those arguments that are lookups: their pattern is that of their values."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An argument, counted from 0, that has other units than the rule asks for.

    `wanted` are these; `told_by` is an earlier argument that they follow from, if there is one.
    """

    argument: int
    wanted: Measure
    told_by: int | None = None


def _symbol(name: str) -> str:
    return symbol(name).factors[0][0]


_TIME = _symbol("t")


@cache
def read_rule(text: str) -> Rule | None:
    """A rule; None if there is none, or it says nothing that can be checked."""
    head, arrow, result = text.rpartition(") -> ")
    if not arrow:
        return None
    given, _, outputs = head.removeprefix("(").partition(" : ")
    parts = [each.strip() for each in given.split(",")] if given.strip() else []
    return Rule(
        tuple(_pattern(each.rpartition("-> ")[2]) for each in parts),
        tuple(_pattern(each.strip()) for each in outputs.split(",")) if outputs else (),
        _pattern(result.strip()),
        frozenset(place for place, each in enumerate(parts) if "->" in each),
    )


def _pattern(text: str) -> Pattern:
    if text in ("*", ""):
        return None
    powers: dict[str, Fraction] = {}
    place = 0
    while place < len(text):
        factor = _FACTOR.match(text, place)
        if factor is None:
            return None
        written = factor[3] or "1"
        if not written[0].isdigit():  # the value of a parameter: a rule of one factor
            return ((_symbol(factor[2]), written),)
        place = factor.end()
        if factor[2] != "1":
            found = _symbol(factor[2])
            sign = -1 if factor[1] == "/" else 1
            powers[found] = powers.get(found, Fraction(0)) + sign * Fraction(written)
    return tuple((each, power) for each, power in powers.items() if power)


def pattern_of(measure: Measure) -> Pattern:
    """The pattern of a measure: symbols of which nothing is known stand for any units."""
    return measure.factors if isinstance(measure, Unit) else None


def applied(
    rule: Rule,
    given: Sequence[Measure],
    time: Measure,
    values: Mapping[str, Fraction],
    relations: Relations,
) -> tuple[Measure, tuple[Measure, ...], tuple[Mismatch, ...]]:
    """What a call gives and defines, and which arguments do not fit.

    `time` is the unit of time; `values` are those arguments that are numbers, by parameter.
    """
    call = _Call(time, values, relations)
    for place, (pattern, measure) in enumerate(zip(rule.arguments, given, strict=False)):
        call.take(place, pattern, measure)
    result, outputs = call.gives(rule.result), tuple(map(call.gives, rule.outputs))
    if call.mismatches:
        return UNKNOWN, tuple(UNKNOWN for _ in rule.outputs), tuple(call.mismatches)
    return result, outputs, ()


class _Call:
    """One call: what its rule's symbols stand for."""

    def __init__(self, time: Measure, values: Mapping[str, Fraction], relations: Relations) -> None:
        self.bound: dict[str, Measure] = {_TIME: time}
        self.told_by: dict[str, int] = {}
        self.unknown: set[str] = set()
        self.values = values
        self.relations = relations
        self.mismatches: list[Mismatch] = []

    def take(self, place: int, pattern: Pattern, measure: Measure) -> None:
        """Hold an argument against what is asked for; what is not known yet follows from it."""
        if pattern is None or measure is ANY:
            return
        free = self._free(pattern)
        if measure is UNKNOWN:
            self.unknown.update(free)
            return
        known = self._product([each for each in pattern if each[0] not in free])
        if known is UNKNOWN:
            self.unknown.update(free)
            return
        if len(free) == 1:
            power = dict(pattern)[free[0]]
            assert isinstance(power, Fraction)
            self.bound[free[0]] = power_of(ratio_of(measure, known), 1 / power)
            self.told_by[free[0]] = place
        elif not free and not self.relations.same(known, measure):
            told = [self.told_by[each] for each, _ in pattern if each in self.told_by]
            self.mismatches.append(Mismatch(place, known, told[0] if told else None))

    def gives(self, pattern: Pattern) -> Measure:
        """The measure of a result; where numbers alone tell what a symbol is, it is one, too."""
        if pattern is None:
            return UNKNOWN
        free = self._free(pattern)
        if any(each in self.unknown for each in free):
            return UNKNOWN
        if free and len(free) == len(pattern):
            return ANY
        return self._product([each for each in pattern if each[0] not in free])

    def _free(self, pattern: Sequence[tuple[str, Power]]) -> list[str]:
        return [each for each, _ in pattern if is_symbol(each) and each not in self.bound]

    def _product(self, pattern: Sequence[tuple[str, Power]]) -> Measure:
        found: Measure = NO_DIMENSION
        for each, power in pattern:
            measure = self.bound.get(each) or single(each)
            if isinstance(power, str):
                return self._raised(measure, power)
            found = product_of(found, measure, power)
        return found

    def _raised(self, measure: Measure, parameter: str) -> Measure:
        """A base to the power of an argument: without that number it must have no dimension."""
        if parameter in self.values:
            return power_of(measure, self.values[parameter])
        if not self.relations.same(measure, NO_DIMENSION):
            self.mismatches.append(Mismatch(min(self.told_by.values(), default=0), NO_DIMENSION))
            return UNKNOWN
        return NO_DIMENSION if isinstance(measure, Unit) else measure
