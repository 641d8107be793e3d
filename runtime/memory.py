"""What a model remembers besides its stocks: changes at whole time steps only (reference C.5).

Each has a `value`, its output at the present time, and `advance`, which takes in the inputs of
this step and goes on to the next. The kinds stand in modules of their own, such as `delays`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

from .errors import ElementsFailed
from .registry import memory
from .sections import Section

if TYPE_CHECKING:
    from .contract import Array, Memory

__all__ = ["Contents", "Held", "MemoryArray"]

SECTION = Section.STOCKS

_MOST_HELD = 50_000_000  # numbers that the memories of one variable begin with


class Contents:
    """A memory whose value is computed from what it holds, which functions read besides.

    Its method `now` gives the value at the present time from the step's inputs, and changes
    nothing; a step of the model is handed the memory itself.
    """

    __slots__ = ()

    @property
    def value(self) -> Self:
        """The memory itself, as a step reads it."""
        return self


@memory(
    "SAMPLE IF TRUE",
    "condition, x, initial",
    units="(1, u, u) -> u",
    native="held",
    linear="x, initial",
)
class Held:
    """The value that `x` had when the condition was last true, this step included.

    `initial` until then. Changes at whole time steps only. What is remembered is the value before
    this step.

    Source: Vensim reference, SAMPLE IF TRUE.
    Checked against: closed form, Vensim.
    """

    __slots__ = ("value",)

    def __init__(self, initial: float) -> None:
        self.value = float(initial)

    def advance(self, x: float) -> None:
        """Hold x from now on."""
        self.value = x


class MemoryArray:
    """An array of memories of one kind, which know nothing of one another.

    Args:
        make: makes one of them.
        shape: how many there are along each axis.
        arguments: what `make` takes, each a number for all or an array that is broadcast.

    Attributes:
        value: `(*shape,)`, the outputs at the present time; another array after each step. Of
            memories that are read themselves, these.

    Raises:
        ElementsFailed: some cannot be made.
    """

    __slots__ = ("_memories", "_shape", "value")

    value: Array

    @classmethod
    def of(cls, memories: Any) -> MemoryArray:
        """An array of memories that are made already, as one of objects."""
        found = object.__new__(cls)
        found._shape, found._memories = memories.shape, memories.ravel().tolist()
        found.value = found._outputs()
        return found

    def __init__(
        self, make: Callable[..., Memory], shape: tuple[int, ...], *arguments: float | Array
    ) -> None:
        self._shape = shape
        self._memories: list[Memory] = []
        held = 0
        for place, given in enumerate(_for_each(arguments, shape)):
            try:
                self._memories.append(make(*given))
                held += getattr(self._memories[-1], "size", 1)
                if held > _MOST_HELD:
                    msg = f"the delays of one variable have more than {_MOST_HELD:,} stages"
                    raise ValueError(msg)  # noqa: TRY301
            except (ArithmeticError, ValueError) as error:
                raise ElementsFailed(((_unravel(place, shape), error),)) from error
        self.value = self._outputs()

    @property
    def memories(self) -> Sequence[Memory]:
        """All of them, the last axis fastest."""
        return self._memories

    @property
    def shape(self) -> tuple[int, ...]:
        """How many there are along each axis."""
        return self._shape

    def advance(self, *inputs: float | Array) -> None:
        """Take in the inputs of this step, each a number for all or an array.

        Raises:
            ElementsFailed: some could not, and took in NaN; all have gone on.
        """
        failures: list[tuple[tuple[int, ...], Exception]] = []
        given = _for_each(inputs, self._shape)
        for place, (each, values) in enumerate(zip(self._memories, given, strict=True)):
            try:
                each.advance(*values)
            except (ArithmeticError, ValueError) as error:
                each.advance(*[math.nan] * len(values))
                failures.append((_unravel(place, self._shape), error))
        self.value = self._outputs()
        if failures:
            raise ElementsFailed(tuple(failures))

    def _outputs(self) -> Array:
        import numpy as np

        values = [memory.value for memory in self._memories]
        if values and isinstance(values[0], Contents):
            objects = np.empty(len(values), dtype=object)
            objects[:] = values
            return objects.reshape(self._shape)
        return np.array(values, dtype=np.float64).reshape(self._shape)


def _for_each(
    arguments: tuple[float | Array, ...], shape: tuple[int, ...]
) -> list[tuple[float, ...]]:
    """The arguments of each element, as numbers, in order."""
    import numpy as np

    if not arguments:
        return [()] * math.prod(shape)
    columns = [np.broadcast_to(each, shape).ravel().tolist() for each in arguments]
    return list(zip(*columns, strict=True))


def _unravel(number: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The place along the axes of an element that is counted with the last axis fastest."""
    place: list[int] = []
    for size in reversed(shape):
        number, along = divmod(number, size)
        place.append(along)
    return tuple(reversed(place))
