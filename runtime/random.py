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

__all__ = ["DEFAULT_SEED", "MOST_ATTEMPTS", "MOST_RUNS", "Draws", "Numbers", "philox"]

DEFAULT_SEED = 4487556.0
"""The seed of a model without NOISE SEED (reference C.10)."""

MOST_ATTEMPTS = 1024
"""At a number that lies between its bounds: what an element of an array has room for."""

MOST_RUNS = 1 << 48
"""With the same seed."""

Words: TypeAlias = tuple[int, int, int, int]
Keys: TypeAlias = tuple[tuple[int, int], ...]
"""The key of each round."""

_WORD = 0xFFFFFFFF
_MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
_WEYL = 0x9E3779B9, 0xBB67AE85  # golden ratio, sqrt(3) - 1
_COUNTED_RUNS = 1 << 16  # that the counter tells apart; the key does the rest
_MOST_BLOCKS = 1 << 8  # of one attempt; each gives two numbers
_LOW_ELEMENTS = 1 << 22  # that the counter's last word tells apart
_MOST_ELEMENTS = 1 << 30
_MOST_KEYS = 1024  # that are remembered; a stream may change with every step


def philox(counter: Words, key: tuple[int, int]) -> Words:
    """Philox 4x32-10: four words of 32 bits from a counter of four and a key of two."""
    return rounds(counter, keys_of_rounds(key))


def keys_of_rounds(key: tuple[int, int], bits: int = 32, weyl: tuple[int, int] = _WEYL) -> Keys:
    """The keys of the ten rounds of Philox; many counters have the same."""
    (k0, k1), (w0, w1), size = key, weyl, 1 << bits
    return tuple(((k0 + turn * w0) % size, (k1 + turn * w1) % size) for turn in range(10))


def rounds(
    counter: Words, keys: Keys, bits: int = 32, multipliers: tuple[int, int] = _MULTIPLIERS
) -> Words:
    """The ten rounds of Philox on four words of so many bits, with its constants for that size."""
    c0, c1, c2, c3 = counter
    m0, m1 = multipliers
    mask = (1 << bits) - 1
    for k0, k1 in keys:
        p0, p1 = m0 * c0, m1 * c2
        c0, c1, c2, c3 = (p1 >> bits) ^ c1 ^ k0, p1 & mask, (p0 >> bits) ^ c3 ^ k1, p0 & mask
    return c0, c1, c2, c3


class Numbers:
    """The random numbers of one attempt at a value, one after another.

    There are 512. No way of drawing that is used here needs more than a few dozen, so that who
    has used them all up is in an endless loop.
    """

    __slots__ = ("_fractions",)

    def __init__(self, counter: Words, keys: Keys) -> None:
        self._fractions = _fractions(counter, keys)

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


def _fractions(counter: Words, keys: Keys) -> Iterator[float]:
    """Two numbers of [0, 1) from each block."""
    first, site, step, last = counter
    for block in range(_MOST_BLOCKS):
        words = rounds((first + block * _COUNTED_RUNS, site, step, last), keys)
        yield _fraction(words[0], words[1])
        yield _fraction(words[2], words[3])


class _Streams:
    """The keys of the streams of a run, and of the others that the counter tells apart."""

    __slots__ = ("_runs", "keys", "noise_seed", "seed")

    def __init__(self, seed: float, noise_seed: float, runs: int) -> None:
        self.seed, self.noise_seed, self._runs = seed, noise_seed, runs
        self.keys: dict[float, Keys] = {}

    def keys_of(self, stream: float) -> Keys:
        """The keys of a stream. Only those of stream 0 depend on NOISE SEED (manual)."""
        keys = self.keys.get(stream)
        if keys is None:
            if math.isnan(stream):
                raise ValueError("the stream of a random number is not a number")
            if len(self.keys) >= _MOST_KEYS:
                self.keys.clear()
            seed = self.noise_seed if stream == 0 else self.seed
            keys = self.keys[stream] = keys_of_rounds(_mixed(seed, stream, self._runs))
        return keys


class Draws:
    """The random numbers of one run at one time step, of one element of an array.

    Args:
        seed: any finite number: another one is another realisation of all streams.
        run: which of several runs with the same seed, from 0 to 2^48 - 1.
        noise_seed: the seed of stream 0, NOISE SEED of a model; `seed` if not given.

    Raises:
        ValueError: there is no such run.
    """

    __slots__ = ("_first", "_last", "_run", "_step", "_streams")

    def __init__(
        self, seed: float = DEFAULT_SEED, run: int = 0, noise_seed: float | None = None
    ) -> None:
        if not 0 <= run < MOST_RUNS:
            msg = f"a run's number lies from 0 to {MOST_RUNS - 1}, and is not {run}"
            raise ValueError(msg)
        seed = float(seed)
        runs, own = divmod(run, _COUNTED_RUNS)
        self._streams = _Streams(seed, seed if noise_seed is None else float(noise_seed), runs)
        self._run = self._first = own  # among those that the counter tells apart
        self._step = self._last = 0

    @property
    def seed(self) -> float:
        """Of all streams but that of number 0."""
        return self._streams.seed

    @property
    def noise_seed(self) -> float:
        """Of stream 0."""
        return self._streams.noise_seed

    @property
    def are_used(self) -> bool:
        """Whether any number has been drawn, at whatever step."""
        return bool(self._streams.keys)

    def at(self, step: int) -> Draws:
        """The draws of that time step, counted from 0."""
        return self._other(step & _WORD, self._first, self._last)

    def of(self, element: int) -> Draws:
        """The draws of that element of an array, counted from 0, the last axis fastest.

        A number that is no array's draws as the first element does.
        """
        high, low = divmod(element % _MOST_ELEMENTS, _LOW_ELEMENTS)
        return self._other(self._step, high << 24 | self._run, low * MOST_ATTEMPTS)

    def _other(self, step: int, first: int, last: int) -> Draws:
        other = object.__new__(Draws)
        other._streams, other._run = self._streams, self._run
        other._step, other._first, other._last = step, first, last
        return other

    def numbers(self, site: int, stream: float, attempt: int = 0) -> Numbers:
        """As many numbers as an attempt needs; the first is that which `uniform` gives."""
        return Numbers(self._counter(site, attempt), self._streams.keys_of(stream))

    def uniform(self, site: int, stream: float, attempt: int = 0) -> float:
        """A number of [0, 1), of 53 random bits."""
        words = rounds(self._counter(site, attempt), self._streams.keys_of(stream))
        return _fraction(words[0], words[1])

    def normal(self, site: int, stream: float, attempt: int = 0) -> float:
        """A standard normal number, by the formula of Box and Muller."""
        words = rounds(self._counter(site, attempt), self._streams.keys_of(stream))
        return _normal(_fraction(words[0], words[1]), _fraction(words[2], words[3]))

    def _counter(self, site: int, attempt: int) -> Words:
        return self._first, site & _WORD, self._step, self._last + attempt % MOST_ATTEMPTS


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
