"""Random numbers that depend on what they are for, not on when they were asked for.

Philox 4x32-10 is a function from a counter and a key to 128 bits, a block. The key comes from the
seed, the stream and bits 16 to 47 of the run; the counter says which of 65,536 runs, which call in
the equations, which time step, and which element of an array, attempt and block. So every back end,
in any order and on any number of machines, draws the same numbers.

The four words of the counter, from the highest bits to the lowest:

- bits 22 to 29 of the element (8), which block of the attempt (8), bits 0 to 15 of the run (16);
- the call site (32);
- the time step (32);
- bits 0 to 21 of the element (22), the attempt (10).

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import TypeAlias

__all__ = ["DEFAULT_SEED", "MOST_ATTEMPTS", "Draws", "Numbers", "philox"]

DEFAULT_SEED = 4487556.0
"""The seed of a model without NOISE SEED (reference C.10)."""

MOST_ATTEMPTS = 1024
"""At a number that lies between its bounds: what an element of an array has room for."""

Words: TypeAlias = tuple[int, int, int, int]

_WORD = 0xFFFFFFFF
_MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
_WEYL = 0x9E3779B9, 0xBB67AE85  # golden ratio, sqrt(3) - 1
_COUNTED_RUNS = 1 << 16  # that the counter tells apart; the key does the rest
_MOST_RUNS = 1 << 48
_MOST_BLOCKS = 1 << 8  # of one attempt; each gives two numbers
_LOW_ELEMENTS = 1 << 22  # that the counter's last word tells apart
_MOST_ELEMENTS = 1 << 30
_MOST_KEYS = 1024  # that are remembered; a stream may change with every step


def philox(counter: Words, key: tuple[int, int]) -> Words:
    """Philox 4x32-10: four words of 32 bits from a counter of four and a key of two."""
    return rounds(counter, key, 32, _MULTIPLIERS, _WEYL)


def rounds(
    counter: Words,
    key: tuple[int, int],
    bits: int,
    multipliers: tuple[int, int],
    weyl: tuple[int, int],
) -> Words:
    """The ten rounds of Philox on four words of so many bits, with its constants for that size."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    m0, m1 = multipliers
    w0, w1 = weyl
    mask = (1 << bits) - 1
    for _ in range(10):
        p0, p1 = m0 * c0, m1 * c2
        c0, c1, c2, c3 = (p1 >> bits) ^ c1 ^ k0, p1 & mask, (p0 >> bits) ^ c3 ^ k1, p0 & mask
        k0, k1 = (k0 + w0) & mask, (k1 + w1) & mask
    return c0, c1, c2, c3


class Numbers:
    """The random numbers of one attempt at a value, one after another.

    There are 512. No way of drawing that is used here needs more than a few dozen, so that who
    has used them all up is in an endless loop.
    """

    __slots__ = ("_fractions",)

    def __init__(self, counter: Words, key: tuple[int, int]) -> None:
        self._fractions = _fractions(counter, key)

    def uniform(self) -> float:
        """The next number, of [0, 1) and of 53 random bits.

        Raises:
            ValueError: there are no more.
        """
        fraction = next(self._fractions, None)
        if fraction is None:
            msg = f"no random number was found with {2 * _MOST_BLOCKS} uniform ones"
            raise ValueError(msg)
        return fraction

    def normal(self) -> float:
        """A standard normal number, of the next two, by the formula of Box and Muller."""
        return _normal(self.uniform(), self.uniform())


def _fractions(counter: Words, key: tuple[int, int]) -> Iterator[float]:
    """Two numbers of [0, 1) from each block."""
    first, site, step, last = counter
    for block in range(_MOST_BLOCKS):
        words = philox((first + block * _COUNTED_RUNS, site, step, last), key)
        yield _fraction(words[0], words[1])
        yield _fraction(words[2], words[3])


