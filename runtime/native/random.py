"""Random numbers, as native code draws them: the same as those of `runtime.random`.

The words of counters and keys are kept in 64 bits, so that the products of a round need no others
and a loop over runs becomes vector instructions. A number is told apart by `run`, `step`,
`element` and `site`, int64 each, as in `Draws`. A stream that is not a number has the key
`NO_KEY`, whose numbers are NaN.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from . import libm
from .compiled import compiled, inlined

__all__ = [
    "NO_KEY",
    "Key",
    "normal",
    "philox",
    "random_0_1",
    "random_uniform",
    "stream_key",
    "uniform",
    "uniforms",
]

Word: TypeAlias = np.uint64
Key: TypeAlias = "tuple[Word, Word]"

NO_KEY = np.uint64(1 << 32)
"""The first word of a key that is none."""

_WORD = np.uint64(0xFFFFFFFF)
_BITS = np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_FIVE, _SIX, _LOW_BITS = np.uint64(5), np.uint64(6), np.uint64(26)
_TO_FRACTION = 1.0 / 9007199254740992.0
_log, _cos = libm.log, libm.cos


@inlined
def _round(
    c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word
) -> tuple[Word, Word, Word, Word]:
    p0 = _M0 * (c0 & _WORD)
    p1 = _M1 * (c2 & _WORD)
    return (p1 >> _BITS) ^ c1 ^ k0, p1 & _WORD, (p0 >> _BITS) ^ c3 ^ k1, p0 & _WORD


@inlined
def philox(
    c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word
) -> tuple[Word, Word, Word, Word]:
    """Philox 4x32-10: four words of 32 bits from a counter of four and a key of two."""
    for turn in range(10):
        i = np.uint64(turn)
        c0, c1, c2, c3 = _round(c0, c1, c2, c3, (k0 + i * _W0) & _WORD, (k1 + i * _W1) & _WORD)
    return c0, c1, c2, c3


@compiled
def stream_key(seed: float, noise_seed: float, stream: float, run: int) -> Key:
    """The key of a stream in a run, of 0 to 2^48 - 1: that of `Draws`."""
    if math.isnan(stream):
        return NO_KEY, NO_KEY
    seed_bits = np.float64((noise_seed if stream == 0.0 else seed) + 0.0).view(np.uint64)
    stream_bits = np.float64(stream + 0.0).view(np.uint64)
    words = philox(
        seed_bits & _WORD,
        seed_bits >> _BITS,
        stream_bits & _WORD,
        stream_bits >> _BITS,
        np.uint64(run >> 16) & _WORD,
        np.uint64(run >> 48),
    )
    return words[0], words[1]


@inlined
def _block(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int, attempt: int, block: int
) -> tuple[Word, Word, Word, Word]:
    """The words of a block of an attempt at a number."""
    return philox(
        np.uint64(((element >> 22) & 0xFF) << 24 | block << 16 | (run & 0xFFFF)),
        np.uint64(site) & _WORD,
        np.uint64(step) & _WORD,
        np.uint64((element & 0x3FFFFF) << 10 | attempt),
        k0,
        k1,
    )


@inlined
def _fraction(high: Word, low: Word) -> float:
    """The top 53 bits of two words, as a number of [0, 1)."""
    return float(np.float64((high >> _FIVE) << _LOW_BITS | low >> _SIX) * _TO_FRACTION)


@inlined
def uniforms(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int, attempt: int, block: int
) -> tuple[float, float]:
    """Both numbers of [0, 1) of a block; NaN without a key."""
    words = _block(k0, k1, run, step, element, site, attempt, block)
    first, second = _fraction(words[0], words[1]), _fraction(words[2], words[3])
    has_key = k0 < NO_KEY
    return first if has_key else math.nan, second if has_key else math.nan


@inlined
def uniform(k0: Word, k1: Word, run: int, step: int, element: int, site: int) -> float:
    """The first number of [0, 1) of the first attempt; NaN without a key."""
    return uniforms(k0, k1, run, step, element, site, 0, 0)[0]


@inlined
def normal(first: float, second: float) -> float:
    """A standard normal number from two of [0, 1), by the formula of Box and Muller."""
    return math.sqrt(-2.0 * _log(1.0 - first)) * _cos(2.0 * math.pi * second)


@inlined
def random_0_1(k0: Word, k1: Word, run: int, step: int, element: int, site: int) -> float:
    """RANDOM 0 1: a uniform number from 0 to 1."""
    return uniform(k0, k1, run, step, element, site)


@inlined
def random_uniform(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int, low: float, high: float
) -> float:
    """RANDOM UNIFORM: a uniform number from `low` to `high`; `low` where they leave no room."""
    share = uniform(k0, k1, run, step, element, site)
    width = high - low
    narrow, wide = low + width * share, low * (1.0 - share) + high * share
    drawn = wide if abs(width) == math.inf else narrow
    return low if low >= high else drawn
