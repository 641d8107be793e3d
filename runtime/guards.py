"""What happens when an equation has no finite value: the run stops, or goes on without it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from .contract import CompiledModel, Equations, Vector
from .errors import Failure, SimulationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .setting import Setting

__all__ = [
    "Guard",
    "Stop",
    "are_finite",
    "carry_on",
    "finite_test",
    "is_finite",
]


class Guard(Protocol):
    """Watches over the equations of one run."""

    @property
    def equations(self) -> Equations:
        """The equations to compute with."""
        ...

    @property
    def found(self) -> tuple[Failure, ...]:
        """The failures that the run went on after, in order."""
        ...

    def check(self, stage: str, time: float | None, values: Callable[[], dict[str, Any]]) -> None:
        """Be told that some of the values may not be finite. `stage` is a field of `Equations`."""
        ...

    def memory_failed(self, place: int, inputs: Vector, time: float, error: Exception) -> None:
        """Be told that a memory could not take in its inputs."""
        ...


def carry_on(before: Guard, after: Guard) -> None:
    """Let a guard know the failures that the one before it has found."""
    known, more = getattr(after, "failures", None), getattr(before, "failures", None)
    if known is not None and more is not None:
        known.update(more)


def finite_test(model: CompiledModel) -> Callable[..., bool]:
    """A function from vectors to whether all their values are finite, or so it seems."""
    return are_finite if model.has_arrays else is_finite


def is_finite(*vectors: Sequence[Any]) -> bool:
    """Whether all numbers are finite; may be wrong about huge ones, whose sum is not."""
    total = 0.0
    for vector in vectors:
        total = sum(vector, total)
    return total - total == 0.0


def are_finite(*vectors: Vector) -> bool:
    """Whether all numbers and all elements of arrays are finite."""
    import numpy as np

    for vector in vectors:
        for value in vector:
            if not (math.isfinite(value) if isinstance(value, float) else np.isfinite(value).all()):
                return False
    return True


class Stop:
    """The run stops with an error that names the equation."""

    found: tuple[Failure, ...] = ()

    def __init__(self, model: CompiledModel, setting: Setting) -> None:
        self.equations = setting.equations
        self._model = model

    def check(self, stage: str, time: float | None, values: Callable[[], dict[str, Any]]) -> None:
        """Raise SimulationError, unless the values are finite after all."""
        from .failures import not_finite, overflowed

        known = values()
        found = not_finite(self._model, stage, known, time)
        found = found or overflowed(self._model, known, time, nan_too=True)
        if found is not None:
            raise SimulationError(found.failure, self._model.source)

    def memory_failed(self, place: int, inputs: Vector, time: float, error: Exception) -> None:
        """Raise SimulationError."""
        from .failures import memory_failures

        failure = memory_failures(self._model, place, inputs, time, error)[0]
        raise SimulationError(failure, self._model.source) from error
