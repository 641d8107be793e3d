"""Many runs that a search asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import SimulationError

from .simulations import Simulations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..tree import Held

    Floats: TypeAlias = NDArray[np.float64]
    Values: TypeAlias = Mapping[str, Held | Floats]
    Series: TypeAlias = tuple[Floats, Floats]
    """The save times (n_times,), and the columns over them (n_columns, n_times)."""

__all__ = ["RunsTogether"]


class RunsTogether:
    """Makes the runs of a search."""

    def __init__(self, simulations: Simulations) -> None:
        self.simulations = simulations

    def runs(self, changes: Sequence[Values], seed: int | None) -> list[Series | None]:
        """What the model gives with each of these changes; None where that is not finite.

        Raises:
            RunError: something cannot be set so.
        """
        return [self._single(each, seed) for each in changes]

    def _single(self, changes: Values, seed: int | None) -> Series | None:
        try:
            return self.simulations.run(changes, seed)
        except SimulationError:
            return None
