"""Many runs that a search asks for: one by one at first, all at once natively if they are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import SimulationError

from .simulations import Simulations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .simulations import Changes

    Floats: TypeAlias = NDArray[np.float64]
    Series: TypeAlias = tuple[Floats, Floats]
    """The save times (n_times,), and the columns over them (n_columns, n_times)."""

__all__ = ["RunsTogether"]

_PATIENCE = 1.0  # seconds that Python may take before native code is made
_MOST_NUMBERS = 4_000_000  # that are held of runs made together


class RunsTogether:
    """Makes the runs of a search.

    To make native code takes seconds, as does a fit of a small model altogether: so it is made when
    Python has taken longer than is short. Numbers do not depend on that: both give the same bits.
    """

    def __init__(self, simulations: Simulations) -> None:
        self.simulations = simulations
        self._seconds = 0.0
        self._can_join = True

    def runs(self, changes: Sequence[Changes], seed: int | None) -> list[Series | None]:
        """What the model gives with each of these changes; None where that is not finite.

        Raises:
            RunError: something cannot be set so.
        """
        found: list[Series | None] = []
        while len(found) < len(changes):
            if self._can_join and self._seconds > _PATIENCE:
                found += self._joined(changes[len(found) :], seed)
                continue
            start = perf_counter()
            found.append(self._single(changes[len(found)], seed))
            self._seconds += perf_counter() - start
        return found

    def _single(self, changes: Changes, seed: int | None) -> Series | None:
        try:
            return self.simulations.run(changes, seed)
        except SimulationError:
            return None

    def _joined(self, changes: Sequence[Changes], seed: int | None) -> list[Series | None]:
        """The runs natively; nothing where they cannot be made so."""
        found: dict[int, Series | None] = {}
        for alike in self.simulations.alike(changes):
            for numbers in _pieces(alike, self.simulations.size):
                made = self.simulations.joined([changes[each] for each in numbers], seed)
                if made is None:
                    self._can_join = False
                    return []
                found.update(zip(numbers, made, strict=True))
        return [found[number] for number in range(len(changes))]


def _pieces(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """So many at a time as can be held."""
    most = max(1, _MOST_NUMBERS // max(1, size))
    for first in range(0, len(numbers), most):
        yield numbers[first : first + most]
