"""A unit expression as it is written in an equation's field: `Person*Hour/(Week*Task^2)`."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from .measure import ANY, NO_DIMENSION, UNKNOWN, Measure, power_of, product_of

__all__ = ["UnreadableUnitError", "number_of", "read_unit"]

_TOKEN = re.compile(r"[*/()^]|[^*/()^]+")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_DEEPEST = 50  # parentheses within parentheses
_LONGEST = 10_000  # letters
_MOST_DIGITS = 50

_Read = TypeVar("_Read")


class UnreadableUnitError(Exception):
    """A unit expression cannot be read; the message says why, `start` and `end` where."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


def read_unit(text: str, unit: Callable[[str], Measure]) -> Measure:
    """Read a unit expression; `unit` says what each name stands for.

    As in Vensim, `a/b/c` is `a/(b*c)`. Of numbers there is only 1, but for exponents.

    Raises:
        UnreadableUnitError: it is not a product or quotient of names and powers.
    """
    if len(text) > _LONGEST:
        raise UnreadableUnitError("it is too long", 0, _LONGEST)
    return _Reader(text, unit).whole()


def number_of(text: str) -> Fraction | None:
    """A number as it is written, exactly; None if it is none, or too long to be meant."""
    if not _NUMBER.fullmatch(text) or len(text) > _MOST_DIGITS:
        return None
    mantissa, _, exponent = text.lower().partition("e")
    if abs(int(exponent or "0")) > _MOST_DIGITS:
        return None
    return Fraction(text) if exponent else Fraction(mantissa)


class _Reader:
    def __init__(self, text: str, unit: Callable[[str], Measure]) -> None:
        self.unit = unit
        self.tokens = [
            (match[0].strip(), match.start(), match.end())
            for match in _TOKEN.finditer(text)
            if match[0].strip()
        ]
        self.end = len(text)
        self.place = 0
        self.depth = 0

    def whole(self) -> Measure:
        found = self.product()
        if self.place < len(self.tokens):
            raise self.unreadable("nothing opens this parenthesis")
        return found

    def product(self) -> Measure:
        found = self.factor()
        while self.next in ("*", "/"):
            sign = Fraction(1 if self.take() == "*" else -1)
            factor = self.factor()
            # A name may stand for what fits any unit: as a factor, it leaves the whole open.
            found = UNKNOWN if ANY in (found, factor) else product_of(found, factor, sign)
        return found

    def factor(self) -> Measure:
        found = self.atom()
        if self.next == "^":
            self.take()
            found = power_of(found, self.exponent())
        return found

    def atom(self) -> Measure:
        if self.next == "(":
            return self.inside(self.product)
        if self.next in ("", "*", "/", "^", ")"):
            raise self.unreadable("a unit is missing here")
        if _NUMBER.fullmatch(self.next):
            if number_of(self.next) != 1:
                raise self.unreadable("units have no factor but 1")
            self.take()
            return NO_DIMENSION
        return self.unit(self.take())

    def exponent(self) -> Fraction:
        if self.next == "(":
            return self.inside(self.quotient)
        value = number_of(self.next)
        if value is None:
            raise self.unreadable("an exponent is a number")
        self.take()
        return value

    def quotient(self) -> Fraction:
        above = self.exponent()
        if self.next != "/":
            return above
        self.take()
        below = self.exponent()
        if not below:
            raise self.unreadable("an exponent is divided by zero")
        return above / below

    def inside(self, read: Callable[[], _Read]) -> _Read:
        """What stands in parentheses."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.unreadable("parentheses are nested too deeply")
        self.take()
        found = read()
        if self.next != ")":
            raise self.unreadable("a parenthesis is not closed")
        self.take()
        self.depth -= 1
        return found

    @property
    def next(self) -> str:
        return self.tokens[self.place][0] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        token = self.next
        self.place += 1
        return token

    def unreadable(self, message: str) -> UnreadableUnitError:
        if self.place < len(self.tokens):
            _, start, end = self.tokens[self.place]
            return UnreadableUnitError(message, start, end)
        return UnreadableUnitError(message, self.end, self.end)
