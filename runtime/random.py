"""Random numbers that depend on what they are for, not on when they were asked for.

Philox 4x32-10 is a function from a counter and a key to 128 bits. The key comes from the seed and
the stream; the counter says which run, which call in the equations, which time step, and which
element of an array and attempt. So every back end, in any order and on any number of machines,
draws the same numbers.

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011).
"""

from __future__ import annotations

import math
import struct
from typing import TypeAlias

__all__ = ["DEFAULT_SEED", "Draws", "philox"]

DEFAULT_SEED = 4487556.0
"""The seed of a model without NOISE SEED (reference C.10)."""

Words: TypeAlias = tuple[int, int, int, int]

_WORD = 0xFFFFFFFF
_MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
_WEYL = 0x9E3779B9, 0xBB67AE85  # golden ratio, sqrt(3) - 1
_ROUNDS = 10
_ATTEMPTS = 1024  # that each element of an array has room for


def philox(counter: Words, key: tuple[int, int]) -> Words:
    """Philox 4x32-10: four words of 32 bits from a counter of four and a key of two."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    m0, m1 = _MULTIPLIERS
    w0, w1 = _WEYL
    for _ in range(_ROUNDS):
        p0, p1 = m0 * c0, m1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _WORD, (p0 >> 32) ^ c3 ^ k1, p0 & _WORD
        k0, k1 = (k0 + w0) & _WORD, (k1 + w1) & _WORD
    return c0, c1, c2, c3


class Draws:
    """The random numbers of one run at one time step, of one element of an array.

    Args:
        seed: any finite number; NOISE SEED of a model.
        run: which of several runs with the same seed.
    """

    __slots__ = ("_first", "_keys", "_run", "_step", "seed")

    def __init__(self, seed: float = DEFAULT_SEED, run: int = 0) -> None:
        self.seed = float(seed)
        self._run = run & _WORD
        self._step = 0
        self._first = 0
        self._keys: dict[float, tuple[int, int]] = {}

    def at(self, step: int) -> Draws:
        """The draws of that time step, counted from 0."""
        return self._other(step & _WORD, self._first)

    def of(self, element: int) -> Draws:
        """The draws of that element of an array, counted from 0, the last axis fastest.

        A number that is no array's draws as the first element does.
        """
        return self._other(self._step, element * _ATTEMPTS)

    def _other(self, step: int, first: int) -> Draws:
        other = object.__new__(Draws)
        other.seed, other._run, other._keys = self.seed, self._run, self._keys
        other._step, other._first = step, first
        return other

    def uniform(self, site: int, stream: float, attempt: int = 0) -> float:
        """A number of [0, 1), of 53 random bits."""
        words = self._words(site, stream, attempt)
        return _fraction(words[0], words[1])

    def normal(self, site: int, stream: float, attempt: int = 0) -> float:
        """A number of the standard normal distribution, by the formula of Box and Muller."""
        words = self._words(site, stream, attempt)
        radius = math.sqrt(-2.0 * math.log(1.0 - _fraction(words[0], words[1])))
        return radius * math.cos(2.0 * math.pi * _fraction(words[2], words[3]))

    def _words(self, site: int, stream: float, attempt: int) -> Words:
        key = self._keys.get(stream)
        if key is None:
            key = self._keys[stream] = _key(self.seed, stream)
        return philox((self._run, site & _WORD, self._step, (self._first + attempt) & _WORD), key)


def _fraction(high: int, low: int) -> float:
    """The top 53 bits of two words, as a number of [0, 1)."""
    return ((high >> 5) * 67108864.0 + (low >> 6)) / 9007199254740992.0


def _key(seed: float, stream: float) -> tuple[int, int]:
    """A key for a seed and a stream: their bits, mixed. Any two numbers will do, as 0.5 and -1."""
    # Adding 0.0 makes one zero of the two.
    mixed = philox(struct.unpack("<4I", struct.pack("<2d", seed + 0.0, stream + 0.0)), (0, 0))
    return mixed[0], mixed[1]
