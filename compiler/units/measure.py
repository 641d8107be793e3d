"""Units as products of powers, and what a value is measured in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

__all__ = [
    "ANY",
    "NO_DIMENSION",
    "UNKNOWN",
    "Loose",
    "Measure",
    "Unit",
    "power_of",
    "product_of",
    "ratio_of",
    "single",
    "unit_of",
]

_MOST_FACTORS = 200  # of one unit: beyond these nobody could read it
_LARGEST_POWER = 1000
_FINEST_POWER = 10_000


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers: each base with its exponent, which is not 0, sorted by base.

    A base is the folded name of a unit, or, where an unknown unit is sought, a symbol for that
    (`relations.symbol`). Without factors it has no dimension.
    """

    factors: tuple[tuple[str, Fraction], ...] = ()

    def exponent(self, base: str) -> Fraction:
        """The exponent of a base, 0 if there is none."""
        return next((power for each, power in self.factors if each == base), Fraction(0))


class Loose(Enum):
    """What has no units of its own."""

    ANY = "any"  # a number, which fits wherever it stands
    UNKNOWN = "unknown"  # nothing is known, or an error was told of already


ANY = Loose.ANY
UNKNOWN = Loose.UNKNOWN
NO_DIMENSION = Unit()

Measure: TypeAlias = Unit | Loose
"""What a value is measured in."""


def single(base: str) -> Unit:
    """The unit that is one base."""
    return Unit(((base, Fraction(1)),))


def unit_of(factors: Mapping[str, Fraction]) -> Measure:
    """The unit of these factors; unknown if it is larger than anyone can mean."""
    kept = tuple(sorted((base, power) for base, power in factors.items() if power))
    if len(kept) > _MOST_FACTORS or any(
        abs(power) > _LARGEST_POWER or power.denominator > _FINEST_POWER for _, power in kept
    ):
        return UNKNOWN
    return Unit(kept)


def product_of(first: Measure, second: Measure, power: Fraction = Fraction(1)) -> Measure:
    """`first * second ^ power`; numbers alone stay such, and count for nothing in a product."""
    if first is UNKNOWN or second is UNKNOWN:
        return UNKNOWN
    if not isinstance(second, Unit):
        return first
    if not isinstance(first, Unit):
        first = NO_DIMENSION
    factors = dict(first.factors)
    for base, exponent in second.factors:
        factors[base] = factors.get(base, Fraction(0)) + exponent * power
    return unit_of(factors)


def ratio_of(first: Measure, second: Measure) -> Measure:
    """`first / second`."""
    return product_of(first, second, Fraction(-1))


def power_of(base: Measure, power: Fraction) -> Measure:
    """`base ^ power`."""
    if not isinstance(base, Unit):
        return base
    return unit_of({each: exponent * power for each, exponent in base.factors})