class Draws:
    """The random numbers of one run at one time step, of one element of an array.

    Args:
        seed: any finite number: another one is another realisation of all streams.
        run: which of several runs with the same seed, from 0 to 2^48 - 1.
        noise_seed: the seed of stream 0, NOISE SEED of a model; `seed` if not given.

    Raises:
        ValueError: there is no such run.
    """

    __slots__ = ("_element", "_keys", "_run", "_step", "noise_seed", "seed")

    def __init__(
        self, seed: float = DEFAULT_SEED, run: int = 0, noise_seed: float | None = None
    ) -> None:
        if not 0 <= run < _MOST_RUNS:
            msg = f"a run's number lies from 0 to {_MOST_RUNS - 1}, and is not {run}"
            raise ValueError(msg)
        self.seed = float(seed)
        self.noise_seed = self.seed if noise_seed is None else float(noise_seed)
        self._run = run
        self._step = 0
        self._element = 0
        self._keys: dict[float, tuple[int, int]] = {}

    @property
    def are_used(self) -> bool:
        """Whether any number has been drawn, at whatever step."""
        return bool(self._keys)

    def at(self, step: int) -> Draws:
        """The draws of that time step, counted from 0."""
        return self._other(step & _WORD, self._element)

    def of(self, element: int) -> Draws:
        """The draws of that element of an array, counted from 0, the last axis fastest.

        A number that is no array's draws as the first element does.
        """
        return self._other(self._step, element % _MOST_ELEMENTS)

    def _other(self, step: int, element: int) -> Draws:
        other = object.__new__(Draws)
        other.seed, other.noise_seed, other._run = self.seed, self.noise_seed, self._run
        other._step, other._element, other._keys = step, element, self._keys
        return other

    def numbers(self, site: int, stream: float, attempt: int = 0) -> Numbers:
        """As many numbers as an attempt needs; the first is that which `uniform` gives."""
        return Numbers(self._counter(site, attempt), self._key(stream))

    def uniform(self, site: int, stream: float, attempt: int = 0) -> float:
        """A number of [0, 1), of 53 random bits."""
        words = philox(self._counter(site, attempt), self._key(stream))
        return _fraction(words[0], words[1])

    def normal(self, site: int, stream: float, attempt: int = 0) -> float:
        """A standard normal number, by the formula of Box and Muller."""
        words = philox(self._counter(site, attempt), self._key(stream))
        return _normal(_fraction(words[0], words[1]), _fraction(words[2], words[3]))

    def _counter(self, site: int, attempt: int) -> Words:
        high, low = divmod(self._element, _LOW_ELEMENTS)
        last = low * MOST_ATTEMPTS + attempt % MOST_ATTEMPTS
        return high << 24 | self._run % _COUNTED_RUNS, site & _WORD, self._step, last

    def _key(self, stream: float) -> tuple[int, int]:
        """The key of a stream. Only that of stream 0 depends on NOISE SEED (manual, NOISE SEED)."""
        key = self._keys.get(stream)
        if key is None:
            if math.isnan(stream):
                raise ValueError("the stream of a random number is not a number")
            if len(self._keys) >= _MOST_KEYS:
                self._keys.clear()
            seed = self.noise_seed if stream == 0 else self.seed
            key = self._keys[stream] = _mixed(seed, stream, self._run // _COUNTED_RUNS)
        return key


def _fraction(high: int, low: int) -> float:
    """The top 53 bits of two words, as a number of [0, 1)."""
    return ((high >> 5) * 67108864.0 + (low >> 6)) / 9007199254740992.0


def _normal(first: float, second: float) -> float:
    """A standard normal number from two of [0, 1)."""
    return math.sqrt(-2.0 * math.log(1.0 - first)) * math.cos(2.0 * math.pi * second)


def _mixed(seed: float, stream: float, runs: int) -> tuple[int, int]:
    """A key for a seed, a stream and which 65,536 runs: their bits, mixed.

    Any two numbers will do, as 0.5 and -1.
    """
    # Adding 0.0 makes one zero of the two.
    bits = struct.unpack("<4I", struct.pack("<2d", seed + 0.0, stream + 0.0))
    mixed = philox(bits, (runs & _WORD, runs >> 32))
    return mixed[0], mixed[1]
