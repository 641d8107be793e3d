"""How very many runs are cut into blocks, which are made, sent and written as a whole.

Nothing that runs give depends on it: it says how much an interruption loses, how much memory a
block takes, and how often workers wait.
"""

from __future__ import annotations

from math import ceil

__all__ = ["block_size", "blocks_of"]

_LONGEST = 2.0
_SHORTEST = 0.05
"""Seconds that a block takes, about; with the second, what is done for each block is little."""

_MOST_BYTES = 1 << 24
_LEAST_BLOCKS = 32
_LANES = 64
"""Native code makes so many runs side by side."""


def block_size(n_runs: int, seconds: float, n_bytes: int) -> int:
    """How many runs a block has.

    Args:
        n_runs: how many there are in all.
        seconds: what one takes, about.
        n_bytes: the size of what is kept of one.
    """
    least = _SHORTEST / max(seconds, 1e-9)
    most = min(_LONGEST / max(seconds, 1e-9), _MOST_BYTES / max(1, n_bytes))
    found = max(1, ceil(min(most, max(least, n_runs / _LEAST_BLOCKS))))
    if found > _LANES:
        found = ceil(found / _LANES) * _LANES
    return min(found, n_runs)


def blocks_of(n_runs: int, size: int) -> list[range]:
    """The numbers of the runs of each block."""
    return [range(first, min(n_runs, first + size)) for first in range(0, n_runs, size)]
